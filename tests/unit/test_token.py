"""A key on a token: it signs as the platform expects, and every way it can fail is a code with a sentence."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import jwt
import pytest
from support import soft_token

from vaxdesk.errors import SecretsError
from vaxdesk.keys.token import Token, TokenPlace
from vaxdesk.messages import templates

pytestmark = pytest.mark.skipif(not soft_token.is_there(), reason=soft_token.ABSENT)


@pytest.fixture(scope="module", autouse=True)
def tokens(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One with a key, one with two, one whose key is of no use, one to be locked."""
    before = os.environ.get("SOFTHSM2_CONF")
    soft_token.prepare(tmp_path_factory.mktemp("softhsm"))
    soft_token.make("head", "sign")
    soft_token.make("two", "first", "second")
    soft_token.make("long", "sign", curve="secp384r1")
    soft_token.make("empty")
    yield
    os.environ.pop("SOFTHSM2_CONF")
    if before is not None:
        os.environ["SOFTHSM2_CONF"] = before


def a_token(label: str = "head", key: str = "", module: str = soft_token.MODULE) -> Token:
    return Token(TokenPlace(module, label, key))


def refused(token: Token, pin: str = soft_token.PIN, registered: str = "") -> str:
    with pytest.raises(SecretsError) as error:
        token.signer(pin, registered or "unknown")(b"{}")
    return error.value.code


def test_what_it_signs_verifies_with_another_library_by_its_public_key() -> None:
    token = a_token()
    jwk = token.public_jwk()
    text = token.signer(soft_token.PIN, jwk["kid"])('{"ngày":"12/11"}'.encode())
    assert jwt.get_unverified_header(text)["kid"] == jwk["kid"]
    assert json.loads(jwt.api_jws.decode(text, jwt.PyJWK(jwk), algorithms=["ES256"])) == {"ngày": "12/11"}
    assert "d" not in jwk


def test_a_key_is_chosen_by_its_label() -> None:
    first, second = (a_token("two", key).public_jwk()["kid"] for key in ("first", "second"))
    assert first != second
    with pytest.raises(SecretsError) as error:
        a_token("two").public_jwk()
    assert error.value.code == "token-ambiguous"


@pytest.mark.parametrize(
    ("token", "pin", "code"),
    [
        (("nobody", ""), soft_token.PIN, "token-absent"),
        (("head", ""), "654321", "token-pin-wrong"),
        (("head", ""), "1", "token-pin-wrong"),
        (("head", "other"), soft_token.PIN, "token-key-missing"),
        (("empty", ""), soft_token.PIN, "token-key-missing"),
        (("long", ""), soft_token.PIN, "token-key-unusable"),
        (("head", ""), soft_token.PIN, "token-other-key"),
    ],
)
def test_each_refusal_has_its_code(token: tuple[str, str], pin: str, code: str) -> None:
    assert refused(a_token(*token), pin) == code


def test_a_module_that_is_none(tmp_path: Path) -> None:
    assert refused(a_token(module=str(tmp_path / "nothing.so"))) == "token-module-missing"
    assert refused(a_token(module=str(__file__))) == "token-module-missing"


@pytest.mark.parametrize(
    ("error", "code"),
    [("PinLocked", "token-pin-locked"), ("DeviceRemoved", "token-absent"), ("FunctionFailed", "token-failed")],
)
def test_what_this_software_never_says_is_known_too(error: str, code: str) -> None:
    """SoftHSM neither locks itself nor can it be pulled out."""
    import pkcs11.exceptions

    from vaxdesk.keys.token import _trouble

    with pytest.raises(SecretsError) as refusal, _trouble():
        raise getattr(pkcs11.exceptions, error)
    assert refusal.value.code == code


def test_every_refusal_has_its_sentence() -> None:
    source = Path(__file__).parents[2] / "vaxdesk" / "keys" / "token.py"
    codes = {
        part for part in source.read_text(encoding="utf-8").replace("`", '"').split('"') if part.startswith("token-")
    }
    for language in ("vi", "en"):
        assert codes - set(templates(language)) == set()


def test_no_pin_stays_in_the_process() -> None:
    """Nothing keeps it: the token's own repr, and the error of a wrong one, say nothing of it."""
    token = a_token()
    with pytest.raises(SecretsError) as error:
        token.signer("24682468", "unknown")(b"{}")
    assert "24682468" not in f"{token!r} {error.value!r} {error.value.__cause__!r}"
    assert subprocess.run(["softhsm2-util", "--show-slots"], check=True, capture_output=True).returncode == 0
