"""Who leads the site: the first account, with a PIN typed twice."""

from __future__ import annotations

from PySide6.QtCore import Signal

from vaxdesk.errors import InputRefused
from vaxdesk.models.first_run import Begun
from vaxdesk.models.staff import PIN_CHARS_MAX, PIN_CHARS_MIN, check_account
from vaxdesk.models.values import StaffMember
from vaxdesk.ui.dose_form import Tone
from vaxdesk.ui.first_run_services import FirstRunAround
from vaxdesk.ui.first_run_step import Field, Step

NAME_CHARS_MAX = 100
SOUND_PIN = "2580"


class ManagerStep(Step):
    """`made` carries the manager; the desk exists from then on."""

    made = Signal(StaffMember)

    def __init__(self, around: FirstRunAround) -> None:
        super().__init__(around)
        self._site = ""
        self.fields = {
            "name": Field(chars_max=NAME_CHARS_MAX),
            "pin": Field(secret=True, chars_max=PIN_CHARS_MAX),
            "again": Field(secret=True, chars_max=PIN_CHARS_MAX),
        }
        self.lay_out(*self.fields.values())
        self.say_words()

    def show_site(self, begun: Begun) -> None:
        """Which site the platform answered with: the person sees that it is theirs."""
        self._site = " · ".join(word for word in (begun.site_name, begun.site_address) if word)
        self.say_words()

    def say_words(self) -> None:
        """Every text."""
        self.question.setText(self.tr("Ai quản lý điểm tiêm này?"))
        self.why.setText(self.tr("Nền tảng đã nhận máy này: {site}.").format(site=self._site))
        self.fields["name"].say(
            self.tr("Họ và tên người quản lý"),
            self.tr("Như trên giấy tờ; người này thêm nhân viên và ký số cuối ngày."),
        )
        hint = self.tr("Ít nhất {least} ký tự, không phải dãy liền như 1234 hay một ký tự lặp lại. Chỉ mình bạn biết.")
        self.fields["pin"].say(self.tr("Mã PIN"), hint.format(least=PIN_CHARS_MIN))
        self.fields["again"].say(self.tr("Nhập lại mã PIN"))
        self.back.say(self.tr("Quay lại"))
        self.next.say(self.tr("Tạo bàn tiêm"))

    def go_on(self) -> None:
        """Enter in a field leads to the next empty one; in the last it makes the desk."""
        if self.is_waiting:
            return
        name, pin, again = (field.text for field in self.fields.values())
        if problem := _problem(name, pin):
            self.refuse(problem)
        elif not pin or not again:
            self.fields["again" if pin else "pin"].edit.setFocus()
        elif pin != again:
            self.fields["again"].edit.clear()
            self.fields["again"].refuse(self.tr("Hai lần nhập mã PIN không giống nhau. Hãy nhập lại."))
            self.fields["again"].edit.setFocus()
        else:
            self.wait(self.tr("Đang tạo kho dữ liệu mã hóa…"))
            joins = self._around.services.joins
            self._around.lane.run(joins.finish, name, pin, done=self._made, failed=self.refuse)

    def _made(self, member: StaffMember) -> None:
        self.rest()
        for field in self.fields.values():
            field.edit.clear()
        self.notice.tell(Tone.ALLOWED, member.name)
        self.made.emit(member)


def _problem(name: str, pin: str) -> InputRefused | None:
    """What is wrong with what is typed; a PIN not typed yet is no mistake."""
    try:
        check_account(name, pin or SOUND_PIN)
    except InputRefused as error:
        return error
    return None
