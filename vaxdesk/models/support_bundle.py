"""What somebody who helps a site from afar needs to see, in one zip file: versions, choices, checks, counts and the end of the log.

It leaves the site, so it holds nothing of a person and no secret. Figures are counts; texts that people typed (a printer's name, a folder) are
told as set or not; the log names nobody by its own rules (vaxdesk/logs.py), and is masked once more here, more strictly than it is written.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import re
import sqlite3
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from sqlalchemy import Connection, func, select

from vaxdesk import __version__, logs
from vaxdesk.errors import StoreError
from vaxdesk.models import tables as t
from vaxdesk.models.workplace import Workplace
from vaxdesk.settings import Settings

LOG_BYTES_MAX = 512 * 1024
LIBRARIES = ("cryptography", "joserfc", "PySide6", "requests", "SQLAlchemy", "reportlab", "python-pkcs11")
CHOSEN = frozenset({"language", "theme", "paper", "slip_paper", "duties"})  # texts that the program itself offers
_WORD = r"[^\W\d_]+"
# Two words in a row that begin with a capital may be somebody's name, and so may any word with a letter that English has not.
_NAMES = re.compile(rf"\b[A-Z][^\W\d_]*(?:[ _-]+[A-Z][^\W\d_]*)+\b|\b(?=\w*[^\x00-\x7f]){_WORD}\b")
_MASK = "[…]"


class Finding(Protocol):
    """A check of `doctor`."""

    @property
    def name(self) -> str:
        """What was looked at."""

    @property
    def ok(self) -> bool:
        """Whether it is well."""

    @property
    def code(self) -> str:
        """Of its sentence."""


def write_bundle(
    file: Path, folder: Path, work: Workplace | None, settings: Settings, checks: Sequence[Finding] = ()
) -> None:
    """Makes the zip file; `work` None where the store cannot be opened. Raises StoreError `support-file-exists`, `support-file-unwritable`."""
    parts: dict[str, Any] = {
        "versions.json": versions(),
        "settings.json": plain_settings(settings),
        "checks.json": [{"check": one.name, "ok": one.ok, "code": one.code} for one in checks],
        "counts.json": counts(work) if work is not None else {},
    }
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise StoreError("support-file-exists") from error
    except OSError as error:
        raise StoreError("support-file-unwritable") from error
    with os.fdopen(handle, "wb") as out, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, content in parts.items():
            bundle.writestr(name, json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True))
        bundle.writestr("log.txt", log_tail(folder))


def versions() -> dict[str, str]:
    """Of this program and what it runs on."""
    found = {name: _version(name) for name in LIBRARIES}
    system = {"vaxdesk": __version__, "python": sys.version.split()[0], "sqlite": sqlite3.sqlite_version}
    return found | system | {"system": platform.system(), "release": platform.release(), "machine": platform.machine()}


def _version(library: str) -> str:
    try:
        return importlib.metadata.version(library)
    except importlib.metadata.PackageNotFoundError:
        return ""


def plain_settings(settings: Settings) -> dict[str, Any]:
    """This machine's choices; of what somebody typed, only whether it is set."""
    found = asdict(settings)
    return {name: bool(one) if isinstance(one, str) and name not in CHOSEN else one for name, one in found.items()}


def counts(work: Workplace) -> dict[str, Any]:
    """How much there is of everything, and how the exchange stands. No id of a record, no text of a server."""
    with work.store.read() as connection:
        rows = {table.name: _count(connection, table) for table in t.metadata.sorted_tables}
        waiting = _waiting(connection)
    link, enrolment = work.sync_book.link(), work.sync_book.enrolment()
    return {
        "rows": rows,
        "waiting": waiting,
        "figures": asdict(work.figures.counts()),
        "link": {
            "bundle_doses_max": link.bundle_doses_max,
            "gzip": link.gzip,
            "server": link.server,
            "last_reached_at": link.last_reached_at.isoformat() if link.last_reached_at else "",
        },
        "platform": {"host": urlsplit(enrolment.fhir_base).netloc, "auth": enrolment.auth} if enrolment else {},
        "now": work.clock().isoformat(timespec="seconds"),
    }


def _count(connection: Connection, table: Any) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def _waiting(connection: Connection) -> list[dict[str, Any]]:
    c = t.outbox.c
    query = select(c.kind, c.aside_code, func.count().label("records"), func.max(c.tries).label("tries"))
    rows = connection.execute(query.group_by(c.kind, c.aside_code).order_by(c.kind, c.aside_code))
    return [{"kind": row.kind, "code": row.aside_code, "records": row.records, "tries": row.tries} for row in rows]


def log_tail(folder: Path) -> str:
    """The end of the log, whole lines, masked."""
    try:
        with (folder / "logs" / "vaxdesk.log").open("rb") as log:
            log.seek(0, os.SEEK_END)
            log.seek(max(0, log.tell() - LOG_BYTES_MAX))
            text = log.read().decode("utf-8", "replace")
    except OSError:
        return ""
    return masked(text)


def masked(text: str) -> str:
    """Without anything that looks like a number of somebody, or a name."""
    return _NAMES.sub(_MASK, logs.redact(text))
