"""A complaint <-> Task (contract Q1 to Q3). Pure.

What the citizen and the platform wrote is sent back as it came, with every element this program does not know: a site appends answers, and
changes nothing else. An answer of this desk is known again by the id of its outputs, so that none is appended twice.
"""

from __future__ import annotations

import base64
import binascii
import copy
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from vaxdesk.models.complaints import (
    PICTURE_BYTES_MAX,
    PICTURE_STARTS,
    PICTURES_MAX,
    Action,
    Claim,
    Complaint,
    ComplaintKind,
    ComplaintSource,
    ComplaintStatus,
    ComplaintStep,
    due,
    picture_type,
    standing_answers,
)
from vaxdesk.models.exchange import DueComplaint
from vaxdesk.models.values import DeviceId, Sex
from vaxdesk.sync import codes
from vaxdesk.sync.codes import Json, concept
from vaxdesk.sync.fhir_immunization import moment

COMPLAINT, CLAIM = "urn:vaxdesk:complaint", "urn:vaxdesk:claim"
ANSWER, REASON = "urn:vaxdesk:answer", "urn:vaxdesk:complaint-reason"
TEXT_CHARS_MAX, WORDS_CHARS_MAX = 300, 5000
_OPEN = ("requested", "received", "accepted", "ready", "in-progress")
_ANSWERS = {
    Action.ASK: ("asked", "on-hold"),
    Action.POSTPONE: ("postponed", "on-hold"),
    Action.SETTLE: ("settled", "completed"),
    Action.REJECT: ("rejected", "rejected"),
}
_STATUS = {"completed": ComplaintStatus.SETTLED, "rejected": ComplaintStatus.REJECTED}
_TEXTS = {
    "old_id": "old-number",
    "phone": "phone",
    "dose_number": "dose-number",
    "vaccine": "vaccine",
    "lot": "lot",
    "day": "day",
    "site": "site",
    "birth_date": "birth-date",
}


# --- reading


def complaint_of(task: Mapping[str, Any]) -> Complaint | None:
    """The complaint a Task is; None for any other Task, and for a status the contract does not have.

    Raises KeyError, TypeError, ValueError for what cannot be understood.
    """
    kinds = _codes(task["code"], COMPLAINT)
    status = _status(task)
    if not kinds or status is None:
        return None
    received_at = datetime.fromisoformat(task["authoredOn"])
    if received_at.tzinfo is None:
        return None
    kept, pictures = _without_pictures(task)
    meta = task["meta"]
    updated = datetime.fromisoformat(meta["lastUpdated"]) if meta.get("lastUpdated") else None
    return Complaint(
        id=str(task["id"]),
        version=str(meta.get("versionId") or meta["lastUpdated"]),
        source=ComplaintSource.PLATFORM,
        kind=ComplaintKind(kinds[0]) if kinds[0] in set(ComplaintKind) else ComplaintKind.OTHER,
        status=status,
        received_at=received_at,
        due_at=_due_at(task, received_at),
        claim=_claim(task),
        picture_count=len(pictures),
        pictures=tuple(pictures),
        task=kept,
        updated_at=updated,
    )


def _status(task: Mapping[str, Any]) -> ComplaintStatus | None:
    if task["status"] in _OPEN:
        return ComplaintStatus.OPEN
    if task["status"] == "on-hold":
        asked = "asked" in _codes(task.get("businessStatus", {}), ANSWER)
        return ComplaintStatus.ASKED if asked else ComplaintStatus.POSTPONED
    return _STATUS.get(task["status"])


def _due_at(task: Mapping[str, Any], received_at: datetime) -> datetime:
    """When it is to be settled, as the platform says; else by the law."""
    try:
        found = datetime.fromisoformat(task["restriction"]["period"]["end"])
    except (KeyError, TypeError, ValueError):
        return due(received_at)
    return found if found.tzinfo is not None else due(received_at)


def _claim(task: Mapping[str, Any]) -> Claim:
    said: dict[str, list[str]] = {}
    for part in _parts(task, "input"):
        text = part.get("valueString") or part.get("valueDate") or part.get("valueCode")
        for code in _codes(part["type"], CLAIM):
            if text:
                said.setdefault(code, []).append(_line(str(text), code))
    whose: Mapping[str, Any] = task.get("for") or {}
    identifier = whose.get("identifier") or {}
    number = said.get("citizen-number", [""])[0]
    if not number and identifier.get("system") == codes.CITIZEN_ID:
        number = str(identifier.get("value", ""))
    texts = {name: said.get(code, [""])[0] for name, code in _TEXTS.items()}
    sex = said.get("sex", [""])[0]
    return Claim(
        **texts,
        citizen_id=number,
        name=said.get("name", [_line(str(whose.get("display", "")), "name")])[0],
        sex=Sex(sex) if sex in set(Sex) else Sex.UNKNOWN,
        words="\n".join(said.get("words", [])),
        added=tuple(said.get("added", ())),
    )


def _line(text: str, code: str) -> str:
    """NFC, bounded; printable, but for line ends."""
    kept = "".join(ch for ch in unicodedata.normalize("NFC", text) if ch == "\n" or ch.isprintable())
    return kept.strip()[: WORDS_CHARS_MAX if code in ("words", "added") else TEXT_CHARS_MAX]


def _without_pictures(task: Mapping[str, Any]) -> tuple[Json, list[bytes]]:
    """The Task with numbers in the place of its pictures' bytes, and those bytes. What is no picture stays where it is."""
    kept: Json = copy.deepcopy(dict(task))
    pictures: list[bytes] = []
    for part in _parts(kept, "input"):
        attachment = part.get("valueAttachment")
        picture = _picture(attachment.get("data")) if isinstance(attachment, dict) else None
        if picture is not None and isinstance(attachment, dict) and len(pictures) < PICTURES_MAX:
            attachment["data"] = {"picture": len(pictures)}
            pictures.append(picture)
    return kept, pictures


def _picture(text: Any) -> bytes | None:
    """The bytes, when they are a picture, bounded, and written back give the very same text."""
    try:
        found = base64.b64decode(str(text), validate=True)
    except binascii.Error:
        return None
    known = len(found) <= PICTURE_BYTES_MAX and any(found.startswith(start) for start in PICTURE_STARTS)
    return found if known and base64.b64encode(found).decode("ascii") == text else None


def _parts(task: Mapping[str, Any], name: str) -> Iterator[dict[str, Any]]:
    for part in task.get(name) or []:
        if isinstance(part, dict) and isinstance(part.get("type"), Mapping):
            yield part


def _codes(concept: Mapping[str, Any], system: str) -> list[str]:
    return [str(one["code"]) for one in concept.get("coding", []) if one.get("system") == system and one.get("code")]


# --- writing


def task_of(record: DueComplaint) -> Json:
    """The Task with every answer up to the entry's step that is not in it yet."""
    complaint = record.complaint
    task = _restored(complaint) if complaint.task is not None else _new_task(record)
    answers = [step for step in standing_answers(record.steps) if step.number <= record.entry.revision]
    missing = [step for step in answers if not _has(task, step, record.device_id)]
    for step in missing:
        task["output"] = [*task.get("output", []), *_outputs(step, record.device_id)]
        _set_status(task, step)
    return task


def _restored(complaint: Complaint) -> Json:
    """The Task as it came, its pictures in their places, without what the server says of the version."""
    task: Json = copy.deepcopy(complaint.task or {})
    meta = {name: value for name, value in task.get("meta", {}).items() if name not in ("versionId", "lastUpdated")}
    for part in _parts(task, "input"):
        attachment = part.get("valueAttachment")
        place = attachment.get("data") if isinstance(attachment, dict) else None
        if isinstance(attachment, dict) and isinstance(place, dict):
            attachment["data"] = _base64(complaint.pictures[place["picture"]])
    task.pop("meta", None)
    return task | ({"meta": meta} if meta else {})


def _new_task(record: DueComplaint) -> Json:
    """A complaint taken at the counter, as the platform would have made it."""
    complaint, claim = record.complaint, record.complaint.claim
    whose: Json = {"type": "Patient", "display": claim.name}
    if len(claim.citizen_id) == 12 and claim.citizen_id.isdecimal():
        whose["identifier"] = {"system": codes.CITIZEN_ID, "value": claim.citizen_id}
    return {
        "resourceType": "Task",
        "id": complaint.id,
        "meta": codes.tags(record.site),
        "status": "requested",
        "intent": "order",
        "code": concept(COMPLAINT, complaint.kind.value),
        "for": whose,
        "authoredOn": moment(complaint.received_at),
        "lastModified": moment(complaint.received_at),
        "restriction": {"period": {"end": moment(complaint.due_at)}},
        "input": [*_inputs(claim), *map(_attached, complaint.pictures)],
    }


def _inputs(claim: Claim) -> list[Json]:
    """What was said; nothing empty, and a day only where it is one."""
    texts = {code: str(getattr(claim, name)) for name, code in _TEXTS.items()}
    texts |= {"citizen-number": claim.citizen_id, "name": claim.name, "words": claim.words}
    texts["sex"] = "" if claim.sex is Sex.UNKNOWN else claim.sex.value
    return [_input(code, text) for code, text in texts.items() if text.strip()]


def _input(code: str, text: str) -> Json:
    is_day = code in ("birth-date", "day") and _is_day(text)
    return {"type": concept(CLAIM, code), "valueDate" if is_day else "valueString": text}


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return len(text) == 4 and text.isdecimal() and text.isascii()


def _attached(picture: bytes) -> Json:
    content = {"contentType": picture_type(picture), "data": _base64(picture)}
    return {"type": concept(CLAIM, "picture"), "valueAttachment": content}


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def _set_status(task: Json, step: ComplaintStep) -> None:
    code, status = _ANSWERS[step.action]
    task["status"] = status
    task["lastModified"] = moment(step.at)
    task.pop("businessStatus", None)
    if status == "on-hold":
        task["businessStatus"] = concept(ANSWER, code)


def _outputs(step: ComplaintStep, device_id: DeviceId) -> list[Json]:
    code, _ = _ANSWERS[step.action]
    words = unicodedata.normalize("NFC", step.note)
    made: list[Json] = [{"type": concept(ANSWER, code), "valueString": words}]
    if step.reason_code:
        made.append({"type": concept(ANSWER, code), "valueCoding": {"system": REASON, "code": step.reason_code}})
    for dose_id in step.details.get("doses", ()):
        made.append({"type": concept(ANSWER, "dose"), "valueReference": {"reference": f"Immunization/{dose_id}"}})
    made.append({"type": concept(ANSWER, "by"), "valueString": str(step.staff_id)})
    return [{"id": f"{_mark(step, device_id)}.{place}"} | one for place, one in enumerate(made, 1)]


def _mark(step: ComplaintStep, device_id: str) -> str:
    return f"{device_id[:8]}-{step.number}"


def _has(task: Mapping[str, Any], step: ComplaintStep, device_id: str) -> bool:
    """Whether the answer stands there: by its id, or, on a server that keeps none, by its words."""
    code, _ = _ANSWERS[step.action]
    words = unicodedata.normalize("NFC", step.note)
    return any(
        str(part["id"]).rpartition(".")[0] == _mark(step, device_id)
        if "id" in part
        else code in _codes(part["type"], ANSWER) and part.get("valueString") == words
        for part in _parts(task, "output")
    )


# --- after a 412 (Q2)


def on_top_of(record: DueComplaint, stored: Json | None) -> DueComplaint | None:
    """The answer with what stands there now under it: while the complaint is open, or the last word there is this desk's own. Else None."""
    if stored is None:
        return replace(record, base_version="") if record.base_version else None
    try:
        found = complaint_of(stored)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        return None
    if found is None or not (found.status is ComplaintStatus.OPEN or _is_ours(stored, record.device_id)):
        return None
    return replace(record, complaint=found, base_version=found.version)


def _is_ours(stored: Mapping[str, Any], device_id: str) -> bool:
    outputs: Sequence[Mapping[str, Any]] = list(_parts(stored, "output"))
    return bool(outputs) and str(outputs[-1].get("id", "")).startswith(f"{device_id[:8]}-")
