"""How far work had come in the office's own list: a status in words, a day of completion, a document issued."""

import re
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from cchc_tasks.domain.documents import DocumentReference, find_document_references, parse_document_reference
from cchc_tasks.domain.text import fold, normalise, one_line


class Stage(StrEnum):
    """What the list says of a product; UNCLEAR words are asked about and never guessed."""

    TODO = "todo"
    DOING = "doing"
    DONE = "done"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Paper:
    """The document that proves a completion; `issued_on` None where the list does not date it."""

    number: str
    issued_on: date | None


@dataclass(frozen=True, slots=True)
class Progress:
    """The state of a product as the list has it; `text` is the print, the words of its cells between bars.

    `is_waived`: the office takes it over as done without a document. `period` is the one period (from 0) that is meant
    where the product is owed several times; None there: not said.
    """

    text: str
    stage: Stage
    done_on: date | None = None
    paper: Paper | None = None
    is_waived: bool = False
    period: int | None = None

    @property
    def lacks(self) -> tuple[str, ...]:
        """What a completion needs and the list does not tell. Source: DESIGN rule 4."""
        if self.stage is not Stage.DONE:
            return ()
        lacking = [] if self.done_on else ["date"]
        if self.paper is None and not self.is_waived:
            lacking.append("document")
        elif self.paper is not None and self.paper.issued_on is None:
            lacking.append("document_date")
        return tuple(lacking)

    @property
    def is_complete(self) -> bool:
        """Whether it can be taken over: under way, or done with a day and a document or the reason why none."""
        return self.stage is Stage.DOING or (self.stage is Stage.DONE and not self.lacks)


@dataclass(frozen=True, slots=True)
class ProgressCells:
    """The printed words about one product; `has_status` whether the list has a column of statuses at all."""

    status: str = ""
    done_on: str = ""
    paper: str = ""
    paper_date: str = ""
    has_status: bool = True

    @property
    def text(self) -> str:
        """The words of the cells, between bars."""
        cells = (self.status, self.done_on, self.paper, self.paper_date)
        return " | ".join(one_line(cell) for cell in cells if cell.strip())


#: What a column of marks says; its cells hold a cross.
MARKED = {Stage.DONE: "Đã hoàn thành", Stage.DOING: "Đang thực hiện", Stage.TODO: "Chưa thực hiện"}
_MARK = re.compile(r"[xv✓✔√☑]|co|ok|true|1")
_BLANK = re.compile(r"[-–—./\s]*")
_PERCENT = re.compile(r"(?:da |dang )?(?:thuc hien |hoan thanh |dat |ty le )*(?:duoc |khoang )?(\d{1,3}) ?%")
_ON_TIME = r"(?:dung|truoc|qua|tre|cham) (?:tien do|han|thoi han|ke hoach)|som|tre|(?:vao )?(?:ngay|luc)"
_DONE = re.compile(
    rf"(?:da )?(?:thuc hien )?(?:hoan thanh|hoan tat|xong)(?: (?:nhiem vu|xong|100 ?%|{_ON_TIME}))*"
    r"|da (?:thuc hien|lam|nop|bao cao)(?: xong| du)?|done|completed"
)
_ISSUED = re.compile(r"da (?:ban hanh|ky|phat hanh|tham muu ban hanh|co)(?: .*)?")
_DOING = re.compile(r"dang(?: .*)?")
_TODO = re.compile(r"chua(?: (?:thuc hien|trien khai|bat dau|lam|khoi dong)(?: .{0,20})?)?")
_DAY = re.compile(r"(?<![\d/.-])(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?![\d/])|(?<!\d)(\d{4})-(\d\d)-(\d\d)(?!\d)")
_ANY_NUMBERS = re.compile(r"\d")


def read_progress(cells: ProgressCells) -> Progress | None:
    """What the cells say together; None where they say nothing. What does not fit together is UNCLEAR."""
    if all(_BLANK.fullmatch(cell) for cell in (cells.status, cells.done_on, cells.paper, cells.paper_date)):
        return None
    stage, said_on, said_paper = _status(cells.status)
    done_on = _only_day(cells.done_on)
    paper = _paper(cells.paper, cells.paper_date) or said_paper
    is_dated = not _BLANK.fullmatch(cells.done_on)
    if stage is None:
        stage = Stage.DONE if not cells.has_status and done_on is not None else Stage.UNCLEAR
    elif stage is not Stage.DONE and (is_dated or paper is not None):
        stage = Stage.UNCLEAR
    return Progress(cells.text, stage, done_on if is_dated else said_on, paper)


def dated_by_paper(progress: Progress) -> Progress | None:
    """A completion without a day put on the day of its document, to be confirmed; None where that does not help."""
    if progress.lacks != ("date",) or progress.paper is None:
        return None
    return replace(progress, done_on=progress.paper.issued_on)


def read_paper(text: str) -> Paper | None:
    """A document in words that somebody typed; None without a number."""
    return _paper(text, "")


def stage_of(text: str) -> Stage | None:
    """What the words of a status say; None for an empty cell."""
    return _status(text)[0]


def is_mark(text: str) -> bool:
    """A cross in a column of marks."""
    return _MARK.fullmatch(fold(text.strip())) is not None


def only_day(text: str) -> date | None:
    """The day of a cell that holds one whole date and no other figures."""
    return _only_day(text)


def _status(text: str) -> tuple[Stage | None, date | None, Paper | None]:
    """The stage, and a day and a document named beside it."""
    if _BLANK.fullmatch(text):
        return None, None, None
    clean = one_line(normalise(text))
    references = find_document_references(clean)
    rest = clean
    for found in reversed(references):
        rest = f"{rest[: found.start]} {rest[found.end :]}"
    day = _only_day(rest)
    words = " ".join(re.sub(r"[.,;:()“”\"*-]+", " ", fold(_DAY.sub(" ", rest))).split())
    paper = _as_paper(references[0].reference) if len(references) == 1 else None
    return _stage(words, has_reference=bool(references)), day, paper


def _stage(words: str, *, has_reference: bool) -> Stage:
    percent = _PERCENT.fullmatch(words)
    if percent:
        return _of_percent(int(percent[1]))
    if _DONE.fullmatch(words) or (has_reference and _ISSUED.fullmatch(words)) or words == "da ban hanh":
        return Stage.DONE
    if _DOING.fullmatch(words):
        return Stage.DOING
    return Stage.TODO if _TODO.fullmatch(words) else Stage.UNCLEAR


def _of_percent(number: int) -> Stage:
    if number > 100:
        return Stage.UNCLEAR
    return {0: Stage.TODO, 100: Stage.DONE}.get(number, Stage.DOING)


def _only_day(text: str) -> date | None:
    found = list(_DAY.finditer(text))
    if len(found) != 1 or _ANY_NUMBERS.search(_DAY.sub(" ", text)):
        return None
    day, month, year, *iso = found[0].groups()
    try:
        return date(*map(int, iso)) if year is None else date(int(year), int(month), int(day))
    except ValueError:
        return None


def _paper(text: str, issued: str) -> Paper | None:
    if _BLANK.fullmatch(text):
        return None
    reference = parse_document_reference(text)
    paper = _as_paper(reference) if len(find_document_references(one_line(normalise(text)))) <= 1 else None
    return paper if paper is None or paper.issued_on else replace(paper, issued_on=_only_day(issued))


def _as_paper(reference: DocumentReference) -> Paper | None:
    return Paper(reference.number, reference.issued_on) if reference.number and reference.symbol else None
