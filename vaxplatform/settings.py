"""What one platform runs with, as a frozen value, and the files of its data folder."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

import platformdirs

BODY_BYTES_MAX = 4 * 1024 * 1024
ENTRIES_MAX = 500
COUNT_DEFAULT = 100
COUNT_MAX = 1000
TOKEN_LIFE_S = 300
ENROLMENT_CODE_LIFE_S = 7 * 24 * 3600
_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the records are and how the platform is reached.

    `bases` are the addresses (no trailing slash) under which clients may call it: the first is the one to announce,
    the others (localhost beside 127.0.0.1) are answered under their own name so that links stay on the caller's origin.
    """

    data_dir: Path
    database_url: str
    bases: tuple[str, ...] = ("http://127.0.0.1",)
    auth: bool = True

    @property
    def population_file(self) -> Path:
        """The national population the matching service asks."""
        return self.data_dir / "population.db"


def default_data_dir() -> Path:
    """VAXPLATFORM_DATA, or the user's data folder."""
    chosen = os.environ.get("VAXPLATFORM_DATA", "")
    return Path(chosen) if chosen else Path(platformdirs.user_data_dir("vaxplatform", appauthor=False))


def settings_for(data_dir: Path, database_url: str | None = None, **more: object) -> Settings:
    """Settings of a data folder, which is made (0700) when it is not there. Without a URL the records are in its own SQLite file."""
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    url = database_url or os.environ.get("VAXPLATFORM_DATABASE") or f"sqlite:///{data_dir.resolve() / 'store.db'}"
    return Settings(data_dir, url, **more)  # type: ignore[arg-type]


def loopback_bases(port: int) -> tuple[str, ...]:
    """The names of one loopback address."""
    return (f"http://127.0.0.1:{port}", f"http://localhost:{port}")


def secret_of(data_dir: Path) -> bytes:
    """The 32 bytes that sign tokens and seal page links; made at the first use, readable by the owner only."""
    file = data_dir / "token.key"
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_bytes()
    with os.fdopen(handle, "wb") as out:
        secret = secrets.token_bytes(_SECRET_BYTES)
        out.write(secret)
        out.flush()
        os.fsync(out.fileno())
    return secret
