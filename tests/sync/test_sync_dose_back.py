"""What a desk wrote is read back as it was: the way of a restored desk, and of a dispute."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.builders import NOON
from support.sync_bench import some_codings

from vaxdesk.models.exchange import Source
from vaxdesk.models.values import (
    VIETNAM,
    CitizenId,
    DeviceId,
    Dose,
    DoseId,
    DoseStatus,
    PersonId,
    Screening,
    Series,
    SiteCode,
    StaffId,
    VaccineCode,
)
from vaxdesk.sync.canonical import content_hash
from vaxdesk.sync.fhir_dose import dose_of
from vaxdesk.sync.fhir_history import other_dose
from vaxdesk.sync.fhir_immunization import immunization

ours = PersonId("1f0c3b52-8f0e-4a6b-9d57-0c4c7f1d2a30")
A_DOSE = Dose(
    id=DoseId("7d2f8c1e-5b3a-4e9f-8a61-2c9b0d4e5f60"),
    revision=1,
    person_id=ours,
    citizen_id=CitizenId("001090000123"),
    status=DoseStatus.COMPLETED,
    screening=Screening.ELIGIBLE,
    vaccine=VaccineCode("COMIRNATY"),
    lot="FL4574",
    expiry=date(2022, 2, 28),
    dose_number=1,
    series=Series.PRIMARY,
    series_doses=2,
    dose_ml=0.3,
    body_site="LA",
    occurred_at=NOON.replace(second=7),
    recorded_at=NOON.replace(second=9),
    recorder_id=StaffId("5f7f9f7e-0000-4000-8000-000000000001"),
    recorder="Phạm Thị Lan",
    injector="Lê Thị Mai",
    device_id=DeviceId("0d9c6a1b-1111-4222-8333-444455556666"),
    epoch=1,
    sequence=41,
    site=SiteCode("79-Q10-P05"),
    site_name="Trạm Y tế Phường 5",
)
moments = st.datetimes(datetime(2021, 3, 9), datetime(2030, 1, 1)).map(
    lambda at: at.replace(microsecond=0, tzinfo=VIETNAM)
)
words = st.text(st.sampled_from("abcđĂỳẫ .-'<&"), min_size=1, max_size=30).map(lambda t: " ".join(t.split()) or "x")
given_doses = st.builds(
    replace,
    st.just(A_DOSE),
    revision=st.integers(1, 99),
    dose_number=st.integers(1, 9),
    series=st.sampled_from(Series),
    dose_ml=st.sampled_from([0.1, 0.2, 0.25, 0.3, 0.5]),
    body_site=st.sampled_from(["LA", "RA", "LT", "RT"]),
    screening=st.sampled_from([Screening.ELIGIBLE, Screening.CAUTION]),
    occurred_at=moments,
    recorded_at=moments,
    injector=words,
    reason=words,
    override_reason=words,
    epoch=st.integers(1, 9999),
    sequence=st.integers(1, 10**8),
)
not_given = st.builds(
    replace,
    st.just(replace(A_DOSE, status=DoseStatus.NOT_DONE, dose_ml=0.0)),
    screening=st.sampled_from([s for s in Screening if not s.lets_inject]),
    lot=st.sampled_from(["", "FL4574"]),
    expiry=st.sampled_from([None, date(2022, 2, 28)]),
)


def stored(dose: Dose, version: str = "3") -> dict[str, Any]:
    resource = immunization(dose, "Patient/9", some_codings)
    return resource | {"meta": resource["meta"] | {"versionId": version, "lastUpdated": "2021-11-12T03:41:00Z"}}


@given(given_doses | not_given)
def test_a_dose_comes_back_as_it_went(dose: Dose) -> None:
    back = dose_of(stored(dose), ours)
    assert back == dose
    assert back is not None
    assert content_hash(stored(back)) == content_hash(stored(dose))


def test_one_entered_in_error_comes_back() -> None:
    dose = replace(A_DOSE, status=DoseStatus.ENTERED_IN_ERROR, revision=2, reason="ghi nhầm người")
    assert dose_of(stored(dose), ours) == dose


@pytest.mark.parametrize(
    "part", ["extension", "performer", "patient", "protocolApplied", "vaccineCode", "status", "meta", "id"]
)
@pytest.mark.parametrize("odd", [None, [], {}, "x", 7, [None], [{}]])
def test_what_no_desk_wrote_is_no_dose_of_ours(part: str, odd: Any) -> None:
    assert dose_of(stored(A_DOSE) | {part: odd}, ours) is None or odd in ("x",)


def test_a_dose_of_another_system_is_history_all_the_same() -> None:
    plain = {
        "resourceType": "Immunization",
        "id": "42",
        "meta": {"versionId": "1"},
        "status": "completed",
        "vaccineCode": {"coding": [{"system": "http://snomed.info/sct", "code": "1119349007"}], "text": "Vắc xin mRNA"},
        "patient": {"identifier": {"system": "urn:vn:cccd", "value": "001090000123"}},
        "occurrenceDateTime": "2021-08-01",
    }
    found = other_dose(plain, NOON, Source.PLATFORM)
    assert found is not None
    assert (found.vaccine, found.vaccine_text, found.dose_number) == ("", "Vắc xin mRNA", 1)
    assert found.occurred_at == datetime(2021, 8, 1, tzinfo=VIETNAM)
    assert dose_of(plain, ours) is None


@pytest.mark.parametrize("part", ["patient", "status", "occurrenceDateTime", "meta", "id", "vaccineCode"])
def test_history_without_what_matters_is_passed_over(part: str) -> None:
    assert other_dose({k: v for k, v in stored(A_DOSE).items() if k != part}, NOON, Source.SITE) is None
