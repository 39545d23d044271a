"""The public page's HTML: plain, Vietnamese, without scripts, for a phone of 360 px first. Every text is escaped here and nowhere else."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from html import escape
from typing import Any

import qrcode
from qrcode.image.svg import SvgPathImage

from vaxplatform.complaints import ClaimRefused, is_asked
from vaxplatform.http.citizen_words import CSS, FIELD_PROBLEMS, KINDS, PROBLEMS, REASONS, SEXES, STATES
from vaxplatform.own_doses import OwnDoses
from vaxplatform.provinces import PROVINCES
from vaxplatform.registry import Site
from vaxplatform.services.codes import Json
from vaxplatform.store.claims import ANSWER, CLAIM, COMPLAINT
from vaxplatform.store.refusals import Refused
from vaxplatform.store.types import values_at

VIETNAM = timezone(timedelta(hours=7))
DAY = 'inputmode="text" autocomplete="off" maxlength="10"'
BIDI = {ord(mark): None for mark in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f"}


@dataclass(frozen=True, slots=True)
class Form:
    """What a form was sent with, and what is wrong with it."""

    token: str
    values: dict[str, str]
    problems: dict[str, str]
    message: str = ""


def text(value: object) -> str:
    """Escaped, and without marks that turn the reading direction of what follows."""
    return escape(str(value).translate(BIDI))


def page(title: str, body: str, nonce: str) -> str:
    """A whole page."""
    return (
        '<!doctype html><html lang="vi"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{text(title)}</title><style nonce="{nonce}">{CSS}</style></head><body>'
        '<header><a href="citizen">Tiêm chủng COVID-19 · Tra cứu và phản ánh</a></header>'
        f"<main><h1>{text(title)}</h1>{body}</main>"
        "<footer>Phản ánh được cơ sở tiêm chủng giải quyết trong 48 giờ kể từ khi tiếp nhận (công văn 4415/BTTTT-THH).</footer>"
        "</body></html>"
    )


def home(form: Form) -> str:
    """Look up, complain, or see an answer."""
    ask = "".join(
        (
            _field(
                form,
                "number",
                "Số định danh cá nhân/CCCD",
                'inputmode="numeric" autocomplete="off" maxlength="12" required',
            ),
            _field(form, "name", "Họ và tên", 'autocomplete="name" maxlength="200" required', "đủ dấu, như trên thẻ"),
            _field(form, "birth_date", "Ngày sinh", f"{DAY} required", "ví dụ 09/10/2003"),
        )
    )
    answer = _field(form, "complaint", "Mã phản ánh", 'autocomplete="off" maxlength="40" required') + _field(
        form, "secret", "Mã bí mật", 'autocomplete="off" maxlength="40" required'
    )
    return (
        _message(form)
        + f'<form class="card" method="post" action="citizen-code"><h2>Xem mũi tiêm của tôi</h2>{_hidden(form)}{ask}<button>Nhận mã xác nhận</button></form>'
        + "<section><h2>Mũi tiêm thiếu hoặc sai?</h2><p>Gửi phản ánh kèm ảnh giấy xác nhận, nếu có. Bạn nhận được mã để xem trả lời.</p>"
        + '<a class="button" href="citizen-complain">Gửi phản ánh</a></section>'
        + f'<form class="card" method="post" action="citizen-answer"><h2>Xem trả lời phản ánh</h2>{_hidden(form)}{answer}<button class="plain">Xem trả lời</button></form>'
    )


def enter_code(form: Form, request: str) -> str:
    """The one-time code."""
    field = _field(
        form, "code", "Mã xác nhận", 'inputmode="numeric" autocomplete="one-time-code" maxlength="6" required autofocus'
    )
    return (
        _message(form)
        + f"<p>Nếu thông tin khớp với một người đã tiêm, mã xác nhận gồm 6 chữ số vừa được gửi đi cho yêu cầu <strong>{text(request)}</strong>. Mã dùng được trong 5 phút.</p>"
        + f'<form class="card" method="post" action="citizen-doses">{_hidden(form)}{field}<button>Xem mũi tiêm</button></form>'
        + '<p><a href="citizen">Nhập lại thông tin</a></p>'
    )


def doses(own: OwnDoses, name: str) -> str:
    """A citizen's own doses and certificates."""
    shown = "".join(_dose(dose, own.certificates.get(str(dose["id"]), "")) for dose in own.doses)
    nothing = "<section><p>Nền tảng chưa có mũi tiêm nào của bạn.</p></section>"
    return (
        f"<p>{text(name)} · {len(own.doses)} mũi tiêm</p>"
        + (shown or nothing)
        + '<section><h2>Mũi tiêm thiếu hoặc sai?</h2><a class="button" href="citizen-complain">Gửi phản ánh</a></section>'
    )


def complain(form: Form, sites: Iterable[Site]) -> str:
    """The complaint's form."""
    places = {"": "Tôi không rõ"} | {site.code: f"{site.name} ({site.code})" for site in sites}
    person = "".join(
        (
            _choice(form, "kind", "Bạn phản ánh điều gì?", KINDS),
            _field(form, "name", "Họ và tên", 'autocomplete="name" maxlength="200" required', "đủ dấu"),
            _field(form, "birth_date", "Ngày sinh", f"{DAY} required", "ví dụ 09/10/2003"),
            _choice(form, "sex", "Giới tính", SEXES),
            _field(
                form,
                "phone",
                "Số điện thoại",
                'type="tel" autocomplete="tel" maxlength="11" required',
                "đã dùng khi đăng ký tiêm",
            ),
            _field(
                form, "citizen_number", "Số định danh cá nhân/CCCD", 'inputmode="numeric" maxlength="12"', "12 chữ số"
            ),
            _field(form, "old_number", "Số CMND cũ", 'inputmode="numeric" maxlength="9"', "nếu có"),
        )
    )
    dose = "".join(
        (
            _field(form, "dose_number", "Mũi thứ mấy", 'inputmode="numeric" maxlength="2"'),
            _field(form, "day", "Ngày tiêm", DAY, "ví dụ 18/10/2021"),
            _field(form, "vaccine", "Vắc xin", 'maxlength="60"'),
            _field(form, "lot", "Số lô", 'maxlength="20"'),
            _choice(form, "province", "Tỉnh, thành phố đã tiêm", {"": "Tôi không rõ"} | PROVINCES),
            _choice(form, "site", "Cơ sở đã tiêm", places),
        )
    )
    words = _area(form, "words", "Nội dung phản ánh") + _files(form)
    return (
        _message(form)
        + f'<form class="card" method="post" action="citizen-complain" enctype="multipart/form-data">{_hidden(form)}'
        + f'<h2>Về bạn</h2>{person}<h2>Về mũi tiêm <small class="quiet">(điều bạn biết)</small></h2>{dose}{words}<button>Gửi phản ánh</button></form>'
    )


def filed(number: str, secret: str, due_at: str, site: str) -> str:
    """What the citizen must keep."""
    where = f"Đã chuyển tới <strong>{text(site)}</strong>." if site else "Đang chuyển tới cơ sở phù hợp."
    return (
        '<section><p class="good">Đã tiếp nhận phản ánh.</p>'
        f'<dl><dt>Mã phản ánh</dt><dd class="big" id="number">{text(number)}</dd>'
        f'<dt>Mã bí mật</dt><dd class="big" id="secret">{text(secret)}</dd><dt>Trả lời trước</dt><dd>{_moment(due_at)}</dd></dl>'
        f"<p>{where}</p><p><strong>Hãy ghi lại hoặc chụp màn hình hai mã này</strong>: chỉ có chúng mới xem được trả lời.</p></section>"
        '<p><a href="citizen">Về trang đầu</a></p>'
    )


def answer(task: Json, form: Form, now: datetime) -> str:
    """How far a complaint is, and what the site said; a form when it asked for more."""
    state, look = STATES.get(_state(task), STATES["requested"])
    kind = next(
        (str(one.get("code")) for one in values_at(task, "code.coding") if one.get("system") == COMPLAINT), "other"
    )
    due = str(task["restriction"]["period"]["end"])
    words = "".join(f"<p>{_lines(said)}</p>" for said in _said(task, CLAIM, ("words", "added")))
    answers = "".join(_answer(part) for part in task.get("output", []))
    body = (
        _message(form)
        + f'<section><p class="big {look}">{state}</p><dl><dt>Nội dung</dt><dd>{KINDS.get(kind, KINDS["other"])}</dd>'
        + f"<dt>Tiếp nhận</dt><dd>{_moment(str(task['authoredOn']))}</dd><dt>Trả lời trước</dt><dd>{_moment(due)}{_left(task, due, now)}</dd></dl></section>"
        + f"<section><h2>Bạn đã viết</h2>{words}{_pictures_sent(task)}</section>"
        + (f"<section><h2>Cơ sở trả lời</h2>{answers}</section>" if answers else "")
    )
    if is_asked(task):
        fields = _area(form, "words", "Bổ sung thông tin") + _files(form)
        body += f'<form class="card" method="post" action="citizen-add" enctype="multipart/form-data">{_hidden(form)}{fields}<button>Gửi bổ sung</button></form>'
    return body + '<p><a href="citizen">Về trang đầu</a></p>'


def first_problem(refused: ClaimRefused | Refused) -> str:
    """One sentence about what was not taken."""
    if isinstance(refused, Refused):
        return refused.reason.vi
    said = next(iter(refused.problems.items()))
    return FIELD_PROBLEMS.get(said, PROBLEMS[said[1]])


def notice(words: str) -> str:
    """One sentence and the way back."""
    return f'<section><p role="alert">{text(words)}</p></section><p><a href="citizen">Về trang đầu</a></p>'


# --- pieces


def _state(task: Json) -> str:
    codes = [str(one.get("code")) for one in values_at(task, "businessStatus.coding") if one.get("system") == ANSWER]
    return codes[0] if task["status"] == "on-hold" and codes else str(task["status"])


def _said(task: Json, system: str, kinds: tuple[str, ...]) -> list[str]:
    return [
        str(part["valueString"])
        for part in task.get("input", [])
        if _code(part, system) in kinds and "valueString" in part
    ]


def _pictures_sent(task: Json) -> str:
    count = sum("valueAttachment" in part for part in task.get("input", []))
    return f'<p class="quiet">Kèm {count} ảnh.</p>' if count else ""


def _code(part: Json, system: str) -> str:
    return next((str(one.get("code")) for one in values_at(part, "type.coding") if one.get("system") == system), "")


def _answer(part: Json) -> str:
    if "valueCoding" in part:
        return f"<p>Lý do: {text(REASONS.get(str(part['valueCoding'].get('code')), part['valueCoding'].get('display', '')))}</p>"
    said = _code(part, ANSWER)
    return f"<p>{_lines(str(part['valueString']))}</p>" if "valueString" in part and said != "by" else ""


def _left(task: Json, due: str, now: datetime) -> str:
    if task["status"] in ("completed", "rejected"):
        return ""
    left = datetime.fromisoformat(due) - now
    hours, minutes = divmod(int(abs(left.total_seconds()) // 60), 60)
    words = f"{hours} giờ" if hours else f"{minutes} phút"
    return f" (còn {words})" if left > timedelta() else f' <strong class="warn">(quá hạn {words})</strong>'


def _dose(dose: Json, hc1: str) -> str:
    protocol: Json = next(iter(dose.get("protocolApplied", [])), {})
    coding: list[Any] = list(values_at(dose, "vaccineCode.coding"))
    product = next(
        (one.get("display") for one in coding if one.get("display")), coding[0].get("code", "") if coding else ""
    )
    rows = {
        "Ngày tiêm": _moment(str(dose["occurrenceDateTime"])),
        "Vắc xin": text(product),
        "Số lô": text(dose.get("lotNumber", "–")),
        "Nơi tiêm": text(dose.get("location", {}).get("display", "–")),
    }
    listed = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in rows.items())
    paper = (
        f"<details><summary>Chứng nhận điện tử (mã QR)</summary>{_qr(hc1)}</details>"
        if hc1
        else '<p class="quiet">Chưa có chứng nhận điện tử.</p>'
    )
    return f"<article><h2>Mũi {text(protocol.get('doseNumberPositiveInt', '–'))}</h2><dl>{listed}</dl>{paper}</article>"


def _qr(hc1: str) -> str:
    drawn = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=4, image_factory=SvgPathImage)
    drawn.add_data(hc1, optimize=0)
    out = io.BytesIO()
    drawn.make_image().save(out)
    return out.getvalue().decode("utf-8").partition("?>")[2]


def _moment(value: str) -> str:
    return f"{datetime.fromisoformat(value).astimezone(VIETNAM):%H:%M %d/%m/%Y}"


def _lines(words: str) -> str:
    return text(words).replace("\n", "<br>")


def _message(form: Form) -> str:
    return f'<section><p role="alert" class="bad">{text(form.message)}</p></section>' if form.message else ""


def _hidden(form: Form) -> str:
    return f'<input type="hidden" name="form" value="{text(form.token)}">'


def _problem(form: Form, name: str) -> tuple[str, str]:
    code = form.problems.get(name, "")
    if not code:
        return "", ""
    said = FIELD_PROBLEMS.get((name, code), PROBLEMS[code])
    return f' aria-invalid="true" aria-describedby="bad-{name}"', f'<p class="bad" id="bad-{name}">{text(said)}</p>'


def _label(name: str, title: str, hint: str) -> str:
    return f'<label for="{name}">{text(title)}{f" <small>({text(hint)})</small>" if hint else ""}</label>'


def _field(form: Form, name: str, title: str, how: str, hint: str = "") -> str:
    mark, said = _problem(form, name)
    kept = "" if name in ("secret", "code") else form.values.get(name, "")
    return f'{_label(name, title, hint)}<input id="{name}" name="{name}" value="{text(kept)}" {how}{mark}>{said}'


def _area(form: Form, name: str, title: str) -> str:
    mark, said = _problem(form, name)
    return f'{_label(name, title, "")}<textarea id="{name}" name="{name}" maxlength="2000" required{mark}>{text(form.values.get(name, ""))}</textarea>{said}'


def _choice(form: Form, name: str, title: str, entries: dict[str, str]) -> str:
    mark, said = _problem(form, name)
    chosen = form.values.get(name, "")
    options = "".join(
        f'<option value="{text(code)}"{" selected" if code == chosen else ""}>{text(words)}</option>'
        for code, words in entries.items()
    )
    return f'{_label(name, title, "")}<select id="{name}" name="{name}"{mark}>{options}</select>{said}'


def _files(form: Form) -> str:
    mark, said = _problem(form, "picture")
    hint = "JPEG hoặc PNG, tối đa 3 ảnh, mỗi ảnh 10 MB"
    return f'{_label("picture", "Ảnh giấy xác nhận", hint)}<input id="picture" name="picture" type="file" accept="image/jpeg,image/png" multiple{mark}>{said}'
