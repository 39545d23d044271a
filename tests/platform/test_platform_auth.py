"""Discovery (C1), enrolment (C2), tokens (C3, C4), and devices that are let in no more."""

from __future__ import annotations

import base64
import hashlib
import json
import logging
import time
import uuid
from collections.abc import Callable
from logging.handlers import QueueHandler
from queue import SimpleQueue
from typing import Any

import jwt
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm
from platform_server import ANCHOR, OTHER, SITE, Caller, Server, break_off, dose_entries, new_id, token_for
from test_platform_bundle import responses
from test_platform_rest import code_of

from vaxplatform import registry
from vaxplatform.http import enrolment
from vaxplatform.registry import Client, Site

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def jwk_of(key: Any, alg: str) -> dict[str, Any]:
    maker = RSAAlgorithm if alg.startswith("RS") else ECAlgorithm
    return maker.to_jwk(key.public_key(), as_dict=True) | {"use": "sig", "alg": alg, "kid": f"kid-{alg}"}


class Device:
    """A desk's keys and what it sends with them."""

    def __init__(self, server: Server) -> None:
        self.server, self.id = server, new_id()
        self.sign_in, self.signing = ec.generate_private_key(ec.SECP384R1()), ec.generate_private_key(ec.SECP256R1())
        self.session = requests.Session()
        self.session.trust_env = False

    @property
    def keys(self) -> list[dict[str, Any]]:
        return [jwk_of(self.sign_in, "ES384"), jwk_of(self.signing, "ES256")]

    def enrol(self, code: str, site: str = SITE, change: dict[str, Any] | None = None) -> requests.Response:
        device = {"id": self.id, "name": "Máy bàn 1"}
        body = {"site": site, "code": code, "device": device, "jwks": {"keys": self.keys}} | (change or {})
        return self.session.post(f"{self.server.base}/enrolment", json=body, timeout=30)

    def assertion(self, key: Any = None, alg: str = "ES384", **change: Any) -> str:
        claims = {
            "iss": self.id,
            "sub": self.id,
            "aud": f"{self.server.base}/auth/token",
            "exp": int(time.time()) + 240,
            "jti": str(uuid.uuid4()),
        } | change
        claims = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(claims, key or self.sign_in, algorithm=alg, headers={"kid": f"kid-{alg}"})

    def ask(self, assertion: str | None = None, **change: str) -> requests.Response:
        form = {
            "grant_type": "client_credentials",
            "scope": "system/*.cruds",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": assertion or self.assertion(),
        } | change
        return self.session.post(f"{self.server.base}/auth/token", data=form, timeout=30)

    def caller(self) -> Caller:
        return Caller(self.server.fhir, self.ask().json()["access_token"])


def a_code(server: Server, site: str = SITE) -> str:
    with server.database.writing() as connection:
        return registry.add_site(connection, Site(site, "Trạm Y tế", "1 Đường Thử", "TP. Thử"))


@pytest.fixture
def device(server: Server):
    device = Device(server)
    yield device
    device.session.close()


@pytest.fixture
def enrolled(device: Device) -> Device:
    assert device.enrol(a_code(device.server)).status_code == 200
    return device


# --- C1


def test_c1_discovery_needs_no_token(server: Server) -> None:
    caller = Caller(server.fhir)
    beside = caller("GET", f"{server.base}/.well-known/smart-configuration").json()
    assert beside == caller.get(".well-known/smart-configuration").json()
    assert beside["token_endpoint"] == f"{server.base}/auth/token"
    assert beside["enrolment_endpoint"].startswith(server.base)
    assert beside["grant_types_supported"] == ["client_credentials"]
    assert beside["token_endpoint_auth_methods_supported"] == ["private_key_jwt"]
    assert set(beside["token_endpoint_auth_signing_alg_values_supported"]) == {"ES384", "RS384"}
    assert {"scopes_supported", "capabilities"} <= beside.keys()
    assert caller.get("metadata").status_code == 200
    caller.close()


@pytest.mark.parametrize("token", ["", "nonsense", "a.b.c"])
@pytest.mark.parametrize("path", ["Patient", "Patient/1", "Spaceship", "Patient/1/_history"])
def test_everything_else_needs_one(server: Server, token: str, path: str) -> None:
    caller = Caller(server.fhir, token)
    answer = caller.get(path)
    assert (answer.status_code, code_of(answer)) == (401, "login-required")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert caller.transact().status_code == 401
    caller.close()


# --- C2


def test_c2_enrolment_tells_what_a_desk_needs(device: Device) -> None:
    answer = device.enrol(a_code(device.server))
    assert answer.status_code == 200
    told = answer.json()
    assert base64.b64decode(told.pop("anchor"), validate=True) == ANCHOR
    courier = told.pop("courier")
    assert courier["endpoint"] == f"{device.server.base}/courier"
    assert [(key["use"], key["alg"], "d" in key) for key in courier["keys"]] == [
        ("enc", "ECDH-ES+A256KW", False),
        ("sig", "ES256", False),
    ]
    assert told == {
        "client_id": device.id,
        "site": {"code": SITE, "name": "Trạm Y tế", "address": "1 Đường Thử", "province": "TP. Thử"},
        "fhir_base": device.server.fhir,
        "token_endpoint": f"{device.server.base}/auth/token",
    }


def test_c2_the_device_is_stored_for_everybody(enrolled: Device) -> None:
    caller = enrolled.caller()
    stored = caller.get(f"Device/{enrolled.id}").json()
    assert [tag["code"] for tag in stored["meta"]["tag"]] == [SITE, "national"]
    told = json.loads(stored["extension"][0]["valueString"])
    key = jwk_of(enrolled.signing, "ES256")
    assert {name: told[name] for name in ("kty", "crv", "x", "y")} == {
        name: key[name] for name in ("kty", "crv", "x", "y")
    }
    canonical = json.dumps({name: key[name] for name in ("crv", "kty", "x", "y")}, separators=(",", ":"))
    thumbprint = base64.urlsafe_b64encode(hashlib.sha256(canonical.encode()).digest()).rstrip(b"=").decode()
    assert stored["identifier"] == [{"system": "urn:ietf:params:oauth:jwk-thumbprint", "value": thumbprint}]
    assert stored["status"] == "active"
    caller.close()


def test_c2_the_same_device_may_ask_again(device: Device) -> None:
    code = a_code(device.server)
    first = device.enrol(code)
    assert device.enrol(code.lower().replace("-", " ")).json() == first.json()
    caller = device.caller()
    assert caller.get(f"Device/{device.id}").json()["meta"]["versionId"] == "1"
    caller.close()


def test_c2_a_code_is_spent_once(device: Device) -> None:
    code = a_code(device.server)
    device.enrol(code)
    for change in ("id", "keys"):
        other = Device(device.server)
        other.id = other.id if change == "id" else device.id
        answer = other.enrol(code)
        assert (answer.status_code, answer.json()) == (403, {"error": "invalid_code"})
        other.session.close()
    assert device.ask().status_code == 200


def test_c2_wrong_code_and_unknown_site(device: Device) -> None:
    code = a_code(device.server)
    other_code = a_code(device.server, OTHER)
    assert device.enrol("AAAA-AAAA-AAAA-AAAA").json() == {"error": "invalid_code"}
    assert device.enrol(other_code).status_code == 403
    assert device.enrol(code, "99-NOWHERE").status_code == 404
    assert device.enrol(code).status_code == 200


def test_c2_a_code_ends_after_seven_days(device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    code = a_code(device.server)
    later = registry.now_us() + 7 * 24 * 3600 * 1_000_000 + 1
    monkeypatch.setattr(registry, "now_us", lambda: later)
    assert device.enrol(code).status_code == 403


def test_c2_codes_are_not_stored_in_clear(device: Device) -> None:
    code = a_code(device.server)
    with device.server.database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM vx_enrolment_codes").all()
    assert code not in str(rows)
    assert code.replace("-", "") not in str(rows)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda keys: keys.pop(),
        lambda keys: keys.pop(0),
        lambda keys: keys.clear(),
        lambda keys: keys[0].update(d="AAAA"),
        lambda keys: keys[0].update(x="AAAA"),
        lambda keys: keys[0].pop("y"),
        lambda keys: keys[0].update(use="enc"),
        lambda keys: keys[1].update(alg="ES384"),
        lambda keys: keys.append("key"),
    ],
)
def test_c2_unusable_keys_spend_no_code(device: Device, spoil: Callable[[list], object]) -> None:
    code = a_code(device.server)
    keys = device.keys
    spoil(keys)
    assert device.enrol(code, change={"jwks": {"keys": keys}}).status_code == 400
    assert device.enrol(code).status_code == 200


@pytest.mark.parametrize(
    "change", [{"site": 1}, {"code": ""}, {"device": None}, {"device": {"id": "a b", "name": "x"}}, {"jwks": []}]
)
def test_c2_unreadable_enrolments_are_400(device: Device, change: dict[str, Any]) -> None:
    assert device.enrol(a_code(device.server), change=change).status_code == 400


# --- C3


def test_c3_a_signed_assertion_gives_a_short_token(enrolled: Device) -> None:
    answer = enrolled.ask()
    told = answer.json()
    assert answer.status_code == 200
    assert (told["token_type"], told["scope"]) == ("bearer", "system/*.cruds")
    assert 0 < told["expires_in"] <= 300
    assert answer.headers["Cache-Control"] == "no-store"
    caller = Caller(enrolled.server.fhir, told["access_token"])
    responses(caller.transact(*dose_entries(new_id())))
    caller.close()


def test_c3_rs384_of_a_service(device: Device) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    with device.server.database.writing() as connection:
        keys = enrolment.public_keys({"keys": [jwk_of(key, "RS384")]})
        registry.put_client(connection, Client(device.id, "", keys))
    answer = device.ask(device.assertion(key, "RS384"), scope="system/*.*")
    assert (answer.status_code, answer.json()["scope"]) == (200, "system/*.*")


def test_c3_a_site_gets_no_service_scope(enrolled: Device) -> None:
    assert enrolled.ask(scope="system/*.*").json()["scope"] == "system/*.cruds"


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "someone"},
        {"sub": "someone"},
        {"aud": "https://elsewhere.invalid/token"},
        {"aud": None},
        {"exp": int(time.time()) - 3600},
        {"exp": int(time.time()) + 3600},
        {"exp": None},
        {"jti": None},
        {"jti": ""},
        {"jti": "x" * 300},
        {"nbf": int(time.time()) + 3600},
    ],
)
def test_c3_assertions_that_do_not_hold(enrolled: Device, change: dict[str, Any]) -> None:
    answer = enrolled.ask(enrolled.assertion(**change))
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_c3_clocks_may_differ_by_a_minute(enrolled: Device) -> None:
    for exp in (int(time.time()) - 45, int(time.time()) + 345):
        assert enrolled.ask(enrolled.assertion(exp=exp)).status_code == 200


def test_c3_an_assertion_counts_once(enrolled: Device) -> None:
    assertion = enrolled.assertion()
    assert enrolled.ask(assertion).status_code == 200
    assert enrolled.ask(assertion).json()["error"] == "invalid_client"


def test_c3_foreign_keys_and_other_algorithms(enrolled: Device) -> None:
    stranger = ec.generate_private_key(ec.SECP384R1())
    assert enrolled.ask(enrolled.assertion(stranger)).status_code == 401
    assert enrolled.ask(enrolled.assertion(enrolled.signing, "ES256")).status_code == 401
    unsigned = jwt.encode({"iss": enrolled.id}, None, algorithm="none")
    assert enrolled.ask(unsigned).status_code == 401
    secret_shared = jwt.encode({"iss": enrolled.id, "sub": enrolled.id}, "k" * 64, algorithm="HS384")
    assert enrolled.ask(secret_shared).status_code == 401


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"client_assertion_type": "x"}, 401, "invalid_client"),
        ({"client_assertion": "x"}, 401, "invalid_client"),
        ({"scope": "openid"}, 400, "invalid_scope"),
    ],
)
def test_c3_errors_as_rfc_6749(enrolled: Device, change: dict[str, str], status: int, error: str) -> None:
    answer = enrolled.ask(**change)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


def test_c3_a_refused_request_does_not_burn_the_assertion(enrolled: Device) -> None:
    assertion = enrolled.assertion()
    assert enrolled.ask(assertion, scope="openid").status_code == 400
    assert enrolled.ask(assertion).status_code == 200


# --- devices and tokens that end


def test_a_revoked_device_is_out_at_once(enrolled: Device) -> None:
    caller = enrolled.caller()
    assert caller.get("Immunization").status_code == 200
    assert enrolment.revoke(enrolled.server.database, enrolled.id)
    assert caller.get("Immunization").status_code == 401
    assert enrolled.ask().json()["error"] == "invalid_client"
    service = Caller(enrolled.server.fhir, token_for(enrolled.server, "", "system/*.*"))
    assert service.get(f"Device/{enrolled.id}").json()["status"] == "inactive"
    caller.close()
    service.close()


def test_a_revoked_device_comes_back_only_with_a_new_code(device: Device) -> None:
    code = a_code(device.server)
    device.enrol(code)
    enrolment.revoke(device.server.database, device.id)
    assert device.enrol(code).status_code == 403
    assert device.enrol(a_code(device.server)).status_code == 200
    caller = device.caller()
    assert caller.get(f"Device/{device.id}").json()["status"] == "active"
    caller.close()


def test_a_device_does_not_change_sites(enrolled: Device) -> None:
    answer = enrolled.enrol(a_code(enrolled.server, OTHER), OTHER)
    assert answer.status_code == 403
    assert enrolled.ask().status_code == 200


def test_an_unknown_device_cannot_be_revoked(server: Server) -> None:
    assert not enrolment.revoke(server.database, "nobody")


def test_c4_an_ended_or_foreign_token_is_401(enrolled: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    real = time.time
    monkeypatch.setattr("vaxplatform.http.tokens.time.time", lambda: real() - 3600)
    ended = enrolled.server.app.state.platform.tokens.mint(enrolled.id, SITE, "system/*.cruds")
    monkeypatch.undo()
    claims = jwt.decode(ended, options={"verify_signature": False}) | {"exp": int(time.time()) + 100}
    forged = jwt.encode(claims, "k" * 32, algorithm="HS256")
    for token in (ended, forged):
        caller = Caller(enrolled.server.fhir, token)
        assert caller.get("Immunization").status_code == 401
        caller.close()


def test_the_signing_secret_is_the_owners_alone(server: Server) -> None:
    file = server.app.state.platform.settings.data_dir / "token.key"
    assert file.stat().st_mode & 0o777 == 0o600
    assert len(file.read_bytes()) == 32


def test_an_upload_broken_off_is_told_with_the_clients_id_and_no_traceback(server: Server) -> None:
    log, heard = logging.getLogger("vaxplatform"), SimpleQueue[logging.LogRecord]()
    ear, before = QueueHandler(heard), log.level
    log.addHandler(ear)
    log.setLevel(logging.INFO)
    try:
        break_off(server.fhir, token_for(server, SITE, client_id="desk-7"))
        told = heard.get(timeout=20)
    finally:
        log.removeHandler(ear)
        log.setLevel(before)
    assert (told.levelno, told.exc_info) == (logging.INFO, None)
    assert told.getMessage() == "upload broken off by desk-7 in POST"
