"""The lots of a day, one a line, with the terms of their equation."""

from __future__ import annotations

from PySide6.QtWidgets import QSizePolicy

from vaxdesk.models.stock import LotKey, StockLot
from vaxdesk.ui import stock_words, words
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.tables import Cell, Row, RowsTable
from vaxdesk.ui.tone import Tone

COLUMNS_PX = (96, 90, 112, 54, 58, 48, 52, 54, 54, 58, 52, 118)


class StockList(RowsTable):
    """Arrows choose a lot; `chosen` says that it is another."""

    def __init__(self, around: Surroundings) -> None:
        super().__init__(around.look, COLUMNS_PX, stretched=11)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self._around = around
        self.lots: tuple[StockLot, ...] = ()

    def show_lots(self, lots: tuple[StockLot, ...]) -> None:
        """Other figures; the chosen lot stays chosen while it is there."""
        self.lots = lots
        self.setAccessibleName(self.tr("Các lô vắc xin"))
        self.show_rows(self._titles(), [self._row(lot) for lot in lots])

    @property
    def chosen_lot(self) -> StockLot | None:
        """The lot the arrows are on."""
        return next((lot for lot in self.lots if _row_key(lot.key) == self.wanted), None)

    def choose(self, key: LotKey) -> None:
        """Goes to a lot's line."""
        self.selectRow([lot.key for lot in self.lots].index(key))

    def _titles(self) -> tuple[str, ...]:
        return (
            self.tr("Vắc xin"),
            self.tr("Số lô"),
            self.tr("Hạn dùng"),
            self.tr("Đầu"),
            self.tr("Nhập"),
            self.tr("Trả"),
            self.tr("Hủy"),
            self.tr("Tiêm"),
            self.tr("Còn"),
            self.tr("Đếm"),
            self.tr("Lệch"),
            self.tr("Lưu ý"),
        )

    def _row(self, lot: StockLot) -> Row:
        balance = lot.balance
        figures = (balance.opening, balance.received, balance.returned, balance.wasted, balance.recorded)
        said, icon, tone = stock_words.standing(lot)
        counted = "–" if balance.counted is None else str(balance.counted)
        off = None if not balance.difference else Tone.DECIDE
        cells = (
            Cell(stock_words.brand(lot.key)),
            Cell(lot.key.lot, strong=True),
            Cell(words.day(lot.expiry)),
            *(Cell(str(figure)) for figure in figures),
            Cell(str(balance.expected), strong=True),
            Cell(counted),
            Cell(stock_words.difference(balance), tone=off),
            Cell(said, icon, tone),
        )
        return Row(_row_key(lot.key), cells)


def _row_key(key: LotKey) -> str:
    return f"{key.vaccine}|{key.lot}"
