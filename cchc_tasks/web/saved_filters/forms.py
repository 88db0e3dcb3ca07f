"""Forms of saved filters."""

from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length

from cchc_tasks.web.base_form import BaseForm

NAME_LENGTH = 120


class SaveForm(BaseForm):
    """A name for the filters that `query` holds."""

    name = StringField("Tên bộ lọc", validators=[InputRequired(), Length(max=NAME_LENGTH)])
    query = HiddenField()


class RenameForm(BaseForm):
    """Another name."""

    name = StringField("Tên mới", validators=[InputRequired(), Length(max=NAME_LENGTH)])


class RemoveForm(BaseForm):
    """Nothing but its keys."""
