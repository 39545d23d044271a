"""Between rows and values: the one place where a table row becomes a frozen value and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Dialect, Row, Select, Table, and_, exists, select
from sqlalchemy.dialects import sqlite

from vaxdesk.models import tables as t
from vaxdesk.models.values import (
    Certificate,
    CertificateId,
    CitizenId,
    DeviceId,
    Dose,
    DoseId,
    DoseStatus,
    HealthBook,
    PartialDate,
    Person,
    PersonId,
    Post,
    Receipt,
    Role,
    Screening,
    Series,
    Sex,
    Site,
    SiteCode,
    StaffId,
    StaffMember,
    VaccineCode,
)

newer_dose = t.dose.alias("newer_dose")


def insert_many(
    connection: Connection,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    common: Mapping[str, Any],
    or_else: str = "",
) -> None:
    """Inserts thousands of rows with the same columns, in half the time: SQLAlchemy does not look at each value of each row.

    `rows` hold what differs, as SQLite keeps it; `common` what all have, times too. `or_else`: `OR IGNORE`.
    """
    if not rows:
        return
    same = {name: _kept(table, name, value, connection.dialect) for name, value in common.items()}
    insert = _insert_text(table, (*rows[0], *same), or_else)
    connection.exec_driver_sql(insert, [{**row, **same} for row in rows])


def _kept(table: Table, column: str, value: Any, dialect: Dialect) -> Any:
    turn = table.c[column].type.bind_processor(dialect)
    return turn(value) if turn else value


@cache
def _insert_text(table: Table, columns: tuple[str, ...], or_else: str) -> str:
    insert = table.insert().prefix_with(or_else) if or_else else table.insert()
    return str(insert.compile(dialect=sqlite.dialect(paramstyle="named"), column_keys=list(columns)))


def is_current_dose() -> ColumnElement[bool]:
    """The condition that a `dose` row is the newest revision of its dose."""
    return ~exists().where(newer_dose.c.id == t.dose.c.id, newer_dose.c.revision > t.dose.c.revision)


def select_person() -> Select[Any]:
    """People at the revision that counts now."""
    return select(t.person_revision).join(
        t.person,
        and_(
            t.person.c.id == t.person_revision.c.person_id,
            t.person.c.revision == t.person_revision.c.revision,
        ),
    )


def person_of(row: Row[Any]) -> Person:
    """A person_revision row as a value."""
    r = row._mapping
    return Person(
        id=PersonId(r["person_id"]),
        revision=r["revision"],
        citizen_id=CitizenId(r["citizen_id"]),
        name=r["name"],
        birth_date=PartialDate(r["birth_date"]),
        sex=Sex(r["sex"]),
        old_id=r["old_id"],
        phone=r["phone"],
        address=r["address"],
        nationality=r["nationality"],
        guardian_name=r["guardian_name"],
        guardian_phone=r["guardian_phone"],
        health_book=HealthBook(r["health_book"]),
    )


def dose_of(row: Row[Any]) -> Dose:
    """A dose row as a value."""
    return dose_of_mapping(row._mapping)


def dose_of_mapping(r: Mapping[str, Any] | Any) -> Dose:
    """The columns of a dose as a value."""
    return Dose(
        id=DoseId(r["id"]),
        revision=r["revision"],
        person_id=PersonId(r["person_id"]),
        citizen_id=CitizenId(r["citizen_id"]),
        status=DoseStatus(r["status"]),
        screening=Screening(r["screening"]),
        vaccine=VaccineCode(r["vaccine"]),
        lot=r["lot"],
        expiry=r["expiry"],
        dose_number=r["dose_number"],
        series=Series(r["series"]),
        series_doses=r["series_doses"],
        dose_ml=r["dose_ml"],
        body_site=r["body_site"],
        occurred_at=r["occurred_at"],
        recorded_at=r["recorded_at"],
        recorder_id=StaffId(r["recorder_id"]),
        recorder=r["recorder"],
        injector=r["injector"],
        device_id=DeviceId(r["device_id"]),
        epoch=r["epoch"],
        sequence=r["sequence"],
        site=SiteCode(r["site"]),
        site_name=r["site_name"],
        reason=r["reason"],
        override_reason=r["override_reason"],
    )


def row_of_dose(dose: Dose) -> dict[str, Any]:
    """A dose as column values (without saved_at and saved_by)."""
    names = (column.name for column in t.dose.columns if column.name not in ("saved_at", "saved_by"))
    plain = {name: getattr(dose, name) for name in names}
    return plain | {
        "citizen_id": dose.citizen_id.digits,
        "status": dose.status.value,
        "screening": dose.screening.value,
        "series": dose.series.value,
    }


def receipt_of(r: Mapping[str, Any] | Any) -> Receipt:
    """A receipt row's mapping as a value."""
    return Receipt(r["record_id"], r["revision"], r["version"], r["at"], r["hash"])


def certificate_of(row: Row[Any], status: str) -> Certificate:
    """A certificate row with its newest status as a value."""
    r = row._mapping
    return Certificate(
        CertificateId(r["id"]),
        DoseId(r["dose_id"]),
        r["dose_version"],
        r["uvci"],
        r["hc1"],
        status,
        r["issued_at"],
    )


def staff_of(row: Row[Any]) -> StaffMember:
    """A staff row as a value."""
    r = row._mapping
    return StaffMember(StaffId(r["id"]), r["username"], r["name"], Role(r["role"]), Post(r["post"]))


def site_of(row: Row[Any]) -> Site:
    """The device row as a value."""
    r = row._mapping
    return Site(
        SiteCode(r["site"]),
        r["site_name"],
        r["site_address"],
        r["province"],
        DeviceId(r["device_id"]),
        r["epoch"],
    )
