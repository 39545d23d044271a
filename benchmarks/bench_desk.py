"""A nurse and her scanner at the real window: 100 people on a real screen (Xvfb), every key through the X server (xdotool).

A card is typed as a keyboard-wedge scanner does, one character after the other and Enter; then Space for a screening without anything
abnormal, Enter to save. The next person's card follows as soon as the dose lies in the store. Reported: keys besides the scan and
seconds of wall time a person, from the first character of the scan to the committed dose. Half of the people come for their second dose.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

import measure
from support import desk_process

from vaxdesk.app import OpenDesk
from vaxdesk.demo.people import MadeUpPerson, card_text, population
from vaxdesk.demo.platform import Platform
from vaxdesk.models import scan
from vaxdesk.models.desk import Preset
from vaxdesk.models.drafts import DoseDraft
from vaxdesk.models.values import VIETNAM, IdentityCard, Screening

PEOPLE = int(os.environ.get("BENCH_DESK_PEOPLE", "100"))
KEY_MS, FINGER_MS, READING_S, LOOK_S = 12, 90, 0.6, 0.01
AGAIN_S, PATIENCE_S, SCANS_MAX, FREE_KEYCODE = 1.0, 3.5, 3, 136  # beyond the modifiers
MARKS = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
COMPOSED = (unicodedata.normalize("NFC", letter + mark) for letter in "aăâeêioôơuưy" for mark in MARKS)
LETTERS = [letter for letter in (*COMPOSED, "đ") if not letter.isascii()]
PRESET = Preset("COMIRNATY", "FL4574", date(2035, 2, 28), "", "Phạm Thị Lan")
AIM_KEYS = 3


@contextmanager
def a_screen() -> Iterator[str]:
    """An X server of its own at 1366x768; its display."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1366x768x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=(writing,), stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as told:
            yield f":{told.readline().strip()}"
    finally:
        server.terminate()
        server.wait(10)


@contextmanager
def the_window(folder: Path, display: str) -> Iterator[dict[str, str]]:
    """The program as it is installed, on that screen; the environment in which xdotool finds it."""
    env = os.environ | {
        "DISPLAY": display,
        "VAXDESK_PASSPHRASE": desk_process.PASSPHRASE,
        "QT_QPA_PLATFORM": "xcb",
        "LC_ALL": "C.UTF-8",
    }
    lay_out_letters(env)
    window = subprocess.Popen(
        [sys.executable, "-m", "vaxdesk", "--data", str(folder)], env=env, stderr=subprocess.DEVNULL
    )
    try:
        yield env
    finally:
        window.terminate()
        window.wait(60)


def keys(env: dict[str, str], *names: str) -> None:
    """Keys of a person, as slow as fingers are: the window tells a scan by its speed."""
    subprocess.run(["xdotool", "key", "--delay", str(FINGER_MS), *names], env=env, check=True)


def lay_out_letters(env: dict[str, str]) -> None:
    """Every Vietnamese letter on a key of its own: xdotool would otherwise change the layout in the middle of a scan."""
    lines = (f"keycode {FREE_KEYCODE + n} = U{ord(c):04X} U{ord(c.upper()):04X}" for n, c in enumerate(LETTERS))
    subprocess.run(["xmodmap", "-"], input="\n".join(lines), text=True, env=env, check=True)


def warm_up(env: dict[str, str]) -> None:
    """Each new key once: the first press of it comes with a change of the layout, and may be lost."""
    for _ in range(2):
        everything = "".join(LETTERS) + "".join(LETTERS).upper()
        subprocess.run(["xdotool", "type", "--delay", "30", everything], env=env, check=True)
        keys(env, "Escape", "Escape")


def scanned(env: dict[str, str], text: str) -> None:
    """A scan: characters and Enter, as fast as a slow scanner sends them."""
    typed = ["type", "--delay", str(KEY_MS), "--args", "1", text]
    subprocess.run(["xdotool", *typed, "key", "Return"], env=env, check=True)


def sign_in(env: dict[str, str]) -> None:
    """The only account, by its PIN."""
    found = ["xdotool", "search", "--sync", "--onlyvisible", "--name", "vaxdesk"]
    window = subprocess.run(found, env=env, check=True, capture_output=True, text=True).stdout.split()[0]
    subprocess.run(["xdotool", "windowfocus", "--sync", window], env=env, check=True)
    time.sleep(2)  # a person looks at the page
    keys(env, *desk_process.PIN, "Return")
    time.sleep(2)


def given_before(desk: OpenDesk, people: list[MadeUpPerson]) -> None:
    """First doses, four weeks ago."""
    actor = desk.work.staff.everyone()[0]
    at = datetime.now(VIETNAM) - timedelta(days=28)
    for person in people:
        card = scan.parse(card_text(person), date.today())
        assert isinstance(card, IdentityCard)
        product = {"vaccine": PRESET.vaccine, "lot": PRESET.lot, "expiry": PRESET.expiry, "injector": PRESET.injector}
        draft = DoseDraft(person=card.person, occurred_at=at, screening=Screening.ELIGIBLE, **product)
        desk.work.desk.record(draft, actor)


def one_person(env: dict[str, str], desk: OpenDesk, person: MadeUpPerson) -> tuple[int, int, float | None]:
    """Keys besides the scan, scans, and seconds until the dose is in the store; None when it never was."""
    before, start, pressed = desk.work.figures.counts().given, time.perf_counter(), 0
    for scans in range(1, SCANS_MAX + 1):
        scanned(env, card_text(person))
        time.sleep(READING_S)  # a person reads the answer
        keys(env, "space", "Return")
        pressed += 2
        give_up, again = time.perf_counter() + PATIENCE_S, time.perf_counter() + AGAIN_S
        while time.perf_counter() < give_up:
            if desk.work.figures.counts().given > before:
                return pressed, scans, time.perf_counter() - start
            if time.perf_counter() > again:  # the answer came late: Enter once more
                keys(env, "Return")
                pressed, again = pressed + 1, time.perf_counter() + AGAIN_S
            time.sleep(LOOK_S)
        keys(env, "Escape")  # the page did not take the card: a person scans again
        pressed += 1
    return pressed, SCANS_MAX, None


def main() -> None:
    """Prints keys and seconds a person."""
    missing = [tool for tool in ("Xvfb", "xdotool", "xmodmap") if shutil.which(tool) is None]
    if missing:
        measure.note("a nurse and her scanner", skipped=f"not installed: {', '.join(missing)}")
        return
    people = [p for p in population(11, PEOPLE * 4) if 20 <= date.today().year - p.birth_date.year <= 60][:PEOPLE]
    with tempfile.TemporaryDirectory() as name, a_screen() as display:
        platform = Platform(Path(name) / "platform")
        platform.start()
        try:
            _measure(platform, Path(name) / "desk", people, display)
        finally:
            platform.stop()


def _measure(platform: Platform, folder: Path, people: list[MadeUpPerson], display: str) -> None:
    desk_process.enrolled(platform, folder, platform.base)
    with desk_process.opened(folder) as desk:
        given_before(desk, people[::2])
        desk.work.desk.set_preset(PRESET)
        with the_window(folder, display) as env:
            sign_in(env)
            warm_up(env)
            results = [one_person(env, desk, person) for person in people]
    saved = [(pressed, scans, took_s) for pressed, scans, took_s in results if took_s is not None]
    pressed, scans, took = zip(*saved, strict=True)
    facts = {"people": len(people), "not_saved": len(people) - len(saved), "scans": sum(scans)}
    facts |= {"keys_max": max(pressed), "keys_mean": round(statistics.mean(pressed), 2), "aim_keys": AIM_KEYS}
    facts |= {"seconds_median": round(statistics.median(took), 2), "seconds_p95": round(measure.p95(list(took)), 2)}
    measure.note("a nurse and her scanner: one scan, then keys", **facts)


if __name__ == "__main__":
    main()
