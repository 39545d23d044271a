"""Doses known from elsewhere, disputes, courier files and traffic; revisions may leave gaps, as after a restore."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = (
    """
    CREATE TABLE elsewhere (
        id VARCHAR(64) NOT NULL,
        version VARCHAR(64) NOT NULL,
        revision INTEGER NOT NULL,
        citizen_id VARCHAR(12) NOT NULL CONSTRAINT ck_elsewhere_citizen_id CHECK (length(citizen_id) = 12 AND citizen_id NOT GLOB '*[^0-9]*'),
        status VARCHAR(20) NOT NULL,
        vaccine VARCHAR(30) NOT NULL,
        vaccine_text TEXT NOT NULL,
        dose_number INTEGER NOT NULL,
        series VARCHAR(12) NOT NULL,
        lot VARCHAR(40) NOT NULL,
        occurred_at VARCHAR(32) NOT NULL,
        site VARCHAR(63) NOT NULL,
        site_name TEXT NOT NULL,
        device_id VARCHAR(64) NOT NULL,
        seen_at VARCHAR(32) NOT NULL,
        source VARCHAR(12) NOT NULL,
        CONSTRAINT pk_elsewhere PRIMARY KEY (id),
        CONSTRAINT ck_elsewhere_source CHECK (source IN ('platform', 'site', 'slip'))
    )
    """,
    """
    CREATE INDEX ix_elsewhere_citizen_id ON elsewhere (citizen_id)
    """,
    """
    CREATE TABLE asked (
        citizen_id VARCHAR(12) NOT NULL CONSTRAINT ck_asked_citizen_id CHECK (length(citizen_id) = 12 AND citizen_id NOT GLOB '*[^0-9]*'),
        at VARCHAR(32) NOT NULL,
        CONSTRAINT pk_asked PRIMARY KEY (citizen_id)
    )
    """,
    """
    CREATE TABLE invited (
        citizen_id VARCHAR(12) NOT NULL CONSTRAINT ck_invited_citizen_id CHECK (length(citizen_id) = 12 AND citizen_id NOT GLOB '*[^0-9]*'),
        added_at VARCHAR(32) NOT NULL,
        CONSTRAINT pk_invited PRIMARY KEY (citizen_id)
    )
    """,
    """
    CREATE TABLE dispute (
        id VARCHAR(64) NOT NULL,
        kind VARCHAR(12) NOT NULL,
        dose_id VARCHAR(36) NOT NULL,
        other_id VARCHAR(64) NOT NULL,
        version VARCHAR(64) NOT NULL,
        other TEXT NOT NULL,
        found_at VARCHAR(32) NOT NULL,
        closed_at VARCHAR(32),
        closed_by VARCHAR(36) NOT NULL,
        resolution VARCHAR(20) NOT NULL,
        decided_revision INTEGER NOT NULL,
        reason TEXT NOT NULL,
        CONSTRAINT pk_dispute PRIMARY KEY (id),
        CONSTRAINT ck_dispute_kind CHECK (kind IN ('same-dose', 'version')),
        CONSTRAINT ck_dispute_closed_how CHECK (closed_at IS NULL OR length(resolution) > 0)
    )
    """,
    """
    CREATE INDEX ix_dispute_dose_id ON dispute (dose_id)
    """,
    """
    CREATE TABLE courier (
        epoch INTEGER NOT NULL,
        number INTEGER NOT NULL,
        made_at VARCHAR(32) NOT NULL,
        made_by VARCHAR(36) NOT NULL,
        sha256 VARCHAR(64) NOT NULL,
        answered_at VARCHAR(32),
        CONSTRAINT pk_courier PRIMARY KEY (epoch, number),
        CONSTRAINT fk_courier_made_by FOREIGN KEY(made_by) REFERENCES staff (id)
    )
    """,
    """
    CREATE TABLE courier_record (
        epoch INTEGER NOT NULL,
        number INTEGER NOT NULL,
        kind VARCHAR(12) NOT NULL,
        record_id VARCHAR(36) NOT NULL,
        revision INTEGER NOT NULL,
        hash VARCHAR(64) NOT NULL,
        CONSTRAINT pk_courier_record PRIMARY KEY (epoch, number, kind, record_id)
    )
    """,
    """
    CREATE TABLE traffic (
        day DATE NOT NULL,
        sent_bytes INTEGER NOT NULL,
        received_bytes INTEGER NOT NULL,
        requests INTEGER NOT NULL,
        CONSTRAINT pk_traffic PRIMARY KEY (day)
    )
    """,
)

APPEND_ONLY = ("courier_record",)

REFUSE = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""

GUARDS = (
    "DROP TRIGGER dose_revisions_follow",
    """
    CREATE TRIGGER dose_revisions_grow BEFORE INSERT ON dose
    WHEN EXISTS (SELECT 1 FROM dose WHERE id = NEW.id AND revision > NEW.revision)
    BEGIN SELECT RAISE(ABORT, 'a dose revision must be newer than those before it'); END
    """,
    "DROP TRIGGER dose_origin_is_frozen",
    """
    CREATE TRIGGER dose_origin_is_frozen BEFORE INSERT ON dose
    WHEN EXISTS (
        SELECT 1 FROM dose WHERE id = NEW.id AND (recorder_id <> NEW.recorder_id
            OR recorder <> NEW.recorder OR recorded_at <> NEW.recorded_at OR device_id <> NEW.device_id
            OR site <> NEW.site))
    BEGIN SELECT RAISE(ABORT, 'who recorded a dose, where and when is frozen'); END
    """,
    """
    CREATE TRIGGER dispute_stays BEFORE DELETE ON dispute
    BEGIN SELECT RAISE(ABORT, 'disputes stay'); END
    """,
    """
    CREATE TRIGGER dispute_is_closed_once BEFORE UPDATE ON dispute
    WHEN OLD.closed_at IS NOT NULL AND OLD.resolution <> 'cancelled'
        AND (OLD.closed_by <> NEW.closed_by OR OLD.resolution <> NEW.resolution OR OLD.reason <> NEW.reason)
    BEGIN SELECT RAISE(ABORT, 'a decision is frozen'); END
    """,
    "CREATE TRIGGER courier_stays BEFORE DELETE ON courier BEGIN SELECT RAISE(ABORT, 'courier files stay'); END",
)


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
    for table in APPEND_ONLY:
        for verb in ("UPDATE", "DELETE"):
            op.execute(REFUSE.format(table=table, verb=verb))
    for statement in GUARDS:
        op.execute(statement)
