"""A marked person goes through every way into the log and comes out nowhere."""

from __future__ import annotations

import logging
import stat
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaxdesk import logs
from vaxdesk.errors import StoreError

NUMBER = "079303000456"
NAME = "Trần Thị Mẫu Bích"
CARD = f"{NUMBER}||{NAME}|09102003|Nữ|Tổ 2, Phường Thử|10072021"
HC1 = "HC1:6BFOXN%TS3DH0YOJ58S S-W5HDC *M0II5XHC9B5G2+$N IOP-IA%NFQGRJPC%OQHIZC4.OI1RM8ZA.A5:S9"
CANARY = (NUMBER, NAME, "Mẫu Bích", HC1[4:30], "0793")


@pytest.fixture
def log_file(tmp_path: Path) -> Iterator[Path]:
    level = logging.getLogger("vaxdesk").level
    yield logs.set_up(tmp_path)
    logs.take_down()
    logging.getLogger("vaxdesk").setLevel(level)


def written(log_file: Path) -> str:
    return log_file.read_text(encoding="utf-8")


def assert_silent(text: str) -> None:
    assert [mark for mark in CANARY if mark in text] == []


LOG = logging.getLogger("vaxdesk.test")


def test_a_line_has_time_level_logger_and_message(log_file: Path) -> None:
    LOG.info("acknowledged %d of %d", 3, 4)
    time, level, name, *words = written(log_file).split()
    assert time[4] == time[7] == "-"
    assert (level, name, " ".join(words)) == ("INFO", "vaxdesk.test:", "acknowledged 3 of 4")


def test_ids_of_our_own_are_kept(log_file: Path) -> None:
    record = "123e4567-e89b-12d3-a456-426614174000"
    LOG.info("set aside %s after %d tries, 1637650000 s", record, 7)
    assert f"set aside {record} after 7 tries, 1637650000 s" in written(log_file)


@pytest.mark.parametrize(
    "leak",
    [
        NUMBER,
        f"cccd={NUMBER};",
        "0793 0300 0456",
        CARD,
        HC1,
        HC1.lower(),
        "VXS1.eyABC.sig",
        "0912345678",
        "+84912345678",
    ],
)
def test_private_looking_text_is_masked(log_file: Path, leak: str) -> None:
    LOG.info("left of it %s", leak)
    LOG.info(f"left of it {leak}")
    text = written(log_file)
    assert text.count("left of it ") == 2
    assert "[…]" in text
    assert leak not in text
    assert_silent(text)


def test_tokens_are_masked(log_file: Path) -> None:
    LOG.info("Authorization: Bearer abc.def; assertion eyJhbGciOi.eyJpc3Mi.c2ln")
    text = written(log_file)
    assert "abc.def" not in text
    assert "eyJ" not in text


@given(digits=st.from_regex(r"[0-9]{12}", fullmatch=True), before=st.text("aZ |,;:=/\n", max_size=5))
def test_no_twelve_digits_survive(digits: str, before: str) -> None:
    assert digits not in logs.redact(f"{before}{digits}{before}")


@given(st.uuids())
def test_every_uuid_survives(some: uuid.UUID) -> None:
    assert logs.redact(f"dose {some} sent") == f"dose {some} sent"


@pytest.mark.allow_warnings("vaxdesk")
def test_an_exception_is_written_without_its_words(log_file: Path) -> None:
    try:
        try:
            int(CARD)
        except ValueError as error:
            raise StoreError("store-locked") from error
    except StoreError:
        LOG.exception("could not save")
    text = written(log_file)
    assert "vaxdesk.errors.StoreError [store-locked]" in text
    assert "caused by ValueError" in text
    assert "test_an_exception_is_written_without_its_words (test_logs.py:" in text
    assert_silent(text)


@pytest.mark.allow_warnings("vaxdesk")
def test_words_kept_by_another_handler_do_not_come_through(log_file: Path) -> None:
    try:
        raise ValueError(NAME)
    except ValueError:
        record = LOG.makeRecord(LOG.name, logging.ERROR, "here", 1, "failed", (), sys.exc_info())
    logging.Formatter().format(record)
    assert NAME in (record.exc_text or "")
    LOG.handle(record)
    assert_silent(written(log_file))


def test_a_message_stays_on_one_line(log_file: Path) -> None:
    LOG.info("first\nsecond\r\u2028third")
    assert len(written(log_file).splitlines()) == 1


def test_a_wrong_log_call_loses_neither_line_nor_secret(log_file: Path) -> None:
    record = LOG.makeRecord(LOG.name, logging.INFO, "here", 1, "counted %d", (NAME,), None)
    (handler,) = (handler for handler in logging.getLogger().handlers if handler.name == "vaxdesk-log")
    handler.handle(record)  # pytest's own handlers would rather fail the test
    assert "counted %d (arguments do not fit)" in written(log_file)
    assert_silent(written(log_file))


def test_size_and_number_of_files_are_bounded(log_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "FILE_BYTES_MAX", 10_000)
    monkeypatch.setattr(logs, "OLD_FILES_MAX", 2)
    logs.set_up(log_file.parents[1])
    for number in range(1_000):
        LOG.info("line %d %s", number, "x" * 100)
    files = list(log_file.parent.iterdir())
    assert len(files) == 3
    assert all(file.stat().st_size <= 10_000 for file in files)


def test_one_line_is_bounded(log_file: Path) -> None:
    LOG.info("x" * 1_000_000)
    assert log_file.stat().st_size < logs.LINE_CHARS_MAX + 200


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps the user's folder private by itself")
def test_only_the_owner_may_read(log_file: Path) -> None:
    LOG.info("anything")
    assert stat.S_IMODE(log_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(log_file.parent.stat().st_mode) == 0o700


def test_a_log_that_cannot_be_written_stops_nothing(log_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log_file.mkdir()
    LOG.info("about %s", CARD)
    told = capsys.readouterr().err
    assert "a log line was lost" in told
    assert_silent(told)


CRASH = """
import sys, threading
from pathlib import Path
from vaxdesk import logs
logs.set_up(Path(sys.argv[1]))
def fall(card): return {}[card]
if sys.argv[2] == "thread":
    thread = threading.Thread(target=fall, args=(sys.argv[3],)); thread.start(); thread.join()
else:
    fall(sys.argv[3])
"""


@pytest.mark.parametrize("where", ["main", "thread"])
def test_a_crash_tells_type_and_place_but_no_values(tmp_path: Path, where: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", CRASH, tmp_path, where, CARD], capture_output=True, text=True, check=False, timeout=60
    )
    text = written(tmp_path / "logs" / "vaxdesk.log")
    assert "CRITICAL vaxdesk: crashed" in text
    for told in (text, ran.stderr):
        assert "KeyError" in told
        assert "fall (<string>:" in told
        assert_silent(told)


def test_hooks_are_given_back(tmp_path: Path) -> None:
    logs.set_up(tmp_path)
    logs.take_down()
    assert sys.excepthook is sys.__excepthook__
    assert threading.excepthook is threading.__excepthook__
    assert [handler for handler in logging.getLogger().handlers if handler.name == "vaxdesk-log"] == []
