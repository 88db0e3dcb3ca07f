"""A decision about units, a power and a long leave of the far future: things that have ids and change nothing today."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from cchc_tasks.domain.permissions import MandateKind
from cchc_tasks.domain.reorganisations import ReorganisationKind
from cchc_tasks.services import mandates, reorganising
from cchc_tasks.services.mandates import NewMandate
from cchc_tasks.services.reorganising import DecisionPaper, Order
from cchc_tasks.storage.models import Person, Unit
from tests.factories import NOW, TODAY, principal_of

FAR = date(2098, 1, 1)


@dataclass(frozen=True)
class Planned:
    """Ids of what is planned."""

    decision_id: int
    mandate_id: int
    absence_id: int


def plan_changes(session: Session, people: dict[str, Person], ending: Unit) -> Planned:
    """`ending` is abolished, the leader gives the staff a power, the staff is away: all of it long after today."""
    admin, leader = (principal_of(session, people[name]) for name in ("admin", "leader"))
    paper = DecisionPaper("99/QĐ-STTTT", TODAY, "Về việc giải thể")
    order = Order(ReorganisationKind.ABOLISH, paper, FAR, (ending.id,))
    decision = reorganising.record(session, order, actor=admin, now=NOW)
    staff = people["staff"]
    power = NewMandate(MandateKind.FOR_LEADER, staff.id, FAR, FAR, from_id=people["leader"].id)
    mandate = mandates.give(session, power, actor=leader, now=NOW)
    absence = mandates.record_absence(
        session, staff.id, starts_on=FAR, ends_on=FAR, reason="Nghỉ dài hạn", actor=admin, now=NOW
    )
    return Planned(decision.id, mandate.id, absence.id)
