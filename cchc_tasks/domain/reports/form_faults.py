"""What is wrong with a form that could be read: keys, references, options, circles."""

import re
from collections import Counter
from collections.abc import Iterator

from cchc_tasks.domain.reports.cells import parse_choices
from cchc_tasks.domain.reports.forms import (
    Form,
    FormFault,
    FormRow,
    FormTrouble,
    Relation,
    RelationKind,
    ValueType,
)

#: Far above any real form (185 rows), far below what a page could not show.
MOST_ROWS = 1000
LONGEST_TEXT = 2000
COLUMN_KEYS = frozenset({"no", "label", "unit", "value", "responsible", "note"})
#: What a key may be made of: it stands in the placeholders of texts.
_KEY = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*")
_PLACE = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,4}){0,8}")
_CODED = (ValueType.CHOICE, ValueType.FLAG)


def faults_of(form: Form) -> Iterator[FormFault]:
    """Every fault of the form, head first, then row by row."""
    if not form.rows:
        yield FormFault(FormTrouble.NO_ROWS)
    if len(form.rows) > MOST_ROWS:
        yield FormFault(FormTrouble.TOO_MANY_ROWS, field=str(MOST_ROWS), found=str(len(form.rows)))
        return
    if form.valid_to is not None and form.valid_to < form.valid_from:
        yield FormFault(FormTrouble.VALID_BACKWARDS)
    for column in form.columns:
        if column.key not in COLUMN_KEYS:
            yield FormFault(FormTrouble.UNKNOWN_COLUMN, found=column.key)
    keys, codes = Counter(row.key for row in form.rows), Counter(row.code for row in form.rows)
    for number, row in enumerate(form.rows, start=1):
        if keys[row.key] > 1:
            yield FormFault(FormTrouble.DUPLICATE_KEY, number, "key", row.key)
        if codes[row.code] > 1:
            yield FormFault(FormTrouble.DUPLICATE_CODE, number, "code", row.code)
        if row.key and not _KEY.fullmatch(row.key):
            yield FormFault(FormTrouble.BAD_KEY, number, "key", row.key)
        if row.code and not _PLACE.fullmatch(row.code):
            yield FormFault(FormTrouble.BAD_CODE, number, "code", row.code)
        yield from _faults_of_row(form, number, row)
    yield from _faults_of_relations(form)
    yield from _circles(form)


def _faults_of_row(form: Form, number: int, row: FormRow) -> Iterator[FormFault]:
    if not row.label:
        yield FormFault(FormTrouble.NO_LABEL, number, "label")
    if max(len(row.label), len(row.unit_text), len(row.note_hint)) > LONGEST_TEXT:
        yield FormFault(FormTrouble.TEXT_TOO_LONG, number, "label", str(LONGEST_TEXT))
    if row.value_type in _CODED:
        codes = [choice.code for choice in row.choices]
        if len(codes) < 2:
            yield FormFault(FormTrouble.NO_CHOICES, number, "unit", row.unit_text)
        if len(set(codes)) < len(codes):
            yield FormFault(FormTrouble.DUPLICATE_CHOICE, number, "unit", row.unit_text)
    elif row.is_heading and parse_choices(row.unit_text):
        yield FormFault(FormTrouble.HEADING_WITH_UNIT, number, "unit", row.unit_text)
    yield from _faults_of_references(form, number, row)


def _faults_of_references(form: Form, number: int, row: FormRow) -> Iterator[FormFault]:
    ratio = (row.ratio_of.numerator, row.ratio_of.denominator) if row.ratio_of else ()
    named = {"parent": (row.parent,), "part_of": (row.part_of,), "sum_of": row.sum_of, "ratio_of": ratio}
    for field, keys in named.items():
        for key in keys:
            if key is not None and key not in form.by_key:
                yield FormFault(FormTrouble.UNKNOWN_ROW, number, field, key)
    if row.parent in form.by_key and row.parent not in {each.key for each in form.rows[: number - 1]}:
        yield FormFault(FormTrouble.PARENT_AFTER_CHILD, number, "parent", row.parent or "")


def _faults_of_relations(form: Form) -> Iterator[FormFault]:
    for relation in form.relations:
        if not _has_its_sides(relation):
            yield FormFault(FormTrouble.UNREADABLE_RELATION, 0, "relations", relation.id)
        for key in (*relation.left, *relation.right):
            if key not in form.by_key:
                yield FormFault(FormTrouble.UNKNOWN_ROW, 0, relation.id, key)
    for name, count in Counter(relation.id for relation in form.relations).items():
        if count > 1:
            yield FormFault(FormTrouble.DUPLICATE_KEY, 0, "relations", name)


def _has_its_sides(relation: Relation) -> bool:
    """One row on the left and some on the right; shares of one total stand all on the left."""
    if relation.kind is RelationKind.RANGE:
        return len(relation.left) > 0
    wanted = {RelationKind.RATIO: (2, 2), RelationKind.EQUAL: (1, 1)}.get(relation.kind, (1, MOST_ROWS))
    return len(relation.left) == 1 and wanted[0] <= len(relation.right) <= wanted[1]


def _circles(form: Form) -> Iterator[FormFault]:
    """A total that is, over however many steps, a part of itself."""
    needs = {
        row.key: {*row.sum_of, *((row.ratio_of.numerator, row.ratio_of.denominator) if row.ratio_of else ())}
        for row in form.rows
    }
    for number, row in enumerate(form.rows, start=1):
        seen: set[str] = set()
        waiting = set(needs[row.key])
        while waiting:
            key = waiting.pop()
            if key not in seen:
                seen.add(key)
                waiting |= needs.get(key, set())
        if row.key in seen:
            yield FormFault(FormTrouble.CYCLE, number, "sum_of", row.key)
