"""The practice desk: a folder of its own with its own vault and store, made-up people, and no platform behind it."""

from __future__ import annotations

import json
import shutil
from contextlib import closing, suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from vaxdesk import keys, logs, settings
from vaxdesk.app import DEVICE_ID, STORE_NAME, OpenDesk
from vaxdesk.demo.people import card_text
from vaxdesk.demo.practice_people import VACCINE, PracticePerson, practice_people
from vaxdesk.errors import SecretsError, StoreError
from vaxdesk.models import scan, setup, training
from vaxdesk.models.aftercare import ObservationOutcome
from vaxdesk.models.db import Store, create_store, open_store
from vaxdesk.models.desk import Preset
from vaxdesk.models.drafts import DoseDraft
from vaxdesk.models.exchange import Acknowledged, DueDose
from vaxdesk.models.signing import SignBytes
from vaxdesk.models.sync_book import SyncBook
from vaxdesk.models.values import VIETNAM, DeviceId, IdentityCard, Receipt, Role, Screening, Site, SiteCode, StaffMember
from vaxdesk.models.workplace import now_in_vietnam, workplace

SITE = Site(
    SiteCode("LUYEN-TAP"),
    "Điểm tiêm luyện tập",
    "Số 0 Phố Mẫu, Phường Thử, Quận Mẫu",
    "079",
    DeviceId("00000000-0000-4000-8000-000000000000"),
    1,
)
MANAGER, NURSE = "Phạm Thị Luyện", "Lê Thị Tập"
LOT = "LT0001"


def open_or_make(folder: Path) -> OpenDesk:
    """The practice desk of a folder, made when there is none. Raises StoreError `training-folder-foreign`: then nothing was touched."""
    if not folder.exists():
        _make(folder)
    return _opened(folder)


def start_over(folder: Path) -> OpenDesk:
    """Throws away a practice desk, and nothing but that, and makes a new one. Raises StoreError `training-folder-foreign`."""
    if folder.exists():
        _practice_vault(folder)
        thrown = folder.with_name(f"{folder.name}.old")
        shutil.rmtree(thrown, ignore_errors=True)
        folder.rename(thrown)
        shutil.rmtree(thrown)
    return open_or_make(folder)


def _opened(folder: Path) -> OpenDesk:
    vault = _practice_vault(folder)
    with suppress(OSError):  # a disk that takes no log can still be read
        logs.set_up(folder)
    desk = OpenDesk(folder, vault, open_store(folder / STORE_NAME, keys.store_key(vault)))
    if not desk.is_training:
        desk.close()
        raise StoreError("training-folder-foreign")
    return desk


def _practice_vault(folder: Path) -> keys.Vault:
    """Proof that a folder is practice: its marker, and a vault that opens with what no real one opens with."""
    if folder.is_symlink() or not training.is_training_folder(folder) or not keys.asks_passphrase(folder):
        raise StoreError("training-folder-foreign")
    try:
        return keys.open_vault(folder, lambda: training.PASSPHRASE)
    except SecretsError as error:
        raise StoreError("training-folder-foreign") from error


def _make(folder: Path) -> None:
    """Under another name first: a power cut leaves no half-made desk."""
    beside = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True, mode=0o700)
    (beside / training.MARKER).write_text(json.dumps({"made_for": "training"}), encoding="utf-8")
    vault = keys.make_vault(beside, training.PASSPHRASE)
    keys.make_device_keys(vault)
    vault.put(DEVICE_ID, SITE.device_id.encode())
    with closing(create_store(beside / STORE_NAME, keys.store_key(vault))) as store:
        _people_it(store, keys.jws_signer(vault), now_in_vietnam())
    real = settings.load(folder.parent)
    settings.save(beside, replace(real, lock_after_minutes=30))
    beside.rename(folder)


def _people_it(store: Store, sign: SignBytes, now: datetime) -> None:
    """Staff, the session's product, and the doses that people had before."""
    clock = _Clock(now - timedelta(days=400))
    work = workplace(store, sign, clock)
    manager = setup.enrol(store, SITE, training.practice_enrolment(), MANAGER, training.PIN, clock.now)
    nurse = work.staff.add(NURSE, Role.NURSE, training.PIN, manager)
    earlier = [(days, vaccine, one) for one in practice_people() for days, vaccine in one.doses]
    for days, vaccine, one in sorted(earlier, key=lambda each: -each[0]):
        clock.now = (now - timedelta(days=days)).replace(hour=9, minute=0)
        record = work.desk.record(_draft(one, vaccine, clock.now, nurse), nurse)
        clock.now += timedelta(minutes=31)
        work.observation.end(record.dose.id, ObservationOutcome.WELL, "", nurse)
    clock.now = now
    _receive_all(work.sync_book, now)
    work.desk.set_preset(Preset(VACCINE, LOT, (now + timedelta(days=180)).date(), "", nurse.name))


def _receive_all(book: SyncBook, now: datetime) -> None:
    """What was given before today waits no more, as at a desk that had a line yesterday."""
    entries = [(due.entry, due.dose) for due in book.due(now, 500, asked=True) if isinstance(due, DueDose)]
    receipts = [Receipt(dose.id, dose.revision, "1", now, "0" * 64) for _, dose in entries]
    book.apply([Acknowledged(entry, receipt) for (entry, _), receipt in zip(entries, receipts, strict=True)], now)


def _draft(one: PracticePerson, vaccine: str, at: datetime, nurse: StaffMember) -> DoseDraft:
    card = scan.parse(card_text(one.person), at.date())
    assert isinstance(card, IdentityCard)
    expiry: date = (at + timedelta(days=90)).astimezone(VIETNAM).date()
    return DoseDraft(card.person, vaccine, LOT, expiry, at, screening=Screening.ELIGIBLE, injector=nurse.name)


class _Clock:
    """Moves only when told: the doses before today were given before today."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now
