"""Made-up drafts, people and stores for tests. Every name and number here is invented."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from vaxdesk.keys import make_device_keys, make_vault, store_key
from vaxdesk.models.db import Store, create_store
from vaxdesk.models.drafts import DoseDraft
from vaxdesk.models.exchange import Enrolment
from vaxdesk.models.setup import enrol
from vaxdesk.models.values import VIETNAM, DeviceId, PersonDraft, Screening, Sex, Site, SiteCode, StaffMember
from vaxdesk.models.workplace import Workplace, now_in_vietnam, workplace

PIN = "2468"
NOON = datetime(2021, 11, 12, 10, 41, tzinfo=VIETNAM)


@dataclass
class Clock:
    """A clock that tests move."""

    now: datetime = field(default=NOON)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **kwargs: float) -> None:
        self.now += timedelta(**kwargs)


@dataclass
class DeskUnderTest:
    """A workplace on a fresh encrypted store, with its manager signed in."""

    work: Workplace
    store: Store
    key: bytes
    folder: Path
    clock: Clock
    manager: StaffMember


def a_person(**changes: Any) -> PersonDraft:
    person = PersonDraft(
        citizen_id="079303000456",
        name="Trần Thị Bích",
        birth_date="2003-10-09",
        sex=Sex.FEMALE,
        address="Tổ 2, Phường Thử, Quận Mẫu, TP. Hồ Chí Minh",
    )
    return replace(person, **changes)


def another_person(**changes: Any) -> PersonDraft:
    person = PersonDraft(citizen_id="001090000123", name="Nguyễn Văn An", birth_date="1990-01-02", sex=Sex.MALE)
    return replace(person, **changes)


def a_draft(**changes: Any) -> DoseDraft:
    draft = DoseDraft(
        person=a_person(),
        vaccine="COMIRNATY",
        lot="FL4574",
        expiry=date(2022, 2, 28),
        occurred_at=NOON,
        screening=Screening.ELIGIBLE,
    )
    return replace(draft, **changes)


def number(index: int) -> str:
    """A made-up citizen number of a man born 1990, distinct for each index below a million."""
    return f"001090{index:06d}"


def a_crowd(count: int) -> list[DoseDraft]:
    """Drafts for `count` distinct made-up men born 1990."""
    return [
        a_draft(person=PersonDraft(number(i), f"Lê Văn Thử {chr(65 + i % 26)}", "1990-05-06", Sex.MALE))
        for i in range(1, count + 1)
    ]


def a_site() -> Site:
    return Site(SiteCode("79-Q10-P05"), "Trạm Y tế Phường 5, Q.10", "Số 1 Phố Mẫu", "079", DeviceId("d" * 36), 1)


def no_signature(payload: bytes) -> str:
    """A stand-in for the site's key where no signature is checked."""
    return "header.payload.signature"


def a_desk(folder: Path, clock: Clock | None = None, sign: Any = no_signature) -> DeskUnderTest:
    clock = clock or Clock()
    key = os.urandom(32)
    store = create_store(folder / "vaxdesk.db", key)
    enrolment = Enrolment("http://127.0.0.1:1/fhir", "http://127.0.0.1:1/token", "client", "smart")
    manager = enrol(store, a_site(), enrolment, "Phạm Thị Lan", PIN, clock())
    return DeskUnderTest(workplace(store, sign, clock), store, key, folder, clock, manager)


PASSPHRASE = "kho của bài kiểm tra"


def an_enrolled_folder(folder: Path, fhir_base: str = "http://127.0.0.1:1/fhir") -> StaffMember:
    """A data folder as enrolment leaves it, with a platform that does not answer; gives the manager."""
    vault = make_vault(folder, PASSPHRASE)
    make_device_keys(vault)
    store = create_store(folder / "vaxdesk.db", store_key(vault))
    enrolment = Enrolment(fhir_base, "http://127.0.0.1:1/token", "client", "smart")
    manager = enrol(store, a_site(), enrolment, "Phạm Thị Lan", PIN, now_in_vietnam())
    store.close()
    return manager
