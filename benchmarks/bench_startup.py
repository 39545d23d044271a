"""From the start of the process to the sign-in page, painted, and to its list of staff, read from the opened store.

The floor is an empty PySide6 window, shown and painted by the same interpreter in a process of its own. Stretching the store's passphrase
(argon2id, slow on purpose) is a line of its own: a desk with a keyring does not have it.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import measure
from support.builders import PASSPHRASE, an_enrolled_folder

from vaxdesk import keys

ROUNDS = int(os.environ.get("BENCH_STARTS", "7"))
AIM = 2.0
LIMIT_S = 60
_WINDOW = Path(__file__).with_name("first_paint.py")


def seconds_to(byte_code: Path, *words: str, folder: Path | None = None) -> list[float]:
    """Seconds from the start of a process to each of the words it says. `byte_code`: kept there, as an installed program has it."""
    command = [sys.executable, str(_WINDOW), *([str(folder)] if folder else [])]
    env = os.environ | {"VAXDESK_PASSPHRASE": PASSPHRASE, "PYTHONPATH": str(_WINDOW.parents[1])}
    env |= {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(byte_code)}
    start, found = time.perf_counter(), []
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as window:
        assert window.stdout is not None
        for word in words:
            assert window.stdout.readline() == f"{word}\n"
            found.append(time.perf_counter() - start)
        assert window.wait(LIMIT_S) == 0
    return found


def main() -> None:
    """Prints the ratios."""
    with tempfile.TemporaryDirectory() as name:
        folder, byte_code = Path(name) / "desk", Path(name) / "byte-code"
        an_enrolled_folder(folder)
        empty, ours = [], []
        for _ in range(1 + ROUNDS):  # the first writes the byte code and is not counted
            empty += seconds_to(byte_code, "painted")
            ours.append(seconds_to(byte_code, "painted", "usable", folder=folder))
        stretching_s = statistics.median(
            measure.once_s(lambda: keys.open_vault(folder, lambda: PASSPHRASE)) for _ in range(3)
        )
    floor_s = statistics.median(empty[1:])
    painted_s, usable_s = map(statistics.median, zip(*ours[1:], strict=True))
    measure.report("start to the sign-in page, painted", painted_s, floor_s, AIM, rounds=ROUNDS)
    facts = {
        "times": round(usable_s / floor_s, 2),
        "ms": round(usable_s * 1000),
        "passphrase_ms": round(stretching_s * 1000),
    }
    measure.note("start to the list of staff, the store opened", **facts)


if __name__ == "__main__":
    main()
