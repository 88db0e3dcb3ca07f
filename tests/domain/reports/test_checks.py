from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from cchc_tasks.domain.reports.cells import NOT_APPLICABLE, NOT_YET, parse_cell
from cchc_tasks.domain.reports.checks import by_row, check, may_submit, open_findings
from cchc_tasks.domain.reports.findings import SEVERITY, Checked, FindingKind, ReaderMatter, Statement
from cchc_tasks.domain.reports.forms import RelationKind, Severity, ValueType
from cchc_tasks.domain.reports.relations import holds, relations_of
from cchc_tasks.wording.reports import finding_sentence
from tests.domain.reports.real_reports import SLUGS, cells_of, form_of, notes_of, report_of, rows_of

Kind = FindingKind
WINDOWS = {
    "tuyen-quang-stttt-2021-q1": (date(2020, 12, 16), date(2021, 3, 15), "q1", "nhiệm vụ"),
    "quang-binh-sxd-2021-q1": (date(2020, 12, 15), date(2021, 3, 14), "q1", "nhiệm vụ"),
    "soc-trang-stttt-2023-nam": (date(2022, 12, 15), date(2023, 12, 14), "year", "phần việc"),
    "quang-ngai-skhcn-2021-6t": (date(2020, 12, 15), date(2021, 6, 14), "h1", "nhiệm vụ"),
}
TEXT_KINDS = {Kind.TEXT_DISAGREES, Kind.TEXT_OTHER_PERIOD, Kind.TEXT_NAMES_MORE, Kind.TEXT_SAYS_DONE}

#: What finds a flag of the transcription. A flag that stands in neither table fails the test.
FOUND_AS = {
    "misnumbered": {Kind.MISNUMBERED},
    "duplicate-heading": {Kind.DUPLICATE_HEADING},
    "suspect-value": {Kind.PERCENT_MAY_BE_COUNT, Kind.RELATION},
    "percent-sign-in-value": {Kind.PRINTED_OTHERWISE},
    "decimal-comma": {Kind.PRINTED_OTHERWISE},
    "leading-zero": {Kind.PRINTED_OTHERWISE},
    "thousands-separator": {Kind.PRINTED_OTHERWISE},
    "extra-text-in-value": {Kind.PRINTED_OTHERWISE},
    "fraction-in-value": {Kind.PRINTED_OTHERWISE},
    "text-in-value": {Kind.WORDS_FOR_NUMBER, Kind.VALUE_ON_HEADING},
    "total-missing": {Kind.TOTAL_MISSING, Kind.SHARE_WITHOUT_TOTAL, Kind.BLANK},
    "blank-but-implied": {Kind.BLANK_IMPLIED, Kind.ANSWER_IN_NOTE},
    "answer-in-note": {Kind.ANSWER_IN_NOTE},
    "unit-missing": {Kind.UNIT_MISSING},
    "unit-mismatch": {Kind.UNIT_MISMATCH},
    "zero-means-not-applicable": {Kind.ZERO_OR_NOT_APPLICABLE},
    "value-on-heading": {Kind.VALUE_ON_HEADING},
    "contradicts-narrative": TEXT_KINDS | {Kind.RELATION},
    "placeholder-note": {Kind.NOTE_IS_INSTRUCTION},
    "note-contradicts-value": {Kind.NOTE_SAYS_OPEN},
    "stale-note": {Kind.NOTE_OF_OTHER_YEAR},
}
JUDGED_BY_A_READER = {
    "typo-in-print": ReaderMatter.TYPING_ERROR,
    "row-split-by-page": ReaderMatter.ROW_SPLIT_BY_PAGE,
}
#: Kinds that may be found only where the transcription has the flag.
ONLY_WHERE_FLAGGED = {
    "misnumbered",
    "duplicate-heading",
    "unit-missing",
    "unit-mismatch",
    "zero-means-not-applicable",
    "value-on-heading",
    "answer-in-note",
    "placeholder-note",
    "note-contradicts-value",
    "stale-note",
}


def checked_of(slug):
    starts_on, ends_on, period_key, noun = WINDOWS[slug]
    facts = tuple(Statement(fact["indicator"], fact["quote"]) for fact in facts_of(slug))
    return Checked(
        form_of(slug),
        cells_of(slug),
        (starts_on, ends_on),
        period_key,
        notes_of(slug),
        statements=facts,
        plan_noun=noun,
    )


def facts_of(slug):
    return [fact for fact in report_of(slug)["facts"] if fact["indicator"]]


FINDINGS = {slug: check(checked_of(slug)) for slug in SLUGS}


@pytest.mark.parametrize("slug", SLUGS)
def test_every_relation_of_the_real_annex_holds_or_fails_as_transcribed(slug):
    form, cells = form_of(slug), cells_of(slug)
    relations = {(str(each.kind), each.left, each.right): each for each in relations_of(form)}
    inside_a_cell = 0
    for printed in report_of(slug)["form"]["checks"]:
        left = tuple(form.by_code[code].key for code in printed["left"])
        right = tuple(form.by_code[code].key for code in printed["right"])
        if not right and printed["kind"] != "range":
            inside_a_cell += 1
            assert printed["holds"] is True
            continue
        relation = relations[printed["kind"].replace("-", "_"), left, right]
        verdicts = [holds(relation, cells)]
        if relation.kind is RelationKind.SUM:
            # A total that is blank over filled parts is the other half of a sum: it has to be present.
            present = relations.get(("present", left, right))
            verdicts += [holds(present, cells)] if present else []
        found = False if False in verdicts else verdicts[0]
        assert found is printed["holds"], (printed["id"], printed["expr"])
    assert inside_a_cell == {"quang-binh-sxd-2021-q1": 5, "soc-trang-stttt-2023-nam": 1}.get(slug, 0)


@pytest.mark.parametrize("slug", SLUGS)
def test_every_failing_relation_is_found_and_none_that_holds_is_reported(slug):
    form, findings = form_of(slug), FINDINGS[slug]
    arithmetic = [f for f in findings if f.kind in (Kind.RELATION, Kind.TOTAL_MISSING, Kind.SHARE_WITHOUT_TOTAL)]
    found = {tuple(form.by_key[key].code for key in finding.keys) for finding in arithmetic}
    for printed in report_of(slug)["form"]["checks"]:
        if printed["holds"] is False:
            assert (*printed["left"], *printed["right"]) in found, printed["expr"]
        else:
            assert (*printed["left"], *printed["right"]) not in found, printed["expr"]
    assert not [f for f in findings if f.kind in (Kind.FRACTION_IN_CELL, Kind.PARTS_IN_CELL)]


def test_the_real_annexes_hold_94_relations_of_which_4_fail():
    checks = [each for slug in SLUGS for each in report_of(slug)["form"]["checks"]]

    assert Counter(each["holds"] for each in checks) == {True: 75, None: 15, False: 4}


@pytest.mark.parametrize("slug", SLUGS)
def test_every_sentence_that_contradicts_the_annex_is_found_and_none_that_agrees(slug):
    rows = by_row(FINDINGS[slug])
    for fact in facts_of(slug):
        hits = [
            finding
            for finding in rows.get(fact["indicator"], ())
            if finding.kind in TEXT_KINDS and fact["quote"] in finding.facts["quote"]
        ]
        if fact["agrees_with_form"] is not None:
            assert bool(hits) is (fact["agrees_with_form"] is False), (fact["indicator_code"], fact["quote"])


@pytest.mark.parametrize("slug", SLUGS)
def test_every_flagged_row_is_found_or_listed_as_a_reader_s_matter(slug):
    rows = by_row(FINDINGS[slug])
    for row in rows_of(slug):
        for flag in row["flags"]:
            if flag in JUDGED_BY_A_READER:
                continue
            kinds = {finding.kind for finding in rows.get(row["indicator"], ())}
            assert kinds & FOUND_AS[flag], (row["code"], flag, row["value_raw"])


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("flag", sorted(ONLY_WHERE_FLAGGED))
def test_what_only_some_rows_have_is_found_nowhere_else(slug, flag):
    found = {key for f in FINDINGS[slug] if f.kind in FOUND_AS[flag] for key in f.keys}
    flagged = {row["indicator"] for row in rows_of(slug) if flag in row["flags"]}

    assert found - flagged - {row["indicator"] for row in rows_of(slug) if "text-in-value" in row["flags"]} == set()


@pytest.mark.parametrize("slug", SLUGS)
def test_a_real_annex_could_be_submitted_as_printed_once_its_warnings_are_accepted(slug):
    findings = FINDINGS[slug]
    warnings = {finding.identity for finding in findings if finding.severity is Severity.WARNS}

    assert not may_submit(findings, ())
    assert may_submit(findings, warnings)


@pytest.mark.parametrize("slug", SLUGS)
def test_a_blank_row_is_told_once(slug):
    blanks = {Kind.BLANK, Kind.BLANK_IMPLIED, Kind.ANSWER_IN_NOTE, Kind.TOTAL_MISSING, Kind.SHARE_WITHOUT_TOTAL}
    told = [finding.keys[0] for finding in FINDINGS[slug] if finding.kind in blanks]
    cells, form = cells_of(slug), form_of(slug)
    blank = [row.key for row in form.value_rows if not cells[row.key].printed and row.value_type is not ValueType.TEXT]

    assert sorted(told) == sorted(blank)


def test_every_kind_has_a_severity():
    assert set(SEVERITY) == set(FindingKind)


SLUG = "tuyen-quang-stttt-2021-q1"


def changed(key, printed, *, slug=SLUG, **others):
    checked = checked_of(slug)
    row = checked.form.by_key[key]
    cell = parse_cell(printed, row.value_type, row.choices) if isinstance(printed, str) else printed
    return check(replace(checked, cells={**checked.cells, key: cell}, **others))


def kinds_at(findings, key):
    return {finding.kind for finding in by_row(findings).get(key, ())}


@pytest.mark.parametrize(
    ("key", "printed", "kind"),
    [
        ("steer.plan.tasks_done", "10", Kind.RELATION),
        ("steer.assigned_province.late", "2", Kind.RELATION),
        ("proc.stats.in_force", "45", Kind.RELATION),
        ("proc.results.ontime_dept", "101%", Kind.PERCENT_OUT_OF_RANGE),
        ("proc.results.ontime_dept", "99,6% (523/525)", None),
        ("proc.results.ontime_dept", "99,5% (523/525)", Kind.FRACTION_IN_CELL),
        ("proc.portal.integrated", "42 (cấp tỉnh 40, huyện 1)", Kind.PARTS_IN_CELL),
        ("proc.portal.integrated", "42 (cấp tỉnh 40, huyện 2)", None),
        ("steer.survey.mode", "7", Kind.NOT_AN_OPTION),
        ("steer.survey.mode", "Kết hợp", None),
        ("org.staff.assigned", "24,5", Kind.NOT_WHOLE),
        ("egov.docs.parallel_rate", "6", Kind.RELATION),
    ],
)
def test_arithmetic_that_cannot_be_right_stops_the_report(key, printed, kind):
    findings = changed(key, printed)

    stopping = {f.kind for f in by_row(findings).get(key, ()) if f.severity is Severity.STOPS}
    assert stopping == ({kind} if kind else set())
    accepted = {finding.identity for finding in findings}
    assert may_submit(findings, accepted) is (kind is None)


def test_not_applicable_is_an_answer_and_not_yet_is_none():
    key = "proc.results.ontime_district"

    assert Kind.NOT_YET in kinds_at(changed(key, NOT_YET), key)
    assert kinds_at(changed(key, NOT_APPLICABLE), key) == set()
    assert Kind.BLANK in kinds_at(changed(key, ""), key)


def test_a_form_that_is_not_in_force_at_the_cut_off_is_told():
    checked = checked_of(SLUG)
    later = replace(checked, window=(date(2025, 12, 15), date(2026, 3, 14)))

    assert not [f for slug in SLUGS for f in FINDINGS[slug] if f.kind is Kind.FORM_NOT_IN_FORCE]
    [found] = [f for f in check(later) if f.kind is Kind.FORM_NOT_IN_FORCE]
    assert (found.facts["valid_to"], found.severity) == ("2025-06-30", Severity.WARNS)
    assert finding_sentence(found, checked.form) == (
        "Biểu mẫu có hiệu lực từ 01/01/2021 đến 30/6/2025, số liệu của báo cáo chốt ngày 14/3/2026. "
        "Dùng phiên bản đang có hiệu lực."
    )


def test_the_identity_of_a_finding_survives_a_form_that_changes_line_ends():
    checked = checked_of(SLUG)
    note = "Theo Kế hoạch số ...\nđang chờ số liệu"
    first, second = (
        {f.identity for f in check(replace(checked, notes={"law.issued": text}))}
        for text in (note, note.replace("\n", "\r\n"))
    )

    assert first == second
    assert not [identity for identity in first if "\n" in identity or identity != identity.strip()]


def test_an_acceptance_holds_only_for_the_numbers_it_was_given_for():
    before = changed("org.staff.present", "30")
    warning = next(f for f in before if f.kind is Kind.RELATION and "org.staff.present" in f.keys)
    after = changed("org.staff.present", "31")

    assert warning not in open_findings(before, {warning.identity})
    assert any("org.staff.present" in f.keys for f in open_findings(after, {warning.identity}))


@pytest.mark.parametrize(
    ("key", "before", "now", "is_same_year", "kind"),
    [
        ("steer.plan.tasks_done", "8", "7", True, Kind.CUMULATIVE_FELL),
        ("steer.plan.tasks_done", "8", "7", False, None),
        ("steer.plan.tasks_done", "7", "7", True, None),
        ("proc.stats.in_force", "120", "44", True, Kind.MOVED_FAR),
        ("proc.stats.in_force", "50", "44", True, None),
        ("egov.docs.fully_e_rate", "60%", "95%", True, Kind.MOVED_FAR),
        ("egov.docs.fully_e_rate", "90%", "95%", True, None),
    ],
)
def test_a_value_is_held_against_the_last_period(key, before, now, is_same_year, kind):
    row = form_of(SLUG).by_key[key]
    previous = {key: parse_cell(before, row.value_type)}

    findings = changed(key, now, previous=previous, is_same_year=is_same_year)

    assert kinds_at(findings, key) & {Kind.CUMULATIVE_FELL, Kind.MOVED_FAR} == ({kind} if kind else set())


def test_the_third_quarter_starts_its_own_count_but_not_the_plan_s():
    previous = {
        "steer.plan.tasks_done": parse_cell("8", ValueType.COUNT),
        "civil.recruit.civil": parse_cell("5", ValueType.COUNT),
    }
    checked = replace(checked_of(SLUG), previous=previous, is_same_year=True, previous_starts_on=date(2020, 12, 1))

    fell = {finding.keys[0] for finding in check(checked) if finding.kind is Kind.CUMULATIVE_FELL}

    assert fell == {"steer.plan.tasks_done"}


def test_a_value_printed_otherwise_than_computed_is_told():
    key = "steer.plan.rate"
    slug = "soc-trang-stttt-2023-nam"
    computed = {key: parse_cell("87,23", ValueType.PERCENT)}

    findings = changed(key, "", slug=slug, computed=computed)

    assert {Kind.OVERRIDDEN, Kind.BLANK_IMPLIED} <= kinds_at(findings, key)
