"""The few questions only the system can ask; one replaceable function each."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget


def choose_new_file(parent: QWidget, title: str, proposed: str, kinds: str) -> Path | None:
    """Where to save; None when the person changed their mind."""
    chosen, _ = QFileDialog.getSaveFileName(parent, title, str(Path.home() / proposed), kinds)
    return Path(chosen) if chosen else None


def choose_folder(parent: QWidget, title: str) -> Path | None:
    """An existing folder, such as a USB stick; None when the person changed their mind."""
    chosen = QFileDialog.getExistingDirectory(parent, title, str(Path.home()))
    return Path(chosen) if chosen else None


def choose_file(parent: QWidget, title: str, kinds: str) -> Path | None:
    """An existing file; None when the person changed their mind."""
    chosen, _ = QFileDialog.getOpenFileName(parent, title, str(Path.home()), kinds)
    return Path(chosen) if chosen else None
