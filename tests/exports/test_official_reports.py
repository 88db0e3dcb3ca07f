"""The real annexes out again: every label, unit and printed value in .docx, .xlsx and .pdf, and what stands behind."""

import csv
import io
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cchc_tasks.domain.reports.cells import parse_cell
from cchc_tasks.domain.reports.figures import Member
from cchc_tasks.domain.reports.frozen import FrozenFigure, FrozenText
from cchc_tasks.exports.official.model import IssueDay, Signature
from cchc_tasks.exports.official.pdf_file import pdf_bytes
from cchc_tasks.exports.official.word_file import docx_bytes
from cchc_tasks.exports.official.workbook_file import xlsx_bytes
from cchc_tasks.exports.reports import ReportFile, form_csv, report_document
from cchc_tasks.storage.report_forms import shipped_forms
from cchc_tasks.wording.core import format_number
from cchc_tasks.wording.report_files import EXPLANATION_INTRO, traces
from tests.support.official import printed_form, read_docx, read_pdf, read_xlsx, squeezed

REAL = {
    "tuyen-quang-stttt-2021-q1": ("tuyen-quang-so-nganh", 115),
    "quang-binh-sxd-2021-q1": ("quang-binh-so-nganh", 121),
    "soc-trang-stttt-2023-nam": ("soc-trang-so-nganh", 185),
    "quang-ngai-skhcn-2021-6t": ("quang-ngai-so-nganh", 121),
}


def form_of(code: str):
    return next(form for form in shipped_forms() if form.code == code)


def figure(row, printed: str, note: str = "", **changes) -> FrozenFigure:
    cell = parse_cell(printed, row.value_type, row.choices)
    value = "" if cell.value is None else f"{cell.value:f}"
    given = {"computed": "", "is_computed": False, "rule": "", "override_reason": "", "counted": (), "not_counted": ()}
    return FrozenFigure(key=row.key, printed=printed, value=value, note=note, **{**given, **changes})


def report_file(form, figures, **changes) -> ReportFile:
    given = {
        "issuer_parent": "UBND tỉnh Sóc Trăng",
        "issuer": "Sở Thông tin và Truyền thông",
        "full_name": "Sở Thông tin và Truyền thông tỉnh Sóc Trăng",
        "number": "319",
        "symbol": "BC-STTTT",
        "place": "Sóc Trăng",
        "issued": IssueDay(15, 12, 2023),
        "title": "Tình hình, kết quả thực hiện cải cách hành chính năm 2023",
        "period": "năm 2023",
        "texts": (FrozenText("1", "1. Về kế hoạch", "Sở đã thực hiện 41/47 phần việc, đạt tỷ lệ 87,23%."),),
        "signature": Signature("Giám đốc", "Nguyễn Hữu Hạnh"),
        "recipients": ("Sở Nội vụ (để tổng hợp)", "Lưu: VT"),
    }
    return ReportFile(**{**given, "form": form, "figures": tuple(figures), **changes})


def real_report(slug: str):
    """The document of a real report's annex, and its printed rows."""
    printed = printed_form(slug)["rows"]
    form = form_of(REAL[slug][0])
    figures = [
        figure(row, cell["value_raw"], cell["note"]) for row, cell in zip(form.rows, printed, strict=True)
    ]  # fmt: skip
    return report_document(report_file(form, figures)), [
        (squeezed(row["label"]), squeezed(row["unit"]), squeezed(row["value_raw"]), squeezed(row["note"]))
        for row in printed
    ]


def value_columns(form) -> tuple[int, int, int, int]:
    keys = [column.key for column in form.columns]
    return keys.index("label"), keys.index("unit"), keys.index("value"), keys.index("note")


@pytest.mark.parametrize("slug", REAL)
def test_a_real_annex_in_word_reads_back_as_printed(slug):
    document, printed = real_report(slug)
    columns = value_columns(form_of(REAL[slug][0]))

    rows = read_docx(docx_bytes(document)).tables[0][2:]

    assert len(rows) == REAL[slug][1]
    assert [tuple(row[column] for column in columns) for row in rows] == printed


@pytest.mark.parametrize("slug", REAL)
def test_a_real_annex_in_pdf_reads_back_as_printed(slug):
    document, printed = real_report(slug)
    columns = value_columns(form_of(REAL[slug][0]))

    _texts, pages = read_pdf(pdf_bytes(document))

    rows = [row for page in pages if page for row in page[2:]]
    assert len(rows) == REAL[slug][1]
    # A word wider than its column is broken inside, so blanks are not compared.
    found = [tuple(row[column].replace(" ", "") for column in columns) for row in rows]
    assert found == [tuple(text.replace(" ", "") for text in row) for row in printed]


@pytest.mark.parametrize("slug", REAL)
def test_a_real_annex_in_a_workbook_reads_back_with_its_numbers(slug):
    document, printed = real_report(slug)
    label, unit, value, note = value_columns(form_of(REAL[slug][0]))
    sheet, rows = read_xlsx(xlsx_bytes(document.annexes, document.subject))
    first = int(sheet.freeze_panes[1:]) - 1

    body = rows[first:]

    assert len(body) == REAL[slug][1]
    assert [(squeezed(row[label]), squeezed(row[unit]), squeezed(row[note])) for row in body] == [
        (row[0], row[1], row[3]) for row in printed
    ]
    for number, row in enumerate(body):
        shown, held = printed[number][2], row[value]
        if held is None or isinstance(held, str):
            assert squeezed(held) == shown
        else:
            bare = shown.split()[0]
            expected = Decimal(bare.rstrip("%").replace(".", "").replace(",", "."))
            assert held == pytest.approx(float(expected / 100 if bare.endswith("%") else expected))


def test_numbers_of_the_real_annexes_are_held_as_numbers():
    held = {}
    for slug in REAL:
        document, printed = real_report(slug)
        _sheet, rows = read_xlsx(xlsx_bytes(document.annexes, document.subject))
        value = value_columns(form_of(REAL[slug][0]))[2]
        texts = [row[value] for row in rows[-len(printed) :] if isinstance(row[value], str)]
        held[slug] = [text for text in texts if text[:1].isdigit() and "/" not in text]

    assert held == {slug: [] for slug in REAL}


def test_the_places_in_a_forms_words_are_filled():
    document, _printed = real_report("soc-trang-stttt-2023-nam")
    annex = document.annexes[0]

    assert annex.title.upper() == (
        "THỐNG KÊ SỐ LIỆU BÁO CÁO CẢI CÁCH HÀNH CHÍNH NĂM 2023 "
        "CỦA SỞ THÔNG TIN VÀ TRUYỀN THÔNG TỈNH SÓC TRĂNG"
    )  # fmt: skip
    assert annex.reference == (
        "(Kèm theo Báo cáo số: 319/BC-STTTT ngày 15/12/2023 của Sở Thông tin và Truyền thông tỉnh Sóc Trăng)"
    )


def test_rows_of_a_group_stand_beside_its_words():
    document, _printed = real_report("tuyen-quang-stttt-2021-q1")

    rows = read_docx(docx_bytes(document)).tables[0]

    first = next(number for number, row in enumerate(rows) if row[1] == "Số TTHC cấp tỉnh:")
    assert [row[0] for row in rows[first - 1 : first + 3]] == ["3.1.3.", "Trong đó", "", ""]


def test_each_computed_figure_is_explained_with_what_it_counted():
    form = form_of("tuyen-quang-so-nganh")
    done, total = form.by_key["steer.plan.tasks_done"], form.by_key["steer.plan.tasks_set"]
    counted = tuple(Member(f"task:{n}", f"Nhiệm vụ {n} – Quyết định số {n}/QĐ-STTTT") for n in range(1, 8))
    left = (Member("task:8", "Nhiệm vụ 8 – quá hạn"), Member("task:9", "Nhiệm vụ 9 – chưa đến hạn"))
    figures = [
        figure(total, "9", computed="9", is_computed=True, rule="total", counted=counted + left),
        figure(done, "", computed="7", is_computed=True, rule="done", counted=counted, not_counted=left,
               override_reason="chờ thống nhất số liệu"),
        figure(form.by_key["steer.docs_issued"], "3"),
    ]  # fmt: skip
    document = report_document(
        report_file(form, figures, rules={done.key: "Mỗi số in trong kế hoạch là một nhiệm vụ."})
    )

    read = read_docx(docx_bytes(document))

    assert "1.1.2. Số nhiệm vụ đã hoàn thành: để trống" in read.lines
    assert "Số đã hoàn thành. Mỗi số in trong kế hoạch là một nhiệm vụ." in read.lines
    assert "Giá trị tính được là 7; đơn vị in khác vì: chờ thống nhất số liệu" in read.lines
    assert len(read.tables) == 3
    explained = read.tables[2]
    assert explained[1] == ["Đã tính (7)"]
    assert explained[2] == ["1", "Nhiệm vụ 1 – Quyết định số 1/QĐ-STTTT"]
    assert explained[9:] == [["Không tính (2)"], ["1", "Nhiệm vụ 8 – quá hạn"], ["2", "Nhiệm vụ 9 – chưa đến hạn"]]


def test_explanations_begin_with_what_the_ledger_is_held_against_and_sums_name_values():
    form = form_of("tuyen-quang-so-nganh")
    total = form.by_code["3.1.3"]
    parts = [figure(form.by_key[key], "20") for key in total.sum_of]
    members = tuple(Member(f"row:{each.key}") for each in parts)
    counted = figure(total, "60", computed="60", is_computed=True, rule="sum", counted=members)
    said = traces(287, "4d78d491" * 8, "c245afb2" * 8)

    read = read_docx(docx_bytes(report_document(report_file(form, [counted, *parts], traces=said))))

    assert read.lines[read.lines.index(EXPLANATION_INTRO) + 1] == said
    assert "dòng 287" in said and "4d78d491 4d78d491" in said
    named = [form.by_key[key].label.rstrip(" :") for key in total.sum_of]
    assert [row[1] for row in read.tables[1][2:]] == [f"{name}: 20" for name in named]


def test_a_form_of_six_columns_lies_across_so_that_its_notes_can_be_read():
    across = {code: real_report(slug)[0].annexes[0].is_landscape for slug, (code, _rows) in REAL.items()}

    assert [code for code, is_landscape in across.items() if is_landscape] == ["quang-ngai-so-nganh"]


def test_a_report_without_computed_figures_has_no_explanations():
    document, _printed = real_report("quang-binh-sxd-2021-q1")

    assert len(document.annexes) == 1


def test_headings_are_as_deep_as_their_place_in_the_outline():
    texts = (
        FrozenText("1", "I. CHỈ ĐẠO", ""),
        FrozenText("1.2", "2. Kế hoạch", "Một.\nHai."),
        FrozenText("", "", "Ba."),
    )
    document = report_document(report_file(form_of("quang-binh-so-nganh"), (), texts=texts))

    assert [getattr(block, "level", None) for block in document.body] == [1, 2, None, None, None]
    assert [block.text for block in document.body] == ["I. CHỈ ĐẠO", "2. Kế hoạch", "Một.", "Hai.", "Ba./."]


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.one_of(st.none(), st.integers(0, 2_000_000)), min_size=121, max_size=121))
def test_all_files_of_a_report_print_the_same_numbers(values):
    form = form_of("quang-binh-so-nganh")
    printed = [format_number(value) for value in values]
    figures = [figure(row, text) for row, text in zip(form.rows, printed, strict=True)]
    document = report_document(report_file(form, figures))
    place = value_columns(form)[2]

    word = [row[place] for row in read_docx(docx_bytes(document)).tables[0][2:]]
    pdf = [row[place] for page in read_pdf(pdf_bytes(document))[1] for row in page[2:]]
    book = [row[place] for row in read_xlsx(xlsx_bytes(document.annexes, ""))[1][-121:]]

    csv_rows = list(csv.reader(io.StringIO(form_csv(form, figures).decode("utf-8-sig"))))[1:]

    assert word == pdf == printed == [row[place] for row in csv_rows]
    assert [format_number(value) if isinstance(value, int | float) else value or "" for value in book] == printed
