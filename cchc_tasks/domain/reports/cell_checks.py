"""Checks of one row at a time: its cell, its note, its unit and its printed number."""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from cchc_tasks.domain.documents import find_document_references
from cchc_tasks.domain.reports.cells import Cell, CellMark, CellState, is_rate_of, number_text, shortest
from cchc_tasks.domain.reports.findings import SEVERITY, Checked, Finding, FindingKind
from cchc_tasks.domain.reports.forms import Form, FormRow, PartKind, Relation, RelationKind, ValueType
from cchc_tasks.domain.reports.relations import HUNDRED, holds, implied_values, relations_of
from cchc_tasks.domain.text import fold, normalise

_CODED = (ValueType.CHOICE, ValueType.FLAG)
_NUMERIC = (ValueType.COUNT, ValueType.PERCENT)


def found(kind: FindingKind, *keys: str, **facts: object) -> Finding:
    """A finding with the severity of its kind; facts become text."""
    return Finding(kind, keys, SEVERITY[kind], facts={name: str(value) for name, value in facts.items()})


def check_cells(checked: Checked) -> Iterator[Finding]:
    """Everything that a row says wrongly by itself, in the form's order."""
    implied = implied_values(checked.form, checked.cells)
    for row in checked.form.rows:
        cell = checked.cell(row.key)
        if row.is_heading:
            if cell.state is not CellState.BLANK:
                yield found(FindingKind.VALUE_ON_HEADING, row.key, printed=cell.printed)
        elif cell.state is CellState.BLANK:
            yield from _of_blank(checked, row, implied.get(row.key))
        elif cell.state is CellState.NOT_YET:
            yield found(FindingKind.NOT_YET, row.key)
        elif cell.state is not CellState.NOT_APPLICABLE:
            yield from _of_value(checked.form, row, cell)
            yield from _of_percent(checked, row, cell)
        yield from _of_marks(row, cell)
        if row.key in checked.computed:
            printed = checked.computed[row.key].printed
            yield found(FindingKind.OVERRIDDEN, row.key, computed=printed, printed=cell.printed)


def _of_blank(checked: Checked, row: FormRow, implied: tuple[Decimal, Relation] | None) -> Iterator[Finding]:
    if row.value_type is ValueType.TEXT:
        return
    note = checked.notes.get(row.key, "")
    has_answer = bool(note) and not is_instruction(row, note)
    if implied is not None:
        value, relation = implied
        others = tuple(key for key in (*relation.left, *relation.right) if key != row.key)
        yield found(FindingKind.BLANK_IMPLIED, row.key, *others, value=number_text(shortest(value)))
    elif has_answer:
        yield found(FindingKind.ANSWER_IN_NOTE, row.key, note=note)
    else:
        yield found(FindingKind.BLANK, row.key)


def _of_value(form: Form, row: FormRow, cell: Cell) -> Iterator[Finding]:
    if cell.value is None:
        if row.value_type in _NUMERIC or row.value_type in _CODED:
            yield found(FindingKind.WORDS_FOR_NUMBER, row.key, printed=cell.printed)
        return
    if row.value_type in _CODED and cell.value not in {choice.code for choice in row.choices}:
        yield found(FindingKind.NOT_AN_OPTION, row.key, printed=cell.printed)
    if row.value_type is ValueType.COUNT and cell.value != cell.value.to_integral_value():
        yield found(FindingKind.NOT_WHOLE, row.key, printed=cell.printed)
    if cell.parts and sum(part.value for part in cell.parts) != cell.value:
        total = number_text(sum(int(part.value) for part in cell.parts))
        yield found(FindingKind.PARTS_IN_CELL, row.key, printed=cell.printed, total=total)
    if cell.numerator is not None and cell.denominator is not None:
        is_percent = row.value_type is ValueType.PERCENT
        fits = is_rate_of(cell.value, cell.numerator, cell.denominator) if is_percent else True
        if not fits or cell.numerator > cell.denominator:
            yield found(FindingKind.FRACTION_IN_CELL, row.key, printed=cell.printed)


#: A rate of cuts is 0 where nothing was cut; other rates of 0 say that every case failed, or that there was none.
_CUTS = re.compile(r"\b(?:cắt giảm|tinh giản)\b", re.IGNORECASE)


def _of_percent(checked: Checked, row: FormRow, cell: Cell) -> Iterator[Finding]:
    if row.value_type is not ValueType.PERCENT or cell.value is None:
        return
    if not 0 <= cell.value <= HUNDRED:
        yield found(FindingKind.PERCENT_OUT_OF_RANGE, row.key, printed=cell.printed)
        return
    rests_on = cell.denominator is not None or cell.base is not None
    if cell.value == 0 and not rests_on and row.part_kind is not PartKind.SHARE and not _CUTS.search(row.label):
        yield found(FindingKind.ZERO_OR_NOT_APPLICABLE, row.key, printed=cell.printed)
    is_bare = not cell.marks - {CellMark.LEADING_ZERO}
    if is_bare and not rests_on and 0 < cell.value < HUNDRED and cell.value == cell.value.to_integral_value():
        yield found(FindingKind.PERCENT_MAY_BE_COUNT, row.key, *_same_count(checked, row, cell), printed=cell.printed)


def _same_count(checked: Checked, row: FormRow, cell: Cell) -> list[str]:
    """Counts of the same part of the form that print this very number."""
    section = row.code.split(".")[0]
    return [
        other.key
        for other in checked.form.rows
        if other.value_type is ValueType.COUNT
        and other.code.split(".")[0] == section
        and checked.cell(other.key).value == cell.value
    ]


#: Marks that have a finding of their own.
_TOLD_ELSEWHERE = {CellMark.WORDS, CellMark.CHOICE_WORDS}


def _of_marks(row: FormRow, cell: Cell) -> Iterator[Finding]:
    marks = sorted(cell.marks - _TOLD_ELSEWHERE)
    if marks:
        yield found(FindingKind.PRINTED_OTHERWISE, row.key, printed=cell.printed, marks=",".join(marks))


_INSTRUCTION = re.compile(r"\b(?:số|ngày)\s*(?:\.{3}|…)|^ghi rõ\b", re.IGNORECASE)
_OPEN_WORDS = re.compile(r"\bđang (?:được )?(?:triển khai|thực hiện)", re.IGNORECASE)


def is_instruction(row: FormRow, note: str) -> bool:
    """Whether a note is what the empty form prints there, or still has its dots."""
    text = normalise(note)
    return bool(row.note_hint and fold(text) == fold(row.note_hint)) or bool(_INSTRUCTION.search(text))


def check_notes(checked: Checked) -> Iterator[Finding]:
    """Notes that are left-over instructions, of another year, or that contradict the numbers beside them."""
    for row in checked.form.rows:
        note = checked.notes.get(row.key, "")
        if not note:
            continue
        if is_instruction(row, note):
            yield found(FindingKind.NOTE_IS_INSTRUCTION, row.key, note=note)
        elif number := _plan_of_other_year(checked, row, note):
            yield found(FindingKind.NOTE_OF_OTHER_YEAR, row.key, note=note, number=number)
    for relation in relations_of(checked.form):
        if relation.kind is RelationKind.SUM_LE:
            yield from _says_open(checked, (relation.left[0], *relation.right))


def _plan_of_other_year(checked: Checked, row: FormRow, note: str) -> str:
    """The number of a cited plan that was issued before the data begin; plans are of one year. '' if none."""
    for one in find_document_references(normalise(note)):
        cited = one.reference
        if cited.type == "Kế hoạch" and cited.issued_on is not None and cited.issued_on < checked.window[0]:
            return cited.number or ""
    return ""


def _says_open(checked: Checked, keys: tuple[str, ...]) -> Iterator[Finding]:
    """All given tasks are called done while a note calls them under way."""
    total, parts = checked.cell(keys[0]).value, [checked.cell(key).value for key in keys[1:]]
    note = next((text for key in keys if _OPEN_WORDS.search(text := checked.notes.get(key, ""))), "")
    if note and total and sum(part or 0 for part in parts) == total:
        filled = [key for key in keys if checked.cell(key).value]
        yield found(FindingKind.NOTE_SAYS_OPEN, *filled, note=note, total=number_text(total))


def check_form(form: Form, plan_noun: str = "") -> Iterator[Finding]:
    """What is odd in the form itself, whatever is filled in."""
    for row in form.rows:
        if not _fits_number(form, row):
            yield found(FindingKind.MISNUMBERED, row.key, printed=row.printed_no, expected=row.code)
        if not row.is_heading and row.value_type is not ValueType.TEXT and not row.unit_text:
            yield found(FindingKind.UNIT_MISSING, row.key)
        if unit := _wanted_unit(row, plan_noun):
            yield found(FindingKind.UNIT_MISMATCH, row.key, printed=row.unit_text, wanted=unit)
    yield from _same_headings(form.rows)


_ROMANS = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


def _fits_number(form: Form, row: FormRow) -> bool:
    """Whether the printed number is that of the row's place: whole ("1.2.3."), Roman, or the last step alone."""
    printed, steps = row.printed_no.strip(". "), row.code.split(".")
    if not printed or not re.fullmatch(r"[\d.]+|[IVX]+", printed):
        return True
    if printed in _ROMANS:
        return len(steps) == 1 and steps[0] == str(_ROMANS.index(printed))
    return printed == row.code or ("." not in printed and row.level > 1 and printed == steps[-1])


_FILES = re.compile(r"(?:tổng )?số (?:lượng )?hồ sơ\b", re.IGNORECASE)
_YES_NO = re.compile(r"có thực hiện\b", re.IGNORECASE)
#: Rows that count what the plan's counting rule counts.
_PLAN_ROWS = ("steer.plan.tasks_set", "steer.plan.tasks_done")


def _wanted_unit(row: FormRow, plan_noun: str) -> str:
    """The unit that the label asks for, where the printed one is another; '' where nothing is wrong."""
    if row.is_heading or not row.unit_text:
        return ""
    if row.key in _PLAN_ROWS and plan_noun and fold(plan_noun) != fold(row.unit_text):
        return plan_noun
    if row.value_type is ValueType.COUNT and _YES_NO.match(row.label):
        return "Không = 0 / Có = 1"
    if row.value_type is ValueType.COUNT and _FILES.match(row.label) and "ho so" not in fold(row.unit_text):
        return "Hồ sơ"
    return ""


def _same_headings(rows: Iterable[FormRow]) -> Iterator[Finding]:
    groups: dict[tuple[str | None, str], list[str]] = {}
    for row in rows:
        if row.is_heading:
            groups.setdefault((row.parent, fold(row.label)), []).append(row.key)
    for keys in groups.values():
        if len(keys) > 1:
            yield found(FindingKind.DUPLICATE_HEADING, *keys)


def relation_findings(checked: Checked) -> Iterator[Finding]:
    """Relations between rows that do not hold."""
    for relation in relations_of(checked.form):
        if holds(relation, checked.cells) is not False:
            continue
        keys = (*relation.left, *relation.right)
        facts = {f"v{place}": checked.cell(key).printed for place, key in enumerate(keys)}
        kind, severity = FindingKind.RELATION, relation.severity
        if relation.kind is RelationKind.PRESENT:
            row = checked.form.by_key[relation.left[0]]
            is_share = checked.form.by_key[relation.right[0]].part_kind is PartKind.SHARE
            kind = FindingKind.TOTAL_MISSING if row.sum_of else FindingKind.BLANK_IMPLIED
            kind = FindingKind.SHARE_WITHOUT_TOTAL if is_share else kind
        yield Finding(kind, keys, severity, relation.kind, relation.id, facts)
