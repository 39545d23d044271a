"""Reactions after an injection: noted beside a dose, corrected in revisions, never deleted (I8). The store queues each for the platform."""

from __future__ import annotations

import unicodedata
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from vaxdesk.errors import InputRefused, Problem
from vaxdesk.models import audit, dose_book, reaction_book
from vaxdesk.models.aftercare import Reaction, ReactionId, ReactionOutcome, ReactionStatus, Severity, Sign
from vaxdesk.models.db import Store
from vaxdesk.models.desk import checked_reason
from vaxdesk.models.reaction_rows import reaction_of
from vaxdesk.models.session_tables import reaction
from vaxdesk.models.values import Dose, DoseStatus, Site, StaffMember

TEXT_CHARS_MAX = 500
OTHER_CHARS_MIN = 3
SHOWN_MAX = 1000


@dataclass(frozen=True, slots=True, repr=False)
class ReactionDraft:
    """What was seen and done, as a form gives it. `onset_at` is to the minute; `treatment` and `note` are free text of at most 500 characters."""

    onset_at: datetime
    signs: tuple[Sign, ...]
    severity: Severity = Severity.COMMON
    treatment: str = ""
    outcome: ReactionOutcome = ReactionOutcome.RECOVERING
    note: str = ""

    def __repr__(self) -> str:
        return "ReactionDraft(…)"


class Reactions:
    """What happened after the needle. Every method may raise StoreError."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def note(self, dose_id: str, draft: ReactionDraft, actor: StaffMember) -> Reaction:
        """Keeps a reaction to a dose. Raises InputRefused with all that stands against it; nothing is stored then."""
        now = self._clock()
        with self._store.write() as connection:
            dose, site = dose_book.current(connection, dose_id), dose_book.site(connection)
            tidy = _checked(draft, dose, now)
            made = _new(tidy, dose, site, actor, now, dose_book.next_sequence(connection))
            reaction_book.insert(connection, made, actor, now)
            audit.note(connection, now, actor.id, "reaction-noted", made.id, made.severity.value)
        return made

    def correct(self, reaction_id: str, draft: ReactionDraft, reason: str, actor: StaffMember) -> Reaction:
        """Saves what is right as a new revision; who noted it first stays. Raises InputRefused, StoreError `reaction-not-found`."""
        reason, now = checked_reason(reason), self._clock()
        with self._store.write() as connection:
            old = reaction_book.current(connection, reaction_id)
            _must_stand(old)
            tidy = _checked(draft, dose_book.current(connection, old.dose_id), now)
            new = replace(old, **{name: getattr(tidy, name) for name in ReactionDraft.__dataclass_fields__})
            if new == old:
                raise InputRefused(Problem("reaction-nothing-to-correct", "reason"))
            return reaction_book.revise(connection, new, reason, actor, now, "reaction-corrected")

    def void(self, reaction_id: str, reason: str, actor: StaffMember) -> Reaction:
        """Marks a reaction entered in error with who, when and why. Raises InputRefused, StoreError `reaction-not-found`."""
        reason, now = checked_reason(reason), self._clock()
        with self._store.write() as connection:
            old = reaction_book.current(connection, reaction_id)
            _must_stand(old)
            return reaction_book.void(connection, old, reason, actor, now)

    def note_report(self, reaction_id: str, actor: StaffMember) -> None:
        """Logs that the report of a serious event was given to the printer."""
        with self._store.write() as connection:
            audit.note(connection, self._clock(), actor.id, "severe-event-reported", reaction_id)

    def of_dose(self, dose_id: str) -> tuple[Reaction, ...]:
        """The reactions to a dose at their newest revisions, those entered in error too, in the order of onset."""
        with self._store.read() as connection:
            query = reaction_book.select_current().where(reaction.c.dose_id == dose_id)
            return tuple(reaction_of(row) for row in connection.execute(query))

    def of_day(self, day: date) -> tuple[Reaction, ...]:
        """The reactions that stand whose onset was on a day, in that order, at most 1000."""
        start, end = dose_book.day_bounds(day)
        c = reaction.c
        query = reaction_book.select_current().where(
            c.onset_at >= start, c.onset_at < end, c.status == ReactionStatus.ACTUAL.value
        )
        with self._store.read() as connection:
            return tuple(reaction_of(row) for row in connection.execute(query.limit(SHOWN_MAX)))


def _must_stand(old: Reaction) -> None:
    if old.status is ReactionStatus.ENTERED_IN_ERROR:
        raise InputRefused(Problem("reaction-already-void", "reaction"))


# --- checking


def _checked(draft: ReactionDraft, dose: Dose, now: datetime) -> ReactionDraft:
    tidy = replace(
        draft, treatment=_tidy(draft.treatment), note=_tidy(draft.note), signs=tuple(dict.fromkeys(draft.signs))
    )
    if problems := (*_against_dose(dose), *_against_onset(tidy.onset_at, dose, now), *_against_words(tidy)):
        raise InputRefused(*problems)
    return tidy


def _against_dose(dose: Dose) -> tuple[Problem, ...]:
    return () if dose.status is DoseStatus.COMPLETED else (Problem("reaction-not-given", "dose"),)


def _against_onset(onset_at: datetime, dose: Dose, now: datetime) -> tuple[Problem, ...]:
    """Not before the injection, not in the future. Where the clock says the injection itself is to come, it cannot tell the latter."""
    if onset_at < dose.occurred_at.replace(second=0, microsecond=0):
        return (Problem("reaction-before-dose", "onset"),)
    latest = now if now >= dose.occurred_at else dose.occurred_at + timedelta(days=1)
    return (Problem("reaction-in-future", "onset"),) if onset_at > latest else ()


def _against_words(draft: ReactionDraft) -> tuple[Problem, ...]:
    found = []
    if not draft.signs:
        found.append(Problem("reaction-no-sign", "signs"))
    if Sign.OTHER in draft.signs and len(draft.note) < OTHER_CHARS_MIN:
        found.append(Problem("reaction-other-unsaid", "note"))
    for field in ("treatment", "note"):
        if len(getattr(draft, field)) > TEXT_CHARS_MAX:
            found.append(Problem("reaction-text-long", field, params={"most": str(TEXT_CHARS_MAX)}))
    return tuple(found)


def _tidy(text: str) -> str:
    """NFC, single spaces, no control characters."""
    plain = "".join(ch for ch in unicodedata.normalize("NFC", text) if ch.isspace() or ch.isprintable())
    return " ".join(plain.split())


# --- saving


def _new(draft: ReactionDraft, dose: Dose, site: Site, actor: StaffMember, now: datetime, sequence: int) -> Reaction:
    return Reaction(
        id=ReactionId(str(uuid.uuid4())),
        revision=1,
        dose_id=dose.id,
        person_id=dose.person_id,
        citizen_id=dose.citizen_id,
        status=ReactionStatus.ACTUAL,
        onset_at=draft.onset_at,
        signs=draft.signs,
        severity=draft.severity,
        treatment=draft.treatment,
        outcome=draft.outcome,
        note=draft.note,
        recorder_id=actor.id,
        recorder=actor.name,
        recorded_at=now,
        device_id=site.device_id,
        epoch=site.epoch,
        sequence=sequence,
        site=site.code,
    )
