"""The real application behind a real uvicorn in a thread, and what a desk sends it."""

from __future__ import annotations

import json
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
import uvicorn

from vaxplatform.http.app import close_app, create_app
from vaxplatform.serving import listening
from vaxplatform.settings import loopback_bases, settings_for
from vaxplatform.store.database import Database

SITE = "79-Q10-P05"
OTHER = "01-HBT-BK"
CCCD = "urn:vn:cccd"
TAG = "urn:vaxdesk:site"
ANCHOR = b"stands for a certificate"


@dataclass
class Server:
    """A running platform."""

    base: str
    database: Database
    app: Any

    @property
    def fhir(self) -> str:
        return f"{self.base}/fhir"


class Caller:
    """A FHIR client with or without a token."""

    def __init__(self, fhir: str, token: str = "") -> None:
        self.fhir = fhir
        self.session = requests.Session()
        self.session.trust_env = False
        if token:
            self.session.headers["Authorization"] = f"Bearer {token}"

    def __call__(self, method: str, path: str, content: Any = None, **headers: str) -> requests.Response:
        address = path if path.startswith("http") else f"{self.fhir}/{path}".rstrip("/")
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        body = None
        if content is not None:
            body = content if isinstance(content, bytes) else json.dumps(content).encode()
            named.setdefault("Content-Type", "application/fhir+json")
        return self.session.request(method, address, data=body, headers=named, timeout=30)

    def get(self, path: str, **headers: str) -> requests.Response:
        return self("GET", path, **headers)

    def put(self, resource: dict[str, Any], **headers: str) -> requests.Response:
        return self("PUT", f"{resource['resourceType']}/{resource['id']}", resource, **headers)

    def post(self, resource: dict[str, Any], **headers: str) -> requests.Response:
        return self("POST", resource["resourceType"], resource, **headers)

    def transact(self, *entries: dict[str, Any], kind: str = "transaction", **headers: str) -> requests.Response:
        return self("POST", "", {"resourceType": "Bundle", "type": kind, "entry": list(entries)}, **headers)

    def search(self, kind: str, **form: str) -> requests.Response:
        return self.session.post(f"{self.fhir}/{kind}/_search", data=form, timeout=30)

    def all_pages(self, path: str) -> Iterator[dict[str, Any]]:
        """Every resource of a search, through its next links."""
        while path:
            answer = self.get(path)
            assert answer.status_code == 200, answer.text
            page = answer.json()
            yield from (entry["resource"] for entry in page.get("entry", []))
            path = next((link["url"] for link in page["link"] if link["relation"] == "next"), "")

    def close(self) -> None:
        self.session.close()


class Door:
    """One uvicorn for the whole test run; each test puts its own application behind it (starting one takes 0.3 s)."""

    def __init__(self) -> None:
        self.app: Any = None
        self._listener = listening("127.0.0.1", 0)
        self.port: int = self._listener.getsockname()[1]
        config = uvicorn.Config(self, log_config=None, access_log=False, lifespan="off")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._listener],))

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.app(scope, receive, send)

    def open(self) -> None:
        self._thread.start()
        until = time.monotonic() + 20
        while not self._server.started:
            assert time.monotonic() < until, "the server did not start"
            assert self._thread.is_alive()
            time.sleep(0.005)

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join(20)
        self._listener.close()


@contextmanager
def serving(door: Door, folder: Path, *, auth: bool = True, database_url: str | None = None) -> Iterator[Server]:
    """The application of a data folder, behind the door."""
    settings = settings_for(folder, database_url, auth=auth, bases=loopback_bases(door.port))
    database = Database(settings.database_url)
    door.app = create_app(settings, database, ANCHOR)
    try:
        yield Server(f"http://127.0.0.1:{door.port}", database, door.app)
    finally:
        close_app(door.app)


def tagged(*sites: str) -> dict[str, Any]:
    return {"tag": [{"system": TAG, "code": site} for site in sites]}


def number_of(index: int) -> str:
    """A made-up citizen number."""
    return f"0793{index:08d}"


def a_patient(number: str = number_of(1), site: str = SITE, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "meta": tagged(site),
        "identifier": [{"system": CCCD, "value": number}],
        "name": [{"use": "official", "text": "Trần Thị Thử"}],
        "birthDate": "1990-02-03",
        "gender": "female",
    } | more


def a_dose(
    dose_id: str, reference: str, number: str = number_of(1), site: str = SITE, revision: int = 1, **more: Any
) -> dict[str, Any]:
    return {
        "resourceType": "Immunization",
        "id": dose_id,
        "meta": tagged(site),
        "extension": [{"url": "urn:vaxdesk:ext:revision", "valueInteger": revision}],
        "status": "completed",
        "vaccineCode": {"coding": [{"system": "urn:vaxdesk:vaccine", "code": "vero-cell"}]},
        "patient": {"reference": reference, "type": "Patient", "identifier": {"system": CCCD, "value": number}},
        "occurrenceDateTime": "2026-11-23T09:00:00+07:00",
        "recorded": "2026-11-23T09:00:00+07:00",
        "primarySource": True,
        "lotNumber": "L1",
        "doseQuantity": {"value": 0.5, "unit": "mL", "system": "http://unitsofmeasure.org", "code": "mL"},
    } | more


def a_reaction(
    event_id: str, dose: str, person: str, number: str = number_of(1), site: str = SITE, revision: int = 1, **more: Any
) -> dict[str, Any]:
    """An AdverseEvent about a dose (`Immunization/...`) of a person (`Patient/...`), each also as a urn within a bundle."""
    outcome = "http://terminology.hl7.org/CodeSystem/adverse-event-outcome"
    return {
        "resourceType": "AdverseEvent",
        "id": event_id,
        "meta": tagged(site),
        "extension": [{"url": "urn:vaxdesk:ext:revision", "valueInteger": revision}],
        "actuality": "actual",
        "event": {"coding": [{"system": "urn:vaxdesk:sign", "code": "fever", "display": "Sốt"}]},
        "subject": {"reference": person, "type": "Patient", "identifier": {"system": CCCD, "value": number}},
        "date": "2026-11-23T09:20:00+07:00",
        "recordedDate": "2026-11-23T09:25:00+07:00",
        "outcome": {"coding": [{"system": outcome, "code": "recovering"}]},
        "suspectEntity": [{"instance": {"reference": dose}}],
    } | more


def dose_entries(dose_id: str, number: str = number_of(1), site: str = SITE, **more: Any) -> list[dict[str, Any]]:
    """The two entries of contract P1."""
    urn = f"urn:uuid:{uuid.uuid4()}"
    return [
        {
            "fullUrl": urn,
            "resource": a_patient(number, site),
            "request": {"method": "POST", "url": "Patient", "ifNoneExist": f"identifier={CCCD}|{number}"},
        },
        put_entry(a_dose(dose_id, urn, number, site, **more)),
    ]


def put_entry(resource: dict[str, Any], **request: str) -> dict[str, Any]:
    address = f"{resource['resourceType']}/{resource['id']}"
    return {"resource": resource, "request": {"method": "PUT", "url": address} | request}


def break_off(fhir: str, token: str = "") -> None:
    """Begins a push, waits until its body is being read, sends half of it and is gone."""
    body = json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": dose_entries(new_id())}).encode()
    address = urlsplit(fhir)
    head = (
        f"POST {address.path} HTTP/1.1",
        f"Host: {address.netloc}",
        f"Authorization: Bearer {token}",
        "Content-Type: application/fhir+json",
        f"Content-Length: {len(body)}",
        "Expect: 100-continue",  # answered when the application asks for the body
    )
    with socket.create_connection((address.hostname, address.port), timeout=20) as line:
        line.sendall("\r\n".join([*head, "", ""]).encode())
        assert line.recv(1024).startswith(b"HTTP/1.1 100 ")
        line.sendall(body[: len(body) // 2])


def new_id() -> str:
    return str(uuid.uuid4())


def token_for(server: Server, site: str, scope: str = "system/*.cruds", client_id: str = "") -> str:
    """A token as the platform would give it to an enrolled desk (or, with site "", to a service)."""
    from vaxplatform import registry

    client_id = client_id or f"client-{site or 'service'}"
    with server.database.writing() as connection:
        registry.put_client(connection, registry.Client(client_id, site, []))
    minted: str = server.app.state.platform.tokens.mint(client_id, site, scope)
    return minted
