"""Secrets of a desk: the store key and the device's private keys, in the operating system's keyring, or sealed by a passphrase.

`lock.json` in the data folder says which of the two protects a store; it holds no secret. With a passphrase the store key is derived from
it (argon2id, then HKDF) and written nowhere; the device keys are sealed with a second derived key (AES-256-GCM) in `vault.sealed`.
There is no third way: without keyring and passphrase the desk stops with a sentence, it never keeps a key in plain text.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from vaxdesk.errors import SecretsError

STORE_KEY, DEVICE_KEY, SIGNING_KEY = "store-key", "device-key", "signing-key"
PASSPHRASE_CHARS_MIN = 4
KEY_BYTES = 32
_SERVICE = "vaxdesk"
_ARGON2 = {"time_cost": 3, "memory_cost": 64 * 1024, "parallelism": 2}
_SAFE_BACKENDS = ("SecretService", "libsecret", "kwallet", "macOS", "Windows")

AskPassphrase = Callable[[], str]


class Vault(Protocol):
    """Keeps small named secrets. Every method may raise SecretsError."""

    def get(self, name: str) -> bytes | None:
        """The secret of that name, or None."""

    def put(self, name: str, secret: bytes) -> None:
        """Keeps a secret under a name."""


class KeyringVault:
    """Secret Service, Credential Locker or Keychain through `keyring`; one entry a secret, named by store."""

    def __init__(self, store_id: str) -> None:
        self._store_id = store_id
        self._check_backend()

    def get(self, name: str) -> bytes | None:
        import keyring

        with _keyring_trouble():
            text = keyring.get_password(_SERVICE, f"{self._store_id}/{name}")
        return None if text is None else base64.b64decode(text)

    def put(self, name: str, secret: bytes) -> None:
        import keyring

        with _keyring_trouble():
            keyring.set_password(_SERVICE, f"{self._store_id}/{name}", base64.b64encode(secret).decode())

    def forget(self, name: str) -> None:
        """Takes a secret out of the keyring; nothing where there is none."""
        import keyring
        from keyring import errors

        with _keyring_trouble():
            try:
                keyring.delete_password(_SERVICE, f"{self._store_id}/{name}")
            except errors.PasswordDeleteError:
                return

    @staticmethod
    def _check_backend() -> None:
        """Refuses backends that keep secrets in a plain file or nowhere."""
        import keyring

        with _keyring_trouble():
            chosen = keyring.get_keyring()
            backends = list(getattr(chosen, "backends", [chosen]))
        if not backends or not all(_is_safe(backend) for backend in backends):
            raise SecretsError("keyring-missing")


class PassphraseVault:
    """Secrets on a machine without keyring: derived from, or sealed under, a passphrase."""

    def __init__(self, folder: Path, passphrase: str, lock: dict[str, str]) -> None:
        master = _stretch(passphrase, base64.b64decode(lock["salt"]))
        self._file = folder / "vault.sealed"
        self._store_key = _derive(master, b"vaxdesk store key")
        self._sealing = AESGCM(_derive(master, b"vaxdesk vault key"))
        if self._file.exists():
            self._open()  # a wrong passphrase is told here, before the store is touched

    def get(self, name: str) -> bytes | None:
        if name == STORE_KEY:
            return self._store_key
        text = self._open().get(name) if self._file.exists() else None
        return None if text is None else base64.b64decode(text)

    def put(self, name: str, secret: bytes) -> None:
        known = self._open() if self._file.exists() else {}
        known[name] = base64.b64encode(secret).decode()
        nonce = os.urandom(12)
        sealed = nonce + self._sealing.encrypt(nonce, json.dumps(known).encode(), b"vaxdesk vault 1")
        _write_whole(self._file, sealed)

    def _open(self) -> dict[str, str]:
        try:
            sealed = self._file.read_bytes()
            plain = self._sealing.decrypt(sealed[:12], sealed[12:], b"vaxdesk vault 1")
        except InvalidTag as error:
            raise SecretsError("passphrase-wrong") from error
        except (OSError, ValueError) as error:
            raise SecretsError("vault-unreadable") from error
        known: dict[str, str] = json.loads(plain)
        return known


def make_vault(folder: Path, passphrase: str | None) -> Vault:
    """Decides once how this store's secrets are kept: by `passphrase` when one is given, else in the keyring.

    Raises SecretsError `keyring-missing` (and the other keyring codes), `passphrase-too-short`, `vault-exists`.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock_file = folder / "lock.json"
    if lock_file.exists():
        raise SecretsError("vault-exists")
    store_id = secrets.token_hex(16)
    lock = {"kind": "keyring", "store_id": store_id}
    if passphrase is not None:
        if len(passphrase) < PASSPHRASE_CHARS_MIN:
            raise SecretsError("passphrase-too-short")
        lock = {"kind": "passphrase", "salt": base64.b64encode(os.urandom(16)).decode()}
    vault = _vault(folder, lock, lambda: passphrase or "")
    if vault.get(STORE_KEY) is None:
        vault.put(STORE_KEY, os.urandom(KEY_BYTES))
    vault.put("made-for", b"vaxdesk")  # a first sealed entry, so that a wrong passphrase is noticed from now on
    _write_whole(lock_file, json.dumps(lock).encode())
    return vault


def open_vault(folder: Path, ask_passphrase: AskPassphrase) -> Vault:
    """The vault `lock.json` names. Raises SecretsError `vault-missing`, `passphrase-wrong` or a keyring code."""
    return _vault(folder, _lock(folder), ask_passphrase)


def asks_passphrase(folder: Path) -> bool:
    """Whether a passphrase protects this folder's secrets. Raises SecretsError `vault-missing`, `vault-unreadable`."""
    return _lock(folder).get("kind") != "keyring"


def store_key(vault: Vault) -> bytes:
    """The key of the encrypted store. Raises SecretsError `store-key-missing`: a new one is never made silently."""
    key = vault.get(STORE_KEY)
    if key is None or len(key) != KEY_BYTES:
        raise SecretsError("store-key-missing")
    return key


def has_keyring() -> bool:
    """Whether this machine has a keyring that is safe to use."""
    try:
        KeyringVault("probe")
    except SecretsError:
        return False
    return True


def _lock(folder: Path) -> dict[str, str]:
    try:
        lock: dict[str, str] = json.loads((folder / "lock.json").read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise SecretsError("vault-missing") from error
    except (OSError, ValueError) as error:
        raise SecretsError("vault-unreadable") from error
    return lock


def _vault(folder: Path, lock: dict[str, str], ask_passphrase: AskPassphrase) -> Vault:
    if lock.get("kind") == "keyring":
        return KeyringVault(lock["store_id"])
    return PassphraseVault(folder, ask_passphrase(), lock)


def _stretch(passphrase: str, salt: bytes) -> bytes:
    from argon2.low_level import Type, hash_secret_raw

    return hash_secret_raw(passphrase.encode("utf-8"), salt, hash_len=KEY_BYTES, type=Type.ID, **_ARGON2)


def _derive(master: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose).derive(master)


def _write_whole(file: Path, content: bytes) -> None:
    """Writes beside and renames, so that a crash leaves the old file or the new one."""
    beside = file.with_suffix(file.suffix + ".new")
    descriptor = os.open(beside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    beside.replace(file)


def _is_safe(backend: object) -> bool:
    return type(backend).__module__.startswith("keyring.backends.") and any(
        name in type(backend).__module__ for name in _SAFE_BACKENDS
    )


@contextmanager
def _keyring_trouble() -> Iterator[None]:
    """Keyring's own errors, and those of the bus below it, become SecretsError here and nowhere else."""
    from keyring import errors

    try:
        yield
    except errors.KeyringLocked as error:
        raise SecretsError("keyring-locked") from error
    except errors.NoKeyringError as error:
        raise SecretsError("keyring-missing") from error
    except errors.InitError as error:
        raise SecretsError("keyring-dismissed") from error
    except (errors.KeyringError, OSError) as error:
        raise SecretsError("keyring-failed") from error
