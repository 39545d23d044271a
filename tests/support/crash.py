"""A power cut at any statement of a store: what is on the disk at that moment is copied away, then the program ends.

The copy holds the database, its write-ahead log and its index of the log as the disk has them. A cut in the middle of a commit leaves
a part of what the commit writes to the log: `MID_COMMIT` makes every such part, byte by byte.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from vaxdesk.models.db import Store

ENDS = ("", "-wal", "-shm")
Files = dict[str, bytes]


class SimulatedCrash(BaseException):
    """The power is gone. Not an Exception: no code may handle it."""


class Moment(StrEnum):
    """When, relative to the n-th statement or commit."""

    BEFORE_STATEMENT = "before a statement"
    AFTER_STATEMENT = "after a statement"
    BEFORE_COMMIT = "before a commit"
    MID_COMMIT = "in the middle of a commit"
    AFTER_COMMIT = "after a commit"


@dataclass(frozen=True)
class Cut:
    """The power cut: at the `number`-th such moment from now (1 is the next). `part`: of the log's change in mid-commit, 0 to 1."""

    moment: Moment
    number: int
    part: float = 0.5


@dataclass
class PowerCut:
    """Counts moments of one store; at the wanted one keeps the files and ends the program."""

    store: Store
    cut: Cut
    left: int = 0
    files: Files = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.left = self.cut.number

    @property
    def happened(self) -> bool:
        return bool(self.files)

    def pass_by(self, moment: Moment) -> None:
        """Called at each moment."""
        if moment is self.cut.moment and self._is_now():
            self._end(on_disk(self.store.path))

    def commit(self, really: Any, connection: Any) -> None:
        """Stands in for the commit."""
        self.pass_by(Moment.BEFORE_COMMIT)
        before = on_disk(self.store.path) if self.cut.moment is Moment.MID_COMMIT else {}
        really(connection)
        if before and self._is_now():
            self._end(torn(before, on_disk(self.store.path), self.cut.part))
        self.pass_by(Moment.AFTER_COMMIT)

    def _is_now(self) -> bool:
        if self.happened:
            return False
        self.left -= 1
        return self.left == 0

    def _end(self, files: Files) -> None:
        self.files = files
        raise SimulatedCrash(self.cut.moment)


def on_disk(path: Path) -> Files:
    """The store's files as they are now."""
    found = {end: Path(f"{path}{end}") for end in ENDS}
    return {end: file.read_bytes() for end, file in found.items() if file.exists()}


def torn(before: Files, after: Files, part: float) -> Files:
    """The log half overwritten: the database itself changes only after the log is safe, its index is rebuilt anyway."""
    old, new = before.get("-wal", b""), after.get("-wal", b"")
    changed = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    reached = changed + int((len(new) - changed) * part)
    return {"": before[""], "-wal": new[:reached] + old[reached:]}


def laid_out(files: Files, folder: Path, name: str) -> Path:
    """Puts the files of a cut into a folder; the store's path there."""
    for end, content in files.items():
        (folder / f"{name}{end}").write_bytes(content)
    return folder / name


@contextmanager
def power_cut(store: Store, cut: Cut) -> Iterator[PowerCut]:
    """While inside, the store's program ends at the cut. The SimulatedCrash is taken here; `happened` says whether it came."""
    armed = PowerCut(store, cut)
    engine: Engine = store._engine
    listeners = {
        "before_cursor_execute": lambda *_: armed.pass_by(Moment.BEFORE_STATEMENT),
        "after_cursor_execute": lambda *_: armed.pass_by(Moment.AFTER_STATEMENT),
    }
    really = engine.dialect.do_commit
    engine.dialect.do_commit = lambda connection: armed.commit(really, connection)  # type: ignore[method-assign]
    for name, listener in listeners.items():
        event.listen(engine, name, listener)
    try:
        yield armed
    except SimulatedCrash:
        pass
    finally:
        engine.dialect.do_commit = really  # type: ignore[method-assign]
        for name, listener in listeners.items():
            event.remove(engine, name, listener)
