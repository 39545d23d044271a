"""Staff of the site: accounts, PIN sign-in (argon2id, works offline), roles."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, insert, or_, select, update

from vaxdesk.errors import AccessRefused, InputRefused, Problem
from vaxdesk.models import audit
from vaxdesk.models import tables as t
from vaxdesk.models.db import Store
from vaxdesk.models.rows import staff_of
from vaxdesk.models.text_repair import fold, normal_name
from vaxdesk.models.values import Role, StaffId, StaffMember

PIN_CHARS_MIN, PIN_CHARS_MAX = 4, 64
TRIES_BEFORE_PAUSE = 5
PAUSE = timedelta(minutes=1)


class Staff:
    """Who works here and who may do what. Every method may raise StoreError."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def sign_in(self, username: str, pin: str) -> StaffMember:
        """The staff member of that user name (or full name) and PIN.

        Raises AccessRefused `sign-in-wrong` (which of the two is wrong is not said), or `sign-in-paused` (param `seconds`)
        for a minute after five wrong PINs.
        """
        with self._store.read() as connection:
            row = _find(connection, username)
        if row is None:
            raise AccessRefused("sign-in-wrong")
        self._check_pause(row)
        right = _matches(row._mapping["pin_hash"], pin)
        with self._store.write() as connection:
            self._note_try(connection, row, right)
        if not right:
            raise AccessRefused("sign-in-wrong")
        return staff_of(row)

    def everyone(self) -> tuple[StaffMember, ...]:
        """Active staff by user name."""
        with self._store.read() as connection:
            rows = connection.execute(select(t.staff).where(t.staff.c.active).order_by(t.staff.c.username))
            return tuple(staff_of(row) for row in rows)

    def add(self, name: str, role: Role, pin: str, by: StaffMember) -> StaffMember:
        """Adds an account; only a manager may. Raises AccessRefused `managers-only`, InputRefused."""
        require_manager(by)
        with self._store.write() as connection:
            member = add_member(connection, name, role, pin, self._clock())
            audit.note(connection, self._clock(), by.id, "staff-added", member.id, role.value)
        return member

    def _check_pause(self, row: Row[Any]) -> None:
        until = row._mapping["locked_until"]
        left_s = int((until - self._clock()).total_seconds()) if until else 0
        if 0 < left_s <= PAUSE.total_seconds():
            raise AccessRefused("sign-in-paused", seconds=str(left_s + 1))

    def _note_try(self, connection: Connection, row: Row[Any], right: bool) -> None:
        tries = 0 if right else row._mapping["failed_tries"] + 1
        paused = self._clock() + PAUSE if tries >= TRIES_BEFORE_PAUSE else None
        connection.execute(
            update(t.staff)
            .where(t.staff.c.id == row._mapping["id"])
            .values(failed_tries=0 if paused else tries, locked_until=paused)
        )
        audit.note(
            connection,
            self._clock(),
            row._mapping["id"],
            "signed-in" if right else "sign-in-failed",
            row._mapping["id"],
        )


def require_manager(actor: StaffMember) -> None:
    """Raises AccessRefused `managers-only` for anyone else."""
    if actor.role is not Role.MANAGER:
        raise AccessRefused("managers-only")


def check_account(name: str, pin: str) -> None:
    """Raises InputRefused `staff-name-missing` or `pin-length`."""
    if not normal_name(name):
        raise InputRefused(Problem("staff-name-missing", "name"))
    if not PIN_CHARS_MIN <= len(pin) <= PIN_CHARS_MAX:
        raise InputRefused(Problem("pin-length", "pin", params={"least": str(PIN_CHARS_MIN)}))


def add_member(connection: Connection, name: str, role: Role, pin: str, at: datetime) -> StaffMember:
    """Inserts an account inside the caller's transaction; the user name is the folded name, numbered when taken."""
    check_account(name, pin)
    name = normal_name(name)
    from argon2 import PasswordHasher

    member = StaffMember(StaffId(str(uuid.uuid4())), free_username(connection, name), name, role)
    connection.execute(
        insert(t.staff).values(
            id=member.id,
            username=member.username,
            name=name,
            role=role.value,
            pin_hash=PasswordHasher().hash(pin),
            active=True,
            failed_tries=0,
            locked_until=None,
            created_at=at,
        )
    )
    return member


def free_username(connection: Connection, name: str) -> str:
    """The folded name as a user name, numbered when taken."""
    wanted = fold(name).replace(" ", ".")[:50]
    taken = set(connection.execute(select(t.staff.c.username).where(t.staff.c.username.startswith(wanted))).scalars())
    numbered = (f"{wanted}{number}" for number in range(2, len(taken) + 3))
    return wanted if wanted not in taken else next(name for name in numbered if name not in taken)


def _find(connection: Connection, username: str) -> Row[Any] | None:
    wanted = fold(username)
    by_name = or_(
        t.staff.c.username == wanted.replace(" ", "."), func.lower(t.staff.c.name) == username.strip().lower()
    )
    return connection.execute(select(t.staff).where(t.staff.c.active, by_name).limit(1)).first()


def _matches(pin_hash: str, pin: str) -> bool:
    from argon2 import PasswordHasher
    from argon2.exceptions import VerifyMismatchError

    try:
        return PasswordHasher().verify(pin_hash, pin)
    except VerifyMismatchError:
        return False
