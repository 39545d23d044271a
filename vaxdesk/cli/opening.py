"""`vaxdesk` without a command: the desk's window, or on a machine that is no desk yet the first run, and then the desk. Also practice."""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from vaxdesk import paths, settings
from vaxdesk.cli.talk import EXIT_DONE, Talk
from vaxdesk.errors import SecretsError

if TYPE_CHECKING:  # loaded when the window is painted: see vaxdesk/ui/start.py
    from vaxdesk.app import OpenDesk
    from vaxdesk.keys import AskPassphrase
    from vaxdesk.models.values import StaffMember
    from vaxdesk.ui.start import Opened

FOR_TRAINING, FOR_REAL, TO_START_OVER = 70, 71, 72  # services.Leave, whose module a start does not need yet


def open_window(talk: Talk) -> int:
    """Opens what this folder needs, and goes to and fro between the desk and practice as a person wishes. Raises SecretsError, StoreError."""
    opening = _Opening(talk)
    code = opening.practise() if talk.is_training else opening.open_real()
    while code in (FOR_TRAINING, FOR_REAL, TO_START_OVER):
        code = opening.open_real() if code == FOR_REAL else opening.practise(afresh=code == TO_START_OVER)
    return code


class _Opening:
    """One call of the program."""

    def __init__(self, talk: Talk) -> None:
        self._real, self._training = talk.data_folder, talk.folder if talk.is_training else None
        self._ask: AskPassphrase = talk.ask_passphrase

    def open_real(self) -> int:
        """The desk, once this machine is one. A store without its lock is trouble to be told, never a new beginning."""
        gc.disable()  # what a start makes is no garbage; the open window turns it on again
        if not (self._real / paths.STORE_NAME).exists():
            return self._first_run()
        try:
            given = self._ask() if paths.lock_kind(self._real) == "passphrase" else ""
        except SecretsError as error:
            if error.code != "passphrase-needed":
                raise
            return self._first_run()  # nobody at a terminal to type it: the window asks
        return self._window(lambda: given)

    def _window(self, ask: AskPassphrase) -> int:
        """Painted first; the store is opened after that, in a thread."""
        from vaxdesk.ui import start

        try:
            return start.run(settings.load(self._real), partial(_opened, self._real, ask))
        except start.NothingToOpen:
            return self._first_run()

    def practise(self, afresh: bool = False) -> int:
        """The practice desk, made when there is none yet; `afresh` throws the old one away first."""
        from vaxdesk.demo import practice_cards, practice_desk

        folder = self._practice()
        desk = practice_desk.start_over(folder) if afresh else practice_desk.open_or_make(folder)
        return _stay_in(desk, cards=practice_cards.render)

    def _practice(self) -> Path:
        from vaxdesk.models.training import training_folder

        return self._training or training_folder(self._real)

    def _first_run(self) -> int:
        from vaxdesk.app import open_desk
        from vaxdesk.joining import Joining
        from vaxdesk.ui.first_run import first_run
        from vaxdesk.ui.first_run_services import Ending, FirstRunServices

        joins = Joining(self._real)
        services = FirstRunServices(joins, partial(settings.load, self._real), partial(settings.save, self._real))
        end = first_run(services)
        if end.ending is Ending.CLOSED:
            return EXIT_DONE
        if end.ending is Ending.TRAINING:
            return FOR_TRAINING
        if joins.passphrase is not None:
            known = joins.passphrase
            self._ask = lambda: known
        return _stay_in(open_desk(self._real, self._ask), end.member, is_new=end.member is not None)


def _stay_in(
    desk: OpenDesk, member: StaffMember | None = None, cards: Callable[[], bytes] | None = None, is_new: bool = False
) -> int:
    from vaxdesk.app import run_window_on

    try:
        return run_window_on(desk, member, cards, is_new)
    finally:
        desk.close()


def _opened(folder: Path, ask: AskPassphrase) -> Opened:
    """In the thread. Raises NothingToOpen where somebody was cut off between making the store and enrolling."""
    from vaxdesk.app import open_desk, window_services
    from vaxdesk.ui.start import NothingToOpen, Opened

    desk = open_desk(folder, ask)
    if desk.work.sync_book.site() is None:
        desk.close()
        raise NothingToOpen
    return Opened(window_services(desk), desk.close)
