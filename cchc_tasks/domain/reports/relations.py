"""Relations between the rows of a form: those that its rows imply, and whether one holds for given cells."""

from collections.abc import Mapping
from decimal import Decimal

from cchc_tasks.domain.reports.cells import BLANK, Cell, CellState, is_rate_of
from cchc_tasks.domain.reports.forms import Form, FormRow, PartKind, Relation, RelationKind, Severity

Cells = Mapping[str, Cell]
HUNDRED = Decimal(100)


def relations_of(form: Form) -> tuple[Relation, ...]:
    """Every relation of a form: those its rows imply first; one written in the form takes their place."""
    written = {(relation.kind, relation.left, relation.right): relation for relation in form.relations}
    implied = [
        relation
        for row in form.rows
        for relation in _implied(form, row)
        if (relation.kind, relation.left, relation.right) not in written
    ]
    return (*implied, *form.relations)


def _implied(form: Form, row: FormRow) -> list[Relation]:
    key, found = row.key, []
    if row.sum_of:
        found.append(Relation(f"sum:{key}", RelationKind.SUM, (key,), row.sum_of))
        found.append(Relation(f"present:{key}", RelationKind.PRESENT, (key,), row.sum_of, Severity.WARNS))
    if row.part_of is not None and row.part_kind is PartKind.SUBSET:
        found.append(Relation(f"le:{key}", RelationKind.LE, (key,), (row.part_of,)))
    if row.ratio_of is not None:
        parts = (row.ratio_of.numerator, row.ratio_of.denominator)
        found.append(Relation(f"ratio:{key}", RelationKind.RATIO, (key,), parts))
    shares = tuple(each.key for each in form.rows if each.part_of == key and each.part_kind is PartKind.SHARE)
    if shares:
        found.append(Relation(f"range:{key}", RelationKind.RANGE, shares, ()))
        found.append(Relation(f"present:{key}", RelationKind.PRESENT, (key,), shares, Severity.WARNS))
    return found


def holds(relation: Relation, cells: Cells) -> bool | None:
    """Whether a relation holds; None where blank cells leave it open. A blank part of a filled total counts as 0."""
    return _RULES[relation.kind](relation, cells)


def value_of(cells: Cells, key: str) -> Decimal | None:
    return cells.get(key, BLANK).value


def _values(cells: Cells, keys: tuple[str, ...]) -> list[Decimal]:
    """The numbers there are among these rows."""
    return [value for key in keys if (value := value_of(cells, key)) is not None]


def _open_parts(cells: Cells, keys: tuple[str, ...]) -> bool:
    """Whether one of these rows has no number and is not called inapplicable."""
    return any(
        value_of(cells, key) is None and cells.get(key, BLANK).state is not CellState.NOT_APPLICABLE for key in keys
    )


def _sum(relation: Relation, cells: Cells) -> bool | None:
    total, parts = value_of(cells, relation.left[0]), _values(cells, relation.right)
    if total is None or not parts:
        return None
    if sum(parts) == total:
        return True
    # A part that nobody filled in may be what is missing, but never what is too much.
    return None if sum(parts) < total and _open_parts(cells, relation.right) else False


def _sum_le(relation: Relation, cells: Cells) -> bool | None:
    whole, parts = value_of(cells, relation.left[0]), _values(cells, relation.right)
    return None if whole is None or not parts else sum(parts) <= whole


def _le(relation: Relation, cells: Cells) -> bool | None:
    smaller, larger = value_of(cells, relation.left[0]), _values(cells, relation.right)
    if smaller is None or not larger:
        return None
    if smaller <= sum(larger):
        return True
    return None if _open_parts(cells, relation.right) else False


def _equal(relation: Relation, cells: Cells) -> bool | None:
    left, right = value_of(cells, relation.left[0]), value_of(cells, relation.right[0])
    return None if left is None or right is None else left == right


def _ratio(relation: Relation, cells: Cells) -> bool | None:
    value = value_of(cells, relation.left[0])
    above, below = (value_of(cells, key) for key in relation.right)
    if value is None or above is None or below is None or below == 0:
        return None
    return is_rate_of(value, above, below)


def _range(relation: Relation, cells: Cells) -> bool | None:
    shares = _values(cells, relation.left)
    if sum(shares) > HUNDRED:
        return False
    return None if len(shares) < len(relation.left) else True


def _present(relation: Relation, cells: Cells) -> bool | None:
    if not _values(cells, relation.right):
        return None
    return cells.get(relation.left[0], BLANK).is_answered


_RULES = {
    RelationKind.SUM: _sum,
    RelationKind.SUM_LE: _sum_le,
    RelationKind.LE: _le,
    RelationKind.EQUAL: _equal,
    RelationKind.RATIO: _ratio,
    RelationKind.RANGE: _range,
    RelationKind.PRESENT: _present,
}


def implied_values(form: Form, cells: Cells) -> dict[str, tuple[Decimal, Relation]]:
    """For blank rows, the number that a relation leaves for them: the rest of a sum, a total, a quotient."""
    found: dict[str, tuple[Decimal, Relation]] = {}
    for relation in relations_of(form):
        for key, value in _implied_by(relation, cells):
            found.setdefault(key, (value, relation))
    return found


def _implied_by(relation: Relation, cells: Cells) -> list[tuple[str, Decimal]]:
    left = relation.left[0]
    if relation.kind is RelationKind.RATIO and _is_blank(cells, left):
        above, below = (value_of(cells, key) for key in relation.right)
        if above is not None and below:
            return [(left, above * HUNDRED / below)]
    if relation.kind is not RelationKind.SUM:
        return []
    parts, blanks = _values(cells, relation.right), [key for key in relation.right if _is_blank(cells, key)]
    if _is_blank(cells, left):
        return [(left, Decimal(sum(parts)))] if parts else []
    total = value_of(cells, left)
    if total is None or not parts or not blanks:
        return []
    rest = total - sum(parts)
    if rest == 0:
        return [(key, Decimal(0)) for key in blanks]
    return [(blanks[0], rest)] if rest > 0 and len(blanks) == 1 else []


def _is_blank(cells: Cells, key: str) -> bool:
    return cells.get(key, BLANK).state is CellState.BLANK
