"""Forms of what can be done to one obligation besides the quick update."""

from flask_wtf.file import MultipleFileField
from wtforms import DateField, HiddenField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from cchc_tasks.web.base_form import VersionedForm
from cchc_tasks.web.updating import DATE_FORMATS, LONGEST

#: The two ways of putting a status right.
MOVE_DAY, RETRACT = "doi-ngay", "bo"


class ActForm(VersionedForm):
    """What every such form carries: the last ledger row its reader saw."""

    seen = IntegerField(widget=HiddenInput(), validators=[Optional()])


class ReasonForm(ActForm):
    reason = TextAreaField("Lý do", [DataRequired(), Length(max=LONGEST)])


class ReopenForm(ActForm):
    effective_on = DateField("Mở lại từ ngày", [InputRequired()], format=DATE_FORMATS)
    reason = TextAreaField("Lý do", [DataRequired(), Length(max=LONGEST)])


class CorrectionForm(ActForm):
    way = RadioField(
        "Đính chính",
        [InputRequired()],
        choices=[SelectChoice(MOVE_DAY, "Đổi ngày diễn ra"), SelectChoice(RETRACT, "Bỏ ghi nhận này")],
        default=MOVE_DAY,
    )
    effective_on = DateField("Ngày đúng", [Optional()], format=DATE_FORMATS)
    reason = TextAreaField("Lý do", [DataRequired(), Length(max=LONGEST)])


class ExtensionForm(ActForm):
    due_on = DateField("Xin gia hạn đến ngày", [InputRequired()], format=DATE_FORMATS)
    reason = TextAreaField("Lý do", [DataRequired(), Length(max=LONGEST)])
    number = StringField("Số, ký hiệu văn bản đề nghị (nếu có)", [Optional(), Length(max=100)])
    issued_on = DateField("Ngày ban hành", [Optional()], format=DATE_FORMATS)
    subject = StringField("Trích yếu", [Optional(), Length(max=LONGEST)])


class TakeBackExtensionForm(ActForm):
    request_version = IntegerField(widget=HiddenInput(), validators=[Optional()])
    reason = TextAreaField("Lý do (nếu có)", [Optional(), Length(max=LONGEST)])


class AskExplanationForm(ActForm):
    answer_by = DateField("Trả lời trước hết ngày", [InputRequired()], format=DATE_FORMATS)
    reason = TextAreaField("Nội dung yêu cầu (nếu có)", [Optional(), Length(max=LONGEST)])


class ExplanationForm(ActForm):
    text = TextAreaField("Nội dung giải trình", [DataRequired(), Length(max=LONGEST)])


class TakeBackExplanationForm(ActForm):
    reason = TextAreaField("Lý do (nếu có)", [Optional(), Length(max=LONGEST)])


class HandOverForm(ActForm):
    person_id = SelectField("Người thực hiện", coerce=int)


class CommentForm(ActForm):
    text = TextAreaField("Ý kiến", [DataRequired(), Length(max=LONGEST)])


class AttachForm(ActForm):
    number = StringField("Số, ký hiệu văn bản", [Optional(), Length(max=100)])
    issued_on = DateField("Ngày ban hành", [Optional()], format=DATE_FORMATS)
    subject = StringField("Trích yếu", [Optional(), Length(max=LONGEST)])
    files = MultipleFileField("Tệp kèm theo")
    kept = HiddenField(filters=[])
