"""sync, status."""

from __future__ import annotations

import argparse
import signal
import threading
from dataclasses import asdict
from typing import Any

from vaxdesk.cli import given
from vaxdesk.cli.talk import EXIT_DONE, EXIT_TROUBLE, Talk
from vaxdesk.messages import say
from vaxdesk.sync.reports import SyncReport


def add_commands(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Adds these commands to the parser."""
    sync = commands.add_parser("sync", parents=[shared], help="send what waits and fetch what came; runs until stopped")
    sync.add_argument("--once", action="store_true", help="one run, now, then stop")
    sync.set_defaults(run=_sync)
    status = commands.add_parser("status", parents=[shared], help="given, received, read back, waiting ...")
    status.add_argument("--day", metavar="D", help="only this day")
    status.set_defaults(run=_status)


def _sync(options: argparse.Namespace, talk: Talk) -> int:
    talk.desk.store.must_be_writable()  # receipts could not be kept: said now, not after sending
    if not options.once:
        return _sync_until_stopped(talk)
    report = talk.desk.engine().run_once(asked=True)
    talk.give(_plain(report), _line(report))
    if report.reached:
        return EXIT_DONE
    talk.note(say(report.trouble or "platform-unreachable", talk.language))
    return EXIT_TROUBLE


def _sync_until_stopped(talk: Talk) -> int:
    stopped = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stopped.set())
    runner = talk.desk.runner(lambda report: talk.give(_plain(report), _line(report)))
    runner.start()
    stopped.wait()
    runner.stop()
    return EXIT_DONE


def _status(options: argparse.Namespace, talk: Talk) -> int:
    day = given.day_of(options.day, "day") if options.day else None
    desk = talk.desk
    counts, link = desk.work.figures.counts(day), desk.work.sync_book.link()
    last_backup_at = desk.backup_book().last_at()
    is_repull_due = desk.work.sync_book.own_records().wanted() is not None
    used = desk.work.sync_book.traffic(desk.work.clock().date())
    plain = asdict(counts) | {
        "differing": [
            *(record.dose.id for record in desk.work.figures.differing()),
            *desk.work.figures.differing_reactions(),
        ],
        "refused_days": [one.day.isoformat() for one in desk.work.figures.refused_days()],
        "disputes": len(desk.work.disputes.open()),
        "queue": {station.value: crowd.count for station, crowd in desk.work.tickets.crowds().items()},
        "traffic_today_bytes": used.bytes,
        "data_allowance_bytes": desk.settings().data_allowance_mb * 1_000_000,
        "day": day.isoformat() if day else None,
        "site": desk.work.site().code,
        "reachable": desk.reachable(),
        "last_reached_at": link.last_reached_at.isoformat(timespec="seconds") if link.last_reached_at else None,
        "last_backup_at": last_backup_at.isoformat(timespec="seconds") if last_backup_at else None,
        "repull_due": is_repull_due,
    }
    told = (say("repull-due", talk.language),) if is_repull_due else ()
    talk.give(plain, *(f"{name}: {value}" for name, value in plain.items()), *told)
    return EXIT_DONE


def _plain(report: SyncReport) -> dict[str, Any]:
    names = ("reached", "sent", "acknowledged", "set_aside", "pulled", "waiting")
    return {name: getattr(report, name) for name in names} | {"trouble": report.trouble or None}


def _line(report: SyncReport) -> str:
    return "  ".join(f"{name}={value}" for name, value in _plain(report).items())
