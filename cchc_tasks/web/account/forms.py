"""Forms of signing in and of one's own account."""

from typing import Any

from wtforms import HiddenField, PasswordField, RadioField, SelectField, StringField, ValidationError
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from cchc_tasks.domain.accounts import PASSWORD_MAX
from cchc_tasks.domain.mail_preferences import Frequency
from cchc_tasks.web.base_form import BaseForm, VersionedForm
from cchc_tasks.wording import people as words
from cchc_tasks.wording import reminders as reminder_words

EMAIL_LENGTH = 254
NAME_LENGTH = 200
#: Longer passwords are not looked at; nobody has one.
TYPED_LENGTH = 1000


class SignInForm(BaseForm):
    email = StringField("Thư điện tử công vụ", [InputRequired(), Length(max=EMAIL_LENGTH)])
    password = PasswordField("Mật khẩu", [InputRequired(), Length(max=TYPED_LENGTH)])
    next = HiddenField()


class ResumeForm(BaseForm):
    """Signing in again in the middle of a form; `kept` is the form, as JSON."""

    email = StringField("Thư điện tử công vụ", [InputRequired(), Length(max=EMAIL_LENGTH)])
    password = PasswordField("Mật khẩu", [InputRequired(), Length(max=TYPED_LENGTH)])
    kept = HiddenField()


class ForgottenForm(BaseForm):
    email = StringField("Thư điện tử công vụ", [InputRequired(), Length(max=EMAIL_LENGTH)])


def same_as_password(form: Any, field: Any) -> None:
    """The second writing of a new password is the first."""
    if field.data != form.password.data:
        raise ValidationError(words.PASSWORDS_DIFFER)


class NewPasswordForm(BaseForm):
    """A new password by a one-time link."""

    password = PasswordField("Mật khẩu mới", [InputRequired(), Length(max=PASSWORD_MAX)])
    again = PasswordField("Nhập lại mật khẩu mới", [InputRequired(), same_as_password])


class ActivationForm(NewPasswordForm):
    """The first password, and the name as its owner writes it."""

    name = StringField("Họ và tên", [InputRequired(), Length(max=NAME_LENGTH)])


class OwnForm(VersionedForm):
    name = StringField("Họ và tên", [InputRequired(), Length(max=NAME_LENGTH)])
    phone = StringField("Điện thoại", [Length(max=40)])


class MailForm(VersionedForm):
    """How often its owner wants reminders."""

    frequency = RadioField(
        "Nhận thư",
        coerce=Frequency,
        choices=[SelectChoice(each.value, reminder_words.FREQUENCIES[each]) for each in Frequency],
        validators=[InputRequired()],
    )
    weekday = SelectField(
        "Thư mỗi tuần vào",
        coerce=int,
        choices=[SelectChoice(str(number), name) for number, name in enumerate(reminder_words.WEEKDAY_NAMES)],
    )


class ChangePasswordForm(BaseForm):
    current = PasswordField("Mật khẩu đang dùng", [InputRequired(), Length(max=TYPED_LENGTH)])
    password = PasswordField("Mật khẩu mới", [InputRequired(), Length(max=PASSWORD_MAX)])
    again = PasswordField("Nhập lại mật khẩu mới", [InputRequired(), same_as_password])
