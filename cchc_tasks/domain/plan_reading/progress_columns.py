"""Which columns of a plan's table are the office's own: status, day of completion, document issued.

Some names are used both ways ("Tiến độ" is a deadline in a plan and a state in a list): those are told apart by the
other columns, and by what the cells hold.
"""

import re
from collections.abc import Mapping, Sequence

from cchc_tasks.domain.documents import find_document_references
from cchc_tasks.domain.plan_reading.columns import PROGRESS_COLUMNS, Column
from cchc_tasks.domain.plan_reading.progress import Stage, is_mark, only_day, stage_of
from cchc_tasks.domain.text import fold, normalise

_NUMBER_OF = r"(?:so(?:,? ?(?:va )?ky hieu)?|ky hieu)"
_PROOF = r"(?:van ban|tai lieu|ho so|minh chung|kiem chung|chung minh)"
_ENDING = r"(?:ban hanh|minh chung|kiem chung|chung minh|ket qua|hoan thanh)"
#: Names that no plan gives to a column of its own, folded.
NAMES: tuple[tuple[Column, re.Pattern[str]], ...] = (
    (Column.DONE_ON, re.compile(
        r"(?:ngay|thoi (?:gian|diem)) (?:da )?(?:hoan thanh|thuc hien) (?:thuc te|xong)|thuc te hoan thanh.*"
        r"|(?:ngay|thoi (?:gian|diem)) (?:thuc te|da) .*hoan thanh|da hoan thanh (?:ngay|luc)|hoan thanh ngay"
        r"|ngay (?:thuc hien|lam) xong")),
    (Column.MARK_DOING, re.compile(r"(?:dang thuc hien|dang lam|dang trien khai)")),
    (Column.MARK_TODO, re.compile(r"(?:chua thuc hien|chua lam|chua trien khai)")),
    (Column.MARK_DONE, re.compile(r"(?:da hoan thanh|da thuc hien|da xong)")),
    (Column.STATUS, re.compile(
        r"(?:tinh trang|trang thai|tinh hinh)(?: (?:thuc hien|hoan thanh|cong viec|nhiem vu|xu ly|trien khai))*"
        r"|(?:%|muc do|ty le|phan tram|ti le) (?:hoan thanh|thuc hien).*")),
    (Column.DOCUMENT_DATE, re.compile(
        rf"(?:ngay|thoi gian) (?:ban hanh|ky|{_PROOF})(?: van ban)?(?: ban hanh)?|ngay (?:cua )?van ban")),
    (Column.DOCUMENT, re.compile(
        rf"{_NUMBER_OF} {_PROOF}.*|{_PROOF}(?: (?:da )?{_ENDING})?"
        r"|(?:san pham|ket qua|van ban)(?: da)+ (?:ban hanh|hoan thanh|co)|san pham (?:thuc te|ban hanh)"
        rf"|ket qua \(?{_NUMBER_OF} {_PROOF}\)?|da ban hanh|{_NUMBER_OF},? ngay.*van ban.*")),
)  # fmt: skip
#: Names used both ways, with what they are where they are the office's own.
_EITHER: tuple[tuple[Column, re.Pattern[str]], ...] = (
    (Column.STATUS, re.compile(r"ket qua(?: (?:thuc hien|dat duoc))?|tien do(?: (?:thuc hien|hoan thanh))?|thuc hien")),
    (Column.DONE_ON, re.compile(r"ngay (?:hoan thanh|ket thuc)")),
    (Column.MARK_DONE, re.compile(r"hoan thanh")),
)
_LONGEST_NAME = 60


def resolve(
    roles: Mapping[int, Column], names: Mapping[int, str], cells: Mapping[int, Sequence[str]]
) -> dict[int, Column]:
    """The roles by column, those with a name used both ways settled; `cells` are the texts below the header.

    From the right: of two columns that could both be the deadline the left one is.
    """
    settled = dict(roles)
    for column in sorted(names, reverse=True):
        texts = [text for text in cells.get(column, ()) if text.strip()]
        role, other = roles.get(column), _either(names[column])
        if role is Column.DOCUMENT and not any(find_document_references(normalise(text)) for text in texts):
            del settled[column]
        if other is None or role in PROGRESS_COLUMNS:
            continue
        has_sibling = role is None or any(each is role for place, each in settled.items() if place != column)
        if _holds(other, texts, has_sibling=has_sibling):
            settled[column] = other
    return settled


def _either(name: str) -> Column | None:
    folded = fold(normalise(name)).replace("\n", " ").strip(" .:*")
    if len(folded) > _LONGEST_NAME:
        return None
    return next((column for column, pattern in _EITHER if pattern.fullmatch(folded)), None)


def _holds(column: Column, texts: Sequence[str], *, has_sibling: bool) -> bool:
    """Whether the cells are of this kind: some of them where another column does the plan's part, else most."""
    if column is Column.DONE_ON:
        return has_sibling and any(only_day(text) is not None for text in texts)
    if has_sibling:
        return any(_is_status(text) or find_document_references(normalise(text)) for text in texts)
    return bool(texts) and sum(map(_is_status, texts)) * 2 >= len(texts)


def _is_status(text: str) -> bool:
    return is_mark(text) or any(_is_clear(line) for line in text.split("\n") if line.strip())


def _is_clear(line: str) -> bool:
    return stage_of(re.sub(r"^\(?\d{1,2}[.)]\s+|^[-–+]\s*", "", line.strip())) not in {None, Stage.UNCLEAR}
