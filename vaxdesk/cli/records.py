"""record, correct, void, doses, sign."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from vaxdesk.cli import given
from vaxdesk.cli.talk import EXIT_DONE, EXIT_REFUSED, Talk
from vaxdesk.errors import AccessRefused, InputRefused, Problem
from vaxdesk.models.values import Dose, DoseRecord, Screening, StaffMember

LINE_CHARS_MAX = 20_000
_PRODUCT = (
    ("--vaccine", "CODE", "vaccine code or brand"),
    ("--lot", "LOT", "lot number on the vial"),
    ("--expiry", "D", "expiry: 2022-02-28, 28/02/2022 or 02/2022"),
    ("--dose", "N", "dose number; worked out from the history when left out"),
    ("--at", "ISO", "time of injection (default: now)"),
    ("--injector", "NAME", "who injects (default: who acts)"),
)
_PERSON = (
    ("--scan", "TEXT", "text of the scanned card"),
    ("--citizen-id", "NUMBER", "12-digit citizen number, when no card is scanned"),
    ("--name", "NAME", "full name"),
    ("--birth-date", "D", "birth date"),
    ("--sex", "SEX", "nam or nữ"),
    ("--phone", "NUMBER", "phone number"),
    ("--address", "TEXT", "address"),
    (
        "--screening",
        "S",
        "conclusion of the screening: eligible|caution|postponed|contraindicated|refused|referred (default: eligible, on the paper form)",
    ),
    ("--override", "REASON", "written reason for going against an overridable rule"),
)


def add_commands(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Adds these commands to the parser."""
    record = commands.add_parser("record", parents=[shared], help="save a dose, or many from a file")
    record.add_argument("--batch", metavar="FILE", help="JSON Lines, one dose a line, - for standard input")
    _add(record, _PERSON + _PRODUCT)
    record.set_defaults(run=_record, screening=Screening.ELIGIBLE.value)
    correct = commands.add_parser("correct", parents=[shared], help="save a corrected revision of a dose")
    _add(correct, (("--dose-number", "N", "dose number"), *(o for o in _PRODUCT if o[0] != "--dose")))
    void = commands.add_parser("void", parents=[shared], help="mark a dose as entered in error")
    for parser, run in ((correct, _correct), (void, _void)):
        parser.add_argument("--dose", dest="dose_id", required=True, metavar="ID", help="id of the dose")
        parser.add_argument("--reason", required=True, metavar="TEXT", help="why")
        parser.set_defaults(run=run)
    void.add_argument("--with-reactions", action="store_true", help="also void the reactions noted to the dose")
    doses = commands.add_parser("doses", parents=[shared], help="list doses, or show one")
    doses.add_argument("what", choices=("list", "show"))
    doses.add_argument("id", nargs="?", help="id, for show")
    doses.add_argument("--day", metavar="D", help="only this day")
    doses.add_argument("--full", action="store_true", help="full citizen numbers (needs sign-in; logged)")
    doses.set_defaults(run=_doses)
    sign = commands.add_parser("sign", parents=[shared], help="the head of site signs a day's matched doses")
    sign.add_argument("--day", required=True, metavar="D")
    sign.add_argument(
        "--token", action="store_true", help="with the registered token (PIN: VAXDESK_TOKEN_PIN, or asked for)"
    )
    sign.add_argument(
        "--paper", metavar="OUT.pdf", help="instead: the record to sign by hand where there is no certificate"
    )
    sign.add_argument("--progress", action="store_true", help="instead: how far the day's signature is, and until when")
    sign.set_defaults(run=_sign)


def _add(parser: argparse.ArgumentParser, options: tuple[tuple[str, str, str], ...]) -> None:
    for name, metavar, meaning in options:
        parser.add_argument(name, metavar=metavar, help=meaning)


def _record(options: argparse.Namespace, talk: Talk) -> int:
    actor = talk.actor()
    if options.batch:
        return _record_batch(options.batch, actor, talk)
    answer = _record_one(vars(options), actor, talk)
    talk.give(answer, f"{answer['dose']['id']}  {answer['dose']['vaccine']}  mũi {answer['dose']['dose_number']}")
    return EXIT_DONE


def _record_one(texts: dict[str, Any], actor: StaffMember, talk: Talk) -> dict[str, Any]:
    work = talk.desk.work
    draft = given.draft_of(texts, work.desk.preset(), work.clock())
    record = work.desk.record(draft, actor)
    warnings = [talk.plain_problem(problem) for problem in draft.notes]
    return {"dose": _plain_dose(record.dose)} | ({"warnings": warnings} if warnings else {})


def _record_batch(file: str, actor: StaffMember, talk: Talk) -> int:
    """An answer a line, in order; each dose is durable before its answer is written. 2 only when nothing at all was stored."""
    stored = refused = 0
    for line in _lines(file):
        try:
            answer = _record_one(_object(line), actor, talk)
            stored += 1
        except (InputRefused, AccessRefused) as error:
            answer = talk.plain_trouble(error)
            refused += 1
        talk.line(json.dumps(answer, ensure_ascii=False))
    return EXIT_REFUSED if refused and not stored else EXIT_DONE


def _lines(file: str) -> Iterator[str]:
    if file == "-":
        yield from (line for line in sys.stdin if line.strip())
        return
    try:
        opened = Path(file).open(encoding="utf-8-sig")  # noqa: SIM115  closed by the with below
    except OSError as error:
        raise InputRefused(Problem("file-unreadable", "batch", params={"file": Path(file).name})) from error
    with opened:
        yield from (line for line in opened if line.strip())


def _object(line: str) -> dict[str, Any]:
    try:
        found = json.loads(line) if len(line) <= LINE_CHARS_MAX else None
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise InputRefused(Problem("line-unreadable", "line"))
    return {str(name).replace("-", "_"): value for name, value in found.items()}


def _correct(options: argparse.Namespace, talk: Talk) -> int:
    actor, work = talk.actor(), talk.desk.work
    changes = given.changes_of(vars(options) | {"dose": options.dose_number}, work.clock())
    return _give_revision(work.desk.correct(options.dose_id, changes, options.reason, actor), talk)


def _void(options: argparse.Namespace, talk: Talk) -> int:
    actor = talk.actor()
    return _give_revision(
        talk.desk.work.desk.void(options.dose_id, options.reason, actor, options.with_reactions), talk
    )


def _give_revision(record: DoseRecord, talk: Talk) -> int:
    talk.give(
        {"dose": _plain_dose(record.dose) | {"status": record.dose.status.value}},
        f"{record.dose.id}  bản {record.dose.revision}  {record.dose.status.value}",
    )
    return EXIT_DONE


def _doses(options: argparse.Namespace, talk: Talk) -> int:
    desk = talk.desk.work.desk
    if options.what == "show":
        if not options.id:
            raise InputRefused(Problem("option-missing", "id", params={"option": "ID"}))
        found: tuple[DoseRecord, ...] = (desk.dose(options.id),)
    elif options.day:
        found = desk.day(given.day_of(options.day, "day"))
    else:
        found = desk.all_records()
    if options.full:
        desk.note_reveal([record.person.id for record in found], talk.actor())
    plain = [plain_record(record, options.full) for record in found]
    lines = (
        f"{p['id']}  {p['citizen_id']}  {p['vaccine']}  mũi {p['dose_number']}  {', '.join(p['stages'])}" for p in plain
    )
    talk.give(plain[0] if options.what == "show" else plain, *lines)
    return EXIT_DONE


def _sign(options: argparse.Namespace, talk: Talk) -> int:
    day: date = given.day_of(options.day, "day")
    if options.progress:
        return _progress(day, talk)
    if options.paper:
        return _paper(day, Path(options.paper), talk)
    sign = talk.desk.token_signer(talk.token_pin()) if options.token else None
    signed = talk.desk.work.signing.sign_day(day, talk.actor(), sign)
    talk.give({"day": day.isoformat(), "signed": signed}, f"{day:%d/%m/%Y}: đã ký {signed} mũi tiêm")
    return EXIT_DONE


def _progress(day: date, talk: Talk) -> int:
    found = talk.desk.work.signing.progress(day)
    plain = {
        "day": day.isoformat(),
        "given": found.given,
        "received": found.received,
        "matched": found.matched,
        "signed": found.signed,
        "arrived": found.arrived,
        "share": round(found.share, 4),
        "left_s": int(found.left_s),
        "done_at": found.done_at.isoformat(timespec="seconds") if found.done_at else None,
        "late": found.is_late,
    }
    talk.give(plain, f"{day:%d/%m/%Y}: {found.arrived}/{found.given} đã ký và được nhận ({found.share:.0%})")
    return EXIT_DONE


def _paper(day: date, file: Path, talk: Talk) -> int:
    """Names and numbers leave the desk: who takes them is written down."""
    actor = talk.actor()
    made = talk.desk.signing_paper(day, actor, file)
    talk.give(
        {"file": str(file), "confirmed": len(made.confirmed), "unmatched": len(made.unmatched), "sha256": made.sha256},
        str(file),
    )
    return EXIT_DONE


def _plain_dose(dose: Dose) -> dict[str, Any]:
    return {
        "id": dose.id,
        "revision": dose.revision,
        "dose_number": dose.dose_number,
        "vaccine": dose.vaccine,
        "lot": dose.lot,
        "occurred_at": dose.occurred_at.isoformat(timespec="seconds"),
    }


def plain_record(record: DoseRecord, full: bool) -> dict[str, Any]:
    """A record as JSON: the number masked unless `full`; no name."""
    dose, receipt = record.dose, record.receipt
    return _plain_dose(dose) | {
        "citizen_id": dose.citizen_id.digits if full else dose.citizen_id.masked,
        "status": dose.status.value,
        "screening": dose.screening.value,
        "identity": record.identity.value,
        "identity_fields": list(record.identity_fields),
        "stages": {stage.value: at.isoformat(timespec="seconds") for stage, at in record.stages.items()},
        "receipt": receipt
        and {
            "id": receipt.record_id,
            "version": receipt.version,
            "at": receipt.at.isoformat(timespec="seconds"),
            "hash": receipt.hash,
        },
        "set_aside": {"code": record.set_aside_code, "text": record.set_aside_text} if record.set_aside_code else None,
        "certificate": record.certificate_id,
    }
