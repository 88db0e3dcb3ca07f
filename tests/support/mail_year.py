"""A whole year of mail for plan 163: the demo's beginning, then people who do as people do, day by day to 31/12/2021.

Who does what when follows from the printed place of each piece of work, so that the year is the same each time.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zlib import crc32

from sqlalchemy import select
from sqlalchemy.orm import Session

from cchc_tasks.demo.load import DailyMail, bring_in_plan
from cchc_tasks.demo.settlement import Settled, settle
from cchc_tasks.demo.story import Year, read_agency, read_year
from cchc_tasks.demo.telling import Teller
from cchc_tasks.domain.mail_preferences import Frequency, MailPreference
from cchc_tasks.domain.mailing import Letter
from cchc_tasks.domain.periods import local_day, start_of_day
from cchc_tasks.domain.permissions import Principal
from cchc_tasks.domain.reminder_rules import DEFAULT_RULES, QuietDays
from cchc_tasks.domain.reminders import WorkFacts, owners
from cchc_tasks.domain.workflow import OPEN_STATUSES, Status
from cchc_tasks.evidence import LocalStore
from cchc_tasks.mail.rendering import Renderer
from cchc_tasks.paths import TEMPLATES
from cchc_tasks.services import amendments, extensions, mail_preferences, obligations, reminder_rules, teamwork
from cchc_tasks.services.amendments import AmendingDocument
from cchc_tasks.services.obligations import DocumentInput
from cchc_tasks.services.outbox import Post
from cchc_tasks.services.teamwork import NoteKind
from cchc_tasks.storage.models import AmendmentKind, Deliverable, Obligation, Person, Task
from cchc_tasks.storage.queries import people as people_queries
from cchc_tasks.storage.queries import reminders as reminder_queries
from cchc_tasks.storage.queries.holidays import working_calendar
from tests.support import amended_163

LAST_DAY = date(2021, 12, 31)
#: The scheduler is off on these days.
OUTAGE = {date(2021, 8, 10), date(2021, 8, 11), date(2021, 8, 12)}
#: Nothing is sent while everybody is at the training week.
TRAINING = QuietDays(date(2021, 10, 18), date(2021, 10, 20), "Tập huấn toàn Sở")
AMENDED_ON = date(2021, 7, 15)
CALENDAR = working_calendar([date(2021, 6, 1)])


@dataclass(frozen=True)
class Request:
    """A request to extend: for which work, asked and answered when, for how long; None: refused."""

    place: tuple[str, int]
    asked_on: date
    answered_on: date
    due_on: date
    granted: date | None


@dataclass
class MailYear:
    """What came of the year: the letters as they left, and the instants at which they did."""

    session: Session
    settled: Settled
    plan_id: int
    letters: list[tuple[datetime, Letter]] = field(default_factory=list)
    withdrawn: list[int] = field(default_factory=list)
    extended: list[int] = field(default_factory=list)


@dataclass
class _Mail(DailyMail):
    """The morning rounds, off on some days."""

    def run(self, now: datetime) -> None:
        if local_day(now) not in OUTAGE:
            super().run(now)


def play(session: Session, folder: Path) -> MailYear:
    """Plays the year; takes about half a minute."""
    entry, story = read_agency(), read_year()
    settled = settle(session, entry, now=start_of_day(local_day(story.imported_at)))
    year = MailYear(session, settled, bring_in_plan(session, settled, story))
    store = LocalStore(folder)
    clock: list[datetime] = [story.imported_at]

    def send(letter: Letter) -> str:
        year.letters.append((clock[0], letter))
        return "250 kept"

    post = Post(render=Renderer(TEMPLATES, "https://cchc.so.test"), send=send, holder="year")
    mail = _Clocked(session, settled.agency_id, post, 7, story.rule_at, clock=clock)
    teller = Teller(session, settled, year.plan_id, store.keep)
    for step in story.steps:
        mail.go_on_to(step.at)
        teller.tell(step)
    mail.go_on_to(story.clock)
    people = People(year, teller, story)
    for day in _days(local_day(story.clock) + timedelta(days=1)):
        mail.go_on_to(start_of_day(day) + timedelta(hours=8))
        people.live(day)
    mail.go_on_to(start_of_day(LAST_DAY) + timedelta(hours=20))
    return year


@dataclass
class _Clocked(_Mail):
    clock: list[datetime] = field(default_factory=list)

    def run(self, now: datetime) -> None:
        self.clock[0] = now
        super().run(now)


def _days(first: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((LAST_DAY - first).days + 1))


@dataclass
class People:
    """Everybody's habits from the day on which the demo's story ends."""

    year: MailYear
    teller: Teller
    story: Year
    minute: int = 0

    def live(self, day: date) -> None:
        """What is done on one day, in the order of the plan."""
        self.minute = 0
        if not CALENDAR.is_working_day(day):
            return
        for happened_on, deed in self.events():
            if happened_on == day:
                deed(day)
        facts = reminder_queries.facts_of(self.session, self.settled.agency_id, self.ids())
        for obligation, place in self.work():
            self.do(obligation, facts[obligation.id], place, day)

    @property
    def session(self) -> Session:
        return self.year.session

    @property
    def settled(self) -> Settled:
        return self.year.settled

    def ids(self) -> list[int]:
        return list(self.session.scalars(select(Obligation.id).where(Obligation.plan_id == self.year.plan_id)))

    def work(self) -> list[tuple[Obligation, str]]:
        rows = self.session.execute(
            select(Obligation, Task.row_id, Deliverable.position)
            .join(Task, Task.id == Obligation.task_id)
            .join(Deliverable, Deliverable.id == Obligation.deliverable_id)
            .where(Obligation.plan_id == self.year.plan_id, Obligation.status.in_(OPEN_STATUSES))
            .order_by(Obligation.id)
            .execution_options(populate_existing=True)
        )
        return [(row[0], f"{row[1]}/{row[2]}/{row[0].position}") for row in rows.all()]

    def now(self, day: date) -> datetime:
        """The next minute of the day."""
        self.minute += 1
        return start_of_day(day) + timedelta(hours=9, minutes=self.minute)

    def person(self, person_id: int, day: date) -> Principal:
        found = people_queries.principal(self.session, person_id, day)
        assert found is not None
        return found

    def head_of(self, facts: WorkFacts, day: date) -> Principal:
        """Whoever owes the work, or the head of its office."""
        roster = reminder_queries.load_roster(self.session, self.settled.agency_id, day)
        return self.person(min(owners(facts, roster)), day)

    # --- habits

    def do(self, obligation: Obligation, facts: WorkFacts, place: str, day: date) -> None:
        luck = crc32(place.encode())
        if obligation.status is Status.REPORTED:
            self.answer(obligation, facts, luck, day)
        elif day >= self.done_on(facts, luck):
            self.report(obligation, facts, place, day)
        elif facts.due_on is None or facts.due_on.month == 12:
            self.note(obligation, facts, luck, day)

    def done_on(self, facts: WorkFacts, luck: int) -> date:
        """Most are in time, some late by days, one in ten by a month, and some never."""
        kind, days = luck % 10, luck // 10 % 9
        if facts.due_on is None:
            return date(2021, 5, 3) + timedelta(days=luck % 200)
        if kind == 9:
            return date(2022, 1, 1) if days < 4 else max(facts.due_on, date(2021, 12, 10))
        late = {6: 1 + days, 7: 2 + days, 8: 24 + days}.get(kind, -days)
        done_on = CALENDAR.shift(facts.due_on, late)
        if facts.is_returned and facts.status_told_on is not None:
            return max(done_on, CALENDAR.shift(facts.status_told_on, 3))
        return done_on

    def report(self, obligation: Obligation, facts: WorkFacts, place: str, day: date) -> None:
        obligations.report(
            self.session,
            obligation.id,
            version=obligation.version,
            effective_on=day,
            document=DocumentInput(f"{1000 + crc32(place.encode()) % 900}/BC-STTTT", day, "Báo cáo kết quả thực hiện"),
            actor=self.head_of(facts, day),
            now=self.now(day),
        )

    def answer(self, obligation: Obligation, facts: WorkFacts, luck: int, day: date) -> None:
        """The office confirms after some days, now and then after it gave the report back once."""
        waits = 14 if luck % 23 == 0 else luck % 4
        if facts.status_told_on is None or day <= CALENDAR.shift(facts.status_told_on, waits):
            return
        is_offices = facts.is_office_work or facts.status_actor_id == self.settled.people_ids["hanh"]
        actor = self.person(self.settled.people_ids["tuan" if is_offices else "hanh"], day)
        values: dict[str, Any] = {"version": obligation.version, "actor": actor, "now": self.now(day)}
        if luck % 7 == 0 and luck // 7 % 31 not in self._returned:
            self._returned.add(luck // 7 % 31)
            obligations.return_report(self.session, obligation.id, reason="Thiếu phụ lục số liệu.", **values)
        else:
            obligations.confirm(self.session, obligation.id, **values)

    _returned: set[int] = field(default_factory=set)

    def note(self, obligation: Obligation, facts: WorkFacts, luck: int, day: date) -> None:
        """Half of the heads write a note when they are asked, a few days before the cut-off."""
        asked_on = {(3, 11), (6, 9), (9, 9)}
        if luck % 2 and (day.month, day.day) in asked_on:
            teamwork.add_note(
                self.session,
                obligation.id,
                kind=NoteKind.PROGRESS,
                text="Đang thực hiện theo kế hoạch.",
                actor=self.head_of(facts, day),
                now=self.now(day),
            )

    # --- what happens once

    def events(self) -> list[tuple[date, Callable[[date], None]]]:
        found: list[tuple[date, Callable[[date], None]]] = [
            (date(2021, 3, 16), self.prefer),
            (date(2021, 10, 4), self.announce_training),
            (AMENDED_ON, self.amend),
        ]
        for request in REQUESTS:
            found.append((request.asked_on, lambda day, request=request: self.ask(request, day)))  # type: ignore[misc]
            found.append((request.answered_on, lambda day, request=request: self.reply(request, day)))  # type: ignore[misc]
        return found

    def prefer(self, day: date) -> None:
        """The head of the centre wants one mail a week, on Fridays; a deputy director the urgent only."""
        wanted = {"thanh": MailPreference(Frequency.WEEKLY, 4), "quang": MailPreference(Frequency.URGENT)}
        for key, preference in wanted.items():
            person_id = self.settled.people_ids[key]
            version = self.session.get_one(Person, person_id).version
            actor = self.person(person_id, day)
            mail_preferences.choose(self.session, preference, version=version, actor=actor, now=self.now(day))

    def announce_training(self, day: date) -> None:
        rules = replace(DEFAULT_RULES, quiet=(TRAINING,))
        actor = self.person(self.settled.people_ids["hanh"], day)
        reminder_rules.save(self.session, rules, version=0, reason=TRAINING.words, actor=actor, now=self.now(day))

    def amend(self, day: date) -> None:
        document = AmendingDocument(AmendmentKind.REVISED, "98/KH-STTTT", day, day, "Điều chỉnh Kế hoạch 163/KH-STTTT")
        actor = self.person(self.settled.people_ids["hanh"], day)
        amendments.amend(
            self.session,
            self.year.plan_id,
            amended_163.reading(),
            document=document,
            sha256="9" * 64,
            actor=actor,
            now=self.now(day),
        )
        query = select(Obligation.id).where(
            Obligation.plan_id == self.year.plan_id, Obligation.status == Status.WITHDRAWN
        )
        self.year.withdrawn = list(self.session.scalars(query))

    def of(self, place: tuple[str, int]) -> Obligation:
        query = (
            select(Obligation)
            .join(Task, Task.id == Obligation.task_id)
            .where(Obligation.plan_id == self.year.plan_id, Task.row_id == place[0])
            .order_by(Obligation.id)
            .execution_options(populate_existing=True)
        )
        return self.session.scalars(query).all()[place[1]]

    def ask(self, request: Request, day: date) -> None:
        one = self.of(request.place)
        facts = reminder_queries.facts_of(self.session, self.settled.agency_id, [one.id])[one.id]
        extensions.ask(
            self.session,
            one.id,
            version=one.version,
            due_on=request.due_on,
            reason="Chờ hướng dẫn của Bộ.",
            actor=self.head_of(facts, day),
            now=self.now(day),
        )

    def reply(self, request: Request, day: date) -> None:
        one = self.of(request.place)
        asked = extensions._open_request(self.session, one)
        assert asked is not None
        actor = self.person(self.settled.people_ids["tuan"], day)
        values: dict[str, Any] = {"version": asked.version, "actor": actor, "now": self.now(day)}
        if request.granted is None:
            extensions.refuse(self.session, asked.id, words="Thời hạn đã đủ.", **values)
            return
        self.year.extended.append(one.id)
        extensions.grant(
            self.session,
            asked.id,
            deadline_version=one.deadline_version,
            due_on=request.granted,
            words="Đồng ý.",
            **values,
        )


REQUESTS = (
    Request(("2.1/4", 0), date(2021, 3, 24), date(2021, 3, 30), date(2021, 5, 31), date(2021, 5, 14)),
    Request(("2.3", 1), date(2021, 8, 2), date(2021, 8, 9), date(2021, 9, 30), None),
)
