"""Facts and content hashes (docs/sync-contract.md, "Words"): what makes two copies of a desk's record the same record. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import rfc8785

_NOT_FACTS = ("meta", "text")
_PEOPLE = ("patient", "subject")  # their number is a fact, where a server keeps them is not
_encode_own = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode


def facts(resource: Mapping[str, Any]) -> dict[str, Any]:
    """The resource without `meta`, `text`, and without `reference` and `display` of its `patient` or `subject`; the argument stays as it is."""
    kept = {name: value for name, value in resource.items() if name not in _NOT_FACTS}
    for name in _PEOPLE:
        person = kept.get(name)
        if isinstance(person, Mapping):
            kept[name] = {n: v for n, v in person.items() if n not in ("reference", "display")}
    return kept


def content_hash(resource: Mapping[str, Any]) -> str:
    """Lower-case hex SHA-256 of the facts in canonical JSON (RFC 8785).

    Takes any resource a server may send. Raises ValueError for numbers and texts that RFC 8785 has no form for.
    """
    return hashlib.sha256(rfc8785.dumps(facts(resource))).hexdigest()


def own_content_hash(resource: Mapping[str, Any]) -> str:
    """`content_hash` of a resource this program built itself, five times faster.

    Sorted json is RFC 8785 as long as keys are ASCII and numbers are integers or `plain_number`s; our mappings see to both,
    and a test holds the two functions together.
    """
    return hashlib.sha256(_encode_own(facts(resource)).encode("utf-8")).hexdigest()


def plain_number(value: float) -> int | float:
    """A quantity in the form that json and RFC 8785 write alike: a whole number as int. Raises ValueError outside 0.001..1e6."""
    if not 0.001 <= value <= 1e6:
        raise ValueError("quantity out of range")
    rounded = round(value, 6)
    return int(rounded) if rounded == int(rounded) else rounded
