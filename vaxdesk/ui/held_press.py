"""Keys that were pressed before the answer came: what a fast nurse has decided already, for one person. No Qt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from vaxdesk.models.values import Screening
from vaxdesk.ui.dose_form import PRODUCT_FIELDS, Answer, DoseForm, band


class Place(StrEnum):
    """Where the decision is made that a held key could not make."""

    REASON = "reason"
    PERSON = "person"
    PRODUCT = "product"
    SCREENING = "screening"
    HOME = "home"


@dataclass(frozen=True, slots=True)
class HeldPress:
    """`screening`: the conclusion of a held Space (or Alt+1…6); `save`: Enter after it. They count for the form of `ticket` only."""

    ticket: int
    screening: Screening | None = None
    save: bool = False

    def with_screening(self, screening: Screening) -> HeldPress:
        """A conclusion was pressed; an Enter from before it does not stand for it."""
        return replace(self, screening=screening, save=False)

    def lets_conclude(self, form: DoseForm) -> bool:
        """Whether the conclusion stands: it is about the person, so it counts once it is known who that is. Enter takes the whole answer."""
        return self.screening is None or (form.assessment is not None and form.assessment.facts is not None)


def place_of(form: DoseForm) -> Place:
    """Where the focus goes when a held key was not done."""
    if form.assessment is not None and form.assessment.facts is None:
        return Place.PERSON
    if form.blocking and form.wants_reason:
        return Place.REASON
    fields = {problem.field for problem in form.blocking}
    if fields and fields <= PRODUCT_FIELDS and band(form).answer is Answer.PRODUCT_INCOMPLETE:
        return Place.PRODUCT
    return Place.HOME if form.blocking else Place.SCREENING
