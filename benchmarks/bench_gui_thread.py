"""How long the window is ever deaf while a nurse records, a million people lie in the store and a backlog is being sent.

The floor is the same window with nobody at work and nothing to send: what the machine itself takes. The aim is no gap over 50 ms.
"""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import bench_find_person
import measure
from support import desk_process
from support.builders import a_crowd

from vaxdesk import keys
from vaxdesk.demo.platform import Platform

PEOPLE = int(os.environ.get("BENCH_PEOPLE", "1000000"))
BACKLOG = int(os.environ.get("BENCH_BACKLOG", "3000"))
GIVEN, IDLE_S = 100, 5
AIM_MS = 50
_WINDOW = Path(__file__).with_name("beating_window.py")


def gaps_ms(process: subprocess.Popen[str], lines: Iterator[list[str]]) -> list[float]:
    """The longest gaps since this was last asked."""
    process.send_signal(signal.SIGUSR1)
    return next(measure_of for word, *rest in lines if word == "gaps" for measure_of in [_list(rest[0])])


def _list(text: str) -> list[float]:
    return [float(part) for part in text.strip("[]").split(",")]


def filled(folder: Path) -> None:
    """A million people known to the desk, and doses that wait."""
    with desk_process.opened(folder) as desk:
        manager = desk.work.staff.everyone()[0]
        bench_find_person.PEOPLE = PEOPLE
        bench_find_person.fill(desk.store.path, keys.store_key(desk.vault), manager.id)
        for draft in a_crowd(BACKLOG):
            desk.work.desk.record(draft, manager)


def at_work(process: subprocess.Popen[str], lines: Iterator[list[str]]) -> float:
    """Records everybody; median seconds from the scan to the saved dose."""
    took_s = []
    for given in desk_process.all_given(GIVEN):
        start = time.perf_counter()
        desk_process.told_to(process, given.line)
        word = next(word for word, *_ in lines if word in ("saved", "refused", "trouble"))
        took_s.append(time.perf_counter() - start)
        assert word == "saved"
    return statistics.median(took_s)


def main() -> None:
    """Prints the longest gap at work beside the longest one at rest."""
    with tempfile.TemporaryDirectory() as name:
        platform = Platform(Path(name) / "platform")
        platform.start()
        try:
            _measure(platform, Path(name) / "desk")
        finally:
            platform.stop()


def _measure(platform: Platform, folder: Path) -> None:
    desk_process.enrolled(platform, folder, platform.base)
    filled(folder)
    process = desk_process.started(folder, _WINDOW)
    lines = desk_process.spoken(process)
    assert next(lines)[0] == "ready"
    gaps_ms(process, lines)
    scan_to_saved_s = at_work(process, lines)
    working = gaps_ms(process, lines)
    while _waiting(folder):
        time.sleep(1)
    gaps_ms(process, lines)
    time.sleep(IDLE_S)
    resting = gaps_ms(process, lines)
    desk_process.closed(process)
    facts = {"people": PEOPLE, "backlog": BACKLOG, "scan_to_saved_ms": round(scan_to_saved_s * 1000)}
    facts |= {
        "ms": working[0],
        "aim_ms": AIM_MS,
        "at_rest_ms": resting[0],
        "over_aim": sum(g > AIM_MS for g in working),
    }
    measure.note("longest time the GUI thread was deaf", longest_ms=working[:5], **facts)


def _waiting(folder: Path) -> int:
    with desk_process.opened(folder) as desk:
        return desk.work.figures.counts().waiting


if __name__ == "__main__":
    sys.exit(main())
