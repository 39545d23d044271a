"""Reactions as rows: what goes in comes out, and none is kept without waiting for the platform."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import delete, insert, select, text
from support.builders import a_desk, a_draft
from support.reactions import a_reaction, keep

from vaxdesk.models import tables as t
from vaxdesk.models.aftercare import ReactionOutcome, Severity, Sign
from vaxdesk.models.reaction_rows import is_current_reaction, reaction_of, row_of_reaction
from vaxdesk.models.session_tables import reaction


def test_a_reaction_comes_back_as_it_was_and_waits_for_the_platform(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    dose = desk.work.desk.record(a_draft(), desk.manager).dose
    first = a_reaction(dose, desk.manager)
    second = a_reaction(
        dose, desk.manager, revision=2, reason="nhầm mức độ", severity=Severity.GRADE_2,
        signs=(Sign.RASH, Sign.BREATHING), outcome=ReactionOutcome.TRANSFERRED, sequence=99,
    )  # fmt: skip
    with desk.store.write() as connection:
        for one in (first, second):
            saved = {"saved_at": desk.clock(), "saved_by": desk.manager.id}
            connection.execute(insert(reaction).values(row_of_reaction(one) | saved))
        rows = connection.execute(select(reaction).order_by(reaction.c.revision)).all()
        waiting = connection.execute(select(t.outbox).where(t.outbox.c.kind == "reaction")).one()
        current = connection.execute(select(reaction.c.revision).where(is_current_reaction())).scalars().all()
    assert [reaction_of(row) for row in rows] == [first, second]
    assert [row.is_serious for row in rows] == [False, True]
    assert (waiting.record_id, waiting.revision, current) == (first.id, 2, [2])


def test_a_reaction_that_would_never_leave_is_found(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    dose = desk.work.desk.record(a_draft(), desk.manager).dose
    keep(desk.store, a_reaction(dose, desk.manager), desk.clock())
    assert desk.work.figures.is_sound()
    with desk.store.write() as connection:
        for (name,) in connection.execute(
            text("SELECT name FROM sqlite_master WHERE type='trigger' AND tbl_name='outbox'")
        ):
            connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(delete(t.outbox).where(t.outbox.c.kind == "reaction"))
    assert not desk.work.figures.is_sound()
