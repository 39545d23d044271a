"""The log: what the program did, never to whom.

May be logged: codes, counts, durations, sizes, versions, exception types, and the ids this program made itself (record,
device, certificate, staff). May not: names, citizen or card numbers, phones, addresses, birth dates, scanned or typed
texts, certificates, request or answer bodies, URLs with values, bound SQL values, keys, tokens, PINs (I9).

Callers keep to that. As a last line of defence every line is redacted before it is written: citizen numbers, phones,
card texts, certificate and slip texts and tokens are masked, and an exception is written as its type, code and places in
the code, without its words, because the words of foreign exceptions quote their input.

The log is `logs/vaxdesk.log` in the data folder, readable by its owner only, bounded in size and number of files. A log
that cannot be written never stops the program.
"""

from __future__ import annotations

import logging
import os
import re
import sys
import threading
import traceback
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from vaxdesk.errors import VaxdeskError

FILE_BYTES_MAX = 1024 * 1024
OLD_FILES_MAX = 5
LINE_CHARS_MAX = 8_000
CAUSES_MAX = 5
FRAMES_MAX = 30

_FORM = "{asctime}.{msecs:03.0f} {levelname} {name}: {message}"
_HANDLER_NAME = "vaxdesk-log"

# The first group is kept as it is (a UUID may hold twelve digits in a row), everything else that matches is masked.
_PRIVATE = re.compile(
    r"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
    r"|(?<!\d)\d{12}\|[^\n]*"  # a card text: number|...|name|birth date|...
    r"|(?<!\d)\d{4}[ .-]?\d{4}[ .-]?\d{4}(?!\d)"  # a citizen number, also grouped
    r"|(?<!\d)(?:\+84|0)\d{9}(?!\d)"  # a phone
    r"|HC1:[0-9A-Z $%*+./:-]+"  # a certificate
    r"|VXS1\S*"  # a slip
    r"|eyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?"  # a token
    r"|(?<=Bearer )\S+",
    re.IGNORECASE,
)
_BREAKS = {ord("\r"): "\\r", ord("\n"): "\\n", 0x2028: "\\u2028", 0x2029: "\\u2029", 0x85: "\\x85"}


def redact(text: str) -> str:
    """The text with everything masked that looks like a citizen number, phone, card, certificate, slip or token."""
    return _PRIVATE.sub(lambda found: found.group(1) or "[…]", text)


class Redaction(logging.Formatter):
    """Writes records redacted, each message on one line. It works on a copy: other handlers see the original."""

    def format(self, record: logging.LogRecord) -> str:
        quiet = logging.makeLogRecord(record.__dict__)
        quiet.msg = redact(_message_of(record)).translate(_BREAKS)[:LINE_CHARS_MAX]
        quiet.args = None
        quiet.exc_text = None  # another handler may have kept the exception's words here
        quiet.stack_info = None
        return super().format(quiet)

    def formatException(  # noqa: N802  logging's own name
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        return outline(ei[1]) if ei[1] is not None else ""


def _message_of(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):  # a wrong log call: its arguments are not shown
        return f"{record.msg} (arguments do not fit)"


def outline(error: BaseException) -> str:
    """An exception without its words: type, code of known trouble, places in the code, and the same for its causes."""
    parts: list[str] = []
    current: BaseException | None = error
    while current is not None and len(parts) < CAUSES_MAX:
        parts.append("\n".join([_heading(current), *_places(current)]))
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return redact("\ncaused by ".join(parts))


def _heading(error: BaseException) -> str:
    kind = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    return f"{kind} [{error.code}]" if isinstance(error, VaxdeskError) else kind


def _places(error: BaseException) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__, limit=-FRAMES_MAX)
    return [f"  {frame.name} ({Path(frame.filename).name}:{frame.lineno})" for frame in frames]


class _LogFile(RotatingFileHandler):
    """A rotating file for its owner's eyes, that gives up quietly."""

    def _open(self) -> TextIOWrapper:
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return open(descriptor, "a", encoding="utf-8", errors="backslashreplace")

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  logging's own name
        """A full disk or a file held by another process: say so without the record's values and go on."""
        kind = sys.exc_info()[0]
        _tell(f"a log line was lost ({kind.__name__ if kind else 'unknown'})")


def set_up(data_folder: Path, level: int = logging.INFO) -> Path:
    """Send the log to the data folder, `level` and up for our own rooms, WARNING and up for libraries; the file's path.

    Calling it again moves the log. Unhandled exceptions of any thread go there too. Raises OSError when the folder
    cannot be made.
    """
    folder = data_folder / "logs"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    take_down()
    handler = _LogFile(
        folder / "vaxdesk.log", maxBytes=FILE_BYTES_MAX, backupCount=OLD_FILES_MAX, encoding="utf-8", delay=True
    )
    handler.name = _HANDLER_NAME
    handler.setFormatter(Redaction(_FORM, "%Y-%m-%dT%H:%M:%S", style="{"))
    logging.getLogger().addHandler(handler)
    logging.getLogger("vaxdesk").setLevel(level)
    _watch_crashes()
    return folder / "vaxdesk.log"


def take_down() -> None:
    """Close the log and give Python its own exception hooks back."""
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if handler.name == _HANDLER_NAME]:
        root.removeHandler(handler)
        handler.close()
    sys.excepthook = sys.__excepthook__
    threading.excepthook = threading.__excepthook__


def _watch_crashes() -> None:
    sys.excepthook = _crashed
    threading.excepthook = _thread_crashed


def _crashed(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Neither the log nor the terminal shows the words of an exception."""
    if issubclass(kind, KeyboardInterrupt):
        _tell("stopped from the keyboard")
        return
    logging.getLogger("vaxdesk").critical("crashed", exc_info=(kind, error, trace))
    _tell("crashed: " + outline(error.with_traceback(trace)))


def _thread_crashed(crash: threading.ExceptHookArgs) -> None:
    if crash.exc_value is None or issubclass(crash.exc_type, SystemExit):
        return
    _crashed(crash.exc_type, crash.exc_value, crash.exc_traceback)


def _tell(text: str) -> None:
    if sys.stderr is not None:  # a windowed program on Windows has none
        sys.stderr.write(f"vaxdesk: {text}\n")
