"""The real central platform in this test process: uvicorn in a thread, its own data folder, desks of two sites enrolled.

Starting uvicorn and making keys takes most of a second: both are done once a process (`Door`, `_template`), each world gets a copy.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import uvicorn
from cryptography.hazmat.primitives.asymmetric import ec
from jwt import api_jws
from sqlalchemy import select

from vaxdesk.keys.device import jwk_of
from vaxdesk.sync.enrolment import Enrolled, enrol
from vaxplatform import registry
from vaxplatform.http.app import close_app, create_app
from vaxplatform.services.fhir_client import FhirClient
from vaxplatform.services.population import Citizen, Population
from vaxplatform.services.runner import ServiceReport, run_once
from vaxplatform.services.signing_keys import load_or_make, trust_list
from vaxplatform.serving import listening
from vaxplatform.settings import loopback_bases, settings_for
from vaxplatform.store.database import Database
from vaxplatform.store.tables import versions

Json = dict[str, Any]
SITES = (
    registry.Site("79-Q10-P05", "Trạm Y tế Phường 5, Q.10", "Số 1 Phố Mẫu", "079"),
    registry.Site("01-HBT-BK", "Trạm Y tế Bách Khoa", "Số 2 Phố Thử", "001"),
)
START_LIMIT_S = 20


@dataclass(frozen=True)
class Device:
    """A desk's machine: its id, its site and the two keys it proves itself and signs with."""

    id: str
    site: registry.Site
    device_key: ec.EllipticCurvePrivateKey = field(repr=False)
    signing_key: ec.EllipticCurvePrivateKey = field(repr=False)

    def sign(self, payload: bytes) -> str:
        """The compact JWS of a day's statement."""
        kid = jwk_of(self.signing_key)["kid"]
        return api_jws.encode(payload, self.signing_key, algorithm="ES256", headers={"kid": kid})


@cache
def devices() -> tuple[Device, ...]:
    """Two desks of the first site and one of the second; made-up ids, keys of this process."""
    return tuple(
        Device(letter * 36, site, ec.generate_private_key(ec.SECP384R1()), ec.generate_private_key(ec.SECP256R1()))
        for letter, site in (("d", SITES[0]), ("e", SITES[0]), ("f", SITES[1]))
    )


class Door:
    """One uvicorn for the process; the application behind it comes and goes. Without one it answers as a proxy with nobody behind it."""

    def __init__(self) -> None:
        self.app: Any = None
        self.listener = listening("127.0.0.1", 0)
        self.port: int = self.listener.getsockname()[1]
        config = uvicorn.Config(self, log_config=None, access_log=False, lifespan="off")
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, args=([self.listener],), daemon=True, name="central")

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if self.app is None:
            await send({"type": "http.response.start", "status": 502, "headers": [(b"content-type", b"text/plain")]})
            await send({"type": "http.response.body", "body": b"nobody behind the proxy"})
            return
        await self.app(scope, receive, send)

    def open(self) -> None:
        """Starts listening and waits until it does."""
        self.thread.start()
        until = time.monotonic() + START_LIMIT_S
        while not self.server.started:
            assert time.monotonic() < until, "the server did not start"
            time.sleep(0.005)

    def close(self) -> None:
        """Ends the thread and the socket."""
        self.server.should_exit = True
        self.thread.join(START_LIMIT_S)
        self.listener.close()


_open_doors: list[Door] = []


def door() -> Door:
    """The process's one door, opened at the first use; `close_door` ends it."""
    if not _open_doors:
        made = Door()
        made.open()
        _open_doors.append(made)
    return _open_doors[0]


def close_door() -> None:
    """Ends the server thread and forgets what was enrolled at its port."""
    while _open_doors:
        _open_doors.pop().close()
    _template.cache_clear()


class Central:
    """A platform over one data folder. `stop` and `start` are a restart of the program; the records stay in the folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = settings_for(folder, bases=loopback_bases(door().port))
        self.base = f"http://127.0.0.1:{door().port}"
        self.keys = load_or_make(folder)
        self._last_us = 0
        self.start()

    def start(self) -> None:
        """The program begins, on what the folder has."""
        self.database = Database(self.settings.database_url)
        door().app = create_app(self.settings, self.database, self.keys.anchor_der)

    def stop(self) -> None:
        """The program ends: tokens kept in memory, connections and caches are gone."""
        app, door().app = door().app, None
        if app is not None:
            close_app(app)

    def restart(self) -> None:
        """Ends and begins again."""
        self.stop()
        self.start()

    def know(self, citizens: Iterable[Citizen]) -> None:
        """Puts people into the national population that matching asks."""
        with contextlib.closing(Population(self.settings.population_file)) as population:
            population.add(citizens)

    def services_round(self) -> ServiceReport:
        """One round of matching, duplicates and issuing, over FHIR REST as always."""
        platform, population = door().app.state.platform, door().app.state.population
        fhir = FhirClient(f"{self.base}/fhir", platform.tokens.mint_for_own_service)
        try:
            return run_once(fhir, self.folder, population, self.keys)
        finally:
            fhir.close()

    def publish_trust_list(self) -> None:
        """What the services do once at their start."""
        platform = door().app.state.platform
        fhir = FhirClient(f"{self.base}/fhir", platform.tokens.mint_for_own_service)
        assert not fhir.put_each([trust_list(self.keys)]).refused
        fhir.close()

    def fresh_versions(self) -> list[Json]:
        """Every stored version since the last call, in the order of commits; read from the file itself."""
        query = select(versions).where(versions.c.at_us > self._last_us).order_by(versions.c.at_us)
        with self.database.reading() as connection:
            rows = connection.execute(query).all()
        self._last_us = rows[-1].at_us if rows else self._last_us
        return [json.loads(row.body) | {"_type": row.type, "_id": row.id, "_version": str(row.version)} for row in rows]


@cache
def _template() -> tuple[Path, dict[str, Enrolled]]:
    """A data folder in which all devices are enrolled, made once; worlds begin with a copy."""
    folder = Path(tempfile.mkdtemp(prefix="central-template-"))
    central = Central(folder)
    central.publish_trust_list()
    found = {device.id: _enrolled(central, device) for device in devices()}
    central.stop()
    return folder, found


def _enrolled(central: Central, device: Device) -> Enrolled:
    with central.database.writing() as connection:
        code = registry.add_site(connection, device.site)
    jwks = {"keys": [jwk_of(device.device_key), jwk_of(device.signing_key)]}
    return enrol(central.base, device.site.code, code, device.id, f"Bàn {device.id[0]}", jwks)


@contextmanager
def a_central(folder: Path) -> Iterator[tuple[Central, dict[str, Enrolled]]]:
    """A running platform in `folder` and, by device id, what enrolment gave each desk."""
    door()
    template, enrolled = _template()
    shutil.copytree(template, folder, dirs_exist_ok=True)
    central = Central(folder)
    try:
        yield central, enrolled
    finally:
        central.stop()
