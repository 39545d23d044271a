"""Codes on pictures: a photo, a scanned page, a camera's frame. Files are untrusted: few kinds, and limits on everything.

Runs on a worker, never in the GUI thread. The readers are loaded at first use.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from vaxdesk.errors import Problem, ScanError
from vaxdesk.models.scan_reading import decoded

FILE_BYTES_MAX = 20_000_000
PIXELS_MAX = 64_000_000
SIDE_ENOUGH_PX = 4000  # JPEG is read at a half or a quarter as long as it stays bigger than this
PDF_PAGES_MAX, PDF_DPI, POINTS_PER_INCH = 5, 300, 72
KINDS = ("PNG", "JPEG", "WEBP", "BMP", "TIFF")  # no kind that starts another program to be read


def text_in_file(path: Path) -> str:
    """The one text on a picture or a PDF (its first pages).

    Raises ScanError: picture-file-unreadable, picture-file-too-big, picture-no-code, picture-many-codes.
    """
    texts = {text for picture in _pictures(Path(path)) for text in codes_in(picture, hard=True)}
    if not texts:
        raise ScanError(Problem("picture-no-code", "scan"))
    if len(texts) > 1:
        raise ScanError(Problem("picture-many-codes", "scan", params=MappingProxyType({"count": str(len(texts))})))
    return texts.pop()


def codes_in(picture: Any, hard: bool = False) -> tuple[str, ...]:
    """The texts of all codes on a picture (PIL, QImage, rows of grey); `hard`: tries a second way when the first finds none."""
    import zxingcpp

    ways = (zxingcpp.Binarizer.LocalAverage, zxingcpp.Binarizer.GlobalHistogram)
    for way in ways if hard else ways[:1]:
        found = zxingcpp.read_barcodes(
            picture, formats=_kinds_of_code(), binarizer=way, text_mode=zxingcpp.TextMode.Plain
        )
        if found:
            return tuple(dict.fromkeys(_text(code) for code in found))
    return ()


def _text(code: Any) -> str:
    """Cards carry UTF-8 and do not say so; a guess of the page by the reader is taken only where the bytes are no UTF-8."""
    text = decoded(bytes(code.bytes))
    return str(code.text) if "\ufffd" in text and "\ufffd" not in code.text else text


@cache
def _kinds_of_code() -> Any:
    """Identity cards, certificates and lot labels; no price codes."""
    import zxingcpp

    kind = zxingcpp.BarcodeFormat
    return zxingcpp.BarcodeFormats([kind.QRCode, kind.Aztec, kind.DataMatrix, kind.Code128])


def _pictures(path: Path) -> Iterator[Any]:
    try:
        if not path.is_file():  # who reads a pipe waits for ever
            raise FileNotFoundError
        with path.open("rb") as file:
            content = file.read(FILE_BYTES_MAX + 1)
    except OSError as error:
        raise ScanError(Problem("picture-file-unreadable", "scan")) from error
    if len(content) > FILE_BYTES_MAX:
        raise _too_big()
    if content[:1024].lstrip().startswith(b"%PDF"):
        yield from _pages(content)
    else:
        yield _photo(content)


def _pages(content: bytes) -> Iterator[Any]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        raise ScanError(Problem("picture-file-unreadable", "scan")) from error
    try:
        for number in range(min(len(document), PDF_PAGES_MAX)):
            page = document[number]
            width, height = page.get_size()
            if width * height * (PDF_DPI / POINTS_PER_INCH) ** 2 > PIXELS_MAX:
                raise _too_big()
            yield page.render(scale=PDF_DPI / POINTS_PER_INCH, grayscale=True).to_numpy()
    except pypdfium2.PdfiumError as error:
        raise ScanError(Problem("picture-file-unreadable", "scan")) from error
    finally:
        document.close()


def _photo(content: bytes) -> Any:
    from io import BytesIO

    from PIL import Image

    try:
        with Image.open(BytesIO(content), formats=KINDS) as picture:
            if picture.width * picture.height > PIXELS_MAX:
                raise _too_big()
            picture.draft("L", (SIDE_ENOUGH_PX, SIDE_ENOUGH_PX))
            return picture.convert("L")
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise _too_big() from error
    except (OSError, SyntaxError, ValueError, IndexError, EOFError) as error:  # how Pillow says "broken"
        raise ScanError(Problem("picture-file-unreadable", "scan")) from error


def _too_big() -> ScanError:
    return ScanError(
        Problem(
            "picture-file-too-big", "scan", params=MappingProxyType({"megabytes": str(FILE_BYTES_MAX // 1_000_000)})
        )
    )
