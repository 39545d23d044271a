"""Words for complaints: states, kinds, what is left of 48 hours, claims beside records, what was done."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication

from vaxdesk.errors import InputRefused
from vaxdesk.models import catalogue
from vaxdesk.models.complaint_book import CandidateCase
from vaxdesk.models.complaint_candidates import Match
from vaxdesk.models.complaint_changes import AddDose, CorrectDose, change_of
from vaxdesk.models.complaints import (
    Action,
    Claim,
    ComplaintKind,
    ComplaintStatus,
    ComplaintStep,
    Story,
    Urgency,
    is_taking,
    urgency,
)
from vaxdesk.models.values import VIETNAM, DoseRecord, DoseStatus, Person, Sex
from vaxdesk.ui import words
from vaxdesk.ui.comparison import UNKNOWN, Line
from vaxdesk.ui.tone import Tone

translate = QCoreApplication.translate
TONES = {
    Urgency.OVERDUE: (Tone.STOP, "stop"),
    Urgency.ALARM: (Tone.STOP, "clock"),
    Urgency.SOON: (Tone.DECIDE, "clock"),
    Urgency.LATER: (Tone.INFORM, "clock"),
    Urgency.CLOSED: (Tone.ALLOWED, "proven"),
}


def kind(value: ComplaintKind) -> str:
    """What it is about."""
    return {
        ComplaintKind.MISSING: translate("words", "Thiếu mũi tiêm"),
        ComplaintKind.WRONG: translate("words", "Sai mũi tiêm"),
        ComplaintKind.IDENTITY: translate("words", "Sai thông tin cá nhân"),
        ComplaintKind.OTHER: translate("words", "Nội dung khác"),
    }[value]


def status(value: ComplaintStatus) -> str:
    """How far it is."""
    return {
        ComplaintStatus.OPEN: translate("words", "Chưa trả lời"),
        ComplaintStatus.ASKED: translate("words", "Chờ người dân"),
        ComplaintStatus.POSTPONED: translate("words", "Xử lý sau"),
        ComplaintStatus.SETTLED: translate("words", "Đã giải quyết"),
        ComplaintStatus.REJECTED: translate("words", "Đã từ chối"),
    }[value]


def left(story: Story, now: datetime) -> str:
    """What is left: còn 5 giờ 12 phút; quá 3 giờ 04 phút; closed ones say how they ended."""
    if story.status.is_closed:
        return status(story.status)
    seconds = int((story.complaint.due_at - now).total_seconds())
    minutes = abs(seconds) // 60
    text = translate("words", "còn {hours} giờ {minutes} phút")
    if seconds <= 0:
        text = translate("words", "quá {hours} giờ {minutes} phút")
    return text.format(hours=minutes // 60, minutes=f"{minutes % 60:02d}")


def tone(story: Story, now: datetime) -> tuple[Tone, str]:
    """Its colour and drawing."""
    return TONES[urgency(story.status, story.complaint.due_at, now)]


def match(value: Match) -> str:
    """Why somebody may be meant."""
    return {
        Match.NUMBER: translate("words", "đúng số định danh"),
        Match.NUMBER_NEAR: translate("words", "số định danh lệch một chữ số"),
        Match.OLD_NUMBER: translate("words", "đúng số CMND cũ"),
        Match.PHONE: translate("words", "đúng điện thoại"),
        Match.NAME: translate("words", "đúng họ tên"),
        Match.NAME_FOLDED: translate("words", "họ tên khác dấu"),
        Match.NAME_PART: translate("words", "một phần họ tên"),
        Match.BIRTH_DATE: translate("words", "đúng ngày sinh"),
        Match.BIRTH_YEAR: translate("words", "đúng năm sinh"),
        Match.SEX: translate("words", "đúng giới tính"),
    }[value]


def vaccine_code(claimed: str) -> str:
    """The vaccine's code for what a citizen wrote (a code, a brand, a common name); empty for anything else."""
    try:
        return catalogue.load().vaccine(claimed).code if claimed.strip() else ""
    except InputRefused:
        return ""


def lines(claim: Claim, shown: CandidateCase | None, language: str) -> tuple[Line, ...]:
    """The claim beside a person and the dose that fits best. Here `ours` is the claim's side."""
    person = shown.candidate.person if shown else None
    dose = best_dose(claim, shown.doses) if shown else None
    return (*_of_person(claim, person), *_of_dose(claim, dose, language))


def _of_person(claim: Claim, person: Person | None) -> tuple[Line, ...]:
    def line(title: str, said: str, kept: str) -> Line:
        return Line(title, said or UNKNOWN, (kept or UNKNOWN) if person else UNKNOWN)

    said_sex = "" if claim.sex is Sex.UNKNOWN else words.sex(claim.sex)
    return (
        line(translate("words", "Họ và tên"), claim.name, person.name if person else ""),
        line(
            translate("words", "Ngày sinh"),
            words.birth(claim.birth_date),
            words.birth(person.birth_date) if person else "",
        ),
        line(translate("words", "Giới tính"), said_sex, words.sex(person.sex) if person else ""),
        line(
            translate("words", "Số định danh"),
            masked(claim.citizen_id, person.citizen_id.digits if person else ""),
            masked(person.citizen_id.digits, claim.citizen_id) if person else "",
        ),
        line(translate("words", "Số CMND cũ"), claim.old_id, person.old_id if person else ""),
        line(translate("words", "Điện thoại"), claim.phone, person.phone if person else ""),
    )


def masked(number: str, beside: str = "") -> str:
    """As lists show a number, with the digits that differ from the one beside it; a number of another length as it is."""
    if len(number) != 12:
        return number
    other = beside if len(beside) == 12 else number
    shown = [digit if place < 4 or place > 7 or digit != other[place] else "•" for place, digit in enumerate(number)]
    return "".join(shown)


def _of_dose(claim: Claim, record: DoseRecord | None, language: str) -> tuple[Line, ...]:
    code = vaccine_code(claim.vaccine)
    said = words.vaccine(code, language) if code else claim.vaccine
    dose = record.dose if record else None
    return (
        Line(translate("words", "Mũi số"), claim.dose_number or UNKNOWN, str(dose.dose_number) if dose else UNKNOWN),
        Line(
            translate("words", "Vắc xin"), said or UNKNOWN, words.vaccine(dose.vaccine, language) if dose else UNKNOWN
        ),
        Line(translate("words", "Số lô"), claim.lot or UNKNOWN, dose.lot if dose else UNKNOWN),
        Line(
            translate("words", "Ngày tiêm"),
            words.birth(claim.day),
            words.day(dose.occurred_at.astimezone(VIETNAM).date()) if dose else UNKNOWN,
        ),
    )


def best_dose(claim: Claim, doses: tuple[DoseRecord, ...]) -> DoseRecord | None:
    """The dose the claim is likely about: of that day, else of that number, else the last one."""
    given = [record for record in doses if record.dose.status is DoseStatus.COMPLETED]
    of_day = [one for one in given if one.dose.occurred_at.astimezone(VIETNAM).date().isoformat() == claim.day]
    of_number = [one for one in given if str(one.dose.dose_number) == claim.dose_number.strip()]
    return next(iter(of_day or of_number or given[-1:]), None)


def step(value: ComplaintStep, who: str) -> str:
    """One thing that was done: 10:41 12/11/2021 · Lê Thị Mai · Từ chối."""
    said = translate("words", "Nhận tại quầy") if is_taking(value) else _action(value.action)
    return f"{words.moment(value.at)} · {who} · {said}"


def _action(action: Action) -> str:
    return {
        Action.ASK: translate("words", "Đề nghị bổ sung"),
        Action.POSTPONE: translate("words", "Để xử lý sau"),
        Action.PROPOSE: translate("words", "Đề nghị sửa hồ sơ"),
        Action.APPROVE: translate("words", "Duyệt và đã sửa"),
        Action.DECLINE: translate("words", "Không duyệt"),
        Action.SETTLE: translate("words", "Giải quyết"),
        Action.REJECT: translate("words", "Đã từ chối"),
        Action.WITHDRAW: translate("words", "Rút lại"),
    }[action]


def change(value: ComplaintStep, language: str) -> str:
    """What a proposal would change, in one sentence."""
    kept = change_of(value.details)
    if isinstance(kept, AddDose):
        draft = kept.draft
        return translate("words", "Ghi bổ sung mũi {number}: {vaccine}, lô {lot}, tiêm lúc {at}, cho {name}.").format(
            number=draft.dose_number or "–",
            vaccine=words.vaccine(draft.vaccine, language) or draft.vaccine,
            lot=draft.lot,
            at=words.moment(draft.occurred_at),
            name=draft.person.name or masked(draft.person.citizen_id),
        )
    if isinstance(kept, CorrectDose):
        changed = kept.changes
        said = [
            f"{translate('words', 'Vắc xin')}: {words.vaccine(changed.vaccine, language)}" if changed.vaccine else "",
            f"{translate('words', 'Số lô')}: {changed.lot}" if changed.lot else "",
            f"{translate('words', 'Hạn dùng')}: {words.day(changed.expiry)}" if changed.expiry else "",
            f"{translate('words', 'Mũi số')}: {changed.dose_number}" if changed.dose_number else "",
            f"{translate('words', 'Lúc tiêm')}: {words.moment(changed.occurred_at)}" if changed.occurred_at else "",
        ]
        return translate("words", "Sửa mũi tiêm. {facts}").format(facts="; ".join(one for one in said if one))
    facts = kept.facts
    said = [facts.name, words.birth(facts.birth_date), words.sex(facts.sex), facts.phone]
    return translate("words", "Sửa thông tin cá nhân thành: {facts}").format(
        facts=", ".join(one for one in said if one)
    )
