"""A person whose facts were mended after a dose of theirs was recorded reaches the platform: outbox kind 'person' (contract P12).

A kind of its own, and not the person's latest dose once more: that dose has its receipt, and a second row at the same revision would say
that it waits although the platform has it. So the receipt of a mended person stands for the person's revision, and for nothing else.
"""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

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
        CONSTRAINT ck_outbox_kind CHECK (kind IN ('dose', 'signature', 'reaction', 'day', 'complaint', 'person'))
    )
    """,
    f"INSERT INTO outbox ({COLUMNS}) SELECT {COLUMNS} FROM waiting",  # noqa: S608  names written above
    "DROP TABLE waiting",
    "CREATE INDEX ix_outbox_due ON outbox (aside_at, tries, enqueued_at)",
)
TRIGGERS_AT_THE_QUEUE = (
    "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND (tbl_name = 'outbox' OR sql LIKE '%INTO outbox%')"
)

GUARDS = (
    # A dose that was recorded may have been sent: only a receipt would prove it, and a lost answer proves nothing.
    """
    CREATE TRIGGER person_revision_enqueues AFTER INSERT ON person_revision
    WHEN NEW.revision > 1 AND EXISTS (SELECT 1 FROM dose WHERE person_id = NEW.person_id)
    BEGIN
        INSERT INTO outbox (kind, record_id, revision, enqueued_at, tries, not_before, aside_at, aside_code, aside_text)
        VALUES ('person', NEW.person_id, NEW.revision, NEW.saved_at, 0, NULL, NULL, '', '')
        ON CONFLICT (kind, record_id) DO UPDATE SET revision = excluded.revision, enqueued_at = excluded.enqueued_at,
            tries = 0, not_before = NULL, aside_at = NULL, aside_code = '', aside_text = '';
    END
    """,
    "DROP TRIGGER receipt_needs_record",
    """
    CREATE TRIGGER receipt_needs_record BEFORE INSERT ON receipt
    WHEN NOT EXISTS (SELECT 1 FROM dose WHERE id = NEW.record_id AND revision = NEW.revision)
        AND NOT EXISTS (SELECT 1 FROM signature WHERE id = NEW.record_id)
        AND NOT EXISTS (SELECT 1 FROM reaction WHERE id = NEW.record_id AND revision = NEW.revision)
        AND NOT EXISTS (SELECT 1 FROM day_close WHERE id = NEW.record_id AND revision = NEW.revision)
        AND NOT EXISTS (SELECT 1 FROM complaint_step WHERE complaint_id = NEW.record_id AND number = NEW.revision)
        AND NOT EXISTS (SELECT 1 FROM person_revision WHERE person_id = NEW.record_id AND revision = NEW.revision)
    BEGIN SELECT RAISE(ABORT, 'a receipt is for a record of this store'); END
    """,
)
# What was mended before today never reached the platform: it goes now.
MENDED_EARLIER = """
INSERT INTO outbox (kind, record_id, revision, enqueued_at, tries, not_before, aside_at, aside_code, aside_text)
SELECT 'person', person.id, person.revision, mended.saved_at, 0, NULL, NULL, '', ''
FROM person JOIN person_revision AS mended ON mended.person_id = person.id AND mended.revision = person.revision
WHERE person.revision > 1
    AND EXISTS (SELECT 1 FROM dose WHERE dose.person_id = person.id AND dose.saved_at < mended.saved_at)
"""


def upgrade() -> None:
    connection = op.get_bind()
    triggers = [(str(name), str(sql)) for name, sql in connection.exec_driver_sql(TRIGGERS_AT_THE_QUEUE)]
    for name, _ in triggers:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    for statement in QUEUE:
        connection.exec_driver_sql(statement)
    for _, sql in triggers:
        connection.exec_driver_sql(sql)
    for statement in (*GUARDS, MENDED_EARLIER):
        op.execute(statement)
