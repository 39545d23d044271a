"""A site may pin its platform's certificate and name a private authority; a device may change its keys. Nothing is lost on the way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.builders import a_draft
from support.model_server import ModelPlatform
from support.tls_front import Authority, Identity, tls_front

from vaxdesk.app import OpenDesk, open_desk
from vaxdesk.errors import EnrolmentRefused, NotAuthorised, Unreachable
from vaxdesk.joining import Enrolling, enrol_desk
from vaxdesk.messages import say
from vaxdesk.models.values import SiteCode
from vaxdesk.sync import rekey

PASSPHRASE, PIN, SITE = "kho của bài kiểm tra", "2468", "79-Q10-P05"


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture
def identity(authority: Authority, tmp_path: Path) -> Identity:
    return authority.issue(tmp_path)


@pytest.fixture
def front(platform: ModelPlatform, identity: Identity) -> Iterator[str]:
    """The platform behind TLS: it calls itself by the secure address."""
    plain = platform.base
    with tls_front(plain, identity) as base:
        platform.base = base
        yield base
        platform.base = plain


def joined(folder: Path, base: str, ca: str = "", pin: str = "") -> OpenDesk:
    wish = Enrolling(SITE, "Phạm Thị Lan", platform=base, code="one-time", ca=ca, pin=pin)
    enrol_desk(folder / "desk", wish, PIN, PASSPHRASE)
    return open_desk(folder / "desk", lambda: PASSPHRASE)


def record(desk: OpenDesk) -> str:
    (manager,) = desk.work.staff.everyone()
    return desk.work.desk.record(a_draft(), manager).dose.id


def test_a_private_authority_is_trusted_when_it_was_named(tmp_path: Path, authority: Authority, front: str) -> None:
    desk = joined(tmp_path, front, authority.pem)
    record(desk)
    assert (desk.engine().run_once(True).acknowledged, desk.reachable()) == (1, True)
    desk.close()


def test_without_it_nothing_is_sent(tmp_path: Path, platform: ModelPlatform, front: str) -> None:
    with pytest.raises(Unreachable, match="tls-refused"):
        joined(tmp_path, front)
    assert platform.requests == []


def test_another_authority_is_refused(tmp_path: Path, platform: ModelPlatform, front: str) -> None:
    with pytest.raises(Unreachable, match="tls-refused"):
        joined(tmp_path, front, Authority("Another").pem)
    assert platform.requests == []


def test_the_pinned_certificate_is_accepted_and_no_other_of_the_same_authority(
    tmp_path: Path, platform: ModelPlatform, authority: Authority, identity: Identity
) -> None:
    plain = platform.base
    with tls_front(plain, identity) as base:
        platform.base = base
        desk = joined(tmp_path, base, authority.pem, identity.pin)
        record(desk)
        assert desk.engine().run_once(True).acknowledged == 1
        other = authority.issue(tmp_path)
        with tls_front(plain, other) as second:
            enrolment = desk.work.sync_book.enrolment()
            assert enrolment is not None
            moved = enrolment.__class__(
                f"{second}/fhir", f"{second}/token", enrolment.client_id, "smart", "", enrolment.ca, enrolment.pin
            )
            desk.work.sync_book.save_enrolment(moved)
            platform.requests.clear()
            desk.work.desk.void(desk.work.desk.all_records()[0].dose.id, "nhầm người", desk.work.staff.everyone()[0])
            report = desk.engine().run_once(True)
            assert (report.trouble, report.waiting, platform.requests) == ("tls-refused", 1, [])
            assert not desk.reachable()
        desk.work.sync_book.save_enrolment(enrolment)
        assert desk.engine().run_once(True).waiting == 0
        desk.close()


def test_an_expired_certificate_is_refused(tmp_path: Path, platform: ModelPlatform, authority: Authority) -> None:
    with (
        tls_front(platform.base, authority.issue(tmp_path, days=-1)) as base,
        pytest.raises(Unreachable, match="tls-refused"),
    ):
        joined(tmp_path, base, authority.pem)
    assert "ngày giờ" in say("tls-refused", "vi")


@pytest.mark.parametrize(("ca", "pin", "code"), [("no PEM", "", "ca-unreadable"), ("", "12:34", "pin-unreadable")])
def test_what_cannot_be_read_is_said_before_anything_is_sent(
    tmp_path: Path, platform: ModelPlatform, ca: str, pin: str, code: str
) -> None:
    with pytest.raises(EnrolmentRefused, match=code):
        joined(tmp_path, platform.base, ca, pin)
    assert platform.requests == []


def test_colons_in_a_fingerprint_are_fine(tmp_path: Path, authority: Authority, identity: Identity, front: str) -> None:
    colons = ":".join(identity.pin[i : i + 2] for i in range(0, 64, 2)).upper()
    desk = joined(tmp_path, front, authority.pem, colons)
    assert desk.reachable()
    desk.close()


# --- new keys (C5)


def test_new_keys_replace_the_old_and_what_waits_goes_on(tmp_path: Path, platform: ModelPlatform) -> None:
    desk = joined(tmp_path, platform.base)
    record(desk)
    old = desk.jwks()
    assert desk.renew_keys() == desk.jwks()["keys"][1]["kid"]
    assert {k["kid"] for k in old["keys"]}.isdisjoint({k["kid"] for k in desk.jwks()["keys"]})
    platform.tokens.clear()
    assert desk.engine().run_once(True).acknowledged == 1
    desk.close()


def test_an_answer_lost_on_the_way_locks_nobody_out(
    tmp_path: Path, platform: ModelPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = joined(tmp_path, platform.base)
    record(desk)
    real = rekey.Wire.exchange

    def lost(self: rekey.Wire, method: str, url: str, **more: object) -> object:
        answer = real(self, method, url, **more)  # type: ignore[arg-type]
        if url.endswith("/keys"):
            raise Unreachable("connection-lost")
        return answer

    with monkeypatch.context() as patch:
        patch.setattr(rekey.Wire, "exchange", lost)
        with pytest.raises(Unreachable):
            desk.renew_keys()
    platform.tokens.clear()
    assert desk.engine().run_once(True).trouble == "token-refused"
    desk.renew_keys()
    assert desk.engine().run_once(True).acknowledged == 1
    desk.close()


def test_a_revoked_device_comes_back_with_a_new_code_and_loses_nothing(tmp_path: Path, platform: ModelPlatform) -> None:
    desk = joined(tmp_path, platform.base)
    dose_id = record(desk)
    platform.clients.clear()
    assert desk.engine().run_once(True).trouble == "token-refused"
    with pytest.raises(NotAuthorised):
        desk.renew_keys()
    platform.codes[SiteCode(SITE)] = "second"
    desk.renew_keys("second")
    report = desk.engine().run_once(True)
    assert (report.acknowledged, platform.store.newest("Immunization", dose_id) is not None) == (1, True)
    desk.close()
