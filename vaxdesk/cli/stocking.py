"""stock, close."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from vaxdesk.cli import given
from vaxdesk.cli.talk import EXIT_DONE, Talk
from vaxdesk.errors import InputRefused, Problem
from vaxdesk.models.day_close import TERMS, DayClose, Delta
from vaxdesk.models.scan_lot import parse_label
from vaxdesk.models.stock import StockDraft, StockEntry, StockLot, StockSource, Wastage
from vaxdesk.models.values import LotLabel

_ACTS = ("receive", "return", "waste", "count", "void")
_OPTIONS = (
    ("--vaccine", "CODE", "vaccine code or brand"),
    ("--lot", "LOT", "lot number on the box"),
    ("--scan", "TEXT", "text of the scanned box, in place of --lot and --expiry"),
    ("--expiry", "D", "expiry: 2022-02-28, 28/02/2022 or 02/2022"),
    ("--doses", "N", "how many doses (not vials)"),
    ("--temperature", "C", "temperature in °C, where it was measured"),
    ("--vial", "NO", "number of the vial"),
    ("--reason", "CODE", "why doses were wasted: " + "|".join(Wastage)),
    ("--note", "TEXT", "to whom and why, what was done ..."),
    ("--entry", "ID", "the entry to undo, for void"),
    ("--day", "D", "the day it belongs to (default: today)"),
)


def add_commands(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Adds these commands to the parser."""
    stock = commands.add_parser(
        "stock", parents=[shared], help="lots received, returned, wasted, counted; what is left"
    )
    stock.add_argument("what", choices=(*_ACTS, "list"))
    for name, metavar, meaning in _OPTIONS:
        stock.add_argument(name, metavar=metavar, help=meaning)
    stock.set_defaults(run=_stock)
    close = commands.add_parser("close", parents=[shared], help="close a day: balanced, or with a reason")
    close.add_argument("--day", metavar="D", required=True)
    close.add_argument("--reason", metavar="TEXT", default="", help="why the day does not balance")
    close.add_argument("--show", action="store_true", help="only show how the day stands")
    close.set_defaults(run=_close)


# --- stock


def _stock(options: argparse.Namespace, talk: Talk) -> int:
    if options.what == "list":
        return _list(options, talk)
    book, actor = talk.desk.work.stock, talk.actor()
    if options.what == "void":
        entry = book.void(options.entry or "", options.note or options.reason or "", actor)
    else:
        acts: dict[str, Callable[..., StockEntry]] = {
            "receive": book.receive,
            "return": book.give_back,
            "waste": book.waste,
            "count": book.count,
        }
        entry = acts[options.what](_draft(options), actor)
    talk.give({"entry": _plain_entry(entry)}, f"{entry.id}  {entry.kind.value}  {entry.key.lot}  {entry.doses}")
    return EXIT_DONE


def _draft(options: argparse.Namespace) -> StockDraft:
    label = _label(options.scan)
    expiry = given.day_of(options.expiry, "expiry", last=True) if options.expiry else None
    return StockDraft(
        vaccine=options.vaccine or "",
        lot=options.lot or (label.lot if label else ""),
        doses=_doses(options.doses),
        expiry=expiry or (label.expiry if label else None),
        vial=options.vial or "",
        temperature_c=_celsius(options.temperature),
        reason=(options.reason or "") if options.what == "waste" else "",
        note=options.note or "",
        day=given.day_of(options.day, "day") if options.day else None,
        source=StockSource.SCAN if label else StockSource.HAND,
    )


def _label(text: str | None) -> LotLabel | None:
    if not text:
        return None
    label = parse_label(text)
    if label is None:
        raise InputRefused(Problem("scan-not-a-label", "scan"))
    return label


def _doses(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) <= 9 else None


def _celsius(text: str | None) -> float | None:
    if not text:
        return None
    try:
        return float(text.replace(",", "."))
    except ValueError as error:
        raise InputRefused(Problem("stock-temperature-unlikely", "temperature")) from error


def _list(options: argparse.Namespace, talk: Talk) -> int:
    day = given.day_of(options.day, "day") if options.day else None
    lots = talk.desk.work.stock.lots(day)
    next_keys = {lot.key for lot in talk.desk.work.stock.proposal(day=day)}
    plain = [_plain_lot(lot) | {"open_next": lot.key in next_keys} for lot in lots]
    talk.give({"lots": plain}, *(_line(lot) for lot in plain))
    return EXIT_DONE


def _line(lot: dict[str, Any]) -> str:
    figures = "  ".join(f"{name}={lot[name]}" for name in (*TERMS[:-1], "expected", "counted", "difference"))
    return f"{lot['vaccine']}  {lot['lot']}  {figures}  {','.join(lot['flags'])}".rstrip()


def _plain_lot(lot: StockLot) -> dict[str, Any]:
    balance = lot.balance
    return {
        "vaccine": lot.key.vaccine,
        "lot": lot.key.lot,
        "expiry": lot.expiry.isoformat() if lot.expiry else None,
        **{term: getattr(balance, term) for term in TERMS},
        "expected": balance.expected,
        "difference": balance.difference,
        "flags": [flag.value for flag in lot.flags],
    }


def _plain_entry(entry: StockEntry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "kind": entry.kind.value,
        "day": entry.day.isoformat(),
        "vaccine": entry.key.vaccine,
        "lot": entry.key.lot,
        "doses": entry.doses,
        "expiry": entry.expiry.isoformat() if entry.expiry else None,
        "reason": entry.reason,
        "note": entry.note,
        "voids": entry.voids or None,
    }


# --- the day


def _close(options: argparse.Namespace, talk: Talk) -> int:
    day = given.day_of(options.day, "day")
    if not options.show:
        talk.desk.work.days.close(day, {}, options.reason, talk.actor())
    sheet = talk.desk.work.days.sheet(day)
    plain = {
        "day": day.isoformat(),
        "balanced": sheet.is_balanced,
        "lots": [_plain_lot(lot) for lot in sheet.lots],
        "counts": {name: getattr(sheet.counts, name) for name in sheet.counts.__dataclass_fields__},
        "refused": sheet.refused,
        "missing_people": [one.ticket_id for one in sheet.people],
        "missing_doses": [{"lot": one.key.lot, "vial": one.vial, "doses": one.doses} for one in sheet.doses],
        "close": _plain_close(sheet.close) if sheet.close else None,
        "deltas": [_plain_delta(one) for one in sheet.deltas],
    }
    talk.give(plain, *(f"{name}: {value}" for name, value in plain.items()))
    return EXIT_DONE


def _plain_close(close: DayClose) -> dict[str, Any]:
    figures = close.figures
    return {
        "id": close.id,
        "revision": close.revision,
        "hash": close.hash,
        "closed_at": figures.closed_at.isoformat(timespec="seconds"),
        "reason": figures.reason,
        "balanced": figures.is_balanced,
    }


def _plain_delta(one: Delta) -> dict[str, Any]:
    lot = {"vaccine": one.key.vaccine, "lot": one.key.lot} if one.key else {}
    return {"term": one.term, "frozen": one.frozen, "now": one.now} | lot
