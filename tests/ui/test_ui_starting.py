"""What a start may not wait for: the parts of network, paper and the command line are loaded after the window is painted."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from conftest import Bench

LATER = {"requests", "urllib3", "reportlab", "pypdfium2", "PIL", "qrcode", "zxingcpp", "numpy", "cwt", "keyring"}
LOADED = "import json, sys, vaxdesk.cli, vaxdesk.app, vaxdesk.ui.window; print(json.dumps(sorted(sys.modules)))"


def test_the_window_is_loaded_without_network_paper_and_commands() -> None:
    told = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True, timeout=60).stdout
    loaded = set(json.loads(told))
    assert not LATER & loaded
    assert "vaxdesk.cli.records" not in loaded


def test_the_sync_thread_begins_by_itself_after_the_window_is_shown(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[bool] = []
    monkeypatch.setattr(bench.runner, "start", lambda: started.append(bench.window.isVisible()))
    bench.opened.show()
    assert started == []
    bench.qtbot.waitUntil(lambda: bool(started), timeout=10_000)
    bench.settle()
    assert started == [True]


def test_a_window_closed_at_once_starts_no_sync_thread(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[bool] = []
    monkeypatch.setattr(bench.runner, "start", lambda: started.append(True))
    bench.opened.show()
    bench.opened.close()
    assert not bench.opened._painted.isActive()
    assert started == []
