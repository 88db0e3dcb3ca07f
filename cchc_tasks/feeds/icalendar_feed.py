"""A subscribed calendar as iCalendar bytes. The library is used here only, so that its loose defaults are met once."""

from datetime import date, datetime, timedelta

from icalendar import Calendar, Event

from cchc_tasks.domain.calendars import CalendarEntry, SubscribedCalendar
from cchc_tasks.domain.periods import ReportingPeriod, start_of_day
from cchc_tasks.domain.text import normalise, one_line
from cchc_tasks.wording import calendar as wording

PRODUCT = "-//cchc-tasks//Theo doi cai cach hanh chinh//VI"
#: How often a program is asked to look again.
REFRESH = timedelta(hours=6)


def render_calendar(value: SubscribedCalendar, base_url: str) -> bytes:
    """The bytes of the feed; the same value gives the same bytes. Addresses begin with `base_url`."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    # Older Outlooks refuse a file without a method.
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", one_line(value.name))
    calendar.add("x-wr-timezone", "Asia/Ho_Chi_Minh")
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT6H")
    for entry in value.entries:
        calendar.add_component(_event(entry, value, base_url))
    for period in value.cut_offs:
        calendar.add_component(_cut_off(period, value))
    return bytes(calendar.to_ical())


def _event(entry: CalendarEntry, value: SubscribedCalendar, base_url: str) -> Event:
    link = f"{base_url}/nhiem-vu/{entry.task_id}"
    hides = value.hides_titles
    event = _all_day(
        uid=f"obligation-{entry.obligation_id}.{value.agency_code}@cchc-tasks",
        day=entry.day,
        changed_at=entry.changed_at,
        sequence=entry.sequence,
        title=wording.event_title(entry, hides_titles=hides),
        description=wording.event_description(entry, link, hides_titles=hides),
    )
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    event.add("url", link)
    return event


def _cut_off(period: ReportingPeriod, value: SubscribedCalendar) -> Event:
    event = _all_day(
        uid=f"cut-off-{period.year}-{period.key}.{value.agency_code}@cchc-tasks",
        day=period.cut_off,
        changed_at=start_of_day(period.window_starts_on),
        sequence=0,
        title=wording.cut_off_title(period),
        description=wording.cut_off_description(period),
    )
    event.add("status", "CONFIRMED")
    return event


def _all_day(*, uid: str, day: date, changed_at: datetime, sequence: int, title: str, description: str) -> Event:
    """An event of one day that blocks no time. DTEND is exclusive; stamps are given, or the library takes the clock."""
    stamp = changed_at.replace(microsecond=0)
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", stamp)
    event.add("last-modified", stamp)
    event.add("sequence", sequence)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", one_line(title))
    event.add("description", normalise(description))
    event.add("transp", "TRANSPARENT")
    return event
