"""What the commands about complaints do. Every function takes the parsed arguments."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from vaxplatform import complaints
from vaxplatform.commands import Answer, CommandRefused, opened, settings_of
from vaxplatform.complaints import Claim, ClaimRefused
from vaxplatform.pictures import SENT_BYTES_MAX, Picture, small
from vaxplatform.services.codes import Json, site_of
from vaxplatform.settings import secret_of

VIETNAM = timezone(timedelta(hours=7))
_TEXTS = (
    "kind", "name", "birth_date", "sex", "phone", "citizen_number", "old_number",
    "dose_number", "vaccine", "lot", "day", "site", "province", "words",
)  # fmt: skip


def complain(asked: argparse.Namespace) -> Answer:
    """`complain`: a complaint as the public page takes it; its number and secret."""
    claim = Claim(**{name: getattr(asked, name) for name in _TEXTS}, pictures=tuple(map(_picture, asked.picture)))
    key = secret_of(settings_of(asked).data_dir)
    with opened(asked) as database:
        try:
            filed = complaints.file_claim(database, key, claim, datetime.now(UTC).astimezone(VIETNAM))
        except ClaimRefused as error:
            raise _refused(error) from error
    value = {"number": filed.number, "secret": filed.secret, "site": filed.site, "due_at": filed.due_at}
    return Answer(value, f"{filed.number}  {filed.secret}  {filed.site or '-'}  {filed.due_at}")


def listed(asked: argparse.Namespace) -> Answer:
    """`complaints list`: what is open, the most urgent first, without anything of a person."""
    with opened(asked) as database:
        found = [_plain(task) for task in complaints.open_complaints(database, unrouted=asked.unrouted)]
    lines = (f"{one['due_at']}  {one['number']}  {one['kind']}  {one['status']}  {one['site'] or '-'}" for one in found)
    return Answer(found, "\n".join(lines))


def route(asked: argparse.Namespace) -> Answer:
    """`complaints route`: this site settles it."""
    with opened(asked) as database:
        try:
            found = complaints.route(database, asked.number, asked.site)
        except ClaimRefused as error:
            raise _refused(error) from error
    value = _plain(found)
    return Answer(value, f"{value['number']}: {value['site']}")


def _plain(task: Json) -> dict[str, str]:
    return {
        "number": str(task["identifier"][0]["value"]) if "identifier" in task else str(task["id"]),
        "kind": str(task["code"]["coding"][0]["code"]),
        "site": site_of(task),
        "status": str(task["status"]),
        "due_at": str(task["restriction"]["period"]["end"]),
    }


def _picture(file: Path) -> Picture:
    with file.open("rb") as opened_file:
        return small(opened_file.read(SENT_BYTES_MAX + 1))


def _refused(error: ClaimRefused) -> CommandRefused:
    told = ", ".join(f"--{field.replace('_', '-')} ({code})" for field, code in error.problems.items())
    return CommandRefused(
        "claim-unusable", f"Chưa nhận được phản ánh: {told}.", f"The complaint was not taken: {told}."
    )
