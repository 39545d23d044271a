"""The recalls this desk was told of, among the settings: a few dozen in years, read whole before each dose."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection

from vaxdesk.models import outbox, recalls
from vaxdesk.models.recalls import Recall
from vaxdesk.models.values import VIETNAM

SETTING = "recalls"
KEPT_MAX = 2000  # a platform that sends more does not fill the disk; the newest are kept


def known(connection: Connection) -> tuple[Recall, ...]:
    """Every recall, those taken back included."""
    plain = json.loads(outbox.read_setting(connection, SETTING) or "[]")
    return tuple(Recall(**one | {"recalled_at": _moment(one["recalled_at"])}) for one in plain)


def keep(connection: Connection, found: Sequence[Recall]) -> None:
    """Keeps recalls as the platform has them now; what is known of another id stays."""
    if not found:
        return
    kept = {recall.id: recall for recall in (*known(connection), *found)}
    newest = sorted(kept.values(), key=lambda recall: recall.recalled_at)[-KEPT_MAX:]
    plain = [asdict(recall) | {"recalled_at": recall.recalled_at.isoformat()} for recall in newest]
    outbox.write_setting(connection, SETTING, json.dumps(plain, ensure_ascii=False))


def of_lot(connection: Connection, vaccine: str, lot: str) -> Recall | None:
    """The recall of a lot, if it stands."""
    return recalls.of_lot(known(connection), vaccine, lot)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(VIETNAM)
