"""The scanner's test: what a known code should have said, what came, and which setting explains the difference. Pure.

The test code carries every Vietnamese letter, and two probes: words that only Telex, and words that only VNI would change.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from vaxdesk.models.scan_reading import Ending, Reading, Source
from vaxdesk.models.text_repair import case_put_right, fold, is_garbled, marks, repaired

LOWER = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"
TEST_NAME = "Mã Thử Máy Quét"
TELEX_PROBE, VNI_PROBE = "vieejt ddoongf thuws", "vie65t d9o62ng thu71"
SIGNS = "$%*+-./:<>()&_=?#@!;,"
# 000 is no province: at the desk this code is never a card, however much of it is lost on the way
CARD_CODE = (
    f"000123456789|TEST|{TEST_NAME}|29021993|Nữ|{LOWER} {LOWER.upper()}|30022000|{TELEX_PROBE}|{VNI_PROBE}|{SIGNS}|het"
)
CERTIFICATE_CODE = "HC1:THU0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:HET"
CODES = (CARD_CODE, CERTIFICATE_CODE)

SLOW_MS = 50.0  # the window takes slower keys for a person's
ALIKE_LEAST = 0.5
DIFFERENCES_MAX = 3
LAYOUT_CHARS_LEAST = 3
_LOST = "?\ufffd"


class Finding(StrEnum):
    """One thing that was found."""

    EXACT = "exact"
    RECOMPOSED = "recomposed"
    PAGE_WRONG = "page-wrong"
    CAPS_LOCK = "caps-lock"
    TELEX = "telex"
    VNI = "vni"
    LAYOUT = "layout"
    MARKS_LOST = "marks-lost"
    LETTERS_LOST = "letters-lost"
    CUT_OFF = "cut-off"
    BEGINNING_LOST = "beginning-lost"
    ENTER_MISSING = "enter-missing"
    TOO_SLOW = "too-slow"
    DIFFERENT = "different"
    NOT_THE_CODE = "not-the-code"

    @property
    def code(self) -> str:
        """Of its sentence: what happened and what to do."""
        return f"scanner-{self.value}"


class Verdict(StrEnum):
    """Whether cards can be read like this."""

    WELL = "well"
    MENDED = "mended"  # the program puts it right at every scan
    BADLY = "badly"


_MENDED = {Finding.PAGE_WRONG, Finding.CAPS_LOCK}
_HARMLESS = {Finding.EXACT, Finding.ENTER_MISSING, Finding.RECOMPOSED}


@dataclass(frozen=True, slots=True)
class Difference:
    """Where they part: what stands in the code, what came for it."""

    expected: str
    received: str


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """`findings` in the order in which to act on them; `differences`: the first few that no repair explains."""

    findings: tuple[Finding, ...]
    differences: tuple[Difference, ...] = ()

    @property
    def is_of_the_code(self) -> bool:
        """Whether a test code was scanned at all."""
        return Finding.NOT_THE_CODE not in self.findings

    @property
    def verdict(self) -> Verdict:
        """The worst of the findings."""
        found = set(self.findings)
        if found <= _HARMLESS:
            return Verdict.WELL
        return Verdict.MENDED if found <= _HARMLESS | _MENDED else Verdict.BADLY


def diagnose(reading: Reading) -> Diagnosis:
    """Against that of the two test codes it resembles most, with what the way it came tells."""
    expected = max(CODES, key=lambda code: _likeness(code, reading.untrusted_text))
    found = compare(expected, reading.untrusted_text)
    if not found.is_of_the_code:
        return found
    manner = []
    if reading.gap_mean_ms > SLOW_MS:
        manner.append(Finding.TOO_SLOW)
    if reading.source is Source.KEYS and reading.ending is Ending.NONE:
        manner.append(Finding.ENTER_MISSING)
    return Diagnosis((*found.findings, *manner), found.differences)


def compare(expected: str, received: str) -> Diagnosis:
    """What must have happened to `expected` on the way. Exact repairs first; what is left is explained, at worst as different."""
    text, mended = _mended(received)
    if text == expected:
        return Diagnosis(tuple(mended) or (Finding.EXACT,))
    if _likeness(expected, text) < ALIKE_LEAST:
        return Diagnosis((Finding.NOT_THE_CODE,))
    found = [*mended, *_causes(expected, text)]
    return Diagnosis(tuple(found), _differences(expected, text))


def _mended(received: str) -> tuple[str, list[Finding]]:
    """What the desk itself puts right at every scan, and what that was."""
    found = []
    composed = unicodedata.normalize("NFC", received)
    if composed != received:
        found.append(Finding.RECOMPOSED)
    paged = repaired(composed)
    if paged != composed:
        found.append(Finding.PAGE_WRONG)
    turned = case_put_right(paged)
    if turned != paged:
        found.append(Finding.CAPS_LOCK)
    return turned, found


def _causes(expected: str, text: str) -> list[Finding]:
    """Why an otherwise known code came out different."""
    if method := _input_method(expected, text):
        return [method]
    pieces = _pieces(expected, text)
    causes = []
    if _is_layout(pieces) or (len(text) == len(expected) and _is_layout([(expected, text, 0)])):
        causes.append(Finding.LAYOUT)
    if is_garbled(text):
        causes.append(Finding.LETTERS_LOST)
    elif not causes and _marks_lost(pieces, len(expected)):
        causes.append(Finding.MARKS_LOST)
    causes += _edges(pieces, len(expected))
    return causes or [Finding.DIFFERENT]


def _input_method(expected: str, text: str) -> Finding | None:
    """A probe is gone, the other one is not."""
    if expected != CARD_CODE:
        return None
    telex, vni = TELEX_PROBE in text, VNI_PROBE in text
    if telex == vni or "|" not in text:
        return None
    return Finding.VNI if telex else Finding.TELEX


def _pieces(expected: str, text: str) -> list[tuple[str, str, int]]:
    """(expected, received, place) of everything that differs."""
    steps = SequenceMatcher(None, expected, text, autojunk=False).get_opcodes()
    return [(expected[a:b], text[c:d], a) for kind, a, b, c, d in steps if kind != "equal"]


def _is_layout(pieces: list[tuple[str, str, int]]) -> bool:
    """Plain keys that always come out as the same other one."""
    became: dict[str, set[str]] = {}
    for wanted, got, _ in pieces:
        if len(wanted) == len(got):
            for key, other in zip(wanted, got, strict=True):
                if key.isascii() and key != other and other not in _LOST:
                    became.setdefault(key, set()).add(other)
    return len(became) >= LAYOUT_CHARS_LEAST and all(len(others) == 1 for others in became.values())


def _marks_lost(pieces: list[tuple[str, str, int]], length: int) -> bool:
    """Marked letters came as plain ones or not at all, and not only because an end is missing."""
    inner = [(wanted, got) for wanted, got, place in pieces if got or (place and place + len(wanted) < length)]
    return any(marks(wanted) > marks(got) for wanted, got in inner)


def _edges(pieces: list[tuple[str, str, int]], length: int) -> list[Finding]:
    """Nothing came for the beginning or for the end."""
    found = []
    if any(place == 0 and not got for _, got, place in pieces):
        found.append(Finding.BEGINNING_LOST)
    if any(place + len(wanted) == length and not got for wanted, got, place in pieces):
        found.append(Finding.CUT_OFF)
    return found


def _differences(expected: str, text: str) -> tuple[Difference, ...]:
    return tuple(Difference(wanted, got) for wanted, got, _ in _pieces(expected, text)[:DIFFERENCES_MAX])


def _likeness(expected: str, text: str) -> float:
    """0 to 1, by the letters without marks and case, or by the plain ones; a beginning or an end of the code is wholly alike."""
    part = text[: 2 * len(expected)]
    return max(_ratio(fold(expected), fold(part)), _ratio(_plain(expected), _plain(part)))


def _plain(text: str) -> str:
    """What every reader and every page gets across."""
    return "".join(ch for ch in text if ch.isascii() and ch not in _LOST)


def _ratio(whole: str, part: str) -> float:
    places = {whole, whole[: len(part)], whole[-len(part) :]} if part else {whole}
    return max(SequenceMatcher(None, place, part, autojunk=False).ratio() for place in places)
