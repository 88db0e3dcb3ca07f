"""A draft of an amendment, for tests about pages and rights."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from cchc_tasks.domain.held_plans import HeldPlan
from cchc_tasks.exports.plan_rows import plan_rows
from cchc_tasks.exports.plans import COLUMNS
from cchc_tasks.services import drafting
from cchc_tasks.storage.models import Amendment, AmendmentKind, Person, Plan, PlanDraft
from tests.factories import NOW, principal_of

HEAD = tuple(name for name, _width in COLUMNS)


def printed(held: HeldPlan) -> list[tuple[str, ...]]:
    """The plan's own rows as its table prints them."""
    return [row.cells for row in plan_rows(held)]


def open_draft(session: Session, plan: Plan, person: Person) -> PlanDraft:
    """The plan's table as the office begins to amend it."""
    return drafting.open_draft(
        session,
        plan.id,
        head=HEAD,
        print_rows=printed,
        name="Bản soạn",
        actor=principal_of(session, person),
        now=NOW,
    )


def make_amendment(session: Session, plan: Plan) -> Amendment:
    """A document that amended the plan; what it did is not told."""
    made = Amendment(
        agency_id=plan.agency_id,
        plan_id=plan.id,
        ordinal=1,
        kind=AmendmentKind.SUPPLEMENT,
        number="8/KH-STTTT",
        issued_on=date(2021, 1, 10),
        effective_on=date(2021, 1, 15),
        subject="Bổ sung",
        kept=[],
        seq=1,
        recorded_at=NOW + timedelta(seconds=1),
    )
    session.add(made)
    return made


def _row(side: Any) -> dict[str, Any]:
    words = {"task": "1. Rà soát", "products": "Sổ", "assignment": "", "time": "", "note": "Mới"}
    return {**words, "version": side.draft.version}


#: Requests about amendments with ids in their address: who, what is sent, and the rest of the address.
OF_AMENDMENTS: list[tuple[str, str, Callable[[Any], dict[str, Any]] | None, dict[str, Any], dict[str, Any]]] = [
    ("plans.amendment", "viewer", None, {}, {"ordinal": 1}),
    ("plans.consolidated", "viewer", None, {}, {}),
    ("plans.consolidated_file", "viewer", None, {}, {"ending": "docx"}),
    ("plans.draft", "office", None, {}, {}),
    ("plans.draft_row", "office", _row, {}, {"place": 1, "act": "sua"}),
    ("plans.draft_area", "office", lambda side: {**_row(side), "area": "Thi đua, khen thưởng"}, {}, {}),
    ("plans.draft_act", "office", lambda side: {"version": side.draft.version, "rut": 1}, {}, {}),
]
