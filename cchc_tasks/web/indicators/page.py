"""Indicator 1.1 as at a cut-off: its numbers, the rule, other ways of counting, what moved since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from cchc_tasks.domain import drift
from cchc_tasks.domain.counting import (
    CountedThing,
    CountingRule,
    Denominator,
    LeftOutReason,
    ObligationState,
    OutReason,
    Tally,
    tally,
)
from cchc_tasks.domain.periods import ReportingPeriod, last_instant, local_day
from cchc_tasks.domain.reorganisations import UnitsAsked
from cchc_tasks.domain.text import sort_key
from cchc_tasks.services.counting import rule_of, tally_by_unit
from cchc_tasks.storage.db import db
from cchc_tasks.storage.queries import boards as board_queries
from cchc_tasks.storage.queries.as_of import states_as_of
from cchc_tasks.storage.queries.reorganisations import units_as_asked
from cchc_tasks.web.boards.query import UNITS_NOW
from cchc_tasks.web.indicators.figures import (
    SHOWN,
    head_of,
    left_out_key,
    numbers_of,
    pick,
    reason_key,
)
from cchc_tasks.web.indicators.items import Names
from cchc_tasks.web.indicators.query import IndicatorQuery
from cchc_tasks.wording import format_number, format_percent, label
from cchc_tasks.wording import indicators as words
from cchc_tasks.wording.boards import UNITS_NOW as UNITS_NOW_WORDS
from cchc_tasks.wording.boards import UNITS_THEN, UNKNOWN_LEAD, plan_words
from cchc_tasks.wording.core import period_name, rule_in_words

#: Lines of a list shown on the page itself before its link to all of them.
FIRST_LINES = 12
#: Other ways of counting that are always shown.
OTHER_WAYS = (
    (CountedThing.OBLIGATION, Denominator.ALL),
    (CountedThing.OBLIGATION, Denominator.DUE),
    (CountedThing.DELIVERABLE, Denominator.ALL),
    (CountedThing.TASK, Denominator.ALL),
    (CountedThing.TASK, Denominator.DUE),
    (CountedThing.NUMBER, Denominator.ALL),
    (CountedThing.AREA, Denominator.ALL),
)


@dataclass(frozen=True, slots=True)
class Reads:
    """What was read for one answer: the states of each cut-off serve every way of counting them."""

    agency_id: int
    plan_id: int
    seen: dict[tuple[date, datetime], list[ObligationState]] = field(default_factory=dict)

    def states(self, cut_off: date, known_at: datetime) -> list[ObligationState]:
        asked = cut_off, known_at
        if asked not in self.seen:
            self.seen[asked] = states_as_of(
                db.session, self.agency_id, [self.plan_id], cut_off=cut_off, known_at=known_at
            )
        return self.seen[asked]


@dataclass(frozen=True, slots=True)
class Compared:
    """What moved since the end of `day`."""

    day: date
    then: Tally
    changes: Sequence[drift.Change]


def tally_of(query: IndicatorQuery, agency_id: int) -> Tally:
    """The tally that the query asks for, by the rule known then; of one unit's own obligations where it names one."""
    reads = Reads(agency_id, query.plan.id)
    if query.unit_id is not None:
        shown_as = units_as_asked(db.session, agency_id, query.units_asked, known_at=query.known_at)
        whole = reads.states(query.cut_off, query.known_at)
        own = [each for each in whole if shown_as.get(each.unit_id or 0, each.unit_id or 0) == query.unit_id]
        reads.seen[query.cut_off, query.known_at] = own
    return _tally_known(query, reads, query.known_at)


def _tally_known(query: IndicatorQuery, reads: Reads, known_at: datetime) -> Tally:
    rule = query.rule(rule_of(db.session, reads.agency_id, query.plan.id, known_at=known_at))
    return _tally(query, reads, rule, query.period, known_at)


def _tally(
    query: IndicatorQuery, reads: Reads, rule: CountingRule, period: ReportingPeriod | None, known_at: datetime
) -> Tally:
    cut_off = period.cut_off if period else query.cut_off
    states = reads.states(cut_off, known_at)
    return tally(states, rule, cut_off, window_starts_on=period.window_starts_on if period else None)


def page_values(query: IndicatorQuery, agency_id: int) -> dict[str, Any]:
    """Everything the page prints; a fixed number of queries."""
    reads = Reads(agency_id, query.plan.id)
    shown = _tally_known(query, reads, query.known_at)
    compared = compare(query, shown, reads)
    done, overdue = shown.done_items, shown.overdue_items
    counted = [each.members for each in (*done[:FIRST_LINES], *overdue[:FIRST_LINES])]
    changed = [each.members for each in compared.changes] if compared else []
    ids = {state.obligation_id for members in (*counted, *changed) for state in members}
    names = Names.load(
        agency_id,
        query.plan.id,
        day=query.named_on,
        known_at=query.known_at,
        obligation_ids=ids,
        units=query.units_asked,
    )
    numbers = numbers_of(shown, is_year=query.period is not None and query.period.key == "year")
    rule_line = board_queries.rule_line(db.session, agency_id, query.plan.id, known_at=query.known_at)
    return {
        **frame_values(query),
        "query": query,
        "tally": shown,
        "heading": words.heading(query.cut_off),
        "facts": facts(query),
        "numbers": numbers,
        "figures": main_figures(query, shown),
        "sentences": words.interpretation(numbers, shown.rule, query.cut_off, query.today),
        "rule_text": rule_in_words(shown.rule),
        "rule_version": words.rule_version(rule_line.ordinal, local_day(rule_line.recorded_at)) if rule_line else "",
        "other_ways": other_ways(query, shown, reads),
        "period_heads": [words.SHORT_HEADS[key] for key in SHOWN],
        "period_rows": period_rows(query, shown, reads),
        "drift": drift_values(query, shown, compared, names),
        "done_lines": [names.line(item, shown.rule) for item in done[:FIRST_LINES]],
        "done_count": len(done),
        "done_href": query.list_address("hoan-thanh"),
        "out_count": len(shown.open_items),
        "out_href": query.list_address("chua-xong"),
        "out_rows": out_rows(query, shown),
        "unit_rows": unit_rows(query, shown, reads, names),
        "unit_ways": unit_ways(query),
        "overdue_lines": [names.line(item, shown.rule) for item in overdue[:FIRST_LINES]],
        "overdue_href": query.list_address("qua-han"),
        "left_out_rows": left_out_rows(query, shown),
    }


def frame_values(query: IndicatorQuery) -> dict[str, Any]:
    """The periods to choose from, what the form keeps, and the way back to the plan's own rule."""
    tabs = [
        {
            "words": period_name(period),
            "href": query.address(ky=period.key, den_ngay="", so_voi=""),
            "is_current": period == query.period,
        }
        for period in query.periods
    ]
    return {
        "period_tabs": tabs,
        "hidden_fields": {name: query.params[name] for name in ("dem", "mau") if name in query.params},
        "is_variant": "dem" in query.params or "mau" in query.params,
        "own_rule_href": query.address(dem="", mau=""),
        "file_href": query.list_address("dat-ra", endpoint="indicators.members_file", ending="xlsx"),
    }


def facts(query: IndicatorQuery) -> str:
    plan = plan_words(query.plan.number, query.plan.year)
    return words.scope(plan, query.period, query.known_on)


def main_figures(query: IndicatorQuery, shown: Tally) -> list[dict[str, Any]]:
    """The figures of the page: arguments of the macro `figure`; a zero has no list to open."""
    figures = []
    for key in SHOWN:
        number = len(pick(shown, key))
        is_empty = key == "trong-ky" and shown.window_starts_on is None
        figures.append(
            {
                "label": head_of(shown, key),
                "value": words.NO_WINDOW if is_empty else format_number(number),
                "href": query.list_address(key) if number else "",
                "note": words.rate(shown.done, shown.total) if key == "hoan-thanh" else "",
                "kind": "late" if key == "qua-han" and number else "",
            }
        )
    return figures


def other_ways(query: IndicatorQuery, shown: Tally, reads: Reads) -> list[dict[str, Any]]:
    """The same states counted by other things and denominators; the way in use first."""
    states = reads.states(query.cut_off, query.known_at)
    used = (shown.rule.counted, shown.rule.denominator)
    rows = []
    for way in (used, *(each for each in OTHER_WAYS if each != used)):
        counted, denominator = way
        count = tally(states, replace(shown.rule, counted=counted, denominator=denominator), query.cut_off)
        chosen = {"dem": counted.value, "mau": denominator.value}
        rows.append(
            {
                "words": words.counted_words(counted, denominator, is_used=way == used),
                "href": query.address(**chosen),
                "done": count.done,
                "done_href": query.list_address("hoan-thanh", **chosen),
                "total": count.total,
                "total_href": query.list_address("dat-ra", **chosen),
                "rate": format_percent(count.done, count.total),
            }
        )
    return rows


def period_rows(query: IndicatorQuery, shown: Tally, reads: Reads) -> list[dict[str, Any]]:
    """The numbers of each period of the year, each a link to its list."""
    rows = []
    for period in query.periods:
        is_shown = query.period == period
        count = shown if is_shown else _tally(query, reads, shown.rule, period, query.known_at)
        pinned = {"ky": period.key, "den_ngay": ""}
        cells = [
            {"value": number, "href": query.list_address(key, **pinned) if number else ""}
            for key in SHOWN
            for number in (len(pick(count, key)),)
        ]
        rows.append(
            {
                "words": period_name(period),
                "cut_off": period.cut_off,
                "is_ahead": period.cut_off > query.today,
                "is_shown": is_shown,
                "href": query.address(so_voi="", **pinned),
                "cells": cells,
                "rate": format_percent(count.done, count.total),
            }
        )
    return rows


def unit_rows(query: IndicatorQuery, shown: Tally, reads: Reads, names: Names) -> list[dict[str, Any]]:
    """Every unit's own obligations, in the order of names; they add up to the plan's, and each number opens."""
    rule = replace(shown.rule, counted=CountedThing.OBLIGATION)
    by_unit = tally_by_unit(reads.states(query.cut_off, query.known_at), rule, query.cut_off, names.heirs)
    rows = [
        {
            "words": names.units.get(unit_id or 0, UNKNOWN_LEAD),
            "cells": [
                {"head": head, "value": number, "href": query.list_address(key, **_of_unit(shown, unit_id))}
                for key, head in words.UNIT_HEADS.items()
                for number in (len(pick(count, key)),)
            ],
            "rate": format_percent(count.done, count.total),
        }
        for unit_id, count in by_unit.items()
    ]
    return sorted(rows, key=lambda row: (row["words"] == UNKNOWN_LEAD, sort_key(str(row["words"]))))


def _of_unit(shown: Tally, unit_id: int | None) -> dict[str, str]:
    """What a list of one unit's own obligations is asked by."""
    counted = {} if shown.rule.counted is CountedThing.OBLIGATION else {"dem": CountedThing.OBLIGATION.value}
    return {"dv": str(unit_id or 0), **counted}


def unit_ways(query: IndicatorQuery) -> list[dict[str, Any]]:
    """By which units the table is asked; the way in use is marked."""
    ways = ((UnitsAsked.THEN, "", UNITS_THEN), (UnitsAsked.NOW, UNITS_NOW, UNITS_NOW_WORDS))
    return [
        {"words": said, "href": query.address(theo=value, anchor="don-vi"), "is_current": query.units_asked is asked}
        for asked, value, said in ways
    ]


def out_rows(query: IndicatorQuery, shown: Tally) -> list[dict[str, Any]]:
    """What is not done, by reason."""
    return _reason_rows(query, shown, {reason: reason_key(reason) for reason in OutReason})


def left_out_rows(query: IndicatorQuery, shown: Tally) -> list[dict[str, Any]]:
    """What does not enter the count at all, by reason."""
    return _reason_rows(query, shown, {reason: left_out_key(reason) for reason in LeftOutReason})


def _reason_rows(
    query: IndicatorQuery, shown: Tally, keys: Mapping[OutReason, str] | Mapping[LeftOutReason, str]
) -> list[dict[str, Any]]:
    rows = [(label(reason), key, len(pick(shown, key))) for reason, key in keys.items()]
    return [{"words": said, "href": query.list_address(key), "count": count} for said, key, count in rows if count]


def compare(query: IndicatorQuery, shown: Tally, reads: Reads) -> Compared | None:
    """What moved since the day compared with; None where nothing is compared."""
    day = query.compared_on
    if day is None:
        return None
    then_at = min(last_instant(day), query.known_at)
    then = _tally_known(query, reads, then_at)
    recorded = board_queries.rows_recorded_between(
        db.session, reads.agency_id, query.plan.id, after=then_at, until=query.known_at
    )
    return Compared(day, then, drift.compare(then, shown, recorded))


def drift_values(query: IndicatorQuery, shown: Tally, compared: Compared | None, names: Names) -> dict[str, Any] | None:
    """What moved, in words; None where nothing is compared."""
    if compared is None:
        return None
    day, then, changes = compared.day, compared.then, compared.changes
    return {
        "day": day,
        "head": words.drift_head(day, then.done, shown.done),
        "summary": words.drift_summary(day, then.done, shown.done, len(changes)),
        "moved": then.done != shown.done or then.total != shown.total,
        "was": (then.done, then.total),
        "then_href": query.address(biet_den=day.isoformat(), so_voi=""),
        "rows": _change_rows(changes, names, shown.rule),
    }


def _change_rows(changes: Sequence[drift.Change], names: Names, rule: CountingRule) -> list[dict[str, Any]]:
    rows = []
    for change in changes:
        code, said = names.code_and_title(change.members, rule.counted, change.key)
        rows.append(
            {
                "done": words.signed(change.done_delta),
                "total": words.signed(change.total_delta) if change.total_delta else "",
                "code": code,
                "title": said,
                "href": names.href(change.members, rule.counted),
                "was": change.then.done_on if change.then and change.then.is_done else None,
                "now": change.now.done_on if change.now and change.now.is_done else None,
                "recorded_at": change.recorded_at,
                "why": "; ".join(words.DRIFT_REASONS[reason] for reason in change.reasons),
            }
        )
    return rows
