"""What the house tests look at: the files under version control and the code as syntax trees."""

from __future__ import annotations

import ast
import json
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("vaxdesk", "vaxplatform")
CLASS_OR_FUNCTION = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def project_files() -> tuple[Path, ...]:
    """Every file that is, or would be, under version control; without git, all that is no build product."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    names = set(listed.stdout.split("\0")) - {""} if listed.returncode == 0 else set(walked())
    return tuple(path for name in sorted(names) if (path := ROOT / name).is_file())


def walked() -> Iterator[str]:
    for path in ROOT.rglob("*"):
        parts = path.relative_to(ROOT).parts
        if not any(part.startswith(".venv") or part.endswith(("_cache", "__pycache__")) for part in parts):
            yield "/".join(parts)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def sources(package: str) -> tuple[Path, ...]:
    return tuple(path for path in project_files() if path.suffix == ".py" and path.is_relative_to(ROOT / package))


@cache
def written_tests() -> tuple[Path, ...]:
    under = ROOT / "tests"
    return tuple(
        path
        for path in project_files()
        if path.is_relative_to(under) and path.suffix == ".py" and path.name.startswith("test_")
    )


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=name_of(path))


def functions() -> Iterator[tuple[str, int]]:
    """Every function of both packages as (where, lines from def to its last line)."""
    for path in (path for package in PACKAGES for path in sources(package)):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, Function):
                yield f"{name_of(path)}:{node.lineno} {node.name}", (node.end_lineno or 0) - node.lineno + 1


@cache
def sentences(language: str) -> dict[str, dict[str, str]]:
    """{area: {code: template}} of a language."""
    folder = ROOT / "resources" / "sentences" / language
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))}


@cache
def spoken(language: str) -> dict[str, str]:
    """{code: template} of a language, all areas together."""
    return {code: text for area in sentences(language).values() for code, text in area.items()}
