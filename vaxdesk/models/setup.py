"""Enrolling a site on this device: the device row, the platform's address and the first manager, all in one transaction."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select

from vaxdesk.errors import StoreError
from vaxdesk.models import audit, outbox
from vaxdesk.models import tables as t
from vaxdesk.models.db import Store
from vaxdesk.models.exchange import Enrolment
from vaxdesk.models.staff import add_member
from vaxdesk.models.sync_book import ENROLMENT
from vaxdesk.models.values import Role, Site, StaffMember


def enrol(store: Store, site: Site, enrolment: Enrolment, manager: str, pin: str, now: datetime) -> StaffMember:
    """Writes what enrolment gave. Raises StoreError `already-enrolled`, InputRefused for a bad name or PIN (nothing is stored then)."""
    with store.write() as connection:
        if connection.execute(select(t.device)).first() is not None:
            raise StoreError("already-enrolled")
        connection.execute(
            t.device.insert().values(
                one=1,
                device_id=site.device_id,
                site=site.code,
                site_name=site.name,
                site_address=site.address,
                province=site.province,
                epoch=site.epoch,
                next_sequence=1,
                enrolled_at=now,
            )
        )
        outbox.write_setting(connection, ENROLMENT, json.dumps(asdict(enrolment)))
        outbox.write_setting(connection, "trust-anchor", enrolment.anchor)
        member = add_member(connection, manager, Role.MANAGER, pin, now)
        audit.note(connection, now, member.id, "enrolled", site.device_id)
    return member
