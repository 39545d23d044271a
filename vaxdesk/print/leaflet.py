"""A leaflet for people without the electronic health book (Sổ sức khỏe điện tử): how to get it, and where to complain. Names nobody."""

from __future__ import annotations

from dataclasses import replace

from vaxdesk.print.frame import type_of
from vaxdesk.print.layout import A6, Page, fit
from vaxdesk.print.sheets import Words

TITLE = Words("CÀI SỔ SỨC KHỎE ĐIỆN TỬ", "Get your electronic health book")
STEPS = (
    Words(
        "Mở kho ứng dụng trên điện thoại, tìm “Sổ sức khỏe điện tử” của Bộ Y tế và cài đặt.",
        "Open the app store, look for “Sổ sức khỏe điện tử” by the Ministry of Health and install it.",
    ),
    Words(
        "Đăng ký bằng số điện thoại đã khai ở điểm tiêm; nhập mã xác nhận gửi về máy.",
        "Sign up with the phone number you gave at the site; enter the code that is sent to you.",
    ),
    Words(
        "Khai họ tên, ngày sinh, giới tính và số CCCD đúng như trên thẻ.",
        "Enter name, date of birth, sex and citizen number exactly as on your card.",
    ),
    Words(
        "Xem các mũi đã tiêm và chứng nhận. Mũi vừa tiêm thường hiện trong ngày.",
        "See your doses and certificates. A new dose usually appears within the day.",
    ),
)
WRONG = Words(
    "Thiếu mũi hoặc sai thông tin: gửi phản ánh trên cổng tiêm chủng; điểm tiêm trả lời trong 48 giờ.",
    "A dose missing or wrong: complain on the vaccination portal; the site settles it within 48 hours.",
)


def render(unit: str) -> bytes:
    """One A6 page as PDF; `unit` is the site's name. Raises ProofFailed when something does not fit."""
    page, kind = Page(A6, "Cài Sổ sức khỏe điện tử"), type_of(A6)
    said, repeated = replace(kind.value, size_min_pt=0), replace(kind.note_en, size_min_pt=0)  # all steps in one size
    left, width, middle = A6.margin_mm, A6.inner_mm, A6.width_mm / 2
    y = page.block(middle, A6.margin_mm, fit(unit, kind.unit, width, 2), "centre")
    y = page.block(middle, y + 1, fit(TITLE.vi, kind.title, width, 2), "centre")
    y = page.block(middle, y, fit(TITLE.en, kind.label_en, width), "centre")
    page.rule(left, y + 1.2, left + width, y + 1.2, 0.7)
    y += 4
    for number, step in enumerate(STEPS, 1):
        page.block(left, y, fit(str(number), kind.name, 6))
        y = page.block(left + 8, y + 0.6, fit(step.vi, said, width - 8, 4))
        y = page.block(left + 8, y + 0.4, fit(step.en, repeated, width - 8, 4)) + 2.4
    page.rule(left, y, left + width, y, 0.7)
    y = page.block(left, y + 2, fit(WRONG.vi, said, width, 4))
    page.block(left, y + 0.4, fit(WRONG.en, repeated, width, 4))
    return page.pdf()
