"""The tables beside the records: what is known from elsewhere, disputes, courier files, traffic."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Index, Integer, String, Table, Text

from vaxdesk.models.tables import TWELVE_DIGITS, Moment, metadata

elsewhere = Table(  # a cache of doses recorded by other desks or sites, as the platform (or a slip) told
    "elsewhere",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("version", String(64), nullable=False),
    Column("revision", Integer, nullable=False),
    Column(
        "citizen_id",
        String(12),
        CheckConstraint(TWELVE_DIGITS.format("citizen_id"), name="citizen_id"),
        nullable=False,
    ),
    Column("status", String(20), nullable=False),
    Column("vaccine", String(30), nullable=False),
    Column("vaccine_text", Text, nullable=False),
    Column("dose_number", Integer, nullable=False),
    Column("series", String(12), nullable=False),
    Column("lot", String(40), nullable=False),
    Column("occurred_at", Moment, nullable=False),
    Column("site", String(63), nullable=False),
    Column("site_name", Text, nullable=False),
    Column("device_id", String(64), nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("source", String(12), nullable=False),
    CheckConstraint("source IN ('platform', 'site', 'slip')", name="source"),
    Index("ix_elsewhere_citizen_id", "citizen_id"),
)

asked = Table(  # when a citizen's doses elsewhere were last asked for, found or not
    "asked",
    metadata,
    Column(
        "citizen_id",
        String(12),
        CheckConstraint(TWELVE_DIGITS.format("citizen_id"), name="citizen_id"),
        primary_key=True,
    ),
    Column("at", Moment, nullable=False),
)

invited = Table(  # the roster: whose history is fetched before offline days
    "invited",
    metadata,
    Column(
        "citizen_id",
        String(12),
        CheckConstraint(TWELVE_DIGITS.format("citizen_id"), name="citizen_id"),
        primary_key=True,
    ),
    Column("added_at", Moment, nullable=False),
)

dispute = Table(  # two truths about one dose; a manager decides, and nothing is overwritten
    "dispute",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("kind", String(12), nullable=False),
    Column("dose_id", String(36), nullable=False),
    Column("other_id", String(64), nullable=False),
    Column("version", String(64), nullable=False),
    Column("other", Text, nullable=False),
    Column("found_at", Moment, nullable=False),
    Column("closed_at", Moment),
    Column("closed_by", String(36), nullable=False),
    Column("resolution", String(20), nullable=False),
    Column("decided_revision", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    CheckConstraint("kind IN ('same-dose', 'version')", name="kind"),
    CheckConstraint("closed_at IS NULL OR length(resolution) > 0", name="closed_how"),
    Index("ix_dispute_dose_id", "dose_id"),
)

courier = Table(  # courier files written by this desk, numbered within its epoch
    "courier",
    metadata,
    Column("epoch", Integer, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("made_at", Moment, nullable=False),
    Column("made_by", String(36), ForeignKey("staff.id"), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("answered_at", Moment),
)

courier_record = Table(
    "courier_record",
    metadata,
    Column("epoch", Integer, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("kind", String(12), primary_key=True),
    Column("record_id", String(36), primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
)

traffic = Table(  # what the exchange cost, a Vietnamese day a row: the data allowance counts it
    "traffic",
    metadata,
    Column("day", Date, primary_key=True),
    Column("sent_bytes", Integer, nullable=False),
    Column("received_bytes", Integer, nullable=False),
    Column("requests", Integer, nullable=False),
)
