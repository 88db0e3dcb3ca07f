"""What a plan says about itself above its table: number, date, title, agency, year."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cchc_tasks.domain.documents import FoundReference, find_document_references
from cchc_tasks.domain.grid import SourceDocument
from cchc_tasks.domain.plan_reading.table import FoundTable
from cchc_tasks.domain.text import lower, normalise, one_line


@dataclass(frozen=True, slots=True)
class Heading:
    """The plan as a document; None where the heading does not say."""

    number: str | None
    issued_on: date | None
    title: str | None
    agency: str | None
    year: int


_MOTTOES = ("cộng hòa xã hội", "cộng hoà xã hội", "độc lập", "đảng cộng sản")
_ATTACHED = re.compile(r"\(?(?:ban hành )?kèm theo", re.IGNORECASE)
_TITLE_START = re.compile(r"(?:kế hoạch|bảng|phụ lục|biểu|danh mục|chương trình|nhiệm vụ|phân công)\b", re.IGNORECASE)
_AGENCY = re.compile(
    r"\bcủa ((?:Sở|Ban|Ủy ban nhân dân|UBND|Uỷ ban nhân dân|Chi cục|Cục|Văn phòng|Thanh tra|Trung tâm)"
    r"[^;,.()\d\n]*?)(?= tỉnh | thành phố | năm |[);,.]|$)"
)
_AGENCY_LINE = re.compile(
    r"(?:SỞ|BAN|CHI CỤC|CỤC|VĂN PHÒNG|THANH TRA|TRUNG TÂM|ỦY BAN NHÂN DÂN|UỶ BAN NHÂN DÂN|UBND) .+"
)
_YEAR = re.compile(r"(?:năm |/)((?:19|20)\d\d)(?!\d)", re.IGNORECASE)
_TITLE_YEAR = re.compile(r"năm ((?:20)\d\d)", re.IGNORECASE)
_LATE_IN_YEAR = 10


def read_heading(document: SourceDocument, tables: list[FoundTable], cells: Iterable[str]) -> Heading:
    """The heading as far as it is printed; the plan's own texts (`cells`) tell the year where nothing else does."""
    lines = _lines_above(document, tables)
    own = _own_reference(lines)
    title = _title(lines)
    issued_on = own.reference.issued_on if own else None
    year = _year_of(title, issued_on, cells)
    return Heading(own.reference.number if own else None, issued_on, title, _agency(lines), year or 0)


def year_of_cells(cells: Iterable[str], issued_on: date | None) -> int | None:
    """The year most often named; else the year a plan of that date is for (late in a year: the next)."""
    years = Counter(int(year) for cell in cells for year in _YEAR.findall(cell))
    expected = {issued_on.year, issued_on.year + 1} if issued_on else None
    likely = [(count, year) for year, count in years.items() if expected is None or year in expected]
    if likely:
        return max(likely)[1]
    if issued_on is not None:
        return issued_on.year + (issued_on.month >= _LATE_IN_YEAR)
    return None


def _year_of(title: str | None, issued_on: date | None, cells: Iterable[str]) -> int | None:
    printed = _TITLE_YEAR.findall(title or "")
    return int(printed[-1]) if printed else year_of_cells(cells, issued_on)


def _lines_above(document: SourceDocument, tables: list[FoundTable]) -> list[str]:
    """Every line outside the plan's own rows, letterhead tables and rows above the header included."""
    texts: list[str] = []
    headers = {found.index: found for found in tables}
    for index, table in enumerate(document.tables, start=1):
        found = headers.get(index)
        limit = found.first_header_row if found is not None else 10**9
        if found is None and tables and index > tables[0].index:
            continue
        texts.extend(cell.text for row in table.rows for cell in row if cell.row < limit)
    texts.extend(document.paragraphs)
    return [line for text in texts for line in normalise(text).split("\n") if line]


def _own_reference(lines: list[str]) -> FoundReference | None:
    """The plan's own number: behind "kèm theo", else in the line "Số: …"; dates may stand in the next line."""
    for pattern in (_ATTACHED, re.compile(r"^\s*số\s*:", re.IGNORECASE)):
        for index, line in enumerate(lines):
            if pattern.search(line):
                found = find_document_references(one_line(" ".join(lines[index : index + 3])))
                if found:
                    return found[0]
    return None


def _title(lines: list[str]) -> str | None:
    """The printed title: the lines from the first that opens one to the note "(Ban hành kèm theo …)" or the text."""
    start = next((index for index, line in enumerate(lines) if _TITLE_START.match(line) and _is_heading(line)), None)
    if start is None:
        return None
    taken = [lines[start]]
    for line in lines[start + 1 : start + 5]:
        if line.startswith("(") or not (_is_heading(line) or len(taken) == 1):
            break
        taken.append(line)
    return " ".join(taken)


def _is_heading(line: str) -> bool:
    letters = [letter for letter in line if letter.isalpha()]
    upper = sum(letter.isupper() for letter in letters)
    return bool(letters) and upper / len(letters) > 0.8 and not lower(line).startswith(_MOTTOES)


def _agency(lines: list[str]) -> str | None:
    for line in lines:
        if _ATTACHED.search(line):
            named = _AGENCY.search(line)
            if named:
                return named[1].strip()
    return next((line for line in lines if _AGENCY_LINE.fullmatch(line) and not line.startswith("UBND TỈNH")), None)
