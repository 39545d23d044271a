"""A card without its marks: what is left must agree letter by letter with the record, or it is nobody's."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaxdesk.errors import ScanError
from vaxdesk.models import citizen_id, scan
from vaxdesk.models.scan_damaged import DamagedCard, read_damaged, resembles
from vaxdesk.models.text_repair import fold
from vaxdesk.models.values import PartialDate, Person, PersonId, Sex

TODAY = date(2021, 11, 12)
CARD = "079303000456||{name}|09102003|{sex}|{address}|01072021"
NAMES = ("Trần Thị Bích", "Nguyễn Đỗ Phương Uyên", "Lê Văn Ơn", "Đặng Ngọc Ẩn", "H'Hên Êban", "Vũ Thị Như Ý")
KNOWN = Person(
    PersonId("p1"),
    1,
    citizen_id.parse("079303000456"),
    "Trần Thị Bích",
    PartialDate("2003-10-09"),
    Sex.FEMALE,
    address="Tổ 2, Phường Thử",
)


def damaged(name: str = "Tr?n Th? B?ch", sex: str = "N?", address: str = "T? 2, Ph??ng Th?") -> DamagedCard | None:
    text = CARD.format(name=name, sex=sex, address=address)
    with pytest.raises(ScanError) as refused:
        scan.parse(text, TODAY)
    return read_damaged(text, refused.value, TODAY)


@pytest.mark.parametrize(
    ("name", "sex", "address"),
    [
        ("Tran Thi Bich", "Nu", "To 2, Phuong Thu"),
        ("TRAN THI BICH", "NU", "TO 2, PHUONG THU"),
        ("Tr?n Th? B?ch", "N?", "T? 2, Ph??ng Th?"),
        ("Tr\ufffdn Th\ufffd B\ufffdch", "N\ufffd", "T\ufffd 2"),
        ("Tra62n Thi5 Bi1ch", "Nu74", "Tô 2"),
        ("Traanf Thij Bichs", "Nuwx", "Toor 2"),
        ("  Tr?n  Th?  B?ch", "N?", "T?"),
        ("Tráº§n Thá»‹ B?ch", "N?", "T?"),
    ],
)
def test_a_known_person_is_named_by_the_record(name: str, sex: str, address: str) -> None:
    found = damaged(name, sex, address)
    assert found is not None
    card = found.named_by(KNOWN)
    assert card is not None
    assert (card.person.name, card.person.address) == (KNOWN.name, KNOWN.address)
    assert (card.person.birth_date, card.person.sex) == ("2003-10-09", Sex.FEMALE)
    (note,) = [note for note in card.notes if note.code == "scan-name-from-record"]
    assert note.params == {"name": "Trần Thị Bích"}


@pytest.mark.parametrize(
    "name",
    ["Tran Thi Bach", "Tran Thi Bic", "Tran Van Bich", "Tr?n Th? B?ch Lan", "Bich Tran Thi", "Tr?n Thu B?ch", "? ? ?", "Tr?n Thá B?ch"],
)  # fmt: skip
def test_a_letter_that_disagrees_refuses_as_before(name: str) -> None:
    found = damaged(name, "N?", "To 2?")
    assert found is None or found.named_by(KNOWN) is None


@pytest.mark.parametrize(
    "known",
    [
        replace(KNOWN, birth_date=PartialDate("2003-10-08")),
        replace(KNOWN, birth_date=PartialDate("2003")),
        replace(KNOWN, sex=Sex.MALE),
        replace(KNOWN, sex=Sex.UNKNOWN),
        replace(KNOWN, citizen_id=citizen_id.parse("079303000457")),
    ],
)
def test_another_birth_date_sex_or_number_is_another_person(known: Person) -> None:
    found = damaged()
    assert found is not None
    assert found.named_by(known) is None


@pytest.mark.parametrize(
    "text",
    [
        "07930300045||Tr?n Th? B?ch|09102003|N?|T? 2|01072021",
        "079303000456||Tr?n Th? B?ch|09131003|N?|T? 2|01072021",
        "079303000456||Tr?n Th? B?ch|09102003|X|T? 2|01072021",
        "079303000456||Tr?n Th? B?ch|09101993|N?|T? 2|01072021",
        "079303000456|Tr?n Th? B?ch",
        "079303000456||Trần Thị Bích|09102003|N|Tổ 2|01072021",
    ],
)
def test_more_than_marks_lost_is_refused(text: str) -> None:
    with pytest.raises(ScanError) as refused:
        scan.parse(text, TODAY)
    assert read_damaged(text, refused.value, TODAY) is None


def test_an_app_code_is_read_likewise() -> None:
    text = "079303000456|TR?N TH? B?CH|2003-10-09|1|Q|"  # which tells no sex: the number does
    with pytest.raises(ScanError) as refused:
        scan.parse(text, TODAY)
    found = read_damaged(text, refused.value, TODAY)
    assert found is not None
    named = found.named_by(KNOWN)
    assert named is not None
    assert named.person.name == KNOWN.name
    assert found.named_by(replace(KNOWN, sex=Sex.MALE)) is None


@given(
    name=st.sampled_from(NAMES), how=st.lists(st.sampled_from(("?", "\ufffd", "", "base")), min_size=30, max_size=30)
)
def test_any_loss_of_marked_letters_alone_still_resembles(name: str, how: list[str]) -> None:
    came = "".join(
        ch if ch.isascii() else {"base": fold(ch)}.get(how[place], how[place])
        for place, ch in enumerate(unicodedata.normalize("NFC", name))
    )
    plain = sum(ch.isascii() and ch.isalpha() for ch in came)
    assert resembles(came, name) is (plain >= 3)


@given(came=st.sampled_from(NAMES), name=st.sampled_from(NAMES))
def test_whole_names_resemble_themselves_only(came: str, name: str) -> None:
    assert resembles(came, name) is (came == name)
    assert resembles(fold(came), name) is (came == name)
