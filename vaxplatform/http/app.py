"""The ASGI application: routes, and one way from every failure to an OperationOutcome."""

from __future__ import annotations

import logging
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from vaxplatform import courier
from vaxplatform.courier import CourierKeys
from vaxplatform.http import auth, enrolment, hooks, new_keys
from vaxplatform.http.bodies import body_of, fhir_answer, json_answer, json_of, refusal_answer
from vaxplatform.http.capability import capability_statement, smart_configuration
from vaxplatform.http.citizen import CitizenPages
from vaxplatform.http.courier import CourierRoute
from vaxplatform.http.fhir_routes import Platform, fhir_router
from vaxplatform.http.pages import Seal
from vaxplatform.http.tokens import Tokens
from vaxplatform.settings import Settings, secret_of
from vaxplatform.store.database import Database
from vaxplatform.store.refusals import Refused

log = logging.getLogger("vaxplatform")
_GZIP_LEVEL = 4  # most of the gain; the default of 9 costs more time than a bundle takes to store
_GZIP_FROM_BYTES = 600
_REFUSED_STATUS = {404: "no-such-address", 405: "method-not-allowed"}


def create_app(settings: Settings, database: Database, anchor_der: bytes) -> FastAPI:
    """The application over an open database; `close_app` ends both. `anchor_der` is told to desks that enrol."""
    secret = secret_of(settings.data_dir)
    keys = courier.load_or_make(settings.data_dir)
    platform = Platform(settings, database, Tokens(secret, database), Seal(secret), anchor_der)
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.platform = platform
    app.state.population = hooks.population_of(settings.population_file)
    app.add_middleware(GZipMiddleware, minimum_size=_GZIP_FROM_BYTES, compresslevel=_GZIP_LEVEL)
    app.router.routes.extend(_public_routes(platform, keys))
    app.router.routes.extend(CitizenPages(settings, database).routes())
    app.include_router(fhir_router(platform))
    app.add_exception_handler(Refused, _on_refused)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(ClientDisconnect, _on_broken_off)
    app.add_exception_handler(SQLAlchemyError, _on_bug)
    app.add_exception_handler(Exception, _on_bug)
    return app


def close_app(app: FastAPI) -> None:
    """Closes the database and the population."""
    app.state.platform.database.close()
    if app.state.population is not None:
        app.state.population.close()


def _public_routes(platform: Platform, keys: CourierKeys) -> list[Route]:
    """What is not FHIR: discovery, tokens, enrolment, courier."""
    public = PublicRoutes(platform, keys)
    smart = "/.well-known/smart-configuration"
    return [
        Route("/fhir/metadata", public.metadata),
        Route("/fhir" + smart, public.smart_configuration),
        Route(smart, public.smart_configuration),
        Route("/auth/token", public.token, methods=["POST"]),
        Route("/enrolment", public.enrol, methods=["POST"]),
        Route("/courier", CourierRoute(platform, keys).deliver, methods=["POST"]),
        Route("/enrolment/keys", public.renew_keys, methods=["POST"]),
    ]


class PublicRoutes:
    """Discovery, tokens and enrolment."""

    def __init__(self, platform: Platform, keys: CourierKeys) -> None:
        self._platform, self._keys = platform, keys
        self._settings = platform.settings
        self._endpoints = frozenset(f"{base}/auth/token" for base in platform.settings.bases)

    async def metadata(self, request: Request) -> Response:
        """The CapabilityStatement."""
        base = f"{self._platform.base(request)}/fhir"
        return fhir_answer(capability_statement(base, version("vaxdesk"), auth=self._settings.auth))

    async def smart_configuration(self, request: Request) -> Response:
        """Where tokens come from (C1)."""
        base = self._platform.base(request)
        return json_answer(smart_configuration(base) | {"courier": self._keys.public(base)})

    async def token(self, request: Request) -> Response:
        """An access token for a signed assertion (C3)."""
        form = await body_of(request, auth.FORM_BYTES_MAX)
        database, tokens = self._platform.database, self._platform.tokens
        try:
            return json_answer(await run_in_threadpool(auth.token_answer, form, self._endpoints, database, tokens))
        except auth.OAuthRefused as refused:
            return json_answer(refused.answer(), refused.status)

    async def enrol(self, request: Request) -> Response:
        """A desk's first contact (C2)."""
        body = await json_of(request, enrolment.BODY_BYTES_MAX)
        try:
            site = await run_in_threadpool(enrolment.enrol, self._platform.database, body)
        except enrolment.EnrolmentRefused as refused:
            return json_answer({"error": refused.error}, refused.status)
        base, anchor = self._platform.base(request), self._platform.anchor_der
        told = enrolment.answer(site, body["device"]["id"], base, anchor)
        return json_answer(told | {"courier": self._keys.public(base)})

    async def renew_keys(self, request: Request) -> Response:
        """New keys of a device (C5)."""
        actor = await run_in_threadpool(self._platform.actor, request)
        body = await json_of(request, enrolment.BODY_BYTES_MAX)
        try:
            return json_answer(await run_in_threadpool(new_keys.renew, self._platform.database, actor, body))
        except enrolment.EnrolmentRefused as refused:
            return json_answer({"error": refused.error}, refused.status)


async def _on_refused(_request: Request, refused: Any) -> Response:
    return refusal_answer(refused)


async def _on_http(_request: Request, error: Any) -> Response:
    code = _REFUSED_STATUS.get(error.status_code, "entry-unusable")
    return refusal_answer(Refused(code))


async def _on_broken_off(request: Request, _error: Any) -> Response:
    """The caller went away while it was sending: a bad line's daily bread, not a bug. Nothing was stored, and nobody hears the answer."""
    log.info("upload broken off by %s in %s", getattr(request.state, "client_id", "a stranger"), request.method)
    return Response(status_code=400)


async def _on_bug(request: Request, error: Exception) -> Response:
    """A bug: its class is logged, its text may hold values and is not."""
    log.error("unexpected %s in %s", type(error).__name__, request.method)
    return refusal_answer(Refused("internal"))
