"""A name from the keyboard to the paper in the citizen's hand: the same letters in the store, in the bundle for the platform, in the
page's text layer, on its pixels and in its QR code; and its Latin form as travel documents write it (ICAO 9303).

The platform's part (contents, Latin form) is the reference platform's own code; the signature is the test country's.
"""

from __future__ import annotations

import itertools
import json
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdfium2 import raw as pdfium
from support.builders import a_desk, a_draft
from support.builders import a_person as a_person_draft
from support.issuer import a_country, an_hc1
from support.papers import NEXT_DAY, SITE, a_person, a_record, a_site_key

from vaxdesk.errors import ProofFailed
from vaxdesk.keys.device import jwk_of
from vaxdesk.messages import LANGUAGES, sentence
from vaxdesk.models import catalogue
from vaxdesk.models.exchange import DueDose
from vaxdesk.models.text_repair import has_controls, normal_name
from vaxdesk.models.values import Certificate, CertificateId, DoseRecord, OutboxEntry, RecordKind
from vaxdesk.print import fonts, hcert, issue_sheet, layout, proof
from vaxdesk.print.hcert import trust_from_keys
from vaxdesk.print.slip import verify_slip
from vaxdesk.sync.codings import of_catalogue
from vaxdesk.sync.fhir import bundle
from vaxplatform.services import dcc

DPI = 300
DARK = 140
UVCI = dcc.uvci_of("dose", "1")
BASES = dict(zip("aăâeêioôơuưy", "AAAEEIOOOUUY", strict=True))
TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
LETTERS = {
    unicodedata.normalize("NFC", case(vowel) + tone): latin
    for vowel, latin in BASES.items()
    for tone in TONES
    for case in (str.lower, str.upper)
} | {"đ": "D", "Đ": "D"}
MARKED = sorted(letter for letter in LETTERS if not letter.isascii())


def words_of(letters: list[str]) -> str:
    return " ".join("".join(letters[start : start + 5]) for start in range(0, len(letters), 5))


NAMES = {  # made up; what ICAO 9303 makes of them
    "Ý": "Y",
    "Nguyễn Hoàng Phương Thảo Nguyên Công Tằng Tôn Nữ Thị Bạch Tuyết": "NGUYEN<HOANG<PHUONG<THAO<NGUYEN<CONG<TANG<TON<NU<THI<BACH<TUYET",
    "Nghiêng-Nguyễnphươngthảonguyêncôngtằngtônnữ": "NGHIENG<NGUYENPHUONGTHAONGUYENCONGTANGTONNU",
    "Ê-ban Y Thoăt": "E<BAN<Y<THOAT",
    "H'Hen Niê Kdăm": "HHEN<NIE<KDAM",
    "H’Lơr Mlô": "HLOR<MLO",
    "Đàng Năng Thọ": "DANG<NANG<THO",
    "Y Ƀhiŏ Ñuôl-Ĕban": "Y<BHIO<NUOL<EBAN",
    "K'Brĕo Ơ̆ng Cil": "KBREO<ONG<CIL",
    "Đỗ <b>Ánh</b> & Ngọc": "DO<BANHB<NGOC",
    words_of(MARKED[:67]): words_of([LETTERS[letter] for letter in MARKED[:67]]).replace(" ", "<"),
    words_of(MARKED[67:]): words_of([LETTERS[letter] for letter in MARKED[67:]]).replace(" ", "<"),
}


@dataclass(frozen=True)
class Journey:
    """What became of one name on its way."""

    record: DoseRecord
    patient: dict[str, Any]
    hc1: str


@pytest.fixture(scope="module")
def journeys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Journey]:
    """Every name typed at a desk, decomposed as some keyboards send it, saved, and read back from store and bundle."""
    desk = a_desk(tmp_path_factory.mktemp("names"))
    try:
        for place, name in enumerate(NAMES):
            typed = a_person_draft(citizen_id=f"079303{place:06d}", name=unicodedata.normalize("NFD", name))
            desk.work.desk.record(a_draft(person=typed), desk.manager)
        stored = {record.person.citizen_id: record for record in desk.work.desk.all_records()}
        sent = resources(desk.work.sync_book.due(desk.clock(), 99, True))
    finally:
        desk.store.close()
    ways = {}
    for place, name in enumerate(NAMES):
        record = next(one for number, one in stored.items() if number.digits == f"079303{place:06d}")
        patient, dose = sent[record.person.citizen_id.digits]
        ways[name] = Journey(record, patient, certified(dose, patient))
    return ways


def resources(due: Any) -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
    """{citizen number: (Patient, Immunization)} as the platform reads them from the bundle's bytes."""
    entries = json.loads(bundle(due, of_catalogue(catalogue.load())).body)["entry"]
    people = {e["fullUrl"]: e["resource"] for e in entries if e["resource"]["resourceType"] == "Patient"}
    doses = [e["resource"] for e in entries if e["resource"]["resourceType"] == "Immunization"]
    pairs = [(people[dose["patient"]["reference"]], dose) for dose in doses]
    return {patient["identifier"][0]["value"]: (patient, dose) for patient, dose in pairs}


def certified(dose: dict[str, Any], patient: dict[str, Any]) -> str:
    return an_hc1(dcc.payload(dose, patient, UVCI))


def page_of(record: DoseRecord, hc1: str | None, form: str, paper: str) -> bytes:
    """Through the desk's own door, which refuses what differs from the record."""
    given = Certificate(CertificateId("c"), record.dose.id, "1", UVCI, hc1, "current", NEXT_DAY) if hc1 else None
    return issue_sheet.produce(record, (), SITE, given, a_trust(), form, paper, a_site_key(), at=NEXT_DAY).pdf


@cache
def a_trust() -> hcert.Trust:
    return trust_from_keys(a_country().trust_keys)


def code_on(pdf: bytes) -> str:
    (code,) = proof.found_codes(proof.picture_of(pdf, DPI))
    return str(code.text)


def on_line(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).split())


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_the_same_from_the_keyboard_to_the_code_on_the_paper(name: str, journeys: dict[str, Journey]) -> None:
    way = journeys[name]
    assert way.record.person.name == name
    assert way.patient["name"] == [{"use": "official", "text": name}]
    pdf = page_of(way.record, way.hc1, "certificate", "A5")
    assert on_line(name) in on_line(proof.text_of(pdf))
    read = hcert.verify(code_on(pdf), a_trust(), NEXT_DAY)
    names = read.payload["nam"]
    assert " ".join(filter(None, (names["fn"], names.get("gn")))) == name
    assert "<".join(filter(None, (names["fnt"], names.get("gnt")))) == NAMES[name]
    slip = page_of(way.record, None, "slip", "A6")
    assert on_line(name) in on_line(proof.text_of(slip))
    assert verify_slip(code_on(slip), {jwk_of(a_site_key())["kid"]: a_site_key().public_key()}).name == name


HARDEST = [name for name in NAMES if len(name) > 40]
PLACES = [("certificate", "A5", name) for name in NAMES]
PLACES += [(form, paper, name) for form, paper in (("confirmation", "A5"), ("slip", "A6")) for name in HARDEST]


@pytest.mark.parametrize(("form", "paper", "name"), PLACES)
def test_every_letter_of_a_name_is_inked_and_nothing_lies_on_another(
    form: str, paper: str, name: str, journeys: dict[str, Journey]
) -> None:
    way = journeys[name]
    pdf = page_of(way.record, way.hc1 if form == "certificate" else None, form, paper)
    letters, others, pixels = boxes(pdf, name)
    size = layout.PAPERS[paper]
    assert min(box[0] for box in letters) >= layout.EDGE_MM
    assert max(box[2] for box in letters) <= size.width_mm - layout.EDGE_MM
    for left, top, right, bottom in letters:
        assert ink(pixels, left, top, right, bottom) < DARK
    for place, box in enumerate(letters):
        for other in others + [far for far in letters[place + 1 :] if abs(far[3] - box[3]) > 1.2]:
            assert not overlap(box, other)


def boxes(pdf: bytes, name: str) -> tuple[list[Any], list[Any], Any]:
    """(the name's glyphs, all other glyphs and rules, the pixels); boxes as (left, top, right, bottom) in millimetres from the top left."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        page = document[0]
        text, height = page.get_textpage(), page.get_height()
        found = [
            (hyphened(text.get_text_range(place, 1)), text.get_charbox(place)) for place in range(text.count_chars())
        ]
        pixels = page.render(scale=DPI / 72, grayscale=True).to_numpy().copy()
        drawn = [each.get_bounds() for each in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH])]
    finally:
        document.close()
    glyphs = [
        (letter, in_mm(box, height))
        for letter, box in found
        for left, bottom, right, top in (box,)
        if letter.strip() and right > left and top > bottom
    ]
    said = [unicodedata.normalize("NFC", letter) for letter, _ in glyphs]
    start = next(at for at in range(len(said)) if "".join(said[at:]).startswith(on_line(name)[:12]))
    end, length = start, 0
    while length < len(on_line(name)):
        length += len(said[end])
        end += 1
    mine = [box for _, box in glyphs[start:end]]
    rest = [box for _, box in glyphs[:start] + glyphs[end:]]
    rest += [in_mm(box, height) for box in drawn if box[2] - box[0] > 20 * layout.MM and box[3] - box[1] < layout.MM]
    return mine, rest, pixels


def in_mm(box: Any, height: float) -> tuple[float, ...]:
    """(left, top, right, bottom) in millimetres from the top left, of a box in points from the bottom left."""
    left, bottom, right, top = box
    return tuple(side / layout.MM for side in (left, height - top, right, height - bottom))


def hyphened(letter: str) -> str:
    """A hyphen that ends a line comes as one of two placeholders."""
    return "-" if letter in ("\ufffe", "\x02") else letter


def ink(pixels: Any, left: float, top: float, right: float, bottom: float) -> int:
    """The darkest dot of a place on the page."""
    dots = DPI / 25.4
    part = pixels[int(top * dots) : int(bottom * dots) + 1, int(left * dots) : int(right * dots) + 1]
    return int(part.min())


def overlap(one: Any, other: Any) -> bool:
    return bool(one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3])


@pytest.mark.parametrize("face", fonts.Face)
def test_no_two_letters_look_the_same_on_paper(face: fonts.Face) -> None:
    """Ở and Ỡ, đ and d: at 300 dpi and the size of a value on A5 each letter leaves dots of its own."""
    letters = sorted({*LETTERS, *"bBƀɃnNñÑcCčČŏŎŭŬ"})
    page, style, dots = layout.Page(layout.A4, "Thử"), layout.Style(face, 8.4), DPI / 25.4
    places = {letter: (240 + place % 15 * 120, 360 + place // 15 * 120) for place, letter in enumerate(letters)}
    for letter, (x, y) in places.items():  # on whole dots, so that the same glyph gives the same dots
        page.text(x / dots, y / dots, letter, style)
    pixels = proof.picture_of(page.pdf(), DPI) < DARK
    looks = {letter: pixels[y - 60 : y + 30, x - 20 : x + 60] for letter, (x, y) in places.items()}
    for letter, other in itertools.combinations(letters, 2):
        assert np.count_nonzero(looks[letter] ^ looks[other]) > 3, letter + other


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Trần\u202e Thị\u200b Bích", "Trần Thị Bích"), ("\u2066Lê\u2069 Văn\u061c Tám\u00ad", "Lê Văn Tám"), ("Trần\tThị\nBích", "Trần Thị Bích"),
        ("Võ\u2028Thị\u00a0\u3000Sáu\x00\x1b[1m", "Võ Thị Sáu[1m"), ("Đỗ\U000e0041 Mười\ud800\uffff", "Đỗ Mười"), ("  Y\ufeff ", "Y"),
        ("<b>&amp;</b> O'Brien-Đỗ", "<b>&amp;</b> O'Brien-Đỗ"), ("Ơ\u0306ng\u2019", "Ơ̆ng\u2019"), ("\u200b\u202e", ""),
    ],
)  # fmt: skip
def test_what_no_name_has_is_left_out_and_everything_else_is_kept(typed: str, kept: str) -> None:
    """Marks that turn the reading direction, invisible letters, controls: they could make a paper read differently from its code."""
    assert normal_name(typed) == kept
    assert normal_name(kept) == kept
    assert not has_controls(kept)
    assert fonts.visible(kept) == kept


def test_a_name_with_a_turned_direction_reads_the_same_everywhere(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    try:
        typed = a_person_draft(name="\u202eTrần\u200b Thị\tBích\u2069")
        record = desk.work.desk.record(a_draft(person=typed), desk.manager)
        ((patient, dose),) = resources(desk.work.sync_book.due(desk.clock(), 9, True)).values()
    finally:
        desk.store.close()
    pdf = page_of(record, certified(dose, patient), "certificate", "A4")
    assert record.person.name == patient["name"][0]["text"] == "Trần Thị Bích"
    assert hcert.verify(code_on(pdf), a_trust(), NEXT_DAY).name == "Trần Thị Bích"
    assert "Trần Thị Bích" in unicodedata.normalize("NFC", proof.text_of(pdf))


@pytest.mark.parametrize("name", ["Trần 王 Bích", "Нгуен", "Lê 😀"])
def test_a_letter_the_font_cannot_draw_stops_the_page_with_a_sentence(name: str) -> None:
    record = a_record(a_person(name=name))
    for form, paper in (("confirmation", "A4"), ("slip", "A6")):
        with pytest.raises(ProofFailed, match="print-letter-missing") as caught:
            page_of(record, None, form, paper)
        assert all("U+" in sentence(caught.value, language) for language in LANGUAGES)


SYLLABLES = st.text([*LETTERS, *"bcdghklmnpqrstvx'-"], min_size=1, max_size=7).filter(
    lambda word: any(map(str.isalpha, word))
)


@settings(max_examples=8)
@given(st.lists(SYLLABLES, min_size=1, max_size=8))
def test_any_name_of_vietnamese_letters_is_the_same_on_paper_and_in_its_code(words: list[str]) -> None:
    name = " ".join(words)
    record = a_record(a_person(name=name))
    due = DueDose(OutboxEntry(RecordKind.DOSE, record.dose.id, 1, 0, NEXT_DAY), record.dose, record.person, None)
    ((patient, dose),) = resources((due,)).values()
    pdf = page_of(record, certified(dose, patient), "certificate", "A5")
    names = hcert.verify(code_on(pdf), a_trust(), NEXT_DAY).payload["nam"]
    assert " ".join(filter(None, (names["fn"], names.get("gn")))) == name
    latin = "".join(LETTERS.get(letter, letter.upper()) for letter in name if letter not in " '-")
    assert (names["fnt"] + names.get("gnt", "")).replace("<", "") == latin
    assert on_line(name) in on_line(proof.text_of(pdf))
