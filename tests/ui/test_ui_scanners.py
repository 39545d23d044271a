"""Scanners as they are, in the whole window: wherever the focus is, over whatever wire, from a picture, and on their test page."""

from __future__ import annotations

import os
import tty
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

import pytest
import qrcode
from conftest import CARD, OTHER_CARD, Bench
from PIL import Image
from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QImage, QInputMethodEvent, QKeyEvent
from PySide6.QtMultimedia import QVideoFrame
from PySide6.QtWidgets import QApplication, QComboBox, QWidget
from pytestqt.qtbot import QtBot

from vaxdesk.errors import ScanError
from vaxdesk.models.scan_diagnosis import CARD_CODE, CERTIFICATE_CODE
from vaxdesk.models.scan_reading import Ending, Reading, Source
from vaxdesk.print import scanner_sheet
from vaxdesk.print.proof import read_codes
from vaxdesk.ui import camera_scanner, dialogs, picture_reading
from vaxdesk.ui.background import Lane
from vaxdesk.ui.camera_scanner import CameraScanner
from vaxdesk.ui.picture_reading import text_in_file
from vaxdesk.ui.scan_sources import ScanSources
from vaxdesk.ui.scanner_page import ScannerPage
from vaxdesk.ui.serial_scanner import PortState, SerialScanner

NAMED = {"\r": Qt.Key.Key_Return, "\t": Qt.Key.Key_Tab, "\b": Qt.Key.Key_Backspace, " ": Qt.Key.Key_Space}


def reader_types(bench: Bench, text: str) -> None:
    """As a scanner that is a keyboard: to the window's system surface, one key down and up after the other."""
    surface = bench.window.windowHandle()
    for character in text:
        code = NAMED.get(character, Qt.Key(ord(character.upper()[0])))
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            typed = "" if character == "\b" else character
            QCoreApplication.sendEvent(surface, QKeyEvent(kind, code, Qt.KeyboardModifier.NoModifier, typed))


def name_at_desk(bench: Bench) -> str:
    person = bench.window.desk.form.person
    return person.name if person is not None else ""


def content(widget: QWidget) -> str:
    return widget.currentText() if isinstance(widget, QComboBox) else getattr(widget, "text", str)()


# --- the typing reader, wherever the focus is

PLACES: dict[str, Callable[[Bench], QWidget]] = {
    "scan field": lambda bench: bench.window.desk.scan,
    "override reason": lambda bench: bench.window.desk.band.reason,
    "staff name": lambda bench: on_page(bench, "site", bench.window.site.staff.form.name),
    "printer": lambda bench: on_page(bench, "site", bench.window.site.machine.printer),
    "theme": lambda bench: on_page(bench, "site", bench.window.site.machine.theme),
    "mending reason": lambda bench: on_page(bench, "sync", bench.window.sync.story.form.fields["reason"]),
    "help page": lambda bench: on_page(bench, "help", bench.window.help),
}


def on_page(bench: Bench, page: str, widget: QWidget) -> QWidget:
    bench.window.show_page(page)
    bench.settle()
    return widget


def focused(widget: QWidget) -> QWidget:
    """Shown, with all it stands in, and holding the focus."""
    part: QWidget | None = widget
    while part is not None and not part.isVisible():
        part.setVisible(True)
        part = part.parentWidget()
    widget.setFocus()
    return widget


PEOPLE = ((CARD, "Trần Thị Bích"), (OTHER_CARD, "Nguyễn Văn An"))


@pytest.mark.parametrize("place", PLACES)
def test_a_card_reaches_the_desk_and_no_field(bench: Bench, place: str) -> None:
    """With Enter behind it, with Tab, with two ends, and with none."""
    bench.enter()
    for number, ending in enumerate(("\r", "\t", "\r\r", "")):
        card, name = PEOPLE[number % 2]
        widget = focused(PLACES[place](bench))
        before = content(widget)
        reader_types(bench, card + ending)
        bench.settle()
        assert (name_at_desk(bench), content(widget), bench.window.desk.scan.text()) == (name, before, "")


@pytest.mark.qt_log_ignore("does not support", extend=True)
def test_an_open_list_takes_nothing_of_a_scan(bench: Bench) -> None:
    bench.enter()
    bench.window.show_page("site")
    theme = bench.window.site.machine.theme
    theme.showPopup()
    reader_types(bench, CARD + "\r")
    bench.settle()
    theme.hidePopup()
    assert name_at_desk(bench) == "Trần Thị Bích"
    assert theme.currentData() == "light"


def test_two_cards_in_a_row_are_two_people_and_the_last_one_stands_there(bench: Bench) -> None:
    bench.enter()
    reader_types(bench, CARD + "\r" + OTHER_CARD + "\r")
    bench.settle()
    assert name_at_desk(bench) == "Nguyễn Văn An"
    assert "Chưa lưu gì cho Trần T. B." in bench.window.desk.notice.said


def test_a_scan_at_the_locked_screen_is_refused_in_words_and_signs_nobody_in(bench: Bench) -> None:
    bench.enter()
    bench.window.lock()
    bench.settle()
    bench.window.sign_in.pin.setFocus()
    reader_types(bench, CARD + "\r")
    bench.settle()
    assert bench.window.sign_in.pin.text() == ""
    assert "khóa" in bench.window.sign_in.notice.said
    assert bench.around.session.member is None
    bench.window.enter(bench.nurse)
    bench.settle()
    assert name_at_desk(bench) == ""


def test_with_caps_lock_on_the_card_is_put_right(bench: Bench) -> None:
    bench.enter()
    reader_types(bench, CARD.swapcase() + "\r")
    bench.settle()
    assert name_at_desk(bench) == "Trần Thị Bích"


def test_with_telex_on_nothing_ends_in_the_field_and_the_reason_is_said(bench: Bench) -> None:
    """An input method that takes the keys itself and commits letters, among them keys of its own."""
    bench.enter()
    bench.window.desk.scan.setFocus()
    for character in "079303000456||Tra62n Thi5 Bi1ch|09102003|Nữ|Tổ 2, Phường Thử|01072021":
        event = QInputMethodEvent()
        event.setCommitString(character)
        QCoreApplication.sendEvent(bench.window.desk.scan, event)
    reader_types(bench, "\r")
    bench.settle()
    assert bench.window.desk.scan.text() == ""
    assert "Telex" in bench.window.desk.band.reasons.text()


# --- over a serial wire


@dataclass
class Wire:
    """A pseudo-terminal pair behind a name that stays, as a port's does when the reader is plugged in again."""

    name: Path
    end: int = -1

    def plug_in(self) -> None:
        self.end, other = os.openpty()
        tty.setraw(other)
        self.name.symlink_to(os.ttyname(other))
        os.close(other)

    def unplug(self) -> None:
        os.close(self.end)
        self.end = -1
        self.name.unlink()

    def send(self, sent: bytes) -> None:
        os.write(self.end, sent)


@pytest.fixture
def wire(tmp_path: Path) -> Iterator[Wire]:
    made = Wire(tmp_path / "reader")
    yield made
    if made.end >= 0:
        os.close(made.end)


@pytest.fixture
def serial(qapp: QApplication, wire: Wire) -> Iterator[SerialScanner]:
    made = SerialScanner(look_again_ms=20)
    yield made
    made.close()


def readings_of(source: SerialScanner | CameraScanner | ScanSources) -> list[Reading]:
    found: list[Reading] = []
    source.read.connect(found.append)
    return found


def test_frames_of_a_serial_reader_are_read_however_they_arrive(
    qtbot: QtBot, serial: SerialScanner, wire: Wire
) -> None:
    wire.plug_in()
    found = readings_of(serial)
    serial.use(str(wire.name), 115_200)
    assert serial.state is PortState.READY
    whole = f"{CARD}\r\n{OTHER_CARD}\r\n".encode()
    wire.send(whole[:30])
    wire.send(whole[30:])
    qtbot.waitUntil(lambda: len(found) == 2)
    assert [(one.untrusted_text, one.source, one.ending) for one in found] == [
        (CARD, Source.SERIAL, Ending.ENTER),
        (OTHER_CARD, Source.SERIAL, Ending.ENTER),
    ]


def test_a_serial_reader_that_sends_no_end_has_said_all_when_it_falls_silent(
    qtbot: QtBot, serial: SerialScanner, wire: Wire
) -> None:
    wire.plug_in()
    found = readings_of(serial)
    serial.use(str(wire.name), 9600)
    wire.send(CARD.encode())
    qtbot.waitUntil(lambda: len(found) == 1)
    assert (found[0].untrusted_text, found[0].ending) == (CARD, Ending.NONE)


def test_a_serial_reader_may_be_unplugged_in_the_middle_of_a_card_and_plugged_in_again(
    qtbot: QtBot, serial: SerialScanner, wire: Wire
) -> None:
    wire.plug_in()
    found = readings_of(serial)
    serial.use(str(wire.name), 9600)
    wire.send(CARD.encode()[:20])
    qtbot.waitUntil(lambda: serial._frames.is_open)
    wire.unplug()
    qtbot.waitUntil(lambda: serial.state is PortState.LOST)
    wire.plug_in()
    qtbot.waitUntil(lambda: serial.state is PortState.READY)
    wire.send(CARD.encode() + b"\r")
    qtbot.waitUntil(lambda: bool(found))
    assert [one.untrusted_text for one in found] == [CARD]


def test_a_port_that_is_not_there_is_waited_for(qtbot: QtBot, serial: SerialScanner, wire: Wire) -> None:
    serial.use(str(wire.name), 9600)
    assert (serial.state, serial.code) == (PortState.MISSING, "scanner-port-missing")
    wire.plug_in()
    qtbot.waitUntil(lambda: serial.state is PortState.READY)
    serial.use("", 9600)
    assert (serial.state, serial.code) == (PortState.OFF, "")


def test_a_serial_card_reaches_the_desk_and_trouble_of_the_port_is_said_there(bench: Bench, wire: Wire) -> None:
    window = bench.enter()
    wire.plug_in()
    window.sources.start()
    window.site.use_settings(replace(window.settings, scanner_port=str(wire.name)))
    window.site.settings_changed.emit(replace(window.settings, scanner_port=str(wire.name)))
    assert "sẵn sàng" in window.desk.notice.said
    wire.send(CARD.encode() + b"\r")
    bench.qtbot.waitUntil(lambda: name_at_desk(bench) == "Trần Thị Bích")
    wire.unplug()
    bench.qtbot.waitUntil(lambda: "rút ra" in window.desk.notice.said)
    assert bench.saved_settings[-1].scanner_port == str(wire.name)


# --- from pictures


def code_picture(text: str, module_px: int = 4) -> Image.Image:
    code = qrcode.QRCode(box_size=module_px)
    code.add_data(text.encode())
    return code.make_image().get_image().convert("RGB")


def a_file(folder: Path, kind: str, picture: Image.Image) -> Path:
    path = folder / f"card.{kind.lower()}"
    picture.save(path, kind)
    return path


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "PDF", "WEBP"])
def test_a_card_is_read_from_a_picture(tmp_path: Path, kind: str) -> None:
    assert text_in_file(a_file(tmp_path, kind, code_picture(CARD))) == CARD


def test_a_card_is_read_from_a_turned_photo_in_bad_light(tmp_path: Path) -> None:
    photo = Image.new("RGB", (1600, 1200), (90, 80, 70))
    photo.paste(code_picture(CARD, 6).rotate(20, expand=True, fillcolor=(90, 80, 70)), (300, 200))
    assert text_in_file(a_file(tmp_path, "JPEG", photo.point(lambda value: 40 + value // 2))) == CARD


def codes(path: Path) -> list[str]:
    with pytest.raises(ScanError) as caught:
        text_in_file(path)
    return [problem.code for problem in caught.value.problems]


def test_a_picture_with_two_cards_is_not_guessed_at(tmp_path: Path) -> None:
    both = Image.new("RGB", (1000, 500), "white")
    both.paste(code_picture(CARD), (0, 0))
    both.paste(code_picture(OTHER_CARD), (500, 0))
    assert codes(a_file(tmp_path, "PNG", both)) == ["picture-many-codes"]


def test_a_picture_without_a_code_says_so(tmp_path: Path) -> None:
    assert codes(a_file(tmp_path, "PNG", Image.new("RGB", (300, 300), "white"))) == ["picture-no-code"]


def png_of(picture: Image.Image) -> bytes:
    kept = BytesIO()
    picture.save(kept, "PNG")
    return kept.getvalue()


@pytest.mark.parametrize(
    "bytes_of",
    [
        lambda: b"",
        lambda: b"%PDF-1.7 nothing",
        lambda: b"not a picture",
        lambda: png_of(code_picture(CARD))[:400],
        lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        lambda: b"GIF89a" + bytes(40),
    ],
    ids=["empty", "pdf", "text", "cut", "postscript", "gif"],
)
def test_a_file_that_is_no_picture_is_refused(tmp_path: Path, bytes_of: Callable[[], bytes]) -> None:
    path = tmp_path / "card.png"
    path.write_bytes(bytes_of())
    assert codes(path) == ["picture-file-unreadable"]


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert codes(tmp_path / "gone.png") == ["picture-file-unreadable"]


def test_files_and_pictures_have_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = a_file(tmp_path, "PNG", code_picture(CARD))
    page = a_file(tmp_path, "PDF", code_picture(CARD))
    monkeypatch.setattr(picture_reading, "PIXELS_MAX", 1000)
    assert codes(path) == codes(page) == ["picture-file-too-big"]
    monkeypatch.setattr(picture_reading, "FILE_BYTES_MAX", 100)
    assert codes(path) == ["picture-file-too-big"]


def test_bombs_are_refused_before_they_are_unpacked(tmp_path: Path) -> None:
    bomb = Image.new("1", (16_000, 16_000))
    assert codes(a_file(tmp_path, "PNG", bomb)) == ["picture-file-too-big"]


def picture_read(bench: Bench) -> None:
    bench.qtbot.waitUntil(lambda: bench.window.sources.is_idle)
    bench.settle()


def test_a_chosen_picture_is_a_scan(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    window = bench.enter()
    path = a_file(tmp_path, "PNG", code_picture(CARD))
    monkeypatch.setattr(dialogs, "choose_file", lambda *asked: path)
    bench.press(Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    picture_read(bench)
    assert name_at_desk(bench) == "Trần Thị Bích"
    assert window.desk.notice.said == ""


def dropped(path: Path) -> QDropEvent:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    dropped.mime = mime  # type: ignore[attr-defined]  # Qt does not keep it alive
    copy, button, no_key = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    return QDropEvent(QPointF(9, 9), copy, mime, button, no_key)


def test_a_picture_dropped_on_the_window_is_a_scan_and_trouble_is_said(bench: Bench, tmp_path: Path) -> None:
    window = bench.enter()
    window.dropEvent(dropped(a_file(tmp_path, "PNG", code_picture(CARD))))
    picture_read(bench)
    assert name_at_desk(bench) == "Trần Thị Bích"
    window.dropEvent(dropped(tmp_path / "gone.png"))
    picture_read(bench)
    assert "Không mở được" in window.desk.notice.said
    assert not window.desk.scan.acceptDrops()


# --- from a camera


@pytest.fixture
def lane(qapp: QApplication) -> Iterator[Lane]:
    made = Lane()
    yield made
    made.close()


def frame_of(picture: Image.Image) -> QVideoFrame:
    """As a camera gives it, with nothing of a real one."""
    whole = Image.new("RGB", (640, 480), (120, 110, 100))
    whole.paste(picture, (60, 30))
    image = QImage(whole.tobytes(), 640, 480, 640 * 3, QImage.Format.Format_RGB888)
    return QVideoFrame(image.convertToFormat(QImage.Format.Format_RGBA8888))


NO_GRAPHICS = pytest.mark.qt_log_ignore("No RHI backend", "does not support", extend=True)


@pytest.fixture
def no_camera(monkeypatch: pytest.MonkeyPatch) -> None:
    """Opening waits for frames that the test brings."""
    monkeypatch.setattr(CameraScanner, "_start", lambda self, multimedia: None)


@NO_GRAPHICS
def test_a_code_before_the_camera_is_read_and_closes_it(qtbot: QtBot, lane: Lane, no_camera: None) -> None:
    camera = CameraScanner(lane)
    found, why = readings_of(camera), []
    camera.closed.connect(why.append)
    camera.open()
    with qtbot.waitSignal(camera.seen):
        camera.take_frame(frame_of(Image.new("RGB", (9, 9))))
    assert camera.is_open
    camera._looked_s = 0
    camera.take_frame(frame_of(code_picture(CARD)))
    qtbot.waitUntil(lambda: not camera.is_open)
    assert [(one.untrusted_text, one.source) for one in found] == [(CARD, Source.CAMERA)]
    assert why == [""]


@NO_GRAPHICS
def test_two_codes_before_the_camera_are_waited_out(qtbot: QtBot, lane: Lane, no_camera: None) -> None:
    camera = CameraScanner(lane)
    found = readings_of(camera)
    both = Image.new("RGB", (500, 240), "white")
    both.paste(code_picture("079303000456", 6), (0, 0))
    both.paste(code_picture("001090000123", 6), (250, 0))
    camera.open()
    with qtbot.waitSignal(camera.seen):
        camera.take_frame(frame_of(both))
    assert camera.is_open
    assert found == []
    camera.close()


@NO_GRAPHICS
def test_at_most_five_pictures_a_second_are_looked_at(qtbot: QtBot, lane: Lane, no_camera: None) -> None:
    camera = CameraScanner(lane)
    seen: list[QImage] = []
    camera.seen.connect(seen.append)
    camera.open()
    frame = frame_of(Image.new("RGB", (9, 9)))
    with qtbot.waitSignal(lane.idle):
        for _ in range(60):
            camera.take_frame(frame)
    for _ in range(60):
        camera.take_frame(frame)
    assert len(seen) == 1
    camera.close()


def test_a_camera_that_sees_nothing_closes_by_itself(qtbot: QtBot, lane: Lane, no_camera: None) -> None:
    camera = CameraScanner(lane, open_s=0.05)
    with qtbot.waitSignal(camera.closed) as closed:
        camera.open()
    assert closed.args == [camera_scanner.NOTHING_SEEN]
    camera.take_frame(frame_of(code_picture(CARD)))
    assert lane.is_idle or not camera.is_open


def test_a_machine_without_a_camera_says_so(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    class NoDevice:
        @staticmethod
        def isNull() -> bool:  # noqa: N802  Qt's name
            return True

    class NoMultimedia:
        class QMediaDevices:
            @staticmethod
            def defaultVideoInput() -> NoDevice:  # noqa: N802  Qt's name
                return NoDevice()

    monkeypatch.setattr(camera_scanner, "_multimedia", NoMultimedia)
    window = bench.enter()
    assert not window.desk.ways.camera.isVisible()
    window.site.settings_changed.emit(replace(window.settings, camera=True))
    bench.press(Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    bench.qtbot.waitUntil(lambda: "Không thấy máy ảnh" in window.desk.notice.said)
    assert not window.camera.isVisible()


@NO_GRAPHICS
def test_the_camera_shows_over_the_page_and_esc_closes_it(bench: Bench, no_camera: None) -> None:
    window = bench.enter()
    bench.scan(CARD)
    window.sources.camera.open()
    assert window.camera.isVisible()
    window.sources.camera.take_frame(frame_of(Image.new("RGB", (9, 9))))
    bench.qtbot.waitUntil(lambda: not window.camera.picture.pixmap().isNull())
    bench.press(Qt.Key.Key_Escape)
    assert not window.camera.isVisible()
    assert not window.sources.camera.is_open
    assert name_at_desk(bench) == "Trần Thị Bích"
    window.sources.camera.open()
    window.lock()
    assert not window.sources.camera.is_open


# --- the test page


@pytest.fixture
def tested(bench: Bench) -> ScannerPage:
    window = bench.enter(bench.manager)
    window.show_page("site")
    window.site.machine.test.click()
    bench.settle()
    assert window.site.scanner is not None
    return window.site.scanner


def said(page: ScannerPage) -> list[str]:
    return [notice.said for notice in page.result.findings if notice.said]


def without_marks(text: str) -> str:
    apart = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


TOLD = [
    (CARD_CODE + "\r", "ĐỌC ĐÚNG", "đúng từng chữ"),
    (CERTIFICATE_CODE + "\t", "ĐỌC ĐÚNG", "đúng từng chữ"),
    (CARD_CODE, "ĐỌC ĐÚNG", "không gửi Enter"),
    (CARD_CODE.swapcase() + "\r", "NÊN CHỈNH", "Caps Lock"),
    (without_marks(CARD_CODE) + "\r", "CHƯA DÙNG ĐƯỢC", "mất dấu"),
    (CARD_CODE[:120] + "\r", "CHƯA DÙNG ĐƯỢC", "cắt"),
    (CARD + "\r", "KHÔNG PHẢI", "không phải mã thử"),
]


def test_the_test_page_tells_what_came(bench: Bench, tested: ScannerPage) -> None:
    for typed, verdict, told in TOLD:
        reader_types(bench, typed)
        bench.qtbot.waitUntil(lambda: not bench.opened.scanner.is_holding)
        assert verdict in tested.result.verdict.text()
        assert any(told in sentence for sentence in said(tested)), told
    assert name_at_desk(bench) == ""


def test_a_scanner_too_slow_to_be_told_from_a_person_is_told_on_the_test_page(
    bench: Bench, tested: ScannerPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vaxdesk.ui.scanner.GAP_MS", 0.0)  # whatever comes is slower
    for character in CERTIFICATE_CODE:
        reader_types(bench, character)
        bench.qtbot.waitUntil(lambda: not bench.opened.scanner.is_holding)
    tested._slow._first_s -= 60.0
    reader_types(bench, "\r")
    assert any("quá chậm" in sentence for sentence in said(tested))


def test_what_a_person_types_on_the_test_page_is_nobodys(bench: Bench, tested: ScannerPage) -> None:
    bench.type("Tran Thi Bich")
    bench.press(Qt.Key.Key_Return)
    assert "Chờ" in tested.result.verdict.text()


def test_the_codes_on_the_screen_and_on_paper_are_the_test_codes(
    bench: Bench, tested: ScannerPage, tmp_path: Path
) -> None:
    shown = tmp_path / "screen.png"
    bench.window.grab().save(str(shown))
    assert set(read_codes(shown)) == {CARD_CODE, CERTIFICATE_CODE}
    tested.codes.print.click()
    bench.settle()
    sheet = tmp_path / "sheet.pdf"
    sheet.write_bytes(bench.paper.pages[0])
    assert set(read_codes(sheet)) == {CARD_CODE, CERTIFICATE_CODE}
    assert bench.paper.pages == [scanner_sheet.render()]


def test_the_test_page_fits_without_scrolling_and_esc_leaves_it(bench: Bench, tested: ScannerPage) -> None:
    bench.window.take_reading(Reading(without_marks(CARD_CODE)[:200].swapcase(), gap_mean_ms=70.0))
    bench.qtbot.waitUntil(lambda: tested.height() <= bench.window.pages.place("site").viewport().height())
    assert tested.width() <= bench.window.pages.place("site").viewport().width()
    bench.press(Qt.Key.Key_Escape)
    assert not bench.window.site.is_testing
    bench.scan(CARD)
    assert name_at_desk(bench) == "Trần Thị Bích"


def test_the_test_page_is_reached_from_help(bench: Bench) -> None:
    window = bench.enter()
    window.show_page("help")
    bench.press(Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert window.site.is_testing


def test_the_test_page_speaks_both_languages(bench: Bench, tested: ScannerPage) -> None:
    bench.window.take_reading(Reading(CARD_CODE))
    bench.around.speech.speak("en")
    bench.qtbot.waitUntil(lambda: tested.result.verdict.text() == "THE SCANNER READS WELL")
    assert said(tested) == ["The scanner sends every letter as it is. Nothing to change."]


def test_port_speed_and_camera_are_kept_and_no_other_choice_is_lost(bench: Bench, tested: ScannerPage) -> None:
    ports = tested.ports
    ports._ports_read(("ttyUSB0", "ttyACM0"))
    ports.port.setCurrentIndex(ports.port.findData("ttyACM0"))
    ports.baud.setCurrentIndex(1)
    ports.camera.setChecked(True)
    machine = bench.window.site.machine
    machine.paper.setCurrentText("A5")
    bench.settle()
    kept = bench.saved_settings[-1]
    assert (kept.scanner_port, kept.scanner_baud, kept.camera, kept.paper) == ("ttyACM0", 115_200, True, "A5")
    assert bench.window.desk.ways.camera.isHidden() is False
