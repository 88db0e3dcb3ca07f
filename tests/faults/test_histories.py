"""Random years in which anything may happen: totals conserve, the past stays as it was told, nobody is forgotten."""

import os
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import select

from cchc_tasks.domain.reorganisations import UnitsAsked
from cchc_tasks.domain.workflow import OPEN_STATUSES, Status
from cchc_tasks.services import counting, ledger
from cchc_tasks.storage.models import Absence, GroupMember, Mandate, Membership, Obligation, Person, Plan, Unit
from cchc_tasks.storage.queries.as_of import states_as_of, statuses_as_of
from cchc_tasks.storage.queries.feeds import list_sources
from cchc_tasks.storage.queries.obligations import WorkFilter, list_work
from cchc_tasks.storage.queries.orphans import list_orphans
from cchc_tasks.storage.queries.reminders import list_facts
from cchc_tasks.storage.queries.reorganisations import only_heirs_of
from tests.factories import principal_of
from tests.support import histories, plain_ledger
from tests.support.histories import FIRST, History

pytestmark = pytest.mark.faults

STEPS = 40
DATES = 20
FOR_EVER = datetime(2999, 1, 1, tzinfo=UTC)
WORKING = ("head", "staff", "office", "leader")


@dataclass(frozen=True)
class Answer:
    """What was answered at a moment, to be asked again at the end."""

    cut_off: date
    known_at: datetime
    states: dict
    per_plan: dict
    per_unit: dict


def ask(history: History, cut_off: date, known_at: datetime) -> Answer:
    session, agency_id = history.session, history.agency.id
    found = states_as_of(session, agency_id, None, cut_off=cut_off, known_at=known_at)
    states = {state.obligation_id: state for state in found}
    assert len(states) == len(found), "an obligation counted twice"
    per_plan = statuses_as_of(session, agency_id, None, cut_off=cut_off, known_at=known_at)
    assert {plan_id: +Counter(numbers) for plan_id, numbers in per_plan.items()} == by_status(found)
    actor = principal_of(session, history.people["leader"], history.day)
    per_unit = {}
    for plan_id in {state.plan_id for state in found}:
        own = [state for state in found if state.plan_id == plan_id]
        for asked in UnitsAsked:
            tallies = counting.count_by_unit(
                session, plan_id, actor=actor, cut_off=cut_off, known_at=known_at, units=asked
            )
            check_sums(own, tallies)
            per_unit[plan_id, asked] = {
                unit_id: (tally.total, tally.done, len(tally.late_items), len(tally.overdue_items))
                for unit_id, tally in tallies.items()
            }
    return Answer(cut_off, known_at, states, per_plan, per_unit)


def by_status(states) -> dict:
    found = defaultdict(Counter)
    for state in states:
        found[state.plan_id][state.status] += 1
    return dict(found)


def check_sums(states, tallies) -> None:
    """Each obligation stands at one unit and in one area, in the count or left out of it."""
    told = [item.members[0].obligation_id for tally in tallies.values() for item in (*tally.items, *tally.left_out)]
    assert sorted(told) == sorted(state.obligation_id for state in states)
    total = counting.tally_by_unit(states, next(iter(tallies.values())).rule, date.max, {}) if tallies else {}
    assert sum(tally.total for tally in total.values()) == sum(tally.total for tally in tallies.values())


def check_against_the_ledger(history: History, answers: list[Answer]) -> None:
    groups = history.session.scalars(
        select(Unit.id).where(Unit.agency_id == history.agency.id, Unit.kind == "group")
    ).all()
    told = plain_ledger.read(history.session, history.agency.id, groups)
    for answer in answers:
        expected = told.expected(answer.cut_off, answer.known_at)
        found = {
            id_: plain_ledger.Expected(
                state.plan_id,
                state.task_id,
                str(state.status),
                state.status_on,
                state.due_on,
                state.original_due_on,
                state.extensions,
                state.unit_id,
            )
            for id_, state in answer.states.items()
        }
        assert found == expected


def check_present(history: History) -> None:
    """What pages, feeds and reminders read is what the ledger says at present."""
    session, agency_id = history.session, history.agency.id
    session.expire_all()
    states = {
        state.obligation_id: state
        for state in states_as_of(session, agency_id, None, cut_off=date.max, known_at=FOR_EVER)
    }
    rows = {each.id: each for each in history.obligations()}
    assert {
        id_: (each.status, each.status_on, each.judged_due_on, each.counted_unit_id) for id_, each in rows.items()
    } == {id_: (each.status, each.status_on, each.due_on, each.unit_id) for id_, each in states.items()}
    listed = {row.id: (row.status, row.due_on, row.counted_unit_id) for row in list_work(session, agency_id)}
    assert listed == {id_: (each.status, each.judged_due_on, each.counted_unit_id) for id_, each in rows.items()}
    still_open = {id_: each for id_, each in rows.items() if each.status in OPEN_STATUSES}
    closed = set(session.scalars(select(Plan.id).where(Plan.agency_id == agency_id, Plan.closed_on.is_not(None))))
    assert not {each.plan_id for each in still_open.values()} & closed
    facts = {each.obligation_id: each for each in list_facts(session, agency_id, done_since=FOR_EVER)}
    assert {id_: (each.status, each.due_on) for id_, each in facts.items()} == {
        id_: (each.status, each.due_on) for id_, each in still_open.items()
    }
    sources = {row[0]: (Status(row[4]), row[2]) for row in list_sources(session, agency_id, WorkFilter())}
    assert sources == {id_: (each.status, each.counted_unit_id) for id_, each in rows.items()}
    check_nobody_is_forgotten(history, still_open, facts)


def check_work_passes_on_the_day(history: History, chance: Random) -> None:
    """On no day, however late decisions were recorded, does open work count at a unit that one successor followed."""
    session, agency_id = history.session, history.agency.id
    ended = {unit_id: session.get_one(Unit, unit_id).valid_to for unit_id in only_heirs_of(session, agency_id)}
    for _ in range(5):
        day = FIRST + timedelta(days=chance.randrange(0, max(1, (history.day - FIRST).days)))
        for state in states_as_of(session, agency_id, None, cut_off=day, known_at=FOR_EVER):
            is_open, last = state.status in OPEN_STATUSES, ended.get(state.unit_id)
            assert not is_open or last is None or day <= last, (day, state, last)


def check_nobody_is_forgotten(history: History, still_open: dict[int, Obligation], facts: dict) -> None:
    """Every open obligation has a unit with somebody present, or stands among the orphans; and no other does."""
    session, agency_id, day = history.session, history.agency.id, history.day
    alive = {
        unit.id
        for unit in session.scalars(select(Unit).where(Unit.agency_id == agency_id))
        if holds(unit.valid_from, unit.valid_to, day)
    }
    staffed = present_units(history)
    members = defaultdict(set)
    for row in session.scalars(select(GroupMember).where(GroupMember.agency_id == agency_id)):
        if holds(row.valid_from, row.valid_to, day):
            members[row.group_id].add(row.member_id)
    forgotten = set()
    for id_, each in still_open.items():
        task = each.deliverable.task
        named = {task.lead_unit_id} if task.lead_unit_id else {u.unit_id for u in task.units if u.role == "co_lead"}
        named |= {each.deliverable.responsible_unit_id} - {None}
        assert set(facts[id_].responsible) == named
        reached = named.union(*(members[unit_id] for unit_id in named)) & alive
        if not reached & staffed:
            forgotten.add(id_)
    assert {orphan.obligation_id for orphan in list_orphans(session, agency_id, day)} == forgotten


def present_units(history: History) -> set[int]:
    session, agency_id, day = history.session, history.agency.id, history.day
    away = {
        row.person_id
        for row in session.scalars(select(Absence).where(Absence.agency_id == agency_id))
        if holds(row.starts_on, row.ends_on, day)
    }
    there = {
        person.id
        for person in session.scalars(select(Person).where(Person.agency_id == agency_id))
        if person.is_active and person.id not in away
    }
    roles = session.scalars(select(Membership).where(Membership.agency_id == agency_id))
    powers = session.scalars(select(Mandate).where(Mandate.agency_id == agency_id, Mandate.revoked_at.is_(None)))
    return {
        row.unit_id
        for row in [*(role for role in roles if role.role in WORKING), *powers]
        if row.unit_id is not None and row.person_id in there and holds(row.starts_on, row.ends_on, day)
    }


def holds(first: date | None, last: date | None, day: date) -> bool:
    return (first is None or first <= day) and (last is None or day <= last)


def tell(session, seed: int) -> History:
    """One history with all that is asked of it."""
    chance = Random(seed + 1)
    kept: list[Answer] = []

    def between(history: History, number: int) -> None:
        if number % (STEPS // DATES) == 0:
            cut_off = FIRST + timedelta(days=chance.randrange(-10, 560))
            known_at = ledger.known_now(session, history.agency.id, now=history.now)
            kept.append(ask(history, chance.choice([cut_off, history.day]), known_at))
        if number % 8 == 0:
            check_present(history)

    history = histories.run(session, seed, STEPS, between)
    for answer in kept:
        assert ask(history, answer.cut_off, answer.known_at) == answer
    check_against_the_ledger(history, kept)
    check_present(history)
    check_work_passes_on_the_day(history, chance)
    assert list(ledger.verify(session, history.agency.id)) == []
    return history


def test_shows_2_totals_conserve_the_past_stays_and_nobody_is_forgotten(session, full_size):
    first = int(os.environ.get("CCHC_TEST_SEED", "0"))
    number = int(os.environ.get("CCHC_TEST_HISTORIES", "1000")) if full_size else 15
    done: Counter[str] = Counter()
    for seed in range(first, first + number):
        try:
            done += tell(session, seed).done
        except BaseException:
            print(f"the history of seed {seed}")
            raise
        session.rollback()
        session.expunge_all()
    assert number < 100 or not set(histories.ACTS) - set(done) - {"cancel", "come_back", "give_orphans", "close"}
