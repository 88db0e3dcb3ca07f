"""Random histories of requests, grants, documents, reports, confirmations and corrections, against a slow reference.

What the pages say at present, what is counted at any (cut-off, known-at), and a reference that is written from the
sentences of DESIGN rules 1 and 9 agree; nothing that was counted as known at an instant changes afterwards.
"""

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cchc_tasks.domain.deadline_kinds import DeadlineKind
from cchc_tasks.domain.errors import Refused, SomeRefused
from cchc_tasks.domain.periods import local_day
from cchc_tasks.domain.workflow import Status
from cchc_tasks.services import corrections, extensions, obligations
from cchc_tasks.services._entry import DeadlineValues
from cchc_tasks.services._evidence import DocumentInput
from cchc_tasks.storage.models import Obligation
from cchc_tasks.storage.queries.as_of import states_as_of
from cchc_tasks.storage.queries.extensions import open_request
from cchc_tasks.storage.queries.obligations import WorkFilter, list_work
from tests.factories import ENTERED_AT, at, make_office, make_plan, make_task, principal_of

FIRST = date(2021, 1, 4)
STEPS = 60
ITEMS = 6
DATES = 20
LATE = datetime(2030, 1, 1, tzinfo=UTC)


@dataclass
class Moved:
    """A deadline as the reference heard of it: from which day, since when known, and what became of it."""

    day: date
    known_at: datetime
    due_on: date
    is_extension: bool
    #: Corrections of it: (since when known, the right date). They are of the same day.
    corrections: list[tuple[datetime, date]] = field(default_factory=list)

    def value(self, known_at: datetime) -> date:
        heard = [due_on for known, due_on in self.corrections if known <= known_at]
        return heard[-1] if heard else self.due_on


@dataclass
class Told:
    day: date
    known_at: datetime
    status: Status


@dataclass
class Heard:
    """Everything that was done to one obligation, as its reference remembers it."""

    entered_on: date
    deadlines: list[Moved]
    statuses: list[Told] = field(default_factory=list)

    def expected(self, cut_off: date, known_at: datetime) -> tuple[Status, date | None, date, date, int]:
        told = [one for one in self.statuses if one.known_at <= known_at and one.day <= cut_off]
        told = sorted(told, key=lambda one: one.day)  # stable: of one day the last that was told
        status, status_on = (told[-1].status, told[-1].day) if told else (Status.NOT_STARTED, None)
        day = cut_off
        if status in (Status.REPORTED, Status.DONE) and status_on is not None:
            day = max(status_on, self.entered_on)
        known = sorted(
            (one for one in self.deadlines if one.known_at <= known_at and one.day <= day), key=lambda m: m.day
        )
        plain = [one for one in known if not one.is_extension]
        count = sum(one.is_extension for one in known)
        return status, status_on, known[-1].value(known_at), plain[-1].value(known_at), count

    def in_force(self) -> Moved:
        return sorted(self.deadlines, key=lambda one: one.day)[-1]


class World:
    """An agency whose people do random things, one minute after another."""

    def __init__(self, session, chance):
        self.session, self.chance = session, chance
        office = make_office(session)
        self.agency_id = office.agency.id
        self.plan = make_plan(session, office.agency)
        self.heard: dict[int, Heard] = {}
        for _ in range(ITEMS):
            due_on = FIRST + timedelta(days=chance.randrange(10, 90))
            made = make_task(session, self.plan, lead=office.unit, due_on=due_on).obligation
            self.heard[made.id] = Heard(
                made.entered_on, [Moved(made.entered_on, ENTERED_AT, due_on, is_extension=False)]
            )
        session.commit()
        self.head = principal_of(session, office.people["head"])
        self.office = principal_of(session, office.people["office"])
        self.leader = principal_of(session, office.people["leader"])
        self.now = at(FIRST, 8)

    def step(self):
        # Never back: the ledger would go on from its last instant (RELIABILITY C2), which is tested elsewhere.
        if self.chance.random() < 0.6:
            self.now += timedelta(days=self.chance.randrange(0, 6))
        self.now += timedelta(seconds=self.chance.randrange(1, 300))
        id_ = self.chance.choice(list(self.heard))
        self.session.expire_all()
        try:
            self.chance.choices(
                [self.ask, self.answer, self.many, self.report, self.confirm, self.give_back, self.correct],
                [4, 5, 2, 3, 3, 2, 2],
            )[0](id_)
        except (Refused, SomeRefused):
            self.session.rollback()

    @property
    def day(self) -> date:
        return local_day(self.now)

    def item(self, id_) -> Obligation:
        return self.session.get_one(Obligation, id_)

    def later(self, id_) -> date:
        return self.item(id_).due_on + timedelta(days=self.chance.randrange(-3, 40))

    def paper(self) -> DocumentInput | None:
        if self.chance.random() < 0.5:
            return None
        return DocumentInput("25/VP", self.day - timedelta(days=self.chance.randrange(0, 20)), "Gia hạn")

    def ask(self, id_):
        version = self.item(id_).version
        due_on = self.later(id_)
        extensions.ask(
            self.session, id_, version=version, due_on=due_on, reason="Chờ ý kiến.", actor=self.head, now=self.now
        )

    def answer(self, id_):
        waiting = open_request(self.session, self.agency_id, id_)
        if waiting is None:
            return
        paper = self.paper()
        granted = extensions.grant(
            self.session,
            waiting.id,
            version=waiting.version,
            deadline_version=waiting.deadline_version,
            due_on=self.later(id_),
            words="",
            document=paper,
            actor=self.chance.choice([self.office, self.leader]),
            now=self.now,
        )
        self.note(id_, granted.granted_due_on, granted.answered_at, paper)

    def many(self, _id):
        ids = self.chance.sample(list(self.heard), self.chance.randrange(1, 4))
        paper = DocumentInput("9/VP", self.day - timedelta(days=self.chance.randrange(0, 20)), "Gia hạn")
        due_on = self.day + timedelta(days=self.chance.randrange(0, 90))
        versions = {each: self.item(each).version for each in ids}
        done = extensions.extend_many(
            self.session, versions, due_on=due_on, document=paper, words="", actor=self.office, now=self.now
        )
        for each in done:
            self.note(each.obligation_id, due_on, each.answered_at, paper)

    def note(self, id_, due_on, known_at, paper):
        heard = self.heard[id_]
        day = max(paper.issued_on if paper else self.day, heard.in_force().day)
        heard.deadlines.append(Moved(day, known_at, due_on, is_extension=True))

    def report(self, id_):
        item = self.item(id_)
        day = max(self.day - timedelta(days=self.chance.randrange(0, 15)), item.status_on or FIRST)
        done = obligations.report(
            self.session,
            id_,
            version=item.version,
            effective_on=day,
            document=DocumentInput("42/BC", day, "Báo cáo"),
            actor=self.head,
            now=self.now,
        )
        self.heard[id_].statuses.append(Told(day, done.status_recorded_at, Status.REPORTED))

    def confirm(self, id_):
        done = obligations.confirm(self.session, id_, version=self.item(id_).version, actor=self.office, now=self.now)
        self.heard[id_].statuses.append(Told(done.status_on, done.status_recorded_at, Status.DONE))

    def give_back(self, id_):
        item = self.item(id_)
        values = {"version": item.version, "reason": "Thiếu.", "actor": self.office, "now": self.now}
        if item.status is Status.DONE:
            back = obligations.reopen(self.session, id_, effective_on=max(self.day, item.status_on), **values)
        else:
            back = obligations.return_report(self.session, id_, **values)
        self.heard[id_].statuses.append(Told(back.status_on, back.status_recorded_at, Status.IN_PROGRESS))

    def correct(self, id_):
        due_on = self.day + timedelta(days=self.chance.randrange(-20, 60))
        done = corrections.correct_deadline(
            self.session,
            id_,
            version=self.item(id_).version,
            values=DeadlineValues(DeadlineKind.DATE, due_on),
            reason="Đọc nhầm.",
            actor=self.office,
            now=self.now,
        )
        self.heard[id_].in_force().corrections.append((done.changed_at, due_on))

    def counted(self, cut_off, known_at):
        states = states_as_of(self.session, self.agency_id, [self.plan.id], cut_off=cut_off, known_at=known_at)
        return {
            each.obligation_id: (each.status, each.status_on, each.due_on, each.original_due_on, each.extensions)
            for each in states
        }

    def expected(self, cut_off, known_at):
        return {id_: heard.expected(cut_off, known_at) for id_, heard in self.heard.items()}


@settings(
    max_examples=12, deadline=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**32))
def test_shows_2_extensions_are_judged_as_the_reference_says_and_never_afterwards(session, seed):
    chance = random.Random(seed)
    world = World(session, chance)
    kept = []
    for number in range(STEPS):
        world.step()
        if number % (STEPS // DATES) == 0:
            cut_off = FIRST + timedelta(days=chance.randrange(0, 200))
            kept.append((cut_off, world.now, world.expected(cut_off, world.now)))

    for cut_off, known_at, expected in kept:
        # What was expected then, what the reference says now, and the query: the answer for that instant is for ever.
        assert world.expected(cut_off, known_at) == expected
        assert world.counted(cut_off, known_at) == expected
    present = {
        row.id: (row.status, row.status_on, row.due_on, row.extensions)
        for row in list_work(session, world.agency_id, WorkFilter())
    }
    now = world.expected(date.max, LATE)
    assert present == {id_: (each[0], each[1], each[2], each[4]) for id_, each in now.items()}
