"""What makes a desk a practice desk. That is a property of its store, not of how the program was called: the enrolment names no address that
anything could be sent to, and whoever opens such a store gets marked papers and no network.
"""

from __future__ import annotations

from pathlib import Path

from vaxdesk.models.exchange import Enrolment

FOLDER, MARKER = "training", "training.json"
BASE = "training:"  # no address: the wire refuses it before anything is sent
PIN = "1357"
PASSPHRASE = "kho luyện tập, không có bí mật nào"  # noqa: S105  nothing here is secret
MARK = "LUYỆN TẬP – không phải dữ liệu thật"


def training_folder(data: Path) -> Path:
    """The practice desk's own folder, beside the real one's files."""
    return data / FOLDER


def is_training_folder(folder: Path) -> bool:
    """Whether a folder says that it was made for practice; only its store proves it."""
    return (folder / MARKER).is_file()


def practice_enrolment() -> Enrolment:
    """An enrolment with nobody."""
    return Enrolment(BASE, BASE, "", "none")


def is_practice(enrolment: Enrolment | None) -> bool:
    """Whether a store belongs to a practice desk."""
    return enrolment is not None and enrolment.fhir_base == BASE
