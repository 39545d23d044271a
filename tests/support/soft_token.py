"""Signing tokens in software (SoftHSM 2, a Debian package), each test process with a folder of its own."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from shutil import which

MODULE = next(
    (
        str(path)
        for path in map(Path, ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so"))
        if path.exists()
    ),
    "",
)
ABSENT = "no SoftHSM 2 (Debian: softhsm2): no token to sign with"
PIN, OFFICER_PIN = "123456", "87654321"


def is_there() -> bool:
    """Whether this machine has it."""
    return bool(MODULE) and which("softhsm2-util") is not None


def prepare(folder: Path) -> None:
    """Where this process's tokens are; before the module is loaded for the first time."""
    (folder / "tokens").mkdir(parents=True)
    conf = folder / "softhsm2.conf"
    conf.write_text(f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(conf)


def make(label: str, *keys: str, curve: str = "secp256r1") -> None:
    """A token with an EC key pair for each label."""
    import pkcs11
    from pkcs11.util.ec import encode_named_curve_parameters

    command = ["softhsm2-util", "--init-token", "--free", "--label", label, "--pin", PIN, "--so-pin", OFFICER_PIN]
    subprocess.run(command, check=True, capture_output=True)
    library = pkcs11.lib(MODULE)
    library.reinitialize()
    with library.get_token(token_label=label).open(rw=True, user_pin=PIN) as session:
        for key in keys:
            named = {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters(curve)}
            parameters = session.create_domain_parameters(pkcs11.KeyType.EC, named, local=True)
            parameters.generate_keypair(store=True, label=key)
