"""Tables in files: read as they are, or refused with what to do."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from support.sheets import HEADINGS, a_book, a_list, a_row

from vaxdesk.errors import InputRefused
from vaxdesk.messages import sentence
from vaxdesk.models import import_files
from vaxdesk.models.import_files import head_rows, opened, survey

LINES = "Họ tên;CCCD;Ghi chú\nTrần Thị Bích;079303000456;a,b,c,d\n"


def rows(path: Path, sheet: str = "") -> list[tuple[int, tuple[object, ...]]]:
    with opened(survey(path), sheet) as table:
        return list(table.rows())


def refusal(path: Path) -> str:
    with pytest.raises(InputRefused) as refused:
        rows(path)
    assert "Hãy" in sentence(refused.value, "vi")  # what to do
    return refused.value.code


def test_a_workbook_gives_its_values_with_the_rows_people_see(tmp_path: Path) -> None:
    path = a_book(tmp_path / "a.xlsx", ("Danh sách",), (), HEADINGS, a_row(1, birth=datetime(1990, 5, 6)))
    found = rows(path)
    assert [line for line, _ in found] == [1, 3, 4]
    assert found[-1][1][2] == datetime(1990, 5, 6)
    assert head_rows(survey(path))[2][:2] == ("STT", "Họ và tên")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_text_is_read_in_every_unicode(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(LINES.encode(encoding))
    assert rows(path)[1] == (2, ("Trần Thị Bích", "079303000456", "a,b,c,d"))


def test_the_vietnamese_windows_page_is_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    name = "Nguyê\u0303n Thi\u0323 Ba\u0301n".encode("cp1258")  # as that page writes it: letter, then tone
    path.write_bytes(b"Ho ten;CCCD\n" + name + b";079303000456\n")
    assert rows(path)[1][1][0] == "Nguyễn Thị Bán"


@pytest.mark.parametrize("mark", [";", ",", "\t"])
def test_the_delimiter_is_found(tmp_path: Path, mark: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        f'Họ tên{mark}CCCD{mark}Địa chỉ\nTrần Thị Bích{mark}079303000456{mark}"Tổ 2, P.1; Q.2\tx"\n', "utf-8"
    )
    assert [len(cells) for _, cells in rows(path)] == [3, 3]


def test_several_sheets_are_asked_about_and_hidden_ones_named(tmp_path: Path) -> None:
    book = Workbook()
    for name in ("Tổ 1", "Tổ 2", "Mật"):
        book.create_sheet(name).append(["Họ tên", name])
    book["Mật"].sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    found = survey(tmp_path / "a.xlsx")
    assert (found.sheets, found.hidden) == (("Tổ 1", "Tổ 2"), ("Mật",))
    assert refusal(tmp_path / "a.xlsx") == "import-which-sheet"
    assert rows(tmp_path / "a.xlsx", "Tổ 2") == [(1, ("Họ tên", "Tổ 2"))]


def test_a_workbook_says_that_it_counts_from_1904(tmp_path: Path) -> None:
    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active.append(["Họ tên"])  # type: ignore[union-attr]
    book.save(tmp_path / "a.xlsx")
    with opened(survey(tmp_path / "a.xlsx")) as table:
        assert table.is_1904


def damaged(path: Path) -> None:
    a_list(path, 50)
    path.write_bytes(path.read_bytes()[:-900])


def broken_inside(path: Path) -> None:
    a_list(path, 50)
    with zipfile.ZipFile(path) as package:
        parts = {part.filename: package.read(part) for part in package.infolist()}
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"][:2000]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("xl/workbook.xml", b"0" * 30_000_000)


def other_package(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")


def formulas(path: Path) -> None:
    a_book(path, HEADINGS, a_row(1, number='="0010"&"90000001"'))


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda path: path.write_bytes(b""), "import-empty"),
        (lambda path: path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)), "import-old-excel"),
        (
            lambda path: path.write_bytes(
                b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")
            ),
            "import-protected",
        ),
        (lambda path: path.write_text("<html><table><tr><td>1</td></tr></table></html>"), "import-not-a-table"),
        (lambda path: path.write_bytes(b"\x81\x8d\x8f\x90\xff\xd2"), "import-encoding"),
        (lambda path: None, "file-unreadable"),
        (damaged, "import-damaged"),
        (broken_inside, "import-damaged"),
        (bomb, "import-zip-bomb"),
        (other_package, "import-not-a-table"),
        (formulas, "import-formulas"),
    ],
)
def test_what_is_no_table_is_refused_with_what_to_do(tmp_path: Path, make: Callable[[Path], None], code: str) -> None:
    make(tmp_path / "a.xlsx")
    assert refusal(tmp_path / "a.xlsx") == code


def test_limits_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = a_list(tmp_path / "a.xlsx", 60)
    monkeypatch.setattr(import_files, "ROWS_MAX", 20)
    assert refusal(path) == "import-too-many-rows"
    monkeypatch.setattr(import_files, "FILE_BYTES_MAX", 100)
    assert refusal(path) == "import-too-big"


def test_a_bug_of_whoever_reads_is_not_called_a_damaged_file(tmp_path: Path) -> None:
    found = survey(a_list(tmp_path / "a.xlsx", 3))

    def stumble() -> None:
        with opened(found) as table:
            for _ in table.rows():
                raise ValueError("ours")

    with pytest.raises(ValueError, match="ours"):
        stumble()
