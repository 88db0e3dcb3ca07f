"""Official documents for tests: a report with a real annex, and readers that give back what a file shows."""

import io
import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import docx
import openpyxl
import pdfplumber
from docx.oxml.ns import qn
from docx.table import _Cell
from docx.text.paragraph import Paragraph as DocxParagraph

from cchc_tasks.exports.letters import LateItem, Sender, UrgingLetter, urging_letter
from cchc_tasks.exports.official.model import (
    Align,
    Annex,
    Bullet,
    Cell,
    Column,
    Heading,
    IssueDay,
    OfficialDocument,
    Paragraph,
    Row,
    Signature,
    Table,
)

REPORTS = Path(__file__).resolve().parents[1] / "data" / "reports"
TUYEN_QUANG = "tuyen-quang-stttt-2021-q1"
LONG_TITLE = (
    "Rà soát, đánh giá, đề xuất phương án đơn giản hóa các thủ tục hành chính thuộc phạm vi chức năng quản lý nhà nước "
    "của Sở trong lĩnh vực bưu chính, viễn thông, tần số vô tuyến điện, công nghệ thông tin, an toàn thông tin mạng, "
    "báo chí, xuất bản, in, phát hành và thông tin đối ngoại trên địa bàn tỉnh năm"
)


def printed_form(slug: str) -> dict:
    """The annex of a real report as it was printed."""
    return json.loads((REPORTS / f"{slug}.json").read_text(encoding="utf-8"))["form"]


def form_table(form: dict) -> Table:
    """The annex as a table: headings bold, "trong đó" rows in italics, numbers as numbers."""
    head = (
        Row((
            Cell("STT", is_bold=True, row_span=2),
            Cell("Chỉ tiêu thống kê\n(Sử dụng trong kỳ báo cáo hàng quý, 6 tháng, năm)", is_bold=True, row_span=2),
            Cell("Kết quả thống kê", is_bold=True, column_span=2),
            Cell("Ghi chú", is_bold=True, row_span=2),
        )),
        Row((Cell("Đơn vị tính", is_bold=True), Cell("Số liệu", is_bold=True))),
    )  # fmt: skip
    columns = (
        Column(15, Align.CENTER),
        Column(76),
        Column(28, Align.CENTER),
        Column(20, Align.CENTER),
        Column(26),
    )
    return Table(columns, head, tuple(map(_form_row, form["rows"])), name=form["title"])


def _form_row(row: dict) -> Row:
    is_bold = row["value_type"] == "none"
    is_italic = row["label"].casefold().startswith("trong đó")
    value = row["value"] if isinstance(row["value"], int) else None
    looks = {"is_bold": is_bold, "is_italic": is_italic}
    cells = (
        Cell(row["no"], **looks),
        Cell(row["label"], **looks),
        Cell(row["unit"]),
        Cell(row["value_raw"], value=value),
        Cell(row["note"]),
    )
    return Row(cells, keeps_next=is_bold)


def report(**changes) -> OfficialDocument:
    """A report without number and day, its text and the annex of Tuyên Quang."""
    form = printed_form(TUYEN_QUANG)
    given = {
        "issuer_parent": "UBND tỉnh Tuyên Quang",
        "issuer": "Sở Thông tin và Truyền thông",
        "number": "",
        "symbol": "BC-STTTT",
        "place": "Tuyên Quang",
        "issued": IssueDay(month=3, year=2021),
        "kind": "Báo cáo",
        "subject": "Công tác cải cách hành chính quý I năm 2021",
        "bases": (
            "Căn cứ Kế hoạch số 163/KH-STTTT ngày 31/12/2020 của Sở Thông tin và Truyền thông về cải cách hành "
            "chính năm 2021",
            "Thực hiện Công văn số 135/UBND-NC ngày 12/01/2021 của Ủy ban nhân dân tỉnh",
        ),
        "body": (
            Paragraph("Sở Thông tin và Truyền thông báo cáo kết quả thực hiện như sau:"),
            Heading(1, "I.", "CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH"),
            Heading(2, "1.", "Công tác triển khai tổ chức thực hiện cải cách hành chính"),
            Paragraph(
                "Kế hoạch đề ra 9 nhiệm vụ; tính đến hết ngày 14/3/2021 đã hoàn thành 7 nhiệm vụ; một số nhiệm vụ "
                "thực hiện thường xuyên trong năm."
            ),
            Heading(3, "a)", "Nhiệm vụ chưa hoàn thành"),
            Bullet(f"{LONG_TITLE} 2021: chưa hoàn thành do chờ hướng dẫn của cấp trên."),
            *[Bullet(f"Nhiệm vụ số {number} của kế hoạch: {LONG_TITLE.lower()}.") for number in range(2, 9)],
            Paragraph("Trên đây là báo cáo của Sở Thông tin và Truyền thông./."),
        ),
        "signature": Signature("Phó Giám đốc", "Nguyễn Văn Hiến", "KT. Giám đốc"),
        "recipients": ("UBND tỉnh (báo cáo);", "Sở Nội vụ (tổng hợp);", "Ban Giám đốc;", "Lưu: VT, VP."),
        "annexes": (
            Annex(
                "Biểu số 01",
                form["title"],
                form["caption"],
                (form_table(form),),
            ),
        ),
    }
    return OfficialDocument(**{**given, **changes})


@dataclass(frozen=True)
class ReadDocument:
    """What a reader finds in a file: lines of text outside tables, and the ruled tables row by row."""

    lines: list[str]
    tables: list[list[list[str]]]


def squeezed(text: str | None) -> str:
    """Text with line breaks and runs of blanks as single ones: how a line was broken says nothing."""
    return " ".join((text or "").split())


def read_docx(data: bytes) -> ReadDocument:
    """Paragraphs and tables of a .docx in their order; a cell that goes on from above reads as ''."""
    document = docx.Document(io.BytesIO(data))
    lines: list[str] = []
    tables: list[list[list[str]]] = []
    for block in document.iter_inner_content():
        if isinstance(block, DocxParagraph):
            lines.append(squeezed(block.text))
            continue
        rows = [[squeezed(_Cell(tc, block).text) for tc in tr.tc_lst] for tr in block._tbl.tr_lst]
        if block._tbl.tblPr.find(qn("w:tblBorders")) is None:
            lines += [line for row in rows for line in row]
        else:
            tables.append(rows)
    return ReadDocument([line for line in lines if line], tables)


def read_xlsx(data: bytes, sheet: int = 0) -> tuple[openpyxl.worksheet.worksheet.Worksheet, list[list[object]]]:
    """A sheet and its values row by row."""
    found = openpyxl.load_workbook(io.BytesIO(data)).worksheets[sheet]
    return found, [[cell.value for cell in row] for row in found.iter_rows()]


def read_pdf(data: bytes) -> tuple[list[str], list[list[list[str]]]]:
    """The text of each page, and each page's ruled rows (the header's included)."""
    with pdfplumber.open(io.BytesIO(data)) as file:
        pages = [squeezed(page.extract_text()) for page in file.pages]
        rows = [
            [[squeezed(cell) for cell in row] for table in page.extract_tables() for row in table]
            for page in file.pages
        ]
    return pages, rows


def letter(count: int = 3) -> OfficialDocument:
    """The letter to a unit with `count` pieces of late work, one with a title of 300 letters."""
    items = (
        LateItem("2.3", "Rà soát văn bản quy phạm pháp luật", "Báo cáo", date(2021, 2, 28), 14, "Đang thực hiện"),
        LateItem("6.1", LONG_TITLE, "Tờ trình; Quyết định", date(2018, 4, 28), 1050),
        LateItem("7.2", "Tuyên truyền cải cách hành chính", "Tin, bài", date(2021, 3, 5), 9, "Đã trả lại 10/3/2021"),
    )
    sender = Sender(
        parent_name="UBND tỉnh Tuyên Quang",
        name="Sở Thông tin và Truyền thông",
        office="Văn phòng Sở",
        symbol="STTTT-VP",
        place="Tuyên Quang",
        signature=Signature("Chánh Văn phòng", "Trần Thị Bình", "TL. Giám đốc"),
        recipients=("Như trên", "Giám đốc, các Phó Giám đốc Sở (báo cáo)", "Lưu: VT, VP"),
    )
    return urging_letter(
        sender,
        UrgingLetter(
            unit="Phòng Công nghệ thông tin",
            plan="Kế hoạch số 163/KH-STTTT ngày 31/12/2020 của Sở Thông tin và Truyền thông",
            plan_short="Kế hoạch số 163/KH-STTTT",
            as_of=date(2021, 3, 14),
            items=tuple(items[place % len(items)] for place in range(count)),
            answer_by=date(2021, 3, 20),
            number="12",
            issued=IssueDay(15, 3, 2021),
        ),
    )


def displayed(cell: openpyxl.cell.cell.Cell) -> str:
    """What a spreadsheet program shows of a cell: a number by its own format, with Vietnamese signs."""
    if not isinstance(cell.value, int | float) or isinstance(cell.value, bool):
        return "" if cell.value is None else str(cell.value)
    if not cell.number_format.startswith("[$-42A]"):
        return str(cell.value)
    pieces = cell.number_format.removeprefix("[$-42A]").split('"')
    digits, literals = pieces[0], pieces[1::2]
    value = Decimal(str(cell.value)) * (100 if "%" in cell.number_format else 1)
    places = len(digits.partition(".")[2].rstrip("%"))
    whole = digits.partition(".")[0].rstrip("%")
    text = f"{value:{',' if ',' in digits else ''}.{places}f}"
    if "," not in digits:
        text = text.zfill(whole.count("0") + (places + 1 if places else 0))
    text = text.translate(str.maketrans(",.", ".,"))
    return text + ("%" if digits.endswith("%") else "") + "".join(literals) + "".join(pieces[2::2])
