"""Colours with a meaning, the style sheet made from them, and the font. Palettes and sheet are resources/style/."""

from __future__ import annotations

import json
import string
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

import fontpkg_be_vietnam_pro
from PySide6.QtCore import QObject, QTemporaryDir, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from vaxdesk.paths import resource
from vaxdesk.ui import icons

THEMES = ("light", "dark", "high-contrast")
FAMILY = "Be Vietnam Pro"
FACES = ("Regular", "Medium", "SemiBold")
CONTROL_IMAGES = (("chevron-down", "quiet"), ("check", "primary_text"))
TEXT_PX = 14


@cache
def palettes() -> Mapping[str, Mapping[str, str]]:
    """Every theme's colours by token."""
    found = json.loads(resource("style", "palettes.json").read_text(encoding="utf-8"))
    return MappingProxyType({name: MappingProxyType(colours) for name, colours in found.items()})


def style_sheet(colours: Mapping[str, str], images: Path) -> str:
    """The whole style sheet; `images` is the folder of the pictures that style sheets can only take from files."""
    template = string.Template(resource("style", "window.qss").read_text(encoding="utf-8"))
    return template.substitute(colours, images=images.as_posix())


def load_fonts() -> None:
    """Makes the packaged faces known to Qt."""
    files = Path(fontpkg_be_vietnam_pro.ROOT) / "files"
    for face in FACES:
        QFontDatabase.addApplicationFont(str(files / f"BeVietnamPro-{face}.ttf"))


def text_font(px: int = TEXT_PX, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The text font at a size in logical pixels."""
    font = QFont(FAMILY)
    font.setPixelSize(px)
    font.setWeight(weight)
    return font


class Look(QObject):
    """The theme in force. `changed` is emitted after the application wears a new one."""

    changed = Signal()

    def __init__(self, application: QApplication) -> None:
        super().__init__()
        self._application = application
        self._images = QTemporaryDir()
        self.name = ""

    def wear(self, name: str) -> None:
        """Dresses the application; an unknown name becomes the light theme."""
        name = name if name in THEMES else THEMES[0]
        if name == self.name:
            return
        self.name = name
        self._draw_images()
        self._application.setStyle("Fusion")
        self._application.setFont(text_font())
        self._application.setPalette(self._qt_palette())
        self._application.setStyleSheet(style_sheet(self.colours, Path(self._images.path())))
        self.changed.emit()

    @property
    def colours(self) -> Mapping[str, str]:
        """The colours in force, by token."""
        return palettes()[self.name or THEMES[0]]

    def colour(self, token: str) -> QColor:
        """One colour for painting."""
        return QColor(self.colours[token])

    def _draw_images(self) -> None:
        for name, token in CONTROL_IMAGES:
            text = icons.svg(name, self.colours[token])
            Path(self._images.filePath(f"{name}.svg")).write_text(text, encoding="utf-8")

    def _qt_palette(self) -> QPalette:
        """For the few things style sheets do not reach: placeholders, links, calendar."""
        role = QPalette.ColorRole
        wanted = {
            role.Window: "ground",
            role.WindowText: "text",
            role.Base: "field",
            role.AlternateBase: "ground",
            role.Text: "text",
            role.Button: "card",
            role.ButtonText: "text",
            role.Highlight: "primary",
            role.HighlightedText: "primary_text",
            role.PlaceholderText: "faint",
            role.ToolTipBase: "text",
            role.ToolTipText: "card",
        }
        palette = QPalette()
        for colour_role, token in wanted.items():
            palette.setColor(colour_role, self.colour(token))
        return palette
