"""A restored desk may be told of its own doses before it has taken them back: they count once."""

from __future__ import annotations

from datetime import timedelta

from support.builders import DeskUnderTest, a_draft, a_person

from vaxdesk.models import elsewhere
from vaxdesk.models import exchange_tables as x
from vaxdesk.models.exchange import OtherDose, Source
from vaxdesk.models.values import Dose


def as_told(dose: Dose) -> OtherDose:
    """What the platform says of a dose of this desk."""
    return OtherDose(
        dose.id, "1", dose.revision, dose.citizen_id, dose.status, dose.vaccine, "Comirnaty", dose.dose_number,
        dose.series, dose.lot, dose.occurred_at, dose.site, dose.site_name, dose.device_id, dose.recorded_at,
        Source.PLATFORM,
    )  # fmt: skip


def test_a_dose_that_came_back_is_not_listed_twice(desk: DeskUnderTest) -> None:
    own = desk.work.desk.record(a_draft(), desk.manager).dose
    with desk.store.write() as connection:  # as it was before the dose came back
        connection.execute(x.elsewhere.insert().values(elsewhere._row(as_told(own))))
    assert desk.work.desk.check_in(a_person()).elsewhere.doses == ()
    desk.clock.forward(days=28)
    later = a_draft(occurred_at=desk.clock(), expiry=desk.clock().date() + timedelta(days=9))
    assert desk.work.desk.record(later, desk.manager).dose.dose_number == 2
