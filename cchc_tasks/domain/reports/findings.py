"""What a check of a report may find, and what only a reader can judge."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from cchc_tasks.domain.reports.cells import BLANK, Cell
from cchc_tasks.domain.reports.figures import Figure
from cchc_tasks.domain.reports.forms import Form, RelationKind, Severity
from cchc_tasks.domain.text import one_line


class FindingKind(StrEnum):
    """What was found. The words are in `wording.reports`; the severity of each kind is in SEVERITY."""

    RELATION = "relation"
    TOTAL_MISSING = "total_missing"
    SHARE_WITHOUT_TOTAL = "share_without_total"
    BLANK = "blank"
    BLANK_IMPLIED = "blank_implied"
    ANSWER_IN_NOTE = "answer_in_note"
    NOT_YET = "not_yet"
    PERCENT_OUT_OF_RANGE = "percent_out_of_range"
    FRACTION_IN_CELL = "fraction_in_cell"
    PARTS_IN_CELL = "parts_in_cell"
    NOT_WHOLE = "not_whole"
    NOT_AN_OPTION = "not_an_option"
    WORDS_FOR_NUMBER = "words_for_number"
    VALUE_ON_HEADING = "value_on_heading"
    PERCENT_MAY_BE_COUNT = "percent_may_be_count"
    ZERO_OR_NOT_APPLICABLE = "zero_or_not_applicable"
    CUMULATIVE_FELL = "cumulative_fell"
    MOVED_FAR = "moved_far"
    TEXT_DISAGREES = "text_disagrees"
    TEXT_OTHER_PERIOD = "text_other_period"
    TEXT_NAMES_MORE = "text_names_more"
    TEXT_SAYS_DONE = "text_says_done"
    NUMBER_MOVED = "number_moved"
    NUMBER_UNBOUND = "number_unbound"
    NOTE_IS_INSTRUCTION = "note_is_instruction"
    NOTE_SAYS_OPEN = "note_says_open"
    NOTE_OF_OTHER_YEAR = "note_of_other_year"
    OVERRIDDEN = "overridden"
    FORM_NOT_IN_FORCE = "form_not_in_force"
    MISNUMBERED = "misnumbered"
    DUPLICATE_HEADING = "duplicate_heading"
    UNIT_MISSING = "unit_missing"
    UNIT_MISMATCH = "unit_mismatch"
    PRINTED_OTHERWISE = "printed_otherwise"


#: Arithmetic that cannot be right stops; what a person may know better warns; matters of form and print only tell.
SEVERITY: Mapping[FindingKind, Severity] = {
    FindingKind.RELATION: Severity.STOPS,
    FindingKind.PERCENT_OUT_OF_RANGE: Severity.STOPS,
    FindingKind.FRACTION_IN_CELL: Severity.STOPS,
    FindingKind.PARTS_IN_CELL: Severity.STOPS,
    FindingKind.NOT_WHOLE: Severity.STOPS,
    FindingKind.NOT_AN_OPTION: Severity.STOPS,
    FindingKind.NUMBER_MOVED: Severity.STOPS,
    FindingKind.MISNUMBERED: Severity.TELLS,
    FindingKind.DUPLICATE_HEADING: Severity.TELLS,
    FindingKind.UNIT_MISSING: Severity.TELLS,
    FindingKind.PRINTED_OTHERWISE: Severity.TELLS,
    FindingKind.NUMBER_UNBOUND: Severity.TELLS,
    **dict.fromkeys(
        (
            FindingKind.TOTAL_MISSING,
            FindingKind.SHARE_WITHOUT_TOTAL,
            FindingKind.BLANK,
            FindingKind.BLANK_IMPLIED,
            FindingKind.ANSWER_IN_NOTE,
            FindingKind.NOT_YET,
            FindingKind.WORDS_FOR_NUMBER,
            FindingKind.VALUE_ON_HEADING,
            FindingKind.PERCENT_MAY_BE_COUNT,
            FindingKind.ZERO_OR_NOT_APPLICABLE,
            FindingKind.CUMULATIVE_FELL,
            FindingKind.MOVED_FAR,
            FindingKind.TEXT_DISAGREES,
            FindingKind.TEXT_OTHER_PERIOD,
            FindingKind.TEXT_NAMES_MORE,
            FindingKind.TEXT_SAYS_DONE,
            FindingKind.NOTE_IS_INSTRUCTION,
            FindingKind.NOTE_SAYS_OPEN,
            FindingKind.NOTE_OF_OTHER_YEAR,
            FindingKind.OVERRIDDEN,
            FindingKind.FORM_NOT_IN_FORCE,
            FindingKind.UNIT_MISMATCH,
        ),
        Severity.WARNS,
    ),
}


class ReaderMatter(StrEnum):
    """What no rule finds: listed to the office before submission as things to read for."""

    TYPING_ERROR = "typing_error"
    ROW_SPLIT_BY_PAGE = "row_split_by_page"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found.

    `keys` are the rows it is about, the one to go to first; `relation` the kind of a failed relation; `facts` carry
    what a sentence needs (printed values, what was expected, the quoted sentence). `identity` stays the same while
    nothing it rests on changes: a recorded acceptance holds for exactly that.
    """

    kind: FindingKind
    keys: tuple[str, ...]
    severity: Severity
    relation: RelationKind | None = None
    relation_id: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def identity(self) -> str:
        facts = ";".join(f"{name}={value}" for name, value in sorted(self.facts.items()))
        # On one line: it travels through forms, which turn line ends into others.
        return one_line("|".join((self.kind, self.relation_id, ",".join(self.keys), facts)))


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of the text that speaks of a row."""

    key: str
    quote: str


@dataclass(frozen=True, slots=True)
class Checked:
    """Everything the checks look at.

    `cells` and `notes` by row; `previous` the cells of the last report of the same form, `is_same_year` whether it
    belongs to the same year, `previous_starts_on` the day its data began (None: not known, taken as the same). Counts
    of the plan run through the year and cannot fall; other running counts cannot where both data began on one day.
    `window` are the days of the data, both included; `period_key` is the regime's ("q1", "h1", "q3", "m9", "year").
    `plan_noun` is the noun of the plan's counting rule. `computed` are computed cells printed otherwise, `texts` the
    sections of the narrative as written, with bound numbers, and `figures` what these are held against.
    """

    form: Form
    cells: Mapping[str, Cell]
    window: tuple[date, date]
    period_key: str
    notes: Mapping[str, str] = field(default_factory=dict)
    previous: Mapping[str, Cell] | None = None
    is_same_year: bool = False
    previous_starts_on: date | None = None
    statements: tuple[Statement, ...] = ()
    plan_noun: str = ""
    computed: Mapping[str, Cell] = field(default_factory=dict)
    texts: tuple[str, ...] = ()
    figures: Mapping[str, Figure] = field(default_factory=dict)

    def cell(self, key: str) -> Cell:
        return self.cells.get(key, BLANK)
