"""Rooms stay small enough to be read in one sitting."""

from __future__ import annotations

import ast
from statistics import median

from house import PACKAGES, ROOT, functions, name_of, sources, tree_of, written_tests

FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 60
FUNCTION_LINES_MEDIAN_MAX = 12


def test_no_file_is_longer_than_400_lines() -> None:
    code = [path for package in PACKAGES for path in sources(package)]
    assert code
    lines = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in code}
    assert {name: count for name, count in lines.items() if count > FILE_LINES_MAX} == {}


def test_no_function_is_longer_than_60_lines() -> None:
    assert {where: lines for where, lines in functions() if lines > FUNCTION_LINES_MAX} == {}


def test_most_functions_are_short() -> None:
    assert median(lines for _, lines in functions()) <= FUNCTION_LINES_MEDIAN_MAX


def test_every_module_says_what_it_is_for() -> None:
    code = [path for package in PACKAGES for path in sources(package) if path.stat().st_size]
    assert [name_of(path) for path in code if not ast.get_docstring(tree_of(path))] == []


# DESIGN: "The house"
ROOMS = {
    "vaxdesk": ("__main__ app cli errors paths settings keys logs messages", ".py"),
    "vaxdesk/models": ("citizen_id scan schedule values tables db outbox", ".py"),
    "vaxdesk/sync": ("client fhir policy engine pull runner enrolment", ".py"),
    "vaxdesk/print": ("hcert certificate proof", ".py"),
    "vaxdesk/ui": ("", ""),
    "vaxdesk/demo": ("people story", ".py"),
    "vaxplatform": ("cli", ".py"),
    "resources/sentences": ("vi en", ""),
    "docs": ("adr sync-contract.md test-plan.md", ""),
    ".": ("tests benchmarks dev.py pyproject.toml README.md CHANGELOG.md", ""),
}


def test_the_tree_has_the_rooms_of_the_design() -> None:
    """A room may be one module or, when it grew, a package of the same name."""
    wanted = [f"{room}/{name}{kind}" for room, (names, kind) in ROOMS.items() for name in names.split() or [""]]
    assert [path for path in wanted if not ((ROOT / path).exists() or (ROOT / path.removesuffix(".py")).is_dir())] == []


def test_tests_have_one_name_each() -> None:
    """pytest imports test files by their bare name."""
    names = [path.name for path in written_tests()]
    assert sorted(name for name in set(names) if names.count(name) > 1) == []
