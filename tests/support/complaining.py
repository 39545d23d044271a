"""Citizens who complain at the public page about a day, and the desk that settles it: a name wrong, a lot wrong, a dose missing, one unfounded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from support.citizen import Citizen
from support.live_site import SITE, on_the_platform
from support.simulated_day import LOTS, VACCINE, SimulatedDay

from vaxdesk.demo.people import MadeUpPerson
from vaxdesk.models.complaint_changes import AddDose, Change, CorrectDose, MendPerson
from vaxdesk.models.complaints import Rejection, Story
from vaxdesk.models.desk import DoseChanges
from vaxdesk.models.values import DoseRecord, Role

NURSE_PIN, MANAGER_PIN = "8642", "2468"
CLAIMED = timedelta(days=21)  # how long before the day the missing dose was given
NAME, LOT, MISSING, UNFOUNDED = "name", "lot", "missing", "unfounded"
KINDS = {NAME: "identity", LOT: "wrong", MISSING: "missing", UNFOUNDED: "missing"}


@dataclass
class Complaining:
    """Four citizens and what became of their complaints. `taken`: by what is wrong, the number and the secret the page gave."""

    day: SimulatedDay
    people: Mapping[str, MadeUpPerson]  # by what is wrong
    taken: dict[str, tuple[str, str]] = field(default_factory=dict)
    first_certificate: str = ""

    def __post_init__(self) -> None:
        self.site, self.work = self.day.site, self.day.site.work
        self.page = Citizen(self.site.platform.base)
        self.nurse = self.work.staff.add("Đỗ Thị Cúc", Role.NURSE, NURSE_PIN, self.site.manager)

    def complain(self) -> None:
        """Everybody at once, with nothing but what a citizen knows."""
        claimed = {MISSING: self.missing_on, UNFOUNDED: self.day.day}
        for wrong, person in self.people.items():
            told = {"day": claimed[wrong].isoformat()} if wrong in claimed else {}
            facts = {
                "kind": KINDS[wrong],
                "name": person.name,
                "birth_date": person.birth_date.isoformat(),
                "phone": "0912345678",
                "sex": person.sex.value,
                "citizen_number": person.number,
                "site": SITE,
                "words": f"Thông tin tiêm của tôi chưa đúng ({wrong}).",
            }
            self.taken[wrong] = self.page.complain(**facts | told)
            assert self.taken[wrong][0], self.page.text

    @property
    def missing_on(self) -> date:
        """The day of the dose that nobody entered."""
        return self.day.day - CLAIMED

    def settle_name(self) -> None:
        """The name is mended as the card has it."""
        person = self.people[NAME]
        (record,) = (r for r in self.work.desk.day(self.day.day) if _is_of(r, person))
        change = MendPerson(record.person.id, self.site.person(person), "")
        self._settle(NAME, change, "họ tên đọc nhầm", "Đã sửa họ tên theo thẻ căn cước.")

    def settle_the_others(self) -> None:
        """Five hours before the limit of the last."""
        stories = self.work.complaints.all()
        self.site.clock.now = min(self.story(wrong).complaint.due_at for wrong in self.taken) - timedelta(hours=5)
        counts = self.work.complaints.counts()
        assert (counts.received, counts.alarm, counts.overdue, len(stories)) == (4, 3, 0, 4)
        self.site.clock.now = None
        lot = self._dose(LOT)
        self.first_certificate = str(lot.certificate_id)
        other = LOTS[1 - LOTS.index(lot.dose.lot)]
        correct = CorrectDose(lot.dose.id, DoseChanges(lot=other), "")
        self._settle(LOT, correct, "vỏ lọ ghi lô khác", f"Đã sửa số lô thành {other}.")
        given_at = self.day.at(9) - CLAIMED
        person = self.people[MISSING]
        late = AddDose(self.site.draft(person, vaccine=VACCINE, lot=LOTS[0], occurred_at=given_at))
        self._settle(MISSING, late, "bỏ sót khi nhập", "Đã bổ sung mũi tiêm còn thiếu.")
        self.work.complaints.reject(
            self.id_of(UNFOUNDED), Rejection.NOTHING_MATCHES, "Hôm đó bạn chưa được tiêm.", self.site.manager
        )

    def are_answered(self) -> bool:
        """Whether the platform has every answer, and what was changed has been signed and certified again."""
        for day in (self.day.day, self.missing_on):
            self.work.signing.sign_day(day, self.site.manager)
        if any(self.story(wrong).unsent for wrong in self.taken):
            return False
        certificate = self._dose(LOT).certificate_id
        return bool(certificate and certificate != self.first_certificate and self._dose(MISSING).certificate_id)

    def check(self) -> None:
        """Within 48 hours of the platform's receipt; the citizen reads the answer; the platform holds what was put right."""
        tasks = {task["identifier"][0]["value"]: task for task in on_the_platform(self.site, "Task")}
        assert tasks.keys() == {number for number, _ in self.taken.values()}
        for wrong, (number, _) in self.taken.items():
            task = tasks[number]
            received, due_at, answered = (
                datetime.fromisoformat(text)
                for text in (task["authoredOn"], task["restriction"]["period"]["end"], task["meta"]["lastUpdated"])
            )
            assert due_at - received == timedelta(hours=48)
            assert received <= answered <= due_at
            assert task["status"] == ("rejected" if wrong == UNFOUNDED else "completed")
        assert "Đã sửa họ tên" in self._read(NAME)
        assert "Đã sửa số lô" in self._read(LOT)
        assert "Đã bổ sung mũi" in self._read(MISSING)
        assert "Không được chấp nhận" in self._read(UNFOUNDED)
        self._platform_holds_what_was_put_right()

    # --- inside

    def _platform_holds_what_was_put_right(self) -> None:
        doses = {dose["id"]: dose for dose in on_the_platform(self.site, "Immunization")}
        lot, late = self._dose(LOT), self._dose(MISSING)
        assert doses[lot.dose.id]["lotNumber"] == lot.dose.lot != self.day.truth.injected[self.people[LOT].number]
        assert doses[late.dose.id]["occurrenceDateTime"].startswith(self.missing_on.isoformat())
        names = {_number(one): one["name"][0]["text"] for one in on_the_platform(self.site, "Patient")}
        assert names[self.people[NAME].number] == self.people[NAME].name
        papers = {paper["id"]: paper["status"] for paper in on_the_platform(self.site, "DocumentReference")}
        assert papers[self.first_certificate] == "superseded"
        assert {papers[str(one.certificate_id)] for one in (lot, late, self._dose(NAME))} == {"current"}

    def _settle(self, wrong: str, change: Change, reason: str, words: str) -> None:
        """A nurse finds who is meant and proposes, the manager approves, the answer goes with it."""
        case = self.work.complaints.case(self.id_of(wrong))
        assert case.candidates[0].candidate.person.citizen_id.digits == self.people[wrong].number
        self.work.complaints.propose(self.id_of(wrong), change, reason, self.nurse, words)
        done = self.work.complaints.approve(self.id_of(wrong), self.site.manager.username, MANAGER_PIN)
        assert done.status.is_closed

    def story(self, wrong: str) -> Story:
        """A complaint as the desk has it."""
        number, _ = self.taken[wrong]
        return next(story for story in self.work.complaints.all() if story.complaint.number == number)

    def id_of(self, wrong: str) -> str:
        """Its id."""
        return self.story(wrong).complaint.id

    def _dose(self, wrong: str) -> DoseRecord:
        """The one completed dose of who complained."""
        person = self.people[wrong]
        (found,) = (r for r in self.work.desk.all_records() if _is_of(r, person) and r.dose.status == "completed")
        return found

    def _read(self, wrong: str) -> str:
        """What the citizen sees."""
        number, secret = self.taken[wrong]
        self.page.open()
        return self.page.send("citizen-answer", complaint=number, secret=secret)


def _is_of(record: DoseRecord, person: MadeUpPerson) -> bool:
    return record.person.citizen_id.digits == person.number


def _number(patient: dict[str, Any]) -> str:
    return next(str(one["value"]) for one in patient["identifier"] if one["system"] == "urn:vn:cccd")
