"""Who asks, and what is their business (contract R2). Pure.

A site writes resources that carry exactly its own site tag and reads what carries its tag or `national`. A service sees everything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from vaxplatform.store.refusals import Refused
from vaxplatform.store.types import SERVICE_TYPES, SITE_SYSTEM, Json, tags, values_at

NATIONAL = "national"
EVERYTHING = "system/*.*"
SITE_SCOPE = "system/*.cruds"
SCOPES_SUPPORTED = (EVERYTHING, SITE_SCOPE, "system/*.read", "system/*.write", "system/*.rs")
_SCOPE = re.compile(r"system/(?P<type>\*|[A-Z][A-Za-z]+)\.(?P<may>\*|read|write|c?r?u?d?s?)")
_LETTERS = {"*": "cruds", "read": "rs", "write": "cud"}


@dataclass(frozen=True, slots=True)
class Actor:
    """A client of the store. An empty `site` is a service (or a store without authorisation)."""

    client_id: str = ""
    site: str = ""
    scope: str = EVERYTHING

    @property
    def sees_everything(self) -> bool:
        """Whether no site tag bounds it."""
        return not self.site

    @property
    def visible_tags(self) -> tuple[str, ...]:
        """The tag tokens it reads."""
        return (f"{SITE_SYSTEM}|{self.site}", f"{SITE_SYSTEM}|{NATIONAL}")

    def need(self, letter: str, kind: str) -> None:
        """Raises Refused `scope-lacking` unless the scope has this interaction (c, r, u or s) for this type."""
        if not any(_grants(scope, letter, kind) for scope in self.scope.split()):
            raise Refused("scope-lacking")

    def sees(self, resource: Json) -> bool:
        """Whether it may read this resource."""
        return self.sees_everything or self.site in (codes := tags(resource)) or NATIONAL in codes

    def check_write(self, resource: Json, stored: Json | None) -> None:
        """Raises Refused for a write that is not this client's business."""
        if self.sees_everything:
            return
        if resource["resourceType"] in SERVICE_TYPES:
            raise Refused("service-only")
        if stored is not None and self.site not in tags(stored):
            raise Refused("foreign")
        carried = set(tags(resource))
        if carried - {self.site} - set(tags(stored or {})):
            raise Refused("tag-foreign", f"{resource['resourceType']}.meta.tag")
        if self.site not in carried:
            raise Refused("tag-required", f"{resource['resourceType']}.meta.tag")


def granted(requested: str, site: str) -> str:
    """The part of a requested scope this client gets; "" when nothing of it is known. Only services get `system/*.*`."""
    known = [scope for scope in requested.split() if (match := _SCOPE.fullmatch(scope)) and match["may"]]
    if site:
        known = [SITE_SCOPE if scope == EVERYTHING else scope for scope in known]
    return " ".join(dict.fromkeys(known))


def with_kept_tags(resource: Json, stored: Json | None) -> Json:
    """The resource with the site tags others put on the stored one: a site cannot take a Patient from another site."""
    kept = [code for code in tags(stored or {}) if code not in tags(resource)]
    return with_tags(resource, kept) if kept else resource


def with_tags(resource: Json, sites: list[str]) -> Json:
    """A copy with more site tags."""
    more = [{"system": SITE_SYSTEM, "code": code} for code in sites]
    return {**resource, "meta": {**resource.get("meta", {}), "tag": [*values_at(resource, "meta.tag"), *more]}}


def _grants(scope: str, letter: str, kind: str) -> bool:
    match = _SCOPE.fullmatch(scope)
    return bool(match and match["type"] in ("*", kind) and letter in _LETTERS.get(match["may"], match["may"]))
