"""Certificates: genuine ones are read, everything else is refused with the code that says why."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

import base45
import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.issuer import (
    ES256,
    EXPIRES,
    ISSUED,
    PS256,
    START,
    a_country,
    a_payload,
    a_signer,
    an_hc1,
    base45_of,
    cose_of,
)

from vaxdesk.errors import NotGenuine
from vaxdesk.messages import LANGUAGES, say, templates
from vaxdesk.models.values import TrustKey
from vaxdesk.print import cose, hcert
from vaxdesk.print.hcert import Trust, verify
from vaxdesk.print.trust import trust_from_keys

AT = ISSUED + timedelta(days=1)


def trust(*keys: TrustKey) -> Trust:
    return trust_from_keys(keys or a_country().trust_keys)


def code_of(text: str, trusted: Trust | None = None, at: datetime = AT) -> str:
    with pytest.raises(NotGenuine) as caught:
        verify(text, trusted or trust(), at)
    assert str(caught.value) == caught.value.code
    for language in LANGUAGES:
        assert caught.value.code in templates(language)
        assert "{" not in say(caught.value.code, language, **caught.value.params)
    return caught.value.code


@pytest.mark.parametrize("signer", ["es256", "ps256"])
def test_both_algorithms_are_read(signer: str) -> None:
    found = verify(an_hc1(signer=getattr(a_country(), signer)), trust(), AT)
    assert found.algorithm == signer.upper()
    assert (found.issuer, found.issued_at, found.expires_at) == ("VN", ISSUED, EXPIRES)
    assert found.payload == a_payload()
    assert (found.name, found.birth_date, found.dose_number, found.series_doses) == (
        "Trần Thị Bích",
        "2003-10-09",
        1,
        2,
    )
    assert (found.date, found.uvci, found.of("mp")) == (
        "2021-11-12",
        "URN:UVCI:01:VN:0A1B2C3D4E5F60718293A4B5C6D7E8F9",
        "EU/1/20/1528",
    )
    assert "Bích" not in repr(found)


@pytest.mark.parametrize("kid_in", ["protected", "unprotected"])
@pytest.mark.parametrize("tags", [(18,), (), (61, 18)])
def test_envelopes_as_issuers_make_them(kid_in: str, tags: tuple[int, ...]) -> None:
    assert verify(an_hc1(kid_in=kid_in, tags=tags), trust(), AT).is_vaccination


def test_blanks_around_a_scanned_text_do_not_matter() -> None:
    assert verify(f"  {an_hc1()}\r\n", trust(), AT).is_vaccination


def test_an_algorithm_only_in_the_unprotected_header_is_read() -> None:
    signer = a_country().es256
    content = cbor2.dumps({-260: {1: a_payload()}})
    from support.issuer import sign

    signature = sign(signer.key, cbor2.dumps(["Signature1", b"", b"", content]))
    message = cbor2.dumps([b"", {1: ES256, 4: signer.kid}, content, signature])
    assert verify("HC1:" + base45_of(zlib.compress(message)), trust(), AT).kid == signer.kid.hex()


def test_all_keys_of_one_kid_are_tried() -> None:
    country = a_country()
    other = a_signer(by=country.anchor)
    same_kid = other.trust_key(kid=country.es256.kid.hex())
    listed = (country.anchor.trust_key(anchor=True), same_kid, country.es256.trust_key())
    assert verify(an_hc1(), trust(*listed), AT).kid == country.es256.kid.hex()


def test_a_wrong_key_of_the_same_kid_does_not_do() -> None:
    country = a_country()
    impostor = a_signer(by=country.anchor).trust_key(kid=country.es256.kid.hex())
    assert code_of(an_hc1(), trust(country.anchor.trust_key(anchor=True), impostor)) == "hcert-bad-signature"


def test_a_protected_kid_wins_over_an_unprotected_one() -> None:
    assert code_of(an_hc1(kid=b"12345678")) == "hcert-unknown-signer"


@pytest.mark.parametrize("missing", [{"kid_in": "none"}, {"kid": "text"}])
def test_a_missing_or_odd_kid_names_no_signer(missing: dict[str, Any]) -> None:
    assert code_of(an_hc1(**missing)) == "hcert-unknown-signer"


def test_a_signer_the_anchor_did_not_issue_is_not_believed() -> None:
    country = a_country()
    listed = (*country.trust_keys, country.stranger.trust_key())
    assert code_of(an_hc1(signer=country.stranger), trust(*listed)) == "hcert-unknown-signer"


def test_the_anchor_itself_signs_no_certificates() -> None:
    assert code_of(an_hc1(signer=a_country().anchor)) == "hcert-unknown-signer"


def test_without_a_trust_list_nothing_is_genuine() -> None:
    assert code_of(an_hc1(), Trust({})) == "hcert-no-trust"


@pytest.mark.parametrize("claimed", [PS256, -8, -257, 5, None, "ES256"])
def test_another_algorithm_than_the_keys_is_refused(claimed: Any) -> None:
    assert code_of(an_hc1(algorithm=claimed)) == "hcert-wrong-algorithm"


def test_an_rsa_signer_claiming_es256_is_refused() -> None:
    assert code_of(an_hc1(signer=a_country().ps256, algorithm=ES256)) == "hcert-wrong-algorithm"


def test_expiry_is_honoured_with_a_minute_of_leeway() -> None:
    assert verify(an_hc1(), trust(), EXPIRES + timedelta(seconds=59)).is_vaccination
    assert code_of(an_hc1(), at=EXPIRES + timedelta(seconds=61)) == "hcert-expired"


def test_a_certificate_from_the_future_is_refused() -> None:
    assert code_of(an_hc1(), at=ISSUED - timedelta(minutes=5)) == "hcert-not-yet-valid"


def test_times_may_be_fractions_or_missing() -> None:
    found = verify(an_hc1(exp=EXPIRES.timestamp() + 0.5, iat=ISSUED.timestamp() + 0.25), trust(), AT)
    assert found.issued_at == ISSUED + timedelta(seconds=0.25)
    bare = verify(an_hc1(claims={-260: {1: a_payload()}}), trust(), AT)
    assert (bare.issuer, bare.issued_at, bare.expires_at) == ("", None, None)


@pytest.mark.parametrize("odd", [float("nan"), float("inf"), 1e300, "soon", True, [1]])
def test_times_that_are_no_times_are_damage(odd: Any) -> None:
    assert code_of(an_hc1(exp=odd)) == "hcert-damaged"


def test_an_expired_signer_is_told() -> None:
    country = a_country()
    old = a_signer(by=country.anchor, start=START, end=START + timedelta(days=30))
    listed = trust(country.anchor.trust_key(anchor=True), old.trust_key())
    assert code_of(an_hc1(signer=old), listed) == "hcert-signer-expired"


@pytest.mark.parametrize(
    ("use", "code"), [("1.3.6.1.4.1.1847.2021.1.1", "hcert-wrong-use"), ("1.3.6.1.4.1.1847.2021.1.2", "")]
)
def test_a_signer_limited_to_tests_signs_no_vaccinations(use: str, code: str) -> None:
    country = a_country()
    signer = a_signer(by=country.anchor, uses=(use,))
    listed = trust(country.anchor.trust_key(anchor=True), signer.trust_key())
    if code:
        assert code_of(an_hc1(signer=signer), listed) == code
    else:
        assert verify(an_hc1(signer=signer), listed, AT).is_vaccination


def test_a_revoked_number_is_refused_however_it_is_written() -> None:
    revoked = trust().without(["urn:uvci:01:vn:0A1B2C3D4E5F60718293A4B5C6D7E8F9#X"])
    assert code_of(an_hc1(), revoked) == "hcert-revoked"
    assert verify(an_hc1(a_payload(ci="URN:UVCI:01:VN:OTHER")), revoked, AT).uvci == "URN:UVCI:01:VN:OTHER"


@pytest.mark.parametrize(
    "content",
    [{}, {-260: {}}, {-260: {1: {}}}, {-260: {1: {"v": []}}}, {-260: [a_payload()]}, {-260: {1: {"v": "x"}}}],
)
def test_a_signed_nothing_is_no_certificate(content: dict[int, Any]) -> None:
    assert code_of(an_hc1(claims=content or {1: "VN"})) == "hcert-no-content"


def test_lenient_values_as_real_issuers_write_them() -> None:
    payload = a_payload(dn=1.0, sd=2.0, ci=" URN:UVCI:01:VN:AB ", dt="2021-11-12T00:00:00Z")
    payload["nam"] = {"fn": None, "gn": " Thị  Bích ", "fnt": "X"}
    found = verify(an_hc1(payload), trust(), AT)
    assert (found.dose_number, found.series_doses, found.uvci, found.date) == (
        1,
        2,
        "URN:UVCI:01:VN:AB",
        "2021-11-12",
    )
    assert found.name == "Thị Bích"


@pytest.mark.parametrize("text", ["", "HC1", "hc1:abc", "HC2:ABC", "VXS1:ABC", "001090000123||A|", "HC1:" + "A" * 5000])
def test_other_texts_are_not_certificates(text: str) -> None:
    assert code_of(text) == "hcert-not-a-certificate"


def test_every_region_of_the_text_is_guarded() -> None:
    """One character changed anywhere: refused, or (spare bits at the end of a deflate stream) word for word the same."""
    text, refused = an_hc1(), 0
    places = range(4, len(text), 3)
    for place in places:
        other = "A" if text[place] != "A" else "B"
        try:
            found = verify(text[:place] + other + text[place + 1 :], trust(), AT)
        except NotGenuine:
            refused += 1
        else:
            assert found == verify(text, trust(), AT)
    assert refused >= len(places) - 2


def test_every_region_of_the_signed_message_is_guarded() -> None:
    message = zlib.decompress(base45.b45decode(an_hc1().removeprefix("HC1:")))
    for place in range(len(message)):
        broken = message[:place] + bytes([message[place] ^ 0x41]) + message[place + 1 :]
        assert code_of("HC1:" + base45_of(zlib.compress(broken))).startswith("hcert-")


@given(st.integers(min_value=0, max_value=400))
def test_a_cut_off_scan_is_damage(length: int) -> None:
    assert code_of(an_hc1()[: 4 + length]) in ("hcert-damaged", "hcert-not-a-certificate")


@given(st.binary(max_size=200))
def test_junk_in_the_envelope_never_crashes(junk: bytes) -> None:
    assert code_of("HC1:" + base45_of(zlib.compress(junk))) == "hcert-damaged"


@given(st.text(alphabet="0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:", max_size=300))
def test_junk_text_never_crashes(junk: str) -> None:
    assert code_of("HC1:" + junk) == "hcert-damaged"


def test_a_zip_bomb_stays_small() -> None:
    bomb = zlib.compress(b"\x00" * 50_000_000, 9)
    assert len(base45_of(bomb)) > cose.TEXT_CHARS_MAX
    fitting = zlib.compress(b"\x00" * (cose.INFLATED_BYTES_MAX + 1), 9)
    assert len(base45_of(fitting)) < cose.TEXT_CHARS_MAX
    assert code_of("HC1:" + base45_of(fitting)) == "hcert-damaged"


def test_a_stream_without_its_end_or_past_the_limit_is_damage() -> None:
    """Even when the signed message itself is whole."""
    message = cose_of(cbor2.dumps({-260: {1: a_payload()}}), a_country().es256)
    assert verify("HC1:" + base45_of(zlib.compress(message)), trust(), AT).is_vaccination
    assert code_of("HC1:" + base45_of(zlib.compress(message)[:-4])) == "hcert-damaged"
    padded = message + b"\x00" * cose.INFLATED_BYTES_MAX
    assert code_of("HC1:" + base45_of(zlib.compress(padded))) == "hcert-damaged"


@pytest.mark.parametrize(
    "evil",
    [
        b"\x81" * 3000,
        b"\x9b" + b"\xff" * 8,
        b"\xd8\x1c\x81\xd8\x1d\x00",
        b"\xc4\x82\x1b\x7f" + b"\xff" * 7 + b"\x01",
    ],
    ids=["deep", "long", "cyclic", "decimal"],
)
def test_evil_cbor_is_damage_before_and_after_the_signature(evil: bytes) -> None:
    assert code_of("HC1:" + base45_of(zlib.compress(evil))) == "hcert-damaged"
    signed = cose_of(evil, a_country().es256)
    assert code_of("HC1:" + base45_of(zlib.compress(signed))) == "hcert-damaged"


def test_a_certificate_that_was_never_compressed_is_damage() -> None:
    message = cose_of(cbor2.dumps({-260: {1: a_payload()}}), a_country().es256)
    assert code_of("HC1:" + base45_of(message)) == "hcert-damaged"


def test_bytes_among_the_json_are_damage() -> None:
    assert code_of(an_hc1(a_payload(ci=b"raw"))) == "hcert-damaged"


def test_the_clock_may_stand_in_any_zone() -> None:
    assert hcert.verify(an_hc1(), trust(), AT.astimezone(UTC)).issued_at == ISSUED
