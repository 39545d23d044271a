"""Bundles: `transaction` (all or nothing) and `batch` (each entry for itself)."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Protocol
from urllib.parse import parse_qsl

from sqlalchemy import Connection

from vaxplatform.settings import ENTRIES_MAX
from vaxplatform.store import resources, saving, search
from vaxplatform.store.database import Database, instant
from vaxplatform.store.refusals import Refused
from vaxplatform.store.resources import Saved, Stored, Writing
from vaxplatform.store.scope import Actor
from vaxplatform.store.types import CITIZEN_SYSTEM, TYPES, Json, identifiers
from vaxplatform.store.validation import check, checked_id


@dataclass(frozen=True, slots=True)
class Entry:
    """One request of a bundle. `params` is a search, `version` a vread."""

    index: int
    method: str
    kind: str
    id: str = ""
    version: str = ""
    params: tuple[tuple[str, str], ...] = ()
    resource: Json = field(default_factory=dict, repr=False)
    full_url: str = ""
    if_match: str | None = None
    if_none_exist: str | None = field(default=None, repr=False)
    where: str = field(default="", repr=False)  # the condition of a conditional update


class Reader(Protocol):
    """What a bundle needs from the HTTP face to answer its GET entries."""

    def searchset(self, connection: Connection, actor: Actor, kind: str, params: search.Params) -> Json:
        """A Bundle of type searchset."""


def process(database: Database, actor: Actor, bundle: object, reader: Reader, *, representation: bool = False) -> Json:
    """The response Bundle. Raises Refused for a bundle that cannot be read, and for any bad entry of a transaction."""
    kind, found = _read(bundle)
    if kind == "batch":
        answers = _each(database, actor, found, reader, representation)
        return {"resourceType": "Bundle", "type": "batch-response", "entry": answers}
    entries = [_entry(index, raw) for index, raw in enumerate(found)]
    answers = _together(database, actor, entries, reader, representation)
    return {"resourceType": "Bundle", "type": "transaction-response", "entry": answers}


def _read(bundle: object) -> tuple[str, list[Any]]:
    if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle":
        raise Refused("not-a-resource")
    if bundle.get("type") not in ("transaction", "batch"):
        raise Refused("bundle-kind")
    found = bundle.get("entry", [])
    if not isinstance(found, list):
        raise Refused("entry-unusable", "Bundle.entry")
    if len(found) > ENTRIES_MAX:
        raise Refused("too-many-entries", limit=ENTRIES_MAX)
    return bundle["type"], found


def _entry(index: int, raw: Any) -> Entry:
    """A readable, structurally valid entry. Raises Refused that names the entry."""
    try:
        return _unplaced(index, raw)
    except Refused as refused:
        raise refused.at_entry(index) from None


def _unplaced(index: int, raw: Any) -> Entry:
    request = raw.get("request") if isinstance(raw, dict) else None
    if not isinstance(request, dict) or not isinstance(request.get("url"), str):
        raise Refused("entry-unusable")
    method = request.get("method")
    if method == "DELETE":
        raise Refused("method-not-allowed")
    if method not in ("POST", "PUT", "GET"):
        raise Refused("entry-unusable")
    entry = _addressed(index, method, request["url"])
    if method == "GET":
        return entry
    resource = check(raw.get("resource"), entry.kind)
    if method == "PUT" and not entry.where:
        _check_same_id(resource, entry.id)
    return Entry(
        index,
        method,
        entry.kind,
        entry.id,
        resource=resource,
        full_url=_text(raw, "fullUrl") or "",
        if_match=_text(request, "ifMatch"),
        if_none_exist=_text(request, "ifNoneExist"),
        where=entry.where,
    )


def _addressed(index: int, method: str, url: str) -> Entry:
    """`Type`, `Type/id`, `Type/id/_history/v` or `Type?search`, each where the method allows it (PUT: the search is a condition)."""
    path, _, query = url.removeprefix("/").partition("?")
    parts = path.split("/")
    if parts[0] not in TYPES:
        raise Refused("type-unknown")
    ids = [checked_id(part) for part in parts[1:2]]
    shape = {
        "POST": len(parts) == 1 and not query,
        "PUT": len(parts) == (1 if query else 2),
        "GET": len(parts) in (1, 2) or _is_version(parts),
    }
    if not shape[method]:
        raise Refused("entry-unusable")
    if method == "PUT":
        return Entry(index, method, parts[0], "".join(ids), where=query)
    params = tuple(parse_qsl(query, max_num_fields=50))
    return Entry(index, method, parts[0], "".join(ids), parts[3] if len(parts) == 4 else "", params)


def _is_version(parts: list[str]) -> bool:
    return (
        len(parts) == 4
        and parts[2] == "_history"
        and parts[3].isascii()
        and parts[3].isdecimal()
        and len(parts[3]) < 10
    )


def _check_same_id(resource: Json, resource_id: str) -> None:
    if resource.get("id") != resource_id:
        raise Refused("id-differs")


def _text(raw: Json, name: str) -> str | None:
    value = raw.get(name)
    if value is not None and not isinstance(value, str):
        raise Refused("entry-unusable")
    return value


# --- transaction


def _together(
    database: Database, actor: Actor, entries: list[Entry], reader: Reader, representation: bool
) -> list[Json]:
    """POST, then PUT, then GET, as FHIR orders them; the answers in the order of the entries."""
    answers: dict[int, Json] = {}
    if any(entry.method != "GET" for entry in entries):
        with database.writing() as connection:
            writing = Writing(connection, actor)
            saved = _save_all(writing, entries)
            writing.flush()
        answers = {index: saved_answer(one, representation) for index, one in saved.items()}
    for entry in entries:
        if entry.method == "GET":
            with _at(entry.index):
                answers[entry.index] = _got(database, actor, entry, reader)
    return [answers[entry.index] for entry in entries]


def _save_all(writing: Writing, entries: list[Entry]) -> dict[int, Saved]:
    _prefetch(writing, entries)
    places = _places(writing, entries)
    saved: dict[int, Saved] = {}
    for entry in sorted(entries, key=lambda entry: entry.method):  # POST before PUT
        if entry.method != "GET":
            with _at(entry.index):
                _resolve(writing, entry.resource, places)
                saved[entry.index] = _save(writing, entry, places)
    saving.prefetch_references(writing)
    written = {one.key for one in writing.pending()}
    for index, one in saved.items():
        if one.stored.key in written:
            with _at(index):
                saving.check_references(writing, one.stored)
    return saved


def _save(writing: Writing, entry: Entry, places: dict[str, str]) -> Saved:
    if entry.method == "PUT" and not entry.where:
        return saving.update(writing, entry.resource, entry.if_match)
    place = places[_place_name(entry)]
    new_id = place.partition("/")[2]
    if entry.where:
        saved = saving.update_where(writing, entry.resource, entry.where, entry.if_match, new_id)
    else:
        saved = saving.create(writing, entry.resource, entry.if_none_exist, new_id)
    if place != f"{saved.stored.type}/{saved.stored.id}":
        raise Refused("same-resource-twice")  # two entries whose conditions met each other
    return saved


def _prefetch(writing: Writing, entries: list[Entry]) -> None:
    """Everything the entries will be compared with, in a few SELECTs."""
    numbers = {
        ("Patient", "identifier", f"{CITIZEN_SYSTEM}|{number}")
        for entry in entries
        if entry.kind == "Patient" and entry.method != "GET"
        for number in identifiers(entry.resource, CITIZEN_SYSTEM)
    }
    conditions = {
        token
        for entry in entries
        if (condition := entry.where or entry.if_none_exist)
        and (token := saving.condition_token(entry.kind, condition))
    }
    writing.prefetch_tokens(numbers | conditions)
    writing.prefetch((entry.kind, entry.id) for entry in entries if entry.method == "PUT" and entry.id)


def _places(writing: Writing, entries: list[Entry]) -> dict[str, str]:
    """Where every entry will stand: its fullUrl (or its own name) to `Type/id`. One condition is one resource."""
    places: dict[str, str] = {}
    by_condition: dict[tuple[str, str], str] = {}
    for entry in entries:
        if entry.method == "GET":
            continue
        with _at(entry.index):
            resource_id = entry.id or _id_for(writing, entry, by_condition)
        if entry.full_url in places and entry.full_url:
            raise Refused("same-resource-twice", f"Bundle.entry[{entry.index}]")
        places[_place_name(entry)] = f"{entry.kind}/{resource_id}"
    return places


def _place_name(entry: Entry) -> str:
    return entry.full_url or f"#{entry.index}"


def _id_for(writing: Writing, entry: Entry, by_condition: dict[tuple[str, str], str]) -> str:
    wanted = entry.where or entry.if_none_exist
    if wanted is None:
        return str(uuid.uuid4())
    condition = (entry.kind, wanted)
    if condition not in by_condition:
        met = saving.matching(writing, entry.kind, wanted)
        own_id = checked_id(entry.resource["id"]) if entry.where and "id" in entry.resource else str(uuid.uuid4())
        by_condition[condition] = met.id if met else own_id
    return by_condition[condition]


def _resolve(writing: Writing, value: Any, places: dict[str, str]) -> None:
    """Replaces, in place, references to other entries and conditional references by `Type/id`."""
    if isinstance(value, list):
        for item in value:
            _resolve(writing, item, places)
    elif isinstance(value, dict):
        reference = value.get("reference")
        if isinstance(reference, str):
            value["reference"] = _resolved(writing, reference, places)
        for inner in value.values():
            if isinstance(inner, dict | list):
                _resolve(writing, inner, places)


def _resolved(writing: Writing, reference: str, places: dict[str, str]) -> str:
    if reference in places:
        return places[reference]
    if reference.startswith("urn:"):
        raise Refused("reference-unresolved")
    kind, _, condition = reference.partition("?")
    if not condition or kind not in TYPES:
        return reference
    met = saving.matching(writing, kind, condition)
    if met is None or not writing.actor.sees(met.resource):
        raise Refused("none-match")
    return f"{met.type}/{met.id}"


# --- batch


def _each(database: Database, actor: Actor, found: list[Any], reader: Reader, representation: bool) -> list[Json]:
    """Writes that are all good go to the disk at once (one commit, not fifty); else every entry goes alone."""
    if all(isinstance(raw, dict) and isinstance(raw.get("resource"), dict) for raw in found):
        with suppress(Refused):
            entries = [_entry(index, copy.deepcopy(raw)) for index, raw in enumerate(found)]
            if all(entry.method != "GET" for entry in entries):
                return _together(database, actor, entries, reader, representation)
    return [_alone(database, actor, index, raw, reader, representation) for index, raw in enumerate(found)]


def _alone(database: Database, actor: Actor, index: int, raw: Any, reader: Reader, representation: bool) -> Json:
    """One entry's answer, whatever becomes of it."""
    try:
        entry = _entry(index, raw)
        return _together(database, actor, [entry], reader, representation)[0]
    except Refused as refused:
        return {"response": {"status": _status(refused.status), "outcome": refused.outcome()}}


# --- answers


def saved_answer(saved: Saved, representation: bool) -> Json:
    """The response entry of a write."""
    stored = saved.stored
    response = {
        "status": _status(saved.status),
        "location": stored.location,
        "etag": stored.etag,
        "lastModified": instant(stored.at_us),
    }
    return {"resource": stored.resource, "response": response} if representation else {"response": response}


def _got(database: Database, actor: Actor, entry: Entry, reader: Reader) -> Json:
    with database.reading() as connection:
        if not entry.id:
            actor.need("s", entry.kind)
            found = reader.searchset(connection, actor, entry.kind, entry.params)
            return {"resource": found, "response": {"status": "200 OK"}}
        actor.need("r", entry.kind)
        stored = _read_one(connection, actor, entry)
    response = {"status": "200 OK", "etag": stored.etag, "lastModified": instant(stored.at_us)}
    return {"resource": stored.resource, "response": response}


def _read_one(connection: Connection, actor: Actor, entry: Entry) -> Stored:
    if entry.version:
        return resources.read_version(connection, actor, entry.kind, entry.id, int(entry.version))
    return resources.read(connection, actor, entry.kind, entry.id)


def _status(status: int) -> str:
    return f"{status} {HTTPStatus(status).phrase}"


@contextmanager
def _at(index: int) -> Iterator[None]:
    """A refusal within the block is told of this entry."""
    try:
        yield
    except Refused as refused:
        raise refused.at_entry(index) from None
