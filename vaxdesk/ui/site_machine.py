"""The choices of this machine: language, theme, printer, paper, lock, sounds."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout

from vaxdesk.errors import SpoolerError, VaxdeskError
from vaxdesk.settings import Settings
from vaxdesk.ui import paper_words
from vaxdesk.ui.buttons import KeyButton
from vaxdesk.ui.dose_form import Tone
from vaxdesk.ui.services import WindowServices
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.theme import THEMES
from vaxdesk.ui.widgets import (
    GAP,
    Card,
    Notice,
    SecureLabel,
    Titled,
    beside,
)

LANGUAGES = (("vi", "Tiếng Việt"), ("en", "English"))
PAPERS = ("A4", "A5")
COLUMNS = 3
ALLOWANCES_MB = (0, 10, 20, 50, 100, 200, 500)


class MachineCard(Card):
    """Language, theme, printer, paper, sounds: kept for this machine, worn at once."""

    settings_changed = Signal(Settings)
    scanner_test_wished = Signal()

    def __init__(self, around: Surroundings, settings: Settings) -> None:
        self._around, self._settings = around, settings
        self._filling = False
        self.title = SecureLabel("title")
        self.language, self.theme, self.printer, self.paper = QComboBox(), QComboBox(), QComboBox(), QComboBox()
        self.idle, self.slip_printer, self.slip_paper = QComboBox(), QComboBox(), QComboBox()
        for code, name in LANGUAGES:
            self.language.addItem(name, code)
        for theme in THEMES:
            self.theme.addItem("", theme)
        self.paper.addItems(list(PAPERS))
        for paper in paper_words.SLIP_PAPERS:
            self.slip_paper.addItem("", paper)
        for minutes in (2, 5, 10, 30):
            self.idle.addItem("", minutes)
        self.allowance = QComboBox()
        self.sounds = QCheckBox()
        fields = (self.language, self.theme, self.idle, self.printer, self.paper, self.allowance,
                  self.slip_printer, self.slip_paper)  # fmt: skip
        self.titles = [Titled(field) for field in fields]
        self.notice = Notice(around.look)
        grid = QGridLayout()
        grid.setSpacing(GAP)
        for place, titled in enumerate(self.titles):
            grid.addWidget(titled, place // COLUMNS, place % COLUMNS)
            grid.setColumnStretch(place % COLUMNS, 1)
        self.test = KeyButton(around.look, "plain", "scan", "Ctrl+Shift+T")
        grid.addLayout(beside(self.sounds, -1, self.test), -(-len(fields) // COLUMNS), 0, 1, COLUMNS)
        super().__init__(self.title, grid, -1, self.notice)
        self.use_settings(settings)
        for field in fields:
            field.currentIndexChanged.connect(self._chosen)
        self.sounds.toggled.connect(self._chosen)
        self.test.clicked.connect(self.scanner_test_wished)

    def refresh(self) -> None:
        """Reads the printers."""
        self._around.lane.run(_printer_names, self._around.services, done=self._printers_read, failed=self._trouble)

    def use_settings(self, settings: Settings) -> None:
        """Shows what is chosen."""
        self._filling, self._settings = True, settings
        self.language.setCurrentIndex(self.language.findData(settings.language))
        self.theme.setCurrentIndex(max(0, self.theme.findData(settings.theme)))
        self.paper.setCurrentText(settings.paper)
        self.slip_paper.setCurrentIndex(max(0, self.slip_paper.findData(settings.slip_paper)))
        self.idle.setCurrentIndex(max(0, self.idle.findData(settings.lock_after_minutes)))
        self._show_allowances(settings.data_allowance_mb)
        self.sounds.setChecked(settings.sounds)
        self._show_printers(())
        self._filling = False

    def say_words(self) -> None:
        """Every text."""
        self.title.setText(self.tr("Máy này"))
        said = (
            self.tr("Ngôn ngữ"),
            self.tr("Màu màn hình"),
            self.tr("Tự khóa sau"),
            self.tr("Máy in"),
            self.tr("Khổ giấy"),
            self.tr("Hạn mức dữ liệu mỗi ngày"),
            self.tr("Máy in phiếu mũi tiêm"),
            self.tr("Giấy in phiếu mũi tiêm"),
        )
        for titled, text in zip(self.titles, said, strict=True):
            titled.say(text)
        for place, text in enumerate((self.tr("Sáng"), self.tr("Tối"), self.tr("Tương phản cao"))):
            self.theme.setItemText(place, text)
        for place in range(self.idle.count()):
            self.idle.setItemText(place, self.tr("%n phút", "", self.idle.itemData(place)))
        self.printer.setItemText(0, self.tr("Máy in mặc định"))
        self.slip_printer.setItemText(0, self.tr("Cùng máy in trên"))
        for place in range(self.slip_paper.count()):
            self.slip_paper.setItemText(place, paper_words.paper_name(self.slip_paper.itemData(place)))
        self._say_allowances()
        self.test.say(self.tr("Thử máy quét"))
        self.sounds.setText(self.tr("Tiếng báo khi lưu hoặc từ chối"))

    def _chosen(self) -> None:
        if self._filling:
            return
        self._settings = replace(
            self._settings,
            language=self.language.currentData(),
            theme=self.theme.currentData(),
            printer=self.printer.currentData() or "",
            paper=self.paper.currentText(),
            slip_printer=self.slip_printer.currentData() or "",
            slip_paper=self.slip_paper.currentData(),
            lock_after_minutes=self.idle.currentData(),
            data_allowance_mb=self.allowance.currentData(),
            sounds=self.sounds.isChecked(),
        )
        self.settings_changed.emit(self._settings)

    def _printers_read(self, names: tuple[str, ...]) -> None:
        self._filling = True
        self._show_printers(names)
        self._filling = False

    def _show_printers(self, names: tuple[str, ...]) -> None:
        for field, first, chosen in (
            (self.printer, self.tr("Máy in mặc định"), self._settings.printer),
            (self.slip_printer, self.tr("Cùng máy in trên"), self._settings.slip_printer),
        ):
            field.clear()
            field.addItem(first, "")
            for name in dict.fromkeys((*names, *filter(None, (chosen,)))):
                field.addItem(name, name)
            field.setCurrentIndex(max(0, field.findData(chosen)))

    def _show_allowances(self, chosen_mb: int) -> None:
        """The usual amounts, and the chosen one where it is another."""
        self.allowance.clear()
        for amount_mb in sorted({*ALLOWANCES_MB, chosen_mb}):
            self.allowance.addItem("", amount_mb)
        self.allowance.setCurrentIndex(self.allowance.findData(chosen_mb))
        self._say_allowances()

    def _say_allowances(self) -> None:
        for place in range(self.allowance.count()):
            amount_mb = self.allowance.itemData(place)
            self.allowance.setItemText(place, f"{amount_mb} MB" if amount_mb else self.tr("Không giới hạn"))
        self.allowance.setToolTip(
            self.tr("Quá hạn mức, máy chỉ tự gửi mũi tiêm; phần còn lại đợi sang ngày hoặc khi bấm Đồng bộ ngay.")
        )

    def _trouble(self, error: VaxdeskError) -> None:
        self.notice.tell(Tone.INFORM, self._around.speech.sentence(error))


def _printer_names(services: WindowServices) -> tuple[str, ...]:
    """On the lane; a machine without a spooler simply has no printers to choose from."""
    try:
        return tuple(printer.name for printer in services.printers())
    except SpoolerError:
        return ()
