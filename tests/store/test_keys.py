"""Secrets come from a safe keyring or a passphrase; anything else stops with a sentence."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from vaxdesk.errors import SecretsError
from vaxdesk.keys.vault import STORE_KEY, make_vault, open_vault, store_key

PASSPHRASE = "một câu dài để mở kho"


def test_a_passphrase_gives_the_same_store_key_again(tmp_path: Path) -> None:
    made = make_vault(tmp_path, PASSPHRASE)
    made.put("device-key", b"private")
    again = open_vault(tmp_path, lambda: PASSPHRASE)
    assert store_key(again) == store_key(made)
    assert again.get("device-key") == b"private"
    assert again.get("nothing") is None


def test_no_file_of_the_vault_holds_a_secret(tmp_path: Path) -> None:
    vault = make_vault(tmp_path, PASSPHRASE)
    vault.put("device-key", b"-----BEGIN PRIVATE KEY-----")
    for file in tmp_path.iterdir():
        content = file.read_bytes()
        assert b"PRIVATE" not in content
        assert store_key(vault) not in content
        assert store_key(vault).hex().encode() not in content
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_wrong_passphrase_is_said_before_the_store_is_touched(tmp_path: Path) -> None:
    make_vault(tmp_path, PASSPHRASE)
    with pytest.raises(SecretsError, match="passphrase-wrong"):
        open_vault(tmp_path, lambda: "một câu khác")


def test_a_vault_is_never_made_over_another(tmp_path: Path) -> None:
    first = store_key(make_vault(tmp_path, PASSPHRASE))
    with pytest.raises(SecretsError, match="vault-exists"):
        make_vault(tmp_path, PASSPHRASE)
    assert store_key(open_vault(tmp_path, lambda: PASSPHRASE)) == first


def test_too_short_a_passphrase_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SecretsError, match="passphrase-too-short"):
        make_vault(tmp_path, "abc")
    assert not (tmp_path / "lock.json").exists()


def test_without_keyring_and_passphrase_it_stops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import keyring
    from keyring.backends import fail

    monkeypatch.setattr(keyring, "get_keyring", fail.Keyring)
    with pytest.raises(SecretsError, match="keyring-missing"):
        make_vault(tmp_path, None)
    assert list(tmp_path.iterdir()) == []


def test_a_keyring_that_writes_plain_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import keyring
    from keyring.backends import null

    monkeypatch.setattr(keyring, "get_keyring", null.Keyring)
    with pytest.raises(SecretsError, match="keyring-missing"):
        make_vault(tmp_path, None)


@pytest.mark.parametrize("spoil", ["lock", "vault"])
def test_spoilt_key_files_are_said(tmp_path: Path, spoil: str) -> None:
    make_vault(tmp_path, PASSPHRASE)
    file = tmp_path / {"lock": "lock.json", "vault": "vault.sealed"}[spoil]
    file.write_bytes(b"\x00\x01")
    with pytest.raises(SecretsError, match=r"vault-unreadable|passphrase-wrong"):
        open_vault(tmp_path, lambda: PASSPHRASE)


def test_the_machines_own_keyring_keeps_the_keys(tmp_path: Path, run_in_keyring: object) -> None:
    script = f"""
from pathlib import Path
from vaxdesk.keys import make_vault, open_vault, store_key
folder = Path({str(tmp_path / "desk")!r})
made = make_vault(folder, None)
made.put("device-key", b"private")
again = open_vault(folder, lambda: 1 / 0)
assert store_key(again) == store_key(made) and again.get("device-key") == b"private"
assert not (folder / "vault.sealed").exists()
print("kept", len(store_key(again)))
"""
    assert run_in_keyring([sys.executable, "-c", script]) == "kept 32"  # type: ignore[operator]


def test_the_key_of_a_passphrase_store_is_named_but_not_stored(tmp_path: Path) -> None:
    assert make_vault(tmp_path, PASSPHRASE).get(STORE_KEY) is not None
    assert subprocess.run(["grep", "-c", STORE_KEY, str(tmp_path / "lock.json")], capture_output=True).stdout == b"0\n"


def test_leaving_a_site_takes_the_devices_keys_out_of_the_keyring_and_keeps_the_stores(
    tmp_path: Path, run_in_keyring: object
) -> None:
    script = (
        "import sys; from pathlib import Path; from vaxdesk import keys;"
        f"vault = keys.make_vault(Path({str(tmp_path / 'desk')!r}), None); keys.make_device_keys(vault);"
        "keys.forget_device_keys(vault); keys.forget_device_keys(vault);"
        "print(vault.get('device-key'), vault.get('signing-key'), len(keys.store_key(vault)))"
    )
    assert run_in_keyring([sys.executable, "-c", script]) == "None None 32"  # type: ignore[operator]
