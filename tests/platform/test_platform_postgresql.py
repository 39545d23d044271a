"""The store on PostgreSQL: the same tests of bundles, paging, versions and rules as on SQLite, and what only this database can get wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from platform_server import Caller, Server, a_patient, dose_entries, new_id, number_of, put_entry
from sqlalchemy import Engine, create_engine
from support import postgres
from test_platform_bundle import *  # noqa: F403 - collected here again, over the database_url below
from test_platform_bundle import responses
from test_platform_rest import (  # noqa: F401
    test_a_change_makes_a_version_and_keeps_the_old_one,
    test_a_dose_comes_back_with_exactly_its_facts,
    test_conditional_create_by_header,
    test_conditional_create_that_meets_several_is_412,
    test_history_is_whole_newest_first_and_paged,
    test_names_with_diacritics_and_markup_come_back_as_they_went,
    test_p2_a_put_of_the_same_content_makes_no_version,
    test_p3_if_match_binds_to_the_stored_version,
)
from test_platform_rules import (  # noqa: F401
    test_one_patient_a_citizen_number,
    test_r1_also_holds_for_corrections_and_batches,
    test_r2_a_person_met_by_number_is_shared,
    test_r2_a_site_does_not_see_anothers_resources,
)
from test_platform_search import *  # noqa: F403
from test_platform_two_processes import transact

from vaxplatform.store import database as store_database
from vaxplatform.store.database import Database
from vaxplatform.store.refusals import Refused
from vaxplatform.store.tables import metadata, schema

pytestmark = pytest.mark.skipif(not postgres.is_there(), reason=postgres.ABSENT)


@pytest.fixture(scope="module")
def emptied(cluster: postgres.Cluster) -> Iterator[tuple[str, Engine]]:
    """One database for the whole module: making one for each test would take most of the time."""
    url = cluster.new_database()
    engine = create_engine(url)
    Database(url).close()
    yield url, engine
    engine.dispose()


@pytest.fixture
def database_url(emptied: tuple[str, Engine]) -> str:
    url, engine = emptied
    tables = ", ".join(table.name for table in metadata.sorted_tables if table is not schema)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"TRUNCATE {tables}")
    return url


def _set(engine: Engine, what: str) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(f'ALTER DATABASE "{engine.url.database}" SET {what}')


def test_a_database_in_no_encoding_keeps_every_letter(cluster: postgres.Cluster) -> None:
    """What initdb makes where no language is set."""
    url = cluster.new_database("SQL_ASCII")
    with closing(Database(url)) as database:
        patient = a_patient(number_of(1), id=new_id(), name=[{"use": "official", "text": "Đặng Thị Ngọc Quỳnh 𠀀"}])
        transact(database, put_entry(patient))
        assert [said["status"] for said in transact(database, put_entry(patient))] == ["200 OK"]


@pytest.mark.allow_warnings("psycopg")  # of the transaction that was broken off, now and then
def test_a_store_that_takes_no_writes_is_busy_and_then_works_on(
    emptied: tuple[str, Engine], plain_server: Server, anyone: Caller
) -> None:
    """A fail-over: connections are cut, for a while the other server only reads."""
    engine = emptied[1]
    responses(anyone.transact(*dose_entries(new_id(), number_of(1))))
    _set(engine, "default_transaction_read_only = on")
    _cut_others(engine)
    refused = anyone.transact(*dose_entries(new_id(), number_of(2)))
    assert (refused.status_code, "Retry-After" in refused.headers) == (503, True)
    assert anyone.get("Patient").json()["total"] == 1
    with engine.begin() as connection:
        connection.exec_driver_sql("SET TRANSACTION READ WRITE")
        connection.exec_driver_sql(f'ALTER DATABASE "{engine.url.database}" RESET default_transaction_read_only')
    _cut_others(engine)
    responses(anyone.transact(*dose_entries(new_id(), number_of(2))))
    assert anyone.get("Patient").json()["total"] == 2


def _cut_others(engine: Engine) -> None:
    asked = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with engine.connect() as connection:
        connection.exec_driver_sql(asked)


def test_a_hanging_writer_elsewhere_makes_the_store_busy_not_stuck(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process of the platform holds the writer's lock and does not go on."""
    monkeypatch.setattr(store_database, "BUSY_TIMEOUT_MS", 200)
    with closing(Database(database_url)) as hanging, closing(Database(database_url)) as waiting:
        with hanging.writing(), pytest.raises(Refused, match="busy"):
            transact(waiting, *dose_entries(new_id(), number_of(1)))
        assert len(transact(waiting, *dose_entries(new_id(), number_of(1)))) == 2
