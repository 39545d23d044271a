"""verify: is this certificate or slip genuine? Texts, pictures, PDFs and text files, and standard input; several at once."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vaxdesk.cli import given
from vaxdesk.cli.talk import EXIT_DONE, EXIT_REFUSED, EXIT_TROUBLE, Talk
from vaxdesk.errors import PrintError, VaxdeskError
from vaxdesk.messages import say, sentence
from vaxdesk.models.workplace import now_in_vietnam

if TYPE_CHECKING:
    from vaxdesk.print.hcert import Trust
    from vaxdesk.print.verdict import SlipSigner, Verdict

STDIN = "-"
PREFIXES = ("HC1:", "VXS1:")
PICTURES = (".pdf", ".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff")
PICTURE_STARTS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"BM", b"GIF8", b"RIFF", b"II*\x00", b"MM\x00*")
TEXT_BYTES_MAX = 1_000_000
STDIN_BYTES_MAX = 64_000_000
CODES_MAX = 1000


def add_command(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Adds it to the parser."""
    verify = commands.add_parser(
        "verify",
        parents=[shared],
        help="is this certificate genuine?",
        description="Judges every code it is given. Exit code 0: all are genuine; 2: one is not, or cannot be checked; 1: a file "
        "cannot be read. --json prints one object for one code, a list for several.",
    )
    what = "HC1 or slip text, an image, a PDF (all pages), a text file (a code a line), or - for standard input"
    verify.add_argument("what", metavar="TEXT|FILE|-", nargs="+", help=what)
    verify.add_argument("--trust", metavar="FILE", help="trusted keys as PEM or JSON (default: the pulled trust list)")
    verify.add_argument("--at", metavar="ISO", help="the time to judge for (default: now)")
    verify.set_defaults(run=_verify)


class _Judge:
    """Judges texts; opens the desk only for what needs it."""

    def __init__(self, options: argparse.Namespace, talk: Talk, at: datetime) -> None:
        self._trust_file, self._talk, self._at = options.trust, talk, at

    def __call__(self, text: str) -> Verdict:
        """The answer to one code. Raises what opening the desk or reading the trusted keys raises."""
        from vaxdesk.print.hcert import Trust
        from vaxdesk.print.verdict import Kind, judge, kind_of

        kind = kind_of(text)
        trust = self._trust if kind is Kind.CERTIFICATE else Trust({})
        return judge(text, trust, self._signers if kind is Kind.SLIP else {}, self._at)

    @cached_property
    def _trust(self) -> Trust:
        from vaxdesk.print.hcert import trust_from_file

        return trust_from_file(Path(self._trust_file)) if self._trust_file else self._talk.desk.trust()

    @cached_property
    def _signers(self) -> dict[str, SlipSigner]:
        return self._talk.desk.checker.signers()


def _verify(options: argparse.Namespace, talk: Talk) -> int:
    judge = _Judge(options, talk, given.moment_of(options.at or "", now_in_vietnam()))
    several = len(options.what) > 1
    answers, exits = [], set()
    for what in options.what:
        try:
            found = [(text, judge(text)) for text in _texts(what)] or [("", _nothing())]
        except PrintError as error:
            if not several:
                raise
            answers.append(_unread(what, error, talk))
            exits.add(EXIT_TROUBLE)
            continue
        answers += [_plain(what, verdict, talk) for _, verdict in found]
        exits |= {EXIT_DONE if verdict.is_genuine else EXIT_REFUSED for _, verdict in found}
    _give(answers, talk)
    return EXIT_REFUSED if EXIT_REFUSED in exits else max(exits)


def _give(answers: list[dict[str, Any]], talk: Talk) -> None:
    lines = [line for answer in answers for line in _lines(answer, talk, len(answers) > 1)]
    for answer in answers:
        del answer["facts"]
    talk.give(answers if len(answers) > 1 else answers[0], *lines)


def _plain(what: str, verdict: Verdict, talk: Talk) -> dict[str, Any]:
    """The answer as JSON. `code` is there only where there is a reason; `source` names a file, never repeats a code."""
    from vaxdesk.print.verdict_facts import facts

    plain: dict[str, Any] = {
        "source": _source(what),
        "valid": verdict.is_genuine,
        "verdict": verdict.standing.value,
        "kind": verdict.kind.value,
    }
    if verdict.reason is not None:
        plain["code"] = verdict.reason.code
    plain["reason"] = sentence(verdict.reason, talk.language) if verdict.reason is not None else None
    plain["payload"] = verdict.payload
    plain["remarks"] = [talk.plain_problem(remark) for remark in verdict.remarks]
    return plain | {"facts": facts(verdict, talk.language)}


def _unread(what: str, error: VaxdeskError, talk: Talk) -> dict[str, Any]:
    why = {"code": error.code, "reason": sentence(error, talk.language)}
    plain = {"source": _source(what), "valid": False, "verdict": "unchecked", "kind": "other"}
    return plain | why | {"payload": None, "remarks": [], "facts": ()}


def _lines(answer: dict[str, Any], talk: Talk, several: bool) -> Iterator[str]:
    """The verdict first, then why, then what the paper says."""
    head = say(f"verdict-{answer['verdict']}", talk.language)
    yield f"{answer['source']}: {head}" if several and answer["source"] else head
    if answer["reason"]:
        yield f"  {answer['reason']}"
    for fact in answer["facts"]:
        yield f"  {say(fact.label, talk.language)}: {fact.value}"
    for remark in answer["remarks"]:
        yield f"  {remark['sentence']}"


def _source(what: str) -> str:
    return "" if what.startswith(PREFIXES) else Path(what).name[:100]


def _nothing() -> Verdict:
    from vaxdesk.print.verdict import nothing_found

    return nothing_found()


def _texts(what: str) -> list[str]:
    """The codes of a file or of standard input, or the text itself. A text that is also a file name is read as the file."""
    if what == STDIN:
        return _codes(sys.stdin.buffer.read(STDIN_BYTES_MAX + 1), STDIN)
    if what.startswith(PREFIXES) or len(what) > 1024 or not os.path.exists(what):
        return [what]
    file = Path(what)
    if file.suffix.lower() in PICTURES or _start(file, 8).startswith(PICTURE_STARTS):
        from vaxdesk.print.proof import read_codes

        return _only_ours(read_codes(file))
    return _codes_of_text(_start(file, TEXT_BYTES_MAX))


def _codes(content: bytes, name: str) -> list[str]:
    if not content.startswith(PICTURE_STARTS):
        return _codes_of_text(content[:TEXT_BYTES_MAX])
    if len(content) > STDIN_BYTES_MAX:
        raise PrintError("picture-too-big", file=name)
    from vaxdesk.print.proof import codes_in

    return _only_ours(codes_in(content, name))


def _only_ours(codes: list[str]) -> list[str]:
    return [code for code in codes if code.startswith(PREFIXES)][:CODES_MAX]


def _codes_of_text(content: bytes) -> list[str]:
    """A code a line; a text without any is judged as it is, and refused. Only as much is read as a thousand codes may have."""
    text = content.decode("utf-8-sig", errors="replace").strip()
    lines = [line.strip() for line in text.splitlines()]
    return _only_ours(lines) or ([text] if text else [])


def _start(file: Path, bytes_max: int) -> bytes:
    try:
        with file.open("rb") as content:
            return content.read(bytes_max)
    except OSError as error:
        raise PrintError("picture-unreadable", file=file.name) from error
