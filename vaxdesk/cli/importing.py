"""import: lists of invited people, and doses of days that were kept on paper."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from vaxdesk.cli import given
from vaxdesk.cli.talk import EXIT_DONE, EXIT_REFUSED, EXIT_TROUBLE, Talk
from vaxdesk.errors import InputRefused, Problem
from vaxdesk.messages import say, sentence
from vaxdesk.models.import_book import Counts, Outcome
from vaxdesk.models.import_columns import ColumnMap, ImportKind, folded
from vaxdesk.models.import_judging import MarkedRow
from vaxdesk.models.import_refused import write_refused
from vaxdesk.models.import_rows import Given

TOLD_MAX = 1000
TOLD_EVERY_ROWS = 10_000
_LINES = re.compile(r"\d{1,7}(-\d{1,7})?")


def add_commands(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Adds this command to the parser."""
    take = commands.add_parser("import", parents=[shared], help="take in a list: XLSX, CSV or TSV")
    take.add_argument("file", type=Path, metavar="FILE")
    take.add_argument("--kind", choices=[kind.value for kind in ImportKind], required=True, help="what the rows are")
    take.add_argument("--mapping", type=Path, metavar="FILE", help='JSON {"heading": "meaning"}; remembered')
    take.add_argument("--sheet", default="", metavar="NAME", help="which sheet, where there are several")
    take.add_argument("--rows", default="", metavar="LINES", help="only these lines of the file, e.g. 2,5-9")
    take.add_argument("--preview", action="store_true", help="mark every row, store nothing")
    take.add_argument("--refused", type=Path, metavar="OUT.xlsx", help="write refused rows with the reason")
    for name, metavar, meaning in (
        ("--vaccine", "CODE", "vaccine of rows that name none"),
        ("--lot", "LOT", "lot of rows that name none"),
        ("--expiry", "D", "expiry of rows that name none"),
        ("--day", "D", "day of injection of rows that name none"),
        ("--injector", "NAME", "injector of rows that name none"),
    ):
        take.add_argument(name, default="", metavar=metavar, help=meaning)
    take.set_defaults(run=_import)


def _import(options: argparse.Namespace, talk: Talk) -> int:
    actor = None if options.preview else talk.actor()
    chosen = _chosen(options.rows)
    book = talk.desk.work.imports
    plan = book.prepare(book.survey(options.file), ImportKind(options.kind), options.sheet, _given(options))
    if options.mapping:
        plan = plan.with_columns(_mapped(plan.columns, options.mapping))
        book.remember(plan.columns)
    go_on = partial(_told, talk)
    done = book.take_in(plan, actor, chosen, go_on) if actor else book.preview(plan, go_on)
    if options.refused:
        write_refused(done.refused, plan.columns, options.refused, lambda problem: sentence(problem, talk.language))
        count = str(len(done.refused))
        talk.note(say("import-given-back", talk.language, count=count, file=options.refused.name))
    talk.give(_plain(done, talk), *_lines(done, talk))
    if not done.is_whole:
        return EXIT_TROUBLE
    nothing = done.counts.refused and not (done.counts.new or done.counts.known or done.counts.already)
    return EXIT_REFUSED if nothing else EXIT_DONE


def _told(talk: Talk, counts: Counts) -> bool:
    """Says now and then how far it is."""
    if not talk.json and counts.rows % TOLD_EVERY_ROWS == 0:
        talk.note(f"{counts.rows} …")
    return True


def _given(options: argparse.Namespace) -> Given:
    return Given(
        vaccine=options.vaccine,
        lot=options.lot,
        expiry=given.day_of(options.expiry, "expiry", last=True) if options.expiry else None,
        day=given.day_of(options.day, "day") if options.day else None,
        injector=options.injector,
    )


def _mapped(columns: ColumnMap, file: Path) -> ColumnMap:
    """The proposal with what the file says of headings. Raises InputRefused."""
    try:
        wanted = json.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise InputRefused(Problem("file-unreadable", "mapping", params={"file": file.name})) from error
    if not isinstance(wanted, dict):
        raise InputRefused(Problem("file-unreadable", "mapping", params={"file": file.name}))
    places = {folded(heading): place for place, heading in enumerate(columns.headings)}
    for heading, meaning in wanted.items():
        if folded(str(heading)) not in places:
            raise InputRefused(Problem("import-heading-missing", "mapping", params={"given": str(heading)[:60]}))
        place = places[folded(str(heading))]
        columns = columns.changed(place, str(meaning)) if meaning else columns.passed_over(place)
    return columns


def _chosen(text: str) -> frozenset[int] | None:
    if not text:
        return None
    chosen: set[int] = set()
    for part in text.split(","):
        if not _LINES.fullmatch(part.strip()):
            raise InputRefused(Problem("number-unreadable", "rows", params={"option": "--rows"}))
        first, _, last = part.strip().partition("-")
        chosen.update(range(int(first), min(int(last or first), int(first) + 1_000_000) + 1))
    return frozenset(chosen)


def _plain(done: Outcome, talk: Talk) -> dict[str, Any]:
    """The result as JSON; no name, and no number in full."""
    columns = done.plan.columns
    told = done.refused[:TOLD_MAX]
    return {
        "kind": done.plan.kind.value,
        "counts": asdict(done.counts),
        "complete": done.is_whole,
        "columns": dict(zip(columns.headings, columns.meanings, strict=True)),
        "not_understood": list(columns.not_understood),
        "repaired": [_told_of(marked, marked.row.repairs, talk) for marked in _repaired(done)],
        "refused": [_told_of(marked, marked.problems, talk) for marked in told],
    }


def _told_of(marked: MarkedRow, remarks: Iterable[Problem], talk: Talk) -> dict[str, Any]:
    return {"line": marked.row.line, "problems": [talk.plain_problem(one) for one in remarks]}


def _repaired(done: Outcome) -> list[MarkedRow]:
    """Rows where something was put right, as far as they were kept to be shown."""
    return [marked for marked in done.shown if marked.is_repaired][:TOLD_MAX]


def _lines(done: Outcome, talk: Talk) -> list[str]:
    counts = [f"{name}: {value}" for name, value in asdict(done.counts).items()]
    remarked = [(one.row.line, one.problems) for one in done.refused[:TOLD_MAX]]
    remarked += [(one.row.line, one.row.repairs) for one in _repaired(done)]
    remarked.sort(key=lambda line_and_remarks: line_and_remarks[0])
    said = (f"{line}: {' '.join(sentence(one, talk.language) for one in remarks)}" for line, remarks in remarked)
    return [*counts, *said]
