"""A form as an Excel table: one an office brings, and the same form written as a table to copy and edit."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cchc_tasks.domain.grid import Cell, Table
from cchc_tasks.domain.reports.cells import parse_choices
from cchc_tasks.domain.reports.form_reading import form_from_dict, form_to_dict
from cchc_tasks.domain.reports.forms import Form, FormFault, FormRow, FormTrouble, InvalidForm, ValueType
from cchc_tasks.domain.text import fold, normalise

#: The columns of the table in the order they are written, with other heads that offices use.
HEADS: Mapping[str, tuple[str, ...]] = {
    "no": ("STT", "TT", "Số thứ tự"),
    "label": ("Chỉ tiêu thống kê", "Chỉ tiêu", "Tên chỉ tiêu", "Nội dung"),
    "unit": ("Đơn vị tính", "ĐVT"),
    "type": ("Kiểu số liệu",),
    "code": ("Mã dòng",),
    "key": ("Mã chỉ tiêu",),
    "parent": ("Dòng cha",),
    "group": ("Nhóm",),
    "part_of": ("Thuộc dòng",),
    "part": ("Quan hệ",),
    "formula": ("Công thức",),
    "source": ("Nguồn số liệu",),
    "responsible": ("Đơn vị phụ trách", "Cơ quan chủ trì thống kê báo cáo", "Phụ trách"),
    "cumulative": ("Lũy kế",),
    "note_hint": ("Ghi chú mẫu",),
}
NEEDED = frozenset({"label", "unit"})
#: The words of a table for the values of a form.
TYPES = {
    "count": "Số lượng", "percent": "Tỷ lệ %", "choice": "Lựa chọn",
    "flag": "Có/Không", "text": "Chữ", "none": "Đề mục",
}  # fmt: skip
SOURCES = {"tracked": "Theo dõi", "register": "Sổ văn bản", "formula": "Công thức", "entered": "Đơn vị nhập"}
PARTS = {"part": "Cộng lại", "subset": "Không quá", "share": "Tỷ lệ của"}
YES = "x"

_WORDS: Mapping[str, tuple[Mapping[str, str], FormTrouble]] = {
    "type": (TYPES, FormTrouble.UNKNOWN_VALUE_TYPE),
    "source": (SOURCES, FormTrouble.UNKNOWN_SOURCE),
    "part": (PARTS, FormTrouble.UNKNOWN_KIND),
}
_ROMAN = re.compile(r"[IVX]+")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10}
_CODE = re.compile(r"\d+(?:\.\d+)*")
_HEAD_REACH = 30


@dataclass(slots=True)
class _Line:
    """A row of the table: its number in the sheet, what stood in each column, and its code once known."""

    row: int
    texts: dict[str, str]
    code: str = ""


def form_from_table(table: Table, head: Mapping[str, Any], *, based_on: Form | None = None) -> Form:
    """A form from the rows of a table; `head` has code, version, name, annex_title, valid_from and so on.

    Needed are the columns for label and unit; what the others would say is taken from the numbering, the unit and
    the row's place. `based_on` gives columns, outline and relations, kept as far as their rows are still there.
    Raises `InvalidForm` with every fault, each with its row in the sheet.
    """
    lines = _lines(table)
    faults: list[FormFault] = []
    _number(lines)
    codes: dict[str, str] = {}
    for line in lines:
        codes.setdefault(line.code, line.texts.get("key") or _own_key(line.code))
    rows = [_row(line, place, lines, codes, faults) for place, line in enumerate(lines)]
    data = {**_frame(based_on, {row["key"] for row in rows}), **head, "rows": rows}
    try:
        form = form_from_dict(data)
    except InvalidForm as error:
        faults += [_in_sheet(fault, lines) for fault in error.faults]
    if faults:
        raise InvalidForm(tuple(sorted(set(faults), key=lambda fault: (fault.row, fault.field))))
    return form


def _in_sheet(fault: FormFault, lines: Sequence[_Line]) -> FormFault:
    return replace(fault, row=lines[fault.row - 1].row) if fault.row else fault


def _lines(table: Table) -> list[_Line]:
    """The rows below the head; a row without any text is passed over. Raises `InvalidForm` without a head."""
    for line in table.rows[:_HEAD_REACH]:
        columns = {cell.column: field for cell in line if (field := _field_of(cell)) is not None}
        if set(columns.values()) >= NEEDED:
            below = [each for each in table.rows if each and each[0].row > line[0].row]
            found = [_Line(each[0].row, _texts(each, columns)) for each in below]
            lines = [each for each in found if any(each.texts.values())]
            if not lines:
                raise InvalidForm((FormFault(FormTrouble.NO_ROWS),))
            return lines
    raise InvalidForm((FormFault(FormTrouble.NO_HEADER),))


def _field_of(cell: Cell) -> str | None:
    words = fold(cell.text).rstrip("*: ")
    return next((field for field, heads in HEADS.items() if words in [fold(head) for head in heads]), None)


def _texts(line: Sequence[Cell], columns: Mapping[int, str]) -> dict[str, str]:
    return {columns[cell.column]: normalise(cell.text) for cell in line if cell.column in columns}


def _number(lines: Sequence[_Line]) -> None:
    """Gives each row its code: the one written, else from its printed number, else the next below the last number.

    "I" and "1." stand on the first level; a bare number below a Roman one is its child; a row without any number
    belongs to the last numbered row above it.
    """
    section, above = "", ""
    children: dict[str, int] = {}
    for line in lines:
        printed = line.texts.get("no", "").strip(" .")
        if written := line.texts.get("code", "").strip(" ."):
            line.code = written
        elif _ROMAN.fullmatch(printed):
            line.code = section = str(_roman(printed))
        elif _CODE.fullmatch(printed):
            line.code = f"{section}.{printed}" if section and "." not in printed else printed
        else:
            children[above] = children.get(above, 0) + 1
            line.code = f"{above}.{children[above]}".lstrip(".")
            continue
        above = line.code


def _roman(text: str) -> int:
    values = [_ROMAN_VALUES[letter] for letter in text]
    return sum(-one if one < following else one for one, following in zip(values, [*values[1:], 0], strict=True))


def _own_key(code: str) -> str:
    """The key of a row that names no indicator: its place in this form."""
    return f"own.r{code.replace('.', '_')}"


def _row(
    line: _Line, place: int, lines: Sequence[_Line], codes: Mapping[str, str], faults: list[FormFault]
) -> dict[str, Any]:
    texts = line.texts
    row: dict[str, Any] = {
        "key": texts.get("key") or _own_key(line.code),
        "code": line.code,
        "no": texts.get("no", ""),
        "label": texts.get("label", ""),
        "unit": texts.get("unit", ""),
        "group": texts.get("group", ""),
        "responsible": texts.get("responsible", ""),
        "note_hint": texts.get("note_hint", ""),
        "cumulative": bool(texts.get("cumulative", "")),
        "choices": [[choice.code, choice.label] for choice in parse_choices(texts.get("unit", ""))],
    }
    for field in _WORDS:
        row[field] = _word(line, field, faults)
    row["type"] = row["type"] or _type_of(row, place, lines)
    written, above = texts.get("parent", "").strip(" ."), line.code.rpartition(".")[0]
    row["parent"] = _key_of(line, "parent", written, codes, faults) if written else codes.get(above, "")
    row["part_of"] = _key_of(line, "part_of", texts.get("part_of", "").strip(" ."), codes, faults)
    row |= _formula(line, codes, faults)
    if row["type"] != str(ValueType.NONE) and not row["source"]:
        row["source"] = "formula" if texts.get("formula") else "entered"
    return row


def _word(line: _Line, field: str, faults: list[FormFault]) -> str:
    words, trouble = _WORDS[field]
    text = line.texts.get(field, "")
    if not text:
        return ""
    found = next((value for value, word in words.items() if fold(text) in (fold(word), value)), "")
    if not found:
        faults.append(FormFault(trouble, line.row, field, text))
    return found


def _type_of(row: Mapping[str, Any], place: int, lines: Sequence[_Line]) -> str:
    """Without a word of its own: options, a percentage, a heading where rows hang below an empty unit, else a count."""
    if row["choices"]:
        return str(ValueType.FLAG if len(row["choices"]) == 2 else ValueType.CHOICE)
    if row["unit"].strip() == "%":
        return str(ValueType.PERCENT)
    has_children = place + 1 < len(lines) and lines[place + 1].code.startswith(f"{row['code']}.")
    return str(ValueType.NONE if not row["unit"] and has_children else ValueType.COUNT)


def _key_of(line: _Line, field: str, code: str, codes: Mapping[str, str], faults: list[FormFault]) -> str:
    if not code:
        return ""
    if code not in codes:
        faults.append(FormFault(FormTrouble.UNKNOWN_ROW, line.row, field, code))
        return ""
    return codes[code]


def _formula(line: _Line, codes: Mapping[str, str], faults: list[FormFault]) -> dict[str, Any]:
    """ "3.1.3.1 + 3.1.3.2" is a sum, "1.1.2 / 1.1.1" a quotient; rows by their code."""
    text = line.texts.get("formula", "").lstrip("= ").strip()
    if not text:
        return {}
    sign = "/" if "/" in text else "+"
    codes_named = [piece.strip(" .") for piece in text.split(sign)]
    is_readable = all(_CODE.fullmatch(code) for code in codes_named) and (sign == "+" or len(codes_named) == 2)
    if not is_readable:
        faults.append(FormFault(FormTrouble.UNREADABLE_RELATION, line.row, "sum_of", text))
        return {}
    keys = [_key_of(line, "sum_of", code, codes, faults) for code in codes_named]
    if not all(keys):
        return {}
    return {"ratio_of": keys} if sign == "/" else {"sum_of": keys}


_DEFAULT_COLUMNS = (
    {"key": "no", "label": "STT"},
    {"key": "label", "label": "Chỉ tiêu thống kê"},
    {"key": "unit", "label": "Đơn vị tính", "group": "Kết quả thống kê"},
    {"key": "value", "label": "Số liệu", "group": "Kết quả thống kê"},
    {"key": "note", "label": "Ghi chú"},
)


def _frame(based_on: Form | None, keys: set[str]) -> dict[str, Any]:
    """Columns, outline and relations for the rows of a table, which has none of these."""
    if based_on is None:
        return {"columns": list(_DEFAULT_COLUMNS)}
    values = form_to_dict(based_on)
    kept = [one for one in values.get("relations", []) if keys.issuperset([*one["left"], *one.get("right", [])])]
    texts = ("province", "source", "basis", "annex_label", "annex_title", "caption", "columns", "outline")
    return {name: values[name] for name in texts if name in values} | {"relations": kept}


def form_to_rows(form: Form) -> Iterator[tuple[str, ...]]:
    """Head and rows of the table that `form_from_table` reads, as texts: to write out, copy, edit and bring back."""
    yield tuple(heads[0] for heads in HEADS.values())
    for row in form.rows:
        yield tuple(_cells(form, row)[field] for field in HEADS)


def _cells(form: Form, row: FormRow) -> dict[str, str]:
    formula = " + ".join(form.by_key[key].code for key in row.sum_of)
    if row.ratio_of is not None:
        formula = " / ".join(form.by_key[key].code for key in (row.ratio_of.numerator, row.ratio_of.denominator))
    return {
        "no": row.printed_no,
        "label": row.label,
        "unit": row.unit_text,
        "type": TYPES[row.value_type],
        "code": row.code,
        "key": row.key,
        "parent": form.by_key[row.parent].code if row.parent else "",
        "group": row.group_label,
        "part_of": form.by_key[row.part_of].code if row.part_of else "",
        "part": PARTS[row.part_kind] if row.part_kind else "",
        "formula": formula,
        "source": SOURCES[row.source] if row.source else "",
        "responsible": row.responsible,
        "cumulative": YES if row.is_cumulative else "",
        "note_hint": row.note_hint,
    }
