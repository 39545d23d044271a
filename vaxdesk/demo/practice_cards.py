"""The practice desk's people as cards to scan, two A4 pages to cut up: what a new nurse tries scanner and screen with."""

from __future__ import annotations

from vaxdesk.demo.people import card_text
from vaxdesk.demo.practice_people import PracticePerson, practice_people
from vaxdesk.print import card_sheet
from vaxdesk.print.card_sheet import CardToScan


def render() -> bytes:
    """The sheets as PDF. Raises ProofFailed when a code cannot be read back."""
    return card_sheet.produce(tuple(_card(one) for one in practice_people()))


def _card(one: PracticePerson) -> CardToScan:
    text = card_text(one.person)
    return CardToScan(
        text[1:] if one.is_short else text, one.person.name, f"{one.person.birth_date:%d/%m/%Y}", one.situation
    )
