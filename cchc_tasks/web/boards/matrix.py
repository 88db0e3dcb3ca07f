"""The matrix: units (or areas) by standing as at two dates; each number opens the list it counts."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import get_template_attribute, url_for
from markupsafe import Markup

from cchc_tasks.domain import permissions
from cchc_tasks.domain.permissions import Action
from cchc_tasks.domain.reorganisations import UnitsAsked
from cchc_tasks.domain.standing import DONE_STANDINGS, OPEN_STANDINGS, Standing
from cchc_tasks.storage.db import db
from cchc_tasks.storage.models import AssignedRole
from cchc_tasks.storage.queries import boards as board_queries
from cchc_tasks.web import clock
from cchc_tasks.web.boards.listing import Listing, due_soon_days
from cchc_tasks.web.boards.query import BY_AREA, KEY_OF_STANDING, UNKNOWN
from cchc_tasks.web.login import current_principal
from cchc_tasks.wording import boards as words
from cchc_tasks.wording import extensions as extension_words
from cchc_tasks.wording import label

OPEN_HEADS = tuple(each for each in words.MATRIX_HEADS if each in OPEN_STANDINGS)
DONE_HEADS = tuple(each for each in words.MATRIX_HEADS if each in DONE_STANDINGS)
HEADS = (*OPEN_HEADS, *DONE_HEADS)
#: The order in which a bar is drawn: done first, then the most pressing.
BAR_ORDER = (*DONE_HEADS, *OPEN_HEADS)
_LOOKS = {
    Standing.OVERDUE: ("t-late", "late"),
    Standing.DUE_SOON: ("t-soon", "soon"),
    Standing.OPEN: ("t-ok", ""),
    Standing.UNDATED: ("t-none", ""),
    Standing.AWAITING_CONFIRMATION: ("s-reported", ""),
    Standing.DONE_ON_TIME: ("t-done", ""),
    Standing.DONE_LATE: ("t-donelate", ""),
}
#: On a phone a cell bears its head alone, without the one above it.
_ALONE = {each: label(each) for each in DONE_HEADS}


@dataclass(frozen=True, slots=True)
class Line:
    """One row before it is drawn: its name, the filter that gives its list, and its counts."""

    name: str
    filters: dict[str, str]
    counts: Counter[Standing]
    note: str = ""

    @property
    def total(self) -> int:
        return sum(self.counts[each] for each in HEADS)


def lines_of(listing: Listing) -> list[Line]:
    """The rows of the matrix in the office's order; whoever owes most that is late is not moved, the eye finds red."""
    return _area_lines(listing) if listing.query.get("dong") == BY_AREA else _unit_lines(listing)


def total_line(listing: Listing) -> Line:
    return Line(words.TOTAL, {}, Counter(entry.verdict for entry in listing.entries))


def _unit_lines(listing: Listing) -> list[Line]:
    counts: dict[int | None, Counter[Standing]] = defaultdict(Counter)
    for row, verdict in listing.entries:
        counts[row.counted_unit_id][verdict] += 1
    roles = board_queries.roles_of_units(db.session, current_principal().agency_id, listing.query.plan_ids)
    is_narrow = bool(listing.query.get("dv"))
    day = listing.as_of if listing.query.units_asked is UnitsAsked.THEN else clock.today()
    shown = [
        unit
        for unit in listing.choices.units
        if counts[unit.id]
        or (unit.id in roles and unit.is_alive_on(day) and unit.id not in _groups(listing) and not is_narrow)
    ]
    lines = [
        Line(
            words.unit_name(unit.name, unit.valid_to),
            {"dv": str(unit.id)},
            counts[unit.id],
            "" if counts[unit.id] else _note(roles[unit.id]),
        )
        for unit in shown
    ]
    unknown = counts[None]
    return [*lines, Line(words.UNKNOWN_LEAD, {"dv": UNKNOWN}, unknown)] if unknown else lines


def _groups(listing: Listing) -> frozenset[int]:
    return frozenset(unit.id for unit in listing.choices.units if unit.kind == "group")


def _note(roles: Iterable[AssignedRole]) -> str:
    return words.ONLY_COORDINATING if set(roles) <= {AssignedRole.COORDINATING} else words.CO_LEAD_ELSEWHERE


def _area_lines(listing: Listing) -> list[Line]:
    counts: dict[int, Counter[Standing]] = defaultdict(Counter)
    for row, verdict in listing.entries:
        counts[row.area_id][verdict] += 1
    plans = {plan.id: plan for plan in listing.choices.plans}
    several = len(listing.query.plan_ids) > 1
    return [
        Line(
            f"{words.area(area)} ({plans[area.plan_id].number})" if several else words.area(area),
            # An area is offered by its plan only: its list needs both.
            {"lv": str(area.id)},
            counts[area.id],
        )
        for area in listing.choices.areas
        if counts[area.id] or not listing.query.get("lv")
    ]


def matrix_values(listing: Listing) -> dict[str, Any]:
    """Arguments of the macro `matrix` and the words around it."""
    lines, total = lines_of(listing), total_line(listing)
    scale_bar = get_template_attribute("components/charts.html", "stacked_bar")
    is_by_area = listing.query.get("dong") == BY_AREA
    return {
        "head": "Lĩnh vực" if is_by_area else "Đơn vị",
        "panel_title": words.AREA_MATRIX if is_by_area else words.UNIT_MATRIX,
        "sets": (
            {"words": "Chưa hoàn thành", "span": len(OPEN_HEADS)},
            {"words": "Hoàn thành", "span": len(DONE_HEADS), "split": True},
            {"words": "", "span": 1, "split": True},
        ),
        "matrix_columns": _columns(),
        "matrix_rows": [_drawn(line, listing, scale_bar) for line in lines],
        "matrix_total": _drawn(total, listing, scale_bar),
        "legend_kinds": BAR_ORDER,
        "rule": matrix_rule(listing.noun),
        "removed": words.not_counted(listing.removed, listing.noun) if listing.removed else "",
        "extended": extension_words.among(row.extensions for row, _verdict in listing.entries),
        "removed_href": _cell_address(listing, {"han": "da-rut"}),
        "caption": words.matrix_caption(listing.noun, is_by_area=is_by_area),
    }


def _columns() -> list[dict[str, Any]]:
    columns: list[dict[str, Any]] = [
        {
            "words": words.MATRIX_HEADS[each],
            "icon": _LOOKS[each][0],
            "kind": _LOOKS[each][1],
            "short": _ALONE.get(each, ""),
            "spoken": words.spoken(each),
            "split": each is DONE_HEADS[0],
        }
        for each in HEADS
    ]
    return [*columns, {"words": "Tổng", "spoken": "tất cả", "split": True}]


def _drawn(line: Line, listing: Listing, draw_bar: Any) -> dict[str, Any]:
    cells = [
        {
            "value": line.counts[each],
            "href": _cell_address(listing, {**line.filters, "han": KEY_OF_STANDING[each]}),
        }
        for each in HEADS
    ]
    cells.append({"value": line.total, "href": _cell_address(listing, line.filters)})
    parts = [(each.value, line.counts[each]) for each in BAR_ORDER]
    bar = Markup(draw_bar(parts, line.total)) if line.total else line.note  # noqa: S704
    return {"name": line.name, "cells": cells, "bar": bar, "href": _urging_address(line)}


def _urging_address(line: Line) -> str:
    """Where a unit is urged about its late work, for whoever does that."""
    unit_id = line.filters.get("dv", "")
    is_late = line.counts[Standing.OVERDUE] and unit_id.isdigit()
    if not is_late or not permissions.may(current_principal(), Action.ASK_EXPLANATION):
        return ""
    return url_for("urging.unit", unit_id=int(unit_id))


def _cell_address(listing: Listing, filters: dict[str, str]) -> str:
    """The list of a cell: the page's own filters, the cell's, and the day it was counted at."""
    return listing.query.address("boards.table", ngay=listing.as_of.isoformat(), dong="", **filters)


def matrix_rule(noun: str) -> str:
    return words.matrix_rule(due_soon_days(), noun)
