"""The stations in the order of the way through the site: how many are there, and how long the first of them has waited."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from vaxdesk.models.stations import NEXT
from vaxdesk.models.tickets import Crowd, Station
from vaxdesk.ui import queue_words
from vaxdesk.ui.theme import Look
from vaxdesk.ui.widgets import IconLabel, Pill, SecureLabel, beside, stacked

TILE_PX = 112


class StationTile(QPushButton):
    """One station; pressed it is the one whose people are listed."""

    def __init__(self, look: Look, station: Station) -> None:
        super().__init__()
        self.station = station
        self.setProperty("kind", "choice")
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.name, self.count = SecureLabel("title"), SecureLabel("figure")
        self.name.setWordWrap(True)
        self.longest = Pill(look)
        head = beside(IconLabel(look, queue_words.ICONS[station], "quiet"), self.name, gap=8)
        head.setStretch(1, 1)
        inside = stacked(head, -1, self.count, self.longest, gap=0, margins=(12, 8, 12, 8))
        self.setLayout(inside)
        for part in self.findChildren(QWidget):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def show_crowd(self, crowd: Crowd) -> None:
        """Its people as they are now."""
        said, tone, icon = queue_words.longest(crowd)
        self.count.setText(str(crowd.count))
        self.longest.show_state(tone, said, icon)
        self.setAccessibleName(f"{self.name.text()}: {crowd.count}, {said}")

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """As high as its parts, which a button by itself does not look at."""
        inside = self.layout()
        assert inside is not None
        return QSize(inside.sizeHint().width(), max(TILE_PX, inside.sizeHint().height()))

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Narrower than its words it may be: they wrap."""
        return QSize(120, self.sizeHint().height())


class StationTiles(QWidget):
    """`chosen` carries the station to list."""

    chosen = Signal(Station)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.tiles = {station: StationTile(look, station) for station in NEXT}
        line = beside(*self.tiles.values(), gap=8)
        for place in range(len(self.tiles)):
            line.setStretch(place, 1)
        self.setLayout(line)
        for station, tile in self.tiles.items():
            tile.clicked.connect(lambda _checked=False, which=station: self.choose(which))
        self.station = Station.WAITING
        self.tiles[self.station].setChecked(True)

    def choose(self, station: Station) -> None:
        """Another station."""
        self.station = station
        self.tiles[station].setChecked(True)
        self.chosen.emit(station)

    def step(self, places: int) -> None:
        """To the station beside, by an arrow."""
        stations = list(self.tiles)
        place = stations.index(self.station) + places
        if 0 <= place < len(stations):
            self.choose(stations[place])

    def show_crowds(self, crowds: Mapping[Station, Crowd]) -> None:
        """Everybody's count."""
        for station, tile in self.tiles.items():
            tile.show_crowd(crowds[station])

    def say_words(self) -> None:
        """Every name; the counts are said with the next crowds."""
        for station, tile in self.tiles.items():
            tile.name.setText(queue_words.station(station))
