"""Push waiting doses over loopback to a real platform process, beside a bare requests loop that posts the very same bytes.

Each bundle is posted to a second fresh platform right after its own answer, on another clock: a slow moment hits both alike.
Bytes: the bodies as sent, beside gzip of the same facts as the least JSON anybody could write.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import measure
import requests
from platforms import a_fresh_platform
from requests.adapters import HTTPAdapter
from sqlalchemy import Connection
from support.builders import NOON, Clock, DeskUnderTest, a_desk, a_draft
from support.faulty import is_transaction
from support.sync_bench import AUTHENTICATION_KEY
from urllib3 import HTTPResponse

from vaxdesk.demo.people import MadeUpPerson, population
from vaxdesk.models import catalogue, outbox
from vaxdesk.models.db import Store
from vaxdesk.models.desk import Desk
from vaxdesk.models.drafts import DoseDraft
from vaxdesk.models.exchange import DueDose, Enrolment
from vaxdesk.models.sync_book import ENROLMENT, SyncBook
from vaxdesk.models.values import PersonDraft
from vaxdesk.sync.client import Client, open_client
from vaxdesk.sync.codings import of_catalogue
from vaxdesk.sync.engine import Engine
from vaxdesk.sync.pace import Pace
from vaxdesk.sync.push import Push, Pushed
from vaxdesk.sync.tokens import Tokens
from vaxdesk.sync.wire import Wire

DOSES = int(os.environ.get("BENCH_DOSES", "10000"))
BUNDLE_DOSES = 100
INJECTORS = ("Lê Thị Mai", "Nguyễn Hoàng Long", "Trần Ngọc Ánh")
LOTS = ("FL4574", "FK0104", "30125BA")


@dataclass
class DoubledLine(HTTPAdapter):
    """Sends as ever; notes each transaction's bytes, and posts the same bytes to the other platform with a bare session."""

    floor: Enrolment
    floor_s: float = 0.0
    bodies: list[bytes] = field(default_factory=list)
    head_bytes: int = 0

    def __post_init__(self) -> None:
        super().__init__()
        self._session = requests.Session()
        self._session.trust_env = False
        self._tokens = Tokens(Wire(), self.floor.token_url, self.floor.client_id, lambda: AUTHENTICATION_KEY)

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:  # type: ignore[override]
        answer = super().send(request, *args, **kwargs)
        if is_transaction(request):
            answer.raw = _whole(
                answer.raw
            )  # before the other platform works; our client reads it as it does from a line
            start = time.perf_counter()
            self._note(request)
            self._post_again(request)
            self.floor_s += time.perf_counter() - start
        return answer

    def _note(self, request: requests.PreparedRequest) -> None:
        assert isinstance(request.body, bytes)
        self.bodies.append(request.body)
        self.head_bytes += sum(len(name) + len(str(value)) + 4 for name, value in request.headers.items())

    def _post_again(self, request: requests.PreparedRequest) -> None:
        headers = dict(request.headers) | {"Authorization": f"Bearer {self._tokens.token()}"}
        answer = self._session.post(self.floor.fhir_base, data=request.body, headers=headers)
        answer.raise_for_status()


def _whole(raw: HTTPResponse) -> HTTPResponse:
    """The answer with all its bytes here already, compressed as they came."""
    body = BytesIO(raw.read(decode_content=False))
    return HTTPResponse(body=body, headers=raw.headers, status=raw.status, preload_content=False)


class OneTransaction:
    """A store whose every transaction is part of one: thousands of doses through the desk's own door without as many syncs to disk."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """The one connection."""
        yield self._connection


def record_all(desk: DeskUnderTest) -> None:
    """Records DOSES doses of made-up adults."""
    with desk.store.write() as connection:
        door = Desk(cast(Store, OneTransaction(connection)), desk.clock)
        for draft in drafts():
            door.record(draft, desk.manager)


def drafts() -> Iterator[DoseDraft]:
    """One dose each for DOSES people, lots and injectors as on a busy day."""
    draw = random.Random(11)
    people = (one for one in population(2021, DOSES * 2) if 20 <= 2021 - one.birth_date.year <= 64)
    for person, _ in zip(people, range(DOSES), strict=False):
        yield a_draft(
            person=drafted(person),
            lot=draw.choice(LOTS),
            expiry=date(2022, 2, 28),
            occurred_at=NOON.replace(hour=8 + draw.randrange(2), minute=draw.randrange(60), second=draw.randrange(60)),
            injector=draw.choice(INJECTORS),
        )


def drafted(person: MadeUpPerson) -> PersonDraft:
    """What a card says of a person."""
    born = person.birth_date.isoformat()
    return PersonDraft(person.number, person.name, born, person.sex, person.old_id, address=person.address)


def least(due: DueDose) -> dict[str, Any]:
    """The facts of a dose and its person under the desk's own names, without codes, addresses or structure."""
    facts: dict[str, Any] = asdict(due.dose) | asdict(due.person)
    facts |= {"id": due.dose.id, "revision": due.dose.revision, "citizen_id": due.person.citizen_id.digits}
    return {name: plain(value) for name, value in facts.items() if value not in ("", None)}


def plain(value: object) -> object:
    """As JSON has it; times to the second, as they are sent."""
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else value


def least_bytes(due: list[DueDose]) -> int:
    """Bytes of the same doses in bundles of the same size, compressed as ours are."""
    total = 0
    for start in range(0, len(due), BUNDLE_DOSES):
        facts = [least(one) for one in due[start : start + BUNDLE_DOSES]]
        text = json.dumps(facts, ensure_ascii=False, separators=(",", ":"), default=str)
        total += len(gzip.compress(text.encode("utf-8"), 9, mtime=0))
    return total


def client_over(line: HTTPAdapter, enrolment: Enrolment) -> Client:
    """The desk's own client on a watched line."""
    wire = Wire()
    wire.session.mount("http://", line)
    return open_client(enrolment, lambda: AUTHENTICATION_KEY, wire)


def push(book: SyncBook, client: Client, clock: Clock) -> Pushed:
    """One push, as a run of the engine makes it."""
    codings = of_catalogue(catalogue.load())
    return Push(
        book, client, codings, clock, random.Random(7), Pace(BUNDLE_DOSES, timed=BUNDLE_DOSES), lambda: False
    ).run(asked=True)


def run(folder: Path, enrolment: Enrolment, floor: Enrolment) -> None:
    """Records, pushes, reports."""
    desk = a_desk(folder)
    with desk.store.write() as connection:
        outbox.write_setting(connection, ENROLMENT, json.dumps(asdict(enrolment)))
    record_all(desk)
    book = desk.work.sync_book
    due = [one for one in book.due(desk.clock(), DOSES, True) if isinstance(one, DueDose)]
    line = DoubledLine(floor)
    client = client_over(line, enrolment)
    whole_s = measure.once_s(lambda: check(push(book, client, desk.clock)))
    report_push(whole_s - line.floor_s, line)
    report_bytes(line, least_bytes(due))
    engine = Engine(book, lambda: client_over(HTTPAdapter(), enrolment), desk.clock)
    measure.note(
        "pull and read back after the push", run_s=round(measure.once_s(lambda: engine.run_once(asked=True)), 2)
    )
    desk.store.close()


def check(pushed: Pushed) -> None:
    """A push that did not get through measures nothing."""
    assert pushed.acknowledged == DOSES, pushed


def report_push(ours_s: float, line: DoubledLine) -> None:
    """The times, whole and a dose."""
    facts = {"doses": DOSES, "bundles": len(line.bodies), "doses_per_s": round(DOSES / ours_s)}
    measure.report("push waiting doses over loopback", ours_s, line.floor_s, 1.5, **facts)


def report_bytes(line: DoubledLine, floor_bytes: int) -> None:
    """Bytes a dose: bodies, and with the HTTP headers."""
    body_bytes = sum(map(len, line.bodies))
    facts: Mapping[str, object] = {
        "plain_bytes": round(sum(len(gzip.decompress(body)) for body in line.bodies) / DOSES, 1),
        "with_headers_bytes": round((body_bytes + line.head_bytes) / DOSES, 1),
    }
    measure.compare("bytes on the wire a dose", body_bytes / DOSES, floor_bytes / DOSES, 2.5, "bytes", **facts)


def main() -> None:
    """Prints both ratios."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with a_fresh_platform(folder / "ours") as ours, a_fresh_platform(folder / "floor") as floor:
            (folder / "desk").mkdir()
            run(folder / "desk", ours, floor)


if __name__ == "__main__":
    main()
