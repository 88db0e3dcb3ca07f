"""What the items of one clause say together."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from cchc_tasks.domain.deadline_kinds import DeadlineKind
from cchc_tasks.domain.deadlines.model import Clause, DeadlineReason, Recurrence, doubtful
from cchc_tasks.domain.deadlines.points import FINENESS, Point, Span, Unit, resolve
from cchc_tasks.domain.deadlines.recurring import read_recurring
from cchc_tasks.domain.deadlines.uses import Link, Use, point_uses
from cchc_tasks.domain.deadlines.vocabulary import Item, Tag
from cchc_tasks.domain.deadlines.weekdays import has_wrong_weekday

_KIND_OF_UNIT = {
    Unit.DAY: DeadlineKind.DATE,
    Unit.MONTH: DeadlineKind.MONTH,
    Unit.QUARTER: DeadlineKind.QUARTER,
    Unit.HALF: DeadlineKind.RANGE,
    Unit.CUMULATIVE: DeadlineKind.RANGE,
    Unit.YEAR: DeadlineKind.WITHIN_YEAR,
}
_OTHER_YEARS = {"năm sau": 1, "năm tới": 1, "năm tiếp theo": 1, "năm liền kề": 1, "năm kế tiếp": 1, "năm trước": -1}
#: What stands for a figure that is still to be filled in.
_BLANKS = frozenset("._…/-–")
#: Plans look this many years back and ahead; other years are more likely a slip of the pen.
_YEARS_BACK, _YEARS_AHEAD = 2, 15


@dataclass(frozen=True, slots=True)
class Placed:
    """A point's use together with the days it resolves to."""

    use: Use
    span: Span

    @property
    def unit(self) -> Unit:
        """How fine the point is."""
        return self.use.point.unit


def read_clause(base: Clause, items: list[Item], plan_year: int) -> Clause:
    """`base` (text and label) with the reading of its items filled in."""
    tags = {item.tag for item in items}
    uses = point_uses(items)
    if Tag.RECUR in tags or _is_day_of_next_month(items, uses):
        return _mark_general(read_recurring(base, items, uses, plan_year), tags, plan_year)
    outside = [use for use in uses if not use.is_in_event]
    if _has_gap(items):
        return doubtful(replace(base, kind=DeadlineKind.UNREADABLE), DeadlineReason.INCOMPLETE_DATE)
    if not outside:
        return _without_points(base, items, bool(uses))
    shift = next((_OTHER_YEARS[item.text] for item in items if item.text in _OTHER_YEARS), 0)
    if Tag.ONWARD in tags and len(outside) == 1:
        outside = [replace(outside[0], governor=Tag.FROM)]  # "quý II/2021 trở đi"
    clause = _with_points(base, _day_of_months(outside), plan_year + shift)
    if Tag.AFTER in tags and all(use.governor is not Tag.AFTER for use in outside):
        clause = doubtful(clause, DeadlineReason.EVENT_WITH_DATE)  # "sau Hội nghị tháng 7/2021"
    if has_wrong_weekday(items, plan_year + shift):
        clause = doubtful(clause, DeadlineReason.CONTRADICTION)
    if any(one.text in {"trước", "xong trước"} and two.tag is Tag.WORD for one, two in pairwise(items)):
        clause = doubtful(clause, DeadlineReason.BEFORE_EVENT)  # "tháng 9, trước khai giảng"
    return _mark_general(_with_company(clause, tags), tags, plan_year)


def _has_gap(items: list[Item]) -> bool:
    """Whether a place was left to be filled in by hand: "Quý …/2021", "ngày … tháng 6 năm 2021"."""
    for index, item in enumerate(items):
        if item.text not in {"ngày", "tháng", "quý", "quí"}:
            continue
        place = index + 1
        while place < len(items) and items[place].text in _BLANKS:
            place += 1
        if index + 1 < place < len(items) and items[place].tag is Tag.POINT:
            return True
        following = items[index + 1] if index + 1 < len(items) else None
        if following is not None and item.text in {"ngày", "tháng"} and _is_unfilled(item, following):
            return True
    return False


def _is_unfilled(item: Item, following: Item) -> bool:
    """ "ngày   tháng   năm 2021": the names of the parts without their figures."""
    is_year = following.point is not None and following.point.unit is Unit.YEAR and following.anchor != "in"
    return is_year or (item.text == "ngày" and following.text == "tháng")


def _is_day_of_next_month(items: list[Item], uses: list[Use]) -> bool:
    return any(item.tag is Tag.RELATIVE and item.text.startswith("tháng") for item in items) and any(
        not use.point.is_complete for use in uses
    )


def _without_points(base: Clause, items: list[Item], has_points_in_event: bool) -> Clause:
    tags = {item.tag for item in items}
    after_event = Tag.EVENT in tags or Tag.AFTER in tags or Tag.FROM in tags
    if Tag.EVENT in tags and any(one.text == "định" and two.text == "kỳ" for one, two in pairwise(items)):
        return doubtful(replace(base, kind=DeadlineKind.AFTER_EVENT), DeadlineReason.NO_DAY)  # "định kỳ, đột xuất"
    if Tag.RELATIVE in tags:
        return doubtful(replace(base, kind=DeadlineKind.UNREADABLE), DeadlineReason.RELATIVE)
    if Tag.ONGOING in tags:
        return _ongoing(base, items)
    if Tag.VAGUE in tags and Tag.EVENT not in tags:
        return doubtful(replace(base, kind=DeadlineKind.UNREADABLE), DeadlineReason.VAGUE)
    before_meeting = any(one.text == "trước" and two.tag is Tag.EVENT for one, two in pairwise(items))
    if Tag.BEFORE_EVENT in tags or before_meeting:
        return doubtful(replace(base, kind=DeadlineKind.UNREADABLE), DeadlineReason.BEFORE_EVENT)
    if Tag.REGULATED in tags and not after_event:
        return replace(base, kind=DeadlineKind.AS_REGULATED)
    if after_event and all(item.text == "kỳ họp" for item in items if item.tag in {Tag.EVENT, Tag.AFTER, Tag.FROM}):
        return doubtful(replace(base, kind=DeadlineKind.AFTER_EVENT), DeadlineReason.VAGUE)  # before, at or after it
    if after_event:
        clause = replace(base, kind=DeadlineKind.AFTER_EVENT)
        return doubtful(clause, DeadlineReason.EVENT_WITH_DATE) if has_points_in_event else clause
    if Tag.DURATION in tags:
        return doubtful(replace(base, kind=DeadlineKind.UNREADABLE), DeadlineReason.DURATION)
    vague = Tag.VAGUE in tags or Tag.TENTATIVE in tags
    reason = DeadlineReason.VAGUE if vague else DeadlineReason.NOT_UNDERSTOOD
    return doubtful(replace(base, kind=DeadlineKind.UNREADABLE), reason)


def _ongoing(base: Clause, items: list[Item]) -> Clause:
    clause = replace(base, kind=DeadlineKind.ONGOING, is_ongoing=True)
    only_hours = all(item.anchor == "around_the_clock" for item in items if item.tag is Tag.ONGOING)
    return doubtful(clause, DeadlineReason.TWO_READINGS) if only_hours else clause


def _with_points(base: Clause, uses: list[Use], plan_year: int) -> Clause:
    uses = _share_years(uses, plan_year)
    if any(not use.point.is_complete for use in uses):
        return doubtful(replace(base, kind=DeadlineKind.UNREADABLE), DeadlineReason.INCOMPLETE_DATE)
    placed: list[Placed] = []
    for use in uses:
        span = resolve(use.point, plan_year)
        if span is None:
            return doubtful(replace(base, kind=DeadlineKind.UNREADABLE), DeadlineReason.IMPOSSIBLE_DATE)
        placed.append(Placed(use, span))
    placed = _without_weak(placed)
    if len(placed) == 1:
        return _one(base, placed[0])
    if any(one.use.link is Link.OR for one in placed[1:]):
        last = max(placed, key=lambda one: one.span.last)
        return doubtful(_dated(_one(base, last), last.span.last), DeadlineReason.TWO_READINGS)
    return _several(base, placed)


def _day_of_months(uses: list[Use]) -> list[Use]:
    """ "ngày 25 các tháng 3, 6, 9, 12": the day in each of the months; and "tháng 6/2021 (ngày 15)"."""
    first, *others = uses
    if len(others) == 1 and first.point.unit is Unit.MONTH and not others[0].point.is_complete:
        return [replace(others[0], point=replace(first.point, unit=Unit.DAY, day=others[0].point.day), link=Link.NONE)]
    if _is_day_of_reports(uses):
        return [replace(use, point=replace(use.point, unit=Unit.DAY, day=first.point.day)) for use in uses]
    months = bool(others) and all(use.point.unit is Unit.MONTH for use in others)
    if first.point.is_complete or not months or others[0].link is not Link.NONE:
        return uses
    days = [replace(use, point=replace(use.point, unit=Unit.DAY, day=first.point.day)) for use in others]
    return [replace(days[0], governor=first.governor), *(replace(use, governor=first.governor) for use in days[1:])]


def _is_day_of_reports(uses: list[Use]) -> bool:
    """ "ngày 15 tháng 3, tháng 6, tháng 9 và tháng 12": the 15th of each, and not a day and three whole months."""
    first, *others = uses
    months = all(use.point.unit is Unit.MONTH and use.link is Link.LIST for use in others)
    is_series = tuple(use.point.value for use in uses) in {(3, 6, 9, 12), (6, 12)}
    return is_series and months and first.point.unit is Unit.DAY


def _share_years(uses: list[Use], plan_year: int) -> list[Use]:
    """Give a year, and a bare day its month, from the right neighbour of a list or range: "từ 15/3 đến 30/6/2022"."""
    shared = list(uses)
    for index in range(len(shared) - 2, -1, -1):
        right = shared[index + 1]
        if right.link is Link.NONE:
            continue
        shared[index] = replace(shared[index], point=_completed(shared[index].point, right, plan_year))
    for index in range(1, len(shared)):
        start, end = shared[index - 1].point, shared[index].point
        if shared[index].link is Link.RANGE and start.year and end.year is None and end.unit is not Unit.YEAR:
            later = replace(end, year=start.year)
            if _runs_backwards(start, later, plan_year):
                later = replace(end, year=start.year + 1)
            shared[index] = replace(shared[index], point=later)
    return shared


def _completed(left: Point, use: Use, plan_year: int) -> Point:
    right = use.point
    if (left.unit is Unit.DAY and left.value is None and right.unit is Unit.DAY) or (
        left.unit is Unit.DAY and left.value is None and right.unit is Unit.MONTH
    ):
        left = replace(left, value=right.value)
    if left.year is None and right.year is not None and left.unit is not Unit.YEAR:
        left = replace(left, year=right.year, is_short_year=right.is_short_year)
        if use.link is Link.RANGE and _runs_backwards(left, right, plan_year):
            left = replace(left, year=right.year - 1, is_guessed_year=right.year - 1 < plan_year)
    return left


def _runs_backwards(left: Point, right: Point, plan_year: int) -> bool:
    first, last = resolve(left, plan_year), resolve(right, plan_year)
    return first is not None and last is not None and last.last < first.first


def _without_weak(placed: list[Placed]) -> list[Placed]:
    """Leave out what only names the subject, as "năm 2020" in "Báo cáo năm 2020 trước ngày 15/01/2021"."""
    strong = [one for one in placed if not one.use.is_weak]
    if not strong or len(strong) == len(placed):
        return placed
    if any(one.use.link is not Link.NONE for one in placed):
        return placed
    finest = min(FINENESS.index(one.unit) for one in strong)
    return [one for one in placed if not one.use.is_weak or FINENESS.index(one.unit) < finest]


def _one(base: Clause, placed: Placed) -> Clause:
    use, unit = placed.use, placed.unit
    if use.governor in {Tag.FROM, Tag.AFTER}:
        starts_on = placed.span.first if use.governor is Tag.FROM else placed.span.last + timedelta(days=1)
        opened = replace(base, kind=DeadlineKind.RANGE, starts_on=starts_on)
        return doubtful(opened, DeadlineReason.OPEN_END)
    if use.governor is Tag.BEFORE and use.is_strictly_before and unit is not Unit.DAY:
        before = replace(base, kind=DeadlineKind.BEFORE_DATE)
        return doubtful(_dated(before, placed.span.first - timedelta(days=1)), DeadlineReason.BEFORE_PERIOD)
    kind = _KIND_OF_UNIT[unit]
    if (unit is Unit.DAY and use.governor in {Tag.BEFORE, Tag.TO}) or (
        unit is Unit.YEAR and use.governor is Tag.TO and use.point.year is not None
    ):
        kind = DeadlineKind.BEFORE_DATE
    clause = _dated(replace(base, kind=kind), placed.span.last)
    if kind is DeadlineKind.RANGE and use.governor not in {Tag.BEFORE, Tag.TO}:
        clause = replace(clause, starts_on=placed.span.first)
    return _mark_one(clause, placed)


def _mark_one(clause: Clause, placed: Placed) -> Clause:
    use = placed.use
    if use.is_vague:
        without = placed.unit is Unit.YEAR
        clause = replace(clause, due_on=None, dates=()) if without else clause
        return doubtful(clause, DeadlineReason.VAGUE)
    if use.point.is_bare and use.governor not in {Tag.BEFORE, Tag.TO}:
        return doubtful(clause, DeadlineReason.TWO_READINGS)
    if use.is_weak and placed.unit is Unit.YEAR:
        return doubtful(clause, DeadlineReason.TWO_READINGS)
    return clause


def _several(base: Clause, placed: list[Placed]) -> Clause:
    ranges = [index for index in range(1, len(placed)) if placed[index].use.link is Link.RANGE]
    if len(ranges) == 1 and _covered_by_range(placed, ranges[0]):
        return _range(base, placed[ranges[0] - 1], placed[ranges[0]])
    if ranges:
        last = max(one.span.last for one in placed)
        clause = replace(base, kind=DeadlineKind.RANGE, starts_on=min(one.span.first for one in placed))
        return doubtful(_dated(clause, last), DeadlineReason.CONTRADICTION)
    units = {one.unit for one in placed}
    if _is_begun_and_ended(placed):
        return _range(base, placed[0], placed[1])
    listed = all(one.use.link is Link.LIST for one in placed[1:])
    quarters_and_year = units == {Unit.QUARTER, Unit.YEAR} and len(placed) > 2 and placed[-1].unit is Unit.YEAR
    if listed and (len(units) == 1 or units & {Unit.CUMULATIVE, Unit.HALF} or quarters_and_year):
        return _list(base, placed)
    days = _days_of_periods(placed)
    if days:
        return _list(base, days)
    finest = min(placed, key=lambda one: FINENESS.index(one.unit))
    clause = _one(base, finest)
    same = [one for one in placed if one.unit is finest.unit]
    if len(same) > 1:
        return doubtful(_dated(clause, *(one.span.last for one in same)), DeadlineReason.SEVERAL_DEADLINES)
    if any(one.use.is_added and one.use.governor is None for one in placed[1:]):
        return doubtful(clause, DeadlineReason.TWO_READINGS)  # "Quý I/2021 và năm 2021"
    if all(one.span.holds(finest.span) for one in placed):
        return clause
    return doubtful(clause, DeadlineReason.CONTRADICTION)


def _days_of_periods(placed: list[Placed]) -> list[Placed]:
    """ "6 tháng trước 15/6, năm trước 15/12", "15/6 (6 tháng) và 15/12 (năm)": each period with its day; else none."""
    days = [one for one in placed if one.unit is Unit.DAY]
    periods = [one.span for one in placed if one.unit is not Unit.DAY]
    alternate = all((left.unit is Unit.DAY) is not (right.unit is Unit.DAY) for left, right in pairwise(placed))
    in_order = all(left.last <= right.last and left != right for left, right in pairwise(periods))
    days_in_order = all(left.span.last < right.span.last for left, right in pairwise(days))
    return days if len(days) == len(periods) > 1 and alternate and in_order and days_in_order else []


def _is_begun_and_ended(placed: list[Placed]) -> bool:
    """ "Triển khai từ tháng 5, hoàn thành trước 31/12/2021": a stretch told by its beginning and its end."""
    if len(placed) != 2:
        return False
    begun, ended = placed[0].use, placed[1].use
    return begun.governor is Tag.FROM and ended.is_end and ended.governor not in {Tag.FROM, Tag.AFTER}


def _covered_by_range(placed: list[Placed], right: int) -> bool:
    pair = {right - 1, right}
    stretch = Span(placed[right - 1].span.first, placed[right].span.last)
    return all(one.span.holds(stretch) for index, one in enumerate(placed) if index not in pair)


def _range(base: Clause, first: Placed, last: Placed) -> Clause:
    clause = replace(base, kind=DeadlineKind.RANGE, starts_on=first.span.first)
    clause = _dated(clause, last.span.last)
    if last.span.last < first.span.first:
        return doubtful(replace(clause, starts_on=None, due_on=None, dates=()), DeadlineReason.CONTRADICTION)
    if last.use.is_vague or first.use.is_vague:
        return doubtful(clause, DeadlineReason.VAGUE)
    if last.use.point.is_bare or first.use.point.is_guessed_year:
        return doubtful(clause, DeadlineReason.TWO_READINGS)
    return clause


def _list(base: Clause, placed: list[Placed]) -> Clause:
    dates = tuple(sorted({one.span.last for one in placed}))
    units = {one.unit for one in placed}
    if len(dates) == 1:
        return doubtful(_dated(_one(base, placed[0]), dates[0]), DeadlineReason.TWO_READINGS)
    if any(one.use.governor in {Tag.FROM, Tag.AFTER} for one in placed):
        return doubtful(_dated(base, *dates), DeadlineReason.TWO_READINGS)
    recurrence = _recurrence_of(dates, units)
    clause = _dated(replace(base, kind=DeadlineKind.RECURRING, recurrence=recurrence), *dates)
    (unit, *others) = units
    if others or unit is Unit.DAY or recurrence is not Recurrence.LISTED:
        return clause
    if unit is Unit.YEAR:
        return doubtful(clause, DeadlineReason.TWO_READINGS)
    if _are_adjacent(placed):
        single = replace(clause, kind=_KIND_OF_UNIT[unit], recurrence=None)
        return doubtful(single, DeadlineReason.TWO_READINGS)
    return clause


def _are_adjacent(placed: list[Placed]) -> bool:
    """Whether the periods follow one another without a gap: "quý I, II" may be one stretch or two dates."""
    spans = sorted((one.span for one in placed), key=lambda span: span.first)
    return all(right.first - left.last == timedelta(days=1) for left, right in pairwise(spans))


def _recurrence_of(dates: tuple[date, ...], units: set[Unit]) -> Recurrence:
    ends = [(day.month, day.day) for day in dates]
    in_one_year = len({day.year for day in dates}) == 1
    if in_one_year and ends == [(3, 31), (6, 30), (9, 30), (12, 31)]:
        plain = units <= {Unit.QUARTER, Unit.MONTH, Unit.DAY, Unit.YEAR}
        return Recurrence.QUARTERLY if plain else Recurrence.QUARTERLY_CUMULATIVE
    if in_one_year and ends == [(6, 30), (12, 31)] and units & {Unit.CUMULATIVE, Unit.HALF}:
        return Recurrence.HALF_YEARLY
    if in_one_year and len(ends) == 12 and units == {Unit.MONTH}:
        return Recurrence.MONTHLY
    return Recurrence.LISTED


def _dated(clause: Clause, *dates: date) -> Clause:
    ordered = tuple(sorted(set(dates)))
    return replace(clause, dates=ordered, due_on=ordered[-1])


def _with_company(clause: Clause, tags: set[Tag]) -> Clause:
    """What "thường xuyên", "theo quy định" or an event beside the date changes."""
    if Tag.ONGOING in tags:
        clause = _ongoing_dated(clause)
    elif Tag.REGULATED in tags and clause.kind is DeadlineKind.WITHIN_YEAR:
        clause = doubtful(clause, DeadlineReason.TWO_READINGS)
    if {Tag.OR, Tag.REGULATED} <= tags:
        clause = doubtful(clause, DeadlineReason.TWO_READINGS)  # "Quý III hoặc theo yêu cầu của cấp trên"
    if Tag.OPEN_END in tags:
        clause = doubtful(replace(clause, is_ongoing=True), DeadlineReason.OPEN_END)
    if Tag.RELATIVE in tags:
        clause = doubtful(clause, DeadlineReason.RELATIVE)
    if Tag.EVENT in tags:
        clause = doubtful(clause, DeadlineReason.EVENT_WITH_DATE)
    if Tag.DURATION in tags:
        clause = doubtful(clause, DeadlineReason.DURATION)
    return clause


def _ongoing_dated(clause: Clause) -> Clause:
    """With a date "thường xuyên" is BEFORE_DATE; beside the whole year it stays without one. Source: DESIGN §2."""
    if clause.kind is DeadlineKind.WITHIN_YEAR and not clause.needs_confirmation:
        return replace(clause, kind=DeadlineKind.ONGOING, is_ongoing=True, due_on=None, dates=())
    kind = DeadlineKind.BEFORE_DATE if clause.kind is DeadlineKind.DATE else clause.kind
    return replace(clause, kind=kind, is_ongoing=True)


def _mark_general(clause: Clause, tags: set[Tag], plan_year: int) -> Clause:
    if Tag.TENTATIVE in tags or "?" in clause.text:
        clause = doubtful(clause, DeadlineReason.TENTATIVE)
    years = [day.year for day in clause.dates]
    if any(not plan_year - _YEARS_BACK <= year <= plan_year + _YEARS_AHEAD for year in years):
        clause = doubtful(clause, DeadlineReason.UNLIKELY_YEAR)
    return clause
