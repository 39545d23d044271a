"""The tables of the manager's day: stock, closed days, complaints and their settlement, imported rows. All of them only grow."""

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
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from vaxdesk.models.tables import Moment, metadata

stock_entry = Table(  # what came, went and was counted, in doses; a mistake is voided by a later entry
    "stock_entry",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("day", Date, nullable=False),
    Column("kind", String(12), nullable=False),
    Column("vaccine", String(40), nullable=False),
    Column("lot", String(20), nullable=False),
    Column("expiry", Date),
    Column("doses", Integer, nullable=False),
    Column("vial", String(20), nullable=False),
    Column("temperature_c", Float),
    Column("reason", Text, nullable=False),
    Column("source", String(12), nullable=False),
    Column("voids", String(36), nullable=False),
    Column("at", Moment, nullable=False),
    Column("staff_id", String(36), ForeignKey("staff.id"), nullable=False),
    CheckConstraint("kind IN ('received', 'returned', 'wasted', 'counted', 'voided')", name="kind"),
    CheckConstraint("doses >= 0 AND (doses > 0 OR kind IN ('counted', 'voided'))", name="doses"),
    CheckConstraint("length(lot) > 0", name="lot"),
    CheckConstraint("source IN ('hand', 'scan', 'platform')", name="source"),
    CheckConstraint("kind NOT IN ('returned', 'wasted', 'voided') OR length(reason) > 0", name="has_reason"),
    CheckConstraint("(kind = 'voided') = (length(voids) > 0)", name="voids"),
    Index("ix_stock_entry_lot_day", "lot", "day"),
)

day_close = Table(  # the figures of a day as they were signed for; a later correction is a later revision
    "day_close",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("revision", Integer, CheckConstraint("revision >= 1", name="revision"), primary_key=True),
    Column("day", Date, nullable=False),
    Column("figures", Text, nullable=False),
    Column("balanced", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("hash", String(64), CheckConstraint("length(hash) = 64", name="hash"), nullable=False),
    Column("closed_at", Moment, nullable=False),
    Column("closed_by", String(36), ForeignKey("staff.id"), nullable=False),
    UniqueConstraint("day", "revision"),
    CheckConstraint("balanced OR length(reason) > 0", name="unbalanced_has_reason"),
)

complaint = Table(  # what a citizen says, each version as it came
    "complaint",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("version", String(64), primary_key=True),
    Column("source", String(12), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("status", String(12), nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("citizen_id", String(12), nullable=False),  # as claimed: it may be missing or wrong
    Column("old_id", String(20), nullable=False),
    Column("name", Text, nullable=False),
    Column("birth_date", String(10), nullable=False),
    Column("sex", String(8), nullable=False),
    Column("phone", String(20), nullable=False),
    Column("claim", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("picture", LargeBinary),
    Column("kept_at", Moment, nullable=False),
    CheckConstraint("source IN ('platform', 'counter')", name="source"),
    CheckConstraint("kind IN ('missing', 'wrong', 'identity', 'other')", name="kind"),
    CheckConstraint("status IN ('open', 'asked', 'postponed', 'settled', 'rejected')", name="status"),
)

complaint_step = Table(  # what the site did about it
    "complaint_step",
    metadata,
    Column("complaint_id", String(64), primary_key=True),
    Column("number", Integer, CheckConstraint("number >= 1", name="number"), primary_key=True),
    Column("action", String(12), nullable=False),
    Column("reason_code", String(40), nullable=False),
    Column("note", Text, nullable=False),
    Column("details", Text, nullable=False),
    Column("dose_id", String(36), nullable=False),
    Column("person_id", String(36), nullable=False),
    Column("at", Moment, nullable=False),
    Column("staff_id", String(36), ForeignKey("staff.id"), nullable=False),
    CheckConstraint(
        "action IN ('ask', 'postpone', 'propose', 'approve', 'decline', 'settle', 'reject', 'withdraw')", name="action"
    ),
    CheckConstraint("action <> 'reject' OR length(reason_code) > 0", name="has_reason"),
)

imported_row = Table(  # a row of a file that was taken in: taken in again it changes nothing
    "imported_row",
    metadata,
    Column("kind", String(12), primary_key=True),
    Column("row_key", String(64), primary_key=True),
    Column("person_id", String(36), nullable=False),
    Column("dose_id", String(36), nullable=False),
    Column("at", Moment, nullable=False),
    Column("staff_id", String(36), ForeignKey("staff.id"), nullable=False),
    CheckConstraint("kind IN ('invited', 'dose')", name="kind"),
)
