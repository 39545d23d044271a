"""Why a server refused: what different servers say becomes a cause a person can act on."""

from __future__ import annotations

from typing import Any

import pytest

from vaxdesk.messages import templates
from vaxdesk.sync import causes
from vaxdesk.sync.causes import cause


def outcome(**issue: Any) -> dict[str, Any]:
    return {"resourceType": "OperationOutcome", "issue": [{"severity": "error"} | issue]}


def own(code: str) -> dict[str, Any]:
    return {"coding": [{"system": "urn:vaxdesk:refusal", "code": code}]}


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (outcome(code="business-rule", details=own("citizen-number-differs")), "refused-number"),
        (outcome(code="code-invalid", expression=["Bundle.entry[1].resource.vaccineCode"]), "refused-code"),
        (outcome(code="value", expression=["Immunization.lotNumber"]), "refused-lot"),
        (outcome(code="value", location=["/f:Immunization/f:patient/f:identifier"]), "refused-number"),
        (outcome(code="required", expression=["Patient.name[0].text"]), "refused-person"),
        (outcome(code="not-found", diagnostics="Patient/1 is not known"), "refused-reference"),
        (outcome(code="duplicate"), "refused-person-twice"),
        (outcome(code="processing", diagnostics="HAPI-0389: failed"), "record-refused"),
        (outcome(code="value", severity="warning", expression=["Immunization.lotNumber"]), "record-refused"),
    ],
)
def test_the_cause_is_named_by_code_element_or_issue_type(found: dict[str, Any], code: str) -> None:
    assert cause(found) == code


def test_the_first_issue_that_says_more_counts() -> None:
    both = {"issue": [{"code": "processing"}, {"code": "value", "expression": ["Immunization.expirationDate"]}]}
    assert cause(both) == "refused-lot"


@pytest.mark.parametrize(
    "odd", [None, [], {"issue": 3}, {"issue": [None, {"details": {"coding": "x"}, "expression": [7]}]}]
)
def test_an_outcome_that_makes_no_sense_is_refused_without_a_cause(odd: Any) -> None:
    assert cause(odd) == "record-refused"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_cause_has_its_sentence(language: Any) -> None:
    named = {*causes._BY_OWN_CODE.values(), *causes._BY_ISSUE.values(), *(code for _, code in causes._BY_ELEMENT)}
    assert named | {causes.UNKNOWN} <= set(templates(language))
