"""The site: who works here, signing the day, this machine's choices, the backup."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QStackedWidget, QWidget

from vaxdesk.errors import VaxdeskError
from vaxdesk.models.values import Site
from vaxdesk.settings import Settings
from vaxdesk.ui import dialogs, words
from vaxdesk.ui.audit_page import AuditViewer
from vaxdesk.ui.buttons import KeyButton
from vaxdesk.ui.dose_form import Tone
from vaxdesk.ui.import_page import ImportPage
from vaxdesk.ui.paper_grid import PaperGrid
from vaxdesk.ui.scan_sources import ScanSources
from vaxdesk.ui.scanner_page import ScannerPage
from vaxdesk.ui.services import WindowServices
from vaxdesk.ui.site_machine import MachineCard
from vaxdesk.ui.site_signing import SigningCard
from vaxdesk.ui.site_staff import StaffCard
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.widgets import GAP, MARGIN, Card, ElidedLabel, Notice, Page, SecureLabel, beside, stacked


class SitePage(Page):
    """`day_signed`: there is a signature to send; `records_changed`: a list came in; `settings_changed`: choices to keep and to wear."""

    day_signed, records_changed = Signal(), Signal()
    settings_changed = Signal(Settings)
    identities_wished = Signal()

    def __init__(self, around: Surroundings, settings: Settings, sources: ScanSources) -> None:
        super().__init__()
        self._around, self._settings, self._sources = around, settings, sources
        self.scanner: ScannerPage | None = None
        self.audit: AuditViewer | None = None
        self.imports: ImportPage | None = None
        self.paper: PaperGrid | None = None
        self.place, self.staff = _PlaceCard(around), StaffCard(around)
        self.signing, self.machine = SigningCard(around), MachineCard(around, settings)
        self.place.audit.clicked.connect(self.read_audit)
        self.place.imports.clicked.connect(self.take_in_list)
        self.signing.day_signed.connect(self.day_signed)
        self.signing.identities_wished.connect(self.identities_wished)
        self.machine.settings_changed.connect(self._chosen)
        self.machine.scanner_test_wished.connect(self.test_scanner)
        grid = QGridLayout()
        grid.setSpacing(GAP)
        grid.setContentsMargins(MARGIN, GAP, MARGIN, GAP)
        grid.addWidget(self.place, 0, 0)
        grid.addWidget(self.staff, 1, 0)
        grid.addWidget(self.signing, 0, 1)
        grid.addWidget(self.machine, 1, 1)
        for place in (0, 1):
            grid.setColumnStretch(place, 1)
        grid.setRowStretch(1, 1)
        self._cards = QWidget()
        self._cards.setLayout(grid)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._cards)
        self.setLayout(stacked(self._stack))
        around.session.changed.connect(self.place.member_changed)
        around.session.changed.connect(self.staff.member_changed)
        around.session.changed.connect(self.signing.member_changed)
        self.say_words()

    def refresh(self) -> None:
        """Reads everything afresh."""
        self.place.refresh()
        self.staff.refresh()
        self.signing.refresh()
        self.machine.refresh()

    def use_settings(self, settings: Settings) -> None:
        """Chosen elsewhere."""
        self._settings = settings
        self.machine.use_settings(settings)
        if self.scanner is not None:
            self.scanner.ports.use_settings(settings)

    @property
    def is_testing(self) -> bool:
        """Whether the scanner's test is what the page shows."""
        return self.scanner is not None and self._stack.currentWidget() is self.scanner

    def test_scanner(self) -> None:
        """The scanner's test in place of the cards; made when somebody first wants it."""
        if self.scanner is None:
            self.scanner = ScannerPage(self._around, self._settings, self._sources)
            self.scanner.left.connect(self.end_test)
            self.scanner.settings_changed.connect(self._chosen)
            self._stack.addWidget(self.scanner)
        self._stack.setCurrentWidget(self.scanner)
        self.scanner.refresh()

    def end_test(self) -> None:
        """The cards again."""
        self._stack.setCurrentIndex(0)
        self.machine.test.setFocus()

    def read_audit(self) -> None:
        """The audit trail in place of the cards; made when somebody first wants it."""
        if self.audit is None:
            self.audit = AuditViewer(self._around)
            self.audit.left.connect(self.close_audit)
            self._stack.addWidget(self.audit)
        self._stack.setCurrentWidget(self.audit)
        self.audit.table.setFocus()
        self.audit.refresh()

    def close_audit(self) -> None:
        """The cards again; whoever comes next finds nothing to read."""
        if self.audit is not None and self._stack.currentWidget() is self.audit:
            self.audit.stop()
            self._stack.setCurrentIndex(0)
            self.place.audit.setFocus()

    def take_in_list(self) -> None:
        """Lists from files in place of the cards; made when somebody first wants it."""
        if self.imports is None:
            self.imports = ImportPage(self._around)
            self.imports.left.connect(partial(self._cards_again, self.place.imports))
            self.imports.records_changed.connect(self.records_changed)
            self.imports.paper_wished.connect(self.type_paper_day)
            self._stack.addWidget(self.imports)
        self._turn_to(self.imports)

    def type_paper_day(self) -> None:
        """A day that was kept on paper, typed in place of the cards; made when somebody first wants it."""
        if self.paper is None:
            self.paper = PaperGrid(self._around)
            self.paper.left.connect(self.take_in_list)
            self.paper.records_changed.connect(self.records_changed)
            self._stack.addWidget(self.paper)
        self._turn_to(self.paper)
        self.paper.refresh()

    def _turn_to(self, page: QWidget) -> None:
        """The cards ask for no room while something else stands in their place."""
        policy = QSizePolicy.Policy.Preferred if page is self._cards else QSizePolicy.Policy.Ignored
        self._cards.setSizePolicy(policy, policy)
        self._stack.setCurrentWidget(page)
        page.setFocus()

    def _cards_again(self, button: KeyButton) -> None:
        self._turn_to(self._cards)
        button.setFocus()

    def _chosen(self, settings: Settings) -> None:
        self.use_settings(settings)
        self.settings_changed.emit(settings)

    def say_words(self) -> None:
        """Every text."""
        for card in (self.place, self.staff, self.signing, self.machine):
            card.say_words()


class _PlaceCard(Card):
    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._site: Site | None = None
        self._last_backup: datetime | None = None
        self.title = SecureLabel("title")
        self.name, self.address, self.device = ElidedLabel("input"), ElidedLabel("quiet"), ElidedLabel("note")
        self.last_backup = ElidedLabel("note")
        self.notice = Notice(around.look)
        self.backup = KeyButton(around.look, "plain", "backup", "Ctrl+Shift+B")
        self.audit = KeyButton(around.look, "plain", "shield", "Ctrl+Shift+A")
        self.imports = KeyButton(around.look, "plain", "add", "Ctrl+Shift+I")
        self.support = KeyButton(around.look, "plain", "save", "Ctrl+Shift+G")
        super().__init__(
            self.title,
            self.name,
            self.address,
            beside(self.device, self.last_backup, gap=8),
            -1,
            self.notice,
            stacked(
                beside(self.backup, self.audit, -1, gap=8),
                beside(self.imports, self.support, -1, gap=8),
                gap=6,
            ),
            gap=1,
        )
        self.backup.clicked.connect(self._choose_backup)
        self.support.clicked.connect(self._choose_support)

    def refresh(self) -> None:
        self._around.lane.run(_place, self._around.services, done=self._read, failed=self._trouble)

    def say_words(self) -> None:
        self.title.setText(self.tr("Điểm tiêm"))
        self.backup.say(self.tr("Sao lưu (mã hóa)"))
        self.audit.say(self.tr("Nhật ký"))
        self.imports.say(self.tr("Nhập danh sách"))
        self.support.say(self.tr("Gói hỗ trợ"))
        self.audit.setEnabled(self._around.session.is_manager)
        site = self._site
        if site is not None:
            self.name.setText(f"{site.name} · {site.code}")
            self.address.setText(site.address)
            self.device.setText(self.tr("Máy {device}").format(device=site.device_id[:8]))
            self.last_backup.setText(self._when_backed_up())

    def member_changed(self) -> None:
        """The audit is a manager's to read."""
        self.audit.setEnabled(self._around.session.is_manager)

    def _when_backed_up(self) -> str:
        if self._last_backup is None:
            return self.tr("Chưa có bản sao lưu tự động")
        return self.tr("Sao lưu tự động lúc {when}").format(when=words.moment(self._last_backup))

    def _read(self, found: tuple[Site, datetime | None]) -> None:
        self._site, self._last_backup = found
        self.say_words()

    def _choose_backup(self) -> None:
        today = self._around.services.work.clock().date()
        name = f"vaxdesk-{today:%Y-%m-%d}.vaxbackup"
        target = dialogs.choose_new_file(self, self.tr("Sao lưu"), name, "vaxdesk (*.vaxbackup)")
        if target is not None:
            self.backup.setEnabled(False)
            self.notice.tell(Tone.INFORM, self.tr("Đang sao lưu và kiểm tra…"))
            self._around.lane.run(_backed_up, self._around.services, target, done=self._done, failed=self._trouble)

    def _choose_support(self) -> None:
        name = f"vaxdesk-ho-tro-{self._around.services.work.clock():%Y-%m-%d}.zip"
        target = dialogs.choose_new_file(self, self.tr("Gói hỗ trợ"), name, "zip (*.zip)")
        if target is not None:
            make = partial(self._around.services.support, target)
            self._around.lane.run(make, done=partial(self._support_made, target), failed=self._trouble)

    def _support_made(self, target: Path, _made: object) -> None:
        said = self.tr("Đã ghi {name}: phiên bản, số đếm và nhật ký máy, không có dữ liệu cá nhân.")
        self.notice.tell(Tone.ALLOWED, said.format(name=target.name))

    def _done(self, target: Path) -> None:
        self.backup.setEnabled(True)
        said = self.tr("Đã sao lưu và kiểm tra: {name}").format(name=target.name)
        self.notice.tell(Tone.ALLOWED, said)

    def _trouble(self, error: VaxdeskError) -> None:
        self.backup.setEnabled(True)
        self.notice.tell(Tone.STOP, self._around.speech.sentence(error))


def _place(services: WindowServices) -> tuple[Site, datetime | None]:
    return services.work.site(), services.last_backup()


def _backed_up(services: WindowServices, target: Path) -> Path:
    services.backup(target)
    return target
