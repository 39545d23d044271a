"""The frame: signing in and locking, turning pages, scans from anywhere, two languages, and nothing but painting in the GUI thread."""

from __future__ import annotations

import threading

import pytest
from conftest import CARD, Bench
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from support.builders import PIN, Clock, a_crowd, a_draft

from vaxdesk.models.db import Store
from vaxdesk.models.exchange import LinkState
from vaxdesk.models.values import Screening
from vaxdesk.sync.engine import SyncReport

F2, F4, F5, F9, F12 = Qt.Key.Key_F2, Qt.Key.Key_F4, Qt.Key.Key_F5, Qt.Key.Key_F9, Qt.Key.Key_F12


def type_like_a_reader(bench: Bench, text: str) -> None:
    for character in text:
        code = Qt.Key.Key_Return if character == "\r" else Qt.Key(ord(character.upper()))
        for kind in (QKeyEvent.Type.KeyPress, QKeyEvent.Type.KeyRelease):
            event = QKeyEvent(kind, code, Qt.KeyboardModifier.NoModifier, character)
            QCoreApplication.sendEvent(QApplication.focusWidget() or bench.window, event)
    bench.settle()


def test_sign_in_asks_for_a_pin(bench: Bench) -> None:
    window = bench.window
    window.open()
    window.show()
    bench.settle()
    page = window.sign_in
    page.who.setCurrentIndex([member.id for member in page._staff].index(bench.manager.id))
    page.pin.setText("0000")
    bench.press(Qt.Key.Key_Return)
    assert "PIN không đúng" in page.notice.said
    assert page.pin.text() == ""
    page.pin.setText(PIN)
    bench.press(Qt.Key.Key_Return)
    assert bench.around.session.member == bench.manager
    assert window.desk.isVisible()


def test_locking_keeps_what_was_begun(bench: Bench) -> None:
    window = bench.enter()
    bench.scan(CARD)
    bench.press(F12)
    assert window.sign_in.isVisible()
    assert bench.around.session.member is None
    bench.scan("079303000457|")  # nobody is there to take it
    window.sign_in.pin.setText("1357")
    bench.press(Qt.Key.Key_Return)
    assert window.desk.form.person is not None
    assert window.desk.person.shown.name.text() == "Trần Thị Bích"


def test_signing_out_never_touches_a_record(bench: Bench) -> None:
    """failures.md 7: what waits to be sent stays as it is, for the next person and the sync thread."""
    work = bench.desk.work
    for draft in a_crowd(3):
        work.desk.record(draft, bench.nurse)
    before = work.desk.all_records(), work.sync_book.due(bench.clock(), 10, True), work.figures.counts()
    bench.enter()
    bench.press(F12)
    assert bench.around.session.member is None
    bench.enter(bench.manager)
    bench.press(F12)
    assert (work.desk.all_records(), work.sync_book.due(bench.clock(), 10, True), work.figures.counts()) == before
    assert before[2].waiting == 3


def test_the_window_locks_by_itself(bench: Bench) -> None:
    window = bench.enter()
    assert window._idle.interval() == 10 * 60_000
    window._idle.timeout.emit()
    assert window.sign_in.isVisible()


@pytest.mark.parametrize(("key", "page"), [(F2, "desk"), (F4, "certificates"), (F5, "sync"), (F9, "site")])
def test_pages_turn_by_key(bench: Bench, key: Qt.Key, page: str) -> None:
    window = bench.enter()
    bench.press(F9 if key is not F9 else F2)
    bench.press(key)
    assert window.pages[page].isVisible()
    assert window.rail[page].isChecked()


def test_a_scan_from_another_page_goes_to_the_desk_and_into_no_field(bench: Bench) -> None:
    window = bench.enter()
    bench.press(F4)
    window.certificates.text.setFocus()
    type_like_a_reader(bench, CARD + "\r")
    assert window.desk.isVisible()
    assert window.desk.person.shown.name.text() == "Trần Thị Bích"
    assert window.certificates.text.text() == ""


def test_a_scan_into_the_pin_field_is_nobodys(bench: Bench) -> None:
    window = bench.window
    window.open()
    window.show()
    bench.settle()
    window.sign_in.pin.setFocus()
    type_like_a_reader(bench, CARD + "\r")
    assert window.sign_in.pin.text() == ""
    assert window.desk.form.person is None


def test_the_language_changes_without_a_restart_and_back(bench: Bench) -> None:
    window = bench.enter()
    bench.scan(CARD)
    bench.press(F9)
    before = {id(label): label.text() for label in window.findChildren(QLabel)}
    window.site.machine.language.setCurrentIndex(1)
    bench.settle()
    assert window.desk.band.headline.text() == "ALLOWED TODAY"
    assert window.rail["desk"].text() == "Desk"
    assert bench.saved_settings[-1].language == "en"
    window.site.machine.language.setCurrentIndex(0)
    bench.settle()
    assert {id(label): label.text() for label in window.findChildren(QLabel)} == before


def test_no_vietnamese_is_left_over_in_english(bench: Bench) -> None:
    window = bench.enter(bench.manager)
    bench.around.speech.speak("en")
    for page in window.pages:
        window.show_page(page)
        bench.settle()
    texts = [w.text() for w in window.findChildren(QLabel)] + [w.text() for w in window.findChildren(QPushButton)]
    names = ("Trạm Y tế", "Phố Mẫu", "Lê Thị Mai", "Phạm Thị Lan", "Tiếng Việt", "ỄỘ")
    left = [t for t in texts if any(ch in "ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ" for ch in t.lower())]
    assert [t for t in left if not any(name in t for name in names)] == []


def test_every_theme_is_worn_at_once(bench: Bench) -> None:
    window = bench.enter()
    bench.press(F9)
    for place, name in enumerate(("light", "dark", "high-contrast")):
        window.site.machine.theme.setCurrentIndex(place)
        bench.settle()
        assert bench.around.look.name == name
    window.site.machine.theme.setCurrentIndex(0)
    bench.settle()


def test_the_status_bar_says_network_figures_and_queue(bench: Bench) -> None:
    bench.desk.work.desk.record(a_draft(), bench.nurse)
    window = bench.enter()
    window.show_report(SyncReport(reached=True))
    bench.settle()
    assert "1 đã tiêm · 0 đã nhận · 0 đã đọc lại" in window.status.today.text()
    assert "Chờ 1" in window.status.waiting.words.whole_text()
    window.show_report(SyncReport(trouble="no-connection"))
    bench.settle()
    assert "Không có kết nối" in window.status.network.words.whole_text()


def test_green_means_an_answer(bench: Bench) -> None:
    """A run that did not reach the platform is never shown as online."""
    window = bench.enter()
    for report in (SyncReport(), SyncReport(trouble="platform-busy", reached=True)):
        window.show_report(report)
        assert window.status.network.words.property("tone") != "allowed"


def test_a_long_run_is_seen_to_be_answered_before_it_ends(bench: Bench) -> None:
    window, book, clock = bench.enter(), bench.desk.work.sync_book, bench.desk.work.clock
    window.show_report(SyncReport(trouble="no-connection"))
    bench.settle()
    assert isinstance(clock, Clock)
    clock.forward(minutes=1)
    book.save_link(LinkState(last_reached_at=clock.now))  # as the run under way does
    window.refresh_figures()
    bench.settle()
    assert window.status.network.words.property("tone") == "allowed"
    clock.forward(minutes=1)
    window.show_report(SyncReport(trouble="connection-lost"))
    bench.settle()
    assert window.status.network.words.property("tone") != "allowed"


def test_nothing_touches_the_store_in_the_gui_thread(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    touched: list[str] = []
    for name in ("read", "write"):
        real = getattr(Store, name)

        def watched(self: Store, real=real):
            if threading.current_thread() is threading.main_thread():
                touched.append(real.__name__)
            return real(self)

        monkeypatch.setattr(Store, name, watched)
    window = bench.enter(bench.manager)
    bench.scan(CARD)
    window.desk.model.conclude(Screening.ELIGIBLE)
    bench.press(Qt.Key.Key_Return)
    for page in window.pages:
        window.show_page(page)
        bench.settle()
    window.site.signing.refresh()
    window.lock()
    bench.settle()
    assert touched == []


def test_every_button_has_a_name_and_the_keys_are_unique_on_each_page(bench: Bench) -> None:
    from vaxdesk.ui.buttons import KeyButton

    window = bench.enter(bench.manager)
    for page in window.pages.values():
        keys = [b._key for b in page.findChildren(KeyButton) if b._key not in ("", "Enter", "Space", "Esc")]
        assert len(keys) == len(set(keys))
        assert [(type(b.parent()), b._key) for b in page.findChildren(KeyButton) if not b.accessibleName()] == []


def test_labels_are_plain_text(bench: Bench) -> None:
    window = bench.enter()
    rich = [label for label in window.findChildren(QLabel) if label.textFormat() is Qt.TextFormat.RichText]
    assert rich == []
