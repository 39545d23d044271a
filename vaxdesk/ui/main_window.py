"""The window: sign-in, the rail, the pages, the status bar; scans go to the desk from anywhere."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMimeData, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget, QWidget

from vaxdesk.errors import VaxdeskError
from vaxdesk.settings import Settings
from vaxdesk.ui import window_duty
from vaxdesk.ui.pages import PAGES, PagesByName, Quietly, add_keys, pages_of, rail_name, scrollable
from vaxdesk.ui.sign_in_page import SignInPage
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.tone import Tone
from vaxdesk.ui.widgets import beside, stacked

if TYPE_CHECKING:  # loaded while the sign-in page is already there: see vaxdesk/ui/start.py
    from vaxdesk.models.counts import Counts
    from vaxdesk.models.desk import Preset
    from vaxdesk.models.exchange import LinkState
    from vaxdesk.models.scan_reading import Reading
    from vaxdesk.models.values import DoseRecord, Site, StaffMember
    from vaxdesk.sync.reports import LookedUp, SyncReport
    from vaxdesk.ui.observation_area import ObservationArea

WIDTH_PX, HEIGHT_PX = 1366, 768
AGE_REFRESH_MS = 15_000


class MainWindow(PagesByName, QMainWindow):
    """`wake_wished(asked)`: the sync thread should run; `history_wished`: of a citizen who stands here; `settings_changed`: choices to keep and to wear."""

    wake_wished = Signal(bool)
    settings_changed = Signal(Settings)
    history_wished = Signal(object)
    accepted, rejected, rang = Signal(), Signal(), Signal()
    leave_wished = Signal(int)  # a services.Leave
    window_wished, closed = Signal(), Signal()

    def __init__(self, around: Surroundings, settings: Settings, place: int = 0) -> None:
        """`place`: which window of this machine it is, the first is 0."""
        super().__init__()
        self.around, self.place = around, place
        self.settings = settings
        self.is_furnished = False
        self.quietly: Quietly = nullcontext  # how to make many widgets at once: see FirstWindow.quietly
        self.sign_in = SignInPage(around)
        self.sign_in.language.clicked.connect(self._other_language)
        self.last_report: SyncReport | None = None
        self._stack, self._whole = QStackedWidget(), QStackedWidget()
        self.pages = pages_of(self, self._stack)
        self._whole.addWidget(scrollable(self.sign_in))
        self.setCentralWidget(self._whole)
        self.say_words()
        self.resize(WIDTH_PX, HEIGHT_PX)

    # --- making

    def furnish(self) -> None:
        """Makes all that is needed from the first sign-in on, once the store is open; the sign-in page was painted long before."""
        from vaxdesk.ui.frame import HeaderBar, Heading
        from vaxdesk.ui.scan_sources import ScanSources
        from vaxdesk.ui.status_bar import Standing, StatusBar

        self._standing, self._heading = Standing(), Heading()
        self.sources = ScanSources(self.around, self.settings)
        self.header, self.status = HeaderBar(self.around), StatusBar(self.around)
        self._make_rail()
        self._lay_out()
        self._connect()
        self._start_timers()
        window_duty.take_up(self)
        self.is_furnished = True
        self.say_words()
        self.sign_in.store_is_open()

    def _make_rail(self) -> None:
        from vaxdesk.ui.frame import RailButton

        look = self.around.look
        self.rail = {entry.name: RailButton(look, entry.icon, entry.key) for entry in PAGES if not entry.under}
        self.rail["lock"] = RailButton(look, "lock", "F12", checkable=False)
        add_keys(self, self._stack)
        for name in self.rail.keys() - {"lock"}:
            self.rail[name].clicked.connect(lambda _checked=False, page=name: self.show_page(page))
        self.rail["lock"].clicked.connect(self.lock)
        QShortcut(QKeySequence("Shift+F12"), self).activated.connect(self.hand_over)
        if self.around.services.practice is None:  # whose band has that key for starting over
            QShortcut(QKeySequence("Ctrl+Shift+N"), self).activated.connect(self.window_wished)

    def _lay_out(self) -> None:
        from vaxdesk.ui.camera_view import CameraView
        from vaxdesk.ui.frame import Rail
        from vaxdesk.ui.practice_band import under_band

        stations = tuple(self.rail[entry.name] for entry in PAGES if not (entry.at_foot or entry.under))
        foot = tuple(self.rail[entry.name] for entry in PAGES if entry.at_foot)
        rail = Rail(stations, (*foot, self.rail["lock"]))
        right = stacked(self.header, self._stack, self.status, gap=0)
        right.setStretch(1, 1)
        inside = beside(rail, right, gap=0)
        inside.setStretch(1, 1)
        self._work = QWidget()
        self._work.setObjectName("ground")
        self._work.setLayout(inside)
        self._whole.addWidget(self._work)
        if self.around.services.practice is not None:
            self._whole.setParent(None)  # else it went with the old content
        content, self.band = under_band(self.around, self._whole)
        self.setCentralWidget(content)
        self.camera = CameraView(self._work, self.around.look, self.sources.camera)
        self.setAcceptDrops(True)

    def _connect(self) -> None:
        from vaxdesk.ui.services import Leave

        self.sign_in.signed_in.connect(self.enter)
        self.sign_in.practice_wished.connect(lambda: self.leave_wished.emit(int(Leave.FOR_TRAINING)))
        if self.band is not None:
            self.band.leave_wished.connect(self.leave_wished)
        self.header.duty_wished.connect(partial(window_duty.choose, self))
        self.sources.read.connect(self.take_reading)
        self.sources.said.connect(self._source_said)

    def _start_timers(self) -> None:
        self._age = QTimer(self)
        self._age.setInterval(AGE_REFRESH_MS)
        self._age.timeout.connect(self._look_again)
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.timeout.connect(self.lock)

    @cached_property
    def area(self) -> ObservationArea:
        """The observation area, watched from the first sign-in on."""
        from vaxdesk.ui.observation_area import ObservationArea

        area = ObservationArea(self.around)
        area.waiting.connect(self.rail["observation"].show_badge)
        area.rang.connect(self.rang)
        return area

    # --- coming and going

    def open(self, signed_in: StaffMember | None = None) -> None:
        """Reads what the frame shows, and asks who is here unless that is known."""
        self.around.lane.run(self.around.services.work.site, done=self._site_read, failed=self._trouble)
        self.sign_in.refresh()
        self._age.start()
        self._standing = replace(self._standing, since=self.around.services.work.clock())
        if signed_in is not None:
            self.enter(signed_in)

    def enter(self, member: StaffMember) -> None:
        """Somebody signed in; what was begun before the lock is still there."""
        self.around.session.enter(member)
        self._whole.setCurrentWidget(self._work)
        self._rest_from_idle()
        self.area.start()
        self.refresh_figures()
        self.show_page(self.pages.shown or window_duty.first_page(self))

    def lock(self) -> None:
        """F12, or nobody touched anything for a while."""
        if self.around.session.member is None:
            return
        self.sources.camera.close()
        if self.pages.is_made("desk"):
            self.desk.model.let_go()  # a key that waits for an answer is not the next one's
        self.sign_in.lock(self.around.session.member)
        self.around.session.leave()
        self._idle.stop()
        self._whole.setCurrentIndex(0)
        self.sign_in.refresh()

    def hand_over(self) -> None:
        """Shift+F12: locked, and the colleague who goes on is asked for first; what is half filled in waits for them."""
        self.lock()
        self.sign_in.ask_who()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  Qt's name
        """No timer outlives the window."""
        if self.is_furnished:
            self._age.stop()
            self._idle.stop()
            self.sources.close()
        if "area" in self.__dict__:
            self.area.close()
        super().closeEvent(event)
        self.closed.emit()

    # --- pages

    def show_page(self, name: str) -> None:
        """Turns to a page, which reads afresh what it shows."""
        self.rail[rail_name(name)].setChecked(True)
        if name not in ("desk", "site", "verify"):
            self.sources.camera.close()
        self.pages.turn_to(name).refresh()

    def test_scanner(self) -> None:
        """The scanner's test, on the site's page."""
        self.show_page("site")
        self.site.test_scanner()

    def take_scan(self, untrusted_text: str) -> None:
        """A text that was scanned, however it came."""
        from vaxdesk.models.scan_reading import Reading

        self.take_reading(Reading(untrusted_text))

    def take_reading(self, reading: Reading) -> None:
        """A scan is always the desk's, but for the scanner's test and for who sits in the observation area; while the window is locked it is nobody's, and that is said."""
        if self.around.session.member is None:
            self.sign_in.notice.tell(Tone.DECIDE, self.around.speech.of_code("scanner-locked"))
            self.rejected.emit()
            return
        if self.pages.shown == "site" and self.site.scanner is not None and self.site.is_testing:
            self.site.scanner.take_reading(reading)
            return
        if self.keeps_scan(reading.untrusted_text):
            return
        if self.pages.shown != "desk":
            self.show_page("desk")
        self.desk.take_scan(reading.untrusted_text)

    def _source_said(self, tone: Tone, sentence: str) -> None:
        """Of a port, a picture or the camera; the scanner's test shows it by itself."""
        notice = (self.verify if self.pages.shown == "verify" else self.desk).notice
        if sentence:
            notice.tell(tone, sentence)
        else:
            notice.hush()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802  Qt's name
        """A picture of a card may be dropped anywhere."""
        if self.around.session.member is not None and len(_dropped(event.mimeData())) == 1:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802  Qt's name
        """Reads it."""
        self.sources.read_file(_dropped(event.mimeData())[0])

    # --- figures

    def show_report(self, report: SyncReport) -> None:
        """The sync thread has run."""
        self._standing = replace(self._standing, report=report, since=self.around.services.work.clock())
        self.last_report = report
        if self.pages.is_made("sync"):
            self.sync.show_report(report)
        self._records_seen()

    def take_history(self, found: LookedUp) -> None:
        """The platform's answer about somebody."""
        self.desk.model.take_history(found)

    def refresh_figures(self) -> None:
        """The status bar's figures."""
        work = self.around.services.work
        today = work.clock().date()
        self.around.lane.run(work.figures.counts, today, done=self._counted, failed=self._trouble)
        self.around.lane.run(work.sync_book.link, done=self._link_read, failed=self._trouble)

    def _look_again(self) -> None:
        """Another window or the command line may have recorded."""
        self.refresh_figures()
        if "area" in self.__dict__:
            self.area.feed.refresh()

    def _records_seen(self) -> None:
        if self.around.session.member is None:
            return
        self._look_again()
        page = self.pages.shown
        if page:
            self.pages[page].refresh()

    def record_changed(self, _record: DoseRecord) -> None:
        """A dose was kept or taken back; there is something to send."""
        self.accepted.emit()
        self.wake_wished.emit(False)
        self.area.feed.refresh()
        self.refresh_figures()

    def records_changed(self) -> None:
        """Somebody settled or signed something, and wants it sent."""
        self.wake_wished.emit(True)
        self.refresh_figures()

    def _counted(self, counts: Counts) -> None:
        self._standing = replace(self._standing, counts=counts)
        self.status.show_standing(self._standing)
        self.rail["sync"].show_badge(counts.set_aside)

    def _link_read(self, link: LinkState) -> None:
        self._standing = replace(self._standing, last_reached_at=link.last_reached_at)
        self.status.show_standing(self._standing)
        self.header.say_words()

    def _site_read(self, site: Site) -> None:
        self._heading = replace(self._heading, site=site)
        self.header.show_heading(self._heading)

    def preset_changed(self, preset: Preset) -> None:
        """Another product in the session."""
        self._heading = replace(self._heading, preset=preset)
        self.header.show_heading(self._heading)

    def _trouble(self, error: VaxdeskError) -> None:
        from vaxdesk.sync.reports import SyncReport

        now = self.around.services.work.clock()
        self._standing = replace(self._standing, report=SyncReport(trouble=error.code), since=now)
        self.status.show_standing(self._standing)

    # --- choices and words

    def choose(self, settings: Settings) -> None:
        """Choices for this machine, made in this window."""
        self.use_settings(settings)
        self.settings_changed.emit(settings)

    def use_settings(self, settings: Settings) -> None:
        """Choices for this machine, from whichever window; a page that is made later reads them then."""
        self.settings = settings
        if self.is_furnished:
            self.sources.use_settings(settings)
        if self.pages.is_made("certificates"):
            self.certificates.use_settings(settings)
        if self.pages.is_made("desk"):
            self.desk.ways.offer_camera(settings.camera)
        self._rest_from_idle()

    def take_settings(self, settings: Settings) -> None:
        """Choices that were not made on this window's own page for them, which has to show them too."""
        if self.pages.is_made("site"):
            self.site.use_settings(settings)
        self.use_settings(settings)

    def _other_language(self) -> None:
        self.take_settings(replace(self.settings, language="vi" if self.around.speech.language == "en" else "en"))
        self.settings_changed.emit(self.settings)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Another language: the pages hear it themselves."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.say_words()

    def say_words(self) -> None:
        """The frame's own texts."""
        number = f" ({self.place + 1})" if self.place else ""
        self.setWindowTitle(self.tr("vaxdesk: sổ tiêm chủng") + number)
        if not self.is_furnished:
            return
        said = {
            "desk": self.tr("Bàn tiêm"),
            "observation": self.tr("Theo dõi"),
            "queue": self.tr("Hàng chờ"),
            "certificates": self.tr("Chứng nhận"),
            "sync": self.tr("Đồng bộ"),
            "complaints": self.tr("Phản ánh"),
            "stock": self.tr("Vắc xin"),
            "reports": self.tr("Báo cáo"),
            "site": self.tr("Cơ sở"),
            "help": self.tr("Trợ giúp"),
            "lock": self.tr("Khóa"),
        }
        for name, button in self.rail.items():
            button.say(said[name])
        self.header.say_words()
        self.status.say_words()

    # --- idle

    def note_touch(self) -> None:
        """A key, a button or the wheel: somebody is still there."""
        if self._idle.isActive() and not self._is_elsewhere():
            self._rest_from_idle()

    def _is_elsewhere(self) -> bool:
        """Whether somebody works in another window: that keeps nobody signed in here."""
        active = QApplication.activeWindow()
        return isinstance(active, MainWindow) and active is not self

    def _rest_from_idle(self) -> None:
        if self.around.session.member is not None and self.settings.lock_after_minutes > 0:
            self._idle.start(self.settings.lock_after_minutes * 60_000)


def _dropped(content: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in content.urls() if url.isLocalFile()]
