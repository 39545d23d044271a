"""Pull many changes over loopback from a real platform process, beside a bare loop over the very same pages.

The floor gets each page right after us, with a bare session, reads its JSON, and puts one row a change into a bare sqlcipher3 table, one
transaction a page; we write two (what was seen, and what it says) and look whether the page is in order. Memory is looked at on the way: it must not grow with what is pulled.
"""

from __future__ import annotations

import gzip
import json
import os
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import bench_push
import measure
import requests
from bench_push import client_over, record_all
from platforms import a_fresh_platform
from requests.adapters import HTTPAdapter
from sqlcipher3 import dbapi2
from support.builders import DeskUnderTest, a_desk, a_site

from vaxdesk.models import outbox
from vaxdesk.models.exchange import Enrolment
from vaxdesk.models.sync_book import ENROLMENT
from vaxdesk.sync.engine import Engine

CHANGES = int(os.environ.get("BENCH_CHANGES", "100000"))
DOSES = int(os.environ.get("BENCH_PULL_DOSES", "2000"))
BUNDLE_CHANGES = 500
_FEED = "/VerificationResult"


@dataclass
class DoubledPages(HTTPAdapter):
    """Sends as ever; gets each page of the feed a second time for the floor, on its own clock."""

    bare: dbapi2.Connection
    floor_s: float = 0.0
    pages: int = 0
    resident_mb: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._session = requests.Session()
        self._session.trust_env = False
        self.bare.execute("CREATE TABLE change (id TEXT PRIMARY KEY, version TEXT, at TEXT, target TEXT, status TEXT)")

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:  # type: ignore[override]
        answer = super().send(request, *args, **kwargs)
        if request.method == "GET" and _FEED in str(request.url):
            _ = answer.content
            self.floor_s += measure.once_s(lambda: self._same_page(request))
            self.pages += 1
            self.resident_mb.append(measure.resident_mb())
        return answer

    def _same_page(self, request: requests.PreparedRequest) -> None:
        answer = self._session.get(str(request.url), headers=dict(request.headers))
        found = [entry["resource"] for entry in json.loads(answer.content).get("entry", [])]
        rows = [
            (r["id"], r["meta"]["versionId"], r["statusDate"], r["target"][0]["reference"], r["status"]) for r in found
        ]
        self.bare.execute("BEGIN")
        self.bare.executemany("INSERT OR REPLACE INTO change VALUES (?, ?, ?, ?, ?)", rows)
        self.bare.execute("COMMIT")


def results(dose_ids: list[str]) -> Iterator[dict[str, Any]]:
    """CHANGES results of matching, in turn for the given doses."""
    for number in range(CHANGES):
        yield {
            "resourceType": "VerificationResult",
            "id": str(uuid.UUID(int=number, version=4)),
            "meta": {"tag": [{"system": "urn:vaxdesk:site", "code": str(a_site().code)}]},
            "target": [{"reference": f"Immunization/{dose_ids[number % len(dose_ids)]}"}],
            "status": "validated",
            "statusDate": f"2021-11-12T{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}+07:00",
            "validationProcess": [{"coding": [{"system": "urn:vaxdesk:identity", "code": "matched"}]}],
        }


def fill(fhir_base: str, dose_ids: list[str]) -> None:
    """Writes the changes as the matching service would."""
    session, waiting = requests.Session(), list[dict[str, Any]]()
    session.trust_env = False
    headers = {"Content-Type": "application/fhir+json", "Content-Encoding": "gzip", "Prefer": "return=minimal"}
    for number, result in enumerate(results(dose_ids), start=1):
        request = {"method": "PUT", "url": f"VerificationResult/{result['id']}"}
        waiting.append({"resource": result, "request": request})
        if len(waiting) == BUNDLE_CHANGES or number == CHANGES:
            bundle = {"resourceType": "Bundle", "type": "transaction", "entry": waiting}
            session.post(
                fhir_base, data=gzip.compress(json.dumps(bundle).encode(), 1), headers=headers
            ).raise_for_status()
            waiting = []


def run(folder: Path, enrolled: Enrolment) -> None:
    """Doses up, changes made, changes down."""
    enrolment = replace(enrolled, auth="none")
    desk = a_desk(folder)
    with desk.store.write() as connection:
        outbox.write_setting(connection, ENROLMENT, json.dumps(asdict(enrolment)))
    bench_push.DOSES = DOSES
    record_all(desk)
    pushing = Engine(desk.work.sync_book, lambda: client_over(HTTPAdapter(), enrolment), desk.clock)
    assert pushing.run_once(asked=True).acknowledged == DOSES
    fill(enrolment.fhir_base, [record.dose.id for record in desk.work.desk.all_records()])
    bare = a_bare_database(folder / "bare.db")
    pull(desk, DoubledPages(bare), enrolment)
    bare.close()
    desk.store.close()


def a_bare_database(file: Path) -> dbapi2.Connection:
    """Encrypted and durable as ours, and nothing more."""
    connection = dbapi2.connect(str(file), isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{os.urandom(32).hex()}'\"")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def pull(desk: DeskUnderTest, line: DoubledPages, enrolment: Enrolment) -> None:
    """Everything, then once more when there is nothing new."""
    engine = Engine(desk.work.sync_book, lambda: client_over(line, enrolment), desk.clock)
    start, pulled = time.perf_counter(), 0
    while pulled < CHANGES:
        report = engine.run_once(asked=True)
        assert report.reached, report
        pulled += report.pulled
    ours_s = time.perf_counter() - start - line.floor_s
    facts = {"changes": pulled, "pages": line.pages, "changes_per_s": round(pulled / ours_s)}
    measure.report("pull changes over loopback", ours_s, line.floor_s, 2.5, **facts)
    half = line.resident_mb[len(line.resident_mb) // 2]  # by then the caches of the databases are full
    measure.compare("memory at its most in a pull, beside after half of it", max(line.resident_mb), half, 1.1, "mb")


def main() -> None:
    """Prints both ratios."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with a_fresh_platform(folder / "platform", "--no-auth") as enrolment:
            (folder / "desk").mkdir()
            run(folder / "desk", enrolment)


if __name__ == "__main__":
    main()
