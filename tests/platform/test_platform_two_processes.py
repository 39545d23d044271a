"""Two processes of the platform on one store, and two desks whose requests reach one each in the same moment. On both databases."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from platform_server import a_patient, dose_entries, new_id, number_of, put_entry
from sqlalchemy import create_engine

from vaxplatform.store import bundle
from vaxplatform.store.database import Database
from vaxplatform.store.refusals import Refused
from vaxplatform.store.scope import Actor

TURNS = 10


def transact(database: Database, *entries: dict[str, Any]) -> list[dict[str, Any]]:
    """As a desk of another platform process would: through a connection pool and a lock of its own."""
    content = {"resourceType": "Bundle", "type": "transaction", "entry": list(entries)}
    answer = bundle.process(database, Actor(), content, None)  # type: ignore[arg-type]
    return [entry["response"] for entry in answer["entry"]]


@pytest.fixture(params=["sqlite", "read committed", "repeatable read", "serializable"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """SQLite, and PostgreSQL with each isolation that an administrator may have set for all sessions."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.db'}"
    url: str = request.getfixturevalue("cluster").new_database()
    engine = create_engine(url)
    with engine.begin() as connection:
        isolation = f"default_transaction_isolation = '{request.param}'"
        connection.exec_driver_sql(f'ALTER DATABASE "{engine.url.database}" SET {isolation}')
    engine.dispose()
    return url


def test_two_processes_meet_one_citizen_at_once(store_url: str) -> None:
    """Failure: one person two records, when the two desks' requests reach two processes of the platform."""
    with closing(Database(store_url)) as one, closing(Database(store_url)) as other:
        barrier = threading.Barrier(2)

        def push(database: Database) -> list[str]:
            made: list[str] = []
            for turn in range(TURNS):
                barrier.wait(20)
                made += [said["status"] for said in transact(database, *dose_entries(new_id(), number_of(turn)))]
            return made

        with ThreadPoolExecutor(2) as pool:
            statuses = [status for made in pool.map(push, (one, other)) for status in made]
        assert statuses.count("201 Created") == 3 * TURNS
        assert statuses.count("200 OK") == TURNS


def test_of_two_corrections_in_two_processes_one_wins(store_url: str) -> None:
    with closing(Database(store_url)) as one, closing(Database(store_url)) as other:
        barrier = threading.Barrier(2)
        patients = [a_patient(number_of(turn), id=new_id()) for turn in range(TURNS)]
        transact(one, *(put_entry(patient) for patient in patients))

        def correct(database: Database) -> list[int]:
            statuses = []
            for patient in patients:
                changed = patient | {"birthDate": "1991-01-01" if database is one else "1992-02-02"}
                barrier.wait(20)
                try:
                    transact(database, put_entry(changed, ifMatch='W/"1"'))
                    statuses.append(200)
                except Refused as refused:
                    statuses.append(refused.status)
            return statuses

        with ThreadPoolExecutor(2) as pool:
            pairs = zip(*pool.map(correct, (one, other)), strict=True)
        assert [sorted(pair) for pair in pairs] == [[200, 412]] * TURNS
