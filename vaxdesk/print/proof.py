"""Proof before paper: a page is read back from its pixels, as a reader will see it, before it is given to a printer (I10)."""

from __future__ import annotations

import hashlib
import struct
import unicodedata
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import zxingcpp
from PIL import Image

from vaxdesk.errors import PrintError, ProofFailed

DPI = 300
POINTS_PER_INCH = 72
FILE_BYTES_MAX = 64 * 1024 * 1024
PIXELS_MAX = 64_000_000
PAGES_MAX = 50
KINDS = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF")  # no kind that starts another program to be read (EPS does)
CODES = zxingcpp.BarcodeFormats(
    [zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.Aztec, zxingcpp.BarcodeFormat.DataMatrix]
)


OURS = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])  # looking for one kind alone is much faster


@dataclass(frozen=True, slots=True)
class Proof:
    """A page that says what it should: the SHA-256 of the PDF, and how finely it was read."""

    sha256: str
    dpi: int


def prove(pdf: bytes, expected_qr: str, expected_texts: tuple[str, ...], dpi: int = DPI) -> Proof:
    """Reads a page's pixels and text layer.

    Raises ProofFailed: `proof-not-one-page`, `proof-qr-unreadable`, `proof-qr-differs`, `proof-text-missing` (with how many
    texts are missing, never which).
    """
    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        raise ProofFailed("proof-not-one-page") from error
    try:
        if len(document) != 1:
            raise ProofFailed("proof-not-one-page")
        page = document[0]
        _prove_code(_pixels(page, dpi), expected_qr)
        _prove_text(_layer(page), expected_texts)
    finally:
        document.close()
    return Proof(hashlib.sha256(pdf).hexdigest(), dpi)


def prove_text(pdf: bytes, expected_texts: tuple[str, ...]) -> None:
    """Reads the text layer of a page that carries no code. Raises ProofFailed `proof-text-missing`."""
    _prove_text(text_of(pdf), expected_texts)


def read_codes(path: Path) -> list[str]:
    """The texts of all codes on a picture (PNG, JPEG, WebP, BMP, GIF, TIFF: the first frame) or PDF (50 pages), in reading order.

    The file is anybody's: its kind is told from its bytes, and a picture of over 64 million pixels is not unpacked. Empty when there
    are no codes. Raises PrintError `picture-unreadable`, `picture-too-big`.
    """
    path = Path(path)
    try:
        return codes_in(_content(path), path.name)
    except _TooBig as error:
        raise PrintError("picture-too-big", file=path.name) from error
    except OSError as error:
        raise PrintError("picture-unreadable", file=path.name) from error


def codes_in(content: bytes, name: str) -> list[str]:
    """The same of a file's bytes; `name` is what a refusal calls it. Raises as `read_codes`."""
    try:
        pictures = _pdf_pictures(content) if content[:1024].lstrip().startswith(b"%PDF") else [_picture(content)]
        found = [text for picture in pictures for text in _read_hard(picture)]
    except _TooBig as error:
        raise PrintError("picture-too-big", file=name) from error
    except (*_BROKEN, pypdfium2.PdfiumError) as error:
        raise PrintError("picture-unreadable", file=name) from error
    return list(dict.fromkeys(found))


class _TooBig(Exception):
    """More bytes or pixels than anybody needs for a code."""


_BROKEN = (OSError, SyntaxError, ValueError, IndexError, EOFError, struct.error)  # how Pillow says so


def _content(path: Path) -> bytes:
    """The bytes of a file; a pipe or a device is none, and one that grows meanwhile is cut off."""
    if not path.is_file():
        raise FileNotFoundError
    with path.open("rb") as file:
        content = file.read(FILE_BYTES_MAX + 1)
    if len(content) > FILE_BYTES_MAX:
        raise _TooBig
    return content


def picture_of(pdf: bytes, dpi: int = DPI) -> Any:
    """The first page as grey pixels (rows, columns)."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return _pixels(document[0], dpi)
    finally:
        document.close()


def prove_pages(pdf: bytes, expected_texts: tuple[str, ...]) -> None:
    """The same over all pages of a document. Raises ProofFailed `proof-text-missing`."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        whole = "\n".join(_layer(document[number]) for number in range(len(document)))
    finally:
        document.close()
    _prove_text(whole, expected_texts)


def text_of(pdf: bytes) -> str:
    """The first page's text layer, as a search or a screen reader finds it."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return _layer(document[0])
    finally:
        document.close()


def found_codes(pixels: Any) -> list[Any]:
    """The QR codes that stand upright on a clean page, as zxing-cpp reports them (`text`, `position`)."""
    return list(zxingcpp.read_barcodes(pixels, formats=OURS, try_rotate=False, try_invert=False, try_downscale=False))


def _prove_code(pixels: Any, expected: str) -> None:
    codes = [code.text for code in found_codes(pixels)]
    if not codes:
        raise ProofFailed("proof-qr-unreadable")
    if codes != [expected]:
        raise ProofFailed("proof-qr-differs")


def _prove_text(layer: str, expected: tuple[str, ...]) -> None:
    said = _bare(layer)
    missing = sum(_bare(text) not in said for text in expected)
    if missing:
        raise ProofFailed("proof-text-missing", count=str(missing))


def _layer(page: Any) -> str:
    """The text layer; a hyphen that ends a line comes as one of two placeholders and is made a hyphen again."""
    text: str = page.get_textpage().get_text_range()
    return text.replace("\ufffe", "-").replace("\x02", "-")


def _bare(text: str) -> str:
    """NFC without blanks: where lines break is the layout's business, which letters stand there is not."""
    visible = (letter for letter in unicodedata.normalize("NFC", text) if unicodedata.category(letter)[0] != "C")
    return "".join("".join(visible).split())


def _pixels(page: Any, dpi: int) -> Any:
    if _has_too_many_pixels(page, dpi):
        raise PrintError("picture-too-big", file="")
    return page.render(scale=dpi / POINTS_PER_INCH, grayscale=True).to_numpy()


def _has_too_many_pixels(page: Any, dpi: int) -> bool:
    width, height = page.get_size()
    return bool(width * height * (dpi / POINTS_PER_INCH) ** 2 > PIXELS_MAX)


def _pdf_pictures(content: bytes) -> Iterator[Any]:
    document = pypdfium2.PdfDocument(content)
    try:
        for number in range(min(len(document), PAGES_MAX)):
            page = document[number]
            if _has_too_many_pixels(page, DPI):
                raise _TooBig
            yield _pixels(page, DPI)
    finally:
        document.close()


def _picture(content: bytes) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what is broken in it: the refusal says so
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(BytesIO(content), formats=KINDS) as picture:
                if picture.width * picture.height > PIXELS_MAX:
                    raise _TooBig
                return picture.convert("L")
        except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
            raise _TooBig from error


def _read_hard(picture: Any) -> list[str]:
    """All codes; when there is none at first sight, a coarser way of telling black from white is tried as well."""
    for binarizer in (zxingcpp.Binarizer.LocalAverage, zxingcpp.Binarizer.GlobalHistogram):
        codes = zxingcpp.read_barcodes(picture, formats=CODES, binarizer=binarizer)
        if codes:
            return [found.text for found in codes]
    return []
