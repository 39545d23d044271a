"""From the fields of a fix to the exact change, and back: what a second person will see is what stands here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QComboBox, QLineEdit

from vaxdesk.models import catalogue
from vaxdesk.models.complaint_book import CandidateCase, Case
from vaxdesk.models.complaint_changes import AddDose, Change, CorrectDose, MendPerson
from vaxdesk.models.complaints import Rejection
from vaxdesk.models.desk import DoseChanges
from vaxdesk.models.drafts import DoseDraft
from vaxdesk.models.identity_cases import draft_of
from vaxdesk.models.values import VIETNAM, DoseRecord, DoseStatus, PersonDraft, Screening, Sex
from vaxdesk.ui import complaint_words, words
from vaxdesk.ui.desk_dose import expiry_from_typed
from vaxdesk.ui.surroundings import Surroundings

translate = QCoreApplication.translate
AT_FORM = "%d/%m/%Y %H:%M"
Lines = Mapping[str, QLineEdit]
Boxes = Mapping[str, QComboBox]


class Unreadable(Exception):
    """A field that says nothing this program understands; `said` is for the person."""

    def __init__(self, field: str, said: str) -> None:
        super().__init__(field)
        self.field, self.said = field, said


# --- filling


def fill_choices(boxes: Boxes, around: Surroundings) -> None:
    """Vaccines, sexes and the 13 reasons in the language in force; what was chosen stays."""
    today = around.services.work.clock().date()
    _fill(boxes["vaccine"], [(one.brand, one.code) for one in catalogue.load().licensed_on(today)])
    _fill(boxes["sex"], [(words.sex(sex), sex.value) for sex in Sex])
    _fill(boxes["rejection"], [(around.speech.of_code(one.sentence), one.value) for one in Rejection])


def _fill(box: QComboBox, entries: list[tuple[str, str]]) -> None:
    chosen = box.currentData()
    box.blockSignals(True)
    box.clear()
    for text, code in entries:
        box.addItem(text, code)
    box.setCurrentIndex(max(0, box.findData(chosen)))
    box.blockSignals(False)


def _choose(box: QComboBox, code: str) -> None:
    box.setCurrentIndex(max(0, box.findData(code)))


def fill_claim(lines: Lines, vaccine: QComboBox, case: Case) -> None:
    """What the citizen says of the dose; the hour nobody said is left to be typed."""
    claim = case.story.complaint.claim
    day = words.birth(claim.day) if claim.day else ""
    texts = {
        "lot": claim.lot,
        "expiry": "",
        "dose_number": claim.dose_number,
        "occurred_at": f"{day} " if day else "",
        "injector": "",
    }
    for name, text in texts.items():
        lines[name].setText(text)
    _choose(vaccine, complaint_words.vaccine_code(claim.vaccine))


def fill_doses(box: QComboBox, case: Case, candidate: CandidateCase | None, language: str) -> None:
    """The doses that can be corrected; the one the claim is likely about is chosen."""
    given = given_doses(candidate)
    best = complaint_words.best_dose(case.story.complaint.claim, given)
    texts = [
        (f"{words.dose_title(one, language)} · {one.dose.occurred_at.astimezone(VIETNAM):%d/%m/%Y}", str(one.dose.id))
        for one in given
    ]
    _fill(box, texts)
    box.blockSignals(True)
    _choose(box, best.dose.id if best else "")
    box.blockSignals(False)


def given_doses(candidate: CandidateCase | None) -> tuple[DoseRecord, ...]:
    """Doses that were given, as far as this desk has them."""
    found = candidate.doses if candidate else ()
    return tuple(one for one in found if one.dose.status is DoseStatus.COMPLETED)


def fill_dose(lines: Lines, boxes: Boxes, candidate: CandidateCase) -> None:
    """The chosen dose as it is."""
    record = next((one for one in given_doses(candidate) if one.dose.id == boxes["dose"].currentData()), None)
    if record is None:
        return
    dose = record.dose
    texts = {
        "lot": dose.lot,
        "expiry": words.day(dose.expiry) if dose.expiry else "",
        "dose_number": str(dose.dose_number),
        "occurred_at": dose.occurred_at.astimezone(VIETNAM).strftime(AT_FORM),
    }
    for name, text in texts.items():
        lines[name].setText(text)
    _choose(boxes["vaccine"], dose.vaccine)


def fill_person(lines: Lines, sex: QComboBox, case: Case, candidate: CandidateCase | None) -> None:
    """The person as this desk has them; of somebody unknown, as claimed."""
    claim = case.story.complaint.claim
    known = draft_of(candidate.candidate.person) if candidate else None
    facts = known or PersonDraft(claim.citizen_id, claim.name, claim.birth_date, claim.sex, claim.old_id, claim.phone)
    texts = {
        "name": facts.name,
        "birth_date": words.birth(facts.birth_date),
        "phone": facts.phone,
        "old_id": facts.old_id,
    }
    for name, text in texts.items():
        lines[name].setText(text)
    _choose(sex, facts.sex.value)


# --- reading


def change_of(fix: str, lines: Lines, boxes: Boxes, case: Case, candidate: CandidateCase | None) -> Change:
    """The change that the fields say. Raises Unreadable."""
    if fix == "mend":
        assert candidate is not None  # the button is off without one
        return MendPerson(str(candidate.candidate.person.id), _person(lines, boxes, candidate), "")
    if fix == "correct":
        assert candidate is not None
        return CorrectDose(str(boxes["dose"].currentData() or ""), _changes(lines, boxes, candidate), "")
    return AddDose(_dose(lines, boxes, case, candidate))


def _person(lines: Lines, boxes: Boxes, candidate: CandidateCase) -> PersonDraft:
    return replace(
        draft_of(candidate.candidate.person),
        name=lines["name"].text(),
        birth_date=words.birth_from_typed(lines["birth_date"].text()),
        sex=Sex(boxes["sex"].currentData()),
        phone=lines["phone"].text(),
        old_id=lines["old_id"].text(),
    )


def _changes(lines: Lines, boxes: Boxes, candidate: CandidateCase) -> DoseChanges:
    stored = next((one.dose for one in given_doses(candidate) if one.dose.id == boxes["dose"].currentData()), None)
    if stored is None:
        raise Unreadable("lot", translate("words", "Người này không có mũi nào ở máy để sửa."))
    at = _at(lines)
    same_minute = stored.occurred_at.astimezone(VIETNAM).replace(second=0, microsecond=0) == at
    return DoseChanges(
        vaccine=_if_other(str(boxes["vaccine"].currentData()), stored.vaccine),
        lot=_if_other(lines["lot"].text().strip().upper(), stored.lot),
        expiry=expiry_from_typed(lines["expiry"].text()) if lines["expiry"].text().strip() else None,
        dose_number=_number(lines),
        occurred_at=None if same_minute else at,
    )


def _if_other(typed: str, stored: str) -> str | None:
    return None if typed == stored else typed


def _dose(lines: Lines, boxes: Boxes, case: Case, candidate: CandidateCase | None) -> DoseDraft:
    claim = case.story.complaint.claim
    person = (
        draft_of(candidate.candidate.person)
        if candidate
        else PersonDraft(claim.citizen_id, claim.name, claim.birth_date, claim.sex, claim.old_id, claim.phone)
    )
    typed = lines["expiry"].text().strip()
    expiry = expiry_from_typed(typed) if typed else None
    if typed and expiry is None:
        raise Unreadable("expiry", translate("words", "Hạn dùng chưa đúng dạng ngày/tháng/năm."))
    return DoseDraft(
        person=person,
        vaccine=str(boxes["vaccine"].currentData()),
        lot=lines["lot"].text(),
        expiry=expiry,
        occurred_at=_at(lines),
        dose_number=_number(lines),
        screening=Screening.ELIGIBLE,  # it was given then; what spoke against it stands on the paper
        injector=lines["injector"].text(),
        override_reason=lines["override"].text(),
    )


def _at(lines: Lines) -> datetime:
    try:
        return datetime.strptime(lines["occurred_at"].text().strip(), AT_FORM).replace(tzinfo=VIETNAM)
    except ValueError:
        said = translate("words", "Lúc tiêm viết dạng ngày/tháng/năm giờ:phút, xem trên giấy của người dân.")
        raise Unreadable("occurred_at", said) from None


def _number(lines: Lines) -> int | None:
    typed = lines["dose_number"].text().strip()
    if not typed:
        return None
    if not (typed.isascii() and typed.isdecimal() and int(typed)):
        raise Unreadable("dose_number", translate("words", "Mũi số phải là một số: 1, 2, 3…"))
    return int(typed)
