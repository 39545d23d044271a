"""Runs in the environment of other people's programs (tests/requirements-peer.lock): reads every picture of a folder with readers
the project does not use, and prints {file: {reader: [texts]}} as JSON. A reader that cannot start is left out.

    .venv-peer/bin/python tests/support/other_readers.py FOLDER [READER...]
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

Reader = Callable[[Any], list[str]]


def readers() -> dict[str, Reader]:
    """The readers that start here; each takes grey pixels."""
    found: dict[str, Reader] = {}
    for name, make in (("zbar", _zbar), ("opencv", _opencv)):
        try:
            found[name] = make()
        except (ImportError, OSError):
            continue
    return found


def _zbar() -> Reader:
    from pyzbar.pyzbar import ZBarSymbol, decode

    return lambda pixels: [code.data.decode("utf-8") for code in decode(pixels, symbols=[ZBarSymbol.QRCODE])]


def _opencv() -> Reader:
    """Both of its finders, also on the picture twice as large: three dots a module are too few for it."""
    import cv2

    finders = (cv2.QRCodeDetectorAruco(), cv2.QRCodeDetector())

    def read(pixels: Any) -> list[str]:
        large = cv2.resize(pixels, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
        tries = ((finder, picture) for picture in (pixels, large) for finder in finders)
        return next(filter(None, (_only(finder.detectAndDecode(picture)[0]) for finder, picture in tries)), [])

    return read


def _only(text: str) -> list[str]:
    return [text] if text else []


def main(folder: Path, wanted: list[str]) -> None:
    """Prints what every reader (or every wanted one) reads of every picture."""
    import cv2

    able = {name: read for name, read in readers().items() if not wanted or name in wanted}
    answers = {}
    for file in sorted(folder.glob("*.png")):
        pixels = cv2.imread(str(file), cv2.IMREAD_GRAYSCALE)
        answers[file.name] = {name: read(pixels) for name, read in able.items()}
    sys.stdout.write(json.dumps(answers))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
