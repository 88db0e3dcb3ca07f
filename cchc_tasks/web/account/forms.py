"""Forms of signing in and of one's own account."""

from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from cchc_tasks.web.base_form import BaseForm

LONGEST = 1000


class SignInForm(BaseForm):
    email = StringField("Thư điện tử công vụ", [InputRequired(), Length(max=254)])
    password = PasswordField("Mật khẩu", [InputRequired(), Length(max=LONGEST)])
    next = HiddenField()


class ResumeForm(BaseForm):
    """Signing in again in the middle of a form; `kept` is the form, as JSON."""

    email = StringField("Thư điện tử công vụ", [InputRequired(), Length(max=254)])
    password = PasswordField("Mật khẩu", [InputRequired(), Length(max=LONGEST)])
    kept = HiddenField(filters=[])
