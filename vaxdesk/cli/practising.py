"""cards: the practice desk's cards on paper."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from vaxdesk.cli.talk import EXIT_DONE, Talk


def add_commands(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Adds these commands to the parser."""
    cards = commands.add_parser("cards", parents=[shared], help="made-up cards to scan at the practice desk, as PDF")
    cards.add_argument("--out", required=True, metavar="FILE", type=Path)
    cards.set_defaults(run=_cards)


def _cards(options: argparse.Namespace, talk: Talk) -> int:
    from vaxdesk.demo import practice_cards

    options.out.write_bytes(practice_cards.render())
    talk.give({"file": str(options.out)}, str(options.out))
    return EXIT_DONE
