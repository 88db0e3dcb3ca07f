"""The four real reports, from a year of transitions to the annex as it was printed, every row of it."""

import pytest

from cchc_tasks.exports.report_sheets import FORMATS
from cchc_tasks.services.report_figures import figures_of
from cchc_tasks.services.report_sheets import sheet_of
from cchc_tasks.wording.report_members import member_words
from tests.domain.reports.real_reports import ROWS, form_of, rows_of
from tests.support.official import displayed, read_docx, read_xlsx, squeezed
from tests.support.real_years import QUANG_NGAI, REAL_YEARS, SOC_TRANG, TUYEN_QUANG, Told

#: Rows that transitions and registers give in each report; typing into them is refused.
TRACKED = {
    "tuyen-quang-stttt-2021-q1": {
        "steer.plan.tasks_set",
        "steer.plan.tasks_done",
        "steer.docs_issued",
        "steer.inspect.units_under",
        "steer.assigned_province.total",
        "steer.assigned_province.on_time",
        "steer.assigned_province.late",
    },
    "quang-binh-sxd-2021-q1": {"steer.plan.tasks_set", "steer.plan.tasks_done", "steer.docs_issued"},
    "soc-trang-stttt-2023-nam": {
        "steer.plan.rate",
        "steer.plan.tasks_set",
        "steer.plan.tasks_done",
        "steer.docs_issued",
        "steer.inspect.divisions",
        "steer.inspect.units_under",
        "steer.comms.plan_rate",
        "steer.comms.articles_portal",
        "steer.comms.articles_own",
        "steer.assigned_province.total",
        "steer.assigned_province.on_time",
        "steer.assigned_province.late",
        "law.issued",
    },
    "quang-ngai-skhcn-2021-6t": {
        "steer.plan.tasks_set",
        "steer.plan.tasks_done",
        "steer.docs_issued",
        "steer.assigned_government.total",
        "steer.assigned_government.on_time",
        "steer.assigned_government.late",
    },
}


@pytest.fixture(params=REAL_YEARS, ids=lambda story: story.slug)
def story(request):
    return request.param


def told_year(session, story):
    told = Told(session, story)
    report = told.live()
    by = {"actor": told.office, "now": told.now, "describe": member_words}
    return figures_of(session, report.id, **by), sheet_of(session, report.id, **by)


def test_a_year_of_transitions_gives_the_printed_annex_in_every_format(session, story):
    told, sheet = told_year(session, story)
    real = rows_of(story.slug)

    assert len(real) == ROWS[story.slug] == len(sheet.figures)
    printed = {figure.key: figure.printed for figure in sheet.figures}
    assert {row["code"]: printed[row["indicator"]] for row in real} == {row["code"]: row["value_raw"] for row in real}
    computed = {key for key, figure in told.figures.items() if figure.is_computed and figure.measure.value not in SUMS}
    assert TRACKED[story.slug] <= computed | {"steer.plan.rate"}
    columns = [column.key for column in form_of(story.slug).columns]
    book, _values = read_xlsx(FORMATS["xlsx"](sheet))
    found = [[displayed(cell) for cell in row] for row in book.iter_rows()]
    assert cells_of(found, columns, real) == expected(real)
    table = max(
        read_docx(FORMATS["docx"](sheet)).tables, key=lambda rows: sum(len(row) == len(columns) for row in rows)
    )
    assert cells_of(table, columns, real) == expected(real)


SUMS = {"sum", "ratio"}


def expected(real):
    return [(squeezed(row["label"]), squeezed(row["unit"]), row["value_raw"], squeezed(row["note"])) for row in real]


def cells_of(rows, columns, real):
    """Label, unit, printed value and note of the annex' rows, found from the first label on."""
    texts = [[squeezed(cell) for cell in row] for row in rows]
    label = columns.index("label")
    start = next(
        place for place, row in enumerate(texts) if len(row) > label and row[label] == squeezed(real[0]["label"])
    )
    picked = [columns.index(name) for name in ("label", "unit", "value", "note")]
    return [tuple(row[place] for place in picked) for row in texts[start : start + len(real)]]


def test_soc_trang_has_41_of_47_parts_with_both_lists(session):
    told, _sheet = told_year(session, SOC_TRANG)

    done = told.figures["steer.plan.tasks_done"]
    assert (len(done.counted), len(done.not_counted)) == (41, 6)
    assert told.figures["steer.plan.rate"].computed.printed == "87,23"
    assert all(member.text for member in (*done.counted, *done.not_counted))


def test_tuyen_quang_has_7_of_9(session):
    told, _sheet = told_year(session, TUYEN_QUANG)

    assert len(told.figures["steer.plan.tasks_set"].counted) == 9
    assert len(told.figures["steer.plan.tasks_done"].counted) == 7


def test_each_value_printed_otherwise_is_named_with_its_reason(session):
    told, _sheet = told_year(session, QUANG_NGAI)

    overridden = {key for key, figure in told.figures.items() if figure.is_overridden}
    assert overridden >= set(QUANG_NGAI.otherwise)
    assert all(told.figures[key].override_reason for key in overridden)
