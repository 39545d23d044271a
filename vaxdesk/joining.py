"""Making a machine a desk of a site: vault, keys, the platform's answer, store and first manager, in an order that may be cut off anywhere."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from vaxdesk import keys
from vaxdesk.errors import EnrolmentRefused, InputRefused, Problem, SecretsError, StoreError, SyncError
from vaxdesk.models import setup
from vaxdesk.models.backup import STORE_NAME
from vaxdesk.models.db import Store, create_store, open_store
from vaxdesk.models.exchange import Enrolment
from vaxdesk.models.first_run import CODE_CHARS_MAX, SITE_CHARS_MAX, Begun, PlatformAddress, Reached
from vaxdesk.models.staff import check_account
from vaxdesk.models.sync_book import SyncBook
from vaxdesk.models.values import DeviceId, Site, SiteCode, StaffMember
from vaxdesk.models.workplace import now_in_vietnam
from vaxdesk.sync import enrolment
from vaxdesk.sync.enrolment import Enrolled
from vaxdesk.sync.pinned import checked_ca, checked_pin, session_for
from vaxdesk.sync.wire import Wire, check_address

DEVICE_ID, JOINING = "device-id", "joining"
LOCK_NAME, SEALED_NAME = "lock.json", "vault.sealed"
ASKING_LIMIT_S = 60.0
_SAID_AT_A_DESK = frozenset(  # whose usual sentences speak of doses that wait
    (
        "no-connection", "not-the-platform", "redirected", "timed-out", "connection-lost", "tls-refused",
        "exchange-ended", "server-error", "platform-cannot-enrol", "enrolment-code-refused", "site-unknown",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Enrolling:
    """What a person gives to make this machine a desk: either `platform` with a one-time `code`, or the `fhir` base of another server.

    `ca` is the PEM of a private authority, `pin` the SHA-256 of the server's certificate; both may be empty (contract C6).
    """

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
    ca: str = ""
    pin: str = ""


def enrol_desk(folder: Path, wish: Enrolling, pin: str, passphrase: str | None) -> tuple[StaffMember, Site]:
    """Makes this machine a desk: vault, keys, the platform's answer, store, first manager.

    Keys and device id are kept before the code is spent, so that a lost answer or a crash is mended by running it again.
    Raises SecretsError, StoreError, SyncError, InputRefused (bad name or PIN: before anything is sent).
    """
    check_account(wish.manager, pin)
    vault = _vault_for_enrolment(folder, passphrase)
    with closing(_store_for_enrolment(folder, vault)) as store:
        keys.make_device_keys(vault)
        device_id = _device_id(vault)
        wire = Wire(session_for(checked_ca(wish.ca), checked_pin(wish.pin)))
        enrolled = _ask_platform(wish, device_id, vault, wire)
        enrolled = replace(
            enrolled, enrolment=replace(enrolled.enrolment, ca=checked_ca(wish.ca), pin=checked_pin(wish.pin))
        )
        return _found_desk(store, enrolled, device_id, wish.manager, pin)


class Joining:
    """The same as `enrol_desk` step by step, for a person at a screen. Whatever a step gave is kept in the vault before the next begins, so
    that a start after a power cut goes on there, with the same keys. One caller at a time; `cancel` alone may be called meanwhile.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._vault: keys.Vault | None = None
        self._wire: Wire | None = None
        self.passphrase: str | None = None

    def begun(self) -> Begun:
        """How far an earlier start came. Raises SecretsError, StoreError."""
        if not (self._folder / LOCK_NAME).exists():
            return Begun(Reached.NOTHING, needs_passphrase=not keys.has_keyring())
        if self._vault is None:
            if keys.asks_passphrase(self._folder):
                return Begun(Reached.LOCKED, needs_passphrase=True)
            self._vault = keys.open_vault(self._folder, lambda: "")
        return self._standing(self._vault)

    def open(self, passphrase: str | None) -> Begun:
        """Makes the vault, or opens the one that is there. Raises SecretsError `passphrase-wrong`, `passphrase-too-short` and the keyring's."""
        self._vault = _vault_for_enrolment(self._folder, passphrase)
        self.passphrase = passphrase
        keys.make_device_keys(self._vault)
        return self._standing(self._vault)

    def check(self, address: PlatformAddress) -> tuple[Problem, ...]:
        """What is wrong with an address as typed, by field; asks nobody."""
        found = (
            _address_problem(address.platform),
            Problem("joining-site-missing", "site") if not address.site else None,
            Problem("joining-site-too-long", "site") if len(address.site) > SITE_CHARS_MAX else None,
            Problem("joining-code-missing", "code") if not address.code else None,
            Problem("joining-code-too-long", "code") if len(address.code) > CODE_CHARS_MAX else None,
        )
        return tuple(problem for problem in found if problem is not None)

    def ask(self, address: PlatformAddress) -> Begun:
        """Spends the one-time code and keeps the answer. Asking again with the same keys gives the same answer (contract C2).

        Raises InputRefused by field, SyncError in words for a person at a first run.
        """
        if problems := self.check(address):
            raise InputRefused(*problems)
        vault = self._opened()
        self._keep(vault, address, None)
        wish = Enrolling(address.site, "", address.platform, address.code)
        with closing(Wire(session_for("", ""), ASKING_LIMIT_S)) as self._wire, _in_words_of_a_first_run():
            enrolled = _ask_platform(wish, _device_id(vault), vault, self._wire)
        self._wire = None
        self._keep(vault, address, enrolled)
        return self._standing(vault)

    def cancel(self) -> None:
        """Ends the asking under way, in any thread."""
        wire = self._wire
        if wire is not None:
            wire.cut()

    def finish(self, manager: str, pin: str) -> StaffMember:
        """Makes the desk and its first manager, in one transaction. Raises InputRefused, StoreError."""
        check_account(manager, pin)
        vault = self._opened()
        enrolled = _answer_in(_kept(vault))
        if enrolled is None:
            raise StoreError("not-enrolled")
        with closing(_store_for_enrolment(self._folder, vault)) as store:
            member, _ = _found_desk(store, enrolled, _device_id(vault), manager, pin)
        vault.put(JOINING, b"{}")
        return member

    def _opened(self) -> keys.Vault:
        if self._vault is None:
            raise SecretsError("passphrase-needed")
        return self._vault

    def _standing(self, vault: keys.Vault) -> Begun:
        if self._is_desk(vault):
            return Begun(Reached.ENROLLED)
        kept = _kept(vault)
        address, enrolled = PlatformAddress(**kept.get("address", {})), _answer_in(kept)
        if enrolled is None:
            return Begun(Reached.KEYS, address=address)
        return Begun(Reached.ANSWERED, False, address, enrolled.site_name, enrolled.site_address)

    def _is_desk(self, vault: keys.Vault) -> bool:
        path = self._folder / STORE_NAME
        if not path.exists():
            return False
        with closing(open_store(path, keys.store_key(vault))) as store:
            return SyncBook(store).site() is not None

    @staticmethod
    def _keep(vault: keys.Vault, address: PlatformAddress, enrolled: Enrolled | None) -> None:
        answer = asdict(enrolled) if enrolled else None
        vault.put(JOINING, json.dumps({"address": asdict(address), "answer": answer}).encode())


def _found_desk(
    store: Store, enrolled: Enrolled, device_id: DeviceId, manager: str, pin: str
) -> tuple[StaffMember, Site]:
    words = (enrolled.site_name, enrolled.site_address, enrolled.province)
    site = Site(SiteCode(enrolled.site_code), *words, device_id, epoch=1)
    return setup.enrol(store, site, enrolled.enrolment, manager, pin, now_in_vietnam()), site


def _kept(vault: keys.Vault) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(vault.get(JOINING) or b"{}")
    return found


def _answer_in(kept: dict[str, Any]) -> Enrolled | None:
    answer = kept.get("answer")
    return Enrolled(**{**answer, "enrolment": Enrolment(**answer["enrolment"])}) if answer else None


def _address_problem(platform: str) -> Problem | None:
    if not platform:
        return Problem("joining-platform-missing", "platform")
    try:
        check_address(platform)
    except SyncError as error:
        return Problem(error.code, "platform")
    return None


@contextmanager
def _in_words_of_a_first_run() -> Iterator[None]:
    """Nothing was given yet at this desk: a sentence about doses that wait would only puzzle."""
    try:
        yield
    except SyncError as error:
        if error.code not in _SAID_AT_A_DESK:
            raise
        raise EnrolmentRefused(f"joining-{error.code}") from error


def _vault_for_enrolment(folder: Path, passphrase: str | None) -> keys.Vault:
    if (folder / LOCK_NAME).exists():  # an enrolment that was cut off goes on with the same keys
        return keys.open_vault(folder, lambda: passphrase or "")
    if not (
        folder / STORE_NAME
    ).exists():  # cut off before the lock was written: what was sealed for it can never be opened
        (folder / SEALED_NAME).unlink(missing_ok=True)
    return keys.make_vault(folder, passphrase)


def _store_for_enrolment(folder: Path, vault: keys.Vault) -> Store:
    path = folder / STORE_NAME
    if not path.exists():
        return create_store(path, keys.store_key(vault))
    store = open_store(path, keys.store_key(vault))
    if SyncBook(store).site() is not None:
        store.close()
        raise StoreError("already-enrolled")
    return store


def _device_id(vault: keys.Vault) -> DeviceId:
    known = vault.get(DEVICE_ID)
    if known is None:
        known = str(uuid.uuid4()).encode()
        vault.put(DEVICE_ID, known)
    return DeviceId(known.decode())


def _ask_platform(wish: Enrolling, device_id: DeviceId, vault: keys.Vault, wire: Wire) -> Enrolled:
    name, jwks = enrolment.device_name(device_id), keys.public_jwks(vault)
    if wish.platform:
        return enrolment.enrol(wish.platform, wish.site, wish.code, device_id, name, jwks, wire)
    return enrolment.enrol_fhir(
        wish.fhir,
        wish.site,
        wish.site_name,
        wish.province,
        device_id,
        name,
        keys.signing_jwk(vault),
        token_url="" if wish.no_auth else wish.token_url,
        client_id=wish.client_id,
        private_key=lambda: keys.device_key(vault),
        wire=wire,
    )
