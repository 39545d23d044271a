"""Lists that open with a password, as the office program of whoever receives one opens them."""

from __future__ import annotations

import io
from pathlib import Path

import msoffcrypto
from openpyxl import load_workbook

PASSWORD = "ngày-nắng-2021"


def opened(path: Path, password: str = PASSWORD) -> list[list[str]]:
    """The rows below the headings. Raises msoffcrypto.exceptions.InvalidKeyError for another password."""
    with path.open("rb") as file:
        office = msoffcrypto.OfficeFile(file)
        office.load_key(password=password, verify_password=True)
        plain = io.BytesIO()
        office.decrypt(plain)
    sheet = load_workbook(plain).worksheets[0]
    return [[str(cell or "") for cell in row] for row in sheet.iter_rows(min_row=4, values_only=True)]
