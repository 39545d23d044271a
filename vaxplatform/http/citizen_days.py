"""Days as people in Viet Nam write them. A browser's own field shows the order of its own language, so the page does not use one."""

from __future__ import annotations

import re

_TYPED = re.compile(r"(\d{1,2})[\s./-]+(\d{1,2})[\s./-]+(\d{4})", re.ASCII)
_FIGURES = re.compile(r"(\d{2})(\d{2})(\d{4})", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)


def read_day(typed: str) -> str:
    """`9/10/2003`, `09-10-2003`, `09102003`: the ISO date; anything else as it is (an ISO date, a year, a mistake)."""
    typed = typed.strip()
    found = _TYPED.fullmatch(typed) or _FIGURES.fullmatch(typed)
    if found is None:
        return typed
    day, month, year = found.groups()
    return f"{year}-{month:0>2}-{day:0>2}"


def show_day(iso: str) -> str:
    """As typed again: `09/10/2003`; what is no ISO date stays."""
    found = _ISO.fullmatch(iso)
    return "/".join(reversed(found.groups())) if found else iso
