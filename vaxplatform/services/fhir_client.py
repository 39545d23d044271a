"""The services' own small FHIR REST client: read, search to the end, write many."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit, urlunsplit

import requests

log = logging.getLogger(__name__)
Json = dict[str, Any]
TIMEOUT_S = (5.0, 30.0)
CHUNK = 50


@dataclass(frozen=True, slots=True)
class Written:
    """How many writes the server took, and the ids of what it refused (or of the doses these were about)."""

    count: int = 0
    refused: frozenset[str] = frozenset()

    def __add__(self, other: Written) -> Written:
        return Written(self.count + other.count, self.refused | other.refused)

    def about(self, doses: Mapping[str, str]) -> Written:
        """The same, with each refused id replaced by that of its dose."""
        return Written(self.count, frozenset(doses[resource_id] for resource_id in self.refused))


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
            page = self._ask("GET", self._here(url)) if url else None

    def by_ids(self, kind: str, ids: Sequence[str]) -> dict[str, Json]:
        """Resources of a type by id; those that are not there are left out."""
        return {found["id"]: found for found in self.search_many(kind, "_id", ids)}

    def search_many(self, kind: str, name: str, values: Sequence[str]) -> Iterator[Json]:
        """Resources whose parameter has one of many values, asked in chunks."""
        wanted = sorted(set(values))
        for start in range(0, len(wanted), CHUNK):
            yield from self.search(kind, **{name: ",".join(wanted[start : start + CHUNK])})

    def put_each(self, resources: Sequence[Json]) -> Written:
        """Writes resources under their ids, each for itself; a refused one is logged by id and status and holds up no other."""
        refused: set[str] = set()
        for start in range(0, len(resources), CHUNK):
            refused |= self._put_some(resources[start : start + CHUNK])
        return Written(len(resources) - len(refused), frozenset(refused))

    def put_all(self, resources: Sequence[Json]) -> int:
        """As `put_each`; returns how many the server took."""
        return self.put_each(resources).count

    def _put_some(self, resources: Sequence[Json]) -> set[str]:
        try:
            statuses = self._put_together(resources)
        except requests.HTTPError as error:
            if not _is_of_the_bundle(error):
                raise
            statuses = [self._put_alone(one) for one in resources]
        refused = {one["id"]: status for one, status in zip(resources, statuses, strict=True) if status[:1] != "2"}
        for one in resources:
            if one["id"] in refused:
                log.warning("refused: %s/%s, %s", one["resourceType"], one["id"], refused[one["id"]][:3] or "no answer")
        return set(refused)

    def _put_together(self, resources: Sequence[Json]) -> list[str]:
        """The statuses in the order of the resources; what was not answered was not taken."""
        entries = [
            {"resource": one, "request": {"method": "PUT", "url": f"{one['resourceType']}/{one['id']}"}}
            for one in resources
        ]
        answer = self._ask("POST", self.base, json={"resourceType": "Bundle", "type": "batch", "entry": entries})
        statuses = [str(entry.get("response", {}).get("status", "")) for entry in answer.get("entry", [])]
        return (statuses + [""] * len(resources))[: len(resources)]

    def _put_alone(self, resource: Json) -> str:
        try:
            self._ask("PUT", f"{self.base}/{resource['resourceType']}/{resource['id']}", json=resource)
        except requests.HTTPError as error:
            if not _is_of_the_bundle(error):
                raise
            return str(_status(error))
        return "200"

    def _ask(self, method: str, url: str, **more: Any) -> Json:
        headers = {"Authorization": f"Bearer {self._token()}"} if self._token else {}
        if "json" in more:
            headers["Content-Type"] = "application/fhir+json"
        answer = self._session.request(method, url, headers=headers, timeout=TIMEOUT_S, **more)
        answer.raise_for_status()
        found: Json = answer.json() if answer.content else {}
        return found

    def _here(self, url: str) -> str:
        """A page link on our own server, whatever name it gives itself: the token goes nowhere else."""
        link, base = urlsplit(urljoin(f"{self.base}/", url)), urlsplit(self.base)
        return urlunsplit((base.scheme, base.netloc, link.path, link.query, ""))


def _is_of_the_bundle(error: requests.HTTPError) -> bool:
    """Whether what was sent is refused: a server may not know batches, or refuse one whole for a single entry.

    401, 429 and 5xx (501 apart) are about the server's state: everything is tried again later.
    """
    status = _status(error)
    return status == 501 or (400 <= status < 500 and status not in (401, 429))


def _status(error: requests.HTTPError) -> int:
    return error.response.status_code if error.response is not None else 0
