"""What each document says, as frozen values made from records alone. Pure: no drawing here, no reading of anything else.

The labels are those of the official forms: annex 4 of 3588/QĐ-BYT (two doses) for papers issued until 06/01/2022, annex 4 as
replaced by 43/QĐ-BYT (seven slots in three sections) from 07/01/2022, and the eleven fields of 5772/QĐ-BYT.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from vaxdesk.errors import InputRefused, PrintError
from vaxdesk.models import catalogue
from vaxdesk.models.values import VIETNAM, Dose, DoseRecord, DoseStatus, Person, Series, Site
from vaxdesk.print.hcert import VerifiedCertificate

FormNumber = Literal["3588", "43"]
FORM_43_FROM = date(2022, 1, 7)
PRIMARY_SLOTS_3588 = 2
SLOTS_43 = {Series.PRIMARY: 3, Series.ADDITIONAL: 1, Series.BOOSTER: 3}

ORDINALS = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth")
VACCINE_TYPES_VI = {  # the value set's English terms stand beside them
    "1119349007": "Vắc xin mRNA phòng SARS-CoV-2",
    "29061000087103": "Vắc xin véc tơ vi rút phòng COVID-19",
    "1157024006": "Vắc xin bất hoạt phòng SARS-CoV-2",
    "28531000087107": "Vắc xin phòng COVID-19",
    "1119305005": "Vắc xin kháng nguyên SARS-CoV-2",
    "J07BX03": "Vắc xin phòng COVID-19",
}


class Words(NamedTuple):
    """A label in Vietnamese with its English subtitle."""

    vi: str
    en: str


SECTIONS = {
    Series.PRIMARY: Words("Tiêm chủng cơ bản", "Primary vaccination"),
    Series.ADDITIONAL: Words("Liều bổ sung", "Additional dose"),
    Series.BOOSTER: Words("Liều nhắc lại", "Booster dose"),
}


@dataclass(frozen=True, slots=True, repr=False)
class Slot:
    """One box or row of the confirmation; texts are empty where no dose was given yet."""

    label: Words
    date: str = ""
    vaccine: str = ""
    lot: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Section:
    """A group of slots of the confirmation."""

    title: Words
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True, repr=False)
class ConfirmationSheet:
    """The paper confirmation. `provisional`: the platform has not confirmed the dose, and the page says so."""

    form: FormNumber
    unit: str
    name: str
    birth_date: str
    number: str
    phone: str
    address: str
    sections: tuple[Section, ...]
    reference: str
    provisional: bool
    certificate_code: str
    qr_text: str

    @property
    def must_say(self) -> tuple[str, ...]:
        """What the page has to show, word for word."""
        doses = [
            part for section in self.sections for slot in section.slots for part in (slot.date, slot.vaccine, slot.lot)
        ]
        return tuple(
            filter(None, (self.name, self.number, self.birth_date, self.phone, self.address, self.unit, *doses))
        )


@dataclass(frozen=True, slots=True, repr=False)
class Field:
    """One numbered line of the electronic certificate. `note` stands small behind or under the value."""

    label: Words
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class ElectronicSheet:
    """The electronic certificate: eleven fields, taken from the verified payload itself."""

    unit: str
    fields: tuple[Field, ...]
    issuer: str
    issued_on: str
    valid_until: str
    algorithm: str
    kid: str
    reference: str
    qr_text: str

    @property
    def must_say(self) -> tuple[str, ...]:
        return tuple(field.value for field in self.fields if field.value)


@dataclass(frozen=True, slots=True, repr=False)
class SlipSheet:
    """The slip for the pocket: one dose, its QR signed by the site."""

    unit: str
    name: str
    birth_date: str
    sex: Words
    number: str
    dose: Words
    vaccine: str
    lot: str
    expiry: str
    at: str
    reference: str
    qr_text: str

    @property
    def must_say(self) -> tuple[str, ...]:
        return tuple(
            filter(None, (self.name, self.birth_date, self.number, self.vaccine, self.lot, self.at, self.unit))
        )


def confirmation_sheet(
    record: DoseRecord,
    history: Iterable[DoseRecord],
    site: Site,
    qr_text: str,
    issued_on: date,
    certificate: VerifiedCertificate | None = None,
) -> ConfirmationSheet:
    """The confirmation of a dose, with the earlier and later doses this desk knows of."""
    doses = _given(record, history)
    form = form_of(doses, issued_on)
    person = record.person
    return ConfirmationSheet(
        form=form,
        unit=site.name,
        name=person.name,
        birth_date=spoken_date(person.birth_date),
        number=person.citizen_id.digits,
        phone=person.phone,
        address=person.address,
        sections=_sections_3588(doses) if form == "3588" else _sections_43(doses),
        reference=reference(record.dose),
        provisional=certificate is None,
        certificate_code=certificate.uvci if certificate else "",
        qr_text=qr_text,
    )


def electronic_sheet(record: DoseRecord, site: Site, certificate: VerifiedCertificate, qr_text: str) -> ElectronicSheet:
    """The certificate page of a verified HC1; `qr_text` is the HC1 itself."""
    return ElectronicSheet(
        unit=site.name,
        fields=_eleven_fields(certificate, record.person),
        issuer=certificate.of("is") or certificate.issuer,
        issued_on=_day(certificate.issued_at.astimezone(VIETNAM).date()) if certificate.issued_at else "",
        valid_until=_day(certificate.expires_at.astimezone(VIETNAM).date()) if certificate.expires_at else "",
        algorithm=certificate.algorithm,
        kid=certificate.kid,
        reference=reference(record.dose),
        qr_text=qr_text,
    )


def slip_sheet(record: DoseRecord, qr_text: str) -> SlipSheet:
    """The slip of a dose. Its face shows the number masked: a slip is easily lost, and the QR holds it whole."""
    dose, person = record.dose, record.person
    return SlipSheet(
        unit=dose.site_name,
        name=person.name,
        birth_date=spoken_date(person.birth_date),
        sex={"male": Words("Nam", "Male"), "female": Words("Nữ", "Female")}.get(person.sex.value, Words("", "")),
        number=person.citizen_id.masked,
        dose=_dose_words(dose),
        vaccine=_product_name(dose),
        lot=dose.lot,
        expiry=_day(dose.expiry) if dose.expiry else "",
        at=f"{dose.occurred_at.astimezone(VIETNAM):%d/%m/%Y %H:%M}",
        reference=reference(dose),
        qr_text=qr_text,
    )


def form_of(doses: Sequence[Dose], issued_on: date) -> FormNumber:
    """The form in force on the day of issue; the new one also whenever the doses do not fit the old one's two boxes."""
    fits = all(dose.series is Series.PRIMARY and dose.dose_number <= PRIMARY_SLOTS_3588 for dose in doses)
    numbers = [dose.dose_number for dose in doses]
    return "3588" if issued_on < FORM_43_FROM and fits and len(set(numbers)) == len(numbers) else "43"


def spoken_date(partial: str) -> str:
    """dd/MM/yyyy, or what is known: MM/yyyy, yyyy."""
    return "/".join(reversed(partial.split("-")))


def reference(dose: Dose) -> str:
    """What ties a paper to its record."""
    return f"{dose.id} · {dose.revision}"


def product(vaccine: str) -> catalogue.Vaccine:
    """The product of a record. Raises PrintError `print-vaccine-unknown`."""
    try:
        return catalogue.load().vaccine(vaccine)
    except InputRefused as error:
        raise PrintError("print-vaccine-unknown") from error


def _given(record: DoseRecord, history: Iterable[DoseRecord]) -> tuple[Dose, ...]:
    """All given doses, each once, this record's own state for its dose, in order of time."""
    doses = {other.dose.id: other.dose for other in history} | {record.dose.id: record.dose}
    given = (dose for dose in doses.values() if dose.status is DoseStatus.COMPLETED)
    return tuple(sorted(given, key=lambda dose: (dose.occurred_at, dose.dose_number, dose.id)))


def _sections_3588(doses: Sequence[Dose]) -> tuple[Section, ...]:
    return (Section(SECTIONS[Series.PRIMARY], _primary_slots(doses, PRIMARY_SLOTS_3588)),)


def _sections_43(doses: Sequence[Dose]) -> tuple[Section, ...]:
    primary = [dose for dose in doses if dose.series is Series.PRIMARY]
    additional, booster = (
        [dose for dose in doses if dose.series is series] for series in (Series.ADDITIONAL, Series.BOOSTER)
    )
    return (
        Section(SECTIONS[Series.PRIMARY], _primary_slots(primary, SLOTS_43[Series.PRIMARY])),
        Section(SECTIONS[Series.ADDITIONAL], _counted_slots(additional, Series.ADDITIONAL)),
        Section(SECTIONS[Series.BOOSTER], _counted_slots(booster, Series.BOOSTER)),
    )


def _primary_slots(doses: Sequence[Dose], least: int) -> tuple[Slot, ...]:
    """A slot for every number up to the last, and one for each dose when two claim the same number."""
    last = max((dose.dose_number for dose in doses), default=0)
    slots: list[Slot] = []
    for number in range(1, max(least, last) + 1):
        label = Words(f"Mũi {number}", f"{_ordinal(number)} dose")
        claimed = [_slot(label, dose) for dose in doses if dose.dose_number == number]
        slots.extend(claimed or [Slot(label)])
    return tuple(slots)


def _counted_slots(doses: Sequence[Dose], series: Series) -> tuple[Slot, ...]:
    """Additional and booster doses are counted within their section, in order of time."""
    slots = []
    for place in range(max(SLOTS_43[series], len(doses))):
        label = _counted_label(series, place + 1)
        slots.append(_slot(label, doses[place]) if place < len(doses) else Slot(label))
    return tuple(slots)


def _counted_label(series: Series, place: int) -> Words:
    if series is Series.BOOSTER:
        return Words(f"Nhắc lại {place}", f"{_ordinal(place)} booster")
    return Words("Mũi bổ sung" if place == 1 else f"Bổ sung {place}", "Additional dose")


def _slot(label: Words, dose: Dose) -> Slot:
    day = _day(dose.occurred_at.astimezone(VIETNAM).date())
    return Slot(label, day, _product_name(dose), dose.lot, dose.site_name)


def _dose_words(dose: Dose) -> Words:
    section = SECTIONS[dose.series]
    if dose.series is Series.PRIMARY:
        return Words(f"Mũi {dose.dose_number}/{dose.series_doses}", f"Dose {dose.dose_number} of {dose.series_doses}")
    return Words(f"{section.vi} (mũi {dose.dose_number})", f"{section.en} (dose {dose.dose_number})")


def _product_name(dose: Dose) -> str:
    return product(dose.vaccine).display("vi")


def _eleven_fields(certificate: VerifiedCertificate, person: Person) -> tuple[Field, ...]:
    """The fields of 5772/QĐ-BYT in its order."""
    meaning, count = catalogue.load().meaning, certificate.dose_number or 0
    type_code, product = certificate.of("vp"), certificate.of("mp")
    type_en = meaning("vp", type_code)
    return (
        Field(Words("Họ và tên", "Full name"), certificate.name),
        Field(Words("Ngày sinh", "Date of birth"), spoken_date(certificate.birth_date)),
        Field(Words("Quốc tịch", "Nationality"), *_nationality(person.nationality)),
        Field(Words("Bệnh hoặc tác nhân bệnh", "Disease or agent targeted"), meaning("tg", certificate.of("tg"))),
        Field(Words("Số mũi tiêm đã nhận", "Number of doses received"), str(count)),
        Field(Words("Ngày tiêm", "Date of vaccination"), spoken_date(certificate.date)),
        Field(Words("Mũi tiêm số", "Dose number"), f"{count}/{certificate.series_doses or count}"),
        Field(Words("Vắc xin", "Vaccine"), VACCINE_TYPES_VI.get(type_code, type_en), type_en),
        Field(Words("Sản phẩm vắc xin", "Vaccine product"), meaning("mp", product), product),
        Field(
            Words("Nhà cung cấp hoặc sản xuất", "Supplier or manufacturer"),
            meaning("ma", certificate.of("ma")),
        ),
        Field(Words("Mã chứng nhận", "Certificate code"), certificate.uvci),
    )


def _nationality(code: str) -> tuple[str, str]:
    return ("Việt Nam", "Viet Nam") if code == "VNM" else (code, "")


def _ordinal(number: int) -> str:
    return ORDINALS[number - 1] if number <= len(ORDINALS) else f"{number}th"


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
