"""Memory over ten thousand pages: the page shop draws and proves pages for different people, all three documents in turn, and the memory
of this process and its workers after the last page stands beside what it was after the first thousand.

`BENCH_MEMORY_PAGES` pages in all; the floor is read after a tenth of them. Needs /proc, and says so where there is none.
"""

from __future__ import annotations

import itertools
import multiprocessing
import os
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import measure
from support.issuer import a_country
from support.papers import NEXT_DAY, SITE, a_certificate, a_course, a_person, a_site_key

from vaxdesk.models.values import CitizenId
from vaxdesk.print.batch import PageOrder, PageShop
from vaxdesk.print.issue_sheet import signed_slip

PAGES = int(os.environ.get("BENCH_MEMORY_PAGES", "10000"))
PROCESSES = 2
AIM = 1.1
READ_EVERY = max(1, PAGES // 200)
READINGS = 5  # around each of the two moments; their median counts
NAMES = ("Nguyễn Thị Hồng Ánh", "Lê Văn Tám", "Trần Thị Bích", "H'Mai Niê Kđăm", "Ơ̆ng Ƀhiŏ", "Võ Nguyễn Bảo Châu")
KINDS = (("certificate", "A4"), ("confirmation", "A5"), ("slip", "A6"))


def main() -> None:
    """Prints the ratio."""
    if not Path("/proc/self/statm").exists():
        measure.note("memory over many printed pages", left_out="no /proc here to read other processes' memory from")
        return
    shop, readings, start = PageShop(processes=PROCESSES), [], time.perf_counter()
    try:
        for number, drawn in enumerate(shop.draw_all(orders(PAGES)), start=1):
            drawn.page()  # says why, should one have failed
            if number % READ_EVERY == 0:
                readings.append(held_mb())
    finally:
        shop.close()
    tenth = len(readings) // 10
    early, late = (statistics.median(part) for part in (readings[tenth : tenth + READINGS], readings[-READINGS:]))
    took_s = time.perf_counter() - start
    facts = {"pages": PAGES, "highest_mb": round(max(readings)), "pages_per_s": round(PAGES / took_s, 1)}
    measure.compare("memory over many printed pages", late, early, AIM, "mb", processes=1 + PROCESSES, **facts)


def orders(count: int) -> Iterator[PageOrder]:
    """A page each for that many people; made when a worker is about to be free."""
    trust_keys, key = a_country().trust_keys, a_site_key()
    kinds, names = itertools.cycle(KINDS), itertools.cycle(NAMES)
    for number in range(count):
        form, paper = next(kinds)
        course = a_course(2, a_person(citizen_id=CitizenId(f"079303{number:06d}"), name=next(names)))
        certificate = None if form == "slip" else a_certificate(course[0])
        slip = signed_slip(course[0], key) if form == "slip" else ""
        yield PageOrder(course[0], course, SITE, certificate, trust_keys, frozenset(), form, paper, slip, NEXT_DAY)


def held_mb() -> float:
    """Megabytes resident in this process and its children."""
    own = (os.getpid(), *(child.pid for child in multiprocessing.active_children()))
    pages = sum(int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) for pid in own)
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    main()
