"""The pages behind the rail, each made when it is first wanted or when the window has nothing else to do.

A new page: its entry in PAGES, a function here that makes and connects it, its name on the rail in `MainWindow.say_words`, and a property in
`PagesByName` where somebody wants it by name. The pages' modules are imported when the page is made: together they take as long to load as
the empty window (benchmarks/bench_startup.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget

from vaxdesk.ui.tone import Tone
from vaxdesk.ui.widgets import Page

if TYPE_CHECKING:
    from vaxdesk.models.day_book import MissingPerson
    from vaxdesk.models.stations import Called
    from vaxdesk.models.values import CitizenId, PersonDraft
    from vaxdesk.ui.certificates_page import CertificatesPage
    from vaxdesk.ui.complaints_page import ComplaintsPage
    from vaxdesk.ui.desk_page import DeskPage
    from vaxdesk.ui.help_page import HelpPage
    from vaxdesk.ui.main_window import MainWindow
    from vaxdesk.ui.observation_page import ObservationPage
    from vaxdesk.ui.queue_page import QueuePage
    from vaxdesk.ui.reports_page import ReportsPage
    from vaxdesk.ui.site_page import SitePage
    from vaxdesk.ui.stock_page import StockPage
    from vaxdesk.ui.sync_page import SyncPage
    from vaxdesk.ui.verify_page import VerifyPage

Quietly = Callable[[], AbstractContextManager[None]]


@dataclass(frozen=True, slots=True)
class Entry:
    """A page on the rail: icon and F-key; `make` makes it and connects it to the window. At the foot stand what is no station of the session.

    `under`: a page with a key but no place of its own on the rail; that other page's place shows where one is.
    """

    name: str
    icon: str
    key: str
    make: Callable[[MainWindow], Page]
    at_foot: bool = False
    under: str = ""

    @property
    def module(self) -> str:
        """Where the page's class is, so that it can be loaded before somebody waits for the page."""
        return f"vaxdesk.ui.{self.name}_page"


class Pages(Mapping[str, Page]):
    """Every page by name; asking for one makes it, once. They are put into `stack`, each in a place that scrolls."""

    def __init__(self, makers: Mapping[str, Callable[[], Page]], stack: QStackedWidget, quietly: Quietly) -> None:
        self._makers, self._stack, self._quietly = makers, stack, quietly
        self._made: dict[str, Page] = {}
        self._places: dict[str, QScrollArea] = {}
        self.shown = ""  # the page somebody turned to; the stack itself shows the first one that was made

    def __getitem__(self, name: str) -> Page:
        if name not in self._made:
            with self._quietly():
                self._made[name] = self._makers[name]()
                self._places[name] = scrollable(self._made[name])
                self._stack.addWidget(self._places[name])
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)

    def is_made(self, name: str) -> bool:
        """Whether somebody has wanted it yet."""
        return name in self._made

    def place(self, name: str) -> QScrollArea:
        """What the page scrolls in."""
        self[name]  # makes it
        return self._places[name]

    def turn_to(self, name: str) -> Page:
        """Brings a page to the front."""
        self._stack.setCurrentWidget(self.place(name))
        self.shown = name
        return self[name]

    def make_next(self) -> bool:
        """Makes one page more, for a moment in which nobody waits; False when there was none left."""
        name = next((name for name in self._makers if name not in self._made), None)
        return name is not None and self[name] is not None


class PagesByName:
    """The window's pages as attributes, each made by the first who asks."""

    pages: Pages

    @property
    def desk(self) -> DeskPage:
        """Who, may they, what was given."""
        return cast("DeskPage", self.pages["desk"])

    @property
    def observation(self) -> ObservationPage:
        """Who stays how long, and what was seen."""
        return cast("ObservationPage", self.pages["observation"])

    @property
    def queue(self) -> QueuePage:
        """Who waits where."""
        return cast("QueuePage", self.pages["queue"])

    @property
    def certificates(self) -> CertificatesPage:
        """Paper for people."""
        return cast("CertificatesPage", self.pages["certificates"])

    @property
    def complaints(self) -> ComplaintsPage:
        """What citizens say is missing or wrong."""
        return cast("ComplaintsPage", self.pages["complaints"])

    @property
    def sync(self) -> SyncPage:
        """Is every dose on the platform?"""
        return cast("SyncPage", self.pages["sync"])

    @property
    def stock(self) -> StockPage:
        """What is in the fridge, and the close of the day."""
        return cast("StockPage", self.pages["stock"])

    @property
    def reports(self) -> ReportsPage:
        """The official figures."""
        return cast("ReportsPage", self.pages["reports"])

    @property
    def verify(self) -> VerifyPage:
        """What others printed."""
        return cast("VerifyPage", self.pages["verify"])

    @property
    def site(self) -> SitePage:
        """Who works here, and this machine."""
        return cast("SitePage", self.pages["site"])

    @property
    def help(self) -> HelpPage:
        """Keys and colours."""
        return cast("HelpPage", self.pages["help"])

    def keeps_scan(self, untrusted_text: str) -> bool:
        """Whether the page that is shown has a use of its own for a scan; every other is the desk's."""
        if self.pages.shown == "observation":
            return self.observation.take_scan(untrusted_text)
        if self.pages.shown == "stock":
            return self.stock.take_scan(untrusted_text)
        if self.pages.shown == "verify":
            return self.verify.take_scan(untrusted_text)
        return self.pages.shown == "sync" and self.sync.take_scan(untrusted_text)


def scrollable(page: Page) -> QScrollArea:
    """On a screen smaller than the page was drawn for, or at 200 %, it scrolls instead of being cut off."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(page)
    return area


def pages_of(window: MainWindow, stack: QStackedWidget) -> Pages:
    """The window's pages, none of them made yet."""
    return Pages({entry.name: partial(entry.make, window) for entry in PAGES}, stack, lambda: window.quietly())


def rail_name(name: str) -> str:
    """Which place on the rail shows that somebody is on a page."""
    return next((entry.under for entry in PAGES if entry.name == name and entry.under), name)


def add_keys(window: MainWindow, stack: QStackedWidget) -> None:
    """The keys of pages that have no place on the rail; they work while the pages are shown, not on the locked window."""
    for entry in PAGES:
        if entry.under:
            QShortcut(QKeySequence(entry.key), stack).activated.connect(partial(window.show_page, entry.name))


def load() -> None:
    """Loads what the pages are made of, in whatever thread."""
    for entry in PAGES:
        import_module(entry.module)


# --- making and connecting


def _desk(window: MainWindow) -> DeskPage:
    from vaxdesk.ui.desk_page import DeskPage

    page = DeskPage(window.around)
    page.changed_records.connect(window.record_changed)
    page.preset_changed.connect(window.preset_changed)
    page.rejected.connect(window.rejected)
    page.queue.accepted.connect(window.accepted)
    page.ways.picture.clicked.connect(lambda: window.sources.choose_file(window))
    page.ways.camera.clicked.connect(window.sources.camera.open)
    page.ways.offer_camera(window.settings.camera)
    page.model.history_wished.connect(window.history_wished)
    page.person.shown.flags.complaint_wished.connect(partial(_open_complaint, window))
    page.model.paper_scanned.connect(partial(_paper_at_desk, window))
    if window.around.services.is_new:
        page.notice.tell(Tone.INFORM, window.around.speech.of_code("desk-is-new"))
    return page


def _observation(window: MainWindow) -> ObservationPage:
    from vaxdesk.ui.observation_page import ObservationPage

    page = ObservationPage(window.around, window.area.feed)
    page.noted.connect(partial(window.wake_wished.emit, False))
    page.big_screen_wished.connect(partial(window.area.show_big, window))
    return page


def _queue(window: MainWindow) -> QueuePage:
    from vaxdesk.ui.queue_page import QueuePage

    page = QueuePage(window.around)
    page.watch_wished.connect(partial(window.show_page, "observation"))
    page.window_wished.connect(window.window_wished)
    page.called.connect(partial(_call_to_desk, window))
    return page


def _call_to_desk(window: MainWindow, called: Called) -> None:
    window.show_page("desk")
    window.desk.queue.take(called)


def _certificates(window: MainWindow) -> CertificatesPage:
    from vaxdesk.ui.certificates_page import CertificatesPage

    page = CertificatesPage(window.around, window.settings)
    page.verify_wished.connect(partial(window.show_page, "verify"))
    page.records_changed.connect(window.records_changed)
    return page


def _sync(window: MainWindow) -> SyncPage:
    from vaxdesk.ui.sync_page import SyncPage

    page = SyncPage(window.around)
    page.sync_wished.connect(partial(window.wake_wished.emit, True))
    page.records_changed.connect(window.records_changed)
    if window.last_report is not None:
        page.show_report(window.last_report)
    return page


def _complaints(window: MainWindow) -> ComplaintsPage:
    from vaxdesk.ui.complaints_page import ComplaintsPage

    page = ComplaintsPage(window.around)
    page.changed.connect(window.records_changed)
    page.feed.overdue.connect(window.rail["complaints"].show_badge)
    page.feed.rang.connect(window.rang)
    window.closed.connect(page.feed.stop)
    page.feed.refresh()
    return page


def _open_complaint(window: MainWindow, complaint_id: str) -> None:
    window.show_page("complaints")
    window.complaints.open(complaint_id)


def _reports(window: MainWindow) -> ReportsPage:
    from vaxdesk.ui.reports_page import ReportsPage

    return ReportsPage(window.around)


def _stock(window: MainWindow) -> StockPage:
    from vaxdesk.ui.stock_page import StockPage

    page = StockPage(window.around)
    page.changed.connect(window.records_changed)
    page.changed.connect(partial(window.wake_wished.emit, False))
    page.person_wished.connect(partial(_record_missing, window))
    return page


def _record_missing(window: MainWindow, one: MissingPerson) -> None:
    """Who came and has no outcome: their card, as if it were scanned."""
    window.show_page("desk")
    window.desk.take_scan(one.citizen_id.digits)


def _site(window: MainWindow) -> SitePage:
    from vaxdesk.ui.site_page import SitePage

    page = SitePage(window.around, window.settings, window.sources)
    page.day_signed.connect(window.records_changed)
    page.records_changed.connect(window.records_changed)
    page.settings_changed.connect(window.choose)
    page.identities_wished.connect(partial(_mend_identities, window))
    return page


def _mend_identities(window: MainWindow) -> None:
    window.show_page("sync")
    window.sync.read_identities()


def _help(window: MainWindow) -> HelpPage:
    from vaxdesk.ui.help_page import HelpPage

    page = HelpPage(window.around)
    page.scanner_test_wished.connect(window.test_scanner)
    page.verify_wished.connect(partial(window.show_page, "verify"))
    return page


def _verify(window: MainWindow) -> VerifyPage:
    from vaxdesk.ui.verify_page import VerifyPage

    page = VerifyPage(window.around, window.sources.lane, lambda: window.desk.model.form.number)
    page.ways.camera.clicked.connect(window.sources.camera.open)
    page.ways.offer_camera(window.settings.camera)
    window.settings_changed.connect(lambda settings: page.ways.offer_camera(settings.camera))
    page.history_changed.connect(partial(_slip_taken, window))
    page.person_wished.connect(partial(_receive, window))
    page.left.connect(partial(window.show_page, "desk"))
    return page


def _slip_taken(window: MainWindow, number: CitizenId) -> None:
    window.desk.notice.hush()
    window.desk.model.history_changed(number)


def _receive(window: MainWindow, person: PersonDraft) -> None:
    window.show_page("desk")
    window.desk.model.receive(person)


def _paper_at_desk(window: MainWindow, untrusted_text: str, kind: str) -> None:
    """A certificate or slip is no card: with nobody at the desk its own page opens, else a sentence offers it."""
    window.verify.hold(untrusted_text)
    window.desk.scan.clear()
    if window.desk.form.person is None and not window.desk.saved.asking:
        window.show_page("verify")
    else:
        window.desk.notice.tell(Tone.INFORM, window.around.speech.of_code(kind))


# In the order in which they are made when nobody asks.
PAGES = (
    Entry("desk", "desk", "F2", _desk),
    Entry("observation", "watch", "F3", _observation),
    Entry("queue", "people", "F10", _queue),
    Entry("certificates", "certificate", "F4", _certificates),
    Entry("sync", "sync", "F5", _sync),
    Entry("complaints", "complaint", "F6", _complaints),
    Entry("stock", "vial", "F7", _stock),
    Entry("reports", "report", "F8", _reports),
    Entry("site", "site", "F9", _site),
    Entry("help", "help", "F1", _help, at_foot=True),
    Entry("verify", "shield", "Ctrl+Shift+X", _verify, under="certificates"),
)
