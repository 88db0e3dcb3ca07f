"""Forms of the administration: people and their roles, units and their names, the demo's day."""

from collections.abc import Iterable
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, HiddenField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from cchc_tasks import wording
from cchc_tasks.domain.permissions import Role
from cchc_tasks.domain.units import UnitKind
from cchc_tasks.storage.queries.units import UnitRow
from cchc_tasks.web.base_form import BaseForm, VersionedForm

BY_POWER = (Role.STAFF, Role.HEAD, Role.OFFICE, Role.LEADER, Role.VIEWER, Role.ADMIN)


def to_id(value: Any) -> int | None:
    """A row's id from a list of choices; the empty choice is None."""
    return int(value) if value not in (None, "", "None") else None


def role_choices() -> list[SelectChoice]:
    """The least powerful first: nobody becomes an administrator by an oversight."""
    return [SelectChoice(role.value, wording.label(role)) for role in BY_POWER]


def kind_choices() -> list[SelectChoice]:
    return [SelectChoice(kind.value, wording.label(kind)) for kind in UnitKind]


def unit_choices(units: Iterable[UnitRow]) -> list[SelectChoice]:
    """Units in which people work, after "the whole agency"."""
    own = [SelectChoice(str(unit.id), unit.name) for unit in units if unit.kind is not UnitKind.GROUP]
    return [SelectChoice("", "Toàn cơ quan"), *own]


class RoleFields(BaseForm):
    """A role from a day on."""

    role = SelectField("Vai trò", coerce=Role)
    unit_id = SelectField("Đơn vị", coerce=to_id)
    starts_on = DateField("Từ ngày", [InputRequired()])

    def fill(self, units: Iterable[UnitRow]) -> None:
        self.role.choices = role_choices()
        self.unit_id.choices = unit_choices(units)


class InviteForm(RoleFields):
    name = StringField("Họ và tên", [InputRequired(), Length(max=200)])
    email = StringField("Thư điện tử công vụ", [InputRequired(), Length(max=254)])
    title = StringField("Chức danh", [Length(max=200)])
    phone = StringField("Điện thoại", [Length(max=40)])


class PersonForm(VersionedForm):
    name = StringField("Họ và tên", [InputRequired(), Length(max=200)])
    email = StringField("Thư điện tử công vụ", [InputRequired(), Length(max=254)])
    title = StringField("Chức danh", [Length(max=200)])
    phone = StringField("Điện thoại", [Length(max=40)])


class MembershipForm(RoleFields):
    ends_on = DateField("Đến hết ngày", [Optional()])


class EndForm(BaseForm):
    ends_on = DateField("Ngày cuối cùng", [InputRequired()])


class ConfirmForm(BaseForm):
    """A single button: what it does is in its address."""


class PeopleFileForm(BaseForm):
    file = FileField("Bảng người dùng", [FileRequired()])


class PeopleRowsForm(BaseForm):
    """The rows that were looked at, as JSON; they are read and checked again."""

    rows = HiddenField()


class UnitForm(BaseForm):
    name = StringField("Tên đơn vị", [InputRequired(), Length(max=300)])
    short_name = StringField("Tên gọi tắt", [Length(max=100)])
    code = StringField("Mã", [Length(max=40)])
    kind = SelectField("Loại", coerce=UnitKind)
    valid_from = DateField("Có từ ngày", [InputRequired()])

    def fill(self) -> None:
        self.kind.choices = kind_choices()


class UnitDetailsForm(VersionedForm):
    kind = SelectField("Loại", coerce=UnitKind)
    aliases = TextAreaField("Cách ghi khác", [Length(max=3000)])

    def fill(self) -> None:
        self.kind.choices = kind_choices()


class RenameForm(VersionedForm):
    name = StringField("Tên mới", [InputRequired(), Length(max=300)])
    short_name = StringField("Tên gọi tắt mới", [Length(max=100)])
    valid_from = DateField("Có hiệu lực từ ngày", [InputRequired()])


class CheckList(SelectMultipleField):
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class MembersForm(VersionedForm):
    member_ids = CheckList("Đơn vị thành viên", coerce=int)
    valid_from = DateField("Áp dụng từ ngày", [InputRequired()])

    def fill(self, units: Iterable[UnitRow]) -> None:
        own = [unit for unit in units if unit.kind is not UnitKind.GROUP]
        self.member_ids.choices = [SelectChoice(str(unit.id), unit.name) for unit in own]


class ClockForm(BaseForm):
    to = DateField("Ngày mới", [InputRequired()])
