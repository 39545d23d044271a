"""How a page looks to a phone: rasterised, framed around its code, then blurred, turned, seen from the side, badly lit, stained,
photocopied. Lengths are in millimetres of paper, so that a look is the same at every resolution. The same seed gives the same
picture.
"""

from __future__ import annotations

from collections.abc import Callable
from math import pi
from typing import Any

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from vaxdesk.print import proof

INCH_MM = 25.4
FRAME_MM = 12
PAPER = 255
Look = Callable[[Image.Image, float, np.random.Generator], Image.Image]
"""A framed picture, its dots a millimetre and a source of chance in; another picture out."""


def framed(pdf: bytes, dpi: int) -> Image.Image:
    """The code of a page with its quiet zone and a little more, as somebody holds a phone over it."""
    pixels = proof.picture_of(pdf, dpi)
    (code,) = proof.found_codes(proof.picture_of(pdf, proof.DPI))
    place, scale = code.position, dpi / proof.DPI
    corners = (place.top_left, place.top_right, place.bottom_left, place.bottom_right)
    left, right = (edge(corner.x for corner in corners) * scale for edge in (min, max))
    top, bottom = (edge(corner.y for corner in corners) * scale for edge in (min, max))
    margin = FRAME_MM / INCH_MM * dpi
    around = (int(left - margin), int(top - margin), int(right + margin), int(bottom + margin))
    page = Image.fromarray(pixels)
    whole = Image.new("L", (around[2] - around[0], around[3] - around[1]), PAPER)
    whole.paste(page, (-around[0], -around[1]))
    return whole


def seen(picture: Image.Image, look: str, dpi: int, seed: int = 1) -> Image.Image:
    """One of `LOOKS`."""
    return LOOKS[look](picture, dpi / INCH_MM, np.random.default_rng(seed))


def blurred(sigma_mm: float) -> Look:
    return lambda picture, dots, _: picture.filter(ImageFilter.GaussianBlur(sigma_mm * dots))


def turned(degrees: float) -> Look:
    return lambda picture, *_: picture.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=PAPER)


def from_the_side(part: float) -> Look:
    """The right edge that part shorter than the left one, and a little further up than in the middle."""

    def look(picture: Image.Image, _: float, __: np.random.Generator) -> Image.Image:
        width, height = picture.size
        inset = part * height
        corners = (
            (0, 0),
            (width * (1 - part / 2), inset * 0.3),
            (width * (1 - part / 2), height - inset * 0.7),
            (0, height),
        )
        coefficients = _projection(corners, ((0, 0), (width, 0), (width, height), (0, height)))
        return picture.transform(
            picture.size, Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BICUBIC, fillcolor=PAPER
        )

    return look


def greyed(black: int, white: int) -> Look:
    return lambda picture, *_: picture.point([black + (white - black) * level // 255 for level in range(256)])


def half_lit(darkest: float) -> Look:
    def look(picture: Image.Image, _: float, __: np.random.Generator) -> Image.Image:
        light = np.linspace(darkest, 1.0, picture.width)
        return Image.fromarray((np.asarray(picture) * light).astype("uint8"))

    return look


def stained(part: float, darkness: float) -> Look:
    """Round stains over that part of the code, away from the three corner marks; darkness 1 is ink, less is coffee."""

    def look(picture: Image.Image, dots: float, chance: np.random.Generator) -> Image.Image:
        mask, side = Image.new("L", picture.size, 0), picture.width - 2 * FRAME_MM * dots
        wanted, pen = part * side * side, ImageDraw.Draw(mask)
        while np.count_nonzero(np.asarray(mask)) < wanted:
            missing = wanted - np.count_nonzero(np.asarray(mask))
            radius = min(side * 0.08, (missing / pi) ** 0.5)
            x, y = FRAME_MM * dots + chance.uniform(0.3, 0.7, 2) * side
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
            if radius < 2:
                break
        stain = mask.point([round(255 - level * darkness) for level in range(256)])
        return ImageChops.multiply(picture, stain)

    return look


def photocopied(times: int) -> Look:
    """Every pass of a copier: optics blur, grain, a hard curve, a slight shift of scale."""

    def look(picture: Image.Image, dots: float, chance: np.random.Generator) -> Image.Image:
        for _ in range(times):
            soft = np.asarray(picture.filter(ImageFilter.GaussianBlur(0.09 * dots)), dtype="float64")
            grainy = soft + chance.normal(0, 18, soft.shape)
            hard = 255 / (1 + np.exp(-(grainy - 135) / 22))
            picture = Image.fromarray(hard.astype("uint8"))
            picture = picture.resize(
                (round(picture.width * 1.01), round(picture.height * 1.008)), Image.Resampling.BICUBIC
            )
        return picture

    return look


def together(*looks: Look) -> Look:
    def look(picture: Image.Image, dots: float, chance: np.random.Generator) -> Image.Image:
        for each in looks:
            picture = each(picture, dots, chance)
        return picture

    return look


def _projection(seen_at: Any, from_: Any) -> list[float]:
    """The eight numbers that take a corner of what is seen back to the corner it comes from."""
    rows, values = [], []
    for (x, y), (u, v) in zip(seen_at, from_, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return [
        float(number) for number in np.linalg.solve(np.array(rows, dtype="float64"), np.array(values, dtype="float64"))
    ]


LOOKS: dict[str, Look] = {
    "as printed": together(),
    "blurred 0.10 mm": blurred(0.10),
    "blurred 0.15 mm": blurred(0.15),
    "blurred 0.20 mm": blurred(0.20),
    "turned 3": turned(3),
    "turned -3": turned(-3),
    "turned 10": turned(10),
    "turned -10": turned(-10),
    "turned 90": turned(90),
    "from the side 10 %": from_the_side(0.10),
    "from the side 20 %": from_the_side(0.20),
    "low contrast": greyed(95, 175),
    "half in shadow": half_lit(0.4),
    "coffee over 10 %": stained(0.10, 0.35),
    "ink over 3 %": stained(0.03, 1.0),
    "ink over 5 %": stained(0.05, 1.0),
    "ink over 10 %": stained(0.10, 1.0),
    "photocopied twice": photocopied(2),
    "all of it, a little": together(turned(3), from_the_side(0.08), greyed(60, 210), blurred(0.08)),
}
