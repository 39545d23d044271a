"""Composition: opens the vault, the store, the use cases, the sync engine and the printing shop of one data folder, and the window on top.

Qt is imported only when the window is opened: the command line starts without it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock

from vaxdesk import keys, logs, settings
from vaxdesk.errors import StoreError, VaxdeskError
from vaxdesk.models import backup as backups
from vaxdesk.models import catalogue, setup
from vaxdesk.models.audit import first_break
from vaxdesk.models.db import Store, check_integrity, create_store, open_store
from vaxdesk.models.values import DeviceId, DoseRecord, Site, SiteCode, StaffMember
from vaxdesk.models.workplace import Workplace, workplace

if TYPE_CHECKING:
    from vaxdesk.print.hcert import Trust
    from vaxdesk.print.issue_sheet import PrintedDocument
    from vaxdesk.sync.engine import Engine, SyncReport
    from vaxdesk.sync.runner import SyncRunner

STORE_NAME = backups.STORE_NAME
DEVICE_ID = "device-id"


@dataclass(frozen=True, slots=True)
class Enrolling:
    """What a person gives to make this machine a desk: either `platform` with a one-time `code`, or the `fhir` base of another server."""

    site: str
    manager: str
    platform: str = ""
    code: str = ""
    fhir: str = ""
    token_url: str = ""
    client_id: str = ""
    no_auth: bool = False
    site_name: str = ""
    province: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One finding of `doctor`: a name, whether it is well, and the code of its sentence."""

    name: str
    ok: bool
    code: str


class OpenDesk:
    """One opened data folder. Close it when done."""

    def __init__(self, folder: Path, vault: keys.Vault, store: Store) -> None:
        self.folder = folder
        self.vault = vault
        self.store = store
        self.work: Workplace = workplace(store, keys.jws_signer(vault))

    def close(self) -> None:
        """Closes the store."""
        self.store.close()

    def settings(self) -> settings.Settings:
        """The choices made for this machine."""
        return settings.load(self.folder)

    def engine(self) -> Engine:
        """A sync engine over this store; one run at a time across processes."""
        from vaxdesk.sync.engine import Engine

        return Engine(self.work.sync_book, self._client, self.work.clock, lock=self._sync_lock)

    def runner(self, reported: Callable[[SyncReport], None]) -> SyncRunner:
        """The sync thread around an engine of its own."""
        from vaxdesk.sync.runner import SyncRunner

        return SyncRunner(self.engine(), reported)

    def reachable(self) -> bool:
        """Whether the platform answers now as a FHIR server; nothing else counts as a network."""
        return self._client().reachable()

    def trust(self) -> Trust:
        """The pulled trust list, checked against the anchor of the enrolment."""
        from vaxdesk.print.hcert import trust_from_keys

        return trust_from_keys(self.work.certificates.trust_keys())

    def site_keys(self) -> dict[str, Any]:
        """Public keys of devices that sign slips, by thumbprint; this device's own is among them."""
        return keys.public_keys([*self.work.certificates.site_keys().values(), keys.signing_jwk_text(self.vault)])

    def produce(self, record: DoseRecord, form: str, paper: str | None = None) -> PrintedDocument:
        """The proven page of a dose (I10). Raises PrintError with no page when anything does not hold."""
        from vaxdesk.print.issue_sheet import produce

        return produce(
            record=record,
            history=self.work.desk.history(record),
            site=self.work.site(),
            certificate=self.work.certificates.of(record),
            trust=self.trust(),
            form=form,
            paper=paper or self.settings().paper,
            slip_key=keys.signing_key(self.vault),
        )

    def backup(self, out: Path) -> None:
        """An encrypted, verified copy of the store."""
        backups.backup(self.store, keys.store_key(self.vault), self.folder, out)

    def jwks(self) -> dict[str, Any]:
        """This device's public keys, to be registered at a server."""
        return keys.public_jwks(self.vault)

    @cached_property
    def _sync_lock(self) -> FileLock:
        return FileLock(self.folder / "sync.lock")

    def _client(self) -> Any:
        raise NotImplementedError


def open_desk(folder: Path, ask_passphrase: keys.AskPassphrase) -> OpenDesk:
    """Opens the desk of a data folder. Raises SecretsError, StoreError."""
    vault = keys.open_vault(folder, ask_passphrase)
    logs.set_up(folder)
    return OpenDesk(folder, vault, open_store(folder / STORE_NAME, keys.store_key(vault)))


def restore_desk(file: Path, folder: Path, ask_passphrase: keys.AskPassphrase) -> int:
    """Restores a backup into an empty folder; returns the new epoch. Raises StoreError, SecretsError."""
    backups.restore(file, folder, lambda unpacked: keys.store_key(keys.open_vault(unpacked, ask_passphrase)))
    opened = open_desk(folder, ask_passphrase)
    epoch = opened.work.site().epoch
    opened.close()
    return epoch
