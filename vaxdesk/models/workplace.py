"""Everything the window and the command line may do, bundled: one object over one open store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from vaxdesk.errors import StoreError
from vaxdesk.models.audit_book import AuditBook
from vaxdesk.models.certificates import Certificates
from vaxdesk.models.complaint_book import ComplaintDesk
from vaxdesk.models.counts import Figures
from vaxdesk.models.day_book import DayBook
from vaxdesk.models.db import Store
from vaxdesk.models.desk import Desk
from vaxdesk.models.disputes import Disputes
from vaxdesk.models.elsewhere import Elsewhere
from vaxdesk.models.identity_book import IdentityBook
from vaxdesk.models.import_book import ImportBook
from vaxdesk.models.observation import Observation
from vaxdesk.models.paper_book import PaperBook
from vaxdesk.models.print_batches import PrintBatches
from vaxdesk.models.reactions import Reactions
from vaxdesk.models.report_book import ReportBook
from vaxdesk.models.screenings import Screenings
from vaxdesk.models.signing import SignBytes, Signing
from vaxdesk.models.slip_book import SlipBook
from vaxdesk.models.staff import Staff
from vaxdesk.models.stations import Stations
from vaxdesk.models.stock_book import StockBook
from vaxdesk.models.sync_book import SyncBook
from vaxdesk.models.tickets import Tickets
from vaxdesk.models.values import VIETNAM, Site


def now_in_vietnam() -> datetime:
    """The machine's clock, in Vietnamese time."""
    return datetime.now(VIETNAM)


@dataclass(frozen=True, slots=True)
class Workplace:
    """The use cases, one attribute a page."""

    store: Store
    desk: Desk
    certificates: Certificates
    paper_book: PaperBook
    batches: PrintBatches
    signing: Signing
    staff: Staff
    figures: Figures
    sync_book: SyncBook
    disputes: Disputes
    elsewhere: Elsewhere
    slips: SlipBook
    tickets: Tickets
    stations: Stations
    screenings: Screenings
    observation: Observation
    reactions: Reactions
    audit: AuditBook
    imports: ImportBook
    identities: IdentityBook
    complaints: ComplaintDesk
    stock: StockBook
    days: DayBook
    reports: ReportBook
    clock: Callable[[], datetime]

    def site(self) -> Site:
        """The enrolled site. Raises StoreError `not-enrolled`."""
        found = self.sync_book.site()
        if found is None:
            raise StoreError("not-enrolled")
        return found


def workplace(store: Store, sign: SignBytes, clock: Callable[[], datetime] = now_in_vietnam) -> Workplace:
    """The use cases over an open store; `sign` makes the compact JWS of a day's statement with the site's key."""
    desk, staff = Desk(store, clock), Staff(store, clock)
    return Workplace(
        store=store,
        desk=desk,
        certificates=Certificates(store, clock),
        paper_book=PaperBook(store),
        batches=PrintBatches(store, clock),
        signing=Signing(store, clock, sign),
        staff=staff,
        figures=Figures(store, clock),
        sync_book=SyncBook(store),
        disputes=Disputes(store, clock),
        elsewhere=Elsewhere(store),
        slips=SlipBook(store, clock),
        tickets=Tickets(store, clock),
        stations=Stations(store, clock),
        screenings=Screenings(store, clock),
        observation=Observation(store, clock),
        reactions=Reactions(store, clock),
        audit=AuditBook(store),
        imports=ImportBook(store, desk, clock),
        identities=IdentityBook(store, desk, clock),
        complaints=ComplaintDesk(store, desk, staff, clock),
        stock=StockBook(store, clock),
        days=DayBook(store, clock),
        reports=ReportBook(store, clock),
        clock=clock,
    )
