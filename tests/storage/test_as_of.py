"""The as-of query against a reference that knows nothing of SQL: random histories, both engines (RELIABILITY C4)."""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from cchc_tasks.domain.counting import CountedThing, CountingRule, DoneWhen, tally
from cchc_tasks.domain.deadline_kinds import DeadlineKind
from cchc_tasks.domain.ledger import RowKind
from cchc_tasks.domain.workflow import Status
from cchc_tasks.services._deadlines import refresh_deadline
from cchc_tasks.services._entry import DeadlineValues, deadline_row
from cchc_tasks.services._record import NewRow, append
from cchc_tasks.storage.models import Obligation, Plan, Unit
from cchc_tasks.storage.queries.as_of import states_as_of
from tests.factories import ENTERED_AT, make_agency, make_plan, make_task, make_unit

FIRST_DAY = date(2020, 12, 20)
DAYS = 120
HISTORIES = 250
CUT_OFFS = 20
STATUSES = [Status.IN_PROGRESS, Status.REPORTED, Status.DONE, Status.IN_PROGRESS, Status.WITHDRAWN]


@dataclass
class Said:
    """One thing that was said, as the reference remembers it."""

    number: int
    what: str
    value: object
    day: date
    known_at: datetime
    corrects: int | None


@dataclass
class History:
    obligation: Obligation
    said: list[Said] = field(default_factory=list)

    def last(self, what: str, day: date, known_at: datetime) -> Said | None:
        """Written from the sentence of rule 1, one clause a line, as slowly as can be."""
        heard = [one for one in self.said if one.what == what and one.known_at <= known_at and one.day <= day]
        standing = [one for one in heard if not any(other.corrects == one.number for other in heard)]
        standing.sort(key=lambda one: one.number)
        standing.sort(key=lambda one: one.day)
        return standing[-1] if standing else None

    def expected(self, cut_off: date, known_at: datetime) -> tuple[Status, date | None, date | None] | None:
        if self.obligation.entered_on > cut_off or known_at < ENTERED_AT:
            return None
        status = self.last("status", cut_off, known_at)
        judged_on = cut_off
        if status is not None and status.value in (Status.DONE, Status.REPORTED):
            judged_on = max(status.day, self.obligation.entered_on)
        deadline = self.last("deadline", judged_on, known_at)
        assert deadline is not None
        return (status.value if status else Status.NOT_STARTED, status.day if status else None, deadline.value)


def day_of(chance: random.Random) -> date:
    return FIRST_DAY + timedelta(days=chance.randrange(DAYS))


def write_histories(session: Session, plan: Plan, unit: Unit, chance: random.Random) -> list[History]:
    """Obligations with random status and deadline rows, late, back-dated and corrected, entered in random turns."""
    histories = []
    for _ in range(HISTORIES // 10):
        first_due = chance.choice([None, day_of(chance)])
        entered_on = chance.choice([plan.issued_on, day_of(chance)])
        made = make_task(
            session,
            plan,
            lead=unit,
            due_dates=[first_due],
            deliverable_texts=[f"Sản phẩm {n}" for n in range(10)],
            entered_on=entered_on,
        )
        histories += [
            History(each, [Said(0, "deadline", each.due_on, entered_on, ENTERED_AT, None)]) for each in made.obligations
        ]
    moment = ENTERED_AT
    for _ in range(HISTORIES * 4):
        moment += timedelta(minutes=chance.randrange(0, 200))
        say_something(session, chance.choice(histories), moment, chance)
    session.commit()
    return histories


def say_something(session: Session, history: History, moment: datetime, chance: random.Random) -> None:
    obligation = history.obligation
    what = chance.choices(["status", "deadline"], [5, 1])[0]
    open_rows = [one for one in history.said if one.what == what and one.number]
    corrects = chance.choice(open_rows).number if open_rows and chance.random() < 0.3 else None
    day = day_of(chance)
    if what == "deadline":
        due_on = chance.choice([None, day_of(chance)])
        values = DeadlineValues(DeadlineKind.DATE if due_on else DeadlineKind.AS_REGULATED, due_on)
        row = deadline_row(obligation, values, actor_id=None, change="extension")
        value: object = due_on
    else:
        value = chance.choice(STATUSES)
        row = NewRow(
            kind=RowKind.STATUS,
            plan_id=obligation.plan_id,
            effective_on=day,
            actor_id=None,
            obligation_id=obligation.id,
            status=value,
        )
    fields = {name: getattr(row, name) for name in NewRow.__slots__}
    written = NewRow(**(fields | {"effective_on": day, "corrects_seq": corrects}))
    (stored,) = append(session, obligation.agency_id, [written], now=moment)
    if what == "deadline":
        refresh_deadline(session, obligation, now=moment)
    history.said.append(Said(stored.seq, what, value, day, moment, corrects))


# Each example makes an agency of its own, so that examples may share one database.
@settings(
    max_examples=4, deadline=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**32))
def test_c4_states_as_of_any_two_dates_equal_the_reference(session, seed):
    chance = random.Random(seed)
    agency = make_agency(session)
    plan, unit = make_plan(session, agency), make_unit(session, agency)
    histories = write_histories(session, plan, unit, chance)
    last_moment = max(one.known_at for history in histories for one in history.said)
    span = (last_moment - ENTERED_AT).total_seconds()

    for _ in range(CUT_OFFS):
        cut_off = day_of(chance)
        known_at = ENTERED_AT + timedelta(seconds=chance.uniform(-1000, span))
        found = states_as_of(session, agency.id, [plan.id], cut_off=cut_off, known_at=known_at)

        expected = {
            history.obligation.id: answer
            for history in histories
            if (answer := history.expected(cut_off, known_at)) is not None
        }
        assert {each.obligation_id: (each.status, each.status_on, each.due_on) for each in found} == expected
        rule = CountingRule(counted=CountedThing.OBLIGATION, done_when=chance.choice(list(DoneWhen)))
        assert_tally(tally(found, rule, cut_off), expected.values(), rule, cut_off)


def assert_tally(result, answers, rule, cut_off) -> None:
    accepted = {Status.DONE} if rule.done_when is DoneWhen.CONFIRMED else {Status.DONE, Status.REPORTED}
    present = [answer for answer in answers if answer[0] is not Status.WITHDRAWN]
    done = [answer for answer in present if answer[0] in accepted]
    late = [answer for answer in done if answer[2] is not None and answer[1] > answer[2]]
    assert (result.total, result.done) == (len(present), len(done))
    assert (len(result.late_items), len(result.on_time_items)) == (len(late), len(done) - len(late))
    assert len(result.done_items) + len(result.open_items) == result.total
