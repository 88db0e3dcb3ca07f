"""Two agencies of the same shape, so that any id of one can be put in the place of the other's."""

import io
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from cchc_tasks.domain.permissions import Role
from cchc_tasks.domain.units import UnitKind
from cchc_tasks.evidence import EvidenceStore
from cchc_tasks.services import extensions, obligations, report_answers, reports, staging
from cchc_tasks.services._mail import new_message_row
from cchc_tasks.services.obligations import DocumentInput, FileInput
from cchc_tasks.services.report_answers import Answer
from cchc_tasks.services.reports import Period
from cchc_tasks.storage.models import (
    Agency,
    Area,
    CalendarFeed,
    MessageState,
    Obligation,
    OutboxMessage,
    Person,
    Plan,
    PlanDraft,
    SavedFilter,
    StagedImport,
    Unit,
)
from tests.factories import (
    NOW,
    PDF,
    TODAY,
    MadeTask,
    make_agency,
    make_evidence,
    make_person,
    make_plan,
    make_task,
    make_unit,
    principal_of,
)
from tests.support import plan_163
from tests.support.drafts import make_amendment, open_draft
from tests.support.people_away import Planned, plan_changes

#: Words that stand in every name and text of the other agency, and nowhere else.
FOREIGN = "ngoài cơ quan"
REPORT_FORM = "tuyen-quang-so-nganh"
REPORT_PERIOD = Period("q1", 2021, date(2020, 12, 15), date(2021, 3, 14), date(2021, 3, 12), date(2021, 3, 20))
#: The row that each agency's report asks of its unit.
ASKED_KEY, ASKED_CODE = "steer.survey.forms", "1.4.1"
#: The row whose answer has a file.
PROVED_KEY, PROVED_CODE = "steer.dialogue", "1.5"
LETTER = DocumentInput("42/BC-STTTT", date(2021, 3, 5), "Báo cáo kết quả rà soát")


@dataclass
class Side:
    """One agency: people by role, work of its unit (`made`) and of its other unit (`beside`), and what else has ids.

    `reported` was said to be done by its head and waits for confirmation; for `asking` the head asked for more time.
    """

    agency: Agency
    office_unit: Unit
    unit: Unit
    other_unit: Unit
    group: Unit
    people: dict[str, Person]
    plan: Plan
    empty_area: Area
    made: MadeTask
    beside: MadeTask
    reported: MadeTask
    asking: MadeTask
    request_id: int
    evidence_id: int
    feed: CalendarFeed
    saved: SavedFilter
    message: OutboxMessage
    staged: StagedImport
    #: The report of quý I is prepared; it asks one row of `unit`.
    report_id: int
    #: A unit as the staged plan prints it.
    printed_unit: str
    planned: Planned
    draft: PlanDraft


def make_side(session: Session, store: EvidenceStore, mark: str = "") -> Side:
    """An agency in which everything that has an id exists once at least; `mark` ends each of its names."""
    agency = make_agency(session, name=f"SỞ {mark}".strip())
    office_unit = make_unit(session, agency, f"Văn phòng Sở {mark}".strip(), kind=UnitKind.OFFICE)
    unit = make_unit(session, agency, f"Phòng Công nghệ thông tin {mark}".strip())
    other_unit = make_unit(session, agency, f"Thanh tra Sở {mark}".strip(), kind=UnitKind.INSPECTORATE)
    group = make_unit(session, agency, f"Các phòng {mark}".strip(), members=(unit, other_unit))
    roles = {
        "admin": (Role.ADMIN, None),
        "office": (Role.OFFICE, office_unit),
        "leader": (Role.LEADER, None),
        "head": (Role.HEAD, unit),
        "staff": (Role.STAFF, unit),
        "other_head": (Role.HEAD, other_unit),
        "viewer": (Role.VIEWER, None),
    }
    people = {
        name: make_person(session, agency, f"Người {name} {mark}".strip(), role=role, unit=at)
        for name, (role, at) in roles.items()
    }
    plan = make_plan(session, agency, number=f"7/KH-STTTT {mark}".strip())
    empty_area = Area(agency_id=agency.id, plan_id=plan.id, position=1, ordinal="2", name=f"Lĩnh vực trống {mark}")
    session.add(empty_area)
    texts = {"text": f"Rà soát văn bản {mark}", "deliverable_texts": (f"Báo cáo rà soát {mark}",)}
    made = make_task(session, plan, lead=unit, **texts)
    beside = make_task(session, plan, lead=other_unit, **texts)
    reported = make_task(session, plan, lead=unit, **texts)
    asking = make_task(session, plan, lead=unit, **texts)
    evidence = make_evidence(session, made.obligation, store)
    feed, message = feed_of(people["office"]), dead_mail_to(people["staff"])
    saved = filter_of(people["office"], f"Việc quá hạn {mark}".strip())
    session.add_all([feed, message, saved])
    session.commit()
    report(session, reported.obligation, people["head"])
    request_id = ask_for_time(session, asking.obligation, people["head"])
    make_amendment(session, plan)
    session.commit()
    office = principal_of(session, people["office"])
    staged = staging.stage(session, plan_163.reading(), file_name="163.xlsx", sha256="1" * 64, actor=office, now=NOW)
    report_id = begin_report(session, people["office"], {ASKED_KEY: unit.id})
    prove_row(session, store, people["office"], report_id, PROVED_KEY, name=f"phieu {mark}".strip())
    return Side(
        agency=agency,
        office_unit=office_unit,
        unit=unit,
        other_unit=other_unit,
        group=group,
        people=people,
        plan=plan,
        empty_area=empty_area,
        made=made,
        beside=beside,
        reported=reported,
        asking=asking,
        request_id=request_id,
        evidence_id=evidence.id,
        feed=feed,
        saved=saved,
        message=message,
        staged=staged,
        report_id=report_id,
        printed_unit=staging.review(session, staged.id, actor=office, today=TODAY).units[0].printed,
        planned=plan_changes(session, people, other_unit),
        draft=open_draft(session, plan, people["office"]),
    )


def feed_of(person: Person, token_hash: str = "") -> CalendarFeed:
    """A subscribed calendar of the person's own work."""
    return CalendarFeed(
        agency_id=person.agency_id,
        person_id=person.id,
        scope="person",
        token_hash=token_hash or f"{person.id:064d}",
        created_at=NOW,
        expires_at=NOW + timedelta(days=9_999),
    )


def filter_of(person: Person, name: str) -> SavedFilter:
    """A filter that the person keeps."""
    return SavedFilter(agency_id=person.agency_id, person_id=person.id, name=name, query="han=qua-han", created_at=NOW)


def dead_mail_to(person: Person) -> OutboxMessage:
    """A mail that was given up, so that it can be sent again."""
    row = new_message_row(
        agency_id=person.agency_id, kind="digest", recipient_id=person.id, unique_key="1", payload={}, now=NOW
    )
    return OutboxMessage(**{**row, "state": MessageState.DEAD})


def report(session: Session, obligation: Obligation, by: Person) -> None:
    """The head says that the work is done, with a document."""
    obligations.report(
        session,
        obligation.id,
        version=obligation.version,
        effective_on=LETTER.issued_on,
        document=LETTER,
        actor=principal_of(session, by),
        now=NOW,
    )
    session.refresh(obligation)


def begin_report(session: Session, by: Person, units: dict[str, int] | None = None) -> int:
    """The office begins the report of quý I and gives its rows of these keys to units; the report's id."""
    actor = principal_of(session, by)
    report = reports.begin(session, REPORT_FORM, REPORT_PERIOD, title="Báo cáo quý I", actor=actor, now=NOW)
    if units:
        reports.assign_rows(session, report.id, units, version=report.version, actor=actor, now=NOW)
    return report.id


def ask_for_time(session: Session, obligation: Obligation, by: Person) -> int:
    """The head asks for a later deadline; the request's id."""
    request = extensions.ask(
        session,
        obligation.id,
        version=obligation.version,
        due_on=date(2021, 4, 30),
        reason="Chờ ý kiến các đơn vị",
        actor=principal_of(session, by),
        now=NOW,
    )
    session.refresh(obligation)
    return request.id


def prove_row(
    session: Session, store: EvidenceStore, by: Person, report_id: int, key: str, *, name: str = "phieu"
) -> None:
    """The office answers a row of the report and puts a file behind the answer."""
    kept = store.keep(io.BytesIO(PDF), f"{name}.pdf")
    file = FileInput(kept.sha256, kept.name, kept.size, kept.media_type)
    actor = principal_of(session, by)
    report_answers.answer(session, report_id, [Answer(key, "3", file=file)], actor=actor, now=NOW)
