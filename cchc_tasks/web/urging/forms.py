"""The form that asks for explanations of several works at once."""

from wtforms import DateField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from cchc_tasks.web.base_form import BaseForm
from cchc_tasks.web.updating import DATE_FORMATS, LONGEST


class AskForm(BaseForm):
    """`items` are "<id>:<version seen>" of the boxes that are ticked."""

    items = SelectMultipleField("Việc", validate_choice=False)
    answer_by = DateField("Trả lời trước hết ngày", [InputRequired()], format=DATE_FORMATS)
    text = TextAreaField("Nội dung yêu cầu (nếu có)", [Optional(), Length(max=LONGEST)])

    def versions(self) -> dict[int, int]:
        """Version seen by obligation; what is no such pair of numbers is left out."""
        pairs = (each.partition(":") for each in self.items.data or ())
        return {
            int(key): int(version)
            for key, _, version in pairs
            if key.isascii() and key.isdigit() and version.isascii() and version.isdigit() and len(key) < 19
        }
