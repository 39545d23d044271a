"""Why a server refused a record, in few words a person can act on. Pure.

A refusal names its cause in up to three ways: the platform's own code, FHIR's issue type, and the element. They are looked at in this order;
what none of them tells stays `record-refused`, with the server's own words beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

REFUSAL_SYSTEM = "urn:vaxdesk:refusal"
UNKNOWN = "record-refused"

_BY_OWN_CODE = {
    "citizen-number-required": "refused-number",
    "citizen-number-differs": "refused-number",
    "citizen-number-malformed": "refused-number",
    "citizen-number-fixed": "refused-number",
    "number-taken": "refused-person-twice",
    "several-match": "refused-person-twice",
    "reference-unknown": "refused-reference",
    "reference-unresolved": "refused-reference",
    "code-unknown": "refused-code",
    "tag-required": "refused-site",
    "tag-foreign": "record-forbidden",
    "too-large": "record-too-large",
}
_BY_ELEMENT = (  # the last name in an expression that is known here wins: it is the innermost
    ("identifier", "refused-number"),
    ("lotNumber", "refused-lot"),
    ("expirationDate", "refused-lot"),
    ("vaccineCode", "refused-code"),
    ("occurrence", "refused-date"),
    ("recorded", "refused-date"),
    ("birthDate", "refused-person"),
    ("gender", "refused-person"),
    ("name", "refused-person"),
    ("protocolApplied", "refused-dose-number"),
)
_BY_ISSUE = {
    "code-invalid": "refused-code",
    "not-found": "refused-reference",
    "duplicate": "refused-person-twice",
    "multiple-matches": "refused-person-twice",
    "too-long": "record-too-large",
    "forbidden": "record-forbidden",
    "security": "record-forbidden",
    "business-rule": "refused-rule",
    "required": "refused-content",
    "value": "refused-content",
    "structure": "refused-content",
    "invariant": "refused-content",
}


def cause(outcome: Any) -> str:
    """The cause in an OperationOutcome; `record-refused` when it names none known here."""
    issues = [issue for issue in _listed(outcome, "issue") if issue.get("severity") in (None, "error", "fatal")]
    found = (look(issue) for look in (_own, _element, _issue) for issue in issues)
    return next(filter(None, found), UNKNOWN)


def _own(issue: Mapping[str, Any]) -> str:
    details = issue.get("details")
    codings = _listed(details, "coding")
    own = (str(c.get("code")) for c in codings if c.get("system") == REFUSAL_SYSTEM)
    return next((_BY_OWN_CODE[code] for code in own if code in _BY_OWN_CODE), "")


def _element(issue: Mapping[str, Any]) -> str:
    places = [issue.get("expression"), issue.get("location")]
    texts = [text for place in places if isinstance(place, list) for text in place if isinstance(text, str)]
    named = [(text.rfind(name), code) for text in texts for name, code in _BY_ELEMENT if name in text]
    return max(named)[1] if named else ""


def _issue(issue: Mapping[str, Any]) -> str:
    return _BY_ISSUE.get(str(issue.get("code")), "")


def _listed(owner: Any, name: str) -> Iterator[Mapping[str, Any]]:
    found = owner.get(name) if isinstance(owner, dict) else None
    return (one for one in (found if isinstance(found, list) else []) if isinstance(one, dict))
