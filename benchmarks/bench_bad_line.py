"""A backlog over a mobile line of 300 ms there and back and 1 Mbit/s: a relay that needs no rights (for lost packets: lossy_line.py).

The floor posts the very same bundles, afterwards, with a bare session over the same relay to a second fresh platform. What the line alone would need
for the bytes stands beside.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import bench_push
import measure
import requests
from bench_push import client_over, record_all
from platforms import a_fresh_platform
from support.bad_link import slow_relay
from support.builders import DeskUnderTest, a_desk
from support.faulty import is_transaction
from support.sync_bench import AUTHENTICATION_KEY

from vaxdesk.models import outbox
from vaxdesk.models.exchange import Enrolment
from vaxdesk.models.sync_book import ENROLMENT
from vaxdesk.sync.client import Client
from vaxdesk.sync.engine import Engine, SyncReport
from vaxdesk.sync.slow_lines import SlowLineAdapter
from vaxdesk.sync.tokens import Tokens
from vaxdesk.sync.wire import Wire

DOSES = int(os.environ.get("BENCH_DOSES", "10000"))
DELAY_S = 0.15  # one way
RATE_BITS_S = 1_000_000.0
RUNS_MAX = 10


@dataclass
class NotedLine(SlowLineAdapter):
    """Sends as ever; keeps the bodies of transactions, and when the last of them was answered."""

    bodies: list[bytes] = field(default_factory=list)
    answered_at: float = 0.0
    resident_mb: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:  # type: ignore[override]
        answer = super().send(request, *args, **kwargs)
        if is_transaction(request) and isinstance(request.body, bytes):
            _ = answer.content
            self.bodies.append(request.body)
            self.answered_at = time.perf_counter()
            self.resident_mb.append(measure.resident_mb())
        return answer


@contextmanager
def over_the_line(enrolment: Enrolment) -> Iterator[Enrolment]:
    """The same platform at the far end of the line; tokens, whose address is signed, come past it."""
    port = urlsplit(enrolment.fhir_base).port
    assert port is not None
    with slow_relay(port, DELAY_S, RATE_BITS_S) as near:
        yield replace(enrolment, fhir_base=enrolment.fhir_base.replace(f":{port}/", f":{near}/"))


def pushed(desk: DeskUnderTest, client: Client, line: NotedLine) -> float:
    """Seconds until the last dose was answered, as the sync thread would do it."""
    engine = Engine(desk.work.sync_book, lambda: client, desk.clock)
    engine.stopping = lambda: desk.work.sync_book.waiting() == 0  # the doses only, not the pull after them
    start, report = time.perf_counter(), SyncReport()
    for _ in range(RUNS_MAX):
        report = engine.run_once(asked=True)
        if report.waiting == 0:
            return line.answered_at - start
    raise AssertionError(report)


def posted(bodies: list[bytes], floor: Enrolment) -> float:
    """Seconds a bare session needs for the same bodies."""
    token = Tokens(Wire(), floor.token_url, floor.client_id, lambda: AUTHENTICATION_KEY).token()
    kinds = {"Content-Type": "application/fhir+json", "Content-Encoding": "gzip", "Prefer": "return=minimal"}
    start = time.perf_counter()
    with requests.Session() as session:
        session.trust_env = False
        for body in bodies:
            session.post(
                floor.fhir_base, data=body, headers=kinds | {"Authorization": f"Bearer {token}"}, timeout=(60, 60)
            ).raise_for_status()
    return time.perf_counter() - start


def run(folder: Path, ours: Enrolment, floor: Enrolment) -> None:
    """Ours, then the floor."""
    desk = a_desk(folder)
    with desk.store.write() as connection:
        outbox.write_setting(connection, ENROLMENT, json.dumps(asdict(ours)))
    bench_push.DOSES = DOSES
    record_all(desk)
    line = NotedLine()
    client = client_over(line, ours)
    ours_s = pushed(desk, client, line)
    used = client.meter
    floor_s = posted(line.bodies, floor)
    there_bytes = sum(map(len, line.bodies))
    facts = {
        "doses": DOSES,
        "doses_per_s": round(DOSES / ours_s),
        "requests_per_1000": round(used.requests / DOSES * 1000, 1),
        "sent_bytes_a_dose": round(used.sent_bytes / DOSES, 1),
        "received_bytes_a_dose": round(used.received_bytes / DOSES, 1),
        "line_alone_s": round(there_bytes * 8 / RATE_BITS_S, 1),
    }
    measure.report("a backlog over 300 ms and 1 Mbit/s", ours_s, floor_s, 1.5, **facts)
    half = line.resident_mb[len(line.resident_mb) // 2]  # by then the caches of the databases are full
    measure.compare("memory at its most in a push, beside after half of it", max(line.resident_mb), half, 1.1, "mb")
    desk.store.close()


def main() -> None:
    """Prints both ratios."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "desk").mkdir()
        with (
            a_fresh_platform(folder / "ours") as ours,
            a_fresh_platform(folder / "floor") as floor,
            over_the_line(ours) as far_ours,
            over_the_line(floor) as far_floor,
        ):
            run(folder / "desk", far_ours, far_floor)


if __name__ == "__main__":
    main()
