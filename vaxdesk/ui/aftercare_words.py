"""Words for the time after the needle: signs, severity, outcomes, and how long somebody still stays."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from vaxdesk.models.aftercare import ObservationOutcome, Reaction, ReactionOutcome, Severity, Sign
from vaxdesk.models.observation import Observed
from vaxdesk.ui import words

translate = QCoreApplication.translate
MINUTE_S, HOUR_S = 60, 3600


def sign(value: Sign) -> str:
    """What was seen, short enough for a button."""
    return {
        Sign.PAIN: translate("words", "Đau chỗ tiêm"),
        Sign.SWELLING: translate("words", "Sưng, đỏ chỗ tiêm"),
        Sign.FEVER: translate("words", "Sốt"),
        Sign.CHILLS: translate("words", "Ớn lạnh, rét run"),
        Sign.HEADACHE: translate("words", "Đau đầu"),
        Sign.FATIGUE: translate("words", "Mệt mỏi"),
        Sign.MUSCLE_PAIN: translate("words", "Đau cơ, khớp"),
        Sign.NAUSEA: translate("words", "Buồn nôn"),
        Sign.DIZZINESS: translate("words", "Chóng mặt"),
        Sign.RASH: translate("words", "Phát ban, ngứa"),
        Sign.BREATHING: translate("words", "Khó thở"),
        Sign.BLOOD_PRESSURE: translate("words", "Tụt huyết áp"),
        Sign.VOMITING: translate("words", "Nôn, tiêu chảy"),
        Sign.UNCONSCIOUS: translate("words", "Mất ý thức"),
        Sign.OTHER: translate("words", "Dấu hiệu khác"),
    }[value]


def severity(value: Severity) -> str:
    """How bad it is (51/2017/TT-BYT)."""
    return {
        Severity.COMMON: translate("words", "Thông thường"),
        Severity.GRADE_1: translate("words", "Phản vệ độ 1"),
        Severity.GRADE_2: translate("words", "Phản vệ độ 2"),
        Severity.GRADE_3: translate("words", "Phản vệ độ 3"),
        Severity.GRADE_4: translate("words", "Phản vệ độ 4"),
    }[value]


def severity_short(value: Severity) -> str:
    """The same, for a narrow button."""
    if value is Severity.COMMON:
        return translate("words", "Thông thường")
    return translate("words", "Độ {grade}").format(grade=value.value[-1])


def reaction_outcome(value: ReactionOutcome) -> str:
    """What became of it."""
    return {
        ReactionOutcome.RECOVERED: translate("words", "Đã khỏi"),
        ReactionOutcome.RECOVERING: translate("words", "Đang đỡ"),
        ReactionOutcome.TRANSFERRED: translate("words", "Chuyển viện"),
        ReactionOutcome.SEQUELAE: translate("words", "Để lại di chứng"),
        ReactionOutcome.FATAL: translate("words", "Tử vong"),
        ReactionOutcome.UNKNOWN: translate("words", "Chưa rõ"),
    }[value]


def way_out(value: ObservationOutcome) -> str:
    """How somebody left the observation area."""
    return {
        ObservationOutcome.WELL: translate("words", "Bình thường"),
        ObservationOutcome.REACTION: translate("words", "Có phản ứng"),
        ObservationOutcome.LEFT_EARLY: translate("words", "Về trước giờ, không báo"),
        ObservationOutcome.TRANSFERRED: translate("words", "Chuyển viện"),
    }[value]


def signs(found: Reaction) -> str:
    """Everything that was seen, as one line."""
    said = ", ".join(sign(one) for one in found.signs)
    return said[:1].upper() + said[1:].lower()


def dose(one: Observed, language: str) -> str:
    """Mũi 2 · Comirnaty."""
    number = translate("words", "Mũi {number}").format(number=one.dose_number)
    return f"{number} · {words.vaccine(one.vaccine, language)}"


def countdown(left_s: int) -> str:
    """24:31; never below zero."""
    left = max(0, left_s)
    return f"{left // MINUTE_S:02d}:{left % MINUTE_S:02d}"


def overdue(over_s: int) -> str:
    """Quá giờ 25 phút, in the one unit a person would say."""
    return translate("words", "Quá giờ {lasting}").format(lasting=words.lasting(max(0, over_s)))
