"""Reporting regimes as editable data, windows that an office sets itself, and work on the wrong side of a cut-off."""

import calendar
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from cchc_tasks.domain.counting import ObligationState
from cchc_tasks.domain.errors import Invalid
from cchc_tasks.domain.periods import REGIME_581, PeriodRule, ReportingPeriod, periods_of
from cchc_tasks.domain.workflow import REMOVED_STATUSES, Status

#: "9 tháng" runs from 15/12 as the other running reports do. Source: DESIGN §5 (provinces vary).
NINE_MONTHS = PeriodRule("m9", -1, (12, 15), (9, 14), 20)


@dataclass(frozen=True, slots=True)
class Regime:
    """The reports of a year that an agency owes, in order of their cut-off, and the document that says so."""

    code: str
    name: str
    source: str
    rules: tuple[PeriodRule, ...]

    def periods(self, year: int) -> tuple[ReportingPeriod, ...]:
        return periods_of(year, self.rules)

    def period(self, year: int, key: str) -> ReportingPeriod | None:
        """The period `key` of `year`; None where this regime does not have it."""
        return next((period for period in self.periods(year) if period.key == key), None)


REGIMES: tuple[Regime, ...] = (
    Regime("581", "Theo Công văn số 581/BNV-CCHC", "Công văn số 581/BNV-CCHC của Bộ Nội vụ", REGIME_581),
    Regime(
        "581-m9",
        "Theo Công văn số 581/BNV-CCHC, báo cáo 9 tháng thay quý III",
        "Công văn số 581/BNV-CCHC của Bộ Nội vụ; hướng dẫn của tỉnh",
        (*REGIME_581[:2], NINE_MONTHS, REGIME_581[3]),
    ),
)


class RegimeTrouble(StrEnum):
    """What is wrong with an edited regime or window; worded in `wording.reports`."""

    NO_PERIODS = "no_periods"
    DUPLICATE_PERIOD = "duplicate_period"
    BAD_DAY = "bad_day"
    BACKWARDS = "backwards"
    NOT_IN_ORDER = "not_in_order"
    SENT_BEFORE_CUT_OFF = "sent_before_cut_off"
    TOO_LONG = "too_long"
    REASON_NEEDED = "reason_needed"


class InvalidRegime(Invalid):
    """A regime or a window that cannot be; `facts` may name the period."""

    def __init__(self, trouble: RegimeTrouble, **facts: object) -> None:
        self.trouble = trouble
        super().__init__(trouble=trouble, **facts)


#: A year's report and some weeks; a longer window is a mistyped year.
LONGEST_WINDOW_DAYS = 400


def regime_to_dict(regime: Regime) -> dict[str, Any]:
    """Plain values that an agency's settings keep; `regime_from_dict` gives the regime back."""
    rules = [
        {
            "key": rule.key,
            "starts_year": rule.starts_year,
            "starts": list(rule.starts),
            "ends": list(rule.ends),
            "send_by_day": rule.send_by_day,
        }
        for rule in regime.rules
    ]
    return {"code": regime.code, "name": regime.name, "source": regime.source, "rules": rules}


def regime_from_dict(values: Mapping[str, Any]) -> Regime:
    """A regime as edited. Raises `InvalidRegime` for the first thing that cannot be."""
    rules = tuple(
        PeriodRule(
            str(rule["key"]),
            int(rule["starts_year"]),
            _month_and_day(rule["starts"], rule["key"]),
            _month_and_day(rule["ends"], rule["key"]),
            int(rule["send_by_day"]),
        )
        for rule in values["rules"]
    )
    regime = Regime(str(values["code"]), str(values["name"]), str(values["source"]), rules)
    _check(regime)
    return regime


def _month_and_day(pair: Sequence[int], key: str) -> tuple[int, int]:
    month, day = (int(part) for part in pair)
    # 29 February is no day of a regime: three years in four do not have it.
    if not 1 <= month <= 12 or not 1 <= day <= calendar.monthrange(2021, month)[1]:
        raise InvalidRegime(RegimeTrouble.BAD_DAY, period=key, found=f"{day}/{month}")
    return month, day


def _check(regime: Regime) -> None:
    if not regime.rules:
        raise InvalidRegime(RegimeTrouble.NO_PERIODS)
    keys = [rule.key for rule in regime.rules]
    for rule in regime.rules:
        if keys.count(rule.key) > 1:
            raise InvalidRegime(RegimeTrouble.DUPLICATE_PERIOD, period=rule.key)
        if rule.starts_year not in (-1, 0):
            raise InvalidRegime(RegimeTrouble.BACKWARDS, period=rule.key)
        if not 1 <= rule.send_by_day <= 28:
            raise InvalidRegime(RegimeTrouble.BAD_DAY, period=rule.key, found=str(rule.send_by_day))
    periods = regime.periods(2021)
    for period in periods:
        check_window(period.window_starts_on, period.cut_off, key=period.key)
        if period.send_by < period.cut_off:
            raise InvalidRegime(RegimeTrouble.SENT_BEFORE_CUT_OFF, period=period.key)
    if list(periods) != sorted(periods, key=lambda period: period.cut_off):
        raise InvalidRegime(RegimeTrouble.NOT_IN_ORDER)


def check_window(starts_on: date, cut_off: date, *, key: str = "") -> None:
    """Raises `InvalidRegime` for days in the wrong order or a window longer than a year's report can be."""
    if cut_off < starts_on:
        raise InvalidRegime(RegimeTrouble.BACKWARDS, period=key)
    if (cut_off - starts_on).days > LONGEST_WINDOW_DAYS:
        raise InvalidRegime(RegimeTrouble.TOO_LONG, period=key)


def with_window(period: ReportingPeriod, starts_on: date, cut_off: date, reason: str) -> ReportingPeriod:
    """The period with the office's own window; the day it is sent by stays, or moves to the cut-off if that is later.

    Report 000 states 16/12-10/3 in one place and 16/12-15/3 in another. The reason may not be empty.
    """
    if (starts_on, cut_off) == (period.window_starts_on, period.cut_off):
        return period
    if not reason.strip():
        raise InvalidRegime(RegimeTrouble.REASON_NEEDED, period=period.key)
    check_window(starts_on, cut_off, key=period.key)
    return replace(period, window_starts_on=starts_on, cut_off=cut_off, send_by=max(period.send_by, cut_off))


def owed_period(regime: Regime, year: int, submitted: Collection[str], today: date) -> ReportingPeriod | None:
    """The last period of `year` whose cut-off is past and of which no report was submitted (`submitted`: the keys of
    periods); None where nothing is owed. In January that is the report of the year before."""
    past = [period for period in regime.periods(year) if period.cut_off < today and period.key not in submitted]
    return past[-1] if past else None


class Risk(StrEnum):
    """How a piece of work may fall on the wrong side of a cut-off."""

    DUE_AFTER_CUT_OFF = "due_after_cut_off"
    NOT_CONFIRMED = "not_confirmed"
    DUE_AND_OPEN = "due_and_open"


@dataclass(frozen=True, slots=True)
class AtRisk:
    """Work of one kind of risk for one period, in order of its due day."""

    risk: Risk
    period: ReportingPeriod
    states: tuple[ObligationState, ...]


def at_risk(states: Iterable[ObligationState], period: ReportingPeriod) -> tuple[AtRisk, ...]:
    """Open work that the report of `period` will not count as done unless something happens before its cut-off.

    Due after the cut-off but before the month of the cut-off ends: in time for the plan, too late for the report
    (due 31/12, cut off on 14/12). Reported but not confirmed. Due by the cut-off and still open.
    """
    month_end = period.cut_off.replace(day=calendar.monthrange(period.cut_off.year, period.cut_off.month)[1])
    groups: dict[Risk, list[ObligationState]] = {risk: [] for risk in Risk}
    for state in states:
        risk = _risk_of(state, period.cut_off, month_end)
        if risk is not None:
            groups[risk].append(state)
    return tuple(
        AtRisk(risk, period, tuple(sorted(found, key=lambda each: (each.due_on or date.max, each.obligation_id))))
        for risk, found in groups.items()
        if found
    )


def _risk_of(state: ObligationState, cut_off: date, month_end: date) -> Risk | None:
    if state.status in REMOVED_STATUSES or state.status is Status.DONE:
        return None
    if state.status is Status.REPORTED:
        return Risk.NOT_CONFIRMED
    if state.due_on is None or state.due_on > month_end:
        return None
    return Risk.DUE_AND_OPEN if state.due_on <= cut_off else Risk.DUE_AFTER_CUT_OFF
