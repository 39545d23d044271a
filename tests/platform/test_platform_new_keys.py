"""New keys of a device (C5): the new ones count at once, what the former one signed stays readable, and nobody else's are touched."""

from __future__ import annotations

import copy
from collections.abc import Iterator

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import ec
from platform_server import OTHER, Server
from test_platform_auth import Device, a_code

from vaxplatform.http import enrolment, new_keys


@pytest.fixture
def device(server: Server) -> Iterator[Device]:
    made = Device(server)
    assert made.enrol(a_code(server)).status_code == 200
    yield made
    made.session.close()


def renewed(device: Device) -> Device:
    """The same device with keys it has not told anybody yet."""
    later = copy.copy(device)
    later.sign_in, later.signing = ec.generate_private_key(ec.SECP384R1()), ec.generate_private_key(ec.SECP256R1())
    return later


def wish(by: Device, new: Device, device_id: str = "") -> requests.Response:
    token = by.ask().json()["access_token"]
    body = {"device": device_id or new.id, "jwks": {"keys": new.keys}}
    headers = {"Authorization": f"Bearer {token}"}
    return by.session.post(f"{by.server.base}/enrolment/keys", json=body, headers=headers, timeout=30)


def devices(device: Device) -> dict[str, str]:
    """Device id -> status, of all that this one sees."""
    caller = device.caller()
    found = {e["resource"]["id"]: e["resource"]["status"] for e in caller.get("Device").json()["entry"]}
    caller.close()
    return found


def test_the_new_key_counts_and_the_old_one_no_more(device: Device) -> None:
    later = renewed(device)
    assert wish(device, later).json() == {"client_id": device.id}
    assert (device.ask().status_code, later.ask().status_code) == (401, 200)


def test_what_the_former_key_signed_can_still_be_verified(device: Device) -> None:
    later = renewed(device)
    wish(device, later)
    former = f"{device.id}.{enrolment.thumbprint(device.keys[1])[:8].replace('_', '-')}"
    assert devices(later) == {device.id: "active", former: "active"}


def test_the_same_wish_again_changes_nothing(device: Device) -> None:
    later = renewed(device)
    wish(device, later)
    before = devices(later)
    assert wish(later, later).status_code == 200
    assert devices(later) == before


def test_nobody_changes_another_devices_keys(device: Device, server: Server) -> None:
    stranger = Device(server)
    stranger.enrol(a_code(server, OTHER), OTHER)
    assert wish(stranger, renewed(device)).status_code == 403
    assert device.ask().status_code == 200
    stranger.session.close()


@pytest.mark.parametrize("keys", [[], [{"kty": "EC"}], None])
def test_keys_that_cannot_be_used_change_nothing(device: Device, keys: object) -> None:
    headers = {"Authorization": f"Bearer {device.ask().json()['access_token']}"}
    body = {"device": device.id, "jwks": {"keys": keys}}
    answer = device.session.post(f"{device.server.base}/enrolment/keys", json=body, headers=headers, timeout=30)
    assert answer.status_code == 400
    assert device.ask().status_code == 200


def test_a_revoked_device_loses_its_former_keys_too(device: Device, server: Server) -> None:
    later = renewed(device)
    wish(device, later)
    enrolment.revoke(server.database, device.id)
    with server.database.writing() as connection:
        new_keys.end_former(connection, device.id)
    back = renewed(device)
    assert wish_refused(later)
    assert back.enrol(a_code(server)).status_code == 200
    assert sorted(devices(back).values()) == ["active", "inactive"]


def wish_refused(device: Device) -> bool:
    return device.ask().status_code == 401
