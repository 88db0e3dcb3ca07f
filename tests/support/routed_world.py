"""One agency in which every id of an address exists, for the table of who gets in where."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from cchc_tasks.evidence import EvidenceStore
from cchc_tasks.services import staging
from cchc_tasks.services._mail import new_message_row
from cchc_tasks.storage.models import CalendarFeed, OutboxMessage, PlanDraft, SavedFilter, StagedImport
from tests.factories import (
    NOW,
    MadeTask,
    Office,
    make_evidence,
    make_office,
    make_plan,
    make_task,
    principal_of,
)
from tests.support import plan_163
from tests.support.drafts import make_amendment, open_draft
from tests.support.people_away import Planned, plan_changes
from tests.support.two_offices import ASKED_KEY, ask_for_time, begin_report, prove_row


@dataclass
class World:
    """What the addresses of this test are filled with."""

    office: Office
    feed: CalendarFeed
    saved: SavedFilter
    message: OutboxMessage
    made: MadeTask
    evidence_id: int
    staged: StagedImport
    #: The head of the other unit asked for more time.
    request_id: int
    planned: Planned
    #: A report that is prepared.
    report_id: int
    draft: PlanDraft


def make_world(session: Session, store: EvidenceStore) -> World:
    office = make_office(session)
    staff = office.people["staff"]
    feed = CalendarFeed(
        agency_id=staff.agency_id,
        person_id=staff.id,
        scope="person",
        token_hash="0" * 64,
        created_at=NOW,
        expires_at=NOW + timedelta(days=9_999),
    )
    message = OutboxMessage(
        **new_message_row(
            agency_id=staff.agency_id, kind="digest", recipient_id=staff.id, unique_key="1", payload={}, now=NOW
        )
    )
    saved = SavedFilter(agency_id=staff.agency_id, person_id=staff.id, name="Quá hạn", query="", created_at=NOW)
    session.add_all([feed, message, saved])
    plan = make_plan(session, office.agency, number="7/KH-STTTT")
    made = make_task(session, plan, lead=office.unit, coordinating=[office.other_unit])
    late = make_task(session, plan, lead=office.other_unit)
    evidence = make_evidence(session, made.obligation, store)
    session.commit()
    reader = principal_of(session, office.people["office"])
    staged = staging.stage(session, plan_163.reading(), file_name="163.xlsx", sha256="1" * 64, actor=reader, now=NOW)
    request_id = ask_for_time(session, late.obligation, office.people["other_head"])
    planned = plan_changes(session, office.people, office.other_unit)
    report_id = begin_report(session, office.people["office"], {ASKED_KEY: office.unit.id})
    prove_row(session, store, office.people["office"], report_id, ASKED_KEY)
    make_amendment(session, plan)
    session.commit()
    draft = open_draft(session, plan, office.people["office"])
    return World(office, feed, saved, message, made, evidence.id, staged, request_id, planned, report_id, draft)
