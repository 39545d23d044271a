"""Pictures of the first run and of the practice desk: every step and what it says when something is wrong, without a platform behind it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, QSize, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from vaxdesk.demo import practice_cards, practice_desk
from vaxdesk.demo.people import card_text
from vaxdesk.demo.practice_people import EARLY, practice_people
from vaxdesk.demo.window_stage import SITE
from vaxdesk.errors import EnrolmentRefused, Problem
from vaxdesk.models import training
from vaxdesk.models.first_run import Begun, PlatformAddress, Reached
from vaxdesk.models.values import Role, StaffId, StaffMember
from vaxdesk.print.spooler import JobId, Printer
from vaxdesk.settings import Settings
from vaxdesk.ui import theme
from vaxdesk.ui.background import Lane
from vaxdesk.ui.first_run import FirstRunWindow
from vaxdesk.ui.first_run_services import FirstRunAround, FirstRunServices
from vaxdesk.ui.services import Practice, RestingRunner, WindowServices
from vaxdesk.ui.translations import Speech
from vaxdesk.ui.window import OpenWindow

TURNS_MAX, TURN_MS = 1000, 10
REFUSED = ("joining-enrolment-code-refused", "joining-no-connection", "joining-tls-refused", "joining-redirected")
Take = Callable[[str], object]


class _NoPlatform:
    """Says yes to everything: the pictures tell the troubles themselves."""

    def begun(self) -> Begun:
        return Begun(Reached.NOTHING, needs_passphrase=True)

    def open(self, passphrase: str | None) -> Begun:
        return Begun(Reached.KEYS, needs_passphrase=True)

    def check(self, address: PlatformAddress) -> tuple[Problem, ...]:
        return ()

    def ask(self, address: PlatformAddress) -> Begun:
        return Begun(Reached.ANSWERED, True, address, SITE.name, SITE.address)

    def cancel(self) -> None:
        """Nobody was asked."""

    def finish(self, manager: str, pin: str) -> StaffMember:
        return StaffMember(StaffId("shots"), "shots", manager, Role.MANAGER)


def take_first_run(application: QApplication, folder: Path, name: str, settings: Settings, size: QSize) -> None:
    """Every step, empty and refused."""
    printers = (Printer("HP-LaserJet-Phong-tiem", enabled=True, accepting=True, default=True),)
    services = FirstRunServices(
        _NoPlatform(), lambda: settings, lambda _chosen: None, lambda *_: JobId("shots-1"), lambda: printers
    )
    around = FirstRunAround(services, Lane(), theme.Look(application), Speech())
    around.speech.speak(settings.language)
    window = FirstRunWindow(around, settings)
    around.look.wear(settings.theme)
    window.resize(size)
    window.begin()
    window.show()
    _first_run_scenes(window, _taking(window, around.lane, folder, name))
    window.close()
    around.lane.close()
    around.speech.speak("vi")


def _first_run_scenes(window: FirstRunWindow, take: Take) -> None:
    take("70-first-run")
    window.step.go_on()
    take("71-passphrase")
    _fill(window, "một câu dài", "câu khác")
    window.step.go_on()
    take("72-passphrase-differs")
    _fill(window, "một câu dài", "một câu dài")
    window.step.go_on()
    take("73-platform")
    _fill(window, "https://tiemchung.vidu.vn", SITE.code, "MA-MOT-LAN")
    for number, code in enumerate(REFUSED):
        window.platform.wait("")
        window.platform._not_taken(EnrolmentRefused(code))
        take(f"74-platform-refused-{number}")
    window.step.go_on()
    take("75-manager")
    _fill(window, "Phạm Thị Lan", "1234", "")
    window.step.go_on()
    take("76-manager-weak-pin")
    _fill(window, "Phạm Thị Lan", "2580", "2580")
    window.step.go_on()
    for scene in ("77-printer", "78-printer-asked", "79-first-run-done"):
        take(scene)
        window.step.go_on()


def _fill(window: FirstRunWindow, *texts: str) -> None:
    for field, text in zip(window.step.fields.values(), texts, strict=True):
        field.edit.setText(text)


def take_practice(application: QApplication, folder: Path, name: str, settings: Settings, size: QSize) -> None:
    """The band over sign-in, desk and sync."""
    with tempfile.TemporaryDirectory(prefix="vaxdesk-practice-") as data:
        desk = practice_desk.open_or_make(training.training_folder(Path(data)))
        services = WindowServices(
            work=desk.work,
            runner=RestingRunner,
            produce=desk.produce,
            checker=desk.checker,
            papers=desk,
            backup=desk.backup,
            settings=lambda: settings,
            save_settings=lambda _chosen: None,
            practice=Practice(training.PIN, practice_cards.render),
        )
        opened = OpenWindow(application, services)
        opened.window.resize(size)
        opened.window.open()
        opened.window.show()
        take = _taking(opened.window, opened.around.lane, folder, name)
        take("80-practice-sign-in")
        opened.window.enter(desk.work.staff.everyone()[0])
        early = next(one for one in practice_people() if one.situation is EARLY)
        opened.window.take_scan(card_text(early.person))
        take("81-practice-desk")
        opened.close()
        desk.close()


def _taking(window: QWidget, lane: Lane, folder: Path, name: str) -> Take:
    def take(scene: str) -> object:
        for _ in range(TURNS_MAX):
            turn = QEventLoop()
            QTimer.singleShot(TURN_MS, turn.quit)
            turn.exec()
            if lane.is_idle:
                break
        return window.grab().save(str(folder / f"{name}-{scene}.png"))

    return take
