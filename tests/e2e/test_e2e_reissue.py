"""A certificate's whole life with a real platform: provisional paper, the certificate, a correction, and the one that takes its place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.live_site import LiveSite, a_live_site
from test_e2e_script import adults

from vaxdesk.errors import NotGenuine, PrintError
from vaxdesk.models.desk import DoseChanges
from vaxdesk.models.paper_book import PaperState, Standing
from vaxdesk.print import hcert
from vaxdesk.print.proof import read_codes

pytestmark = pytest.mark.e2e


@pytest.fixture
def site(tmp_path: Path) -> Iterator[LiveSite]:
    with a_live_site(tmp_path, adults(3)) as site:
        yield site


def printed(site: LiveSite, dose_id: str, form: str, reason: str = "") -> str:
    """Draws, proves and logs a page; the text of its QR code."""
    record = site.dose(dose_id)
    page = site.desk.produce(record, form)
    site.work.certificates.note_print(record, form, page.sha256, reason, site.manager)
    file = site.desk.folder / f"{page.sha256}.pdf"
    file.write_bytes(page.pdf)
    (code,) = read_codes(file)
    return code


def standings(site: LiveSite, dose_id: str) -> list[Standing]:
    """Of its printed copies, the newest first."""
    return [copy.standing for copy in site.work.paper_book.copies(dose_id)]


def state(site: LiveSite, dose_id: str) -> PaperState:
    (line,) = (line for line in site.work.paper_book.day(site.today) if line.record.dose.id == dose_id)
    return line.state


def test_a_corrected_dose_gets_another_certificate_and_its_earlier_papers_hold_no_more(site: LiveSite) -> None:
    dose = site.record(adults(1)[0])
    printed(site, dose, "confirmation")
    assert (state(site, dose), standings(site, dose)) == (PaperState.PROVISIONAL, [Standing.PROVISIONAL])

    first = site.certify(dose)
    assert state(site, dose) is PaperState.EXCHANGE
    old_paper = printed(site, dose, "certificate")
    assert site.desk.is_genuine(old_paper)
    assert (state(site, dose), standings(site, dose)) == (PaperState.PRINTED, [Standing.VALID, Standing.EXCHANGED])

    before = site.dose(dose)
    site.work.desk.correct(dose, DoseChanges(lot="FL9999"), "ghi nhầm số lô", site.manager)
    assert state(site, dose) is PaperState.OUTDATED  # at once, not only when the platform has answered
    with pytest.raises(PrintError) as refused:
        site.desk.produce(site.dose(dose), "certificate")
    assert refused.value.code == "certificate-not-issued"
    with pytest.raises(PrintError) as stale:
        site.desk.produce(before, "certificate")  # nor from a list that was read before
    assert stale.value.code == "print-dose-changed"

    second = site.certify(dose)
    assert second != first
    with pytest.raises(NotGenuine) as revoked:
        hcert.verify(old_paper, site.desk.trust(), site.work.clock())
    assert revoked.value.code == "hcert-revoked"
    assert standings(site, dose)[0] is Standing.CORRECTED
    new_paper = printed(site, dose, "certificate", "cấp lại sau khi sửa")
    assert site.desk.is_genuine(new_paper)
    assert state(site, dose) is PaperState.PRINTED
    assert standings(site, dose) == [Standing.VALID, Standing.CORRECTED, Standing.CORRECTED]


def test_a_dose_in_error_takes_its_certificate_back(site: LiveSite) -> None:
    dose, other = (site.record(person) for person in adults(2))
    site.certify(dose, other)
    paper, others = printed(site, dose, "certificate"), printed(site, other, "certificate")
    site.work.desk.void(dose, "quét nhầm thẻ", site.manager)
    assert (state(site, dose), standings(site, dose)) == (PaperState.RECALL, [Standing.VOIDED])
    with pytest.raises(PrintError):
        site.desk.produce(site.dose(dose), "certificate")
    site.sync_until(lambda: not site.desk.is_genuine(paper))
    assert site.desk.is_genuine(others)
    assert standings(site, other) == [Standing.VALID]
