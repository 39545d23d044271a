"""One answer to a code: what it is, whether it holds, and nothing of its content unless it does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support.issuer import EXPIRES, ISSUED, a_country, a_payload, an_hc1
from support.slips import DEVICE, ELSEWHERE, a_signer, a_slip, their_key

from vaxdesk.errors import InputRefused
from vaxdesk.messages import LANGUAGES, sentence
from vaxdesk.models.exchange import Source
from vaxdesk.models.values import SiteCode
from vaxdesk.print.hcert import Trust, trust_from_keys
from vaxdesk.print.verdict import Kind, Standing, Verdict, carried, judge, nothing_found

AT = ISSUED + timedelta(days=1)
NOBODY = Trust({})


def a_trust() -> Trust:
    return trust_from_keys(a_country().trust_keys)


def judged(text: str, trust: Trust | None = None, signers: object = None, at: object = AT) -> Verdict:
    found = judge(text, a_trust() if trust is None else trust, a_signer() if signers is None else signers, at)  # type: ignore[arg-type]
    if not found.is_genuine:
        assert found.certificate is None
        assert found.slip is None
        assert found.payload is None
        assert found.reason is not None
        for language in LANGUAGES:
            assert sentence(found.reason, language) != found.reason.code
            assert "{" not in sentence(found.reason, language)
    return found


def test_a_genuine_certificate_gives_its_content() -> None:
    found = judged(f" {an_hc1()}\r\n")
    assert (found.standing, found.kind, found.payload) == (Standing.GENUINE, Kind.CERTIFICATE, a_payload())
    assert "Bích" not in repr(found)


def test_a_genuine_slip_gives_its_content_and_its_signer() -> None:
    found = judged(a_slip())
    assert (found.standing, found.kind) == (Standing.GENUINE, Kind.SLIP)
    assert found.signer is not None
    assert found.signer.site == ELSEWHERE
    assert found.payload is not None
    assert found.payload["site"]["code"] == ELSEWHERE


@pytest.mark.parametrize(
    ("text", "kind"),
    [("", Kind.OTHER), ("079303000456", Kind.OTHER), ("hc1:X", Kind.OTHER), ("HC1:ABC", Kind.CERTIFICATE)],
)
def test_what_cannot_be_read_is_not_called_forged(text: str, kind: Kind) -> None:
    found = judged(text)
    assert (found.standing, found.kind) == (Standing.UNCHECKED, kind)


def test_without_the_signers_key_nobody_knows() -> None:
    assert judged(an_hc1(), NOBODY).standing is Standing.UNCHECKED
    assert judged(a_slip(), signers={}).standing is Standing.UNCHECKED


def test_a_forged_one_is_not_genuine() -> None:
    forged = an_hc1(kid=a_country().es256.kid, signer=a_country().ps256, algorithm=-7)
    assert judged(forged).standing is Standing.NOT_GENUINE
    (name,) = a_signer()
    lying = {name: next(iter(a_signer(their_key(1)).values()))}
    assert judged(a_slip(), signers=lying).standing is Standing.NOT_GENUINE


def test_a_truly_signed_one_that_does_not_hold_now_is_not_called_forged() -> None:
    found = judged(an_hc1(), at=EXPIRES + timedelta(days=1))
    assert (found.standing, found.reason and found.reason.code) == (Standing.NOT_USABLE, "hcert-expired")
    revoked = a_trust().without([a_payload()["v"][0]["ci"]])
    assert judged(an_hc1(), revoked).standing is Standing.NOT_USABLE


def test_a_slip_of_a_revoked_device_or_in_another_sites_name_does_not_hold() -> None:
    found = judged(a_slip(), signers=a_signer(active=False))
    assert (found.standing, found.reason and found.reason.code) == (Standing.NOT_USABLE, "slip-key-revoked")
    found = judged(a_slip(), signers=a_signer(site=SiteCode("99-XX-P09")))
    assert (found.standing, found.reason and found.reason.code) == (Standing.NOT_GENUINE, "slip-other-site")


def test_a_slip_becomes_a_dose_of_the_history_that_says_it_is_from_a_slip() -> None:
    found = judged(a_slip())
    assert found.slip is not None
    assert found.signer is not None
    taken = carried(found.slip, found.signer, AT)
    dose = taken.dose
    assert (dose.source, dose.device_id, dose.site, dose.seen_at) == (Source.SLIP, DEVICE, ELSEWHERE, AT)
    assert (dose.vaccine, dose.lot, dose.dose_number) == ("COMIRNATY", "FL4574", 1)
    assert "Bích" not in repr(taken)
    other = judged(a_slip(vaccine="X-NEW")).slip
    assert other is not None
    unknown = carried(other, found.signer, AT).dose
    assert (unknown.vaccine, unknown.vaccine_text) == ("", "X-NEW")


def test_a_slip_with_a_number_that_is_none_is_no_dose_of_anybody() -> None:
    found = judged(a_slip(number="000000000000"))
    assert found.slip is not None
    assert found.signer is not None
    with pytest.raises(InputRefused):
        carried(found.slip, found.signer, AT)


def test_no_code_at_all_is_an_answer_too() -> None:
    assert nothing_found().standing is Standing.UNCHECKED
