"""How far the services have come: one cursor a feed, what they saw just before it, and the doses to look at again."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Set
from datetime import datetime, timedelta
from pathlib import Path

from vaxplatform.services.codes import Json
from vaxplatform.services.fhir_client import FhirClient

OVERLAP = timedelta(seconds=5)  # a resource may become visible a moment after its time
AGAIN_S_MAX = 600
AGAIN_DOSES_MAX = 10_000
_TRIES_TOLD_APART = 10


class Progress:
    """The state of one data folder; lost state only means more work, never a different result."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._kept = _read(file)
        feeds, again = self._kept.get("feeds", {}), self._kept.get("again", {})
        self._feeds: dict[str, Json] = dict(feeds)
        self._again: dict[str, Json] = dict(again)

    def changed(self, fhir: FhirClient, feed: str) -> Iterator[Json]:
        """What changed since the cursor. Servers differ in when a write becomes visible, so the last seconds are read
        again, and what was seen there in this version is passed over: a round without news has nothing to do."""
        before = self._feeds.get(feed, {})
        window = {"_lastUpdated": f"ge{before['since']}"} if before else {}
        known: dict[str, str] = before.get("known", {})
        seen: dict[str, tuple[str, datetime]] = {}
        for found in fhir.search(feed, _sort="_lastUpdated", **window):
            version = str(found["meta"]["versionId"])
            seen[found["id"]] = (version, datetime.fromisoformat(found["meta"]["lastUpdated"]))
            if known.get(found["id"]) != version:
                yield found
        if seen:
            self._move(feed, seen)

    def _move(self, feed: str, seen: dict[str, tuple[str, datetime]]) -> None:
        since = max(at for _, at in seen.values()) - OVERLAP
        known = {resource_id: version for resource_id, (version, at) in seen.items() if at >= since}
        self._feeds[feed] = {"since": since.isoformat(), "known": known}

    def due_again(self, now: datetime) -> set[str]:
        """Ids of the doses whose time to be looked at again has come."""
        return {dose_id for dose_id, kept in self._again.items() if datetime.fromisoformat(kept["after"]) <= now}

    def settled(self, looked_at: Set[str], refused: Set[str], now: datetime) -> None:
        """Doses with a refused write come again, after 2 s, 4 s ... up to ten minutes; the others are done."""
        for dose_id in looked_at - refused:
            self._again.pop(dose_id, None)
        for dose_id in sorted(refused):
            tries = min(self._again.get(dose_id, {}).get("tries", 0) + 1, _TRIES_TOLD_APART)
            after = now + timedelta(seconds=min(2**tries, AGAIN_S_MAX))
            if dose_id in self._again or len(self._again) < AGAIN_DOSES_MAX:
                self._again[dose_id] = {"tries": tries, "after": after.isoformat()}

    def save(self) -> None:
        """Keeps the state after a whole round; without news the file is left alone."""
        state = {"feeds": self._feeds, "again": self._again}
        if state == self._kept:
            return
        beside = self._file.with_suffix(".new")
        with os.fdopen(os.open(beside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as out:
            json.dump(state, out)
        beside.replace(self._file)
        self._kept = state


def _read(file: Path) -> Json:
    """The kept state; a file of an older program or a torn one counts as none."""
    try:
        state = json.loads(file.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return state if isinstance(state, dict) and state.keys() == {"feeds", "again"} else {}
