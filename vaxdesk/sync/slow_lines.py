"""Sending over slow lines, where requests and urllib3 give up too early.

They give a whole body the few seconds meant for connecting, and count the time of the answer from when the last byte went into the
system's buffer, not onto the line. Here a body goes out in small pieces, each with a time-out of its own: as long as something moves,
nothing is given up; when nothing moves, it ends like any silence.
"""

from __future__ import annotations

from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

PIECE_BYTES = 16 * 1024
PIECE_TIMEOUT_S = 30.0
BUFFERED_BYTES_MAX = 64 * 1024  # what may still stand in the system's buffer when sending seems done
SLOWEST_BYTES_S = 1024.0


def patience_s(body_bytes: int) -> float:
    """Seconds that a body's last bytes may need from the system's buffer to the other side, on the slowest line we work on."""
    return min(body_bytes, BUFFERED_BYTES_MAX) / SLOWEST_BYTES_S


class _InPieces:
    """The `send` of a connection: piece by piece."""

    sock: Any
    connect: Any

    def send(self, piece: Any) -> None:
        """Sends bytes; the caller sets the time-out of the answer afterwards."""
        if self.sock is None:
            self.connect()  # within its own time-out
        self.sock.settimeout(PIECE_TIMEOUT_S)
        if not isinstance(piece, bytes):
            super().send(piece)  # type: ignore[misc]
            return
        for start in range(0, len(piece), PIECE_BYTES):
            super().send(piece[start : start + PIECE_BYTES])  # type: ignore[misc]


class _Connection(_InPieces, HTTPConnection):
    pass


class _TlsConnection(_InPieces, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


class SlowLineAdapter(HTTPAdapter):
    """The transport of `requests` with connections that are patient while they send."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Makes the pools."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}
