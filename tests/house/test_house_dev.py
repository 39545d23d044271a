"""dev.py: what it decides before it starts any program."""

from __future__ import annotations

from pathlib import Path

import pytest

import dev


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The command lines that dev.py would have started."""
    lines: list[tuple[str, ...]] = []

    def remember(*command: object, **_: object) -> int:
        lines.append(tuple(map(str, command)))
        return 0

    monkeypatch.setattr(dev, "run", remember)
    monkeypatch.setattr(dev, "setup", lambda tests=False: None)
    return lines


def test_an_environment_is_made_again_only_when_its_lock_changes(tmp_path: Path) -> None:
    lock = tmp_path / "some.lock"
    lock.write_text("a==1")
    first = dev.fingerprint(tmp_path, lock)
    assert dev.fingerprint(tmp_path, lock) == first
    lock.write_text("a==2")
    assert dev.fingerprint(tmp_path, lock) != first
    lock.write_text("a==1")
    assert dev.fingerprint(tmp_path / "moved", lock) != first


def test_demo_is_headless_without_a_display(started: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "has_display", lambda: False)
    dev.cmd_demo(["--out", "here"])
    monkeypatch.setattr(dev, "has_display", lambda: True)
    dev.cmd_demo([])
    assert [line[3:] for line in started] == [("demo", "--headless", "--out", "here"), ("demo",)]


def test_tests_run_even_when_lint_fails_and_the_worst_code_counts(
    started: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dev, "lint", lambda: 1)
    assert dev.cmd_test(["-k", "desk"]) == 1
    assert started[-1][1:3] == ("-m", "pytest")
    assert started[-1][-2:] == ("-k", "desk")


def test_benchmark_results_are_lines_of_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = tmp_path / "bench_nothing.py"
    bench.write_text('print("warming up")\nprint(\'{"what": "nothing", "ratio": 1.5, "aim": 2}\')\n')
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    assert dev.measure(bench) == (0, [{"what": "nothing", "ratio": 1.5, "aim": 2}])


def test_renamed_system_packages_count_as_present(monkeypatch: pytest.MonkeyPatch) -> None:
    listing = "libglib2.0-0t64 installed\nxvfb not-installed\n"

    class Answer:
        stdout = listing

    monkeypatch.setattr(dev.subprocess, "run", lambda *_, **__: Answer)
    assert dev.missing_system_parts(["libglib2.0-0", "xvfb", "cups"]) == ["xvfb", "cups"]
