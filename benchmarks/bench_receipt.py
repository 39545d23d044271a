"""From the moment a nurse saves to the stored receipt, on a good line: the real sync thread, a real platform process, doses at odd moments.

The floor is the same bundle posted by a bare session and one row written, beside it. What a minute without news costs is a line of its own.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import bench_push
import measure
from bench_push import DoubledLine, client_over, drafts
from platforms import a_fresh_platform
from support.builders import DeskUnderTest, a_desk

from vaxdesk.models import outbox
from vaxdesk.models.exchange import Enrolment
from vaxdesk.models.sync_book import ENROLMENT, SyncBook
from vaxdesk.sync.engine import Engine
from vaxdesk.sync.runner import SyncRunner

DOSES = int(os.environ.get("BENCH_RECEIPTS", "200"))
PAUSE_S_MAX = 0.5
LIMIT_S = 20.0


class Watched(SyncBook):
    """The book; tells when something was acknowledged."""

    def __init__(self, desk: DeskUnderTest) -> None:
        super().__init__(desk.store)
        self.applied = threading.Event()

    def apply(self, steps: Sequence[Any], now: datetime) -> int:
        """As ever."""
        matched = super().apply(steps, now)
        self.applied.set()
        return matched


def seconds_to_receipt(desk: DeskUnderTest, book: Watched, runner: SyncRunner) -> list[float]:
    """Saves doses one by one, at any moment of what the thread is doing."""
    draw, took_s = random.Random(5), []
    for draft in islice(drafts(), DOSES):
        time.sleep(draw.uniform(0.0, PAUSE_S_MAX))
        book.applied.clear()
        start = time.perf_counter()
        desk.work.desk.record(draft, desk.manager)
        runner.wake()
        assert book.applied.wait(LIMIT_S), "no receipt"
        took_s.append(time.perf_counter() - start)
    return took_s


def run(folder: Path, enrolment: Enrolment, floor: Enrolment) -> None:
    """Measures receipts, then an idle run."""
    desk = a_desk(folder)
    bench_push.DOSES = DOSES
    with desk.store.write() as connection:
        outbox.write_setting(connection, ENROLMENT, json.dumps(asdict(enrolment)))
    book, line = Watched(desk), DoubledLine(floor)
    client = client_over(line, enrolment)
    engine = Engine(book, lambda: client, desk.clock)
    runner = SyncRunner(engine, lambda report: None)
    runner.start()
    took_s = seconds_to_receipt(desk, book, runner)
    runner.stop()
    assert book.waiting() == 0
    floor_s = line.floor_s / len(line.bodies)
    p50, p95 = statistics.median(took_s), measure.p95(took_s)
    facts = {"doses": DOSES, "p50_ms": round(p50 * 1000, 1), "bare_request_ms": round(floor_s * 1000, 1)}
    measure.report("save to stored receipt, p95, beside the limit of one second", p95 - floor_s, 1.0, 1.0, **facts)
    engine.stopping = lambda: False  # the runner had stopped it
    engine.run_once()
    before = client.meter
    engine.run_once()
    used = client.meter - before
    measure.note(
        "a run without news", requests=used.requests, sent_bytes=used.sent_bytes, received_bytes=used.received_bytes
    )
    desk.store.close()


def main() -> None:
    """Prints the result."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with a_fresh_platform(folder / "ours") as ours, a_fresh_platform(folder / "floor") as floor:
            (folder / "desk").mkdir()
            run(folder / "desk", ours, floor)


if __name__ == "__main__":
    main()
