"""Where files live: the data folder and the resources."""

from __future__ import annotations

import json
import os
from pathlib import Path

import platformdirs

STORE_NAME = "vaxdesk.db"


def data_dir(chosen: str | None = None) -> Path:
    """The data folder: `chosen`, else VAXDESK_DATA, else the user's data folder. Not created here."""
    text = chosen or os.environ.get("VAXDESK_DATA")
    return Path(text).expanduser() if text else Path(platformdirs.user_data_dir("vaxdesk", appauthor=False))


def lock_kind(folder: Path) -> str:
    """What protects the store of a data folder, `keyring` or `passphrase`; empty where there is no store, or none that can be told."""
    try:
        return str(json.loads((folder / "lock.json").read_text(encoding="utf-8"))["kind"])
    except (OSError, ValueError, LookupError, TypeError):
        return ""


def resource_dir() -> Path:
    """The resources: inside an installed wheel, or beside the package in a checkout."""
    here = Path(__file__).resolve().parent
    inside = here / "resources"
    return inside if inside.is_dir() else here.parent / "resources"


def resource(*parts: str) -> Path:
    """One resource file or folder by its parts below `resources/`."""
    return resource_dir().joinpath(*parts)
