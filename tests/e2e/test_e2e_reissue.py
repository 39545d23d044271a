"""A certificate's whole life with a real platform: provisional paper, the certificate, a correction, and the one that takes its place."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from test_e2e_script import SITE, adults

from vaxdesk.app import OpenDesk, open_desk
from vaxdesk.demo.people import MadeUpPerson, card_text, write_csv
from vaxdesk.demo.platform import Platform
from vaxdesk.errors import NotGenuine, PrintError
from vaxdesk.joining import Enrolling, enrol_desk
from vaxdesk.models import scan
from vaxdesk.models.desk import DoseChanges
from vaxdesk.models.drafts import DoseDraft
from vaxdesk.models.paper_book import PaperState, Standing
from vaxdesk.models.values import DoseRecord, IdentityCard, Screening, StaffMember, VaccineCode
from vaxdesk.print import hcert
from vaxdesk.print.proof import read_codes

pytestmark = pytest.mark.e2e
PASSPHRASE = "kho của bài kiểm tra"
LIMIT_S = 60


class Site:
    """One enrolled desk, driven by its use cases and its sync engine."""

    def __init__(self, desk: OpenDesk, manager: StaffMember) -> None:
        self.desk, self.manager = desk, manager
        self.today = desk.work.clock().date()

    def record(self, person: MadeUpPerson) -> str:
        card = scan.parse(card_text(person), self.today)
        assert isinstance(card, IdentityCard)
        draft = DoseDraft(
            person=card.person,
            vaccine=VaccineCode("COMIRNATY"),
            lot="FL4574",
            expiry=self.today + timedelta(days=90),
            occurred_at=self.desk.work.clock(),
            screening=Screening.ELIGIBLE,
            injector="Lê Thị Mai",
        )
        return self.desk.work.desk.record(draft, self.manager).dose.id

    def dose(self, dose_id: str) -> DoseRecord:
        return self.desk.work.desk.dose(dose_id)

    def sync_until(self, holds: Callable[[], bool]) -> None:
        end = time.monotonic() + LIMIT_S
        while not holds():
            assert time.monotonic() < end, "the platform did not get there"
            self.desk.engine().run_once(asked=True)
            time.sleep(0.2)  # its services work at their own pace

    def certify(self, *doses: str) -> str:
        """Matched, signed and issued; the last one's certificate id."""
        signing = self.desk.work.signing
        self.sync_until(lambda: set(doses) <= {record.dose.id for record in signing.ready(self.today)})
        signing.sign_day(self.today, self.manager)
        self.sync_until(lambda: all(self.dose(dose).certificate_id for dose in doses))
        return str(self.dose(doses[-1]).certificate_id)

    def print(self, dose_id: str, form: str, reason: str = "") -> str:
        """Draws, proves and logs a page; the text of its QR code."""
        record = self.dose(dose_id)
        page = self.desk.produce(record, form)
        self.desk.work.certificates.note_print(record, form, page.sha256, reason, self.manager)
        file = self.desk.folder / f"{page.sha256}.pdf"
        file.write_bytes(page.pdf)
        (code,) = read_codes(file)
        return code

    def standings(self, dose_id: str) -> list[Standing]:
        """Of its printed copies, the newest first."""
        return [copy.standing for copy in self.desk.work.paper_book.copies(dose_id)]

    def state(self, dose_id: str) -> PaperState:
        (line,) = (line for line in self.desk.work.paper_book.day(self.today) if line.record.dose.id == dose_id)
        return line.state


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    platform = Platform(tmp_path / "platform")
    write_csv(adults(3), tmp_path / "people.csv")
    platform.add_people(tmp_path / "people.csv")
    platform.start()
    code = platform.add_site(SITE, "Trạm Y tế Phường 5", "Số 1 Phố Mẫu", "079")
    wish = Enrolling(platform=platform.base, site=SITE, code=code, manager="Phạm Thị Lan")
    manager, _ = enrol_desk(tmp_path / "desk", wish, "2468", PASSPHRASE)
    desk = open_desk(tmp_path / "desk", lambda: PASSPHRASE)
    yield Site(desk, manager)
    desk.close()
    platform.stop()


def test_a_corrected_dose_gets_another_certificate_and_its_earlier_papers_hold_no_more(site: Site) -> None:
    dose = site.record(adults(1)[0])
    site.print(dose, "confirmation")
    assert (site.state(dose), site.standings(dose)) == (PaperState.PROVISIONAL, [Standing.PROVISIONAL])

    first = site.certify(dose)
    assert site.state(dose) is PaperState.EXCHANGE
    old_paper = site.print(dose, "certificate")
    assert site.desk.is_genuine(old_paper)
    assert (site.state(dose), site.standings(dose)) == (PaperState.PRINTED, [Standing.VALID, Standing.EXCHANGED])

    before = site.dose(dose)
    site.desk.work.desk.correct(dose, DoseChanges(lot="FL9999"), "ghi nhầm số lô", site.manager)
    assert site.state(dose) is PaperState.OUTDATED  # at once, not only when the platform has answered
    with pytest.raises(PrintError) as refused:
        site.desk.produce(site.dose(dose), "certificate")
    assert refused.value.code == "certificate-not-issued"
    with pytest.raises(PrintError) as stale:
        site.desk.produce(before, "certificate")  # nor from a list that was read before
    assert stale.value.code == "print-dose-changed"

    second = site.certify(dose)
    assert second != first
    with pytest.raises(NotGenuine) as revoked:
        hcert.verify(old_paper, site.desk.trust(), site.desk.work.clock())
    assert revoked.value.code == "hcert-revoked"
    assert site.standings(dose)[0] is Standing.CORRECTED
    new_paper = site.print(dose, "certificate", "cấp lại sau khi sửa")
    assert site.desk.is_genuine(new_paper)
    assert site.state(dose) is PaperState.PRINTED
    assert site.standings(dose) == [Standing.VALID, Standing.CORRECTED, Standing.CORRECTED]


def test_a_dose_in_error_takes_its_certificate_back(site: Site) -> None:
    dose, other = (site.record(person) for person in adults(2))
    site.certify(dose, other)
    paper, others = site.print(dose, "certificate"), site.print(other, "certificate")
    site.desk.work.desk.void(dose, "quét nhầm thẻ", site.manager)
    assert (site.state(dose), site.standings(dose)) == (PaperState.RECALL, [Standing.VOIDED])
    with pytest.raises(PrintError):
        site.desk.produce(site.dose(dose), "certificate")
    site.sync_until(lambda: not site.desk.is_genuine(paper))
    assert site.desk.is_genuine(others)
    assert site.standings(other) == [Standing.VALID]
