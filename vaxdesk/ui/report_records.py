"""The records behind a chosen figure, and giving them out as a list that opens with a password only."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from vaxdesk.errors import InputRefused, VaxdeskError
from vaxdesk.models.authority import Act, may
from vaxdesk.models.report_forms import FormCell
from vaxdesk.models.reports import Facets, Span
from vaxdesk.models.values import VIETNAM, DoseRecord
from vaxdesk.ui import dialogs, words
from vaxdesk.ui.buttons import KeyButton
from vaxdesk.ui.report_files import NAMES_KIND, write_names
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.tables import Cell, Row, RowsTable
from vaxdesk.ui.tone import Tone
from vaxdesk.ui.widgets import Card, ElidedLabel, SecureLabel, Titled, beside, stacked

COLUMNS_PX, HEIGHT_PX_MIN = (120, 240, 150, 150), 120


class RecordsBehind(Card):
    """`said`: what became of a list; nothing but that is changed here."""

    said = Signal(Tone, str)

    def __init__(self, around: Surroundings) -> None:
        self._around, look = around, around.look
        self._asked, self._span, self._facets, self._count = 0, Span.of(around.services.work.clock()), Facets(), 0
        self._cell = FormCell("")
        self.figure, self.records = ElidedLabel("heading"), RowsTable(look, COLUMNS_PX, stretched=1)
        self.records.setMinimumHeight(HEIGHT_PX_MIN)
        self.records.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)  # what is left is its
        self.none = SecureLabel("quiet", wrap=True)
        self.none.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.give = KeyButton(look, "plain", "lock", "Ctrl+E")
        self.password, self.again = QLineEdit(), QLineEdit()
        for field in (self.password, self.again):
            field.setEchoMode(QLineEdit.EchoMode.Password)
        self.titles = Titled(self.password), Titled(self.again)
        self.write = KeyButton(look, "primary", "save", "Enter", shortcut=False)
        self.leave = KeyButton(look, "plain", "", "Esc", shortcut=False)
        self.asking = QWidget()
        self.asking.setLayout(stacked(beside(*self.titles, gap=8), beside(-1, self.leave, self.write, gap=8), gap=6))
        head = beside(self.figure, self.give, gap=8)
        head.setStretch(0, 1)
        inside = stacked(head, self.records, self.none, self.asking, gap=8)
        inside.setStretch(1, 1)
        inside.setStretch(2, 1)
        super().__init__(inside)
        self.give.clicked.connect(self._ask)
        self.write.clicked.connect(self._write)
        self.leave.clicked.connect(self._stop_asking)
        self._stop_asking()

    # --- showing

    def show_figure(self, span: Span, cell: FormCell, told: str) -> None:
        """Another figure was chosen."""
        self._asked += 1
        self._stop_asking()
        self.figure.setText(told)
        self._span, self._cell, self._facets = span, cell, cell.facets or Facets()
        self.none.setText(self._why_none(cell))
        if cell.facets is None:
            self._list(self._asked, ())
            return
        ask = partial(self._around.services.work.reports.records_behind, span, cell.facets)
        self._around.lane.run(ask, done=partial(self._list, self._asked), failed=self._trouble)

    def _why_none(self, cell: FormCell) -> str:
        if cell.facets is None and isinstance(cell.value, int) and cell.value:
            return self.tr("Số liều hủy lấy từ sổ vắc xin: xem trang Vắc xin (F7).")
        if cell.facets is None and isinstance(cell.value, float):
            return self.tr("Tỷ lệ tính từ các con số bên trái trong cùng dòng.")
        return self.tr("Con số này không có bản ghi nào. Chọn con số khác bằng phím mũi tên.")

    def _list(self, asked: int, records: tuple[DoseRecord, ...]) -> None:
        if asked != self._asked:
            return
        titles = (self.tr("Lúc"), self.tr("Họ và tên"), self.tr("Số định danh"), self.tr("Mũi tiêm"))
        self.records.show_rows(titles, [self._row(record) for record in records])
        self.records.setVisible(bool(records))
        self.none.setVisible(not records)
        member = self._around.session.member
        self.give.setEnabled(bool(records) and member is not None and may(member, Act.EXPORT_NAMES))

    def _row(self, record: DoseRecord) -> Row:
        at, language = record.dose.occurred_at.astimezone(VIETNAM), self._around.speech.language
        is_today = self._span.is_one_day and at.date() == self._span.first
        cells = (
            Cell(f"{at:%H:%M}" if is_today else f"{at:%d/%m %H:%M}"),
            Cell(record.person.name, strong=True),
            Cell(record.person.citizen_id.masked),
            Cell(words.dose_title(record, language)),
        )
        return Row(record.dose.id, cells)

    # --- giving out

    def _ask(self) -> None:
        self.asking.show()
        self.password.setFocus()

    def _stop_asking(self) -> None:
        had_focus = self.asking.isAncestorOf(self.focusWidget()) if self.focusWidget() else False
        for field in (self.password, self.again):
            field.clear()
        self.asking.hide()
        if had_focus:
            self.records.setFocus()

    def _write(self) -> None:
        if self.password.text() != self.again.text():
            self.said.emit(Tone.STOP, self._around.speech.of_code("file-passwords-differ"))
            self.again.setFocus()
            return
        days = self._span.file_part
        target = dialogs.choose_new_file(self, self.tr("Lưu danh sách"), f"danh-sach-{days}.xlsx", NAMES_KIND)
        member = self._around.session.member
        if target is None or member is None:
            return
        language, title = self._around.speech.language, self.figure.whole_text()
        work = partial(
            write_names,
            self._around.services,
            self._span,
            self._facets,
            member,
            title,
            target,
            self.password.text(),
            language,
        )
        self._around.lane.run(work, done=self._written, failed=self._trouble)

    def _written(self, target: Path) -> None:
        self._stop_asking()
        told = self.tr("Đã lưu {name}. Báo mật khẩu cho người nhận bằng đường khác, không gửi kèm tệp.")
        self.said.emit(Tone.ALLOWED, told.format(name=target.name))

    def _trouble(self, error: VaxdeskError) -> None:
        if isinstance(error, InputRefused) and self.asking.isVisible():
            self.password.setFocus()
        self.said.emit(Tone.STOP, self._around.speech.sentence(error))

    # --- words and keys

    def say_words(self) -> None:
        """Every text."""
        self.records.setAccessibleName(self.tr("Các bản ghi của con số đang chọn"))
        self.give.say(self.tr("Xuất danh sách"))
        self.titles[0].say(self.tr("Mật khẩu của tệp (ít nhất 8 ký tự)"))
        self.titles[1].say(self.tr("Nhập lại mật khẩu"))
        self.write.say(self.tr("Lưu tệp có mật khẩu"))
        self.leave.say(self.tr("Thôi"))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Enter writes, Esc gives up, while a password is asked for."""
        if self.asking.isVisible() and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.write.click()
        elif self.asking.isVisible() and event.key() == Qt.Key.Key_Escape:
            self._stop_asking()
        else:
            super().keyPressEvent(event)
