"""The session around a dose: tickets and stations, screening sheets, the end of observation, reactions, guardians, duties of staff."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

CITIZEN = "length(citizen_id) = 12 AND citizen_id NOT GLOB '*[^0-9]*'"

TABLES = (
    f"""
    CREATE TABLE ticket (
        id VARCHAR(36) NOT NULL,
        day DATE NOT NULL,
        number INTEGER NOT NULL CONSTRAINT ck_ticket_number CHECK (number >= 1),
        person_id VARCHAR(36) NOT NULL,
        citizen_id VARCHAR(12) NOT NULL CONSTRAINT ck_ticket_citizen_id CHECK ({CITIZEN}),
        opened_at VARCHAR(32) NOT NULL,
        opened_by VARCHAR(36) NOT NULL,
        CONSTRAINT pk_ticket PRIMARY KEY (id),
        CONSTRAINT uq_ticket_day_number UNIQUE (day, number),
        CONSTRAINT uq_ticket_day_person_id UNIQUE (day, person_id),
        CONSTRAINT fk_ticket_person_id FOREIGN KEY(person_id) REFERENCES person (id),
        CONSTRAINT fk_ticket_opened_by FOREIGN KEY(opened_by) REFERENCES staff (id)
    )
    """,
    """
    CREATE TABLE ticket_step (
        ticket_id VARCHAR(36) NOT NULL,
        number INTEGER NOT NULL,
        station VARCHAR(12) NOT NULL,
        at VARCHAR(32) NOT NULL,
        staff_id VARCHAR(36) NOT NULL,
        CONSTRAINT pk_ticket_step PRIMARY KEY (ticket_id, number),
        CONSTRAINT ck_ticket_step_station CHECK (station IN ('waiting', 'screening', 'injection', 'observation', 'certificate', 'closed', 'left')),
        CONSTRAINT fk_ticket_step_ticket_id FOREIGN KEY(ticket_id) REFERENCES ticket (id),
        CONSTRAINT fk_ticket_step_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id)
    )
    """,
    f"""
    CREATE TABLE screening_sheet (
        id VARCHAR(36) NOT NULL,
        person_id VARCHAR(36) NOT NULL,
        citizen_id VARCHAR(12) NOT NULL CONSTRAINT ck_screening_sheet_citizen_id CHECK ({CITIZEN}),
        day DATE NOT NULL,
        form VARCHAR(12) NOT NULL,
        answers TEXT NOT NULL,
        temperature_c FLOAT,
        pulse_bpm INTEGER,
        systolic_mmhg INTEGER,
        diastolic_mmhg INTEGER,
        breaths_per_min INTEGER,
        consent VARCHAR(8) NOT NULL,
        guardian_name TEXT NOT NULL,
        guardian_phone VARCHAR(20) NOT NULL,
        proposed VARCHAR(20) NOT NULL,
        reasons TEXT NOT NULL,
        conclusion VARCHAR(20) NOT NULL,
        note TEXT NOT NULL,
        concluded_at VARCHAR(32) NOT NULL,
        concluded_by VARCHAR(36) NOT NULL,
        CONSTRAINT pk_screening_sheet PRIMARY KEY (id),
        CONSTRAINT ck_screening_sheet_form CHECK (form IN ('adult-4355', 'adult-5785', 'child-5002')),
        CONSTRAINT ck_screening_sheet_consent CHECK (consent IN ('', 'agreed', 'refused')),
        CONSTRAINT ck_screening_sheet_conclusion CHECK (conclusion IN ('eligible', 'caution', 'postponed', 'contraindicated', 'refused', 'referred')),
        CONSTRAINT ck_screening_sheet_conclusion_has_reason CHECK (conclusion = proposed OR length(note) > 0),
        CONSTRAINT fk_screening_sheet_person_id FOREIGN KEY(person_id) REFERENCES person (id),
        CONSTRAINT fk_screening_sheet_concluded_by FOREIGN KEY(concluded_by) REFERENCES staff (id)
    )
    """,
    "CREATE INDEX ix_screening_sheet_person_id_day ON screening_sheet (person_id, day)",
    """
    CREATE TABLE observation_end (
        dose_id VARCHAR(36) NOT NULL,
        ended_at VARCHAR(32) NOT NULL,
        ended_by VARCHAR(36) NOT NULL,
        outcome VARCHAR(12) NOT NULL,
        note TEXT NOT NULL,
        CONSTRAINT pk_observation_end PRIMARY KEY (dose_id),
        CONSTRAINT ck_observation_end_outcome CHECK (outcome IN ('well', 'reaction', 'left-early', 'transferred')),
        CONSTRAINT fk_observation_end_ended_by FOREIGN KEY(ended_by) REFERENCES staff (id)
    )
    """,
    f"""
    CREATE TABLE reaction (
        id VARCHAR(36) NOT NULL,
        revision INTEGER NOT NULL CONSTRAINT ck_reaction_revision CHECK (revision >= 1),
        dose_id VARCHAR(36) NOT NULL,
        person_id VARCHAR(36) NOT NULL,
        citizen_id VARCHAR(12) NOT NULL CONSTRAINT ck_reaction_citizen_id CHECK ({CITIZEN}),
        status VARCHAR(20) NOT NULL CONSTRAINT ck_reaction_status CHECK (status IN ('actual', 'entered-in-error')),
        onset_at VARCHAR(32) NOT NULL,
        signs TEXT NOT NULL,
        severity VARCHAR(12) NOT NULL CONSTRAINT ck_reaction_severity CHECK (severity IN ('common', 'grade-1', 'grade-2', 'grade-3', 'grade-4')),
        is_serious BOOLEAN NOT NULL,
        treatment TEXT NOT NULL,
        outcome VARCHAR(12) NOT NULL CONSTRAINT ck_reaction_outcome CHECK (outcome IN ('recovered', 'recovering', 'transferred', 'sequelae', 'fatal', 'unknown')),
        note TEXT NOT NULL,
        recorder_id VARCHAR(36) NOT NULL,
        recorder TEXT NOT NULL,
        recorded_at VARCHAR(32) NOT NULL,
        device_id VARCHAR(36) NOT NULL,
        epoch INTEGER NOT NULL,
        sequence INTEGER NOT NULL,
        site VARCHAR(40) NOT NULL,
        reason TEXT NOT NULL,
        saved_at VARCHAR(32) NOT NULL,
        saved_by VARCHAR(36) NOT NULL,
        CONSTRAINT pk_reaction PRIMARY KEY (id, revision),
        CONSTRAINT ck_reaction_correction_has_reason CHECK (revision = 1 OR length(reason) > 0),
        CONSTRAINT fk_reaction_person_id FOREIGN KEY(person_id) REFERENCES person (id),
        CONSTRAINT fk_reaction_recorder_id FOREIGN KEY(recorder_id) REFERENCES staff (id),
        CONSTRAINT fk_reaction_saved_by FOREIGN KEY(saved_by) REFERENCES staff (id)
    )
    """,
    "CREATE INDEX ix_reaction_dose_id ON reaction (dose_id)",
)

COLUMNS = (
    "ALTER TABLE staff ADD COLUMN post VARCHAR(12) DEFAULT 'any' NOT NULL CONSTRAINT ck_staff_post CHECK (post IN ('any', 'screening', 'injection'))",
    "ALTER TABLE person_revision ADD COLUMN guardian_name TEXT DEFAULT '' NOT NULL",
    "ALTER TABLE person_revision ADD COLUMN guardian_phone VARCHAR(20) DEFAULT '' NOT NULL",
    "ALTER TABLE person_revision ADD COLUMN health_book VARCHAR(8) DEFAULT '' NOT NULL"
    " CONSTRAINT ck_person_revision_health_book CHECK (health_book IN ('', 'yes', 'no'))",
)

# SQLite cannot change a CHECK: the queue is made again, with everything that waits in it.
QUEUE = (
    "CREATE TEMPORARY TABLE waiting AS SELECT * FROM outbox",
    "DROP TABLE outbox",
    """
    CREATE TABLE outbox (
        kind VARCHAR(12) NOT NULL,
        record_id VARCHAR(36) NOT NULL,
        revision INTEGER NOT NULL,
        enqueued_at VARCHAR(32) NOT NULL,
        tries INTEGER NOT NULL,
        not_before VARCHAR(32),
        aside_at VARCHAR(32),
        aside_code VARCHAR(60) NOT NULL,
        aside_text TEXT NOT NULL,
        CONSTRAINT pk_outbox PRIMARY KEY (kind, record_id),
        CONSTRAINT ck_outbox_kind CHECK (kind IN ('dose', 'signature', 'reaction'))
    )
    """,
    """
    INSERT INTO outbox (kind, record_id, revision, enqueued_at, tries, not_before, aside_at, aside_code, aside_text)
    SELECT kind, record_id, revision, enqueued_at, tries, not_before, aside_at, aside_code, aside_text FROM waiting
    """,
    "DROP TABLE waiting",
    "CREATE INDEX ix_outbox_due ON outbox (aside_at, tries, enqueued_at)",
)
TRIGGERS_AT_THE_QUEUE = (
    "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND (tbl_name = 'outbox' OR sql LIKE '%INTO outbox%')"
)

APPEND_ONLY = ("ticket", "ticket_step", "screening_sheet", "observation_end", "reaction")

REFUSE = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""


GUARDS = (
    # A reaction cannot exist without its outbox row, as a dose cannot (I2).
    """
    CREATE TRIGGER reaction_enqueues AFTER INSERT ON reaction
    BEGIN
        INSERT INTO outbox (kind, record_id, revision, enqueued_at, tries, not_before, aside_at, aside_code, aside_text)
        VALUES ('reaction', NEW.id, NEW.revision, NEW.saved_at, 0, NULL, NULL, '', '')
        ON CONFLICT (kind, record_id) DO UPDATE SET revision = excluded.revision, enqueued_at = excluded.enqueued_at,
            tries = 0, not_before = NULL, aside_at = NULL, aside_code = '', aside_text = '';
    END
    """,
    """
    CREATE TRIGGER reaction_revisions_grow BEFORE INSERT ON reaction
    WHEN EXISTS (SELECT 1 FROM reaction WHERE id = NEW.id AND revision > NEW.revision)
    BEGIN SELECT RAISE(ABORT, 'a reaction revision must be newer than those before it'); END
    """,
    """
    CREATE TRIGGER reaction_origin_is_frozen BEFORE INSERT ON reaction
    WHEN EXISTS (
        SELECT 1 FROM reaction WHERE id = NEW.id AND (dose_id <> NEW.dose_id OR recorder_id <> NEW.recorder_id
            OR recorder <> NEW.recorder OR recorded_at <> NEW.recorded_at OR device_id <> NEW.device_id
            OR site <> NEW.site))
    BEGIN SELECT RAISE(ABORT, 'who recorded a reaction, where and when is frozen'); END
    """,
    "DROP TRIGGER receipt_needs_record",
    """
    CREATE TRIGGER receipt_needs_record BEFORE INSERT ON receipt
    WHEN NOT EXISTS (SELECT 1 FROM dose WHERE id = NEW.record_id AND revision = NEW.revision)
        AND NOT EXISTS (SELECT 1 FROM signature WHERE id = NEW.record_id)
        AND NOT EXISTS (SELECT 1 FROM reaction WHERE id = NEW.record_id AND revision = NEW.revision)
    BEGIN SELECT RAISE(ABORT, 'a receipt is for a record of this store'); END
    """,
)


def upgrade() -> None:
    for statement in (*TABLES, *COLUMNS):
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
