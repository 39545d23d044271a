"""The tables. `at_us` (microseconds since 1970, strictly increasing per store) names one version of one resource everywhere.

It is the resource's lastUpdated, the order of paging and the key of the search rows at once: two versions never share it.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, MetaData, String, Table, Text, UniqueConstraint

SCHEMA_VERSION = 1

metadata = MetaData()

schema = Table("vx_schema", metadata, Column("version", Integer, primary_key=True, autoincrement=False))

versions = Table(
    "vx_versions",
    metadata,
    Column("at_us", BigInteger, primary_key=True, autoincrement=False),
    Column("type", String(64), nullable=False),
    Column("id", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("created", Boolean, nullable=False),
    Column("body", Text, nullable=False),
    UniqueConstraint("type", "id", "version"),
)

current = Table(
    "vx_current",
    metadata,
    Column("type", String(64), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Index("vx_current_by_time", "type", "at_us", unique=True),
)

tokens = Table(
    "vx_tokens",
    metadata,
    Column("type", String(64), primary_key=True),
    Column("param", String(40), primary_key=True),
    Column("token", String(600), primary_key=True),
    Column("at_us", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

sites = Table(
    "vx_sites",
    metadata,
    Column("code", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("province", Text, nullable=False),
)

enrolment_codes = Table(
    "vx_enrolment_codes",
    metadata,
    Column("code_sha256", String(64), primary_key=True),
    Column("site", String(64), nullable=False),
    Column("expires_us", BigInteger, nullable=False),
    Column("spent_device", String(64), nullable=False, server_default=""),
    Column("spent_keys", String(200), nullable=False, server_default=""),
)

clients = Table(
    "vx_clients",
    metadata,
    Column("client_id", String(64), primary_key=True),
    Column("site", String(64), nullable=False),  # empty: a service, which sees everything
    Column("jwks", Text, nullable=False),
    Column("revoked_us", BigInteger, nullable=False, server_default="0"),
)

assertion_ids = Table(
    "vx_assertion_ids",
    metadata,
    Column("client_id", String(64), primary_key=True),
    Column("jti", String(256), primary_key=True),
    Column("expires_us", BigInteger, nullable=False, index=True),
)
