"""The manager's day: stock, closed days, complaints and their settlement, imported rows."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = (
    """
    CREATE TABLE stock_entry (
        id VARCHAR(36) NOT NULL,
        day DATE NOT NULL,
        kind VARCHAR(12) NOT NULL,
        vaccine VARCHAR(40) NOT NULL,
        lot VARCHAR(20) NOT NULL,
        expiry DATE,
        doses INTEGER NOT NULL,
        vial VARCHAR(20) NOT NULL,
        temperature_c FLOAT,
        reason TEXT NOT NULL,
        source VARCHAR(12) NOT NULL,
        voids VARCHAR(36) NOT NULL,
        at VARCHAR(32) NOT NULL,
        staff_id VARCHAR(36) NOT NULL,
        CONSTRAINT pk_stock_entry PRIMARY KEY (id),
        CONSTRAINT ck_stock_entry_kind CHECK (kind IN ('received', 'returned', 'wasted', 'counted', 'voided')),
        CONSTRAINT ck_stock_entry_doses CHECK (doses >= 0 AND (doses > 0 OR kind IN ('counted', 'voided'))),
        CONSTRAINT ck_stock_entry_lot CHECK (length(lot) > 0),
        CONSTRAINT ck_stock_entry_source CHECK (source IN ('hand', 'scan', 'platform')),
        CONSTRAINT ck_stock_entry_has_reason CHECK (kind NOT IN ('returned', 'wasted', 'voided') OR length(reason) > 0),
        CONSTRAINT ck_stock_entry_voids CHECK ((kind = 'voided') = (length(voids) > 0)),
        CONSTRAINT fk_stock_entry_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id)
    )
    """,
    "CREATE INDEX ix_stock_entry_lot_day ON stock_entry (lot, day)",
    """
    CREATE TABLE day_close (
        id VARCHAR(36) NOT NULL,
        revision INTEGER NOT NULL CONSTRAINT ck_day_close_revision CHECK (revision >= 1),
        day DATE NOT NULL,
        figures TEXT NOT NULL,
        balanced BOOLEAN NOT NULL,
        reason TEXT NOT NULL,
        hash VARCHAR(64) NOT NULL CONSTRAINT ck_day_close_hash CHECK (length(hash) = 64),
        closed_at VARCHAR(32) NOT NULL,
        closed_by VARCHAR(36) NOT NULL,
        CONSTRAINT pk_day_close PRIMARY KEY (id, revision),
        CONSTRAINT uq_day_close_day_revision UNIQUE (day, revision),
        CONSTRAINT ck_day_close_unbalanced_has_reason CHECK (balanced OR length(reason) > 0),
        CONSTRAINT fk_day_close_closed_by FOREIGN KEY(closed_by) REFERENCES staff (id)
    )
    """,
    """
    CREATE TABLE complaint (
        id VARCHAR(64) NOT NULL,
        version VARCHAR(64) NOT NULL,
        source VARCHAR(12) NOT NULL,
        kind VARCHAR(12) NOT NULL,
        status VARCHAR(12) NOT NULL,
        received_at VARCHAR(32) NOT NULL,
        due_at VARCHAR(32) NOT NULL,
        citizen_id VARCHAR(12) NOT NULL,
        old_id VARCHAR(20) NOT NULL,
        name TEXT NOT NULL,
        birth_date VARCHAR(10) NOT NULL,
        sex VARCHAR(8) NOT NULL,
        phone VARCHAR(20) NOT NULL,
        claim TEXT NOT NULL,
        words TEXT NOT NULL,
        picture BLOB,
        kept_at VARCHAR(32) NOT NULL,
        CONSTRAINT pk_complaint PRIMARY KEY (id, version),
        CONSTRAINT ck_complaint_source CHECK (source IN ('platform', 'counter')),
        CONSTRAINT ck_complaint_kind CHECK (kind IN ('missing', 'wrong', 'identity', 'other')),
        CONSTRAINT ck_complaint_status CHECK (status IN ('open', 'asked', 'postponed', 'settled', 'rejected'))
    )
    """,
    """
    CREATE TABLE complaint_step (
        complaint_id VARCHAR(64) NOT NULL,
        number INTEGER NOT NULL CONSTRAINT ck_complaint_step_number CHECK (number >= 1),
        action VARCHAR(12) NOT NULL,
        reason_code VARCHAR(40) NOT NULL,
        note TEXT NOT NULL,
        details TEXT NOT NULL,
        dose_id VARCHAR(36) NOT NULL,
        person_id VARCHAR(36) NOT NULL,
        at VARCHAR(32) NOT NULL,
        staff_id VARCHAR(36) NOT NULL,
        CONSTRAINT pk_complaint_step PRIMARY KEY (complaint_id, number),
        CONSTRAINT ck_complaint_step_action CHECK (action IN ('ask', 'postpone', 'propose', 'approve', 'decline', 'settle', 'reject', 'withdraw')),
        CONSTRAINT ck_complaint_step_has_reason CHECK (action <> 'reject' OR length(reason_code) > 0),
        CONSTRAINT fk_complaint_step_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id)
    )
    """,
    """
    CREATE TABLE imported_row (
        kind VARCHAR(12) NOT NULL,
        row_key VARCHAR(64) NOT NULL,
        person_id VARCHAR(36) NOT NULL,
        dose_id VARCHAR(36) NOT NULL,
        at VARCHAR(32) NOT NULL,
        staff_id VARCHAR(36) NOT NULL,
        CONSTRAINT pk_imported_row PRIMARY KEY (kind, row_key),
        CONSTRAINT ck_imported_row_kind CHECK (kind IN ('invited', 'dose')),
        CONSTRAINT fk_imported_row_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id)
    )
    """,
)

# SQLite cannot change a CHECK: the queue is made again, with everything that waits in it.
COLUMNS = "kind, record_id, revision, enqueued_at, tries, not_before, aside_at, aside_code, aside_text"
QUEUE = (
    "CREATE TEMPORARY TABLE waiting AS SELECT * FROM outbox",
    "DROP TABLE outbox",
    """
    CREATE TABLE outbox (
        kind VARCHAR(12) NOT NULL,
        record_id VARCHAR(64) NOT NULL,
        revision INTEGER NOT NULL,
        enqueued_at VARCHAR(32) NOT NULL,
        tries INTEGER NOT NULL,
        not_before VARCHAR(32),
        aside_at VARCHAR(32),
        aside_code VARCHAR(60) NOT NULL,
        aside_text TEXT NOT NULL,
        CONSTRAINT pk_outbox PRIMARY KEY (kind, record_id),
        CONSTRAINT ck_outbox_kind CHECK (kind IN ('dose', 'signature', 'reaction', 'day', 'complaint'))
    )
    """,
    f"INSERT INTO outbox ({COLUMNS}) SELECT {COLUMNS} FROM waiting",  # noqa: S608  names written above
    "DROP TABLE waiting",
    "CREATE INDEX ix_outbox_due ON outbox (aside_at, tries, enqueued_at)",
)
TRIGGERS_AT_THE_QUEUE = (
    "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND (tbl_name = 'outbox' OR sql LIKE '%INTO outbox%')"
)

APPEND_ONLY = ("stock_entry", "day_close", "complaint", "complaint_step", "imported_row")
REFUSE = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
ENQUEUE = """
CREATE TRIGGER {table}_enqueues AFTER INSERT ON {table} {when}
BEGIN
    INSERT INTO outbox (kind, record_id, revision, enqueued_at, tries, not_before, aside_at, aside_code, aside_text)
    VALUES ('{kind}', NEW.{id}, NEW.{revision}, NEW.{at}, 0, NULL, NULL, '', '')
    ON CONFLICT (kind, record_id) DO UPDATE SET revision = excluded.revision, enqueued_at = excluded.enqueued_at,
        tries = 0, not_before = NULL, aside_at = NULL, aside_code = '', aside_text = '';
END
"""
GUARDS = (
    # A closed day and a word to a citizen cannot be kept without their outbox row (I2). A proposal is for this site's eyes alone.
    ENQUEUE.format(table="day_close", kind="day", id="id", revision="revision", at="closed_at", when=""),
    ENQUEUE.format(
        table="complaint_step",
        kind="complaint",
        id="complaint_id",
        revision="number",
        at="at",
        when="WHEN NEW.action IN ('ask', 'postpone', 'settle', 'reject')",
    ),
    """
    CREATE TRIGGER complaint_steps_follow BEFORE INSERT ON complaint_step
    WHEN NOT EXISTS (SELECT 1 FROM complaint WHERE id = NEW.complaint_id)
        OR NEW.number <> 1 + (SELECT count(*) FROM complaint_step WHERE complaint_id = NEW.complaint_id)
    BEGIN SELECT RAISE(ABORT, 'a step follows the one before, of a complaint that is known'); END
    """,
    "DROP TRIGGER receipt_needs_record",
    """
    CREATE TRIGGER receipt_needs_record BEFORE INSERT ON receipt
    WHEN NOT EXISTS (SELECT 1 FROM dose WHERE id = NEW.record_id AND revision = NEW.revision)
        AND NOT EXISTS (SELECT 1 FROM signature WHERE id = NEW.record_id)
        AND NOT EXISTS (SELECT 1 FROM reaction WHERE id = NEW.record_id AND revision = NEW.revision)
        AND NOT EXISTS (SELECT 1 FROM day_close WHERE id = NEW.record_id AND revision = NEW.revision)
        AND NOT EXISTS (SELECT 1 FROM complaint_step WHERE complaint_id = NEW.record_id AND number = NEW.revision)
    BEGIN SELECT RAISE(ABORT, 'a receipt is for a record of this store'); END
    """,
)


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
    _make_the_queue_again()
    for table in APPEND_ONLY:
        for verb in ("UPDATE", "DELETE"):
            op.execute(REFUSE.format(table=table, verb=verb))
    for statement in GUARDS:
        op.execute(statement)


def _make_the_queue_again() -> None:
    """With the triggers that guard it and fill it, as they were."""
    connection = op.get_bind()
    triggers = [(str(name), str(sql)) for name, sql in connection.exec_driver_sql(TRIGGERS_AT_THE_QUEUE)]
    for name, _ in triggers:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    for statement in QUEUE:
        connection.exec_driver_sql(statement)
    for _, sql in triggers:
        connection.exec_driver_sql(sql)
