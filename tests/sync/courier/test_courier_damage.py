"""A damaged file, wherever the damage is, is refused with a sentence and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support.courier_desks import CourierLaptop, answered, courier_laptops, joined
from support.courier_platform import CourierPlatform, Unreadable, courier_platform

from vaxdesk.errors import InputRefused
from vaxdesk.messages import LANGUAGES, sentence
from vaxdesk.sync.courier import CourierKeys, open_answer, shape_of


@dataclass(frozen=True)
class Travelled:
    """One exchange that went well, to be damaged."""

    desk: CourierLaptop
    platform: CourierPlatform
    sealed: str
    answer: str
    keys: CourierKeys
    folder: Path


@pytest.fixture(scope="module")
def travelled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Travelled]:
    folder = tmp_path_factory.mktemp("travelled")
    with courier_platform() as platform, courier_laptops(folder, joined(platform)) as (desk, *_):
        desk.record(2)
        sealed = desk.export(folder).file
        answer = answered(platform, sealed)
        enrolment = desk.work.sync_book.enrolment()
        assert enrolment is not None
        keys = CourierKeys(enrolment.courier_keys)
        texts = (path.read_text().rstrip("\n") for path in (sealed, answer))
        yield Travelled(desk, platform, *texts, keys, folder)


places = st.floats(0, 1, exclude_max=True)
flips = st.integers(1, 255)


def damaged(text: str, place: float, flip: int) -> str:
    index = int(place * len(text))
    return f"{text[:index]}{chr(ord(text[index]) ^ flip)}{text[index + 1 :]}"


def delivered(platform: CourierPlatform, text: str) -> str:
    """The desk looks at what it is, the platform at what is in it."""
    shape_of(text)
    return platform.desk.unseal(text)


def test_a_whole_answer_is_believed(travelled: Travelled) -> None:
    assert len(open_answer(travelled.answer, travelled.keys).lines) == 2
    assert delivered(travelled.platform, travelled.sealed).count(".") == 2


def test_any_changed_byte_makes_an_answer_worthless(travelled: Travelled) -> None:
    @given(places, flips)
    @example(0.999999, 1)  # the last letter of a signature has bits that mean nothing
    def attempt(place: float, flip: int) -> None:
        with pytest.raises(InputRefused) as refused:
            open_answer(damaged(travelled.answer, place, flip), travelled.keys)
        assert all(" " in sentence(refused.value, language) for language in LANGUAGES)

    attempt()


def test_any_changed_byte_makes_a_sealed_file_worthless(travelled: Travelled) -> None:
    @given(places, flips)
    @example(0.999999, 1)
    def attempt(place: float, flip: int) -> None:
        text = damaged(travelled.sealed, place, flip)
        with pytest.raises((InputRefused, Unreadable)):
            delivered(travelled.platform, text)

    attempt()


@pytest.mark.parametrize("place", [0.0, 0.01, 0.2, 0.5, 0.9, 0.9999])
@pytest.mark.parametrize("which", ["sealed", "answer"])
def test_the_desk_refuses_it_and_stays_as_it_was(travelled: Travelled, which: str, place: float) -> None:
    file = travelled.folder / f"damaged-{which}-{place}"
    file.write_text(damaged(getattr(travelled, which), place, 3) + "\n", encoding="latin-1")
    before = travelled.desk.whole_store()
    with pytest.raises(InputRefused, match="courier-"):
        travelled.desk.take_in(file)
    assert travelled.desk.whole_store() == before
    assert not file.with_name(f"{file.name}.tra-loi").exists()


@pytest.mark.parametrize("which", ["sealed", "answer"])
def test_a_file_cut_off_is_refused(travelled: Travelled, which: str) -> None:
    text = getattr(travelled, which)
    file = travelled.folder / f"cut-{which}"
    for length in (1, 40, len(text) // 2, len(text) - 1):
        file.write_text(text[:length])
        with pytest.raises(InputRefused, match="courier-"):
            travelled.desk.take_in(file)


@given(st.text(max_size=200))
def test_no_text_at_all_breaks_the_door(text: str) -> None:
    with pytest.raises(InputRefused, match="courier-file-unknown"):
        shape_of(text)
