"""What one window does in the session: remembered for its place among this machine's windows, chosen in its header."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the sign-in page is painted before these are loaded
    from vaxdesk.models.stations import Duty
    from vaxdesk.ui.main_window import MainWindow


def take_up(window: MainWindow) -> None:
    """What the window was set to when it was last open."""
    from vaxdesk.models.stations import duty_at

    window.around.session.choose_duty(duty_at(window.settings.duties, window.place))


def choose(window: MainWindow, duty: Duty) -> None:
    """From now on, and the next time; who watches sees the observation area at once."""
    from vaxdesk.models.stations import with_duty

    window.around.session.choose_duty(duty)
    window.take_settings(replace(window.settings, duties=with_duty(window.settings.duties, window.place, duty)))
    window.settings_changed.emit(window.settings)
    if first_page(window) == "observation":
        window.show_page("observation")


def first_page(window: MainWindow) -> str:
    """The page that opens when somebody signs in."""
    from vaxdesk.models.stations import Duty

    return "observation" if window.around.session.duty is Duty.OBSERVATION else "desk"
