"""A dose as a nurse wants to save it: what forms, the command line and imports hand to the desk. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from vaxdesk.errors import Problem
from vaxdesk.models.screening import SheetDraft
from vaxdesk.models.values import PersonDraft, Screening, StaffId


@dataclass(frozen=True, slots=True, repr=False)
class DoseDraft:
    """A dose as a nurse wants to save it. `citizen_id` inside `person` is text: the use case checks it.

    `screening` None: not concluded yet; such a draft is judged as a dose, and never saved.
    `concluded_by`: who concluded the screening, where that is not who saves (the desk was handed over in between).
    `late_reason`: why it is recorded only now, for a dose that was kept on paper; both times stand in the record. It overrides nothing.
    """

    person: PersonDraft
    vaccine: str
    lot: str
    expiry: date | None
    occurred_at: datetime
    dose_number: int | None = None
    screening: Screening | None = None
    injector: str = ""
    body_site: str = "LA"
    override_reason: str = ""
    notes: tuple[Problem, ...] = ()
    sheet: SheetDraft | None = None
    concluded_by: StaffId | None = None
    vial: str = ""  # the number on the tray; empty where nobody keeps account of vials
    late_reason: str = ""

    @property
    def gives_dose(self) -> bool:
        """Whether it is about an injection, and not only about a conclusion against one."""
        return self.screening is None or self.screening.lets_inject

    def __repr__(self) -> str:
        return "DoseDraft(…)"
