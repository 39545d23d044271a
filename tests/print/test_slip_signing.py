"""Slips: what one site signs, another reads whole; what was touched, nobody believes."""

from __future__ import annotations

import zlib
from dataclasses import replace

import base45
import cbor2
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st
from support.issuer import base45_of
from support.papers import PERSON, SITE, a_course, a_dose, a_person, a_record, a_site_key

from vaxdesk.errors import NotGenuine, PrintError
from vaxdesk.keys.device import jwk_of
from vaxdesk.models.values import DoseStatus, PartialDate, Sex
from vaxdesk.print import cose, qr
from vaxdesk.print.slip import PREFIX, kid_of, sign_slip, verify_slip

KEY_ID = "device-key"
KEYS = {"another": ec.generate_private_key(ec.SECP256R1()).public_key(), KEY_ID: a_site_key().public_key()}


def signed() -> str:
    return sign_slip(a_record(), a_site_key(), KEY_ID)


def code_of(text: str, keys: dict[str, ec.EllipticCurvePublicKey] = KEYS) -> str:
    with pytest.raises(NotGenuine) as caught:
        verify_slip(text, keys)
    return caught.value.code


def test_another_desk_reads_all_it_needs() -> None:
    dose, found = a_dose(), verify_slip(signed(), KEYS)
    assert (found.dose_id, found.revision, found.site, found.site_name) == (dose.id, 1, SITE.code, SITE.name)
    assert (found.citizen_number, found.name) == (PERSON.citizen_id.digits, PERSON.name)
    assert (found.birth_date, found.sex) == (PERSON.birth_date, Sex.FEMALE)
    assert (found.vaccine, found.dose_number, found.series, found.series_doses) == (
        "COMIRNATY",
        1,
        dose.series,
        2,
    )
    assert (found.occurred_at, found.recorded_at) == (
        dose.occurred_at.replace(microsecond=0),
        dose.recorded_at,
    )
    assert (found.lot, found.expiry, found.key_id) == (dose.lot, dose.expiry, KEY_ID)
    assert found.payload["person"]["citizen_id"] == PERSON.citizen_id.digits
    assert "Bích" not in repr(found)
    assert PERSON.citizen_id.digits not in repr(found)


def test_the_same_revision_gives_the_same_text() -> None:
    assert signed() == signed()
    assert signed() != sign_slip(a_record(revision=2), a_site_key(), KEY_ID)


@given(
    name=st.text(min_size=1, max_size=60), lot=st.text(max_size=20), birth=st.sampled_from(["1950", "1990-05-06"]),
    sex=st.sampled_from(Sex), place=st.integers(0, 5),
)  # fmt: skip
def test_what_was_signed_is_what_is_read(name: str, lot: str, birth: str, sex: Sex, place: int) -> None:
    person = a_person(name=name, birth_date=PartialDate(birth), sex=sex)
    record = a_course(6, person)[place]
    record = replace(record, dose=replace(record.dose, lot=lot, expiry=None))
    text = sign_slip(record, a_site_key(), KEY_ID)
    assert set(text) <= qr.ALPHANUMERIC
    found = verify_slip(text, KEYS)
    assert (found.name, found.lot, found.birth_date, found.sex, found.expiry) == (name, lot, birth, sex, None)
    assert (found.dose_id, found.dose_number, found.series) == (
        record.dose.id,
        record.dose.dose_number,
        record.dose.series,
    )


def test_the_name_of_a_device_key_is_its_thumbprint() -> None:
    name = jwk_of(a_site_key())["kid"]
    assert verify_slip(sign_slip(a_record(), a_site_key(), name), {name: a_site_key().public_key()}).key_id == name


@pytest.mark.parametrize("status", [DoseStatus.NOT_DONE, DoseStatus.ENTERED_IN_ERROR])
def test_no_slip_for_what_was_not_given(status: DoseStatus) -> None:
    with pytest.raises(PrintError, match="print-dose-not-given"):
        sign_slip(a_record(status=status), a_site_key(), KEY_ID)


def test_an_unknown_site_is_told_apart_from_a_forged_slip() -> None:
    assert code_of(signed(), {}) == "slip-unknown-signer"
    assert code_of(signed(), {KEY_ID: KEYS["another"]}) == "slip-bad-signature"


def test_every_byte_is_guarded() -> None:
    message = zlib.decompress(base45.b45decode(signed().removeprefix(PREFIX)))
    for place in range(len(message)):
        broken = message[:place] + bytes([message[place] ^ 0x11]) + message[place + 1 :]
        assert code_of(PREFIX + base45_of(zlib.compress(broken))).startswith("slip-")


def test_a_slip_that_claims_another_algorithm_is_not_believed() -> None:
    payload = cbor2.dumps({1: "X"})
    protected = cbor2.dumps({1: cose.PS256, 4: kid_of(KEY_ID)})
    signature = a_site_key().sign(cose.to_be_signed(protected, payload), ec.ECDSA(hashes.SHA256()))
    assert code_of(cose.wrap(PREFIX, protected, payload, cose.raw_signature(signature))) == "slip-bad-signature"


@pytest.mark.parametrize("text", ["", "HC1:ABC", "VXS2:AB"])
def test_other_texts_are_not_slips(text: str) -> None:
    assert code_of(text) == "slip-not-a-certificate"


def test_a_signed_payload_without_a_dose_is_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vaxdesk.print.slip._facts", lambda dose, person: {1: b"short"})
    assert code_of(signed()) == "slip-damaged"


def test_a_slip_is_small_enough_for_coarse_modules() -> None:
    code = qr.encode(signed())
    assert code.level == "Q"
    assert code.module_mm >= qr.MODULE_MM_MIN
    assert cbor2.loads(zlib.decompress(base45.b45decode(signed().removeprefix(PREFIX)))).tag == 18
