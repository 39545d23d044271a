"""Printed codes as a phone sees them, read by readers and verified by a library that the desk does not use.

The whole table, with the looks that are too much for some reader, comes from benchmarks/phone_readers.py.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support import phone_look, phone_pages
from support.issuer import a_country
from support.papers import a_course

from vaxdesk.print import proof

ALWAYS = (
    "as printed", "blurred 0.10 mm", "turned 3", "turned -3", "turned 10", "turned -10", "turned 90", "from the side 10 %",
    "low contrast", "half in shadow", "coffee over 10 %", "photocopied twice", "all of it, a little",
)  # fmt: skip
WITHOUT_COPIER = ("as printed", "turned 3", "turned -10", "turned 90", "from the side 10 %", "coffee over 10 %")
pytestmark = [
    pytest.mark.peer,
    pytest.mark.skipif(not phone_pages.others_can_read(), reason="no .venv-peer with cv2 and pyzbar, or no libzbar0"),
]


def read(folder: Path, reader: str, dpi: int, looks: tuple[str, ...]) -> dict[tuple[str, str], list[str]]:
    """{(page, look): texts} of every page."""
    framed = {page: phone_look.framed(phone_pages.page(page), dpi) for page in phone_pages.PAGES}
    pictures = {
        f"{page}|{look}": phone_look.seen(picture, look, dpi) for page, picture in framed.items() for look in looks
    }
    found = phone_pages.read_by_others(folder, pictures, reader)
    return {(name.split("|")[0], name.split("|")[1]): by_reader[reader] for name, by_reader in found.items()}


@pytest.mark.parametrize(
    ("reader", "dpi", "looks"), [("zbar", 150, ALWAYS), ("zbar", 300, ALWAYS), ("opencv", 300, WITHOUT_COPIER)]
)
def test_other_readers_read_every_page_however_a_phone_sees_it(
    reader: str, dpi: int, looks: tuple[str, ...], tmp_path: Path
) -> None:
    found = read(tmp_path, reader, dpi, looks)
    assert {place for place, texts in found.items() if not texts} == set()
    for page in phone_pages.PAGES:
        (printed,) = proof.found_codes(proof.picture_of(phone_pages.page(page)))
        assert {text for (seen, _), texts in found.items() for text in texts if seen == page} == {printed.text}
        assert phone_pages.holds(printed.text)


def test_the_whole_page_is_read_as_it_lies_on_a_copier(tmp_path: Path) -> None:
    pages = {
        page: phone_look.Image.fromarray(proof.picture_of(phone_pages.page(page), 300)) for page in phone_pages.PAGES
    }
    turned = {f"{page}, upside down": picture.rotate(180) for page, picture in pages.items()}
    for by_reader in phone_pages.read_by_others(tmp_path, pages | turned, "zbar").values():
        (text,) = by_reader["zbar"]
        assert phone_pages.holds(text)


def test_the_judge_of_these_tests_refuses_what_is_not_genuine(tmp_path: Path) -> None:
    """Otherwise nothing above would mean anything: a changed text, and a picture without a code."""
    from support.papers import a_certificate

    text = a_certificate(a_course(1)[0]).hc1
    assert phone_pages.holds(text)
    assert not phone_pages.holds(a_certificate(a_course(1)[0], a_country().stranger).hc1)
    assert not phone_pages.holds(text[:200] + ("A" if text[200] != "A" else "B") + text[201:])
    blank = phone_look.Image.fromarray(np.full((300, 300), 255, dtype="uint8"))
    assert phone_pages.read_by_others(tmp_path, {"blank": blank}) == {"blank": {"zbar": [], "opencv": []}}


@pytest.mark.parametrize("look", phone_look.LOOKS)
def test_a_look_changes_the_picture_and_the_same_seed_gives_the_same(look: str) -> None:
    framed = phone_look.framed(phone_pages.page("slip A6"), 150)
    once, again = (phone_look.seen(framed, look, 150, seed=7) for _ in range(2))
    assert np.array_equal(np.asarray(once), np.asarray(again))
    assert np.array_equal(np.asarray(once), np.asarray(framed)) is (look == "as printed")
