"""A FHIR store in memory that does exactly what docs/sync-contract.md says, and nothing else: the measure for every other server in the tests."""

from __future__ import annotations

import copy
import json
import re
import threading
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, unquote

import rfc8785

Json = dict[str, Any]
SITE = "urn:vaxdesk:site"
TWELVE = re.compile(r"\d{12}")


class Refusal(Exception):
    """An HTTP status with its OperationOutcome."""

    def __init__(self, status: int, diagnostics: str) -> None:
        super().__init__(diagnostics)
        self.status, self.diagnostics = status, diagnostics

    @property
    def outcome(self) -> Json:
        issue = {"severity": "error", "code": "processing", "diagnostics": self.diagnostics}
        return {"resourceType": "OperationOutcome", "issue": [issue]}


@dataclass
class ModelStore:
    """Resources by (type, id), each a list of versions. `entries_max` and `bytes_max` are the limits of the contract."""

    entries_max: int = 500
    bytes_max: int = 4 * 1024 * 1024
    unsorted: bool = False
    resources: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    poison_lot: str = "POISON"
    poison_status: int = 422
    lock: threading.RLock = field(default_factory=threading.RLock)
    _tick: int = 0

    # --- reading, for the server and for tests

    def newest(self, kind: str, resource_id: str) -> Json | None:
        versions = self.resources.get((kind, resource_id))
        return versions[-1] if versions else None

    def all(self, kind: str) -> list[Json]:
        return [versions[-1] for (k, _), versions in self.resources.items() if k == kind]

    def versions(self, kind: str, resource_id: str) -> int:
        return len(self.resources.get((kind, resource_id), []))

    # --- writing

    def transaction(self, bundle: Json, site: str) -> Json:
        """All or nothing: on any refusal the store is as before."""
        with self.lock:
            if len(bundle["entry"]) > self.entries_max:
                raise Refusal(413, "too many entries")
            before = {key: list(versions) for key, versions in self.resources.items()}
            try:
                return self._transaction(bundle, site)
            except BaseException:
                self.resources = before
                raise

    def _transaction(self, bundle: Json, site: str) -> Json:
        places: dict[str, str] = {}
        responses: dict[int, Json] = {}
        order = sorted(range(len(bundle["entry"])), key=lambda i: _turn(bundle["entry"][i]["request"]))
        for i in order:
            entry = bundle["entry"][i]
            request, resource = entry["request"], copy.deepcopy(entry["resource"])
            if request["method"] == "POST":
                status, stored = self._conditional_create(resource, request.get("ifNoneExist", ""), site)
            elif "?" in request["url"]:
                status, stored = self._conditional_update(resource, request["url"], site)
            else:
                kind, _, resource_id = request["url"].partition("/")
                self._resolve(resource, places)
                status, stored = self.put(kind, resource_id, resource, site, request.get("ifMatch"))
            places[entry["fullUrl"]] = f"{stored['resourceType']}/{stored['id']}"
            responses[i] = _response(status, stored)
        entries = [{"response": responses[i]} for i in range(len(order))]
        return {"resourceType": "Bundle", "type": "transaction-response", "entry": entries}

    def _conditional_create(self, resource: Json, condition: str, site: str) -> tuple[int, Json]:
        value = unquote(condition).partition("|")[2]
        for known in self.all("Patient"):
            if any(i["value"] == value for i in known.get("identifier", [])):
                return 200, self._tagged(known, site)
        resource["id"] = str(uuid.uuid4())
        return 201, self._store(resource)

    def _conditional_update(self, resource: Json, url: str, site: str) -> tuple[int, Json]:
        """P12: none makes it, one is changed and keeps the others' tags, more are refused."""
        value = unquote(url).partition("|")[2]
        met = [known for known in self.all("Patient") if any(i["value"] == value for i in known["identifier"])]
        if len(met) > 1:
            raise Refusal(412, "the condition matches several")
        if not met:
            resource["id"] = str(uuid.uuid4())
            return 201, self._store(resource)
        tags = [tag for tag in met[0]["meta"]["tag"] if tag["code"] not in sites_of(resource)]
        changed = {**resource, "id": met[0]["id"], "meta": {"tag": [*resource["meta"]["tag"], *tags]}}
        if _facts(changed) == _facts(met[0]) and sites_of(changed) == sites_of(met[0]):
            return 200, met[0]
        return 200, self._store(changed)

    def _tagged(self, patient: Json, site: str) -> Json:
        if site in sites_of(patient):
            return patient
        changed = copy.deepcopy(patient)
        changed["meta"]["tag"].append({"system": SITE, "code": site})
        return self._store(changed)

    @staticmethod
    def _resolve(resource: Json, places: dict[str, str]) -> None:
        for name in ("patient", "subject"):
            reference = resource.get(name, {}).get("reference", "")
            if reference in places:
                resource[name]["reference"] = places[reference]

    def put(
        self, kind: str, resource_id: str, resource: Json, site: str, if_match: str | None = None
    ) -> tuple[int, Json]:
        """One update or create-by-id with the rules P2, P3, R1, R2."""
        with self.lock:
            known = self.newest(kind, resource_id)
            if known is not None and site and site not in sites_of(known):
                raise Refusal(403, "another site's record")
            if site and site not in sites_of(resource):
                raise Refusal(403, "not your site tag")
            if if_match is not None and (known is None or f'W/"{known["meta"]["versionId"]}"' != if_match):
                raise Refusal(412, "version differs")
            if kind == "Immunization":
                self._check_dose(resource, known)
            if kind == "AdverseEvent":
                self._check_reaction(resource, known)
            if known is not None and _facts(known) == _facts(resource):
                return 200, known
            resource["id"] = resource_id
            return (200 if known else 201), self._store(resource)

    def _check_dose(self, resource: Json, known: Json | None) -> None:
        value = resource["patient"].get("identifier", {}).get("value", "")
        patient = self.newest(*resource["patient"]["reference"].split("/"))
        numbers = {i["value"] for i in (patient or {}).get("identifier", [])}
        if not TWELVE.fullmatch(value) or value not in numbers:
            raise Refusal(422, "no citizen number")
        if resource.get("lotNumber") == self.poison_lot:
            raise Refusal(self.poison_status, "Số lô không có trong danh mục")
        if known is not None and _revision(resource) < _revision(known):
            raise Refusal(409, "a newer revision is stored")

    def _check_reaction(self, resource: Json, known: Json | None) -> None:
        value = resource["subject"].get("identifier", {}).get("value", "")
        patient = self.newest(*resource["subject"]["reference"].split("/"))
        if value not in {i["value"] for i in (patient or {}).get("identifier", [])}:
            raise Refusal(422, "no citizen number")
        for suspect in resource["suspectEntity"]:
            dose = self.newest("Immunization", suspect["instance"]["reference"].removeprefix("Immunization/"))
            if dose is None or dose["patient"]["identifier"]["value"] != value:
                raise Refusal(422, "no dose of this person")
        if known is not None and _revision(resource) < _revision(known):
            raise Refusal(409, "a newer revision is stored")

    def _store(self, resource: Json) -> Json:
        versions = self.resources.setdefault((resource["resourceType"], resource["id"]), [])
        self._tick += 1
        at = datetime.now(UTC).replace(microsecond=0).isoformat()[:-6] + f".{self._tick % 1_000_000:06d}Z"
        meta = {**resource.get("meta", {}), "versionId": str(len(versions) + 1), "lastUpdated": at}
        stored = {**resource, "meta": meta}
        versions.append(stored)
        return stored

    def give(self, resource: Json) -> Json:
        """A service of the platform writes."""
        with self.lock:
            return self._store(copy.deepcopy(resource))

    # --- searching

    def search(self, kind: str, query: str, site: str) -> tuple[list[Json], int, int]:
        """Matching resources, the offset and the count of the page asked for."""
        wanted = {name: values[0] for name, values in parse_qs(query).items()}
        with self.lock:
            history = kind == "Immunization" and set(wanted) - {"_count", "_offset"} == {"patient.identifier"}
            seen = [r for r in self.all(kind) if history or _visible(r, site)]
            found = [r for r in seen if _matches(r, wanted)]
        newest_first = wanted.get("_sort", "").startswith("-")
        found.sort(key=lambda r: r["meta"]["lastUpdated"], reverse=self.unsorted or newest_first)
        return found, int(wanted.get("_offset", "0")), min(int(wanted.get("_count", "100")), 1000)


def _turn(request: Json) -> int:
    """People first: the others refer to them."""
    return 0 if request["method"] == "POST" or "?" in request["url"] else 1


def sites_of(resource: Json) -> set[str]:
    return {tag["code"] for tag in resource.get("meta", {}).get("tag", []) if tag["system"] == SITE}


def content_sha256(resource: Json) -> str:
    """The content hash, written a second time from the contract."""
    import hashlib

    return hashlib.sha256(_facts(resource)).hexdigest()


def _facts(resource: Json) -> bytes:
    kept = {k: v for k, v in resource.items() if k not in ("meta", "text")}
    for name in {"patient", "subject"} & kept.keys():
        kept[name] = {k: v for k, v in kept[name].items() if k not in ("reference", "display")}
    return rfc8785.dumps(kept)


def _revision(resource: Json) -> int:
    found = [e["valueInteger"] for e in resource["extension"] if e["url"] == "urn:vaxdesk:ext:revision"]
    return int(found[0]) if found else 0


def _visible(resource: Json, site: str) -> bool:
    return not site or bool(sites_of(resource) & {site, "national"})


def _matches(resource: Json, wanted: dict[str, str]) -> bool:
    if "_id" in wanted and resource["id"] not in wanted["_id"].split(","):
        return False
    if "_tag" in wanted and wanted["_tag"].partition("|")[2] not in sites_of(resource):
        return False
    numbers = wanted.get("patient.identifier", "").replace("urn:vn:cccd|", "").split(",")
    if numbers != [""] and resource["patient"]["identifier"]["value"] not in numbers:
        return False
    since = wanted.get("_lastUpdated", "").removeprefix("ge")
    return not since or _time(resource["meta"]["lastUpdated"]) >= _time(since)


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _response(status: int, stored: Json) -> Json:
    version = stored["meta"]["versionId"]
    return {
        "status": f"{status} {'Created' if status == 201 else 'OK'}",
        "location": f"{stored['resourceType']}/{stored['id']}/_history/{version}",
        "etag": f'W/"{version}"',
        "lastModified": stored["meta"]["lastUpdated"],
    }


def as_json(resource: Json) -> bytes:
    return json.dumps(resource, ensure_ascii=False).encode("utf-8")
