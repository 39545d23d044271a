"""What a site chose for this machine, as one frozen value in `settings.json`. Nothing personal is kept here."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)
VERSION = 1
UPGRADES: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}  # from version -> pure function to the next


@dataclass(frozen=True, slots=True)
class Settings:
    """Choices with their defaults. Sizes are in the unit their name says."""

    language: str = "vi"
    theme: str = "light"
    paper: str = "A4"
    printer: str = ""
    slip_paper: str = "A6"  # what dose slips are printed on: one of `issue_sheet.SLIP_PAPERS`
    slip_printer: str = ""  # a printer for slips alone, such as one with a roll; empty: the same as for all
    tray: str = ""  # the printer's own name of a paper tray; empty: its default
    copies: int = 1  # of each sheet
    sounds: bool = True
    lock_after_minutes: int = 10
    data_allowance_mb: int = 0  # a day; over it only doses are sent by themselves; 0: no limit
    scanner_port: str = ""  # a serial scanner's port, e.g. ttyUSB0 or COM3; empty: none
    scanner_baud: int = 9600
    camera: bool = False  # whether the desk offers to scan with the camera
    duties: str = (
        ""  # what each window of this machine does in the session, the first window's first, e.g. "reception,injection"
    )
    token_module: str = ""  # the PKCS#11 module of the token the head of site signs with; empty: the key in the keyring
    token_label: str = ""
    token_key: str = ""  # the key's label on it; empty: the only one
    backup_folder: str = ""  # a second place for the daily backup, e.g. a stick or a share; empty: none

    def paper_for(self, form: str) -> str:
        """What a form of `issue_sheet.Form` is printed on here."""
        return self.slip_paper if form == "slip" else self.paper

    def printer_for(self, form: str) -> tuple[str, str]:
        """(printer, tray) of a form; empty: the default."""
        apart = form == "slip" and self.slip_printer
        return (self.slip_printer, "") if apart else (self.printer, self.tray)


def load(folder: Path) -> Settings:
    """The settings of a data folder; defaults where there is no file or it cannot be read (said in the log)."""
    try:
        found = json.loads((folder / "settings.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Settings()
    except (OSError, ValueError):
        log.warning("settings.json cannot be read; using defaults")
        return Settings()
    return _from(upgraded(found))


def save(folder: Path, settings: Settings) -> None:
    """Writes the settings whole."""
    beside = folder / "settings.json.new"
    beside.write_text(json.dumps(asdict(settings) | {"version": VERSION}, indent=1), encoding="utf-8")
    beside.replace(folder / "settings.json")


def upgraded(found: dict[str, Any]) -> dict[str, Any]:
    """Settings of an older program brought to today's form, one pure step a version."""
    version = int(found.get("version", VERSION))
    while version < VERSION:
        found = UPGRADES[version](found)
        version += 1
    return found


def _from(found: dict[str, Any]) -> Settings:
    """Known keys of the right type are taken; anything else keeps its default."""
    default = Settings()
    known = {
        f.name: found[f.name]
        for f in fields(Settings)
        if f.name in found and type(found[f.name]) is type(getattr(default, f.name))
    }
    return replace(default, **known)
