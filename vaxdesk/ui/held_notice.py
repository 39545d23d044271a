"""What the desk says of keys that did not save: what is missing, what waits for the answer, what the answer left undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from vaxdesk.ui.dose_form import DoseForm, Tone
from vaxdesk.ui.held_press import HeldPress, Place, place_of
from vaxdesk.ui.words import translate

if TYPE_CHECKING:
    from vaxdesk.ui.desk_page import DeskPage

SAID_AFTER_MS = 250  # an answer that comes at once needs no word


def what_is_missing(form: DoseForm) -> str:
    """Why Enter does not save; empty while the dose is on its way, or trouble with the store has been told."""
    if form.saving:
        return ""
    if form.person is None:
        return translate("words", "Hãy quét thẻ, hoặc nhập số định danh, trước khi lưu.")
    if form.blocking:
        return translate("words", "Chưa lưu được. Lý do và cách làm ghi ở giữa trang.")
    if form.screening is None:
        return translate("words", "Chưa kết luận sàng lọc. Bấm Space nếu không có bất thường.")
    return ""


class HeldNotice(QObject):
    """Says that a key was taken when the answer lets wait for itself, and what came of it when it was not done."""

    def __init__(self, page: DeskPage) -> None:
        super().__init__(page)
        self._page = page
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(SAID_AFTER_MS)
        self._pause.timeout.connect(self.say_waiting)

    def follow(self) -> None:
        """A key waits, or waits no more."""
        if self._page.model.is_holding:
            self._pause.start()
            return
        self._pause.stop()
        if self._page.notice.said == _waiting():
            self._page.notice.hush()

    def say_waiting(self) -> None:
        """Still waiting: nobody should press again."""
        if self._page.model.is_holding:
            self._page.notice.tell(Tone.INFORM, _waiting())

    def say_not_done(self, pressed: HeldPress, form: DoseForm) -> None:
        """The answer came and something must be decided first."""
        self._page.notice.tell(Tone.DECIDE, f"{_not_done(pressed)} {_what_now(form)}")


def _waiting() -> str:
    return translate("words", "Đã nhận phím; sẽ làm ngay khi xem xong hồ sơ. Esc: thôi.")


def _not_done(pressed: HeldPress) -> str:
    if pressed.save:
        return translate("words", "Chưa lưu: phím Enter bấm khi chưa có câu trả lời.")
    return translate("words", "Chưa ghi kết luận: phím bấm khi chưa có câu trả lời.")


def _what_now(form: DoseForm) -> str:
    return {
        Place.REASON: translate("words", "Hãy đọc câu trả lời; vẫn tiêm thì ghi lý do rồi bấm Enter."),
        Place.PERSON: translate("words", "Hãy điền đúng và đủ thông tin của người này."),
        Place.PRODUCT: translate("words", "Hãy điền vắc xin, số lô và hạn dùng."),
        Place.SCREENING: translate("words", "Hãy điền những mục còn thiếu của phiếu sàng lọc."),
        Place.HOME: translate("words", "Lý do và cách làm ghi ở giữa trang."),
    }[place_of(form)]
