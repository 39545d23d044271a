"""The window on a real store, offscreen. Everything made here is closed again, and Qt gets to delete what was left for later."""

from __future__ import annotations

import gc
import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from support.builders import PASSPHRASE, Clock, an_enrolled_folder

from vaxdesk import keys
from vaxdesk.app import STORE_NAME, OpenDesk, open_desk
from vaxdesk.models.db import open_store
from vaxdesk.models.desk import Preset
from vaxdesk.models.values import CitizenId, Role, StaffMember
from vaxdesk.models.workplace import workplace
from vaxdesk.print.batch import PageOrder, PageShop
from vaxdesk.print.spooler import JobId, JobReport, JobState, Printer
from vaxdesk.settings import Settings
from vaxdesk.sync.lookup import LookedUp
from vaxdesk.ui import theme
from vaxdesk.ui.main_window import MainWindow
from vaxdesk.ui.services import WindowServices
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.window import OpenWindow

PRESET = Preset("COMIRNATY", "FL4574", date(2022, 2, 28), "14", "Lê Thị Mai")
CARD = "079303000456||Trần Thị Bích|09102003|Nữ|Tổ 2, Phường Thử, Quận Mẫu, TP. Hồ Chí Minh|01072021"
OTHER_CARD = "001090000123||Nguyễn Văn An|02011990|Nam|Tổ 3, Phường Thử, Quận Mẫu, TP. Hồ Chí Minh|01072021"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The offscreen platform says this of every window it shows."""
    for item in items:
        if "/ui/" in str(item.path):
            item.add_marker(pytest.mark.qt_log_ignore("propagateSizeHints", extend=True))


@dataclass
class Paper:
    """A printer that takes every page and remembers it; `trouble` makes it end all jobs that way."""

    pages: list[bytes] = field(default_factory=list, repr=False)
    trouble: JobState = JobState.DONE
    asked: list[tuple[str | None, int, str, str]] = field(default_factory=list)
    dropped: list[JobId] = field(default_factory=list)

    def spool(
        self, pdf: bytes, printer: str | None, title: str, copies: int = 1, media: str = "", tray: str = ""
    ) -> JobId:
        self.pages.append(pdf)
        self.asked.append((printer, copies, media, tray))
        return JobId(f"test-{len(self.pages)}")

    def job(self, job: JobId) -> JobReport:
        return JobReport(self.trouble)

    def drop(self, job: JobId) -> None:
        self.dropped.append(job)

    def trays(self, printer: str | None) -> tuple[str, ...]:
        return ("Auto", "Khay-2")

    def printers(self) -> tuple[Printer, ...]:
        return (Printer("Phong-tiem", True, True, True),)


class Papers:
    """The desk's own, drawn in a thread: starting processes would take most of a test's time."""

    def __init__(self, desk: OpenDesk) -> None:
        self._desk, self.shop = desk, PageShop(processes=0)

    def page_order(self, dose_id: str, form: str, paper: str) -> PageOrder:
        return self._desk.page_order(dose_id, form, paper)


@dataclass
class Runner:
    """Remembers that it was woken; runs nothing."""

    woken: list[bool] = field(default_factory=list)

    def start(self) -> None:
        self.woken.clear()

    def wake(self, asked: bool = False) -> None:
        self.woken.append(asked)

    def stop(self, timeout_s: float = 0.0) -> bool:
        return True


@dataclass
class Told:
    """A platform that answers each question when the test says so."""

    asked: list[CitizenId] = field(default_factory=list)
    answered: Callable[[LookedUp], None] = lambda answer: None

    def made(self, answered: Callable[[LookedUp], None]) -> Told:
        self.answered = answered
        return self

    def ask(self, number: CitizenId) -> None:
        self.asked.append(number)

    def stop(self, timeout_s: float = 0.0) -> None:
        pass


@dataclass
class Bench:
    """An open window with what stands behind it."""

    opened: OpenWindow
    desk: OpenDesk
    clock: Clock
    manager: StaffMember
    nurse: StaffMember
    paper: Paper
    runner: Runner
    saved_settings: list[Settings]
    qtbot: QtBot
    told: Told

    @property
    def window(self) -> MainWindow:
        return self.opened.window

    @property
    def around(self) -> Surroundings:
        return self.opened.around

    def close(self) -> None:
        """The window, then the desk behind it."""
        self.opened.close()
        self.around.speech.speak("vi")
        self.desk.close()

    def settle(self) -> None:
        """Until the lane has delivered everything and no picture is about to be asked for."""
        self.qtbot.waitUntil(self._is_settled, timeout=10_000)

    def _is_settled(self) -> bool:
        drawing = self.window.pages.is_made("certificates") and self.window.certificates.is_busy
        return self.around.lane.is_idle and not drawing and not self.opened.scanner.is_holding

    def enter(self, member: StaffMember | None = None) -> MainWindow:
        """The window with somebody signed in."""
        self.window.resize(1366, 768)
        self.window.open(member or self.nurse)
        self.window.show()
        self.settle()
        return self.window

    def scan(self, text: str) -> None:
        self.window.take_scan(text)
        self.settle()

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """A key of a person, to whoever has the focus."""
        QTest.keyClick(self.window.windowHandle(), key, modifier)
        self.settle()

    def type(self, text: str) -> None:
        """As a person does: each key waits for the one before."""
        for character in text:
            QTest.keyClick(self.window.windowHandle(), character)
            self.settle()


@dataclass(frozen=True)
class Template:
    """An enrolled data folder with its vault open: stretching the passphrase again would take most of a test's time."""

    folder: Path
    vault: keys.Vault
    manager: StaffMember
    nurse: StaffMember


@pytest.fixture(scope="session")
def enrolled_template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Template]:
    """A data folder as enrolment leaves it, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("enrolled")
    manager = an_enrolled_folder(folder)
    desk = open_desk(folder, lambda: PASSPHRASE)
    nurse = desk.work.staff.add("Lê Thị Mai", Role.NURSE, "1357", manager)
    desk.work.desk.set_preset(PRESET)
    desk.close()
    gc.freeze()  # what the tests are made of is no garbage: looking for some after each test is quick then
    yield Template(folder, desk.vault, manager, nurse)
    gc.unfreeze()  # else Python leaves it all behind, and a library says so after the tests' last line


@pytest.fixture
def open_bench(
    qapp: QApplication, qtbot: QtBot, enrolled_template: Template, tmp_path: Path
) -> Iterator[Callable[[], Bench]]:
    """Makes benches; closes them."""
    made: list[Bench] = []

    def make() -> Bench:
        made.append(bench_in(qapp, qtbot, enrolled_template, tmp_path / f"desk{len(made)}"))
        return made[-1]

    yield make
    put_away(made)
    if not gc.get_freeze_count():  # a test let go of what `enrolled_template` froze
        gc.freeze()
    qapp.setStyleSheet("")  # else Qt dresses each part of the next window at once and all of it again, seconds a test


def put_away(made: list[Bench]) -> None:
    """Closes the windows; nothing is left of them, as long as the caller keeps nothing."""
    while made:
        made.pop().close()
    _delete_windows()
    gc.collect()  # here, before another test's lane does it: see vaxdesk/ui/garbage.py


def _delete_windows() -> None:
    for widget in QApplication.topLevelWidgets():
        widget.close()
        widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def bench_in(qapp: QApplication, qtbot: QtBot, template: Template, folder: Path) -> Bench:
    """A window over a copy of the folder; `put_away` closes it."""
    shutil.copytree(template.folder, folder)
    desk = OpenDesk(folder, template.vault, open_store(folder / STORE_NAME, keys.store_key(template.vault)))
    clock, paper, runner = Clock(), Paper(), Runner()
    desk.work = workplace(desk.store, keys.jws_signer(desk.vault), clock)
    saved: list[Settings] = []
    told = Told()
    services = WindowServices(
        work=desk.work,
        runner=lambda _reported: runner,
        produce=desk.produce,
        checker=desk.checker,
        papers=Papers(desk),
        backup=desk.backup,
        last_backup=lambda: desk.backup_book().last_at(),
        courier=desk,
        settings=lambda: Settings(sounds=False),
        save_settings=saved.append,
        spool=paper.spool,
        job=paper.job,
        drop=paper.drop,
        trays=paper.trays,
        printers=paper.printers,
        lookup=told.made,
    )
    opened = OpenWindow(qapp, services)
    return Bench(opened, desk, clock, template.manager, template.nurse, paper, runner, saved, qtbot, told)


@pytest.fixture
def bench(open_bench: Callable[[], Bench]) -> Bench:
    return open_bench()


@pytest.fixture
def look(qapp: QApplication) -> theme.Look:
    theme.load_fonts()
    made = theme.Look(qapp)
    made.wear("light")
    return made
