"""The one form of the queue: which are chosen, why one goes back, why one is confirmed outside the rule."""

from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional

from cchc_tasks.web.base_form import BaseForm
from cchc_tasks.wording import confirmation as words

LONGEST = 2000


class QueueForm(BaseForm):
    """Its buttons say what is done: `xac-nhan`, `tra-lai`, `xac-nhan-rieng` to one report, `xac-nhan-chon` to many."""

    choice = RadioField(
        "Lý do trả lại", [Optional()], choices=[SelectChoice(value, said) for value, said in words.REASONS.items()]
    )
    text = TextAreaField("Ghi cho đơn vị", [Optional(), Length(max=LONGEST)])
    override = StringField("Lý do xác nhận ngoài quy tắc", [Optional(), Length(max=LONGEST)])
