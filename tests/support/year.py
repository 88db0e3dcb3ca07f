"""A small year of work for boards and indicators: one piece of each standing, reported and confirmed by services."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from cchc_tasks.services import obligations
from cchc_tasks.services.obligations import DocumentInput
from cchc_tasks.storage.models import Obligation, Plan
from tests.factories import Office, at, make_office, make_plan, make_task, make_unit, principal_of
from tests.support.prepared import prepared


@dataclass(frozen=True)
class Year:
    """As at 10/3/2021: two late (one of them returned), one due soon, two later, two undated (one of them given to
    a group), one waiting, two done (one of them late)."""

    office: Office
    plan: Plan
    work: dict[str, Obligation]

    @property
    def total(self) -> int:
        return len(self.work)


def report(session: Session, year_office: Office, one: Obligation, on: date, *, recorded: Any = None) -> Obligation:
    """The office reports the piece as done on a day, with a document; recorded the day after if nothing is said."""
    return obligations.report(
        session,
        one.id,
        version=one.version,
        effective_on=on,
        document=DocumentInput(f"{one.id}/BC-STTTT", on, "Báo cáo kết quả"),
        actor=principal_of(session, year_office.people["head"]),
        now=recorded or at(on, 16),
    )


def confirm(session: Session, office: Office, one: Obligation, now: Any) -> Obligation:
    actor = principal_of(session, office.people["office"])
    return obligations.confirm(session, one.id, version=one.version, actor=actor, now=now)


def give_back(session: Session, office: Office, one: Obligation, now: Any) -> Obligation:
    actor = principal_of(session, office.people["office"])
    return obligations.return_report(
        session, one.id, version=one.version, reason="Thiếu phụ lục số liệu.", actor=actor, now=now
    )


def make_year(session: Session) -> Year:
    return prepared(session, "small year", lambda: _build(session))


def _build(session: Session) -> Year:
    office = make_office(session)
    group = make_unit(session, office.agency, "Các phòng chuyên môn", members=(office.unit, office.other_unit))
    plan = make_plan(session, office.agency)
    unit, other = office.unit, office.other_unit
    dues: dict[str, tuple[date | None, Any, str]] = {
        "late": (date(2020, 12, 31), unit, "Kế hoạch đào tạo, bồi dưỡng"),
        "returned": (date(2021, 3, 5), unit, "Báo cáo chuyên đề ứng dụng công nghệ thông tin"),
        "soon": (date(2021, 3, 31), unit, "Rà soát thủ tục hành chính"),
        "later": (date(2021, 6, 30), other, "Kiểm tra công vụ"),
        "undated": (None, other, "Tham mưu xây dựng văn bản"),
        "waiting": (date(2021, 3, 31), unit, "=1+1 Quyết định đường dây nóng"),
        "done": (date(2021, 3, 31), unit, "Kế hoạch tuyên truyền"),
        "done_late": (date(2021, 1, 31), unit, "Quy chế làm việc"),
    }
    work = {
        name: make_task(
            session, plan, lead=lead, due_on=due, text=f"Nhiệm vụ {text}", deliverable_texts=(text,)
        ).obligation
        for name, (due, lead, text) in dues.items()
    }
    work["group"] = make_task(
        session, plan, lead=group, due_on=None, text="Trả lời kiến nghị", deliverable_texts=("Văn bản trả lời",)
    ).obligation
    work["year_end"] = make_task(
        session, plan, lead=unit, coordinating=(office.office,), due_on=date(2021, 12, 31)
    ).obligation
    session.commit()
    for name, day in {"returned": 3, "waiting": 4, "done": 5, "done_late": 6}.items():
        work[name] = report(session, office, work[name], date(2021, 3, day))
    work["done"] = confirm(session, office, work["done"], at(date(2021, 3, 8)))
    work["done_late"] = confirm(session, office, work["done_late"], at(date(2021, 3, 8)))
    work["returned"] = give_back(session, office, work["returned"], at(date(2021, 3, 9)))
    return Year(office, plan, work)
