"""Words and looks of the public page."""

from __future__ import annotations

CSS = """
:root{color-scheme:light dark;--bg:#f6f8f9;--card:#fff;--line:#c3ced4;--text:#17242b;--quiet:#4a5a64;--main:#0b5f73;--on:#fff;--good:#1b6e3c;--stop:#a3211b;--warn:#7a4b00}
@media (prefers-color-scheme:dark){:root{--bg:#10181c;--card:#18242a;--line:#52636d;--text:#e8eef1;--quiet:#b4c1c8;--main:#6cc4d8;--on:#06262e;--good:#7fd6a0;--stop:#ff9f98;--warn:#ffd27a}}
*{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--text);font:1.06rem/1.5 system-ui,sans-serif}
header,main,footer{max-width:44rem;margin:0 auto;padding:1rem}header{border-bottom:1px solid var(--line)}header a{color:inherit;font-weight:600;text-decoration:none}
h1{font-size:1.5rem;line-height:1.25;margin:.5rem 0}h2{font-size:1.15rem;margin:0 0 .5rem}form h2:not(:first-of-type){margin-top:1.8rem}p{margin:.5rem 0}
section,form.card,article{background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:1rem;margin:1rem 0;overflow-wrap:anywhere}
label{display:block;font-weight:600;margin:.9rem 0 .25rem}label small,.quiet{font-weight:400;color:var(--quiet)}
input,select,textarea{width:100%;font:inherit;padding:.65rem .7rem;border:1px solid var(--quiet);border-radius:.4rem;background:var(--card);color:var(--text)}
textarea{min-height:7rem}input:focus,select:focus,textarea:focus,button:focus,a:focus,summary:focus{outline:3px solid var(--main);outline-offset:2px}
button,.button{display:block;width:100%;margin-top:1.1rem;padding:.8rem;border:0;border-radius:.4rem;background:var(--main);color:var(--on);font:inherit;font-weight:600;text-align:center;text-decoration:none;cursor:pointer}
.plain{background:none;border:1px solid var(--main);color:var(--main)}a{color:var(--main)}
.bad{color:var(--stop);margin:.25rem 0 0;font-weight:600}.bad::before{content:"\\26a0\\00a0"}[aria-invalid=true]{border-color:var(--stop);border-width:2px}
.good{color:var(--good)}.warn{color:var(--warn)}.big{font-size:1.35rem;font-weight:700;letter-spacing:.04em}
dl{display:grid;grid-template-columns:minmax(7rem,auto) 1fr;gap:.25rem .9rem;margin:.5rem 0}dt{color:var(--quiet)}dd{margin:0}
svg{display:block;max-width:17rem;width:100%;height:auto;background:#fff;padding:.5rem}ol{padding-left:1.2rem}footer{color:var(--quiet);font-size:.92rem}
"""
KINDS = {
    "missing": "Thiếu mũi tiêm",
    "wrong": "Thông tin mũi tiêm bị sai",
    "identity": "Họ tên, ngày sinh, giới tính hoặc số định danh bị sai",
    "other": "Việc khác",
}
SEXES = {"unknown": "Không nêu", "female": "Nữ", "male": "Nam"}
STATES = {
    "requested": ("Cơ sở đang xem xét", ""),
    "asked": ("Cơ sở đề nghị bổ sung thông tin", "warn"),
    "postponed": ("Đã nhận, xử lý sau", "warn"),
    "completed": ("Đã giải quyết", "good"),
    "rejected": ("Không được chấp nhận", "bad"),
}
REASONS = {
    "form-incomplete": "Phiếu sàng lọc không ghi ngày tiêm, mũi tiêm hoặc vắc xin.",
    "name-contradicts": "Họ tên không khớp với giấy xác nhận.",
    "portrait-only": "Ảnh gửi kèm chỉ là ảnh chân dung.",
    "dose-number-differs": "Số mũi tiêm không khớp với giấy tờ.",
    "birth-date-differs": "Ngày sinh không khớp với giấy tờ.",
    "photo-incomplete": "Ảnh giấy xác nhận thiếu họ tên, giới tính, ngày tiêm hoặc vắc xin.",
    "person-covered": "Thông tin cá nhân trên ảnh bị che.",
    "blurred": "Ảnh bị mờ, không đọc được.",
    "day-differs": "Ngày tiêm không khớp với giấy tờ.",
    "nothing-matches": "Không có thông tin nào khớp.",
    "name-incomplete": "Họ tên chưa đầy đủ hoặc không có dấu.",
    "vaccine-differs": "Loại vắc xin không khớp với giấy tờ.",
    "paper-altered": "Thông tin cá nhân trên giấy đã bị sửa.",
}
PROBLEMS = {
    "missing": "Hãy điền mục này.",
    "malformed": "Mục này chưa đúng dạng.",
    "too-long": "Mục này quá dài.",
    "ahead": "Ngày này chưa tới.",
    "unknown": "Hãy chọn một trong các mục.",
    "closed": "Cơ sở không chờ bổ sung cho phản ánh này nữa.",
}
FIELD_PROBLEMS = {
    ("birth_date", "malformed"): "Hãy ghi ngày sinh như trên giấy tờ, ví dụ 09/10/2003; chỉ biết năm thì ghi năm.",
    ("day", "malformed"): "Hãy ghi ngày/tháng/năm, ví dụ 18/10/2021.",
    ("phone", "malformed"): "Số điện thoại gồm 9 đến 11 chữ số, bắt đầu bằng số 0.",
    ("citizen_number", "malformed"): "Số định danh cá nhân/CCCD gồm đúng 12 chữ số.",
    ("old_number", "malformed"): "Số CMND cũ gồm đúng 9 chữ số.",
    ("picture", "malformed"): "Ảnh phải là JPEG hoặc PNG, tối đa 10 MB mỗi ảnh.",
    ("picture", "too-long"): "Chỉ gửi được tối đa 3 ảnh một lần, 8 ảnh cho một phản ánh.",
    ("words", "missing"): "Hãy viết vài lời về điều bạn phản ánh.",
}
