"""The practice desk: its own folder and store, made-up people in every situation, papers that are marked and never genuine, and no platform."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.builders import PASSPHRASE, an_enrolled_folder

from vaxdesk.app import OpenDesk, open_desk
from vaxdesk.cli import main
from vaxdesk.demo import practice_desk, practice_people
from vaxdesk.demo.people import card_text
from vaxdesk.demo.practice_people import PracticePerson
from vaxdesk.errors import StoreError, SyncError
from vaxdesk.models import scan, training
from vaxdesk.models.drafts import DoseDraft
from vaxdesk.models.values import DoseRecord, IdentityCard, Screening
from vaxdesk.print import hcert, leaflet, proof, scanner_sheet, slip, test_page, watermark


class PowerCut(BaseException):
    """The lights go out; no `except Exception` sees it."""


MARK = "".join(watermark.WORDS.split())


@pytest.fixture(autouse=True)
def _unmarked() -> Iterator[None]:
    """A command leaves its desk to the end of the process, which a test does not reach."""
    yield
    watermark.mark_no_page()


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("practice") / training.FOLDER
    practice_desk.open_or_make(folder).close()
    return folder


@pytest.fixture
def folder(template: Path, tmp_path: Path) -> Path:
    shutil.copytree(template, tmp_path / training.FOLDER)
    return tmp_path / training.FOLDER


@pytest.fixture
def desk(folder: Path) -> Iterator[OpenDesk]:
    opened = practice_desk.open_or_make(folder)
    yield opened
    opened.close()


def a_dose(desk: OpenDesk, one: PracticePerson) -> DoseRecord:
    now = desk.work.clock()
    card = scan.parse(card_text(one.person), now.date())
    assert isinstance(card, IdentityCard)
    preset = desk.work.desk.preset()
    nurse = desk.work.staff.sign_in(practice_desk.NURSE, training.PIN)
    return desk.work.desk.record(
        DoseDraft(card.person, preset.vaccine, preset.lot, preset.expiry, now, screening=Screening.ELIGIBLE), nurse
    )


def everything_in(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def marks_in(pdf: bytes) -> int:
    return "".join(proof.text_of(pdf).split()).count(MARK)


@pytest.mark.parametrize(
    "pages",
    [
        pytest.param(lambda: leaflet.render("Điểm tiêm luyện tập"), id="leaflet"),
        pytest.param(scanner_sheet.render, id="scanner sheet"),
        pytest.param(lambda: test_page.produce("Điểm tiêm luyện tập", "A4"), id="test page"),
    ],
)
def test_every_page_is_marked_while_a_practice_desk_is_open_and_no_longer(folder: Path, pages: Any) -> None:
    assert marks_in(pages()) == 0
    opened = practice_desk.open_or_make(folder)
    assert marks_in(pages()) > 0
    opened.close()
    assert marks_in(pages()) == 0


@pytest.mark.parametrize(
    ("form", "paper"), [("confirmation", "A4"), ("confirmation", "A5"), ("slip", "A6"), ("slip", "A4")]
)
def test_papers_of_a_practice_dose_are_marked_in_grey_and_genuine_for_nobody(
    desk: OpenDesk, form: str, paper: str
) -> None:
    record = desk.work.desk.all_records()[-1]
    document = desk.produce(record, form, paper)
    assert marks_in(document.pdf) > 0
    pixels, grey = proof.picture_of(document.pdf, 150), 255 * watermark.GREY
    assert 0.01 < ((pixels > grey - 3) & (pixels < grey + 3)).mean() < 0.2
    assert 180 < grey < 225
    (code,) = [found.text for found in proof.found_codes(proof.picture_of(document.pdf))]
    assert not desk.is_genuine(code)


def test_a_training_code_is_refused_by_the_check_itself(desk: OpenDesk) -> None:
    document = desk.produce(desk.work.desk.all_records()[-1], "slip", "A6")
    (code,) = [found.text for found in proof.found_codes(proof.picture_of(document.pdf))]
    with pytest.raises(hcert.NotGenuine):
        slip.verify_slip(code, {name: signer.key for name, signer in desk.checker.signers().items()})


def test_it_asks_no_platform_whatever_is_tried(desk: OpenDesk, tmp_path: Path) -> None:
    assert desk.work.sync_book.waiting() == 0
    a_dose(desk, practice_people.practice_people()[0])
    with pytest.raises(SyncError, match="training-only"):
        desk.client()
    manager = desk.work.staff.sign_in(practice_desk.MANAGER, training.PIN)
    with pytest.raises(SyncError, match="training-only"):
        desk.courier_export(tmp_path, manager)
    with pytest.raises(SyncError):
        desk.renew_keys()
    assert not desk.reachable()
    waiting = desk.work.sync_book.waiting()
    desk.engine().run_once(asked=True)
    assert desk.work.sync_book.waiting() == waiting > 0


def test_a_practice_store_stays_one_however_it_is_opened(folder: Path) -> None:
    opened = open_desk(folder, lambda: training.PASSPHRASE)
    assert opened.is_training
    assert watermark.is_marking()
    opened.close()
    assert not watermark.is_marking()


def test_people_in_every_situation_are_judged_as_their_cards_say(desk: OpenDesk) -> None:
    today = desk.work.clock().date()
    people = practice_people.practice_people()
    assert len(people) == 32
    assert len({one.person.number for one in people}) == 32
    assert desk.work.observation.board() == ()  # who came on other days went home long ago
    preset = desk.work.desk.preset()
    may: dict[str, set[bool]] = {}
    for one in people:
        if one.is_short:
            continue
        card = scan.parse(card_text(one.person), today)
        assert isinstance(card, IdentityCard)
        draft = DoseDraft(card.person, preset.vaccine, preset.lot, preset.expiry, desk.work.clock())
        may.setdefault(one.situation.en, set()).add(desk.work.desk.assess(draft).can_save)
    allowed = {words for words, answers in may.items() if answers == {True}}
    refused = {words for words, answers in may.items() if answers == {False}}
    wished = (
        practice_people.FIRST,
        practice_people.DUE,
        practice_people.OLD,
        practice_people.OLD_CARD,
        practice_people.BOOSTER,
    )
    assert {words.en for words in wished} <= allowed
    assert {practice_people.EARLY.en, practice_people.COMPLETE.en, practice_people.CHILD.en} <= refused


def test_the_cards_are_the_same_for_ever_and_their_ages_hold_for_three_years() -> None:
    people = practice_people.practice_people()
    assert people[0].person.number == practice_people.practice_people()[0].person.number
    for year in (2026, 2027, 2028):
        for one in people:
            age = year - one.person.birth_date.year
            assert one.situation is not practice_people.TEEN or 12 <= age <= 17
            assert one.situation is not practice_people.CHILD or 5 <= age <= 11


# --- folders


def test_starting_over_touches_nothing_but_the_practice_folder(tmp_path: Path) -> None:
    an_enrolled_folder(tmp_path)
    real = everything_in(tmp_path)
    folder = training.training_folder(tmp_path)
    opened = practice_desk.open_or_make(folder)
    a_dose(opened, practice_people.practice_people()[0])
    count = len(opened.work.desk.all_records())
    opened.close()
    opened = practice_desk.start_over(folder)
    assert len(opened.work.desk.all_records()) == count - 1
    opened.close()
    shutil.rmtree(folder)
    assert everything_in(tmp_path) == real
    desk = open_desk(tmp_path, lambda: PASSPHRASE)
    assert not desk.is_training
    assert desk.work.desk.all_records() == ()
    desk.close()


def test_a_real_store_in_the_practice_folder_is_neither_opened_nor_wiped(tmp_path: Path) -> None:
    folder = training.training_folder(tmp_path)
    an_enrolled_folder(folder)
    before = everything_in(folder)
    for act in (practice_desk.open_or_make, practice_desk.start_over):
        with pytest.raises(StoreError, match="training-folder-foreign"):
            act(folder)
    (folder / training.MARKER).write_text("{}")
    for act in (practice_desk.open_or_make, practice_desk.start_over):
        with pytest.raises(StoreError, match="training-folder-foreign"):
            act(folder)
    (folder / training.MARKER).unlink()
    assert everything_in(folder) == before


def test_a_link_in_place_of_the_practice_folder_is_not_followed(folder: Path, tmp_path: Path) -> None:
    link = tmp_path / "elsewhere" / training.FOLDER
    link.parent.mkdir()
    link.symlink_to(folder, target_is_directory=True)
    with pytest.raises(StoreError, match="training-folder-foreign"):
        practice_desk.start_over(link)
    assert (folder / training.MARKER).exists()


def test_a_power_cut_while_it_is_made_leaves_nothing_that_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = training.training_folder(tmp_path)
    with monkeypatch.context() as cut:
        cut.setattr(practice_desk, "_people_it", _power_cut)
        with pytest.raises(PowerCut):
            practice_desk.open_or_make(folder)
    assert not folder.exists()
    opened = practice_desk.open_or_make(folder)
    assert len(opened.work.desk.all_records()) > 10
    opened.close()


def _power_cut(*_: object) -> None:
    raise PowerCut


# --- the command line


def test_commands_with_training_work_on_the_practice_store_alone(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    an_enrolled_folder(tmp_path)
    real = {name: content for name, content in everything_in(tmp_path).items() if not name.startswith(training.FOLDER)}
    monkeypatch.setenv("VAXDESK_PIN", training.PIN)
    out = tmp_path / "cards.pdf"
    assert main(["--data", str(tmp_path), "--training", "cards", "--out", str(out)]) == 0
    assert "LUYỆN TẬP" in proof.text_of(out.read_bytes())
    assert main(["--data", str(tmp_path), "--training", "sync", "--once", "--json"]) != 0
    assert "training-only" in capsys.readouterr().out
    out.unlink()
    left = {name: content for name, content in everything_in(tmp_path).items() if not name.startswith(training.FOLDER)}
    assert left == real


def test_nobody_enrols_a_real_desk_in_the_practice_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wish = ["enrol", "--platform", "http://127.0.0.1:1", "--site", "S", "--code", "c", "--manager", "Phạm Thị Lan"]
    assert main(["--data", str(tmp_path), "--training", "--json", *wish]) == 1
    assert "training-only" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []
