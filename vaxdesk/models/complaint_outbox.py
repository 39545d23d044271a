"""Complaints to send: what was said, what this site did about it, and the platform's version it goes on top of (Q2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from vaxdesk.models import complaint_rows, dose_book
from vaxdesk.models.complaints import Story
from vaxdesk.models.exchange import DueComplaint
from vaxdesk.models.values import OutboxEntry, RecordKind


def load(connection: Connection, entries: Sequence[OutboxEntry]) -> tuple[DueComplaint, ...]:
    """Everything needed to send these."""
    wanted = {entry.record_id: entry for entry in entries if entry.kind is RecordKind.COMPLAINT}
    if not wanted:
        return ()
    stories = complaint_rows.stories(connection, wanted)
    return tuple(_due(connection, wanted[story.complaint.id], story) for story in stories)


def _due(connection: Connection, entry: OutboxEntry, story: Story) -> DueComplaint:
    complaint, site = story.complaint, dose_book.site(connection)
    pictures = complaint_rows.pictures(connection, complaint.id, complaint.version)
    return DueComplaint(
        entry, replace(complaint, pictures=pictures), story.steps, _base(story), site.device_id, site.code
    )


def _base(story: Story) -> str:
    """The newest version the platform is known to have: what was pulled, or what our last answer became."""
    if story.answered_version and not story.is_newer_than_answer:
        return story.answered_version
    return "" if story.complaint.task is None else story.complaint.version
