"""Making a machine a desk of a site: vault, keys, the platform's answer, store and first manager, in an order that may be cut off anywhere."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from pathlib import Path

from vaxdesk import keys
from vaxdesk.errors import StoreError
from vaxdesk.models import setup
from vaxdesk.models.backup import STORE_NAME
from vaxdesk.models.db import Store, create_store, open_store
from vaxdesk.models.staff import check_account
from vaxdesk.models.sync_book import SyncBook
from vaxdesk.models.values import DeviceId, Site, SiteCode, StaffMember
from vaxdesk.models.workplace import now_in_vietnam
from vaxdesk.sync import enrolment
from vaxdesk.sync.enrolment import Enrolled
from vaxdesk.sync.pinned import checked_ca, checked_pin, session_for
from vaxdesk.sync.wire import Wire

DEVICE_ID = "device-id"


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
    store = _store_for_enrolment(folder, vault)
    try:
        keys.make_device_keys(vault)
        device_id = _device_id(vault)
        enrolled = _ask_platform(wish, device_id, vault)
        site = Site(
            SiteCode(enrolled.site_code),
            enrolled.site_name,
            enrolled.site_address,
            enrolled.province,
            device_id,
            epoch=1,
        )
        kept = replace(enrolled.enrolment, ca=checked_ca(wish.ca), pin=checked_pin(wish.pin))
        manager = setup.enrol(store, site, kept, wish.manager, pin, now_in_vietnam())
    finally:
        store.close()
    return manager, site


def _vault_for_enrolment(folder: Path, passphrase: str | None) -> keys.Vault:
    if (folder / "lock.json").exists():  # an enrolment that was cut off goes on with the same keys
        return keys.open_vault(folder, lambda: passphrase or "")
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


def _ask_platform(wish: Enrolling, device_id: DeviceId, vault: keys.Vault) -> Enrolled:
    name, jwks = enrolment.device_name(device_id), keys.public_jwks(vault)
    wire = Wire(session_for(checked_ca(wish.ca), checked_pin(wish.pin)))
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
