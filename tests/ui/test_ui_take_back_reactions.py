"""Taking back a dose that has reactions: the page says so, and the next answer is about both."""

from __future__ import annotations

import pytest
from conftest import CARD, Bench
from PySide6.QtCore import Qt

from vaxdesk.models.aftercare import ReactionStatus, Sign
from vaxdesk.models.reactions import ReactionDraft
from vaxdesk.models.values import DoseStatus
from vaxdesk.ui.desk_page import DeskPage

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def desk(bench: Bench) -> DeskPage:
    return bench.enter().desk


def dose_with_a_reaction(bench: Bench) -> str:
    bench.scan(CARD)
    bench.press(Qt.Key.Key_Space)
    bench.press(Qt.Key.Key_Return)
    (record,) = bench.desk.work.desk.all_records()
    bench.desk.work.reactions.note(record.dose.id, ReactionDraft(bench.clock(), (Sign.FEVER,)), bench.nurse)
    return record.dose.id


def test_the_first_answer_is_told_of_the_reactions_and_the_second_voids_both(bench: Bench, desk: DeskPage) -> None:
    dose_id = dose_with_a_reaction(bench)
    bench.press(Qt.Key.Key_Z, CTRL)
    bench.press(Qt.Key.Key_1, CTRL)
    assert desk.saved.asking
    assert "1 phản ứng đã ghi" in desk.notice.said
    assert desk.saved.question.words.whole_text() == "Hủy cả mũi và phản ứng: vì sao?"
    assert bench.desk.work.desk.dose(dose_id).dose.status is DoseStatus.COMPLETED
    bench.press(Qt.Key.Key_1, CTRL)
    assert bench.desk.work.desk.dose(dose_id).dose.status is DoseStatus.ENTERED_IN_ERROR
    assert [one.status for one in bench.desk.work.reactions.of_dose(dose_id)] == [ReactionStatus.ENTERED_IN_ERROR]
    assert desk.notice.said == ""


def test_left_in_between_the_question_begins_anew(bench: Bench, desk: DeskPage) -> None:
    dose_id = dose_with_a_reaction(bench)
    for _ in range(2):
        bench.press(Qt.Key.Key_Z, CTRL)
        bench.press(Qt.Key.Key_1, CTRL)
        bench.press(Qt.Key.Key_Escape)
    assert bench.desk.work.desk.dose(dose_id).dose.status is DoseStatus.COMPLETED
