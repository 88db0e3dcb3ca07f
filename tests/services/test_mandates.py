"""Acting heads, delegates and long leave: what they may, until when, what the ledger says, and work without anybody."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from cchc_tasks.domain import permissions
from cchc_tasks.domain.errors import NotAllowed, NotFound, Refused, RefusedReason
from cchc_tasks.domain.ledger import RowKind
from cchc_tasks.domain.orphans import OrphanReason
from cchc_tasks.domain.permissions import Action, MandateKind, Role
from cchc_tasks.domain.reorganisations import InvalidReorganisation, ReorganisationKind, ReorganisationTrouble
from cchc_tasks.services import extensions, mandates, obligations, orphans, people, reorganising
from cchc_tasks.services.mandates import NewMandate
from cchc_tasks.services.reorganising import DecisionPaper, Order
from cchc_tasks.storage.models import LedgerRow, Task
from cchc_tasks.storage.queries import ledger as ledger_queries
from cchc_tasks.storage.queries import orphans as queries
from cchc_tasks.storage.queries import people as people_queries
from cchc_tasks.storage.queries.reminders import load_roster
from tests.factories import NOW, TODAY, at, make_person, principal_of
from tests.support.work import Workplace

WEEK = TODAY + timedelta(days=7)
REASON = "Chuyển việc chưa có người chịu trách nhiệm"


@pytest.fixture
def place(session):
    return Workplace(session)


def give(session, place, kind, to, *, by="admin", unit=None, giver=None, starts_on=TODAY, ends_on=WEEK):
    new = NewMandate(
        kind,
        place.office.people[to].id,
        starts_on,
        ends_on,
        None if unit is None else unit.id,
        None if giver is None else place.office.people[giver].id,
        "15/QĐ-STTTT",
    )
    return mandates.give(session, new, actor=place.who(by), now=NOW)


def report_by_office(session, place):
    return place.report(by="office")


def test_whom_a_leader_names_confirms_the_offices_own_work_and_the_ledger_says_for_whom(session, place):
    made = place.task(lead=place.office.office)
    place.made = made
    reported = place.report(made, by="office")
    deputy = make_person(session, place.office.agency, "Rơ Châm Hà", role=Role.OFFICE, unit=place.office.office)
    place.office.people["deputy"] = deputy
    session.commit()
    with pytest.raises(Refused):
        confirm(session, place, reported, "deputy")

    give(session, place, MandateKind.FOR_LEADER, "deputy", by="leader", giver="leader")
    done = confirm(session, place, place.fresh(), "deputy")

    row = ledger_queries.list_status_rows(session, place.office.agency.id, done.id)[-1]
    assert row.actor_id == deputy.id
    assert row.payload["behalf_of"] == place.office.people["leader"].id


def confirm(session, place, obligation, name):
    return obligations.confirm(session, obligation.id, version=obligation.version, actor=place.who(name), now=at(TODAY))


def test_a_delegate_of_a_leader_may_confirm_and_nothing_else_of_a_leaders(session, place):
    give(session, place, MandateKind.FOR_LEADER, "staff", by="leader", giver="leader")
    staff = place.who("staff")

    assert permissions.may(staff, Action.CONFIRM)
    assert not permissions.may(staff, Action.EDIT_PLAN)
    assert staff.roles == {Role.STAFF}


def test_a_power_never_reaches_to_signing_a_report(session, place):
    for kind in MandateKind:
        assert Action.SUBMIT_REPORT not in permissions.GRANTS_BY_MANDATE.get(kind, ())
    give(session, place, MandateKind.FOR_LEADER, "staff", by="leader", giver="leader")

    assert not permissions.may(place.who("staff"), Action.SUBMIT_REPORT)


def ask_more_time(session, place, made, by):
    values = {"version": place.fresh(made).version, "due_on": date(2021, 4, 30), "reason": "Chờ ý kiến Sở Tư pháp."}
    return extensions.ask(session, made.obligation.id, actor=place.who(by), now=at(TODAY), **values)


def refuse_more_time(session, place, request, by):
    values = {"version": request.version, "words": "Đủ thời gian."}
    return extensions.refuse(session, request.id, actor=place.who(by), now=at(TODAY), **values)


def rows_of(session, made, kind):
    query = select(LedgerRow).where(LedgerRow.obligation_id == made.obligation.id, LedgerRow.kind == kind)
    return session.scalars(query.order_by(LedgerRow.seq)).all()


def test_whom_a_leader_names_answers_the_offices_own_request_and_the_ledger_says_for_whom(session, place):
    made = place.task(lead=place.office.office)
    request = ask_more_time(session, place, made, "office")
    deputy = make_person(session, place.office.agency, "Rơ Châm Hà", role=Role.OFFICE, unit=place.office.office)
    place.office.people["deputy"] = deputy
    session.commit()
    with pytest.raises(Refused) as error:
        refuse_more_time(session, place, request, "deputy")
    assert error.value.reason is RefusedReason.OFFICE_REQUEST_NEEDS_LEADER

    give(session, place, MandateKind.FOR_LEADER, "deputy", by="leader", giver="leader")
    extensions.grant(
        session,
        request.id,
        version=request.version,
        deadline_version=place.fresh(made).deadline_version,
        due_on=date(2021, 4, 15),
        words="Đồng ý đến giữa tháng.",
        actor=place.who("deputy"),
        now=at(TODAY),
    )

    asked, answered = rows_of(session, made, RowKind.EXTENSION)
    assert "power" not in asked.payload
    assert answered.actor_id == deputy.id
    assert (answered.payload["power"], answered.payload["behalf_of"]) == (
        "for_leader",
        place.office.people["leader"].id,
    )
    assert place.fresh(made).due_on == date(2021, 4, 15)


def test_a_delegate_refuses_a_units_request_in_the_leaders_name(session, place):
    request = ask_more_time(session, place, place.made, "head")
    with pytest.raises(NotAllowed):
        refuse_more_time(session, place, request, "staff")

    give(session, place, MandateKind.FOR_LEADER, "staff", by="leader", giver="leader")
    refuse_more_time(session, place, request, "staff")

    [_asked, answered] = rows_of(session, place.made, RowKind.EXTENSION)
    assert answered.payload["behalf_of"] == place.office.people["leader"].id


def test_the_office_answers_a_units_request_by_its_own_right_also_with_a_leaders_power(session, place):
    request = ask_more_time(session, place, place.made, "head")
    give(session, place, MandateKind.FOR_LEADER, "office", by="leader", giver="leader")

    refuse_more_time(session, place, request, "office")

    assert "power" not in rows_of(session, place.made, RowKind.EXTENSION)[-1].payload


def test_a_delegate_does_not_answer_their_own_request(session, place):
    give(session, place, MandateKind.FOR_LEADER, "head", by="leader", giver="leader")
    request = ask_more_time(session, place, place.made, "head")

    with pytest.raises(Refused) as error:
        refuse_more_time(session, place, request, "head")

    assert error.value.reason is RefusedReason.SELF_ANSWER


def test_an_acting_head_asks_for_more_time_and_the_ledger_says_by_what_power(session, place):
    give(session, place, MandateKind.FOR_HEAD, "other_head", by="head", unit=place.office.unit, giver="head")

    ask_more_time(session, place, place.made, "other_head")

    [asked] = rows_of(session, place.made, RowKind.EXTENSION)
    assert (asked.payload["power"], asked.payload["behalf_of"]) == ("for_head", place.office.people["head"].id)


def test_own_rights_need_no_mandate(session, place):
    give(session, place, MandateKind.ACTING_HEAD, "staff", unit=place.office.unit)
    reported = place.report(by="staff")

    row = ledger_queries.list_status_rows(session, place.office.agency.id, reported.id)[-1]
    assert "power" not in row.payload


def test_an_acting_head_has_the_heads_rights_in_that_unit_for_that_time(session, place):
    give(session, place, MandateKind.ACTING_HEAD, "staff", unit=place.office.other_unit)
    staff = place.office.people["staff"]
    work = permissions.Work(place.office.agency.id, responsible_ids=frozenset({place.office.other_unit.id}))

    for day, holds in ((TODAY - timedelta(days=1), False), (TODAY, True), (WEEK, True), (WEEK + timedelta(1), False)):
        found = principal_of(session, staff, day)
        assert permissions.may(found, Action.HAND_OVER, work) is holds
        assert (place.office.other_unit.id in found.own_unit_ids) is holds
    roster = load_roster(session, place.office.agency.id, TODAY)
    assert staff.id in roster.heads_of[place.office.other_unit.id]


def test_what_is_done_for_a_head_says_so(session, place):
    give(session, place, MandateKind.FOR_HEAD, "other_head", by="head", unit=place.office.unit, giver="head")

    reported = place.report(by="other_head")

    row = ledger_queries.list_status_rows(session, place.office.agency.id, reported.id)[-1]
    assert (row.payload["power"], row.payload["behalf_of"]) == ("for_head", place.office.people["head"].id)


def test_a_power_ends_with_the_next_request_once_it_is_revoked(session, place):
    given = give(session, place, MandateKind.FOR_LEADER, "staff", by="leader", giver="leader")

    mandates.revoke(session, given.id, actor=place.who("leader"), now=NOW)

    assert not permissions.may(place.who("staff"), Action.CONFIRM)
    assert people_queries.find_account(session, place.office.people["staff"].id, TODAY).principal.mandates == ()


@pytest.mark.parametrize(
    ("values", "trouble"),
    [
        ({"ends_on": None}, ReorganisationTrouble.END_NEEDED),
        ({"ends_on": TODAY - timedelta(days=1)}, ReorganisationTrouble.DATES_REVERSED),
        ({"to": "leader"}, ReorganisationTrouble.TO_ONESELF),
        ({"giver": "head", "by": "admin"}, ReorganisationTrouble.NOT_ONES_OWN),
    ],
)
def test_what_cannot_be_given_is_refused(session, place, values, trouble):
    given = {"to": "staff", "by": "leader", "giver": "leader"} | values
    with pytest.raises(InvalidReorganisation) as error:
        give(session, place, MandateKind.FOR_LEADER, **given)

    assert error.value.trouble is trouble


def test_nobody_gives_the_power_of_somebody_else(session, place):
    with pytest.raises(NotAllowed):
        give(session, place, MandateKind.FOR_LEADER, "staff", by="head", giver="leader")
    given = give(session, place, MandateKind.FOR_LEADER, "staff", by="leader", giver="leader")
    with pytest.raises(NotFound):
        mandates.revoke(session, given.id, actor=place.who("head"), now=NOW)


# --- work without anybody


def found(session, place, day=TODAY):
    return [(each.obligation_id, each.reason) for each in queries.list_orphans(session, place.office.agency.id, day)]


def close(session, place, name):
    person = place.office.people[name]
    people.set_active(session, person.id, is_active=False, actor=place.who("admin"), now=NOW, real_now=NOW)


def test_a_unit_with_one_person_present_answers_for_its_work(session, place):
    close(session, place, "head")

    assert found(session, place) == []


def test_work_of_a_unit_in_which_nobody_is_present_stands_on_the_page(session, place):
    close(session, place, "head")
    staff = place.office.people["staff"]
    mandates.record_absence(
        session, staff.id, starts_on=TODAY, ends_on=WEEK, reason="Nghỉ sinh", actor=place.who("admin"), now=NOW
    )

    assert found(session, place) == [(place.made.obligation.id, OrphanReason.EMPTY)]
    assert found(session, place, WEEK + timedelta(days=1)) == []
    give(session, place, MandateKind.ACTING_HEAD, "other_head", unit=place.office.unit)
    assert found(session, place) == []


def test_a_co_lead_with_somebody_is_enough_while_nobody_leads(session, place):
    made = place.task(lead=None, co_leads=(place.office.unit, place.office.other_unit))
    close(session, place, "head")
    close(session, place, "staff")

    assert made.obligation.id not in {each for each, _reason in found(session, place)}
    close(session, place, "other_head")
    assert made.obligation.id in {each for each, _reason in found(session, place)}


def test_work_of_an_abolished_unit_is_given_to_another_with_one_click(session, place):
    order = Order(
        ReorganisationKind.ABOLISH,
        DecisionPaper("9/QĐ", TODAY, "Về việc giải thể"),
        TODAY,
        (place.office.unit.id,),
    )
    reorganising.record(session, order, actor=place.who("office"), now=NOW)
    assert found(session, place) == [(place.made.obligation.id, OrphanReason.ENDED)]

    ids = orphans.tasks_of(session, place.office.agency.id, place.office.unit.id, NOW)
    given = orphans.give_to(
        session, ids, unit_id=place.office.other_unit.id, reason=REASON, actor=place.who("office"), now=at(TODAY)
    )

    session.expire_all()
    assert given == 1
    assert found(session, place) == []
    assert session.get_one(Task, place.made.task.id).lead_unit_id == place.office.other_unit.id
    assert place.fresh().counted_unit_id == place.office.other_unit.id
    again = orphans.give_to(
        session, ids, unit_id=place.office.other_unit.id, reason=REASON, actor=place.who("office"), now=at(TODAY)
    )
    assert again == 0


def test_work_is_not_given_to_a_unit_in_which_nobody_is_either(session, place):
    close(session, place, "other_head")
    with pytest.raises(InvalidReorganisation):
        orphans.give_to(
            session,
            [place.made.task.id],
            unit_id=place.office.other_unit.id,
            reason=REASON,
            actor=place.who("office"),
            now=NOW,
        )


def test_a_person_moves_to_another_unit_on_a_day(session, place):
    staff = place.office.people["staff"]
    mandates.move_person(
        session,
        staff.id,
        membership_id=staff.memberships[0].id,
        unit_id=place.office.other_unit.id,
        day=WEEK,
        actor=place.who("admin"),
        now=NOW,
    )

    before, after = (principal_of(session, staff, day) for day in (date(2021, 3, 16), WEEK))
    assert (before.own_unit_ids, after.own_unit_ids) == ({place.office.unit.id}, {place.office.other_unit.id})
