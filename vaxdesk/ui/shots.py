"""Pictures of every page and its main states, taken from a real window that is driven through its own parts."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from PySide6.QtCore import QEventLoop, QSize, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from vaxdesk.models.scan_diagnosis import CARD_CODE
from vaxdesk.models.stock import StockDraft
from vaxdesk.models.tickets import Station
from vaxdesk.models.values import Screening, StaffMember
from vaxdesk.sync.reports import SyncReport
from vaxdesk.ui.complaint_fix import Fix
from vaxdesk.ui.window import OpenWindow

SIZE_PX = QSize(1366, 768)
SETTLE_TURNS_MAX, TURN_MS = 2000, 10


class Camera:
    """Takes one picture a scene, named after language, theme, size and scene."""

    def __init__(self, opened: OpenWindow, folder: Path, name: str) -> None:
        self.opened, self.folder, self._name = opened, folder, name
        self.window = opened.window
        folder.mkdir(parents=True, exist_ok=True)

    def settle(self) -> None:
        """Lets the lane and the painting come to rest."""
        for _ in range(SETTLE_TURNS_MAX):
            turn = QEventLoop()
            QTimer.singleShot(TURN_MS, turn.quit)
            turn.exec()
            if self.opened.around.lane.is_idle and not self.window.certificates.is_busy:
                break
        QApplication.processEvents()

    def take(self, scene: str, shown: QWidget | None = None) -> Path:
        """One picture, of the window or of another one."""
        self.settle()
        target = self.folder / f"{self._name}-{scene}.png"
        (shown or self.window).grab().save(str(target))
        return target


def take_all(
    camera: Camera, nurse: StaffMember, manager: StaffMember, cards: dict[str, str], size: QSize = SIZE_PX
) -> None:
    """Every page. `cards`: texts to scan: returning, early, new, short; and the path of a `list` to take in."""
    window = camera.window
    window.resize(size)
    window.open()
    window.show()
    camera.take("01-sign-in")
    window.enter(nurse)
    window.show_report(SyncReport(reached=True))
    _desk_scenes(camera, cards)
    _board_scenes(camera)
    _queue_scenes(camera)
    _paper_scenes(camera)
    window.lock()
    window.enter(manager)
    _sync_scenes(camera)
    _stock_scenes(camera, manager)
    _complaint_scenes(camera)
    _report_scenes(camera)
    _site_scenes(camera, Path(cards["list"]))
    window.show_page("help")
    camera.take("50-help")
    window.lock()
    camera.take("60-locked")


def _queue_scenes(camera: Camera) -> None:
    """The stations, one of them empty, and somebody called to the desk."""
    window = camera.window
    window.show_page("queue")
    camera.take("13-queue")
    window.queue.tiles.choose(Station.CERTIFICATE)
    camera.take("14-queue-empty")
    window.show_page("desk")
    window.desk.queue.call_next()
    camera.take("14-desk-called")
    window.desk.escape()


def _board_scenes(camera: Camera) -> None:
    """The observation area, its forms, and the big screen."""
    window, page = camera.window, camera.window.observation
    window.show_page("observation")
    camera.take("15-observation")
    ill = next(row for row, one in enumerate(page.board.tiles.people) if one.reaction and one.reaction.is_serious)
    page.board.choose(ill)
    camera.take("16-observation-serious")
    page.card.reaction.click()
    camera.take("17-observation-reaction")
    page.form.given_up.emit()
    page.card.early.click()
    page.leave.save.click()
    camera.take("18-observation-leaving")
    page.leave.given_up.emit()
    window.area.show_big(window)
    camera.take("19-observation-big-screen", window.area.big)
    window.area.show_big(window)


def _paper_scenes(camera: Camera) -> None:
    """The day's papers, one whose copy holds no more, what all days ask for, and the ledger."""
    window, page = camera.window, camera.window.certificates
    window.show_page("certificates")
    page.table.selectRow(9)
    camera.take("20-certificates")
    page.table.selectRow(2)
    camera.take("21-certificates-outdated")
    page.everywhere.click()
    camera.take("22-certificates-all-days")
    page.everywhere.click()
    page.read_ledger()
    camera.take("23-print-ledger")
    page.close_ledger()


def _stock_scenes(camera: Camera, manager: StaffMember) -> None:
    """Lots as they are on a working day, one of them about to expire, and the day before it is closed."""
    work, window = camera.opened.around.services.work, camera.window
    window.show_page("stock")
    camera.take("35-stock-given-not-received")
    soon = work.clock().date() + timedelta(days=9)
    for lot, doses, expiry in (("FL4574", 240, date(2022, 2, 28)), ("FN5112", 120, soon)):
        draft = StockDraft("COMIRNATY", lot, doses, max(expiry, soon), temperature_c=4.5)
        work.stock.receive(draft, manager)
    window.stock.refresh()
    camera.take("36-stock")
    window.stock.receive.click()
    window.stock.form.save.click()
    camera.take("37-stock-form")
    window.stock.form.leave.click()
    window.stock.to_close.click()
    camera.take("38-day-close")
    window.stock.closing.leave.click()


def _complaint_scenes(camera: Camera) -> None:
    """Something to settle, the ways to do it, a second person's turn, and one that is taken at the counter."""
    window, page = camera.window, camera.window.complaints
    window.show_page("complaints")
    camera.take("44-complaints")
    for fix in (Fix.CORRECT, Fix.MEND, Fix.REJECT):
        page.story.fix.turn_to(fix)
        camera.take(f"45-complaint-{fix.value}")
    page.take.click()
    page.form.save.click()
    camera.take("46-complaint-taken")
    page.form.leave.click()


def _report_scenes(camera: Camera) -> None:
    """Both official forms, each with another chart."""
    window, page = camera.window, camera.window.reports
    window.show_page("reports")
    camera.take("47-report")
    page.behind.give.click()
    camera.take("47-report-names")
    page.behind.leave.click()
    page.kind.setCurrentIndex(1)
    page.chart_choice.setCurrentIndex(1)
    camera.take("48-report-round")
    page.kind.setCurrentIndex(0)


def _site_scenes(camera: Camera, list_file: Path) -> None:
    """The site's cards, and what is taken in there; last, a text that no desk signed."""
    window = camera.window
    window.show_page("site")
    camera.take("40-site")
    window.site.test_scanner()
    window.take_scan(CARD_CODE.swapcase())
    camera.take("41-scanner-test")
    window.site.end_test()
    window.site.take_in_list()
    camera.take("42-import")
    if window.site.imports is not None:
        window.site.imports.open(list_file)
        camera.take("42-import-columns")
        window.site.imports.go.click()
        camera.take("42-import-preview")
    window.site.type_paper_day()
    camera.take("43-paper-day")
    window.site.take_in_list()
    window.show_page("verify")
    camera.take("49-verify")
    window.take_scan("HC1:NCF%RN$KEPV0T6T")
    camera.take("49-verify-refused")


def _sync_scenes(camera: Camera) -> None:
    sync = camera.window.sync
    camera.window.show_page("sync")
    camera.settle()
    for row, scene in enumerate(("30-sync-conflict", "31-sync-group", "32-sync-refused")):
        sync.list.table.selectRow(row)
        camera.take(scene)
    sync.story.act()
    camera.take("33-sync-mending")
    sync.story.form.given_up.emit()
    sync.read_identities()
    camera.take("34-identities")
    sync.close_identities()


def _desk_scenes(camera: Camera, cards: dict[str, str]) -> None:
    desk = camera.window.desk
    camera.take("02-desk-nobody")
    for scene, card, then in (
        ("03-desk-allowed", "returning", lambda: desk.model.conclude(Screening.ELIGIBLE)),
        ("04-desk-saved", "", desk.save),
        ("05-desk-take-back", "", desk.saved.ask),
        ("06-desk-too-early", "early", desk.saved.close_question),
        ("07-desk-new", "new", lambda: None),
        ("08-desk-number-wrong", "short", lambda: None),
        ("09-desk-typed", "typed", lambda: None),
        ("10-desk-postponed", "returning2", lambda: desk.model.conclude(Screening.POSTPONED)),
        ("11-desk-product", "", desk.model.read_staff),
    ):
        _scene(camera, cards.get(card, ""), then)
        camera.take(scene)
    desk.escape()
    desk.escape()
    desk.scan.setText(cards["search"])
    desk.model.look_up(desk.scan.text())
    camera.take("12-desk-found")
    desk.escape()
    camera.settle()


def _scene(camera: Camera, card: str, then: Callable[[], object]) -> None:
    if card:
        camera.window.take_scan(card)
        camera.settle()
    then()


if __name__ == "__main__":
    runpy.run_module("vaxdesk.demo.shots", run_name="__main__")  # the stage with made-up people is the demo's
