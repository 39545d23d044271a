"""Composition: opens the vault, the store, the use cases, the sync engine and the printing shop of one data folder, and the window on top.

Qt is imported only when the window is opened: the command line starts without it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from vaxdesk import keys, logs, settings
from vaxdesk.errors import PrintError, SecretsError, StoreError, SyncError
from vaxdesk.models import backup as backups
from vaxdesk.models import catalogue, leaving, training
from vaxdesk.models.backup_book import BackupBook, DailyBackup
from vaxdesk.models.courier_book import CourierBook
from vaxdesk.models.db import Store, open_store
from vaxdesk.models.leaving import Left
from vaxdesk.models.staff import require_manager
from vaxdesk.models.values import DoseRecord, DoseStatus, StaffMember
from vaxdesk.models.workplace import Workplace, workplace
from vaxdesk.print import watermark

if TYPE_CHECKING:
    from datetime import date

    from vaxdesk.models.signing import PaperRecord
    from vaxdesk.print.batch import PageOrder, PageShop
    from vaxdesk.print.checker import Checker
    from vaxdesk.print.hcert import Trust
    from vaxdesk.print.issue_sheet import PrintedDocument
    from vaxdesk.sync.client import Client
    from vaxdesk.sync.courier_post import CourierPost, Exported, Imported
    from vaxdesk.sync.engine import Engine
    from vaxdesk.sync.lookup import Lookup
    from vaxdesk.sync.reports import LookedUp, SyncReport
    from vaxdesk.sync.runner import SyncRunner
    from vaxdesk.ui.services import WindowServices

STORE_NAME = backups.STORE_NAME
DEVICE_ID = "device-id"


class OpenDesk:
    """One opened data folder. Close it when done."""

    def __init__(self, folder: Path, vault: keys.Vault, store: Store) -> None:
        self.folder = folder
        self.vault = vault
        self.store = store
        self.work: Workplace = workplace(store, keys.jws_signer(vault))
        self.is_training = training.is_practice(self.work.sync_book.enrolment())
        if self.is_training:
            watermark.mark_every_page()

    def close(self) -> None:
        """Closes the store and ends the workers that draw pages."""
        if "shop" in self.__dict__:
            self.shop.close()
        self.store.close()
        if self.is_training:
            watermark.mark_no_page()

    def settings(self) -> settings.Settings:
        """The choices made for this machine."""
        return settings.load(self.folder)

    def engine(self) -> Engine:
        """A sync engine over this store; one run at a time across processes."""
        from vaxdesk.sync.engine import Engine

        allowance = lambda: self.settings().data_allowance_mb * 1_000_000  # noqa: E731
        return Engine(
            self.work.sync_book, self.client, self.work.clock, lock=self._sync_lock, allowance_bytes=allowance
        )

    def runner(self, reported: Callable[[SyncReport], None]) -> SyncRunner:
        """The sync thread around an engine of its own."""
        from vaxdesk.sync.runner import SyncRunner

        return SyncRunner(self.engine(), reported, between=DailyBackup(self.backup_book))

    def lookup(self, answered: Callable[[LookedUp], None]) -> Lookup:
        """Asks the platform about people at the desk; hands answers to `answered` in its own thread."""
        from vaxdesk.sync.lookup import LIMIT_S, Lookup

        return Lookup(lambda: self.client(LIMIT_S), answered, self.work.clock)

    def reachable(self) -> bool:
        """Whether the platform answers now as a FHIR server; nothing else counts as a network."""
        return self.engine().reachable()

    @property
    def checker(self) -> Checker:
        """Judges certificates and slips that people hold out."""
        from vaxdesk.print.checker import Checker

        return Checker(self.work.certificates, self.work.site, lambda: keys.signing_jwk(self.vault), self.work.clock)

    def trust(self) -> Trust:
        """The pulled trust list, checked against the anchor of the enrolment."""
        return self.checker.trust()

    def is_genuine(self, code: str) -> bool:
        """Whether a code read from paper verifies now: a certificate by the trust list, a slip by the site keys."""
        return self.checker.judge(code).is_genuine

    def produce(self, record: DoseRecord, form: str, paper: str | None = None) -> PrintedDocument:
        """The proven page of a dose (I10). Raises PrintError with no page when anything does not hold, `print-dose-changed` among it."""
        from vaxdesk.print.issue_sheet import produce

        now = self.work.desk.dose(record.dose.id)
        if (now.dose.revision, now.certificate_id) != (record.dose.revision, record.certificate_id):
            raise PrintError("print-dose-changed")  # by another window, or by what was pulled since the list was read
        return produce(
            record=record,
            history=self.work.desk.history(record),
            site=self.work.site(),
            certificate=self.work.certificates.of(record),
            trust=self.trust(),
            form=form,
            paper=paper or self.settings().paper_for(form),
            slip_key=keys.passing_key() if self.is_training else keys.signing_key(self.vault),
            at=self.work.clock(),
        )

    def page_order(self, dose_id: str, form: str, paper: str) -> PageOrder:
        """What a page is made of by who has neither store nor key: see `print.batch`. Raises StoreError `dose-not-found`."""
        from vaxdesk.print.batch import PageOrder
        from vaxdesk.print.issue_sheet import carries_slip, signed_slip

        record, certificates = self.work.desk.dose(dose_id), self.work.certificates
        certificate = certificates.of(record)
        slip_text = ""
        if carries_slip(certificate, form) and record.dose.status is DoseStatus.COMPLETED:
            slip_text = signed_slip(record, keys.passing_key() if self.is_training else keys.signing_key(self.vault))
        return PageOrder(
            record=record,
            history=self.work.desk.history(record),
            site=self.work.site(),
            certificate=certificate,
            trust_keys=certificates.trust_keys(),
            revoked=certificates.revoked(),
            form=form,
            paper=paper,
            slip_text=slip_text,
            at=self.work.clock(),
        )

    @cached_property
    def shop(self) -> PageShop:
        """Draws pages for many people; its workers start with the first."""
        from vaxdesk.print.batch import PageShop

        return PageShop(practice=self.is_training)

    def backup(self, out: Path) -> None:
        """An encrypted, verified copy of the store."""
        backups.backup(self.store, keys.store_key(self.vault), self.folder, out)

    def backup_book(self) -> BackupBook:
        """The backups this desk makes by itself."""
        chosen = self.settings().backup_folder
        second = Path(chosen) if chosen else None
        device_id, key = self.work.site().device_id, keys.store_key(self.vault)
        return BackupBook(self.store, key, self.folder, device_id, second, self.work.clock)

    def leave(self, actor: StaffMember, courier: Path | None) -> Left:
        """Ends this machine's time at the site; what waits is written to `courier` first, where one is given. Raises as `leaving.leave`."""
        try:
            with self._sync_lock.acquire(timeout=0):
                if courier is not None:
                    self._write_courier(courier, actor)
                return leaving.leave(self.backup_book(), self.vault, actor, by_courier=courier is not None)
        except Timeout as error:
            raise StoreError("leave-in-use") from error

    def _write_courier(self, file: Path, actor: StaffMember) -> None:
        require_manager(actor)
        if leaving.unreceived(self.store).uncarried:
            self.courier_export(file, actor)

    def courier_export(self, path: Path, actor: StaffMember) -> Exported:
        """All that waits as a sealed file at `path`, or under a numbered name in the folder `path`. Raises as `CourierPost.export`."""
        return self._courier().export(path, actor)

    def courier_import(self, path: Path, actor: StaffMember, out: Path | None = None) -> Imported:
        """Takes an answer in, or delivers a sealed file and writes its answer to `out` or beside it. Raises as `CourierPost.take_in`."""
        return self._courier().take_in(path, out, actor)

    def _courier(self) -> CourierPost:
        from vaxdesk.sync.codings import of_catalogue
        from vaxdesk.sync.courier_post import CourierPost

        if self.is_training:
            raise SyncError("training-only")
        book, codings = CourierBook(self.store, self.work.clock), lambda: of_catalogue(catalogue.load())
        return CourierPost(book, self.work.sync_book, self.client, lambda: keys.signing_key(self.vault), codings)

    def renew_keys(self, code: str = "") -> str:
        """New key pairs, taken by the platform; gives the new signing key's thumbprint. Raises as `rekey.renew_keys`."""
        from vaxdesk.sync.rekey import renew_keys

        return renew_keys(self.vault, self.work.sync_book, code)

    def register_token(self, module: str, label: str, key: str, pin: str) -> str:
        """This machine's token from now on, taken by the platform; its key's thumbprint. Raises SecretsError and as `rekey.register_token`."""
        from dataclasses import replace

        from vaxdesk.keys.token import Token, TokenPlace
        from vaxdesk.sync.rekey import register_token

        found = Token(TokenPlace(module, label, key)).public_jwk(pin)
        kid = register_token(self.vault, self.work.sync_book, found)
        chosen = replace(settings.load(self.folder), token_module=module, token_label=label, token_key=key)
        settings.save(self.folder, chosen)
        return kid

    def signing_paper(self, day: date, actor: StaffMember, file: Path) -> PaperRecord:
        """The day's record to sign by hand, into a new file; who made it is written down.

        Raises AccessRefused `managers-only`, StoreError `paper-file-exists`, `paper-file-unwritable`, ProofFailed.
        """
        from vaxdesk.print import signing_record

        require_manager(actor)
        made = self.work.signing.paper(day)
        pdf = signing_record.render(made, self.work.clock())
        try:
            with file.open("xb") as out:
                out.write(pdf)
        except FileExistsError as error:
            raise StoreError("paper-file-exists") from error
        except OSError as error:
            raise StoreError("paper-file-unwritable") from error
        self.work.signing.note_paper(made, actor)
        return made

    def token_signer(self, pin: str) -> Callable[[bytes], str]:
        """Signs days with the registered token. Raises SecretsError `token-not-set`; the signer, as `keys.token` says."""
        from vaxdesk.keys.token import Token, TokenPlace

        chosen, registered = settings.load(self.folder), self.work.sync_book.token()
        if not chosen.token_module or not registered:
            raise SecretsError("token-not-set")
        place = TokenPlace(chosen.token_module, chosen.token_label, chosen.token_key)
        return Token(place).signer(pin, registered)

    def jwks(self) -> dict[str, Any]:
        """This device's public keys, to be registered at a server."""
        return keys.public_jwks(self.vault)

    @cached_property
    def _sync_lock(self) -> FileLock:
        return FileLock(self.folder / "sync.lock")

    def client(self, limit_s: float | None = None) -> Client:
        """The authorised client of the enrolled platform; `limit_s` for questions a person waits for.

        Raises SyncError, `training-only` for a practice desk, StoreError `not-enrolled`.
        """
        from vaxdesk.sync.client import open_client
        from vaxdesk.sync.pinned import session_for
        from vaxdesk.sync.wire import Wire

        enrolment = self.work.sync_book.enrolment()
        if enrolment is None:
            raise StoreError("not-enrolled")
        if self.is_training:
            raise SyncError("training-only")
        wire = Wire(session_for(enrolment.ca, enrolment.pin), limit_s)
        return open_client(enrolment, lambda: keys.device_key(self.vault), wire)


def open_desk(folder: Path, ask_passphrase: keys.AskPassphrase) -> OpenDesk:
    """Opens the desk of a data folder. Raises SecretsError, StoreError."""
    vault = keys.open_vault(folder, ask_passphrase)
    with suppress(OSError):  # a disk that takes no log can still be read
        logs.set_up(folder)
    return OpenDesk(folder, vault, open_store(folder / STORE_NAME, keys.store_key(vault)))


def _support_of(desk: OpenDesk, file: Path) -> None:
    """The same of an open desk, without the checks: `doctor` makes them."""
    from vaxdesk.models.support_bundle import write_bundle

    write_bundle(file, desk.folder, desk.work, settings.load(desk.folder))


def restore_desk(file: Path, folder: Path, ask_passphrase: keys.AskPassphrase) -> int:
    """Restores a backup into an empty folder; returns the new epoch. Raises StoreError, SecretsError."""
    backups.restore(file, folder, lambda unpacked: keys.store_key(keys.open_vault(unpacked, ask_passphrase)))
    opened = open_desk(folder, ask_passphrase)
    epoch = opened.work.site().epoch
    opened.close()
    return epoch


def run_window_on(
    desk: OpenDesk, signed_in: StaffMember | None = None, cards: Callable[[], bytes] | None = None, is_new: bool = False
) -> int:
    """The window over an opened desk, with its sync thread; returns its exit code, which may be one of `services.Leave`.

    cards: a practice desk's cards to scan, as PDF; is_new: the desk was made just now, and the first thing to do is said.
    """
    from vaxdesk.ui.window import main_window

    return main_window(window_services(desk, cards, is_new), signed_in)


def window_services(desk: OpenDesk, cards: Callable[[], bytes] | None = None, is_new: bool = False) -> WindowServices:
    """The doors of an opened desk for its window; parameters as of `run_window_on`."""
    from vaxdesk.ui.services import NobodyAsks, Practice, RestingRunner, WindowServices

    practice = Practice(training.PIN, cards) if desk.is_training else None
    return WindowServices(
        work=desk.work,
        runner=RestingRunner if practice else desk.runner,
        lookup=(lambda _answered: NobodyAsks()) if practice else desk.lookup,
        produce=desk.produce,
        checker=desk.checker,
        papers=desk,
        backup=desk.backup,
        last_backup=lambda: desk.backup_book().last_at(),
        support=lambda file: _support_of(desk, file),
        signing_paper=desk.signing_paper,
        token=desk.token_signer if settings.load(desk.folder).token_module else None,
        courier=None if practice else desk,
        settings=desk.settings,
        save_settings=lambda chosen: settings.save(desk.folder, chosen),
        practice=practice,
        is_new=is_new,
    )
