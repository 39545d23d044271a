"""Doses given elsewhere, on the desk: they come while the nurse goes on, with where and since when."""

from __future__ import annotations

from datetime import timedelta

from conftest import CARD, OTHER_CARD, Bench

from vaxdesk.models.exchange import OtherDose, Source
from vaxdesk.models.values import CitizenId, DoseStatus, Series, SiteCode
from vaxdesk.sync.lookup import LookedUp


def given_there(bench: Bench, number: int = 1) -> OtherDose:
    return OtherDose(
        "there-1", "1", 1, CitizenId("079303000456"), DoseStatus.COMPLETED, "COMIRNATY", "Comirnaty", number,
        Series.PRIMARY, "FK0104", bench.clock() - timedelta(days=28), SiteCode("79-Q1-P01"),
        "Trạm Y tế Phường Bến Mẫu", "d", bench.clock(), Source.PLATFORM,
    )  # fmt: skip


def answer(bench: Bench, number: CitizenId, *doses: OtherDose) -> None:
    """The platform's answer, as it comes from the other thread; until it is kept."""
    bench.told.answered(LookedUp(number, doses, bench.clock()))
    known = bench.desk.work.elsewhere
    bench.qtbot.waitUntil(lambda: known.of(number).as_of is not None, timeout=5000)
    bench.settle()


def history_words(bench: Bench) -> str:
    card = bench.window.desk.history
    return " ".join(
        [card.freshness.text(), *(label.text() for row in card.cells for label in row if label.isVisible())]
    )


def test_what_was_given_elsewhere_comes_while_the_nurse_goes_on(bench: Bench) -> None:
    """I6: the form is there at once; the platform's answer changes it when it comes."""
    bench.enter()
    bench.scan(CARD)
    assert bench.told.asked == [CitizenId("079303000456")]
    assert "chưa hỏi được" in history_words(bench)
    assert bench.window.desk.model.form.assessment.verdict.dose_number == 1
    answer(bench, bench.told.asked[0], given_there(bench))
    assert "Trạm Y tế Phường Bến Mẫu" in history_words(bench)
    assert "theo nền tảng lúc 10:41 12/11" in history_words(bench)
    assert bench.window.desk.model.form.assessment.verdict.dose_number == 2


def test_an_answer_about_the_person_before_changes_nothing_here(bench: Bench) -> None:
    bench.enter()
    bench.scan(CARD)
    bench.scan(OTHER_CARD)
    answer(bench, CitizenId("079303000456"), given_there(bench))
    assert "Bến Mẫu" not in history_words(bench)
    assert bench.desk.work.elsewhere.of(CitizenId("079303000456")).doses != ()


def test_without_an_answer_the_desk_says_so_and_saves(bench: Bench) -> None:
    bench.enter()
    bench.scan(CARD)
    bench.told.answered(LookedUp(CitizenId("079303000456")))
    bench.settle()
    assert "chưa hỏi được" in history_words(bench)
