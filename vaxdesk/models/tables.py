"""The tables of the encrypted store, as SQLAlchemy Core describes them today.

Records are append-only: a correction is a new row with the next revision, and triggers (made by the migrations, `guards.py`)
refuse UPDATE and DELETE. What is not a record (outbox, settings, the person head row) may change. CHECK constraints make
impossible rows impossible: a dose without a 12-digit citizen number cannot be stored by any path (I1).
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeDecorator

from vaxdesk.models.values import VIETNAM

TWELVE_DIGITS = "length({0}) = 12 AND {0} NOT GLOB '*[^0-9]*'"

COUNTED_BY = ("occurred_at", "status", "vaccine", "screening", "series", "dose_number")  # by the official figures

naming = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=naming)


class Moment(TypeDecorator[datetime]):
    """An aware time, kept as ISO 8601 text in UTC so that text order is time order; given back in Vietnamese time."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value).astimezone(VIETNAM)


setting = Table(
    "setting",
    metadata,
    Column("key", String(80), primary_key=True),
    Column("value", Text, nullable=False),
)

device = Table(
    "device",
    metadata,
    Column("one", Integer, CheckConstraint("one = 1", name="single_row"), primary_key=True),
    Column("device_id", String(36), nullable=False),
    Column("site", String(40), nullable=False),
    Column("site_name", Text, nullable=False),
    Column("site_address", Text, nullable=False),
    Column("province", String(3), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("next_sequence", Integer, nullable=False),
    Column("enrolled_at", Moment, nullable=False),
)

staff = Table(
    "staff",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("username", String(60), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("role", String(20), CheckConstraint("role IN ('nurse', 'manager')", name="role"), nullable=False),
    Column("pin_hash", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("failed_tries", Integer, nullable=False),
    Column("locked_until", Moment),
    Column("created_at", Moment, nullable=False),
    Column(
        "post",
        String(12),
        CheckConstraint("post IN ('any', 'screening', 'injection')", name="post"),
        nullable=False,
        server_default="any",
    ),
)

person = Table(  # the head row: which revision counts now, and what people are searched by
    "person",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("revision", Integer, nullable=False),
    Column(
        "citizen_id",
        String(12),
        CheckConstraint(TWELVE_DIGITS.format("citizen_id"), name="citizen_id"),
        nullable=False,
        unique=True,
    ),
    Column("name_folded", Text, nullable=False),
    Column("old_id", String(9), nullable=False),
    Column("phone", String(20), nullable=False),
    Index("ix_person_phone", "phone"),
    Index("ix_person_old_id", "old_id"),
)

person_revision = Table(
    "person_revision",
    metadata,
    Column("person_id", String(36), primary_key=True),
    Column("revision", Integer, CheckConstraint("revision >= 1", name="revision"), primary_key=True),
    Column(
        "citizen_id",
        String(12),
        CheckConstraint(TWELVE_DIGITS.format("citizen_id"), name="citizen_id"),
        nullable=False,
    ),
    Column("name", Text, CheckConstraint("length(name) > 0", name="name"), nullable=False),
    Column("birth_date", String(10), nullable=False),
    Column("sex", String(8), CheckConstraint("sex IN ('male', 'female', 'unknown')", name="sex"), nullable=False),
    Column("old_id", String(9), nullable=False),
    Column("phone", String(20), nullable=False),
    Column("address", Text, nullable=False),
    Column("nationality", String(3), nullable=False),
    Column("saved_at", Moment, nullable=False),
    Column("saved_by", String(36), ForeignKey("staff.id"), nullable=False),
    Column("reason", Text, nullable=False),
    Column("guardian_name", Text, nullable=False, server_default=""),
    Column("guardian_phone", String(20), nullable=False, server_default=""),
    Column(
        "health_book",
        String(8),
        CheckConstraint("health_book IN ('', 'yes', 'no')", name="health_book"),
        nullable=False,
        server_default="",
    ),
    Index("ix_person_revision_face", "person_id", "revision", "sex", "birth_date"),
    Index("ix_person_revision_mended", "person_id", "revision", sqlite_where=text("revision > 1")),
)

dose = Table(
    "dose",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("revision", Integer, CheckConstraint("revision >= 1", name="revision"), primary_key=True),
    Column("person_id", String(36), ForeignKey("person.id"), nullable=False),
    Column(
        "citizen_id",
        String(12),
        CheckConstraint(TWELVE_DIGITS.format("citizen_id"), name="citizen_id"),
        nullable=False,
    ),
    Column("status", String(20), nullable=False),
    Column("screening", String(20), nullable=False),
    Column("vaccine", String(30), CheckConstraint("length(vaccine) > 0", name="vaccine"), nullable=False),
    Column("lot", String(40), nullable=False),
    Column("expiry", Date),
    Column("dose_number", Integer, CheckConstraint("dose_number >= 1", name="dose_number"), nullable=False),
    Column(
        "series",
        String(12),
        CheckConstraint("series IN ('primary', 'additional', 'booster')", name="series"),
        nullable=False,
    ),
    Column("series_doses", Integer, nullable=False),
    Column("dose_ml", Float, nullable=False),
    Column("body_site", String(10), nullable=False),
    Column("occurred_at", Moment, nullable=False),
    Column("recorded_at", Moment, nullable=False),
    Column("recorder_id", String(36), ForeignKey("staff.id"), nullable=False),
    Column("recorder", Text, nullable=False),
    Column("injector", Text, nullable=False),
    Column("device_id", String(36), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("site", String(40), nullable=False),
    Column("site_name", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("override_reason", Text, nullable=False),
    Column("saved_at", Moment, nullable=False),
    Column("saved_by", String(36), ForeignKey("staff.id"), nullable=False),
    CheckConstraint(
        "(status = 'completed' AND screening IN ('eligible', 'caution') AND length(lot) > 0 AND expiry IS NOT NULL)"
        " OR (status = 'not-done' AND screening IN ('postponed', 'contraindicated', 'refused', 'referred'))"
        " OR status = 'entered-in-error'",
        name="status_fits",
    ),
    CheckConstraint("revision = 1 OR length(reason) > 0", name="correction_has_reason"),
    CheckConstraint("length(recorder_id) > 0 AND length(recorder) > 0 AND length(injector) > 0", name="who"),
    UniqueConstraint("device_id", "epoch", "sequence"),
    Index("ix_dose_person_id", "person_id", *COUNTED_BY),
    Index("ix_dose_occurred_at", "occurred_at"),
    Index("ix_dose_corrected", "revision", "id", sqlite_where=text("revision > 1")),
)

outbox = Table(
    "outbox",
    metadata,
    Column("kind", String(12), primary_key=True),
    Column("record_id", String(64), primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("enqueued_at", Moment, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("not_before", Moment),
    Column("aside_at", Moment),
    Column("aside_code", String(60), nullable=False),
    Column("aside_text", Text, nullable=False),
    CheckConstraint("kind IN ('dose', 'signature', 'reaction', 'day', 'complaint', 'person')", name="kind"),
    Index("ix_outbox_due", "aside_at", "tries", "enqueued_at"),
)

receipt = Table(
    "receipt",
    metadata,
    Column("record_id", String(36), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("kind", String(12), nullable=False),
    Column("version", String(64), CheckConstraint("length(version) > 0", name="version"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("hash", String(64), CheckConstraint("length(hash) = 64", name="hash"), nullable=False),
    Column("read_back_at", Moment),
    Column("read_back_hash", String(64), nullable=False),
)

identity_finding = Table(
    "identity_finding",
    metadata,
    Column("dose_id", String(36), primary_key=True),
    Column("version", String(64), primary_key=True),
    Column("state", String(12), nullable=False),
    Column("fields", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

signature = Table(
    "signature",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("day", Date, nullable=False),
    Column("site", String(40), nullable=False),
    Column("signer_id", String(36), ForeignKey("staff.id"), nullable=False),
    Column("signer", Text, nullable=False),
    Column("signed_at", Moment, nullable=False),
    Column("jws", Text, CheckConstraint("length(jws) > 0", name="jws"), nullable=False),
)

signature_target = Table(
    "signature_target",
    metadata,
    Column("signature_id", String(36), ForeignKey("signature.id"), primary_key=True),
    Column("dose_id", String(36), primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("version", String(64), nullable=False),
    Index("ix_signature_target_dose_id", "dose_id"),
)

certificate = Table(
    "certificate",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("dose_id", String(36), nullable=False),
    Column("dose_version", String(64), nullable=False),
    Column("uvci", String(80), nullable=False),
    Column("hc1", Text, nullable=False),
    Column("issued_at", Moment, nullable=False),
    Index("ix_certificate_dose_id", "dose_id"),
)

certificate_status = Table(
    "certificate_status",
    metadata,
    Column("certificate_id", String(64), ForeignKey("certificate.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("status", String(20), nullable=False),
    Column("at", Moment, nullable=False),
)

trust_key = Table(
    "trust_key",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("kid", String(16), nullable=False),
    Column("certificate", LargeBinary, nullable=False),
    Column("anchor", Boolean, nullable=False),
    Column("added_at", Moment, nullable=False),
)

site_key = Table(
    "site_key",
    metadata,
    Column("device_id", String(64), primary_key=True),
    Column("site", String(40), nullable=False),
    Column("jwk", Text, nullable=False),
    Column("active", Boolean, nullable=False),
)

print_log = Table(
    "print_log",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("dose_id", String(36), nullable=False),
    Column("certificate_id", String(64), nullable=False),
    Column("form", String(20), nullable=False),
    Column("copy", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("printed_at", Moment, nullable=False),
    Column("printed_by", String(36), ForeignKey("staff.id"), nullable=False),
    Column("reason", Text, nullable=False),
    CheckConstraint("copy = 1 OR length(reason) > 0", name="reprint_has_reason"),
    UniqueConstraint("dose_id", "form", "copy"),
)

seen = Table(  # resources already applied, by id and version (contract L2)
    "seen",
    metadata,
    Column("resource", String(100), primary_key=True),
    Column("version", String(64), nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Moment, nullable=False),
    Column("who", String(36), nullable=False),
    Column("action", String(40), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("detail", Text, nullable=False),
    Column("chain", String(64), nullable=False),
)

APPEND_ONLY = (
    "person_revision",
    "dose",
    "signature",
    "signature_target",
    "certificate",
    "certificate_status",
    "print_log",
    "audit",
)
