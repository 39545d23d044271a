"""The main job, told from end to end on made-up people, on real parts: a platform process, the encrypted store, real sync, real pages.

Every step checks what it says; the demo ends with a table and a non-zero exit when any step did not hold.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from vaxdesk.app import OpenDesk, open_desk
from vaxdesk.demo.people import MadeUpPerson, card_text, population, with_mistake, write_csv
from vaxdesk.demo.platform import Platform
from vaxdesk.errors import InputRefused
from vaxdesk.joining import Enrolling, enrol_desk
from vaxdesk.messages import sentence
from vaxdesk.models import scan
from vaxdesk.models.desk import Preset
from vaxdesk.models.drafts import DoseDraft
from vaxdesk.models.values import DoseRecord, IdentityCard, Role, Screening, StaffMember

SEED = 2021
POPULATION = 3000
AT_THE_DESK, OFFLINE, MISMATCHED = 20, 5, 2
SITE = "79-Q10-P05"
SITE_FACTS = ("Trạm Y tế Phường 5, Quận 10", "Số 1 Phố Mẫu, Phường 5, Quận 10, TP. Hồ Chí Minh", "079")
MANAGER, NURSE = "Phạm Thị Lan", "Lê Thị Mai"
PIN, PASSPHRASE = "2468", "kho dùng thử của buổi giới thiệu"
SYNC_LIMIT_S = 120


@dataclass
class Told:
    """What the story has shown so far: one line a step."""

    rows: list[tuple[str, str, bool]] = field(default_factory=list)

    def step(self, title: str) -> None:
        """Announces a step."""
        _say(f"\n■ {title}")

    def check(self, what: str, result: str, holds: bool) -> None:
        """Notes whether what a step claims really holds."""
        self.rows.append((what, result, holds))
        _say(f"  {'✔' if holds else '✘'} {what}: {result}")

    def table(self) -> bool:
        """Prints the summary; true when everything held."""
        width = max(len(what) for what, _, _ in self.rows)
        _say("\n" + "─" * (width + 40))
        for what, result, holds in self.rows:
            _say(f"{'✔' if holds else '✘'} {what.ljust(width)}  {result}")
        return all(holds for _, _, holds in self.rows)


@dataclass(frozen=True)
class Stage:
    """The demo's stage: platform, desk, who acts, and the people who come."""

    platform: Platform
    desk: OpenDesk
    manager: StaffMember
    people: tuple[MadeUpPerson, ...]
    out: Path
    told: Told


def run_demo(out: Path, headless: bool) -> int:
    """Runs the story in the terminal, or opens the window on the same stage when there is a display."""
    told = Told()
    out.mkdir(parents=True, exist_ok=True)
    with _stage(out, told) as stage:
        if not headless and has_display():
            return _open_window(stage)
        for scene in (_desk_scene, _offline_scene, _sync_scene, _sign_scene, _paper_scene):
            scene(stage)
        good = told.table()
    _say("\nTất cả các bước đều đúng. / Every step held." if good else "\nCó bước không đúng. / A step did not hold.")
    return 0 if good else 1


def has_display() -> bool:
    """Whether a window can be shown."""
    asked_of = ("DISPLAY", "WAYLAND_DISPLAY")
    return sys.platform in ("win32", "darwin") or any(os.environ.get(name) for name in asked_of)


@contextmanager
def _stage(out: Path, told: Told) -> Iterator[Stage]:
    folder = Path(tempfile.mkdtemp(prefix="vaxdesk-demo-"))
    people = population(SEED, POPULATION)
    platform = Platform(folder / "platform")
    desk: OpenDesk | None = None
    try:
        told.step("Dựng nền tảng mẫu và đăng ký điểm tiêm / a platform on this machine, and a site that enrols")
        write_csv(people, folder / "people.csv")
        added = platform.add_people(folder / "people.csv")
        told.check("dân số mẫu / made-up population", f"{added} người", added == POPULATION)
        platform.start()
        desk, manager = _enrol(platform, folder / "desk")
        told.check("đăng ký bằng mã một lần / enrolled with a one-time code", desk.work.site().name, True)
        yield Stage(platform, desk, manager, people, out, told)
    finally:
        if desk is not None:
            desk.close()
        platform.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _enrol(platform: Platform, folder: Path) -> tuple[OpenDesk, StaffMember]:
    code = platform.add_site(SITE, *SITE_FACTS)
    wish = Enrolling(platform=platform.base, site=SITE, code=code, manager=MANAGER)
    manager, _ = enrol_desk(folder, wish, PIN, PASSPHRASE)
    desk = open_desk(folder, lambda: PASSPHRASE)
    expiry = (desk.work.clock() + timedelta(days=180)).date()
    desk.work.desk.set_preset(Preset("COMIRNATY", "FL4574", expiry, "14", NURSE))
    return desk, manager


def _desk_scene(stage: Stage) -> None:
    stage.told.step(f"Bàn tiêm: {AT_THE_DESK} người / {AT_THE_DESK} people at the desk")
    good = AT_THE_DESK - len(BAD_CARDS)
    adults = _adults(stage)
    saved = 0
    for index, person in enumerate(adults[:good]):
        shown = with_mistake(person, "name") if index < MISMATCHED else person
        saved += _record(stage, card_text(shown)) is not None
    refused = sum(_refused(stage, spoil(adults[good + index])) for index, spoil in enumerate(BAD_CARDS))
    stage.told.check("đã lưu / saved", f"{saved} mũi", saved == good)
    stage.told.check("từ chối, có lý do / refused with a sentence", str(refused), refused == len(BAD_CARDS))


def _offline_scene(stage: Stage) -> None:
    stage.told.step(f"Mất mạng: thêm {OFFLINE} người / the platform is gone: {OFFLINE} more people")
    stage.platform.stop()
    start = AT_THE_DESK
    saved = sum(_record(stage, card_text(p)) is not None for p in _adults(stage)[start : start + OFFLINE])
    report = stage.desk.engine().run_once(asked=True)
    waiting = stage.desk.work.sync_book.waiting()
    stage.told.check("lưu khi mất mạng / saved offline", f"{saved} mũi", saved == OFFLINE)
    stage.told.check(
        "không báo nhầm là đã gửi / no false green", f"chờ gửi {waiting}", not report.reached and waiting > 0
    )


def _sync_scene(stage: Stage) -> None:
    stage.told.step("Có mạng lại: gửi, nhận, đọc lại / the platform is back: send, receive, read back")
    stage.platform.start()
    given = stage.desk.work.figures.counts().given
    _sync_until(stage, lambda: _counts(stage) == (given, given, given) and _judged(stage) == given)
    counts = stage.desk.work.figures.counts()
    line = f"đã tiêm {counts.given} · đã nhận {counts.received} · đã đọc lại {counts.read_back}"
    stage.told.check("đúng một lần / exactly once", line, _counts(stage) == (given, given, given))
    matched = len(stage.desk.work.signing.ready(stage.desk.work.clock().date()))
    stage.told.check(
        "đối chiếu dân cư / identity matched",
        f"{matched} khớp, {given - matched} không khớp",
        matched == given - MISMATCHED,
    )


def _sign_scene(stage: Stage) -> None:
    stage.told.step("Người đứng đầu điểm tiêm ký số / the head of site signs the day")
    today = stage.desk.work.clock().date()
    signed = stage.desk.work.signing.sign_day(today, stage.manager)
    _sync_until(stage, lambda: stage.desk.work.figures.counts().certified == signed)
    certified = stage.desk.work.figures.counts().certified
    stage.told.check("đã ký / signed", f"{signed} mũi", signed > 0)
    stage.told.check("nền tảng đã cấp chứng nhận / certificates issued", str(certified), certified == signed)


def _paper_scene(stage: Stage) -> None:
    stage.told.step(f"In và đọc lại từng tờ / pages, each read back from its pixels ({stage.out})")
    desk, pages, forms = stage.desk, 0, 0
    for record in desk.work.desk.all_records():
        for form in ("confirmation", "certificate") if record.certificate_id else ("confirmation", "slip"):
            forms += 1
            pages += _page(stage, record, form)
    stage.told.check("trang đã chứng minh / pages proven", f"{pages} / {forms} PDF", pages == forms > 0)


def _page(stage: Stage, record: DoseRecord, form: str) -> bool:
    """One page, proven twice: by the shop before it is given out, and here again from the file."""
    from vaxdesk.print.proof import read_codes

    document = stage.desk.produce(record, form)
    file = stage.out / f"{record.dose.sequence:03d}-{form}.pdf"
    file.write_bytes(document.pdf)
    stage.desk.work.certificates.note_print(record, form, document.sha256, "demo", stage.manager)
    codes = read_codes(file)
    return len(codes) == 1 and stage.desk.is_genuine(codes[0])


def _record(stage: Stage, text: str) -> DoseRecord | None:
    """Scans a card and saves the dose; a refusal is shown as a nurse would see it."""
    desk = stage.desk.work.desk
    try:
        found = scan.parse(text, stage.desk.work.clock().date())
        assert isinstance(found, IdentityCard)
        preset = desk.preset()
        draft = DoseDraft(
            person=found.person,
            vaccine=preset.vaccine,
            lot=preset.lot,
            expiry=preset.expiry,
            occurred_at=stage.desk.work.clock(),
            screening=Screening.ELIGIBLE,
            injector=preset.injector,
            notes=found.notes,
        )
        return desk.record(draft, stage.manager)
    except InputRefused as error:
        _say(f"    từ chối / refused: {sentence(error)}")
        return None


def _refused(stage: Stage, text: str) -> bool:
    return _record(stage, text) is None


def _adults(stage: Stage) -> list[MadeUpPerson]:
    year = stage.desk.work.clock().year
    return [p for p in stage.people if 20 <= year - p.birth_date.year <= 64]


def _without_number(person: MadeUpPerson) -> str:
    return "|".join(["", *card_text(person).split("|")[1:]])


def _short_number(person: MadeUpPerson) -> str:
    return card_text(person)[1:]


def _lettered_number(person: MadeUpPerson) -> str:
    return "B" + card_text(person)[1:]


def _other_birth_year(person: MadeUpPerson) -> str:
    fields = card_text(person).split("|")
    fields[3] = fields[3][:4] + str(int(fields[3][4:]) - 1)
    return "|".join(fields)


BAD_CARDS: tuple[Callable[[MadeUpPerson], str], ...] = (
    _without_number,
    _short_number,
    _lettered_number,
    _other_birth_year,
)


def _counts(stage: Stage) -> tuple[int, int, int]:
    counts = stage.desk.work.figures.counts()
    return counts.given, counts.received, counts.read_back


def _judged(stage: Stage) -> int:
    """How many doses have an answer about their identity."""
    return sum(record.identity.value not in ("unsent", "sent") for record in stage.desk.work.desk.all_records())


def _sync_until(stage: Stage, done: Callable[[], bool]) -> None:
    """Syncs until `done`, with a line of progress; gives up after a bounded time (the check that follows then fails)."""
    end = time.monotonic() + SYNC_LIMIT_S
    while time.monotonic() < end:
        report = stage.desk.engine().run_once(asked=True)
        _say(f"    gửi {report.sent} · nhận {report.acknowledged} · kéo về {report.pulled} · chờ {report.waiting}")
        if done():
            return
        time.sleep(0.5)  # the platform's services work at their own pace


def _open_window(stage: Stage) -> int:
    from vaxdesk.app import run_window_on

    stage.desk.work.staff.add(NURSE, Role.NURSE, PIN, stage.manager)
    return run_window_on(stage.desk, signed_in=stage.desk.work.staff.sign_in(NURSE, PIN))


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
