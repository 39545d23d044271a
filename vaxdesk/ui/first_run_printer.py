"""Which printer, and whether a test page comes out well. It can be left for later."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QComboBox

from vaxdesk.errors import SpoolerError, VaxdeskError
from vaxdesk.print.spooler import JobId
from vaxdesk.ui.buttons import KeyButton
from vaxdesk.ui.dose_form import Tone
from vaxdesk.ui.first_run_services import FirstRunAround, FirstRunServices
from vaxdesk.ui.first_run_step import Step
from vaxdesk.ui.widgets import Titled


class PrinterStep(Step):
    """Enter prints the test page, Enter again says that it came out well."""

    def __init__(self, around: FirstRunAround) -> None:
        super().__init__(around)
        self._site, self._printed = "", False
        self.printer = QComboBox()
        self.titled = Titled(self.printer)
        self.skip = KeyButton(around.look, "plain", key="Ctrl+B")
        self.again = KeyButton(around.look, "plain", "print", "Ctrl+P")
        self.skip.clicked.connect(self._leave)
        self.again.clicked.connect(self.print_page)
        self.printer.currentIndexChanged.connect(self._other_printer)
        self.lay_out(self.titled, beneath=(self.again, self.skip))
        self.back.hide()
        self.say_words()

    @property
    def chosen(self) -> str:
        """The printer's name, empty for none."""
        return str(self.printer.currentData() or "")

    def show_site(self, name: str) -> None:
        """The name that stands on the test page."""
        self._site = name

    def begin(self) -> None:
        """Looks for printers."""
        self.printer.setFocus()
        self.wait(self.tr("Đang tìm máy in…"))
        self._around.lane.run(_printers, self._around.services, done=self._found, failed=self.refuse)

    def say_words(self) -> None:
        """Every text."""
        self.question.setText(
            self.tr("Trang in thử có ra rõ không?") if self._printed else self.tr("In bằng máy in nào?")
        )
        self.why.setText(
            self.tr("Xem trên giấy: đủ dấu tiếng Việt, hai thước đúng 100 mm, quét được mã.")
            if self._printed
            else self.tr("In một trang thử để chắc chắn giấy chứng nhận ra đúng khổ và đủ dấu.")
        )
        self.titled.say(self.tr("Máy in"))
        self.skip.say(self.tr("Để sau"))
        self.again.say(self.tr("In lại"))
        self.again.setVisible(self._printed)
        self.skip.setVisible(bool(self.printer.count()))
        if not self.printer.count():
            self.next.say(self.tr("Tiếp tục"))
        else:
            self.next.say(self.tr("Rõ, dùng máy in này") if self._printed else self.tr("In trang thử"))

    def go_on(self) -> None:
        """Enter."""
        if self.is_waiting:
            return
        if self._printed or not self.printer.count():
            self.answered.emit()
        else:
            self.print_page()

    def print_page(self) -> None:
        """Makes the page on the lane and gives it to the spooler."""
        if self.is_waiting or not self.chosen:
            return
        self.wait(self.tr("Đang gửi trang thử tới máy in…"))
        work = partial(_print_page, self._around.services, self._site, self.chosen)
        self._around.lane.run(work, done=self._sent, failed=self._trouble)

    def _leave(self) -> None:
        if not self.is_waiting:
            self.printer.setCurrentIndex(-1)
            self.answered.emit()

    def _found(self, names: tuple[str, ...]) -> None:
        self.rest()
        if self.printer.count():
            return  # came back to this step
        for name in names:
            self.printer.addItem(name, name)
        self.printer.setEnabled(bool(names))
        if not names:
            self.tell(
                Tone.INFORM,
                self.tr("Chưa thấy máy in nào. Cứ tiếp tục; khi có máy in, chọn ở trang Cơ sở (F9)."),
            )
            self.setFocus()
        self.say_words()

    def _other_printer(self) -> None:
        self._printed = False
        self.say_words()

    def _sent(self, _job: JobId) -> None:
        self.rest()
        self._printed = True
        self.tell(Tone.INFORM, self.tr("Đã gửi tới máy in. Hãy lấy giấy ra xem."))
        self.say_words()

    def _trouble(self, error: VaxdeskError) -> None:
        self.refuse(error)
        self.say_words()


def _printers(services: FirstRunServices) -> tuple[str, ...]:
    """On the lane: the default one first; a machine without a spooler simply has none."""
    try:
        found = services.printers()
    except SpoolerError:
        return ()
    return tuple(printer.name for printer in sorted(found, key=lambda one: not one.default))


def _print_page(services: FirstRunServices, site: str, printer: str) -> JobId:
    """On the lane."""
    from vaxdesk.print import test_page

    return services.spool(test_page.produce(site, services.settings().paper), printer, "vaxdesk test page")
