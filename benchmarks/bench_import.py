"""A list of invited people taken in, beside its floor: bare openpyxl and executemany of the same people into the same encrypted tables.

BENCH_ROWS (default 100,000) people; both start from the file and end with durable rows. The floor checks nothing.
"""

from __future__ import annotations

import os
import tempfile
import uuid
from datetime import datetime
from pathlib import Path
from typing import Any

from measure import in_turns, note, report, resident_mb
from openpyxl import Workbook, load_workbook
from support.builders import DeskUnderTest, a_desk
from support.sheets import HEADINGS, a_row

from vaxdesk.models import exchange_tables as x
from vaxdesk.models import tables as t
from vaxdesk.models.import_columns import ImportKind
from vaxdesk.models.text_repair import fold
from vaxdesk.models.values import VIETNAM

ROWS = int(os.environ.get("BENCH_ROWS", "100000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
AIM = 2.0


def a_file(path: Path) -> Path:
    """One row in ten lost its zeros; written without keeping the sheet in memory."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Danh sách")
    sheet.append(HEADINGS)
    for index in range(1, ROWS + 1):
        sheet.append(a_row(index, number=int(f"1090{index:06d}")) if index % 10 == 0 else a_row(index))
    book.save(path)
    return path


def take_in(desk: DeskUnderTest, path: Path) -> None:
    book = desk.work.imports
    done = book.take_in(book.prepare(book.survey(path), ImportKind.INVITED), desk.manager)
    assert done.counts.new == ROWS, done.counts


def bare(desk: DeskUnderTest, path: Path) -> None:
    """Reads, makes the columns the tables ask for, and writes: nothing is judged."""
    sheet: Any = load_workbook(path, read_only=True)["Danh sách"]
    heads, revisions, invited = [], [], []
    now = datetime.now(VIETNAM)
    for _, name, birth, _sex, number, phone, address in sheet.iter_rows(min_row=2, values_only=True):
        digits, person = str(number).zfill(12), str(uuid.uuid4())
        common = {"revision": 1, "citizen_id": digits, "old_id": "", "phone": phone}
        heads.append(common | {"id": person, "name_folded": fold(name)})
        facts = {
            "person_id": person,
            "name": name,
            "birth_date": f"{birth[6:]}-{birth[3:5]}-{birth[:2]}",
            "sex": "male",
        }
        rest = {"address": address, "nationality": "", "saved_at": now, "saved_by": desk.manager.id, "reason": ""}
        revisions.append(common | facts | rest)
        invited.append({"citizen_id": digits, "added_at": now})
    with desk.store.write() as connection:
        for table, rows in ((t.person, heads), (t.person_revision, revisions), (x.invited, invited)):
            connection.execute(table.insert(), rows)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path, made = a_file(folder / "list.xlsx"), iter(range(1000))

        def fresh(work: Any) -> Any:
            desks = [a_desk(_folder(folder, next(made))) for _ in range(ROUNDS)]
            waiting = iter(desks)
            return lambda: work(next(waiting), path)

        ours_s, floor_s = in_turns(fresh(take_in), fresh(bare), ROUNDS)
        report("import", min(ours_s), min(floor_s), AIM, rows=ROWS, rounds=ROUNDS)
        again = a_desk(_folder(folder, next(made)))
        take_in(again, path)
        book = again.work.imports
        plan = book.prepare(book.survey(path), ImportKind.INVITED)
        note("import again", already=book.take_in(plan, again.manager).counts.already, memory_mb=round(resident_mb()))


def _folder(folder: Path, number: int) -> Path:
    made = folder / str(number)
    made.mkdir()
    return made


if __name__ == "__main__":
    main()
