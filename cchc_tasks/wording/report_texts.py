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
