"""The answer to a complaint on paper, for who has no telephone: what was complained of, what came of it and why (9458/BYT-DP).

Vietnamese: it goes to one citizen. It names nobody else, and the citizen number stands masked.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from vaxdesk.messages import say
from vaxdesk.models.complaints import Action, ComplaintKind, ComplaintStatus, Rejection, Story
from vaxdesk.models.values import VIETNAM, Site
from vaxdesk.print import fonts, frame, proof
from vaxdesk.print.frame import type_of
from vaxdesk.print.layout import PAPERS, Page, Paper, fit, fit_box
from vaxdesk.print.sheets import Words, spoken_date

TITLE = Words("THÔNG BÁO KẾT QUẢ GIẢI QUYẾT PHẢN ÁNH", "Answer to a complaint about vaccination data")
LEGAL = "Công văn 9458/BYT-DP; 4415/BTTTT-THH: giải quyết trong 48 giờ"
KINDS = {
    ComplaintKind.MISSING: "Thiếu mũi tiêm trên hệ thống",
    ComplaintKind.WRONG: "Thông tin mũi tiêm chưa đúng",
    ComplaintKind.IDENTITY: "Thông tin cá nhân chưa đúng",
    ComplaintKind.OTHER: "Nội dung khác",
}
OUTCOMES = {
    ComplaintStatus.OPEN: "Đang xem xét",
    ComplaintStatus.ASKED: "Cần bổ sung thông tin",
    ComplaintStatus.POSTPONED: "Sẽ xử lý sau",
    ComplaintStatus.SETTLED: "Đã giải quyết",
    ComplaintStatus.REJECTED: "Không chấp nhận",
}
MORE = {
    ComplaintStatus.ASKED: "Xin bổ sung trên trang phản ánh, hoặc mang giấy tờ đến điểm tiêm. Thời hạn giải quyết không thay đổi.",
    ComplaintStatus.SETTLED: "Chứng nhận tiêm chủng (nếu có) được cấp lại theo dữ liệu mới. Xin kiểm tra lại trên Sổ sức khỏe điện tử.",
    ComplaintStatus.REJECTED: "Nếu có giấy tờ khác, xin gửi một phản ánh mới kèm ảnh rõ, đủ thông tin.",
}
LABEL_MM, SIGNING_MM = 44.0, 40.0
SAID_PT_MIN = 6.5


def render(story: Story, site: Site, signer: str, at: datetime, paper: str = "A5") -> bytes:
    """One page as PDF on A4 or A5, its texts read back. Raises ProofFailed, `print-text-too-long` where the words need the larger sheet."""
    size = PAPERS[paper]
    page = Page(size, "Thông báo kết quả giải quyết phản ánh")
    top = frame.heading(page, site.name)
    top = frame.title(page, top + 3, TITLE) + 3
    for words, value in _facts(story):
        label_mm = LABEL_MM * size.scale
        top = frame.labelled(page, size.margin_mm, top, label_mm, size.inner_mm, words, value, lines_max=3) + 1.2
    foot = frame.foot(page, LEGAL, f"Phản ánh/Complaint: {story.complaint.number}")
    top = _answer(page, size, top + 1, foot - SIGNING_MM * size.scale, story)
    _signature(page, size, foot, signer, at)
    pdf = page.pdf()
    proof.prove_text(pdf, tuple(fonts.visible(text) for text in _must_say(story, site)))
    return pdf


def _facts(story: Story) -> tuple[tuple[Words, str], ...]:
    complaint = story.complaint
    claim = complaint.claim
    born = spoken_date(claim.birth_date) if claim.birth_date else ""
    number = f"{claim.citizen_id[:4]}••••{claim.citizen_id[8:]}" if len(claim.citizen_id) == 12 else ""
    person = ", ".join(part for part in (claim.name, born, number) if part)
    return (
        (Words("Người phản ánh", "Citizen"), person),
        (Words("Phản ánh về", "About"), KINDS[complaint.kind]),
        (Words("Nhận lúc", "Received"), f"{complaint.received_at.astimezone(VIETNAM):%H:%M %d/%m/%Y}"),
        (Words("Kết quả", "Outcome"), OUTCOMES[story.status]),
    )


def _said(story: Story) -> tuple[str, ...]:
    """What the letter tells, paragraph by paragraph; nothing of what only this site's eyes see."""
    answer = story.last_answer if not story.is_refused else None
    found: list[str] = []
    if answer is not None and answer.action is Action.REJECT and answer.reason_code in set(Rejection):
        found.append(f"Lý do: {say(Rejection(answer.reason_code).sentence, 'vi')}")
    if answer is not None and answer.note and not any(answer.note in line for line in found):
        found.append(answer.note)
    more = MORE.get(story.status)
    return (*found, more) if more else tuple(found)


def _answer(page: Page, size: Paper, top: float, lowest: float, story: Story) -> float:
    style = replace(type_of(size).value, size_min_pt=SAID_PT_MIN)
    page.rule(size.margin_mm, top, size.margin_mm + size.inner_mm, top)
    top += 2
    lines = [line for text in _said(story) for line in text.splitlines() if line.strip()]
    whole = sum(len(line) for line in lines) or 1
    room = lowest - top - 2 * len(lines)
    for line in lines:  # each gets the room its length asks for
        share = max(style.line_mm, room * len(line) / whole)
        top = page.block(size.margin_mm, top, fit_box(line, style, size.inner_mm, share)) + 2
    return top


def _signature(page: Page, size: Paper, foot: float, signer: str, at: datetime) -> None:
    kind, middle, width = type_of(size), size.width_mm * 0.72, size.inner_mm / 2
    top = foot - (SIGNING_MM - 2) * size.scale
    when = f"Ngày {at.astimezone(VIETNAM):%d/%m/%Y}"
    top = page.block(middle, top, fit(when, kind.label, width), "centre")
    page.block(middle, top, fit("Người trả lời (ký, ghi rõ họ tên)", kind.label, width), "centre")
    page.block(middle, foot - 7 * size.scale, fit(signer, kind.unit, width), "centre")


def _must_say(story: Story, site: Site) -> tuple[str, ...]:
    return (site.name, story.complaint.claim.name, story.complaint.number, OUTCOMES[story.status])
