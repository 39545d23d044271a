"""Why the platform refuses, as one table: HTTP status, FHIR issue type, and a sentence in Vietnamese and English.

Sentences name elements, ids and codes, never a person's values: a refusal is stored and shown elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

Json = dict[str, Any]

REFUSAL_SYSTEM = "urn:vaxdesk:refusal"


@dataclass(frozen=True, slots=True)
class Reason:
    """One kind of refusal."""

    status: int
    issue: str  # http://hl7.org/fhir/issue-type
    vi: str
    en: str


class Refused(Exception):
    """A request that is not carried out; nothing of it was stored. `str()` gives the code only."""

    def __init__(self, code: str, expression: str = "", **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.expression = expression
        self.params = {name: str(value) for name, value in params.items()}

    @property
    def reason(self) -> Reason:
        """Status, issue type and sentences."""
        return REASONS[self.code]

    @property
    def status(self) -> int:
        """The HTTP status of the answer."""
        return self.reason.status

    def at_entry(self, index: int) -> Refused:
        """The same refusal, told of one entry of a bundle."""
        inner = f".resource.{self.expression}" if self.expression else ""
        return Refused(self.code, f"Bundle.entry[{index}]{inner}", **self.params)

    def outcome(self) -> Json:
        """The OperationOutcome: Vietnamese in details.text, English in diagnostics, the code in details.coding."""
        issue: Json = {
            "severity": "error",
            "code": self.reason.issue,
            "details": {
                "coding": [{"system": REFUSAL_SYSTEM, "code": self.code}],
                "text": self.reason.vi.format_map(self.params),
            },
            "diagnostics": self.reason.en.format_map(self.params),
        }
        if self.expression:
            issue["expression"] = [self.expression]
        return {"resourceType": "OperationOutcome", "issue": [issue]}


def _reason(status: int, issue: str, vi: str, en: str) -> Reason:
    return Reason(status, issue, vi, en)


REASONS = MappingProxyType(
    {
        # what was sent cannot be read
        "unreadable-json": _reason(
            400, "invalid", "Nội dung gửi lên không phải JSON hợp lệ.", "The body is not valid JSON in UTF-8."
        ),
        "too-deep": _reason(
            400, "structure", "Nội dung gửi lên lồng quá nhiều tầng.", "The body is nested too deeply."
        ),
        "not-a-resource": _reason(
            400, "structure", "Nội dung gửi lên không phải tài nguyên FHIR.", "The body is not a FHIR resource."
        ),
        "media-type": _reason(
            415, "not-supported", "Chỉ nhận nội dung FHIR dạng JSON.", "Only JSON is taken (application/fhir+json)."
        ),
        "content-encoding": _reason(
            415, "not-supported", "Cách nén này không được hỗ trợ.", "Only gzip or no content encoding is taken."
        ),
        "not-acceptable": _reason(
            406, "not-supported", "Nền tảng chỉ trả lời bằng JSON.", "Only JSON is given (application/fhir+json)."
        ),
        "too-large": _reason(
            413, "too-long", "Gói dữ liệu quá lớn (tối đa 4 MiB).", "The body is over the limit of 4 MiB."
        ),
        "too-many-entries": _reason(
            413, "too-long", "Gói dữ liệu có quá nhiều mục (tối đa {limit}).", "The bundle has over {limit} entries."
        ),
        # addresses
        "type-unknown": _reason(
            404, "not-supported", "Nền tảng không lưu loại tài nguyên này.", "This resource type is not stored here."
        ),
        "not-known": _reason(404, "not-found", "Không tìm thấy bản ghi này.", "There is no such resource or version."),
        "no-such-address": _reason(404, "not-found", "Địa chỉ này không có.", "There is nothing at this address."),
        "method-not-allowed": _reason(
            405,
            "not-supported",
            "Thao tác này không được phép; không có gì bị xoá.",
            "This method is not allowed here; nothing is ever deleted.",
        ),
        "type-differs": _reason(
            400,
            "invalid",
            "Loại tài nguyên không khớp với địa chỉ.",
            "The resource's type differs from the type in the URL.",
        ),
        "id-differs": _reason(
            400, "invalid", "Mã bản ghi không khớp với địa chỉ.", "The resource's id differs from the id in the URL."
        ),
        "id-unusable": _reason(
            400, "value", "Mã bản ghi không hợp lệ.", "An id has 1 to 64 letters, digits, hyphens or dots."
        ),
        # content
        "structure": _reason(
            422,
            "structure",
            "Phần “{element}” không đúng cấu trúc FHIR R4.",
            "Element {element} is not valid FHIR R4: {problem}.",
        ),
        "value-empty": _reason(
            422,
            "value",
            "Phần “{element}” để trống.",
            "Element {element} is empty; FHIR leaves out what it does not say.",
        ),
        "text-unusable": _reason(
            422, "value", "Phần “{element}” chứa ký tự không dùng được.", "Element {element} has unusable characters."
        ),
        "code-unknown": _reason(
            422, "code-invalid", "Mã ở phần “{element}” không thuộc danh mục.", "Element {element} is not a known code."
        ),
        "element-required": _reason(
            422, "required", "Thiếu phần bắt buộc “{element}”.", "Element {element} is required here."
        ),
        "citizen-number-required": _reason(
            422,
            "required",
            "Mũi tiêm, phản ứng sau tiêm phải có số định danh cá nhân/CCCD gồm 12 chữ số.",
            "{element} must be a citizen number (urn:vn:cccd) of 12 digits.",
        ),
        "citizen-number-differs": _reason(
            422,
            "business-rule",
            "Số định danh trên bản ghi không phải của người được ghi.",
            "{element} does not belong to the Patient it refers to.",
        ),
        "citizen-number-malformed": _reason(
            422,
            "value",
            "Số định danh cá nhân/CCCD phải gồm đúng 12 chữ số.",
            "A citizen number (urn:vn:cccd) has exactly 12 digits.",
        ),
        "dose-of-another": _reason(
            422,
            "business-rule",
            "Phản ứng sau tiêm và mũi tiêm phải của cùng một người.",
            "AdverseEvent.suspectEntity refers to a dose of another citizen number than its subject's.",
        ),
        "claim-changed": _reason(
            422,
            "business-rule",
            "Không được sửa lời phản ánh của công dân; chỉ được thêm trả lời và trạng thái.",
            "A site may change a complaint's status and append outputs; what the citizen said stays as it is.",
        ),
        "claim-due-wrong": _reason(
            422,
            "business-rule",
            "Hạn xử lý phản ánh phải là 48 giờ kể từ lúc tiếp nhận.",
            "Task.restriction.period.end must be 48 hours after Task.authoredOn.",
        ),
        "picture-unusable": _reason(
            422,
            "value",
            "Ảnh kèm theo phải là JPEG hoặc PNG, tối đa 2 MiB.",
            "An attachment must be a JPEG or PNG picture of at most 2 MiB.",
        ),
        "reference-unknown": _reason(
            422,
            "not-found",
            "Bản ghi được nhắc tới ở “{element}” không có.",
            "What {element} refers to is not stored here, or not within this client's sight.",
        ),
        "reference-unresolved": _reason(
            400,
            "invalid",
            "Gói dữ liệu nhắc tới một mục không có trong gói.",
            "A urn: reference names no entry of this bundle.",
        ),
        "several-match": _reason(
            412,
            "multiple-matches",
            "Điều kiện khớp với nhiều bản ghi.",
            "The condition matches several resources.",
        ),
        "none-match": _reason(
            412, "not-found", "Điều kiện không khớp bản ghi nào.", "The conditional reference matches nothing."
        ),
        "version-differs": _reason(
            412,
            "conflict",
            "Bản ghi đã thay đổi từ lần đọc trước.",
            "The stored version is not the one named in If-Match.",
        ),
        "if-match-unusable": _reason(400, "value", "If-Match không hợp lệ.", 'If-Match must be an ETag like W/"2".'),
        "revision-older": _reason(
            409,
            "conflict",
            "Bản sửa này cũ hơn bản đã lưu.",
            "The revision is lower than the stored one; a late copy changes nothing.",
        ),
        "citizen-number-fixed": _reason(
            422,
            "business-rule",
            "Không được thay số định danh của người đã có mũi tiêm; hãy ghi mũi tiêm cho đúng người.",
            "A Patient's citizen number stays as it is; let the dose refer to the right Patient instead.",
        ),
        "number-taken": _reason(
            409,
            "duplicate",
            "Số định danh này đã thuộc về một bản ghi người khác.",
            "Another Patient already holds this citizen number.",
        ),
        # who may
        "login-required": _reason(401, "login", "Thiết bị chưa được xác thực.", "A valid access token is required."),
        "foreign": _reason(403, "forbidden", "Bản ghi này thuộc cơ sở khác.", "This resource belongs to another site."),
        "tag-required": _reason(
            422,
            "business-rule",
            "Bản ghi phải mang mã cơ sở của mình.",
            "A site's resource carries exactly its own site tag.",
        ),
        "tag-foreign": _reason(
            403, "forbidden", "Không được ghi cho cơ sở khác.", "A site may not write another site's or a national tag."
        ),
        "service-only": _reason(
            403,
            "forbidden",
            "Chỉ dịch vụ trung ương được ghi loại này.",
            "Only the platform's services write this type.",
        ),
        "scope-lacking": _reason(
            403, "forbidden", "Quyền truy cập không đủ.", "The token's scope does not cover this request."
        ),
        # searches and bundles
        "parameter-unknown": _reason(
            400,
            "not-supported",
            "Tham số tìm kiếm “{parameter}” không được hỗ trợ.",
            "Search parameter {parameter} is not supported for this type.",
        ),
        "parameter-value": _reason(
            400,
            "value",
            "Giá trị của tham số “{parameter}” không hợp lệ.",
            "The value of search parameter {parameter} cannot be understood.",
        ),
        "number-in-address": _reason(
            400,
            "security",
            "Không được để số định danh cá nhân trong địa chỉ; hãy hỏi bằng POST _search.",
            "A citizen number must not stand in a URL; ask by POST _search.",
        ),
        "page-ended": _reason(
            410, "not-found", "Trang kết quả này đã hết hạn.", "This page link is no longer valid; search again."
        ),
        "bundle-kind": _reason(
            400,
            "invalid",
            "Chỉ nhận gói transaction hoặc batch.",
            "Only bundles of type transaction or batch are taken.",
        ),
        "entry-unusable": _reason(
            400, "structure", "Một mục của gói dữ liệu không dùng được.", "This bundle entry has no usable request."
        ),
        "same-resource-twice": _reason(
            400,
            "invalid",
            "Một bản ghi xuất hiện hai lần trong gói.",
            "A resource may be written only once in one transaction.",
        ),
        # courier
        "courier-unreadable": _reason(
            400,
            "invalid",
            "Tệp chuyển tay bị hỏng hoặc không phải dành cho nền tảng này.",
            "The courier file is damaged, or not sealed for this platform.",
        ),
        "courier-foreign": _reason(
            403,
            "forbidden",
            "Tệp chuyển tay không do một thiết bị đang được công nhận của cơ sở này ký.",
            "The courier file is not signed by an active device of that site.",
        ),
        # trouble on this side
        "busy": _reason(
            503,
            "transient",
            "Nền tảng đang bận, hãy thử lại sau.",
            "The store is busy or cannot be written; try again.",
        ),
        "matching-absent": _reason(
            501, "not-supported", "Chưa có dịch vụ đối chiếu dân cư.", "The matching service is not installed here."
        ),
        "internal": _reason(
            500, "exception", "Nền tảng gặp lỗi bên trong.", "Something unexpected went wrong; it was logged."
        ),
    }
)
