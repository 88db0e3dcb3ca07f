"""One page for the leader: what is late, how far the year is, who and where; every number opens its list."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from cchc_tasks.domain.periods import last_instant
from cchc_tasks.domain.reorganisations import UnitsAsked
from cchc_tasks.domain.standing import DONE_STANDINGS, Standing, days_late
from cchc_tasks.storage.db import db
from cchc_tasks.storage.queries import boards as board_queries
from cchc_tasks.storage.queries.reorganisations import units_as_asked
from cchc_tasks.web.boards import matrix
from cchc_tasks.web.boards.listing import Entry, Listing, due_soon_days, judge, with_predecessors
from cchc_tasks.web.boards.marks import RowMarks
from cchc_tasks.web.boards.page import plan_options, plans_in_words
from cchc_tasks.web.boards.query import BY_AREA, UNITS_NOW, BoardQuery
from cchc_tasks.web.boards.year import year_of
from cchc_tasks.web.login import current_principal
from cchc_tasks.web.overview.curve import curve_values
from cchc_tasks.wording import boards as words
from cchc_tasks.wording import format_date, format_number, format_percent
from cchc_tasks.wording.work import title

#: The worst ones shown before the link to all.
WORST = 5
WEEK = timedelta(days=7)
WAITING = frozenset({"reported"})


def overview_values(listing: Listing) -> dict[str, Any]:
    """Everything the page prints, from present work and the same a week ago."""
    entries, year = listing.entries, year_of(listing)
    before = _week_before(listing)
    dues = [row.due_on for row, _verdict in entries if row.due_on]
    done = [row.status_on for row, verdict in entries if verdict in DONE_STANDINGS and row.status_on]
    overdue = [entry for entry in entries if entry.verdict is Standing.OVERDUE]
    late = sorted(overdue, key=lambda each: -days_late(each.row.facts, listing.as_of))
    said = words.with_units(words.columns_head(listing.as_of), listing.query.units_asked, listing.has_ended_units)
    plans = plans_in_words(listing.query, listing.choices)
    return {
        "heading": words.overview_heading(year),
        "facts": f"{plans} · {said} · so với {format_date(listing.as_of - WEEK)}",
        "plan_ways": plan_ways(listing),
        "unit_ways": unit_ways(listing),
        "figures": figures(listing, before),
        "worst": [worst_line(each, listing, RowMarks(listing.as_of, listing.units)) for each in late[:WORST]],
        "late_count": len(late),
        "late_href": _address(listing, han="qua-han"),
        "curve": curve_values(dues, done, year, listing.as_of),
        "quarters": quarters(listing, year),
        "last_day": words.same_last_day(sum(due == date(year, 12, 31) for due in dues), year, listing.noun),
        "noun": listing.noun,
        "unit_bars": bars(listing, ""),
        "area_bars": bars(listing, BY_AREA),
        "bar_kinds": matrix.BAR_ORDER,
        "total": len(entries),
    }


def plan_ways(listing: Listing) -> list[dict[str, Any]]:
    """The plans that the page can be asked for, the one in use marked; nothing where there is one plan."""
    if len(listing.choices.plans) < 2:
        return []
    asked = listing.query.get("kh")
    return [
        {"words": said, "href": listing.query.address("overview.show", kh=value), "is_current": value == asked}
        for value, said in plan_options(listing.choices)
    ]


def unit_ways(listing: Listing) -> list[dict[str, Any]]:
    """By which units the page is asked, the way in use marked; nothing where no unit ended."""
    ways = ((UnitsAsked.THEN, "", words.UNITS_THEN), (UnitsAsked.NOW, UNITS_NOW, words.UNITS_NOW))
    if not listing.has_ended_units:
        return []
    asked = listing.query.units_asked
    return [
        {
            "words": said,
            "href": listing.query.address("overview.show", anchor="theo-don-vi", theo=value),
            "is_current": way is asked,
        }
        for way, value, said in ways
    ]


def _address(listing: Listing, **filters: str) -> str:
    return listing.query.address("boards.table", ngay=listing.as_of.isoformat(), **filters)


def _week_before(listing: Listing) -> Counter[Standing]:
    """How the same work stood a week ago, as then known."""
    day = listing.as_of - WEEK
    agency_id = current_principal().agency_id
    heirs = units_as_asked(db.session, agency_id, listing.query.units_asked, known_at=listing.known_at)
    rows = board_queries.work_as_of(
        db.session,
        agency_id,
        with_predecessors(listing.query.work_filter(), heirs),
        cut_off=day,
        known_at=min(last_instant(day), listing.known_at),
    )
    keeps = listing.query.keeper()
    return Counter(each.verdict for each in judge(rows, day) if keeps(*each))


def figures(listing: Listing, before: Counter[Standing]) -> list[dict[str, Any]]:
    """The five numbers of the briefing: arguments of the macro `figure`."""
    now = Counter(entry.verdict for entry in listing.entries)
    done = sum(now[each] for each in DONE_STANDINGS)
    due = [entry for entry in listing.entries if entry.row.due_on and entry.row.due_on <= listing.as_of]
    due_done = sum(entry.verdict in DONE_STANDINGS for entry in due)
    reported = sum(entry.row.status.value in WAITING for entry in listing.entries)
    done_delta = done - sum(before[each] for each in DONE_STANDINGS)
    share = f"{format_percent(due_done, len(due))} số đến hạn" if due else ""
    overdue = now[Standing.OVERDUE]
    return [
        {
            "label": "Quá hạn, chưa hoàn thành",
            "value": overdue,
            "href": _address(listing, han="qua-han"),
            "kind": "late" if overdue else "",
            "trend": _trend(overdue - before[Standing.OVERDUE], is_bad=True),
        },
        {
            "label": "Hoàn thành",
            "value": done,
            "href": _address(listing, han="da-xong"),
            "unit": f"/ {words.items(len(listing.entries), listing.noun)}",
            "note": ", ".join(filter(None, (format_percent(done, len(listing.entries)), words.trend(done_delta)))),
        },
        {
            "label": "Đã đến hạn",
            "value": len(due),
            "href": _address(listing, den=listing.as_of.isoformat()),
            "unit": f"hoàn thành {format_number(due_done)}",
            "note": share,
        },
        {
            "label": f"Đến hạn trong {due_soon_days()} ngày",
            "value": now[Standing.DUE_SOON],
            "href": _address(listing, han="sap-den-han"),
            "note": "chưa báo cáo",
        },
        {"label": "Chờ xác nhận", "value": reported, "href": _address(listing, cot="bao-cao"), "note": "đã báo cáo"},
    ]


def _trend(delta: int, *, is_bad: bool) -> tuple[str, str, str]:
    kind = ("bad" if (delta > 0) == is_bad else "good") if delta else ""
    return kind, "incr" if delta > 0 else "decr" if delta else "same", words.trend(delta)


def worst_line(entry: Entry, listing: Listing, marks: RowMarks) -> dict[str, Any]:
    row = entry.row
    unit = listing.units.get(row.counted_unit_id or 0)
    return {
        "task_id": row.task_id,
        "code": row.number_text,
        "title": title(row.text, row.period_label),
        "unit": unit.name if unit else words.UNKNOWN_LEAD,
        "days": words.days_over(days_late(row.facts, listing.as_of)),
        "since": words.since(row.due_on) if row.due_on else "",
        "due_on": row.due_on,
        "status": marks.status(row),
    }


def quarters(listing: Listing, year: int) -> list[dict[str, Any]]:
    """Due and done of each quarter by its due dates, and both as links."""
    due: Counter[int] = Counter()
    done: Counter[int] = Counter()
    for row, verdict in listing.entries:
        if row.due_on is None:
            continue
        place = _quarter_of(row.due_on, year)
        due[place] += 1
        done[place] += verdict in DONE_STANDINGS
    rows, running = [], 0
    for place in sorted(due):
        running += due[place]
        first, last = _days_of(place, year)
        span = {"tu": first.isoformat() if first else "", "den": last.isoformat() if last else ""}
        rows.append(
            {
                "words": words.quarter(place, year),
                "due": due[place],
                "due_href": _address(listing, **span),
                "done": done[place],
                "done_href": _address(listing, han="da-xong", **span),
                "running": running,
                "running_href": _address(listing, tu="", den=span["den"]) if last else "",
            }
        )
    return rows


def _quarter_of(day: date, year: int) -> int:
    if day.year != year:
        return 0 if day.year < year else 5
    return (day.month + 2) // 3


def _days_of(place: int, year: int) -> tuple[date | None, date | None]:
    if place == 0:
        return None, date(year - 1, 12, 31)
    if place == 5:
        return date(year + 1, 1, 1), None
    last = date(year + 1, 1, 1) if place == 4 else date(year, place * 3 + 1, 1)
    return date(year, place * 3 - 2, 1), last - timedelta(days=1)


def bars(listing: Listing, by: str) -> list[dict[str, Any]]:
    """A bar for each unit or area that owes something: arguments of the macro `bars`."""
    query = BoardQuery({**listing.query.params, "dong": by}, listing.query.plan_ids)
    lines = [line for line in matrix.lines_of(replace(listing, query=query)) if line.total]
    return [
        {
            "name": line.name,
            "href": _address(listing, **line.filters),
            "parts": [(each.value, line.counts[each]) for each in matrix.BAR_ORDER],
            "late": words.late_words(line.counts[Standing.OVERDUE]),
            "words": f"{sum(line.counts[each] for each in DONE_STANDINGS)}/{line.total}",
            "total": line.total,
        }
        for line in lines
    ]
