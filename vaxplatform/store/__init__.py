"""The FHIR store: append-only versions in SQLite or PostgreSQL. No HTTP in here."""
