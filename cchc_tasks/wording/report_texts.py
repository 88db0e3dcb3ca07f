"""A section of a report's text in pieces: words as they are, and bound numbers as marks that say what they are."""

from collections.abc import Collection
from dataclasses import dataclass

from cchc_tasks.domain.reports.forms import Form
from cchc_tasks.domain.reports.texts import StaleNumber, bound_numbers


@dataclass(frozen=True, slots=True)
class Piece:
    """Words, or (`code` set) a number bound to the row of that code; `is_stale`: its figure moved."""

    words: str
    code: str = ""
    about: str = ""
    is_stale: bool = False


def pieces(text: str, form: Form, stale: Collection[StaleNumber]) -> tuple[Piece, ...]:
    """The text as it prints, cut at its bound numbers."""
    moved = {(each.key, each.then): each.now for each in stale}
    found, at = [], 0
    for number in bound_numbers(text):
        found.append(Piece(text[at : number.start]))
        row = form.by_key.get(number.key)
        now = moved.get((number.key, number.shown))
        about = f"dòng {row.code}: {row.label}" if row else "dòng không còn trong biểu"
        if now is not None:
            about = f"{about}; nay là {now or 'trống'}"
        found.append(Piece(number.shown or "…", row.code if row else "?", about, now is not None))
        at = number.end
    found.append(Piece(text[at:]))
    return tuple(piece for piece in found if piece.words)


def binds_nothing(lost: Collection[str]) -> str:
    """Told at a section whose text names a row that the form does not have."""
    named = ", ".join(f"“{each}”" for each in lost)
    return f"Không có dòng nào của biểu ứng với {named}. Ghi số dòng như {{{{1.1.2}}}}, hoặc bỏ dấu ngoặc nhọn."


def too_long(longest: str) -> str:
    return f"Mục này dài quá {longest} ký tự nên chưa lưu. Rút ngắn."


def section_state(*, is_written: bool, stale: int, proposed: int) -> str:
    """How far a section is: "1 số đã đổi", "đã viết", "3 gợi ý", "chưa viết"."""
    if stale:
        return f"{stale} số đã đổi"
    if is_written:
        return "đã viết"
    return f"{proposed} gợi ý" if proposed else "chưa viết"
