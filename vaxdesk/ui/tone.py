"""What a colour means. By itself, so that the sign-in page needs nothing of the desk's form."""

from __future__ import annotations

from enum import StrEnum


class Tone(StrEnum):
    """What a colour means."""

    QUIET = "quiet"
    ALLOWED = "allowed"
    DECIDE = "decide"
    STOP = "stop"
    INFORM = "inform"
