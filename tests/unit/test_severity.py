"""How bad a reaction is: what the signs speak for (annex II of 51/2017/TT-BYT)."""

from __future__ import annotations

import pytest

from vaxdesk.models.aftercare import Severity, Sign, proposed_severity


@pytest.mark.parametrize(
    ("signs", "proposed"),
    [
        ((), Severity.COMMON),
        ((Sign.FEVER, Sign.PAIN, Sign.NAUSEA, Sign.DIZZINESS), Severity.COMMON),
        ((Sign.VOMITING,), Severity.COMMON),
        ((Sign.RASH, Sign.FEVER), Severity.GRADE_1),
        ((Sign.BREATHING,), Severity.GRADE_2),
        ((Sign.RASH, Sign.VOMITING), Severity.GRADE_2),
        ((Sign.BLOOD_PRESSURE,), Severity.GRADE_3),
        ((Sign.RASH, Sign.UNCONSCIOUS), Severity.GRADE_3),
    ],
)
def test_the_worst_organ_decides(signs: tuple[Sign, ...], proposed: Severity) -> None:
    assert proposed_severity(signs) is proposed


def test_another_sign_never_makes_it_milder() -> None:
    order = list(Severity)
    for first in Sign:
        for second in Sign:
            alone, both = proposed_severity((first,)), proposed_severity((first, second))
            assert order.index(both) >= order.index(alone)
