"""Public holidays by year, as the law gives them and the office corrects them."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from wtforms import DateField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from cchc_tasks.domain.errors import NotFound, Refused
from cchc_tasks.domain.holidays import DayEffect
from cchc_tasks.domain.permissions import Action
from cchc_tasks.services import holidays as service
from cchc_tasks.storage.db import db
from cchc_tasks.storage.holiday_table import FIRST_YEAR, LAST_YEAR
from cchc_tasks.storage.models import HolidayCorrection
from cchc_tasks.storage.queries import holidays as queries
from cchc_tasks.storage.queries import reminders as reminder_queries
from cchc_tasks.web import clock
from cchc_tasks.web.admin.views import bp
from cchc_tasks.web.base_form import BaseForm
from cchc_tasks.web.login import current_principal, requires, who_and_when
from cchc_tasks.wording import explain
from cchc_tasks.wording import reminders as words
from cchc_tasks.wording.core import format_instant, format_weekday

_SET = (DayEffect.OFF, DayEffect.WORKING)


class HolidayForm(BaseForm):
    day = DateField("Ngày", [InputRequired()])
    effect = SelectField(
        "Ngày này là ngày",
        coerce=DayEffect,
        choices=[SelectChoice(each.value, words.DAY_EFFECTS[each]) for each in _SET],
    )
    reason = StringField("Văn bản, lý do", [InputRequired(), Length(max=500)])


class UndoForm(BaseForm):
    """The button that undoes a correction of one day."""

    undone = DateField("Ngày", [InputRequired()])


@bp.get("/ngay-nghi")
@requires(Action.MANAGE_HOLIDAYS)
def holidays() -> Any:
    return holidays_page(HolidayForm(formdata=None))


@bp.post("/ngay-nghi")
@requires(Action.MANAGE_HOLIDAYS)
def holiday_set() -> Any:
    """Says of a day that it is off or worked."""
    form = HolidayForm()
    if not form.validate():
        return holidays_page(form), 422
    try:
        service.set_day(db.session, **form.values(), **who_and_when())
    except Refused as error:
        form.refuse("day", explain(error))
        return holidays_page(form), 422
    flash(words.DAY_SET, "done")
    return redirect(url_for("admin.holidays", nam=form.day.data.year), code=303)


@bp.post("/ngay-nghi/bo")
@requires(Action.MANAGE_HOLIDAYS)
def holiday_undo() -> Any:
    """Undoes the correction of a day; that it was made stays in the history."""
    form = UndoForm()
    if not form.validate():
        abort(422)
    day = form.undone.data
    service.set_day(
        db.session,
        day,
        DayEffect.AS_KNOWN,
        reason=words.UNDONE_REASON,
        request_key=form.request_key.data,
        **who_and_when(),
    )
    flash(words.DAY_UNDONE, "done")
    return redirect(url_for("admin.holidays", nam=day.year), code=303)


def holidays_page(form: HolidayForm) -> str:
    today = clock.today()
    year = request.args.get("nam", today.year, type=int)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NotFound(what="year", year=year)
    agency_id = current_principal().agency_id
    corrections = [row for row in queries.list_corrections(db.session, agency_id) if row.day.year == year]
    names = reminder_queries.names_of(db.session, agency_id, {row.recorded_by_id or 0 for row in corrections})
    return render_template(
        "admin/holidays.html",
        form=form,
        undo_form=UndoForm(formdata=None),
        year=year,
        years=[each for each in (year - 1, year, year + 1) if FIRST_YEAR <= each <= LAST_YEAR],
        is_forecast=year > today.year,
        days=[
            {
                "day": each.day,
                "words": format_weekday(each.day),
                "name": each.correction.reason if each.correction else each.name or words.WORKED_INSTEAD,
                "is_working": each.is_working,
                "is_corrected": each.correction is not None,
            }
            for each in service.list_year(db.session, agency_id, year)
        ],
        history=[history_line(row, names) for row in reversed(corrections)],
    )


def history_line(row: HolidayCorrection, names: dict[int, str]) -> dict[str, str]:
    return {
        "day": format_weekday(row.day),
        "effect": words.DAY_EFFECTS[row.effect],
        "reason": row.reason,
        "who": names.get(row.recorded_by_id or 0, words.CONSOLE),
        "when": format_instant(row.recorded_at),
    }
