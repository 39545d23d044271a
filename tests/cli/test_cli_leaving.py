"""failures.md 7: nobody leaves a site with records that the platform never got, and nothing is deleted."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.builders import PASSPHRASE, PIN, a_crowd, an_enrolled_folder

from vaxdesk import keys
from vaxdesk.app import OpenDesk, open_desk
from vaxdesk.cli import main
from vaxdesk.errors import AccessRefused, InputRefused, StoreError
from vaxdesk.models import outbox
from vaxdesk.models import tables as t
from vaxdesk.models.backup import STORE_NAME, restore
from vaxdesk.models.db import open_store
from vaxdesk.models.exchange import Acknowledged
from vaxdesk.models.values import Receipt, Role, StaffMember


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[OpenDesk]:
    an_enrolled_folder(tmp_path / "desk")
    opened = open_desk(tmp_path / "desk", lambda: PASSPHRASE)
    yield opened
    opened.close()


@pytest.fixture
def manager(desk: OpenDesk) -> StaffMember:
    return desk.work.staff.everyone()[0]


def record(desk: OpenDesk, count: int, by: StaffMember) -> None:
    for draft in a_crowd(count):
        desk.work.desk.record(draft, by)


def receive_all(desk: OpenDesk) -> None:
    """As a push that was answered."""
    now = desk.work.clock()
    with desk.store.write() as connection:
        entries = outbox.due(connection, now, 100, asked=True)
        steps = [Acknowledged(e, Receipt(e.record_id, e.revision, "1", now, "0" * 64)) for e in entries]
        outbox.apply(connection, steps, now)


def carries(desk: OpenDesk, count: int) -> Callable[[Path, StaffMember], None]:
    """Stands for the courier export: writes down `count` waiting records as carried."""

    def export(file: Path, actor: StaffMember) -> None:
        from vaxdesk.models import exchange_tables as x

        file.write_text("sealed")
        now = desk.work.clock()
        with desk.store.write() as connection:
            made = {"epoch": 1, "number": 1, "made_at": now, "made_by": actor.id, "sha256": "0" * 64}
            connection.execute(x.courier.insert().values(made))
            for row in connection.execute(t.outbox.select().limit(count)).mappings():
                carried = {name: row[name] for name in ("kind", "record_id", "revision")}
                connection.execute(x.courier_record.insert().values(carried | {"epoch": 1, "number": 1, "hash": ""}))

    return export


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_desk_whose_records_were_all_received_is_moved_aside_whole(
    desk: OpenDesk, manager: StaffMember, tmp_path: Path
) -> None:
    record(desk, 3, manager)
    receive_all(desk)
    left = desk.leave(manager, None)
    assert left.folder.parent == desk.folder
    assert left.folder.name.startswith("left-20")
    assert names(left.folder) == {STORE_NAME, "lock.json", "vault.sealed"}
    assert STORE_NAME not in names(desk.folder)
    again = open_desk(left.folder, lambda: PASSPHRASE)
    assert len(again.work.desk.all_records()) == 3
    again.close()
    restore(left.backup, tmp_path / "back", lambda _: keys.store_key(desk.vault))
    store = open_store(tmp_path / "back" / STORE_NAME, keys.store_key(desk.vault))
    store.close()


@pytest.mark.parametrize("aside", [False, True])
def test_while_a_record_waits_or_was_refused_nobody_leaves(desk: OpenDesk, manager: StaffMember, aside: bool) -> None:
    record(desk, 2, manager)
    if aside:
        with desk.store.write() as connection:
            connection.execute(t.outbox.update().values(aside_at=desk.work.clock(), aside_code="record-refused"))
    before = names(desk.folder)
    with pytest.raises(InputRefused, match="leave-records-wait") as refused:
        desk.leave(manager, None)
    assert dict(refused.value.problems[0].params) == {"waiting": "0" if aside else "2", "aside": "2" if aside else "0"}
    assert names(desk.folder) - before <= {"sync.lock"}
    assert len(desk.work.desk.all_records()) == 2


def test_only_a_manager_ends_it(desk: OpenDesk, manager: StaffMember) -> None:
    nurse = desk.work.staff.add("Lê Thị Mai", Role.NURSE, "1357", manager)
    with pytest.raises(AccessRefused, match="managers-only"):
        desk.leave(nurse, None)
    with pytest.raises(AccessRefused, match="managers-only"):
        desk.leave(nurse, desk.folder / "courier.jose")
    assert STORE_NAME in names(desk.folder)


def test_what_waits_may_leave_in_a_courier_file(desk: OpenDesk, manager: StaffMember, tmp_path: Path) -> None:
    record(desk, 2, manager)
    desk.courier_export = carries(desk, 2)  # type: ignore[attr-defined]
    left = desk.leave(manager, tmp_path / "courier.jose")
    assert (tmp_path / "courier.jose").exists()
    assert (left.unreceived.waiting, left.unreceived.uncarried) == (2, 0)
    assert STORE_NAME in names(left.folder)


def test_a_courier_file_that_holds_only_a_part_is_not_enough(
    desk: OpenDesk, manager: StaffMember, tmp_path: Path
) -> None:
    record(desk, 3, manager)
    desk.courier_export = carries(desk, 2)  # type: ignore[attr-defined]
    with pytest.raises(InputRefused, match="leave-courier-incomplete") as refused:
        desk.leave(manager, tmp_path / "courier.jose")
    assert refused.value.problems[0].params["left"] == "1"
    assert STORE_NAME in names(desk.folder)


def test_a_window_that_is_still_open_holds_it_up(desk: OpenDesk, manager: StaffMember) -> None:
    """A dose saved there a moment later would be stranded."""
    window = open_store(desk.folder / STORE_NAME, keys.store_key(desk.vault))
    with window.read():
        pass
    with pytest.raises(StoreError, match="leave-in-use"):
        desk.leave(manager, None)
    assert STORE_NAME in names(desk.folder)
    window.close()
    assert STORE_NAME in names(desk.leave(manager, None).folder)


def test_a_sync_under_way_holds_it_up(desk: OpenDesk, manager: StaffMember) -> None:
    other = open_desk(desk.folder, lambda: PASSPHRASE)
    with other._sync_lock, pytest.raises(StoreError, match="leave-in-use"):
        desk.leave(manager, None)
    other.close()


def test_without_room_for_the_last_backup_nothing_moves(
    desk: OpenDesk, manager: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    (desk.folder / "backups").write_bytes(b"a file where the folder should be")
    with pytest.raises(StoreError, match="backup-not-written"):
        desk.leave(manager, None)
    assert STORE_NAME in names(desk.folder)


@pytest.fixture
def run(desk: OpenDesk, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """One command as a process of its own would run it: nobody else has the store open."""
    for name, value in (("DATA", str(desk.folder)), ("PASSPHRASE", PASSPHRASE), ("PIN", PIN)):
        monkeypatch.setenv(f"VAXDESK_{name}", value)

    def call(*arguments: str) -> tuple[int, Any]:
        desk.close()
        return main([*arguments, "--json"]), json.loads(capfd.readouterr().out)

    return call


def test_the_command_line_refuses_with_the_count_and_what_to_do(
    desk: OpenDesk, manager: StaffMember, run: Callable[..., Any]
) -> None:
    record(desk, 2, manager)
    code, answer = run("leave")
    assert (code, answer["refused"][0]["code"]) == (2, "leave-records-wait")
    assert "2 bản ghi chờ gửi" in answer["refused"][0]["sentence"]
    assert "--courier" in answer["refused"][0]["sentence"]


def test_the_command_line_leaves_and_tells_where_everything_is(
    desk: OpenDesk, manager: StaffMember, run: Callable[..., Any]
) -> None:
    record(desk, 2, manager)
    receive_all(desk)
    code, answer = run("leave")
    assert (code, answer["waiting"], answer["set_aside"], answer["courier"]) == (0, 0, 0, None)
    assert Path(answer["left"], STORE_NAME).exists()
    assert Path(answer["backup"]).exists()
