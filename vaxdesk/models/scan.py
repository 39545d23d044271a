"""What a scanner read: identity cards, the citizen's app, certificates, slips and lot labels. Pure; the text is never trusted.

A text is taken whole, repaired visibly (a note on the card), or refused with a sentence. Nothing is guessed silently.
"""

from __future__ import annotations

from datetime import date

from vaxdesk.errors import InputRefused, Problem, ScanError
from vaxdesk.models import citizen_id
from vaxdesk.models.scan_card import parse_card
from vaxdesk.models.scan_lot import parse_label
from vaxdesk.models.values import CardKind, CertificateText, IdentityCard, PersonDraft, Scan, SlipText

SCAN_CHARS_MAX = 4096
_TYPED_CHARS_MAX = 24
_WHITE = "\r\n\t \ufeff\x00\x02\x03"  # what scanners put around a text


def parse(untrusted_text: str, today: date) -> Scan:
    """The card, certificate, slip or label in a scanned text, or a typed number. Raises ScanError with every problem found."""
    if len(untrusted_text) > SCAN_CHARS_MAX:
        raise ScanError(Problem("scan-too-long", "scan"))
    text = untrusted_text.strip(_WHITE)
    if not text:
        raise ScanError(Problem("scan-empty", "scan"))
    if text.startswith("HC1:"):
        return CertificateText(text)
    if text.startswith("VXS1:"):
        return SlipText(text)
    if "|" in text:
        return parse_card(text, today)
    return parse_label(text) or _typed(text)


def _typed(text: str) -> IdentityCard:
    """A bare number. A short text with digits is a number gone wrong; anything else is nothing we know."""
    try:
        number = citizen_id.parse(text)
    except InputRefused as refused:
        if len(text) <= _TYPED_CHARS_MAX and any(ch.isdigit() for ch in text):
            raise ScanError(*refused.problems) from refused
        raise ScanError(Problem("scan-unknown", "scan")) from refused
    return IdentityCard(CardKind.TYPED_NUMBER, PersonDraft(citizen_id=number.digits))
