"""`doctor`: looks at a data folder part by part, and what it saw as a file for whoever helps. Names no person."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from vaxdesk import keys, settings
from vaxdesk.app import OpenDesk, open_desk
from vaxdesk.errors import VaxdeskError
from vaxdesk.messages import templates
from vaxdesk.models import catalogue
from vaxdesk.models import support_bundle as bundles
from vaxdesk.models.audit import first_break
from vaxdesk.models.db import Store, check_integrity, is_read_only

DISK_FREE_BYTES_MIN = 200 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Check:
    """One finding of `doctor`: a name, whether it is well, and the code of its sentence."""

    name: str
    ok: bool
    code: str


def diagnose(folder: Path, ask_passphrase: keys.AskPassphrase) -> tuple[Check, ...]:
    """What `doctor` looks at. Names no person."""
    checks = [_check("resources", "doctor-resources", _resources_are_whole)]
    if not (folder / "lock.json").exists():
        return (*checks, Check("store", True, "doctor-not-enrolled"))
    try:
        desk = open_desk(folder, ask_passphrase)
    except VaxdeskError as error:
        return (*checks, Check("store", False, error.code))
    checks += [
        _check_store(desk.store),
        _check("audit", "doctor-audit", lambda: _is_audit_whole(desk)),
        _check("outbox", "doctor-outbox", lambda: desk.work.figures.is_sound()),
        _check("backup", "doctor-backup", lambda: not desk.backup_book().is_old()),
        _check("platform", "doctor-platform", desk.reachable),
        _check("disk", "doctor-disk", lambda: shutil.disk_usage(folder).free > DISK_FREE_BYTES_MIN),
    ]
    desk.close()
    return tuple(checks)


def support_bundle(folder: Path, ask_passphrase: keys.AskPassphrase, file: Path) -> tuple[Check, ...]:
    """`doctor`, and what it saw with versions, counts and the log as a zip file that names no person. Raises StoreError as `write_bundle`."""
    checks = diagnose(folder, ask_passphrase)
    desk = None
    with suppress(VaxdeskError):
        desk = open_desk(folder, ask_passphrase)
    bundles.write_bundle(file, folder, desk.work if desk else None, settings.load(folder), checks)
    if desk is not None:
        desk.close()
    return checks


def _check(name: str, code: str, holds: Callable[[], bool]) -> Check:
    ok = holds()
    return Check(name, ok, f"{code}-ok" if ok else f"{code}-bad")


def _check_store(store: Store) -> Check:
    """Sound pages on a disk that takes nothing more are not well."""
    if check_integrity(store):
        return Check("store", False, "doctor-store-bad")
    read_only = is_read_only(store.path)
    return Check("store", not read_only, "doctor-store-read-only" if read_only else "doctor-store-ok")


def _resources_are_whole() -> bool:
    """Sentences, vaccines and schedules are there and load; the font package has its faces."""
    return bool(templates("vi") and templates("en") and catalogue.load() and find_spec("fontpkg_be_vietnam_pro"))


def _is_audit_whole(desk: OpenDesk) -> bool:
    with desk.store.read() as connection:
        return first_break(connection) is None
