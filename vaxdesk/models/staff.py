"""Staff of the site: accounts, PIN sign-in (argon2id, works offline), roles."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, insert, or_, select, update

from vaxdesk.errors import AccessRefused, InputRefused, Problem, StoreError
from vaxdesk.models import audit
from vaxdesk.models import tables as t
from vaxdesk.models.authority import Act, require
from vaxdesk.models.db import Store
from vaxdesk.models.rows import staff_of
from vaxdesk.models.text_repair import fold, normal_name
from vaxdesk.models.values import Post, Role, StaffId, StaffMember

PIN_CHARS_MIN, PIN_CHARS_MAX = 4, 64
TRIES_BEFORE_PAUSE = 5
PAUSE = timedelta(minutes=1)
RESTORER = StaffId("00000000-0000-4000-8000-000000000000")  # who saved a revision is not told by the platform
_DIGITS, _LETTERS = "01234567890", "abcdefghijklmnopqrstuvwxyz"
RUNS = tuple(run[::step] for run in (_DIGITS, _LETTERS, _LETTERS.upper()) for step in (1, -1))


@dataclass(frozen=True, slots=True)
class Account:
    """A member of the staff, and whether they work here now. Nobody is ever deleted: their name stands on doses."""

    member: StaffMember
    is_active: bool


class Staff:
    """Who works here and who may do what. Every method may raise StoreError."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def sign_in(self, username: str, pin: str) -> StaffMember:
        """The staff member of that user name (or full name) and PIN.

        Raises AccessRefused `sign-in-wrong` (which of the two is wrong is not said), `sign-in-ended` for an account that was closed,
        or `sign-in-paused` (param `seconds`) for a minute after five wrong PINs.
        """
        with self._store.read() as connection:
            row = _find(connection, username)
        if row is None:
            raise AccessRefused("sign-in-wrong")
        self._try_pin(row, pin, ("signed-in", "sign-in-failed"))
        return staff_of(row)

    def everyone(self) -> tuple[StaffMember, ...]:
        """Active staff by user name."""
        return tuple(account.member for account in self.accounts() if account.is_active)

    def accounts(self) -> tuple[Account, ...]:
        """All who work or worked here, by user name; those who work here first."""
        with self._store.read() as connection:
            people = select(t.staff).where(t.staff.c.id != RESTORER)
            rows = connection.execute(people.order_by(t.staff.c.active.desc(), t.staff.c.username))
            return tuple(Account(staff_of(row), bool(row._mapping["active"])) for row in rows)

    def add(self, name: str, role: Role, pin: str, by: StaffMember, post: Post = Post.ALL) -> StaffMember:
        """Adds an account; only a manager may. Raises AccessRefused `managers-only`, InputRefused."""
        require(by, Act.MANAGE_STAFF)
        with self._store.write() as connection:
            member = add_member(connection, name, role, pin, self._clock(), post)
            audit.note(connection, self._clock(), by.id, "staff-added", member.id, f"{role.value} {post.value}")
        return member

    def change_pin(self, member: StaffMember, old_pin: str, new_pin: str) -> None:
        """Another PIN for oneself; a wrong old one counts as a wrong sign-in does.

        Raises InputRefused `pin-length`, `pin-weak`; AccessRefused `pin-old-wrong`, `sign-in-paused`, `sign-in-ended`.
        """
        check_pin(new_pin)
        with self._store.read() as connection:
            row = _row(connection, member.id)
        self._try_pin(
            row, old_pin, ("pin-changed", "pin-change-failed"), wrong="pin-old-wrong", pin_hash=_hash(new_pin)
        )

    def reset_pin(self, staff_id: StaffId, new_pin: str, by: StaffMember) -> StaffMember:
        """A new PIN for somebody who forgot theirs; ends a pause. Raises AccessRefused `managers-only`, InputRefused as `change_pin`."""
        check_pin(new_pin)
        new = {"pin_hash": _hash(new_pin), "failed_tries": 0, "locked_until": None}
        return self._change(staff_id, by, "pin-reset", new)

    def assign(self, staff_id: StaffId, role: Role, post: Post, by: StaffMember) -> StaffMember:
        """Another role or post. Raises AccessRefused `managers-only`, InputRefused `last-manager`."""
        new = {"role": role.value, "post": post.value}
        return self._change(staff_id, by, "staff-assigned", new, f"{role.value} {post.value}")

    def deactivate(self, staff_id: StaffId, by: StaffMember) -> StaffMember:
        """Ends somebody's work here: they can sign in no more. Raises AccessRefused `managers-only`, InputRefused `last-manager`."""
        return self._change(staff_id, by, "staff-deactivated", {"active": False})

    def reactivate(self, staff_id: StaffId, by: StaffMember) -> StaffMember:
        """Somebody works here again, with the PIN they had. Raises AccessRefused `managers-only`."""
        return self._change(staff_id, by, "staff-reactivated", {"active": True})

    def _change(
        self, staff_id: StaffId, by: StaffMember, action: str, new: Mapping[str, Any], detail: str = ""
    ) -> StaffMember:
        require(by, Act.MANAGE_STAFF)
        with self._store.write() as connection:
            _row(connection, staff_id)
            connection.execute(update(t.staff).where(t.staff.c.id == staff_id).values(new))
            _must_have_manager(connection)
            audit.note(connection, self._clock(), by.id, action, staff_id, detail)
            return staff_of(_row(connection, staff_id))

    def _try_pin(
        self, row: Row[Any], pin: str, actions: tuple[str, str], wrong: str = "sign-in-wrong", **new: str
    ) -> None:
        """Checks a PIN of an account; what it proves is noted with the new values in one transaction. Raises AccessRefused."""
        self._check_pause(row)
        right = _matches(row._mapping["pin_hash"], pin)
        may_enter = right and bool(row._mapping["active"])
        with self._store.write() as connection:
            self._count_try(connection, row, right, new if may_enter else {})
            audit.note(connection, self._clock(), row._mapping["id"], actions[not may_enter], row._mapping["id"])
        if not may_enter:
            raise AccessRefused("sign-in-ended" if right else wrong)

    def _check_pause(self, row: Row[Any]) -> None:
        until = row._mapping["locked_until"]
        left_s = int((until - self._clock()).total_seconds()) if until else 0
        if 0 < left_s <= PAUSE.total_seconds():
            raise AccessRefused("sign-in-paused", seconds=str(left_s + 1))

    def _count_try(self, connection: Connection, row: Row[Any], right: bool, new: Mapping[str, str]) -> None:
        tries = 0 if right else row._mapping["failed_tries"] + 1
        paused = self._clock() + PAUSE if tries >= TRIES_BEFORE_PAUSE else None
        connection.execute(
            update(t.staff)
            .where(t.staff.c.id == row._mapping["id"])
            .values(failed_tries=0 if paused else tries, locked_until=paused, **new)
        )


def require_manager(actor: StaffMember) -> None:
    """Raises AccessRefused `managers-only` for anyone else."""
    if actor.role is not Role.MANAGER:
        raise AccessRefused("managers-only")


def check_account(name: str, pin: str) -> None:
    """Raises InputRefused `staff-name-missing`, `pin-length` or `pin-weak`."""
    if not normal_name(name):
        raise InputRefused(Problem("staff-name-missing", "name"))
    check_pin(pin)


def check_pin(pin: str) -> None:
    """Raises InputRefused `pin-length`, or `pin-weak` for one character throughout and for runs such as 1234, 9876 or 7890."""
    if not PIN_CHARS_MIN <= len(pin) <= PIN_CHARS_MAX:
        raise InputRefused(Problem("pin-length", "pin", params={"least": str(PIN_CHARS_MIN)}))
    if len(set(pin)) == 1 or any(pin in run for run in RUNS):
        raise InputRefused(Problem("pin-weak", "pin"))


def add_member(
    connection: Connection, name: str, role: Role, pin: str, at: datetime, post: Post = Post.ALL
) -> StaffMember:
    """Inserts an account inside the caller's transaction; the user name is the folded name, numbered when taken."""
    check_account(name, pin)
    name = normal_name(name)
    member = StaffMember(StaffId(str(uuid.uuid4())), free_username(connection, name), name, role, post)
    connection.execute(
        insert(t.staff).values(
            id=member.id,
            username=member.username,
            name=name,
            role=role.value,
            pin_hash=_hash(pin),
            active=True,
            failed_tries=0,
            locked_until=None,
            created_at=at,
            post=post.value,
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
    """Who works here comes before a namesake who does no more."""
    wanted = fold(username)
    by_name = or_(
        t.staff.c.username == wanted.replace(" ", "."), func.lower(t.staff.c.name) == username.strip().lower()
    )
    return connection.execute(select(t.staff).where(by_name).order_by(t.staff.c.active.desc()).limit(1)).first()


def _row(connection: Connection, staff_id: StaffId) -> Row[Any]:
    row = connection.execute(select(t.staff).where(t.staff.c.id == staff_id)).first()
    if row is None:
        raise StoreError("staff-not-found")
    return row


def _must_have_manager(connection: Connection) -> None:
    """A site without one could add nobody, sign no day and never get one again."""
    is_manager = t.staff.c.role == Role.MANAGER.value
    if connection.execute(select(t.staff.c.id).where(t.staff.c.active, is_manager).limit(1)).first() is None:
        raise InputRefused(Problem("last-manager", "role"))


def _hash(pin: str) -> str:
    from argon2 import PasswordHasher

    return PasswordHasher().hash(pin)


def _matches(pin_hash: str, pin: str) -> bool:
    from argon2 import PasswordHasher
    from argon2.exceptions import VerifyMismatchError

    if not pin_hash:  # a name that came back with restored records: nobody has its PIN
        return False
    try:
        return PasswordHasher().verify(pin_hash, pin)
    except VerifyMismatchError:
        return False
