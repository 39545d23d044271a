"""A bench whose desk was backed up, lost and restored: the same device and platform, another store."""

from __future__ import annotations

import base64
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from support.builders import Clock, DeskUnderTest
from support.faulty import FaultyLine
from support.sync_bench import Bench, client_over, some_codings

from vaxdesk.models.backup import STORE_NAME, backup, restore
from vaxdesk.models.db import open_store
from vaxdesk.models.workplace import workplace
from vaxdesk.sync.engine import Engine


def readable_signature(payload: bytes) -> str:
    """A compact JWS whose statement can be read and whose signature nobody checks."""
    words = (b'{"alg":"ES256"}', payload, b"none")
    return ".".join(base64.urlsafe_b64encode(word).decode().rstrip("=") for word in words)


def saved(bench: Bench, out: Path) -> Path:
    """A backup of the bench's desk as it is now."""
    backup(bench.desk.store, bench.desk.key, bench.desk.folder, out)
    return out


@contextmanager
def restored(bench: Bench, file: Path, folder: Path, now: datetime | None = None) -> Iterator[Bench]:
    """The desk of a backup on a new machine, with a line of its own to the same platform."""
    restore(file, folder, lambda _: bench.desk.key, now)
    store, clock, line = open_store(folder / STORE_NAME, bench.desk.key), Clock(bench.clock.now), FaultyLine()
    work = workplace(store, readable_signature, clock)
    enrolment = work.sync_book.enrolment()
    assert enrolment is not None

    def make() -> Engine:
        clients = lambda: client_over(line, enrolment)  # noqa: E731
        return Engine(work.sync_book, clients, clock, rng=random.Random(8), codings=some_codings)

    yield Bench(DeskUnderTest(work, store, bench.desk.key, folder, clock, bench.desk.manager), line, make(), make)
    line.close()
    store.close()


def sequences(resources: list[dict[str, Any]]) -> list[str]:
    """The sequence of each revision, as the platform has them."""
    return [
        extension["valueString"]
        for resource in resources
        for extension in resource["extension"]
        if extension["url"] == "urn:vaxdesk:ext:sequence"
    ]
