"""A report as a document: its text, the annex of the form, and what stands behind each computed figure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from functools import partial
from itertools import groupby

from cchc_tasks.domain.reports.figures import Member
from cchc_tasks.domain.reports.forms import Form, FormColumn, FormRow
from cchc_tasks.domain.reports.frozen import FrozenFigure, FrozenText
from cchc_tasks.exports import tables
from cchc_tasks.exports.official import fonts, grid, layout
from cchc_tasks.exports.official.model import (
    Align,
    Annex,
    Block,
    Cell,
    Column,
    Heading,
    IssueDay,
    OfficialDocument,
    Paragraph,
    Row,
    Signature,
    Table,
    plain,
)
from cchc_tasks.exports.official.text import wrapped_lines
from cchc_tasks.wording import official as fixed
from cchc_tasks.wording import report_files as wording

#: The shares of the annex' columns in millimetres of an upright page; the label takes what is left.
_WIDTHS = {"unit": 26.0, "value": 20.0, "responsible": 26.0}
_WIDEST_UNIT = 36.0
_NOTE_WIDTHS = (20.0, 26.0, 32.0, 38.0, 44.0, 50.0)
_LEAST_FOR_LABEL = 55.0
#: How often the lines of the tallest row count.
_TALL = 4
#: A form of more columns than this lies across the page: upright its labels and notes would be a word wide.
_MOST_UPRIGHT = 5
#: Room for "Bộ phận một cửa / kiểm soát TTHC" on one line or two.
_RESPONSIBLE_ACROSS = 44.0
#: A list must bear a date, which a CSV file does not print.
_NO_DATE = datetime(1980, 1, 1)  # noqa: DTZ001 - never shown
_ALIGN = {"no": Align.CENTER, "unit": Align.CENTER, "value": Align.CENTER}


@dataclass(frozen=True, slots=True)
class ReportFile:
    """A report with all that its files print.

    `full_name` is how the annex names the agency ("Sở … tỉnh Sóc Trăng"; blank: the issuer), `period` as in
    "năm 2023". `figures` are those of a snapshot, or today's frozen for the occasion. `texts` come in the order of
    the outline with their heading's number and words ("1. Về kế hoạch"). `rules` give a figure's counting rule in
    words, by key.
    """

    issuer_parent: str
    issuer: str
    number: str
    symbol: str
    place: str
    issued: IssueDay
    title: str
    form: Form
    figures: tuple[FrozenFigure, ...]
    texts: tuple[FrozenText, ...]
    signature: Signature
    period: str = ""
    full_name: str = ""
    bases: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    rules: Mapping[str, str] = field(default_factory=dict)
    #: The ledger's head and the hash of what was submitted, in words; '' for a draft.
    traces: str = ""


def report_document(report: ReportFile) -> OfficialDocument:
    """The whole report: text, annex, explanations."""
    return OfficialDocument(
        issuer_parent=report.issuer_parent,
        issuer=report.issuer,
        number=report.number,
        symbol=report.symbol,
        place=report.place,
        issued=report.issued,
        kind=wording.KIND,
        subject=report.title,
        bases=report.bases,
        body=_ended([block for text in report.texts for block in _section(text)]),
        signature=report.signature,
        recipients=report.recipients,
        annexes=report_annexes(report),
    )


def report_annexes(report: ReportFile) -> tuple[Annex, ...]:
    """The form with its values, and the explanations where anything was computed."""
    issued = report.issued
    day = fixed.short_date(issued.day, issued.month, issued.year)
    agency = report.full_name or report.issuer
    fill = partial(
        wording.filled,
        number=report.number,
        symbol=report.symbol,
        issued_on=day,
        agency=agency,
        period=report.period,
    )
    reference = fixed.reference(wording.KIND, report.number, report.symbol, day, agency)
    form = report.form
    table = form_table(form, report.figures)
    annex = Annex(
        form.annex_label, fill(form.annex_title), fill(form.caption) or reference, (table,), lies_across(form)
    )
    explained = tuple(_explanations(report))
    if not explained:
        return (annex,)
    traces = (Paragraph(report.traces),) if report.traces else ()
    blocks = (Paragraph(wording.EXPLANATION_INTRO), *traces, *explained)
    return (annex, Annex(wording.EXPLANATION_LABEL, wording.EXPLANATION_TITLE, reference, blocks))


def _section(text: FrozenText) -> Iterator[Block]:
    """A heading as deep as its place in the outline ("1.2" is the second level), then its paragraphs."""
    if text.heading:
        yield Heading(text.place.strip(".").count(".") + 1, "", text.heading)
    for line in text.text.split("\n"):
        if line.strip():
            yield Paragraph(line.strip())


def _ended(blocks: list[Block]) -> tuple[Block, ...]:
    """The blocks with the sign that ends a document after their last words."""
    last = blocks[-1] if blocks else None
    if isinstance(last, Paragraph) and isinstance(last.text, str) and not last.text.endswith(fixed.END):
        blocks[-1] = replace(last, text=last.text.rstrip(".;: ") + fixed.END)
    return tuple(blocks)


def form_csv(form: Form, figures: Sequence[FrozenFigure]) -> bytes:
    """The annex' rows as text, each cell as it prints."""
    table = form_table(form, figures)
    columns = tuple(tables.Column(_head_words(column).replace("\n", " ")) for column in form.columns)
    rows = tuple(
        tuple(plain(slot.cell.text) if slot.is_start else "" for slot in line)
        for line in grid.slots(table.rows, len(table.columns))
    )
    return tables.csv_bytes(tables.TableExport(form.annex_title, (), columns, rows, _NO_DATE))


def form_table(form: Form, figures: Sequence[FrozenFigure]) -> Table:
    """The annex as the form prints it: headings bold, "trong đó" rows in italics beside the words themselves."""
    by_key = {figure.key: figure for figure in figures}
    widths = _widths(form, by_key)
    columns = tuple(
        Column(width, _ALIGN.get(column.key, Align.LEFT)) for column, width in zip(form.columns, widths, strict=True)
    )
    rows: list[Row] = []
    for group, members in groupby(form.rows, key=lambda row: (row.group_label, row.parent if row.group_label else "")):
        listed = tuple(members)
        for place, row in enumerate(listed):
            span = (len(listed) if place == 0 else 0) if group[0] and _can_merge(listed) else 1
            rows.append(_form_row(form, row, by_key.get(row.key), span))
    return Table(columns, _header(form.columns), tuple(rows), form.annex_title)


def _can_merge(rows: Sequence[FormRow]) -> bool:
    """Whether the number cells of a group are free for its words."""
    return not any(row.printed_no for row in rows)


def _form_row(form: Form, row: FormRow, figure: FrozenFigure | None, group_span: int) -> Row:
    """A row; `group_span` 1 is an ordinary one, more the first of a group, 0 one of its others."""
    is_grouped = bool(row.group_label)
    bare = Cell(is_bold=row.is_heading, is_italic=is_grouped)
    printed = figure.printed if figure else ""
    value = Decimal(figure.value) if figure and figure.value else None
    cells = {
        "label": replace(bare, text=row.label),
        "unit": Cell(row.unit_text),
        "value": Cell(printed, value=value),
        "responsible": Cell(row.responsible),
        "note": Cell(figure.note if figure else ""),
    }
    if group_span == 1:
        cells["no"] = replace(bare, text=row.printed_no or row.group_label)
    elif group_span:
        cells["no"] = Cell(row.group_label, is_italic=True, row_span=group_span)
    made = tuple(cells[column.key] for column in form.columns if column.key in cells)
    return Row(made, keeps_next=row.is_heading)


def _header(columns: Sequence[FormColumn]) -> tuple[Row, ...]:
    """One line, or two where some columns stand under a common head."""
    has_groups = any(column.group for column in columns)
    upper: list[Cell] = []
    lower: list[Cell] = []
    for group, members in groupby(columns, key=lambda column: column.group or column.key):
        listed = tuple(members)
        if not listed[0].group:
            upper.append(Cell(_head_words(listed[0]), is_bold=True, row_span=2 if has_groups else 1))
            continue
        upper.append(Cell(group, is_bold=True, column_span=len(listed)))
        lower += [Cell(_head_words(column), is_bold=True) for column in listed]
    return (Row(tuple(upper)), Row(tuple(lower))) if has_groups else (Row(tuple(upper)),)


def _head_words(column: FormColumn) -> str:
    return f"{column.label}\n{column.sublabel}" if column.sublabel else column.label


def lies_across(form: Form) -> bool:
    """Whether the annex is printed across (landscape)."""
    return len(form.columns) > _MOST_UPRIGHT


def _widths(form: Form, figures: Mapping[str, FrozenFigure]) -> list[float]:
    """Numbers and units on one line where that can be; label and note share the rest so that rows are fewest lines."""
    measure = fonts.measure(layout.TABLE_SIZE, fonts.BOLD)
    longest = max((measure(row.printed_no) for row in form.rows), default=0) / layout.MM
    unit = max((measure(line) for row in form.rows for line in row.unit_text.split("\n")), default=0) / layout.MM
    widths = {**_WIDTHS, "no": max(longest + 4, 14), "unit": min(max(unit + 4, _WIDTHS["unit"]), _WIDEST_UNIT)}
    if lies_across(form):
        widths["responsible"] = _RESPONSIBLE_ACROSS
    keys = [column.key for column in form.columns]
    whole = (layout.WIDTH_ACROSS if lies_across(form) else layout.WIDTH_UPRIGHT) / layout.MM
    rest = max(whole - sum(widths[key] for key in keys if key not in ("label", "note")), _LEAST_FOR_LABEL)
    if "note" in keys:
        notes = [(row.label, figures[row.key].note if row.key in figures else "") for row in form.rows]
        widths["note"] = min(_NOTE_WIDTHS, key=lambda note: _lines(notes, rest - note, note))
        rest -= widths["note"]
    return [rest if key == "label" else widths[key] for key in keys]


def _lines(rows: Sequence[tuple[str, str]], label: float, note: float) -> int:
    """How many lines the rows take with these widths, the tallest row counted several times: a note as narrow as a
    word reads badly, however few lines the page has."""
    measure = fonts.measure(layout.TABLE_SIZE)
    places = ((label - 3) * layout.MM, (note - 3) * layout.MM)
    heights = [
        max(wrapped_lines(text, width, measure) for text, width in zip(row, places, strict=True)) for row in rows
    ]
    return sum(heights) + _TALL * max(heights, default=0)


def _explanations(report: ReportFile) -> Iterator[Block]:
    """For each computed figure: what it prints, its rule, and the members it counted and did not."""
    for figure in report.figures:
        row = report.form.by_key.get(figure.key)
        if row is None or not figure.is_computed:
            continue
        yield Heading(2, row.printed_no, wording.figure_heading(row.label, figure.printed))
        yield Paragraph(" ".join(filter(None, (wording.measure_words(figure.rule), report.rules.get(figure.key, "")))))
        if figure.override_reason:
            yield Paragraph(wording.overridden(figure.computed, figure.override_reason))
        if figure.counted or figure.not_counted:
            yield _members(report, figure, row.label)


def _members(report: ReportFile, figure: FrozenFigure, name: str) -> Table:
    head = Row(tuple(Cell(words, is_bold=True) for words in wording.EXPLANATION_COLUMNS))
    rows: list[Row] = []
    for words, members in (
        (wording.counted_words(len(figure.counted)), figure.counted),
        (wording.not_counted_words(len(figure.not_counted)), figure.not_counted),
    ):
        if members:
            rows.append(Row((Cell(words, is_bold=True, is_italic=True, align=Align.LEFT, column_span=2),), True))
            rows += [
                Row((Cell(str(place), value=place), Cell(_member(report, member))))
                for place, member in enumerate(members, start=1)
            ]
    return Table((Column(12, Align.CENTER), Column(153)), (head,), tuple(rows), name)


def _member(report: ReportFile, member: Member) -> str:
    """What a member says; a row of the form says its own label and value."""
    key = member.id.removeprefix("row:")
    row = report.form.by_key.get(key)
    if row is None or member.text:
        return member.text or member.id
    printed = next((figure.printed for figure in report.figures if figure.key == key), "")
    return wording.figure_heading(f"{row.printed_no} {row.label}".strip(), printed)
