"""The report of a serious adverse event after an injection: the province investigates within 24 hours (art. 6, Decree 104/2016/NĐ-CP).

What the desk knows is filled in from the records; what it does not keep (ethnic group, the reporter's telephone) is left for a pen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from vaxdesk.errors import ProofFailed
from vaxdesk.models.aftercare import Reaction, ReactionOutcome, Severity, Sign
from vaxdesk.models.values import VIETNAM, Dose, DoseRecord, DoseStatus, Person, Sex, Site
from vaxdesk.print import fonts, frame, proof
from vaxdesk.print.frame import type_of
from vaxdesk.print.layout import A4, MM, Fitted, Page, Style, fit
from vaxdesk.print.sheets import Words, product, spoken_date

TITLE = Words("BÁO CÁO TAI BIẾN NẶNG SAU TIÊM CHỦNG", "Report of a serious adverse event following immunization")
LEGAL = "Nghị định 104/2016/NĐ-CP, điều 6; mức độ theo 51/2017/TT-BYT"
DOSES_MAX = 5
LABEL_MM, HALF_LABEL_MM, GAP_MM = 48.0, 42.0, 1.4
LONG_CHARS, LINES_MAX = 110, 5
SIGNED_MM_MIN, SIGNED_MM_MAX = 3.0, 16.0
Rows = tuple[tuple[tuple[Words, str], ...], ...]  # labels and values, one or two a row
COLUMNS = (
    (Words("Mũi", "Dose"), 14.0),
    (Words("Loại vắc xin", "Vaccine"), 40.0),
    (Words("Ngày giờ tiêm", "Given at"), 34.0),
    (Words("Số lô, hạn dùng", "Lot, expiry"), 40.0),
    (Words("Đường tiêm, vị trí", "Route, body site"), 52.0),
)
SIGNS = {
    Sign.PAIN: "đau chỗ tiêm",
    Sign.SWELLING: "sưng, đỏ chỗ tiêm",
    Sign.FEVER: "sốt",
    Sign.CHILLS: "ớn lạnh, rét run",
    Sign.HEADACHE: "đau đầu",
    Sign.FATIGUE: "mệt mỏi",
    Sign.MUSCLE_PAIN: "đau cơ, khớp",
    Sign.NAUSEA: "buồn nôn",
    Sign.DIZZINESS: "chóng mặt",
    Sign.RASH: "phát ban, ngứa",
    Sign.BREATHING: "khó thở",
    Sign.BLOOD_PRESSURE: "tụt huyết áp",
    Sign.VOMITING: "nôn, tiêu chảy",
    Sign.UNCONSCIOUS: "mất ý thức",
    Sign.OTHER: "dấu hiệu khác (xem ghi chú)",
}
SEVERITIES = {
    Severity.COMMON: "Phản ứng thông thường",
    Severity.GRADE_1: "Phản vệ độ 1 (nhẹ)",
    Severity.GRADE_2: "Phản vệ độ 2 (nặng)",
    Severity.GRADE_3: "Phản vệ độ 3 (nguy kịch)",
    Severity.GRADE_4: "Phản vệ độ 4 (ngừng tuần hoàn)",
}
OUTCOMES = {
    ReactionOutcome.RECOVERED: "Đã khỏi",
    ReactionOutcome.RECOVERING: "Đang đỡ",
    ReactionOutcome.TRANSFERRED: "Chuyển viện",
    ReactionOutcome.SEQUELAE: "Để lại di chứng",
    ReactionOutcome.FATAL: "Tử vong",
    ReactionOutcome.UNKNOWN: "Chưa rõ",
}
BODY_SITES = {"LA": "cánh tay trái", "RA": "cánh tay phải", "LT": "đùi trái", "RT": "đùi phải"}
SEXES = {Sex.MALE: "Nam", Sex.FEMALE: "Nữ", Sex.UNKNOWN: ""}


@dataclass(frozen=True, slots=True, repr=False)
class SevereReport:
    """What the page tells. `doses` are all that this person is known to have had, the one before the reaction among them."""

    site: Site
    person: Person
    reaction: Reaction
    doses: tuple[Dose, ...]
    reporter: str
    at: datetime


def report_of(
    record: DoseRecord, history: Sequence[DoseRecord], reaction: Reaction, site: Site, reporter: str, at: datetime
) -> SevereReport:
    """The report of a reaction to `record`; of the doses that were given, the newest where there are more than the page holds."""
    doses = {one.dose.id: one.dose for one in (*history, record) if one.dose.status is DoseStatus.COMPLETED}
    newest = sorted(doses.values(), key=lambda dose: dose.occurred_at)[-DOSES_MAX:]
    return SevereReport(site, record.person, reaction, tuple(newest), reporter, at)


def render(report: SevereReport) -> bytes:
    """One A4 page as PDF, its texts read back. Raises ProofFailed when something does not fit or cannot be read."""
    page = Page(A4, "Báo cáo tai biến nặng sau tiêm chủng")
    top = frame.heading(page, report.site.name)
    top = frame.title(page, top + 4, TITLE) + 3
    top = _part(page, top, 1, Words("Người được tiêm", "Person"), _person(report.person))
    top = _section(page, top, 2, Words("Vắc xin đã tiêm", "Vaccines given"))
    top = _lines(page, _table(page, top, report.doses) + 2, _place(report.site))
    top = _part(page, top, 3, Words("Diễn biến", "Event"), _event(report.reaction))
    foot = frame.foot(page, LEGAL, f"Mã trường hợp/Case: {report.reaction.id}")
    _signatures(page, top, foot, report)
    pdf = page.pdf()
    proof.prove_text(pdf, tuple(fonts.visible(text) for text in _must_say(report)))
    return pdf


def _part(page: Page, top: float, number: int, words: Words, rows: Rows) -> float:
    return _lines(page, _section(page, top, number, words), rows)


def _section(page: Page, top: float, number: int, words: Words) -> float:
    return _label(page, A4.margin_mm, top + 1.5, Words(f"{number}. {words.vi}", words.en), type_of(A4).unit) + 1.2


def _label(page: Page, x: float, top: float, words: Words, style: Style) -> float:
    """A label with its subtitle behind it, on one line; returns the bottom edge."""
    kind = type_of(A4)
    label, small = Fitted((words.vi,), style), Fitted((words.en,), replace(kind.label_en, size_pt=7))
    bottom = page.block(x, top, label)
    end = x + fonts.width_pt(words.vi, style.face, style.size_pt) / MM + 1.4
    page.block(end, top + label.baseline_mm - small.baseline_mm, small)
    return bottom


def _lines(page: Page, top: float, rows: Rows) -> float:
    """Labels and values, one or two a row, over dotted lines."""
    for row in rows:
        width = A4.inner_mm / len(row)
        label_mm = LABEL_MM if len(row) == 1 else HALF_LABEL_MM
        bottoms = []
        for place, (words, value) in enumerate(row):
            bottoms.append(
                _line(page, A4.margin_mm + place * width, top, label_mm, width - 2 * (len(row) - 1), words, value)
            )
        top = max(bottoms) + GAP_MM
    return top


def _line(page: Page, x: float, top: float, label_mm: float, width: float, words: Words, value: str) -> float:
    kind = type_of(A4)
    _label(page, x, top, words, kind.label)
    baseline = top + Fitted((words.vi,), kind.label).baseline_mm
    if value:
        style = kind.value if len(value) < LONG_CHARS else replace(kind.note, face=kind.value.face)
        fitted = fit(value, style, width - label_mm, LINES_MAX)
        page.block(x + label_mm, baseline - fitted.baseline_mm, fitted)
        baseline += fitted.baselines_mm[-1] - fitted.baseline_mm
    page.rule(x + label_mm, baseline + 1.5, x + width, baseline + 1.5, 0.6, dots=True)
    return baseline + 2.2


def _person(person: Person) -> Rows:
    born = f"{spoken_date(person.birth_date)}   {SEXES[person.sex]}".rstrip()
    guardian = " · ".join(text for text in (person.guardian_name, person.guardian_phone) if text)
    return (
        ((Words("Họ và tên", "Name"), person.name),),
        ((Words("Ngày sinh, giới", "Born, sex"), born), (Words("Dân tộc", "Ethnic group"), "")),
        ((Words("Số CCCD", "ID"), person.citizen_id.digits), (Words("Điện thoại", "Tel"), person.phone)),
        ((Words("Cha, mẹ, giám hộ", "Guardian"), guardian),),
        ((Words("Địa chỉ", "Address"), person.address),),
    )


def _place(site: Site) -> Rows:
    return (((Words("Nơi tiêm", "Place"), ", ".join(text for text in (site.name, site.address) if text)),),)


def _event(reaction: Reaction) -> Rows:
    signs = ", ".join(SIGNS[sign] for sign in reaction.signs)
    onset = (Words("Xuất hiện lúc", "Onset"), _moment(reaction.onset_at))
    return (
        (onset, (Words("Kết quả", "Outcome"), OUTCOMES[reaction.outcome])),
        ((Words("Mức độ", "Severity"), SEVERITIES[reaction.severity]),),
        ((Words("Dấu hiệu", "Signs"), signs[:1].upper() + signs[1:]),),
        ((Words("Đã xử trí", "Treatment"), reaction.treatment),),
        ((Words("Ghi chú", "Note"), reaction.note),),
    )


def _table(page: Page, top: float, doses: Sequence[Dose]) -> float:
    kind, x = type_of(A4), A4.margin_mm
    for words, width in COLUMNS:
        below = page.block(x + 1, top + 0.5, fit(words.vi, kind.label, width - 2))
        page.block(x + 1, below - 0.6, fit(words.en, kind.label_en, width - 2))
        x += width
    page.rule(A4.margin_mm, top, A4.margin_mm + A4.inner_mm, top)
    bottom = below + kind.label_en.line_mm
    for dose in doses:
        page.rule(A4.margin_mm, bottom, A4.margin_mm + A4.inner_mm, bottom, 0.3)
        x, lowest = A4.margin_mm, bottom
        for (_, width), cell in zip(COLUMNS, _cells(dose), strict=True):
            lowest = max(lowest, page.block(x + 1, bottom + 0.8, fit(cell, kind.cell, width - 2, 2)))
            x += width
        bottom = lowest + 0.8
    page.rule(A4.margin_mm, bottom, A4.margin_mm + A4.inner_mm, bottom)
    return bottom


def _cells(dose: Dose) -> tuple[str, ...]:
    expiry = f"{dose.expiry:%d/%m/%Y}" if dose.expiry else ""
    lot = ", ".join(text for text in (dose.lot, expiry) if text)
    where = BODY_SITES.get(dose.body_site, dose.body_site)
    how = f"Tiêm bắp, {where}" if where else "Tiêm bắp"
    return str(dose.dose_number), product(dose.vaccine).brand, _moment(dose.occurred_at), lot, how


def _signatures(page: Page, top: float, foot: float, report: SevereReport) -> None:
    """Room to sign, as much as the page has left over its foot."""
    kind, third = type_of(A4), A4.inner_mm / 3
    labels = (
        (Words("Người báo cáo", "Reporter"), report.reporter),
        (Words("Điện thoại người báo cáo", "Reporter's telephone"), ""),
        (Words("Thủ trưởng đơn vị", "Head of site"), ""),
    )
    line = f"Lập lúc {_moment(report.at)} (Made at)"
    top = page.block(A4.margin_mm, top + 1, fit(line, kind.note, A4.inner_mm)) + 2
    for place, (words, value) in enumerate(labels):
        middle = A4.margin_mm + third * (place + 0.5)
        below = page.block(middle, top, fit(words.vi, kind.unit, third - 4), "centre")
        below = page.block(middle, below - 0.4, fit(words.en, kind.label_en, third - 4), "centre")
        name = fit(value, kind.value, third - 4)
        room = min(SIGNED_MM_MAX, foot - below - name.height_mm)
        if room < SIGNED_MM_MIN:
            raise ProofFailed("print-text-too-long", characters=str(len(report.reaction.note)))
        page.block(middle, below + room, name, "centre")


def _must_say(report: SevereReport) -> tuple[str, ...]:
    person, reaction = report.person, report.reaction
    lots = [dose.lot for dose in report.doses]
    said = (person.name, person.citizen_id.digits, report.site.name, reaction.treatment, reaction.note, *lots)
    return tuple(text for text in said if text)


def _moment(at: datetime) -> str:
    return f"{at.astimezone(VIETNAM):%H:%M %d/%m/%Y}"
