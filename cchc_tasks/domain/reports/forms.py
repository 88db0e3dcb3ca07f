"""Report forms as data: rows, their relations, the outline of the text, and what can be wrong with a form."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from cchc_tasks.domain.errors import Invalid


class ValueType(StrEnum):
    """What a row takes. A heading (`none`) takes nothing."""

    COUNT = "count"
    PERCENT = "percent"
    CHOICE = "choice"
    FLAG = "flag"
    TEXT = "text"
    NONE = "none"


class Source(StrEnum):
    """Where a row's value comes from. Source of the classes: the catalogue of the four real forms."""

    TRACKED = "tracked"
    REGISTER = "register"
    FORMULA = "formula"
    ENTERED = "entered"


class PartKind(StrEnum):
    """How a row relates to its whole: parts add up, a subset is at most the whole, a share is a percentage of it."""

    PART = "part"
    SUBSET = "subset"
    SHARE = "share"


class RelationKind(StrEnum):
    """What has to hold between rows; `left` against `right`, in the order printed.

    SUM: left is the sum of the right. SUM_LE: the right add up to at most left. LE: left is at most the sum of the
    right. EQUAL: the same number. RATIO: left is 100 x first / second of the right. RANGE: the left are shares of
    one total and add up to at most 100. PRESENT: left must be answered where one of the right is.
    """

    SUM = "sum"
    SUM_LE = "sum_le"
    LE = "le"
    EQUAL = "equal"
    RATIO = "ratio"
    RANGE = "range"
    PRESENT = "present"


class Severity(StrEnum):
    """What a finding does: stops the submission, asks for a recorded acceptance, or only tells."""

    STOPS = "stops"
    WARNS = "warns"
    TELLS = "tells"


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a coded row: the code is what is stored and printed, never the position."""

    code: int
    label: str


@dataclass(frozen=True, slots=True)
class Ratio:
    """Keys of the rows whose quotient a percent row is."""

    numerator: str
    denominator: str


@dataclass(frozen=True, slots=True)
class FormRow:
    """One printed row.

    `key` is the canonical id of the indicator and the only key; `code` is the normalised place in the tree (1.2.3,
    for people and addresses); `printed_no` is what the form prints there, which may be blank or repeat. `unit_text`
    is the unit cell as printed (for a coded row its options). `responsible` is who usually answers, as a hint.
    `is_cumulative`: the count runs from the start of the year and cannot fall between two reports of one year.
    `note_hint` is an instruction that the empty form prints in the note cell.
    """

    key: str
    code: str
    printed_no: str
    label: str
    unit_text: str
    value_type: ValueType
    level: int
    parent: str | None = None
    choices: tuple[Choice, ...] = ()
    group_label: str = ""
    part_of: str | None = None
    part_kind: PartKind | None = None
    sum_of: tuple[str, ...] = ()
    ratio_of: Ratio | None = None
    source: Source | None = None
    responsible: str = ""
    is_cumulative: bool = False
    note_hint: str = ""

    @property
    def is_heading(self) -> bool:
        return self.value_type is ValueType.NONE

    @property
    def number(self) -> str:
        """The number to call the row by in a sentence: its place in the tree, since printed ones repeat."""
        return self.code


@dataclass(frozen=True, slots=True)
class Relation:
    """Something that has to hold between rows (keys); `id` is unique in the form."""

    id: str
    kind: RelationKind
    left: tuple[str, ...]
    right: tuple[str, ...]
    severity: Severity = Severity.STOPS
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of the narrative with its printed number ("I.", "a)", "*").

    `keys` are beginnings of the indicators whose rows and progress notes belong under it ("steer", "law").
    """

    number: str
    title: str
    children: tuple["Section", ...] = ()
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FormColumn:
    """A column of the annex: `key` is one of no, label, unit, value, responsible, note; `group` spans two heads."""

    key: str
    label: str
    sublabel: str = ""
    group: str = ""


@dataclass(frozen=True)
class Form:
    """One version of a report form. `code` + `version` name it for ever; a change is a new version.

    `valid_to` None: still in force. `annex_label` is "Phụ lục" or "Biểu số 01"; `caption` the line under the
    annex' title; both have {report_number}, {issued_on}, {agency} and {period} where the report's own words stand.
    """

    code: str
    version: int
    name: str
    province: str
    source: str
    valid_from: date
    valid_to: date | None
    basis: str
    annex_label: str
    annex_title: str
    caption: str
    columns: tuple[FormColumn, ...]
    rows: tuple[FormRow, ...]
    relations: tuple[Relation, ...] = ()
    outline: tuple[Section, ...] = ()

    @cached_property
    def by_key(self) -> Mapping[str, FormRow]:
        return {row.key: row for row in self.rows}

    @cached_property
    def by_code(self) -> Mapping[str, FormRow]:
        return {row.code: row for row in self.rows}

    @cached_property
    def value_rows(self) -> tuple[FormRow, ...]:
        return tuple(row for row in self.rows if not row.is_heading)

    def children_of(self, key: str | None) -> tuple[FormRow, ...]:
        return tuple(row for row in self.rows if row.parent == key)

    @property
    def reference(self) -> str:
        """How a report names the version it was made with: "soc-trang-so-nganh@1"."""
        return f"{self.code}@{self.version}"

    def is_valid_on(self, day: date) -> bool:
        """Whether the form is in force on `day`; both ends included."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class FormTrouble(StrEnum):
    """What is wrong with a form. Each names a row (or the head) and is worded in `wording.reports`."""

    NOT_TOML = "not_toml"
    MISSING = "missing"
    WRONG_TYPE = "wrong_type"
    NO_ROWS = "no_rows"
    DUPLICATE_KEY = "duplicate_key"
    DUPLICATE_CODE = "duplicate_code"
    BAD_KEY = "bad_key"
    BAD_CODE = "bad_code"
    UNKNOWN_VALUE_TYPE = "unknown_value_type"
    UNKNOWN_SOURCE = "unknown_source"
    UNKNOWN_KIND = "unknown_kind"
    UNKNOWN_ROW = "unknown_row"
    UNKNOWN_COLUMN = "unknown_column"
    NO_LABEL = "no_label"
    NO_UNIT = "no_unit"
    NO_CHOICES = "no_choices"
    DUPLICATE_CHOICE = "duplicate_choice"
    HEADING_WITH_UNIT = "heading_with_unit"
    CYCLE = "cycle"
    PARENT_AFTER_CHILD = "parent_after_child"
    BAD_DATE = "bad_date"
    VALID_BACKWARDS = "valid_backwards"
    TOO_MANY_ROWS = "too_many_rows"
    TEXT_TOO_LONG = "text_too_long"
    BAD_NUMBER = "bad_number"
    NO_HEADER = "no_header"
    UNREADABLE_RELATION = "unreadable_relation"


@dataclass(frozen=True, slots=True)
class FormFault:
    """One fault of a form: `row` counts rows of the form from 1 (0: the head); `found` is what stood there."""

    trouble: FormTrouble
    row: int = 0
    field: str = ""
    found: str = ""


class InvalidForm(Invalid):
    """A form that cannot be used; `faults` names every fault, row by row."""

    def __init__(self, faults: tuple[FormFault, ...]) -> None:
        self.faults = faults
        super().__init__(faults=faults)
