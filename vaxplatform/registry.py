"""Sites, one-time codes, registered clients and seen assertions. Every function takes the connection of its transaction."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from vaxplatform.settings import ENROLMENT_CODE_LIFE_S
from vaxplatform.store.database import now_us
from vaxplatform.store.tables import assertion_ids, clients, enrolment_codes, sites

Jwks = list[dict[str, Any]]
_SITE_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}", re.ASCII)
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0/O, 1/I
_GROUPS, _GROUP_LETTERS = 4, 4  # 80 bits
_US = 1_000_000


class Spent(Enum):
    """What became of a one-time code."""

    REFUSED = "refused"
    FIRST = "first"
    AGAIN = "again"  # the first answer may have been lost


class RegistryRefused(Exception):
    """What was asked of the registry cannot be; `str()` is a code."""


@dataclass(frozen=True, slots=True)
class Site:
    """An injection site."""

    code: str
    name: str
    address: str
    province: str


@dataclass(frozen=True, slots=True)
class Client:
    """Who may ask for tokens. An empty site is a service of the platform."""

    client_id: str
    site: str
    keys: Jwks = field(repr=False)
    revoked: bool = False


def add_site(connection: Connection, site: Site) -> str:
    """Registers a site, or gives a known one what is newly said of it; returns a new one-time code.

    Raises RegistryRefused `site-code-unusable`.
    """
    if not _SITE_CODE.fullmatch(site.code) or site.code == "national":
        raise RegistryRefused("site-code-unusable")
    known = find_site(connection, site.code)
    if known is None:
        row = {"code": site.code, "name": site.name or site.code, "address": site.address, "province": site.province}
        connection.execute(sites.insert(), row)
    elif said := {name: value for name in ("name", "address", "province") if (value := getattr(site, name))}:
        connection.execute(sites.update().where(sites.c.code == site.code).values(**said))
    return _new_code(connection, site.code)


def find_site(connection: Connection, code: str) -> Site | None:
    """The site of a code."""
    row = connection.execute(select(sites).where(sites.c.code == code)).first()
    return Site(row.code, row.name, row.address, row.province) if row else None


def list_sites(connection: Connection) -> list[Site]:
    """All sites, by code."""
    rows = connection.execute(select(sites).order_by(sites.c.code))
    return [Site(row.code, row.name, row.address, row.province) for row in rows]


def spend_code(connection: Connection, site: str, code: str, device_id: str, thumbprints: str) -> Spent:
    """Spends a code that is in time; the same device with the same keys may say it again."""
    this = enrolment_codes.c.code_sha256 == _code_hash(code)
    row = connection.execute(select(enrolment_codes).where(this, enrolment_codes.c.site == site)).first()
    if row is None:
        return Spent.REFUSED
    if row.spent_device:
        same = (row.spent_device, row.spent_keys) == (device_id, thumbprints)
        return Spent.AGAIN if same else Spent.REFUSED
    if row.expires_us < now_us():
        return Spent.REFUSED
    connection.execute(enrolment_codes.update().where(this).values(spent_device=device_id, spent_keys=thumbprints))
    return Spent.FIRST


def put_client(connection: Connection, client: Client) -> None:
    """Registers a client or replaces its keys; a revoked one is let in again."""
    connection.execute(clients.delete().where(clients.c.client_id == client.client_id))
    row = {"client_id": client.client_id, "site": client.site, "jwks": json.dumps(client.keys), "revoked_us": 0}
    connection.execute(clients.insert(), row)


def find_client(connection: Connection, client_id: str) -> Client | None:
    """A registered client, revoked ones included."""
    row = connection.execute(select(clients).where(clients.c.client_id == client_id)).first()
    return Client(row.client_id, row.site, json.loads(row.jwks), bool(row.revoked_us)) if row else None


def revoke_client(connection: Connection, client_id: str) -> bool:
    """Lets a client in no more, tokens it already holds included; False when it is not known."""
    changed = connection.execute(
        clients.update().where(clients.c.client_id == client_id, clients.c.revoked_us == 0).values(revoked_us=now_us())
    )
    return changed.rowcount > 0 or find_client(connection, client_id) is not None


def first_use(connection: Connection, client_id: str, jti: str, expires_us: int) -> bool:
    """Remembers an assertion id until it has expired; False when it was seen before."""
    connection.execute(assertion_ids.delete().where(assertion_ids.c.expires_us < now_us()))
    try:
        with connection.begin_nested():
            row = {"client_id": client_id, "jti": jti, "expires_us": expires_us}
            connection.execute(assertion_ids.insert(), row)
    except IntegrityError:
        return False
    return True


def _new_code(connection: Connection, site: str) -> str:
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP_LETTERS)) for _ in range(_GROUPS))
    code = "-".join(groups)
    expires_us = now_us() + ENROLMENT_CODE_LIFE_S * _US
    row = {"code_sha256": _code_hash(code), "site": site, "expires_us": expires_us}
    connection.execute(enrolment_codes.insert(), row)
    return code


def _code_hash(code: str) -> str:
    """80 random bits need no slow hash; case, spaces and hyphens are how people type."""
    letters = "".join(letter for letter in code.upper() if letter.isalnum())
    return hashlib.sha256(letters.encode("utf-8", "replace")).hexdigest()
