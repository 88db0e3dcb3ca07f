"""Status changes through the services: who may, what is refused, what the ledger says afterwards."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from cchc_tasks.domain.counting import CountedThing
from cchc_tasks.domain.errors import DuplicateRequest, NotAllowed, NotFound, Refused, RefusedReason, StaleEdit
from cchc_tasks.domain.permissions import Role
from cchc_tasks.domain.standing import Facts, Standing, standing
from cchc_tasks.domain.units import UnitKind
from cchc_tasks.domain.workflow import Status
from cchc_tasks.services import ledger, obligations
from cchc_tasks.services._evidence import DocumentInput
from cchc_tasks.services.counting import count
from cchc_tasks.storage.queries import ledger as ledger_queries
from cchc_tasks.storage.queries.obligations import WorkFilter, list_work
from tests.factories import at, make_agency, make_person, make_plan, make_task, make_unit, principal_of

TODAY = date(2021, 3, 10)
NOW = at(TODAY)
DECISION = DocumentInput("01/QĐ-STTTT", date(2020, 12, 30), "Ban hành Kế hoạch theo dõi thi hành pháp luật")


class Office:
    """An leads the inspectorate, Bình coordinates, Chi is of another agency; Hạnh is the office, Tuấn the director."""

    def __init__(self, session: Session) -> None:
        self.session = session
        agency = make_agency(session)
        self.inspectorate = make_unit(session, agency, "Thanh tra Sở", kind=UnitKind.INSPECTORATE)
        self.office = make_unit(session, agency, "Văn phòng Sở", kind=UnitKind.OFFICE)
        self.division = make_unit(session, agency)
        people = {
            "an": (Role.HEAD, self.inspectorate),
            "son": (Role.STAFF, self.inspectorate),
            "binh": (Role.HEAD, self.division),
            "hanh": (Role.OFFICE, self.office),
            "loan": (Role.OFFICE, self.office),
            "tuan": (Role.LEADER, None),
            "xem": (Role.VIEWER, None),
        }
        for key, (role, unit) in people.items():
            setattr(self, key, principal_of(session, make_person(session, agency, key, role=role, unit=unit)))
        other = make_agency(session)
        self.chi = principal_of(session, make_person(session, other, role=Role.OFFICE))
        self.plan = make_plan(session, agency)
        self.made = make_task(
            session, self.plan, lead=self.inspectorate, coordinating=[self.division], due_on=date(2020, 12, 31)
        )
        self.own = make_task(session, self.plan, lead=self.office)
        self.id = self.made.obligation.id
        session.commit()

    def report(self, **values: object) -> object:
        given = {"version": 1, "effective_on": DECISION.issued_on, "actor": self.an, "now": NOW, "document": DECISION}
        return obligations.report(self.session, self.id, **(given | values))


@pytest.fixture
def office(session: Session) -> Office:
    return Office(session)


def test_reported_and_confirmed_work_is_done_on_the_day_of_its_document(office, session):
    reported = office.report()
    done = obligations.confirm(session, office.id, version=reported.version, actor=office.hanh, now=NOW)

    assert done.status is Status.DONE
    assert done.status_on == date(2020, 12, 30)
    assert standing_of(done) is Standing.DONE_ON_TIME


def standing_of(obligation):
    return standing(Facts(obligation.status, obligation.status_on, obligation.due_on), TODAY)


def test_return_keeps_the_day_of_the_report_and_needs_a_reason(office, session):
    reported = office.report()

    with pytest.raises(Refused) as refused:
        obligations.return_report(session, office.id, version=reported.version, reason="", actor=office.hanh, now=NOW)
    returned = obligations.return_report(
        session, office.id, version=reported.version, reason="Thiếu phụ lục.", actor=office.hanh, now=NOW
    )

    assert refused.value.reason is RefusedReason.REASON_NEEDED
    assert (returned.status, returned.is_returned, returned.status_on) == (
        Status.IN_PROGRESS,
        True,
        DECISION.issued_on,
    )


@pytest.mark.parametrize(
    ("who", "error"), [("binh", NotAllowed), ("xem", NotAllowed), ("chi", NotFound), ("tuan", NotAllowed)]
)
def test_work_is_reported_only_by_those_who_owe_it(office, who, error):
    with pytest.raises(error):
        office.report(actor=getattr(office, who))


def test_completion_without_evidence_is_refused_and_a_waiver_is_recorded(office, session):
    with pytest.raises(Refused) as refused:
        office.report(document=None)
    waived = office.report(document=None, waiver_reason="Hệ thống đang vận hành ổn định.")

    assert refused.value.reason is RefusedReason.NO_EVIDENCE
    assert waived.status is Status.REPORTED
    assert waived.is_evidence_waived


def test_nobody_confirms_their_own_report_without_a_reason(office, session):
    reported = office.report(actor=office.hanh)

    with pytest.raises(Refused) as refused:
        obligations.confirm(session, office.id, version=reported.version, actor=office.hanh, now=NOW)
    done = obligations.confirm(
        session, office.id, version=reported.version, actor=office.hanh, now=NOW, override_reason="Trực thay."
    )

    assert refused.value.reason is RefusedReason.SELF_CONFIRMATION
    rows = ledger_queries.list_status_rows(session, done.agency_id, done.id)
    assert rows[-1].payload["reason"] == "Trực thay."


def test_work_of_the_office_itself_is_confirmed_by_a_leader(office, session):
    own_id = office.own.obligation.id
    reported = obligations.report(
        session,
        own_id,
        version=1,
        effective_on=TODAY,
        actor=office.hanh,
        now=NOW,
        document=DocumentInput("31/KH-STTTT", TODAY, "Kế hoạch"),
    )

    with pytest.raises(Refused) as refused:
        obligations.confirm(session, own_id, version=reported.version, actor=office.loan, now=NOW)
    done = obligations.confirm(session, own_id, version=reported.version, actor=office.tuan, now=NOW)

    assert refused.value.reason is RefusedReason.OFFICE_WORK_NEEDS_LEADER
    assert done.status is Status.DONE


def test_bulk_confirmation_leaves_no_trace_of_what_it_refuses(office, session):
    office.report(actor=office.hanh)
    second = make_task(session, office.plan, lead=office.inspectorate).obligation
    session.commit()
    obligations.report(session, second.id, version=1, effective_on=TODAY, actor=office.an, now=NOW, document=DECISION)

    confirmed, refused = obligations.confirm_many(session, {office.id: 2, second.id: 2}, actor=office.hanh, now=NOW)

    assert [each.id for each in confirmed] == [second.id]
    assert [(each.obligation_id, each.error.reason) for each in refused] == [
        (office.id, RefusedReason.SELF_CONFIRMATION)
    ]
    again = obligations.confirm(session, office.id, version=2, actor=office.loan, now=NOW)
    assert again.version == 3


def test_day_after_today_is_refused_and_day_before_the_plan_needs_a_reason(office):
    with pytest.raises(Refused) as late:
        office.report(effective_on=TODAY + timedelta(days=1))
    with pytest.raises(Refused) as early:
        office.report(effective_on=date(2020, 12, 20))
    accepted = office.report(effective_on=date(2020, 12, 20), reason="Ban hành trước kế hoạch.")

    assert late.value.reason is RefusedReason.AFTER_TODAY
    assert early.value.reason is RefusedReason.BEFORE_PLAN
    assert accepted.status_on == date(2020, 12, 20)


def test_the_second_editor_is_told_instead_of_overwriting(office, session):
    office.report()

    with pytest.raises(StaleEdit) as stale:
        obligations.start(session, office.id, version=1, actor=office.son, now=NOW)

    assert stale.value.facts["current"] == 2


def test_a_form_posted_twice_writes_once(office, session):
    first = office.report(request_key="k1")

    with pytest.raises(DuplicateRequest):
        office.report(request_key="k1", version=first.version)

    assert len(ledger_queries.list_status_rows(session, first.agency_id, first.id)) == 1


def test_report_dated_before_the_recorded_start_holds_from_its_own_day(office, session):
    started = obligations.start(session, office.id, version=1, actor=office.an, now=NOW, effective_on=date(2021, 3, 5))

    reported = office.report(version=started.version, effective_on=date(2021, 3, 1))

    rows = ledger_queries.list_status_rows(session, reported.agency_id, reported.id)
    assert (reported.status, reported.status_on) == (Status.REPORTED, date(2021, 3, 1))
    assert rows[-1].corrects_seq == rows[0].seq


def test_reopened_work_is_in_progress_from_a_day_not_before_its_completion(office, session):
    reported = office.report()
    done = obligations.confirm(session, office.id, version=reported.version, actor=office.hanh, now=NOW)
    reopening = {"actor": office.hanh, "now": NOW, "reason": "Thiếu nội dung."}

    with pytest.raises(Refused) as refused:
        obligations.reopen(session, office.id, version=done.version, effective_on=date(2020, 12, 29), **reopening)
    reopened = obligations.reopen(session, office.id, version=done.version, effective_on=TODAY, **reopening)

    assert refused.value.reason is RefusedReason.BEFORE_COMPLETION
    assert (reopened.status, reopened.status_on) == (Status.IN_PROGRESS, TODAY)


@pytest.mark.parametrize("words", ["01/QĐ", "01/qd-stttt", "thi hanh phap luat"])
def test_work_is_found_by_the_number_and_subject_of_its_document(office, session, words):
    office.report()

    found = list_work(session, office.plan.agency_id, WorkFilter(words=words))

    assert [row.id for row in found] == [office.id]


def test_a_waiver_ends_with_the_report_that_gave_it(office, session):
    waived = office.report(document=None, waiver_reason="Hệ thống đang vận hành ổn định.")
    returned = obligations.return_report(
        session, office.id, version=waived.version, reason="Cần văn bản.", actor=office.hanh, now=NOW
    )

    with pytest.raises(Refused) as refused:
        office.report(version=returned.version, document=None)

    assert refused.value.reason is RefusedReason.NO_EVIDENCE


def test_what_is_written_later_is_recorded_later_even_where_its_request_began_earlier(office, session):
    office.report()
    asked = {"actor": office.hanh, "cut_off": TODAY, "by": CountedThing.OBLIGATION}
    known_at = ledger.known_now(session, office.plan.agency_id, now=NOW)
    before = count(session, office.plan.id, known_at=known_at, **asked)

    obligations.confirm(session, office.id, version=2, actor=office.hanh, now=NOW - timedelta(seconds=5))

    assert count(session, office.plan.id, known_at=known_at, **asked) == before
    assert before.done == 0
    now_known = ledger.known_now(session, office.plan.agency_id, now=NOW)
    assert count(session, office.plan.id, known_at=now_known, **asked).done == 1


def test_what_is_written_in_the_same_instant_is_recorded_after_it(office, session):
    """The demo's clock stands still at the end of its day."""
    office.report()
    asked = {"actor": office.hanh, "cut_off": TODAY, "by": CountedThing.OBLIGATION}
    known_at = ledger.known_now(session, office.plan.agency_id, now=NOW)
    before = count(session, office.plan.id, known_at=known_at, **asked)

    obligations.confirm(session, office.id, version=2, actor=office.hanh, now=known_at)

    assert count(session, office.plan.id, known_at=known_at, **asked) == before
