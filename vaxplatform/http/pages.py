"""Search and history results as Bundles, and their links.

A page link of a GET repeats the search and adds the cursor. A search that came by POST may hold a citizen number, which must
not stand in a URL (contract L4): its page link is sealed with the platform's own key and ends after an hour.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import Connection

from vaxplatform.store import search
from vaxplatform.store.database import instant
from vaxplatform.store.refusals import Json, Refused
from vaxplatform.store.resources import Stored
from vaxplatform.store.scope import Actor

SEALED = "_page"
SEAL_LIFE_S = 3600
_OWN_PARAMETERS = (search.CURSOR, SEALED)


class Seal:
    """Hides a search in a page link."""

    def __init__(self, secret: bytes) -> None:
        self._fernet = Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"page links" + secret).digest()))

    def close(self, params: search.Params) -> str:
        """An opaque text."""
        return self._fernet.encrypt(json.dumps(list(params)).encode()).decode("ascii")

    def open(self, text: str) -> list[tuple[str, str]]:
        """The parameters inside. Raises Refused `page-ended`."""
        try:
            found = json.loads(self._fernet.decrypt(text.encode(), ttl=SEAL_LIFE_S))
        except (InvalidToken, UnicodeEncodeError) as error:
            raise Refused("page-ended") from error
        return [(str(name), str(value)) for name, value in found]


@dataclass(frozen=True, slots=True)
class Pages:
    """Bundles for one caller: `base` is the FHIR base under which they called."""

    base: str
    seal: Seal

    def opened(self, params: search.Params) -> tuple[list[tuple[str, str]], bool]:
        """The search behind the parameters of a URL, and whether it came sealed."""
        sealed = dict(params).get(SEALED)
        return (self.seal.open(sealed), True) if sealed is not None else (list(params), False)

    def found(self, connection: Connection, actor: Actor, kind: str, params: search.Params, *, private: bool) -> str:
        """The searchset as JSON text; the stored bodies go in as they are. `private` seals the links."""
        query = search.parse(kind, params)
        page = search.run(connection, actor, query)
        links = [_link("self", self._address(kind, params, private))]
        if page.cursor:
            rest = [(name, value) for name, value in params if name not in _OWN_PARAMETERS]
            links.append(_link("next", self._address(kind, [*rest, (search.CURSOR, page.cursor)], private)))
        entries = (self._entry(stored, '"search":{"mode":"match"}') for stored in page.found)
        return _bundle("searchset", links, entries, page.total)

    def searchset(self, connection: Connection, actor: Actor, kind: str, params: search.Params) -> Json:
        """The searchset of a GET inside a bundle."""
        parsed: Json = json.loads(self.found(connection, actor, kind, params, private=False))
        return parsed

    def history(self, kind: str, resource_id: str, versions: list[Stored], count: int) -> str:
        """The history as JSON text; `versions` is newest first and one longer than `count` when there is more."""
        address = f"{self.base}/{kind}/{resource_id}/_history"
        shown = versions[:count]
        links = [_link("self", address)]
        if len(versions) > count and shown:
            links.append(_link("next", f"{address}?_count={count}&_before={shown[-1].version}"))
        entries = (self._entry(stored, _what_happened(stored)) for stored in shown)
        return _bundle("history", links, entries, None)

    def _address(self, kind: str, params: search.Params, private: bool) -> str:
        address = f"{self.base}/{kind}"
        if private:
            return f"{address}?{SEALED}={self.seal.close(params)}"
        return f"{address}?{urlencode(list(params), quote_via=quote, safe=':/,')}" if params else address

    def _entry(self, stored: Stored, more: str) -> str:
        address = json.dumps(f"{self.base}/{stored.type}/{stored.id}")
        return f'{{"fullUrl":{address},"resource":{stored.body},{more}}}'


def _what_happened(stored: Stored) -> str:
    status = "201 Created" if stored.created else "200 OK"
    request = {"method": "PUT", "url": f"{stored.type}/{stored.id}"}
    response = {"status": status, "etag": stored.etag, "lastModified": instant(stored.at_us)}
    return f'"request":{json.dumps(request)},"response":{json.dumps(response)}'


def _link(relation: str, url: str) -> Json:
    return {"relation": relation, "url": url}


def _bundle(kind: str, links: list[Json], entries: Iterable[str], total: int | None) -> str:
    head = f'{{"resourceType":"Bundle","type":"{kind}","link":{json.dumps(links)}'
    counted = f',"total":{total}' if total is not None else ""
    inside = ",".join(entries)
    listed = f',"entry":[{inside}]' if inside else ""
    return f"{head}{counted}{listed}}}"
