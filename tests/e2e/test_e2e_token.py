"""The head of site signs with a token: registered at a real platform (contract C5), signed, certified; the desk's own key stays good."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import soft_token
from support.live_site import LiveSite, a_live_site
from test_e2e_script import adults

from vaxdesk.errors import SecretsError
from vaxdesk.models.values import Identity, Stage

pytestmark = [pytest.mark.e2e, pytest.mark.skipif(not soft_token.is_there(), reason=soft_token.ABSENT)]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[LiveSite]:
    soft_token.prepare(tmp_path / "softhsm")
    soft_token.make("head", "sign")
    with a_live_site(tmp_path, adults(2)) as site:
        yield site
    os.environ.pop("SOFTHSM2_CONF")


def matched(site: LiveSite, dose: str) -> None:
    site.sync_until(lambda: site.dose(dose).identity is Identity.MATCHED)


def test_a_day_signed_with_a_token_is_certified_and_one_signed_without_too(site: LiveSite) -> None:
    first = site.record(adults(2)[0])
    with pytest.raises(SecretsError, match="token-not-set"):
        site.desk.token_signer(soft_token.PIN)
    kid = site.desk.register_token(soft_token.MODULE, "head", "sign", "")
    assert site.desk.register_token(soft_token.MODULE, "head", "sign", "") == kid  # the answer was lost: once more
    matched(site, first)
    with pytest.raises(SecretsError, match="token-pin-wrong"):
        site.work.signing.sign_day(site.today, site.manager, site.desk.token_signer("654321"))
    assert Stage.SIGNED not in site.dose(first).stages
    assert site.work.signing.sign_day(site.today, site.manager, site.desk.token_signer(soft_token.PIN)) == 1
    site.sync_until(lambda: site.dose(first).certificate_id is not None)
    second = site.record(adults(2)[1])
    matched(site, second)
    assert (
        site.work.signing.sign_day(site.today, site.manager) == 1
    )  # the key in the keyring: a former one now, still good
    site.sync_until(lambda: site.dose(second).certificate_id is not None)
