"""The model store behind real HTTP on loopback, with enrolment and SMART Backend Services as the contract says."""

from __future__ import annotations

import gzip
import json
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from support.model_store import SITE, Json, ModelStore, Refusal, as_json, sites_of

FHIR = "application/fhir+json; charset=utf-8"


@dataclass
class ModelPlatform:
    """What the server knows and counts. `codes`: site -> one-time code; `clock` is the server's own time in seconds."""

    base: str = ""
    store: ModelStore = field(default_factory=ModelStore)
    codes: dict[str, str] = field(default_factory=lambda: {"79-Q10-P05": "one-time"})
    spent: dict[str, Json] = field(default_factory=dict)
    clients: dict[str, tuple[str, Json]] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    jtis: set[str] = field(default_factory=set)
    requests: list[tuple[str, str, int]] = field(default_factory=list)
    takes_gzip: bool = True
    needs_token: bool = True
    clock: Any = time.time
    delay_s: float = 0.0
    software: Json = field(default_factory=lambda: {"name": "model", "version": "1"})

    @property
    def fhir(self) -> str:
        return f"{self.base}/fhir"

    def posts(self) -> int:
        """How many transactions came in."""
        return sum(1 for method, path, _ in self.requests if method == "POST" and path == "/fhir")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    platform: ModelPlatform
    wbufsize = -1

    def log_message(self, *args: Any) -> None:
        """Silence: tests read `requests`."""

    def date_time_string(self, timestamp: float | None = None) -> str:
        return formatdate(self.platform.clock(), usegmt=True)

    def do_GET(self) -> None:
        self._serve("GET")

    def do_POST(self) -> None:
        self._serve("POST")

    def do_PUT(self) -> None:
        self._serve("PUT")

    def _serve(self, method: str) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        path = urlsplit(self.path).path
        self.platform.requests.append((method, path, len(body)))
        try:
            status, answer, headers = self._route(method, path, body)
        except Refusal as refusal:
            status, answer, headers = refusal.status, refusal.outcome, {}
        raw = as_json(answer)
        self.send_response(status)
        for name, value in ({"Content-Type": FHIR} | headers).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def _route(self, method: str, path: str, body: bytes) -> tuple[int, Json, dict[str, str]]:
        p = self.platform
        if path.endswith("/.well-known/smart-configuration"):
            return 200, self._configuration(), {"Content-Type": "application/json"}
        if path == "/enrol":
            return self._enrol(json.loads(body))
        if path == "/enrol/keys":
            return self._new_keys(json.loads(body))
        if path == "/token":
            return self._token(parse_qs(body.decode()))
        if path == "/fhir/metadata":
            statement = {"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1", "software": p.software}
            return 200, statement, {}
        site = self._site()
        if site is None:
            raise Refusal(401, "token")
        if path == "/fhir" and method == "POST":
            return 200, self._transaction(body, site), {}
        return self._resource(method, path.removeprefix("/fhir/").split("/"), body, site, p.store)

    def _resource(
        self, method: str, parts: list[str], body: bytes, site: str, store: ModelStore
    ) -> tuple[int, Json, dict[str, str]]:
        if parts[-1] == "_search":
            return 200, self._page(parts[0], body.decode(), site), {}
        if len(parts) == 1:
            return 200, self._page(parts[0], urlsplit(self.path).query, site), {}
        if method == "PUT":
            status, stored = store.put(parts[0], parts[1], json.loads(body), site)
            return status, stored, {}
        found = store.newest(parts[0], parts[1])
        if found is None:
            raise Refusal(404, "unknown")
        if site and not sites_of(found) & {site, "national"}:
            raise Refusal(403, "another site's record")
        return 200, found, {"ETag": f'W/"{found["meta"]["versionId"]}"'}

    def _transaction(self, body: bytes, site: str) -> Json:
        if self.headers.get("Content-Encoding") == "gzip":
            if not self.platform.takes_gzip:
                raise Refusal(500, "cannot read this")
            body = gzip.decompress(body)
        if len(body) > self.platform.store.bytes_max:
            raise Refusal(413, "too large")
        if self.platform.delay_s:
            time.sleep(self.platform.delay_s)
        return self.platform.store.transaction(json.loads(body), site)

    def _page(self, kind: str, query: str, site: str) -> Json:
        found, offset, count = self.platform.store.search(kind, query, site)
        page = found[offset : offset + count]
        links = []
        if offset + count < len(found):
            rest = "&".join(part for part in query.split("&") if not part.startswith("_offset="))
            links = [{"relation": "next", "url": f"{self.platform.fhir}/{kind}?{rest}&_offset={offset + count}"}]
        entries = [{"resource": resource, "search": {"mode": "match"}} for resource in page]
        return {"resourceType": "Bundle", "type": "searchset", "link": links, "entry": entries}

    def _site(self) -> str | None:
        if not self.platform.needs_token:
            return ""
        return self.platform.tokens.get(self.headers.get("Authorization", "").removeprefix("Bearer "))

    def _configuration(self) -> Json:
        base = self.platform.base
        return {"token_endpoint": f"{base}/token", "enrolment_endpoint": f"{base}/enrol"}

    def _enrol(self, wish: Json) -> tuple[int, Json, dict[str, str]]:
        p, kind = self.platform, {"Content-Type": "application/json"}
        if wish["site"] not in p.codes:
            return 404, {"error": "unknown_site"}, kind
        if wish["code"] in p.spent:
            known = p.spent[wish["code"]]
            return (200, known["answer"], kind) if known["wish"] == wish else (403, {"error": "invalid_code"}, kind)
        if p.codes[wish["site"]] != wish["code"]:
            return 403, {"error": "invalid_code"}, kind
        client_id = f"client-{len(p.clients) + 1}"
        p.clients[client_id] = (wish["site"], next(k for k in wish["jwks"]["keys"] if k["alg"] == "ES384"))
        p.store.give(_device(wish))
        site = {"code": wish["site"], "name": "Trạm mẫu", "address": "Số 1 Phố Mẫu", "province": "079"}
        where = {"fhir_base": p.fhir, "token_endpoint": f"{p.base}/token", "anchor": ""}
        p.spent[wish["code"]] = {"wish": wish, "answer": {"client_id": client_id, "site": site} | where}
        return 200, p.spent[wish["code"]]["answer"], kind

    def _new_keys(self, wish: Json) -> tuple[int, Json, dict[str, str]]:
        """C5: the token says which device asks; the keys it names count from now on."""
        p, kind, site = self.platform, {"Content-Type": "application/json"}, self._site()
        client_id = next((c for c in p.clients if p.clients[c][0] == site), "")
        if not client_id:
            return 401, {"error": "invalid_token"}, kind
        p.clients[client_id] = (str(site), next(k for k in wish["jwks"]["keys"] if k["alg"] == "ES384"))
        return 200, {"client_id": client_id}, kind

    def _token(self, form: dict[str, list[str]]) -> tuple[int, Json, dict[str, str]]:
        p, kind = self.platform, {"Content-Type": "application/json"}
        try:
            assertion = form["client_assertion"][0]
            client_id = jwt.decode(assertion, options={"verify_signature": False})["sub"]
            site, jwk = p.clients[client_id]
            options = {"verify_exp": False, "require": ["exp", "jti", "iss", "sub", "aud"]}
            key = jwt.PyJWK(jwk).key
            claims = jwt.decode(assertion, key, ["ES384"], options, audience=f"{p.base}/token")
        except (KeyError, jwt.PyJWTError):
            return 401, {"error": "invalid_client"}, kind
        left_s = claims["exp"] - p.clock()
        if claims["jti"] in p.jtis or not 0 < left_s <= 300:
            return 400, {"error": "invalid_client"}, kind
        p.jtis.add(claims["jti"])
        token = uuid.uuid4().hex
        p.tokens[token] = site
        return 200, {"access_token": token, "token_type": "bearer", "expires_in": 300}, kind


def _device(wish: Json) -> Json:
    """What the platform keeps of an enrolled device (C2)."""
    signing = next(k for k in wish["jwks"]["keys"] if k["alg"] == "ES256")
    tags = [{"system": SITE, "code": code} for code in (wish["site"], "national")]
    return {
        "resourceType": "Device", "id": wish["device"]["id"], "meta": {"tag": tags}, "status": "active",
        "identifier": [{"system": "urn:ietf:params:oauth:jwk-thumbprint", "value": signing["kid"]}],
        "extension": [{"url": "urn:vaxdesk:ext:jwk", "valueString": json.dumps(signing)}],
    }  # fmt: skip


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up in mid-answer is what these tests are about."""


@contextmanager
def model_platform(**changes: Any) -> Iterator[ModelPlatform]:
    """A running model platform on a free loopback port."""
    platform = ModelPlatform(**changes)
    handler = type("Handler", (_Handler,), {"platform": platform})
    server = _Server(("127.0.0.1", 0), handler)
    platform.base = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield platform
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
