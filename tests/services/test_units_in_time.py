"""Random reorganisations, moves and late entries: nothing is lost or counted twice, and the past keeps its answers.

The rule is written here once more, without SQL and as slowly as can be, from the sentences of DESIGN rule 10.
"""

import random
from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from cchc_tasks.domain.errors import DomainError
from cchc_tasks.domain.permissions import Membership as Held
from cchc_tasks.domain.permissions import Principal, Role
from cchc_tasks.domain.reorganisations import ReorganisationKind, UnitsAsked
from cchc_tasks.domain.units import UnitKind
from cchc_tasks.domain.workflow import OPEN_STATUSES
from cchc_tasks.services import corrections, counting, obligations, orphans, reorganising
from cchc_tasks.services.obligations import DocumentInput
from cchc_tasks.services.reorganising import DecisionPaper, Order, Successor
from cchc_tasks.services.units import NewUnit
from cchc_tasks.storage.models import Membership, Obligation, Person, Task, Unit
from cchc_tasks.storage.queries import orphans as orphan_queries
from cchc_tasks.storage.queries.as_of import states_as_of
from tests.factories import at, make_agency, make_person, make_plan, make_task, make_unit

FIRST = date(2021, 1, 5)
DAYS = 200
PLACES = 5
KINDS = [ReorganisationKind.MERGE] * 3 + [ReorganisationKind.SPLIT] * 2 + [ReorganisationKind.ABOLISH]


class World:
    """An agency with some units, a person in each, tasks of them, and an instant that goes on."""

    def __init__(self, session: Session, chance: random.Random) -> None:
        self.session, self.chance = session, chance
        self.agency = make_agency(session)
        self.units = [make_unit(session, self.agency, f"Đơn vị {n}").id for n in range(PLACES)]
        for unit_id in self.units:
            unit = session.get_one(Unit, unit_id)
            make_person(session, self.agency, f"Người {unit_id}", role=Role.HEAD, unit=unit)
        self.plan = make_plan(session, self.agency)
        self.owed: list[int] = []
        for number in range(8):
            self.task(number)
        session.commit()
        self.actor = Principal(
            None, self.agency.id, (Held(Role.ADMIN, None, date.min), Held(Role.OFFICE, None, date.min))
        )
        self.day = FIRST
        self.done: Counter[str] = Counter()
        #: (cut-off, known at, asked) -> what was answered the first time it was asked.
        self.answers: dict[tuple[date, datetime, UnitsAsked], dict[int | None, tuple[int, int]]] = {}

    def task(self, number: int) -> None:
        chance, session = self.chance, self.session
        lead = session.get_one(Unit, chance.choice(self.units)) if chance.random() < 0.7 else None
        others = [session.get_one(Unit, each) for each in chance.sample(self.units, 2)]
        made = make_task(
            session,
            self.plan,
            lead=lead,
            co_leads=() if lead else others,
            coordinating=[each for each in others if lead and each.id != lead.id],
            due_on=FIRST + timedelta(days=chance.randrange(DAYS)),
            deliverable_texts=("Kế hoạch", "Báo cáo"),
            number=f"1.{number}",
        )
        self.owed += [each.id for each in made.obligations]

    @property
    def now(self) -> datetime:
        return at(self.day, 10)

    def go_on(self) -> None:
        """Some days pass; what is due is carried out as the site would."""
        self.day += timedelta(days=self.chance.randrange(1, 12))
        reorganising.apply_due(self.session, now=at(self.day, 8))

    def alive(self) -> list[int]:
        query = select(Unit.id).where(Unit.agency_id == self.agency.id, Unit.valid_to.is_(None))
        return list(self.session.scalars(query.order_by(Unit.id)))

    def reorganise(self) -> None:
        chance = self.chance
        kind = chance.choice(
            [ReorganisationKind.MERGE] * 3 + [ReorganisationKind.SPLIT] * 2 + [ReorganisationKind.ABOLISH]
        )
        alive = self.alive()
        chance.shuffle(alive)
        count = {ReorganisationKind.MERGE: chance.randrange(1, 3)}.get(kind, 1)
        olds, rest = tuple(alive[:count]), alive[count:]
        new = Successor(new=NewUnit(f"Mới {chance.random()}", UnitKind.DIVISION, self.day))
        heirs = {
            ReorganisationKind.MERGE: (chance.choice([new, *map(Successor, rest[:1])]),),
            ReorganisationKind.SPLIT: (new, *map(Successor, chance.choice([rest[:1], list(olds)]))),
            ReorganisationKind.ABOLISH: (),
        }[kind]
        tasks = list(self.session.scalars(select(Task.id).where(Task.agency_id == self.agency.id)))
        chosen = {each: chance.randrange(len(heirs)) for each in chance.sample(tasks, 3)} if heirs else {}
        order = Order(
            kind,
            DecisionPaper("1/QĐ", FIRST, "Về việc sắp xếp"),
            self.day + timedelta(days=chance.randrange(-25, 25)),
            olds,
            heirs,
            tasks=chosen,
        )
        reorganising.record(self.session, order, actor=self.actor, now=self.now)

    def report(self) -> None:
        """Done on a past day, perhaps before the unit was reorganised; confirmed at once, or left."""
        one = self.session.get_one(Obligation, self.chance.choice(self.owed))
        on = self.day - timedelta(days=self.chance.randrange(40))
        paper = DocumentInput("2/BC", on, "Báo cáo")
        values = {"actor": self.actor, "now": self.now}
        done = obligations.report(
            self.session, one.id, version=one.version, effective_on=on, document=paper, reason="Ghi muộn", **values
        )
        if self.chance.random() < 0.7:
            obligations.confirm(self.session, one.id, version=done.version, override_reason="Đã kiểm tra", **values)

    def reopen(self) -> None:
        one = self.session.get_one(Obligation, self.chance.choice(self.owed))
        obligations.reopen(
            self.session,
            one.id,
            version=one.version,
            effective_on=self.day,
            reason="Làm lại",
            actor=self.actor,
            now=self.now,
        )

    def correct(self) -> None:
        one = self.session.get_one(Obligation, self.chance.choice(self.owed))
        on = self.day - timedelta(days=self.chance.randrange(30)) if self.chance.random() < 0.6 else None
        corrections.correct_status(
            self.session, one.id, version=one.version, effective_on=on, reason="Nhầm", actor=self.actor, now=self.now
        )

    def leave(self) -> None:
        people = list(self.session.scalars(select(Person.id).where(Person.agency_id == self.agency.id)))
        self.session.get_one(Person, self.chance.choice(people)).is_active = self.chance.random() < 0.5
        self.session.commit()

    def give(self) -> None:
        found = orphan_queries.list_orphans(self.session, self.agency.id, self.day)
        assert orphan_queries.count_orphans(self.session, self.agency.id, self.day) == len(found)
        alive = self.alive()
        # After many abolitions nobody may be left to give anything to.
        if found and alive:
            orphans.give_to(
                self.session,
                [self.chance.choice(found).task_id],
                unit_id=self.chance.choice(alive),
                reason="Giao lại",
                actor=self.actor,
                now=self.now,
            )

    def act(self) -> None:
        """One thing happens; what the state of things refuses, does not."""
        deeds = [self.reorganise, self.report, self.report, self.reopen, self.correct, self.leave, self.give]
        self.session.rollback()
        self.session.expire_all()
        deed = self.chance.choice(deeds)
        try:
            deed()
            self.done[deed.__name__] += 1
        except DomainError:
            self.session.rollback()

    # --- what has to hold

    def table(self, cut_off: date, known_at: datetime, asked: UnitsAsked) -> dict[int | None, tuple[int, int]]:
        found = counting.count_by_unit(
            self.session, self.plan.id, actor=self.actor, cut_off=cut_off, known_at=known_at, units=asked
        )
        return {unit_id: (own.total, own.done) for unit_id, own in found.items()}

    def check_sums(self, dates: list[date]) -> None:
        for cut_off in dates:
            states = states_as_of(
                self.session, self.agency.id, [self.plan.id], cut_off=cut_off, known_at=at(self.day, 23)
            )
            assert sorted(each.obligation_id for each in states) == sorted(self.owed)
            whole = counting.count(
                self.session,
                self.plan.id,
                actor=self.actor,
                cut_off=cut_off,
                known_at=at(self.day, 23),
                by=counting.CountedThing.OBLIGATION,
            )
            for asked in UnitsAsked:
                found = self.table(cut_off, at(self.day, 23), asked)
                assert sum(total for total, _done in found.values()) == whole.total
                assert sum(done for _total, done in found.values()) == whole.done

    def remember(self, dates: list[date]) -> None:
        """Asks as known now; asked again whenever later, the answers are the same."""
        for cut_off in dates:
            for asked in UnitsAsked:
                key = (cut_off, at(self.day, 23), asked)
                self.answers.setdefault(key, self.table(*key))

    def check_answers(self) -> None:
        for key, answer in self.answers.items():
            assert self.table(*key) == answer

    def check_present(self) -> None:
        """The rows beside the ledger say what the ledger says."""
        self.session.expire_all()
        states = states_as_of(self.session, self.agency.id, [self.plan.id], cut_off=date.max, known_at=at(self.day, 23))
        for state in states:
            row = self.session.get_one(Obligation, state.obligation_id)
            assert (row.counted_unit_id, row.status) == (state.unit_id, state.status)

    def check_responsible(self) -> None:
        """Every open obligation has somebody present in a unit that owes it, or is found as an orphan; slowly."""
        listed = {each.obligation_id for each in orphan_queries.list_orphans(self.session, self.agency.id, self.day)}
        held = self.session.execute(
            select(Membership.unit_id, Membership.starts_on, Membership.ends_on, Person.is_active)
            .join(Person, Person.id == Membership.person_id)
            .where(Person.agency_id == self.agency.id)
        ).all()
        present = {
            row.unit_id
            for row in held
            if row.is_active and row.starts_on <= self.day and (row.ends_on is None or row.ends_on >= self.day)
        }
        ended = {
            unit.id
            for unit in self.session.scalars(select(Unit).where(Unit.agency_id == self.agency.id))
            if unit.valid_to is not None and unit.valid_to < self.day
        }
        for obligation_id in self.owed:
            one = self.session.get_one(Obligation, obligation_id)
            task = self.session.get_one(Task, one.task_id)
            has_somebody = any(each in present - ended for each in task.assigned().responsible)
            assert (obligation_id in listed) is (one.status in OPEN_STATUSES and not has_somebody)


def run(session: Session, seed: int, turns: int, dates: int) -> Counter[str]:
    chance = random.Random(seed)
    world = World(session, chance)
    asked = [FIRST + timedelta(days=chance.randrange(DAYS + 40)) for _ in range(dates)]
    for turn in range(turns):
        world.go_on()
        world.remember(asked[turn % dates : turn % dates + 2])
        world.day += timedelta(days=1)
        reorganising.apply_due(session, now=at(world.day, 8))
        world.act()
        world.check_present()
        world.check_responsible()
    world.check_sums(asked)
    world.check_answers()
    return world.done


@pytest.mark.filterwarnings("ignore:.*function_scoped_fixture.*")
@given(seed=st.integers(0, 2**32))
@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_totals_conserve_and_the_past_keeps_its_answers(session, seed):
    run(session, seed, turns=12, dates=6)


def test_a_thousand_histories_at_twenty_dates(session, full_size):
    done: Counter[str] = Counter()
    for seed in range(1_000 if full_size else 2):
        done += run(session, seed, turns=20, dates=20)

    assert {"reorganise", "report"} <= set(done)
