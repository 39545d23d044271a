"""Many pages on all cores: in order, each on its own, and nothing left behind."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from support.issuer import a_country
from support.papers import NEXT_DAY, SITE, a_certificate, a_person, a_record, a_site_key

from vaxdesk.errors import PrintError
from vaxdesk.models.values import CitizenId, DoseId, DoseStatus
from vaxdesk.print import proof
from vaxdesk.print.batch import PageOrder, PageShop
from vaxdesk.print.slip import sign_slip


def an_order(number: int = 0, **changes: Any) -> PageOrder:
    person = a_person(citizen_id=CitizenId(f"079303{number:06d}"), name=f"Lê Văn Số {'ABCDEFGHIJKLM'[number]}")
    record = a_record(person, id=DoseId(f"{number:08d}-0000-4000-8000-000000000000"))
    order = PageOrder(
        record, (record,), SITE, None, a_country().trust_keys, frozenset(), "confirmation", "A4",
        sign_slip(record, a_site_key(), "k"), NEXT_DAY,
    )  # fmt: skip
    return replace(order, **changes)


def certified(number: int = 0, **changes: Any) -> PageOrder:
    order = an_order(number, form="certificate", slip_text="")
    return replace(order, certificate=a_certificate(order.record), **changes)


@pytest.fixture(scope="module")
def shop() -> Iterator[PageShop]:
    made = PageShop(processes=2)
    yield made
    made.close()


def test_pages_come_in_the_order_they_were_asked_for(shop: PageShop) -> None:
    orders = [certified(0), an_order(1), *(certified(number) for number in range(2, 9))]
    texts = [proof.text_of(one.page().pdf) for one in shop.draw_all(orders)]
    assert len(texts) == len(orders)
    for order, text in zip(orders, texts, strict=True):
        assert order.record.person.name in text


def test_a_page_that_fails_says_why_and_the_others_go_on(shop: PageShop) -> None:
    given = an_order(1)
    void = replace(given.record, dose=replace(given.record.dose, status=DoseStatus.ENTERED_IN_ERROR))
    certificate = certified(3).certificate
    assert certificate is not None
    orders = [
        an_order(0),
        replace(given, record=void),
        certified(2),
        certified(3, revoked=frozenset({certificate.uvci})),
    ]
    found = list(shop.draw_all(orders))
    assert [one.code for one in found] == ["", "print-dose-not-given", "", "hcert-revoked"]
    with pytest.raises(PrintError, match="print-dose-not-given"):
        found[1].page()


def test_the_same_page_comes_from_a_worker_and_from_a_thread_of_this_program(shop: PageShop) -> None:
    here = PageShop(processes=0)
    order = certified()
    pages = [one.draw(order, alone=True).result().page() for one in (shop, here)]
    assert proof.text_of(pages[0].pdf) == proof.text_of(pages[1].pdf)
    assert pages[0].qr_kind == pages[1].qr_kind == "hc1"
    here.close()


def test_one_page_alone_starts_no_worker() -> None:
    alone = PageShop(processes=2)
    assert alone.draw(an_order(), alone=True).result().page().pdf.startswith(b"%PDF")
    assert alone._pool is None
    alone.close()


def test_orders_are_asked_for_as_workers_are_free(shop: PageShop) -> None:
    asked = []

    def orders() -> Iterator[PageOrder]:
        for number in range(12):
            asked.append(number)
            yield an_order(number)

    pages = shop.draw_all(orders())
    next(pages)
    assert len(asked) <= shop.ahead
    pages.close()  # type: ignore[attr-defined]  a generator


def test_a_worker_that_dies_costs_its_pages_a_sentence_and_the_next_page_is_drawn() -> None:
    shop = PageShop(processes=1)
    shop.draw(an_order()).result().page()
    (worker,) = shop._pool._processes  # type: ignore[union-attr]
    os.kill(worker, signal.SIGSTOP)
    lost = shop.draw(an_order(1))
    os.kill(worker, signal.SIGKILL)
    assert lost.result(20).code == "batch-worker-lost"
    assert shop.draw(an_order(2)).result(20).page().pdf.startswith(b"%PDF")
    shop.close()


def test_practice_pages_are_marked_by_workers_too() -> None:
    shop = PageShop(practice=True, processes=1)
    assert "LUYỆN TẬP" in proof.text_of(shop.draw(an_order()).result().page().pdf)
    shop.close()


def test_an_order_carries_no_key_but_public_ones() -> None:
    order = certified()
    assert {field.name for field in fields(order)} == {
        "record", "history", "site", "certificate", "trust_keys", "revoked", "form", "paper", "slip_text", "at",
    }  # fmt: skip
    plain = replace(order, record=replace(order.record, stages={}), history=())
    assert b"PRIVATE" not in pickle.dumps(plain)


ORPHAN = """
import sys, time
sys.path[:0] = [{tests!r}]
from test_batch import PageShop, an_order
if __name__ == "__main__":
    shop = PageShop(processes=1)
    shop.draw(an_order()).result()
    print(*shop._pool._processes, flush=True)
    time.sleep(60)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="asks for signals and /proc")
def test_workers_end_with_the_program_that_started_them(tmp_path: Path) -> None:
    script = tmp_path / "orphan.py"
    script.write_text(ORPHAN.format(tests=str(Path(__file__).parent)))
    root = Path(__file__).parents[2]
    environment = os.environ | {"PYTHONPATH": f"{root}{os.pathsep}{root / 'tests'}"}
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, env=environment, text=True) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        parent.kill()
    end = time.monotonic() + 10
    while _runs(worker):
        assert time.monotonic() < end, "the worker outlived its program"
        time.sleep(0.02)


def _runs(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
