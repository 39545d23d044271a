"""What a scanner read: identity cards, the citizen's app, certificates, slips and lot labels. Pure; the text is never trusted.

A text is taken whole, repaired visibly (a note on the card), or refused with a sentence. Nothing is guessed silently.
"""

from __future__ import annotations

import re
from datetime import date

from vaxdesk.errors import InputRefused, Problem, ScanError
from vaxdesk.models import citizen_id
from vaxdesk.models.scan_card import parse_card
from vaxdesk.models.scan_diagnosis import CODES
from vaxdesk.models.scan_lot import parse_label
from vaxdesk.models.text_repair import case_put_right
from vaxdesk.models.values import CardKind, CertificateText, IdentityCard, PersonDraft, Scan, SlipText

SCAN_CHARS_MAX = 4096
_TYPED_CHARS_MAX = 24
_SYMBOLOGY = re.compile(
    r"^\][A-Za-z]\d"
)  # what some readers put before the text to say which kind of code it was (ISO/IEC 15424)
_WHITE = "\r\n\t \ufeff\x00\x02\x03"  # what scanners put around a text


def parse(untrusted_text: str, today: date) -> Scan:
    """The card, certificate, slip or label in a scanned text, or a typed number. Raises ScanError with every problem found."""
    if len(untrusted_text) > SCAN_CHARS_MAX:
        raise ScanError(Problem("scan-too-long", "scan"))
    text = _bare(untrusted_text)
    if not text:
        raise ScanError(Problem("scan-empty", "scan"))
    if text in CODES:
        raise ScanError(Problem("scan-test-code", "scan"))
    if text.startswith("HC1:"):
        return CertificateText(text)
    if text.startswith("VXS1:"):
        return SlipText(text)
    if "|" in text:
        return parse_card(text, today)
    return parse_label(text) or _typed(text)


def _bare(untrusted_text: str) -> str:
    """Without what readers put around a text, and with Caps Lock undone where the text shows that it was on."""
    text = untrusted_text.strip(_WHITE)
    text = _SYMBOLOGY.sub("", text, count=1) if text.startswith("]") else text
    return case_put_right(text) if text[:5].lower().startswith(("hc1:", "vxs1:")) else text


def _typed(text: str) -> IdentityCard:
    """A bare number. A short text with digits is a number gone wrong; anything else is nothing we know."""
    try:
        number = citizen_id.parse(text)
    except InputRefused as refused:
        if len(text) <= _TYPED_CHARS_MAX and any(ch.isdigit() for ch in text):
            raise ScanError(*refused.problems) from refused
        raise ScanError(Problem("scan-unknown", "scan")) from refused
    return IdentityCard(CardKind.TYPED_NUMBER, PersonDraft(citizen_id=number.digits))
