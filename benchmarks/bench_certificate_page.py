"""One certificate page, drawn and proven, beside a bare reportlab + qrcode page; and a batch of different pages on two processes.

The floor is the shortest program that puts the same QR text and one line on a page. It proves nothing: what the proof costs
(the page's pixels at 300 dpi, its code and its text read back) is a row of its own.
"""

from __future__ import annotations

import io
import itertools
import multiprocessing
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import measure
import qrcode
from qrcode import constants
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas
from support.issuer import a_country
from support.papers import NEXT_DAY, PERSON, SITE, a_certificate, a_course, a_person, a_site_key

from vaxdesk.models.values import Certificate, CitizenId, DoseRecord, TrustKey
from vaxdesk.print import certificate as documents
from vaxdesk.print import fonts, proof, sheets
from vaxdesk.print.hcert import Trust, trust_from_keys
from vaxdesk.print.issue_sheet import produce, verified_certificate
from vaxdesk.print.sheets import ElectronicSheet

ROUNDS = int(os.environ.get("BENCH_PAGES", "60"))
BATCH = int(os.environ.get("BENCH_BATCH", "500"))
PROCESSES = 2
PAGES_PER_S_AIM = 40
AT = NEXT_DAY + timedelta(days=1)


def main() -> None:
    """Prints the ratios."""
    one_page()
    batch()


def one_page() -> None:
    """Drawing, drawing and proving, and the whole door (verify, compare, draw, prove), each beside the bare page in turns."""
    record = a_course(1)[0]
    sheet = a_sheet(record)
    bare = bare_page(sheet.qr_text)
    row("one certificate page, drawn", lambda: documents.render_certificate(sheet), bare, 1.3)
    row("one certificate page, drawn and proven", lambda: drawn_and_proven(sheet), bare, 1.3)
    quick = bare_page(sheet.qr_text, mask=3)
    row(
        "one certificate page, drawn, beside a bare page that weighs no masks",
        lambda: documents.render_certificate(sheet),
        quick,
    )


def row(what: str, ours: Callable[[], object], floor: Callable[[], object], aim: float | None = None) -> None:
    """Medians of both; a row without an aim is for comparison only."""
    ours(), floor()  # fonts and tables are loaded once a process
    ours_s, floor_s = map(statistics.median, measure.in_turns(ours, floor, ROUNDS))
    if aim is not None:
        measure.report(what, ours_s, floor_s, aim, rounds=ROUNDS)
    else:
        measure.note(
            what, times=round(ours_s / floor_s, 2), ours_ms=round(ours_s * 1000, 1), floor_ms=round(floor_s * 1000, 1)
        )


def a_sheet(record: DoseRecord) -> ElectronicSheet:
    """The verified contents of the page."""
    certificate = a_certificate(record)
    return sheets.electronic_sheet(
        record, SITE, verified_certificate(record, certificate, a_trust(), AT), certificate.hc1
    )


def a_trust() -> Trust:
    """The test country's trust list."""
    return trust_from_keys(a_country().trust_keys)


def drawn_and_proven(sheet: ElectronicSheet) -> None:
    """What a printer may be given."""
    pdf = documents.render_certificate(sheet)
    proof.prove(pdf, sheet.qr_text, tuple(fonts.visible(text) for text in sheet.must_say))


def bare_page(text: str, mask: int | None = None) -> Callable[[], bytes]:
    """The same QR text as a picture, and a line."""
    fonts.face_names()

    def draw() -> bytes:
        code = qrcode.QRCode(error_correction=constants.ERROR_CORRECT_Q, mask_pattern=mask)
        code.add_data(text)
        out = io.BytesIO()
        page = canvas.Canvas(out, pagesize=A4, pageCompression=1)
        page.drawImage(ImageReader(code.make_image().get_image()), 15 * mm, 200 * mm, 50 * mm, 50 * mm)
        page.setFont(fonts.Face.REGULAR.value, 12)
        page.drawString(15 * mm, 190 * mm, PERSON.name)
        page.showPage()
        page.save()
        return out.getvalue()

    return draw


def batch() -> None:
    """Different people's pages through the whole door, two processes, started beforehand."""
    work = [(record, a_certificate(record)) for record in different_records(BATCH)]
    jobs = [(record, certificate, a_country().trust_keys) for record, certificate in work]
    with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        pool.map(produced_bytes, jobs[: PROCESSES * 4], chunksize=4)
        start = time.perf_counter()
        sizes = pool.map(produced_bytes, jobs, chunksize=10)
        took_s = time.perf_counter() - start
    facts = {"pages": len(sizes), "pages_per_s": round(len(sizes) / took_s, 1), "aim_pages_per_s": PAGES_PER_S_AIM}
    measure.report(
        "a page of a batch on two processes, beside its share", took_s / len(sizes), 1 / PAGES_PER_S_AIM, 1.0, **facts
    )


def different_records(count: int) -> list[DoseRecord]:
    """One dose each for that many people."""
    names = itertools.cycle(
        ("Nguyễn Thị Hồng Ánh", "Lê Văn Tám", "Trần Thị Bích", "H'Mai Niê Kđăm", "Võ Nguyễn Bảo Châu")
    )
    people = (a_person(citizen_id=CitizenId(f"079303{n:06d}"), name=next(names)) for n in range(count))
    records = (a_course(1, person)[0] for person in people)
    return [
        replace(record, stages=dict(record.stages)) for record in records
    ]  # a read-only view cannot go to another process


def produced_bytes(job: tuple[DoseRecord, Certificate, tuple[TrustKey, ...]]) -> int:
    """A page through the desk's own door: verified, compared with the record, drawn, proven."""
    record, certificate, trust_keys = job
    trust = trust_from_keys(trust_keys)
    page = produce(record, (record,), SITE, certificate, trust, "certificate", "A4", a_site_key(), at=AT)
    return len(page.pdf)


if __name__ == "__main__":
    main()
