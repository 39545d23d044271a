"""Lenient reading: what issuers in the field wrote is read, and what is odd about it is said; some things are refused all the same."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.issuer import ISSUED, a_country, a_payload, an_hc1

from vaxdesk.errors import NotGenuine, Severity
from vaxdesk.messages import LANGUAGES, sentence
from vaxdesk.models import catalogue
from vaxdesk.print import dcc_remarks
from vaxdesk.print.hcert import VerifiedCertificate, trust_from_keys, verify

AT = ISSUED + timedelta(days=1)
TEST_ENTRY = {"tg": "840539006", "tt": "LP6464-4", "sc": "2021-11-12T08:00:00Z", "tr": "260415000", "co": "VN", "is": "X",
              "ci": "URN:UVCI:01:VN:T1"}  # fmt: skip


def read(payload: dict[str, Any], **faults: Any) -> VerifiedCertificate:
    return verify(an_hc1(payload, **faults), trust_from_keys(a_country().trust_keys), AT)


def refused(payload: dict[str, Any]) -> str:
    with pytest.raises(NotGenuine) as caught:
        read(payload)
    return caught.value.code


def said(found: VerifiedCertificate) -> list[tuple[str, str]]:
    for remark in found.remarks:
        assert remark.severity in (Severity.WARN, Severity.INFO)
        for language in LANGUAGES:
            assert "{" not in sentence(remark, language)
            assert sentence(remark, language) != remark.code
    return [(remark.code, remark.field) for remark in found.remarks]


def with_names(**names: Any) -> dict[str, Any]:
    return a_payload() | {"nam": names}


def test_a_certificate_by_the_book_needs_no_remark() -> None:
    assert said(read(a_payload())) == []


@pytest.mark.parametrize(
    ("ci", "holds"),
    [
        ("URN:UVCI:01:NL:187/37512422923#Z", True), ("urn:uvci:01:nl:187/37512422923#z", True),
        ("01:NL:187/37512422923#Z", True), (" URN:UVCI:01:NL:187/37512422923#Z ", True),
        ("URN:UVCI:01:AT:10807843F94AEE0EE5093FBC254BD813#B", True),
        ("URN:UVCI:01:NL:187/37512422923", None), ("", None),
        ("URN:UVCI:01:NL:187/37512422923#Y", False), ("URN:UVCI:01:NL:187/37512422932#Z", False),
        ("URN:UVCI:01:NL:187/37512422923#", False), ("URN:UVCI:01:NL:187/37512422923#ZZ", False),
        ("URN:UVCI:01:NL:187_37512422923#Z", False), ("URN:UVCI:01:VN:Đ#Z", False),
    ],
)  # fmt: skip
def test_the_checksum_is_optional_but_not_wrong(ci: str, holds: bool | None) -> None:
    assert dcc_remarks.checksum_holds(ci) is holds
    expected = [("hcert-checksum-wrong", "ci")] if holds is False else []
    assert said(read(a_payload(ci=ci))) == expected


@given(st.text(alphabet=dcc_remarks.UVCI_ALPHABET, min_size=2, max_size=30), st.data())
def test_one_changed_character_breaks_the_checksum(number: str, drawn: Any) -> None:
    whole = f"URN:UVCI:{number}"
    (check,) = [c for c in dcc_remarks.UVCI_ALPHABET if dcc_remarks.checksum_holds(f"{whole}#{c}")]
    place = drawn.draw(st.integers(0, len(number) - 1))
    other = drawn.draw(st.sampled_from(sorted(set(dcc_remarks.UVCI_ALPHABET) - {number[place]})))
    changed = number[:place] + other + number[place + 1 :]
    assert dcc_remarks.checksum_holds(f"URN:UVCI:{changed}#{check}") is False


@pytest.mark.parametrize(("field", "codes"), sorted(catalogue.load().value_sets.items()))
def test_every_code_of_the_value_sets_is_read_deprecated_ones_too(field: str, codes: dict[str, str]) -> None:
    for code in codes:
        assert said(read(a_payload(**{field: code}))) == []
    assert said(read(a_payload(**{field: "EU/9/99/9999"}))) == [("hcert-code-unknown", field)]


def test_the_deprecated_codes_are_known() -> None:
    sets = catalogue.load().value_sets
    assert "J07BX03" in sets["vp"]
    assert "Inactivated-SARS-CoV-2-Vero-Cell" in sets["mp"]


@pytest.mark.parametrize("odd", [None, "", 5, ["840539006"], "x" * 4000])
def test_codes_that_are_none_are_said_and_shown_short(odd: Any) -> None:
    found = read(a_payload(vp=odd))
    assert said(found) == [("hcert-code-unknown", "vp")]
    assert len(found.remarks[0].params["value"]) <= 40


@pytest.mark.parametrize("count", [None, 0, -1, 1.5, "1", True])
def test_odd_dose_numbers_are_said(count: Any) -> None:
    assert said(read(a_payload(dn=count))) == [("hcert-dose-odd", "dn")]


@pytest.mark.parametrize("day", ["", None, "2021-13-01", "12/11/2021", "2021", 20211112])
def test_odd_dates_are_said(day: Any) -> None:
    assert said(read(a_payload(dt=day))) == [("hcert-date-odd", "dt")]


def test_lenient_values_are_read_without_a_remark() -> None:
    found = read(
        a_payload(dn=1.0, sd=2.0, dt=" 2021-11-12T00:00:00Z ", vp=" 1119349007 ", mp="EU/1/20/1528 ")
        | {"dob": "2003-10-09T00:00:00", "t": None, "r": []}
    )
    assert said(found) == []
    assert (found.dose_number, found.date, found.of("vp"), found.birth_date) == (
        1,
        "2021-11-12",
        "1119349007",
        "2003-10-09",
    )


@pytest.mark.parametrize("dob", ["", None, "1950", "1950-02"])
def test_birth_dates_may_be_partial_or_unknown(dob: Any) -> None:
    assert read(a_payload() | {"dob": dob}).birth_date == (dob or "")


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        ({"fn": "Lò", "fnt": "LO"}, "Lò"), ({"gn": "Lò", "gnt": "LO"}, "Lò"),
        ({"fnt": "TRAN", "gnt": "THI<BICH"}, "TRAN THI BICH"), ({"fn": "", "gn": None, "fnt": "TRAN"}, "TRAN"),
        ({"fn": " Trần ", "gn": "Thị  Bích", "fnt": "TRAN", "gnt": None}, "Trần Thị Bích"),
    ],
)  # fmt: skip
def test_names_are_read_however_little_of_them_there_is(names: dict[str, Any], shown: str) -> None:
    found = read(with_names(**names))
    assert found.name == shown
    assert said(found) == []


@pytest.mark.parametrize(
    "names",
    [{"fn": "Trần"}, {"fn": "Trần", "fnt": "Tran"}, {"fn": "Trần", "fnt": "TRAN BICH"}, {"fn": "T", "fnt": "A" * 81}],
)
def test_an_odd_plain_name_is_said(names: dict[str, Any]) -> None:
    assert said(read(with_names(**names))) == [("hcert-plain-name-odd", "nam")]


@pytest.mark.parametrize("names", [None, {}, [], "Trần", {"fn": " "}, {"fn": None, "fnt": "<<"}, {"fnt": 7}])
def test_a_certificate_of_nobody_is_refused(names: Any) -> None:
    assert refused(a_payload() | {"nam": names}) == "hcert-no-name"
    bare = a_payload()
    del bare["nam"]
    assert refused(bare) == "hcert-no-name"


@pytest.mark.parametrize("more", [{"t": [TEST_ENTRY]}, {"v": a_payload()["v"] * 2}, {"r": [{}]}, {"t": ["x"]}])
def test_several_certificates_in_one_code_are_refused(more: dict[str, Any]) -> None:
    assert refused(a_payload() | more) == "hcert-not-one-entry"


@pytest.mark.parametrize("empty", [{"t": None}, {"t": []}, {"r": "x"}, {"t": 5}, {"t": [None]}, {"x": [1]}])
def test_empty_groups_do_not_count(empty: dict[str, Any]) -> None:
    assert read(a_payload() | empty).is_vaccination


def test_a_test_certificate_is_genuine_and_no_vaccination() -> None:
    found = read({"ver": "1.3.0", "nam": {"fn": "Lò", "fnt": "LO"}, "dob": "", "t": [TEST_ENTRY]})
    assert (found.is_vaccination, said(found)) == (False, [])


def test_not_before_counts_as_the_time_of_issue_does() -> None:
    claims = {4: int(AT.timestamp()) + 9999, 6: int(ISSUED.timestamp()), -260: {1: a_payload()}}
    assert read({}, claims=claims | {5: int(AT.timestamp()) + 30}).is_vaccination
    with pytest.raises(NotGenuine, match="hcert-not-yet-valid"):
        read({}, claims=claims | {5: int(AT.timestamp()) + 90})


@pytest.mark.parametrize("seconds", [59, 61])
def test_an_issue_time_just_ahead_of_this_clock_is_skew(seconds: int) -> None:
    text = an_hc1(iat=int(AT.timestamp()) + seconds)
    trust = trust_from_keys(a_country().trust_keys)
    if seconds < 60:
        assert verify(text, trust, AT).is_vaccination
    else:
        with pytest.raises(NotGenuine, match="hcert-not-yet-valid"):
            verify(text, trust, AT)


@pytest.mark.parametrize("tags", [(18, 61), (18, 18), (61, 61, 18), (17,), (98,), (61, 17)])
def test_other_kinds_of_message_are_damage(tags: tuple[int, ...]) -> None:
    with pytest.raises(NotGenuine, match="hcert-damaged"):
        read(a_payload(), tags=tags)


def test_a_critical_header_nobody_understands_is_damage() -> None:
    from support.issuer import base45_of, sign

    signer, content = a_country().es256, cbor2.dumps({-260: {1: a_payload()}})
    protected = cbor2.dumps({1: -7, 2: [99], 4: signer.kid, 99: 1})
    signature = sign(signer.key, cbor2.dumps(["Signature1", protected, b"", content]))
    import zlib

    text = "HC1:" + base45_of(zlib.compress(cbor2.dumps(cbor2.CBORTag(18, [protected, {}, content, signature]))))
    with pytest.raises(NotGenuine, match="hcert-damaged"):
        verify(text, trust_from_keys(a_country().trust_keys), AT)
