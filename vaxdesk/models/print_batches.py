"""Batches of sheets: which came out is known sheet by sheet from the printer's word, so that a jam, a crash or a closed window costs none.

A batch is kept among the store's small values until it is done or given up: one value for what was wished, one for each sheet that was
begun. It is no record: what came out stands in the print log, written in the same transaction as the sheet's mark.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NewType

from sqlalchemy import Connection, delete, select

from vaxdesk.errors import InputRefused, Problem, StoreError
from vaxdesk.models import audit, outbox
from vaxdesk.models import tables as t
from vaxdesk.models.certificates import copies_of, log_print
from vaxdesk.models.db import Store
from vaxdesk.models.values import StaffMember

BatchId = NewType("BatchId", str)
SHEETS_MAX = 2_000
COPIES_MAX = 9
CAME_OUT = "đã ra giấy trong một loạt in bị gián đoạn"
ONE_MORE = "bản thứ {copy} của cùng một lần in"
_HEAD, _SHEET = "print-batch:", "print-sheet:"


class SheetState(StrEnum):
    """What is known of a sheet. `handed`: the printer has it, or was about to get it when the program ended."""

    WAITING = "waiting"
    HANDED = "handed"
    DONE = "done"
    FAILED = "failed"

    @property
    def is_open(self) -> bool:
        return self in (SheetState.WAITING, SheetState.HANDED)


@dataclass(frozen=True, slots=True)
class BatchWish:
    """What every sheet of a batch is: form of `issue_sheet.Form`, paper, queue and tray (empty: the default), copies 1 to 9, why again."""

    form: str
    paper: str
    printer: str = ""
    tray: str = ""
    copies: int = 1
    reason: str = ""


@dataclass(frozen=True, slots=True)
class BatchSheet:
    """One sheet. `job` is the spooler's name of it; empty for handed: nobody knows whether the spooler took it. `code`: why it failed."""

    number: int
    dose_id: str
    state: SheetState = SheetState.WAITING
    job: str = ""
    sha256: str = ""
    certificate_id: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class PrintBatch:
    """A batch as it stands; sheets are numbered from 1 in the order they come out."""

    id: BatchId
    begun_at: datetime
    by: str
    wish: BatchWish
    sheets: tuple[BatchSheet, ...] = field(repr=False)

    def count(self, *states: SheetState) -> int:
        """How many sheets are in one of these states."""
        return sum(sheet.state in states for sheet in self.sheets)

    @property
    def open_sheets(self) -> tuple[BatchSheet, ...]:
        """What has not come out yet, in order."""
        return tuple(sheet for sheet in self.sheets if sheet.state.is_open)


class PrintBatches:
    """Every method may raise StoreError."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store, self._clock = store, clock

    def begin(self, dose_ids: Iterable[str], wish: BatchWish, actor: StaffMember) -> PrintBatch:
        """Keeps what is to be printed, before any sheet. Raises InputRefused `batch-empty`, `batch-too-big`, `batch-copies-odd`."""
        ids = tuple(dict.fromkeys(dose_ids))
        if problem := _problem(ids, wish):
            raise InputRefused(problem)
        made, now = BatchId(uuid.uuid4().hex[:12]), self._clock()
        head = {"at": now.isoformat(), "by": actor.id, "wish": asdict(wish), "doses": ids}
        with self._store.write() as connection:
            outbox.write_setting(connection, _HEAD + made, json.dumps(head))
            if len(ids) > 1:
                audit.note(connection, now, actor.id, "batch-begun", made, f"{wish.form} {len(ids)}")
        return PrintBatch(made, now, actor.id, wish, tuple(BatchSheet(n, dose) for n, dose in enumerate(ids, 1)))

    def one(self, batch_id: BatchId) -> PrintBatch:
        """A batch as it stands. Raises StoreError `batch-not-found`."""
        with self._store.read() as connection:
            return _read(connection, batch_id)

    def unfinished(self) -> tuple[PrintBatch, ...]:
        """Batches with sheets that have not come out, the newest first."""
        key = t.setting.c.key
        with self._store.read() as connection:
            keys = connection.execute(select(key).where(key.startswith(_HEAD, autoescape=True))).scalars().all()
            found = [_read(connection, BatchId(one.removeprefix(_HEAD))) for one in keys]
        return tuple(sorted((one for one in found if one.open_sheets), key=lambda one: one.begun_at, reverse=True))

    def note_handed(self, batch_id: BatchId, number: int, sha256: str, certificate_id: str, job: str = "") -> None:
        """Before a sheet goes to the spooler, and again with the `job` it became."""
        self._keep(batch_id, number, SheetState.HANDED, sha256=sha256, certificate_id=certificate_id, job=job)

    def note_back(self, batch_id: BatchId, number: int) -> None:
        """The printer did not print a sheet that it had: it waits again."""
        self._keep(batch_id, number, SheetState.WAITING)

    def note_failed(self, batch_id: BatchId, number: int, code: str) -> None:
        """No page can be made of this sheet; it is not tried again by itself."""
        self._keep(batch_id, number, SheetState.FAILED, code=code)

    def note_done(self, batch_id: BatchId, number: int, actor: StaffMember) -> int:
        """The printer said that a handed sheet came out: marked and logged at once; gives the last copy's number.

        A sheet that is done already is not logged again. What came out is logged whatever was asked of a reprint before: paper is a fact.
        Raises StoreError `batch-not-found`.
        """
        now = self._clock()
        with self._store.write() as connection:
            batch = _read(connection, batch_id)
            sheet, wish = batch.sheets[number - 1], batch.wish
            if sheet.state is SheetState.DONE:
                return 0
            facts, last = (sheet.certificate_id, wish.form, sheet.sha256), 0
            reason = wish.reason or (CAME_OUT if copies_of(connection, sheet.dose_id, wish.form) else "")
            for copy in range(1, wish.copies + 1):
                last = log_print(connection, sheet.dose_id, *facts, reason, actor.id, now)
                reason = wish.reason or ONE_MORE.format(copy=copy + 1)
            _write_sheet(connection, batch_id, number, SheetState.DONE)
        return last

    def close(self, batch_id: BatchId, actor: StaffMember) -> None:
        """Done, or given up: what has not come out is not printed from this batch any more. Unknown batches are closed already."""
        with self._store.write() as connection:
            text = outbox.read_setting(connection, _HEAD + batch_id)
            if text is None:
                return
            left = len(_read(connection, batch_id).open_sheets)
            key = t.setting.c.key
            ours = key.startswith(f"{_SHEET}{batch_id}:", autoescape=True) | (key == _HEAD + batch_id)
            connection.execute(delete(t.setting).where(ours))
            if left:
                audit.note(connection, self._clock(), actor.id, "batch-given-up", batch_id, str(left))

    def _keep(self, batch_id: BatchId, number: int, state: SheetState, **facts: str) -> None:
        with self._store.write() as connection:
            if outbox.read_setting(connection, _HEAD + batch_id) is None:
                raise StoreError("batch-not-found")
            _write_sheet(connection, batch_id, number, state, **facts)


def _problem(ids: tuple[str, ...], wish: BatchWish) -> Problem | None:
    if not ids:
        return Problem("batch-empty", "records")
    if len(ids) > SHEETS_MAX:
        return Problem("batch-too-big", "records", params={"most": str(SHEETS_MAX)})
    if not 1 <= wish.copies <= COPIES_MAX:
        return Problem("batch-copies-odd", "copies", params={"most": str(COPIES_MAX)})
    return None


def _write_sheet(connection: Connection, batch_id: BatchId, number: int, state: SheetState, **facts: str) -> None:
    value = json.dumps({"state": state.value} | facts)
    outbox.write_setting(connection, f"{_SHEET}{batch_id}:{number:05d}", value)


def _read(connection: Connection, batch_id: BatchId) -> PrintBatch:
    text = outbox.read_setting(connection, _HEAD + batch_id)
    if text is None:
        raise StoreError("batch-not-found")
    head: dict[str, Any] = json.loads(text)
    setting, prefix = t.setting.c, f"{_SHEET}{batch_id}:"
    rows = connection.execute(select(setting.key, setting.value).where(setting.key.startswith(prefix, autoescape=True)))
    known = {int(row.key.removeprefix(prefix)): json.loads(row.value) for row in rows}
    sheets = tuple(_sheet(number, dose, known.get(number, {})) for number, dose in enumerate(head["doses"], 1))
    at = datetime.fromisoformat(head["at"])
    return PrintBatch(batch_id, at, head["by"], BatchWish(**head["wish"]), sheets)


def _sheet(number: int, dose_id: str, known: dict[str, str]) -> BatchSheet:
    return BatchSheet(number, dose_id, **{**known, "state": SheetState(known.get("state", "waiting"))})  # type: ignore[arg-type]
