"""Complaints for the window's pictures: one whose limit is near, one that is past it, one that was taken at the counter."""

from __future__ import annotations

from datetime import datetime, timedelta

from vaxdesk.demo.people import MadeUpPerson
from vaxdesk.models import complaint_rows
from vaxdesk.models.complaints import (
    NUMBER_SYSTEM,
    SETTLED_WITHIN,
    Claim,
    Complaint,
    ComplaintKind,
    ComplaintSource,
    ComplaintStatus,
)
from vaxdesk.models.values import StaffMember
from vaxdesk.models.workplace import Workplace


def bring(work: Workplace, people: tuple[MadeUpPerson, ...], manager: StaffMember, now: datetime) -> None:
    """Three people complain; the platform received the first two."""
    missing, wrong, third = people[:3]
    said = {
        "missing": "Tôi tiêm mũi 1 ngày 18/10 tại trạm mà đến nay chưa thấy trên hệ thống, mong trạm kiểm tra giúp.",
        "wrong": "Sổ tiêm ghi lô FL4574, trên ứng dụng lại hiện lô khác.",
        "counter": "Ngày sinh trên giấy chứng nhận bị sai.",
    }
    _pull(
        work, "1", ComplaintKind.MISSING, claim_of(missing, said["missing"]), now + timedelta(hours=5, minutes=12), now
    )
    _pull(work, "2", ComplaintKind.WRONG, claim_of(wrong, said["wrong"]), now - timedelta(hours=3), now)
    work.complaints.take(claim_of(third, said["counter"]), ComplaintKind.IDENTITY, manager)


def claim_of(person: MadeUpPerson, words: str) -> Claim:
    """What the person says of the first dose."""
    return Claim(
        citizen_id=person.number,
        name=person.name,
        birth_date=person.birth_date.isoformat(),
        sex=person.sex,
        phone=f"09{person.number[-8:]}",
        dose_number="1",
        vaccine="COMIRNATY",
        lot="FL4574",
        day="2021-10-18",
        words=words,
    )


def _pull(work: Workplace, name: str, kind: ComplaintKind, claim: Claim, due_at: datetime, now: datetime) -> None:
    complaint = Complaint(
        id=f"complaint-{name}",
        version="1",
        source=ComplaintSource.PLATFORM,
        kind=kind,
        status=ComplaintStatus.OPEN,
        claim=claim,
        received_at=due_at - SETTLED_WITHIN,
        due_at=due_at,
        task={"identifier": [{"system": NUMBER_SYSTEM, "value": f"PA211110-AB{name}KLM"}]},
        updated_at=now,
    )
    with work.store.write() as connection:
        complaint_rows.keep(connection, complaint, now)
