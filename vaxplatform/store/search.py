"""Type search: parameters to a Query (pure), a Query to one SELECT, and a page whose `next` never loses or repeats a row.

The order is always lastUpdated, which no two versions share, so a page link holds the last time seen and needs no offset:
what arrives meanwhile comes later in ascending order. In descending order what changes meanwhile moves before the pages already read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import ColumnElement, Connection, FromClause, Select, and_, exists, func, or_, select

from vaxplatform.settings import COUNT_DEFAULT, COUNT_MAX
from vaxplatform.store.moments import bounds
from vaxplatform.store.refusals import Refused
from vaxplatform.store.resources import Stored, newest, stored_of
from vaxplatform.store.scope import Actor
from vaxplatform.store.tables import current, tokens, versions
from vaxplatform.store.types import TAG, TYPES, Kind, Param

Params = Sequence[tuple[str, str]]
CURSOR = "_cursor"
IDS_MAX = 1000
VALUES_MAX = 200
_LIKE_ESCAPE = "!"
_SILENT = frozenset({"_format", "_pretty", "_total"})


@dataclass(frozen=True, slots=True)
class Filter:
    """One parameter: any of the exact tokens, or of the LIKE patterns."""

    param: str
    exact: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """A search of one type. Times are microseconds, both ends included; `ids` None means all."""

    type: str
    filters: tuple[Filter, ...] = field(default=(), repr=False)
    chains: tuple[tuple[str, Filter], ...] = field(default=(), repr=False)
    ids: tuple[str, ...] | None = None
    from_us: int | None = None
    until_us: int | None = None
    descending: bool = False
    count: int = COUNT_DEFAULT
    count_only: bool = False
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page. `cursor` is the value of the `_cursor` parameter of the next page, or empty."""

    found: tuple[Stored, ...]
    total: int
    cursor: str = ""


def parse(kind: str, params: Params) -> Query:
    """The query of search parameters. Raises Refused `parameter-unknown`, `parameter-value`, `type-unknown`."""
    if kind not in TYPES:
        raise Refused("type-unknown")
    query = Query(kind)
    cursor = ""
    for name, value in params:
        if name == CURSOR:
            cursor = value
        elif value and name not in _SILENT:
            query = _with(query, name, value)
    return _from_cursor(query, cursor) if cursor else query


def run(connection: Connection, actor: Actor, query: Query) -> Page:
    """One page of what this client may see."""
    query = _unchained(connection, query)
    source, condition = _source(query, actor)
    total = query.total
    if total is None:
        total = connection.scalar(select(func.count()).select_from(source).where(condition)) or 0
    if query.count_only or query.count == 0:
        return Page((), total)
    rows = connection.execute(_page_of(query, source, condition)).all()
    found = tuple(stored_of(row) for row in rows[: query.count])
    more = len(rows) > query.count
    return Page(found, total, f"{found[-1].at_us}.{total}" if more else "")


def _with(query: Query, name: str, value: str) -> Query:
    match name:
        case "_id":
            return replace(query, ids=_narrowed(query.ids, _values(name, value, IDS_MAX)))
        case "_lastUpdated":
            return _within(query, value)
        case "_sort":
            return replace(query, descending=_descending(value))
        case "_count":
            return replace(query, count=_count(value))
        case "_summary":
            return _summary(query, value)
    chained = name.removesuffix(".identifier") if name.endswith(".identifier") else ""
    if chained and _is_reference(query.type, chained):
        return replace(
            query, chains=(*query.chains, (chained, _filter("identifier", TYPES["Patient"]["identifier"], value)))
        )
    param = TAG if name == "_tag" else TYPES[query.type].get(name)
    if param is None:
        raise Refused("parameter-unknown", parameter=_shown(name))
    return replace(query, filters=(*query.filters, _filter(name, param, value)))


def _filter(name: str, param: Param, value: str) -> Filter:
    values = _values(name, value, VALUES_MAX)
    if param.kind is Kind.REFERENCE:
        return Filter(name, _references(name, values))
    exact = tuple(one for one in values if "|" in one and not one.endswith("|"))
    loose = tuple(one for one in values if one not in exact)
    return Filter(name, exact, tuple(_pattern(one) for one in loose))


def _references(name: str, values: Iterable[str]) -> tuple[str, ...]:
    """`Type/id` of references; a bare id is looked for in every type the parameter can lead to."""
    exact: list[str] = []
    for value in values:
        parts = value.split("/_history/")[0].rstrip("/").split("/")
        if len(parts) == 1:
            exact += [f"{kind}/{parts[0]}" for kind in (("Patient",) if name == "patient" else TYPES)]
        elif parts[-2] in TYPES:
            exact.append("/".join(parts[-2:]))
        else:
            raise Refused("parameter-value", parameter=name)
    return tuple(exact)


def _pattern(value: str) -> str:
    """`system|` finds every code of a system, a bare code is found in every system."""
    return f"{_escaped(value)}%" if value.endswith("|") else f"%|{_escaped(value)}"


def _escaped(text: str) -> str:
    for special in (_LIKE_ESCAPE, "%", "_"):
        text = text.replace(special, _LIKE_ESCAPE + special)
    return text


def _values(name: str, value: str, limit: int) -> tuple[str, ...]:
    values = tuple(dict.fromkeys(one.strip() for one in value.split(",") if one.strip()))
    if not values or len(values) > limit or "\x00" in value:
        raise Refused("parameter-value", parameter=name)
    return values


def _narrowed(before: tuple[str, ...] | None, ids: tuple[str, ...]) -> tuple[str, ...]:
    return ids if before is None else tuple(one for one in ids if one in before)


def _within(query: Query, value: str) -> Query:
    low, high = bounds(value)
    lows = [bound for bound in (query.from_us, low) if bound is not None]
    highs = [bound for bound in (query.until_us, high) if bound is not None]
    return replace(query, from_us=max(lows, default=None), until_us=min(highs, default=None))


def _descending(value: str) -> bool:
    if value not in ("_lastUpdated", "-_lastUpdated"):
        raise Refused("parameter-value", parameter="_sort")
    return value.startswith("-")


def _count(value: str) -> int:
    if not value.isascii() or not value.isdecimal() or len(value) > 9:
        raise Refused("parameter-value", parameter="_count")
    return min(int(value), COUNT_MAX)


def _summary(query: Query, value: str) -> Query:
    if value not in ("count", "false"):
        raise Refused("parameter-value", parameter="_summary")
    return replace(query, count_only=value == "count")


def _from_cursor(query: Query, cursor: str) -> Query:
    at, _, total = cursor.partition(".")
    if not (at.isascii() and at.isdecimal() and total.isascii() and total.isdecimal() and len(cursor) < 40):
        raise Refused("parameter-value", parameter=CURSOR)
    query = replace(query, total=int(total))
    if query.descending:
        until = min(int(at) - 1, query.until_us) if query.until_us is not None else int(at) - 1
        return replace(query, until_us=until)
    return replace(query, from_us=max(int(at) + 1, query.from_us or 0))


def _is_reference(kind: str, name: str) -> bool:
    param = TYPES[kind].get(name)
    return param is not None and param.kind is Kind.REFERENCE


def _shown(name: str) -> str:
    """A parameter's name as it may be repeated to the client: short, and never a value glued to it."""
    return "".join(letter for letter in name[:40] if letter.isascii() and (letter.isalnum() or letter in "_-.:"))


def _unchained(connection: Connection, query: Query) -> Query:
    """Chained `x.identifier=` becomes `x=` of the Patients that carry it."""
    for name, wanted in query.chains:
        statement = select(current.c.id).join(tokens, tokens.c.at_us == current.c.at_us)
        found = connection.scalars(statement.where(tokens.c.type == "Patient", _matches(wanted)).limit(IDS_MAX))
        references = tuple(f"Patient/{one}" for one in found)
        query = replace(query, filters=(*query.filters, Filter(name, references)))
    return query


def _source(query: Query, actor: Actor) -> tuple[FromClause, ColumnElement[bool]]:
    """The table to walk in time order and the condition on it: `current`, or the most telling parameter's search rows."""
    filters = _with_scope(query.filters, actor)
    if query.ids is not None or not filters:
        condition = and_(current.c.type == query.type, *_timed(query, current.c.at_us))
        if query.ids is not None:
            condition = and_(condition, current.c.id.in_(query.ids))
        return current, and_(condition, *(_carries(query, one, current.c.at_us) for one in filters))
    leading, *others = sorted(filters, key=lambda one: (one.param == "_tag", len(one.exact) + len(one.patterns)))
    at_us = tokens.c.at_us
    rows = select(at_us).where(tokens.c.type == query.type, _matches(leading), *_timed(query, at_us))
    if len(leading.exact) != 1 or leading.patterns:
        rows = rows.distinct()  # a resource may carry two of them
    walked = rows.subquery("walked")
    return walked, and_(True, *(_carries(query, one, walked.c.at_us) for one in others))


def _with_scope(filters: tuple[Filter, ...], actor: Actor) -> tuple[Filter, ...]:
    if actor.sees_everything:
        return filters
    visible = actor.visible_tags
    if any(one.param == "_tag" and not one.patterns and set(one.exact) <= set(visible) for one in filters):
        return filters
    return (*filters, Filter("_tag", visible))


def _matches(wanted: Filter) -> ColumnElement[bool]:
    tests = [tokens.c.token.in_(wanted.exact)] if len(wanted.exact) != 1 else [tokens.c.token == wanted.exact[0]]
    tests += [tokens.c.token.like(pattern, escape=_LIKE_ESCAPE) for pattern in wanted.patterns]
    return and_(tokens.c.param == wanted.param, or_(*tests))


def _carries(query: Query, wanted: Filter, at_us: ColumnElement[int]) -> ColumnElement[bool]:
    inner = tokens.alias()
    tests = [inner.c.token.in_(wanted.exact)]
    tests += [inner.c.token.like(pattern, escape=_LIKE_ESCAPE) for pattern in wanted.patterns]
    return exists().where(
        inner.c.type == query.type, inner.c.param == wanted.param, inner.c.at_us == at_us, or_(*tests)
    )


def _timed(query: Query, at_us: ColumnElement[int]) -> list[ColumnElement[bool]]:
    limits: list[ColumnElement[bool]] = []
    if query.from_us is not None:
        limits.append(at_us >= query.from_us)
    if query.until_us is not None:
        limits.append(at_us <= query.until_us)
    return limits


def _page_of(query: Query, source: FromClause, condition: ColumnElement[bool]) -> Select[tuple[object, ...]]:
    at_us = source.c.at_us
    order = at_us.desc() if query.descending else at_us.asc()
    if source is current:
        return newest().where(condition).order_by(order).limit(query.count + 1)
    page = select(at_us).where(condition).order_by(order).limit(query.count + 1).subquery("page")
    outer = page.c.at_us.desc() if query.descending else page.c.at_us.asc()
    columns = (
        versions.c.type,
        versions.c.id,
        versions.c.version,
        versions.c.at_us,
        versions.c.body,
        versions.c.created,
    )
    return select(*columns).join(page, versions.c.at_us == page.c.at_us).order_by(outer)
