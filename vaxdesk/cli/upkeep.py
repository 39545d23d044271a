"""backup, restore, doctor."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from vaxdesk.app import diagnose, restore_desk
from vaxdesk.cli.talk import EXIT_DONE, EXIT_TROUBLE, Talk
from vaxdesk.messages import say


def add_commands(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Adds these commands to the parser."""
    backup = commands.add_parser("backup", parents=[shared], help="an encrypted, verified copy of the store")
    backup.add_argument("out", metavar="FILE")
    backup.set_defaults(run=_backup)
    restore = commands.add_parser(
        "restore", parents=[shared], help="a backup into an empty data folder; begins a new epoch"
    )
    restore.add_argument("file", metavar="FILE")
    restore.set_defaults(run=_restore)
    doctor = commands.add_parser("doctor", parents=[shared], help="checks this installation; names no person")
    doctor.set_defaults(run=_doctor)


def _backup(options: argparse.Namespace, talk: Talk) -> int:
    out = Path(options.out)
    talk.desk.backup(out)
    talk.give({"file": str(out), "bytes": out.stat().st_size}, str(out))
    return EXIT_DONE


def _restore(options: argparse.Namespace, talk: Talk) -> int:
    epoch = restore_desk(Path(options.file), talk.folder, talk.ask_passphrase)
    talk.give({"restored": str(talk.folder), "epoch": epoch}, str(talk.folder))
    return EXIT_DONE


def _doctor(options: argparse.Namespace, talk: Talk) -> int:
    checks = diagnose(talk.folder, talk.ask_passphrase)
    plain = [{"check": check.name, "ok": check.ok, "sentence": say(check.code, talk.language)} for check in checks]
    lines = (f"{'ok  ' if check['ok'] else 'XX  '}{check['check']}: {check['sentence']}" for check in plain)
    talk.give(plain, *lines)
    return EXIT_DONE if all(check.ok for check in checks) else EXIT_TROUBLE
