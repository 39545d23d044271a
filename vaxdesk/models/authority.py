"""Who may do what. Pure.

A post is a working place: it decides what is offered first. A site is small, so only that is refused which the law gives to somebody:
the conclusion of the screening (5785/QĐ-BYT: concluded and signed by who screens), the injection itself, and what the head of the site
answers for. Managers may do everything.
"""

from __future__ import annotations

from enum import StrEnum

from vaxdesk.errors import AccessRefused
from vaxdesk.models.values import Post, Role, StaffMember


class Act(StrEnum):
    """What a member of the site's staff does."""

    RECORD_DOSE = "record-dose"
    SCREEN = "screen"
    END_OBSERVATION = "end-observation"
    MEND_RECORD = "mend-record"
    REVEAL_NUMBER = "reveal-number"
    OVERRIDE_STOP = "override-stop"  # go against a stop that a clinician's reason is not enough for
    DECIDE_CONFLICT = "decide-conflict"
    SIGN_DAY = "sign-day"
    WASTE_DOSES = "waste-doses"
    KEEP_STOCK = "keep-stock"  # what comes, goes back and is counted: the head of the site answers for it
    CLOSE_DAY = "close-day"
    ANSWER_COMPLAINT = "answer-complaint"
    APPROVE_CHANGE = "approve-change"  # the second person of a change that a complaint asks for
    MANAGE_STAFF = "manage-staff"
    READ_AUDIT = "read-audit"
    EXPORT_NAMES = "export-names"
    LEAVE_SITE = "leave-site"


EVERYBODY = frozenset(Post)
NURSES_AT: dict[Act, frozenset[Post]] = {
    Act.RECORD_DOSE: frozenset({Post.ALL, Post.INJECTION}),
    Act.SCREEN: frozenset({Post.ALL, Post.SCREENING}),
    Act.END_OBSERVATION: EVERYBODY,
    Act.MEND_RECORD: EVERYBODY,
    Act.REVEAL_NUMBER: EVERYBODY,
    Act.WASTE_DOSES: EVERYBODY,
    Act.ANSWER_COMPLAINT: EVERYBODY,
}
_REFUSED = {Act.RECORD_DOSE: "injectors-only", Act.SCREEN: "screeners-only"}


def may(member: StaffMember, act: Act) -> bool:
    """Whether a member may do this."""
    return member.role is Role.MANAGER or member.post in NURSES_AT.get(act, frozenset())


def require(member: StaffMember, act: Act) -> None:
    """Raises AccessRefused with a code that says who may: `screeners-only`, `injectors-only` or `managers-only`."""
    if not may(member, act):
        raise AccessRefused(_REFUSED.get(act, "managers-only"))
