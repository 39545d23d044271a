"""A window in a process of its own that says when it is painted and then closes: an empty one, or vaxdesk on a data folder.

    python benchmarks/first_paint.py [FOLDER]

Output, a line each: `painted` when the window (of vaxdesk: its sign-in page) is on the screen; of vaxdesk then `usable`, when the staff of
the opened store stand there to be chosen.
"""

from __future__ import annotations

import gc
import sys
from typing import Any


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
    """The program as its command starts it, with a watcher put in where the window's turn comes."""
    gc.disable()  # as the command itself does before it loads the rest
    from vaxdesk import app, cli

    open_window = app.run_window_on

    def watched(*given: Any) -> int:
        from painting import SignIn
        from PySide6.QtWidgets import QApplication

        watch = SignIn(QApplication(sys.argv[:1]))  # noqa: F841
        return open_window(*given)

    app.run_window_on = watched
    return cli.main(["--data", folder])


if __name__ == "__main__":
    sys.exit(vaxdesk(sys.argv[1]) if sys.argv[1:] else empty_window())
