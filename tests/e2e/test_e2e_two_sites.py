"""Two sites and the real platform: what one gave is known at the other, with a network and, by the roster, without one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from test_e2e_script import PRODUCT, Desk, adults

from vaxdesk.demo.people import MadeUpPerson, card_text
from vaxdesk.demo.platform import Platform

pytestmark = pytest.mark.e2e
SITES = ("79-Q10-P05", "79-Q1-P01")


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    running = Platform(tmp_path_factory.mktemp("platform"))
    running.start()
    yield running
    running.stop()


def joined(platform: Platform, folder: Path, site: str) -> Desk:
    code = platform.add_site(site, f"Trạm Y tế {site}", "Số 1 Phố Mẫu", "079")
    desk = Desk(folder)
    desk.run("enrol", "--platform", platform.base, "--site", site, "--code", code, "--manager", "Phạm Thị Lan")
    return desk


@pytest.fixture(scope="module")
def sites(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> tuple[Desk, Desk]:
    here, there = (joined(platform, tmp_path_factory.mktemp("desk"), site) for site in SITES)
    return here, there


def record(desk: Desk, person: MadeUpPerson, *more: str, codes: tuple[int, ...] = (0,)) -> Any:
    product = [f"--{name}={value}" for name, value in PRODUCT.items()]
    return desk.run("record", "--scan", card_text(person), *product, *more, codes=codes)


def test_a_roster_stops_the_same_dose_at_another_site_without_a_network(
    sites: tuple[Desk, Desk], platform: Platform, tmp_path: Path
) -> None:
    """failures.md 17, for a field team: the first dose was given elsewhere, and the platform is away."""
    here, there = sites
    person, stranger = adults(2)
    record(there, person)
    assert there.run("sync", "--once")["acknowledged"] == 1
    file = tmp_path / "invited.csv"
    file.write_text(f"name,number\nA,{person.number}\nB,{stranger.number}\nC,12345\n", encoding="utf-8")
    added = here.run("roster", "add", str(file))
    assert (added["taken"], added["new"], [line["line"] for line in added["refused"]]) == (2, 2, [4])
    fetched = here.run("roster", "fetch", "--budget-kb", "200")
    assert (fetched["fetched"], fetched["doses"], fetched["left"]) == (2, 1, 0)
    assert 0 < fetched["bytes"] < 200_000
    platform.stop()
    try:
        refused = record(here, person, "--dose=1", codes=(2,))["refused"]
        assert refused[0]["sentence"]
        assert record(here, stranger)["dose"]["dose_number"] == 1
    finally:
        platform.start()
    listed = here.run("roster", "list")
    assert (listed["invited"], listed["known"]) == (2, 2)
    assert person.number not in str(listed)


def test_status_tells_what_the_day_cost_and_what_differs(sites: tuple[Desk, Desk]) -> None:
    here, _ = sites
    here.run("sync", "--once")
    status = here.run("status")
    assert status["traffic_today_bytes"] > 0
    assert (status["differing"], status["disputes"], status["data_allowance_bytes"]) == ([], 0, 0)
    empty = here.run("status", "--day", "2021-10-01")
    assert (empty["given"], empty["received"], empty["read_back"]) == (0, 0, 0)


def test_a_list_that_cannot_be_read_is_refused(sites: tuple[Desk, Desk], tmp_path: Path) -> None:
    (tmp_path / "list.xlsx").write_bytes(b"PK\x03\x04\xff\xfe")
    (refused,) = sites[0].run("roster", "add", str(tmp_path / "list.xlsx"), codes=(2,))["refused"]
    assert refused["code"] == "roster-unreadable"


def test_a_device_changes_its_keys_and_goes_on(sites: tuple[Desk, Desk]) -> None:
    here, _ = sites
    old = here.run("keys", "jwks")
    here.run("keys", "renew")
    assert here.run("keys", "jwks") != old
    assert here.run("sync", "--once")["reached"]
