"""Rounds of the services over a real store: news is settled once, silence costs four questions, a refused write comes again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from platform_server import Caller, Server, dose_entries, new_id, number_of, put_entry, token_for
from sqlalchemy import select
from support import faulty
from test_platform_bundle import responses

from vaxplatform.services.fhir_client import FhirClient
from vaxplatform.services.population import Citizen, Population
from vaxplatform.services.progress import AGAIN_S_MAX, Progress
from vaxplatform.services.runner import FEEDS, ServiceReport, run_once
from vaxplatform.services.signing_keys import SigningKeys, load_or_make
from vaxplatform.store.tables import versions

NOW = datetime(2021, 11, 12, 10, 0, tzinfo=UTC)
NOTHING = ServiceReport(0, 0, 0)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> SigningKeys:
    return load_or_make(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def population(tmp_path: Path) -> Iterator[Population]:
    people = Population(tmp_path / "population.db")
    people.add([Citizen(number_of(1), "Trần Thị Thử", "1990-02-03", "female")])
    yield people
    people.close()


class Rounds:
    """The services over one store; `token` may be exchanged, `asked` counts requests."""

    def __init__(self, fhir: str, token: str, folder: Path, population: Population, keys: SigningKeys) -> None:
        self.token, self.asked = token, 0
        self.client = FhirClient(fhir, lambda: self.token)
        self.client._session.hooks["response"].append(self._count)
        self._rest = (folder, population, keys)

    def _count(self, answer: requests.Response, **_: object) -> None:
        self.asked += 1

    def again(self) -> ServiceReport:
        self.asked = 0
        return run_once(self.client, *self._rest)


@pytest.fixture
def rounds(server: Server, tmp_path: Path, population: Population, keys: SigningKeys) -> Iterator[Rounds]:
    made = Rounds(server.fhir, token_for(server, "", "system/*.*"), tmp_path, population, keys)
    yield made
    made.client.close()


def test_news_is_settled_once_and_then_there_is_silence(desk: Caller, rounds: Rounds) -> None:
    responses(desk.transact(*dose_entries(new_id())))
    assert rounds.again() == ServiceReport(1, 1, 0)
    assert rounds.again() == ServiceReport(1, 0, 0)  # its own result is news once
    for _ in range(2):
        assert rounds.again() == NOTHING
        assert rounds.asked == len(FEEDS)
    (dose,) = desk.all_pages("Immunization")
    responses(desk.transact(put_entry(dose | {"lotNumber": "L2"})))
    assert rounds.again().doses == 1


@pytest.mark.allow_warnings("vaxplatform.services.fhir_client")
def test_a_refused_write_is_told_and_comes_again(
    server: Server, desk: Caller, rounds: Rounds, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    may = rounds.token
    responses(desk.transact(*dose_entries(new_id())))
    rounds.token = token_for(server, "", "system/*.rs", "reads-only")
    assert rounds.again() == ServiceReport(1, 0, 0)
    (said,) = [record.getMessage() for record in caplog.records]
    assert said.startswith("refused: VerificationResult/")
    assert said.endswith(", 403")
    assert rounds.again() == NOTHING  # its time has not come
    rounds.token = may
    monkeypatch.setattr(Progress, "due_again", lambda self, now: set(self._again))
    assert rounds.again() == ServiceReport(1, 1, 0)
    rounds.again()
    assert rounds.again() == NOTHING


def test_a_refused_dose_comes_ever_more_rarely(tmp_path: Path) -> None:
    progress, now, waits = Progress(tmp_path / "state.json"), NOW, []
    for _ in range(12):
        progress.settled({"d"}, {"d"}, now)
        progress.save()
        progress = Progress(tmp_path / "state.json")
        before = now
        while not progress.due_again(now):
            now += timedelta(seconds=1)
        waits.append(int((now - before).total_seconds()))
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600, 600]
    assert waits[-1] == AGAIN_S_MAX
    progress.settled({"d"}, set(), now)
    assert not progress.due_again(now + timedelta(days=1))


@pytest.mark.parametrize("kept", ["", "{", "[]", json.dumps({"Immunization": "2021-11-12T10:00:00+00:00"})])
def test_unreadable_or_older_progress_begins_anew(tmp_path: Path, kept: str) -> None:
    file = tmp_path / "state.json"
    file.write_text(kept)
    progress = Progress(file)
    assert not progress.due_again(NOW)
    progress.settled(set(), {"d"}, NOW)
    progress.save()
    assert Progress(file).due_again(NOW + timedelta(seconds=2)) == {"d"}


@pytest.mark.allow_warnings("vaxplatform.services.runner")
@pytest.mark.parametrize(
    "spoil",
    [{"patient": ["x"]}, {"meta": {"tag": "x"}}, {"vaccineCode": "x"}, {"protocolApplied": [7]}],
    ids=lambda spoil: next(iter(spoil)),
)
def test_a_malformed_dose_of_a_lax_server_holds_up_no_other(
    server: Server, desk: Caller, rounds: Rounds, spoil: dict[str, object]
) -> None:
    """No server of ours lets it in; another one may."""
    doses = [new_id() for _ in range(5)]
    for dose in doses:
        responses(desk.transact(*dose_entries(dose)))
    spoilt = versions.c.id == doses[2]
    with server.database.writing() as connection:
        body = json.loads(connection.scalar(select(versions.c.body).where(spoilt)) or "")
        body |= spoil | ({"meta": body["meta"] | spoil["meta"]} if "meta" in spoil else {})  # type: ignore[operator]
        connection.execute(versions.update().where(spoilt).values(body=json.dumps(body)))
    assert rounds.again().matched >= 4
    rounds.again()
    assert rounds.again() == NOTHING


def test_a_server_without_batches_gets_one_put_at_a_time(desk: Caller, rounds: Rounds) -> None:
    for person in (1, 2, 3):
        responses(desk.transact(*dose_entries(new_id(), number_of(person))))
    line = faulty.FaultyLine([faulty.status(501), faulty.status(400)])
    rounds.client._session.mount("http://", line)
    assert rounds.again() == ServiceReport(3, 3, 0)
    assert len([seen for seen in line.seen if seen.startswith("PUT")]) == 3
    line.close()


@pytest.mark.parametrize("status", [401, 429, 500, 503])
def test_a_server_in_trouble_is_no_refusal(desk: Caller, rounds: Rounds, status: int) -> None:
    responses(desk.transact(*dose_entries(new_id())))
    line = faulty.FaultyLine([faulty.status(status)])
    rounds.client._session.mount("http://", line)
    with pytest.raises(requests.HTTPError):
        rounds.again()
    assert not [seen for seen in line.seen if seen.startswith("PUT")]
    assert rounds.again() == ServiceReport(1, 1, 0)
    line.close()


def test_a_page_link_to_another_machine_gets_no_token(desk: Caller, rounds: Rounds) -> None:
    """The guard of these tests would fail on a connection there."""
    for _ in range(3):
        responses(desk.transact(*dose_entries(new_id())))

    def elsewhere(page: dict[str, object]) -> dict[str, object]:
        text = json.dumps(page).replace("http://127.0.0.1", "http://192.0.2.7")
        changed: dict[str, object] = json.loads(text)
        return changed

    line = faulty.FaultyLine([faulty.rewritten(elsewhere)] * 2, only=lambda request: request.method == "GET")
    rounds.client._session.mount("http://", line)
    assert len(list(rounds.client.search("Immunization", _count="2"))) == 3
    line.close()
