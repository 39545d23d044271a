"""A dose as a correction makes it: judged by the same rules as a new one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection

from vaxdesk.errors import DoseRefused
from vaxdesk.models import dose_book, judging, people
from vaxdesk.models.drafts import DoseDraft
from vaxdesk.models.values import Dose, PersonDraft, VaccineCode


@dataclass(frozen=True, slots=True, repr=False)
class DoseChanges:
    """What a correction changes; None keeps what is stored."""

    vaccine: str | None = None
    lot: str | None = None
    expiry: date | None = None
    dose_number: int | None = None
    occurred_at: datetime | None = None
    injector: str | None = None
    body_site: str | None = None


def corrected(connection: Connection, old: Dose, changes: DoseChanges, now: datetime) -> Dose:
    """The corrected dose, judged as a new one would be, with its own old self left out of the history. Raises DoseRefused."""
    person = people.by_id(connection, old.person_id)
    draft = DoseDraft(
        person=PersonDraft(citizen_id=person.citizen_id.digits),
        vaccine=changes.vaccine if changes.vaccine is not None else old.vaccine,
        lot=changes.lot if changes.lot is not None else old.lot,
        expiry=changes.expiry or old.expiry,
        occurred_at=changes.occurred_at or old.occurred_at,
        dose_number=changes.dose_number or old.dose_number,
        screening=old.screening,
        injector=changes.injector if changes.injector is not None else old.injector,
        body_site=changes.body_site or old.body_site,
        override_reason="correction",  # what was really injected is recorded as it was; the reason is the correction's own
    )
    assessment = judging.judge(connection, draft, person, dose_book.site(connection), now, old.id)
    if not assessment.can_save or assessment.vaccine is None:
        raise DoseRefused(*assessment.blocking)
    verdict = assessment.verdict
    return replace(
        old,
        vaccine=VaccineCode(assessment.vaccine.code),
        lot=draft.lot.strip().upper(),
        expiry=draft.expiry,
        dose_number=verdict.dose_number if verdict else old.dose_number,
        series=verdict.series if verdict else old.series,
        series_doses=verdict.series_doses if verdict else old.series_doses,
        dose_ml=verdict.dose_ml if verdict else old.dose_ml,
        body_site=draft.body_site,
        occurred_at=draft.occurred_at,
        injector=draft.injector.strip() or old.injector,
    )
