"""Secrets of a desk: where they are kept (`vault`) and the device's key pairs (`device`)."""

from vaxdesk.keys.device import (
    Jwks,
    device_key,
    forget_device_keys,
    jws_signer,
    make_device_keys,
    make_new_keys,
    new_device_key,
    passing_key,
    public_jwks,
    public_key_of,
    signing_jwk,
    signing_key,
    take_new_keys,
    thumbprint,
)
from vaxdesk.keys.vault import AskPassphrase, Vault, asks_passphrase, has_keyring, make_vault, open_vault, store_key

__all__ = [
    "AskPassphrase",
    "Jwks",
    "Vault",
    "asks_passphrase",
    "device_key",
    "forget_device_keys",
    "has_keyring",
    "jws_signer",
    "make_device_keys",
    "make_new_keys",
    "make_vault",
    "new_device_key",
    "open_vault",
    "passing_key",
    "public_jwks",
    "public_key_of",
    "signing_jwk",
    "signing_key",
    "store_key",
    "take_new_keys",
    "thumbprint",
]
