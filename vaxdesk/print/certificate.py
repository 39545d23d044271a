"""The documents, rendered: a sheet and a paper size in, the bytes of a one-page PDF out. The same sheet gives the same bytes."""

from __future__ import annotations

from vaxdesk.print import confirmation, electronic, proof, slip_page, slip_roll
from vaxdesk.print.sheets import ConfirmationSheet, ElectronicSheet, SlipSheet


def render_confirmation(sheet: ConfirmationSheet, paper: str = "A4") -> bytes:
    """The paper confirmation on A4 or A5. Raises ProofFailed, PrintError; then there is no page."""
    return confirmation.render(sheet, paper)


def render_certificate(sheet: ElectronicSheet, paper: str = "A4") -> bytes:
    """The electronic certificate on A4 or A5. Raises ProofFailed, PrintError; then there is no page."""
    return electronic.render(sheet, paper)


def render_slip(sheet: SlipSheet, paper: str = "A6") -> bytes:
    """The dose slip on A6, A5, A4 or a roll (80mm, 58mm). Raises ProofFailed, PrintError; then there is no page."""
    return slip_roll.render(sheet, paper) if paper in slip_roll.ROLLS else slip_page.render(sheet, paper)


def dpi_of(paper: str) -> int:
    """How finely what prints on that paper prints."""
    return slip_roll.DPI if paper in slip_roll.ROLLS else proof.DPI
