"""Official figures over years of doses within two seconds: what they count by stands in indexes, in the order of people.

Ids are random, so a join from the doses to their people jumps through the whole file, and each page of it has to be decrypted. Both sides
in the order of people, with nothing else in the way, are read from front to back. What was corrected is rare: it has small indexes of its own.
"""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INDEXES = (
    "DROP INDEX ix_dose_person_id",
    "CREATE INDEX ix_dose_person_id ON dose (person_id, occurred_at, status, vaccine, screening, series, dose_number)",
    "CREATE INDEX ix_dose_corrected ON dose (revision, id) WHERE revision > 1",
    "CREATE INDEX ix_person_revision_face ON person_revision (person_id, revision, sex, birth_date)",
    "CREATE INDEX ix_person_revision_mended ON person_revision (person_id, revision) WHERE revision > 1",
)


def upgrade() -> None:
    for statement in INDEXES:
        op.execute(statement)
