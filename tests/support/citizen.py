"""A citizen at the public page, over plain HTTP as a browser without scripts would send it."""

from __future__ import annotations

import io
import random
import re
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path

import requests
from PIL import Image

_TOKEN = re.compile(r'name="form" value="([^"]+)"')
_MADE_BY, _LATITUDE = 0x010F, 0x8825
_HIDDEN = re.compile(r"<style.*?</style>|<[^>]+>", re.DOTALL)


def photo(width: int = 400, height: int = 300, kind: str = "JPEG", *, seed: int = 7) -> bytes:
    """A picture with noise in it, as a phone takes one: with its maker and the place in the file."""
    noise = random.Random(seed).randbytes(width * height)
    taken, out = Image.frombytes("L", (width, height), noise).convert("RGB"), io.BytesIO()
    beside = Image.Exif()
    beside[_MADE_BY], beside[_LATITUDE] = "May anh mau", {2: (10.0, 46.0, 0.0)}
    taken.save(out, kind, exif=beside)
    return out.getvalue()


JPEG = photo()


@dataclass
class Citizen:
    """One browser with its cookies; `base` is the platform's address. `page` is the HTML shown now."""

    base: str
    page: str = ""
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.session.trust_env = False

    def open(self, path: str = "citizen") -> str:
        """Goes to a page."""
        return self._show(self.session.get(f"{self.base}/{path}", timeout=30))

    def send(self, path: str, files: list[tuple[str, bytes]] | None = None, **fields: str) -> str:
        """Sends the form of the page that is shown."""
        found = _TOKEN.search(self.page)
        sent = {"form": unescape(found.group(1)) if found else ""} | fields
        parts = [("picture", (name, content)) for name, content in files or []]
        return self._show(self.session.post(f"{self.base}/{path}", data=sent, files=parts or None, timeout=30))

    def complain(self, files: list[tuple[str, bytes]] | None = None, **fields: str) -> tuple[str, str]:
        """Files a complaint; its number and secret."""
        self.open("citizen-complain")
        self.send("citizen-complain", files, **fields)
        return self.by_id("number"), self.by_id("secret")

    def by_id(self, name: str) -> str:
        """The text of an element; empty when it is not there."""
        found = re.search(rf'id="{name}">([^<]*)<', self.page)
        return unescape(found.group(1)) if found else ""

    @property
    def text(self) -> str:
        """What is to be read."""
        return " ".join(unescape(_HIDDEN.sub(" ", self.page)).split())

    def _show(self, answer: requests.Response) -> str:
        assert answer.status_code == 200, answer.status_code
        self.answer, self.page = answer, answer.text
        return self.text


def code_sent(folder: Path) -> str:
    """The newest one-time code that a platform's log file holds; empty for none."""
    file = folder / "citizen-codes.log"
    return file.read_text().split()[-1] if file.exists() else ""
