"""The year of plan 163 in mails: who was written to when, of what, by which rule and step, as a file to be read.

After a change that is meant to change mails, look at what differs, then write the file anew: run this module.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import mkdtemp

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cchc_tasks.domain.ledger import RowKind
from cchc_tasks.domain.periods import VIETNAM, local_day
from cchc_tasks.domain.reminder_rules import DEFAULT_RULES, Rule
from cchc_tasks.domain.reminders import DEADLINE_RULES, by_urgency
from cchc_tasks.paths import MIGRATIONS
from cchc_tasks.storage.db import make_engine
from cchc_tasks.storage.migrate import upgrade
from cchc_tasks.storage.models import (
    Deliverable,
    LedgerRow,
    MessageState,
    Obligation,
    OutboxMessage,
    Person,
    ReminderLine,
    Task,
)
from cchc_tasks.wording.core import format_weekday
from tests.support import mail_year
from tests.support.mail_year import CALENDAR, OUTAGE, TRAINING, MailYear

# The year is played once: its tests stay in one worker.
pytestmark = pytest.mark.xdist_group("year of mails")

FILE = Path(__file__).with_name("year_of_mails.txt")
TITLE_LETTERS = 60


@dataclass(frozen=True)
class Told:
    """A line that was told: its stored row, its mail, its work."""

    line: ReminderLine
    message: OutboxMessage
    obligation: Obligation
    numbers: tuple[str, ...]
    title: str

    @property
    def day(self) -> date:
        assert self.message.sent_at is not None
        return local_day(self.message.sent_at)


def play(folder: Path) -> MailYear:
    url = f"sqlite:///{folder / 'year.sqlite3'}"
    upgrade(MIGRATIONS, url)
    return mail_year.play(Session(make_engine(url), expire_on_commit=False, autoflush=False), folder / "evidence")


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    played = play(tmp_path_factory.mktemp("year"))
    yield played
    played.session.close()
    played.session.get_bind().dispose()


def told_lines(year: MailYear) -> list[Told]:
    rows = year.session.execute(
        select(ReminderLine, OutboxMessage, Obligation, Task.numbers, Deliverable.text)
        .join(OutboxMessage, OutboxMessage.id == ReminderLine.message_row_id)
        .join(Obligation, Obligation.id == ReminderLine.obligation_id)
        .join(Task, Task.id == Obligation.task_id)
        .join(Deliverable, Deliverable.id == Obligation.deliverable_id)
        .where(OutboxMessage.state == MessageState.SENT, ReminderLine.dropped_because.is_(None))
    )
    return [Told(row[0], row[1], row[2], tuple(row[3]), row[4]) for row in rows]


@pytest.fixture(scope="module")
def told(year):
    return told_lines(year)


def read_aloud(year: MailYear) -> str:
    """The list of all mails, in the order in which they left."""
    names = dict(year.session.execute(select(Person.id, Person.name)).all())
    by_mail: dict[int, list[Told]] = {}
    for each in told_lines(year):
        by_mail.setdefault(each.message.id, []).append(each)
    mails = year.session.scalars(select(OutboxMessage).where(OutboxMessage.state == MessageState.SENT))
    written = [
        (mail.sent_at, names[mail.recipient_id], _mail(mail, names[mail.recipient_id], by_mail.get(mail.id, [])))
        for mail in mails
    ]
    head = f"{len(written)} thư, {sum(len(lines) for lines in by_mail.values())} dòng\n\n"
    return head + "\n".join(text for _at, _name, text in sorted(written))


def _mail(mail: OutboxMessage, name: str, lines: list[Told]) -> str:
    assert mail.sent_at is not None
    at = mail.sent_at.astimezone(VIETNAM)
    head = f"{format_weekday(at.date())} {at:%H:%M} | {name} | {mail.subject}"
    return "\n".join([head, *(_line(each) for each in sorted(lines, key=_order)), ""])


def _order(each: Told) -> tuple[int, date, int]:
    return by_urgency(Rule(each.line.rule)), each.obligation.due_on or date.max, each.obligation.id


def _line(each: Told) -> str:
    title = f"{each.obligation.period_label}: {each.title}" if each.obligation.period_label else each.title
    title = " ".join(title.split())
    short = title if len(title) <= TITLE_LETTERS else f"{title[: TITLE_LETTERS - 1].rstrip()}…"
    # A ledger number says nothing to a reader.
    seq, _, step = each.line.step.partition("/")
    shown = each.line.step if not seq.isdigit() else step
    return f"    {each.line.rule} {shown} | {', '.join(each.numbers)} {short}".replace("  |", " |")


def test_the_year_reads_as_in_its_file(year):
    assert read_aloud(year) == FILE.read_text(encoding="utf-8")


def test_no_mail_leaves_on_a_day_off_a_quiet_day_or_while_the_scheduler_is_off(year):
    days = {local_day(at) for at, _ in year.letters}

    assert all(CALENDAR.is_working_day(day) for day in days)
    assert not days & OUTAGE
    assert not days & set(TRAINING.days())
    assert {at.astimezone(VIETNAM).hour for at, _ in year.letters} == {7}


def test_no_mail_is_empty_and_nobody_gets_two_in_a_day(year, told):
    mails = {each.message.id for each in told}
    sent = year.session.scalars(select(OutboxMessage).where(OutboxMessage.state == MessageState.SENT)).all()

    assert {mail.id for mail in sent} == mails
    assert len(sent) == len(year.letters)
    assert max(Counter((mail.recipient_id, local_day(mail.sent_at)) for mail in sent).values()) == 1


def test_no_step_is_told_twice_to_anybody(told):
    keys = Counter(
        (
            each.line.obligation_id,
            each.line.rule,
            each.line.step,
            each.line.deadline_version,
            each.line.recipient_id,
        )
        for each in told
    )

    assert max(keys.values()) == 1


def test_every_kind_of_reminder_about_work_is_among_them(told):
    assert {each.line.rule for each in told} == {rule.value for rule in Rule} - {
        Rule.REPORT_ENTRY.value,
        Rule.ORPHANED.value,
        # Asked by hand; see tests/services/test_explanations.py.
        Rule.EXPLANATION_ASKED.value,
        Rule.EXPLANATION_GIVEN.value,
    }


def test_an_extension_stops_the_old_series_and_begins_a_new_one(year, told):
    granted = {
        row.obligation_id: local_day(row.recorded_at)
        for row in year.session.scalars(
            select(LedgerRow).where(LedgerRow.kind == RowKind.DEADLINE, LedgerRow.obligation_id.in_(year.extended))
        )
    }
    series = [each for each in told if each.obligation.id in granted and Rule(each.line.rule) in DEADLINE_RULES]

    assert granted
    for each in series:
        is_new = each.day > granted[each.obligation.id]
        assert each.line.deadline_version == (2 if is_new else 1)
    assert {each.line.deadline_version for each in series} == {1, 2}


def test_withdrawn_work_is_not_spoken_of_again(year, told):
    assert year.withdrawn
    assert not [each for each in told if each.obligation.id in year.withdrawn and each.day > mail_year.AMENDED_ON]


def test_after_three_days_off_each_step_that_still_holds_is_told_once(told):
    """What fell due while the scheduler was off is told on the day it is back, unless a later step took its place."""
    back = next(day for day in (max(OUTAGE) + timedelta(days=n) for n in range(1, 9)) if CALENDAR.is_working_day(day))
    made_up = [each for each in told if each.line.due_day in OUTAGE]

    assert made_up
    assert {each.day for each in made_up if Rule(each.line.rule) in DEFAULT_RULES.binding} == {back}


def test_somebody_who_wants_one_mail_a_week_gets_other_days_only_what_binds(year, told):
    thanh = year.settled.people_ids["thanh"]
    others = [
        each
        for each in told
        if each.line.recipient_id == thanh and each.day > date(2021, 3, 16) and each.day.weekday() != 4
    ]

    # Friday holidays put the week's mail off to the next working day.
    moved = {CALENDAR.on_or_after(friday) for friday in _fridays() if not CALENDAR.is_working_day(friday)}
    assert {Rule(each.line.rule) for each in others if each.day not in moved} <= DEFAULT_RULES.binding


def _fridays():
    return (date(2021, 3, 19) + timedelta(weeks=n) for n in range(41))


if __name__ == "__main__":
    FILE.write_text(read_aloud(play(Path(mkdtemp()))), encoding="utf-8")
