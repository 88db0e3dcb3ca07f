"""Columns by status: lean cards, the most pressing first, each linking to its task and to the one form."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from flask import url_for
from markupsafe import Markup

from cchc_tasks.domain import permissions
from cchc_tasks.domain.permissions import Action, Principal, Work
from cchc_tasks.domain.workflow import Move, allowed_moves
from cchc_tasks.storage.db import db
from cchc_tasks.storage.queries import boards as board_queries
from cchc_tasks.storage.queries.obligations import WorkRow
from cchc_tasks.web.boards.listing import Entry, Listing
from cchc_tasks.web.boards.marks import RowMarks, is_late
from cchc_tasks.web.boards.query import COLUMNS, column_of
from cchc_tasks.wording import boards as words
from cchc_tasks.wording import label

#: Cards of a column before "Xem thêm".
FIRST_CARDS = 6
#: Which status mark heads each column.
COLUMN_KINDS = {
    "chua": "not_started",
    "dang": "in_progress",
    "bao-cao": "reported",
    "tra-lai": "returned",
    "xong": "done",
    "da-rut": "withdrawn",
}
#: Moves that a card offers, with the mark of the status they lead to and what one needs for them.
MOVES = {
    Move.START: ("in_progress", Action.REPORT_WORK),
    Move.REPORT: ("reported", Action.REPORT_WORK),
    Move.CONFIRM: ("done", Action.CONFIRM),
    Move.RETURN: ("returned", Action.CONFIRM),
    Move.TAKE_BACK: ("in_progress", Action.REPORT_WORK),
    Move.REOPEN: ("in_progress", Action.REOPEN),
}


class Card(NamedTuple):
    """What one card prints; a plain tuple, since a board may hold ten thousand."""

    id: int
    task_id: int
    code: str
    unit: Markup
    period: str
    title: str
    due: Markup
    foot: str
    late_class: str
    moves: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class BoardColumn:
    kind: str
    words: str
    count: int
    href: str
    cards: list[Card]
    more: str
    more_href: str

    @property
    def jump(self) -> tuple[str, str, int]:
        """The same place for a phone: kind of the column, words, count."""
        return self.kind, self.words, self.count


def board_values(listing: Listing, principal: Principal) -> dict[str, Any]:
    """The columns with their cards, and the addresses that all cards share."""
    moves = MovesOf(listing, principal)
    columns = board_columns(listing, moves)
    return {
        "columns": columns,
        "task_base": url_for("tasks.show", task_id=0).removesuffix("0"),
        "move_href": url_for("boards.move"),
        "is_whole": listing.query.is_whole,
        "has_moves": moves.any_allowed,
        "fewer_href": listing.query.address("boards.columns", tat_ca=""),
    }


def board_columns(listing: Listing, moves: "MovesOf") -> list[BoardColumn]:
    groups: dict[str, list[Entry]] = defaultdict(list)
    for entry in listing.entries:
        groups[column_of(entry.row.status, entry.row.is_returned)].append(entry)
    maker = CardMaker(listing, moves)
    shown = [key for key in COLUMNS if key != "da-rut" or groups[key]]
    asked = listing.query.get("cot")
    return [_column(key, groups[key], listing, maker) for key in shown if not asked or key == asked]


def _column(key: str, entries: list[Entry], listing: Listing, maker: "CardMaker") -> BoardColumn:
    entries.sort(key=_latest_first if key in ("xong", "da-rut") else _nearest_first)
    shown = entries if listing.query.is_whole else entries[:FIRST_CARDS]
    rest = len(entries) - len(shown)
    return BoardColumn(
        kind=COLUMN_KINDS[key],
        words=words.COLUMN_NAMES[key],
        count=len(entries),
        href=listing.query.address("boards.table", cot=key),
        cards=[maker.card(entry) for entry in shown],
        more=words.see_more(rest, listing.noun) if rest else "",
        more_href=listing.query.address("boards.columns", f"cot-{COLUMN_KINDS[key]}", tat_ca="1") if rest else "",
    )


def _nearest_first(entry: Entry) -> date:
    return entry.row.due_on or date.max


def _latest_first(entry: Entry) -> int:
    return -(entry.row.status_on or date.min).toordinal()


class CardMaker:
    """Makes cards; everything that repeats is made once."""

    def __init__(self, listing: Listing, moves: "MovesOf") -> None:
        self.marks = RowMarks(listing.as_of, listing.units)
        self.moves = moves
        agency_id, plan_ids = moves.principal.agency_id, listing.query.plan_ids
        places = board_queries.deliverable_places(db.session, agency_id, plan_ids)
        self.feet = {each: words.place_of(*place) for each, place in places.items()}

    def card(self, entry: Entry) -> Card:
        row = entry.row
        return Card(
            row.id,
            row.task_id,
            row.number_text,
            self.marks.unit(row),
            row.period_label,
            row.text,
            self.marks.due(entry),
            self.feet.get(row.deliverable_id, ""),
            " job-late" if is_late(entry) else "",
            self.moves.of(row),
        )


class MovesOf:
    """Which moves a person may make from a card: (name, kind of mark, words). None on a board of all cards.

    There a card has one plain button: the form it leads to says what may be done.
    """

    def __init__(self, listing: Listing, principal: Principal) -> None:
        self.principal = principal
        self.any_allowed = any(permissions.may_anywhere(principal, action) for _kind, action in MOVES.values())
        self.is_listed = self.any_allowed and not listing.query.is_whole
        plan_ids = listing.query.plan_ids
        self.co_leads = board_queries.co_leads(db.session, principal.agency_id, plan_ids) if self.is_listed else {}

    def of(self, row: WorkRow) -> tuple[tuple[str, str, str], ...]:
        if not self.is_listed:
            return ()
        work = self._work(row)
        return tuple(
            (move.value, MOVES[move][0], label(move))
            for move in allowed_moves(row.status)
            if move in MOVES and permissions.may(self.principal, MOVES[move][1], work)
        )

    def _work(self, row: WorkRow) -> Work:
        named = {row.responsible_unit_id, row.lead_unit_id} - {None}
        owing = frozenset(each for each in named if each is not None) | self.co_leads.get(row.task_id, frozenset())
        return Work(self.principal.agency_id, owing, reported_by_id=row.reported_by_id)
