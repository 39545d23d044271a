"""The steps that make keys and ask the platform: a passphrase where there is no keyring; address, site and one-time code."""

from __future__ import annotations

from PySide6.QtCore import Signal

from vaxdesk.errors import InputRefused, Problem, VaxdeskError
from vaxdesk.models.first_run import CODE_CHARS_MAX, PLATFORM_CHARS_MAX, SITE_CHARS_MAX, Begun, PlatformAddress, Reached
from vaxdesk.ui.dose_form import Tone
from vaxdesk.ui.first_run_services import FirstRunAround
from vaxdesk.ui.first_run_step import Field, Step

PASSPHRASE_CHARS_MAX = 200
FIELD_OF = {"joining-enrolment-code-refused": "code", "joining-site-unknown": "site"}


class PassphraseStep(Step):
    """Makes the vault with a new passphrase, typed twice; or asks for the one that is there. `opened` carries a Begun."""

    opened = Signal(Begun)

    def __init__(self, around: FirstRunAround) -> None:
        super().__init__(around)
        self._is_new = True
        self.fields = {
            "passphrase": Field(secret=True, chars_max=PASSPHRASE_CHARS_MAX),
            "again": Field(secret=True, chars_max=PASSPHRASE_CHARS_MAX),
        }
        self.lay_out(*self.fields.values())
        self.say_words()

    def ask_for(self, is_new: bool) -> None:
        """A new passphrase, or the known one."""
        self._is_new = is_new
        self.fields["again"].setVisible(is_new)
        self.back.setVisible(is_new)
        self.say_words()

    def say_words(self) -> None:
        """Every text."""
        if self._is_new:
            self.question.setText(self.tr("Đặt mật khẩu kho"))
            self.why.setText(self.tr("Máy này không có kho khóa an toàn, nên mỗi lần mở vaxdesk sẽ hỏi mật khẩu này."))
            hint = self.tr("Ít nhất 4 ký tự, nên là một câu dài. Hãy chép lại cất nơi an toàn: quên là không mở được.")
        else:
            self.question.setText(self.tr("Mở kho của bàn tiêm"))
            self.why.setText(self.tr("Kho dữ liệu của máy này được khóa bằng mật khẩu."))
            hint = ""
        self.fields["passphrase"].say(self.tr("Mật khẩu kho"), hint)
        self.fields["again"].say(self.tr("Nhập lại mật khẩu kho"))
        self.back.say(self.tr("Quay lại"))
        self.next.say(self.tr("Tiếp tục") if self._is_new else self.tr("Mở kho"))

    def go_on(self) -> None:
        """Opens or makes the vault; stretching a passphrase takes a moment."""
        first, again = self.fields["passphrase"], self.fields["again"]
        if self.is_waiting:
            return
        if not first.text:
            first.edit.setFocus()
        elif self._is_new and first.text != again.text:
            self._ask_again(again)
        else:
            self.wait(self.tr("Đang tạo khóa…") if self._is_new else self.tr("Đang mở kho…"))
            joins = self._around.services.joins
            self._around.lane.run(joins.open, first.text, done=self._opened, failed=self._refused)

    def _ask_again(self, again: Field) -> None:
        if again.text:
            again.refuse(self.tr("Hai lần nhập không giống nhau. Hãy nhập lại."))
            again.edit.clear()
        again.edit.setFocus()

    def _opened(self, begun: Begun) -> None:
        self.rest()
        for field in self.fields.values():
            field.edit.clear()
        self.opened.emit(begun)

    def _refused(self, error: VaxdeskError) -> None:
        self.rest()
        self.fields["passphrase"].refuse(self._around.speech.sentence(error))
        self.fields["passphrase"].edit.selectAll()
        self.fields["passphrase"].edit.setFocus()


class PlatformStep(Step):
    """Asks the platform on the lane; every refusal is a sentence in place and what was typed stays. `taken` carries a Begun."""

    taken = Signal(Begun)

    def __init__(self, around: FirstRunAround) -> None:
        super().__init__(around)
        self.fields = {
            "platform": Field(chars_max=PLATFORM_CHARS_MAX),
            "site": Field(chars_max=SITE_CHARS_MAX),
            "code": Field(chars_max=CODE_CHARS_MAX),
        }
        for name, field in self.fields.items():
            field.edit.editingFinished.connect(lambda name=name: self._check_one(name))
        self.lay_out(*self.fields.values())
        self.say_words()

    @property
    def address(self) -> PlatformAddress:
        """As typed."""
        return PlatformAddress(*(field.text for field in self.fields.values())).tidy()

    def fill(self, address: PlatformAddress, goes_on: bool) -> None:
        """What was typed before the program ended."""
        for name, field in self.fields.items():
            field.edit.setText(getattr(address, name))
        if goes_on:
            self.tell(Tone.INFORM, self.tr("Lần trước chưa xong. Hãy xem lại rồi bấm Enter để tiếp tục."))

    def say_words(self) -> None:
        """Every text."""
        self.question.setText(self.tr("Nền tảng nào, điểm tiêm nào?"))
        self.why.setText(self.tr("Chép đúng như trên giấy của đơn vị quản trị nền tảng."))
        self.fields["platform"].say(self.tr("Địa chỉ nền tảng"), self.tr("Ví dụ: https://tiemchung.vidu.vn"))
        self.fields["site"].say(self.tr("Mã điểm tiêm"), self.tr("Ví dụ: 79-Q10-P05"))
        self.fields["code"].say(self.tr("Mã một lần"), self.tr("Mỗi mã chỉ dùng cho một máy. Gõ sai không làm mất mã."))
        self.back.say(self.tr("Dừng") if self.is_waiting else self.tr("Quay lại"))
        self.next.say(self.tr("Hỏi nền tảng"))

    def go_on(self) -> None:
        """Asks, once nothing is wrong with what is typed; Enter in a field that is not the last missing goes to the next."""
        if self.is_waiting:
            return
        address = self.address
        empty = [field for field in self.fields.values() if not field.text.strip()]
        if empty and self.focusWidget() not in [field.edit for field in empty]:
            empty[0].edit.setFocus()
            return
        if problems := self._around.services.joins.check(address):
            self.refuse(InputRefused(*problems))
            return
        self.wait(self.tr("Đang hỏi nền tảng… (Esc: dừng, không mất mã)"))
        self.say_words()
        self._around.lane.run(self._around.services.joins.ask, address, done=self._taken, failed=self._not_taken)

    def go_back(self) -> None:
        """Esc: stops asking, else back."""
        if self.is_waiting:
            self._around.services.joins.cancel()
        else:
            super().go_back()

    def _check_one(self, name: str) -> None:
        """A field was left: what is wrong with it is said at once; what is still empty is no mistake yet."""
        field = self.fields[name]
        if not field.text.strip() or self.is_waiting:
            return
        wrong = [p for p in self._around.services.joins.check(self.address) if p.field == name]
        if wrong:
            field.refuse(self._around.speech.sentence(wrong[0]))

    def _taken(self, begun: Begun) -> None:
        self.rest()
        self.say_words()
        assert begun.reached is not Reached.NOTHING
        self.taken.emit(begun)

    def _not_taken(self, error: VaxdeskError) -> None:
        field = FIELD_OF.get(error.code)
        if not field:
            self.fields["platform"].edit.setFocus()
        self.refuse(InputRefused(Problem(error.code, field)) if field else error)
        self.say_words()
