"""Medication -> a recalled lot (contract S6). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from vaxdesk.errors import InputRefused
from vaxdesk.models import catalogue
from vaxdesk.models.findings import RecallFound
from vaxdesk.models.recalls import Recall
from vaxdesk.models.values import VIETNAM
from vaxdesk.sync import codes

LOT_CHARS_MAX, REASON_CHARS_MAX = 40, 300
_STATUS = {"inactive": True, "active": False, "entered-in-error": False}


def recall(resource: Mapping[str, Any]) -> RecallFound | None:
    """The recall in a Medication; None for one that is none. Raises KeyError, TypeError, ValueError, AttributeError."""
    lot = " ".join(str(resource["batch"]["lotNumber"]).split())[:LOT_CHARS_MAX]
    at = _moment(_extension(resource, codes.RECALLED_AT, "valueDateTime"))
    if not lot:
        return None
    reason = " ".join(_extension(resource, codes.RECALL_REASON, "valueString").split())[:REASON_CHARS_MAX]
    is_open = _STATUS[resource["status"]]
    return RecallFound(Recall(str(resource["id"])[:64], lot, _vaccine(resource.get("code") or {}), at, reason, is_open))


def _extension(resource: Mapping[str, Any], url: str, value: str) -> str:
    return next((str(one.get(value, "")) for one in resource.get("extension", []) if one.get("url") == url), "")


def _moment(text: str) -> datetime:
    """A date alone is its beginning in Viet Nam: rather too early than too late."""
    at = datetime.fromisoformat(text)
    return at.astimezone(VIETNAM) if at.tzinfo else at.replace(tzinfo=VIETNAM)


def _vaccine(concept: Mapping[str, Any]) -> str:
    """Our own code; empty for a product we do not know: then the number alone decides, on the safe side."""
    for coding in concept.get("coding", []):
        if coding.get("system") == codes.VACCINE:
            try:
                return str(catalogue.load().vaccine(str(coding.get("code", ""))).code)
            except InputRefused:
                continue
    return ""
