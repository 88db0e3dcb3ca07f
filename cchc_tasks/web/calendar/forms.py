"""The form for a new secret address, and the choice of whose work a calendar shows."""

from collections.abc import Iterable, Mapping
from typing import Any

from wtforms import BooleanField, SelectField
from wtforms.fields.choices import SelectChoice

from cchc_tasks.domain.calendars import FeedScope
from cchc_tasks.web.base_form import BaseForm

MINE = "toi"
ALL = "tat-ca"


class FeedForm(BaseForm):
    """Whose work, and whether titles stay out of it."""

    whose = SelectField("Lịch")
    hides_titles = BooleanField("Không ghi tên sản phẩm, chỉ ghi số thứ tự")

    def choices_from(self, units: Mapping[int, str]) -> None:
        self.whose.choices = [SelectChoice(value, words) for value, words in whose_choices(units)]

    def values(self) -> dict[str, Any]:
        """Keyword arguments of the service."""
        is_unit = self.whose.data != MINE
        return {
            "scope": FeedScope.UNIT if is_unit else FeedScope.PERSON,
            "unit_id": int(self.whose.data) if is_unit else None,
            "hides_titles": self.hides_titles.data,
            "request_key": self.request_key.data,
        }


class RevokeForm(BaseForm):
    """Nothing but its keys."""


def whose_choices(units: Mapping[int, str], extra: Iterable[tuple[str, str]] = ()) -> list[tuple[str, str]]:
    """Mine, then each unit in the agency's order, then what else there is."""
    return [(MINE, "Việc của tôi"), *((str(unit_id), name) for unit_id, name in units.items()), *extra]
