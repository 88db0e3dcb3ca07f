"""What a saved filter says: written in one order, read by the same parser as the board's address."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl, urlencode

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from cchc_tasks.domain.standing import Standing
from cchc_tasks.storage.queries.obligations import WorkRow, list_work
from cchc_tasks.web.boards.listing import judge, read_args
from cchc_tasks.web.boards.page import chips
from cchc_tasks.web.boards.query import BoardQuery, Choices

#: The parameters that say which work; dates of counting and ways of showing are not kept.
KEPT = ("q", "kh", "dv", "lv", "han", "cot", "dinh-ky", "tu", "den", "moc")


@dataclass(frozen=True, slots=True)
class Reading:
    """A saved query as it is understood on a day; `is_whole`: nothing of it has lost its meaning."""

    query: BoardQuery
    choices: Choices

    @property
    def is_whole(self) -> bool:
        return not self.query.unread

    @property
    def words(self) -> tuple[str, ...]:
        """Each filter as a chip says it."""
        return tuple(text for text, _href in chips(self.query, self.choices, "boards.columns"))


def query_text(params: Mapping[str, str]) -> str:
    """The part of a board's parameters that is kept: "dv=3&han=qua-han"."""
    return urlencode([(name, params[name]) for name in KEPT if params.get(name)])


def read(session: Session, agency_id: int, text: str, today: date) -> Reading:
    """Five queries."""
    args = MultiDict((name, value) for name, value in parse_qsl(text) if name in KEPT)
    return Reading(*read_args(session, agency_id, args, today))


def find_filtered(session: Session, agency_id: int, text: str, today: date) -> list[WorkRow]:
    """The present work that a saved filter keeps on `today`, with what left the plan where no standing is asked for.

    A filter that names what is not there any more finds nothing: without that part it would find too much.
    """
    reading = read(session, agency_id, text, today)
    if not reading.is_whole:
        return []
    query = reading.query
    keeps = query.keeper()
    with_removed = not query.get("han")

    def stays(row: WorkRow, verdict: Standing) -> bool:
        # A calendar shows removed work as cancelled for a while.
        return keeps(row, verdict) or (with_removed and verdict is Standing.REMOVED and keeps(row, Standing.OPEN))

    return [
        row for row, verdict in judge(list_work(session, agency_id, query.work_filter()), today) if stays(row, verdict)
    ]
