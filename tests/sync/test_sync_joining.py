"""Becoming a desk step by step: cut off anywhere it goes on with the same keys, and practice beside it never reaches the platform."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.central import SITES, Central, a_central, close_door

from vaxdesk import keys
from vaxdesk.app import open_desk
from vaxdesk.demo import practice_desk
from vaxdesk.demo.people import card_text
from vaxdesk.demo.practice_people import practice_people
from vaxdesk.errors import EnrolmentRefused, InputRefused, SecretsError, StoreError
from vaxdesk.joining import Joining
from vaxdesk.keys import vault as vaults
from vaxdesk.models import db, scan, training
from vaxdesk.models.drafts import DoseDraft
from vaxdesk.models.first_run import PlatformAddress, Reached
from vaxdesk.models.values import IdentityCard, Screening
from vaxplatform import registry

PASSPHRASE, PIN, MANAGER = "một câu dài dễ nhớ", "2580", "Phạm Thị Lan"
QUICK = {"time_cost": 1, "memory_cost": 64, "parallelism": 1}


class PowerCut(BaseException):
    """The lights go out; no `except Exception` sees it."""


@pytest.fixture(autouse=True)
def _quick_passphrases(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vaults, "_ARGON2", QUICK)
    monkeypatch.setattr(keys, "has_keyring", lambda: False)


@pytest.fixture(scope="module", autouse=True)
def _door_closed() -> Iterator[None]:
    yield
    close_door()


@pytest.fixture
def central(tmp_path: Path) -> Iterator[Central]:
    with a_central(tmp_path / "platform") as (made, _):
        yield made


@pytest.fixture
def address(central: Central) -> PlatformAddress:
    with central.database.writing() as connection:
        code = registry.add_site(connection, SITES[0])
    return PlatformAddress(central.base, SITES[0].code, code)


def go_on(folder: Path, address: PlatformAddress) -> None:
    """What the first-run window does, from wherever an earlier start came."""
    joins = Joining(folder)
    begun = joins.begun()
    if begun.reached in (Reached.NOTHING, Reached.LOCKED):
        begun = joins.open(PASSPHRASE)
    if begun.reached is Reached.KEYS:
        begun = joins.ask(address)
    if begun.reached is Reached.ANSWERED:
        joins.finish(MANAGER, PIN)


def cutting(monkeypatch: pytest.MonkeyPatch, at: int) -> Callable[[], int]:
    """Cuts the power at the `at`-th thing that reaches the disk, or right after it for odd numbers; gives how many there were."""
    seen = 0

    def cut_around(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            nonlocal seen
            seen += 1
            if seen * 2 == at:
                raise PowerCut
            result = real(*args, **kwargs)
            if seen * 2 + 1 == at:
                raise PowerCut
            return result

        return call

    monkeypatch.setattr(vaults, "_write_whole", cut_around(vaults._write_whole))
    monkeypatch.setattr(Path, "rename", cut_around(Path.rename))
    monkeypatch.setattr(db, "_migrate", cut_around(db._migrate))
    return lambda: seen


def test_cut_off_anywhere_it_goes_on_with_the_same_code_and_ends_as_one_desk(
    tmp_path: Path, central: Central, address: PlatformAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    cuts = 0
    for at in range(2, 100):
        folder = tmp_path / f"desk{at}"
        with central.database.writing() as connection:
            code = registry.add_site(connection, SITES[0])
        here = PlatformAddress(central.base, SITES[0].code, code)
        with monkeypatch.context() as power:
            seen = cutting(power, at)
            try:
                go_on(folder, here)
            except PowerCut:
                cuts += 1
        go_on(folder, here)
        desk = open_desk(folder, lambda: PASSPHRASE)
        assert [one.name for one in desk.work.staff.everyone()] == [MANAGER], at
        assert desk.work.site().code == SITES[0].code
        assert desk.reachable(), at
        desk.close()
        if at > 2 * seen() + 1:
            break
    assert cuts > 12


def test_what_was_answered_is_kept_and_asked_no_more(
    tmp_path: Path, central: Central, address: PlatformAddress
) -> None:
    joins = Joining(tmp_path / "desk")
    joins.open(PASSPHRASE)
    assert joins.ask(address).site_name == SITES[0].name
    central.stop()
    again = Joining(tmp_path / "desk")
    assert again.begun().reached is Reached.LOCKED
    begun = again.open(PASSPHRASE)
    assert (begun.reached, begun.site_name, begun.address) == (Reached.ANSWERED, SITES[0].name, address)
    again.finish(MANAGER, PIN)
    assert again.begun().reached is Reached.ENROLLED


def test_the_code_may_be_asked_twice_by_the_same_machine_and_not_by_another(
    tmp_path: Path, address: PlatformAddress
) -> None:
    joins = Joining(tmp_path / "desk")
    joins.open(PASSPHRASE)
    assert joins.ask(address).reached is joins.ask(address).reached is Reached.ANSWERED
    other = Joining(tmp_path / "other")
    other.open(PASSPHRASE)
    with pytest.raises(EnrolmentRefused, match="joining-enrolment-code-refused"):
        other.ask(address)


def test_nothing_is_made_out_of_order_or_with_a_bad_account(tmp_path: Path, address: PlatformAddress) -> None:
    joins = Joining(tmp_path / "desk")
    with pytest.raises(SecretsError, match="passphrase-needed"):
        joins.ask(address)
    joins.open(PASSPHRASE)
    with pytest.raises(StoreError, match="not-enrolled"):
        joins.finish(MANAGER, PIN)
    joins.ask(address)
    with pytest.raises(InputRefused):
        joins.finish("", PIN)
    with pytest.raises(InputRefused):
        joins.finish(MANAGER, "1234")
    assert not (tmp_path / "desk" / "vaxdesk.db").exists()


def test_every_field_of_an_address_has_its_own_problem() -> None:
    joins = Joining(Path("/nowhere"))
    found = joins.check(PlatformAddress("http://tiemchung.vidu.vn", "s" * 200, ""))
    assert [(one.field, one.code) for one in found] == [
        ("platform", "plain-http-refused"),
        ("site", "joining-site-too-long"),
        ("code", "joining-code-missing"),
    ]
    assert joins.check(PlatformAddress("tiemchung.vidu.vn/ ", " S1", " ab cd ").tidy()) == ()


def test_a_practice_dose_beside_a_real_desk_never_reaches_its_platform(
    tmp_path: Path, central: Central, address: PlatformAddress
) -> None:
    go_on(tmp_path / "desk", address)
    central.fresh_versions()
    practice = practice_desk.open_or_make(training.training_folder(tmp_path / "desk"))
    one = practice_people()[0]
    card = scan.parse(card_text(one.person), practice.work.clock().date())
    assert isinstance(card, IdentityCard)
    preset = practice.work.desk.preset()
    nurse = practice.work.staff.sign_in(practice_desk.NURSE, training.PIN)
    now = practice.work.clock()
    practice.work.desk.record(
        DoseDraft(card.person, preset.vaccine, preset.lot, preset.expiry, now, screening=Screening.ELIGIBLE), nurse
    )
    practice.engine().run_once(asked=True)
    assert practice.work.sync_book.waiting() > 0
    practice.close()
    real = open_desk(tmp_path / "desk", lambda: PASSPHRASE)
    assert real.engine().run_once(asked=True).reached
    assert real.work.desk.all_records() == ()
    real.close()
    sent = {one["_type"] for one in central.fresh_versions()}
    assert not sent & {"Immunization", "Patient", "AdverseEvent", "Observation"}
