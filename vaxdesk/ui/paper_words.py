"""What is said of papers: their state in a list, their copies in a story, a batch that was cut off."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from vaxdesk.models.paper_book import PaperLine, PaperState, PrintedCopy, Standing
from vaxdesk.models.values import Stage
from vaxdesk.ui import words
from vaxdesk.ui.dose_form import Tone
from vaxdesk.ui.tables import Cell

translate = QCoreApplication.translate
HOUR_S = 3_600
SLIP_PAPERS = ("A6", "80mm", "58mm", "A5", "A4")  # those of `issue_sheet`, which is not loaded for a list of names


def state_names() -> dict[PaperState, str]:
    """Every state as the filter names it."""
    return {
        PaperState.READY: translate("words", "Chứng nhận sẵn sàng, chưa in"),
        PaperState.WAITING: translate("words", "Chờ nền tảng cấp"),
        PaperState.PROVISIONAL: translate("words", "Còn giữ giấy tạm"),
        PaperState.EXCHANGE: translate("words", "Có thể đổi giấy tạm"),
        PaperState.OUTDATED: translate("words", "Đã in bản cũ, cần in lại"),
        PaperState.RECALL: translate("words", "Nhập nhầm, thu hồi giấy"),
        PaperState.PRINTED: translate("words", "Đã in"),
    }


_SIGNS = {
    PaperState.READY: ("certificate", Tone.ALLOWED),
    PaperState.WAITING: ("clock", Tone.INFORM),
    PaperState.PROVISIONAL: ("clock", Tone.DECIDE),
    PaperState.EXCHANGE: ("certificate", Tone.DECIDE),
    PaperState.OUTDATED: ("decide", Tone.STOP),
    PaperState.RECALL: ("stop", Tone.STOP),
    PaperState.PRINTED: ("print", Tone.ALLOWED),
}


def state_cell(line: PaperLine) -> Cell:
    """The state of a dose's paper; what keeps the certificate from coming is said instead of waiting."""
    if line.state in (PaperState.WAITING, PaperState.PROVISIONAL):
        if Stage.SET_ASIDE in line.record.stages:
            return Cell(translate("words", "Nền tảng từ chối"), "stop", Tone.STOP)
        if Stage.MISMATCHED in line.record.stages:
            return Cell(translate("words", "Không khớp dân cư"), "decide", Tone.DECIDE)
    if line.state is PaperState.READY:
        return Cell(translate("words", "Chứng nhận sẵn sàng"), *_SIGNS[line.state])
    return Cell(state_names()[line.state], *_SIGNS[line.state])


def paper_name(paper: str) -> str:
    """A paper as people call it; a thermal roll is known by its width."""
    if paper.endswith("mm"):
        return translate("words", "Cuộn {width} mm").format(width=paper.removesuffix("mm"))
    return paper


def form_names() -> dict[str, str]:
    """The papers by their codes."""
    return {
        "confirmation": translate("words", "Giấy xác nhận đã tiêm"),
        "certificate": translate("words", "Chứng nhận điện tử"),
        "slip": translate("words", "Phiếu mũi tiêm"),
    }


def standing_names() -> dict[Standing, str]:
    """Whether a copy holds, as the ledger's filter names it."""
    return {
        Standing.VALID: translate("words", "Còn giá trị"),
        Standing.PROVISIONAL: translate("words", "Giấy tạm"),
        Standing.EXCHANGED: translate("words", "Giấy tạm, đã đổi"),
        Standing.CORRECTED: translate("words", "Hết giá trị: đã sửa"),
        Standing.SUPERSEDED: translate("words", "Hết giá trị: đã thay"),
        Standing.REVOKED: translate("words", "Hết giá trị: bị thu hồi"),
        Standing.VOIDED: translate("words", "Hết giá trị: nhập nhầm"),
    }


def standing_words(copy: PrintedCopy) -> str:
    """Whether a copy holds; empty while nothing is to be said."""
    said = {
        Standing.PROVISIONAL: translate("words", "giấy tạm"),
        Standing.EXCHANGED: translate("words", "giấy tạm, đã đổi"),
        Standing.CORRECTED: translate("words", "không còn giá trị: đã sửa {when}"),
        Standing.SUPERSEDED: translate("words", "không còn giá trị: chứng nhận đã được thay {when}"),
        Standing.REVOKED: translate("words", "không còn giá trị: chứng nhận bị thu hồi {when}"),
        Standing.VOIDED: translate("words", "không còn giá trị: nhập nhầm {when}"),
    }.get(copy.standing, "")
    return said.format(when=words.day(copy.since.date()) if copy.since else "")


def copy_line(copy: PrintedCopy) -> str:
    """One copy in a story: when, which, who, and whether it holds."""
    said = translate("words", "{when} · {form}, bản {copy} · {who}").format(
        when=words.moment(copy.printed_at), form=form_names()[copy.form], copy=copy.copy, who=copy.by
    )
    return " · ".join(filter(None, (said, standing_words(copy))))


def left_words(seconds: float) -> str:
    """An estimate, rounded as a person would."""
    if seconds < 50:
        return translate("words", "còn chưa tới 1 phút")
    minutes = max(1, round(seconds / 60))
    if seconds >= HOUR_S:
        return translate("words", "còn khoảng {hours} giờ {minutes} phút").format(
            hours=minutes // 60, minutes=minutes % 60
        )
    return translate("words", "còn khoảng {minutes} phút").format(minutes=minutes)
