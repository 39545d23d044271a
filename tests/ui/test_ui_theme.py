"""Every text can be read on what it stands on, in every theme; every token of the sheet is a colour of every palette."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QFontInfo
from pytestqt.qtbot import QtBot

from vaxdesk.paths import resource
from vaxdesk.ui import icons, theme
from vaxdesk.ui.dose_form import Tone
from vaxdesk.ui.widgets import TONE_ICONS, SecureLabel

LOOKS = ("note", "quiet", "strong", "label", "input", "heading", "title", "huge", "figure")
CONTRAST_MIN = 4.5
LINE_CONTRAST_MIN = 3.0
TEXTS = ("text", "quiet", "faint", "primary", "allowed", "decide", "stop", "inform")
GROUNDS = ("ground", "card", "field", "hover", "selected")
PAIRS = [(text, ground) for text in TEXTS for ground in GROUNDS] + [
    ("primary_text", "primary"),
    ("primary_text", "primary_hover"),
    ("disabled_text", "disabled"),
    ("text", "primary_ground"),
    ("primary", "primary_ground"),
    ("card", "text"),
    ("card", "stop"),
    *((tone, f"{tone}_ground") for tone in ("allowed", "decide", "stop", "inform")),
]


def luminance(colour: str) -> float:
    """WCAG 2.1 relative luminance."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_what_wcag_says() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", theme.THEMES)
def test_every_text_can_be_read(name: str) -> None:
    colours = theme.palettes()[name]
    weak = {
        (t, g): round(contrast(colours[t], colours[g]), 2)
        for t, g in PAIRS
        if contrast(colours[t], colours[g]) < CONTRAST_MIN
    }
    assert weak == {}


@pytest.mark.parametrize("name", theme.THEMES)
def test_focus_and_field_edges_can_be_seen(name: str) -> None:
    colours = theme.palettes()[name]
    for line in ("focus", "field_line"):
        for ground in ("card", "ground"):
            assert contrast(colours[line], colours[ground]) >= LINE_CONTRAST_MIN, (line, ground)


@pytest.mark.parametrize("name", theme.THEMES)
def test_the_sheet_can_be_filled_in(name: str, tmp_path: Path) -> None:
    sheet = theme.style_sheet(theme.palettes()[name], tmp_path)
    assert "$" not in sheet


def test_palettes_have_the_same_tokens() -> None:
    assert len({frozenset(colours) for colours in theme.palettes().values()}) == 1


def test_no_size_is_in_points() -> None:
    assert re.findall(r"\d+pt\b", resource("style", "window.qss").read_text(encoding="utf-8")) == []


def test_every_icon_is_of_one_family() -> None:
    for path in resource("icons").glob("*.svg"):
        text = path.read_text(encoding="utf-8")
        assert 'viewBox="0 0 24 24"' in text
        assert 'stroke-width="1.75"' in text
        assert 'stroke="currentColor"' in text
        assert 'fill="none"' in text


def test_every_tone_has_an_icon_of_its_own() -> None:
    assert set(TONE_ICONS) == set(Tone)
    assert len(set(TONE_ICONS.values())) == len(Tone)


def test_icons_used_in_code_exist(look: theme.Look) -> None:
    for name in TONE_ICONS.values():
        assert not icons.pixmap(name, look.colours["text"]).isNull()


@pytest.mark.parametrize(
    "properties",
    [*({"look": name} for name in LOOKS), {"px": "20"}, {"px": "24"}, {"px": "28"}, {}],
    ids=lambda properties: " ".join(properties.values()) or "text",
)
def test_vietnamese_marks_are_not_clipped(look: theme.Look, qtbot: QtBot, properties: dict[str, str]) -> None:
    """A label of its own height shows as much ink as one with room to spare."""
    assert QFontInfo(theme.text_font()).family() == theme.FAMILY
    assert ink_rows(qtbot, properties, 0) == ink_rows(qtbot, properties, 40) > 6


def ink_rows(qtbot: QtBot, properties: dict[str, str], spare: int) -> int:
    label = SecureLabel()
    qtbot.addWidget(label)
    label.setText("ỄỘỶỵặgj")
    for name, value in properties.items():
        label.setProperty(name, value)
    label.ensurePolished()
    label.setStyleSheet("background: white; color: black;")
    label.resize(label.sizeHint().width(), label.sizeHint().height() + spare)
    picture = label.grab().toImage()
    rows, columns = range(picture.height()), range(picture.width())
    return sum(any(picture.pixelColor(x, y).lightness() < 215 for x in columns) for y in rows)
