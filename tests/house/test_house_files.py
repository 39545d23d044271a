"""What may not stand in any file of the project, and what its documents promise."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest
from house import PACKAGES, ROOT, name_of, project_files, sources, tree_of, written_tests

import dev

LOCKS = ("requirements.lock", "requirements-dev.lock", "tests/requirements-peer.lock")
LOCK_LINE = re.compile(
    r"(?P<pin>[A-Za-z0-9._-]+(\[[a-z,]+\])?==\S+( ; [^\\]+)? \\)|(    --hash=sha256:[0-9a-f]{64}( \\)?)"
)
PERSONAL_FOLDER = re.compile(r"(/home/|/Users/|C:\\+Users\\+|/root/)[\w.]")
TEXT_KINDS = {".py", ".md", ".toml", ".json", ".lock", ".qss", ".ts", ".txt", ".yaml", ".yml", ".sh", ".svg", ""}


def texts() -> list[tuple[str, str]]:
    """(name, content) of every text file but this one, which has to spell out what it forbids."""
    files = [path for path in project_files() if path.suffix in TEXT_KINDS and path != Path(__file__).resolve()]
    return [(name_of(path), path.read_text(encoding="utf-8")) for path in files]


@pytest.mark.parametrize("lock", LOCKS)
def test_locks_hold_versions_and_hashes_and_nothing_else(lock: str) -> None:
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not LOCK_LINE.fullmatch(line)] == []
    assert sum(1 for line in lines if "==" in line and "--hash" not in line) > 20


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    lock = (ROOT / "requirements-dev.lock").read_text(encoding="utf-8")
    locked = {plain(name) for name in re.findall(r"^([A-Za-z0-9._-]+)(?:\[.*\])?==", lock, re.M)}
    assert {plain(re.split(r"[^A-Za-z0-9._-]", wish)[0]) for wish in declared} - locked == set()


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_no_path_of_a_machine_is_written_down() -> None:
    here = str(ROOT.parent) + "/"
    guilty = [name for name, text in texts() if PERSONAL_FOLDER.search(text) or (len(here) > 3 and here in text)]
    assert guilty == []


def test_no_package_host_is_written_down() -> None:
    hosts = re.compile("|".join(("pypi" + r"\.org", "python" + "hosted", "index" + "-url")))
    assert [name for name, text in texts() if hosts.search(text)] == []


def test_the_program_never_prints_by_itself() -> None:
    """Output goes through cli's own writers; a stray print would break --json."""
    guilty = [
        f"{name_of(path)}:{node.lineno}"
        for package in PACKAGES
        for path in sources(package)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert guilty == []


def test_no_bare_except() -> None:
    guilty = [
        f"{name_of(path)}:{node.lineno}"
        for package in PACKAGES
        for path in sources(package)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ExceptHandler) and node.type is None
    ]
    assert guilty == []


def test_documented_commands_exist() -> None:
    documents = [path for path in project_files() if path.suffix == ".md" or name_of(path) == ".ci/run"]
    named = {
        word
        for path in documents
        for word in re.findall(r"python3? dev\.py ([a-z]+)", path.read_text(encoding="utf-8"))
    }
    assert named - dev.COMMANDS.keys() == set()


@pytest.mark.parametrize("command", ["python3 dev.py demo", "python3 dev.py test"])
def test_readme_names_the_two_commands(command: str) -> None:
    assert command in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_build_machine_runs_the_readmes_test_command() -> None:
    script = ROOT / ".ci" / "run"
    text = script.read_text(encoding="utf-8")
    assert "set -euo pipefail" in text
    assert text.rstrip().endswith("python3 dev.py test")
    assert script.stat().st_mode & 0o100


def test_dev_help_lists_every_command() -> None:
    listed = re.findall(r"^([a-z]+) {2,}", dev.__doc__ or "", re.M)
    assert listed == list(dev.COMMANDS)


def test_the_test_plan_names_tests_that_exist() -> None:
    named = set(re.findall(r"`(test_\w+)`", (ROOT / "docs" / "test-plan.md").read_text(encoding="utf-8")))
    written = {
        node.name for path in written_tests() for node in ast.walk(tree_of(path)) if isinstance(node, ast.FunctionDef)
    }
    assert named
    assert named - written == set()


def test_the_test_plan_has_every_failure_class_once() -> None:
    rows = re.findall(r"^\| (\d+) \|", (ROOT / "docs" / "test-plan.md").read_text(encoding="utf-8"), re.M)
    assert [int(row) for row in rows] == list(range(1, 21))


def test_links_between_documents_lead_somewhere() -> None:
    broken = [
        f"{name_of(path)} -> {target}"
        for path in project_files()
        if path.suffix == ".md"
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text(encoding="utf-8"))
        if "://" not in target and not (path.parent / target).exists()
    ]
    assert broken == []
