"""Impossible rows are impossible, whoever writes them: raw SQL with the right key is refused by the store itself."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from support.builders import DeskUnderTest, a_draft

from vaxdesk.models import tables as t
from vaxdesk.models.rows import row_of_dose
from vaxdesk.models.values import DoseRecord


@pytest.fixture
def saved(desk: DeskUnderTest) -> DoseRecord:
    return desk.work.desk.record(a_draft(), desk.manager)


def copy_of(record: DoseRecord, **changes: object) -> dict[str, object]:
    row = row_of_dose(record.dose) | {
        "id": "another-dose",
        "sequence": 99,
        "saved_at": record.dose.recorded_at,
        "saved_by": record.dose.recorder_id,
    }
    return row | changes


def insert(desk: DeskUnderTest, row: dict[str, object]) -> None:
    with desk.store.write() as connection:
        connection.execute(t.dose.insert().values(**row))


def test_the_copied_row_itself_is_accepted(desk: DeskUnderTest, saved: DoseRecord) -> None:
    insert(desk, copy_of(saved))


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("citizen_id", None),
        ("citizen_id", ""),
        ("citizen_id", "07930300045"),
        ("citizen_id", "0793030004567"),
        ("citizen_id", "07930300045x"),
        ("citizen_id", "０７９３０３０００４５６"),
        ("citizen_id", "B1234567"),
        ("person_id", "nobody"),
        ("status", "deleted"),
        ("screening", "postponed"),
        ("lot", ""),
        ("expiry", None),
        ("vaccine", ""),
        ("dose_number", 0),
        ("recorder", ""),
        ("injector", ""),
        ("recorder_id", "stranger"),
        ("sequence", 1),
        ("revision", 0),
        ("revision", 2),
        ("series", "third"),
    ],
)
def test_a_dose_that_cannot_be_is_refused(desk: DeskUnderTest, saved: DoseRecord, column: str, value: object) -> None:
    with pytest.raises(sa.exc.IntegrityError):
        insert(desk, copy_of(saved, **{column: value}))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE dose SET lot = 'X'",
        "DELETE FROM dose",
        "UPDATE person_revision SET name = 'X'",
        "DELETE FROM person_revision",
        "DELETE FROM person",
        "UPDATE audit SET who = 'X'",
        "DELETE FROM audit",
        "DELETE FROM outbox",
        "INSERT INTO receipt VALUES ('no-such-dose', 1, 'dose', '1', '2021-11-12', '" + "0" * 64 + "', NULL, '')",
    ],
)
def test_what_was_saved_cannot_be_changed_or_removed(desk: DeskUnderTest, saved: DoseRecord, statement: str) -> None:
    with pytest.raises(sa.exc.IntegrityError), desk.store.write() as connection:
        connection.exec_driver_sql(statement)


def test_a_correction_without_reason_is_refused(desk: DeskUnderTest, saved: DoseRecord) -> None:
    row = copy_of(saved, id=saved.dose.id, revision=2)
    with pytest.raises(sa.exc.IntegrityError):
        insert(desk, row)
    insert(desk, row | {"reason": "wrong lot typed"})


@pytest.mark.parametrize("column", ["recorder", "device_id", "site"])
def test_who_recorded_a_dose_and_where_is_frozen(desk: DeskUnderTest, saved: DoseRecord, column: str) -> None:
    row = copy_of(saved, id=saved.dose.id, revision=2, reason="wrong lot typed", **{column: "somebody else"})
    with pytest.raises(sa.exc.IntegrityError):
        insert(desk, row)


def test_a_dose_inserted_by_hand_is_queued_all_the_same(desk: DeskUnderTest, saved: DoseRecord) -> None:
    insert(desk, copy_of(saved))
    with desk.store.read() as connection:
        queued = set(connection.execute(sa.select(t.outbox.c.record_id)).scalars())
    assert queued == {saved.dose.id, "another-dose"}
