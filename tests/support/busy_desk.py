"""A desk at work as a process of its own: the real composition on one data folder, the sync thread running as under the window.

    VAXDESK_PASSPHRASE=... python tests/support/busy_desk.py FOLDER

Input: a dose a line, JSON with the keys of `vaxdesk record --batch`; or `wish`, a person's wish to send now. Output, a line each, flushed:
`ready`; `saved <dose id>` only after the use case has returned; `refused <code>` or `trouble <code>` where nothing was stored;
`run <JSON of the sync report, with the figures of all days beside it>` after each run of the sync thread.
The end of the input ends it as closing the window does.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from dataclasses import asdict
from functools import partial
from pathlib import Path

from vaxdesk.app import OpenDesk, open_desk
from vaxdesk.cli.given import draft_of
from vaxdesk.errors import InputRefused, StoreError
from vaxdesk.models.values import StaffMember
from vaxdesk.sync.engine import SyncReport

WISH = "wish"
_one_line_at_a_time = threading.Lock()


def say(*words: str) -> None:
    """One line, from any thread."""
    with _one_line_at_a_time:
        sys.stdout.write(" ".join(words) + "\n")
        sys.stdout.flush()


def tell(desk: OpenDesk, report: SyncReport) -> None:
    """What a run of the sync thread did, and how the figures stand after it."""
    say("run", json.dumps(asdict(report) | {"figures": asdict(desk.work.figures.counts())}))


def saved(desk: OpenDesk, actor: StaffMember, line: str) -> tuple[str, str]:
    """Records one line; the answer as two words."""
    try:
        draft = draft_of(json.loads(line), desk.work.desk.preset(), desk.work.clock())
        return "saved", desk.work.desk.record(draft, actor).dose.id
    except InputRefused as error:
        return "refused", error.code
    except StoreError as error:
        return "trouble", error.code


def main(folder: Path) -> None:
    """Works until the input ends."""
    desk = open_desk(folder, lambda: os.environ["VAXDESK_PASSPHRASE"])
    actor = desk.work.staff.everyone()[0]
    runner = desk.runner(partial(tell, desk))
    runner.start()
    say("ready")
    for line in sys.stdin:
        if line.strip() != WISH:
            say(*saved(desk, actor, line))
        runner.wake(asked=line.strip() == WISH)
    runner.stop()
    desk.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
