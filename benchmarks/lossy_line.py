"""A backlog over a line that loses every fifth packet and breaks off now and then, with the real sync thread. Run by hand: it takes long.

    sudo .venv/bin/python benchmarks/lossy_line.py      (Linux, root, iproute2)

Prints JSON lines: how far it is, and at the end requests per 1,000 doses, bytes a dose (as the desk counts them, and whole IP packets with
everything sent again), goodput. BENCH_DOSES, BENCH_LIMIT_S, BENCH_LINE (JSON of support.bad_link.Quality) change the task.
"""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import measure
from bench_push import DOSES, record_all
from platforms import ready_base
from support.bad_link import PERFECT, BadLink, Quality, Side, bad_link, why_not
from support.builders import DeskUnderTest, a_desk, a_site
from support.sync_bench import AUTHENTICATION_KEY, enrolled

from vaxdesk.demo.platform import Platform
from vaxdesk.models import catalogue, outbox
from vaxdesk.models.sync_book import ENROLMENT
from vaxdesk.sync.client import open_client
from vaxdesk.sync.codings import of_catalogue
from vaxdesk.sync.engine import Engine, SyncReport
from vaxdesk.sync.runner import SyncRunner
from vaxdesk.sync.wire import Wire

LIMIT_S = float(os.environ.get("BENCH_LIMIT_S", "1500"))
LINE = Quality(cut_every_s=90.0, cut_s=8.0)
PROGRESS_S = 60.0


def main() -> None:
    """Both sides of the line, and what went over it."""
    if why_not():
        measure.note("no bad line here", because=why_not())
        return
    quality = Quality(**json.loads(os.environ.get("BENCH_LINE", json.dumps(asdict(LINE)))))
    with tempfile.TemporaryDirectory() as name, bad_link(quality) as link:
        folder = Path(name)
        centre = [
            sys.executable,
            "-m",
            "vaxplatform",
            "serve",
            "--no-services",
            "--port",
            "0",
            "--data",
            str(folder / "platform"),
        ]
        base = ready_base(link.popen(Side.CENTRE, centre, stdout=subprocess.PIPE))
        link.join(int(base.rpartition(":")[2]), folder / "seen")
        site = a_site()
        code = Platform(folder / "platform").add_site(str(site.code), site.name, site.address, site.province)
        desk = [sys.executable, __file__, "desk", base, code]
        link.change(**asdict(PERFECT))
        run(link, link.popen(Side.SITE, desk, stdin=subprocess.PIPE, stdout=subprocess.PIPE), quality, folder / "seen")


def run(link: BadLink, desk: subprocess.Popen[str], quality: Quality, seen: Path) -> None:
    """Makes the line bad once the desk has its backlog; passes on what it says."""
    assert desk.stdin is not None
    assert desk.stdout is not None
    desk.stdout.readline()
    before, seen_before = link.change(**asdict(quality)), len(seen.read_bytes())
    desk.stdin.write("go\n")
    desk.stdin.flush()
    told: dict[str, Any] = {}
    for line in desk.stdout:
        told = json.loads(line)
        measure.note("over the lossy line", **told)
    packets = {name: count - before.get(name, 0) for name, count in link.change().items()}
    asked = Counter(without_values(line) for line in seen.read_bytes()[seen_before:].decode().splitlines())
    arrived = max(told["acknowledged"], 1)
    measure.note(
        "lossy line, as the line saw it",
        line=asdict(quality),
        requests=asked,
        transactions_per_1000_doses=round(asked["POST /fhir"] / arrived * 1000, 1),
        ip_bytes_a_dose=round(packets["bytes"] / arrived, 1),
        **packets,
    )


def without_values(line: str) -> str:
    """`GET /fhir/Device?_tag=... HTTP/1.1` -> `GET /fhir/Device`."""
    return re.sub(r"\?\S*", "", line).rpartition(" ")[0]


def desk_side(base: str, code: str) -> None:
    """The desk: enrols, records, waits for the word, then lets its sync thread work."""
    with tempfile.TemporaryDirectory() as name:
        desk = a_desk(Path(name))
        enrolment = enrolled(base, code)
        with desk.store.write() as connection:
            outbox.write_setting(connection, ENROLMENT, json.dumps(asdict(enrolment)))
        record_all(desk)
        print("recorded", flush=True)
        sys.stdin.readline()
        wire = Wire()
        engine = Engine(
            desk.work.sync_book,
            lambda: open_client(enrolment, lambda: AUTHENTICATION_KEY, wire),
            lambda: datetime.now(UTC),
            codings=of_catalogue(catalogue.load()),
        )
        sync(desk, engine, wire)
        desk.store.close()


def sync(desk: DeskUnderTest, engine: Engine, wire: Wire) -> None:
    """Until everything is received and a whole run went well, or the time is over."""
    reports: list[SyncReport] = []
    done = threading.Event()

    def reported(report: SyncReport) -> None:
        reports.append(report)
        if report.waiting == 0 and not report.trouble:
            done.set()

    runner = SyncRunner(engine, reported, rng=random.Random(3))
    began = time.monotonic()
    runner.start()
    while not done.wait(PROGRESS_S) and time.monotonic() - began < LIMIT_S:
        say(desk, reports, wire, time.monotonic() - began)
    say(desk, reports, wire, time.monotonic() - began)
    runner.stop()


def say(desk: DeskUnderTest, reports: list[SyncReport], wire: Wire, seconds: float) -> None:
    """How far it is."""
    book = desk.work.sync_book
    arrived = DOSES - book.waiting()
    told: dict[str, object] = {"doses": DOSES, "acknowledged": arrived, "seconds": round(seconds, 1)}
    told |= {
        "doses_per_s": round(arrived / seconds, 2),
        "runs": len(reports),
        "link": str(book.link().bundle_doses_max),
    }
    told["troubles"] = Counter(report.trouble for report in reports)
    meter = getattr(wire, "meter", None)
    if meter is not None:
        told |= {"requests": meter.requests, "sent_bytes": meter.sent_bytes, "received_bytes": meter.received_bytes}
        told["bytes_a_dose"] = round((meter.sent_bytes + meter.received_bytes) / max(arrived, 1), 1)
        told["goodput_bits_s"] = round(meter.sent_bytes * 8 / seconds)
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    desk_side(*sys.argv[2:]) if sys.argv[1:2] == ["desk"] else main()
