"""The first run: one window, one question a step, from an empty machine to an open desk. What was cut off goes on."""

from __future__ import annotations

import sys
from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QBoxLayout, QFrame, QMainWindow, QScrollArea, QStackedWidget, QWidget

from vaxdesk.errors import VaxdeskError
from vaxdesk.models.first_run import Begun, Reached
from vaxdesk.models.values import StaffMember
from vaxdesk.settings import Settings
from vaxdesk.ui import theme
from vaxdesk.ui.background import Lane
from vaxdesk.ui.dose_form import Tone
from vaxdesk.ui.first_run_manager import ManagerStep
from vaxdesk.ui.first_run_platform import PassphraseStep, PlatformStep
from vaxdesk.ui.first_run_printer import PrinterStep
from vaxdesk.ui.first_run_services import Ending, FirstRunAround, FirstRunEnd, FirstRunServices
from vaxdesk.ui.first_run_side import STEPS, Side
from vaxdesk.ui.first_run_step import Step, see
from vaxdesk.ui.first_run_welcome import DoneStep, WelcomeStep
from vaxdesk.ui.translations import Speech
from vaxdesk.ui.widgets import beside

WIDTH_PX, HEIGHT_PX, NARROW_PX = 1366, 768, 1000


def first_run(services: FirstRunServices) -> FirstRunEnd:
    """Opens the window and stays in it."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    QCoreApplication.setApplicationName("vaxdesk")
    settings = services.settings()
    theme.load_fonts()
    around = FirstRunAround(services, Lane(), theme.Look(application), Speech())
    around.speech.speak(settings.language)
    window = FirstRunWindow(around, settings)
    around.look.wear(settings.theme)
    try:
        window.begin()
        window.showMaximized()
        application.exec()
    finally:
        window.close()
        around.lane.close()
        around.speech.speak("vi")
    return window.end


class FirstRunWindow(QMainWindow):
    """The steps side by side with where one is. `end` says how it ended."""

    def __init__(self, around: FirstRunAround, settings: Settings) -> None:
        super().__init__()
        self._around, self._settings = around, settings
        self._begun = Begun(Reached.NOTHING)
        self._manager: StaffMember | None = None
        self.end = FirstRunEnd(Ending.CLOSED)
        self.welcome, self.passphrase, self.platform = WelcomeStep(around), PassphraseStep(around), PlatformStep(around)
        self.manager, self.printer, self.done = ManagerStep(around), PrinterStep(around), DoneStep(around)
        parts = (self.welcome, self.passphrase, self.platform, self.manager, self.printer, self.done)
        self.steps: dict[str, Step] = dict(zip(STEPS, parts, strict=True))
        self.side = Side(around)
        self._lay_out()
        self._connect()
        self.say_words()
        self.resize(WIDTH_PX, HEIGHT_PX)

    def _lay_out(self) -> None:
        self._stack = QStackedWidget()
        self._places = {name: _scrollable(step) for name, step in self.steps.items()}
        for place in self._places.values():
            self._stack.addWidget(place)
        ground = QWidget()
        ground.setObjectName("ground")
        self._inside = beside(self.side, self._stack, gap=0)
        self._inside.setStretch(1, 1)
        ground.setLayout(self._inside)
        self.setCentralWidget(ground)

    def _connect(self) -> None:
        self.side.language.clicked.connect(self._other_language)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._show_focus)
        self.welcome.answered.connect(self._connect_wished)
        self.welcome.training_wished.connect(lambda: self._finish(Ending.TRAINING))
        self.passphrase.opened.connect(self._opened)
        self.passphrase.back_wished.connect(lambda: self.show_step("welcome"))
        self.platform.back_wished.connect(lambda: self.show_step("welcome"))
        self.platform.taken.connect(self._taken)
        self.manager.back_wished.connect(lambda: self.show_step("platform"))
        self.manager.made.connect(self._made)
        self.printer.answered.connect(self._printer_chosen)
        self.done.answered.connect(lambda: self._finish(Ending.DESK))

    # --- the way

    def begin(self) -> None:
        """Looks how far an earlier start came."""
        self._around.lane.run(self._around.services.joins.begun, done=self._standing, failed=self._trouble)
        self.show_step("welcome")
        self.welcome.wait(self.welcome.tr("Đang xem máy này…"))

    def show_step(self, name: str) -> None:
        """Turns to a step."""
        self._stack.setCurrentWidget(self._places[name])
        self.side.show_place(name, self._begun.needs_passphrase)
        self.steps[name].begin()

    @property
    def step(self) -> Step:
        """The step shown."""
        here = self._stack.currentWidget()
        return next(step for name, step in self.steps.items() if self._places[name] is here)

    def _standing(self, begun: Begun) -> None:
        self._begun = begun
        self.welcome.rest()
        if begun.reached is Reached.LOCKED:
            self.passphrase.ask_for(is_new=False)
            self.show_step("passphrase")
        elif begun.reached is Reached.NOTHING:
            self.show_step("welcome")
        else:
            self._go_on_from(begun)

    def _connect_wished(self) -> None:
        if self._begun.reached is not Reached.NOTHING:
            self._go_on_from(self._begun)
        elif self._begun.needs_passphrase:
            self.passphrase.ask_for(is_new=True)
            self.show_step("passphrase")
        else:
            self.welcome.wait(self.welcome.tr("Đang tạo khóa…"))
            self._around.lane.run(self._around.services.joins.open, None, done=self._opened, failed=self._trouble)

    def _opened(self, begun: Begun) -> None:
        self.welcome.rest()
        self._begun = replace(begun, needs_passphrase=self._begun.needs_passphrase)
        self._go_on_from(begun)

    def _go_on_from(self, begun: Begun) -> None:
        if begun.reached is Reached.ENROLLED:
            self._finish(Ending.DESK)
            return
        if not self.platform.fields["platform"].text:
            self.platform.fill(begun.address, goes_on=bool(begun.address.platform))
        if begun.reached is Reached.ANSWERED:
            self._taken(begun)
        else:
            self.show_step("platform")

    def _taken(self, begun: Begun) -> None:
        self._begun = replace(begun, needs_passphrase=self._begun.needs_passphrase)
        self.manager.show_site(begun)
        self.printer.show_site(begun.site_name)
        self.show_step("manager")

    def _made(self, manager: StaffMember) -> None:
        self._manager = manager
        self._save()
        self.show_step("printer")

    def _printer_chosen(self) -> None:
        self._settings = replace(self._settings, printer=self.printer.chosen)
        self._save()
        self.show_step("done")

    def _save(self) -> None:
        chosen = replace(self._settings, language=self._around.speech.language)
        self._around.lane.run(self._around.services.save_settings, chosen, done=_nothing, failed=self._trouble)

    def _finish(self, ending: Ending) -> None:
        self.end = FirstRunEnd(ending, self._manager)
        self.close()

    def _trouble(self, error: VaxdeskError) -> None:
        self.step.rest()
        self.step.tell(Tone.STOP, self._around.speech.sentence(error))

    # --- keys and words

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Enter goes on, Esc goes back, wherever the focus is."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.step.next.isEnabled():
                self.step.go_on()
        elif event.key() == Qt.Key.Key_Escape:
            self.step.go_back()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """On a small screen, or at 200 %, where one is stands in one line on top."""
        super().resizeEvent(event)
        is_narrow = self.width() < NARROW_PX
        down, across = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._inside.setDirection(down if is_narrow else across)
        self.side.show_narrow(is_narrow)

    def _show_focus(self, _old: QWidget | None, now: QWidget | None) -> None:
        """What has the focus can be seen."""
        if now is not None and self._stack.isAncestorOf(now):
            see(now)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  Qt's name
        """Nobody waits for the platform any more."""
        if self.step.is_waiting:
            self._around.services.joins.cancel()
        super().closeEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Another language: the steps hear it themselves."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.say_words()

    def say_words(self) -> None:
        """The frame's own texts."""
        self.setWindowTitle(self.tr("vaxdesk: lần đầu mở máy"))
        said = (
            self.tr("Bắt đầu"),
            self.tr("Mật khẩu kho"),
            self.tr("Nền tảng"),
            self.tr("Người quản lý"),
            self.tr("Máy in"),
            self.tr("Xong"),
        )
        self.side.say(dict(zip(STEPS, said, strict=True)), self.tr("English"), self.tr("sổ tiêm chủng"))

    def _other_language(self) -> None:
        self._around.speech.speak("vi" if self._around.speech.language == "en" else "en")


def _scrollable(step: Step) -> QScrollArea:
    """At 200 % it scrolls instead of being cut off."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(step)
    return area


def _nothing(_result: object) -> None:
    """For work whose result nobody needs."""
