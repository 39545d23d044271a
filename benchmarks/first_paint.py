"""A window in a process of its own that says when it is painted and then closes: an empty one, or vaxdesk on a data folder.

    python benchmarks/first_paint.py [FOLDER]

Output, a line each: `painted` when the window (of vaxdesk: its sign-in page) is on the screen; of vaxdesk then `usable`, when the staff of
the opened store stand there to be chosen.
"""

from __future__ import annotations

import gc
import sys


def empty_window() -> int:
    """The floor."""
    from painting import EmptyWindow
    from PySide6.QtWidgets import QApplication, QMainWindow

    application = QApplication(sys.argv[:1])
    watch = EmptyWindow(application)  # noqa: F841  kept while the window lives
    window = QMainWindow()
    window.show()
    return application.exec()


def vaxdesk(folder: str) -> int:
    """The program as its command starts it, in an application that is watched."""
    gc.disable()  # as the command itself does before it loads the rest
    from painting import SignIn
    from PySide6.QtWidgets import QApplication

    from vaxdesk import cli

    watch = SignIn(QApplication(sys.argv[:1]))  # noqa: F841  kept while the window lives
    return cli.main(["--data", folder])


if __name__ == "__main__":
    sys.exit(vaxdesk(sys.argv[1]) if sys.argv[1:] else empty_window())
