"""Lists taken in: invited people, and doses of days that were kept on paper.

Rows go in piece by piece, each piece one transaction, so that the desk goes on working meanwhile and a stop loses nothing. A row that was taken
in is known by its facts (`import_rows`): the same file again, or one that was cut off and started anew, changes nothing already done.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from operator import itemgetter
from pathlib import Path

from sqlalchemy import Connection, select

from vaxdesk.errors import InputRefused, Problem
from vaxdesk.models import audit, dose_book, import_files, judging, outbox, paper_day, people
from vaxdesk.models import exchange_tables as x
from vaxdesk.models import import_judging as j
from vaxdesk.models import office_tables as o
from vaxdesk.models import tables as t
from vaxdesk.models.authority import Act, require
from vaxdesk.models.db import Store
from vaxdesk.models.desk import Desk
from vaxdesk.models.import_columns import ColumnMap, Headings, ImportKind, find_headings, is_counting
from vaxdesk.models.import_files import Survey
from vaxdesk.models.import_judging import MarkedRow, Pending, RowState
from vaxdesk.models.import_rows import Given, ReadRow, RowReader
from vaxdesk.models.paper_day import PaperDay
from vaxdesk.models.rows import insert_many
from vaxdesk.models.values import StaffMember

PIECE = {ImportKind.INVITED: 2500, ImportKind.DOSES: 50}  # rows of one transaction
SHOWN_MAX = 2000
REMEMBERED = "import-columns:"
PAPER_DRAFT = "paper-day"
DRAFT_CHARS_MAX = 2_000_000


@dataclass(frozen=True, slots=True)
class Plan:
    """What is taken from which table: the file as it was when it was looked at (`digest`), its headings, and what holds for every row."""

    found: Survey
    kind: ImportKind
    sheet: str
    headings: Headings
    digest: str
    given: Given

    @property
    def columns(self) -> ColumnMap:
        """What each column means."""
        return self.headings.columns

    @property
    def missing(self) -> tuple[str, ...]:
        """The columns without which no row can be taken in."""
        given = self.given
        told = {"vaccine-1": given.vaccine, "lot-1": given.lot, "day-1": given.day}
        told |= {"expiry-1": given.expiry or next(iter(given.expiries.values()), None)}
        return tuple(m for m in self.columns.missing(self.kind) if not told.get(m))

    def with_columns(self, columns: ColumnMap) -> Plan:
        """Another mapping."""
        return replace(self, headings=replace(self.headings, columns=columns))


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows by what becomes of them; `repaired` are among `new` and `known`."""

    rows: int = 0
    new: int = 0
    known: int = 0
    already: int = 0
    refused: int = 0
    repaired: int = 0

    def plus(self, marked: MarkedRow) -> Counts:
        """One row more."""
        state = marked.state
        return Counts(
            self.rows + 1,
            self.new + (state is RowState.NEW),
            self.known + (state is RowState.KNOWN),
            self.already + (state is RowState.ALREADY),
            self.refused + (state is RowState.REFUSED),
            self.repaired + marked.is_repaired,
        )


@dataclass(frozen=True, slots=True, repr=False)
class Outcome:
    """What a preview or a taking in came to. `shown`: the first rows, and whatever was repaired or refused beyond them."""

    plan: Plan
    counts: Counts
    shown: tuple[MarkedRow, ...]
    refused: tuple[MarkedRow, ...]
    is_whole: bool = True  # False: stopped before the end


GoOn = Callable[[Counts], bool]  # called after each piece; False stops before the next


def to_the_end(counts: Counts) -> bool:
    """Nobody stops it."""
    return True


class ImportBook:
    """Looking at a file, what it would do, and doing it. Every method may raise StoreError; those with a file InputRefused."""

    def __init__(self, store: Store, desk: Desk, clock: Callable[[], datetime]) -> None:
        self._store, self._desk, self._clock = store, desk, clock

    # --- what is in the file

    def survey(self, path: Path) -> Survey:
        """What a file is, and its sheets. Raises InputRefused for what is no table."""
        return import_files.survey(path)

    def prepare(self, found: Survey, kind: ImportKind, sheet: str = "", given: Given | None = None) -> Plan:
        """The headings and what they mean, as remembered or as proposed. Raises InputRefused `import-no-headings`, `import-which-sheet`."""
        headings = find_headings(import_files.head_rows(found, sheet))
        with self._store.read() as connection:
            columns = _remembered(connection, headings.columns)
            expiries = _expiries(connection) if kind is ImportKind.DOSES else {}
        whole = replace(given or Given(), expiries=expiries)
        return Plan(found, kind, sheet, replace(headings, columns=columns), _digest(found.path), whole)

    def remember(self, columns: ColumnMap) -> None:
        """Keeps a mapping for every file with these headings."""
        with self._store.write() as connection:
            outbox.write_setting(connection, f"{REMEMBERED}{columns.key}", json.dumps(columns.meanings))

    # --- what it would do, and doing it

    def preview(self, plan: Plan, go_on: GoOn = to_the_end) -> Outcome:
        """Marks every row; stores nothing."""
        _must_be_mapped(plan)
        tally, pending = _Tally(plan), Pending()
        for rows in self._pieces(plan, None):
            with self._store.read() as connection:
                known = j.ask(connection, plan.kind, rows)
                for row in rows:
                    marked = self._mark(connection, plan.kind, row, known, pending)
                    if marked.state in (RowState.NEW, RowState.KNOWN):
                        pending.keep(marked)
                    tally.add(marked)
            if not go_on(tally.counts):
                return tally.outcome(is_whole=False)
        return tally.outcome()

    def take_in(
        self, plan: Plan, actor: StaffMember, chosen: Collection[int] | None = None, go_on: GoOn = to_the_end
    ) -> Outcome:
        """Stores all rows that can be, or only the `chosen` lines; whatever is refused stays behind with its reason.

        Raises InputRefused `import-file-changed`, AccessRefused `injectors-only`; what was stored before stays stored.
        """
        if plan.kind is ImportKind.DOSES:
            require(actor, Act.RECORD_DOSE)
        if _digest(plan.found.path) != plan.digest:
            raise InputRefused(Problem("import-file-changed", "file"))
        _must_be_mapped(plan)
        tally = _Tally(plan)
        for rows in self._pieces(plan, chosen):
            for marked in self.take_rows(plan.kind, rows, actor, plan.digest[:16]):
                tally.add(marked)
            if not go_on(tally.counts):
                return tally.outcome(is_whole=False)
        return tally.outcome()

    def take_rows(
        self, kind: ImportKind, rows: Sequence[ReadRow], actor: StaffMember, subject: str
    ) -> tuple[MarkedRow, ...]:
        """One piece in one transaction; the rows with what became of them."""
        with self._store.write() as connection:
            known = j.ask(connection, kind, rows)
            if kind is ImportKind.INVITED:
                done = self._take_invited(connection, rows, known, actor)
            else:
                done = tuple(self._take_doses(connection, row, known, actor) for row in rows)
            taken = sum(marked.state in (RowState.NEW, RowState.KNOWN) for marked in done)
            if taken:
                audit.note(connection, self._clock(), actor.id, "rows-imported", subject, f"{kind.value} {taken}")
        return done

    def judge_rows(self, kind: ImportKind, rows: Sequence[ReadRow]) -> tuple[MarkedRow, ...]:
        """What `take_rows` would do; stores nothing."""
        pending, done = Pending(), []
        with self._store.read() as connection:
            known = j.ask(connection, kind, rows)
            for row in rows:
                marked = self._mark(connection, kind, row, known, pending)
                if marked.state in (RowState.NEW, RowState.KNOWN):
                    pending.keep(marked)
                done.append(marked)
        return tuple(done)

    # --- a paper day that is being typed

    def paper_draft(self) -> str:
        """What was typed and not saved yet, as it was kept; empty for nothing."""
        with self._store.read() as connection:
            return outbox.read_setting(connection, PAPER_DRAFT) or ""

    def keep_paper_draft(self, text: str) -> None:
        """Keeps what is being typed, in the encrypted store; an empty text forgets it."""
        if len(text) <= DRAFT_CHARS_MAX:
            with self._store.write() as connection:
                outbox.write_setting(connection, PAPER_DRAFT, text)

    def take_paper(self, paper: PaperDay, actor: StaffMember) -> tuple[MarkedRow, ...]:
        """Stores a typed day where it agrees with the paper's totals; refused rows stay behind with their reason.

        Raises InputRefused `paper-totals-missing`, `paper-totals-differ`, `paper-lot-differs`; AccessRefused `injectors-only`.
        """
        require(actor, Act.RECORD_DOSE)
        paper_day.check_totals(paper)
        rows, done = paper_day.read(paper), list[MarkedRow]()
        for start in range(0, len(rows), PIECE[ImportKind.DOSES]):
            piece = rows[start : start + PIECE[ImportKind.DOSES]]
            done.extend(self.take_rows(ImportKind.DOSES, piece, actor, "paper"))
        return tuple(done)

    # --- inside

    def _pieces(self, plan: Plan, chosen: Collection[int] | None) -> Iterator[list[ReadRow]]:
        with import_files.opened(plan.found, plan.sheet) as table:
            reader = RowReader(plan.columns, plan.kind, table.is_1904, plan.given)
            rows = (
                reader.read(line, cells)
                for line, cells in table.rows()
                if line > plan.headings.last
                and (chosen is None or line in chosen)
                and not is_counting(str(cell) for cell in cells[:8] if cell is not None)
            )
            while piece := list(islice(rows, PIECE[plan.kind])):
                yield piece

    def _mark(
        self, connection: Connection, kind: ImportKind, row: ReadRow, known: j.Known, pending: Pending
    ) -> MarkedRow:
        now = self._clock()
        if kind is ImportKind.INVITED:
            return j.mark_invited(row, known, pending, now)
        return j.mark_doses(connection, row, known, pending, dose_book.site(connection), now)

    def _take_invited(
        self, connection: Connection, rows: Sequence[ReadRow], known: j.Known, actor: StaffMember
    ) -> tuple[MarkedRow, ...]:
        """New people at once; who is known and has something new gets a revision; all come on the roster."""
        now, pending, done = self._clock(), Pending(), []
        for row in rows:
            marked = j.mark_invited(row, known, pending, now)
            if marked.state in (RowState.NEW, RowState.KNOWN):
                pending.keep(marked)
            done.append(marked)
        taken = [marked for marked in done if marked.facts is not None]
        fresh = [marked for marked in taken if marked.state is RowState.NEW]
        ids = dict(
            zip(
                (marked.facts.citizen_id.digits for marked in fresh if marked.facts),
                (p.id for p in people.save_new(connection, [m.facts for m in fresh if m.facts], actor.id, now)),
                strict=True,
            )
        )
        for marked in taken:
            if marked.state is RowState.KNOWN and marked.facts is not None:
                # the person as kept by now: an earlier row of this piece may have made or changed them
                person = people.by_number(connection, marked.facts.citizen_id)
                ids[marked.facts.citizen_id.digits] = people.save(
                    connection, marked.facts, person, actor.id, now, ""
                ).id
        _note_invited(connection, taken, ids, actor, now)
        return tuple(done)

    def _take_doses(self, connection: Connection, row: ReadRow, known: j.Known, actor: StaffMember) -> MarkedRow:
        """The doses of a row as the desk records them, all or none."""
        if row.against:
            return MarkedRow(row, RowState.REFUSED, row.against)
        due = j.due_doses(row, known.keys | j.done_keys(connection, ImportKind.DOSES, row.keys))
        if not due:
            return MarkedRow(row, RowState.ALREADY)
        before = judging.known(connection, row.person)
        keys = dict(zip(row.doses, row.keys, strict=True))
        try:
            with connection.begin_nested():
                for dose in due:
                    if against := j.recorded(connection, judging.known(connection, row.person), dose):
                        raise InputRefused(*against)
                    saved = self._desk.record_in(connection, dose.draft(row.person), actor)
                    self._note_dose(connection, keys[dose], saved.person.id, saved.dose.id, actor)
        except InputRefused as refused:
            return MarkedRow(row, RowState.REFUSED, j.as_of_a_list(refused.problems))
        return MarkedRow(row, RowState.KNOWN if before else RowState.NEW)

    def _note_dose(self, connection: Connection, key: str, person_id: str, dose_id: str, actor: StaffMember) -> None:
        entry = {"kind": "dose", "row_key": key, "person_id": person_id, "dose_id": dose_id}
        connection.execute(o.imported_row.insert(), entry | {"at": self._clock(), "staff_id": actor.id})


class _Tally:
    """Counts rows and keeps those that are shown or given back."""

    def __init__(self, plan: Plan) -> None:
        self._plan, self.counts = plan, Counts()
        self._shown: list[MarkedRow] = []
        self._refused: list[MarkedRow] = []

    def add(self, marked: MarkedRow) -> None:
        """One row more."""
        self.counts = self.counts.plus(marked)
        noteworthy = marked.state is RowState.REFUSED or marked.is_repaired
        if len(self._shown) < SHOWN_MAX or (noteworthy and len(self._shown) < 2 * SHOWN_MAX):
            self._shown.append(marked)
        if marked.state is RowState.REFUSED:
            self._refused.append(marked)

    def outcome(self, is_whole: bool = True) -> Outcome:
        """What it came to."""
        return Outcome(self._plan, self.counts, tuple(self._shown), tuple(self._refused), is_whole)


def _note_invited(
    connection: Connection, taken: Sequence[MarkedRow], ids: Mapping[str, str], actor: StaffMember, now: datetime
) -> None:
    if not taken:
        return
    numbers = [marked.facts.citizen_id.digits for marked in taken if marked.facts]
    roster = [{"citizen_id": digits} for digits in dict.fromkeys(numbers)]
    insert_many(connection, x.invited, roster, {"added_at": now}, "OR IGNORE")
    rows = [
        {"row_key": marked.row.keys[0], "person_id": ids[digits]} for marked, digits in zip(taken, numbers, strict=True)
    ]
    rows.sort(key=itemgetter("row_key"))  # neighbours in the index are written together
    insert_many(connection, o.imported_row, rows, {"kind": "invited", "dose_id": "", "at": now, "staff_id": actor.id})


def _must_be_mapped(plan: Plan) -> None:
    if plan.missing:
        raise InputRefused(Problem("import-columns-missing", "mapping", params={"columns": ", ".join(plan.missing)}))


def _remembered(connection: Connection, proposed: ColumnMap) -> ColumnMap:
    """The mapping a person chose for these headings, as far as its meanings still exist."""
    text = outbox.read_setting(connection, f"{REMEMBERED}{proposed.key}")
    meanings = json.loads(text) if text else ()
    if len(meanings) != len(proposed.headings):
        return proposed
    columns = replace(proposed, meanings=("",) * len(meanings))
    try:
        for place, meaning in enumerate(meanings):
            columns = columns.changed(place, meaning) if meaning else columns
    except InputRefused:
        return proposed
    return columns


def _expiries(connection: Connection) -> dict[str, date]:
    """The expiry of every lot this desk has used or received."""
    found: dict[str, date] = {}
    for table in (t.dose, o.stock_entry):
        query = select(table.c.lot, table.c.expiry).where(table.c.expiry.is_not(None)).distinct()
        found.update((row.lot, row.expiry) for row in connection.execute(query))
    return found


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError as error:
        raise InputRefused(Problem("file-unreadable", "file", params={"file": path.name})) from error
