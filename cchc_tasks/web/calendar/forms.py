"""The form for a new secret address, and the choice of whose work a calendar shows."""

from collections.abc import Iterable, Mapping
from typing import Any

from wtforms import BooleanField, SelectField
from wtforms.fields.choices import SelectChoice

from cchc_tasks.domain.calendars import FeedKind, FeedScope, FeedStyle, Whose
from cchc_tasks.web.base_form import BaseForm
from cchc_tasks.wording import calendar as words

MINE = "toi"
ALL = "tat-ca"
#: What an id in an address or a form is of, by what stands before it; a unit's stands alone.
PREFIXES = {"": FeedScope.UNIT, "kh-": FeedScope.PLAN, "loc-": FeedScope.FILTER}
NO_ALARM = ""


class FeedForm(BaseForm):
    """Whose work, in which form, and whether titles stay out of it."""

    whose = SelectField("Lịch")
    kind = SelectField(
        "Dạng", choices=[SelectChoice(kind.value, text) for kind, text in words.KINDS.items()], default=FeedKind.EVENT
    )
    alarm_days = SelectField(
        "Chuông nhắc",
        choices=[SelectChoice(NO_ALARM, words.NO_ALARM)]
        + [SelectChoice(str(days), text) for days, text in words.ALARMS.items()],
        default=NO_ALARM,
    )
    hides_titles = BooleanField("Không ghi tên sản phẩm, chỉ ghi số thứ tự")

    def choices_from(self, choices: Iterable[tuple[str, str]]) -> None:
        self.whose.choices = [SelectChoice(value, text) for value, text in choices]

    def values(self) -> dict[str, Any]:
        """Keyword arguments of the service."""
        alarm = self.alarm_days.data
        style = FeedStyle(FeedKind(self.kind.data), self.hides_titles.data, None if alarm == NO_ALARM else int(alarm))
        return {"whose": parse_whose(self.whose.data), "style": style, "request_key": self.request_key.data}


class FeedKeyForm(BaseForm):
    """Nothing but its keys: for revoking, renewing and changing an address."""


def parse_whose(text: str) -> Whose:
    """What one of the choices means."""
    if text == MINE:
        return Whose(FeedScope.PERSON)
    prefix, dash, number = text.rpartition("-")
    return Whose(PREFIXES[prefix + dash], int(number))


def whose_value(whose: Whose) -> str:
    """The choice that means this."""
    if whose.scope is FeedScope.PERSON:
        return MINE
    [prefix] = [each for each, scope in PREFIXES.items() if scope is whose.scope]
    return f"{prefix}{whose.of_id}"


def whose_choices(
    units: Mapping[int, str], plans: Mapping[int, str], filters: Mapping[int, str]
) -> list[tuple[str, str]]:
    """Mine, then each unit in the agency's order, the plans, and the filters that the reader keeps."""
    named = {FeedScope.UNIT: units, FeedScope.PLAN: plans, FeedScope.FILTER: filters}
    return [
        (MINE, words.SCOPES[FeedScope.PERSON]),
        *(
            (whose_value(Whose(scope, id_)), words.calendar_of(scope, name))
            for scope, names in named.items()
            for id_, name in names.items()
        ),
    ]
