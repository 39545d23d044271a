"""roster add, fetch, list: the invited citizens whose doses elsewhere are fetched before offline days."""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vaxdesk.cli.talk import EXIT_DONE, EXIT_REFUSED, Talk
from vaxdesk.errors import InputRefused, Problem
from vaxdesk.models import citizen_id
from vaxdesk.models.traffic import Traffic
from vaxdesk.models.values import CitizenId

NUMBER_COLUMNS = ("number", "citizen_id", "cccd", "so_cccd", "số cccd", "số định danh")
LINES_MAX = 200_000


def add_commands(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Adds these commands to the parser."""
    roster = commands.add_parser("roster", help="invited citizens, for days without a network")
    actions = roster.add_subparsers(metavar="ACTION", required=True)
    add = actions.add_parser(
        "add", parents=[shared], help="citizen numbers, one a line, or a CSV file with a column for them"
    )
    add.add_argument("file", type=Path, metavar="FILE")
    add.set_defaults(run=_add)
    fetch = actions.add_parser("fetch", parents=[shared], help="ask the platform what they had elsewhere")
    fetch.add_argument(
        "--budget-kb", type=int, default=0, metavar="N", help="stop before using more (default: no limit)"
    )
    fetch.set_defaults(run=_fetch)
    counts = actions.add_parser("list", parents=[shared], help="how many, and how fresh; no number")
    counts.set_defaults(run=_list)


def _add(options: argparse.Namespace, talk: Talk) -> int:
    taken: list[CitizenId] = []
    refused: list[dict[str, Any]] = []
    for line, text in _numbers(options.file):
        try:
            taken.append(citizen_id.parse(text))
        except InputRefused as error:
            refused.append({"line": line} | dict(talk.plain_problem(error.problems[0])))
    new = talk.desk.work.elsewhere.invite(taken, talk.desk.work.clock())
    plain = {"taken": len(taken), "new": new, "refused": refused}
    talk.give(plain, f"{len(taken)} / {len(taken) + len(refused)}", *(f"{r['line']}: {r['sentence']}" for r in refused))
    return EXIT_REFUSED if refused and not taken else EXIT_DONE


def _fetch(options: argparse.Namespace, talk: Talk) -> int:
    from vaxdesk.sync import roster

    desk = talk.desk
    client = desk.client()
    try:
        done = roster.fetch(client, desk.work.elsewhere, desk.work.clock, max(0, options.budget_kb) * 1000)
    finally:
        spent = client.meter
        used = Traffic(spent.sent_bytes, spent.received_bytes, spent.requests)
        desk.work.sync_book.add_traffic(desk.work.clock().date(), used)
        client.close()
    invited, _, oldest = desk.work.elsewhere.roster()
    plain = {
        "invited": invited,
        "fetched": done.citizens,
        "doses": done.doses,
        "bytes": done.bytes,
        "left": done.left,
        "as_of": oldest.isoformat(timespec="seconds") if oldest else None,
    }
    talk.give(plain, *(f"{name}: {value}" for name, value in plain.items()))
    return EXIT_DONE


def _list(options: argparse.Namespace, talk: Talk) -> int:
    invited, known, oldest = talk.desk.work.elsewhere.roster()
    plain = {"invited": invited, "known": known, "as_of": oldest.isoformat(timespec="seconds") if oldest else None}
    talk.give(plain, *(f"{name}: {value}" for name, value in plain.items()))
    return EXIT_DONE


def _numbers(file: Path) -> Iterator[tuple[int, str]]:
    """(line, text) of every number in a list or CSV file. Raises InputRefused `roster-unreadable`."""
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()[:LINES_MAX]
    except (OSError, UnicodeDecodeError) as error:
        raise InputRefused(Problem("roster-unreadable", "file")) from error
    rows = list(csv.reader(lines))
    titles = [title.strip().lower() for title in rows[0]] if rows else []
    column = next((titles.index(name) for name in NUMBER_COLUMNS if name in titles), None)
    for line, row in enumerate(rows, 1):
        if row and not (line == 1 and column is not None):
            yield line, row[column or 0].strip() if len(row) > (column or 0) else ""
