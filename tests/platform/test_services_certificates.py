"""Certificates: the payload is strict, other people's libraries accept the text, and the right doses get one."""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import base45
import cwt
import jsonschema
import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from vaxplatform.services.codes import content_hash
from vaxplatform.services.dcc import NotCertifiable, checksum, names, payload, transliterated, uvci_of
from vaxplatform.services.hcert import issue
from vaxplatform.services.issuing import Case, certificate_id, decide
from vaxplatform.services.signatures import signed_doses
from vaxplatform.services.signing_keys import SigningKeys, load_or_make

NOW = datetime.now(UTC).replace(microsecond=0)
SCHEMA = json.loads((Path(__file__).parent / "dcc_schema_1_3_0.json").read_text(encoding="utf-8"))
SITE = "79-Q10-P05"
PATIENT = {
    "resourceType": "Patient",
    "id": "p1",
    "name": [{"use": "official", "text": "Trần Thị Bích"}],
    "birthDate": "2003-10-09",
    "gender": "female",
    "identifier": [{"system": "urn:vn:cccd", "value": "079303000456"}],
}


def a_dose(**changes: Any) -> dict[str, Any]:
    return {
        "resourceType": "Immunization",
        "id": "d1",
        "meta": {"versionId": "1", "tag": [{"system": "urn:vaxdesk:site", "code": SITE}]},
        "status": "completed",
        "vaccineCode": {"coding": [{"system": "http://id.who.int/icd/release/11/mms", "code": "XM8NQ0"}]},
        "patient": {"reference": "Patient/p1", "identifier": {"system": "urn:vn:cccd", "value": "079303000456"}},
        "occurrenceDateTime": "2021-11-12T10:41:00+07:00",
        "protocolApplied": [{"doseNumberPositiveInt": 2, "seriesDosesPositiveInt": 2}],
    } | changes


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> SigningKeys:
    return load_or_make(tmp_path_factory.mktemp("keys"))


@pytest.mark.parametrize("name", ["Trần Thị Bích", "Lò", "H'Bia Niê", "Nguyễn-Lê Đặng Ỹ", "A" * 90 + " " + "B" * 90])
def test_the_payload_fits_the_published_schema(name: str) -> None:
    patient = PATIENT | {"name": [{"use": "official", "text": name}]}
    made = payload(a_dose(), patient, uvci_of("d1", "x"))
    jsonschema.validate(made, SCHEMA)


def test_the_payload_says_what_the_record_says() -> None:
    made = payload(a_dose(), PATIENT, "URN:UVCI:01:VN:X")
    assert made["nam"] == {"fn": "Trần", "fnt": "TRAN", "gn": "Thị Bích", "gnt": "THI<BICH"}
    entry = made["v"][0]
    assert (made["dob"], entry["dn"], entry["sd"], entry["dt"]) == ("2003-10-09", 2, 2, "2021-11-12")
    assert (entry["vp"], entry["mp"], entry["ma"]) == ("1119349007", "EU/1/20/1528", "ORG-100030215")


@pytest.mark.parametrize(
    "changes",
    [{"vaccineCode": {"coding": []}}, {"protocolApplied": []}, {"protocolApplied": [{"doseNumberPositiveInt": 0}]}],
)
def test_a_dose_the_schema_has_no_place_for_gets_no_certificate(changes: dict[str, Any]) -> None:
    with pytest.raises(NotCertifiable):
        payload(a_dose(**changes), PATIENT, "x")


def test_every_vietnamese_letter_is_transliterated() -> None:
    letters = "ăâđêôơưáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ"
    for letter in letters + letters.upper():
        assert transliterated(letter) in "ADEIOUY"
    assert names("Đặng Văn Đức")["fnt"] == "DANG"


@pytest.mark.parametrize(
    ("number", "check"),
    [
        ("URN:UVCI:01:NL:187/37512422923", "Z"),
    ],
)
def test_the_checksum_is_that_of_the_specification(number: str, check: str) -> None:
    assert checksum(number) == check


@pytest.mark.parametrize("algorithm", ["ES256", "PS256"])
def test_another_library_verifies_the_text(keys: SigningKeys, algorithm: str) -> None:
    signer = keys.signer(algorithm)
    made = payload(a_dose(), PATIENT, uvci_of("d1", "x"))
    text = issue(made, signer, NOW, NOW + timedelta(days=365))
    message = zlib.decompress(base45.b45decode(text.removeprefix("HC1:")))
    certificate = x509.load_der_x509_certificate(signer.certificate)
    certificate.verify_directly_issued_by(x509.load_der_x509_certificate(keys.anchor_der))
    numbers = {"kid": signer.kid, "alg": algorithm}
    public = certificate.public_key()
    pem = public.public_bytes(*_spki())
    claims = cwt.decode(message, cwt.COSEKey.from_pem(pem, **numbers))
    assert claims[-260][1] == made
    assert (claims[1], claims[6], claims[4] - claims[6]) == ("VN", int(NOW.timestamp()), 365 * 86400)
    assert signer.kid == hashlib.sha256(signer.certificate).digest()[:8]
    other = ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(*_spki())
    with pytest.raises(cwt.exceptions.CWTError):
        cwt.decode(message, cwt.COSEKey.from_pem(other, kid=signer.kid, alg="ES256"))


def _spki() -> tuple[Any, Any]:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return Encoding.PEM, PublicFormat.SubjectPublicKeyInfo


def test_the_desk_accepts_what_the_platform_issues(keys: SigningKeys) -> None:
    from vaxdesk.errors import NotGenuine
    from vaxdesk.models.values import TrustKey
    from vaxdesk.print import hcert

    listed = [TrustKey("", keys.anchor_der, True), *(TrustKey(s.kid.hex(), s.certificate) for s in keys.signers)]
    trust = hcert.trust_from_keys(tuple(listed))
    for signer in keys.signers:
        text = issue(payload(a_dose(), PATIENT, "URN:UVCI:01:VN:X"), signer, NOW, NOW + timedelta(days=365))
        assert hcert.verify(text, trust, NOW).algorithm == signer.algorithm
        with pytest.raises(NotGenuine, match="hcert-expired"):
            hcert.verify(text, trust, NOW + timedelta(days=366))


def test_the_keys_are_made_once_and_kept_private(tmp_path: Path) -> None:
    assert load_or_make(tmp_path).anchor_der == load_or_make(tmp_path).anchor_der
    for file in (tmp_path / "certificate-keys").iterdir():
        assert file.stat().st_mode & 0o077 == 0


def a_case(**changes: Any) -> Case:
    dose = a_dose()
    case = Case(dose, PATIENT, True, {content_hash(dose)}, [])
    for name, value in changes.items():
        setattr(case, name, value)
    return case


def statuses(case: Case, keys: SigningKeys) -> list[tuple[str, str]]:
    return [(change["id"], change["status"]) for change in decide(case, keys.signer("ES256"), NOW)]


def test_a_matched_and_signed_dose_gets_one_certificate_once(keys: SigningKeys) -> None:
    (made,) = decide(a_case(), keys.signer("ES256"), NOW)
    assert made["masterIdentifier"]["value"].startswith("URN:UVCI:01:VN:")
    assert made["context"]["related"] == [{"reference": "Immunization/d1/_history/1"}]
    assert base64.b64decode(made["content"][0]["attachment"]["data"]).startswith(b"HC1:")
    assert statuses(a_case(certificates=[made]), keys) == []


@pytest.mark.parametrize("changes", [{"matched": False}, {"signed": set()}, {"signed": {"0" * 64}}])
def test_without_match_or_signature_of_this_content_there_is_none(keys: SigningKeys, changes: dict[str, Any]) -> None:
    assert statuses(a_case(**changes), keys) == []


def test_a_correction_supersedes_and_a_void_revokes(keys: SigningKeys) -> None:
    (old,) = decide(a_case(), keys.signer("ES256"), NOW)
    corrected = a_dose(lotNumber="FL9999")
    assert statuses(a_case(dose=corrected, certificates=[old]), keys) == [(old["id"], "superseded")]
    signed_again = a_case(dose=corrected, certificates=[old], signed={content_hash(corrected)})
    renewed = certificate_id("d1", content_hash(corrected))
    assert statuses(signed_again, keys) == [(old["id"], "superseded"), (renewed, "current")]
    voided = a_case(dose=a_dose(status="entered-in-error"), certificates=[old])
    assert statuses(voided, keys) == [(old["id"], "entered-in-error")]


def test_a_mended_person_gets_another_certificate_and_the_first_again_when_it_was_right_after_all(
    keys: SigningKeys,
) -> None:
    """P12: the dose is as it was, so its signature holds; what must not stay is a paper with the wrong name."""
    (first,) = decide(a_case(), keys.signer("ES256"), NOW)
    mended = PATIENT | {"name": [{"use": "official", "text": "Trần Thị Bình"}]}
    only_the_phone = PATIENT | {"telecom": [{"system": "phone", "value": "0912345678"}]}
    assert statuses(a_case(patient=only_the_phone, certificates=[first]), keys) == []
    gone, second = decide(a_case(patient=mended, certificates=[first]), keys.signer("ES256"), NOW)
    assert [(gone["id"], gone["status"]), second["status"]] == [(first["id"], "superseded"), "current"]
    assert second["id"] != first["id"]
    assert second["masterIdentifier"]["value"] != first["masterIdentifier"]["value"]
    assert statuses(a_case(patient=mended, certificates=[gone, second]), keys) == []
    unmatched = a_case(patient=mended, certificates=[first], matched=False)
    assert statuses(unmatched, keys) == [(first["id"], "superseded")]
    back = a_case(certificates=[gone, second])
    assert statuses(back, keys) == [(second["id"], "superseded"), (first["id"], "current")]


def a_provenance(key: ec.EllipticCurvePrivateKey, site: str = SITE, **statement: Any) -> dict[str, Any]:
    said = {"site": site, "day": "2021-11-12", "doses": [{"id": "d1", "version": "1", "sha256": "a" * 64}]} | statement
    jws = jwt.api_jws.encode(json.dumps(said).encode(), key, algorithm="ES256", headers={"kid": "k"})
    meta = {"tag": [{"system": "urn:vaxdesk:site", "code": SITE}]}
    return {"meta": meta, "signature": [{"data": base64.b64encode(jws.encode()).decode()}]}


def test_only_the_sites_own_active_key_signs() -> None:
    key, stranger = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    jwk = jwt.PyJWK(json.loads(jwt.algorithms.ECAlgorithm.to_jwk(key.public_key())), algorithm="ES256")
    asked: list[tuple[str, str]] = []

    def find(kid: str, site: str) -> jwt.PyJWK | None:
        asked.append((kid, site))
        return jwk

    assert signed_doses(a_provenance(key), find) == {"d1": "a" * 64}
    assert asked == [("k", SITE)]
    assert signed_doses(a_provenance(stranger), find) == {}
    assert signed_doses(a_provenance(key, site="other"), find) == {}
    assert signed_doses(a_provenance(key), lambda kid, site: None) == {}
    for broken in ({}, {"signature": []}, {"signature": [{"data": "!"}]}, {"signature": [{"data": "aGVsbG8="}]}):
        assert signed_doses(broken, find) == {}
