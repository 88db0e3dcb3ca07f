"""A form that an office brings as an Excel table of 40 rows, filled and printed without touching code."""

import io
from datetime import date

import openpyxl
import pytest

from cchc_tasks.domain.reports.cells import parse_cell
from cchc_tasks.domain.reports.checks import check
from cchc_tasks.domain.reports.figures import Inputs, compute
from cchc_tasks.domain.reports.findings import Checked
from cchc_tasks.domain.reports.form_tables import form_from_table
from cchc_tasks.domain.reports.forms import Severity
from cchc_tasks.domain.reports.frozen import freeze_figure
from cchc_tasks.exports.official.word_file import docx_bytes
from cchc_tasks.exports.official.workbook_file import xlsx_bytes
from cchc_tasks.exports.reports import report_document
from cchc_tasks.readers import read_document
from tests.domain.reports.plans import CUT_OFF, plan_of
from tests.domain.reports.test_form_tables import FULL_HEAD, HEAD, forty_rows
from tests.exports.test_official_reports import report_file
from tests.support.official import read_docx, read_xlsx, squeezed

WINDOW = (date(2022, 12, 15), CUT_OFF)


def brought_form():
    rows = forty_rows()
    # Two rows of the office's own form are known indicators: they are computed like those of any other form.
    rows[4] = ("1.2.", "Hồ sơ đã giải quyết", "Hồ sơ", "", "steer.plan.tasks_done", "1.1", "Không quá", "")
    rows[1] = ("1.1.", "Tổng số hồ sơ", "Hồ sơ", "", "steer.plan.tasks_set", "", "", "")
    book = openpyxl.Workbook()
    for row in [("BIỂU SỐ LIỆU CỦA SỞ",), FULL_HEAD, *rows]:
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)
    return form_from_table(read_document(data.getvalue(), "bieu.xlsx").tables[0], HEAD)


@pytest.fixture(scope="module")
def filled():
    form = brought_form()
    entered = {}
    for row in form.value_rows:
        text = {"count": "1.050", "percent": "99,62% (523/525)", "flag": "Có", "text": "Không có"}[row.value_type]
        entered[row.key] = parse_cell(text, row.value_type, row.choices)
    figures = compute(form, Inputs(WINDOW, entered=entered, tallies={"cchc": [plan_of(41, 47)]}))
    return form, figures


def test_its_totals_its_rates_and_its_known_indicators_are_computed(filled):
    form, figures = filled

    printed = {code: figures[form.by_code[code].key].cell.printed for code in ("1.1", "1.2", "1.3", "2.1", "2.3")}

    assert len(form.rows) == 40
    assert printed == {"1.1": "47", "1.2": "41", "1.3": "87,23", "2.1": "2.100", "2.3": "50"}


def test_it_is_checked_by_its_own_relations(filled):
    form, figures = filled
    cells = {key: figure.cell for key, figure in figures.items()}
    wrong = {**cells, form.by_code["2.2"].key: parse_cell("2.101", form.by_code["2.2"].value_type)}

    def stopping(values):
        found = check(Checked(form, values, WINDOW, "year"))
        return [tuple(form.by_key[key].code for key in each.keys) for each in found if each.severity is Severity.STOPS]

    assert stopping(cells) == []
    assert stopping(wrong) == [("2.2", "2.1"), ("2.3", "2.2", "2.1")]


def test_it_prints_every_row_in_word_and_excel(filled):
    form, figures = filled
    document = report_document(report_file(form, [freeze_figure(figure) for figure in figures.values()]))
    wanted = [
        (squeezed(row.label), squeezed(row.unit_text), squeezed(figures[row.key].cell.printed)) for row in form.rows
    ]

    word = read_docx(docx_bytes(document)).tables[0][2:]
    sheet, rows = read_xlsx(xlsx_bytes(document.annexes, document.subject))

    assert [tuple(row[1:4]) for row in word] == wanted
    body = rows[int(sheet.freeze_panes[1:]) - 1 :]
    assert [(squeezed(row[1]), squeezed(row[2])) for row in body] == [(label, unit) for label, unit, _value in wanted]
