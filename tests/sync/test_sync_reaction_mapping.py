"""Reactions as FHIR R4 AdverseEvents and back: two validators of other projects, and what they do not look at."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import fhirkit
import pytest
from fhir.resources.R4B.bundle import Bundle as R4Bundle
from hypothesis import given
from hypothesis import strategies as st
from support.builders import NOON
from support.sync_bench import some_codings

from vaxdesk.models.aftercare import Reaction, ReactionId, ReactionOutcome, ReactionStatus, Severity, Sign
from vaxdesk.models.exchange import DueReaction
from vaxdesk.models.values import (
    CitizenId,
    DeviceId,
    DoseId,
    OutboxEntry,
    PartialDate,
    Person,
    PersonId,
    Receipt,
    RecordKind,
    Sex,
    SiteCode,
    StaffId,
)
from vaxdesk.sync.canonical import content_hash, own_content_hash
from vaxdesk.sync.fhir import bundle
from vaxdesk.sync.fhir_reaction import SIGNS, adverse_event, reaction_of

ID = "0b0e3a52-5f0e-4b3b-9f52-0e2e4d7a1c{:02x}"
PERSON = Person(
    PersonId(ID.format(255)), 1, CitizenId("079303000456"), "Trần Thị Bích", PartialDate("2003"), Sex.FEMALE
)
REACTION = Reaction(
    id=ReactionId(ID.format(4)), revision=1, dose_id=DoseId(ID.format(1)), person_id=PERSON.id,
    citizen_id=PERSON.citizen_id, status=ReactionStatus.ACTUAL, onset_at=NOON, signs=(Sign.FEVER, Sign.RASH),
    severity=Severity.COMMON, treatment="nằm nghỉ", outcome=ReactionOutcome.RECOVERED, note="", recorder_id=StaffId("s"),
    recorder="Phạm Thị Lan", recorded_at=NOON, device_id=DeviceId("d"), epoch=1, sequence=8, site=SiteCode("79-Q10-P05"),
)  # fmt: skip
VOID = replace(REACTION, revision=2, status=ReactionStatus.ENTERED_IN_ERROR, reason="ghi nhầm người")
STATUS = "http://hl7.org/fhir/5.0/StructureDefinition/extension-AdverseEvent.status"


def due(reaction: Reaction = REACTION, last: Receipt | None = None) -> DueReaction:
    entry = OutboxEntry(RecordKind.REACTION, reaction.id, reaction.revision, 0, NOON)
    return DueReaction(entry, reaction, PERSON, last)


def sent(*records: DueReaction) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(bundle(records, some_codings).body)
    return found


def event(reaction: Reaction = REACTION) -> dict[str, Any]:
    return adverse_event(reaction, "Patient/1")


@pytest.mark.parametrize("severity", list(Severity))
@pytest.mark.parametrize("outcome", list(ReactionOutcome))
def test_bundles_are_valid_for_two_validators_of_other_projects(severity: Severity, outcome: ReactionOutcome) -> None:
    every_sign = replace(REACTION, severity=severity, outcome=outcome, signs=tuple(Sign), note="x")
    for whole in (sent(due(every_sign)), sent(due(replace(VOID, severity=severity, outcome=outcome)))):
        R4Bundle.model_validate(whole)
        assert [f"{i.path}: {i.message}" for i in fhirkit.validate(whole) if i.severity == "error"] == []


def test_the_validators_do_find_what_is_wrong() -> None:
    whole = sent(due())
    del whole["entry"][1]["resource"]["subject"]
    with pytest.raises(ValueError, match="subject"):
        R4Bundle.model_validate(whole)


@pytest.mark.parametrize("severity", list(Severity))
@pytest.mark.parametrize("outcome", list(ReactionOutcome))
def test_required_codes_are_fhirs_own(severity: Severity, outcome: ReactionOutcome) -> None:
    """Neither validator looks at codes."""
    resource = event(replace(REACTION, severity=severity, outcome=outcome))
    found = {name: resource[name]["coding"][0] for name in ("severity", "outcome", "seriousness")}
    assert {one["system"].rpartition("/")[2] for one in found.values()} == {
        "adverse-event-severity", "adverse-event-outcome", "adverse-event-seriousness",
    }  # fmt: skip
    assert found["severity"]["code"] in {"mild", "moderate", "severe"}
    assert found["outcome"]["code"] in {"resolved", "recovering", "ongoing", "resolvedWithSequelae", "fatal", "unknown"}
    grave = severity.is_serious or outcome in ("transferred", "sequelae", "fatal")
    assert found["seriousness"]["code"] == ("serious" if grave else "non-serious")


def test_a_reaction_says_what_the_contract_asks() -> None:
    patient, resource = (entry["resource"] for entry in sent(due())["entry"])
    assert resource["subject"]["identifier"] == patient["identifier"][0]
    assert resource["suspectEntity"] == [
        {"instance": {"reference": f"Immunization/{REACTION.dose_id}", "type": "Immunization"}}
    ]
    assert resource["event"]["coding"] == [
        {"system": "urn:vaxdesk:sign", "code": "fever", "display": "Sốt"},
        {"system": "urn:vaxdesk:sign", "code": "rash", "display": "Phát ban, mày đay, ngứa, phù mặt"},
    ]
    assert (resource["date"], resource["actuality"]) == ("2021-11-12T10:41:00+07:00", "actual")
    assert resource["extension"] == [
        {"url": "urn:vaxdesk:ext:revision", "valueInteger": 1},
        {"url": "urn:vaxdesk:ext:sequence", "valueString": "d/1/8"},
        {"url": "urn:vaxdesk:ext:treatment", "valueString": "nằm nghỉ"},
    ]
    assert resource["meta"] == {"tag": [{"system": "urn:vaxdesk:site", "code": "79-Q10-P05"}]}
    assert set(SIGNS) == set(Sign)


def test_entered_in_error_cannot_be_overlooked() -> None:
    """R4 has no status; a modifier extension is what a reader who does not know it must stop at."""
    assert "modifierExtension" not in event()
    assert event(VOID)["modifierExtension"] == [{"url": STATUS, "valueCode": "entered-in-error"}]
    assert event(VOID)["actuality"] == "actual"


def test_a_correction_names_the_version_it_replaces_and_the_person_comes_first() -> None:
    whole = sent(due(VOID, Receipt(REACTION.id, 1, "4", NOON, "0" * 64)))
    assert [entry["request"] for entry in whole["entry"]] == [
        {"method": "POST", "url": "Patient", "ifNoneExist": "identifier=urn:vn:cccd|079303000456"},
        {"method": "PUT", "url": f"AdverseEvent/{REACTION.id}", "ifMatch": 'W/"4"'},
    ]
    assert whole["entry"][1]["resource"]["subject"]["reference"] == whole["entry"][0]["fullUrl"]
    assert PERSON.citizen_id.digits not in whole["entry"][1]["request"]["url"]


texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=30).map(str.strip)
reactions = st.builds(
    replace, st.just(REACTION), revision=st.integers(1, 99), status=st.sampled_from(ReactionStatus),
    signs=st.lists(st.sampled_from(Sign), min_size=1, unique=True).map(tuple), severity=st.sampled_from(Severity),
    outcome=st.sampled_from(ReactionOutcome), epoch=st.integers(1, 10**6), sequence=st.integers(1, 10**6),
    treatment=st.sampled_from(("", "tiêm adrenalin 0,5 mg")), note=st.sampled_from(("", "hạ áp 80/50")),
    reason=st.sampled_from(("", "nhầm mức độ")),
)  # fmt: skip


@given(reactions)
def test_what_a_desk_wrote_comes_back_whole(reaction: Reaction) -> None:
    assert reaction_of(event(reaction), PERSON.id) == reaction


@pytest.mark.parametrize(
    "change",
    [
        {"resourceType": "Immunization"},
        {"extension": []},
        {"suspectEntity": []},
        {"suspectEntity": [{"instance": {"reference": "Medication/1"}}]},
        {"event": {"coding": [{"system": "urn:vaxdesk:sign", "code": "purple"}]}},
        {"outcome": {"coding": []}},
        {"subject": {"reference": "Patient/1"}},
        {"meta": {}},
        {"date": "hôm qua"},
    ],
)
def test_what_no_desk_wrote_is_no_reaction(change: dict[str, Any]) -> None:
    assert reaction_of(event() | change) is None
    assert reaction_of(None) is None


@given(texts, texts)
def test_the_quick_hash_is_the_contracts_hash(note: str, name: str) -> None:
    resource = event(replace(REACTION, note=note, recorder=name or "x"))
    assert own_content_hash(resource) == content_hash(resource)


def test_the_hash_ignores_what_a_server_adds_and_sees_what_it_changes() -> None:
    stored = json.loads(json.dumps(event()))
    stored["meta"] |= {"versionId": "3", "lastUpdated": "2021-11-12T04:00:00Z"}
    stored["subject"] |= {"reference": "Patient/9", "display": "?"}
    assert content_hash(stored) == content_hash(event())
    stored["subject"]["identifier"]["value"] = "001090000123"
    assert content_hash(stored) != content_hash(event())
    assert content_hash(event(VOID)) != content_hash(event())
