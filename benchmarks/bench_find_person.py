"""Find a person among a million: by number, and by name without diacritics, beside the bare indexed and FTS5 queries."""

from __future__ import annotations

import os
import random
import resource
import sys
import tempfile
from pathlib import Path

from measure import in_turns, p95, report
from sqlcipher3 import dbapi2
from support.builders import a_desk

from vaxdesk.models.db import open_keyed
from vaxdesk.models.text_repair import fold

PEOPLE = int(os.environ.get("BENCH_PEOPLE", "1000000"))
ROUNDS = 200
FAMILY = [
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Hoàng",
    "Huỳnh",
    "Phan",
    "Vũ",
    "Võ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
    "Lý",
]
MIDDLE = [
    "Thị",
    "Văn",
    "Hữu",
    "Đức",
    "Thanh",
    "Minh",
    "Ngọc",
    "Quang",
    "Xuân",
    "Thu",
    "Kim",
    "Bảo",
    "Gia",
    "Hoài",
    "Như",
    "Khánh",
]
GIVEN = [
    "An",
    "Anh",
    "Bình",
    "Bích",
    "Châu",
    "Chi",
    "Cường",
    "Dũng",
    "Duyên",
    "Đào",
    "Giang",
    "Hà",
    "Hạnh",
    "Hiền",
    "Hòa",
    "Hùng",
    "Hương",
    "Khoa",
    "Lan",
    "Linh",
    "Long",
    "Mai",
    "Minh",
    "Nam",
    "Nga",
    "Ngân",
    "Nhung",
    "Oanh",
    "Phúc",
    "Phương",
    "Quân",
    "Quỳnh",
    "Sơn",
    "Tâm",
    "Thảo",
    "Thắng",
    "Thủy",
    "Trang",
    "Trinh",
    "Tuấn",
    "Tú",
    "Uyên",
    "Vân",
    "Vinh",
    "Yến",
]


def fill(path: Path, key: bytes, manager: str) -> list[str]:
    """A million people straight into the tables; gives some of their names."""
    draw = random.Random(7)
    connection = open_keyed(path, key)
    names = []
    connection.execute("BEGIN")
    for index in range(PEOPLE):
        name = " ".join((draw.choice(FAMILY), draw.choice(MIDDLE), draw.choice(MIDDLE), draw.choice(GIVEN)))
        number = f"0{draw.randrange(1, 97):02d}{draw.randrange(4)}{index % 100:02d}{index:06d}"
        names.append(name)
        facts = (f"p{index}", 1, number, fold(name), "", f"09{index:08d}")
        connection.execute(
            "INSERT INTO person (id, revision, citizen_id, name_folded, old_id, phone) VALUES (?,?,?,?,?,?)", facts
        )
        connection.execute(
            "INSERT INTO person_revision VALUES (?,1,?,?,'1990-05-06','male','','','','VNM','2021-11-12',?,'','','','')",
            (f"p{index}", number, name, manager),
        )
    connection.execute("COMMIT")
    numbers = [row[0] for row in connection.execute("SELECT citizen_id FROM person ORDER BY random() LIMIT 5000")]
    connection.close()
    draw.shuffle(names)
    return numbers + names[:5000]


def main() -> None:
    """Prints both ratios and the memory in use."""
    with tempfile.TemporaryDirectory() as name:
        desk = a_desk(Path(name))
        wanted = fill(desk.store.path, desk.key, desk.manager.id)
        numbers, names = iter(wanted[:5000]), iter(wanted[5000:])
        bare = open_keyed(desk.store.path, desk.key)
        search = desk.work.desk.search
        ours, floor = in_turns(lambda: search(next(numbers)), lambda: by_number(bare, next(numbers)), ROUNDS)
        report("find by number among a million, p95", p95(ours), p95(floor), 2.0, people=PEOPLE)
        ours, floor = in_turns(lambda: search(typed(next(names))), lambda: by_name(bare, typed(next(names))), ROUNDS)
        report("find by name without marks, p95", p95(ours), p95(floor), 2.0, people=PEOPLE, limit_ms=50)
        resident_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        sys.stdout.write(f"most memory resident, with the filling: {resident_mb:.0f} MB\n")
        bare.close()
        desk.store.close()


def typed(name: str) -> str:
    """As a nurse types: given name and family name, no marks."""
    words = fold(name).split()
    return f"{words[0]} {words[-2]} {words[-1]}"


def by_number(bare: dbapi2.Connection, number: str) -> list[object]:
    """The bare indexed query."""
    query = "SELECT r.* FROM person p JOIN person_revision r ON r.person_id = p.id AND r.revision = p.revision WHERE p.citizen_id = ?"
    return list(bare.execute(query, (number,)))


def by_name(bare: dbapi2.Connection, words: str) -> list[object]:
    """The bare FTS5 query."""
    match = " ".join(f'"{word}"*' for word in words.split())
    query = (
        "SELECT r.* FROM person_name f JOIN person p ON p.rowid = f.rowid"
        " JOIN person_revision r ON r.person_id = p.id AND r.revision = p.revision WHERE person_name MATCH ? LIMIT 20"
    )
    return list(bare.execute(query, (match,)))


if __name__ == "__main__":
    main()
