"""Two questions to the print server: what became of a job, and what stands in a queue's way? (RFC 8011 sections 4.3.4 and 4.2.5)

`lpstat` cannot be asked: it shows the same words for a job that was printed, cancelled or given up. The answer comes over the
server's local socket, or from the address in CUPS_SERVER or client.conf, as the CUPS commands choose it too.
"""

from __future__ import annotations

import getpass
import http.client
import os
import re
import socket
import struct
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from vaxdesk.errors import SpoolerError

TIMEOUT_S = 10.0
ANSWER_BYTES_MAX = 256 * 1024
IPP_PORT = 631
SOCKETS = ("/run/cups/cups.sock", "/var/run/cups/cups.sock", "/private/var/run/cupsd")
CLIENT_FILES = ("~/.cups/client.conf", "/etc/cups/client.conf")
GET_JOB_ATTRIBUTES, GET_PRINTER_ATTRIBUTES, NOT_FOUND, GONE = 0x0009, 0x000B, 0x0406, 0x0407
PRINTER_STOPPED = 5  # RFC 8011 section 5.4.11
GROUP_OPERATION, GROUP_END, DELIMITERS = 0x01, 0x03, 0x0F
CHARSET, LANGUAGE, URI, NAME, KEYWORD = 0x47, 0x48, 0x45, 0x42, 0x44
INTEGERS = (0x21, 0x23)
PRINTER_WANTED = ("printer-state", "printer-state-reasons")
REASONS = ("job-state-reasons", "job-printer-state-reasons")
WANTED = ("job-state", *REASONS, "job-printer-state-message", "job-state-message")


@dataclass(frozen=True, slots=True)
class JobAttributes:
    """`state` is the number of RFC 8011 section 5.3.7, 3 (pending) to 9 (completed); `reasons` are the job's and its printer's."""

    state: int
    reasons: tuple[str, ...]
    message: str


def job_attributes(number: int) -> JobAttributes:
    """Asks for a job. Raises SpoolerError `spooler-unreachable`, `spooler-job-unknown`, `spooler-refused`."""
    found = _parsed(_post("/jobs/", _question(number)))
    states = found.get("job-state", [])
    if not states or not isinstance(states[0], int):
        raise SpoolerError("spooler-refused")
    texts = {name: [text for text in found.get(name, []) if isinstance(text, str)] for name in WANTED}
    message = next(filter(None, texts["job-printer-state-message"] + texts["job-state-message"]), "")
    reasons = tuple(reason for name in REASONS for reason in texts[name] if reason != "none")
    return JobAttributes(states[0], reasons, message)


def printer_reasons(queue: str) -> tuple[str, ...]:
    """What a queue says of itself: a job that waits in a paused one says nothing. Raises as `job_attributes`."""
    path = f"/printers/{quote(queue)}"
    asked = _asked(GET_PRINTER_ATTRIBUTES, "printer-uri", f"ipp://localhost{path}", PRINTER_WANTED)
    found = _parsed(_post(path, asked))
    reasons = tuple(text for text in found.get("printer-state-reasons", []) if isinstance(text, str) and text != "none")
    return (*reasons, "paused") if found.get("printer-state") == [PRINTER_STOPPED] else reasons


def _question(number: int) -> bytes:
    return _asked(GET_JOB_ATTRIBUTES, "job-uri", f"ipp://localhost/jobs/{number}", WANTED)


def _asked(operation: int, of: str, uri: str, wanted: tuple[str, ...]) -> bytes:
    head = struct.pack(">BBHIB", 1, 1, operation, 1, GROUP_OPERATION)
    fields = (
        (CHARSET, "attributes-charset", "utf-8"),
        (LANGUAGE, "attributes-natural-language", "en"),
        (URI, of, uri),
        (NAME, "requesting-user-name", getpass.getuser()),
        (KEYWORD, "requested-attributes", wanted[0]),
        *((KEYWORD, "", name) for name in wanted[1:]),
    )
    return head + b"".join(_field(*field) for field in fields) + bytes([GROUP_END])


def _field(tag: int, name: str, value: str) -> bytes:
    written, content = name.encode("ascii"), value.encode("utf-8")
    return struct.pack(">BH", tag, len(written)) + written + struct.pack(">H", len(content)) + content


def _parsed(answer: bytes) -> dict[str, list[str | int]]:
    """All attributes of an answer by name."""
    try:
        (status,) = struct.unpack_from(">H", answer, 2)
        if status in (NOT_FOUND, GONE):
            raise SpoolerError("spooler-job-unknown")
        if status >= 0x0100:
            raise SpoolerError("spooler-refused")
        return _attributes(answer)
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise SpoolerError("spooler-refused") from error


def _attributes(answer: bytes) -> dict[str, list[str | int]]:
    found: dict[str, list[str | int]] = {}
    place, name = 8, ""
    while answer[place] != GROUP_END:
        tag, place = answer[place], place + 1
        if tag <= DELIMITERS:
            continue
        written, place = _sized(answer, place)
        content, place = _sized(answer, place)
        name = written.decode("ascii") or name
        value = int.from_bytes(content, "big", signed=True) if tag in INTEGERS else content.decode("utf-8")
        found.setdefault(name, []).append(value)
    return found


def _sized(answer: bytes, place: int) -> tuple[bytes, int]:
    (size,) = struct.unpack_from(">H", answer, place)
    end = place + 2 + size
    if end > len(answer):
        raise IndexError
    return answer[place + 2 : end], end


def _post(path: str, question: bytes) -> bytes:
    connection = _connection(_server())
    try:
        connection.request("POST", path, question, {"Content-Type": "application/ipp"})
        answer = connection.getresponse()
        content = answer.read(ANSWER_BYTES_MAX)
    except (OSError, http.client.HTTPException) as error:
        raise SpoolerError("spooler-unreachable") from error
    finally:
        connection.close()
    if answer.status != http.client.OK:
        raise SpoolerError("spooler-refused")
    return content


def _server() -> str:
    """Where the print server listens: a socket's path, or host[:port]."""
    named = os.environ.get("CUPS_SERVER") or _from_client_files()
    local = (path for path in SOCKETS if Path(path).is_socket())
    return re.sub(r"/version=.*", "", named) if named else next(local, "localhost")


def _from_client_files() -> str:
    for file in CLIENT_FILES:
        try:
            lines = Path(file).expanduser().read_text(encoding="utf-8", errors="replace").splitlines()
        except (OSError, RuntimeError):
            continue
        for line in lines:
            words = line.split()
            if len(words) == 2 and words[0].lower() == "servername":
                return words[1]
    return ""


def _connection(server: str) -> http.client.HTTPConnection:
    if server.startswith("/"):
        return _SocketConnection(server)
    parts = re.fullmatch(r"(?:\[([0-9a-fA-F:]+)\]|([^:\[\]]+))(?::(\d+))?", server)
    if parts is None:
        raise SpoolerError("spooler-unreachable")
    return http.client.HTTPConnection(parts[1] or parts[2], int(parts[3] or IPP_PORT), timeout=TIMEOUT_S)


class _SocketConnection(http.client.HTTPConnection):
    """HTTP over a socket of this machine."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=TIMEOUT_S)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(TIMEOUT_S)
        self.sock.connect(self._path)
