"""A mended identity with real platforms (contract P12): found wrong, mended at the desk, matched, without touching the dose."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import test_e2e_beside_peer as beside
from support import peer
from support.live_site import LiveSite, a_live_site
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


@pytest.fixture
def site(tmp_path: Path) -> Iterator[LiveSite]:
    with a_live_site(tmp_path, adults(3)) as site:
        yield site


def test_p12_a_name_is_mended_matched_signed_and_certified_without_touching_the_dose(site: LiveSite) -> None:
    person, identities = adults(1)[0], site.work.identities
    dose, today = site.record(without_marks(person)), site.today
    site.sync_until(lambda: site.dose(dose).identity is Identity.MISMATCH)
    before, (listed,) = site.dose(dose), identities.cases()
    assert (before.identity_fields, listed.fields, site.work.signing.ready(today)) == (("name",), ("name",), ())
    identities.mend(listed.person.id, mended(person), "thẻ căn cước có dấu", site.manager)
    site.sync_until(lambda: site.dose(dose).identity is Identity.MATCHED)
    after = site.dose(dose)
    assert (after.dose, after.receipt and after.receipt.version) == (before.dose, "1")
    assert (site.work.figures.counts().waiting, identities.cases()) == (0, ())
    first = site.certify(dose)
    # The person is called otherwise from now on (and so by the population data): the paper with the old name must go.
    identities_of = site.dose(dose).person
    site.work.desk.mend_person(
        identities_of.citizen_id, mended(replace(person, name="Lê Thị Đổi")), "đổi tên", site.manager
    )
    site.sync_until(lambda: site.dose(dose).certificate_id != first)
    assert site.dose(dose).certificate_id is None  # the new name is not matched
    site.work.desk.mend_person(identities_of.citizen_id, mended(person), "nhầm", site.manager)
    site.sync_until(lambda: site.dose(dose).certificate_id == first)
    assert site.dose(dose).receipt == after.receipt


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
