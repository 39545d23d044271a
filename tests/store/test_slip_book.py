"""A dose read off another site's slip counts, marked, until the platform has spoken; what does not fit is refused with a sentence."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from support.builders import DeskUnderTest, a_draft, a_person
from support.slips import ELSEWHERE_NAME, a_carried_slip, make_known, their_key

from vaxdesk.errors import InputRefused
from vaxdesk.messages import LANGUAGES, say
from vaxdesk.models.exchange import Source
from vaxdesk.models.slips import CarriedSlip, Held
from vaxdesk.models.values import CitizenId, DoseStatus, SiteCode

NUMBER = CitizenId("079303000456")


def a_slip_of(desk: DeskUnderTest, days_ago: int = 40, **changes: object) -> CarriedSlip:
    """A first dose some weeks before the desk's noon."""
    given = desk.work.clock() - timedelta(days=days_ago)
    return a_carried_slip(desk.work.clock(), **({"occurred_at": given, "recorded_at": given} | changes))


def refusal(desk: DeskUnderTest, slip: CarriedSlip, at_desk: CitizenId | None = None) -> str:
    with pytest.raises(InputRefused) as refused:
        desk.work.slips.take_over(slip, desk.manager, at_desk)
    (problem,) = refused.value.problems
    for language in LANGUAGES:
        assert say(problem.code, language, **problem.params) != problem.code
    assert desk.work.elsewhere.of(slip.dose.citizen_id).doses == ()
    assert "slip-taken-over" not in actions(desk)
    return problem.code


def actions(desk: DeskUnderTest) -> list[str]:
    from sqlalchemy import select

    from vaxdesk.models import tables as t

    with desk.store.read() as connection:
        return list(connection.execute(select(t.audit.c.action)).scalars())


def test_the_dose_of_a_slip_counts_in_the_schedule_and_says_where_it_comes_from(desk: DeskUnderTest) -> None:
    make_known(desk.work)
    before = desk.work.desk.assess(a_draft())
    assert before.verdict is not None
    assert before.verdict.dose_number == 1
    slip = a_slip_of(desk)
    assert desk.work.slips.look(slip).may_take_over
    assert desk.work.slips.take_over(slip, desk.manager, NUMBER).held is Held.TAKEN_OVER
    (dose,) = desk.work.elsewhere.of(NUMBER).doses
    assert dose == slip.dose
    assert (dose.source, dose.site_name, dose.seen_at) == (Source.SLIP, ELSEWHERE_NAME, desk.work.clock())
    after = desk.work.desk.assess(a_draft())
    assert after.verdict is not None
    assert after.verdict.dose_number == 2
    told = next(problem for problem in after.problems if problem.code == "dose-elsewhere-slip")
    assert ELSEWHERE_NAME in say(told.code, **told.params)


def test_taken_over_twice_is_once_and_each_taking_is_in_the_audit_trail(desk: DeskUnderTest) -> None:
    make_known(desk.work)
    for _ in range(2):
        assert desk.work.slips.take_over(a_slip_of(desk), desk.manager).held is Held.TAKEN_OVER
    assert actions(desk).count("slip-taken-over") == 1
    corrected = a_slip_of(desk, revision=2, lot="NEWLOT")
    assert desk.work.slips.look(corrected).held is Held.OLDER
    desk.work.slips.take_over(corrected, desk.manager)
    assert [dose.lot for dose in desk.work.elsewhere.of(NUMBER).doses] == ["NEWLOT"]
    assert not desk.work.slips.look(a_slip_of(desk)).may_take_over


@pytest.mark.parametrize("revision", [0, 1, 5])
def test_the_platforms_word_replaces_a_slip_whatever_it_says(desk: DeskUnderTest, revision: int) -> None:
    make_known(desk.work)
    slip = a_slip_of(desk, revision=3)
    desk.work.slips.take_over(slip, desk.manager)
    told = replace(
        slip.dose, source=Source.PLATFORM, revision=revision, version="1", status=DoseStatus.ENTERED_IN_ERROR
    )
    desk.work.elsewhere.keep((NUMBER,), (told,), desk.work.clock())
    assert desk.work.elsewhere.of(NUMBER).doses == (told,)
    with pytest.raises(InputRefused, match="slip-dose-confirmed"):
        desk.work.slips.take_over(slip, desk.manager)
    assert desk.work.elsewhere.of(NUMBER).doses == (told,)


def test_a_platform_that_does_not_know_the_dose_leaves_the_slip_standing(desk: DeskUnderTest) -> None:
    make_known(desk.work)
    slip = a_slip_of(desk)
    desk.work.slips.take_over(slip, desk.manager)
    desk.work.elsewhere.keep((NUMBER,), (), desk.work.clock())
    assert desk.work.elsewhere.of(NUMBER).doses == (slip.dose,)


def test_a_slip_of_an_unknown_a_revoked_or_a_strangers_key_is_refused(desk: DeskUnderTest) -> None:
    assert refusal(desk, a_slip_of(desk)) == "slip-signer-unknown"
    make_known(desk.work, active=False)
    assert refusal(desk, a_slip_of(desk)) == "slip-signer-unknown"
    make_known(desk.work, their_key(1))
    assert refusal(desk, a_slip_of(desk)) == "slip-signer-unknown"
    make_known(desk.work, site=SiteCode("99-XX-P09"))
    assert refusal(desk, a_slip_of(desk)) == "slip-signer-unknown"
    make_known(desk.work)
    assert desk.work.slips.take_over(a_slip_of(desk), desk.manager).held is Held.TAKEN_OVER


def test_a_slip_of_another_person_is_refused(desk: DeskUnderTest) -> None:
    make_known(desk.work)
    assert refusal(desk, a_slip_of(desk), CitizenId("001090000123")) == "slip-other-person"
    desk.work.desk.record(a_draft(), desk.manager)
    number = CitizenId(a_person().citizen_id)
    assert refusal(desk, a_slip_of(desk, number=number.digits, name="Lê Văn Khác")) == "slip-person-differs"
    assert refusal(desk, a_slip_of(desk, number=number.digits, birth_date="1950")) == "slip-person-differs"


def test_the_same_person_in_capitals_without_marks_is_the_same(desk: DeskUnderTest) -> None:
    make_known(desk.work)
    desk.work.desk.record(a_draft(), desk.manager)
    known = a_person()
    slip = a_slip_of(desk, number=known.citizen_id, name=known.name.upper(), birth_date=str(known.birth_date)[:4])
    found = desk.work.slips.take_over(slip, desk.manager)
    assert found.person is not None
    assert found.person.name == known.name


def test_a_slip_from_the_future_is_refused_beyond_what_clocks_may_differ(desk: DeskUnderTest) -> None:
    make_known(desk.work)
    assert refusal(desk, a_slip_of(desk, days_ago=-1)) == "slip-in-future"
    soon = a_slip_of(desk)
    soon = replace(soon, dose=replace(soon.dose, occurred_at=desk.work.clock() + timedelta(minutes=10)))
    assert desk.work.slips.take_over(soon, desk.manager).held is Held.TAKEN_OVER


def test_what_this_desk_recorded_itself_is_not_taken_from_paper(desk: DeskUnderTest) -> None:
    make_known(desk.work)
    record = desk.work.desk.record(a_draft(), desk.manager)
    own = a_slip_of(desk, number=a_person().citizen_id, name=record.person.name, id=record.dose.id,
                    birth_date=str(record.person.birth_date))  # fmt: skip
    assert refusal(desk, own) == "slip-dose-ours"


def test_how_old_the_lists_are_is_known_once_both_were_read(desk: DeskUnderTest) -> None:
    certificates, now = desk.work.certificates, desk.work.clock()
    assert certificates.lists_as_of() is None
    make_known(desk.work)
    assert certificates.lists_as_of() is None
    desk.work.sync_book.apply_page("DocumentReference|national", "", (), now + timedelta(hours=1))
    assert certificates.lists_as_of() == now
