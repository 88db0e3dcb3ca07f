"""The page Lịch: a month, a list of days, and the work without a day."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import render_template, request

from cchc_tasks.domain.calendars import FeedScope, Whose, cut_offs_of
from cchc_tasks.domain.permissions import Action
from cchc_tasks.domain.workflow import OPEN_STATUSES, REMOVED_STATUSES
from cchc_tasks.services import feeds
from cchc_tasks.storage.db import db
from cchc_tasks.storage.queries import feeds as queries
from cchc_tasks.storage.queries import units as unit_queries
from cchc_tasks.storage.queries.holidays import calendar_of
from cchc_tasks.storage.queries.obligations import WorkRow, list_work
from cchc_tasks.web import clock
from cchc_tasks.web.calendar.blueprint import bp
from cchc_tasks.web.calendar.forms import ALL, MINE, parse_whose, whose_choices
from cchc_tasks.web.calendar.month import build_month, key_of, mark, parse_month, quarter_of
from cchc_tasks.web.login import current_principal, requires
from cchc_tasks.web.saved_filters.reading import find_filtered
from cchc_tasks.web.work_items import Marks, present
from cchc_tasks.wording import calendar as words

#: Ways of seeing the page, by their name in the address; the month has none.
LIST, UNDATED = "danh-sach", "khong-dinh-ngay"


@bp.get("")
@requires(Action.READ_AGENCY)
def show() -> Any:
    """A month of dated work as a grid and as a list, a quarter as a list; undated work is a list of its own."""
    today = clock.today()
    scopes = [*scope_choices(today), (ALL, "Toàn cơ quan")]
    whose = chosen_scope(dict(scopes))
    rows = [row for row in rows_of(whose, today) if row.status not in REMOVED_STATUSES]
    undated = [row for row in rows if row.due_on is None and row.status in OPEN_STATUSES]
    month = parse_month(request.args.get("thang", ""), today)
    view = request.args.get("xem", "")
    first, last = quarter_of(month) if view == LIST else (month, end_of_month(month))
    shown = undated if view == UNDATED else [row for row in rows if row.due_on and first <= row.due_on <= last]
    directory = unit_queries.short_names_on(db.session, current_principal().agency_id, today)
    items = present(shown, today=today, units={key: Named(name, name) for key, name in directory.items()})
    working = calendar_of(db.session, current_principal().agency_id, [first, last])
    marked = mark(items, cut_offs_of(cut_off_years(whose)), today, working)
    return render_template(
        "calendar/show.html",
        month=build_month(month, marked),
        days=marked.days(first, last),
        quarter=words.quarter_name(month),
        items=items,
        marks=Marks(),
        undated_count=len(undated),
        view=view if view in (LIST, UNDATED) else "",
        whose=whose,
        scopes=scopes,
        weekdays=list(zip(words.SHORT_WEEKDAYS, words.WEEKDAYS, strict=True)),
        this_month=key_of(today),
        steps=steps_of(month, view),
    )


def end_of_month(first: date) -> date:
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)


def steps_of(month: date, view: str) -> tuple[str, str]:
    """The months that the arrows lead to."""
    first, last = quarter_of(month) if view == LIST else (month, end_of_month(month))
    return key_of(date.fromordinal(first.toordinal() - 1)), key_of(date.fromordinal(last.toordinal() + 1))


@dataclass(frozen=True, slots=True)
class Named:
    """A unit's name as lists of work want it."""

    name: str
    short_name: str


def scope_choices(today: date) -> list[tuple[str, str]]:
    """What a calendar may be of: the reader's own work, units that live today, plans, the reader's filters."""
    principal = current_principal()
    units = unit_queries.list_units(db.session, principal.agency_id, today)
    plans = queries.list_plans(db.session, principal.agency_id)
    filters = queries.list_filters(db.session, principal.agency_id, principal.person_id)
    return whose_choices(
        {row.id: row.name for row in units},
        {id_: number for id_, number, _year in plans},
        {each.id: each.name for each in filters},
    )


def chosen_scope(scopes: dict[str, str]) -> str:
    """Whose work the address names; a person without a unit sees the whole agency."""
    asked = request.args.get("pham-vi", "")
    if asked in scopes:
        return asked
    return MINE if current_principal().unit_ids else ALL


def rows_of(chosen: str, today: date) -> list[WorkRow]:
    """The work that a calendar of this choice is about, as its feed has it."""
    principal = current_principal()
    if chosen == ALL:
        return list_work(db.session, principal.agency_id)
    whose = parse_whose(chosen)
    return feeds.work_of(db.session, principal, whose, today, filter_query(whose), find_filtered)


def filter_query(whose: Whose) -> str | None:
    principal = current_principal()
    kept = queries.list_filters(db.session, principal.agency_id, principal.person_id)
    found = (each.query for each in kept if each.id == whose.id_if(FeedScope.FILTER))
    return next(found, None)


def cut_off_years(chosen: str) -> list[int]:
    """The years whose cut-offs stand in the calendar."""
    plan_id = None if chosen == ALL else parse_whose(chosen).id_if(FeedScope.PLAN)
    return queries.plan_years(db.session, current_principal().agency_id, plan_id)
