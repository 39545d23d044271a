"""Who a complaint may be about, among a million people of the encrypted store, beside the bare indexed query by number.

One person in a hundred has the same common name; the worst claim tells nothing else. Every claim is about somebody else than the one before.
"""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import cycle
from pathlib import Path

from bench_find_person import FAMILY, GIVEN, MIDDLE, by_number
from measure import in_turns, p95, report
from support.builders import a_desk

from vaxdesk.models.complaint_candidates import candidates
from vaxdesk.models.complaints import Claim
from vaxdesk.models.db import open_keyed
from vaxdesk.models.text_repair import fold
from vaxdesk.models.values import Sex

PEOPLE = int(os.environ.get("BENCH_PEOPLE", "1000000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "100"))
LIMIT_S = 0.1
COMMON, COMMON_EVERY = "Nguyễn Thị Hoa", 100
EARLIEST, BORN_DAYS = date(1945, 1, 1), 21_900
KEPT_EVERY = 97

Case = tuple[str, Callable[[Claim], Claim]]


def fill(path: Path, key: bytes, manager: str) -> list[Claim]:
    """A million people straight into the tables; some of them as claims that tell everything right."""
    draw, claims = random.Random(7), list[Claim]()
    connection = open_keyed(path, key)
    connection.execute("BEGIN")
    for index in range(PEOPLE):
        name = " ".join((draw.choice(FAMILY), draw.choice(MIDDLE), draw.choice(MIDDLE), draw.choice(GIVEN)))
        name = name if index % COMMON_EVERY else COMMON
        old, phone = f"{200_000_000 + index}", f"09{index:08d}"
        born = EARLIEST + timedelta(days=draw.randrange(BORN_DAYS))
        number = f"0{draw.randrange(1, 97):02d}{1 + 2 * (born.year >= 2000)}{born:%y}{index:06d}"
        head = (f"p{index}", 1, number, fold(name), old, phone)
        connection.execute(
            "INSERT INTO person (id, revision, citizen_id, name_folded, old_id, phone) VALUES (?,?,?,?,?,?)", head
        )
        facts = (f"p{index}", number, name, born.isoformat(), old, phone, manager)
        connection.execute(
            "INSERT INTO person_revision VALUES (?,1,?,?,?,'female',?,?,'','VNM','2021-11-12',?,'','','','')", facts
        )
        if index % KEPT_EVERY == 0 or not index % (7 * COMMON_EVERY):
            claims.append(Claim(number, old, name, born.isoformat(), Sex.FEMALE, phone))
    connection.execute("COMMIT")
    connection.close()
    draw.shuffle(claims)
    return claims


CASES: tuple[Case, ...] = (
    ("number", lambda claim: Claim(claim.citizen_id)),
    ("number with a slip", lambda claim: Claim(claim.citizen_id[:9] + claim.citizen_id[:8:-1])),
    ("old number", lambda claim: Claim(old_id=claim.old_id)),
    ("phone", lambda claim: Claim(phone=claim.phone)),
    ("name and birth date", lambda claim: Claim(name=claim.name, birth_date=claim.birth_date)),
    ("part of a name", lambda claim: Claim(name=" ".join(claim.name.split()[::2]), birth_date=claim.birth_date)),
    ("two common words", lambda claim: Claim(name="Nguyễn Hoa", birth_date=claim.birth_date)),
    ("everything", lambda claim: claim),
    ("common name, birth date", lambda claim: Claim(name=COMMON, birth_date=claim.birth_date)),
    ("common name, other number", lambda claim: replace(claim, name=COMMON, birth_date="")),
    ("common name alone", lambda claim: Claim(name=COMMON)),
)


def main() -> None:
    """Prints the ratio of every case; the aim is what the limit of 100 ms comes to beside this floor."""
    with tempfile.TemporaryDirectory() as name:
        desk = a_desk(Path(name))
        claims = fill(desk.store.path, desk.key, desk.manager.id)
        bare = open_keyed(desk.store.path, desk.key)
        wanted: Iterator[Claim] = cycle(claims)
        for case, narrowed in CASES:

            def ours(narrowed: Callable[[Claim], Claim] = narrowed) -> object:
                with desk.store.read() as connection:
                    return candidates(connection, narrowed(next(wanted)))

            ours_s, floor_s = in_turns(ours, lambda: by_number(bare, next(wanted).citizen_id), ROUNDS)
            floor = p95(floor_s)
            aim = round(LIMIT_S / floor, 1)  # the ratio at which it would take as long as it may
            report(f"candidates by {case}, p95", p95(ours_s), floor, aim, people=PEOPLE, limit_ms=LIMIT_S * 1000)
        bare.close()
        desk.store.close()


if __name__ == "__main__":
    main()
