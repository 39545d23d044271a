"""Timing for the benchmarks: a part of vaxdesk beside its floor, taken in turns in the same run, because machines are noisy."""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / part) for part in (".", "tests", "tests/support")]


def once_s(work: Callable[[], object]) -> float:
    """Seconds one call takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def in_turns(ours: Callable[[], object], floor: Callable[[], object], rounds: int) -> tuple[list[float], list[float]]:
    """Seconds of each call of both, alternating, so that a slow minute hits both alike."""
    ours_s, floor_s = [], []
    for _ in range(rounds):
        floor_s.append(once_s(floor))
        ours_s.append(once_s(ours))
    return ours_s, floor_s


def p95(values: list[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(values, n=20)[18]


def resident_mb() -> float:
    """Megabytes of memory this process holds now; the most it ever held where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
    except OSError:
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def report(what: str, ours_s: float, floor_s: float, aim: float, **more: object) -> None:
    """One result as a JSON line; times in seconds come out in milliseconds."""
    compare(what, ours_s * 1000, floor_s * 1000, aim, "ms", **more)


def compare(what: str, ours: float, floor: float, aim: float, unit: str, **more: object) -> None:
    """One ratio as a JSON line."""
    ratio = {"what": what, "ratio": round(ours / floor, 2), "aim": aim}
    note(**ratio, **{f"ours_{unit}": round(ours, 3), f"floor_{unit}": round(floor, 3)}, **more)


def note(what: str, **facts: object) -> None:
    """One line of facts."""
    sys.stdout.write(json.dumps({"what": what} | facts) + "\n")
    sys.stdout.flush()
