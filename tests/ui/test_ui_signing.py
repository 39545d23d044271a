"""Signing the day on the site page: the gauge says how far and until when; a token asks for its PIN; a record for a pen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Bench
from support.builders import a_draft, a_person

from vaxdesk.errors import SecretsError
from vaxdesk.models.exchange import Acknowledged
from vaxdesk.models.findings import Finding, IdentityFound
from vaxdesk.models.values import DoseId, Identity, OutboxEntry, Receipt, RecordKind
from vaxdesk.ui import dialogs
from vaxdesk.ui.site_signing import SigningCard


def matched(bench: Bench) -> None:
    """One dose, received and matched."""
    work, now = bench.desk.work, bench.clock()
    dose = work.desk.record(a_draft(person=a_person()), bench.manager).dose
    receipt = Receipt(dose.id, 1, "1", now, "a" * 64)
    work.sync_book.apply([Acknowledged(OutboxEntry(RecordKind.DOSE, dose.id, 1, 0, now), receipt)], now)
    fact = IdentityFound(DoseId(dose.id), "1", Identity.MATCHED, (), now)
    work.sync_book.apply_page("VerificationResult", "1", [Finding("VerificationResult/1", "1", fact)], now)


def opened(bench: Bench) -> SigningCard:
    bench.enter(bench.manager)
    bench.window.show_page("site")
    bench.settle()
    return bench.window.site.signing


def test_the_gauge_says_the_share_and_the_time_left(bench: Bench) -> None:
    matched(bench)
    card = opened(bench)
    assert card.gauge.words.text() == "Đã ký và nền tảng đã nhận 0 % · còn 13 giờ 19 phút"
    card.sign.click()
    bench.settle()
    assert "Đã ký 1 mũi" in card.notice.said
    assert not card.pin.isVisible()  # the key is in the keyring


def with_token(bench: Bench, sign: Callable[[str], Callable[[bytes], str]]) -> SigningCard:
    object.__setattr__(bench.around.services, "token", sign)
    return opened(bench)


def test_a_token_asks_for_its_pin_and_forgets_it(bench: Bench) -> None:
    matched(bench)
    pins: list[str] = []

    def signer(pin: str) -> Callable[[bytes], str]:
        pins.append(pin)
        return lambda payload: "header.payload.signature"

    card = with_token(bench, signer)
    assert card.pin.isVisible()
    card.pin.insert("123456")
    card.sign.click()
    assert card.pin.text() == ""
    bench.settle()
    assert (pins, "Đã ký 1 mũi" in card.notice.said) == (["123456"], True)


def test_a_wrong_pin_is_a_sentence_and_the_day_can_be_signed_again(bench: Bench) -> None:
    matched(bench)

    def locked(pin: str) -> Callable[[bytes], str]:
        raise SecretsError("token-pin-wrong")

    card = with_token(bench, locked)
    card.sign.click()
    bench.settle()
    assert "PIN" in card.notice.said
    assert card.sign.isEnabled()


def test_a_record_for_a_pen_goes_into_a_file(bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    matched(bench)
    object.__setattr__(bench.around.services, "signing_paper", bench.desk.signing_paper)
    target = tmp_path / "record.pdf"
    monkeypatch.setattr(dialogs, "choose_new_file", lambda *_: target)
    card = opened(bench)
    card.paper.click()
    bench.settle()
    assert target.read_bytes().startswith(b"%PDF")
    assert "record.pdf" in card.notice.said
    card.paper.click()
    bench.settle()
    assert "không ghi đè" in card.notice.said
