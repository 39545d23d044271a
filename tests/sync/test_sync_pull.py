"""What comes back: identity, certificates, trust, site keys; page by page, whatever the server sends (L1 to L3)."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st
from support import faulty
from support.builders import a_draft, a_site, another_person
from support.model_server import ModelPlatform
from support.sync_bench import JWKS, Bench

from vaxdesk.models.desk import DoseChanges
from vaxdesk.models.findings import CertificateFound, IdentityFound, SiteKeyFound, TrustFound
from vaxdesk.models.values import Identity
from vaxdesk.sync.feeds import PAGE_RESOURCES
from vaxdesk.sync.fhir_provenance import device
from vaxdesk.sync.fhir_read import finding

SITE = str(a_site().code)
TAG = {"tag": [{"system": "urn:vaxdesk:site", "code": SITE}]}
NATIONAL = {"tag": [{"system": "urn:vaxdesk:site", "code": "national"}]}


def identity(dose_id: str, *found: str, status: str = "validated", name: str = "vr") -> dict[str, Any]:
    codings = [{"coding": [{"system": "urn:vaxdesk:identity", "code": code}]} for code in found]
    return {
        "resourceType": "VerificationResult", "id": f"{name}-{dose_id}", "meta": dict(TAG), "status": status,
        "target": [{"reference": f"Immunization/{dose_id}"}, {"reference": "Patient/1"}],
        "statusDate": "2021-11-12T11:00:00+07:00", "validationProcess": codings,
    }  # fmt: skip


def document(dose_id: str, version: str = "1", status: str = "current") -> dict[str, Any]:
    hc1 = base64.b64encode(b"HC1:6BFOXN%TS3").decode()
    return {
        "resourceType": "DocumentReference", "id": f"dcc-{dose_id}-{version}", "meta": dict(TAG), "status": status,
        "type": {"coding": [{"system": "urn:vaxdesk:document", "code": "eu-dcc"}]},
        "masterIdentifier": {"system": "urn:vaxdesk:uvci", "value": f"URN:UVCI:01:VN:{version}"},
        "context": {"related": [{"reference": f"Immunization/{dose_id}/_history/{version}"}]},
        "content": [{"attachment": {"contentType": "text/plain", "data": hc1}}],
    }  # fmt: skip


def stamped(resource: dict[str, Any], version: str = "1") -> dict[str, Any]:
    meta = {**resource["meta"], "versionId": version, "lastUpdated": "2021-11-12T04:00:00Z"}
    return {**resource, "meta": meta}


def a_certificate(subject: str, issuer: tuple[x509.Certificate, Any] | None = None) -> tuple[x509.Certificate, Any]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, subject)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer[0].subject if issuer else name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2021, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2031, 1, 1, tzinfo=UTC))
    )
    return builder.sign(issuer[1] if issuer else key, SHA256()), key


def der(certificate: tuple[x509.Certificate, Any]) -> bytes:
    return certificate[0].public_bytes(Encoding.DER)


def trust_list(*listed: tuple[bytes, str]) -> dict[str, Any]:
    content = [
        {
            "attachment": {"contentType": "application/pkix-cert", "data": base64.b64encode(raw).decode()},
            "format": {"system": "urn:vaxdesk:trust", "code": code},
        }
        for raw, code in listed
    ]
    return {
        "resourceType": "DocumentReference", "id": "trust-list", "meta": dict(NATIONAL), "status": "current",
        "type": {"coding": [{"system": "urn:vaxdesk:document", "code": "trust-list"}]}, "content": content,
    }  # fmt: skip


# --- reading one resource


@pytest.mark.parametrize(
    ("resource", "state", "fields"),
    [
        (identity("x", "matched"), Identity.MATCHED, ()),
        (identity("x", "not-found", status="val-fail"), Identity.NOT_FOUND, ()),
        (
            identity("x", "mismatch-name", "mismatch-birth-date", status="val-fail"),
            Identity.MISMATCH,
            ("name", "birth-date"),
        ),
        (identity("x", "mismatch-nationality", status="val-fail"), Identity.MISMATCH, ("nationality",)),
    ],
)
def test_an_identity_answer_is_read(resource: dict[str, Any], state: Identity, fields: tuple[str, ...]) -> None:
    found = finding(stamped(resource, "3"), "")
    assert found is not None
    assert (found.resource, found.version) == ("VerificationResult/vr-x", "3")
    assert isinstance(found.fact, IdentityFound)
    assert (found.fact.state, found.fact.fields, found.fact.version) == (state, fields, "3")


@pytest.mark.parametrize(
    "resource",
    [
        identity("x", "matched", "mismatch-name"),
        identity("x", "not-found"),
        identity("x", "matched", status="in-process"),
        identity("x", "matched", status="val-fail"),
    ],
)
def test_a_contradictory_or_unknown_identity_answer_turns_nothing_green(resource: dict[str, Any]) -> None:
    assert finding(stamped(resource), "") is None


def test_a_certificate_is_read() -> None:
    found = finding(stamped(document("x", "2", "superseded")), "")
    assert found is not None
    assert isinstance(found.fact, CertificateFound)
    certificate = found.fact.certificate
    assert (certificate.dose_id, certificate.dose_version, certificate.status) == ("x", "2", "superseded")
    assert certificate.hc1.startswith("HC1:")


def test_only_signers_of_the_pinned_anchor_are_trusted() -> None:
    anchor, stranger = a_certificate("Neo"), a_certificate("Neo")
    signer, forged = a_certificate("Ky", anchor), a_certificate("Ky", stranger)
    listed = trust_list((der(stranger), "anchor"), (der(signer), "signer"), (der(forged), "signer"), (b"?", "signer"))
    found = finding(stamped(listed), base64.b64encode(der(anchor)).decode())
    assert found is not None
    assert isinstance(found.fact, TrustFound)
    assert [(k.certificate, k.anchor) for k in found.fact.keys] == [(der(anchor), True), (der(signer), False)]
    assert found.fact.keys[1].kid == hashlib.sha256(der(signer)).hexdigest()[:16]


def test_without_a_pinned_anchor_a_single_one_is_taken_and_two_are_not() -> None:
    anchor, stranger = a_certificate("Neo"), a_certificate("Neo 2")
    one = finding(stamped(trust_list((der(anchor), "anchor"), (der(a_certificate("Ky", anchor)), "signer"))), "")
    assert one is not None
    assert isinstance(one.fact, TrustFound)
    assert len(one.fact.keys) == 2
    assert finding(stamped(trust_list((der(anchor), "anchor"), (der(stranger), "anchor"))), "") is None


def test_a_site_key_is_read_only_under_its_own_thumbprint() -> None:
    jwk = JWKS["keys"][1]
    good = stamped(device("d-2", "Bàn 2", "79-Q10-P06", jwk["kid"], jwk))
    found = finding(good, "")
    assert found is not None
    assert found.fact == SiteKeyFound("d-2", "79-Q10-P06", json.dumps(jwk, separators=(",", ":")), True)
    assert finding(good | {"identifier": [{"system": good["identifier"][0]["system"], "value": "x"}]}, "") is None
    inactive = finding(good | {"status": "inactive"}, "")
    assert inactive is not None
    assert inactive.fact.active is False  # type: ignore[union-attr]


jsons = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
READABLE = [stamped(identity("x", "matched")), stamped(document("x")), stamped(trust_list((b"?", "anchor")))]


@given(st.sampled_from(READABLE), st.data())
def test_no_resource_however_odd_stops_a_pull(resource: dict[str, Any], draw: st.DataObject) -> None:
    changed = json.loads(json.dumps(resource))
    where = draw.draw(st.sampled_from(sorted(changed)))
    changed[where] = draw.draw(jsons)
    finding(changed, "")
    finding(draw.draw(jsons), "")


# --- a whole run


def test_findings_arrive_and_are_counted_once(bench: Bench, platform: ModelPlatform) -> None:
    dose = bench.record_one()
    bench.sync()
    platform.store.give(identity(dose.id, "matched"))
    platform.store.give(document(dose.id))
    assert bench.sync().pulled == 2
    record = bench.desk.work.desk.all_records()[0]
    assert (record.identity, record.certificate_id) == (Identity.MATCHED, f"dcc-{dose.id}-1")
    assert bench.sync().pulled == 0
    platform.store.give(identity(dose.id, "mismatch-name", status="val-fail"))
    assert bench.sync().pulled == 1
    assert bench.desk.work.desk.all_records()[0].identity_fields == ("name",)


@pytest.mark.parametrize("unsorted", [False, True])
def test_pages_are_followed_whatever_their_order(bench: Bench, platform: ModelPlatform, unsorted: bool) -> None:
    platform.store.unsorted = unsorted
    dose = bench.record_one()
    bench.sync()
    for i in range(2 * PAGE_RESOURCES + 7):
        platform.store.give(identity(dose.id, "matched", name=f"vr{i}"))
    assert bench.sync().pulled == 2 * PAGE_RESOURCES + 7
    assert bench.sync().pulled == 0


def test_a_pull_that_breaks_on_a_server_that_does_not_sort_loses_nothing(bench: Bench, platform: ModelPlatform) -> None:
    """The newest came first: had the cursor moved with them, the rest would never come."""
    platform.store.unsorted = True
    dose = bench.record_one()
    bench.sync()
    old = identity(dose.id, "matched", name="old")
    platform.store.give(old)["meta"]["lastUpdated"] = "2020-01-01T00:00:00Z"
    cursor = bench.book.cursor(f"VerificationResult|{SITE}")
    for i in range(PAGE_RESOURCES):
        platform.store.give(identity(dose.id, "matched", name=f"vr{i}"))
    bench.line.only = lambda request: "_offset=200" in str(request.url)
    assert bench.sync(faulty.lost_answer).pulled == PAGE_RESOURCES
    assert bench.book.cursor(f"VerificationResult|{SITE}") == cursor
    bench.line.only = faulty.is_transaction
    assert bench.sync().pulled == 1


def test_a_pull_that_breaks_goes_on_where_it_was(bench: Bench, platform: ModelPlatform) -> None:
    dose = bench.record_one()
    bench.sync()
    for i in range(2 * PAGE_RESOURCES):
        platform.store.give(identity(dose.id, "matched", name=f"vr{i}"))
    bench.line.only = lambda request: "_offset=200" in str(request.url)
    report = bench.sync(faulty.lost_answer)
    assert (report.trouble, report.pulled) == ("connection-lost", PAGE_RESOURCES)
    bench.line.only = faulty.is_transaction
    assert bench.sync().pulled == PAGE_RESOURCES


def test_one_odd_resource_holds_up_no_other(bench: Bench, platform: ModelPlatform) -> None:
    dose = bench.record_one()
    bench.sync()
    platform.store.give(identity(dose.id, "what", status="what"))
    platform.store.give(identity(dose.id, "matched", name="vr2"))
    report = bench.sync()
    assert (report.pulled, report.not_understood, report.trouble) == (1, 1, "")


def test_20_only_this_sites_records_are_pulled(bench: Bench, platform: ModelPlatform) -> None:
    for i in range(3000):
        other = identity(f"other-{i}", "matched")
        platform.store.give({**other, "meta": {"tag": [{"system": "urn:vaxdesk:site", "code": "01-HBT-P01"}]}})
    bench.sync()
    bench.line.seen.clear()
    report = bench.sync()
    assert (report.pulled, report.not_understood) == (0, 0)
    assert len(bench.line.seen) == 9  # one page of each feed


def test_no_citizen_number_is_in_any_address(bench: Bench) -> None:
    bench.record(5)
    bench.sync()
    bench.sync()
    assert bench.line.seen
    assert not [url for url in bench.line.seen if "001090" in url]


def test_a_feed_the_server_does_not_know_is_passed_over(bench: Bench, platform: ModelPlatform) -> None:
    dose = bench.record_one()
    bench.sync()
    platform.store.give(document(dose.id))
    bench.line.only = lambda request: "/VerificationResult" in str(request.url)
    report = bench.sync(faulty.status(404))
    assert (report.pulled, report.trouble) == (1, "")


def test_a_next_link_to_another_host_does_not_get_our_token(bench: Bench, platform: ModelPlatform) -> None:
    def elsewhere(page: Any) -> Any:
        return page | {"link": [{"relation": "next", "url": "https://evil.invalid/fhir/VerificationResult?_count=1"}]}

    bench.line.only = lambda request: "/VerificationResult" in str(request.url)
    bench.line.seen.clear()
    bench.sync(faulty.rewritten(elsewhere))
    assert all(platform.base in seen for seen in bench.line.seen)


# --- reading back (L3)


@pytest.mark.allow_warnings("vaxdesk.sync")
def test_a_dose_the_platform_holds_differently_raises_an_alarm(bench: Bench, platform: ModelPlatform) -> None:
    dose = bench.record_one()
    other = bench.record_one(a_draft(person=another_person()))

    def tampered(request: Any, send: Any) -> Any:
        answer = send()
        stored = platform.store.newest("Immunization", dose.id)
        assert stored is not None
        platform.store.give(stored | {"lotNumber": "OTHER"})
        return answer

    report = bench.sync(tampered)
    assert (report.read_back, report.differing) == (1, (dose.id,))
    assert bench.desk.work.figures.counts(None).read_back_differs == 1
    assert other.id not in report.differing


@pytest.mark.allow_warnings("vaxdesk.sync")
def test_a_dose_the_platform_lost_raises_an_alarm(bench: Bench, platform: ModelPlatform) -> None:
    dose = bench.record_one()

    def forgotten(request: Any, send: Any) -> Any:
        answer = send()
        del platform.store.resources["Immunization", dose.id]
        return answer

    assert bench.sync(forgotten).differing == (dose.id,)


def test_our_own_correction_with_a_lost_answer_is_no_alarm(bench: Bench) -> None:
    dose = bench.record_one()
    bench.line.only = lambda request: "_search" in str(request.url)
    bench.sync(faulty.status(500))
    bench.line.only = faulty.is_transaction
    bench.desk.work.desk.correct(dose.id, DoseChanges(lot="NEW1"), "nhầm số lô", bench.desk.manager)
    bench.sync(faulty.lost_answer)
    assert bench.sync(asked=False).differing == ()
    bench.clock.now += timedelta(minutes=20)
    assert bench.sync().read_back == 1


def feeds_asked(bench: Bench, asked: bool) -> set[str]:
    """`Type|tag` of every feed that a run reads."""
    bench.line.seen.clear()
    bench.sync(asked=asked)
    queries = ((urlsplit(line.split()[1]).path, parse_qs(urlsplit(line.split()[1]).query)) for line in bench.line.seen)
    return {f"{path.rsplit('/', 1)[1]}|{query['_tag'][0].rsplit('|', 1)[1]}" for path, query in queries if query}


def test_feeds_of_the_whole_country_are_read_every_quarter_of_an_hour_and_when_a_person_asks(bench: Bench) -> None:
    """Most runs of a day bring nothing: they cost a third less."""
    country = {"DocumentReference|national", "Device|national", "Medication|national", f"Medication|{SITE}"}
    site = {f"{kind}|{SITE}" for kind in ("VerificationResult", "DocumentReference", "DetectedIssue", "Device", "Task")}
    assert feeds_asked(bench, asked=False) == site | country  # the first run of the program
    bench.clock.forward(minutes=14)
    assert feeds_asked(bench, asked=False) == site
    assert feeds_asked(bench, asked=True) == site | country
    bench.clock.forward(minutes=14)
    assert feeds_asked(bench, asked=False) == site
    bench.clock.forward(minutes=1)
    assert feeds_asked(bench, asked=False) == site | country


def test_a_run_cut_short_has_not_read_the_feeds_of_the_country(bench: Bench) -> None:
    bench.engine.hurried = lambda: True
    feeds_asked(bench, asked=False)
    bench.engine.hurried = lambda: False
    assert {"DocumentReference|national", "Device|national"} <= feeds_asked(bench, asked=False)
