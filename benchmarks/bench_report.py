"""The official report over a million doses, beside the bare SQL count of the same rows; and the report of one day among them."""

from __future__ import annotations

import os
import random
import statistics
import tempfile
import uuid
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from measure import in_turns, note, report
from sqlcipher3 import dbapi2
from support.builders import a_desk

from vaxdesk.models.db import open_keyed
from vaxdesk.models.report_forms import form_of
from vaxdesk.models.reports import ReportKind, Span

DOSES = int(os.environ.get("BENCH_DOSES", "1000000"))
DAYS, ROUNDS = 120, 3
FIRST = date(2021, 7, 10)
COLUMNS = (
    "id, revision, person_id, citizen_id, status, screening, vaccine, lot, expiry, dose_number, series, series_doses, dose_ml, body_site,"
    " occurred_at, recorded_at, recorder_id, recorder, injector, device_id, epoch, sequence, site, site_name, reason, override_reason,"
    " saved_at, saved_by"
)
WHYS = ("postponed", "refused", "referred", "contraindicated")


def fill(path: Path, key: bytes, manager: str) -> None:
    """Half as many people as doses, straight into the tables; what would enqueue them is taken away first."""
    draw, connection = random.Random(7), open_keyed(path, key)
    for (name,) in list(
        connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'dose'")
    ):
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute("BEGIN")
    people = [_id(draw) for _ in range(max(1, DOSES // 2))]
    for index, person in enumerate(people):
        number = f"079{draw.randrange(4)}{index % 100:02d}{index:06d}"
        born = f"{draw.randrange(1935, 2009)}-{draw.randrange(1, 13):02d}-{draw.randrange(1, 28):02d}"
        connection.execute(
            "INSERT INTO person (id, revision, citizen_id, name_folded, old_id, phone) VALUES (?,1,?,'x','','')",
            (person, number),
        )
        connection.execute(
            "INSERT INTO person_revision VALUES (?,1,?,'X',?,?,'','','','VNM','2021-11-12',?,'','','','')",
            (person, number, born, draw.choice(("male", "female")), manager),
        )
    marks = ",".join("?" * 28)
    for index in range(DOSES):
        connection.execute(f"INSERT INTO dose ({COLUMNS}) VALUES ({marks})", _dose(index, people, draw, manager))
    connection.execute("COMMIT")
    connection.close()


def _id(draw: random.Random) -> str:
    """As the program makes them: in no order, so rows that belong together stand far apart."""
    return str(uuid.UUID(int=draw.getrandbits(128), version=4))


def _dose(index: int, people: list[str], draw: random.Random, manager: str) -> tuple[object, ...]:
    person = index % len(people)
    at = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC) + timedelta(
        days=index * DAYS // DOSES, seconds=draw.randrange(0, 9 * 3600)
    )
    text, number = at.isoformat(timespec="microseconds"), f"0790{person % 100:02d}{person:06d}"
    sent = draw.random() < 0.08
    status, why = ("not-done", draw.choice(WHYS)) if sent else ("completed", "eligible")
    vaccine = draw.choice(("COMIRNATY", "VAXZEVRIA", "VERO-CELL"))
    return (
        _id(draw), 1, people[person], number, status, why, vaccine, "L1", "2022-02-28", 1 + (index * 2 >= DOSES), "primary", 2, 0.5, "LA",
        text, text, manager, "A", "B", "dev", 1, index + 1, "79-Q10-P05", "Trạm", "", "", text, manager,
    )  # fmt: skip


def counted(bare: dbapi2.Connection) -> list[object]:
    """The bare statement: the same rows by the columns of `dose` alone."""
    query = "SELECT status, vaccine, screening, series, dose_number, count(*) FROM dose GROUP BY 1, 2, 3, 4, 5"
    return list(bare.execute(query))


def main() -> None:
    """Prints the ratio over everything, and what one day costs."""
    with tempfile.TemporaryDirectory() as name:
        desk = a_desk(Path(name))
        fill(desk.store.path, desk.key, desk.manager.id)
        bare = open_keyed(desk.store.path, desk.key)
        whole, day = (
            Span(FIRST, FIRST + timedelta(days=DAYS)),
            Span(FIRST + timedelta(days=60), FIRST + timedelta(days=60)),
        )
        book = desk.work.reports

        def form(span: Span) -> object:
            return form_of(book.report(span), ReportKind.DAILY)

        ours, floor = in_turns(lambda: form(whole), lambda: counted(bare), ROUNDS)
        report(
            "report over all doses", statistics.median(ours), statistics.median(floor), 2.0, doses=DOSES, limit_ms=2000
        )
        ours, floor = in_turns(lambda: form(day), lambda: counted(bare), ROUNDS)
        note("report of one day among them", ours_ms=round(statistics.median(ours) * 1000, 1), doses=DOSES)
        ours, _ = in_turns(lambda: book.pictures(whole), lambda: None, ROUNDS)
        note("its charts", ours_ms=round(statistics.median(ours) * 1000, 1), doses=DOSES)
        bare.close()
        desk.store.close()


if __name__ == "__main__":
    main()
