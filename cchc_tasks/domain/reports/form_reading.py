"""Reading a form from TOML or from plain values, with every fault named row by row; and writing it again."""

import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from cchc_tasks.domain.reports.form_faults import faults_of
from cchc_tasks.domain.reports.forms import (
    Choice,
    Form,
    FormColumn,
    FormFault,
    FormRow,
    FormTrouble,
    InvalidForm,
    PartKind,
    Ratio,
    Relation,
    RelationKind,
    Section,
    Severity,
    Source,
    ValueType,
)
from cchc_tasks.domain.text import normalise

Kind = TypeVar("Kind", bound=StrEnum)


def parse_form(text: str) -> Form:
    """A form from TOML text. Raises `InvalidForm` with every fault found."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidForm((FormFault(FormTrouble.NOT_TOML, found=str(error)),)) from error
    return form_from_dict(data)


def form_from_dict(data: Mapping[str, Any]) -> Form:
    """A form from plain values (of TOML or JSON). Raises `InvalidForm` with every fault found."""
    reader = _Reader()
    form = reader.form(data)
    faults = (*reader.faults, *faults_of(form))
    if faults:
        raise InvalidForm(tuple(sorted(faults, key=lambda fault: fault.row)))
    return form


def stored_form(data: Mapping[str, Any]) -> Form:
    """A form version that was kept before: read as it is; a rule made later closes no report."""
    return _Reader().form(data)


class _Reader:
    """Takes values out of a mapping and remembers what was not as it should be, with its place."""

    def __init__(self) -> None:
        self.faults: list[FormFault] = []
        self.row = 0

    def fault(self, trouble: FormTrouble, field: str, found: object = "") -> None:
        self.faults.append(FormFault(trouble, self.row, field, str(found)))

    def text(self, data: Mapping[str, Any], field: str, *, is_needed: bool = False) -> str:
        value = data.get(field, "")
        if not isinstance(value, str):
            self.fault(FormTrouble.WRONG_TYPE, field, value)
            return ""
        text = normalise(value) if value else ""
        if is_needed and not text:
            self.fault(FormTrouble.MISSING, field)
        return text

    def whole(self, data: Mapping[str, Any], field: str) -> int:
        value = data.get(field)
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            self.fault(FormTrouble.MISSING if value is None else FormTrouble.BAD_NUMBER, field, value)
            return 1
        return value

    def day(self, data: Mapping[str, Any], field: str, *, is_needed: bool = False) -> date | None:
        value = data.get(field)
        if isinstance(value, str) and value:
            try:
                return date.fromisoformat(value)
            except ValueError:
                self.fault(FormTrouble.BAD_DATE, field, value)
                return None
        if isinstance(value, date):
            return date(value.year, value.month, value.day)
        if value not in (None, ""):
            self.fault(FormTrouble.BAD_DATE, field, value)
        elif is_needed:
            self.fault(FormTrouble.MISSING, field)
        return None

    def kind(self, data: Mapping[str, Any], field: str, kinds: type[Kind], trouble: FormTrouble) -> Kind | None:
        value = self.text(data, field)
        if not value:
            return None
        try:
            return kinds(value)
        except ValueError:
            self.fault(trouble, field, value)
            return None

    def texts(self, data: Mapping[str, Any], field: str) -> tuple[str, ...]:
        value = data.get(field, [])
        if not isinstance(value, Sequence) or isinstance(value, str) or any(not isinstance(v, str) for v in value):
            self.fault(FormTrouble.WRONG_TYPE, field, value)
            return ()
        return tuple(value)

    def tables(self, data: Mapping[str, Any], field: str) -> list[Mapping[str, Any]]:
        value = data.get(field, [])
        if not isinstance(value, Sequence) or any(not isinstance(each, Mapping) for each in value):
            self.fault(FormTrouble.WRONG_TYPE, field, value)
            return []
        return list(value)

    def form(self, data: Mapping[str, Any]) -> Form:
        head: dict[str, Any] = {
            field: self.text(data, field, is_needed=field in ("code", "name", "annex_title")) for field in _HEAD_TEXTS
        }
        head["version"] = self.whole(data, "version")
        head["valid_from"] = self.day(data, "valid_from", is_needed=True) or date.min
        head["valid_to"] = self.day(data, "valid_to")
        head["columns"] = tuple(self.column(each) for each in self.tables(data, "columns"))
        rows = []
        for number, each in enumerate(self.tables(data, "rows"), start=1):
            self.row = number
            rows.append(self.form_row(each))
        self.row = 0
        relations = tuple(self.relation(each) for each in self.tables(data, "relations"))
        outline = _nest([(self.whole(each, "level"), self.section(each)) for each in self.tables(data, "outline")])
        return Form(rows=_with_levels(rows), relations=relations, outline=outline, **head)

    def column(self, data: Mapping[str, Any]) -> FormColumn:
        return FormColumn(*(self.text(data, field) for field in ("key", "label", "sublabel", "group")))

    def section(self, data: Mapping[str, Any]) -> Section:
        return Section(self.text(data, "number"), self.text(data, "title"), keys=self.texts(data, "keys"))

    def form_row(self, data: Mapping[str, Any]) -> FormRow:
        ratio = self.texts(data, "ratio_of")
        if len(ratio) not in (0, 2):
            self.fault(FormTrouble.WRONG_TYPE, "ratio_of", ratio)
        return FormRow(
            key=self.text(data, "key", is_needed=True),
            code=self.text(data, "code", is_needed=True),
            printed_no=self.text(data, "no"),
            label=self.text(data, "label"),
            unit_text=self.text(data, "unit"),
            value_type=self.kind(data, "type", ValueType, FormTrouble.UNKNOWN_VALUE_TYPE) or ValueType.NONE,
            level=1,
            parent=self.text(data, "parent") or None,
            choices=self.choices(data),
            group_label=self.text(data, "group"),
            part_of=self.text(data, "part_of") or None,
            part_kind=self.kind(data, "part", PartKind, FormTrouble.UNKNOWN_KIND),
            sum_of=self.texts(data, "sum_of"),
            ratio_of=Ratio(ratio[0], ratio[1]) if len(ratio) == 2 else None,
            source=self.kind(data, "source", Source, FormTrouble.UNKNOWN_SOURCE),
            responsible=self.text(data, "responsible"),
            is_cumulative=bool(data.get("cumulative", False)),
            note_hint=self.text(data, "note_hint"),
        )

    def choices(self, data: Mapping[str, Any]) -> tuple[Choice, ...]:
        found = []
        pairs = data.get("choices", [])
        for pair in pairs if isinstance(pairs, Sequence) else [pairs]:
            if not (isinstance(pair, Sequence) and len(pair) == 2 and isinstance(pair[0], int)):
                self.fault(FormTrouble.WRONG_TYPE, "choices", pair)
                continue
            found.append(Choice(pair[0], normalise(str(pair[1]))))
        return tuple(found)

    def relation(self, data: Mapping[str, Any]) -> Relation:
        kind = self.kind(data, "kind", RelationKind, FormTrouble.UNKNOWN_KIND)
        severity = self.kind(data, "severity", Severity, FormTrouble.UNKNOWN_KIND)
        return Relation(
            self.text(data, "id", is_needed=True),
            kind or RelationKind.PRESENT,
            self.texts(data, "left"),
            self.texts(data, "right"),
            severity or Severity.WARNS,
            self.text(data, "comment"),
        )


_HEAD_TEXTS = ("code", "name", "province", "source", "basis", "annex_label", "annex_title", "caption")


def _nest(flat: Sequence[tuple[int, Section]]) -> tuple[Section, ...]:
    """Sections with their depth (from 1) as a tree."""
    found: list[Section] = []
    index = 0
    while index < len(flat):
        level, section = flat[index]
        end = index + 1
        while end < len(flat) and flat[end][0] > level:
            end += 1
        children = _nest(flat[index + 1 : end])
        found.append(Section(section.number, section.title, children, section.keys))
        index = end
    return tuple(found)


def _with_levels(rows: Iterable[FormRow]) -> tuple[FormRow, ...]:
    """Rows with their depth in the tree, from 1; a parent that comes later or is missing counts as none."""
    levels: dict[str, int] = {}
    found = []
    for row in rows:
        level = levels.get(row.parent or "", 0) + 1
        levels.setdefault(row.key, level)
        found.append(replace(row, level=level))
    return tuple(found)


def form_to_dict(form: Form) -> dict[str, Any]:
    """Plain values that JSON carries; `form_from_dict` gives the form back. Empty fields are left out."""
    values: dict[str, Any] = {field: getattr(form, field) for field in _HEAD_TEXTS}
    values |= {"version": form.version, "valid_from": form.valid_from.isoformat()}
    values["valid_to"] = form.valid_to.isoformat() if form.valid_to else ""
    values["columns"] = [
        _filled({"key": c.key, "label": c.label, "sublabel": c.sublabel, "group": c.group}) for c in form.columns
    ]
    values["outline"] = list(_flat(form.outline, 1))
    values["rows"] = [_row_to_dict(row) for row in form.rows]
    values["relations"] = [_relation_to_dict(relation) for relation in form.relations]
    return _filled(values)


def _row_to_dict(row: FormRow) -> dict[str, Any]:
    return _filled(
        {
            "key": row.key,
            "code": row.code,
            "no": row.printed_no,
            "label": row.label,
            "unit": row.unit_text,
            "type": str(row.value_type),
            "parent": row.parent,
            "choices": [[choice.code, choice.label] for choice in row.choices],
            "group": row.group_label,
            "part_of": row.part_of,
            "part": str(row.part_kind) if row.part_kind else "",
            "sum_of": list(row.sum_of),
            "ratio_of": [row.ratio_of.numerator, row.ratio_of.denominator] if row.ratio_of else [],
            "source": str(row.source) if row.source else "",
            "responsible": row.responsible,
            "cumulative": row.is_cumulative,
            "note_hint": row.note_hint,
        }
    )


def _relation_to_dict(relation: Relation) -> dict[str, Any]:
    return _filled(
        {
            "id": relation.id,
            "kind": str(relation.kind),
            "left": list(relation.left),
            "right": list(relation.right),
            "severity": str(relation.severity),
            "comment": relation.comment,
        }
    )


def _flat(outline: Iterable[Section], level: int) -> Iterable[dict[str, Any]]:
    for section in outline:
        values = {"level": level, "number": section.number, "title": section.title, "keys": list(section.keys)}
        yield _filled(values)
        yield from _flat(section.children, level + 1)


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in ("", None, [], False)}


def form_digest(form: Form) -> str:
    """SHA-256 of the form's canonical JSON: the form version that a submitted report names."""
    data = json.dumps(form_to_dict(form), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(data.encode("utf-8")).hexdigest()


def form_to_toml(form: Form) -> str:
    """The form as TOML text, for an office that copies and edits it; `parse_form` gives the same form back."""
    values = form_to_dict(form)
    tables = ("columns", "outline", "rows", "relations")
    lines = [f"{name} = {_toml(value)}" for name, value in values.items() if name not in tables]
    for table in tables:
        for entry in values.get(table, []):
            lines += ["", f"[[{table}]]", *(f"{name} = {_toml(value)}" for name, value in entry.items())]
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        return f"[{', '.join(_toml(each) for each in value)}]"
    # A JSON string is a TOML basic string, save for DEL, which `normalise` has dropped.
    return json.dumps(value, ensure_ascii=False)
