"""The grammar of time phrases: "Quý IV/2021", "trước ngày 25 hằng tháng", "Theo quy định"."""

import re
from dataclasses import dataclass, replace

from cchc_tasks.domain.deadline_kinds import DeadlineKind
from cchc_tasks.domain.deadlines.clauses import Statement, statements
from cchc_tasks.domain.deadlines.listed import read_listed_periods
from cchc_tasks.domain.deadlines.model import (
    Clause,
    Deadline,
    DeadlineReason,
    Recurrence,
    deadline_from_dict,
    deadline_of,
    deadline_to_dict,
    doubtful,
    unstated,
)
from cchc_tasks.domain.deadlines.reading import read_clause
from cchc_tasks.domain.deadlines.uses import point_uses
from cchc_tasks.domain.deadlines.vocabulary import REPORTING
from cchc_tasks.domain.text import lower, normalise

__all__ = [
    "Clause",
    "Deadline",
    "DeadlineKind",
    "DeadlineReason",
    "FoundPhrase",
    "Recurrence",
    "combine_clauses",
    "deadline_from_dict",
    "deadline_of",
    "deadline_to_dict",
    "find_time_phrases",
    "parse_deadline",
    "unstated",
]

_NOTHING = re.compile(
    r"(?:[\W_x]*|không|không có|không quy định|không xác định|chưa xác định|chưa rõ"
    r"|không nêu(?: thời hạn)?|không ghi(?: thời hạn)?|không định ngày)[.\s]*"
)
_DITTO = re.compile(r"\W*(?:nt|n\.t|như trên|như (?:dòng|mục|ý) trên)\W*|\W*[\"“”″]\W*")
#: Cells that say nothing are short.
_LONGEST_NOTHING = 60
#: Kinds that give way to a dated statement of the same cell: "Thường xuyên; báo cáo trước 15/12".
_UNDATED = frozenset({DeadlineKind.ONGOING, DeadlineKind.AS_REGULATED})
#: Kinds of the periods before the year in a list of reports.
_PERIODS = frozenset({DeadlineKind.RANGE, DeadlineKind.QUARTER})
#: An exception to the statement before it, which then holds for the other products only.
_EXCEPTING = ("riêng", "trừ ", "ngoại trừ")
#: "10-12/2021": the tenth of December, or October to December.
_DAY_OR_MONTHS = re.compile(
    r"(?<!tháng )(?<!ngày )(?<![\d/.–-])(?:0?[1-9]|1[0-2]) ?[-–] ?(?:0?[1-9]|1[0-2])/\d{4}(?![\d/])"
)
#: A year no calendar of ours holds; wrong arguments are told at once, not phrase by phrase.
_YEARS = range(1900, 2200)


def parse_deadline(text: str, plan_year: int) -> Deadline:
    """What a time cell says; a date without a year is of `plan_year`.

    Never raises for any text and takes time in proportion to its length. "Trước ngày D" is D itself, a month or a
    quarter its last day, "trong năm" 31/12. Source: DESIGN §2 (Deadline kinds), the conventions of plan 163.
    """
    clean = normalise(text)
    short = lower(clean) if len(clean) <= _LONGEST_NOTHING else None
    if short is not None and _DITTO.fullmatch(short):
        return Deadline(clean, DeadlineKind.UNREADABLE, needs_confirmation=True, reason=DeadlineReason.DITTO)
    if short is not None and _NOTHING.fullmatch(short):
        return unstated(clean)
    listed = read_listed_periods(clean)
    if listed is not None:
        return deadline_of(listed)
    year = min(max(plan_year, _YEARS.start), _YEARS.stop - 1)
    clauses = tuple(_clause(statement, year) for statement in statements(clean))
    return _combined(clean, clauses)


@dataclass(frozen=True, slots=True)
class FoundPhrase:
    """A time phrase inside other text; `is_governed` where a word such as "trước" or "trong" makes it a deadline."""

    phrase: str
    label: str
    clause: Clause
    is_governed: bool


def find_time_phrases(text: str, plan_year: int) -> tuple[FoundPhrase, ...]:
    """The time phrases of a sentence, such as a product's own text. Most name something and set no deadline."""
    found = []
    for statement in statements(normalise(text)):
        clause = replace(_clause(statement, plan_year), text=statement.phrase)
        governed = any(use.governor is not None for use in point_uses(statement.items))
        if statement.phrase:
            found.append(FoundPhrase(statement.phrase, statement.label, clause, governed))
    return tuple(found)


def combine_clauses(text: str, clauses: tuple[Clause, ...]) -> Deadline:
    """One deadline of several clauses that are owed by the same product."""
    return _combined(text, clauses)


def _clause(statement: Statement, plan_year: int) -> Clause:
    base = Clause(statement.text, statement.label, DeadlineKind.UNREADABLE, is_generic=statement.is_generic)
    if statement.is_frayed:
        return doubtful(base, DeadlineReason.NOT_UNDERSTOOD)
    clause = read_clause(base, statement.items, plan_year)
    if clause.dates and _DAY_OR_MONTHS.search(lower(statement.text)):
        return doubtful(clause, DeadlineReason.TWO_READINGS)
    return clause


def _combined(text: str, clauses: tuple[Clause, ...]) -> Deadline:
    """The cell as a whole: the clause due last gives the kind, all dates are listed."""
    if len(clauses) == 1:
        return replace(deadline_of(clauses[0], text), clauses=clauses)
    reports = _reporting_periods(text, clauses)
    if reports is not None:
        return deadline_of(reports)
    leading = max(clauses, key=lambda one: (one.due_on is not None, one.due_on, one.kind not in _UNDATED)
                  if one.due_on else (False, None, one.kind not in _UNDATED))  # fmt: skip
    dates = tuple(sorted({day for one in clauses for day in one.dates}))
    reason = next((one.reason for one in clauses if one.reason is not None), None)
    if reason is None and _is_undivided(clauses):
        reason = DeadlineReason.SEVERAL_DEADLINES
    if reason is None and any(lower(one.label).startswith(_EXCEPTING) for one in clauses):
        reason = DeadlineReason.TWO_READINGS
    bare = [one for one in clauses if one.kind in _UNDATED and one.is_generic]
    kind = leading.kind
    ongoing = leading.is_ongoing or any(one.is_ongoing for one in bare)
    if ongoing and kind is DeadlineKind.DATE:
        kind = DeadlineKind.BEFORE_DATE
    return Deadline(
        text,
        kind,
        is_ongoing=ongoing,
        starts_on=leading.starts_on,
        due_on=leading.due_on,
        dates=dates,
        recurrence=leading.recurrence,
        clauses=clauses,
        needs_confirmation=reason is not None,
        reason=reason,
    )


def _reporting_periods(text: str, clauses: tuple[Clause, ...]) -> Clause | None:
    """ "Báo cáo 6 tháng đầu năm và báo cáo năm": reports that only their periods tell apart; None for all else."""
    allowed = (None, DeadlineReason.TWO_READINGS)
    plain = all(
        one.label and set(lower(one.label).split()) <= REPORTING and one.reason in allowed and len(one.dates) == 1
        for one in clauses
    )
    kinds = [one.kind for one in clauses]
    if not plain or not clauses or kinds[-1] is not DeadlineKind.WITHIN_YEAR or not set(kinds[:-1]) <= _PERIODS:
        return None
    dates = tuple(day for one in clauses for day in one.dates)
    years = {day.year for day in dates}
    if list(dates) != sorted(set(dates)) or len(years) != 1 or DeadlineKind.RANGE not in kinds:
        return None
    recurrence = Recurrence.HALF_YEARLY if len(dates) == 2 else Recurrence.LISTED
    return Clause(text, "", DeadlineKind.RECURRING, due_on=dates[-1], dates=dates, recurrence=recurrence)


def _is_undivided(clauses: tuple[Clause, ...]) -> bool:
    """Whether several dates stand side by side and nothing says which is for what."""
    dated = [one for one in clauses if one.due_on is not None]
    first, last = lower(dated[0].label if dated else ""), lower(dated[-1].label if dated else "")
    if len(dated) == 2 and "ban hành" in first and last.startswith(("thực hiện", "triển khai", "tổ chức", "duy trì")):
        return False  # a document is issued, then carried out
    return len(dated) > 1 and sum(one.is_generic for one in dated) > 1
