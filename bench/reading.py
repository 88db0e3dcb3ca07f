"""How long reading a plan takes: processor time for plan 163, and how it grows with the rows and with the text."""

import time
from collections.abc import Callable, Iterator
from functools import partial
from io import BytesIO
from pathlib import Path

import docx
import openpyxl

from bench.table import Line
from cchc_tasks.domain.assignments import parse_assignment
from cchc_tasks.domain.deadlines import parse_deadline
from cchc_tasks.domain.documents import find_document_references
from cchc_tasks.domain.plan_reading import read_plan
from cchc_tasks.readers import formats

PLAN_AIM = 2.0
GROWTH_AIM = 12.0
ROUNDS = 3
SMALL, LARGE = 100, 1_000
SHORT_TEXT, LONG_TEXT = 10_000, 100_000
_PLAN = Path(__file__).parents[1] / "tests" / "data" / "plan_163.docx"
_HEADER = ("TT", "Nhiệm vụ", "Sản phẩm", "Phân công thực hiện", "Thời gian thực hiện")


def measure() -> Iterator[Line]:
    """The lines of the table."""
    seconds = processor_seconds(_PLAN.read_bytes(), _PLAN.name)
    yield Line("read plan_163.docx, processor s", ours=f"{seconds:.2f}", aim=f"{PLAN_AIM:g}", is_met=seconds < PLAN_AIM)
    for name, make in (("a.docx", word_table), ("a.xlsx", workbook)):
        small, large = (processor_seconds(make(rows), name) for rows in (SMALL, LARGE))
        yield Line(
            f"read {name.partition('.')[2]}, {LARGE:,} rows over {SMALL} rows, processor s",
            floor=f"{small:.2f}",
            ours=f"{large:.2f}",
            ratio=f"{large / small:.1f}",
            aim=f"{GROWTH_AIM:g}",
            is_met=large / small <= GROWTH_AIM,
        )
    yield from phrases()


def phrases() -> Iterator[Line]:
    """The three grammars on 10 kB and on 100 kB of one cell's text: their time may grow no faster than the text."""
    for name, read, phrase in _GRAMMARS:
        small, large = (_best(partial(read, _text(phrase, size))) for size in (SHORT_TEXT, LONG_TEXT))
        yield Line(
            f"parse {name}, {LONG_TEXT // 1000} kB over {SHORT_TEXT // 1000} kB, processor s",
            floor=f"{small:.3f}",
            ours=f"{large:.3f}",
            ratio=f"{large / small:.1f}",
            aim=f"{GROWTH_AIM:g}",
            is_met=large / small <= GROWTH_AIM,
        )


def _text(phrase: str, size: int) -> str:
    """As much text, in bytes, of one phrase again and again."""
    return phrase * (size // len(phrase.encode()) + 1)


def _best(work: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        started = time.process_time()
        work()
        times.append(time.process_time() - started)
    return min(times)


_GRAMMARS: tuple[tuple[str, Callable[[str], object], str], ...] = (
    ("deadline", lambda text: parse_deadline(text, 2021), "Ban hành kế hoạch trước ngày 15/8/2021; báo cáo quý IV. "),
    ("assignment", parse_assignment, "Văn phòng Sở chủ trì, phối hợp với Thanh tra Sở, các phòng chuyên môn; "),
    ("document", find_document_references, "Thực hiện Kế hoạch số 01/KH.CCHC-STTTT ngày 17/01/2023 của Sở. "),
)


def processor_seconds(data: bytes, name: str) -> float:
    """The best of some rounds, from bytes to the plan; the start of the reading process is not in it."""
    return _best(lambda: read_plan(formats.read(data, name), year=2021))


def word_table(rows: int) -> bytes:
    """A Word table of so many tasks."""
    document = docx.Document()
    made = document.add_table(rows=1, cols=len(_HEADER))
    pattern = made.rows[0]._tr
    for line in [_HEADER, *map(_row, range(1, rows + 1))]:
        # Copying rows as XML: adding them one by one takes time that grows with their square.
        row = docx.oxml.parse_xml(docx.oxml.xmlchemy.serialize_for_reading(pattern))
        made._tbl.append(row)
        for cell, text in zip(row.tc_lst, line, strict=True):
            cell.p_lst[0].add_r().text = text
    made._tbl.remove(pattern)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def workbook(rows: int) -> bytes:
    """A sheet of so many tasks."""
    book = openpyxl.Workbook()
    for line in [_HEADER, *map(_row, range(1, rows + 1))]:
        book.active.append(line)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _row(number: int) -> tuple[str, ...]:
    return (
        str(number),
        f"Rà soát, hệ thống hóa văn bản quy phạm pháp luật thứ {number}",
        "1. Kế hoạch của Sở\n2. Báo cáo kết quả thực hiện",
        "Thanh tra Sở chủ trì, phối hợp với các phòng chuyên môn",
        f"Trước ngày {number % 28 + 1:02d}/{number % 12 + 1:02d}/2021",
    )
