"""POST <base>/courier: a sealed file from any enrolled device (contract K3)."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from vaxplatform import courier
from vaxplatform.courier import CourierKeys
from vaxplatform.http.bodies import body_of
from vaxplatform.http.fhir_routes import Platform
from vaxplatform.store.refusals import Refused

JOSE = "application/jose"


class CourierRoute:
    """One route over the platform and its courier keys."""

    def __init__(self, platform: Platform, keys: CourierKeys) -> None:
        self._platform, self._keys = platform, keys

    async def deliver(self, request: Request) -> Response:
        """Carries the file out and answers with its receipts."""
        await run_in_threadpool(self._platform.actor, request)
        body = await body_of(request, courier.SEALED_BYTES_MAX)
        try:
            text = body.decode("ascii")
        except UnicodeDecodeError as error:
            raise Refused("courier-unreadable") from error
        answer = await run_in_threadpool(courier.take_in, self._platform.database, self._keys, text)
        return Response(answer, media_type=JOSE)
