"""Judging codes with what one desk knows: the pulled trust list, what was taken back, and the keys of the sites. Needs no network."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from vaxdesk import keys
from vaxdesk.models.certificates import Certificates
from vaxdesk.models.values import Site
from vaxdesk.print.hcert import Trust, trust_from_keys
from vaxdesk.print.verdict import SlipSigner, Verdict, judge


class Checker:
    """Every method may raise StoreError. `own_key`: this device's public signing key (JWK), whose slips are as good as any other's."""

    def __init__(
        self,
        certificates: Certificates,
        site: Callable[[], Site],
        own_key: Callable[[], dict[str, Any]],
        clock: Callable[[], datetime],
    ) -> None:
        self._certificates, self._site, self._own_key, self._clock = certificates, site, own_key, clock

    def trust(self) -> Trust:
        """The pulled trust list, checked against the anchor of the enrolment, without what was taken back."""
        return trust_from_keys(self._certificates.trust_keys()).without(self._certificates.revoked())

    def signers(self) -> dict[str, SlipSigner]:
        """The devices that sign slips, by the thumbprint of their key."""
        site, own = self._site(), self._own_key()
        found = {keys.thumbprint(own): SlipSigner(site.device_id, site.code, keys.public_key_of(own))}
        for one in self._certificates.slip_keys():
            jwk = json.loads(one.jwk)
            found[keys.thumbprint(jwk)] = SlipSigner(one.device_id, one.site, keys.public_key_of(jwk), one.active)
        return found

    def judge(self, untrusted_text: str, trust: Trust | None = None, at: datetime | None = None) -> Verdict:
        """The answer to one code, now and by the pulled list unless another is given."""
        return judge(untrusted_text, trust or self.trust(), self.signers(), at or self._clock())

    def lists_as_of(self) -> datetime | None:
        """When the platform was last asked for the lists; None: never."""
        return self._certificates.lists_as_of()
