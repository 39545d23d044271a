"""The services' own small FHIR REST client: read, search to the end, write many."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import requests

Json = dict[str, Any]
TIMEOUT_S = (5.0, 30.0)
CHUNK = 50


class FhirClient:
    """One server; `token` gives an access token at each call, None where the server wants none."""

    def __init__(self, base: str, token: Callable[[], str] | None = None) -> None:
        self.base = base.rstrip("/")
        self._token = token
        self._session = requests.Session()
        self._session.headers["Accept"] = "application/fhir+json"

    def close(self) -> None:
        """Closes the connections."""
        self._session.close()

    def search(self, kind: str, **params: str) -> Iterator[Json]:
        """Every resource that matches, page after page. Raises requests.RequestException."""
        page: Json | None = self._ask("GET", f"{self.base}/{kind}", params={"_count": "200"} | params)
        while page is not None:
            yield from (entry["resource"] for entry in page.get("entry", []) if "resource" in entry)
            url = next((link["url"] for link in page.get("link", []) if link.get("relation") == "next"), None)
            page = self._ask("GET", url) if url else None

    def by_ids(self, kind: str, ids: Sequence[str]) -> dict[str, Json]:
        """Resources of a type by id; those that are not there are left out."""
        return {found["id"]: found for found in self.search_many(kind, "_id", ids)}

    def search_many(self, kind: str, name: str, values: Sequence[str]) -> Iterator[Json]:
        """Resources whose parameter has one of many values, asked in chunks."""
        wanted = sorted(set(values))
        for start in range(0, len(wanted), CHUNK):
            yield from self.search(kind, **{name: ",".join(wanted[start : start + CHUNK])})

    def put_all(self, resources: Sequence[Json]) -> int:
        """Writes resources under their ids, each for itself; returns how many the server took."""
        taken = 0
        for start in range(0, len(resources), CHUNK):
            entries = [
                {"resource": r, "request": {"method": "PUT", "url": f"{r['resourceType']}/{r['id']}"}}
                for r in resources[start : start + CHUNK]
            ]
            answer = self._ask("POST", self.base, json={"resourceType": "Bundle", "type": "batch", "entry": entries})
            taken += sum(entry["response"]["status"].startswith("2") for entry in answer.get("entry", []))
        return taken

    def _ask(self, method: str, url: str, **more: Any) -> Json:
        headers = {"Authorization": f"Bearer {self._token()}"} if self._token else {}
        if "json" in more:
            headers["Content-Type"] = "application/fhir+json"
        answer = self._session.request(method, url, headers=headers, timeout=TIMEOUT_S, **more)
        answer.raise_for_status()
        found: Json = answer.json()
        return found
