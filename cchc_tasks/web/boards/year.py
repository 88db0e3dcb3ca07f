"""The year: a row for each printed row of the plan, a cell for each month, what falls due in it and how it stands."""

from calendar import monthrange
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for

from cchc_tasks.domain.standing import Standing
from cchc_tasks.storage.db import db
from cchc_tasks.storage.queries import boards as board_queries
from cchc_tasks.web.boards.listing import Listing
from cchc_tasks.web.login import current_principal
from cchc_tasks.wording import boards as words
from cchc_tasks.wording import extensions as extension_words
from cchc_tasks.wording.work import row_name

#: Places of a row: before the year, its months, after it, without a date.
BEFORE, AFTER, UNDATED = 0, 13, 14
PLACES = range(15)
#: The standing that a cell shows: the most pressing of what falls into it.
PRESSING = (
    Standing.OVERDUE,
    Standing.DUE_SOON,
    Standing.AWAITING_CONFIRMATION,
    Standing.OPEN,
    Standing.UNDATED,
    Standing.DONE_LATE,
    Standing.DONE_ON_TIME,
    Standing.REMOVED,
)
_ICONS = {
    Standing.OVERDUE: "t-late",
    Standing.DUE_SOON: "t-soon",
    Standing.AWAITING_CONFIRMATION: "s-reported",
    Standing.OPEN: "",
    Standing.UNDATED: "t-none",
    Standing.DONE_LATE: "t-donelate",
    Standing.DONE_ON_TIME: "t-done",
    Standing.REMOVED: "s-withdrawn",
}
_KINDS = {Standing.OVERDUE: "late", Standing.DUE_SOON: "soon"}


@dataclass(frozen=True, slots=True)
class YearCell:
    """What falls due in one month of one row; `spoken` says it for those who do not see the grid."""

    count: int
    icon: str
    kind: str
    spoken: str


def place_of(due_on: date | None, year: int) -> int:
    if due_on is None:
        return UNDATED
    if due_on.year != year:
        return BEFORE if due_on.year < year else AFTER
    return due_on.month


def year_of(listing: Listing) -> int:
    """The newest year of the chosen plans; the day's own year where there is none."""
    years = [plan.year for plan in listing.choices.plans if plan.id in listing.query.plan_ids]
    return max(years, default=listing.as_of.year)


def year_values(listing: Listing) -> dict[str, Any]:
    year = year_of(listing)
    texts = board_queries.task_texts(db.session, current_principal().agency_id, listing.query.plan_ids)
    grid: dict[int, dict[int, Counter[Standing]]] = defaultdict(lambda: defaultdict(Counter))
    extended: dict[int, list[tuple[date | None, date | None, int]]] = defaultdict(list)
    totals: Counter[int] = Counter()
    for row, verdict in listing.entries:
        place = place_of(row.due_on, year)
        grid[row.task_id][place][verdict] += 1
        if row.extensions:
            extended[row.task_id].append((row.original_due_on, row.due_on, row.extensions))
        totals[place] += 1
    shown = [place for place in PLACES if totals[place] or 1 <= place <= 12]
    task_base, noun = url_for("tasks.show", task_id=0).removesuffix("0"), listing.noun
    return {
        "shown_year": year,
        "places": [
            {
                "words": words.YEAR_HEADS.get(place, str(place)),
                "alone": words.year_head(place),
                "is_now": place == _now(listing, year),
            }
            for place in shown
        ],
        "year_rows": [
            {
                "code": row_name(texts[task_id].numbers, texts[task_id].row_id),
                "title": texts[task_id].text,
                "href": f"{task_base}{task_id}",
                "extended": extension_words.of_parts(extended[task_id]) if task_id in extended else "",
                "cells": [_cell(cells[place], place, year, noun) if cells[place] else None for place in shown],
            }
            for task_id, cells in grid.items()
        ],
        "year_totals": [(totals[place], _total_address(listing, place, year)) for place in shown],
    }


def _now(listing: Listing, year: int) -> int:
    return place_of(listing.as_of, year)


def _cell(counts: Counter[Standing], place: int, year: int, noun: str) -> YearCell:
    worst = next(each for each in PRESSING if counts[each])
    parts = ", ".join(f"{counts[each]} {words.spoken(each)}" for each in PRESSING if counts[each])
    spoken = words.year_cell(place, year, words.items(counts.total(), noun), parts)
    return YearCell(counts.total(), _ICONS[worst], _KINDS.get(worst, ""), spoken)


def _total_address(listing: Listing, place: int, year: int) -> str:
    """The list of everything in one column."""
    if place == UNDATED:
        return listing.query.address("boards.table", moc="khong")
    first, last = {
        BEFORE: (None, date(year - 1, 12, 31)),
        AFTER: (date(year + 1, 1, 1), None),
    }.get(place, (None, None))
    if 1 <= place <= 12:
        first, last = date(year, place, 1), date(year, place, monthrange(year, place)[1])
    tu, den = (day.isoformat() if day else "" for day in (first, last))
    return listing.query.address("boards.table", tu=tu, den=den)
