"""Courier files at the platform (K2 to K5), sealed here with another library's hands: who may, what is in them, and once only."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc import jwe, jws
from joserfc.jwk import ECKey
from platform_server import SITE, Server, dose_entries, new_id, number_of
from test_platform_auth import Device, a_code

from vaxplatform import courier
from vaxplatform.http import enrolment
from vaxplatform.store.refusals import Refused


class Sender:
    """An enrolled device that writes courier files."""

    def __init__(self, server: Server) -> None:
        self.device = Device(server)
        self.told = self.device.enrol(a_code(server)).json()["courier"]
        self.number = 0

    def content(self, *records: dict[str, Any], **change: Any) -> dict[str, Any]:
        self.number += 1
        whole = {
            "device": self.device.id,
            "site": SITE,
            "epoch": 1,
            "number": self.number,
            "made_at": "2026-11-23T09:00:00+07:00",
        }
        return whole | {"records": list(records)} | change

    def sealed(
        self, content: Any, key: Any = None, to: dict[str, str] | None = None, packed: bytes | None = None
    ) -> str:
        key = key or self.device.signing
        jwk = enrolment.thumbprint({**ECKey.import_key(key).as_dict(private=False)})
        header = {"alg": "ES256", "kid": jwk, "typ": "vaxdesk-courier"}
        payload = packed if packed is not None else json.dumps(content).encode()
        signed = jws.serialize_compact(header, payload, ECKey.import_key(key), algorithms=["ES256"])
        to = to or self.told["keys"][0]
        outer = {"alg": "ECDH-ES+A256KW", "enc": "A256GCM", "zip": "DEF", "kid": to["kid"], "typ": "vaxdesk-courier"}
        bare = {name: to[name] for name in ("kty", "crv", "x", "y")}
        return jwe.encrypt_compact(
            outer, signed, ECKey.import_key(bare), algorithms=["ECDH-ES+A256KW", "A256GCM", "DEF"]
        )

    def deliver(self, text: str) -> requests.Response:
        headers = {
            "Authorization": f"Bearer {self.device.ask().json()['access_token']}",
            "Content-Type": "application/jose",
        }
        return self.device.session.post(self.told["endpoint"], data=text, headers=headers, timeout=60)

    def answer(self, content: Any) -> list[dict[str, Any]]:
        response = self.deliver(self.sealed(content))
        assert response.status_code == 200, response.text
        signing = ECKey.import_key({name: self.told["keys"][1][name] for name in ("kty", "crv", "x", "y")})
        read: dict[str, Any] = json.loads(jws.deserialize_compact(response.text, signing, algorithms=["ES256"]).payload)
        assert (read["device"], read["number"]) == (self.device.id, content["number"])
        return list(read["records"])


@pytest.fixture
def sender(server: Server) -> Iterator[Sender]:
    made = Sender(server)
    yield made
    made.device.session.close()


def a_record(person: int = 1, revision: int = 1, dose: str = "", if_match: str = "", **more: Any) -> dict[str, Any]:
    dose = dose or new_id()
    entries = dose_entries(dose, number_of(person), revision=revision, **more)
    if if_match:
        entries[-1]["request"]["ifMatch"] = f'W/"{if_match}"'
    return {"kind": "dose", "id": dose, "revision": revision, "entries": entries}


def test_each_record_gets_its_receipt_and_again_the_same(sender: Sender) -> None:
    content = sender.content(a_record(), a_record(2))
    first = sender.answer(content)
    assert [(line["status"], line["version"]) for line in first] == [(200, "1"), (200, "1")]
    assert sender.answer(content) == first


def test_one_refused_record_holds_up_no_other(sender: Sender) -> None:
    bad = a_record(2)
    bad["entries"][-1]["resource"]["patient"]["identifier"]["value"] = number_of(9)
    lines = sender.answer(sender.content(a_record(), bad, a_record(3)))
    assert [line["status"] for line in lines] == [200, 422, 200]
    assert lines[1]["code"] == "citizen-number-differs"
    assert number_of(9) not in str(lines)


def test_corrections_keep_their_preconditions_and_older_revisions_change_nothing(sender: Sender) -> None:
    first = a_record()
    sender.answer(sender.content(first))
    second = a_record(dose=first["id"], revision=2, if_match="1", lotNumber="L2")
    again = sender.content(second)
    assert sender.answer(again) == sender.answer(again)
    late = a_record(dose=first["id"], revision=3, if_match="1", lotNumber="L3")
    old = a_record(dose=first["id"], revision=1, lotNumber="OLD")
    assert [line["status"] for line in sender.answer(sender.content(late, old))] == [412, 409]


@pytest.mark.parametrize("change", [{"site": "79-Q1-P01"}, {"device": "somebody-else"}])
def test_a_file_speaks_for_its_own_device_and_site_alone(sender: Sender, change: dict[str, str]) -> None:
    refused = sender.deliver(sender.sealed(sender.content(a_record(), **change)))
    assert (refused.status_code, "courier-foreign" in refused.text) == (403, True)


def test_a_strangers_signature_is_refused(sender: Sender) -> None:
    stranger = ec.generate_private_key(ec.SECP256R1())
    assert sender.deliver(sender.sealed(sender.content(a_record()), stranger)).status_code == 403


def test_a_revoked_devices_file_is_refused(sender: Sender, server: Server) -> None:
    text = sender.sealed(sender.content(a_record()))
    carrier = Sender(server)
    enrolment.revoke(server.database, sender.device.id)
    refused = carrier.deliver(text)
    assert (refused.status_code, "courier-foreign" in refused.text) == (403, True)
    carrier.device.session.close()


def test_a_file_for_another_platform_is_refused(sender: Sender, tmp_path: Path) -> None:
    other = courier.load_or_make(tmp_path).public("http://x")["keys"][0]
    assert sender.deliver(sender.sealed(sender.content(a_record()), to=other)).status_code == 400


def test_without_a_token_nothing_is_taken(sender: Sender) -> None:
    text = sender.sealed(sender.content(a_record()))
    assert sender.device.session.post(sender.told["endpoint"], data=text, timeout=30).status_code == 401


@pytest.mark.parametrize(
    "entries",
    [
        None,
        [],
        [{}],
        [{"request": {"method": "GET", "url": "Patient"}}],
        [{"request": {"method": "PUT", "url": "Device/1"}}],
    ],
)
def test_only_people_and_the_record_itself_are_written(sender: Sender, entries: Any) -> None:
    (line,) = sender.answer(sender.content(a_record() | {"entries": entries}))
    assert (line["status"], line["code"]) == (400, "entry-unusable")


def test_too_many_records_and_too_much_unpacked_are_refused(sender: Sender) -> None:
    many = sender.content(*({"kind": "dose", "id": str(i), "revision": 1, "entries": []} for i in range(5001)))
    assert sender.deliver(sender.sealed(many)).status_code == 400
    bomb = b" " * (courier.UNPACKED_BYTES_MAX)
    assert len(zlib.compress(bomb)) < courier.SEALED_BYTES_MAX
    assert sender.deliver(sender.sealed(None, packed=bomb)).status_code == 400


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.floats(0, 0.999999), letter=st.sampled_from("AZaz09-_."))
def test_a_file_damaged_anywhere_is_refused(sender: Sender, server: Server, place: float, letter: str) -> None:
    text = sender.sealed(sender.content(a_record()))
    at = int(place * len(text))
    damaged = text[:at] + letter + text[at + 1 :]
    keys = courier.load_or_make(server.app.state.platform.settings.data_dir)
    if damaged != text:
        with pytest.raises(Refused):
            courier.take_in(server.database, keys, damaged)
