"""A mended identity with real platforms (contract P12): found wrong, mended at the desk, matched, without touching the dose."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import test_e2e_beside_peer as beside
from support import peer
from test_e2e_reissue import Site, site  # noqa: F401  a fixture
from test_e2e_script import adults

from vaxdesk.demo.people import MadeUpPerson, write_csv
from vaxdesk.models import citizen_id
from vaxdesk.models.text_repair import fold
from vaxdesk.models.values import Identity, PersonDraft

pytestmark = pytest.mark.e2e


def without_marks(person: MadeUpPerson) -> MadeUpPerson:
    return replace(person, name=fold(person.name).title())


def mended(person: MadeUpPerson) -> PersonDraft:
    return PersonDraft(person.number, person.name, person.birth_date.isoformat(), person.sex)


def test_p12_a_name_is_mended_matched_signed_and_certified_without_touching_the_dose(site: Site) -> None:  # noqa: F811
    person = adults(1)[0]
    dose, today = site.record(without_marks(person)), site.today
    site.sync_until(lambda: site.dose(dose).identity is Identity.MISMATCH)
    before = site.dose(dose)
    assert (before.identity_fields, site.desk.work.signing.ready(today)) == (("name",), ())
    site.desk.work.desk.mend_person(
        citizen_id.parse(person.number), mended(person), "thẻ căn cước có dấu", site.manager
    )
    site.sync_until(lambda: site.dose(dose).identity is Identity.MATCHED)
    after = site.dose(dose)
    assert (after.dose, after.receipt and after.receipt.version) == (before.dose, "1")
    assert site.desk.work.figures.counts().waiting == 0
    site.certify(dose)
    assert site.print(dose, "certificate").startswith("HC1:")


@pytest.fixture
def foreign(tmp_path: Path) -> Iterator[str]:
    with peer.peer(tmp_path, peer.OPEN) as base:
        yield f"{base}/fhir"


@pytest.mark.peer
@pytest.mark.skipif(not peer.is_there(), reason=peer.ABSENT)
def test_p12_beside_another_projects_server(foreign: str, tmp_path: Path) -> None:
    person = beside.adults(1)[0]
    state = tmp_path / "services"
    state.mkdir()
    write_csv([person], tmp_path / "people.csv")
    load = [*beside.PROGRAM, "people", "add", str(tmp_path / "people.csv"), "--data", str(state)]
    beside.subprocess.run(load, check=True, capture_output=True)
    with beside.a_desk(foreign, tmp_path / "desk") as (desk, manager), beside.services(foreign, state):
        dose = beside.record(desk, without_marks(person), manager).dose.id
        beside.synced_until(desk, lambda all_: all_[dose].identity is Identity.MISMATCH)
        desk.work.desk.mend_person(citizen_id.parse(person.number), mended(person), "thẻ có dấu", manager)
        judged = beside.synced_until(desk, lambda all_: all_[dose].identity is Identity.MATCHED)
        receipt = judged[dose].receipt
        assert receipt is not None
        assert (receipt.version, desk.work.figures.counts().waiting) == ("1", 0)
        (patient,) = beside.in_store(foreign, "Patient")
        assert patient["name"][0]["text"] == person.name
