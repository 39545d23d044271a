"""Sending over slow lines, where requests and urllib3 give up too early.

They give a whole body the few seconds meant for connecting, and count the time of the answer from when the last byte went into the
system's buffer, not onto the line. Here a body goes out in small pieces, each with a time-out of its own: as long as something moves,
nothing is given up; when nothing moves, it ends like any silence. And a request that somebody else waits for can be cut short.
"""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import Any
from weakref import WeakSet

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
    _is_cut = False

    def cut(self) -> None:
        """Ends it for good, whoever is waiting for it. Safe from any thread: the socket is shut, and closed by its own thread."""
        self._is_cut = True
        if isinstance(self.sock, socket.socket):
            with suppress(OSError):  # it was shut already
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)

    def send(self, piece: Any) -> None:
        """Sends bytes; the caller sets the time-out of the answer afterwards."""
        if self.sock is None:
            self.connect()  # within its own time-out
        if self._is_cut:  # while it was connecting
            raise ConnectionAbortedError
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


class _Watched:
    """A pool that knows its connections also while they are in use."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._made: WeakSet[_InPieces] = WeakSet()
        self._adding = threading.Lock()
        super().__init__(*args, **kwargs)

    def _new_conn(self) -> Any:
        made = super()._new_conn()  # type: ignore[misc]
        with self._adding:
            self._made.add(made)
        return made

    def cut(self) -> None:
        """Ends every connection."""
        with self._adding:
            made = list(self._made)
        for connection in made:
            connection.cut()


class _Pool(_Watched, HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(_Watched, HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


class SlowLineAdapter(HTTPAdapter):
    """The transport of `requests` with connections that are patient while they send."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Makes the pools."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}

    def cut(self) -> None:
        """Ends every request under way. Safe from any thread. A connection through a proxy is not known here: it ends by its own time-out."""
        pools = self.poolmanager.pools
        for key in pools.keys():  # noqa: SIM118  a container that is not iterable, for the threads' sake
            pool = pools.get(key)
            if isinstance(pool, _Watched):
                pool.cut()
