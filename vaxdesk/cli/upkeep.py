"""backup, restore, doctor."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from vaxdesk.app import restore_desk
from vaxdesk.cli.doctor import diagnose, support_bundle
from vaxdesk.cli.talk import EXIT_DONE, EXIT_TROUBLE, Talk
from vaxdesk.errors import InputRefused, Problem
from vaxdesk.messages import say


def add_commands(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Adds these commands to the parser."""
    backup = commands.add_parser("backup", parents=[shared], help="an encrypted, verified copy of the store")
    backup.add_argument("out", metavar="FILE", nargs="?")
    backup.add_argument("--auto", action="store_true", help="the day's backup, rotated, unless there is one; for cron")
    backup.set_defaults(run=_backup)
    restore = commands.add_parser(
        "restore", parents=[shared], help="a backup into an empty data folder; begins a new epoch"
    )
    restore.add_argument("file", metavar="FILE")
    restore.set_defaults(run=_restore)
    doctor = commands.add_parser("doctor", parents=[shared], help="checks this installation; names no person")
    doctor.add_argument(
        "--bundle", metavar="OUT.zip", help="also what helps to help: versions, counts, log; no personal data"
    )
    doctor.set_defaults(run=_doctor)


def _backup(options: argparse.Namespace, talk: Talk) -> int:
    if options.auto:
        return _daily_backup(talk)
    if options.out is None:
        raise InputRefused(Problem("option-missing", "out", params={"option": "FILE, --auto"}))
    out = Path(options.out)
    talk.desk.backup(out)
    talk.give({"file": str(out), "bytes": out.stat().st_size}, str(out))
    return EXIT_DONE


def _daily_backup(talk: Talk) -> int:
    """A second folder that is away is said, and no failure; only a desk without its own backup of the day is."""
    book = talk.desk.backup_book()
    done, last_at = book.run(), book.last_at()
    plain = {
        "file": str(done.made) if done.made else None,
        "copied": str(done.copied) if done.copied else None,
        "removed": done.removed,
        "last_backup_at": last_at.isoformat(timespec="seconds") if last_at else None,
        "trouble": done.trouble or None,
    }
    talk.give(plain, *(str(path) for path in (done.made, done.copied) if path))
    if done.trouble:
        talk.note(say(done.trouble, talk.language))
    return EXIT_DONE if book.has_todays() else EXIT_TROUBLE


def _restore(options: argparse.Namespace, talk: Talk) -> int:
    epoch = restore_desk(Path(options.file), talk.folder, talk.ask_passphrase)
    talk.give({"restored": str(talk.folder), "epoch": epoch}, str(talk.folder))
    return EXIT_DONE


def _doctor(options: argparse.Namespace, talk: Talk) -> int:
    if options.bundle:
        checks = support_bundle(talk.folder, talk.ask_passphrase, Path(options.bundle))
    else:
        checks = diagnose(talk.folder, talk.ask_passphrase)
    plain = [{"check": check.name, "ok": check.ok, "sentence": say(check.code, talk.language)} for check in checks]
    lines = (f"{'ok  ' if check['ok'] else 'XX  '}{check['check']}: {check['sentence']}" for check in plain)
    talk.give(plain, *lines)
    return EXIT_DONE if all(check.ok for check in checks) else EXIT_TROUBLE
