"""The QR code of a document: which error correction, how big, and as few rectangles as it takes.

A certificate's code is printed 35 to 60 mm across its diagonal (hcert-spec 1.0.8); ours is as big as that allows. The level is
Q, as the specification advises, as long as a module stays at least half a millimetre; longer texts take M, then L, because
a bigger module survives a blurred camera better than more redundancy does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import floor, sqrt

import qrcode
from qrcode import constants, exceptions, util

from vaxdesk.errors import PrintError

SIDE_MM_MAX = 42.0  # 59.4 mm across
DIAGONAL_MM = (35.0, 60.0)
MODULE_MM_MIN = 0.5
MODULE_MM_LEAST = 0.35
QUIET_MODULES = 4
DOTS_PER_MM = 600 / 25.4  # modules are whole dots of a laser printer, so that no edge is smeared
MASK = (
    3  # compressed, signed text looks random under every mask; weighing all eight costs more than the rest of the page
)
ALPHANUMERIC = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
LEVELS = (
    ("Q", constants.ERROR_CORRECT_Q),
    ("M", constants.ERROR_CORRECT_M),
    ("L", constants.ERROR_CORRECT_L),
)


@dataclass(frozen=True)
class QrCode:
    """A symbol and its printed size. `rows` are the modules, dark is true."""

    text: str
    level: str
    rows: tuple[tuple[bool, ...], ...]
    module_mm: float

    @property
    def modules(self) -> int:
        """Modules along a side, without the quiet zone."""
        return len(self.rows)

    @property
    def side_mm(self) -> float:
        return self.modules * self.module_mm

    @property
    def diagonal_mm(self) -> float:
        return self.side_mm * sqrt(2)

    @property
    def quiet_mm(self) -> float:
        """The white border that belongs to the code."""
        return QUIET_MODULES * self.module_mm

    @cached_property
    def rectangles(self) -> tuple[tuple[int, int, int, int], ...]:
        """The dark modules as (column, row from the top, columns, rows), merged along rows and then downwards."""
        done: list[tuple[int, int, int, int]] = []
        growing: dict[tuple[int, int], tuple[int, int]] = {}
        for number, row in enumerate((*self.rows, ())):
            spans = set(_dark_spans(row))
            for span in [span for span in growing if span not in spans]:
                top, height = growing.pop(span)
                done.append((span[0], top, span[1], height))
            for span in spans:
                top, height = growing.get(span, (number, 0))
                growing[span] = (top, height + 1)
        return tuple(sorted(done))


def encode(text: str, side_mm: float = SIDE_MM_MAX, dots_per_mm: float = DOTS_PER_MM) -> QrCode:
    """The code of a text within a side length, its modules whole dots of a printer. Raises PrintError `qr-not-alphanumeric`, `qr-too-long`."""
    if not text or not set(text) <= ALPHANUMERIC:
        raise PrintError("qr-not-alphanumeric")
    modules = [(level, _modules(text, constant)) for level, constant in LEVELS]
    sized = [
        (level, constant, _module_mm(count, side_mm, dots_per_mm))
        for (level, constant), (_, count) in zip(LEVELS, modules, strict=True)
    ]
    fitting = [choice for choice in sized if choice[2] >= MODULE_MM_MIN] or [max(sized, key=lambda choice: choice[2])]
    level, constant, module_mm = fitting[0]
    if module_mm < MODULE_MM_LEAST:
        raise PrintError("qr-too-long")
    return QrCode(text, level, _rows(text, constant), module_mm)


def _modules(text: str, constant: int) -> int:
    """How many modules a side takes; 0 when no version holds the text."""
    # 4 bits mode, 9/11/13 bits count, 11 bits a pair of characters (ISO/IEC 18004 7.4.4)
    bits = 4 + 11 * (len(text) // 2) + 6 * (len(text) % 2)
    for version in range(1, 41):
        count_bits = 9 if version < 10 else 11 if version < 27 else 13
        if bits + count_bits <= util.BIT_LIMIT_TABLE[constant][version]:
            return 17 + 4 * version
    return 0


def _module_mm(modules: int, side_mm: float, dots_per_mm: float = DOTS_PER_MM) -> float:
    return floor(side_mm * dots_per_mm / modules) / dots_per_mm if modules else 0.0


def _rows(text: str, constant: int) -> tuple[tuple[bool, ...], ...]:
    code = qrcode.QRCode(error_correction=constant, border=0, mask_pattern=MASK)
    code.add_data(util.QRData(text.encode("ascii"), mode=util.MODE_ALPHA_NUM))
    try:
        code.make(fit=True)
    except (exceptions.DataOverflowError, ValueError) as error:
        raise PrintError("qr-too-long") from error
    return tuple(tuple(map(bool, row)) for row in code.modules)


def _dark_spans(row: tuple[bool, ...]) -> Iterator[tuple[int, int]]:
    start = None
    for column, dark in enumerate((*row, False)):
        if dark and start is None:
            start = column
        elif not dark and start is not None:
            yield start, column - start
            start = None
