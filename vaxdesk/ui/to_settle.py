"""What a person has to settle after the exchange, as one list grouped by cause: conflicts first, then refusals, the most frequent first. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from vaxdesk.models.counts import SetAside
from vaxdesk.models.disputes import OpenDispute
from vaxdesk.models.values import DoseRecord


class Mending(StrEnum):
    """What mends a refused record."""

    DOSE = "dose"  # its product, number or time
    PERSON = "person"  # name, birth date or sex
    VOID = "void"  # it was recorded for a wrong number: it becomes entered-in-error
    NONE = "none"  # nothing here: it is sent again as it is


_MENDING = {
    "refused-lot": Mending.DOSE,
    "refused-date": Mending.DOSE,
    "refused-code": Mending.DOSE,
    "refused-dose-number": Mending.DOSE,
    "refused-content": Mending.DOSE,
    "refused-rule": Mending.DOSE,
    "refused-person": Mending.PERSON,
    "refused-number": Mending.VOID,
}
CONFLICT = "record-conflict"
REACTION_CONFLICT, REACTION_REFUSED = "reaction-conflict", "reaction-refused"
_SAID_OF_ANY_RECORD = frozenset(
    {
        "record-forbidden",
        "record-too-large",
        "refused-person",
        "refused-person-twice",
        "refused-reference",
        "refused-site",
    }
)


@dataclass(frozen=True, slots=True, repr=False)
class Entry:
    """One dose to settle, or a reaction to it. `code` names the cause; `text` holds the server's own words; `dispute` is set for a conflict."""

    key: str
    code: str
    record: DoseRecord
    text: str
    at: datetime
    dispute: OpenDispute | None = None
    reaction_id: str = ""

    @property
    def record_id(self) -> str:
        """What waits: the reaction, or the dose."""
        return self.reaction_id or str(self.record.dose.id)

    @property
    def mending(self) -> Mending:
        """What a person can do to it here; a reaction is corrected where it was noted."""
        return Mending.NONE if self.reaction_id else _MENDING.get(self.code, Mending.NONE)


@dataclass(frozen=True, slots=True, repr=False)
class Group:
    """Records with one cause, oldest first."""

    code: str
    entries: tuple[Entry, ...]

    @property
    def key(self) -> str:
        """How the list names the group's own line."""
        return f"group:{self.code}" + (":reactions" if self.entries[0].reaction_id else "")

    @property
    def said_as(self) -> str:
        """The code whose sentence tells the cause: most speak of a dose, and mending a reaction is another matter."""
        if not self.entries[0].reaction_id or self.code in _SAID_OF_ANY_RECORD:
            return self.code
        return REACTION_CONFLICT if self.code == CONFLICT else REACTION_REFUSED

    @property
    def has_own_line(self) -> bool:
        """One record alone needs no title above it."""
        return len(self.entries) > 1

    @property
    def is_one_product(self) -> bool:
        """Whether one wrong product, chosen once for a session, is what all of them share: mended once for all."""
        doses = [entry.record.dose for entry in self.entries]
        shared = len({(dose.vaccine, dose.lot, dose.expiry) for dose in doses}) == 1
        return shared and self.entries[0].mending is Mending.DOSE


def groups(asides: Sequence[SetAside], disputes: Sequence[OpenDispute]) -> tuple[Group, ...]:
    """Everything to settle, by cause. A conflict that waits in both lists is shown once."""
    conflicts = [_of_dispute(one) for one in disputes]
    known = {entry.record.dose.id for entry in conflicts}
    refused = [_of_aside(one) for one in asides if not (one.code == CONFLICT and one.record_id in known)]
    by_cause: dict[tuple[str, bool], list[Entry]] = {}
    for entry in (*conflicts, *refused):
        by_cause.setdefault((entry.code, bool(entry.reaction_id)), []).append(entry)
    made = [Group(code, tuple(sorted(entries, key=lambda entry: entry.at))) for (code, _), entries in by_cause.items()]
    return tuple(sorted(made, key=lambda group: (group.entries[0].dispute is None, -len(group.entries), group.code)))


def _of_dispute(one: OpenDispute) -> Entry:
    return Entry(
        f"dispute:{one.dispute.id}", f"dispute-{one.dispute.kind.value}", one.record, "", one.dispute.found_at, one
    )


def _of_aside(one: SetAside) -> Entry:
    return Entry(one.record_id, one.code, one.record, one.text, one.at, reaction_id=one.reaction_id)
