"""Timing for the benchmarks: a part of vaxdesk beside its floor, taken in turns in the same run, because machines are noisy."""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[1] / "tests")]


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


def report(what: str, ours: float, floor: float, aim: float, **more: object) -> None:
    """One result as a JSON line; times in milliseconds."""
    row = {
        "what": what,
        "ratio": round(ours / floor, 2),
        "aim": aim,
        "ours_ms": round(ours * 1000, 3),
        "floor_ms": round(floor * 1000, 3),
    }
    sys.stdout.write(json.dumps(row | more) + "\n")
    sys.stdout.flush()
