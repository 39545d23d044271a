"""A desk with a past, for looking at the window: made-up people, a temporary encrypted store, a clock that stands still, no platform."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from vaxdesk import keys
from vaxdesk.app import STORE_NAME, OpenDesk
from vaxdesk.demo import complaint_stage
from vaxdesk.demo.people import MadeUpPerson, card_text, population
from vaxdesk.models import scan, setup
from vaxdesk.models.aftercare import ObservationOutcome, Severity, Sign
from vaxdesk.models.db import create_store
from vaxdesk.models.desk import DoseChanges, Preset
from vaxdesk.models.drafts import DoseDraft
from vaxdesk.models.exchange import Acknowledged, Dispute, DisputeKind, DueDose, Enrolment, LinkState, PutAside
from vaxdesk.models.findings import CertificateFound, Finding, IdentityFound, ReadBack
from vaxdesk.models.reactions import ReactionDraft
from vaxdesk.models.tickets import Station
from vaxdesk.models.values import (
    VIETNAM,
    Certificate,
    CertificateId,
    DeviceId,
    DoseRecord,
    Identity,
    IdentityCard,
    Receipt,
    Role,
    Screening,
    Site,
    SiteCode,
    StaffMember,
)
from vaxdesk.models.workplace import workplace
from vaxdesk.settings import Settings
from vaxdesk.sync.reports import SyncReport
from vaxdesk.ui.services import Runner, WindowServices

SEED, PEOPLE = 2021, 400
NOW = datetime(2021, 11, 12, 10, 41, tzinfo=VIETNAM)
FIRST_DOSES, DOSES_TODAY, WAITING, ASIDE, MISMATCHED = 6, 24, 2, 5, 3
PIN = "2468"
PLATFORM = Enrolment("http://127.0.0.1:1/fhir", "http://127.0.0.1:1/token", "demo", "smart")
SITE = Site(
    SiteCode("79-Q10-P05"),
    "Trạm Y tế Phường 5, Quận 10",
    "Số 1 Phố Mẫu, Phường 5, Quận 10, TP. Hồ Chí Minh",
    "079",
    DeviceId("5f0c2d1e-0000-4000-8000-000000000005"),
    1,
)


class StillClock:
    """A clock that only moves when told."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        """The time on the stage."""
        return self.now


class QuietRunner:
    """A sync thread that never runs: the stage tells the window what it would have reported."""

    def start(self) -> None:
        """Nothing begins."""

    def wake(self, asked: bool = False) -> None:
        """Nobody wakes."""

    def stop(self, timeout_s: float = 0.0) -> bool:
        """Nothing to end."""
        return True


@dataclass(frozen=True, slots=True)
class WindowStage:
    """What the camera needs: the doors of the window, who works there, and cards to scan."""

    services: WindowServices
    manager: StaffMember
    nurse: StaffMember
    returning: tuple[MadeUpPerson, ...]
    newcomers: tuple[MadeUpPerson, ...]
    close: Callable[[], None]


def build(folder: Path, settings: Settings) -> WindowStage:
    """A site in the middle of a morning."""
    clock = StillClock()
    vault = keys.make_vault(folder, "kho của buổi chụp hình")
    keys.make_device_keys(vault)
    desk = OpenDesk(folder, vault, create_store(folder / STORE_NAME, keys.store_key(vault)))
    desk.work = workplace(desk.store, keys.jws_signer(vault), clock)
    manager = setup.enrol(desk.store, SITE, PLATFORM, "Phạm Thị Lan", PIN, NOW)
    nurse = desk.work.staff.add("Lê Thị Mai", Role.NURSE, PIN, manager)
    desk.work.staff.add("Nguyễn Quốc Việt", Role.NURSE, PIN, manager)
    people = tuple(p for p in population(SEED, PEOPLE) if 20 <= NOW.year - p.birth_date.year <= 64)
    _give_doses(desk, clock, nurse, people)
    returning, newcomers = people[:FIRST_DOSES], people[FIRST_DOSES + DOSES_TODAY :]
    _fill_queue(desk, clock, nurse, newcomers[2:])
    complaint_stage.bring(desk.work, returning[3:], manager, NOW)
    return WindowStage(_services(desk, settings), manager, nurse, returning, newcomers, desk.close)


def _services(desk: OpenDesk, settings: Settings) -> WindowServices:
    kept = [settings]

    def runner(_reported: Callable[[SyncReport], None]) -> Runner:
        return QuietRunner()

    return WindowServices(
        work=desk.work,
        runner=runner,
        produce=desk.produce,
        checker=desk.checker,
        papers=desk,
        backup=desk.backup,
        courier=desk,
        settings=lambda: kept[-1],
        save_settings=kept.append,
    )


def _give_doses(desk: OpenDesk, clock: StillClock, nurse: StaffMember, people: tuple[MadeUpPerson, ...]) -> None:
    preset = Preset("COMIRNATY", "FL4574", date(2022, 2, 28), "14", nurse.name)
    desk.work.desk.set_preset(preset)
    gaps_days = (25, 10, 25, 25, 25, 25)
    for person, gap in zip(people[:FIRST_DOSES], gaps_days, strict=True):
        clock.now = NOW - timedelta(days=gap)
        first = _record(desk, nurse, person, preset)
        clock.now += timedelta(minutes=31)
        desk.work.observation.end(first.dose.id, ObservationOutcome.WELL, "", nurse)
    given = []
    for index, person in enumerate(people[FIRST_DOSES : FIRST_DOSES + DOSES_TODAY]):
        clock.now = _given_at(index)
        given.append(_record(desk, nurse, person, preset))
    _observe(desk, clock, nurse, given)
    _give_papers(desk, clock, nurse, given)
    clock.now = NOW
    _platform_answers(desk)


def _given_at(index: int) -> datetime:
    """A quiet early morning, and a full hour before now."""
    quiet = DOSES_TODAY // 2
    if index < quiet:
        return NOW.replace(hour=7, minute=30) + timedelta(minutes=11 * index)
    return NOW.replace(hour=9, minute=54) + timedelta(minutes=3.8 * (index - quiet), seconds=13 * index)


def _observe(desk: OpenDesk, clock: StillClock, nurse: StaffMember, given: list[DoseRecord]) -> None:
    """The early ones were let go, one of them after a fever; of those who still sit there one has a rash and one cannot breathe well."""
    early, late = given[: DOSES_TODAY // 2], given[DOSES_TODAY // 2 :]
    for record in early:
        clock.now = record.dose.occurred_at + timedelta(minutes=31)
        feverish = record is early[3]
        if feverish:
            desk.work.reactions.note(record.dose.id, ReactionDraft(clock.now, (Sign.FEVER,)), nurse)
        outcome = ObservationOutcome.REACTION if feverish else ObservationOutcome.WELL
        desk.work.observation.end(record.dose.id, outcome, "", nurse)
    clock.now = NOW - timedelta(minutes=2)
    rash = ReactionDraft(clock.now, (Sign.RASH,), Severity.GRADE_1, "kháng histamin, theo dõi thêm")
    desk.work.reactions.note(late[4].dose.id, rash, nurse)
    signs, treated = (Sign.BREATHING, Sign.RASH), "adrenalin 0,5 mg tiêm bắp"
    desk.work.reactions.note(late[-4].dose.id, ReactionDraft(clock.now, signs, Severity.GRADE_2, treated), nurse)


def _give_papers(desk: OpenDesk, clock: StillClock, nurse: StaffMember, given: list[DoseRecord]) -> None:
    """The first ones went home with a provisional paper; two of them were corrected or taken back since."""
    for record in given[:8]:
        clock.now = record.dose.occurred_at + timedelta(minutes=33)
        page = hashlib.sha256(record.dose.id.encode()).hexdigest()  # nothing is drawn: only the ledger is looked at
        desk.work.certificates.note_print(record, "confirmation", page, "", nurse)
    clock.now = NOW - timedelta(minutes=40)
    desk.work.desk.correct(given[2].dose.id, DoseChanges(injector="Nguyễn Quốc Việt"), "ghi nhầm người tiêm", nurse)
    desk.work.desk.void(given[5].dose.id, "quét nhầm thẻ của người đi cùng", nurse)


_WAY = (Station.WAITING, Station.SCREENING, Station.INJECTION)
_QUEUE = (
    (Station.INJECTION, 38),
    (Station.INJECTION, 21),
    (Station.SCREENING, 9),
    *((Station.WAITING, left) for left in (17, 12, 8, 3)),
)


def _fill_queue(desk: OpenDesk, clock: StillClock, nurse: StaffMember, people: tuple[MadeUpPerson, ...]) -> None:
    """People on their way through the site: where they are, and for how many minutes."""
    for person, (station, minutes) in zip(people, _QUEUE, strict=False):
        card = scan.parse(card_text(person), NOW.date())
        assert isinstance(card, IdentityCard)
        on_the_way = _WAY.index(station)
        clock.now = NOW - timedelta(minutes=minutes + 6 * on_the_way)
        ticket = desk.work.tickets.open(card.person, nurse)
        for place in _WAY[1 : on_the_way + 1]:
            clock.now += timedelta(minutes=6)
            desk.work.tickets.move(ticket.id, place, nurse)
    clock.now = NOW


def _record(desk: OpenDesk, nurse: StaffMember, person: MadeUpPerson, preset: Preset) -> DoseRecord:
    card = scan.parse(card_text(person), desk.work.clock().date())
    assert isinstance(card, IdentityCard)
    draft = DoseDraft(
        person=dataclasses.replace(card.person, phone=f"09{person.number[-8:]}"),
        vaccine=preset.vaccine,
        lot=preset.lot,
        expiry=preset.expiry,
        occurred_at=desk.work.clock(),
        screening=Screening.ELIGIBLE,
        injector=preset.injector,
    )
    return desk.work.desk.record(draft, nurse)


def _platform_answers(desk: OpenDesk) -> None:
    book = desk.work.sync_book
    due = [one for one in book.due(NOW, 100, asked=True) if isinstance(one, DueDose)]
    due.sort(key=lambda one: one.dose.sequence)
    received, aside = due[: -(WAITING + ASIDE)], due[-(WAITING + ASIDE) : -WAITING]
    at = NOW - timedelta(minutes=2)
    for one in received:
        receipt = Receipt(one.dose.id, one.dose.revision, "1", at, "0" * 64)
        book.apply([Acknowledged(one.entry, receipt)], at)
    for one, (code, text) in zip(aside, _REFUSALS, strict=True):
        book.set_aside(PutAside(one.entry, code, text), _conflict(one, at) if code == "record-conflict" else None, at)
    book.note_read_back([ReadBack(one.dose.id, one.dose.revision, "0" * 64) for one in received[:-1]], at)
    book.apply_page("stage", "1", [finding for one in received for finding in _findings(one, received.index(one))], at)
    book.save_link(LinkState(last_reached_at=at))


_LOT_REFUSED = ("refused-lot", "Immunization.lotNumber: this lot was not distributed to this site")
_REFUSALS = (
    _LOT_REFUSED,
    _LOT_REFUSED,
    _LOT_REFUSED,
    ("refused-person", "Patient.birthDate does not agree with the identifier"),
    ("record-conflict", "Immunization has a newer version than the one this update is based on"),
)


def _conflict(one: DueDose, at: datetime) -> Dispute:
    """Another desk's correction reached the platform first."""
    theirs = dataclasses.replace(one.dose, revision=2, lot="FL4572", injector="Nguyễn Quốc Việt")
    return Dispute(f"version/{one.dose.id}", DisputeKind.VERSION, one.dose.id, "", "2", at, theirs)


def _findings(one: DueDose, place: int) -> list[Finding]:
    dose, wrong = one.dose, place % 9 == 4
    state = Identity.MISMATCH if wrong else Identity.MATCHED
    fields = ("birth-date",) if wrong else ()
    found = [Finding(f"VerificationResult/{dose.id}", "1", IdentityFound(dose.id, "1", state, fields, NOW))]
    if place < FIRST_DOSES and not wrong:
        number = f"URN:UVCI:01:VN:{dose.id.replace('-', '').upper()}"
        paper = Certificate(CertificateId(f"certificate-{place}"), dose.id, "1", number, "HC1:", "current", NOW)
        found.append(Finding(f"DocumentReference/{place}", "1", CertificateFound(paper)))
    return found
