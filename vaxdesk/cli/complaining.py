"""complaints: how much of the 48 hours each has left (4415/BTTTT-THH), so that a script can watch. Names nobody."""

from __future__ import annotations

import argparse
from datetime import datetime, timedelta
from typing import Any

from vaxdesk.cli.talk import EXIT_DONE, Talk
from vaxdesk.models.complaints import Story, Urgency, urgency


def add_commands(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Adds this command to the parser."""
    listed = commands.add_parser(
        "complaints", parents=[shared], help="complaints and their clock, the most urgent first"
    )
    listed.add_argument("--all", action="store_true", help="closed ones too")
    listed.set_defaults(run=_list)


def _list(options: argparse.Namespace, talk: Talk) -> int:
    work = talk.desk.work
    now = work.clock()
    plain = [_plain(story, now) for story in work.complaints.all() if options.all or not story.status.is_closed]
    talk.give(plain, *(_line(one) for one in plain))
    return EXIT_DONE


def _plain(story: Story, now: datetime) -> dict[str, Any]:
    """One complaint. `left_min`: whole minutes until the limit, below 0 when it is past; None for a closed one."""
    one, status = story.complaint, story.status
    near = urgency(status, one.due_at, now)
    closed_at = story.closed_at
    return {
        "id": one.id,
        "number": one.number,
        "kind": one.kind.value,
        "source": one.source.value,
        "status": status.value,
        "urgency": near.value,
        "received_at": one.received_at.isoformat(timespec="seconds"),
        "due_at": one.due_at.isoformat(timespec="seconds"),
        "left_min": None if near is Urgency.CLOSED else (one.due_at - now) // timedelta(minutes=1),
        "closed_at": closed_at.isoformat(timespec="seconds") if closed_at else None,
        "in_time": closed_at <= one.due_at if closed_at else None,
        "to_approve": story.pending is not None,
        "unsent": story.unsent,
        "refused": story.is_refused,
    }


def _line(plain: dict[str, Any]) -> str:
    left = plain["left_min"]
    clock = plain["closed_at"] if left is None else f"{'-' if left < 0 else ''}{abs(left) // 60}:{abs(left) % 60:02d}"
    return f"{plain['number']}  {plain['kind']}  {plain['status']}  {plain['urgency']}  {clock}"
