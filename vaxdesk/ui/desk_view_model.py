"""What the desk knows and asks for, without a widget: the form, and its conversation with the lane."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial

from PySide6.QtCore import QObject, Signal

from vaxdesk.errors import Problem, ScanError, Severity, VaxdeskError
from vaxdesk.models import scan
from vaxdesk.models.desk import NOT_KEPT, Preset
from vaxdesk.models.scan_damaged import DamagedCard, read_damaged
from vaxdesk.models.stations import Standing
from vaxdesk.models.values import (
    CitizenId,
    DoseRecord,
    IdentityCard,
    LotLabel,
    Person,
    PersonDraft,
    Screening,
    SlipText,
)
from vaxdesk.sync.reports import LookedUp
from vaxdesk.ui import words
from vaxdesk.ui.desk_questions import Judged, LotChecked, check_lot, judge
from vaxdesk.ui.dose_form import DoseForm
from vaxdesk.ui.held_press import HeldPress
from vaxdesk.ui.screening_entry import Entry
from vaxdesk.ui.surroundings import Surroundings

FOUND_MAX = 20
SEARCHED_DIGITS = (9, 10)  # an old card number, a phone number


class DeskViewModel(QObject):
    """Signals are facts: `changed` the form became another one; `came` a new person stands here, with the name of who was not saved;
    `card_refused` nobody stands here any more, likewise;
    `found` people to choose from; `lacking` the field where the first missing fact goes; `refused` an input, with its error;
    `paper_scanned` a certificate or a slip, no card, and the code of the sentence about it;
    `held` a key waits for the answer, or waits no more; `held_back` the answer came and the key was not done."""

    changed = Signal()
    came = Signal(str)
    card_refused = Signal(str)
    found = Signal(object)
    lacking = Signal(str)
    refused = Signal(VaxdeskError)
    troubled = Signal(VaxdeskError)
    label_scanned = Signal(LotLabel)
    paper_scanned = Signal(str, str)
    preset_changed = Signal(Preset)
    staff_read = Signal(object)
    dose_recorded = Signal(DoseRecord)
    dose_not_recorded = Signal(str, VaxdeskError)
    dose_taken_back = Signal(DoseRecord)
    take_back_refused = Signal(VaxdeskError)
    dose_advanced = Signal(DoseRecord)
    history_wished = Signal(CitizenId)
    concluding = Signal(object)
    held = Signal()
    held_back = Signal(HeldPress)

    def __init__(self, around: Surroundings, page: QObject | None = None) -> None:
        super().__init__(page)  # gone with its page: who hears its signals is held by Qt until then
        self._around = around
        self._lane = around.lane
        self._desk = around.services.work.desk
        self._elsewhere = around.services.work.elsewhere
        self._clock = around.services.work.clock
        self._asked = self._answered = 0
        self._held: HeldPress | None = None
        self._presets_chosen = 0
        self.form = DoseForm()

    def today(self) -> date:
        """The day of the desk's clock."""
        return self._clock().date()

    def read_preset(self) -> None:
        """The product of this session, as it is kept."""
        done = partial(self._preset_read, self._presets_chosen)
        self._lane.run(self._desk.preset, done=done, failed=self.troubled.emit)

    def read_dose(self, dose_id: str) -> None:
        """How far a dose has got."""
        self._lane.run(self._desk.dose, dose_id, done=self.dose_advanced.emit, failed=self.troubled.emit)

    def read_staff(self) -> None:
        """Who may have injected, for the product that is about to be mended."""
        self.let_go()
        staff = self._around.services.work.staff
        self._lane.run(staff.everyone, done=self.staff_read.emit, failed=self.troubled.emit)

    # --- who

    def take_text(self, untrusted_text: str) -> None:
        """A scanned text, or one that was typed or pasted whole."""
        try:
            found = scan.parse(untrusted_text, self.today())
        except ScanError as error:
            self._refuse(untrusted_text, error)
            return
        if isinstance(found, LotLabel):
            self.label_scanned.emit(found)
        elif not isinstance(found, IdentityCard):
            kind = "verify-scanned-slip" if isinstance(found, SlipText) else "verify-scanned-certificate"
            self.paper_scanned.emit(found.untrusted_text, kind)
        elif found.masked:
            self._refuse_card((Problem("card-masked", "citizen_id"),))
        else:
            self._come(self.form.with_scan(found))

    def _refuse(self, untrusted_text: str, error: ScanError) -> None:
        """A card that only lost its marks may be somebody known; until that is looked up nobody stands here."""
        damaged = read_damaged(untrusted_text, error, self.today())
        if damaged is None:
            self._refuse_card(error.problems)
            return
        left = self._unsaved_name()
        self._become(self.form.cleared())
        done = partial(self._named, damaged, self.form.ticket, left)
        self._lane.run(self._desk.named, damaged, done=done, failed=self.troubled.emit)

    def _named(self, damaged: DamagedCard, ticket: int, left: str, card: IdentityCard | None) -> None:
        if ticket != self.form.ticket:
            return  # somebody else was scanned meanwhile
        if card is None:
            self._refuse_card(damaged.problems, left)
        else:
            self._come(self.form.with_scan(card), left)

    def look_up(self, typed: str) -> None:
        """A citizen number, else a phone, an old number or a name."""
        digits = "".join(typed.split())
        whole_code = "|" in typed or typed.startswith(("HC1:", "VXS1:"))
        if whole_code or (digits.isdecimal() and len(digits) not in SEARCHED_DIGITS):
            self.take_text(typed if whole_code else digits)
        else:
            self._lane.run(self._desk.search, typed, FOUND_MAX, done=self.found.emit, failed=self.refused.emit)

    def choose(self, person: Person) -> None:
        """One of those found."""
        self.receive(PersonDraft(citizen_id=person.citizen_id.digits))

    def receive(self, person: PersonDraft) -> None:
        """Somebody comes to the desk without a scan; their card is still to be compared."""
        self._come(self.form.with_person(person))

    def mend(self, person: PersonDraft) -> None:
        """The facts of the same person were changed."""
        self.let_go()
        self._become(self.form.with_facts(person))
        self._judge()

    def leave(self) -> None:
        """Nobody stands here any more."""
        self._become(self.form.cleared())

    def note_reveal(self) -> None:
        """A full number was shown: that is logged, of somebody not kept yet too."""
        shown = (self.form.known.id if self.form.known else NOT_KEPT,)
        actor = self._around.session.actor
        self._lane.run(self._desk.note_reveal, shown, actor, done=_nothing, failed=self.troubled.emit)

    def _come(self, form: DoseForm, left: str = "") -> None:
        left = left or self._unsaved_name()
        self._become(form)
        self.came.emit(left)
        self._judge()
        self._wish_history()

    def _wish_history(self) -> None:
        """The platform is asked what was given elsewhere; the desk goes on meanwhile (I6)."""
        if self.form.number is not None:
            self.history_wished.emit(self.form.number)

    def take_history(self, found: LookedUp) -> None:
        """The platform's answer: kept whoever stands here now, and judged again when it is about them."""
        if found.at is None:
            return
        keep = partial(self._elsewhere.keep, (found.number,), found.doses, found.at, found.used)
        self._lane.run(keep, done=partial(self.history_changed, found.number), failed=self.troubled.emit)

    def history_changed(self, number: CitizenId, _kept: object = None) -> None:
        """More is known of a citizen: judged again when it is who stands here."""
        if self.form.number == number and not self.form.saving:
            self._judge()

    def _refuse_card(self, problems: tuple[Problem, ...], left: str = "") -> None:
        left = left or self._unsaved_name()
        self._become(self.form.with_refusal(problems))
        self.card_refused.emit(left)

    def _unsaved_name(self) -> str:
        """Who stands here with nothing saved; empty for nobody."""
        person = self.form.person
        if person is None or self.form.saving:
            return ""
        return words.short_name(person.name) or words.masked_number(person)

    # --- may they

    def conclude(self, screening: Screening) -> None:
        """The check before the injection came to a conclusion; where that takes more, the form opens and `concluding` says what for."""
        self._conclude(screening)

    def confirm(self) -> None:
        """The open form's own conclusion."""
        self._conclude(None)

    def _conclude(self, wanted: Screening | None) -> None:
        if self.form.person is None or self.form.saving:
            return
        if wanted is not None and self.form.assessment is None and self.is_judging:
            self._hold(self._pressed().with_screening(wanted))
            return
        form, step = self.form.concluding(wanted, self.today())
        self._change(form)
        self.concluding.emit(step)

    def fill_in(self, entry: Entry) -> None:
        """Something was answered, typed, opened or closed on the form."""
        if self.form.person is not None and not self.form.saving and entry != self.form.entry:
            self.let_go()
            self._change(self.form.with_entry(entry, self.today()))

    def _change(self, form: DoseForm) -> None:
        gave, member = self.form.gives_dose, self._around.session.member
        self._become(form.signed(self.form, member.id if member else None))
        if gave is not form.gives_dose:
            self._judge()

    def take_standing(self, standing: Standing, takes_over: bool) -> None:
        """What the stations before know of who stands here."""
        self._become(self.form.with_standing(standing, takes_over))

    def override(self, reason: str) -> None:
        """A written reason, as it is typed."""
        self.let_go()
        self._become(self.form.with_override(reason))

    def _judge(self) -> None:
        if self.form.person is None:
            return
        self._asked += 1
        done, failed = partial(self._judged, self._asked), partial(self._not_judged, self._asked)
        self._lane.run(judge, self._desk, self.form, self._clock(), done=done, failed=failed)

    def _not_judged(self, asked: int, error: VaxdeskError) -> None:
        if asked == self._asked:
            self._answered = asked
            self.let_go()
        self.refused.emit(error)

    def _judged(self, asked: int, judged: Judged) -> None:
        if asked != self._asked or self.form.person is None:
            return  # an answer to an older question
        self._answered = asked
        self._become(self.form.with_check_in(judged.check_in).with_assessment(judged.assessment))
        self._do_held()
        missing = {p.field for p in self.form.blocking if p.severity is Severity.STOP and p.code.endswith("-missing")}
        first = next((name for name in ("name", "birth_date") if name in missing), None)
        if first is not None:
            self.lacking.emit(first)

    # --- keys that came before the answer

    @property
    def is_judging(self) -> bool:
        """Whether the newest question about who stands here is still open."""
        return self.form.person is not None and self._asked != self._answered

    @property
    def is_holding(self) -> bool:
        """Whether a key waits for the answer."""
        return self._held is not None and self._held.ticket == self.form.ticket

    def let_go(self) -> None:
        """What was pressed before counts no more: something else came in between."""
        self._hold(None)

    def _pressed(self) -> HeldPress:
        held = self._held
        return held if held is not None and held.ticket == self.form.ticket else HeldPress(self.form.ticket)

    def _hold(self, pressed: HeldPress | None) -> None:
        if pressed != self._held:
            self._held = pressed
            self.held.emit()

    def _do_held(self) -> None:
        """The answer to the form as it stands has come: the held keys are done if it leaves nothing to decide."""
        held = self._held
        self.let_go()
        if held is None or held.ticket != self.form.ticket:
            return
        if not held.lets_conclude(self.form):
            self.held_back.emit(held)
            return
        if held.screening is not None:
            self._conclude(held.screening)
        if held.save and not self.save():  # it waits on when the conclusion itself is asked about
            self.held_back.emit(held)

    # --- what is given

    def use_preset(self, preset: Preset) -> None:
        """Another product, lot, vial or injector, from now on."""
        self._presets_chosen += 1
        self._lane.run(self._desk.set_preset, preset, done=_nothing, failed=self.troubled.emit)
        self._show_preset(preset)

    def use_label(self, label: LotLabel) -> None:
        """A vial's label: its lot and expiry for the product of the session. A new lot is a new vial."""
        preset = self.form.preset
        expiry = label.expiry or (preset.expiry if label.lot == preset.lot else None)
        self.use_preset(Preset(preset.vaccine, label.lot, expiry, "", preset.injector))

    def use_body_site(self, code: str) -> None:
        """Another arm or thigh."""
        self.let_go()
        self._become(self.form.with_body_site(code))

    def _preset_read(self, chosen: int, preset: Preset) -> None:
        if chosen == self._presets_chosen:  # else somebody took another vial meanwhile
            self._show_preset(preset)

    def _show_preset(self, preset: Preset) -> None:
        if preset != self.form.preset:
            self.let_go()
            self._become(self.form.with_preset(preset))
            self._judge()
        self._lane.run(check_lot, self._desk, preset, done=self._lot_checked, failed=self.troubled.emit)
        self.preset_changed.emit(preset)

    def _lot_checked(self, checked: LotChecked) -> None:
        """A recall that came meanwhile is judged again for who stands here; saving asks once more (I1)."""
        form = self.form.with_lot_problems(checked.preset, checked.problems)
        if form != self.form:
            self._become(form)
            self._judge()

    def save(self) -> bool:
        """Saves the dose, or the conclusion, or will as soon as the answer has come; False when something is missing."""
        pressed = self._pressed()
        concluded = self.form.screening or pressed.screening
        if self.is_judging and concluded is not None and not self.form.saving:
            self._hold(replace(pressed, save=True))
            return True
        draft = self.form.draft(self._clock())
        if draft is None or not self.form.can_save:
            return False
        ticket, name = self.form.ticket, words.short_name(draft.person.name)
        self._become(self.form.with_saving(True))
        self._lane.run(
            self._desk.record,
            draft,
            self._around.session.actor,
            done=partial(self._saved, ticket),
            failed=partial(self._not_saved, ticket, name),
        )
        return True

    def _saved(self, ticket: int, record: DoseRecord) -> None:
        if ticket == self.form.ticket:
            self._become(self.form.cleared())
        self.dose_recorded.emit(record)

    def _not_saved(self, ticket: int, name: str, error: VaxdeskError) -> None:
        if ticket != self.form.ticket:
            self.dose_not_recorded.emit(name, error)  # the next person is here already
            return
        self._become(self.form.with_saving(False))
        self.refused.emit(error)
        self._judge()

    def take_back(self, record: DoseRecord, reason: str, with_reactions: bool) -> None:
        """The last save was a mistake."""
        actor = self._around.session.actor
        take_back = partial(self._desk.take_back, record.dose.id, reason, actor, with_reactions)
        self._lane.run(take_back, done=self._taken_back, failed=self.take_back_refused.emit)

    def _taken_back(self, record: DoseRecord) -> None:
        self.dose_taken_back.emit(record)
        self._judge()

    def _become(self, form: DoseForm) -> None:
        self.form = form
        self.changed.emit()


def _nothing(_result: object) -> None:
    """For work whose result nobody needs."""
