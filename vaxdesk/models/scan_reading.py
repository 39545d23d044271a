"""What a reader sent, and how: bytes of a serial reader cut into frames and read in the right page. Pure; the text is never trusted."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum

FRAME_BYTES_MAX = (
    8192  # a text of 4096 characters, most of them Vietnamese; what is longer is refused as too long, never cut
)
_ENDS = re.compile(rb"[\r\n\x03]")
_UNREADABLE = "\ufffd"


class Source(StrEnum):
    """Which way a text came."""

    KEYS = "keys"
    SERIAL = "serial"
    PICTURE = "picture"
    CAMERA = "camera"


class Ending(StrEnum):
    """What the reader sent behind the text."""

    ENTER = "enter"
    TAB = "tab"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Reading:
    """One scan. `gap_mean_ms`: between keys, 0 where nobody typed."""

    untrusted_text: str = field(repr=False)
    source: Source = Source.KEYS
    ending: Ending = Ending.ENTER
    gap_mean_ms: float = 0.0


class Frames:
    """Cuts a stream of bytes at CR, LF or ETX; `rest` gives what stands there when the reader has fallen silent.

    A frame over FRAME_BYTES_MAX comes out one byte too long, so that it is refused and not taken for a whole one.
    """

    def __init__(self) -> None:
        self._bytes = b""

    @property
    def is_open(self) -> bool:
        """Whether a frame has begun and not ended."""
        return bool(self._bytes)

    def feed(self, received: bytes) -> list[bytes]:
        """The frames that end in what was received."""
        *ended, begun = _ENDS.split(self._bytes + received)
        self._bytes = begun[: FRAME_BYTES_MAX + 1]
        return [frame[: FRAME_BYTES_MAX + 1] for frame in ended if frame]

    def rest(self) -> bytes:
        """What has come since the last end; begins afresh."""
        frame, self._bytes = self._bytes, b""
        return frame


def decoded(frame: bytes) -> str:
    """UTF-8; else Windows-1258 or TCVN3, whichever alone makes Vietnamese of it. Raises nothing.

    Where neither or both do, every byte that is no ASCII becomes U+FFFD: such a text is refused with a sentence, not guessed.
    """
    try:
        return frame.decode("utf-8")
    except UnicodeDecodeError:
        pass
    readings = {text for text in (_windows_1258(frame), _tcvn3(frame)) if text is not None and _is_vietnamese(text)}
    if len(readings) == 1:
        return readings.pop()
    return "".join(chr(byte) if byte < 0x80 else _UNREADABLE for byte in frame)


def _windows_1258(frame: bytes) -> str | None:
    """Letters with their tone behind them, put together."""
    try:
        return unicodedata.normalize("NFC", frame.decode("cp1258"))
    except UnicodeDecodeError:
        return None


def _tcvn3(frame: bytes) -> str | None:
    """TCVN 5712:1993 VN3, the page of the old .Vn fonts: no capitals with a tone, those were a font's business."""
    text = "".join(chr(byte) if byte < 0x80 else _TCVN3.get(byte, _UNREADABLE) for byte in frame)
    return None if _UNREADABLE in text else text


# byte of the letter without tone, then with grave, acute, hook, tilde, dot; 0: ASCII
_TCVN3_LOWER = {
    "a": (0x00, 0xB5, 0xB8, 0xB6, 0xB7, 0xB9),
    "ă": (0xA8, 0xBB, 0xBE, 0xBC, 0xBD, 0xC6),
    "â": (0xA9, 0xC7, 0xCA, 0xC8, 0xC9, 0xCB),
    "e": (0x00, 0xCC, 0xD0, 0xCE, 0xCF, 0xD1),
    "ê": (0xAA, 0xD2, 0xD5, 0xD3, 0xD4, 0xD6),
    "i": (0x00, 0xD7, 0xDD, 0xD8, 0xDC, 0xDE),
    "o": (0x00, 0xDF, 0xE3, 0xE1, 0xE2, 0xE4),
    "ô": (0xAB, 0xE5, 0xE8, 0xE6, 0xE7, 0xE9),
    "ơ": (0xAC, 0xEA, 0xED, 0xEB, 0xEC, 0xEE),
    "u": (0x00, 0xEF, 0xF3, 0xF1, 0xF2, 0xF4),
    "ư": (0xAD, 0xF5, 0xF8, 0xF6, 0xF7, 0xF9),
    "y": (0x00, 0xFA, 0xFD, 0xFB, 0xFC, 0xFE),
}
_TCVN3_OTHER = {0xA1: "Ă", 0xA2: "Â", 0xA3: "Ê", 0xA4: "Ô", 0xA5: "Ơ", 0xA6: "Ư", 0xA7: "Đ", 0xAE: "đ"}
_TONES = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")
_TCVN3 = _TCVN3_OTHER | {
    byte: unicodedata.normalize("NFC", letter + tone)
    for letter, bytes_of in _TCVN3_LOWER.items()
    for byte, tone in zip(bytes_of, _TONES, strict=True)
    if byte
}
LETTERS = frozenset(_TCVN3.values()) | frozenset(letter.upper() for letter in _TCVN3.values())
_WORD = re.compile(r"[^\W\d_]+")


def _is_vietnamese(text: str) -> bool:
    """Only Vietnamese letters beside ASCII, and at most one tone in a syllable."""
    if any(not letter.isascii() and letter not in LETTERS for letter in text):
        return False
    return all(_tones(word) <= 1 for word in _WORD.findall(text))


def _tones(word: str) -> int:
    return sum(mark in _TONES[1:] for mark in unicodedata.normalize("NFD", word))
