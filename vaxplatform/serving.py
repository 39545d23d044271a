"""The running platform: one process, the HTTP server in the main thread, the services in one thread beside it."""

from __future__ import annotations

import http.client
import logging
import signal
import socket
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any

import filelock
import uvicorn

from vaxplatform.http import hooks
from vaxplatform.http.app import close_app, create_app
from vaxplatform.http.fhir_routes import Platform
from vaxplatform.settings import Settings, loopback_bases
from vaxplatform.store.database import Database

log = logging.getLogger("vaxplatform")
LOOPBACK = "127.0.0.1"
READY_TRIES = 200
READY_WAIT_S = 0.05
STOP_LIMIT_S = 10.0
SERVICES_PAUSE_S = 5.0
KEEP_ALIVE_S = 75  # uvicorn's five seconds end a connection while the next request is still on its way over a bad line


class AlreadyRunning(Exception):
    """Another process serves this data folder."""


@dataclass(frozen=True, slots=True)
class Serving:
    """How `serve` was called. `public_url` is the address behind a TLS proxy, if there is one."""

    port: int = 0
    host: str = LOOPBACK
    public_url: str = ""
    services: bool = True


def serve(settings: Settings, how: Serving) -> int:
    """Serves until SIGTERM or SIGINT. Raises AlreadyRunning, OSError when the port is taken."""
    lock = filelock.FileLock(settings.data_dir / "serve.lock", timeout=0)
    try:
        with lock:
            return _serve(settings, how)
    except filelock.Timeout as error:
        raise AlreadyRunning from error


def _serve(settings: Settings, how: Serving) -> int:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _already_handled)
    quiet_logs()
    with listening(how.host, how.port) as listener:
        port: int = listener.getsockname()[1]
        proxied = (how.public_url.rstrip("/"),) if how.public_url else ()
        settings = replace(settings, bases=(*proxied, *loopback_bases(port)))
        anchor_der = hooks.anchor_der(settings.data_dir)  # made before two threads could each make their own
        app = create_app(settings, Database(settings.database_url), anchor_der)
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            timeout_keep_alive=KEEP_ALIVE_S,
            timeout_graceful_shutdown=5,
            lifespan="off",
        )
        stop = threading.Event()
        beside = threading.Thread(
            target=_beside, args=(app.state.platform, app.state.population, port, how.services, stop), name="services"
        )
        beside.start()
        try:
            _Server(config, stop).run([listener])
        finally:
            stop.set()
            beside.join(STOP_LIMIT_S)
            close_app(app)
    return 0


class _Server(uvicorn.Server):
    """Tells the services of the stop before the server turns them away."""

    def __init__(self, config: uvicorn.Config, stop: threading.Event) -> None:
        super().__init__(config)
        self._stop = stop

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A stop signal came."""
        self._stop.set()
        super().handle_exit(sig, frame)


def listening(host: str, port: int) -> socket.socket:
    """A bound TCP socket. Its protocol is named because asyncio sets TCP_NODELAY only then: without, every answer waits 40 ms."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return listener


def _already_handled(_number: int, _frame: FrameType | None) -> None:
    """uvicorn stops on the signal, then raises it again for whoever came before: nobody."""


def quiet_logs() -> None:
    """Warnings and worse on standard error, without the words of exceptions: those may hold values of people."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    handler.addFilter(_without_exception_text)
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


def _without_exception_text(record: logging.LogRecord) -> bool:
    if record.exc_info and record.exc_info[0]:
        record.msg, record.args = f"{record.exc_info[0].__name__} (see the line before)", ()
    record.exc_info = record.exc_text = record.stack_info = None
    return True


def _beside(platform: Platform, population: Any, port: int, services: bool, stop: threading.Event) -> None:
    """Says that the platform is ready when it is, then runs the services."""
    if not _answers(port, stop):
        return
    base = f"http://{LOOPBACK}:{port}/fhir"
    sys.stdout.write(f"vaxplatform ready on {base}\n")
    sys.stdout.flush()
    if services:
        token = platform.tokens.mint_for_own_service if platform.settings.auth else None
        run_services(base, token, platform.settings.data_dir, population, stop)


def _answers(port: int, stop: threading.Event) -> bool:
    for _ in range(READY_TRIES):
        connection = http.client.HTTPConnection(LOOPBACK, port, timeout=5)
        try:
            connection.request("GET", "/fhir/metadata")
            if connection.getresponse().status == 200:
                return True
        except OSError:
            pass
        finally:
            connection.close()
        if stop.wait(READY_WAIT_S):
            return False
    return False


def run_services(
    fhir_base: str, token: Callable[[], str] | None, state_dir: Path, population: Any, stop: threading.Event
) -> None:
    """Matching and issuing over FHIR REST until `stop`; after trouble they begin again."""
    try:
        runner = import_module("vaxplatform.services.runner")
        fhir_client = import_module("vaxplatform.services.fhir_client")
    except ModuleNotFoundError as error:
        log.warning("services are not installed: %s", error.name)
        return
    while not stop.is_set():
        try:
            runner.run(fhir_client.FhirClient(fhir_base, token), state_dir, population, stop)
        except Exception as error:  # noqa: BLE001 - the store goes on serving; the services begin again
            if stop.is_set():
                return
            log.error("services stopped by %s; they begin again", type(error).__name__)
            stop.wait(SERVICES_PAUSE_S)
