"""audit."""

from __future__ import annotations

import argparse
from typing import Any

from vaxdesk.cli import given
from vaxdesk.cli.talk import EXIT_DONE, EXIT_TROUBLE, Talk
from vaxdesk.errors import InputRefused, Problem
from vaxdesk.messages import say
from vaxdesk.models.audit import ChainCheck
from vaxdesk.models.audit_book import AuditBook, AuditLine, AuditPage, AuditWish, verdict
from vaxdesk.models.values import StaffMember

LINES, LINES_MAX = 200, 10_000


def add_commands(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Adds this command to the parser."""
    audit = commands.add_parser(
        "audit", parents=[shared], help="who did what, newest first (managers; names no citizen)"
    )
    audit.add_argument("--day", metavar="D", help="only this day")
    audit.add_argument("--who", metavar="ID", default="", help="only this member of staff, by id")
    audit.add_argument("--action", metavar="A", default="", help="only this action, e.g. number-revealed")
    audit.add_argument("--record", metavar="ID", default="", help="only this record: its id, or how it begins")
    audit.add_argument(
        "--limit", metavar="N", default=str(LINES), help=f"at most so many (default {LINES}, most {LINES_MAX})"
    )
    audit.add_argument("--before", metavar="N", help="only entries older than this number, for the next page")
    audit.add_argument(
        "--verify", action="store_true", help="also walk the whole chain; exit code 1 when it is not whole"
    )
    audit.set_defaults(run=_audit)


def _audit(options: argparse.Namespace, talk: Talk) -> int:
    actor, book = talk.actor(), talk.desk.work.audit
    day = given.day_of(options.day, "day") if options.day else None
    wish = AuditWish(day, options.who, options.action, options.record)
    most = min(_number(options.limit, "limit"), LINES_MAX)
    page = _page(book, wish, actor, _number(options.before, "before") if options.before else None, most)
    chain = _walked(book, actor) if options.verify else None
    plain: dict[str, Any] = {"entries": [_plain(line, talk) for line in page.lines], "before": page.before}
    lines = [_line(line, talk) for line in page.lines]
    if chain is not None:
        code, figures = verdict(chain)
        said = say(code, talk.language, **{name: str(value) for name, value in figures.items()})
        plain |= {"chain": {"whole": chain.is_whole, "code": code, **figures, "sentence": said}}
        lines.append(said)
    talk.give(plain, *lines)
    return EXIT_DONE if chain is None or chain.is_whole else EXIT_TROUBLE


def _page(book: AuditBook, wish: AuditWish, actor: StaffMember, before: int | None, most: int) -> AuditPage:
    page = book.page(wish, actor, before, most)
    lines = page.lines
    while len(lines) < most and page.before is not None:
        page = book.page(wish, actor, page.before, most - len(lines))
        lines += page.lines
    return AuditPage(lines, page.before)


def _walked(book: AuditBook, actor: StaffMember) -> ChainCheck:
    check = ChainCheck()
    while not check.is_over:
        check = book.check(check, actor)
    return check


def _number(typed: str, option: str) -> int:
    if not (typed.isascii() and typed.isdecimal() and int(typed)):
        raise InputRefused(Problem("number-unreadable", option, params={"option": f"--{option}"}))
    return int(typed)


def _plain(line: AuditLine, talk: Talk) -> dict[str, Any]:
    """An entry as JSON: who by id, not by name."""
    return {
        "id": line.id,
        "at": line.at.isoformat(timespec="seconds"),
        "who": line.who,
        "action": line.action,
        "record": line.subject,
        "detail": line.detail,
        "sentence": say(line.said_as, talk.language),
    }


def _line(line: AuditLine, talk: Talk) -> str:
    return f"{line.id}  {line.at:%d/%m/%Y %H:%M:%S}  {line.name or line.who}  {say(line.said_as, talk.language)}  {line.subject}"
