"""What keeps the public page from being misused: sealed sessions, forms that only our own page can send, one-time codes, limits.

Nothing of a person stands in a URL, and nobody learns from an answer whether somebody is known. This reference platform has no SMS:
a one-time code is written to `citizen-codes.log` in the data folder, beside the number of the request, which the page shows.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken

SEEN_LIFE_S = 15 * 60
FORM_LIFE_S = 2 * 3600
CODE_LIFE_S = 5 * 60
CODE_TRIES = 4
KEYS_MAX = 10_000
CODES_FILE = "citizen-codes.log"


class Sealer:
    """Texts that only this platform can make and read, and only for a while."""

    def __init__(self, secret: bytes) -> None:
        self._fernet = Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"citizen page" + secret).digest()))

    def seal(self, value: dict[str, str]) -> str:
        """An opaque text."""
        return self._fernet.encrypt(json.dumps(value).encode()).decode("ascii")

    def open(self, text: str, life_s: int) -> dict[str, str]:
        """What was sealed; empty when it is not ours or too old."""
        try:
            found: dict[str, str] = json.loads(self._fernet.decrypt(text.encode("ascii", "replace"), ttl=life_s))
        except InvalidToken:
            return {}
        return found


class Limits:
    """How often something may happen for one key within a window. In memory: a restart forgives."""

    def __init__(self, most: int, window_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._window_s, self._clock = most, window_s, clock
        self._seen: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def allow(self, key: str) -> bool:
        """Counts one more; False when that is too many."""
        now = self._clock()
        with self._lock:
            times = self._seen.setdefault(key, deque())
            self._seen.move_to_end(key)
            while times and now - times[0] > self._window_s:
                times.popleft()
            if len(times) >= self._most:
                return False
            times.append(now)
            while len(self._seen) > KEYS_MAX:
                self._seen.popitem(last=False)
        return True


@dataclass
class _Waiting:
    """A code somebody is to type."""

    digest: bytes = field(repr=False)
    facts: dict[str, str] = field(repr=False)
    ends: float
    tries: int = 0


class Codes:
    """One-time codes: six figures, five minutes, four tries."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._file, self._clock = folder / CODES_FILE, clock
        self._waiting: OrderedDict[str, _Waiting] = OrderedDict()
        self._lock = threading.Lock()

    def send(self, facts: dict[str, str], *, is_known: bool) -> str:
        """Makes a code for these facts; it is delivered only when the platform knows such a person. Returns the request's number."""
        request, code = secrets.token_hex(3).upper(), f"{secrets.randbelow(1_000_000):06d}"
        with self._lock:
            self._waiting[request] = _Waiting(_digest(code), facts, self._clock() + CODE_LIFE_S)
            while len(self._waiting) > KEYS_MAX:
                self._waiting.popitem(last=False)
        if is_known:
            self._deliver(request, code)
        return request

    def take(self, request: str, code: str) -> dict[str, str]:
        """The facts the code was sent for, once; empty for a wrong, old or tried-out one."""
        with self._lock:
            waiting = self._waiting.get(request)
            if waiting is None or self._clock() > waiting.ends or waiting.tries >= CODE_TRIES:
                self._waiting.pop(request, None)
                return {}
            waiting.tries += 1
            if not hmac.compare_digest(waiting.digest, _digest(code)):
                return {}
            return self._waiting.pop(request).facts

    def _deliver(self, request: str, code: str) -> None:
        handle = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(f"{time.strftime('%Y-%m-%dT%H:%M:%S%z')} {request} {code}\n")


def _digest(code: str) -> bytes:
    figures = "".join(letter for letter in code if letter.isdecimal())
    return hashlib.sha256(figures.encode()).digest()


def as_texts(form: Any) -> dict[str, str]:
    """The text fields of a form; files are left out."""
    return {name: value for name, value in form.multi_items() if isinstance(value, str)}
