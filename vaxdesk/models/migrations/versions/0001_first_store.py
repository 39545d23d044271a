"""The first store: people, doses, outbox, receipts, certificates, and the guards that keep records append-only."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    """
    CREATE TABLE audit (
        id INTEGER NOT NULL,
        at VARCHAR(32) NOT NULL,
        who VARCHAR(36) NOT NULL,
        action VARCHAR(40) NOT NULL,
        subject VARCHAR(64) NOT NULL,
        detail TEXT NOT NULL,
        chain VARCHAR(64) NOT NULL,
        CONSTRAINT pk_audit PRIMARY KEY (id)
    )
    """,
    """
    CREATE TABLE certificate (
        id VARCHAR(64) NOT NULL,
        dose_id VARCHAR(36) NOT NULL,
        dose_version VARCHAR(64) NOT NULL,
        uvci VARCHAR(80) NOT NULL,
        hc1 TEXT NOT NULL,
        issued_at VARCHAR(32) NOT NULL,
        CONSTRAINT pk_certificate PRIMARY KEY (id)
    )
    """,
    """
    CREATE INDEX ix_certificate_dose_id ON certificate (dose_id)
    """,
    """
    CREATE TABLE device (
        one INTEGER NOT NULL CONSTRAINT ck_device_single_row CHECK (one = 1),
        device_id VARCHAR(36) NOT NULL,
        site VARCHAR(40) NOT NULL,
        site_name TEXT NOT NULL,
        site_address TEXT NOT NULL,
        province VARCHAR(3) NOT NULL,
        epoch INTEGER NOT NULL,
        next_sequence INTEGER NOT NULL,
        enrolled_at VARCHAR(32) NOT NULL,
        CONSTRAINT pk_device PRIMARY KEY (one)
    )
    """,
    """
    CREATE TABLE identity_finding (
        dose_id VARCHAR(36) NOT NULL,
        version VARCHAR(64) NOT NULL,
        state VARCHAR(12) NOT NULL,
        fields TEXT NOT NULL,
        at VARCHAR(32) NOT NULL,
        CONSTRAINT pk_identity_finding PRIMARY KEY (dose_id, version)
    )
    """,
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
        CONSTRAINT ck_outbox_kind CHECK (kind IN ('dose', 'signature'))
    )
    """,
    """
    CREATE INDEX ix_outbox_due ON outbox (aside_at, tries, enqueued_at)
    """,
    """
    CREATE TABLE person (
        id VARCHAR(36) NOT NULL,
        revision INTEGER NOT NULL,
        citizen_id VARCHAR(12) NOT NULL CONSTRAINT ck_person_citizen_id CHECK (length(citizen_id) = 12 AND citizen_id NOT GLOB '*[^0-9]*'),
        name_folded TEXT NOT NULL,
        old_id VARCHAR(9) NOT NULL,
        phone VARCHAR(20) NOT NULL,
        CONSTRAINT pk_person PRIMARY KEY (id),
        CONSTRAINT uq_person_citizen_id UNIQUE (citizen_id)
    )
    """,
    """
    CREATE INDEX ix_person_old_id ON person (old_id)
    """,
    """
    CREATE INDEX ix_person_phone ON person (phone)
    """,
    """
    CREATE TABLE receipt (
        record_id VARCHAR(36) NOT NULL,
        revision INTEGER NOT NULL,
        kind VARCHAR(12) NOT NULL,
        version VARCHAR(64) NOT NULL CONSTRAINT ck_receipt_version CHECK (length(version) > 0),
        at VARCHAR(32) NOT NULL,
        hash VARCHAR(64) NOT NULL CONSTRAINT ck_receipt_hash CHECK (length(hash) = 64),
        read_back_at VARCHAR(32),
        read_back_hash VARCHAR(64) NOT NULL,
        CONSTRAINT pk_receipt PRIMARY KEY (record_id, revision)
    )
    """,
    """
    CREATE TABLE seen (
        resource VARCHAR(100) NOT NULL,
        version VARCHAR(64) NOT NULL,
        CONSTRAINT pk_seen PRIMARY KEY (resource)
    )
    """,
    """
    CREATE TABLE setting (
        "key" VARCHAR(80) NOT NULL,
        value TEXT NOT NULL,
        CONSTRAINT pk_setting PRIMARY KEY ("key")
    )
    """,
    """
    CREATE TABLE site_key (
        device_id VARCHAR(64) NOT NULL,
        site VARCHAR(40) NOT NULL,
        jwk TEXT NOT NULL,
        active BOOLEAN NOT NULL,
        CONSTRAINT pk_site_key PRIMARY KEY (device_id)
    )
    """,
    """
    CREATE TABLE staff (
        id VARCHAR(36) NOT NULL,
        username VARCHAR(60) NOT NULL,
        name TEXT NOT NULL,
        role VARCHAR(20) NOT NULL CONSTRAINT ck_staff_role CHECK (role IN ('nurse', 'manager')),
        pin_hash TEXT NOT NULL,
        active BOOLEAN NOT NULL,
        failed_tries INTEGER NOT NULL,
        locked_until VARCHAR(32),
        created_at VARCHAR(32) NOT NULL,
        CONSTRAINT pk_staff PRIMARY KEY (id),
        CONSTRAINT uq_staff_username UNIQUE (username)
    )
    """,
    """
    CREATE TABLE trust_key (
        sha256 VARCHAR(64) NOT NULL,
        kid VARCHAR(16) NOT NULL,
        certificate BLOB NOT NULL,
        anchor BOOLEAN NOT NULL,
        added_at VARCHAR(32) NOT NULL,
        CONSTRAINT pk_trust_key PRIMARY KEY (sha256)
    )
    """,
    """
    CREATE TABLE certificate_status (
        certificate_id VARCHAR(64) NOT NULL,
        number INTEGER NOT NULL,
        status VARCHAR(20) NOT NULL,
        at VARCHAR(32) NOT NULL,
        CONSTRAINT pk_certificate_status PRIMARY KEY (certificate_id, number),
        CONSTRAINT fk_certificate_status_certificate_id FOREIGN KEY(certificate_id) REFERENCES certificate (id)
    )
    """,
    """
    CREATE TABLE dose (
        id VARCHAR(36) NOT NULL,
        revision INTEGER NOT NULL CONSTRAINT ck_dose_revision CHECK (revision >= 1),
        person_id VARCHAR(36) NOT NULL,
        citizen_id VARCHAR(12) NOT NULL CONSTRAINT ck_dose_citizen_id CHECK (length(citizen_id) = 12 AND citizen_id NOT GLOB '*[^0-9]*'),
        status VARCHAR(20) NOT NULL,
        screening VARCHAR(20) NOT NULL,
        vaccine VARCHAR(30) NOT NULL CONSTRAINT ck_dose_vaccine CHECK (length(vaccine) > 0),
        lot VARCHAR(40) NOT NULL,
        expiry DATE,
        dose_number INTEGER NOT NULL CONSTRAINT ck_dose_dose_number CHECK (dose_number >= 1),
        series VARCHAR(12) NOT NULL CONSTRAINT ck_dose_series CHECK (series IN ('primary', 'additional', 'booster')),
        series_doses INTEGER NOT NULL,
        dose_ml FLOAT NOT NULL,
        body_site VARCHAR(10) NOT NULL,
        occurred_at VARCHAR(32) NOT NULL,
        recorded_at VARCHAR(32) NOT NULL,
        recorder_id VARCHAR(36) NOT NULL,
        recorder TEXT NOT NULL,
        injector TEXT NOT NULL,
        device_id VARCHAR(36) NOT NULL,
        epoch INTEGER NOT NULL,
        sequence INTEGER NOT NULL,
        site VARCHAR(40) NOT NULL,
        site_name TEXT NOT NULL,
        reason TEXT NOT NULL,
        override_reason TEXT NOT NULL,
        saved_at VARCHAR(32) NOT NULL,
        saved_by VARCHAR(36) NOT NULL,
        CONSTRAINT pk_dose PRIMARY KEY (id, revision),
        CONSTRAINT ck_dose_status_fits CHECK ((status = 'completed' AND screening IN ('eligible', 'caution') AND length(lot) > 0 AND expiry IS NOT NULL) OR (status = 'not-done' AND screening IN ('postponed', 'contraindicated', 'refused', 'referred')) OR status = 'entered-in-error'),
        CONSTRAINT ck_dose_correction_has_reason CHECK (revision = 1 OR length(reason) > 0),
        CONSTRAINT ck_dose_who CHECK (length(recorder_id) > 0 AND length(recorder) > 0 AND length(injector) > 0),
        CONSTRAINT uq_dose_device_id_epoch_sequence UNIQUE (device_id, epoch, sequence),
        CONSTRAINT fk_dose_person_id FOREIGN KEY(person_id) REFERENCES person (id),
        CONSTRAINT fk_dose_recorder_id FOREIGN KEY(recorder_id) REFERENCES staff (id),
        CONSTRAINT fk_dose_saved_by FOREIGN KEY(saved_by) REFERENCES staff (id)
    )
    """,
    """
    CREATE INDEX ix_dose_occurred_at ON dose (occurred_at)
    """,
    """
    CREATE INDEX ix_dose_person_id ON dose (person_id)
    """,
    """
    CREATE TABLE person_revision (
        person_id VARCHAR(36) NOT NULL,
        revision INTEGER NOT NULL CONSTRAINT ck_person_revision_revision CHECK (revision >= 1),
        citizen_id VARCHAR(12) NOT NULL CONSTRAINT ck_person_revision_citizen_id CHECK (length(citizen_id) = 12 AND citizen_id NOT GLOB '*[^0-9]*'),
        name TEXT NOT NULL CONSTRAINT ck_person_revision_name CHECK (length(name) > 0),
        birth_date VARCHAR(10) NOT NULL,
        sex VARCHAR(8) NOT NULL CONSTRAINT ck_person_revision_sex CHECK (sex IN ('male', 'female', 'unknown')),
        old_id VARCHAR(9) NOT NULL,
        phone VARCHAR(20) NOT NULL,
        address TEXT NOT NULL,
        nationality VARCHAR(3) NOT NULL,
        saved_at VARCHAR(32) NOT NULL,
        saved_by VARCHAR(36) NOT NULL,
        reason TEXT NOT NULL,
        CONSTRAINT pk_person_revision PRIMARY KEY (person_id, revision),
        CONSTRAINT fk_person_revision_saved_by FOREIGN KEY(saved_by) REFERENCES staff (id)
    )
    """,
    """
    CREATE TABLE print_log (
        id INTEGER NOT NULL,
        dose_id VARCHAR(36) NOT NULL,
        certificate_id VARCHAR(64) NOT NULL,
        form VARCHAR(20) NOT NULL,
        copy INTEGER NOT NULL,
        sha256 VARCHAR(64) NOT NULL,
        printed_at VARCHAR(32) NOT NULL,
        printed_by VARCHAR(36) NOT NULL,
        reason TEXT NOT NULL,
        CONSTRAINT pk_print_log PRIMARY KEY (id),
        CONSTRAINT ck_print_log_reprint_has_reason CHECK (copy = 1 OR length(reason) > 0),
        CONSTRAINT uq_print_log_dose_id_form_copy UNIQUE (dose_id, form, copy),
        CONSTRAINT fk_print_log_printed_by FOREIGN KEY(printed_by) REFERENCES staff (id)
    )
    """,
    """
    CREATE TABLE signature (
        id VARCHAR(36) NOT NULL,
        day DATE NOT NULL,
        site VARCHAR(40) NOT NULL,
        signer_id VARCHAR(36) NOT NULL,
        signer TEXT NOT NULL,
        signed_at VARCHAR(32) NOT NULL,
        jws TEXT NOT NULL CONSTRAINT ck_signature_jws CHECK (length(jws) > 0),
        CONSTRAINT pk_signature PRIMARY KEY (id),
        CONSTRAINT fk_signature_signer_id FOREIGN KEY(signer_id) REFERENCES staff (id)
    )
    """,
    """
    CREATE TABLE signature_target (
        signature_id VARCHAR(36) NOT NULL,
        dose_id VARCHAR(36) NOT NULL,
        revision INTEGER NOT NULL,
        version VARCHAR(64) NOT NULL,
        CONSTRAINT pk_signature_target PRIMARY KEY (signature_id, dose_id),
        CONSTRAINT fk_signature_target_signature_id FOREIGN KEY(signature_id) REFERENCES signature (id)
    )
    """,
    """
    CREATE INDEX ix_signature_target_dose_id ON signature_target (dose_id)
    """,
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

REFUSE = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""

# A dose or signature cannot exist without its outbox row: the store itself writes it (I2).
ENQUEUE = """
CREATE TRIGGER {table}_enqueues AFTER INSERT ON {table}
BEGIN
    INSERT INTO outbox (kind, record_id, revision, enqueued_at, tries, not_before, aside_at, aside_code, aside_text)
    VALUES ('{table}', NEW.id, {revision}, {at}, 0, NULL, NULL, '', '')
    ON CONFLICT (kind, record_id) DO UPDATE SET revision = excluded.revision, enqueued_at = excluded.enqueued_at,
        tries = 0, not_before = NULL, aside_at = NULL, aside_code = '', aside_text = '';
END
"""

GUARDS = (
    """
    CREATE TRIGGER dose_revisions_follow BEFORE INSERT ON dose
    WHEN NEW.revision > 1 AND NOT EXISTS (SELECT 1 FROM dose WHERE id = NEW.id AND revision = NEW.revision - 1)
    BEGIN SELECT RAISE(ABORT, 'a dose revision must follow the one before it'); END
    """,
    """
    CREATE TRIGGER dose_origin_is_frozen BEFORE INSERT ON dose
    WHEN NEW.revision > 1 AND EXISTS (
        SELECT 1 FROM dose WHERE id = NEW.id AND revision = 1 AND (recorder_id <> NEW.recorder_id
            OR recorder <> NEW.recorder OR recorded_at <> NEW.recorded_at OR device_id <> NEW.device_id
            OR site <> NEW.site))
    BEGIN SELECT RAISE(ABORT, 'who recorded a dose, where and when is frozen'); END
    """,
    """
    CREATE TRIGGER receipt_is_frozen BEFORE UPDATE ON receipt
    WHEN OLD.version <> NEW.version OR OLD.hash <> NEW.hash OR OLD.at <> NEW.at
        OR OLD.record_id <> NEW.record_id OR OLD.revision <> NEW.revision
    BEGIN SELECT RAISE(ABORT, 'a receipt is frozen'); END
    """,
    """
    CREATE TRIGGER receipt_needs_record BEFORE INSERT ON receipt
    WHEN NOT EXISTS (SELECT 1 FROM dose WHERE id = NEW.record_id AND revision = NEW.revision)
        AND NOT EXISTS (SELECT 1 FROM signature WHERE id = NEW.record_id)
    BEGIN SELECT RAISE(ABORT, 'a receipt is for a record of this store'); END
    """,
    "CREATE TRIGGER receipt_stays BEFORE DELETE ON receipt BEGIN SELECT RAISE(ABORT, 'receipts stay'); END",
    # Only a receipt for this very revision ends an outbox row (I4).
    """
    CREATE TRIGGER outbox_ends_by_receipt BEFORE DELETE ON outbox
    WHEN NOT EXISTS (SELECT 1 FROM receipt WHERE record_id = OLD.record_id AND revision = OLD.revision)
    BEGIN SELECT RAISE(ABORT, 'only a receipt ends an outbox row'); END
    """,
)

SEARCH = (
    "CREATE VIRTUAL TABLE person_name USING fts5(name_folded, content='person', prefix='2 3 4')",
    """
    CREATE TRIGGER person_name_in AFTER INSERT ON person
    BEGIN INSERT INTO person_name (rowid, name_folded) VALUES (NEW.rowid, NEW.name_folded); END
    """,
    """
    CREATE TRIGGER person_name_out AFTER UPDATE OF name_folded ON person
    BEGIN
        INSERT INTO person_name (person_name, rowid, name_folded) VALUES ('delete', OLD.rowid, OLD.name_folded);
        INSERT INTO person_name (rowid, name_folded) VALUES (NEW.rowid, NEW.name_folded);
    END
    """,
    "CREATE TRIGGER person_stays BEFORE DELETE ON person BEGIN SELECT RAISE(ABORT, 'people stay'); END",
)


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
    for table in APPEND_ONLY:
        for verb in ("UPDATE", "DELETE"):
            op.execute(REFUSE.format(table=table, verb=verb))
    op.execute(ENQUEUE.format(table="dose", revision="NEW.revision", at="NEW.saved_at"))
    op.execute(ENQUEUE.format(table="signature", revision="1", at="NEW.signed_at"))
    for statement in GUARDS + SEARCH:
        op.execute(statement)
