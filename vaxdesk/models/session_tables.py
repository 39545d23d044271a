"""The tables of a session: tickets and their stations, screening sheets, the end of observation, reactions."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from vaxdesk.models.tables import TWELVE_DIGITS, Moment, metadata


def _citizen_id() -> Column[str]:
    check = CheckConstraint(TWELVE_DIGITS.format("citizen_id"), name="citizen_id")
    return Column("citizen_id", String(12), check, nullable=False)


ticket = Table(  # one person's way through the site on one day
    "ticket",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("day", Date, nullable=False),
    Column("number", Integer, CheckConstraint("number >= 1", name="number"), nullable=False),
    Column("person_id", String(36), ForeignKey("person.id"), nullable=False),
    _citizen_id(),
    Column("opened_at", Moment, nullable=False),
    Column("opened_by", String(36), ForeignKey("staff.id"), nullable=False),
    UniqueConstraint("day", "number"),
    UniqueConstraint("day", "person_id"),
)

ticket_step = Table(  # each arrival at a station is a fact with its time; the newest says where the person is
    "ticket_step",
    metadata,
    Column("ticket_id", String(36), ForeignKey("ticket.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("station", String(12), nullable=False),
    Column("at", Moment, nullable=False),
    Column("staff_id", String(36), ForeignKey("staff.id"), nullable=False),
    CheckConstraint(
        "station IN ('waiting', 'screening', 'injection', 'observation', 'certificate', 'closed', 'left')",
        name="station",
    ),
)

screening_sheet = Table(  # the form before injection as it was filled in; a new look is a new sheet
    "screening_sheet",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("person_id", String(36), ForeignKey("person.id"), nullable=False),
    _citizen_id(),
    Column("day", Date, nullable=False),
    Column("form", String(12), nullable=False),
    Column("answers", Text, nullable=False),
    Column("temperature_c", Float),
    Column("pulse_bpm", Integer),
    Column("systolic_mmhg", Integer),
    Column("diastolic_mmhg", Integer),
    Column("breaths_per_min", Integer),
    Column("consent", String(8), nullable=False),
    Column("guardian_name", Text, nullable=False),
    Column("guardian_phone", String(20), nullable=False),
    Column("proposed", String(20), nullable=False),
    Column("reasons", Text, nullable=False),
    Column("conclusion", String(20), nullable=False),
    Column("note", Text, nullable=False),
    Column("concluded_at", Moment, nullable=False),
    Column("concluded_by", String(36), ForeignKey("staff.id"), nullable=False),
    CheckConstraint("form IN ('adult-4355', 'adult-5785', 'child-5002')", name="form"),
    CheckConstraint("consent IN ('', 'agreed', 'refused')", name="consent"),
    CheckConstraint(
        "conclusion IN ('eligible', 'caution', 'postponed', 'contraindicated', 'refused', 'referred')",
        name="conclusion",
    ),
    CheckConstraint("conclusion = proposed OR length(note) > 0", name="conclusion_has_reason"),
    Index("ix_screening_sheet_person_id_day", "person_id", "day"),
)

observation_end = (
    Table(  # a dose of today without this row is still under observation, whatever happened to the program
        "observation_end",
        metadata,
        Column("dose_id", String(36), primary_key=True),
        Column("ended_at", Moment, nullable=False),
        Column("ended_by", String(36), ForeignKey("staff.id"), nullable=False),
        Column("outcome", String(12), nullable=False),
        Column("note", Text, nullable=False),
        CheckConstraint("outcome IN ('well', 'reaction', 'left-early', 'transferred')", name="outcome"),
    )
)

reaction = Table(  # an adverse event following immunization, in revisions
    "reaction",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("revision", Integer, CheckConstraint("revision >= 1", name="revision"), primary_key=True),
    Column("dose_id", String(36), nullable=False),
    Column("person_id", String(36), ForeignKey("person.id"), nullable=False),
    _citizen_id(),
    Column(
        "status",
        String(20),
        CheckConstraint("status IN ('actual', 'entered-in-error')", name="status"),
        nullable=False,
    ),
    Column("onset_at", Moment, nullable=False),
    Column("signs", Text, nullable=False),
    Column(
        "severity",
        String(12),
        CheckConstraint("severity IN ('common', 'grade-1', 'grade-2', 'grade-3', 'grade-4')", name="severity"),
        nullable=False,
    ),
    Column("is_serious", Boolean, nullable=False),
    Column("treatment", Text, nullable=False),
    Column(
        "outcome",
        String(12),
        CheckConstraint(
            "outcome IN ('recovered', 'recovering', 'transferred', 'sequelae', 'fatal', 'unknown')", name="outcome"
        ),
        nullable=False,
    ),
    Column("note", Text, nullable=False),
    Column("recorder_id", String(36), ForeignKey("staff.id"), nullable=False),
    Column("recorder", Text, nullable=False),
    Column("recorded_at", Moment, nullable=False),
    Column("device_id", String(36), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("site", String(40), nullable=False),
    Column("reason", Text, nullable=False),
    Column("saved_at", Moment, nullable=False),
    Column("saved_by", String(36), ForeignKey("staff.id"), nullable=False),
    CheckConstraint("revision = 1 OR length(reason) > 0", name="correction_has_reason"),
    Index("ix_reaction_dose_id", "dose_id"),
)
