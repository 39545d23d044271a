"""Two truths about one dose, line by line, for a manager to choose from."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from vaxdesk.models.disputes import OpenDispute
from vaxdesk.models.exchange import OtherDose
from vaxdesk.models.values import Dose
from vaxdesk.ui import words

translate = QCoreApplication.translate
UNKNOWN = "–"


@dataclass(frozen=True, slots=True)
class Line:
    """One fact as this desk has it and as the other side has it."""

    title: str
    ours: str
    theirs: str

    @property
    def differs(self) -> bool:
        """Whether the two sides say different things; what one side never says is no difference."""
        return UNKNOWN not in (self.ours, self.theirs) and self.ours != self.theirs


def lines(open_dispute: OpenDispute, language: str) -> tuple[Line, ...]:
    """What can be compared. Everything of the other side is a dash while it is not known."""
    dispute, dose = open_dispute.dispute, open_dispute.record.dose
    if dispute.other is not None:
        ours, theirs = _beside_another(dose, language), _of_other(dispute.other, language)
    else:
        ours = _of_dose(dose, language)
        theirs = _of_dose(dispute.theirs, language) if dispute.theirs is not None else {}
    return tuple(Line(title, value, theirs.get(title, UNKNOWN)) for title, value in ours.items())


def _of_dose(dose: Dose, language: str) -> dict[str, str]:
    return {
        translate("words", "Tình trạng"): words.status(dose.status),
        translate("words", "Vắc xin"): words.vaccine(dose.vaccine, language) or UNKNOWN,
        translate("words", "Số lô"): dose.lot or UNKNOWN,
        translate("words", "Hạn dùng"): words.day(dose.expiry),
        translate("words", "Mũi số"): str(dose.dose_number or UNKNOWN),
        translate("words", "Lúc tiêm"): words.moment(dose.occurred_at),
        translate("words", "Người tiêm"): dose.injector or UNKNOWN,
    }


def _beside_another(dose: Dose, language: str) -> dict[str, str]:
    kept = _of_dose(dose, language)
    del kept[translate("words", "Hạn dùng")], kept[translate("words", "Người tiêm")]
    return kept | {translate("words", "Nơi tiêm"): dose.site_name or dose.site}


def _of_other(other: OtherDose, language: str) -> dict[str, str]:
    product = words.vaccine(other.vaccine, language) if other.vaccine else other.vaccine_text
    return {
        translate("words", "Tình trạng"): words.status(other.status),
        translate("words", "Vắc xin"): product or UNKNOWN,
        translate("words", "Số lô"): other.lot or UNKNOWN,
        translate("words", "Mũi số"): str(other.dose_number or UNKNOWN),
        translate("words", "Lúc tiêm"): words.moment(other.occurred_at),
        translate("words", "Nơi tiêm"): other.site_name or other.site,
    }
