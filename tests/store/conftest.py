"""A fresh encrypted store for every test."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.builders import DeskUnderTest, a_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[DeskUnderTest]:
    made = a_desk(tmp_path)
    yield made
    made.store.close()


@pytest.fixture
def run_in_keyring(tmp_path: Path) -> Callable[[list[str]], str]:
    """Runs a command with a private, unlocked Secret Service (gnome-keyring) and gives its output."""
    if not (shutil.which("gnome-keyring-daemon") and shutil.which("dbus-run-session")):
        pytest.skip("gnome-keyring or dbus is not installed: no real Secret Service to test with")
    home = tmp_path / "keyring-home"
    folders = {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("DATA", "CONFIG", "CACHE")}
    folders["XDG_RUNTIME_DIR"] = str(home / "runtime")
    for folder in folders.values():
        Path(folder).mkdir(parents=True, mode=0o700)
    unlock = 'eval "$(printf test | gnome-keyring-daemon --unlock --components=secrets 2>/dev/null)"; exec "$@"'

    def run(command: list[str]) -> str:
        whole = ["dbus-run-session", "--", "bash", "-c", unlock, "_", *command]
        done = subprocess.run(whole, env=os.environ | folders, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout.strip()

    return run
