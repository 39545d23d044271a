"""The vaccine catalogue: products, codes and packs from resources/vaccines.json, read once, frozen.

Every product carries its sources with their marks: [A] primary text read, [B] press or legal portal, [C] weak, [GK] general
knowledge. Codes of the EU value sets stand beside it in resources/value_sets.json.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Any

from vaxdesk.errors import InputRefused, Problem
from vaxdesk.models.values import VaccineCode
from vaxdesk.paths import resource

SOURCED = ("codes", "licence", "packs", "doses")  # what each product must name a source for


@dataclass(frozen=True, slots=True)
class Vaccine:
    """One product. `family` groups products that count as the same vaccine; `doses_per_vial` has the usual size first;
    `open_vial_hours` is None where nobody published it; volumes are ml; `licensed_from` is the Vietnamese approval."""

    code: VaccineCode
    family: str
    brand: str
    display_vi: str
    display_en: str
    manufacturer: str
    icd11: str
    mp: str
    ma: str
    vp: str
    dose_ml: float
    booster_dose_ml: float
    doses_per_vial: tuple[int, ...]
    open_vial_hours: float | None
    storage_text: str
    licensed_from: date
    primary_doses: int
    aliases: tuple[str, ...]
    sources: Mapping[str, str]
    variant_of: str = ""

    def display(self, language: str = "vi") -> str:
        """The name for lists and forms."""
        return self.display_en if language == "en" else self.display_vi


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All products, in the order of the file, and the EU value sets {set: {code: display}}."""

    vaccines: tuple[Vaccine, ...]
    value_sets: Mapping[str, Mapping[str, str]]
    _by_alias: Mapping[str, Vaccine]

    def vaccine(self, code_or_alias: str) -> Vaccine:
        """The product a code, brand, common name, EU `mp` or ICD-11 code stands for, in any case and spacing.

        Raises InputRefused with Problem `vaccine-unknown`.
        """
        found = self._by_alias.get(_folded(code_or_alias))
        if found is None:
            raise InputRefused(Problem("vaccine-unknown", "vaccine", params={"given": code_or_alias.strip()[:40]}))
        return found

    def licensed_on(self, day: date) -> tuple[Vaccine, ...]:
        """The products that were approved by a day: what a list of choices shows."""
        return tuple(vaccine for vaccine in self.vaccines if vaccine.licensed_from <= day)

    def meaning(self, value_set: str, code: str) -> str:
        """The display text of a code of an EU value set (`mp`, `ma`, `vp`, `tg`); an unknown code stays as it is."""
        return self.value_sets.get(value_set, {}).get(code, code)


@cache
def load() -> Catalogue:
    """The catalogue, read once."""
    rows = json.loads(resource("vaccines.json").read_text(encoding="utf-8"))["vaccines"]
    sets = json.loads(resource("value_sets.json").read_text(encoding="utf-8"))["sets"]
    return build(rows, sets)


def build(rows: Iterable[Mapping[str, Any]], value_sets: Mapping[str, Mapping[str, str]]) -> Catalogue:
    """A catalogue from parsed JSON. Raises ValueError for an ambiguous alias, a bad code or a missing source."""
    vaccines = tuple(_vaccine(row) for row in rows)
    frozen_sets = {name: MappingProxyType(dict(codes)) for name, codes in value_sets.items()}
    return Catalogue(vaccines, MappingProxyType(frozen_sets), MappingProxyType(_aliases(vaccines)))


def _vaccine(row: Mapping[str, Any]) -> Vaccine:
    code = str(row["code"])
    if not (code.isascii() and code == code.upper() and code.strip()):
        raise ValueError(f"vaccine code {code!r} is not upper-case ASCII")
    if missing := [name for name in SOURCED if not row["sources"].get(name, "").startswith("[")]:
        raise ValueError(f"{code}: no marked source for {', '.join(missing)}")
    facts = dict(row)
    facts.update(
        doses_per_vial=tuple(row["doses_per_vial"]),
        licensed_from=date.fromisoformat(row["licensed_from"]),
        aliases=tuple(row["aliases"]),
        sources=MappingProxyType(dict(row["sources"])),
    )
    return Vaccine(**facts)


def _aliases(vaccines: Iterable[Vaccine]) -> dict[str, Vaccine]:
    """Every name to its product. A variant (a children's pack) leaves the shared codes to the main product."""
    found: dict[str, Vaccine] = {}
    for vaccine in vaccines:
        names = {vaccine.code, vaccine.brand, vaccine.display_vi, vaccine.display_en, *vaccine.aliases}
        if not vaccine.variant_of:
            names |= {vaccine.mp, vaccine.icd11}
        for name in {_folded(name) for name in names}:
            if found.setdefault(name, vaccine) is not vaccine:
                raise ValueError(f"{name!r} names both {found[name].code} and {vaccine.code}")
    return found


def _folded(name: str) -> str:
    """Case, spaces, hyphens and underscores do not matter in a name."""
    plain = unicodedata.normalize("NFC", name).casefold()
    return "".join(character for character in plain if not character.isspace() and character not in "-_")
