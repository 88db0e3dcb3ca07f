"""Links between a piece of work and the one that goes on from it in the next year's plan."""

from collections.abc import Iterator, Sequence

from flask import url_for

from cchc_tasks.domain.ledger import LedgerRow, RowKind
from cchc_tasks.domain.workflow import Status
from cchc_tasks.storage.db import db
from cchc_tasks.storage.queries.carried import OtherPiece, earlier_pieces, later_pieces
from cchc_tasks.storage.queries.obligations import WorkRow
from cchc_tasks.wording import tasks as words

#: What the entry of a piece says of where it comes from, and how that is told.
_ORIGINS = {"carried_from": words.CARRIED_FROM, "copied_from": words.COPIED_FROM}

#: By obligation: (words, address) of the same work in another plan.
Links = dict[int, list[tuple[str, str]]]


def links_of(agency_id: int, rows: Sequence[WorkRow], ledger: Sequence[LedgerRow]) -> Links:
    """Both ways; asks nothing where no work was carried over."""
    found: Links = {}
    for id_, said, piece in (*_later(agency_id, rows), *_earlier(agency_id, ledger)):
        href = url_for(
            "tasks.show", task_id=piece.task_id, muc=piece.obligation_id, _anchor=f"muc-{piece.obligation_id}"
        )
        found.setdefault(id_, []).append((said.format(plan=piece.plan_number), href))
    return found


def _later(agency_id: int, rows: Sequence[WorkRow]) -> Iterator[tuple[int, str, OtherPiece]]:
    carried = [row.id for row in rows if row.status is Status.CARRIED_OVER]
    for piece in later_pieces(db.session, agency_id, carried) if carried else ():
        yield piece.of_id, words.GOES_ON_IN, piece


def _earlier(agency_id: int, ledger: Sequence[LedgerRow]) -> Iterator[tuple[int, str, OtherPiece]]:
    origins = [
        (row.obligation_id, said, earlier)
        for row in ledger
        if row.kind is RowKind.ENTRY and row.obligation_id is not None
        for name, said in _ORIGINS.items()
        if isinstance(earlier := row.payload.get(name), int)
    ]
    ids = {earlier for _own, _said, earlier in origins}
    pieces = {piece.of_id: piece for piece in earlier_pieces(db.session, agency_id, ids)} if ids else {}
    for own, said, earlier in origins:
        if earlier in pieces:
            yield own, said, pieces[earlier]
