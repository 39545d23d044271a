"""`vaxdesk verify`: texts, files and standard input; the verdict, why, and what the paper says; several at once."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from reportlab.pdfgen import canvas
from support.builders import PASSPHRASE, an_enrolled_folder
from support.issuer import ISSUED, a_country, an_hc1
from support.slips import a_slip, make_known

from vaxdesk.app import open_desk
from vaxdesk.cli import main
from vaxdesk.print import qr
from vaxdesk.print.layout import A4, MM, Page

AT = ("--at", ISSUED.replace(year=2022).isoformat())
Run = Callable[..., tuple[int, Any]]


@pytest.fixture
def trust(tmp_path: Path) -> tuple[str, str]:
    """--trust and the country's keys."""
    file = tmp_path / "trust.pem"
    file.write_bytes(a_country().es256.pem)
    return "--trust", str(file)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("VAXDESK_DATA", str(tmp_path / "no-desk"))

    def call(*arguments: str) -> tuple[int, Any]:
        code = main(["verify", *arguments, "--json"])
        return code, json.loads(capfd.readouterr().out)

    return call


def forged() -> str:
    return an_hc1(kid=a_country().es256.kid, signer=a_country().ps256, algorithm=-7)


def a_pdf(*codes: str) -> bytes:
    """A page for each code."""
    pages = pypdfium2.PdfDocument.new()
    for code in codes:
        page = Page(A4, "Test")
        page.qr(30, 30, qr.encode(code))
        pages.import_pages(pypdfium2.PdfDocument(page.pdf()))
    made = io.BytesIO()
    pages.save(made)
    return made.getvalue()


def test_one_code_gives_one_answer(run: Run, trust: tuple[str, str]) -> None:
    code, said = run(an_hc1(), *trust, *AT)
    assert (code, said["valid"], said["verdict"], said["kind"]) == (0, True, "genuine", "certificate")
    assert "code" not in said
    assert said["payload"]["dob"] == "2003-10-09"


def test_several_give_a_list_in_their_order_and_one_bad_one_is_enough(
    run: Run, trust: tuple[str, str], tmp_path: Path
) -> None:
    missing = tmp_path / "broken.png"
    missing.write_bytes(b"\x89PNG and no more")
    code, said = run(an_hc1(), forged(), str(missing), "nonsense", *trust, *AT)
    assert code == 2
    assert [one["verdict"] for one in said] == ["genuine", "not-genuine", "unchecked", "unchecked"]
    assert [one.get("code") for one in said] == [
        None,
        "hcert-bad-signature",
        "picture-unreadable",
        "hcert-not-a-certificate",
    ]
    assert [one["payload"] is None for one in said] == [False, True, True, True]
    assert run(an_hc1(), str(missing), *trust, *AT)[0] == 1
    assert run(str(missing), *trust, *AT)[0] == 1


def test_all_pages_of_a_pdf_are_judged(run: Run, trust: tuple[str, str], tmp_path: Path) -> None:
    file = tmp_path / "pages.pdf"
    file.write_bytes(a_pdf(an_hc1(), forged()))
    code, said = run(str(file), *trust, *AT)
    assert (code, [(one["source"], one["valid"]) for one in said]) == (2, [("pages.pdf", True), ("pages.pdf", False)])


def test_a_page_without_a_code_says_so(run: Run, trust: tuple[str, str], tmp_path: Path) -> None:
    drawn, file = canvas.Canvas(str(tmp_path / "empty.pdf")), tmp_path / "empty.pdf"
    drawn.drawString(10 * MM, 10 * MM, "-")
    drawn.save()
    assert run(str(file), *trust, *AT)[1]["code"] == "no-code-found"


def test_pictures_and_text_files_are_told_apart_by_what_is_in_them(
    run: Run, trust: tuple[str, str], tmp_path: Path
) -> None:
    pdf = pypdfium2.PdfDocument(a_pdf(an_hc1()))
    picture = pdf[0].render(scale=3).to_pil()
    pdf.close()
    for name in ("page.png", "page.jpg"):
        picture.save(tmp_path / name)
    (tmp_path / "page.jpg").rename(tmp_path / "nameless")
    (tmp_path / "codes.txt").write_text(f"\ufeff{an_hc1()}\r\n\r\n{forged()}\n", encoding="utf-8")
    for name in ("page.png", "nameless"):
        code, said = run(str(tmp_path / name), *trust, *AT)
        assert (code, said["valid"]) == (0, True)
    code, said = run(str(tmp_path / "codes.txt"), *trust, *AT)
    assert (code, [one["valid"] for one in said]) == (2, [True, False])


@pytest.mark.parametrize("kind", ["text", "pdf"])
def test_standard_input_takes_text_and_pictures(
    run: Run, trust: tuple[str, str], kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = an_hc1().encode() + b"\n" if kind == "text" else a_pdf(an_hc1())
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    code, said = run("-", *trust, *AT)
    assert (code, said["valid"], said["source"]) == (0, True, "-")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_person_reads_the_verdict_first_and_then_the_content(
    run: Run, trust: tuple[str, str], language: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", an_hc1(), *trust, *AT, "--lang", language]) == 0
    lines = capfd.readouterr().out.splitlines()
    assert lines[0] == {"vi": "LÀ THẬT", "en": "GENUINE"}[language]
    assert any(line.endswith("Trần Thị Bích") for line in lines)
    assert any("1/2" in line for line in lines)
    assert main(["verify", forged(), *trust, *AT, "--lang", language]) == 2
    said = capfd.readouterr().out
    assert said.splitlines()[0] == {"vi": "KHÔNG PHẢI THẬT", "en": "NOT GENUINE"}[language]
    assert "Bích" not in said


def test_a_slip_is_judged_by_the_keys_this_desk_has_pulled(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "desk"
    an_enrolled_folder(folder)
    monkeypatch.setenv("VAXDESK_DATA", str(folder))
    monkeypatch.setenv("VAXDESK_PASSPHRASE", PASSPHRASE)
    assert run(a_slip())[1]["code"] == "slip-unknown-signer"
    for active, code in ((True, None), (False, "slip-key-revoked")):
        desk = open_desk(folder, lambda: PASSPHRASE)
        make_known(desk.work, active=active)
        desk.close()
        exits, said = run(a_slip())
        assert (exits, said.get("code"), said["kind"]) == (0 if active else 2, code, "slip")
