"""New keys of an enrolled device (contract C5): the new ones count at once, what the former one signed stays readable."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from vaxplatform import registry
from vaxplatform.http import enrolment
from vaxplatform.http.enrolment import EnrolmentRefused
from vaxplatform.registry import Client
from vaxplatform.store import saving
from vaxplatform.store.database import Database
from vaxplatform.store.refusals import Json
from vaxplatform.store.resources import Writing
from vaxplatform.store.scope import Actor
from vaxplatform.store.tables import current
from vaxplatform.store.types import values_at

THUMB_LETTERS = 8


def renew(database: Database, actor: Actor, body: Any) -> Json:
    """Replaces a device's keys on its own wish; the same wish again changes nothing. Raises EnrolmentRefused."""
    device_id = body.get("device") if isinstance(body, dict) else None
    if not isinstance(device_id, str) or device_id != actor.client_id or not actor.site:
        raise EnrolmentRefused(403, "not_this_device")
    sign_in, signing = enrolment.key_pair(body.get("jwks"))
    with database.writing() as connection:
        known = registry.find_client(connection, device_id)
        if known is None or known.revoked:
            raise EnrolmentRefused(403, "not_this_device")
        registry.put_client(connection, Client(device_id, known.site, [sign_in]))
        _replace(connection, device_id, signing)
    return {"client_id": device_id}


def end_former(connection: Connection, device_id: str) -> None:
    """A revoked device's former keys are trusted no more."""
    writing = Writing(connection, Actor())
    named = select(current.c.id).where(current.c.type == "Device", current.c.id.like(f"{device_id}.%"))
    for former_id in connection.scalars(named).all():
        former = writing.newest("Device", former_id)
        if former is not None:
            saving.update(writing, {**former.resource, "status": "inactive"})
    writing.flush()


def _replace(connection: Connection, device_id: str, signing: Json) -> None:
    writing = Writing(connection, Actor())
    stored = writing.newest("Device", device_id)
    if stored is None:
        raise EnrolmentRefused(403, "not_this_device")
    present = next(str(one["value"]) for one in values_at(stored.resource, "identifier"))
    if present == enrolment.thumbprint(signing):
        return
    former = {**stored.resource, "id": f"{device_id}.{present[:THUMB_LETTERS].replace('_', '-')}"}
    saving.update(writing, former)
    saving.update(writing, enrolment.with_key(stored.resource, signing))
    writing.flush()
