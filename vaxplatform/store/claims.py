"""A complaint is a Task (contract Q1, Q2): what it must say, and what the site that settles it may change. Pure."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime, timedelta

from vaxplatform.store.refusals import Refused
from vaxplatform.store.types import Json, values_at

COMPLAINT, CLAIM, ANSWER = "urn:vaxdesk:complaint", "urn:vaxdesk:claim", "urn:vaxdesk:answer"
REASON = "urn:vaxdesk:complaint-reason"
SETTLED_WITHIN = timedelta(hours=48)  # 4415/BTTTT-THH
PICTURE_BYTES_MAX = 2 * 1024 * 1024
PICTURES = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n"}
_REQUIRED = ("code.coding", "authoredOn", "restriction.period.end", "for")
_SITES_OWN = frozenset({"status", "businessStatus", "lastModified", "output", "meta"})


def is_complaint(task: Json) -> bool:
    """Whether a Task is a complaint."""
    return any(coding.get("system") == COMPLAINT for coding in values_at(task, "code.coding"))


def check_complaint(task: Json) -> None:
    """Q1. Raises Refused `element-required`, `claim-due-wrong`, `picture-unusable`."""
    for path in _REQUIRED:
        if not any(True for _ in values_at(task, path)):
            raise Refused("element-required", f"Task.{path}", element=f"Task.{path}")
    if _moment(task["restriction"]["period"]["end"]) - _moment(task["authoredOn"]) != SETTLED_WITHIN:
        raise Refused("claim-due-wrong", "Task.restriction.period.end")
    for part in [*task.get("input", []), *task.get("output", [])]:
        if "valueAttachment" in part:
            _check_picture(part["valueAttachment"])


def check_answer(task: Json, before: Json) -> None:
    """Q2: a site says how far it is and appends answers; what the citizen said stays. Raises Refused `claim-changed`."""
    given, former = task.get("output", []), before.get("output", [])
    if _claim(task) != _claim(before) or given[: len(former)] != former:
        raise Refused("claim-changed", "Task")


def is_picture(content: bytes, media_type: str) -> bool:
    """Whether bytes are a picture of that type, not too large."""
    start = PICTURES.get(media_type)
    return start is not None and content.startswith(start) and len(content) <= PICTURE_BYTES_MAX


def _claim(task: Json) -> Json:
    return {name: value for name, value in task.items() if name not in _SITES_OWN}


def _check_picture(attachment: Json) -> None:
    try:
        content = base64.b64decode(attachment.get("data", ""), validate=True)
    except binascii.Error:
        content = b""
    if not is_picture(content, str(attachment.get("contentType", ""))):
        raise Refused("picture-unusable", "Task.input.valueAttachment")


def _moment(text: object) -> datetime:
    """An instant with its zone. Raises Refused `element-required` for a day alone: 48 hours are counted from a moment."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        found = datetime.min
    if found.tzinfo is None:
        raise Refused("element-required", "Task.authoredOn", element="Task.authoredOn")
    return found
