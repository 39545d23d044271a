"""The icon family: our own line drawings in resources/icons/, coloured when they are painted."""

from __future__ import annotations

from functools import cache, lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from vaxdesk.paths import resource

SIZE_PX = 20
SCALES = (1, 2, 3)


@cache
def _drawing(name: str) -> str:
    return resource("icons", f"{name}.svg").read_text(encoding="utf-8")


def svg(name: str, colour: str) -> str:
    """A drawing in one colour (`#RRGGBB`)."""
    return _drawing(name).replace("currentColor", colour)


@lru_cache(maxsize=512)
def pixmap(name: str, colour: str, size_px: int = SIZE_PX, ratio: float = 1.0) -> QPixmap:
    """A drawing painted at a size in logical pixels for a screen of that device pixel ratio."""
    renderer = QSvgRenderer(QByteArray(svg(name, colour).encode()))
    painted = QPixmap(QSize(round(size_px * ratio), round(size_px * ratio)))
    painted.fill(Qt.GlobalColor.transparent)
    painter = QPainter(painted)
    renderer.render(painter, QRectF(painted.rect()))
    painter.end()
    painted.setDevicePixelRatio(ratio)
    return painted


@lru_cache(maxsize=256)
def icon(name: str, colour: str, size_px: int = SIZE_PX) -> QIcon:
    """A drawing as an icon that stays sharp when the screen scales."""
    made = QIcon()
    for scale in SCALES:
        painted = pixmap(name, colour, size_px, float(scale))
        for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):  # a chosen row keeps the colour with the meaning
            made.addPixmap(painted, mode)
    return made
