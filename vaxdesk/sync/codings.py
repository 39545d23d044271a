"""From the vaccine catalogue to FHIR codings. Pure."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from vaxdesk.errors import InputRefused
from vaxdesk.models.values import VaccineCode
from vaxdesk.sync.codes import EU_PRODUCT, ICD_11, VACCINE
from vaxdesk.sync.fhir_immunization import VaccineCodings

if TYPE_CHECKING:
    from vaxdesk.models.catalogue import Catalogue


def of_catalogue(catalogue: Catalogue) -> VaccineCodings:
    """Codings by local code: local, ICD-11 and EU product as far as known. A code the catalogue lost stays, alone: a dose is never held back."""

    @cache
    def codings(code: VaccineCode) -> tuple[dict[str, str], ...]:
        try:
            vaccine = catalogue.vaccine(code)
        except InputRefused:
            return ({"system": VACCINE, "code": code},)
        known = ((ICD_11, vaccine.icd11), (EU_PRODUCT, vaccine.mp))
        local = {"system": VACCINE, "code": str(code), "display": vaccine.brand}
        return (local, *({"system": system, "code": text} for system, text in known if text))

    return codings
