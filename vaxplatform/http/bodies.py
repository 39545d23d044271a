"""Request bodies and answers: bounded before and after decompression, JSON in UTF-8 only."""

from __future__ import annotations

import json
import zlib
from typing import Any, NoReturn

from starlette.requests import Request
from starlette.responses import Response

from vaxplatform.settings import BODY_BYTES_MAX
from vaxplatform.store.refusals import Json, Refused

FHIR_JSON = "application/fhir+json"
_DRAIN_BYTES_MAX = 8 * BODY_BYTES_MAX  # a client that is still sending hears the 413 only when somebody listens
_GZIP_WINDOW = 31


async def body_of(request: Request, limit: int = BODY_BYTES_MAX) -> bytes:
    """The whole body, inflated. Raises Refused `too-large`, `content-encoding`, `unreadable-json`."""
    pieces: list[bytes] = []
    length = 0
    async for piece in request.stream():
        length += len(piece)
        if length <= limit:
            pieces.append(piece)
        elif length > _DRAIN_BYTES_MAX:
            break
    if length > limit:
        raise Refused("too-large")
    return _inflated(b"".join(pieces), request.headers.get("content-encoding", "identity"), limit)


def _inflated(raw: bytes, encoding: str, limit: int) -> bytes:
    match encoding.strip().lower():
        case "" | "identity":
            return raw
        case "gzip" | "x-gzip":
            return _gunzip(raw, limit)
    raise Refused("content-encoding")


def _gunzip(raw: bytes, limit: int) -> bytes:
    inflating = zlib.decompressobj(_GZIP_WINDOW)
    try:
        body = inflating.decompress(raw, limit + 1)
    except zlib.error as error:
        raise Refused("unreadable-json") from error
    if len(body) > limit:
        raise Refused("too-large")
    if not inflating.eof or inflating.unused_data:
        raise Refused("unreadable-json")  # cut off, or something behind it
    return body


async def json_of(request: Request, limit: int = BODY_BYTES_MAX) -> Any:
    """The body as JSON. Raises Refused `media-type`, `unreadable-json`, `too-deep` and those of `body_of`."""
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind not in (FHIR_JSON, "application/json", "text/json"):
        raise Refused("media-type")
    body = await body_of(request, limit)
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_not_a_number)
    except RecursionError:
        raise Refused("too-deep") from None
    except ValueError:
        raise Refused("unreadable-json") from None


def _not_a_number(_name: str) -> NoReturn:
    raise ValueError("NaN and Infinity are no JSON")


def fhir_answer(content: Json | str, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A FHIR answer; a text is sent as it is."""
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return Response(text.encode("utf-8"), status, headers, FHIR_JSON)


def json_answer(content: Json, status: int = 200) -> Response:
    """A plain JSON answer that no cache keeps."""
    return Response(
        json.dumps(content, ensure_ascii=False).encode(), status, {"Cache-Control": "no-store"}, "application/json"
    )


def refusal_answer(refused: Refused) -> Response:
    """The OperationOutcome of a refusal."""
    headers = {}
    if refused.status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="vaxplatform"'
    if refused.status == 503:
        headers["Retry-After"] = "5"
    return fhir_answer(refused.outcome(), refused.status, headers)
