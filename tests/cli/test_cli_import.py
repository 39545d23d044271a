"""Lists taken in by scripts."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from support.builders import PASSPHRASE, PIN, an_enrolled_folder, number
from support.sheets import DOSE_HEADINGS, HEADINGS, a_book, a_dose_row, a_list, a_row

from vaxdesk.cli import main

Run = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    folder = tmp_path / "desk"
    an_enrolled_folder(folder)
    for name, value in (("DATA", str(folder)), ("PASSPHRASE", PASSPHRASE), ("PIN", PIN)):
        monkeypatch.setenv(f"VAXDESK_{name}", value)

    def call(*arguments: str | Path) -> tuple[int, dict[str, Any]]:
        code = main([*map(str, arguments), "--json"])
        return code, json.loads(capfd.readouterr().out)

    return call


def test_a_list_is_previewed_taken_in_and_taken_in_again(run: Run, tmp_path: Path) -> None:
    path = a_list(tmp_path / "a.xlsx", 3, a_row(4, number=None), a_row(5, number=1090000005))
    code, told = run("import", path, "--kind", "invited", "--preview")
    assert (code, told["counts"]["new"], told["counts"]["refused"], told["counts"]["repaired"]) == (0, 4, 1, 1)
    ((line, problems),) = ((one["line"], one["problems"]) for one in told["repaired"])
    assert (line, [one["code"] for one in problems]) == (6, ["import-zeros-restored"])
    assert number(5) not in json.dumps(told)
    code, done = run("import", path, "--kind", "invited")
    assert (code, done) == (0, told)
    assert run("import", path, "--kind", "invited")[1]["counts"]["already"] == 4
    assert run("roster", "list")[1]["invited"] == 4


def test_refused_rows_come_back_with_their_reason_and_no_formula(run: Run, tmp_path: Path) -> None:
    bad = ("=1+1", "+84", "-5", "@SUM(A1)")
    rows = [a_row(i, number=None, address=text) for i, text in enumerate(bad, 1)]
    path = tmp_path / "a.csv"
    text = "\n".join(";".join(str(cell or "") for cell in row) for row in (HEADINGS, *rows))
    path.write_text(text, "utf-8")
    out = tmp_path / "refused.xlsx"
    code, done = run("import", path, "--kind", "invited", "--refused", out)
    assert (code, done["counts"]["refused"]) == (2, 4)
    sheet = load_workbook(out).active
    assert sheet is not None
    found = list(sheet.iter_rows())
    assert [cell.value for cell in found[0]][-2:] == ["Dòng trong tệp gốc", "Lý do bị từ chối"]
    for cells, address in zip(found[1:], bad, strict=True):
        assert (cells[6].value, cells[6].data_type) == (address, "s")
        assert cells[6].quotePrefix
        assert "số CCCD" in str(cells[-1].value)
    assert [cells[-2].value for cells in found[1:]] == ["2", "3", "4", "5"]


def test_mended_refused_rows_are_taken_in_from_the_file_given_back(run: Run, tmp_path: Path) -> None:
    path, out = a_list(tmp_path / "a.xlsx", 2, a_row(3, sex="Nữ")), tmp_path / "refused.xlsx"
    run("import", path, "--kind", "invited", "--refused", out)
    book = load_workbook(out)
    assert book.active is not None
    book.active["D2"] = "Nam"
    book.save(out)
    assert run("import", out, "--kind", "invited")[1]["counts"]["new"] == 1


def test_the_file_given_back_is_said_to_be_plain(run: Run, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = a_list(tmp_path / "a.xlsx", 0, a_row(1, number=None), a_row(2, number=1090000002))
    main(["import", str(path), "--kind", "invited", "--refused", str(tmp_path / "out.xlsx")])
    told = capfd.readouterr()
    assert "không được mã hóa" in told.err
    assert ["2:" in told.out, "3:" in told.out] == [True, True]
    assert "đã thêm lại" in told.out


def test_a_mapping_file_says_what_headings_mean_and_is_remembered(run: Run, tmp_path: Path) -> None:
    path = a_book(tmp_path / "a.xlsx", ("Người", "Sinh", "CCCD"), ("Lê Văn Thử", 1990, number(1)))
    code, refused = run("import", path, "--kind", "invited")
    assert (code, refused["refused"][0]["code"]) == (2, "import-no-headings")
    path = a_book(tmp_path / "b.xlsx", ("Người", "Sinh", "CCCD", "SĐT"), ("Lê Văn Thử", 1990, number(1), ""))
    assert run("import", path, "--kind", "invited")[1]["refused"][0]["code"] == "import-columns-missing"
    mapping = tmp_path / "m.json"
    mapping.write_text(json.dumps({"Người": "name", "Sinh": "birth-date"}), "utf-8")
    assert run("import", path, "--kind", "invited", "--mapping", mapping, "--preview")[1]["counts"]["new"] == 1
    assert run("import", path, "--kind", "invited")[1]["counts"]["new"] == 1


def test_a_mapping_of_a_heading_that_is_not_there_is_refused(run: Run, tmp_path: Path) -> None:
    mapping = tmp_path / "m.json"
    mapping.write_text(json.dumps({"Nhóm máu": "name"}), "utf-8")
    path = a_list(tmp_path / "a.xlsx", 1)
    code, refused = run("import", path, "--kind", "invited", "--mapping", mapping)
    assert (code, refused["refused"][0]["code"]) == (2, "import-heading-missing")


def test_doses_of_a_paper_day_and_only_some_of_them(run: Run, tmp_path: Path) -> None:
    path = a_book(tmp_path / "a.xlsx", DOSE_HEADINGS, *(a_dose_row(i) for i in (1, 2, 3)))
    code, done = run("import", path, "--kind", "doses", "--rows", "2,4")
    assert (code, done["counts"]["new"]) == (0, 2)
    assert len(run("doses", "list")[1]) == 2


def test_what_rows_do_not_tell_is_given_once(run: Run, tmp_path: Path) -> None:
    path = a_list(tmp_path / "a.xlsx", 2)
    given = ("--vaccine", "COMIRNATY", "--lot", "FL4574", "--expiry", "28/02/2022", "--day", "12/11/2021")
    code, done = run("import", path, "--kind", "doses", *given)
    assert (code, done["counts"]["new"]) == (0, 2)
    assert {dose["lot"] for dose in run("doses", "list")[1]} == {"FL4574"}
