"""Everything a developer or a build machine does here, with nothing but Python: python3 dev.py COMMAND.

setup    make .venv from the locked requirements and install the project into it, editable
demo     the whole story on made-up people (further arguments go to `vaxdesk demo`)
test     lint, then every test (further arguments go to pytest); the last lines are pytest's own summary
lint     ruff format and check, mypy --strict, import directions
bench    every benchmarks/bench_*.py, then their ratios to the floor measured beside them
soak     desks, platform and everything that goes wrong, in ever new stories, until a time is over: [--minutes N] [--seed S]
build    the wheel, installed into an empty environment and started, to prove that it is whole
shots    a picture of every page in both languages, into shots/
lock     the requirement locks again, after a change in pyproject.toml
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import os
import platform
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
OLDEST_PYTHON = (3, 11)
VENV = ROOT / ".venv"
PEER_VENV = ROOT / ".venv-peer"
IN_TWO = ("--numprocesses=2", "--dist=loadfile")  # a file stays together: what it starts once serves all its tests
DEV_LOCK = ROOT / "requirements-dev.lock"
RUN_LOCK = ROOT / "requirements.lock"
PEER_LOCK = ROOT / "tests" / "requirements-peer.lock"
SOAK_TEST = "tests/sync/test_sync_world.py"
SOAK_STORIES, SOAK_STEPS = 60, 50
PEER_REQUIREMENTS = ("sekmet-fhir==0.1.1", "opencv-python-headless==5.0.0.93", "pyzbar==0.1.9")

# Debian's names. Qt's own wheels bring everything but these.
WINDOW_PARTS = [
    "libegl1",
    "libgl1",
    "libxkbcommon0",
    "libxkbcommon-x11-0",
    "libdbus-1-3",
    "libxcb-cursor0",
    "libxcb-icccm4",
    "libxcb-keysyms1",
    "libxcb-shape0",
    "libxcb-image0",
    "libxcb-render-util0",
    "libxcb-xkb1",
    "libxcb-randr0",
    "libxcb-xinerama0",
    "libfontconfig1",
    "libglib2.0-0",
    "libpulse0",
]
TEST_PARTS = [
    "xvfb",
    "xdotool",
    "openbox",
    "gnome-keyring",
    "dbus",
    "cups",
    "cups-client",
    "printer-driver-cups-pdf",
    "chromium",  # the citizen's page
    "chromium-driver",
    "softhsm2",  # a token for the head of site's key
    "ghostscript",
    "poppler-utils",
    "postgresql",
    "libzbar0",
]


# --- running programs


def say(text: str) -> None:
    """A line of our own, kept in order with the output of the programs we start."""
    print(text, flush=True)


def run(*command: str | Path, env: dict[str, str] | None = None, cwd: Path = ROOT) -> int:
    """Run a program in the foreground; its exit code."""
    words = [str(word) for word in command]
    say("$ " + " ".join(words).replace(str(ROOT) + os.sep, "").replace(str(ROOT), "."))
    return subprocess.run(words, cwd=cwd, env={**os.environ, **(env or {})}, check=False).returncode


def need(*command: str | Path, env: dict[str, str] | None = None, cwd: Path = ROOT) -> None:
    """Run a program that everything after it depends on; stop when it fails."""
    code = run(*command, env=env, cwd=cwd)
    if code:
        raise SystemExit(f"dev.py: {Path(command[0]).name} failed with exit code {code}")


def in_venv(folder: Path, program: str) -> Path:
    """A program of a virtual environment, on any system."""
    windows = os.name == "nt"
    return folder / ("Scripts" if windows else "bin") / (program + (".exe" if windows else ""))


def python() -> Path:
    return in_venv(VENV, "python")


def has_display() -> bool:
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def qt_env() -> dict[str, str]:
    """Qt draws into memory where there is no display."""
    return {} if has_display() else {"QT_QPA_PLATFORM": "offscreen"}


# --- setting up


def missing_system_parts(names: Sequence[str]) -> list[str]:
    """Which of these Debian packages are absent. Newer releases renamed some to <name>t64."""
    asked = [*names, *(f"{name}t64" for name in names)]
    listing = subprocess.run(
        ["dpkg-query", "-W", "-f=${Package} ${db:Status-Status}\\n", *asked],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    there = {line.split()[0] for line in listing.splitlines() if line.endswith(" installed")}
    return [name for name in names if not {name, f"{name}t64"} & there]


def system_parts(names: Sequence[str]) -> None:
    """Install missing system libraries where we may; elsewhere say which are needed. Never stops the set-up."""
    if not sys.platform.startswith("linux"):
        return
    if not shutil.which("dpkg-query"):
        say("Needed from your distribution (Debian's names): " + " ".join(names))
        return
    missing = missing_system_parts(names)
    if not missing:
        return
    install = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    if os.geteuid() != 0:
        say("Missing system parts. Please run:\n  sudo " + " ".join(install))
        return
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    if run(*install, env=quiet) and (run("apt-get", "update", env=quiet) or run(*install, env=quiet)):
        say("dev.py: some system parts could not be installed; what needs them will say so")


def fingerprint(folder: Path, *files: Path) -> str:
    """Changes whenever an environment made from these files would differ."""
    digest = hashlib.sha256(f"{folder}\n{sys.version_info[:2]}\n".encode())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def environment(folder: Path, lock: Path, *also: Path, project: bool = False) -> None:
    """Make or refresh a virtual environment from a hash lock; nothing to do when its stamp still fits."""
    stamp, wanted = folder / "setup.stamp", fingerprint(folder, lock, *also)
    program = in_venv(folder, "python")
    if program.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    if not program.exists():
        say(f"Making {folder.name} with Python {platform.python_version()}")
        venv.create(folder, with_pip=True, clear=folder.exists())
    pip = (program, "-m", "pip", "install", "-q", "--disable-pip-version-check")
    need(*pip, "--require-hashes", "-r", lock)
    if project:
        need(*pip, "--no-deps", "--no-build-isolation", "-e", ROOT)
    stamp.write_text(wanted, encoding="utf-8")


def setup(tests: bool = False) -> None:
    """Everything a fresh machine needs; quick when it is already there."""
    python_parts = [] if importlib.util.find_spec("ensurepip") else [f"python3.{sys.version_info[1]}-venv"]
    system_parts([*python_parts, *WINDOW_PARTS, *(TEST_PARTS if tests else ())])
    environment(VENV, DEV_LOCK, ROOT / "pyproject.toml", project=True)
    if tests and sys.platform.startswith("linux"):
        environment(PEER_VENV, PEER_LOCK)


# --- commands: each takes the words after it and gives an exit code


def cmd_setup(_rest: list[str]) -> int:
    setup()
    say("Ready: " + str(python().relative_to(ROOT)))
    return 0


def cmd_demo(rest: list[str]) -> int:
    setup()
    headless = [] if has_display() or "--headless" in rest else ["--headless"]
    return run(python(), "-m", "vaxdesk", "demo", *headless, *rest, env=qt_env())


def cmd_lint(_rest: list[str]) -> int:
    setup()
    return lint()


def lint() -> int:
    """Every check, also after one has failed; the worst exit code."""
    return max(
        run(in_venv(VENV, "ruff"), "format", "--check", "."),
        run(in_venv(VENV, "ruff"), "check", "."),
        run(in_venv(VENV, "mypy")),
        run(in_venv(VENV, "lint-imports")),
    )


def cmd_test(rest: list[str]) -> int:
    setup(tests=True)
    linted = lint()
    if linted:
        say("dev.py: lint found something (above); the tests run all the same")
    options = ("--hypothesis-profile=ci", "--continue-on-collection-errors", *IN_TWO)
    tested = run(python(), "-m", "pytest", *options, *rest, env=qt_env())
    return max(linted, tested)


def cmd_bench(rest: list[str]) -> int:
    setup()
    benches = sorted((ROOT / "benchmarks").glob("bench_*.py"))
    chosen = [bench for bench in benches if not rest or any(word in bench.stem for word in rest)]
    codes, measured = [0], []
    for bench in chosen:
        code, found = measure(bench)
        codes.append(code)
        measured += found
    say("\nratio   aim   what")
    for row in measured:
        ratio, aim = float(str(row["ratio"])), float(str(row.get("aim", "inf")))
        say(f"{ratio:5.2f} {aim:5.2f}   {row.get('what', '?')}{'' if ratio <= aim else '   MISSED'}")
    return max(codes)


def measure(bench: Path) -> tuple[int, list[dict[str, object]]]:
    """Run one benchmark. Its lines that are JSON objects with a "ratio" (beside "what" and "aim") are results."""
    say(f"\n$ {bench.relative_to(ROOT)}")
    rows = []
    command, env = [str(python()), str(bench)], {**os.environ, **qt_env()}
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True, encoding="utf-8") as running:
        for line in running.stdout or ():
            say(line.rstrip())
            if line.startswith("{") and '"ratio"' in line:
                rows.append(json.loads(line))
    return running.returncode, rows


def cmd_soak(rest: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="dev.py soak")
    parser.add_argument("--minutes", type=float, default=60.0, help="begin no new round after this long (60)")
    parser.add_argument("--seed", type=int, default=None, help="of the first round; a random one otherwise")
    parser.add_argument("--stories", type=int, default=SOAK_STORIES, help="in a round; the same number repeats a round")
    parser.add_argument("--steps", type=int, default=SOAK_STEPS, help="in a story, at most")
    asked = parser.parse_args(rest)
    setup()
    until, stories = time.monotonic() + asked.minutes * 60, 0
    seed = secrets.randbelow(2**32) if asked.seed is None else asked.seed
    while not soak(seed, asked.stories, asked.steps):
        stories += asked.stories
        if time.monotonic() >= until:
            say(f"Soaked: {stories} stories, nothing lost, doubled or falsely green")
            return 0
        seed = (seed + 1) % 2**32
    say(f"To repeat it: python3 dev.py soak --minutes 0 --seed {seed} --stories {asked.stories} --steps {asked.steps}")
    return 1


def soak(seed: int, stories: int, steps: int) -> int:
    """One round: as many stories of at most so many steps; the exit code."""
    sizes = {"SOAK_EXAMPLES": str(stories), "SOAK_STEPS": str(steps)}
    options = (
        "-q",
        "-x",
        "-p",
        "no:cacheprovider",
        "--timeout=0",
        "--hypothesis-profile=ci",
        f"--randomly-seed={seed}",
    )
    say(f"Seed {seed}: {stories} stories")
    return run(python(), "-m", "pytest", *options, SOAK_TEST, env={**qt_env(), **sizes})


def cmd_build(_rest: list[str]) -> int:
    setup()
    out = ROOT / "dist"
    need(python(), "-m", "build", "--wheel", "--no-isolation", "--outdir", out)
    wheel = max(out.glob("*.whl"), key=lambda file: file.stat().st_mtime)
    with tempfile.TemporaryDirectory(prefix="vaxdesk-build-") as folder:
        prove(wheel, Path(folder))
    say(f"Built and started from an empty environment: {wheel.relative_to(ROOT)}")
    return 0


def prove(wheel: Path, folder: Path) -> None:
    """Install the wheel where nothing of this checkout can be seen, and start its programs."""
    fresh = folder / "venv"
    venv.create(fresh, with_pip=True)
    pip = (in_venv(fresh, "python"), "-m", "pip", "install", "-q", "--disable-pip-version-check")
    need(*pip, "--require-hashes", "-r", RUN_LOCK)
    need(*pip, "--no-deps", wheel)
    away = {"VAXDESK_DATA": str(folder / "store"), "VAXDESK_PASSPHRASE": "only for this check", "PYTHONUTF8": "1"}
    need(in_venv(fresh, "vaxdesk"), "--help", env=away, cwd=folder)
    need(in_venv(fresh, "vaxplatform"), "--help", env=away, cwd=folder)
    prove_resources(in_venv(fresh, "vaxdesk"), away, folder)


def prove_resources(program: Path, env: dict[str, str], folder: Path) -> None:
    """`doctor` speaks in sentences only when the resources came along. That no desk is enrolled here may be a finding."""
    say("$ vaxdesk doctor --json")
    told = subprocess.run(
        [str(program), "doctor", "--json"],
        cwd=folder,
        env={**os.environ, **env},
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        check=False,
    )
    say(told.stdout.rstrip())
    checks = json.loads(told.stdout) if told.stdout.startswith("[") else []
    if told.returncode not in (0, 1) or not checks or not all(" " in check["sentence"] for check in checks):
        raise SystemExit("dev.py: the installed program does not find its resources")


def cmd_shots(rest: list[str]) -> int:
    setup()
    env = {"QT_QPA_PLATFORM": "offscreen"}
    return run(python(), "-m", "vaxdesk.ui.shots", *(rest or [str(ROOT / "shots")]), env=env)


def cmd_lock(rest: list[str]) -> int:
    """Versions and hashes for every system and Python >= 3.11; existing pins stay unless --upgrade is given."""
    uv = shutil.which("uv")
    if not uv:
        say("Locking needs uv (any way of installing it will do); then run this again: python3 dev.py lock [--upgrade]")
        return 1
    compile_to = [uv, "pip", "compile", "--universal", "--python-version", "3.11", "--generate-hashes"]
    compile_to += ["--no-header", "--no-annotate", "-q", *rest]
    need(*compile_to, "pyproject.toml", "-o", RUN_LOCK)
    need(*compile_to, "pyproject.toml", "--extra", "dev", "-o", DEV_LOCK)
    with tempfile.TemporaryDirectory(prefix="vaxdesk-lock-") as folder:
        wish = Path(folder) / "peer.in"
        wish.write_text("\n".join(PEER_REQUIREMENTS) + "\n", encoding="utf-8")
        need(*compile_to, wish, "-o", PEER_LOCK)
    return 0


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "setup": cmd_setup,
    "demo": cmd_demo,
    "test": cmd_test,
    "lint": cmd_lint,
    "bench": cmd_bench,
    "soak": cmd_soak,
    "build": cmd_build,
    "shots": cmd_shots,
    "lock": cmd_lock,
}


def newer_python() -> str | None:
    """A Python that is new enough and really starts, when the one running this is too old."""
    names = (f"python3.{minor}" for minor in range(14, OLDEST_PYTHON[1] - 1, -1))
    found = (path for path in map(shutil.which, names) if path)
    return next((path for path in found if not subprocess.run([path, "-c", ""], capture_output=True).returncode), None)


def main(words: list[str]) -> int:
    if sys.version_info < OLDEST_PYTHON:
        found = newer_python()
        if not found:
            say("dev.py: Python 3.11 or newer is needed")
            return 1
        return run(found, ROOT / "dev.py", *words)
    parser = argparse.ArgumentParser(
        prog="dev.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", nargs="?", choices=COMMANDS)
    parser.add_argument("rest", nargs=argparse.REMAINDER, help="handed on")
    chosen = parser.parse_args(words)
    if chosen.command is None:
        parser.print_help()
        return 0
    return COMMANDS[chosen.command](chosen.rest)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
