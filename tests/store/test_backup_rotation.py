"""The desk's own backups: one a day, few kept, none half, none lost to a wrong clock, and a second folder that may be away."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.builders import NOON, DeskUnderTest, a_crowd, no_signature

from vaxdesk.models.backup import STORE_NAME, restore
from vaxdesk.models.backup_book import DAYS_KEPT, LOOK_EVERY_S, WEEKS_KEPT, BackupBook, DailyBackup, kept
from vaxdesk.models.db import open_store
from vaxdesk.models.values import VIETNAM, DeviceId
from vaxdesk.models.workplace import workplace

moments = st.datetimes(datetime(2021, 1, 1), datetime(2023, 1, 1)).map(lambda at: at.replace(tzinfo=VIETNAM))


def a_book(desk: DeskUnderTest, second: Path | None = None, **changes: object) -> BackupBook:
    return BackupBook(desk.store, desk.key, desk.folder, desk.work.site().device_id, second, desk.clock, **changes)  # type: ignore[arg-type]


@pytest.fixture
def book(desk: DeskUnderTest) -> BackupBook:
    return a_book(desk)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != ".lock")


# --- the rule


@given(st.sets(moments, max_size=60), moments)
def test_few_are_kept_the_newest_among_them_and_the_rule_is_settled(times: set[datetime], now: datetime) -> None:
    chosen = kept(times, now)
    assert chosen <= times
    assert len(chosen) <= 2 * (DAYS_KEPT + WEEKS_KEPT)
    assert kept(chosen, now) == chosen
    assert not times or max(times) in chosen
    before = [at for at in times if at <= now]
    assert not before or max(before) in chosen


def test_a_year_of_daily_backups_leaves_seven_days_and_four_weeks() -> None:
    stock: frozenset[datetime] = frozenset()
    for day in range(365):
        now = NOON + timedelta(days=day)
        stock = kept(stock | {now}, now)
    ages = sorted((now - at).days for at in stock)
    assert ages[:DAYS_KEPT] == list(range(7))
    assert len(ages) == DAYS_KEPT + WEEKS_KEPT
    assert 3 * 7 <= ages[-1] < 5 * 7
    assert all(later - sooner == 7 for sooner, later in pairwise(ages[DAYS_KEPT + 1 :]))


def test_only_the_newest_of_a_day_is_kept() -> None:
    morning = NOON - timedelta(hours=5)
    assert kept({morning, NOON}, NOON) == {NOON}


def test_a_machine_left_off_for_months_loses_nothing() -> None:
    week = {NOON - timedelta(days=day) for day in range(7)}
    assert kept(week, NOON + timedelta(days=200)) == week


def test_a_clock_a_year_ahead_pushes_out_no_true_backup() -> None:
    week = {NOON - timedelta(days=day) for day in range(7)}
    ahead = {NOON + timedelta(days=365 + day) for day in range(30)}
    assert week <= kept(week | ahead, NOON)


# --- doing it


def test_the_days_backup_is_made_once_and_opens_with_every_dose(
    desk: DeskUnderTest, book: BackupBook, tmp_path: Path
) -> None:
    for draft in a_crowd(3):
        desk.work.desk.record(draft, desk.manager)
    made = book.run().made
    desk.clock.forward(hours=3)
    assert book.run().made is None
    assert made is not None
    restore(made, tmp_path / "again", lambda _: desk.key)
    store = open_store(tmp_path / "again" / STORE_NAME, desk.key)
    assert len(workplace(store, no_signature).desk.all_records()) == 3
    store.close()


def test_twelve_days_leave_what_the_rule_says(desk: DeskUnderTest, book: BackupBook) -> None:
    for _ in range(12):
        book.run()
        desk.clock.forward(days=1)
    files = names(desk.folder / "backups")
    assert files[-DAYS_KEPT:] == [f"vaxdesk-dddddddd-202111{day}-104100.vaxbackup" for day in range(17, 24)]
    older = [
        f"vaxdesk-dddddddd-202111{day}-104100.vaxbackup" for day in (14, 16)
    ]  # a Sunday, and the newest of its week
    assert files == older + files[-DAYS_KEPT:]


def test_files_of_others_are_never_touched(desk: DeskUnderTest, tmp_path: Path) -> None:
    share = tmp_path / "share"
    share.mkdir()
    others = ["vaxdesk-eeeeeeee-20200101-000000.vaxbackup", "vaxdesk-2020-01-01.vaxbackup", "thu-chi.xlsx"]
    others += [f"vaxdesk-dddddddd-202001{day:02d}-000000.vaxbackup.bak" for day in range(1, 20)]
    for name in others:
        (share / name).write_bytes(b"theirs")
    book = a_book(desk, share)
    for _ in range(9):
        book.run()
        desk.clock.forward(days=1)
    assert set(others) <= set(names(share))
    assert len(names(share)) == len(others) + DAYS_KEPT + 1  # the first Sunday is older


def test_the_last_backup_is_known_by_its_file_alone(desk: DeskUnderTest, book: BackupBook) -> None:
    assert book.last_at() is None
    made = book.run().made
    assert book.last_at() == NOON
    assert made is not None
    made.write_bytes(b"damaged since")
    assert book.last_at() is None


def test_two_days_without_a_backup_are_too_many(desk: DeskUnderTest, book: BackupBook) -> None:
    assert not book.is_old()  # enrolled a moment ago
    desk.clock.forward(days=2, hours=1)
    assert book.is_old()
    book.run()
    assert not book.is_old()
    desk.clock.forward(days=2, hours=1)
    assert book.is_old()


# --- trouble


def test_a_disk_with_too_little_room_is_refused_before_anything_is_written(desk: DeskUnderTest) -> None:
    book = a_book(desk, room=lambda _: 150 * 1024 * 1024)
    assert book.run().trouble == "backup-no-room"
    assert names(desk.folder / "backups") == []


def test_what_a_killed_run_left_half_is_swept_and_was_never_a_backup(desk: DeskUnderTest, book: BackupBook) -> None:
    folder = desk.folder / "backups"
    (folder / ".vaxdesk-backup-abc").mkdir(parents=True)
    (folder / ".vaxdesk-backup-abc" / "packed").write_bytes(b"half")
    assert book.last_at() is None
    book.run()
    assert names(folder) == ["vaxdesk-dddddddd-20211112-104100.vaxbackup"]


def test_a_folder_that_cannot_be_written_is_said(desk: DeskUnderTest, book: BackupBook) -> None:
    (desk.folder / "backups").write_bytes(b"a file where the folder should be")
    assert book.run().trouble == "backup-not-written"


def test_a_second_folder_that_is_away_stops_nothing_and_is_filled_when_it_is_back(
    desk: DeskUnderTest, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    book = a_book(desk, stick)
    away = book.run()
    assert (away.made is not None, away.copied, away.trouble) == (True, None, "backup-folder-away")
    stick.mkdir()
    desk.clock.forward(hours=1)
    back = book.run()
    assert back.made is None
    assert back.trouble == ""
    assert back.copied is not None
    assert back.copied.read_bytes() == away.made.read_bytes()  # type: ignore[union-attr]
    assert names(stick) == [back.copied.name]


def test_a_full_stick_gets_nothing_and_the_desks_own_backup_stays(desk: DeskUnderTest, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    book = a_book(desk, stick, room=lambda folder: 1000 if folder == stick else 10**12)
    done = book.run()
    assert (done.made is not None, done.trouble, names(stick)) == (True, "backup-no-room", [])


def test_the_backup_counts_where_only_the_stick_has_it(desk: DeskUnderTest, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    made = a_book(desk, stick).run().made
    assert made is not None
    made.unlink()
    assert a_book(desk, stick).last_at() == NOON
    assert a_book(desk).last_at() is None


@pytest.mark.allow_warnings("vaxdesk.models.backup_book")
def test_trouble_is_logged_once_and_tried_again_after_an_hour(
    desk: DeskUnderTest, caplog: pytest.LogCaptureFixture
) -> None:
    room, now_s = [0], [100.0]
    daily = DailyBackup(lambda: a_book(desk, room=lambda _: room[0]), lambda: now_s[0])
    for _ in range(3):
        daily()
        now_s[0] += LOOK_EVERY_S
    assert caplog.text.count("backup-no-room") == 1
    room[0] = 10**12
    now_s[0] -= 1
    daily()
    assert daily.last.made is None
    now_s[0] += 1
    daily()
    assert daily.last.made is not None
    assert daily.last.trouble == ""


def test_the_key_is_not_in_what_a_crash_would_print(book: BackupBook) -> None:
    assert repr(book.key)[2:20] not in repr(book)


def test_another_devices_backups_are_not_ours(desk: DeskUnderTest, book: BackupBook) -> None:
    book.run()
    other = BackupBook(desk.store, desk.key, desk.folder, DeviceId("e" * 36), None, desk.clock)
    assert other.last_at() is None
