"""F7: the lots and their equation, entering what happened in place, and the close of the day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from conftest import CARD, Bench
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from support.builders import NOON, a_crowd, another_person

from vaxdesk.models import recall_book
from vaxdesk.models.desk import Preset
from vaxdesk.models.exchange import PutAside
from vaxdesk.models.recalls import Recall
from vaxdesk.models.stock import LotKey, StockDraft, StockKind, Wastage
from vaxdesk.models.values import StaffMember, VaccineCode
from vaxdesk.ui.stock_page import StockPage

DAY = NOON.date()
KEY = LotKey(VaccineCode("COMIRNATY"), "FL4574")
LABEL = "LOT FN5112 EXP 03/2022"
CONTROL = Qt.KeyboardModifier.ControlModifier


def receive(bench: Bench, lot: str = "FL4574", doses: int = 60, expiry: date = date(2022, 2, 28)) -> None:
    draft = StockDraft("COMIRNATY", lot, doses, expiry, temperature_c=4.5)
    bench.desk.work.stock.receive(draft, bench.manager)


def give(bench: Bench, count: int) -> None:
    for draft in a_crowd(count):
        bench.desk.work.desk.record(draft, bench.manager)


def page_of(bench: Bench, member: StaffMember | None = None) -> StockPage:
    window = bench.enter(member or bench.manager)
    bench.press(Qt.Key.Key_F7)
    return window.stock


def line(page: StockPage, row: int = 0) -> list[str]:
    model = page.table.rows
    return [str(model.data(model.index(row, column), Qt.ItemDataRole.DisplayRole)) for column in range(12)]


def fill(page: StockPage, **texts: str) -> None:
    for name, text in texts.items():
        page.form.texts[name].setText(text)


# --- the lots


def test_an_empty_book_says_what_to_do_first(bench: Bench) -> None:
    page = page_of(bench)
    assert page.nothing.isVisible()
    assert "Ctrl+N" in page.nothing.text.text()
    assert not page.table.isVisible()
    bench.press(Qt.Key.Key_Return)
    assert page.side.currentWidget() is page.form, "Enter begins the first delivery"


def test_a_lot_stands_with_its_equation_of_the_day(bench: Bench) -> None:
    receive(bench)
    give(bench, 3)
    page = page_of(bench)
    assert line(page)[:11] == ["Comirnaty", "FL4574", "28/02/2022", "0", "60", "0", "0", "3", "57", "–", "–"]
    assert line(page)[11] == "chưa đếm"
    assert page.card.equation.values["expected"].text() == "57"
    assert [entry.kind for entry in page.card._story] == [StockKind.RECEIVED]
    assert page.card.story.rows.rows[0].cells[2].text == "60"


def test_the_lot_to_open_next_is_said(bench: Bench) -> None:
    receive(bench)
    receive(bench, "FN5112", expiry=date(2022, 1, 31))
    page = page_of(bench)
    assert [line(page, row)[1] for row in (0, 1)] == ["FN5112", "FL4574"], "first expiry first"
    assert page.card.flags[0].words.whole_text() == "mở lô này trước (hết hạn sớm nhất)"
    bench.press(Qt.Key.Key_Down)
    assert not page.card.flags[0].isVisible()


def test_a_recalled_lot_is_flagged_with_a_word_and_its_reason(bench: Bench) -> None:
    receive(bench)
    with bench.desk.store.write() as connection:
        recall_book.keep(connection, [Recall("r1", "FL4574", "COMIRNATY", NOON, "có vật lạ")])
    page = page_of(bench)
    assert line(page)[11] == "thu hồi"
    assert "có vật lạ" in page.card.more.text()


# --- entering


def test_a_delivery_is_entered_in_place(bench: Bench) -> None:
    page = page_of(bench)
    bench.press(Qt.Key.Key_N, CONTROL)
    page.form.vaccine.setCurrentIndex(page.form.vaccine.findData("COMIRNATY"))
    fill(page, lot="fl 4574", expiry="28/02/2022", doses="1.200", temperature="4,5")
    bench.press(Qt.Key.Key_Return)
    (lot,) = bench.desk.work.stock.lots(DAY)
    assert (lot.key, lot.balance.received, lot.worst_c) == (KEY, 1200, 4.5)
    assert page.side.currentWidget() is page.card
    assert page.notice.said == "Đã ghi vào sổ."
    assert line(page)[4] == "1200"


def test_each_field_says_its_own_trouble(bench: Bench) -> None:
    page = page_of(bench)
    bench.press(Qt.Key.Key_N, CONTROL)
    fill(page, lot="", doses="4.5", expiry="28/02/2021", temperature="12")
    bench.press(Qt.Key.Key_Return)
    said = {name: field.trouble.text() for name, field in page.form.fields.items() if field.trouble.text()}
    assert set(said) == {"lot", "doses", "expiry", "note"}
    assert said["doses"].startswith("Chưa có số liều")
    assert "2-8 °C" in said["note"]
    assert page.form.fields["doses"].field.accessibleDescription() == said["doses"]
    assert bench.desk.work.stock.lots(DAY) == ()


@pytest.mark.parametrize(("name", "text"), [("expiry", "31/31/2022"), ("temperature", "mát")])
def test_what_cannot_be_read_is_said_and_nothing_kept(bench: Bench, name: str, text: str) -> None:
    page = page_of(bench)
    bench.press(Qt.Key.Key_N, CONTROL)
    fill(page, **({"lot": "FL4574", "doses": "6", "expiry": "28/02/2022"} | {name: text}))
    bench.press(Qt.Key.Key_Return)
    assert page.form.fields[name].trouble.text()
    assert bench.desk.work.stock.lots(DAY) == ()


def test_a_scanned_box_begins_its_delivery(bench: Bench) -> None:
    page = page_of(bench)
    bench.scan(LABEL)
    assert page.side.currentWidget() is page.form
    assert (page.form.texts["lot"].text(), page.form.texts["expiry"].text()) == ("FN5112", "31/03/2022")
    page.form.vaccine.setCurrentIndex(page.form.vaccine.findData("COMIRNATY"))
    fill(page, doses="6")
    bench.press(Qt.Key.Key_Return)
    (entry,) = bench.desk.work.stock.story(LotKey(KEY.vaccine, "FN5112"))
    assert entry.source.value == "scan"


def test_a_scanned_box_that_is_known_is_turned_to(bench: Bench) -> None:
    receive(bench)
    receive(bench, "FN5112", expiry=date(2022, 3, 31))
    page = page_of(bench)
    bench.scan(LABEL)
    assert page.chosen is not None
    assert page.chosen.key.lot == "FN5112"


def test_a_scanned_card_is_still_the_desks(bench: Bench) -> None:
    page_of(bench)
    bench.scan(CARD)
    assert bench.window.pages.shown == "desk"


def test_counting_goes_from_lot_to_lot(bench: Bench) -> None:
    receive(bench)
    receive(bench, "FN5112", 6, date(2022, 3, 31))
    page = page_of(bench)
    for lot, doses in (("FL4574", "60"), ("FN5112", "5")):
        assert page.chosen is not None
        assert page.chosen.key.lot == lot
        bench.press(Qt.Key.Key_Return)
        fill(page, doses=doses)
        bench.press(Qt.Key.Key_Return)
    assert [line(page, row)[10:] for row in (0, 1)] == [["0", "khớp"], ["−1", "lệch"]]


def test_wastage_needs_its_reason_and_esc_keeps_nothing(bench: Bench) -> None:
    receive(bench)
    page = page_of(bench)
    bench.press(Qt.Key.Key_H, CONTROL)
    fill(page, doses="2")
    bench.press(Qt.Key.Key_Return)
    assert page.form.fields["reason"].trouble.text().startswith("Chưa có lý do hủy")
    bench.press(Qt.Key.Key_Escape)
    assert page.side.currentWidget() is page.card
    bench.press(Qt.Key.Key_H, CONTROL)
    fill(page, doses="2")
    page.form.reason.setCurrentIndex(page.form.reason.findData(Wastage.BROKEN.value))
    bench.press(Qt.Key.Key_Return)
    assert line(page)[6] == "2"
    assert "lọ vỡ" in page.card.story.rows.rows[0].cells[3].text


def test_a_wrong_entry_is_undone_with_a_reason(bench: Bench) -> None:
    receive(bench, doses=600)
    page = page_of(bench)
    bench.press(Qt.Key.Key_Z, CONTROL)
    assert page.form.kind is StockKind.VOIDED
    bench.press(Qt.Key.Key_Return)
    assert page.form.fields["note"].trouble.text()
    fill(page, note="gõ thừa số 0")
    bench.press(Qt.Key.Key_Return)
    assert bench.desk.work.stock.lots(DAY) == ()
    assert page.nothing.isVisible()


def test_a_nurse_may_note_wastage_and_nothing_else(bench: Bench) -> None:
    receive(bench)
    page = page_of(bench, bench.nurse)
    shown = (page.receive, page.to_close, page.card.back, page.card.undo)
    assert [button.isVisible() and button.isEnabled() for button in shown] == [False] * 4
    bench.press(Qt.Key.Key_Return)
    assert page.form.kind is StockKind.WASTED


# --- closing


def closing(bench: Bench) -> StockPage:
    page = page_of(bench)
    bench.press(Qt.Key.Key_K, CONTROL)
    return page


def test_a_balanced_day_closes_with_one_key(bench: Bench) -> None:
    receive(bench)
    give(bench, 2)
    count = StockDraft("COMIRNATY", "FL4574", 58)
    bench.desk.work.stock.count(count, bench.manager)
    page = closing(bench)
    assert not page.closing.titled.isVisible(), "no reason is asked for"
    assert page.closing.lots.words.whole_text() == "1 lô đều khớp"
    assert page.closing.waiting.words.whole_text() == "Còn chờ gửi 2, bị từ chối 0"
    bench.press(Qt.Key.Key_Return)
    (closed,) = bench.desk.work.days.closes(DAY)
    assert closed.figures.is_balanced
    assert page.state.words.whole_text() == "Ngày 12/11/2021: đã chốt lúc 10:41"
    assert closed.hash[:12] in page.closing.said.text()
    assert not page.closing.close_day.isEnabled()
    assert bench.runner.woken, "the platform is told"


def test_a_day_that_does_not_fit_asks_why(bench: Bench) -> None:
    receive(bench)
    bench.desk.work.stock.count(StockDraft("COMIRNATY", "FL4574", 59), bench.manager)
    page = closing(bench)
    assert page.closing.lots.words.whole_text() == "Lệch: FL4574 −1"
    assert QApplication.focusWidget() is page.closing.reason
    bench.press(Qt.Key.Key_Return)
    assert page.closing.notice.said.startswith("Số đếm của lô FL4574 không khớp")
    page.closing.reason.setText("một lọ rút thiếu")
    bench.press(Qt.Key.Key_Return)
    (closed,) = bench.desk.work.days.closes(DAY)
    assert closed.figures.reason == "một lọ rút thiếu"


def test_what_changed_after_the_close_is_shown_and_closed_again(bench: Bench) -> None:
    receive(bench)
    give(bench, 2)
    bench.desk.work.days.close(DAY, {KEY: 58}, "", bench.manager)
    gone = bench.desk.work.desk.day(DAY)[0]
    bench.desk.work.desk.void(gone.dose.id, "chưa tiêm", bench.manager)
    page = closing(bench)
    assert page.state.words.whole_text() == "Ngày 12/11/2021: đã chốt, sau đó có 2 thay đổi"
    assert "Đã tiêm (FL4574): 2 → 1" in page.closing.deltas.text()
    assert page.closing.close_day.text() == "Chốt lại ngày này"
    page.closing.reason.setText("bỏ một mũi nhập nhầm")
    bench.press(Qt.Key.Key_Return)
    assert [one.revision for one in bench.desk.work.days.closes(DAY)] == [1, 2]
    assert not page.closing.deltas.isVisible()


def test_who_is_missing_is_listed_and_opens_at_the_desk(bench: Bench) -> None:
    bench.desk.work.tickets.open(another_person(), bench.manager)
    page = closing(bench)
    assert page.closing.missing.rows.rows[0].cells[0].text == "Nguyễn Văn An"
    bench.press(Qt.Key.Key_O, CONTROL)
    assert bench.window.pages.shown == "desk"
    assert bench.window.desk.person.shown.name.text() == "Nguyễn Văn An"


def test_doses_of_a_vial_without_a_name_are_listed_and_noted(bench: Bench) -> None:
    receive(bench)
    bench.desk.work.desk.set_preset(Preset("COMIRNATY", "FL4574", date(2022, 2, 28), vial="7"))
    give(bench, 4)
    page = closing(bench)
    assert [cell.text for cell in page.closing.missing.rows.rows[0].cells] == ["Lọ 7, lô FL4574", "2 liều chưa có tên"]
    bench.press(Qt.Key.Key_O, CONTROL)
    assert (page.form.kind, page.form.texts["doses"].text(), page.form.texts["vial"].text()) == (
        StockKind.WASTED,
        "2",
        "7",
    )
    bench.press(Qt.Key.Key_Return)
    assert bench.desk.work.days.sheet(DAY).doses == ()


def test_a_day_nobody_closed_is_offered(bench: Bench) -> None:
    receive(bench)
    give(bench, 1)
    bench.clock.forward(days=1)
    page = page_of(bench)
    assert page.unclosed.text() == "12/11 chưa chốt"
    assert not bench.window.pages.place("stock").horizontalScrollBar().isVisible()
    bench.press(Qt.Key.Key_U, CONTROL)
    assert page.day == DAY
    assert line(page)[7] == "1"
    bench.press(Qt.Key.Key_PageDown, CONTROL)
    assert page.day == DAY + timedelta(days=1)
    assert line(page)[3] == "59"


def test_it_speaks_english(bench: Bench) -> None:
    receive(bench)
    page = page_of(bench)
    bench.around.speech.speak("en")
    bench.qtbot.waitUntil(lambda: page.to_close.text() == "Close the day")
    assert line(page)[11] == "not counted"
    assert page.card.equation.names["expected"].text() == "Expected"


def test_someone_else_entering_changes_nothing_of_the_manager(bench: Bench) -> None:
    """A lot is closed by a manager only, whatever the window showed before."""
    receive(bench)
    page = page_of(bench)
    bench.window.open(replace(bench.nurse))
    bench.settle()
    page.say_words()
    assert not page.to_close.isVisible()


def test_a_refused_day_is_said_on_the_sync_page_and_goes_again(bench: Bench) -> None:
    receive(bench)
    closed = bench.desk.work.days.close(DAY, {KEY: 60}, "", bench.manager)
    book = bench.desk.work.sync_book
    (due,) = [one for one in book.due(bench.clock(), 9, asked=True) if one.entry.record_id == closed.id]
    book.apply([PutAside(due.entry, "refused-content", "MeasureReport.group is odd")], bench.clock())
    window = bench.enter(bench.manager)
    bench.press(Qt.Key.Key_F5)
    shown = window.sync.refused_days
    assert "12/11/2021" in shown.notice.said
    assert "MeasureReport.group is odd" in shown.notice.said
    assert not window.sync.list.table.isVisible(), "it is no dose"
    bench.press(Qt.Key.Key_R, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    assert not shown.isVisible()
    assert bench.desk.work.figures.refused_days() == ()
