"""The mark across every page while a practice desk is open.

One switch for the whole process, looked at by the sheet of paper itself, so that no page, not even one added later, can be made
without the mark. It is set where a store is opened and taken away where it is closed.
"""

from __future__ import annotations

WORDS = "LUYỆN TẬP – KHÔNG PHẢI DỮ LIỆU THẬT"
TITLE = "LUYỆN TẬP"
GREY = 0.8  # light enough for codes and words above it, dark enough for any copier
ANGLE_DEGREES = 35
SIZE_PT, STEP_MM = 21.0, 58.0  # on A4, in proportion on smaller paper

_marking: set[str] = set()


def mark_every_page() -> None:
    """From now on every page carries the mark."""
    _marking.add(WORDS)


def mark_no_page() -> None:
    """Papers are real again."""
    _marking.clear()


def is_marking() -> bool:
    """Whether pages are marked."""
    return bool(_marking)
