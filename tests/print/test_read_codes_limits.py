"""Files people hand over to be read: few kinds, told from the bytes, and none that unpacks into more than a page needs."""

from __future__ import annotations

import os
import struct
import subprocess
import zlib
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from vaxdesk import messages
from vaxdesk.errors import PrintError
from vaxdesk.print import proof

TEXT = "VXS1:MADE-UP"


def a_code(size_px: int = 300) -> Image.Image:
    made = zxingcpp.create_barcode(TEXT, zxingcpp.BarcodeFormat.QRCode)
    return Image.fromarray(made.to_image(scale=4)).convert("RGB").resize((size_px, size_px))


def refusal(file: Path) -> str:
    """The code of the refusal; its sentence names the file and nothing else is needed to say it."""
    with pytest.raises(PrintError) as refused:
        proof.read_codes(file)
    assert refused.value.params == {"file": file.name}
    assert file.name in messages.sentence(refused.value, "vi")
    return refused.value.code


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def a_bomb(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes that says it is `width` x `height`, and is."""
    packer = zlib.compressobj(9)
    row = bytes(1 + (width + 7) // 8)
    rows = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", proof.KINDS)
def test_the_usual_kinds_are_read_whatever_they_are_called(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "anh.dat"
    a_code().save(file, kind)
    assert proof.read_codes(file) == [TEXT]


@pytest.mark.parametrize("kind", ["EPS", "PPM", "ICO", "TGA", "SGI", "PCX", "ICNS", "DDS"])
def test_odd_kinds_are_refused_whatever_they_are_called(tmp_path: Path, kind: str) -> None:
    """An EPS is a program: reading it would start Ghostscript."""
    file = tmp_path / "anh.png"
    a_code(256).save(file, kind)
    assert refusal(file) == "picture-unreadable"


@pytest.mark.parametrize(("width", "height"), [(8001, 8000), (9400, 9400), (20_000, 20_000), (65_000, 1_000)])
def test_a_picture_that_unpacks_into_too_many_pixels_is_not_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, width: int, height: int
) -> None:
    file = tmp_path / "bom.png"
    file.write_bytes(a_bomb(width, height))
    assert file.stat().st_size < 200_000
    monkeypatch.setattr(Image.Image, "convert", lambda *_: pytest.fail("it was unpacked"))
    assert refusal(file) == "picture-too-big"


def test_a_big_picture_within_the_limit_is_read(tmp_path: Path) -> None:
    file = tmp_path / "to.png"
    picture = Image.new("L", (8000, 2000), 255)
    picture.paste(a_code(400).convert("L"), (7000, 1000))
    picture.save(file)
    assert proof.read_codes(file) == [TEXT]


def test_a_page_of_a_pdf_as_big_as_a_field_is_refused(tmp_path: Path) -> None:
    document = pypdfium2.PdfDocument.new()
    document.new_page(14_000, 14_000)
    document.save(tmp_path / "to.pdf")
    document.close()
    assert refusal(tmp_path / "to.pdf") == "picture-too-big"


def test_more_bytes_than_the_limit_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proof, "FILE_BYTES_MAX", 1000)
    file = tmp_path / "nang.png"
    file.write_bytes(bytes(1001))
    assert refusal(file) == "picture-too-big"


@pytest.mark.parametrize("kind", proof.KINDS)
@pytest.mark.parametrize("kept", [9, 40, 90, 300])
def test_a_file_cut_off_anywhere_is_unreadable_or_empty(tmp_path: Path, kind: str, kept: int) -> None:
    whole = tmp_path / "tron.dat"
    a_code().save(whole, kind)
    file = tmp_path / "cut.png"
    file.write_bytes(whole.read_bytes()[:kept])
    assert refusal(file) == "picture-unreadable"


def test_a_chunk_that_was_damaged_on_a_stick_is_unreadable(tmp_path: Path) -> None:
    file = tmp_path / "hong.png"
    a_code().save(file)
    whole = bytearray(file.read_bytes())
    whole[30] ^= 0xFF  # the check of its first chunk
    file.write_bytes(whole)
    assert refusal(file) == "picture-unreadable"


def test_a_text_chunk_that_unpacks_without_end_is_unreadable(tmp_path: Path) -> None:
    file = tmp_path / "chu.png"
    a_code().save(file)
    whole = file.read_bytes()
    text = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(80_000_000), 9))
    file.write_bytes(whole[:33] + text + whole[33:])
    assert refusal(file) == "picture-unreadable"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_no_file_and_nobody_waits_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "ong.png")
    assert refusal(tmp_path / "ong.png") == "picture-unreadable"


def test_reading_starts_no_other_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "Popen", lambda *_, **__: pytest.fail("another program was started"))
    monkeypatch.setattr(subprocess, "check_call", lambda *_, **__: pytest.fail("another program was started"))
    file = tmp_path / "anh.eps"
    a_code().save(file)
    assert refusal(file) == "picture-unreadable"
