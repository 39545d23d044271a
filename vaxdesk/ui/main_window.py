"""The window: sign-in, the rail, the pages, the status bar; scans go to the desk from anywhere."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QMainWindow, QScrollArea, QStackedWidget, QWidget

from vaxdesk.errors import VaxdeskError
from vaxdesk.models.counts import Counts
from vaxdesk.models.desk import Preset
from vaxdesk.models.exchange import LinkState
from vaxdesk.models.scan_reading import Reading
from vaxdesk.models.values import DoseRecord, Site, StaffMember
from vaxdesk.settings import Settings
from vaxdesk.sync.reports import SyncReport
from vaxdesk.ui.camera_view import CameraView
from vaxdesk.ui.certificates_page import CertificatesPage
from vaxdesk.ui.desk_page import DeskPage
from vaxdesk.ui.dose_form import Tone
from vaxdesk.ui.frame import HeaderBar, Heading, Rail, RailButton
from vaxdesk.ui.help_page import HelpPage
from vaxdesk.ui.scan_sources import ScanSources
from vaxdesk.ui.sign_in_page import SignInPage
from vaxdesk.ui.site_page import SitePage
from vaxdesk.ui.status_bar import Standing, StatusBar
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.sync_page import SyncPage
from vaxdesk.ui.widgets import Page, beside, stacked

WIDTH_PX, HEIGHT_PX = 1366, 768
AGE_REFRESH_MS = 15_000
ACTIVITY = (QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel)


class MainWindow(QMainWindow):
    """`wake_wished(asked)`: the sync thread should run; `settings_changed`: choices to keep and to wear."""

    wake_wished = Signal(bool)
    settings_changed = Signal(Settings)
    accepted, rejected = Signal(), Signal()

    def __init__(self, around: Surroundings, settings: Settings) -> None:
        super().__init__()
        self._around = around
        self.settings = settings
        self._standing, self._heading = Standing(), Heading()
        self.sign_in = SignInPage(around)
        self.desk = DeskPage(around)
        self.certificates = CertificatesPage(around, settings)
        self.sync = SyncPage(around)
        self.sources = ScanSources(around, settings)
        self.site = SitePage(around, settings, self.sources)
        self.help = HelpPage(around)
        self.header, self.status = HeaderBar(around), StatusBar(around)
        self.pages: dict[str, Page] = {
            "desk": self.desk,
            "certificates": self.certificates,
            "sync": self.sync,
            "site": self.site,
            "help": self.help,
        }
        self._make_rail()
        self._lay_out()
        self._connect()
        self._start_timers()
        self.say_words()
        self.resize(WIDTH_PX, HEIGHT_PX)

    # --- making

    def _make_rail(self) -> None:
        look = self._around.look
        self.rail = {
            "desk": RailButton(look, "desk", "F2"),
            "certificates": RailButton(look, "certificate", "F4"),
            "sync": RailButton(look, "sync", "F5"),
            "site": RailButton(look, "site", "F9"),
            "help": RailButton(look, "help", "F1"),
            "lock": RailButton(look, "lock", "F12", checkable=False),
        }
        for name in self.pages:
            self.rail[name].clicked.connect(lambda _checked=False, page=name: self.show_page(page))
        self.rail["lock"].clicked.connect(self.lock)

    def _lay_out(self) -> None:
        self._stack = QStackedWidget()
        self._places = {name: _scrollable(page) for name, page in self.pages.items()}
        for place in self._places.values():
            self._stack.addWidget(place)
        buttons = tuple(self.rail[name] for name in ("desk", "certificates", "sync", "site"))
        rail = Rail(buttons, (self.rail["help"], self.rail["lock"]))
        right = stacked(self.header, self._stack, self.status, gap=0)
        right.setStretch(1, 1)
        inside = beside(rail, right, gap=0)
        inside.setStretch(1, 1)
        self._work = QWidget()
        self._work.setObjectName("ground")
        self._work.setLayout(inside)
        self._whole = QStackedWidget()
        self._whole.addWidget(_scrollable(self.sign_in))
        self._whole.addWidget(self._work)
        self.setCentralWidget(self._whole)
        self.camera = CameraView(self._work, self._around.look, self.sources.camera)
        self.setAcceptDrops(True)

    def _connect(self) -> None:
        self.sign_in.signed_in.connect(self.enter)
        self.sign_in.language.clicked.connect(self._other_language)
        self.desk.changed_records.connect(self._record_changed)
        self.desk.preset_changed.connect(self._preset_changed)
        self.desk.rejected.connect(self.rejected)
        self.sync.sync_wished.connect(lambda: self.wake_wished.emit(True))
        self.sync.records_changed.connect(self._records_changed)
        self.site.day_signed.connect(self._records_changed)
        self.site.settings_changed.connect(self._choose)
        self._connect_sources()

    def _connect_sources(self) -> None:
        self.sources.read.connect(self.take_reading)
        self.sources.said.connect(self._source_said)
        self.desk.ways.picture.clicked.connect(lambda: self.sources.choose_file(self))
        self.desk.ways.camera.clicked.connect(self.sources.camera.open)
        self.desk.ways.offer_camera(self.settings.camera)
        self.help.scanner_test_wished.connect(self._test_scanner)

    def _start_timers(self) -> None:
        self._age = QTimer(self)
        self._age.setInterval(AGE_REFRESH_MS)
        self._age.timeout.connect(self.refresh_figures)
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.timeout.connect(self.lock)

    # --- coming and going

    def open(self, signed_in: StaffMember | None = None) -> None:
        """Reads what the frame shows, and asks who is here unless that is known."""
        self._around.lane.run(self._around.services.work.site, done=self._site_read, failed=self._trouble)
        self.sign_in.refresh()
        self._age.start()
        self._standing = replace(self._standing, since=self._around.services.work.clock())
        if signed_in is not None:
            self.enter(signed_in)

    def enter(self, member: StaffMember) -> None:
        """Somebody signed in; what was begun before the lock is still there."""
        self._around.session.enter(member)
        self._whole.setCurrentWidget(self._work)
        self._rest_from_idle()
        self.refresh_figures()
        self.show_page(self._shown_page() or "desk")

    def lock(self) -> None:
        """F12, or nobody touched anything for a while."""
        if self._around.session.member is None:
            return
        self.sources.camera.close()
        self.sign_in.lock(self._around.session.member)
        self._around.session.leave()
        self._idle.stop()
        self._whole.setCurrentIndex(0)
        self.sign_in.refresh()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  Qt's name
        """No timer outlives the window."""
        self._age.stop()
        self._idle.stop()
        self.sources.close()
        super().closeEvent(event)

    # --- pages

    def show_page(self, name: str) -> None:
        """Turns to a page, which reads afresh what it shows."""
        self.rail[name].setChecked(True)
        if name not in ("desk", "site"):
            self.sources.camera.close()
        self._stack.setCurrentWidget(self._places[name])
        self.pages[name].refresh()

    def _shown_page(self) -> str:
        here = self._stack.currentWidget()
        return next((name for name, place in self._places.items() if place is here), "")

    def _test_scanner(self) -> None:
        self.show_page("site")
        self.site.test_scanner()

    def take_scan(self, untrusted_text: str) -> None:
        """A text that was scanned, however it came."""
        self.take_reading(Reading(untrusted_text))

    def take_reading(self, reading: Reading) -> None:
        """A scan is always the desk's, but for the scanner's test; while the window is locked it is nobody's, and that is said."""
        if self._around.session.member is None:
            self.sign_in.notice.tell(Tone.DECIDE, self._around.speech.of_code("scanner-locked"))
            self.rejected.emit()
            return
        if self._shown_page() == "site" and self.site.scanner is not None and self.site.is_testing:
            self.site.scanner.take_reading(reading)
            return
        if self._shown_page() != "desk":
            self.show_page("desk")
        self.desk.take_scan(reading.untrusted_text)

    def _source_said(self, tone: Tone, sentence: str) -> None:
        """Of a port, a picture or the camera; the scanner's test shows it by itself."""
        if sentence:
            self.desk.notice.tell(tone, sentence)
        else:
            self.desk.notice.hush()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802  Qt's name
        """A picture of a card may be dropped anywhere."""
        if self._around.session.member is not None and len(_dropped(event.mimeData())) == 1:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802  Qt's name
        """Reads it."""
        self.sources.read_file(_dropped(event.mimeData())[0])

    # --- figures

    def show_report(self, report: SyncReport) -> None:
        """The sync thread has run."""
        self._standing = replace(self._standing, report=report, since=self._around.services.work.clock())
        self.sync.show_report(report)
        self._records_seen()

    def refresh_figures(self) -> None:
        """The status bar's figures."""
        work = self._around.services.work
        today = work.clock().date()
        self._around.lane.run(work.figures.counts, today, done=self._counted, failed=self._trouble)
        self._around.lane.run(work.sync_book.link, done=self._link_read, failed=self._trouble)

    def _records_seen(self) -> None:
        if self._around.session.member is None:
            return
        self.refresh_figures()
        page = self._shown_page()
        if page:
            self.pages[page].refresh()

    def _record_changed(self, _record: DoseRecord) -> None:
        self.accepted.emit()
        self.wake_wished.emit(False)
        self.refresh_figures()

    def _records_changed(self) -> None:
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

    def _preset_changed(self, preset: Preset) -> None:
        self._heading = replace(self._heading, preset=preset)
        self.header.show_heading(self._heading)

    def _trouble(self, error: VaxdeskError) -> None:
        now = self._around.services.work.clock()
        self._standing = replace(self._standing, report=SyncReport(trouble=error.code), since=now)
        self.status.show_standing(self._standing)

    # --- choices and words

    def _choose(self, settings: Settings) -> None:
        self.settings = settings
        self.certificates.use_settings(settings)
        self.sources.use_settings(settings)
        self.desk.ways.offer_camera(settings.camera)
        self.settings_changed.emit(settings)
        self._rest_from_idle()

    def _other_language(self) -> None:
        language = "vi" if self._around.speech.language == "en" else "en"
        self.site.use_settings(replace(self.settings, language=language))
        self._choose(replace(self.settings, language=language))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Another language: the pages hear it themselves."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.say_words()

    def say_words(self) -> None:
        """The frame's own texts."""
        self.setWindowTitle(self.tr("vaxdesk: sổ tiêm chủng"))
        said = {
            "desk": self.tr("Bàn tiêm"),
            "certificates": self.tr("Chứng nhận"),
            "sync": self.tr("Đồng bộ"),
            "site": self.tr("Cơ sở"),
            "help": self.tr("Trợ giúp"),
            "lock": self.tr("Khóa"),
        }
        for name, button in self.rail.items():
            button.say(said[name])
        self.header.say_words()
        self.status.say_words()

    # --- idle

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Watches that somebody is still there; swallows nothing."""
        if event.type() in ACTIVITY and self._idle.isActive():
            self._rest_from_idle()
        return False

    def _rest_from_idle(self) -> None:
        if self._around.session.member is not None and self.settings.lock_after_minutes > 0:
            self._idle.start(self.settings.lock_after_minutes * 60_000)


def _dropped(content: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in content.urls() if url.isLocalFile()]


def _scrollable(page: Page) -> QScrollArea:
    """On a screen smaller than the page was drawn for, or at 200 %, it scrolls instead of being cut off."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(page)
    return area
