"""Forms of plans: the upload, the head of a plan, its parts, its corrections. They check shape only."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask_wtf.file import FileField
from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from cchc_tasks.domain.text import one_line
from cchc_tasks.storage.models import PlanKind
from cchc_tasks.storage.queries.units import UnitRow
from cchc_tasks.web.base_form import BaseForm, VersionedForm
from cchc_tasks.wording import plans as words

DATE_FORMATS = ["%Y-%m-%d", "%d/%m/%Y"]
LONGEST = 5000
YEARS = NumberRange(2000, 2100)


class UploadForm(BaseForm):
    """A plan's file, or its table pasted; number, date and year for what carries no heading, such as a CSV.

    `pasted_html` is filled by the page's script with what the clipboard holds beside the plain text.
    """

    file = FileField("Tệp kế hoạch")
    pasted = TextAreaField("Hoặc dán bảng chép từ Word, Excel", [Optional()], filters=[])
    pasted_html = HiddenField(filters=[])
    number = StringField("Số, ký hiệu kế hoạch", [Optional(), Length(max=60)])
    issued_on = DateField("Ngày ban hành", [Optional()], format=DATE_FORMATS)
    year = IntegerField("Năm của kế hoạch", [Optional(), YEARS])

    @property
    def table(self) -> str:
        """The pasted table: as the clipboard's HTML where it came with it, else as typed; empty where none was."""
        return self.pasted_html.data or self.pasted.data or ""

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid = super().validate(extra_validators)
        if not self.file.data and not self.table.strip():
            self.refuse("file", "Chọn tệp kế hoạch, hoặc dán bảng vào ô bên dưới.")
            return False
        return is_valid


class PlanForm(BaseForm):
    """The head of a plan."""

    kind = SelectField(
        "Loại kế hoạch", choices=[SelectChoice(kind.value, words.plan_kind(kind)) for kind in PlanKind], default="cchc"
    )
    number = StringField("Số, ký hiệu", [DataRequired(), Length(max=60)])
    issued_on = DateField("Ngày ban hành", [InputRequired()], format=DATE_FORMATS)
    year = IntegerField("Năm của kế hoạch", [InputRequired(), YEARS])
    title = TextAreaField("Trích yếu", [DataRequired(), Length(max=LONGEST)])


class EditPlanForm(PlanForm, VersionedForm):
    """The head of a plan that is there."""


class AreaForm(BaseForm):
    """An area (nhiệm vụ chung) with its printed number."""

    ordinal = StringField("Số thứ tự", [DataRequired(), Length(max=20)])
    name = TextAreaField("Tên nhiệm vụ chung", [DataRequired(), Length(max=LONGEST)])


class EditAreaForm(AreaForm, VersionedForm):
    """An area that is there."""


class UnitsField(SelectMultipleField):
    """Several units, as boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class WithUnits:
    """Fields that choose among the agency's units; `offer` fills them."""

    UNIT_FIELDS: tuple[str, ...] = ()

    def offer(self, units: Iterable[UnitRow]) -> None:
        choices = [SelectChoice(str(unit.id), unit.name) for unit in units]
        for name in self.UNIT_FIELDS:
            field: Any = self[name]  # type: ignore[index]
            blank = [] if isinstance(field, SelectMultipleField) else [SelectChoice("", words.NOBODY_YET)]
            field.choices = [*blank, *choices]

    def ids(self, name: str) -> tuple[int, ...]:
        value: str | Sequence[str] = self[name].data or ()  # type: ignore[index]
        return tuple(int(each) for each in ([value] if isinstance(value, str) else value) if each)


class AssignmentForm(WithUnits, VersionedForm):
    """Who does a task; without a lead every unit of the second list answers for it."""

    UNIT_FIELDS = ("lead", "co_leads", "coordinating")

    lead = SelectField("Đơn vị chủ trì", choices=[], validate_choice=True)
    co_leads = UnitsField("Cùng thực hiện")
    coordinating = UnitsField("Phối hợp")
    reason = TextAreaField("Lý do đính chính", [DataRequired(), Length(max=LONGEST)])


class TaskForm(VersionedForm):
    """The words of a task that is there."""

    numbers = StringField("Số thứ tự", [DataRequired(), Length(max=60)])
    text = TextAreaField("Nhiệm vụ cụ thể", [DataRequired(), Length(max=LONGEST)])
    note = TextAreaField("Ghi chú", [Optional(), Length(max=LONGEST)])

    def number_list(self) -> tuple[str, ...]:
        """ "6.3, 6.4" or "6.3 và 6.4" are two numbers."""
        typed = self.numbers.data.replace(" và ", ",").replace("+", ",").replace(";", ",")
        return tuple(number for part in typed.split(",") if (number := one_line(part)))


class NewTaskForm(WithUnits, TaskForm):
    """A task to be added, with its assignment."""

    UNIT_FIELDS = ("lead", "co_leads", "coordinating")

    version = None  # type: ignore[assignment]
    assignment_text = TextAreaField("Phân công, ghi như văn bản", [Optional(), Length(max=LONGEST)])
    lead = SelectField("Đơn vị chủ trì", choices=[])
    co_leads = UnitsField("Cùng thực hiện")
    coordinating = UnitsField("Phối hợp")
    time_text = TextAreaField("Thời gian, ghi như văn bản", [Optional(), Length(max=LONGEST)])
    entered_on = DateField("Có hiệu lực từ ngày", [InputRequired()], format=DATE_FORMATS)


class DeliverableForm(VersionedForm):
    """The words of a product that is there."""

    ordinal = StringField("Số thứ tự", [Optional(), Length(max=20)])
    text = TextAreaField("Sản phẩm", [DataRequired(), Length(max=LONGEST)])


class WithDeadline:
    """A deadline as words that the grammar reads, or as a day. `confirmed` is the phrase whose reading was shown."""

    deadline_text = StringField("Thời hạn, ghi như văn bản", [Optional(), Length(max=500)])
    due_on = DateField("Hoặc nhập thẳng một ngày", [Optional()], format=DATE_FORMATS)
    confirmed = HiddenField(filters=[])


class NewDeliverableForm(WithDeadline, BaseForm):
    """A product to be added with everything it owes."""

    ordinal = StringField("Số thứ tự", [Optional(), Length(max=20)])
    text = TextAreaField("Sản phẩm", [DataRequired(), Length(max=LONGEST)])
    entered_on = DateField("Có hiệu lực từ ngày", [InputRequired()], format=DATE_FORMATS)


class PeriodForm(WithDeadline, VersionedForm):
    """One more obligation of a product."""

    label = StringField("Tên kỳ", [Optional(), Length(max=60)])
    entered_on = DateField("Có hiệu lực từ ngày", [InputRequired()], format=DATE_FORMATS)


class DeadlineForm(WithDeadline, VersionedForm):
    """A deadline as it should have been read."""

    reason = TextAreaField("Lý do đính chính", [DataRequired(), Length(max=LONGEST)])


class ExtendedDeadlineForm(DeadlineForm):
    """The same where more time was granted: there are two dates that may have been typed wrongly."""

    which = RadioField(
        words.WHICH_DEADLINE,
        choices=[SelectChoice("extended", words.DEADLINE_EXTENDED), SelectChoice("original", words.DEADLINE_ORIGINAL)],
        default="extended",
    )


class ResponsibleForm(WithUnits, VersionedForm):
    """Which unit answers for a product."""

    UNIT_FIELDS = ("unit",)

    unit = SelectField("Đơn vị chịu trách nhiệm", choices=[])
    reason = TextAreaField("Lý do", [DataRequired(), Length(max=LONGEST)])


class OtherDateForm(BaseForm):
    """An answer of one's own to a doubt about a date."""

    phrase = StringField("Thời hạn", [DataRequired(), Length(max=500)])


class KeyForm(BaseForm):
    """A form of buttons only: its token and its one-time key."""


class VersionForm(VersionedForm):
    """A button that changes one row."""
