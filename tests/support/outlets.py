"""Readers of totals, one for each place where a total is told: pages, workbooks, Word, PDF, lists, mails.

Each reads what a person would see there, and nothing of what the program holds; all give the same shapes as
`tests.support.plain_count`.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import docx
import openpyxl
import pdfplumber
import pypdfium2 as pdfium
from docx.table import _Cell
from docx.text.paragraph import Paragraph as DocxParagraph
from lxml import html

from cchc_tasks.domain.mailing import Letter
from cchc_tasks.domain.reports.forms import Form
from cchc_tasks.domain.standing import Standing as Verdict
from cchc_tasks.wording.core import label
from tests.support.official import displayed, read_docx, read_xlsx, squeezed
from tests.support.plain_count import Standing

#: The words of the lists' column "Tình trạng hạn" for the columns of the matrix.
VERDICTS = {
    label(Verdict.OVERDUE): "overdue",
    label(Verdict.DUE_SOON): "due_soon",
    label(Verdict.OPEN): "in_time",
    label(Verdict.UNDATED): "undated",
    label(Verdict.AWAITING_CONFIRMATION): "waiting",
    label(Verdict.DONE_ON_TIME): "on_time",
    label(Verdict.DONE_LATE): "late",
}


def tree(client: Any, address: str) -> Any:
    response = client.get(address)
    assert response.status_code == 200, address
    return html.document_fromstring(response.get_data(as_text=True))


def text(nodes: Any) -> str:
    return squeezed(" ".join(node if isinstance(node, str) else node.text_content() for node in nodes))


def number(said: str) -> int:
    """A printed number: 1.050; nothing printed is no number."""
    return int(said.replace(".", ""))


def parts(pattern: str, said: str) -> tuple[Any, ...]:
    """The groups of a pattern that the whole of what is said must have."""
    found = re.fullmatch(pattern, said)
    assert found is not None, said
    return found.groups()


# --- how the work stands: Tổng quan, the boards, the digest


def overview(client: Any, address: str) -> dict[str, Any]:
    """Tổng quan: the figures that its first line shows, then done, total and overdue of each unit."""
    page = tree(client, address)
    figures = page.xpath("//div[contains(@class,'figure')][dt]/dd[@class='value']")
    overdue, progress, _due, due_soon, _waiting = (text([each]) for each in figures)
    done, total = parts(r"([\d.]+) / ([\d.]+) \D+", progress)
    bars = page.xpath("//section[@id='theo-don-vi']//div[@class='bars']/div")
    return {
        "overdue": number(overdue),
        "done": number(done),
        "total": number(total),
        "due_soon": number(due_soon),
        "units": {text(bar.xpath("./*[1]")): _bar(text(bar.xpath("./span[@class='n']"))) for bar in bars},
    }


def _bar(said: str) -> tuple[int, int, int]:
    """(done, total, overdue) of "3 quá hạn · 5/50"."""
    late, done, total = parts(r"(?:([\d.]+) quá hạn · )?([\d.]+)/([\d.]+)", said)
    return number(done), number(total), number(late or "0")


def matrix_page(client: Any, address: str) -> dict[str, list[int]]:
    """The matrix as a page: the eight numbers of each row by its name, its foot as "Toàn cơ quan"."""
    page = tree(client, address)
    rows = page.xpath("//table[contains(@class,'matrix')]/*[self::tbody or self::tfoot]/tr")
    return {text(row.xpath("./th")): [number(text([cell])) for cell in row.xpath("./td")[:8]] for row in rows}


def matrix_file(rows: Sequence[Sequence[Any]]) -> dict[str, list[int]]:
    """The same of the rows of a file."""
    return {str(row[0]): [int(cell) for cell in row[1:]] for row in rows}


def csv_rows(client: Any, address: str) -> list[list[str]]:
    """The rows of a downloaded list without its head."""
    response = client.get(address)
    assert response.status_code == 200, address
    return list(csv.reader(io.StringIO(response.get_data().decode("utf-8-sig"), newline="")))[1:]


def xlsx_rows(client: Any, address: str) -> list[list[Any]]:
    """The rows below the head, which stays in sight."""
    response = client.get(address)
    assert response.status_code == 200, address
    sheet, rows = read_xlsx(response.get_data())
    return rows[int(sheet.freeze_panes[1:]) - 1 :]


def standing_of_rows(rows: Iterable[Sequence[Any]]) -> tuple[Standing, dict[str, Counter[str]]]:
    """A list of work by what its rows say: all of it, and the verdicts at each unit."""
    whole: Counter[str] = Counter()
    units: dict[str, Counter[str]] = {}
    for row in rows:
        # "Quá hạn (hạn gốc …)": what stands behind the verdict is no other verdict.
        name = VERDICTS[re.split(r" \(|, ", str(row[10]))[0]]
        whole[name] += 1
        units.setdefault(str(row[5]), Counter())[name] += 1
    return Standing(**whole), units


def column_counts(client: Any, address: str) -> dict[str, int]:
    """How many cards each column of the board says it has, by its key."""
    page = tree(client, address)
    columns = page.xpath("//section[starts-with(@id,'cot-')]")
    return {each.get("id"): number(text(each.xpath(".//*[contains(@class,'count')]"))) for each in columns}


def year_total(client: Any, address: str) -> int:
    """What the foot of the year adds up to."""
    page = tree(client, address)
    return sum(number(text([cell])) for cell in page.xpath("//table[contains(@class,'year')]/tfoot//td"))


_PROGRESS = re.compile(
    r"([\d.]+) [^\d,]+, hoàn thành ([\d.]+) \([\d.,]+%; đúng hạn ([\d.]+), quá hạn ([\d.]+)\), "
    r"chưa hoàn thành ([\d.]+) \(quá hạn ([\d.]+)\)\."
)
Totals = tuple[int, int, int, int, int, int]


def totals_of(standing: Standing) -> Totals:
    """Total, done, on time, late, open, overdue: what a mail says of a plan."""
    return standing.total, standing.done, standing.on_time, standing.late, standing.open, standing.overdue


def progress_in_text(body: str) -> dict[str, dict[str, Totals]]:
    """The block of a digest that tells how plans stand: by plan the totals of each unit, '' being all of it."""
    found: dict[str, dict[str, Totals]] = {}
    for line in body.partition("TÌNH HÌNH THỰC HIỆN")[2].splitlines():
        if plan := re.fullmatch(r"Kế hoạch (\S+) năm \d{4}", line):
            own = found[plan[1]] = {}
        elif said := _PROGRESS.search(line):
            own[line[: said.start()].strip().removeprefix("- ").removesuffix(":")] = _numbers(said)
    return found


def progress_in_html(body: str) -> dict[str, dict[str, Totals]]:
    """The same of the mail as it is drawn."""
    found: dict[str, dict[str, Totals]] = {}
    page = html.document_fromstring(body)
    for head in page.xpath("//p[a[contains(@href,'/tong-quan?kh=')]]"):
        name = re.search(r"Kế hoạch (\S+) năm", text(head.xpath("./a")))[1]
        own = found[name] = {"": _numbers(_PROGRESS.search(text(head.itertext())))}
        for item in head.getnext().xpath("./li"):
            own[text(item.xpath("./span"))] = _numbers(_PROGRESS.search(text([item])))
    return found


def _numbers(said: re.Match[str]) -> Totals:
    return tuple(number(each) for each in said.groups())  # type: ignore[return-value]


# --- indicator 1.1


def indicator(client: Any, address: str) -> tuple[list[int], dict[str, list[int]]]:
    """Chỉ tiêu 1.1: its eight numbers in the order of the page, and (total, done, overdue) of each unit."""
    page = tree(client, address)
    values = page.xpath("//div[contains(@class,'figure')][dt]/dd[@class='value']")
    rows = page.xpath("//section[@id='don-vi']//tbody/tr")
    units = {
        text(row.xpath("./th")): [number(text([cell])) for cell in row.xpath("./td[not(contains(@class,'rate'))]")]
        for row in rows
    }
    return [number(said) if said[:1].isdigit() else 0 for said in (text([each]) for each in values)], units


# --- the report


def report_page(client: Any, report_id: int, form: Form) -> dict[str, str]:
    """The values of the figures' page by the code of their row."""
    page = tree(client, f"/bao-cao/{report_id}?muc=tat-ca")
    found = {}
    for row in form.value_rows:
        [cell] = page.xpath(f"//tr[@id='d-{row.code.replace('.', '-')}']/td[contains(@class,'val')]")
        found[row.code] = bare(text([cell]))
    return found


def bare(said: str) -> str:
    return "" if said == "để trống" else said


def report_files(client: Any, report_id: int) -> dict[str, bytes]:
    """Every file of a report by its ending."""
    found = {}
    for ending in ("docx", "pdf", "xlsx", "csv"):
        response = client.get(f"/bao-cao/{report_id}/tep.{ending}")
        assert response.status_code == 200, ending
        found[ending] = response.get_data()
    return found


@lru_cache(maxsize=2)
def pdf_of(data: bytes) -> tuple[list[str], list[list[list[str]]]]:
    """The text of every page, and the ruled rows of those before the explanations.

    Reading rows takes longer than all else of a state, and the explanations are lists of any length.
    """
    with pdfium.PdfDocument(data) as document:
        pages = [squeezed(page.get_textpage().get_text_range()) for page in document]
    last = next((at for at, page in enumerate(pages) if EXPLANATIONS in page.upper()), len(pages))
    with pdfplumber.open(io.BytesIO(data)) as file:
        found = [
            [[squeezed(cell) for cell in row] for table in page.extract_tables() for row in table]
            for page in file.pages[: last + 1]
        ]
    return pages, found


def annex_values(files: Mapping[str, bytes], form: Form) -> dict[str, dict[str, str]]:
    """What the annex prints in each file, by the code of the row."""
    return {ending: _by_code(form, list(rows)) for ending, rows in _annex_rows(files, form).items()}


def _annex_rows(files: Mapping[str, bytes], form: Form) -> dict[str, Iterator[str]]:
    place = [column.key for column in form.columns].index("value")
    count = len(form.rows)
    heads = 2 if any(column.group for column in form.columns) else 1
    word = read_docx(files["docx"]).tables[0][heads:]
    # The head of a table stands on each of its pages; other tables have other columns.
    tables = [[row for row in page if len(row) == len(form.columns)] for page in pdf_of(files["pdf"])[1]]
    pdf = [row for page in tables for row in page[heads:]]
    sheet, _rows = read_xlsx(files["xlsx"])
    first = int(sheet.freeze_panes[1:])
    book = [displayed(sheet.cell(first + each, place + 1)) for each in range(count)]
    lines = list(csv.reader(io.StringIO(files["csv"].decode("utf-8-sig"))))[1:]
    return {
        "docx": (row[place] for row in word),
        "pdf": (row[place] for row in pdf),
        "xlsx": iter(book),
        "csv": (row[place] for row in lines),
    }


def _by_code(form: Form, values: list[str]) -> dict[str, str]:
    assert len(values) == len(form.rows)
    told = {row.code: said for row, said in zip(form.rows, values, strict=True)}
    return {row.code: told[row.code] for row in form.value_rows}


def explained(files: Mapping[str, bytes], labels: Sequence[str]) -> dict[str, list[tuple[str, int]]]:
    """The explanatory annex of each file: of the computed rows, by their labels in order, what prints and how many
    things are listed as counted."""
    document = docx.Document(io.BytesIO(files["docx"]))
    lines = [line for block in document.iter_inner_content() for line in _lines(block)]
    book = openpyxl.load_workbook(io.BytesIO(files["xlsx"]))
    rows = [" ".join(str(each) for each in row if each is not None) for row in book.worksheets[-1].values]
    pages = pdf_of(files["pdf"])[0]
    found = {"docx": _told(lines, labels), "xlsx": _told(rows, labels)}
    # A line of a page may end anywhere: what it says there is compared without its list.
    found["pdf"] = _told_in_one("".join(pages), labels)
    return found


def _lines(block: Any) -> list[str]:
    if isinstance(block, DocxParagraph):
        return [squeezed(block.text)]
    return [squeezed(" ".join(_Cell(tc, block).text for tc in row.tc_lst)) for row in block._tbl.tr_lst]


def _told(lines: Sequence[str], labels: Sequence[str]) -> list[tuple[str, int]]:
    """Headings in their order, each with the list under it; a list is as long as it says."""
    places = []
    for row in labels:
        after = places[-1] + 1 if places else 0
        wanted = f"{squeezed(row).rstrip(' :')}: "
        places.append(next(at for at in range(after, len(lines)) if wanted in squeezed(lines[at])))
    found = []
    for place, end in zip(places, [*places[1:], len(lines)], strict=True):
        listed = [line for line in lines[place:end] if line.startswith("Đã tính (")]
        count = int(listed[0][9:-1]) if listed else 0
        if listed:
            first = lines.index(listed[0], place) + 1
            numbers = [line.split(" ")[0] for line in lines[first : first + count]]
            assert numbers == [str(each) for each in range(1, count + 1)]
        found.append((bare(squeezed(lines[place]).rpartition(": ")[2]), count))
    return found


EXPLANATIONS = "PHỤ LỤC THUYẾT MINH"
_RUN_TOGETHER = {"đểtrống": "", "khôngápdụng": "không áp dụng"}


def _told_in_one(said: str, labels: Sequence[str]) -> list[tuple[str, int]]:
    """The same where only the run of letters is known."""
    said = "".join(said.split())
    said = said[said.upper().find("".join(EXPLANATIONS.split())) :]
    found, at = [], 0
    spots = []
    for row in labels:
        wanted = "".join(row.split()).rstrip(":") + ":"
        at = said.index(wanted, at) + len(wanted)
        spots.append(at)
    for spot, end in zip(spots, [*spots[1:], len(said)], strict=True):
        value = re.match(r"đểtrống|khôngápdụng|[\d.,]+", said[spot:end])
        count = re.search(r"Đãtính\((\d+)\)", said[spot:end])
        found.append((_RUN_TOGETHER.get(value[0], value[0]), int(count[1]) if count else 0))
    return found


def row_page(client: Any, report_id: int, code: str) -> tuple[str, int, int]:
    """The page of one row: what prints, how many are said to be counted, how long that list is."""
    page = tree(client, f"/bao-cao/{report_id}/dong/{code}")
    printed = text(page.xpath("//section[@id='so-lieu']//dl[@class='facts']/div[1]/dd[1]"))
    [panel] = page.xpath("//section[@id='da-tinh']") or [None]
    if panel is None:
        return bare(printed), 0, 0
    head = re.search(r"[\d.]+$", text(panel.xpath(".//*[@class='panel-head']")))
    return bare(printed), number(head[0]) if head else 0, len(panel.xpath(".//ol[@class='members']/li"))


def text_page(client: Any, report_id: int) -> str:
    """The report's text as it is seen: what is said to those who only hear it stands between its words."""
    page = tree(client, f"/bao-cao/{report_id}/loi-van")
    for hidden in page.xpath("//*[contains(@class,'visually-hidden')]"):
        hidden.drop_tree()
    return text(page.xpath("//main"))


def submitted_mail(letter: Letter) -> tuple[dict[str, str], dict[str, str]]:
    """The figures of the mail about a submission, as its text and as its page say them, by code."""
    said = re.findall(r"^- ([\d.]+)\. .*: (.*)$", letter.words.text, flags=re.MULTILINE)
    items = [text([item]) for item in html.document_fromstring(letter.words.html).xpath("//li")]
    drawn = [re.fullmatch(r"([\d.]+)\. .*: (.*)", item).groups() for item in items]
    return {code: bare(value) for code, value in said}, {code: bare(value) for code, value in drawn}


_SENTENCE = re.compile(r"đã thực hiện ([\d.]+)/([\d.]+) .*?(?:, đạt tỷ lệ ([\d.,]+)%?)?\.")


def plan_sentence(said: str) -> tuple[str, ...] | None:
    """Done, total and rate of the sentence about the plan; None where it is not there."""
    found = _SENTENCE.search(squeezed(said))
    return None if found is None else tuple(each or "" for each in found.groups())
