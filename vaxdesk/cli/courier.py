"""courier export, courier import."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from vaxdesk.cli.talk import EXIT_DONE, Talk
from vaxdesk.messages import say


def add_commands(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Adds these commands to the parser."""
    courier = commands.add_parser(
        "courier", help="what waits travels as a sealed file; receipts come back the same way"
    )
    actions = courier.add_subparsers(metavar="ACTION", required=True)
    export = actions.add_parser("export", parents=[shared], help="writes all that waits into one numbered, sealed file")
    export.add_argument("path", metavar="FILE|DIR", nargs="?", default=".", help="default: a numbered name right here")
    export.set_defaults(run=_export)
    take_in = actions.add_parser(
        "import", parents=[shared], help="takes an answer in; delivers a sealed file, of any desk, to the platform"
    )
    take_in.add_argument("file", metavar="FILE")
    take_in.add_argument("--out", metavar="FILE", help="where the answer goes (default: beside the file, .tra-loi)")
    take_in.set_defaults(run=_import)


def _export(options: argparse.Namespace, talk: Talk) -> int:
    made = talk.desk.courier_export(Path(options.path), talk.actor())
    plain = {"file": str(made.file), "number": made.number, "records": made.records}
    said = say("courier-exported", talk.language, file=str(made.file), records=str(made.records))
    talk.give(plain, said)
    return EXIT_DONE


def _import(options: argparse.Namespace, talk: Talk) -> int:
    out = Path(options.out) if options.out else None
    done = talk.desk.courier_import(Path(options.file), talk.actor(), out)
    figures = {
        "received": done.tally.received,
        "set_aside": done.tally.set_aside,
        "waiting": done.tally.waiting,
    }
    answer = str(done.answer) if done.answer else None
    said = {name: str(value) for name, value in figures.items()}
    lines = [say("courier-taken-in", talk.language, **said)]
    if answer:
        lines.append(say("courier-delivered", talk.language, answer=answer))
    talk.give({"kind": "delivered" if answer else "answer"} | figures | {"answer": answer}, *lines)
    return EXIT_DONE
