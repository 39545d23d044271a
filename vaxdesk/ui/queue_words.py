"""Words of the queue: stations, what comes next there, how long somebody has waited."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication

from vaxdesk.models.stations import NEXT, Duty
from vaxdesk.models.tickets import Crowd, Station, Ticket
from vaxdesk.ui import words
from vaxdesk.ui.dose_form import Tone

translate = QCoreApplication.translate
LONG_WAIT_S = 30 * 60
ICONS = {
    Station.WAITING: "people",
    Station.SCREENING: "shield",
    Station.INJECTION: "desk",
    Station.OBSERVATION: "watch",
    Station.CERTIFICATE: "certificate",
}


def station(value: Station) -> str:
    """What a station is called on its tile."""
    return {
        Station.WAITING: translate("words", "Chờ khám"),
        Station.SCREENING: translate("words", "Khám sàng lọc"),
        Station.INJECTION: translate("words", "Tiêm"),
        Station.OBSERVATION: translate("words", "Theo dõi"),
        Station.CERTIFICATE: translate("words", "Nhận giấy"),
        Station.CLOSED: translate("words", "Đã xong"),
        Station.LEFT: translate("words", "Đã về"),
    }[value]


def whereabouts(ticket: Ticket) -> str:
    """Where somebody is, as it is said of them: chờ khám sàng lọc."""
    if ticket.station is Station.INJECTION and ticket.called_at:
        return translate("words", "đang ở bàn tiêm")
    return {
        Station.WAITING: translate("words", "chờ khám sàng lọc"),
        Station.SCREENING: translate("words", "đang khám sàng lọc"),
        Station.INJECTION: translate("words", "chờ tiêm"),
        Station.OBSERVATION: translate("words", "đang theo dõi"),
        Station.CERTIFICATE: translate("words", "chờ nhận giấy"),
        Station.CLOSED: translate("words", "đã xong, ra về"),
        Station.LEFT: translate("words", "đã về, chưa xong"),
    }[ticket.station]


def onward(value: Station) -> str:
    """What sends somebody from there to the next station."""
    return {
        Station.SCREENING: translate("words", "Chuyển sang khám sàng lọc"),
        Station.INJECTION: translate("words", "Chuyển sang tiêm"),
        Station.OBSERVATION: translate("words", "Chuyển sang theo dõi"),
        Station.CERTIFICATE: translate("words", "Chuyển sang nhận giấy"),
        Station.CLOSED: translate("words", "Đã nhận giấy, cho về"),
    }[NEXT[value]]


def number(ticket: Ticket) -> str:
    """Số 17."""
    return translate("words", "Số {number}").format(number=ticket.number)


def here_since(ticket: Ticket) -> str:
    """Số 17 · chờ tiêm, từ 10:42."""
    place = translate("words", "{place}, từ {time}")
    since = words.clock(ticket.called_at or ticket.since)
    return f"{number(ticket)} · {place.format(place=whereabouts(ticket), time=since)}"


def is_long(waited_s: int) -> bool:
    """Whether somebody should be looked after."""
    return waited_s > LONG_WAIT_S


def waited(ticket: Ticket, now: datetime) -> tuple[str, Tone | None, str]:
    """How long, its tone and its icon: called, or waiting, too long or not."""
    if ticket.called_at is not None:
        return translate("words", "đã gọi {time}").format(time=words.clock(ticket.called_at)), Tone.INFORM, "allowed"
    passed_s = ticket.waited_s(now)
    if is_long(passed_s):
        return translate("words", "{time}, quá lâu").format(time=words.lasting(passed_s)), Tone.DECIDE, "decide"
    return words.lasting(passed_s), None, ""


def longest(crowd: Crowd) -> tuple[str, Tone, str]:
    """Under a station's count: the longest wait, its tone and its icon."""
    if not crowd.count:
        return translate("words", "không có ai"), Tone.QUIET, "allowed"
    said = translate("words", "lâu nhất {time}").format(time=words.lasting(crowd.longest_s))
    if is_long(crowd.longest_s):
        return translate("words", "{longest}, quá lâu").format(longest=said), Tone.DECIDE, "decide"
    return said, Tone.QUIET, "clock"


def duty(value: Duty) -> str:
    """What a window does in the session."""
    return {
        Duty.ALL: translate("words", "Mọi việc"),
        Duty.RECEPTION: translate("words", "Tiếp đón"),
        Duty.SCREENING: translate("words", "Khám sàng lọc"),
        Duty.INJECTION: translate("words", "Tiêm"),
        Duty.OBSERVATION: translate("words", "Theo dõi"),
    }[value]


def nobody(value: Station) -> tuple[str, str]:
    """For an empty station: what appears here, and what to do first."""
    return {
        Station.WAITING: (
            translate("words", "Không có ai chờ khám"),
            translate("words", "Ở bàn tiêm (F2), quét thẻ rồi bấm Ctrl+Enter: người đó nhận số và hiện ở đây."),
        ),
        Station.SCREENING: (
            translate("words", "Không có ai đang khám"),
            translate("words", "Ai được gọi vào khám sàng lọc sẽ hiện ở đây. Bấm Ctrl+G ở bàn tiêm để gọi."),
        ),
        Station.INJECTION: (
            translate("words", "Không có ai chờ tiêm"),
            translate("words", "Ai khám xong và được tiêm sẽ hiện ở đây."),
        ),
        Station.OBSERVATION: (
            translate("words", "Không có số nào đang theo dõi"),
            translate(
                "words",
                "Ai có số và vừa tiêm xong sẽ hiện ở đây. Mọi người đang theo dõi, có số hay không, ở trang Theo dõi (F3).",
            ),
        ),
        Station.CERTIFICATE: (
            translate("words", "Không có ai chờ nhận giấy"),
            translate("words", "Ai theo dõi xong sẽ hiện ở đây để nhận giấy rồi ra về."),
        ),
    }[value]
