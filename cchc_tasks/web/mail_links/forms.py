"""The one form behind a link of a mail."""

from wtforms import DateField, HiddenField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from cchc_tasks.web.base_form import VersionedForm
from cchc_tasks.web.updating import DATE_FORMATS, LONGEST


class TapForm(VersionedForm):
    """What somebody says of one item; `act` names which of the things that the page offers."""

    act = HiddenField(validators=[Length(max=20)])
    number = StringField("Số, ký hiệu văn bản", [Optional(), Length(max=100)])
    issued_on = DateField("Ngày ban hành", [Optional()], format=DATE_FORMATS)
    subject = StringField("Trích yếu", [Optional(), Length(max=LONGEST)])
    done_on = DateField("Ngày hoàn thành", [Optional()], format=DATE_FORMATS)
    text = TextAreaField("Nội dung", [Optional(), Length(max=LONGEST)])
