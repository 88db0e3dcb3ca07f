"""The checks of a report before it is submitted: one list of findings, and whether it may go."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from cchc_tasks.domain.reports.cell_checks import check_cells, check_form, check_notes, found, relation_findings
from cchc_tasks.domain.reports.findings import Checked, Finding, FindingKind, ReaderMatter
from cchc_tasks.domain.reports.forms import FormRow, Severity, Source, ValueType
from cchc_tasks.domain.reports.statements import check_statements, check_typed_numbers
from cchc_tasks.domain.reports.texts import stale_numbers

#: What is left to the eyes of a reader, shown beside the findings.
READER_MATTERS: tuple[ReaderMatter, ...] = tuple(ReaderMatter)

#: How far a number may move between two reports before somebody is asked. A standing number (staff, procedures in
#: force) by half and at least 10; one that runs from the start of the year tenfold and by at least 50; a
#: percentage by 30 points.
STANDING_FACTOR, STANDING_STEP = 2, 10
RUNNING_FACTOR, RUNNING_STEP = 10, 50
PERCENT_STEP = 30


def check(checked: Checked) -> tuple[Finding, ...]:
    """Everything found: what stops first, then what warns, then what only tells; each group in the form's order."""
    findings = [
        *relation_findings(checked),
        *check_cells(checked),
        *check_notes(checked),
        *check_statements(checked),
        *check_typed_numbers(checked),
        *_against_last_period(checked),
        *_moved_numbers(checked),
        *_validity(checked),
        *check_form(checked.form, checked.plan_noun),
    ]
    order = {row.key: place for place, row in enumerate(checked.form.rows)}
    weights = {severity: weight for weight, severity in enumerate(Severity)}
    unique = {finding.identity: finding for finding in _without_repeats(findings)}
    return tuple(sorted(unique.values(), key=lambda each: (weights[each.severity], order.get(each.keys[0], -1))))


#: Findings that a blank row is told by, the most telling first; of these a row gets one.
_OF_BLANKS = (
    FindingKind.TOTAL_MISSING,
    FindingKind.SHARE_WITHOUT_TOTAL,
    FindingKind.BLANK_IMPLIED,
    FindingKind.ANSWER_IN_NOTE,
    FindingKind.BLANK,
)


def _without_repeats(findings: Sequence[Finding]) -> Iterator[Finding]:
    told: dict[str, FindingKind] = {}
    for kind in _OF_BLANKS:
        for finding in findings:
            if finding.kind is kind:
                told.setdefault(finding.keys[0], kind)
    seen: set[str] = set()
    for finding in findings:
        key = finding.keys[0]
        if finding.kind in _OF_BLANKS:
            if told[key] is not finding.kind or key in seen:
                continue
            seen.add(key)
        yield finding


def may_submit(findings: Sequence[Finding], accepted: Collection[str]) -> bool:
    """Whether nothing stops the report and every warning was accepted; `accepted` holds identities of findings."""
    return not open_findings(findings, accepted)


def open_findings(findings: Sequence[Finding], accepted: Collection[str]) -> tuple[Finding, ...]:
    """What still stands in the way: what stops (no acceptance helps), and warnings nobody has accepted."""
    return tuple(
        finding
        for finding in findings
        if finding.severity is Severity.STOPS
        or (finding.severity is Severity.WARNS and finding.identity not in accepted)
    )


def by_row(findings: Sequence[Finding]) -> Mapping[str, tuple[Finding, ...]]:
    """The findings of each row named, for marks beside the cells."""
    rows: dict[str, tuple[Finding, ...]] = {}
    for finding in findings:
        for key in finding.keys:
            rows[key] = (*rows.get(key, ()), finding)
    return rows


def _against_last_period(checked: Checked) -> Iterator[Finding]:
    if checked.previous is None:
        return
    for row in checked.form.value_rows:
        before = checked.previous.get(row.key)
        now = checked.cell(row.key)
        if before is None or before.value is None or now.value is None:
            continue
        facts = {"previous": before.printed, "printed": now.printed}
        runs_on = _runs_on(checked, row)
        if row.is_cumulative and runs_on and now.value < before.value:
            yield found(FindingKind.CUMULATIVE_FELL, row.key, **facts)
        elif _moved_far(row, int(before.value), int(now.value), runs_on):
            yield found(FindingKind.MOVED_FAR, row.key, **facts)


def _runs_on(checked: Checked, row: FormRow) -> bool:
    """Whether a running count of the last report is a part of this one's."""
    same_start = checked.previous_starts_on in (None, checked.window[0])
    return checked.is_same_year and (same_start or row.source is Source.TRACKED)


def _moved_far(row: FormRow, before: int, now: int, runs_on: bool) -> bool:
    low, high = sorted((before, now))
    if row.value_type is ValueType.PERCENT:
        return high - low >= PERCENT_STEP
    if row.value_type is not ValueType.COUNT:
        return False
    if row.is_cumulative:
        # What starts again at nothing may be anything, so only growth can be beyond reason.
        return runs_on and high - low >= RUNNING_STEP and high >= RUNNING_FACTOR * low
    return high - low >= STANDING_STEP and high >= STANDING_FACTOR * low


def _validity(checked: Checked) -> Iterator[Finding]:
    """A form used for data that end outside its validity; told at its first row."""
    form, cut_off = checked.form, checked.window[1]
    if not form.is_valid_on(cut_off):
        until = form.valid_to.isoformat() if form.valid_to else ""
        facts = {"valid_from": form.valid_from.isoformat(), "valid_to": until, "cut_off": cut_off.isoformat()}
        yield found(FindingKind.FORM_NOT_IN_FORCE, form.rows[0].key, **facts)


def _moved_numbers(checked: Checked) -> Iterator[Finding]:
    for text in checked.texts:
        for stale in stale_numbers(text, checked.form, checked.figures):
            yield found(FindingKind.NUMBER_MOVED, stale.key, quote=stale.sentence, then=stale.then, now=stale.now)
