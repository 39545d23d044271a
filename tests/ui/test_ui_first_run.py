"""The first run by keys alone, against a real platform: what is asked, what is said when it goes wrong, and that nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import Paper
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from support.central import SITES, Central, a_central, close_door
from support.first_run import PASSPHRASE, PIN, Runs
from support.foreign_servers import a_foreign_server, a_silent_server
from support.tls_front import Authority, tls_front

from vaxdesk import keys, settings
from vaxdesk.app import open_desk
from vaxdesk.joining import Joining
from vaxdesk.models.values import Role
from vaxdesk.print.proof import read_codes
from vaxdesk.print.test_page import CODE_TEXT
from vaxdesk.ui import theme
from vaxdesk.ui.first_run_services import Ending
from vaxplatform import registry

SITE = SITES[0].code


@pytest.fixture
def runs(qapp: QApplication, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Runs]:
    monkeypatch.setattr(keys, "has_keyring", lambda: False)
    theme.load_fonts()
    made = Runs(qapp, qtbot, tmp_path / "desk", Paper)
    yield made
    made.end()
    qapp.setStyleSheet("")


@pytest.fixture(scope="module", autouse=True)
def _door_closed() -> Iterator[None]:
    yield
    close_door()


@pytest.fixture
def central(tmp_path: Path) -> Iterator[Central]:
    with a_central(tmp_path / "platform") as (made, _):
        yield made


@pytest.fixture
def code(central: Central) -> Callable[[], str]:
    def make() -> str:
        with central.database.writing() as connection:
            return registry.add_site(connection, SITES[0])

    return make


def test_from_an_empty_folder_to_an_enrolled_desk_with_enter_alone(
    runs: Runs, central: Central, code: Callable[[], str], tmp_path: Path
) -> None:
    run = runs.start()
    assert run.name == "welcome"
    assert not run.folder.exists()
    run.to_platform()
    run.answer(central.base, SITE, code())
    assert run.name == "manager"
    assert SITES[0].name in run.step.why.text()
    run.answer("Phạm Thị Lan", PIN, PIN)
    assert run.name == "printer"
    run.enter()
    (tmp_path / "page.pdf").write_bytes(run.paper.pages[0])
    assert read_codes(tmp_path / "page.pdf") == [CODE_TEXT]
    run.enter()
    assert run.name == "done"
    run.enter()
    assert run.window.end.ending is Ending.DESK
    assert run.window.end.member is not None
    assert settings.load(run.folder).printer == "Phong-tiem"
    desk = open_desk(run.folder, lambda: PASSPHRASE)
    try:
        assert desk.work.site().name == SITES[0].name
        assert [(one.name, one.role) for one in desk.work.staff.everyone()] == [("Phạm Thị Lan", Role.MANAGER)]
        assert desk.work.staff.sign_in("Phạm Thị Lan", PIN) == run.window.end.member
        assert desk.reachable()
    finally:
        desk.close()


def test_a_wrong_code_is_said_at_its_field_and_nothing_typed_is_lost(
    runs: Runs, central: Central, code: Callable[[], str]
) -> None:
    run = runs.start()
    run.to_platform()
    run.answer(central.base, SITE, "sai-roi-123")
    assert run.name == "platform"
    assert "Mã một lần" in run.step.fields["code"].titled.label.text()
    assert "không nhận mã" in run.said("code")
    assert run.step.fields["platform"].text == central.base
    before = (run.folder / "lock.json").read_bytes()
    run.step.fields["code"].edit.clear()
    run.answer(code())
    assert run.name == "manager"
    assert (run.folder / "lock.json").read_bytes() == before


def test_a_code_that_another_machine_used_is_refused(
    runs: Runs, central: Central, code: Callable[[], str], tmp_path: Path
) -> None:
    from vaxdesk.models.first_run import PlatformAddress

    used = code()
    other = Joining(tmp_path / "other")
    other.open("mật khẩu của máy khác")
    other.ask(PlatformAddress(central.base, SITE, used))
    run = runs.start()
    run.to_platform()
    run.answer(central.base, SITE, used)
    assert run.name == "platform"
    assert "đã dùng cho máy khác" in run.said("code")


@pytest.mark.parametrize(
    ("address", "field", "word"),
    [
        ("http://tiemchung.vidu.vn", "platform", "https://"),
        ("https://", "platform", "Địa chỉ nền tảng"),
        ("https://a b:x", "platform", "không đúng dạng"),
    ],
)
def test_an_address_that_cannot_be_is_said_when_the_field_is_left(
    runs: Runs, address: str, field: str, word: str
) -> None:
    run = runs.start()
    run.to_platform()
    run.answer(address)
    assert word in run.said(field)


def test_a_site_that_is_not_there_is_said_at_the_site(runs: Runs, central: Central, code: Callable[[], str]) -> None:
    run = runs.start()
    run.to_platform()
    run.answer(central.base, "99-KHONG-CO", code())
    assert run.name == "platform"
    assert run.said("site") or run.said("code")
    assert any(run.step.fields[name].is_wrong for name in ("site", "code"))


def test_no_line_a_portal_and_a_foreign_server_each_have_their_sentence_and_a_later_answer_is_taken(
    runs: Runs, central: Central, code: Callable[[], str]
) -> None:
    run = runs.start()
    run.to_platform()
    once = code()
    run.answer("http://127.0.0.1:1", SITE, once)
    assert "Không có kết nối" in run.step.notice.said
    for answer, word in ((302, "Wi-Fi"), (200, "không phải là nền tảng"), (503, "không phải là nền tảng")):
        with a_foreign_server(answer) as base:
            run.step.fields["platform"].edit.setText(base)
            run.enter()
            assert word in run.step.notice.said, answer
            assert run.name == "platform"
    run.step.fields["platform"].edit.setText(central.base)
    run.enter()
    assert run.name == "manager"


def test_a_certificate_nobody_vouches_for_is_refused(
    runs: Runs, central: Central, code: Callable[[], str], tmp_path: Path
) -> None:
    authority = Authority("Cơ quan không ai biết")
    run = runs.start()
    run.to_platform()
    with tls_front(central.base, authority.issue(tmp_path)) as base:
        run.answer(base, SITE, code())
    assert "Chứng thư" in run.step.notice.said
    assert run.name == "platform"


def test_asking_can_be_stopped_and_asked_again(runs: Runs, central: Central, code: Callable[[], str]) -> None:
    run = runs.start()
    run.to_platform()
    once = code()
    with a_silent_server() as (base, asked):
        run.answer(base, SITE)
        run.write(once)
        QTest.keyClick(run.window.windowHandle(), Qt.Key.Key_Return)
        run.qtbot.waitUntil(asked.is_set, timeout=10_000)
        assert run.step.is_waiting
        assert not run.step.next.isEnabled()
        run.press(Qt.Key.Key_Escape)
        assert "Đã dừng" in run.step.notice.said
    assert run.step.fields["code"].text == once
    run.step.fields["platform"].edit.setText(central.base)
    run.enter()
    assert run.name == "manager"


def test_cut_off_after_the_platform_answered_it_goes_on_with_the_manager(
    runs: Runs, central: Central, code: Callable[[], str]
) -> None:
    run = runs.start()
    run.to_platform()
    run.answer(central.base, SITE, code())
    runs.end()
    central.stop()  # the answer is kept: nobody need be asked again
    run = runs.start()
    assert run.name == "passphrase"
    run.answer("không phải câu này")
    assert "không đúng" in run.said("passphrase")
    run.step.fields["passphrase"].edit.clear()
    run.answer(PASSPHRASE)
    assert run.name == "manager"
    run.answer("Phạm Thị Lan", PIN, PIN)
    assert run.name == "printer"


def test_cut_off_after_the_keys_were_made_it_goes_on_with_what_was_typed(runs: Runs) -> None:
    run = runs.start()
    run.to_platform()
    run.answer("http://127.0.0.1:1", SITE, "ma-mot-lan")
    runs.end()
    run = runs.start()
    run.answer(PASSPHRASE)
    assert run.name == "platform"
    assert [one.text for one in run.step.fields.values()] == ["http://127.0.0.1:1", SITE, "ma-mot-lan"]


def test_cut_off_after_the_desk_was_made_it_only_asks_for_the_passphrase(
    runs: Runs, central: Central, code: Callable[[], str]
) -> None:
    run = runs.start()
    run.to_platform()
    run.answer(central.base, SITE, code())
    run.answer("Phạm Thị Lan", PIN, PIN)
    runs.end()
    run = runs.start()
    run.answer(PASSPHRASE)
    assert run.window.end.ending is Ending.DESK
    assert run.window.end.member is None


def test_pins_that_differ_or_are_weak_and_passphrases_that_differ_are_said_in_place(
    runs: Runs, central: Central, code: Callable[[], str]
) -> None:
    run = runs.start()
    run.enter()
    run.answer(PASSPHRASE, "khác hẳn")
    assert "không giống nhau" in run.said("again")
    assert not run.folder.exists()
    run.answer(PASSPHRASE)
    run.answer(central.base, SITE, code())
    run.enter()
    assert run.step.fields["name"].is_wrong
    run.answer("Phạm Thị Lan", "1234")
    assert "1234" in run.said("pin")
    assert run.step.fields["pin"].is_wrong
    run.step.fields["pin"].edit.clear()
    run.answer(PIN, "2581")
    assert "không giống nhau" in run.said("again")
    run.answer(PIN)
    assert run.name == "printer"


def test_with_a_keyring_no_passphrase_is_asked(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "has_keyring", lambda: True)
    monkeypatch.setattr(keys, "make_vault", _vault_in_memory)
    run = runs.start()
    run.enter()
    assert run.name == "platform"
    assert not run.window.side.rows["passphrase"].isVisible()


def test_esc_goes_back_and_the_language_changes_every_step(runs: Runs) -> None:
    run = runs.start()
    run.enter()
    assert run.name == "passphrase"
    run.press(Qt.Key.Key_Escape)
    assert run.name == "welcome"
    run.press(Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    assert "desk" in run.step.question.text()
    run.enter()
    assert "passphrase" in run.step.question.text().lower()


def test_practice_is_one_key_from_the_first_step_and_leaves_nothing_behind(runs: Runs) -> None:
    run = runs.start()
    run.press(Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    assert run.window.end.ending is Ending.TRAINING
    assert not run.folder.exists()


def test_the_printer_can_be_left_for_later(runs: Runs, central: Central, code: Callable[[], str]) -> None:
    run = runs.start()
    run.to_platform()
    run.answer(central.base, SITE, code())
    run.answer("Phạm Thị Lan", PIN, PIN)
    run.press(Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    assert run.name == "done"
    assert run.paper.pages == []
    assert settings.load(run.folder).printer == ""


# --- a vault without a keyring


class _Memory:
    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def get(self, name: str) -> bytes | None:
        return self._kept.get(name)

    def put(self, name: str, secret: bytes) -> None:
        self._kept[name] = secret


def _vault_in_memory(_folder: Path, passphrase: str | None) -> _Memory:
    assert passphrase is None
    return _Memory()
