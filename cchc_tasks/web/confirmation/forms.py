"""The one form of the queue: which are chosen, why one goes back, why one is confirmed outside the rule."""

from wtforms import DateField, IntegerField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional
from wtforms.widgets import HiddenInput

from cchc_tasks.web.base_form import BaseForm, VersionedForm
from cchc_tasks.web.updating import DATE_FORMATS
from cchc_tasks.wording import confirmation as words

LONGEST = 2000


class QueueForm(BaseForm):
    """Its buttons say what is done: `xac-nhan`, `tra-lai`, `xac-nhan-rieng` to one report, `xac-nhan-chon` to many."""

    choice = RadioField(
        "Lý do trả lại", [Optional()], choices=[SelectChoice(value, said) for value, said in words.REASONS.items()]
    )
    text = TextAreaField("Ghi cho đơn vị", [Optional(), Length(max=LONGEST)])
    override = StringField("Lý do xác nhận ngoài quy tắc", [Optional(), Length(max=LONGEST)])


class AnswerForm(VersionedForm):
    """The answer to one request to extend a deadline; its button says which. `version` is that of the request."""

    deadline_version = IntegerField(widget=HiddenInput(), validators=[Optional()])
    due_on = DateField("Gia hạn đến ngày", [Optional()], format=DATE_FORMATS)
    words = TextAreaField("Ý kiến trả lời", [Optional(), Length(max=LONGEST)])
    number = StringField("Số, ký hiệu văn bản cho gia hạn (nếu có)", [Optional(), Length(max=100)])
    issued_on = DateField("Ngày ban hành", [Optional()], format=DATE_FORMATS)
    subject = StringField("Trích yếu", [Optional(), Length(max=LONGEST)])
    override = StringField("Lý do trả lời ngoài quy tắc", [Optional(), Length(max=LONGEST)])
