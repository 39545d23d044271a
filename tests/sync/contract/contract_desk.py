"""What the contract's tests ask of a bench and its line."""

from __future__ import annotations

import gzip
import json
from typing import Any

import requests
from support import faulty
from support.builders import NOON
from support.sync_bench import Bench, client_over

from vaxdesk.models.desk import DoseChanges
from vaxdesk.models.exchange import DueDose
from vaxdesk.models.values import Dose, OutboxEntry, RecordKind
from vaxdesk.sync.client import Client


def client_of(bench: Bench) -> Client:
    enrolment = bench.book.enrolment()
    assert enrolment is not None
    return client_over(bench.line, enrolment)


def stored(bench: Bench, dose: Dose) -> dict[str, Any]:
    found = client_of(bench).read("Immunization", dose.id)
    assert found is not None
    return found


def versions_of(bench: Bench, doses: list[Dose]) -> list[str]:
    return [stored(bench, dose)["meta"]["versionId"] for dose in doses]


def is_push(seen: str) -> bool:
    return seen.startswith("POST") and seen.endswith("/fhir")


def correct(bench: Bench, dose: Dose, lot: str) -> None:
    bench.desk.work.desk.correct(dose.id, DoseChanges(lot=lot), "nhầm số lô", bench.desk.manager)


def remembered(kept: list[requests.PreparedRequest]) -> faulty.Fault:
    def fault(request: requests.PreparedRequest, send: faulty.Send) -> requests.Response:
        kept.append(request.copy())
        return send()

    return fault


def due_again(bench: Bench, dose: Dose) -> list[Any]:
    person = bench.desk.work.desk.all_records()[0].person
    return [DueDose(OutboxEntry(RecordKind.DOSE, dose.id, 1, 0, NOON), dose, person, None)]


def written(request: requests.PreparedRequest) -> list[str]:
    """What a push puts where."""
    body = request.body if isinstance(request.body, bytes) else b""
    entries = json.loads(gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body)["entry"]
    return [entry["request"]["url"] for entry in entries if entry["request"]["method"] == "PUT"]
