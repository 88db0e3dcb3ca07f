"""What the members of a figure are: their printed number, their words, and the documents that prove them."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from cchc_tasks.storage.models import Area, Deliverable, Obligation, Task
from cchc_tasks.storage.queries.boards import DocumentLine, documents_of


class MemberFacts(NamedTuple):
    """Something that was counted. `period` is that of a recurring piece ("Quý I/2021"), else ''."""

    number: str
    text: str
    period: str
    documents: tuple[DocumentLine, ...]


def members_of_plans(
    session: Session, agency_id: int, plan_ids: Collection[int], *, known_at: datetime
) -> dict[str, MemberFacts]:
    """Facts by member id (see `domain.reports.figures.member_id`) of everything the plans may be counted by.

    Documents as known at an instant; those of a thing are those of its obligations, each once. Five queries.
    """
    if not plan_ids:
        return {}
    proofs = documents_of(session, agency_id, plan_ids, known_at=known_at)
    found: dict[str, MemberFacts] = {}
    behind: dict[str, list[DocumentLine]] = defaultdict(list)
    for row in session.execute(_obligations(agency_id, plan_ids)):
        number = ", ".join(row.numbers)
        found[f"obligation:{row.id}"] = MemberFacts(number, row.product, row.period_label, ())
        found.setdefault(f"deliverable:{row.deliverable_id}", MemberFacts(number, row.product, "", ()))
        found.setdefault(f"task:{row.task_id}", MemberFacts(number, row.text, "", ()))
        found.setdefault(f"area:{row.area_id}", MemberFacts(row.ordinal, row.name, "", ()))
        numbers = [f"number:{row.plan_id}/{each}" for each in row.numbers]
        for each, name in zip(row.numbers, numbers, strict=True):
            found.setdefault(name, MemberFacts(each, row.text, "", ()))
        things = (f"obligation:{row.id}", f"deliverable:{row.deliverable_id}", f"task:{row.task_id}")
        for name in (*things, f"area:{row.area_id}", *numbers):
            behind[name] += [line for line in proofs.get(row.id, ()) if line not in behind[name]]
    return {name: facts._replace(documents=tuple(behind[name])) for name, facts in found.items()}


def _obligations(agency_id: int, plan_ids: Collection[int]) -> Select[Any]:
    columns: tuple[Any, ...] = (
        Obligation.id,
        Obligation.plan_id,
        Obligation.deliverable_id,
        Obligation.task_id,
        Obligation.period_label,
        Deliverable.text.label("product"),
        Task.numbers,
        Task.text,
        Task.area_id,
        Area.ordinal,
        Area.name,
    )
    return (
        select(*columns)
        .join(Deliverable, Deliverable.id == Obligation.deliverable_id)
        .join(Task, Task.id == Obligation.task_id)
        .join(Area, Area.id == Task.area_id)
        .where(Obligation.agency_id == agency_id, Obligation.plan_id.in_(plan_ids))
        .order_by(Area.position, Task.position, Deliverable.position, Obligation.position)
    )
