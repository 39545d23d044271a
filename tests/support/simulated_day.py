"""A whole day of a site, played through the real use cases: arrivals, refusals, mistakes, wastage, an afternoon without a network.

The story keeps its own ledger of what really happened: what was in the fridge, who was injected from which lot, who went home without.
Whatever the program says at the end is compared with it.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from support.live_site import LiveSite

from vaxdesk.demo.people import MadeUpPerson, with_mistake
from vaxdesk.models.aftercare import ObservationOutcome, Severity, Sign
from vaxdesk.models.desk import DoseChanges
from vaxdesk.models.reactions import ReactionDraft
from vaxdesk.models.stock import LotKey, StockDraft, Wastage
from vaxdesk.models.values import VIETNAM, Screening, VaccineCode

VACCINE, PER_VIAL = VaccineCode("COMIRNATY"), 6
LOTS = ("FL4574", "FL4575")
CODES = (Screening.POSTPONED, Screening.CONTRAINDICATED, Screening.REFUSED, Screening.REFERRED)
OFFLINE = (time(13, 0), time(16, 0))
OPEN_S = 9 * 3600  # from half past seven to half past four
PLAIN_SIGNS = (Sign.PAIN, Sign.FEVER, Sign.FATIGUE)


@dataclass
class Truth:
    """What happened, whoever wrote it down. Doses by lot; people by number."""

    in_fridge: Counter[str] = field(default_factory=Counter)
    received: Counter[str] = field(default_factory=Counter)
    wasted: Counter[str] = field(default_factory=Counter)
    injected: dict[str, str] = field(default_factory=dict)  # number: lot
    not_done: dict[str, Screening] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)  # checked in, left without an outcome
    reactions: Counter[str] = field(default_factory=Counter)  # by severity
    mismatched: dict[str, MadeUpPerson] = field(default_factory=dict)  # whose card was misread, by number

    def drawn(self, lot: str) -> int:
        """Doses of a lot that went into arms."""
        return sum(one == lot for one in self.injected.values())


@dataclass
class PaperDose:
    """An injection noted on paper while the laptop was away."""

    person: MadeUpPerson
    lot: str
    at: datetime


class SimulatedDay:
    """Plays the day before the real one, so that no hour of it lies ahead of the platform's clock."""

    def __init__(self, site: LiveSite, people: Sequence[MadeUpPerson], seed: int) -> None:
        self.site, self.people, self.draw = site, people, random.Random(seed)
        self.day: date = site.today - timedelta(days=1)
        self.truth = Truth()
        self.on_paper: list[PaperDose] = []
        self.refused_without_network = 0
        self._lot, self._vial, self._left = "", 0, 0
        self._to_watch: list[tuple[datetime, str, str]] = []

    def at(self, hour: int, minute: int = 0) -> datetime:
        """A moment of the day."""
        return datetime.combine(self.day, time(hour, minute), VIETNAM)

    @property
    def now(self) -> datetime:
        """What the clock on the wall says."""
        found = self.site.clock.now
        assert found is not None
        return found

    # --- the day

    def play(self) -> None:
        """From the delivery to the last person; what was kept on paper is still on paper."""
        self.site.clock.now = self.at(7)
        self._receive()
        self.site.clock.now = self.at(7, 30)
        offline, step_s = False, OPEN_S / len(self.people)
        for place, person in enumerate(self.people):
            self.site.clock.now = self.now + timedelta(seconds=step_s * self.draw.uniform(0.5, 1.5))
            is_away = OFFLINE[0] <= self.now.time() < OFFLINE[1]
            if is_away != offline:
                offline = is_away
                self._network(there=not offline)
            self._serve(person, place)
            self._watch()
        if offline:
            self.site.clock.now = self.at(16)
            self._network(there=True)
        self.site.clock.now = max(self.now, self.at(16)) + timedelta(minutes=40)
        self._watch()
        self._discard_what_is_left()

    def enter_paper(self) -> None:
        """What was kept on paper, with both times."""
        for one in self.on_paper:
            draft = self.site.draft(
                one.person, vaccine=VACCINE, lot=one.lot, occurred_at=one.at, late_reason="nhập hồi cứu từ phiếu giấy"
            )
            self.site.work.desk.record(draft, self.site.manager)
        self.on_paper.clear()

    def counted(self) -> dict[LotKey, int]:
        """What somebody finds in the fridge in the evening."""
        return {LotKey(VACCINE, lot): self.truth.in_fridge[lot] for lot in LOTS}

    def sync(self) -> None:
        """One run at the machine's own time, as the platform's tokens need it."""
        before, self.site.clock.now = self.site.clock.now, None
        self.site.desk.engine().run_once(asked=True)
        self.site.clock.now = before

    # --- stock

    def _receive(self) -> None:
        enough = -(-len(self.people) * 6 // 10 // PER_VIAL) * PER_VIAL
        for place, lot in enumerate(LOTS):
            expiry = self.day + timedelta(days=60 + 60 * place)
            draft = StockDraft(VACCINE, lot, enough, expiry=expiry, temperature_c=4.0)
            self.site.work.stock.receive(draft, self.site.manager)
            self.truth.received[lot] = self.truth.in_fridge[lot] = enough

    def _dose_from_vial(self) -> str:
        """Takes one dose out; opens the next vial, of the lot that expires first, when the last is empty."""
        if not self._left:
            self._lot = next(lot for lot in LOTS if self.truth.in_fridge[lot] >= PER_VIAL)
            self._vial, self._left = self._vial + 1, PER_VIAL
        self._left -= 1
        self.truth.in_fridge[self._lot] -= 1
        return self._lot

    def _waste(self, doses: int, why: Wastage) -> None:
        draft = StockDraft(VACCINE, self._lot, doses, vial=str(self._vial), reason=why.value)
        self.site.work.stock.waste(draft, self.site.manager)
        self.truth.wasted[self._lot] += doses

    def _discard_what_is_left(self) -> None:
        if self._left:
            self.truth.in_fridge[self._lot] -= self._left
            self._waste(self._left, Wastage.LEFT_IN_VIAL)
            self._left = 0

    # --- people

    def _network(self, there: bool) -> None:
        if there:
            self.site.platform.start()
            self.sync()
        else:
            self.sync()
            self.site.platform.stop()

    def _serve(self, person: MadeUpPerson, place: int) -> None:
        chance = self.draw.random()
        if chance < 0.09:
            self._send_home(person)
        elif chance < 0.12:
            self.site.work.tickets.open(self.site.person(person), self.site.manager)
            self.truth.gone.add(person.number)
        elif OFFLINE[0] <= self.now.time() < OFFLINE[1] and chance < 0.19:
            lot = self._dose_from_vial()
            self.truth.injected[person.number] = lot
            self.on_paper.append(PaperDose(person, lot, self.now.replace(second=0)))
        else:
            self._inject(person, chance)
        if place % 97 == 60:  # somebody drops a syringe
            lot = self._dose_from_vial()
            self._waste(1, Wastage.DRAWN_NOT_GIVEN)
            assert lot == self._lot

    def _send_home(self, person: MadeUpPerson) -> None:
        why = self.draw.choice(CODES)
        self.site.record(person, vaccine=VACCINE, lot=self._lot or LOTS[0], screening=why)
        self.truth.not_done[person.number] = why

    def _inject(self, person: MadeUpPerson, chance: float) -> None:
        lot, shown = self._dose_from_vial(), person
        if 0.16 <= chance < 0.18:
            shown = with_mistake(person, "name")
            self.truth.mismatched[person.number] = person
        other = LOTS[1 - LOTS.index(lot)]
        facts = {"vaccine": VACCINE, "lot": other if 0.18 <= chance < 0.19 else lot, "vial": str(self._vial)}
        dose_id = self.site.record(shown, **facts)
        desk, manager = self.site.work.desk, self.site.manager
        if 0.18 <= chance < 0.19:
            desk.correct(dose_id, DoseChanges(lot=lot), "ghi nhầm số lô", manager)
        elif 0.19 <= chance < 0.20:
            desk.void(dose_id, "lưu hai lần do nhầm người", manager)
            dose_id = self.site.record(shown, **facts)
        self.truth.injected[person.number] = lot
        self._to_watch.append((self.now, dose_id, person.number))

    def _watch(self) -> None:
        """Who sat for half an hour goes home; some with a reaction."""
        while self._to_watch and self.now - self._to_watch[0][0] >= timedelta(minutes=31):
            _, dose_id, _ = self._to_watch.pop(0)
            outcome, chance = ObservationOutcome.WELL, self.draw.random()
            if chance < 0.03:
                severity = Severity.GRADE_2 if chance < 0.004 else Severity.COMMON
                sign = Sign.BREATHING if severity is Severity.GRADE_2 else self.draw.choice(PLAIN_SIGNS)
                draft = ReactionDraft(self.now.replace(second=0, microsecond=0), (sign,), severity, "theo dõi")
                self.site.work.reactions.note(dose_id, draft, self.site.manager)
                self.truth.reactions[severity.value] += 1
                outcome = ObservationOutcome.REACTION
            self.site.work.observation.end(dose_id, outcome, "", self.site.manager)
