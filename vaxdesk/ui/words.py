"""Words for values: labels of codes, dates, times, ages. Dates are dd/MM/yyyy and times 24-hour in both languages."""

from __future__ import annotations

from datetime import date, datetime

from PySide6.QtCore import QCoreApplication

from vaxdesk.errors import InputRefused
from vaxdesk.models import catalogue
from vaxdesk.models.values import (
    VIETNAM,
    DoseRecord,
    DoseStatus,
    Person,
    PersonDraft,
    Post,
    Role,
    Screening,
    Sex,
    Stage,
)

translate = QCoreApplication.translate
MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86400


def day(value: date | None) -> str:
    """09/10/2003; a dash for nothing."""
    return f"{value:%d/%m/%Y}" if value else "–"


def month(value: date | None) -> str:
    """The expiry as printed on a vial: 28/02/2022."""
    return day(value)


def clock(value: datetime | None) -> str:
    """10:41 in Vietnamese time; a dash for nothing."""
    return f"{value.astimezone(VIETNAM):%H:%M}" if value else "–"


def moment(value: datetime | None) -> str:
    """10:41 12/11/2021."""
    return f"{value.astimezone(VIETNAM):%H:%M %d/%m/%Y}" if value else "–"


def birth(text: str) -> str:
    """A birth date as given: 09/10/2003, or 1950 where only the year is known."""
    try:
        return day(date.fromisoformat(text)) if len(text) == 10 else text or "–"
    except ValueError:
        return text


def birth_from_typed(text: str) -> str:
    """What a person types (9/10/2003, 09102003, 9-10-2003, 2003) as an ISO text; anything else is left for the use case to refuse."""
    typed = text.strip()
    parts = [part for part in typed.replace("-", "/").replace(".", "/").replace(" ", "/").split("/") if part]
    if len(typed) == 8 and typed.isdecimal():
        parts = [typed[:2], typed[2:4], typed[4:]]
    if len(parts) == 3 and all(part.isdecimal() for part in parts) and len(parts[2]) == 4:
        return f"{parts[2]}-{int(parts[1]):02d}-{int(parts[0]):02d}"
    return typed


def age(birth_date: str, today: date) -> str:
    """18 tuổi; from the year alone: 70-71 tuổi; nothing when unknown."""
    try:
        born = date.fromisoformat(birth_date if len(birth_date) == 10 else f"{birth_date}-12-31")
    except ValueError:
        return ""
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    if len(birth_date) == 4:
        return translate("words", "khoảng {years} tuổi").format(years=years + 1)
    return translate("words", "{years} tuổi").format(years=years)


def lasting(seconds: int) -> str:
    """How long something has waited, in the one unit a person would say."""
    if seconds < MINUTE_S:
        return translate("words", "{count} giây").format(count=seconds)
    if seconds < HOUR_S:
        return translate("words", "{count} phút").format(count=seconds // MINUTE_S)
    if seconds < DAY_S:
        return translate("words", "{count} giờ").format(count=seconds // HOUR_S)
    return translate("words", "{count} ngày").format(count=seconds // DAY_S)


def decimal(value: float, language: str) -> str:
    """0,3 in Vietnamese, 0.3 in English."""
    text = f"{value:g}"
    return text if language == "en" else text.replace(".", ",")


def count(value: int, language: str) -> str:
    """12.345 in Vietnamese, 12,345 in English."""
    text = f"{value:,}"
    return text if language == "en" else text.replace(",", ".")


def sex(value: Sex) -> str:
    """Nam, Nữ."""
    return {
        Sex.MALE: translate("words", "Nam"),
        Sex.FEMALE: translate("words", "Nữ"),
        Sex.UNKNOWN: translate("words", "Chưa rõ giới tính"),
    }[value]


def role(value: Role) -> str:
    """What a staff member is called."""
    return {
        Role.NURSE: translate("words", "Điều dưỡng"),
        Role.MANAGER: translate("words", "Quản lý điểm tiêm"),
    }[value]


def post(value: Post) -> str:
    """Where a staff member works."""
    return {
        Post.ALL: translate("words", "Mọi vị trí"),
        Post.SCREENING: translate("words", "Sàng lọc"),
        Post.INJECTION: translate("words", "Tiêm"),
    }[value]


def screening(value: Screening) -> str:
    """The conclusion of the check before injection."""
    return {
        Screening.ELIGIBLE: translate("words", "Đủ điều kiện tiêm"),
        Screening.CAUTION: translate("words", "Thận trọng"),
        Screening.POSTPONED: translate("words", "Hoãn tiêm"),
        Screening.CONTRAINDICATED: translate("words", "Chống chỉ định"),
        Screening.REFUSED: translate("words", "Từ chối tiêm"),
        Screening.REFERRED: translate("words", "Chuyển viện"),
    }[value]


def body_site(code: str) -> str:
    """Where the needle went in."""
    return {
        "LA": translate("words", "Cánh tay trái"),
        "RA": translate("words", "Cánh tay phải"),
        "LT": translate("words", "Đùi trái"),
        "RT": translate("words", "Đùi phải"),
    }.get(code, code)


def vaccine(code: str, language: str) -> str:
    """A product's short name; an unknown code stays as it is."""
    try:
        found = catalogue.load().vaccine(code)
    except InputRefused:
        return code
    return found.brand if not found.variant_of else found.display(language)


def short_name(name: str) -> str:
    """A name that says enough to recognise and no more: Trần T. B."""
    family, *rest = name.split() or [""]
    return " ".join([family, *(f"{word[0]}." for word in rest)])


def phone(text: str) -> str:
    """A masked phone number: 09•• ••• 678."""
    digits = "".join(character for character in text if character.isdecimal())
    return f"{digits[:2]}•• ••• {digits[-3:]}" if len(digits) >= 8 else text


def dose_title(record: DoseRecord, language: str) -> str:
    """Mũi 2 · Comirnaty, or the screening's conclusion where no dose was given."""
    if record.dose.status is DoseStatus.NOT_DONE:
        return screening(record.dose.screening)
    number = translate("words", "Mũi {number}").format(number=record.dose.dose_number)
    return f"{number} · {vaccine(record.dose.vaccine, language)}"


def status(value: DoseStatus) -> str:
    """Given, not given, or entered in error."""
    return {
        DoseStatus.COMPLETED: translate("words", "Đã tiêm"),
        DoseStatus.NOT_DONE: translate("words", "Không tiêm"),
        DoseStatus.ENTERED_IN_ERROR: translate("words", "Nhập nhầm"),
    }[value]


def size(size_bytes: int, language: str) -> str:
    """An amount over the line: 0,4 MB."""
    return f"{decimal(round(size_bytes / 1_000_000, 1), language)} MB"


def stage(value: Stage) -> str:
    """A fact in a dose's life."""
    return {
        Stage.RECORDED: translate("words", "Đã lưu trên máy này"),
        Stage.ACKNOWLEDGED: translate("words", "Đã nhận trên nền tảng"),
        Stage.READ_BACK: translate("words", "Đã đọc lại, khớp"),
        Stage.MATCHED: translate("words", "Khớp dữ liệu dân cư"),
        Stage.MISMATCHED: translate("words", "Không khớp dữ liệu dân cư"),
        Stage.SIGNED: translate("words", "Đã ký số"),
        Stage.CERTIFIED: translate("words", "Đã cấp chứng nhận"),
        Stage.PRINTED: translate("words", "Đã in"),
        Stage.SET_ASIDE: translate("words", "Nền tảng từ chối"),
        Stage.CORRECTED: translate("words", "Đã sửa"),
        Stage.ENTERED_IN_ERROR: translate("words", "Đã đánh dấu nhập nhầm"),
    }[value]


def field(name: str) -> str:
    """What a field of a form or of a comparison is called."""
    return {
        "name": translate("words", "họ tên"),
        "birth_date": translate("words", "ngày sinh"),
        "birth-date": translate("words", "ngày sinh"),
        "sex": translate("words", "giới tính"),
        "citizen_id": translate("words", "số định danh"),
        "number": translate("words", "số định danh"),
    }.get(name, name)


def masked_number(person: Person | PersonDraft) -> str:
    """0793••••0456, of a known person or of what was scanned or typed."""
    digits = person.citizen_id.digits if isinstance(person, Person) else person.citizen_id
    return f"{digits[:4]}••••{digits[8:]}" if len(digits) == 12 else digits
