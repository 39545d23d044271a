"""Any order of saving, correcting, pushing and failing: nothing is lost, nothing doubled, nothing green without reason (I2, I3, I4, I5)."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule
from support import faulty
from support.builders import a_draft, number
from support.model_server import model_platform
from support.model_store import content_sha256
from support.sync_bench import Bench, a_bench, enrolled

from vaxdesk.errors import DoseRefused
from vaxdesk.models.desk import DoseChanges
from vaxdesk.models.values import PersonDraft, Sex

FAULTS = {
    "passed": faulty.passed,
    "lost request": faulty.lost_request,
    "lost answer": faulty.lost_answer,
    "slow answer": faulty.slow_answer,
    "sent twice": faulty.sent_twice,
    "truncated": faulty.truncated,
    "captive portal": faulty.captive_portal,
    "one entry less": faulty.one_entry_less,
    "401": faulty.status(401),
    "403": faulty.status(403),
    "413": faulty.status(413),
    "429": faulty.status(429, {"Retry-After": "2"}),
    "500": faulty.status(500),
    "503": faulty.status(503),
}


class SyncMachine(RuleBasedStateMachine):
    """A desk and a platform with a bad line between them."""

    doses = Bundle("doses")

    @initialize()
    def start(self) -> None:
        self.closing = ExitStack()
        self.platform = self.closing.enter_context(model_platform())
        folder = Path(self.closing.enter_context(tempfile.TemporaryDirectory()))
        joined = enrolled(self.platform.base, "one-time")
        self.bench: Bench = self.closing.enter_context(a_bench(folder, joined))
        self.lots: dict[str, str] = {}
        self.count = 0

    @rule(target=doses, poison=st.sampled_from([False, False, False, True]))
    def record(self, poison: bool) -> Any:
        self.count += 1
        person = PersonDraft(number(self.count), "Lê Văn Thử", "1990-05-06", Sex.MALE)
        lot = "POISON" if poison else "FL4574"
        dose = self.bench.record_one(a_draft(person=person, lot=lot, occurred_at=self.bench.clock.now))
        self.lots[dose.id] = lot
        return dose.id

    @rule(dose_id=doses, poison=st.booleans())
    def correct(self, dose_id: str, poison: bool) -> None:
        self._correct(dose_id, "POISON" if poison else f"LOT{len(self.lots)}{self.lots[dose_id][-3:]}")

    def _correct(self, dose_id: str, lot: str) -> None:
        if lot == self.lots[dose_id]:
            return
        try:
            self.bench.desk.work.desk.correct(dose_id, DoseChanges(lot=lot), "nhầm số lô", self.bench.desk.manager)
        except DoseRefused:  # the clock was set back: the dose lies in the future
            return
        self.lots[dose_id] = lot

    @rule(faults=st.lists(st.sampled_from(sorted(FAULTS)), min_size=1, max_size=4), asked=st.booleans())
    def push_over_a_bad_line(self, faults: list[str], asked: bool) -> None:
        self.bench.sync(*(FAULTS[name] for name in faults), asked=asked)

    @rule(dose_id=doses, fault=st.sampled_from([faulty.passed, faulty.lost_answer]))
    def push_while_somebody_edits(self, dose_id: str, fault: faulty.Fault) -> None:
        def edited(request: Any, send: Any) -> Any:
            self._correct(dose_id, f"MID{self.count}{self.lots[dose_id][-4:]}"[-12:])
            return fault(request, send)

        self.bench.sync(edited)

    @rule(limit=st.integers(1, 5))
    def restart(self, limit: int) -> None:
        self.bench.limit(limit)

    @rule(seconds=st.integers(-3600, 7200))
    def clock_moves(self, seconds: int) -> None:
        self.bench.clock.forward(seconds=seconds)

    @rule(target=doses)
    def a_quiet_day(self) -> Any:
        """After a person's "send again" and quiet pushes all is delivered at its newest revision, but poison, which waits for mending."""
        self.bench.clock.forward(hours=2)
        self.platform.tokens.clear()
        self.bench.book.send_again([r.dose.id for r in self.bench.desk.work.desk.all_records() if r.set_aside_code])
        for _ in range(3):
            report = self.bench.sync()
        assert (report.trouble, report.waiting) == ("", 0)
        assert set(self.bench.receipts()) == {key for key, lot in self.lots.items() if lot != "POISON"}
        return multiple()

    @invariant()
    def green_is_true(self) -> None:
        """Each receipt of the newest revision stands for exactly what the platform has, once."""
        if not hasattr(self, "bench"):
            return
        for record in self.bench.desk.work.desk.all_records():
            if record.receipt is not None:
                stored = self.platform.store.newest("Immunization", record.dose.id)
                assert stored is not None
                assert content_sha256(stored) == record.receipt.hash
                assert stored["lotNumber"] == record.dose.lot == self.lots[record.dose.id]

    @invariant()
    def nobody_is_there_twice(self) -> None:
        if not hasattr(self, "bench"):
            return
        numbers = [p["identifier"][0]["value"] for p in self.platform.store.all("Patient")]
        assert len(numbers) == len(set(numbers))

    @invariant()
    def each_dose_waits_or_is_received(self) -> None:
        if not hasattr(self, "bench"):
            return
        aside = [r for r in self.bench.desk.work.desk.all_records() if r.set_aside_code]
        assert len(self.bench.receipts()) + self.bench.book.waiting() + len(aside) == len(self.lots)
        assert all(self.lots[r.dose.id] == "POISON" for r in aside if r.set_aside_code == "record-refused")

    def teardown(self) -> None:
        if hasattr(self, "closing"):
            self.closing.close()


TestSyncMachine = SyncMachine.TestCase
TestSyncMachine.settings = settings(
    max_examples=12, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
