"""The audit trail for eyes: a manager's only, by filters and pages, with the state of the chain on top."""

from __future__ import annotations

import pytest
from conftest import Bench
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from support.builders import a_crowd

from vaxdesk.models import audit
from vaxdesk.models.values import StaffMember
from vaxdesk.ui import audit_page
from vaxdesk.ui.audit_page import AuditViewer
from vaxdesk.ui.tables import Row

CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier
F9, A, ESCAPE, ENTER = Qt.Key.Key_F9, Qt.Key.Key_A, Qt.Key.Key_Escape, Qt.Key.Key_Return


def opened(bench: Bench, member: StaffMember | None = None) -> AuditViewer:
    bench.enter(member or bench.manager)
    bench.press(F9)
    bench.press(A, CTRL_SHIFT)
    viewer = bench.window.site.audit
    assert viewer is not None
    return viewer


def rows(viewer: AuditViewer) -> list[Row]:
    return list(viewer.table.rows.rows)


def column(viewer: AuditViewer, place: int) -> list[str]:
    return [row.cells[place].text for row in rows(viewer)]


def tamper(bench: Bench, *statements: str) -> None:
    with bench.desk.store.write() as connection:
        for trigger in ("audit_no_UPDATE", "audit_no_DELETE"):
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {trigger}")
        for statement in statements:
            connection.exec_driver_sql(statement)


@pytest.fixture
def busy(bench: Bench) -> Bench:
    for draft in a_crowd(3):
        bench.desk.work.desk.record(draft, bench.nurse)
    return bench


def test_a_manager_reads_who_did_what_newest_first(busy: Bench) -> None:
    viewer = opened(busy)
    assert viewer.isVisible()
    assert column(viewer, 1)[0] == "Lê Thị Mai"
    assert column(viewer, 2)[0] == "Đã lưu một mũi tiêm, hoặc kết luận không tiêm."
    assert column(viewer, 2)[-1] == "Đã nối máy này với điểm tiêm."
    assert column(viewer, 0)[0] == "10:41:00 12/11/2021"
    count = len(rows(viewer))
    assert viewer.state.said == f"Chuỗi nhật ký còn nguyên: {count} dòng."
    assert viewer.shown.text() == f"Dòng {count} đến 1"


def test_a_nurse_does_not(busy: Bench) -> None:
    busy.enter(busy.nurse)
    busy.press(F9)
    assert not busy.window.site.place.audit.isEnabled()
    busy.press(A, CTRL_SHIFT)
    assert busy.window.site.audit is None


def test_a_nurse_who_comes_after_the_manager_finds_nothing_to_read(busy: Bench) -> None:
    viewer = opened(busy)
    busy.press(Qt.Key.Key_F12)
    busy.enter(busy.nurse)
    assert not viewer.isVisible()
    assert rows(viewer) == []
    assert busy.window.site.place.isVisible() or busy.window.pages.shown != "site"


def test_filters_narrow_it_down(busy: Bench) -> None:
    viewer = opened(busy)
    viewer.action.setCurrentIndex(viewer.action.findData("dose-recorded"))
    busy.qtbot.waitUntil(lambda: len(rows(viewer)) == 3)
    subject = busy.desk.work.desk.all_records()[1].dose.id
    viewer.record.setText(subject[:8])
    viewer.record.setFocus()
    busy.press(ENTER)
    assert column(viewer, 3) == [subject[:8]]
    viewer.who.setCurrentIndex(viewer.who.findData(busy.manager.id))
    busy.press(ENTER)
    assert rows(viewer) == []
    assert viewer.shown.text() == "Không có dòng nào như vậy"


def test_a_day_is_typed_as_people_type_it(busy: Bench) -> None:
    viewer = opened(busy)
    whole = len(rows(viewer))
    viewer.day.setText("12/11/2021")
    viewer.day.setFocus()
    busy.press(ENTER)
    narrowed = rows(viewer)
    assert 0 < len(narrowed) < whole  # the enrolment was on another day
    viewer.day.setText("12/13/2021")
    busy.press(ENTER)
    assert viewer.day.property("wrong") == "true"
    assert rows(viewer) == narrowed
    viewer.day.setText("")
    busy.press(ENTER)
    assert (viewer.day.property("wrong"), len(rows(viewer))) == ("false", whole)


def test_pages_turn_by_keys_and_nothing_is_told_twice(busy: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_page, "PAGE_LINES", 3)
    monkeypatch.setattr("vaxdesk.models.audit_book.LOOKED_THROUGH", 2)
    viewer = opened(busy)
    newest = [row.key for row in rows(viewer)]
    assert len(newest) == 3  # whole, though each look is short
    told = list(newest)
    assert not viewer.newer.isEnabled()
    for _ in range(int(newest[0])):
        if viewer.older.isEnabled():
            busy.press(Qt.Key.Key_Right, ALT)
            told += [row.key for row in rows(viewer)]
    assert told == [str(number) for number in range(int(newest[0]), 0, -1)]
    for _ in told[3::3]:
        busy.press(Qt.Key.Key_Left, ALT)
    assert not viewer.newer.isEnabled()
    assert [row.key for row in rows(viewer)] == newest


def test_an_answer_to_an_older_question_is_not_shown(busy: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_page, "PAGE_LINES", 2)
    monkeypatch.setattr("vaxdesk.models.audit_book.LOOKED_THROUGH", 1)
    viewer = opened(busy)
    newest = [row.key for row in rows(viewer)]
    for typed in ("no such record", ""):  # the first question goes through all there is, the second one ends soon
        viewer.record.setText(typed)
        viewer.keyPressEvent(QKeyEvent(QEvent.Type.KeyPress, ENTER, Qt.KeyboardModifier.NoModifier))
    busy.settle()
    assert [row.key for row in rows(viewer)] == newest


def test_a_changed_entry_is_told_on_top(busy: Bench) -> None:
    tamper(busy, "UPDATE audit SET detail = 'x' WHERE id = 2")
    viewer = opened(busy)
    assert "đứt ở dòng 2" in viewer.state.said
    assert viewer.state.property("box") == "stop"


def test_a_cut_end_is_told_on_top(busy: Bench) -> None:
    last = busy.desk.work.audit.count()
    tamper(busy, f"DELETE FROM audit WHERE id > {last - 2}")
    viewer = opened(busy)
    assert f"thiếu 2 dòng, sau dòng {last - 2}" in viewer.state.said


def test_a_long_chain_is_walked_in_pieces(busy: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(audit.walk_on, "__defaults__", (2,))
    busy.enter(busy.manager)
    busy.press(F9)
    busy.window.site.read_audit()
    viewer = busy.window.site.audit
    assert viewer is not None
    tell = viewer.state.tell
    monkeypatch.setattr(viewer.state, "tell", lambda tone, text: (said.append(text), tell(tone, text)))
    busy.settle()
    count = busy.desk.work.audit.count()
    assert f"Đang kiểm tra chuỗi nhật ký: 2 / {count} dòng…" in said
    assert said[-1] == f"Chuỗi nhật ký còn nguyên: {count} dòng."


def test_escape_goes_back_to_the_site(busy: Bench) -> None:
    viewer = opened(busy)
    busy.press(ESCAPE)
    assert not viewer.isVisible()
    assert busy.window.site.place.audit.hasFocus()
    assert rows(viewer) == []


def test_it_speaks_english_too(busy: Bench) -> None:
    viewer = opened(busy)
    busy.around.speech.speak("en")
    busy.qtbot.waitUntil(lambda: column(viewer, 2)[-1] == "Enrolled this machine at the site.")
    assert viewer.state.said.startswith("The audit chain is whole")
    assert viewer.action.itemText(0) == "Everything"
