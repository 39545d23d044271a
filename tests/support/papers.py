"""Made-up dose records and certificates for the printing tests."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from types import MappingProxyType
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from support.issuer import Signer, a_country, a_payload, an_hc1

from vaxdesk.models import catalogue
from vaxdesk.models.values import (
    VIETNAM,
    Certificate,
    CertificateId,
    CitizenId,
    DeviceId,
    Dose,
    DoseId,
    DoseRecord,
    DoseStatus,
    PartialDate,
    Person,
    PersonId,
    Screening,
    Series,
    Sex,
    Site,
    SiteCode,
    StaffId,
    Stage,
    VaccineCode,
)

NOON = datetime(2021, 11, 12, 10, 41, tzinfo=VIETNAM)
NEXT_DAY = NOON + timedelta(days=1, hours=2)
SITE = Site(SiteCode("79-Q10-P05"), "Trạm Y tế Phường 5, Quận 10", "Số 1 Phố Mẫu", "079", DeviceId("d" * 36), 1)
PERSON = Person(
    PersonId("11111111-2222-4333-8444-555555555555"),
    1,
    CitizenId("079303000456"),
    "Trần Thị Bích",
    PartialDate("2003-10-09"),
    Sex.FEMALE,
    phone="0900000678",
    address="Tổ 2, Phường Thử, Quận Mẫu, TP. Hồ Chí Minh",
)


@cache
def a_site_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def a_dose(**changes: Any) -> Dose:
    dose = Dose(
        id=DoseId("0b8f7a52-6a3e-4d0e-9c1b-2f4d5e6a7b8c"), revision=1, person_id=PERSON.id, citizen_id=PERSON.citizen_id,
        status=DoseStatus.COMPLETED, screening=Screening.ELIGIBLE, vaccine=VaccineCode("COMIRNATY"), lot="FL4574",
        expiry=date(2022, 2, 28), dose_number=1, series=Series.PRIMARY, series_doses=2, dose_ml=0.3, body_site="LA",
        occurred_at=NOON, recorded_at=NOON, recorder_id=StaffId("s"), recorder="Phạm Thị Lan", injector="Lê Văn Tám",
        device_id=SITE.device_id, epoch=1, sequence=1, site=SITE.code, site_name=SITE.name,
    )  # fmt: skip
    return replace(dose, **changes)


def a_record(person: Person = PERSON, **changes: Any) -> DoseRecord:
    dose = a_dose(person_id=person.id, citizen_id=person.citizen_id, **changes)
    return DoseRecord(dose, person, MappingProxyType({Stage.RECORDED: dose.recorded_at}))


def a_person(**changes: Any) -> Person:
    return replace(PERSON, **changes)


def a_course(count: int, person: Person = PERSON) -> tuple[DoseRecord, ...]:
    """That many doses of one person: two primary, an additional one, boosters."""
    kinds = (
        Series.PRIMARY,
        Series.PRIMARY,
        Series.ADDITIONAL,
        Series.BOOSTER,
        Series.BOOSTER,
        Series.BOOSTER,
    )
    return tuple(
        a_record(
            person, id=DoseId(str(uuid.UUID(int=n + 1, version=4))), dose_number=n + 1, series=kinds[n],
            occurred_at=NOON + timedelta(days=90 * n), lot=f"LO{n}457",
        )
        for n in range(count)
    )  # fmt: skip


def payload_of(record: DoseRecord, **changes: Any) -> dict[str, Any]:
    """What a platform would certify for a record."""
    family, _, given = record.person.name.partition(" ")
    vaccine = catalogue.load().vaccine(record.dose.vaccine)
    day = record.dose.occurred_at.astimezone(VIETNAM).date().isoformat()
    payload = a_payload(
        **{"mp": vaccine.mp, "ma": vaccine.ma, "vp": vaccine.vp, "dn": record.dose.dose_number,
           "sd": max(record.dose.series_doses, record.dose.dose_number), "dt": day} | changes
    )  # fmt: skip
    names = {"fn": family, "gn": given} if given else {"fn": family}
    return payload | {"nam": names | {"fnt": "X"}, "dob": record.person.birth_date}


def a_certificate(record: DoseRecord, signer: Signer | None = None, **changes: Any) -> Certificate:
    """A certificate for a record; keywords change the entry it certifies."""
    payload = payload_of(record, **changes)
    hc1 = an_hc1(payload, signer or a_country().es256)
    uvci = payload["v"][0]["ci"]
    return Certificate(CertificateId("c-1"), record.dose.id, "1", uvci, hc1, "current", NEXT_DAY)


def names_of(records: Iterable[DoseRecord]) -> list[str]:
    return [record.person.name for record in records]
