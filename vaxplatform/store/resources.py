"""Reading single resources and writing them: append-only versions, found by their newest.

`Writing` is one write transaction. It gathers everything in memory, checks it against what is stored, and goes to the
database in a few bulk statements at the end: a bundle of a hundred doses costs about ten statements, not a thousand.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, bindparam, select

from vaxplatform.store.database import instant, next_us
from vaxplatform.store.refusals import Refused
from vaxplatform.store.scope import Actor
from vaxplatform.store.tables import current, tokens, versions
from vaxplatform.store.types import Json, search_tokens, values_at

Key = tuple[str, str]
_CHUNK = 500  # values in one IN list
_DELETE_TOKEN = tokens.delete().where(*(column == bindparam(f"old_{column.name}") for column in tokens.c))
_MOVE_CURRENT = (
    current.update()
    .where(current.c.type == bindparam("old_type"), current.c.id == bindparam("old_id"))
    .values(version=bindparam("version"), at_us=bindparam("at_us"))
)
_COLUMNS = (versions.c.type, versions.c.id, versions.c.version, versions.c.at_us, versions.c.body, versions.c.created)


@dataclass(frozen=True)
class Stored:
    """One version of one resource. `body` is its whole JSON, with id and meta."""

    type: str
    id: str
    version: int
    at_us: int
    body: str = field(repr=False)
    created: bool = False  # this version was the first

    @property
    def key(self) -> Key:
        """Type and id."""
        return self.type, self.id

    @property
    def etag(self) -> str:
        """The ETag of this version."""
        return f'W/"{self.version}"'

    @property
    def location(self) -> str:
        """Where this version is, below the FHIR base."""
        return f"{self.type}/{self.id}/_history/{self.version}"

    @cached_property
    def resource(self) -> Json:
        """The parsed body; not to be changed."""
        parsed: Json = json.loads(self.body)
        return parsed


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of one write: `status` is 201 (made) or 200 (changed, or nothing to change)."""

    status: int
    stored: Stored


def stored_of(row: Row[*tuple[Any, ...]]) -> Stored:
    """A row of `newest()` or of the versions."""
    return Stored(row.type, row.id, row.version, row.at_us, row.body, row.created)


def newest() -> Select[Any]:
    """SELECT of current versions; the caller adds the WHERE over `current`."""
    return select(*_COLUMNS).select_from(current).join(versions, versions.c.at_us == current.c.at_us)


def read(connection: Connection, actor: Actor, kind: str, resource_id: str) -> Stored:
    """The newest version. Raises Refused `not-known` or `foreign`."""
    row = connection.execute(newest().where(current.c.type == kind, current.c.id == resource_id)).first()
    if row is None:
        raise Refused("not-known")
    return _visible(stored_of(row), actor)


def read_version(connection: Connection, actor: Actor, kind: str, resource_id: str, version: int) -> Stored:
    """One version; who sees the newest sees them all. Raises Refused `not-known` or `foreign`."""
    read(connection, actor, kind, resource_id)
    wanted = and_(versions.c.type == kind, versions.c.id == resource_id, versions.c.version == version)
    row = connection.execute(select(*_COLUMNS).where(wanted)).first()
    if row is None:
        raise Refused("not-known")
    return stored_of(row)


def history(connection: Connection, actor: Actor, kind: str, resource_id: str, below: int, count: int) -> list[Stored]:
    """Up to `count` + 1 versions with a number below `below`, newest first. Raises Refused `not-known` or `foreign`."""
    read(connection, actor, kind, resource_id)
    wanted = and_(versions.c.type == kind, versions.c.id == resource_id, versions.c.version < below)
    rows = connection.execute(select(*_COLUMNS).where(wanted).order_by(versions.c.version.desc()).limit(count + 1))
    return [stored_of(row) for row in rows]


def _visible(stored: Stored, actor: Actor) -> Stored:
    if not actor.sees_everything and not actor.sees(stored.resource):
        raise Refused("foreign")
    return stored


class Writing:
    """The resources of one write transaction, over the database's write connection."""

    def __init__(self, connection: Connection, actor: Actor) -> None:
        self.connection = connection
        self.actor = actor
        self._known: dict[Key, Stored | None] = {}  # as in the database
        self._pending: dict[Key, Stored] = {}
        self._found: dict[tuple[str, str, str], set[Key]] = {}  # (type, param, token) -> keys, as in the database
        self._pending_tokens: dict[tuple[str, str, str], set[Key]] = defaultdict(set)
        self._next_us = next_us(connection)

    def newest(self, kind: str, resource_id: str) -> Stored | None:
        """The newest version, this transaction's own included."""
        key = (kind, resource_id)
        if key in self._pending:
            return self._pending[key]
        if key not in self._known:
            self.prefetch([key])
        return self._known[key]

    def take_as_new(self, kind: str, resource_id: str) -> None:
        """Spares the look-up of an id that was made here a moment ago."""
        self._known.setdefault((kind, resource_id), None)

    def find(self, kind: str, param: str, token: str) -> list[Stored]:
        """Newest versions that carry a search token, this transaction's own included."""
        wanted = (kind, param, token)
        if wanted not in self._found:
            self.prefetch_tokens([wanted])
        keys = self._found[wanted] - self._pending.keys() | self._pending_tokens.get(wanted, set())
        return [stored for key in sorted(keys) if (stored := self.newest(*key)) is not None]

    def prefetch(self, keys: Iterable[Key]) -> None:
        """Reads many resources at once."""
        missing = sorted(set(keys) - self._known.keys())
        self._known.update(dict.fromkeys(missing))
        for kind in {kind for kind, _ in missing}:
            for some in _chunks([resource_id for one, resource_id in missing if one == kind]):
                for row in self.connection.execute(newest().where(current.c.type == kind, current.c.id.in_(some))):
                    self._known[(row.type, row.id)] = stored_of(row)

    def prefetch_tokens(self, wanted: Iterable[tuple[str, str, str]]) -> None:
        """Looks up many (type, parameter, token) at once, and reads what carries them."""
        missing = sorted(set(wanted) - self._found.keys())
        self._found.update({one: set() for one in missing})
        by_param: dict[Key, list[str]] = defaultdict(list)
        for kind, param, token in missing:
            by_param[(kind, param)].append(token)
        for (kind, param), some in by_param.items():
            for chunk in _chunks(some):
                self._look_up(kind, param, chunk)

    def _look_up(self, kind: str, param: str, some: list[str]) -> None:
        statement = (
            newest()
            .add_columns(tokens.c.token)
            .join(tokens, tokens.c.at_us == current.c.at_us)
            .where(tokens.c.type == kind, tokens.c.param == param, tokens.c.token.in_(some))
        )
        for row in self.connection.execute(statement):
            self._known[(row.type, row.id)] = stored_of(row)
            self._found[(kind, param, row.token)].add((row.type, row.id))

    def append(self, resource: Json) -> Stored:
        """A new version of `resource` (which has its id); at most one of a resource in a transaction, nothing else is checked here."""
        kind, resource_id = resource["resourceType"], resource["id"]
        if (kind, resource_id) in self._pending:
            raise Refused("same-resource-twice")
        before = self.newest(kind, resource_id)
        version = before.version + 1 if before else 1
        at_us, self._next_us = self._next_us, self._next_us + 1
        meta = {"versionId": str(version), "lastUpdated": instant(at_us), **content_meta(resource)}
        whole = {"resourceType": kind, "id": resource_id, "meta": meta}
        whole |= {name: value for name, value in resource.items() if name not in whole}
        body = json.dumps(whole, ensure_ascii=False, separators=(",", ":"))
        stored = Stored(kind, resource_id, version, at_us, body, before is None)
        stored.__dict__["resource"] = whole
        self._pending[stored.key] = stored
        for param, token in search_tokens(whole):
            self._pending_tokens[(kind, param, token)].add(stored.key)
        return stored

    def pending(self) -> list[Stored]:
        """What this transaction wrote so far."""
        return list(self._pending.values())

    def flush(self) -> None:
        """Sends everything to the database; the caller commits."""
        written = self.pending()
        if not written:
            return
        rows = [
            {"type": s.type, "id": s.id, "version": s.version, "at_us": s.at_us, "body": s.body, "created": s.created}
            for s in written
        ]
        replaced = [old for stored in written if (old := self._known.get(stored.key)) is not None]
        self.connection.execute(versions.insert(), rows)
        self._delete_tokens(replaced)
        self._move_current(written, {old.key for old in replaced})
        if found := list(_token_rows(written)):
            self.connection.execute(tokens.insert(), found)
        self._known.update(self._pending)
        self._pending.clear()
        self._pending_tokens.clear()
        self._found.clear()

    def _delete_tokens(self, replaced: list[Stored]) -> None:
        gone = [{f"old_{name}": value for name, value in row.items()} for row in _token_rows(replaced)]
        if gone:
            self.connection.execute(_DELETE_TOKEN, gone)

    def _move_current(self, written: list[Stored], existing: set[Key]) -> None:
        moved = [
            {"old_type": s.type, "old_id": s.id, "version": s.version, "at_us": s.at_us}
            for s in written
            if s.key in existing
        ]
        made = [
            {"type": s.type, "id": s.id, "version": s.version, "at_us": s.at_us}
            for s in written
            if s.key not in existing
        ]
        if moved:
            self.connection.execute(_MOVE_CURRENT, moved)
        if made:
            self.connection.execute(current.insert(), made)


def content_meta(resource: Json) -> Json:
    """What the client said in meta: all but versionId and lastUpdated, which are the server's."""
    meta = resource.get("meta")
    return {name: value for name, value in meta.items() if name not in ("versionId", "lastUpdated")} if meta else {}


def same_content(one: Json, other: Json) -> bool:
    """Whether two resources say the same, whatever their version and the order of their tags."""
    return _comparable(one) == _comparable(other)


def _comparable(resource: Json) -> Json:
    meta = content_meta(resource)
    sorted_tags = sorted(values_at(resource, "meta.tag"), key=lambda tag: json.dumps(tag, sort_keys=True))
    return {**resource, "meta": {**meta, "tag": sorted_tags}}


def _token_rows(written: list[Stored]) -> Iterator[dict[str, Any]]:
    for stored in written:
        for param, token in search_tokens(stored.resource):
            yield {"type": stored.type, "param": param, "token": token, "at_us": stored.at_us}


def _chunks(some: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(some), _CHUNK):
        yield some[start : start + _CHUNK]
