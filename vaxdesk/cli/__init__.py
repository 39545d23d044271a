"""The command line: the same core as the window. Sites script against it, so names, options, JSON keys and exit codes stay.

Exit codes: 0 done, 2 input refused (nothing stored), 1 trouble. With --json, stdout holds one JSON value and nothing else.
The commands are imported only when one is given: a person waits for the window.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from vaxdesk import __version__
from vaxdesk.cli.talk import Talk
from vaxdesk.errors import VaxdeskError


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; without one, opens the window."""
    os.umask(0o077)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")  # Windows consoles
    options = _window_options(arguments) or _parser().parse_args(arguments)
    talk = Talk(options)
    try:
        result: int = options.run(options, talk)
        return result
    except VaxdeskError as error:
        return talk.trouble(error)
    except KeyboardInterrupt:
        return 1


def _window_options(arguments: Sequence[str] | None) -> argparse.Namespace | None:
    """The options of a call without a command; None for any other."""
    parser = argparse.ArgumentParser(prog="vaxdesk", add_help=False, allow_abbrev=False)
    _add_common(parser, top=True)
    parser.set_defaults(run=_window)
    options, more = parser.parse_known_args(arguments)
    return None if more else options


def _parser() -> argparse.ArgumentParser:
    from vaxdesk.cli import (
        auditing,
        complaining,
        courier,
        documents,
        enrolling,
        identities,
        importing,
        leaving,
        practising,
        records,
        reporting,
        rostering,
        stocking,
        syncing,
        upkeep,
    )

    parser = argparse.ArgumentParser(prog="vaxdesk", description=__doc__.splitlines()[0])
    parser.add_argument("--version", action="version", version=f"vaxdesk {__version__}")
    _add_common(parser, top=True)
    parser.set_defaults(run=_window)
    shared = argparse.ArgumentParser(add_help=False)
    _add_common(shared, top=False)
    commands = parser.add_subparsers(metavar="COMMAND")
    for part in (
        enrolling,
        records,
        syncing,
        courier,
        documents,
        upkeep,
        leaving,
        rostering,
        stocking,
        reporting,
        practising,
        auditing,
        importing,
        identities,
        complaining,
    ):
        part.add_commands(commands, shared)
    demo = commands.add_parser("demo", parents=[shared], help="the whole story on made-up data")
    demo.add_argument(
        "--headless", action="store_true", help="print the story step by step instead of opening the window"
    )
    demo.add_argument("--out", default="demo-out", metavar="DIR", help="where PDFs go (default: demo-out)")
    demo.set_defaults(run=_demo)
    return parser


def _add_common(parser: argparse.ArgumentParser, top: bool) -> None:
    """Options that may stand before or after the command."""
    unset = None if top else argparse.SUPPRESS
    parser.add_argument("--data", default=unset, metavar="DIR", help="data folder (or VAXDESK_DATA)")
    parser.add_argument(
        "--training",
        action="store_true",
        default=False if top else unset,
        help="the practice desk beside the real one: made-up people, marked papers, no platform",
    )
    parser.add_argument("--json", action="store_true", default=False if top else unset, help="one JSON value on stdout")
    parser.add_argument(
        "--as", dest="acting", default=unset, metavar="USER", help="who acts (or VAXDESK_USER; PIN: VAXDESK_PIN)"
    )
    parser.add_argument(
        "--lang", choices=("vi", "en"), default=unset, help="language of sentences (default: the setting)"
    )


def _window(options: argparse.Namespace, talk: Talk) -> int:
    from vaxdesk.cli.opening import open_window

    return open_window(talk)


def _demo(options: argparse.Namespace, talk: Talk) -> int:
    from pathlib import Path

    from vaxdesk.demo.story import run_demo

    return run_demo(Path(options.out), headless=options.headless)
