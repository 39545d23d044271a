"""People in the observation area of a window under test."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from support.builders import NOON, a_crowd

from vaxdesk.models.aftercare import Severity, Sign
from vaxdesk.models.reactions import ReactionDraft
from vaxdesk.models.values import Dose
from vaxdesk.ui.observation_page import ObservationPage

if TYPE_CHECKING:
    from conftest import Bench

NAMES = ("Trần Thị Bích", "Nguyễn Văn An", "Lê Minh Châu")


def injected(bench: Bench, *minutes_ago: int) -> list[Dose]:
    """Doses given that many minutes before now, the clock at 11:41."""
    bench.clock.now = NOON + timedelta(hours=1)
    made = []
    for name, draft, ago in zip(NAMES, a_crowd(len(minutes_ago)), minutes_ago, strict=False):
        at = bench.clock() - timedelta(minutes=ago)
        draft = replace(draft, person=replace(draft.person, name=name), occurred_at=at)
        made.append(bench.desk.work.desk.record(draft, bench.manager).dose)
    return made


def board(bench: Bench) -> ObservationPage:
    window = bench.enter()
    bench.press(Qt.Key.Key_F3)
    assert window.pages.shown == "observation"
    return window.observation


def names(page: ObservationPage) -> list[str]:
    return [one.name for one in page.board.tiles.people]


def a_rash(bench: Bench, dose: Dose, severity: Severity = Severity.GRADE_1) -> str:
    at = dose.occurred_at + timedelta(minutes=5, seconds=20)
    return bench.desk.work.reactions.note(dose.id, ReactionDraft(at, (Sign.RASH,), severity), bench.manager).id
