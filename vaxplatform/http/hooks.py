"""Where the services meet the HTTP face: `Patient/$match` and the anchor certificate. Absent services are told, not faked."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from vaxplatform.store.refusals import Json, Refused


def population_of(file: Path) -> Any:
    """The national population (services.population.Population), or None without the services."""
    try:
        return import_module("vaxplatform.services.population").Population(file)
    except ModuleNotFoundError:
        return None


def match_patient(population: Any, patient: Json) -> Json:
    """The searchset of `Patient/$match`. Raises Refused `matching-absent`."""
    try:
        matching = import_module("vaxplatform.services.matching")
    except ModuleNotFoundError as error:
        raise Refused("matching-absent") from error
    if population is None:
        raise Refused("matching-absent")
    found: Json = matching.match_patient(population, patient)
    return found


def anchor_der(data_dir: Path) -> bytes:
    """DER of the certificate that issues certificate signers; empty without the services."""
    try:
        signing_keys = import_module("vaxplatform.services.signing_keys")
    except ModuleNotFoundError:
        return b""
    anchor: bytes = signing_keys.load_or_make(data_dir).anchor_der
    return anchor
