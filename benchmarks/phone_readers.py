"""Who reads our pages? Every document that carries a code, rasterised at 150 and 300 dpi, then blurred, turned, seen from the side,
badly lit, stained and photocopied, read by readers of other projects (zbar, OpenCV) and, beside them, by zxing-cpp, which the desk's
own proof uses. A text counts as read when another library (cwt) finds the signature in it genuine.

Needs .venv-peer (`python3 dev.py test` makes it) and says so where it is missing. `BENCH_SEEDS` chances for the looks with chance.
"""

from __future__ import annotations

import itertools
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import measure
import numpy as np
import zxingcpp
from support import phone_look, phone_pages

SEEDS = int(os.environ.get("BENCH_SEEDS", "3"))
RESOLUTIONS = (150, 300)
CHANCY = ("coffee", "ink", "photocopied")


def main() -> None:
    """Prints a table of shares, look by look."""
    if not phone_pages.others_can_read():
        sys.stdout.write(
            "The other readers are not here (.venv-peer: python3 dev.py test makes it); nothing was measured.\n"
        )
        return
    read, tried, start = Counter[tuple[str, str, int]](), Counter[tuple[str, str, int]](), time.perf_counter()
    for page, dpi in itertools.product(phone_pages.PAGES, RESOLUTIONS):
        for look, reader, good in readings(page, dpi):
            tried[look, reader, dpi] += 1
            read[look, reader, dpi] += good
    columns = [(reader, dpi) for reader in ("zbar", "opencv", "zxing") for dpi in RESOLUTIONS]
    sys.stdout.write(f"{'look':24}" + "".join(f"{reader + ' ' + str(dpi):>12}" for reader, dpi in columns) + "\n")
    for look in phone_look.LOOKS:
        shares = (f"{read[look, *column]}/{tried[look, *column]}" for column in columns)
        sys.stdout.write(f"{look:24}" + "".join(f"{share:>12}" for share in shares) + "\n")
    total, good = sum(tried.values()), sum(read.values())
    measure.note("pages read by other readers", readings=total, read=good, took_s=round(time.perf_counter() - start))


def readings(page: str, dpi: int) -> list[tuple[str, str, bool]]:
    """(look, reader, whether a genuine text was read) for every look and chance of one page."""
    framed = phone_look.framed(phone_pages.page(page), dpi)
    wanted = [
        (look, seed) for look in phone_look.LOOKS for seed in range(1, (SEEDS if look.startswith(CHANCY) else 1) + 1)
    ]
    pictures = {f"{look}|{seed}": phone_look.seen(framed, look, dpi, seed) for look, seed in wanted}
    with tempfile.TemporaryDirectory() as folder:
        found = phone_pages.read_by_others(Path(folder), pictures)
    for name, picture in pictures.items():
        found[name]["zxing"] = [code.text for code in zxingcpp.read_barcodes(np.asarray(picture))]
    return [
        (name.split("|")[0], reader, bool(texts) and all(map(phone_pages.holds, texts)))
        for name, by_reader in found.items()
        for reader, texts in by_reader.items()
    ]


if __name__ == "__main__":
    main()
