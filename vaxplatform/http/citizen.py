"""The public page (contract Q4): look up one's own doses, complain, see the answer. Only forms sent by POST carry anything of a person."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from vaxplatform import complaints, own_doses, registry
from vaxplatform.complaints import SENT_AT_ONCE_MAX, Claim, ClaimRefused, Filed
from vaxplatform.http import citizen_html as html
from vaxplatform.http.citizen_days import read_day, show_day
from vaxplatform.http.citizen_guard import FORM_LIFE_S, SEEN_LIFE_S, Codes, Limits, Sealer, as_texts
from vaxplatform.http.citizen_html import VIETNAM, Form
from vaxplatform.pictures import SENT_BYTES_MAX, Picture, small
from vaxplatform.settings import Settings, secret_of
from vaxplatform.store.database import Database
from vaxplatform.store.refusals import Refused

log = logging.getLogger("vaxplatform")
COOKIE = "vaxcitizen"
BODY_BYTES_MAX = SENT_AT_ONCE_MAX * SENT_BYTES_MAX + 256 * 1024
FIELDS_MAX, FIELD_BYTES_MAX = 40, 64 * 1024
TEN_MINUTES_S, HOUR_S = 600.0, 3600.0
TRY_LATER = "Có quá nhiều lượt từ địa chỉ này. Hãy thử lại sau ít phút."
SEND_AGAIN = "Trang đã mở quá lâu. Hãy gửi lại lần nữa."
WRONG_CODE = "Mã xác nhận không đúng hoặc đã hết hạn. Hãy nhập lại, hoặc xin mã mới."
NOT_FOUND = "Không có phản ánh nào với hai mã này. Hãy kiểm tra từng chữ."
TOO_LARGE = "Các ảnh gửi kèm quá lớn. Mỗi ảnh tối đa 10 MB, không quá 3 ảnh."
NOT_TAKEN = "Chưa gửi được. Hãy xem lại các mục bên dưới."
AHEAD = {"name": "name", "birth_date": "birth_date", "citizen_number": "number"}


@dataclass(frozen=True, slots=True)
class Visit:
    """Who sends a request: a random session and, for a quarter of an hour after a right code, who they are."""

    session: str
    sealed_me: str = ""
    me: dict[str, str] = field(default_factory=dict)


class CitizenPages:
    """The routes of the page, with their limits."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._database, self._key = database, secret_of(settings.data_dir)
        self._seal, self._codes = Sealer(self._key), Codes(settings.data_dir)
        self._is_https = settings.bases[0].startswith("https:")
        self._by_address = Limits(30, TEN_MINUTES_S)
        self._by_number = Limits(5, TEN_MINUTES_S)
        self._filed = Limits(20, HOUR_S)

    def routes(self) -> list[Route]:
        """What the application serves."""
        return [
            Route("/citizen", self.home),
            Route("/citizen-code", self.send_code, methods=["POST"]),
            Route("/citizen-doses", self.doses, methods=["POST"]),
            Route("/citizen-complain", self.complain, methods=["GET", "POST"]),
            Route("/citizen-answer", self.answer, methods=["POST"]),
            Route("/citizen-add", self.add, methods=["POST"]),
        ]

    # --- pages

    async def home(self, request: Request) -> Response:
        """The first page."""
        visit = self._visit(request)
        return self._page(visit, "Tra cứu mũi tiêm", html.home(self._form(visit)))

    async def send_code(self, request: Request) -> Response:
        """A one-time code for whoever these facts name. The answer is the same for everybody."""
        visit, sent, trouble = await self._sent(request)
        facts = {name: sent.get(name, "").strip() for name in ("number", "name", "birth_date")}
        if not trouble and not self._by_number.allow(facts["number"]):
            trouble = TRY_LATER
        if trouble:
            return self._page(visit, "Tra cứu mũi tiêm", html.home(self._form(visit, sent, message=trouble)))
        facts["birth_date"] = read_day(facts["birth_date"])
        is_known = await run_in_threadpool(own_doses.is_known, self._database, *facts.values())
        asked = self._codes.send(facts, is_known=is_known)
        return self._page(
            visit, "Nhập mã xác nhận", html.enter_code(self._form(visit, extra={"request": asked}), asked)
        )

    async def doses(self, request: Request) -> Response:
        """The doses, for the right code."""
        visit, sent, trouble = await self._sent(request)
        asked = self._opened(sent).get("request", "")
        me = {} if trouble else self._codes.take(asked, sent.get("code", ""))
        own = await run_in_threadpool(own_doses.doses_of, self._database, *me.values()) if me else None
        if own is None:
            form = self._form(visit, extra={"request": asked}, message=trouble or WRONG_CODE)
            return self._page(visit, "Nhập mã xác nhận", html.enter_code(form, asked))
        seen = Visit(visit.session, self._seal.seal(me), me)
        return self._page(seen, "Mũi tiêm của tôi", html.doses(own, me["name"]))

    async def complain(self, request: Request) -> Response:
        """The complaint's form, and its taking."""
        if request.method == "GET":
            visit = self._visit(request)
            known = {name: show_day(visit.me[source]) for name, source in AHEAD.items() if source in visit.me}
            return await self._complaint_form(visit, self._form(visit, known))
        visit, sent, trouble, pictures = await self._sent_with_pictures(request)
        if not trouble and not self._filed.allow(_address(request)):
            trouble = TRY_LATER
        if trouble:
            return await self._complaint_form(visit, self._form(visit, sent, message=trouble))
        claim = _claim(sent, pictures)
        try:
            filed = await run_in_threadpool(complaints.file_claim, self._database, self._key, claim, _now())
        except (ClaimRefused, Refused) as refused:
            problems = refused.problems if isinstance(refused, ClaimRefused) else {}
            return await self._complaint_form(visit, self._form(visit, sent, problems, NOT_TAKEN))
        name = await run_in_threadpool(self._site_name, _site_told(filed, claim, visit))
        log.info("complaint %s taken for %s", filed.number, filed.site or "an operator")
        return self._page(visit, "Đã gửi phản ánh", html.filed(filed.number, filed.secret, filed.due_at, name))

    async def answer(self, request: Request) -> Response:
        """How far a complaint is."""
        visit, sent, trouble = await self._sent(request)
        number, secret = sent.get("complaint", ""), sent.get("secret", "")
        if not trouble and not self._by_number.allow(number.upper()):
            trouble = TRY_LATER
        task = None if trouble else await run_in_threadpool(complaints.find, self._database, self._key, number, secret)
        if task is None:
            return self._page(
                visit, "Tra cứu mũi tiêm", html.home(self._form(visit, sent, message=trouble or NOT_FOUND))
            )
        form = self._form(visit, extra={"task": str(task["id"])})
        return self._page(visit, "Phản ánh của tôi", html.answer(task, form, _now()))

    async def add(self, request: Request) -> Response:
        """What the citizen adds when the site asked."""
        visit, sent, trouble, pictures = await self._sent_with_pictures(request)
        task_id = self._opened(sent).get("task", "")
        if trouble or not task_id:
            return self._page(visit, "Phản ánh của tôi", html.notice(trouble or SEND_AGAIN))
        try:
            words = sent.get("words", "")
            task = await run_in_threadpool(complaints.add, self._database, task_id, words, pictures, _now())
        except (ClaimRefused, Refused) as refused:
            return self._page(visit, "Phản ánh của tôi", html.notice(html.first_problem(refused)))
        form = self._form(visit, extra={"task": task_id})
        return self._page(visit, "Phản ánh của tôi", html.answer(task, form, _now()))

    # --- what comes in

    async def _sent(self, request: Request) -> tuple[Visit, dict[str, str], str]:
        visit, sent, trouble, _ = await self._sent_with_pictures(request)
        return visit, sent, trouble

    async def _sent_with_pictures(self, request: Request) -> tuple[Visit, dict[str, str], str, tuple[Picture, ...]]:
        """What a form said; a sentence when it is not to be used."""
        visit = self._visit(request)
        if not self._by_address.allow(_address(request)):
            return visit, {}, TRY_LATER, ()
        length = request.headers.get("content-length", "")
        if not length.isdecimal() or int(length) > BODY_BYTES_MAX:
            return visit, {}, TOO_LARGE, ()
        try:
            form = await request.form(
                max_files=SENT_AT_ONCE_MAX + 1, max_fields=FIELDS_MAX, max_part_size=FIELD_BYTES_MAX
            )
        except HTTPException:
            return visit, {}, TOO_LARGE, ()
        sent, pictures = as_texts(form), await _pictures(form)
        await form.close()
        trouble = "" if self._opened(sent).get("session") == visit.session else SEND_AGAIN
        return visit, sent, trouble, pictures

    def _visit(self, request: Request) -> Visit:
        kept = self._seal.open(request.cookies.get(COOKIE, ""), FORM_LIFE_S)
        sealed = kept.get("me", "")
        return Visit(kept.get("session") or secrets.token_urlsafe(16), sealed, self._seal.open(sealed, SEEN_LIFE_S))

    def _opened(self, sent: dict[str, str]) -> dict[str, str]:
        return self._seal.open(sent.get("form", ""), FORM_LIFE_S)

    def _site_name(self, code: str) -> str:
        with self._database.reading() as connection:
            site = registry.find_site(connection, code) if code else None
        return site.name if site else ""

    # --- what goes out

    def _form(
        self,
        visit: Visit,
        values: dict[str, str] | None = None,
        problems: dict[str, str] | None = None,
        message: str = "",
        extra: dict[str, str] | None = None,
    ) -> Form:
        token = self._seal.seal({"session": visit.session} | (extra or {}))
        return Form(token, values or {}, problems or {}, message)

    async def _complaint_form(self, visit: Visit, form: Form) -> Response:
        sites = await run_in_threadpool(self._sites)
        return self._page(visit, "Gửi phản ánh", html.complain(form, sites))

    def _sites(self) -> list[registry.Site]:
        with self._database.reading() as connection:
            return registry.list_sites(connection)

    def _page(self, visit: Visit, title: str, body: str) -> Response:
        nonce = secrets.token_urlsafe(16)
        answer = HTMLResponse(html.page(title, body, nonce), headers=_headers(nonce))
        kept = self._seal.seal({"session": visit.session} | ({"me": visit.sealed_me} if visit.me else {}))
        answer.set_cookie(
            COOKIE, kept, max_age=FORM_LIFE_S, httponly=True, samesite="strict", secure=self._is_https, path="/"
        )
        return answer


def _headers(nonce: str) -> dict[str, str]:
    return {
        "Content-Security-Policy": (
            f"default-src 'none'; style-src 'nonce-{nonce}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        ),
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }


async def _pictures(form: FormData) -> tuple[Picture, ...]:
    """The attached files, each read no further than its limit; what they are is seen by reading them, not by what the sender says."""
    found: list[Picture] = []
    for value in form.getlist("picture"):
        if isinstance(value, UploadFile) and value.filename:
            content = await value.read(SENT_BYTES_MAX + 1)
            found.append(await run_in_threadpool(small, content))
    return tuple(found)


def _claim(sent: dict[str, str], pictures: tuple[Picture, ...]) -> Claim:
    names = {one.name for one in fields(Claim)} - {"pictures"}
    said = {"birth_date": "", "name": "", "kind": ""} | {name: text for name, text in sent.items() if name in names}
    days = {name: read_day(said[name]) for name in ("birth_date", "day") if name in said}
    return Claim(**said | days, pictures=pictures)


def _site_told(filed: Filed, claim: Claim, visit: Visit) -> str:
    """Where it went, when the citizen named the site or has shown who they are: else a number would tell where its owner was."""
    is_own = bool(visit.me) and visit.me["number"] == claim.citizen_number
    return filed.site if is_own or filed.site == claim.site else ""


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _now() -> datetime:
    return datetime.now(UTC).astimezone(VIETNAM)
