"""FHIR REST below /fhir. Reading a body happens on the event loop, everything that touches the store in a worker thread."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qsl

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from vaxplatform.http import look_ups
from vaxplatform.http.bodies import body_of, fhir_answer, json_of
from vaxplatform.http.hooks import match_patient
from vaxplatform.http.pages import Pages, Seal
from vaxplatform.http.tokens import Tokens
from vaxplatform.settings import COUNT_DEFAULT, COUNT_MAX, Settings
from vaxplatform.store import bundle, resources, saving
from vaxplatform.store.database import EPOCH, Database
from vaxplatform.store.refusals import Json, Refused
from vaxplatform.store.resources import Saved, Stored, Writing
from vaxplatform.store.scope import Actor
from vaxplatform.store.types import TYPES
from vaxplatform.store.validation import check, checked_id

_FORM = "application/x-www-form-urlencoded"
_PARAMS_MAX = 60
_BEFORE_ALL = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Platform:
    """What the routes share."""

    settings: Settings
    database: Database
    tokens: Tokens
    seal: Seal
    anchor_der: bytes = field(repr=False)

    def base(self, request: Request) -> str:
        """The platform's address as this caller wrote it, if it is one of its own; else the first."""
        called = f"{request.url.scheme}://{request.headers.get('host', '')}"
        return called if called in self.settings.bases else self.settings.bases[0]

    def pages(self, request: Request) -> Pages:
        """Bundles with links this caller can follow."""
        return Pages(f"{self.base(request)}/fhir", self.seal)

    def actor(self, request: Request) -> Actor:
        """Who calls; its id stays with the request, for the log. Raises Refused `login-required`."""
        header = request.headers.get("authorization", "")
        actor = self.tokens.actor(header) if self.settings.auth else Actor("nobody")
        request.state.client_id = actor.client_id
        return actor


def fhir_router(platform: Platform) -> APIRouter:
    """All routes of the FHIR base that need a token."""
    router = APIRouter(prefix="/fhir", default_response_class=Response)
    routes = Routes(platform)
    add = router.add_api_route
    add("", routes.bundle, methods=["POST"])
    add("/", routes.bundle, methods=["POST"])
    add("/Patient/$match", routes.match, methods=["POST"])
    add("/{kind}", routes.search, methods=["GET"])
    add("/{kind}", routes.create, methods=["POST"])
    add("/{kind}", routes.update_where, methods=["PUT"])
    add("/{kind}/_search", routes.search_by_post, methods=["POST"])
    add("/{kind}/{resource_id}", routes.read, methods=["GET"])
    add("/{kind}/{resource_id}", routes.update, methods=["PUT"])
    add("/{kind}/{resource_id}/_history", routes.history, methods=["GET"])
    add("/{kind}/{resource_id}/_history/{version}", routes.read_version, methods=["GET"])
    return router


class Routes:
    """One method an interaction."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._database = platform.database

    async def bundle(self, request: Request) -> Response:
        """POST [base]: transaction or batch."""
        actor = await self._actor(request)
        content = await json_of(request)
        pages, whole = self._platform.pages(request), _prefers(request, "minimal") == "representation"

        def work() -> Json:
            return bundle.process(self._database, actor, content, pages, representation=whole)

        return fhir_answer(await run_in_threadpool(work))

    async def create(self, request: Request, kind: str) -> Response:
        """POST [base]/Type, conditional with If-None-Exist."""
        actor = await self._actor(request, kind)
        content = await json_of(request)
        condition = request.headers.get("if-none-exist")

        def work() -> Saved:
            resource = check(content, kind)
            return self._write(actor, lambda writing: saving.create(writing, resource, condition))

        return self._saved(request, await run_in_threadpool(work))

    async def update(self, request: Request, kind: str, resource_id: str) -> Response:
        """PUT [base]/Type/id, bound to a version with If-Match; makes what is not there."""
        actor = await self._actor(request, kind, resource_id)
        content = await json_of(request)
        if_match = request.headers.get("if-match")

        def work() -> Saved:
            resource = check(content, kind)
            if resource.get("id") != resource_id:
                raise Refused("id-differs")
            return self._write(actor, lambda writing: saving.update(writing, resource, if_match))

        return self._saved(request, await run_in_threadpool(work))

    async def update_where(self, request: Request, kind: str) -> Response:
        """PUT [base]/Type?condition: changes the one that meets it, makes what is not there. A site's condition holds no citizen number (L4)."""
        actor = await self._actor(request, kind)
        if not request.url.query:
            raise Refused("method-not-allowed")
        look_ups.refuse_numbers_in_address(actor, request.query_params.multi_items())
        content = await json_of(request)
        condition, if_match = request.url.query, request.headers.get("if-match")

        def work() -> Saved:
            resource = check(content, kind)
            return self._write(actor, lambda writing: saving.update_where(writing, resource, condition, if_match))

        return self._saved(request, await run_in_threadpool(work))

    async def read(self, request: Request, kind: str, resource_id: str) -> Response:
        """GET [base]/Type/id; 304 when If-None-Match names the newest version."""
        actor = await self._actor(request, kind, resource_id)
        actor.need("r", kind)

        def work() -> Stored:
            with self._database.reading() as connection:
                return resources.read(connection, actor, kind, resource_id)

        return _found(request, await run_in_threadpool(work))

    async def read_version(self, request: Request, kind: str, resource_id: str, version: str) -> Response:
        """GET [base]/Type/id/_history/version."""
        actor = await self._actor(request, kind, resource_id)
        actor.need("r", kind)
        if not (version.isascii() and version.isdecimal() and len(version) < 10):
            raise Refused("not-known")

        def work() -> Stored:
            with self._database.reading() as connection:
                return resources.read_version(connection, actor, kind, resource_id, int(version))

        return _found(request, await run_in_threadpool(work))

    async def history(self, request: Request, kind: str, resource_id: str) -> Response:
        """GET [base]/Type/id/_history, newest first."""
        actor = await self._actor(request, kind, resource_id)
        actor.need("r", kind)
        count = min(max(_number(request, "_count", COUNT_DEFAULT), 1), COUNT_MAX)
        below = _number(request, "_before", _BEFORE_ALL)

        def work() -> list[Stored]:
            with self._database.reading() as connection:
                return resources.history(connection, actor, kind, resource_id, below, count)

        found = await run_in_threadpool(work)
        return fhir_answer(self._platform.pages(request).history(kind, resource_id, found, count))

    async def search(self, request: Request, kind: str) -> Response:
        """GET [base]/Type?parameters."""
        actor = await self._actor(request, kind)
        pages = self._platform.pages(request)
        params, private = pages.opened(request.query_params.multi_items())
        if not private:
            look_ups.refuse_numbers_in_address(actor, params)
        return await self._search(actor, pages, kind, params, private)

    async def search_by_post(self, request: Request, kind: str) -> Response:
        """POST [base]/Type/_search with a form: for what must not stand in a URL."""
        actor = await self._actor(request, kind)
        if request.headers.get("content-type", _FORM).split(";")[0].strip().lower() != _FORM:
            raise Refused("media-type")
        body = await body_of(request)
        try:
            form = parse_qsl(body.decode("utf-8"), max_num_fields=_PARAMS_MAX)
        except ValueError as error:
            raise Refused("parameter-value", parameter="body") from error
        params = [*request.query_params.multi_items(), *form]
        if actor.site and look_ups.is_look_up(kind, params):
            return await self._look_up(actor, self._platform.pages(request), params)
        return await self._search(actor, self._platform.pages(request), kind, params, True)

    async def _look_up(self, actor: Actor, pages: Pages, params: list[tuple[str, str]]) -> Response:
        """The doses of named citizens over all sites, written down (H1)."""
        actor.need("s", "Immunization")
        anybody, wanted = look_ups.unbounded(actor, params)

        def work() -> str:
            with self._database.reading() as connection:
                found = pages.found(connection, anybody, "Immunization", wanted, private=True)
            look_ups.note(self._database, actor, wanted[0][1].count(",") + 1, json.loads(found)["total"])
            return found

        return fhir_answer(await run_in_threadpool(work))

    async def match(self, request: Request) -> Response:
        """POST [base]/Patient/$match with Parameters: asks the national population."""
        actor = await self._actor(request, "Patient")
        actor.need("s", "Patient")
        patient = _patient_of(await json_of(request))
        population = request.app.state.population
        return fhir_answer(await run_in_threadpool(match_patient, population, patient))

    async def _search(
        self, actor: Actor, pages: Pages, kind: str, params: list[tuple[str, str]], private: bool
    ) -> Response:
        actor.need("s", kind)

        def work() -> str:
            with self._database.reading() as connection:
                return pages.found(connection, actor, kind, params, private=private)

        return fhir_answer(await run_in_threadpool(work))

    async def _actor(self, request: Request, kind: str | None = None, resource_id: str | None = None) -> Actor:
        """Who calls, and whether the address can be one at all."""
        actor = await run_in_threadpool(self._platform.actor, request)
        if kind is not None and kind not in TYPES:
            raise Refused("type-unknown")
        if resource_id is not None:
            checked_id(resource_id)
        return actor

    def _write(self, actor: Actor, act: Any) -> Saved:
        with self._database.writing() as connection:
            writing = Writing(connection, actor)
            saved: Saved = act(writing)
            if saved.stored in writing.pending():
                saving.check_references(writing, saved.stored)
            writing.flush()
        return saved

    def _saved(self, request: Request, saved: Saved) -> Response:
        headers = _version_headers(saved.stored)
        headers["Location"] = f"{self._platform.base(request)}/fhir/{saved.stored.location}"
        body = "" if _prefers(request, "representation") == "minimal" else saved.stored.body
        return fhir_answer(body, saved.status, headers)


def _found(request: Request, stored: Stored) -> Response:
    headers = _version_headers(stored)
    if request.headers.get("if-none-match", "").strip() == stored.etag:
        return Response(status_code=304, headers=headers)
    return fhir_answer(stored.body, 200, headers)


def _version_headers(stored: Stored) -> dict[str, str]:
    at = EPOCH + timedelta(microseconds=stored.at_us)
    return {"ETag": stored.etag, "Last-Modified": format_datetime(at, usegmt=True)}


def _prefers(request: Request, otherwise: str) -> str:
    """minimal, representation or OperationOutcome, from the Prefer header."""
    for wish in request.headers.get("prefer", "").replace(";", ",").split(","):
        name, _, value = wish.strip().partition("=")
        if name == "return":
            return value
    return otherwise


def _number(request: Request, name: str, otherwise: int) -> int:
    text = request.query_params.get(name, str(otherwise))
    if not (text.isascii() and text.isdecimal() and len(text) < 11):
        raise Refused("parameter-value", parameter=name)
    return min(int(text), _BEFORE_ALL)


def _patient_of(parameters: Any) -> Json:
    """The Patient of a $match request."""
    given = parameters.get("parameter") if isinstance(parameters, dict) else None
    for one in given if isinstance(given, list) else []:
        if isinstance(one, dict) and one.get("name") == "resource" and isinstance(one.get("resource"), dict):
            return check(one["resource"], "Patient")
    raise Refused("not-a-resource", "Parameters.parameter")
