"""The health book is asked with one key, kept with the dose, and who has none gets a leaflet."""

from __future__ import annotations

from conftest import CARD, Bench
from pypdfium2 import PdfDocument
from PySide6.QtCore import Qt

from vaxdesk.errors import SpoolerError
from vaxdesk.models.values import HealthBook

CTRL = Qt.KeyboardModifier.ControlModifier
SPACE, ENTER = Qt.Key.Key_Space, Qt.Key.Key_Return


def asked(bench: Bench, times: int) -> Bench:
    bench.enter()
    bench.scan(CARD)
    for _ in range(times):
        bench.press(Qt.Key.Key_U, CTRL)
    return bench


def test_the_answer_is_saved_with_the_dose_and_known_the_next_time(bench: Bench) -> None:
    asked(bench, 2)
    assert "chưa cài" in bench.window.desk.person.shown.health_book.answer.text()
    bench.press(SPACE)
    bench.press(ENTER)
    (record,) = bench.desk.work.desk.all_records()
    assert record.person.health_book is HealthBook.NO
    bench.scan(CARD)
    assert "chưa cài" in bench.window.desk.person.shown.health_book.answer.text()


def test_a_person_without_it_gets_a_leaflet_that_names_nobody(bench: Bench) -> None:
    asked(bench, 2)
    bench.press(Qt.Key.Key_I, CTRL)
    (page,) = bench.paper.pages
    words = PdfDocument(page)[0].get_textpage().get_text_range()
    assert "Sổ sức khỏe điện tử" in words.replace("\r\n", " ")
    assert "Bích" not in words
    assert "máy in" in bench.window.desk.person.shown.health_book.said.words.whole_text()


def test_who_has_it_is_offered_no_leaflet(bench: Bench) -> None:
    asked(bench, 1)
    row = bench.window.desk.person.shown.health_book
    assert "đã cài" in row.answer.text()
    assert not row.leaflet.isVisible()
    bench.press(Qt.Key.Key_I, CTRL)
    assert bench.paper.pages == []


def test_a_printer_in_trouble_is_said_in_place(bench: Bench) -> None:
    def broken(_pdf: bytes, _printer: str | None, _title: str) -> str:
        raise SpoolerError("no-printer")

    object.__setattr__(bench.around.services, "spool", broken)
    asked(bench, 2)
    bench.press(Qt.Key.Key_I, CTRL)
    said = bench.window.desk.person.shown.health_book.said.words
    assert said.property("tone") == "stop"
    assert said.whole_text()
