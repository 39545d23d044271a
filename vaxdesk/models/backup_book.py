"""Backups made by the desk itself: once a day, encrypted, verified by opening them, rotated, copied to a second folder where one is set.

A file carries its name only when it is whole and was opened, so what stands in the folder is what there is: nothing is written down elsewhere.
Names carry the device, so that several desks may share a folder; files of other names are never touched.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import shutil
import time
import zipfile
from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import select

from vaxdesk.errors import StoreError
from vaxdesk.models import tables as t
from vaxdesk.models.backup import backup, fsync_folder
from vaxdesk.models.db import Store, is_read_only
from vaxdesk.models.values import VIETNAM, DeviceId

log = logging.getLogger(__name__)

FOLDER = "backups"
DAYS_KEPT, WEEKS_KEPT = 7, 4
TOO_OLD = timedelta(days=2)
CLOCK_AHEAD = timedelta(days=1)
LOOK_EVERY_S = 3600.0
ROOM_LEFT_BYTES = 200 * 1024 * 1024  # what a backup must leave free on the store's own disk: doses come first
ROOM_LEFT_ELSEWHERE_BYTES = 1024 * 1024
COPY_BYTES = 1024 * 1024
_NAME = re.compile(r"vaxdesk-(?P<device>[0-9A-Za-z]{1,8})-(?P<time>\d{8}-\d{6})\.vaxbackup")
_TIME = "%Y%m%d-%H%M%S"


def kept(times: Collection[datetime], now: datetime) -> frozenset[datetime]:
    """Which backups stay: the newest of each of the last 7 days that have one, and of what is older the newest of each of the last 4 weeks.

    Days and weeks without a backup do not count, so that a machine left off for a month loses nothing when it is switched on. Files that a
    wrong clock dated more than a day ahead of `now` follow the same rule among themselves: they push out none of the others. Pure.
    """
    ahead = {at for at in times if at - now > CLOCK_AHEAD}
    return _rotation(set(times) - ahead) | _rotation(ahead)


def _rotation(times: Collection[datetime]) -> frozenset[datetime]:
    days = _newest_of_each(times, lambda at: at.astimezone(VIETNAM).date(), DAYS_KEPT)
    oldest_day = min(days, default=None)
    older = [at for at in times if oldest_day is not None and at < oldest_day and not _same_day(at, oldest_day)]
    return days | _newest_of_each(older, lambda at: at.astimezone(VIETNAM).isocalendar()[:2], WEEKS_KEPT)


def _newest_of_each(
    times: Collection[datetime], span: Callable[[datetime], Hashable], count: int
) -> frozenset[datetime]:
    newest: dict[Hashable, datetime] = {}
    for at in sorted(times, reverse=True):
        newest.setdefault(span(at), at)
    return frozenset(sorted(newest.values(), reverse=True)[:count])


def _same_day(one: datetime, other: datetime) -> bool:
    return one.astimezone(VIETNAM).date() == other.astimezone(VIETNAM).date()


def free_bytes(folder: Path) -> int:
    """Room on the disk of a folder."""
    return shutil.disk_usage(folder).free


@dataclass(frozen=True, slots=True)
class BackupRun:
    """What a look at the backups did. `trouble` is a code (each has a sentence), empty when nothing stood in the way."""

    made: Path | None = None
    copied: Path | None = None
    removed: int = 0
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class BackupBook:
    """The backups of one desk. `second` is a further folder, e.g. a USB stick or a share; `room` gives the free bytes of a folder's disk."""

    store: Store
    key: bytes = field(repr=False)
    folder: Path
    device_id: DeviceId
    second: Path | None
    clock: Callable[[], datetime]
    room: Callable[[Path], int] = free_bytes

    def last_at(self) -> datetime | None:
        """When the newest whole backup was made, wherever it lies; None when there is none. One that a wrong clock dated ahead counts last."""
        everywhere = {**self._found(self._first), **(self._found(self.second) if self.second else {})}
        now = self.clock()
        newest_first = sorted(everywhere, key=lambda at: (at - now <= CLOCK_AHEAD, at), reverse=True)
        return next((at for at in newest_first if zipfile.is_zipfile(everywhere[at])), None)

    def is_old(self) -> bool:
        """Whether the newest backup (or, where there is none yet, the enrolment) is more than two days away."""
        last_at = self.last_at()
        if last_at is None:
            with self.store.read() as connection:
                last_at = connection.execute(select(t.device.c.enrolled_at)).scalar_one()
        return abs(self.clock() - last_at) > TOO_OLD

    def run(self) -> BackupRun:
        """Makes the day's backup unless there is one, copies it to the second folder, drops what the rotation no longer keeps.

        Never raises StoreError: trouble is in the answer. `backup-elsewhere`: another process is at it.
        """
        try:
            self._first.mkdir(parents=True, exist_ok=True, mode=0o700)
            with FileLock(self._first / ".lock").acquire(timeout=0):
                return self._run()
        except Timeout:
            return BackupRun(trouble="backup-elsewhere")
        except OSError:
            return BackupRun(trouble="backup-disk-read-only" if is_read_only(self.store.path) else "backup-not-written")

    def has_todays(self) -> bool:
        """Whether a backup of today lies in the data folder."""
        now = self.clock()
        return any(_same_day(at, now) for at in self._found(self._first))

    def make(self) -> Path:
        """A backup now, whatever there is. Raises StoreError `backup-no-room`, `backup-not-written`, `store-damaged` and the store's own."""
        out = self._first / self._name(self.clock())
        try:
            self._first.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._sweep(self._first)
            self._check_room(self._first, 2 * self._store_bytes(), ROOM_LEFT_BYTES)
            backup(self.store, self.key, self.folder, out)
        except StoreError as error:
            raise StoreError("backup-no-room" if error.code == "store-full" else error.code) from error
        except OSError as error:
            raise StoreError("backup-not-written") from error
        return out

    @property
    def _first(self) -> Path:
        return self.folder / FOLDER

    def _run(self) -> BackupRun:
        made: Path | None = None
        trouble = ""
        if not self.has_todays():
            try:
                made = self.make()
            except StoreError as error:
                trouble = error.code
        copied, trouble_there = self._carry()
        removed = self._rotate(self._first, made)
        return BackupRun(made, copied, removed, trouble or trouble_there)

    def _carry(self) -> tuple[Path | None, str]:
        """The newest backup into the second folder, when it is not there yet: also hours later, when the stick is plugged in."""
        ours = self._found(self._first)
        if self.second is None or not ours or self.second.absolute() == self._first.absolute():
            return None, ""
        if not self.second.is_dir():
            return None, "backup-folder-away"
        newest = ours[max(ours)]
        if (self.second / newest.name).exists():
            return None, ""
        try:
            copied = self._copy(newest, self.second)
            self._rotate(self.second, copied)
        except StoreError as error:
            return None, error.code
        except OSError:
            return None, "backup-folder-not-written"
        return copied, ""

    def _copy(self, source: Path, folder: Path) -> Path:
        """The same bytes elsewhere, read again before they get their name: a stick may say yes and keep nothing."""
        self._sweep(folder)
        self._check_room(folder, source.stat().st_size, ROOM_LEFT_ELSEWHERE_BYTES)
        part, target = folder / f".{source.name}.part", folder / source.name
        try:
            with source.open("rb") as given, part.open("wb") as taken:
                shutil.copyfileobj(given, taken, COPY_BYTES)
                taken.flush()
                os.fsync(taken.fileno())
            if _sha256(part) != _sha256(source):
                raise StoreError("backup-copy-differs")
            part.replace(target)
            fsync_folder(folder)
        finally:
            part.unlink(missing_ok=True)
        return target

    def _rotate(self, folder: Path, just_made: Path | None) -> int:
        """What the rule no longer keeps goes, but never what was made a moment ago; a file that cannot go stays."""
        found = self._found(folder)
        going = [found[at] for at in set(found) - kept(found, self.clock()) if found[at] != just_made]
        removed = 0
        for path in going:
            try:
                path.unlink()
                removed += 1
            except OSError:
                continue
        return removed

    def _found(self, folder: Path) -> dict[datetime, Path]:
        """This device's backups in a folder by time; nothing where the folder is not there."""
        try:
            matches = [(path, _NAME.fullmatch(path.name)) for path in folder.iterdir()]
        except OSError:
            return {}
        mine = [(path, match) for path, match in matches if match and match["device"] == self._short]
        return {at: path for path, match in mine if (at := _time_of(match["time"])) is not None}

    def _sweep(self, folder: Path) -> None:
        """What a run that was killed left half done: it never got a name."""
        for left in folder.glob(".vaxdesk-backup-*"):
            shutil.rmtree(left, ignore_errors=True)
        for left in folder.glob(f".vaxdesk-{self._short}-*.part"):
            left.unlink(missing_ok=True)

    def _check_room(self, folder: Path, needed: int, left: int) -> None:
        if self.room(folder) < needed + left:
            raise StoreError("backup-no-room")

    def _store_bytes(self) -> int:
        files = (self.store.path, self.store.path.with_name(f"{self.store.path.name}-wal"))
        return sum(file.stat().st_size for file in files if file.exists())

    @property
    def _short(self) -> str:
        return "".join(letter for letter in self.device_id if letter.isalnum())[:8]

    def _name(self, at: datetime) -> str:
        return f"vaxdesk-{self._short}-{at.astimezone(VIETNAM).strftime(_TIME)}.vaxbackup"


class DailyBackup:
    """Called between the runs of the sync thread: looks once an hour, logs a trouble once. `books` gives the book as the settings are now."""

    def __init__(self, books: Callable[[], BackupBook], seconds: Callable[[], float] = time.monotonic) -> None:
        self._books, self._seconds = books, seconds
        self._next_look_s: float | None = None
        self.last = BackupRun()

    def __call__(self) -> None:
        """A look, when an hour has passed since the last one. Raises nothing that is known trouble."""
        now_s = self._seconds()
        if self._next_look_s is not None and now_s < self._next_look_s:
            return
        self._next_look_s = now_s + LOOK_EVERY_S
        before, self.last = self.last, self._books().run()
        if self.last.trouble and self.last.trouble != before.trouble:
            log.warning("daily backup: %s", self.last.trouble)


def _time_of(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, _TIME).replace(tzinfo=VIETNAM)
    except ValueError:
        return None


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
