"""The numbers beside entries of the menu: what waits for the reader. Each costs one small query a page."""

from dataclasses import dataclass
from datetime import timedelta

from cchc_tasks.domain import permissions
from cchc_tasks.domain.errors import Refused
from cchc_tasks.domain.permissions import Action, Principal, Work
from cchc_tasks.domain.standing import Standing, standing
from cchc_tasks.domain.workflow import Status
from cchc_tasks.storage.db import db
from cchc_tasks.storage.queries import confirmation as confirmation_queries
from cchc_tasks.storage.queries import extensions as extension_queries
from cchc_tasks.storage.queries import obligations as obligation_queries
from cchc_tasks.storage.queries import orphans as orphan_queries
from cchc_tasks.storage.queries.obligations import WorkFilter
from cchc_tasks.web import clock


@dataclass(frozen=True, slots=True)
class Badge:
    """A number beside an entry. kind 'late' is red; `words` say what is counted, for those who do not see it."""

    number: int
    kind: str = ""
    words: str = ""


def overdue(principal: Principal) -> Badge | None:
    """How much of what the reader's units still have to do is overdue."""
    if not principal.unit_ids:
        return None
    today = clock.today()
    wanted = WorkFilter(
        responsible_ids=principal.unit_ids,
        statuses=(Status.NOT_STARTED, Status.IN_PROGRESS),
        due_to=today - timedelta(days=1),
    )
    facts = obligation_queries.count_facts(db.session, principal.agency_id, wanted)
    late = sum(number for each, number in facts if standing(each, today) is Standing.OVERDUE)
    return Badge(late, "late", "việc quá hạn") if late else None


def orphans(principal: Principal) -> Badge | None:
    """How much open work nobody answers for."""
    number = orphan_queries.count_orphans(db.session, principal.agency_id, clock.today())
    return Badge(number, "late", "việc chưa có người chịu trách nhiệm") if number else None


def waiting(principal: Principal) -> Badge | None:
    """How many reports and requests for more time the reader can answer; what is locked for them is left out."""
    reports = confirmation_queries.waiting(db.session, principal.agency_id)
    count = sum(number for by, is_office, number in reports if _can_confirm(principal, by, is_office))
    requests = extension_queries.count_waiting(db.session, principal.agency_id)
    asked = sum(number for by, is_office, number in requests if _can_extend(principal, by, is_office))
    said = "việc chờ xác nhận, đề nghị gia hạn" if asked else "việc chờ xác nhận"
    return Badge(count + asked, "", said) if count + asked else None


def reports_waiting(principal: Principal) -> int:
    """How many reports wait in the agency, whoever may confirm them."""
    return sum(number for _by, _is_office, number in confirmation_queries.waiting(db.session, principal.agency_id))


def _can_confirm(principal: Principal, reported_by_id: int | None, is_office_work: bool) -> bool:
    work = Work(principal.agency_id, reported_by_id=reported_by_id, is_office_work=is_office_work)
    try:
        permissions.check_confirmation(principal, work, override_reason=None)
    except Refused:
        return False
    return permissions.may(principal, Action.CONFIRM, work)


def _can_extend(principal: Principal, asked_by_id: int | None, is_office_work: bool) -> bool:
    work = Work(principal.agency_id, is_office_work=is_office_work)
    try:
        permissions.check_extension_answer(principal, work, asked_by_id=asked_by_id, override_reason=None)
    except Refused:
        return False
    return True
