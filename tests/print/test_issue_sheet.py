"""The one door to a document: genuine, the same as the record, and read back from its pixels, or no page at all."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageFilter
from support.issuer import EXPIRES, ISSUED, Signer, a_country, an_hc1
from support.papers import (
    NEXT_DAY,
    PERSON,
    SITE,
    a_certificate,
    a_course,
    a_person,
    a_record,
    a_site_key,
    payload_of,
)

from vaxdesk.errors import NotGenuine, PrintError, ProofFailed, VaxdeskError
from vaxdesk.keys.device import jwk_of
from vaxdesk.messages import LANGUAGES, templates
from vaxdesk.models.values import Certificate, DoseId, DoseRecord, DoseStatus, PartialDate
from vaxdesk.print import certificate as documents
from vaxdesk.print import issue_sheet, proof, sheets
from vaxdesk.print.hcert import trust_from_keys, verify
from vaxdesk.print.issue_sheet import PrintedDocument, produce
from vaxdesk.print.slip import verify_slip

RECORD = a_record()


def made(record: DoseRecord = RECORD, certificate: Certificate | None = None, form: str = "confirmation",
         paper: str = "A4", at: datetime = NEXT_DAY, history: tuple[DoseRecord, ...] = ()) -> PrintedDocument:  # fmt: skip
    trust = trust_from_keys(a_country().trust_keys)
    return produce(record, history or (record,), SITE, certificate, trust, form, paper, a_site_key(), at=at)


def refused(*arguments: Any, **options: Any) -> VaxdeskError:
    with pytest.raises(PrintError) as caught:
        made(*arguments, **options)
    for language in LANGUAGES:
        assert caught.value.code in templates(language)
    return caught.value


@pytest.mark.parametrize("paper", ["A4", "A5"])
@pytest.mark.parametrize("signer", [a_country().es256, a_country().ps256], ids=["ES256", "PS256"])
@pytest.mark.parametrize("form", ["confirmation", "certificate"])
def test_the_platforms_certificate_is_on_the_page(form: str, signer: Signer, paper: str, tmp_path: Path) -> None:
    certificate = a_certificate(RECORD, signer)
    document = made(certificate=certificate, form=form, paper=paper)
    assert (document.form, document.qr_kind) == (form, "hc1")
    assert document.sha256 == hashlib.sha256(document.pdf).hexdigest()
    file = tmp_path / "page.pdf"
    file.write_bytes(document.pdf)
    assert proof.read_codes(file) == [certificate.hc1]


@pytest.mark.parametrize(("form", "paper"), [("confirmation", "A5"), ("slip", "A6"), ("slip", "A4"), ("slip", "A5")])
def test_before_the_platform_answers_the_site_signs(form: str, paper: str, tmp_path: Path) -> None:
    document = made(form=form, paper=paper)
    assert document.qr_kind == "slip"
    file = tmp_path / "page.pdf"
    file.write_bytes(document.pdf)
    (text,) = proof.read_codes(file)
    name = jwk_of(a_site_key())["kid"]
    assert verify_slip(text, {name: a_site_key().public_key()}).citizen_number == PERSON.citizen_id.digits


def test_a_slip_stays_the_sites_own_even_when_a_certificate_is_there() -> None:
    assert made(certificate=a_certificate(RECORD), form="slip", paper="A6").qr_kind == "slip"


def test_every_dose_of_a_course_makes_its_page() -> None:
    course = a_course(6)
    for record in course:
        for certificate in (None, a_certificate(record)):
            assert made(record, certificate, history=course, at=NEXT_DAY + timedelta(days=200)).pdf


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"dn": 2}, "dose-number"),
        ({"dt": "2021-11-13"}, "date"),
        ({"mp": "EU/1/20/1507"}, "vaccine"),
        ({"tg": "1"}, "disease"),
    ],
)
def test_a_certificate_that_says_something_else_is_not_printed(changes: dict[str, Any], field: str) -> None:
    trouble = refused(certificate=a_certificate(RECORD, **changes))
    assert (trouble.code, trouble.params["fields"]) == ("certificate-differs", field)


@pytest.mark.parametrize(
    ("person", "field"),
    [
        ({"name": "Trần Thị Bich"}, "name"),
        ({"name": "Bích Trần Thị"}, "name"),
        ({"birth_date": PartialDate("2003")}, "birth-date"),
    ],
)
def test_a_certificate_of_another_name_or_birth_date_is_not_printed(person: dict[str, Any], field: str) -> None:
    other = a_record(a_person(**person))
    trouble = refused(certificate=a_certificate(other))
    assert (trouble.code, trouble.params["fields"]) == ("certificate-differs", field)


def test_case_and_composition_of_a_name_do_not_matter() -> None:
    payload = payload_of(RECORD)
    payload["nam"] |= {"fn": "TRA\u0302\u0300N", "gn": "THI\u0323  BI\u0301CH"}
    assert made(certificate=replace(a_certificate(RECORD), hc1=an_hc1(payload))).qr_kind == "hc1"


def test_one_word_names_are_compared_too() -> None:
    record = a_record(a_person(name="Ý"))
    assert made(record, a_certificate(record)).qr_kind == "hc1"


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda c: replace(c, status="superseded"), "certificate-not-current"),
        (lambda c: replace(c, status="entered-in-error"), "certificate-not-current"),
        (lambda c: replace(c, dose_id=DoseId("another")), "certificate-other-dose"),
        (lambda c: replace(c, hc1=c.hc1[:-9] + "AAAAAAAAA"), "hcert-damaged"),
        (lambda c: replace(c, hc1=""), "hcert-not-a-certificate"),
        (lambda c: a_certificate(RECORD, a_country().stranger), "hcert-unknown-signer"),
        (lambda c: replace(c, hc1=an_hc1(payload_of(RECORD), exp=int(ISSUED.timestamp()))), "hcert-expired"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", ["confirmation", "certificate"])
def test_a_certificate_that_does_not_hold_stops_the_page(
    form: str, spoil: Callable[[Certificate], Certificate], code: str
) -> None:
    trouble = refused(certificate=spoil(a_certificate(RECORD)), form=form)
    assert isinstance(trouble, NotGenuine)
    assert trouble.code == code


def test_an_expired_certificate_is_not_printed() -> None:
    assert refused(certificate=a_certificate(RECORD), at=EXPIRES + timedelta(days=1)).code == "hcert-expired"


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"form": "certificate"}, "certificate-not-issued"),
        ({"form": "poster"}, "print-form-unknown"),
        ({"paper": "A3"}, "print-paper-unknown"),
        ({"paper": "A6"}, "print-paper-unknown"),
        ({"record": a_record(status=DoseStatus.NOT_DONE)}, "print-dose-not-given"),
        ({"record": a_record(status=DoseStatus.ENTERED_IN_ERROR), "form": "slip"}, "print-dose-not-given"),
        (
            {"record": a_record(vaccine="UNKNOWN"), "certificate": a_certificate(RECORD)},
            "print-vaccine-unknown",
        ),
        ({"record": a_record(vaccine="UNKNOWN")}, "print-vaccine-unknown"),
    ],
)
def test_requests_that_make_no_sense(options: dict[str, Any], code: str) -> None:
    assert refused(**options).code == code


def test_the_same_request_gives_the_same_bytes() -> None:
    certificate = a_certificate(RECORD)
    assert made(certificate=certificate).sha256 == made(certificate=certificate).sha256
    assert made().sha256 == made().sha256


def test_a_page_whose_code_was_swapped_is_not_given_out(monkeypatch: pytest.MonkeyPatch) -> None:
    real = documents.render_confirmation
    other = a_certificate(a_record(a_person(name="Lê Thị Khác"))).hc1
    monkeypatch.setattr(
        documents, "render_confirmation", lambda sheet, paper: real(replace(sheet, qr_text=other), paper)
    )
    assert refused(certificate=a_certificate(RECORD)).code == "proof-qr-differs"


def test_a_page_whose_name_was_lost_is_not_given_out(monkeypatch: pytest.MonkeyPatch) -> None:
    real = documents.render_confirmation
    monkeypatch.setattr(
        documents,
        "render_confirmation",
        lambda sheet, paper: real(replace(sheet, name="Trần Thị Bich"), paper),
    )
    trouble = refused()
    assert (trouble.code, dict(trouble.params)) == ("proof-text-missing", {"count": "1"})


def test_a_page_without_its_code_is_not_given_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vaxdesk.print.layout.Page.qr", lambda self, x, y, code: y + code.side_mm)
    assert refused().code == "proof-qr-unreadable"


def test_proof_wants_one_sound_page() -> None:
    with pytest.raises(ProofFailed, match="proof-not-one-page"):
        proof.prove(b"%PDF-1.4 nonsense", "HC1:A", ())


def test_errors_name_nobody() -> None:
    trouble = refused(certificate=a_certificate(RECORD, dn=2))
    assert "Bích" not in f"{trouble!r} {trouble} {dict(trouble.params)}"


# --- pictures, as scanners and phones give them


def page_picture(dpi: int, form: str = "certificate") -> tuple[Any, str]:
    certificate = a_certificate(RECORD)
    return proof.picture_of(made(certificate=certificate, form=form).pdf, dpi), certificate.hc1


@pytest.mark.parametrize("dpi", [150, 200, 300, 600])
@pytest.mark.parametrize("form", ["certificate", "confirmation"])
def test_the_code_is_read_at_every_resolution(dpi: int, form: str, tmp_path: Path) -> None:
    pixels, hc1 = page_picture(dpi, form)
    file = tmp_path / "scan.png"
    Image.fromarray(pixels).save(file)
    assert proof.read_codes(file) == [hc1]
    assert verify(hc1, trust_from_keys(a_country().trust_keys), NEXT_DAY).is_vaccination


@pytest.mark.parametrize(
    "treat",
    [
        lambda picture: picture.rotate(7, expand=True, fillcolor=230),
        lambda picture: picture.rotate(180),
        lambda picture: picture.filter(ImageFilter.GaussianBlur(1.6)),
        lambda picture: picture.point(lambda value: 90 + value * 0.3),
        lambda picture: Image.fromarray(np.clip(np.asarray(picture) * np.linspace(0.5, 1, picture.width), 0, 255).astype("uint8")),
    ],
    ids=["tilted", "upside down", "blurred", "pale", "shadow"],
)  # fmt: skip
def test_a_photographed_page_is_read(treat: Callable[[Image.Image], Image.Image], tmp_path: Path) -> None:
    pixels, hc1 = page_picture(200)
    file = tmp_path / "photo.jpg"
    treat(Image.fromarray(pixels)).convert("RGB").save(file, quality=80)
    assert proof.read_codes(file) == [hc1]


def test_a_small_stain_on_the_code_is_survived(tmp_path: Path) -> None:
    pixels, hc1 = page_picture(300)
    (code,) = proof.found_codes(pixels)
    stained = pixels.copy()
    middle_x = (code.position.top_left.x + code.position.bottom_right.x) // 2
    middle_y = (code.position.top_left.y + code.position.bottom_right.y) // 2
    stained[middle_y - 18 : middle_y + 18, middle_x - 18 : middle_x + 18] = 60
    file = tmp_path / "stained.png"
    Image.fromarray(stained).save(file)
    assert proof.read_codes(file) == [hc1]


def test_pictures_without_codes_and_files_that_are_no_pictures(tmp_path: Path) -> None:
    blank = tmp_path / "blank.png"
    Image.new("L", (300, 300), 255).save(blank)
    assert proof.read_codes(blank) == []
    for content in (b"", b"hello", b"%PDF-1.7 broken", b"\x89PNG\r\n\x1a\n"):
        file = tmp_path / "broken"
        file.write_bytes(content)
        with pytest.raises(PrintError, match="picture-unreadable"):
            proof.read_codes(file)
    with pytest.raises(PrintError, match="picture-unreadable"):
        proof.read_codes(tmp_path / "none.png")


def test_a_picture_too_big_to_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "big.png"
    Image.new("L", (300, 300), 255).save(file)
    monkeypatch.setattr(proof, "PIXELS_MAX", 1000)
    with pytest.raises(PrintError, match="picture-too-big"):
        proof.read_codes(file)


def test_every_code_of_the_print_shop_has_both_sentences() -> None:
    """The codes written in the package's source, those made of parts too."""
    import json
    import re

    from vaxdesk.paths import resource

    folder = Path(issue_sheet.__file__).parent
    source = "\n".join(file.read_text(encoding="utf-8") for file in folder.glob("*.py"))
    used = set(re.findall(r"(?:NotGenuine|PrintError|ProofFailed|SpoolerError)\(\s*\"([a-z0-9-]+)\"", source))
    used |= {f"{kind}-{what}" for kind in ("hcert", "slip") for what in ("not-a-certificate", "damaged")}
    used |= set(re.findall(r"\"((?:hcert|spooler)-[a-z-]+)\"", source))
    bases = {"not-genuine", "print-trouble", "proof-failed", "spooler-trouble"}
    for language in LANGUAGES:
        areas = resource("sentences", language).glob("*.json")
        written = {code for area in areas for code in json.loads(area.read_text(encoding="utf-8"))}
        assert (used | bases) - written == set()


def test_sheets_say_what_must_be_proven() -> None:
    sheet = sheets.slip_sheet(RECORD, "VXS1:A")
    assert {PERSON.name, PERSON.citizen_id.masked, "09/10/2003", "FL4574"} <= set(sheet.must_say)
    assert "Bích" not in repr(sheet)
