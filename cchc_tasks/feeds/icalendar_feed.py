"""A subscribed calendar as iCalendar bytes. The library is used here only, so that its loose defaults are met once.

A calendar is its head, its pieces and its end. Pieces may be kept and joined: the bytes are those that the library
gives for the whole.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from icalendar import Alarm, Calendar, Component, Event, Todo

from cchc_tasks.domain.calendars import (
    PERCENT_OF_STATUS,
    CalendarEntry,
    FeedKind,
    FeedStyle,
    SubscribedCalendar,
)
from cchc_tasks.domain.periods import ReportingPeriod, start_of_day
from cchc_tasks.domain.text import normalise, one_line
from cchc_tasks.domain.workflow import REMOVED_STATUSES, Status
from cchc_tasks.wording import calendar as wording

PRODUCT = "-//cchc-tasks//Theo doi cai cach hanh chinh//VI"
#: How often a program is asked to look again.
REFRESH = timedelta(hours=6)
#: An alarm rings at eight in the morning, wherever the program is.
ALARM_AT = timedelta(hours=8)
#: Noon in Việt Nam: an instant that falls on the same day in every zone from -5 to +18 hours.
NOON = timedelta(hours=12)

TODO_STATUS: dict[Status, str] = {
    Status.NOT_STARTED: "NEEDS-ACTION",
    Status.IN_PROGRESS: "IN-PROCESS",
    Status.REPORTED: "IN-PROCESS",
    Status.DONE: "COMPLETED",
}


def render_calendar(value: SubscribedCalendar, base_url: str) -> bytes:
    """The bytes of the feed, made by the library as a whole. Addresses begin with `base_url`."""
    calendar = _empty(value.name)
    for entry in value.entries:
        calendar.add_component(_component(entry, value.agency_code, value.style, base_url))
    for period in cut_offs_shown(value):
        calendar.add_component(_cut_off(period, value.agency_code))
    return bytes(calendar.to_ical())


def render_pieces(entries: Iterable[CalendarEntry], agency_code: str, style: FeedStyle, base_url: str) -> list[bytes]:
    """The bytes of each entry by itself, to be kept."""
    return [bytes(_component(entry, agency_code, style, base_url).to_ical()) for entry in entries]


def join_calendar(value: SubscribedCalendar, pieces: Sequence[bytes]) -> bytes:
    """The bytes of `render_calendar` from the pieces of its entries, in the same order."""
    head, end = _frame(value.name)
    cut_offs = (_cut_off_bytes(period, value.agency_code) for period in cut_offs_shown(value))
    return b"".join([head, *pieces, *cut_offs, end])


def cut_offs_shown(value: SubscribedCalendar) -> tuple[ReportingPeriod, ...]:
    """Cut-offs are days to know of and no task of anybody: a list of tasks has none."""
    return value.cut_offs if value.style.kind is FeedKind.EVENT else ()


@lru_cache(maxsize=256)
def form_of(agency_code: str, style: FeedStyle, base_url: str) -> bytes:
    """16 bytes that say how entries are written: they differ where the library, our words or an address do.

    Found by writing sample entries, so that nobody has to remember to raise a number.
    """
    return hashlib.blake2b(b"".join(render_pieces(_SAMPLES, agency_code, style, base_url)), digest_size=16).digest()


def _samples() -> Iterable[CalendarEntry]:
    """Entries with something of everything that is written in its own way."""
    day = date(2021, 3, 31)
    full = CalendarEntry(
        obligation_id=1,
        task_id=2,
        day=day,
        is_cancelled=False,
        is_done=False,
        sequence=3,
        changed_at=datetime(2021, 3, 9, 1, 30, tzinfo=UTC),
        number_text="4.6",
        ordinal="1",
        text="Họp giao ban; đánh giá, rút kinh nghiệm " * 3,
        period_label="Tháng 3/2021",
        unit_name="Văn phòng",
        deadline_text="Hàng tháng",
        original_due_on=date(2021, 2, 28),
        status=Status.NOT_STARTED,
        status_on=day,
        extensions=1,
    )
    bare = full._replace(
        ordinal="", period_label="", unit_name="", deadline_text="", original_due_on=None, extensions=0
    )
    for status in Status:
        is_removed = status in REMOVED_STATUSES
        for entry in (full, bare):
            yield entry._replace(status=status, is_cancelled=is_removed, is_done=status is Status.DONE)


_SAMPLES = tuple(_samples())


def _empty(name: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    # Older Outlooks refuse a file without a method.
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", one_line(name))
    calendar.add("x-wr-timezone", "Asia/Ho_Chi_Minh")
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT6H")
    return calendar


@lru_cache(maxsize=256)
def _frame(name: str) -> tuple[bytes, bytes]:
    """What stands before and after the entries of a calendar."""
    end = b"END:VCALENDAR\r\n"
    whole = bytes(_empty(name).to_ical())
    return whole.removesuffix(end), end


def _component(entry: CalendarEntry, agency_code: str, style: FeedStyle, base_url: str) -> Component:
    link = f"{base_url}/nhiem-vu/{entry.task_id}"
    make = _todo if style.kind is FeedKind.TODO else _event
    component = make(entry, agency_code)
    _describe(
        component,
        changed_at=entry.changed_at,
        sequence=entry.sequence,
        title=wording.event_title(entry, hides_titles=style.hides_titles),
        description=wording.event_description(entry, link, hides_titles=style.hides_titles),
    )
    component.add("url", link)
    if style.alarm_days is not None and not entry.is_cancelled and not entry.is_done:
        component.add_component(_alarm(entry, style))
    return component


def _event(entry: CalendarEntry, agency_code: str) -> Event:
    uid = f"obligation-{entry.obligation_id}.{agency_code}@cchc-tasks"
    return _all_day(uid, entry.day, "CANCELLED" if entry.is_cancelled else "CONFIRMED")


def _todo(entry: CalendarEntry, agency_code: str) -> Todo:
    """The same work as a task: a UID of its own, since a program may subscribe to both."""
    todo = Todo()
    todo.add("uid", f"obligation-{entry.obligation_id}-todo.{agency_code}@cchc-tasks")
    todo.add("due", entry.day)
    todo.add("status", "CANCELLED" if entry.is_cancelled else TODO_STATUS[entry.status])
    if not entry.is_cancelled:
        todo.add("percent-complete", PERCENT_OF_STATUS[entry.status])
    if entry.is_done and entry.status_on is not None and not entry.is_cancelled:
        todo.add("completed", start_of_day(entry.status_on) + NOON)
    return todo


def _alarm(entry: CalendarEntry, style: FeedStyle) -> Alarm:
    """Rings in the morning. A task has only an end, so that its alarm counts from there."""
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", one_line(wording.event_title(entry, hides_titles=style.hides_titles)))
    related = {"RELATED": "END"} if style.kind is FeedKind.TODO else {}
    alarm.add("trigger", ALARM_AT - timedelta(days=style.alarm_days or 0), parameters=related)
    return alarm


def _cut_off(period: ReportingPeriod, agency_code: str) -> Event:
    uid = f"cut-off-{period.year}-{period.key}.{agency_code}@cchc-tasks"
    event = _all_day(uid, period.cut_off, "CONFIRMED")
    _describe(
        event,
        changed_at=start_of_day(period.window_starts_on),
        sequence=0,
        title=wording.cut_off_title(period),
        description=wording.cut_off_description(period),
    )
    return event


@lru_cache(maxsize=256)
def _cut_off_bytes(period: ReportingPeriod, agency_code: str) -> bytes:
    return bytes(_cut_off(period, agency_code).to_ical())


def _all_day(uid: str, day: date, status: str) -> Event:
    """An event of one day that blocks no time. DTEND is exclusive."""
    event = Event()
    event.add("uid", uid)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    event.add("status", status)
    return event


def _describe(component: Component, *, changed_at: datetime, sequence: int, title: str, description: str) -> None:
    """Stamps and words. Stamps are given, or the library takes the clock."""
    stamp = changed_at.replace(microsecond=0)
    component.add("dtstamp", stamp)
    component.add("last-modified", stamp)
    component.add("sequence", sequence)
    component.add("summary", one_line(title))
    component.add("description", normalise(description))
