"""Pictures that citizens attach: read, made small enough for a site's line, and rid of what a phone writes beside them (place, owner).

A Task goes to and from a desk whole, in a request of at most 4 MiB (contract, Limits): so a complaint holds at most
`PICTURES_MAX` pictures of `STORED_BYTES_MAX`.
"""

from __future__ import annotations

import io
import threading
from dataclasses import dataclass, field

from PIL import Image, ImageOps, UnidentifiedImageError

SENT_BYTES_MAX = 10 * 1024 * 1024  # what a phone's camera makes
STORED_BYTES_MAX = 340 * 1024
PICTURES_MAX = 8  # in one complaint, with what was added later
JPEG = "image/jpeg"
_PIXELS_MAX = 50_000_000
_STEPS = ((2000, 85), (1600, 80), (1280, 75), (1000, 65), (800, 50))  # longest side in pixels, JPEG quality
_one_at_a_time = threading.Semaphore(2)  # a large picture takes some 150 MB while it is read


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo of a certificate or screening form. An empty `media_type`: it was no picture."""

    content: bytes = field(repr=False)
    media_type: str


def small(sent: bytes) -> Picture:
    """A JPEG or PNG as a JPEG of at most `STORED_BYTES_MAX`, upright, without any other words in the file; with an empty type for anything else."""
    if len(sent) > SENT_BYTES_MAX:
        return Picture(b"", "")
    try:
        with _one_at_a_time, Image.open(io.BytesIO(sent), formats=("JPEG", "PNG")) as opened:
            return _small(opened)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError):
        return Picture(b"", "")  # what the library says of files that are broken or no pictures


def _small(opened: Image.Image) -> Picture:
    if opened.width * opened.height > _PIXELS_MAX:
        return Picture(b"", "")
    opened.draft("RGB", (_STEPS[0][0], _STEPS[0][0]))
    upright = ImageOps.exif_transpose(opened)
    on_white = Image.new("RGB", upright.size, "white")
    flat = upright.convert("RGBA") if "A" in upright.getbands() or "transparency" in upright.info else None
    on_white.paste(flat or upright.convert("RGB"), mask=flat)
    for side, quality in _STEPS:
        on_white.thumbnail((side, side))
        out = io.BytesIO()
        on_white.save(out, "JPEG", quality=quality, optimize=True)
        if out.tell() <= STORED_BYTES_MAX:
            return Picture(out.getvalue(), JPEG)
    return Picture(b"", "")
