"""The letter to a unit with late work, and the plan as amended in one text."""

import io
from datetime import date

import docx
import pytest
from docx.oxml.ns import qn

from cchc_tasks.exports.consolidated import (
    AmendedBy,
    ConsolidatedPlan,
    PlanArea,
    PlanRow,
    RowMark,
    Words,
    consolidated_plan,
)
from cchc_tasks.exports.official.model import Annex, IssueDay, Signature
from cchc_tasks.exports.official.pdf_file import pdf_bytes
from cchc_tasks.exports.official.word_file import docx_bytes
from cchc_tasks.exports.official.workbook_file import xlsx_bytes
from tests.support.official import LONG_TITLE, letter, read_docx, read_pdf, read_xlsx


def test_a_letter_lists_all_late_work_with_its_days():
    read = read_docx(docx_bytes(letter()))

    assert read.tables[0][0] == [
        "STT", "Nhiệm vụ", "Sản phẩm", "Thời hạn", "Quá hạn (ngày)", "Tình hình cập nhật gần nhất",
    ]  # fmt: skip
    assert read.tables[0][1:] == [
        ["1", "2.3 Rà soát văn bản quy phạm pháp luật", "Báo cáo", "28/02/2021", "14", "Đang thực hiện"],
        ["2", f"6.1 {LONG_TITLE}", "Tờ trình; Quyết định", "28/4/2018", "1.050", "Chưa có cập nhật"],
        ["3", "7.2 Tuyên truyền cải cách hành chính", "Tin, bài", "05/3/2021", "9", "Đã trả lại 10/3/2021"],
    ]


def test_a_letter_says_what_is_asked_and_by_when():
    lines = read_docx(docx_bytes(letter())).lines

    assert lines[5].endswith(
        "tính đến hết ngày 14/3/2021, Phòng Công nghệ thông tin còn 03 phần việc quá hạn chưa hoàn thành, "
        "cụ thể như sau:"
    )
    assert any("gửi Văn phòng Sở trước ngày 20/3/2021 để tổng hợp" in line for line in lines)
    assert "Đề nghị Phòng Công nghệ thông tin quan tâm, thực hiện./." in lines
    assert lines[-1].startswith("TL. GIÁM ĐỐC")


def test_a_long_list_goes_to_an_annex_across():
    document = letter(20)

    read = read_docx(docx_bytes(document))

    assert document.annexes[0].is_landscape
    assert "(Kèm theo Công văn số 12/STTTT-VP ngày 15/3/2021 của Sở Thông tin và Truyền thông)" in read.lines
    assert any("còn 20 phần việc" in line and "Phụ lục kèm theo" in line for line in read.lines)
    assert len(read.tables[0]) == 21


def test_a_letter_without_number_and_day_leaves_room():
    document = letter()
    texts, _rows = read_pdf(pdf_bytes(document))

    assert "Số: 12/STTTT-VP Tuyên Quang, ngày 15 tháng 3 năm 2021" in texts[0]


def words(now: str, before: str | None = None, *notes: int) -> Words:
    return Words(now, before, notes)


def row(number: str, task: str, mark: RowMark = RowMark.KEPT, notes: tuple[int, ...] = (), **changes: Words) -> PlanRow:
    cells = {"products": words("Báo cáo"), "assignment": words("Thanh tra"), "time": words("Quý II"), "note": words("")}
    return PlanRow(number=words(number), task=words(task), mark=mark, notes=notes, **{**cells, **changes})


def plan(**changes) -> ConsolidatedPlan:
    rows = (
        row("1.1", "Giữ nguyên"),
        row("1.2", "Kiểm tra", RowMark.CHANGED, time=words("Quý III", "Quý II", 1, 2)),
        row("1.3", "Hội thi", RowMark.WITHDRAWN, (2,)),
        row("1.4", "Rà soát", RowMark.ADDED, (1,)),
    )
    given = {
        "issuer_parent": "UBND tỉnh Tuyên Quang",
        "issuer": "Sở Thông tin và Truyền thông",
        "number": "",
        "symbol": "KH-STTTT",
        "place": "Tuyên Quang",
        "issued": IssueDay(None, 8, 2021),
        "title": "Cải cách hành chính năm 2021",
        "original": "Kế hoạch số 163/KH-STTTT ngày 31/12/2020",
        "as_of": date(2021, 8, 1),
        "areas": (PlanArea("1", "Chỉ đạo, điều hành", rows),),
        "amendments": (
            AmendedBy(1, "Kế hoạch số 45/KH-STTTT ngày 10/5/2021", date(2021, 5, 10), "bổ sung nhiệm vụ 1.4."),
            AmendedBy(2, "Công văn số 512/STTTT-VP ngày 05/7/2021", date(2021, 7, 5)),
        ),
        "signature": Signature("Giám đốc"),
    }
    return ConsolidatedPlan(**{**given, **changes})


def runs_of(document, table_row: int, cell: int) -> list[tuple[str, str]]:
    """The runs of a cell with what marks them: s struck, u underlined, r raised."""
    table = docx.Document(io.BytesIO(docx_bytes(document))).tables[-1]
    found = []
    for run in table._tbl.tr_lst[table_row].tc_lst[cell].iter(qn("w:r")):
        looks = run.find(qn("w:rPr"))
        marks = "".join(
            sign
            for sign, tag in (("s", "w:strike"), ("u", "w:u"), ("r", "w:vertAlign"))
            if looks.find(qn(tag)) is not None
        )
        found.append(("".join(text.text for text in run.findall(qn("w:t"))), marks))
    return found


@pytest.mark.parametrize(
    ("table_row", "cell", "expected"),
    [
        (2, 1, [("Giữ nguyên", "")]),
        (3, 4, [("Quý II", "s"), ("", ""), ("Quý III", "u"), ("[1]", "r"), ("[2]", "r")]),
        (3, 1, [("Kiểm tra", "")]),
        (4, 0, [("1.3", "s")]),
        (4, 1, [("Hội thi", "s"), ("[2]", "r")]),
        (5, 1, [("Rà soát", "u"), ("[1]", "r")]),
    ],
)
def test_changes_are_marked_where_they_were_made(table_row, cell, expected):
    assert runs_of(consolidated_plan(plan()), table_row, cell) == expected


def test_a_consolidated_plan_says_what_it_is_made_of():
    lines = read_docx(docx_bytes(consolidated_plan(plan()))).lines

    assert "Cải cách hành chính năm 2021 (Bản hợp nhất, tính đến ngày 01/8/2021)" in lines
    assert any(line.startswith("Bản hợp nhất này được lập từ Kế hoạch số 163/KH-STTTT") for line in lines)
    assert lines[-3:] == [
        "Văn bản sửa đổi, bổ sung:",
        "- [1] Kế hoạch số 45/KH-STTTT ngày 10/5/2021, có hiệu lực từ ngày 10/5/2021: bổ sung nhiệm vụ 1.4.",
        "- [2] Công văn số 512/STTTT-VP ngày 05/7/2021, có hiệu lực từ ngày 05/7/2021.",
    ]


def test_a_plan_never_amended_says_so():
    lines = read_docx(docx_bytes(consolidated_plan(plan(amendments=())))).lines

    assert lines[-1] == "Kế hoạch chưa được sửa đổi, bổ sung."


def test_a_consolidated_plan_is_the_same_in_every_file():
    document = consolidated_plan(plan())
    annex: Annex = document.annexes[0]

    word = read_docx(docx_bytes(document)).tables[0]
    _texts, pages = read_pdf(pdf_bytes(document))
    _sheet, rows = read_xlsx(xlsx_bytes(document.annexes, annex.title))

    assert word[2:] == [
        ["1.1", "Giữ nguyên", "Báo cáo", "Thanh tra", "Quý II", ""],
        ["1.2", "Kiểm tra", "Báo cáo", "Thanh tra", "Quý II Quý III[1][2]", ""],
        ["1.3", "Hội thi[2]", "Báo cáo", "Thanh tra", "Quý II", ""],
        ["1.4", "Rà soát[1]", "Báo cáo", "Thanh tra", "Quý II", ""],
    ]
    book = [[" ".join((cell or "").split()) for cell in each[:6]] for each in rows if each[0] and each[2] == "Báo cáo"]
    assert book == word[2:]
    assert [each[0] for each in pages[1][2:]] == ["1.1", "1.2", "1.3", "1.4"]
