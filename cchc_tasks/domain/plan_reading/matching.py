"""Which statement of a time cell dates which deliverable."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from cchc_tasks.domain.deadline_kinds import DeadlineKind
from cchc_tasks.domain.deadlines import (
    Clause,
    Deadline,
    DeadlineReason,
    FoundPhrase,
    combine_clauses,
    deadline_of,
    find_time_phrases,
    parse_deadline,
    unstated,
)
from cchc_tasks.domain.text import lower, one_line


class MatchDoubt(StrEnum):
    """What rests on a reading beyond the print."""

    PHRASE = "phrase"
    FOR_ALL_PRODUCTS = "for_all_products"
    BY_ORDER = "by_order"
    PRODUCT_TEXT = "product_text"
    PRODUCT_RECURS = "product_recurs"
    PERIOD_END = "period_end"
    MISSING = "missing"
    WITHOUT_PRODUCT = "without_product"
    NAMES_OTHER = "names_other"


@dataclass(frozen=True, slots=True)
class Noticed:
    """Something to confirm: at deliverable `index` (from 0), or for the whole row where None."""

    index: int | None
    doubt: MatchDoubt
    text: str
    deadline: Deadline


@dataclass(slots=True)
class Matched:
    """One deadline per deliverable, and what was noticed on the way."""

    deadlines: list[Deadline | None]
    noticed: list[Noticed] = field(default_factory=list)

    def note(self, index: int | None, doubt: MatchDoubt, deadline: Deadline, text: str | None = None) -> None:
        """Add something to confirm, with the deadline as read."""
        self.noticed.append(Noticed(index, doubt, deadline.text if text is None else text, deadline))

    def open_indexes(self) -> list[int]:
        """The deliverables that have no deadline yet."""
        return [index for index, deadline in enumerate(self.deadlines) if deadline is None]


#: What products and labels are called; the first one found in a text is its head.
_NOUNS = (
    "kế hoạch", "báo cáo", "quyết định", "công văn", "tờ trình", "hội nghị", "chương trình", "quy chế", "nghị quyết",
    "đề án", "hướng dẫn", "danh mục", "thông báo", "kiểm tra", "tập huấn", "khảo sát", "cuộc thi", "hội thi",
    "phương án", "dự thảo", "quy trình", "tổng kết", "sơ kết", "biên bản", "phụ lục", "bảng điểm", "hồ sơ", "phiếu",
    "văn bản", "chỉ thị", "kết luận", "thông tư", "nghị định", "tài liệu", "lớp", "đoàn", "cuộc họp", "phần mềm",
)  # fmt: skip
_NOUN = re.compile(rf"\b(?:{'|'.join(_NOUNS)})\b")
_DECISION_ON = re.compile(r"\bquyết định\b.{0,20}?\b(?:ban hành|phê duyệt|về(?: việc)?)\b")
_WORDS = re.compile(r"[^\W\d_]+")
_ENOUGH_SHARED = 0.6
_NUMBERED = re.compile(r"[-+•]? ?(?:Sản phẩm|SP)(?: số)? (\d{1,2}) ?: ?(\S.*)", re.IGNORECASE)
_DATED = frozenset(
    {DeadlineKind.DATE, DeadlineKind.BEFORE_DATE, DeadlineKind.MONTH, DeadlineKind.QUARTER, DeadlineKind.RANGE}
)


def match_deadlines(products: list[str], cell: Deadline, plan_year: int) -> Matched:
    """Give each product its deadline: from the statement that names it, the statement for all, or its own text."""
    matched = Matched([None] * len(products))
    named = _numbered_statements(cell.text, len(products), plan_year)
    if named:
        _match_numbered(matched, named)
        return matched
    clauses = cell.clauses
    if len(clauses) == 1:
        _match_one(matched, products, clauses[0])
    elif clauses and all(clause.is_generic for clause in clauses):
        _match_unlabelled(matched, products, cell)
    elif clauses:
        _match_labelled(matched, products, clauses)
    _note_milestones(matched, products, plan_year)
    _match_own_text(matched, products, cell, plan_year)
    _note_period_ends(matched)
    return matched


def _numbered_statements(text: str, products: int, plan_year: int) -> dict[int, Deadline]:
    """Statements each of which names its product by number ("Sản phẩm 2: quý IV/2021"); {} where one does not."""
    lines = [_NUMBERED.fullmatch(line) for line in text.split("\n")]
    found = {int(line[1]) - 1: parse_deadline(line[2], plan_year) for line in lines if line is not None}
    is_whole = len(found) == len(lines) and set(found) == set(range(products))
    return found if is_whole else {}


def _match_numbered(matched: Matched, named: Mapping[int, Deadline]) -> None:
    for index, deadline in named.items():
        matched.deadlines[index] = deadline
        if deadline.needs_confirmation:
            matched.note(index, MatchDoubt.PHRASE, deadline)


def names_product(label: str, product: str) -> bool:
    """Whether a label such as "Ban hành kế hoạch" means this product."""
    heads = _heads(label)
    if heads:
        return bool(heads[:1] and heads[0] in _heads(product))
    words = set(_WORDS.findall(lower(one_line(label))))
    shared = words & set(_WORDS.findall(lower(one_line(product))))
    return bool(words) and len(shared) / len(words) >= _ENOUGH_SHARED


def _heads(text: str) -> tuple[str, ...]:
    """The noun a text is about; behind "Quyết định ban hành" also what is issued."""
    low = lower(one_line(text))
    found = [match.group() for match in _NOUN.finditer(low)]
    if not found:
        return ()
    return tuple(found[:2]) if found[0] == "quyết định" and _DECISION_ON.match(low) else tuple(found[:1])


def _match_one(matched: Matched, products: list[str], clause: Clause) -> None:
    deadline = deadline_of(clause)
    named = [] if clause.is_generic else _named_by(clause.label, products)
    chosen = named or list(range(len(products)))
    for index in chosen:
        matched.deadlines[index] = deadline
    if clause.needs_confirmation:
        matched.note(None, MatchDoubt.PHRASE, deadline)
    elif not clause.is_generic and not named:
        matched.note(None, MatchDoubt.NAMES_OTHER, deadline)
    elif clause.is_ongoing and clause.due_on is not None and len(chosen) > 1:
        matched.note(None, MatchDoubt.FOR_ALL_PRODUCTS, deadline)


def _named_by(label: str, products: list[str]) -> list[int]:
    """The products a label names; of several, those that share most of its words."""
    named = [index for index, product in enumerate(products) if names_product(label, product)]
    if len(named) < 2:
        return named
    words = set(_WORDS.findall(lower(one_line(label))))
    scores = {index: len(words & set(_WORDS.findall(lower(one_line(products[index]))))) for index in named}
    best = max(scores.values())
    return [index for index in named if scores[index] == best]


def _match_unlabelled(matched: Matched, products: list[str], cell: Deadline) -> None:
    clauses = cell.clauses
    dated = [clause for clause in clauses if clause.due_on is not None]
    if len(clauses) == len(products) and len(dated) == len(clauses):
        for index, clause in enumerate(clauses):
            matched.deadlines[index] = deadline_of(clause)
            if clause.needs_confirmation:
                matched.note(index, MatchDoubt.PHRASE, deadline_of(clause))
        matched.note(None, MatchDoubt.BY_ORDER, cell)
        return
    for index in range(len(products)):
        matched.deadlines[index] = cell
    if cell.needs_confirmation:
        matched.note(None, MatchDoubt.PHRASE, cell)
    elif cell.is_ongoing and cell.due_on is not None and len(products) > 1:
        matched.note(None, MatchDoubt.FOR_ALL_PRODUCTS, cell)


def _match_labelled(matched: Matched, products: list[str], clauses: tuple[Clause, ...]) -> None:
    of_product: dict[int, list[Clause]] = {}
    unmatched: list[Clause] = []
    for clause in clauses:
        if clause.is_generic:
            continue
        named = _named_by(clause.label, products)
        for index in named:
            of_product.setdefault(index, []).append(clause)
        if not named:
            unmatched.append(clause)
    for index, own in of_product.items():
        deadline = deadline_of(own[0]) if len(own) == 1 else combine_clauses("; ".join(c.text for c in own), tuple(own))
        matched.deadlines[index] = deadline
        if deadline.needs_confirmation:
            matched.note(index, MatchDoubt.PHRASE, deadline)
    _match_general(matched, [clause for clause in clauses if clause.is_generic])
    _match_rest_by_order(matched, unmatched)


def _match_general(matched: Matched, general: list[Clause]) -> None:
    """Statements that name nothing date whatever is left."""
    if not general:
        return
    deadline = deadline_of(general[0])
    if len(general) > 1:
        deadline = combine_clauses("; ".join(clause.text for clause in general), tuple(general))
    left = matched.open_indexes()
    for index in left:
        matched.deadlines[index] = deadline
    if left and deadline.needs_confirmation:
        matched.note(None, MatchDoubt.PHRASE, deadline)
    elif not left and deadline.due_on is not None:
        matched.note(None, MatchDoubt.WITHOUT_PRODUCT, deadline)


def _match_rest_by_order(matched: Matched, unmatched: list[Clause]) -> None:
    left = matched.open_indexes()
    if unmatched and len(left) == len(unmatched):
        for index, clause in zip(left, unmatched, strict=True):
            matched.deadlines[index] = deadline_of(clause)
            matched.note(index, MatchDoubt.BY_ORDER, deadline_of(clause))
        return
    for clause in unmatched:
        matched.note(None, MatchDoubt.WITHOUT_PRODUCT, deadline_of(clause))


def _note_milestones(matched: Matched, products: list[str], plan_year: int) -> None:
    """Dates printed in a product's text although the time cell dates it: kept in sight, not counted."""
    for index, product in enumerate(products):
        governing = matched.deadlines[index]
        if governing is None:
            continue
        for found in find_time_phrases(product, plan_year):
            clause = found.clause
            if found.is_governed and clause.kind in _DATED and clause.due_on != governing.due_on:
                matched.note(index, MatchDoubt.WITHOUT_PRODUCT, deadline_of(clause), found.phrase)
            elif _recurs(found) and clause.dates != governing.dates:
                matched.note(index, MatchDoubt.PRODUCT_RECURS, deadline_of(clause), found.phrase)


def _recurs(found: FoundPhrase) -> bool:
    return found.clause.kind is DeadlineKind.RECURRING and bool(found.clause.dates)


def _match_own_text(matched: Matched, products: list[str], cell: Deadline, plan_year: int) -> None:
    """Products that the time cell leaves out are dated by their own words, or not at all."""
    for index in matched.open_indexes():
        own = next(
            (
                found
                for found in find_time_phrases(products[index], plan_year)
                if _recurs(found) or (found.is_governed and found.clause.kind in _DATED)
            ),
            None,
        )
        if own is None:
            text = cell.text if cell.kind in {DeadlineKind.UNSTATED, DeadlineKind.UNREADABLE} else ""
            ditto = cell.reason is DeadlineReason.DITTO
            deadline = cell if ditto else unstated(text)
            matched.deadlines[index] = deadline
            matched.note(index, MatchDoubt.PHRASE if ditto else MatchDoubt.MISSING, deadline, products[index])
        else:
            matched.deadlines[index] = deadline_of(own.clause)
            matched.note(index, MatchDoubt.PRODUCT_TEXT, deadline_of(own.clause), own.phrase)


def _note_period_ends(matched: Matched) -> None:
    """A recurring phrase without a day is read as the last day of each period, which the print does not say."""
    told = {noticed.index for noticed in matched.noticed if noticed.doubt is MatchDoubt.PRODUCT_TEXT}
    for index, deadline in enumerate(matched.deadlines):
        if deadline is None or deadline.kind is not DeadlineKind.RECURRING or index in told:
            continue
        at_ends = all((day.month, day.day + 1) not in _DAYS_OF_YEAR for day in deadline.dates)
        if deadline.dates and at_ends and "cuối" not in lower(deadline.text) and not deadline.needs_confirmation:
            matched.note(index, MatchDoubt.PERIOD_END, deadline)


#: Every (month, day) of a common year; the day after a month's end is not among them.
_DAYS_OF_YEAR = frozenset(
    (month, day)
    for month, days in enumerate((31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), start=1)
    for day in range(1, days + 1)
)
