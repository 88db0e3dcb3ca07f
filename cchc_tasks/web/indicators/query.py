"""What indicator 1.1 is asked for: plan, cut-off, what was known, what is counted; parsed or looked up."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from flask import url_for
from werkzeug.datastructures import MultiDict

from cchc_tasks.domain.counting import CountedThing, CountingRule, Denominator
from cchc_tasks.domain.periods import ReportingPeriod, last_instant, local_day, periods_of
from cchc_tasks.domain.reorganisations import UnitsAsked
from cchc_tasks.domain.text import one_line
from cchc_tasks.storage.queries.boards import PlanChoice
from cchc_tasks.web.boards.query import UNITS_NOW, parse_day
from cchc_tasks.wording import indicators as words

COUNTED = {thing.value: thing for thing in CountedThing}
#: More figures than any number of a unit has.
MOST_DIGITS = 10
DENOMINATORS = {each.value: each for each in Denominator}


@dataclass(frozen=True, slots=True)
class IndicatorQuery:
    """The parameters that could be read; the plan and the cut-off that they (or their absence) mean."""

    params: Mapping[str, str]
    plan: PlanChoice
    period: ReportingPeriod | None
    cut_off: date
    today: date
    now: datetime
    unread: tuple[str, ...] = ()

    @property
    def known_on(self) -> date | None:
        return parse_day(self.params.get("biet-den", ""))

    @property
    def known_at(self) -> datetime:
        """The last instant of the day asked for; now where none is."""
        return last_instant(self.known_on) if self.known_on else self.now

    @property
    def compared_on(self) -> date | None:
        """The day whose knowledge is compared with: the one asked for, else the day the report was to be sent."""
        asked = parse_day(self.params.get("so-voi", ""))
        if asked:
            return asked
        until = self.known_on or self.today
        return self.period.send_by if self.period and self.period.send_by < until else None

    @property
    def units_asked(self) -> UnitsAsked:
        """Whether units are meant as they were at the cut-off, or as they are now."""
        return UnitsAsked.NOW if self.params.get("theo") == UNITS_NOW else UnitsAsked.THEN

    @property
    def unit_id(self) -> int | None:
        """The one unit whose own obligations a list is asked for, 0 where no lead is known; None: the whole plan."""
        return int(self.params["dv"]) if "dv" in self.params else None

    @property
    def named_on(self) -> date:
        """The day whose names units carry."""
        return local_day(self.known_at) if self.units_asked is UnitsAsked.NOW else self.cut_off

    @property
    def periods(self) -> tuple[ReportingPeriod, ...]:
        return periods_of(self.plan.year)

    def rule(self, own: CountingRule) -> CountingRule:
        """The plan's own rule, with another thing counted or another denominator where that is asked."""
        counted = COUNTED.get(self.params.get("dem", ""), own.counted)
        denominator = DENOMINATORS.get(self.params.get("mau", ""), own.denominator)
        return replace(own, counted=counted, denominator=denominator)

    def address(self, endpoint: str = "indicators.show", anchor: str = "", **changes: str) -> str:
        """The address of a page with these parameters; a change to '' drops one. Names with a hyphen: `den_ngay`."""
        renamed = {name.replace("_", "-"): value for name, value in changes.items()}
        params = {name: value for name, value in {**self.params, **renamed}.items() if value}
        if endpoint == "indicators.show":
            params.pop("ds", None)
            params.pop("dv", None)
        return url_for(endpoint, _anchor=anchor or None, **params)  # type: ignore[arg-type]

    def list_address(self, figure: str, endpoint: str = "indicators.members", **changes: str) -> str:
        """The list behind a number of this page, with its cut-off spelled out."""
        named = {} if "den-ngay" in self.params or not self.period else {"ky": self.period.key}
        pinned = {"ke_hoach": str(self.plan.id), **named, **changes}
        return self.address(endpoint, ds=figure, so_voi="", **pinned)


def read_query(
    args: MultiDict[str, str], plans: list[PlanChoice], *, figures: frozenset[str], today: date, now: datetime
) -> IndicatorQuery | None:
    """The query of an address; None while there is no plan. What cannot be read is left out and named."""
    if not plans:
        return None
    by_id = {str(plan.id): plan for plan in plans}
    asked = {name: one_line(args.get(name, "")) for name in words.FIELD_NAMES}
    params = {name: value for name, text in asked.items() if (value := _read(name, text, by_id, figures))}
    plan = by_id.get(params.get("ke-hoach", ""), plans[0])
    period, cut_off = _period_and_cut_off(params, plan, today)
    if "den-ngay" in params:
        params.pop("ky", None)
    unread = tuple(name for name, text in asked.items() if text and name not in params and name != "ky")
    unread += ("ky",) if asked["ky"] and asked["ky"] not in _period_keys() else ()
    return IndicatorQuery(params, plan, period, cut_off, today, now, unread)


def _read(name: str, text: str, plans: Mapping[str, PlanChoice], figures: frozenset[str]) -> str:
    """The value as it stands in addresses, '' where it means nothing."""
    allowed: Mapping[str, object] | frozenset[str]
    match name:
        case "den-ngay" | "biet-den" | "so-voi":
            day = parse_day(text)
            return day.isoformat() if day else ""
        case "ke-hoach":
            allowed = plans
        case "ky":
            allowed = _period_keys()
        case "dv":
            return text if text.isascii() and text.isdigit() and len(text) < MOST_DIGITS else ""
        case "theo":
            allowed = frozenset({UNITS_NOW})
        case "dem":
            allowed = COUNTED
        case "mau":
            allowed = DENOMINATORS
        case _:
            allowed = figures
    return text if text in allowed else ""


def _period_keys() -> frozenset[str]:
    return frozenset(period.key for period in periods_of(2021))


def _period_and_cut_off(
    params: Mapping[str, str], plan: PlanChoice, today: date
) -> tuple[ReportingPeriod | None, date]:
    """The date asked for; else the period; else the first whose report is not due to be sent yet, or the year's last.

    Between the cut-off and the day of sending (15/3 to 20/3) the period that has just closed is what is worked on.
    """
    periods = periods_of(plan.year)
    day = parse_day(params.get("den-ngay", ""))
    if day:
        return next((period for period in periods if period.cut_off == day), None), day
    chosen = next((period for period in periods if period.key == params.get("ky")), None)
    running = chosen or next((period for period in periods if period.send_by >= today), periods[-1])
    return running, running.cut_off
