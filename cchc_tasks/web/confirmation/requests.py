"""Xin gia hạn: the requests that wait for an answer, put together for their page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for

from cchc_tasks.domain import permissions
from cchc_tasks.domain.errors import Refused, RefusedReason
from cchc_tasks.domain.permissions import Principal, Work
from cchc_tasks.domain.workflow import OPEN_STATUSES
from cchc_tasks.storage.db import db
from cchc_tasks.storage.queries import extensions as extension_queries
from cchc_tasks.storage.queries import obligations as obligation_queries
from cchc_tasks.storage.queries import tasks as task_queries
from cchc_tasks.storage.queries.extensions import RequestRow
from cchc_tasks.storage.queries.obligations import WorkFilter, WorkRow
from cchc_tasks.storage.queries.tasks import UnitCard
from cchc_tasks.web.confirmation.forms import AnswerForm
from cchc_tasks.web.filters import vn_date, vn_time
from cchc_tasks.web.tasks.page import Proof
from cchc_tasks.wording import confirmation as queue_words
from cchc_tasks.wording import extensions as words
from cchc_tasks.wording import format_date
from cchc_tasks.wording import work as work_words


@dataclass(frozen=True, slots=True)
class RequestCard:
    """One request. `locked` says why this person answers it only with a reason; '' where they simply may."""

    id: int
    title: str
    text: str
    href: str
    code: str
    meta: str
    verdict: tuple[str, str]
    asked: str
    wanted: str
    reason: str
    proof: Proof | None
    locked: str
    can_grant: bool
    form: AnswerForm


def read_requests(principal: Principal, today: date, opened: Mapping[int, AnswerForm]) -> list[RequestCard]:
    """The requests that wait, what this person can answer first, the oldest first; three queries.

    `opened` holds forms that go back with what was typed, by request.
    """
    agency_id = principal.agency_id
    requests = extension_queries.waiting_requests(db.session, agency_id)
    wanted = WorkFilter(obligation_ids=[each.obligation_id for each in requests])
    rows = {row.id: row for row in obligation_queries.list_work(db.session, agency_id, wanted)} if requests else {}
    units = task_queries.units_by_id(db.session, agency_id, today)
    locked = {each.id: locked_by(principal, each, task_queries.offices_of(units)) for each in requests}
    ordered = sorted(requests, key=lambda each: locked[each.id] is not None)
    return [
        _card(each, rows[each.obligation_id], units, locked[each.id], opened.get(each.id), today) for each in ordered
    ]


def locked_by(principal: Principal, request: RequestRow, offices: frozenset[int]) -> RefusedReason | None:
    """Why the principal may not answer without a reason of their own; None where they may."""
    work = Work(principal.agency_id, is_office_work=request.asked_unit_id in offices)
    try:
        permissions.check_extension_answer(principal, work, asked_by_id=request.asked_by_id, override_reason=None)
    except Refused as refused:
        return refused.reason
    return None


def fresh_form(request: RequestRow) -> AnswerForm:
    return AnswerForm(
        formdata=None,
        data={
            "version": request.version,
            "deadline_version": request.deadline_version,
            "due_on": request.asked_due_on,
        },
    )


def _card(
    request: RequestRow,
    row: WorkRow,
    units: Mapping[int, UnitCard],
    locked: RefusedReason | None,
    form: AnswerForm | None,
    today: date,
) -> RequestCard:
    unit = units.get(request.asked_unit_id) if request.asked_unit_id is not None else None
    who = ", ".join(filter(None, (unit.short_name if unit else "", request.asked_by)))
    sent = queue_words.sent(vn_date(request.asked_at), vn_time(request.asked_at))
    moved = words.beside(row.original_due_on, request.due_on, row.extensions)
    return RequestCard(
        id=request.id,
        title=work_words.headline(work_words.title(row.text, row.period_label)),
        text=row.text,
        href=url_for("tasks.show", task_id=row.task_id, muc=row.id, _anchor=f"muc-{row.id}"),
        code=row.number_text,
        meta=" · ".join(filter(None, (who, sent))),
        verdict=words.request_verdict(request.due_on, request.asked_on, today),
        asked=queue_words.asked(request.due_on, work_words.printed_phrase(row.deadline_text), moved),
        wanted=words.wanted(request.asked_due_on, request.due_on),
        reason=request.reason,
        proof=_proof(request),
        locked=words.LOCKED[locked] if locked else "",
        can_grant=row.status in OPEN_STATUSES,
        form=form or fresh_form(request),
    )


def _proof(request: RequestRow) -> Proof | None:
    if request.document_number is None:
        return None
    issued = format_date(request.document_issued_on)
    return Proof(request.document_number, issued, request.document_subject or "", "", "")


def count_requests(principal: Principal) -> int:
    """How many requests wait in the agency; one query."""
    return sum(number for _by, _is_office, number in extension_queries.count_waiting(db.session, principal.agency_id))


def tabs(current: str, reports: int, requests: int) -> list[dict[str, Any]]:
    """The two halves of the page Xác nhận."""
    return [
        {
            "words": words.TAB_REPORTS.format(count=reports),
            "href": url_for("confirmation.show"),
            "is_current": current == "reports",
        },
        {
            "words": words.TAB_REQUESTS.format(count=requests),
            "href": url_for("confirmation.requests"),
            "is_current": current == "requests",
        },
    ]


def outcome(request: RequestRow, typed: Sequence[str]) -> dict[str, Any]:
    """What became of a request that somebody else answered first, and what was typed for it."""
    return {
        "sentence": words.became(request.state, request.granted_due_on, request.answered_by, request.answer),
        "typed": "; ".join(filter(None, typed)),
    }
