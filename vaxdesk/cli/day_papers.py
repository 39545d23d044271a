"""certificate --day: the papers of a whole day as files, drawn on all cores. What is there already is not made again, so it can be repeated."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from vaxdesk.cli.talk import EXIT_DONE, EXIT_TROUBLE, Talk
from vaxdesk.errors import PrintError, VaxdeskError
from vaxdesk.messages import sentence
from vaxdesk.models.paper_book import PaperState
from vaxdesk.models.values import DoseRecord, StaffMember

if TYPE_CHECKING:
    from vaxdesk.print.batch import Drawn, PageOrder

TOLD_EVERY = 25
_PAPER = re.compile(r"\d{4,}-[0-9a-f]{8}-\d+-[a-z]+-[0-9A-Za-z]+\.pdf")


@dataclass(slots=True)
class _Made:
    """What came of it; `void` are files from before whose dose is corrected, voided or has its certificate by now."""

    written: int = 0
    there: int = 0
    void: list[str] = field(default_factory=list)
    failed: list[tuple[DoseRecord, VaxdeskError]] = field(default_factory=list)


def make(day: date, folder: Path, options: argparse.Namespace, talk: Talk) -> int:
    """In the order of the waiting list, then of injection. Each file is logged as a copy; half a file never stands there.

    Raises PrintError `pdf-not-written` when the folder cannot be made.
    """
    actor, form = talk.actor(), options.form
    paper = options.paper or talk.desk.settings().paper_for(form)
    lines = talk.desk.work.paper_book.day(day)
    records = [line.record for line in lines if line.state is not PaperState.RECALL]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PrintError("pdf-not-written", file=folder.name) from error
    before = {_without_place(file): file for file in folder.glob("*.pdf") if _PAPER.fullmatch(file.name)}
    made = _Made()
    waiting = []
    for place, record in enumerate(records, 1):
        target = folder / _name(place, record, form)
        if known := before.pop(_without_place(target), None):
            known.replace(target)  # the list may have another order by now
            made.there += 1
        else:
            waiting.append((record, target))
    made.void = sorted(file.name for file in before.values() if f"-{form}-" in file.name)
    _draw(waiting, form, paper, options.reason, actor, talk, made)
    return _tell(made, folder, talk)


def _draw(
    waiting: list[tuple[DoseRecord, Path]],
    form: str,
    paper: str,
    reason: str,
    actor: StaffMember,
    talk: Talk,
    made: _Made,
) -> None:
    def orders() -> Iterator[PageOrder]:
        for record, _ in waiting:
            yield talk.desk.page_order(record.dose.id, form, paper)

    for number, ((record, target), drawn) in enumerate(zip(waiting, talk.desk.shop.draw_all(orders()), strict=True), 1):
        _keep(record, target, drawn, reason, actor, talk, made)
        if number % TOLD_EVERY == 0 or number == len(waiting):
            talk.note(f"{number}/{len(waiting)}")


def _keep(
    record: DoseRecord, target: Path, drawn: Drawn, reason: str, actor: StaffMember, talk: Talk, made: _Made
) -> None:
    try:
        document = drawn.page()
        beside = target.with_suffix(".part")
        try:
            beside.write_bytes(document.pdf)
            talk.desk.work.certificates.note_print(record, document.form, document.sha256, reason, actor)
            beside.replace(target)
        except OSError as error:
            raise PrintError("pdf-not-written", file=target.name) from error
        made.written += 1
    except PrintError as error:
        made.failed.append((record, error))


def _name(place: int, record: DoseRecord, form: str) -> str:
    """Sorts as the list does; another revision or a certificate that has come is another file. No name of a person."""
    state = (record.certificate_id or "tam")[:8]
    return f"{place:04d}-{record.dose.id[:8]}-{record.dose.revision}-{form}-{state}.pdf"


def _without_place(file: Path) -> str:
    return file.name.partition("-")[2]


def _tell(made: _Made, folder: Path, talk: Talk) -> int:
    failed = [
        {"dose": record.dose.id, "code": error.code, "sentence": sentence(error, talk.language)}
        for record, error in made.failed
    ]
    plain = {"folder": str(folder), "written": made.written, "there": made.there, "void": made.void, "failed": failed}
    head = (
        f"{folder}: {made.written} mới / new, {made.there} đã có / there already, {len(failed)} không in được / failed"
    )
    void = (f"{name}: không còn giá trị, hãy hủy / does not hold any more, destroy it" for name in made.void)
    talk.give(plain, head, *(f"{one['dose']}: {one['sentence']}" for one in failed), *void)
    return EXIT_TROUBLE if failed else EXIT_DONE
