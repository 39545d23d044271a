"""The few questions only the system can ask; one replaceable function each."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget


def choose_new_file(parent: QWidget, title: str, proposed: str, kinds: str) -> Path | None:
    """Where to save; None when the person changed their mind."""
    chosen, _ = QFileDialog.getSaveFileName(parent, title, str(Path.home() / proposed), kinds)
    return Path(chosen) if chosen else None
