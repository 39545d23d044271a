"""leave."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from vaxdesk.cli.talk import EXIT_DONE, Talk


def add_commands(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Adds this command to the parser."""
    leave = commands.add_parser(
        "leave", parents=[shared], help="end this machine's time at the site: refused while records wait"
    )
    leave.add_argument("--courier", metavar="FILE", help="first write what waits to a courier file")
    leave.set_defaults(run=_leave)


def _leave(options: argparse.Namespace, talk: Talk) -> int:
    courier = Path(options.courier) if options.courier else None
    left = talk.desk.leave(talk.actor(), courier)
    plain = {
        "left": str(left.folder),
        "backup": str(left.backup),
        "waiting": left.unreceived.waiting,
        "set_aside": left.unreceived.aside,
        "courier": str(courier) if courier and courier.exists() else None,
    }
    talk.give(plain, str(left.folder), str(left.backup))
    return EXIT_DONE
