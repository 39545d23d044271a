"""A desk enrolled at a real platform process, driven by its use cases and its sync engine as the window drives them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from vaxdesk import keys
from vaxdesk.app import OpenDesk, open_desk
from vaxdesk.demo.people import MadeUpPerson, card_text, write_csv
from vaxdesk.demo.platform import Platform
from vaxdesk.joining import Enrolling, enrol_desk
from vaxdesk.models import scan
from vaxdesk.models.drafts import DoseDraft
from vaxdesk.models.values import VIETNAM, DoseRecord, IdentityCard, PersonDraft, Screening, StaffMember, VaccineCode
from vaxdesk.models.workplace import workplace

PASSPHRASE, PIN = "kho của bài kiểm tra", "2468"
SITE = "79-Q10-P05"
LIMIT_S = 60.0


class StoryClock:
    """The time of the story; the machine's own while `now` is None, as the platform's tokens need it."""

    def __init__(self) -> None:
        self.now: datetime | None = None

    def __call__(self) -> datetime:
        return self.now or datetime.now(VIETNAM)


class LiveSite:
    """One desk, who runs it, and the platform beside it."""

    def __init__(self, platform: Platform, desk: OpenDesk, manager: StaffMember, clock: StoryClock) -> None:
        self.platform, self.desk, self.manager, self.clock = platform, desk, manager, clock
        self.work = desk.work
        self.today = desk.work.clock().date()

    def person(self, person: MadeUpPerson) -> PersonDraft:
        """What their card says."""
        card = scan.parse(card_text(person), self.today)
        assert isinstance(card, IdentityCard)
        return card.person

    def draft(self, person: MadeUpPerson, **facts: object) -> DoseDraft:
        """An ordinary dose, now."""
        usual: dict[str, object] = {
            "person": self.person(person),
            "vaccine": VaccineCode("COMIRNATY"),
            "lot": "FL4574",
            "expiry": self.today + timedelta(days=90),
            "occurred_at": self.work.clock(),
            "screening": Screening.ELIGIBLE,
            "injector": "Lê Thị Mai",
        }
        return DoseDraft(**usual | facts)  # type: ignore[arg-type]

    def record(self, person: MadeUpPerson, **facts: object) -> str:
        """Saves a dose; its id."""
        return self.work.desk.record(self.draft(person, **facts), self.manager).dose.id

    def dose(self, dose_id: str) -> DoseRecord:
        """As it stands now."""
        return self.work.desk.dose(dose_id)

    def sync_until(self, holds: Callable[[], bool], limit_s: float = LIMIT_S) -> None:
        """Syncs until it holds; the platform's services work at their own pace."""
        end = time.monotonic() + limit_s
        while not holds():
            assert time.monotonic() < end, "the platform did not get there"
            self.desk.engine().run_once(asked=True)
            time.sleep(0.2)

    def certify(self, *doses: str) -> str:
        """Matched, signed and issued; the last one's certificate id."""
        signing = self.work.signing
        self.sync_until(lambda: set(doses) <= {record.dose.id for record in signing.ready(self.today)})
        signing.sign_day(self.today, self.manager)
        self.sync_until(lambda: all(self.dose(dose).certificate_id for dose in doses))
        return str(self.dose(doses[-1]).certificate_id)


@contextmanager
def a_live_site(folder: Path, people: list[MadeUpPerson]) -> Iterator[LiveSite]:
    """A platform that knows these people, and a site that has just enrolled."""
    platform = Platform(folder / "platform")
    write_csv(people, folder / "people.csv")
    platform.add_people(folder / "people.csv")
    platform.start()
    try:
        code = platform.add_site(SITE, "Trạm Y tế Phường 5", "Số 1 Phố Mẫu", "079")
        wish = Enrolling(platform=platform.base, site=SITE, code=code, manager="Phạm Thị Lan")
        manager, _ = enrol_desk(folder / "desk", wish, PIN, PASSPHRASE)
        desk, clock = open_desk(folder / "desk", lambda: PASSPHRASE), StoryClock()
        desk.work = workplace(desk.store, keys.jws_signer(desk.vault), clock)
        try:
            yield LiveSite(platform, desk, manager, clock)
        finally:
            desk.close()
    finally:
        platform.stop()


def on_the_platform(site: LiveSite, kind: str) -> list[dict[str, Any]]:
    """Everything of a type that the platform has for this site, by plain FHIR searches."""
    client = site.desk.client()
    found: list[dict[str, Any]] = []
    page = client.search(kind, {"_count": "500"})
    while page is not None:
        found += [entry["resource"] for entry in page.get("entry", [])]
        page = client.next_page(page)
    return found
