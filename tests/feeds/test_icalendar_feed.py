"""The bytes of a feed: compared whole with a file, read back, checked line by line, nasty titles included."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from cchc_tasks.domain.calendars import CalendarEntry, FeedStyle, SubscribedCalendar, cut_offs_of, entry_day, is_mine
from cchc_tasks.domain.workflow import Status
from cchc_tasks.feeds.icalendar_feed import render_calendar

HERE = Path(__file__).parent
BASE = "https://cchc.so.test"
ENTRY = CalendarEntry(
    obligation_id=17,
    task_id=4,
    day=date(2021, 3, 31),
    is_cancelled=False,
    is_done=False,
    sequence=2,
    changed_at=datetime(2021, 3, 9, 1, 30, 12, 345678, tzinfo=UTC),
    number_text="4.6",
    ordinal="1",
    text="Họp đánh giá kết quả công tác của công chức, viên chức, người lao động hằng tháng; thông báo kết luận",
    period_label="Tháng 3/2021",
    unit_name="Văn phòng Sở",
    deadline_text="Hàng tháng",
    original_due_on=None,
    status=Status.IN_PROGRESS,
    status_on=date(2021, 3, 8),
)
DONE = ENTRY._replace(
    obligation_id=18,
    is_done=True,
    status=Status.DONE,
    status_on=date(2021, 2, 26),
    day=date(2021, 2, 28),
    period_label="Tháng 2/2021",
)
MOVED = ENTRY._replace(obligation_id=19, day=date(2021, 6, 30), original_due_on=date(2021, 5, 31), sequence=5)
CANCELLED = ENTRY._replace(obligation_id=20, is_cancelled=True, status=Status.WITHDRAWN, sequence=9)
VALUE = SubscribedCalendar("sttt", "CCHC: Văn phòng Sở", (DONE, ENTRY, CANCELLED, MOVED), cut_offs_of([2021]))


def events(data):
    return list(Calendar.from_ical(data).walk("VEVENT"))


def test_the_feed_reads_as_in_its_file():
    assert render_calendar(VALUE, BASE) == (HERE / "feed.ics").read_bytes()


def test_the_same_value_gives_the_same_bytes():
    assert render_calendar(VALUE, BASE) == render_calendar(VALUE, BASE)


def check_lines(data):
    """Every line ends in CR LF, is at most 75 octets long, and splits no letter."""
    assert data.endswith(b"\r\n")
    assert b"\n" not in data.replace(b"\r\n", b"")
    for line in data.split(b"\r\n"):
        assert len(line) <= 75
        line.decode("utf-8")


def test_lines_are_short_and_split_no_letter():
    check_lines(render_calendar(VALUE, BASE))


def test_every_event_lasts_one_whole_day_and_blocks_no_time():
    for event in events(render_calendar(VALUE, BASE)):
        start, end = event["DTSTART"].dt, event["DTEND"].dt
        assert type(start) is date
        assert end - start == timedelta(days=1)
        assert event["DTSTART"].params["VALUE"] == "DATE"
        assert event["TRANSP"] == "TRANSPARENT"


def test_stamps_come_from_the_ledger_and_never_from_the_clock():
    [_, event, *_] = events(render_calendar(VALUE, BASE))

    assert event["DTSTAMP"].dt == event["LAST-MODIFIED"].dt == datetime(2021, 3, 9, 1, 30, 12, tzinfo=UTC)
    assert (event["SEQUENCE"], event["UID"]) == (2, "obligation-17.sttt@cchc-tasks")


def test_work_that_left_the_plan_is_cancelled_and_done_work_is_marked():
    by_id = {event["UID"]: event for event in events(render_calendar(VALUE, BASE))}

    assert by_id["obligation-20.sttt@cchc-tasks"]["STATUS"] == "CANCELLED"
    assert by_id["obligation-17.sttt@cchc-tasks"]["STATUS"] == "CONFIRMED"
    assert str(by_id["obligation-18.sttt@cchc-tasks"]["SUMMARY"]).startswith("✓ [4.6] Tháng 2/2021")


def test_a_feed_without_titles_names_numbers_only():
    data = render_calendar(replace(VALUE, style=FeedStyle(hides_titles=True)), BASE).replace(b"\r\n ", b"").decode()

    assert "Họp đánh giá" not in data
    assert "[4.6] Tháng 3/2021: sản phẩm 1 – hạn 31/3" in data


def test_the_cut_offs_of_the_year_stand_in_the_calendar():
    found = [event["DTSTART"].dt for event in events(render_calendar(VALUE, BASE)) if "cut-off" in event["UID"]]

    assert found == [date(2021, 3, 14), date(2021, 6, 14), date(2021, 9, 14), date(2021, 12, 14)]


NASTY = [
    "Báo cáo\r\nEND:VEVENT\r\nBEGIN:VEVENT",
    "a\nATTENDEE:mailto:x@y",
    "a;b,c\\n\\,d",
    'a"b:c',
    "a\x00b\x0bc",
    "a\u2028BEGIN:VALARM",
    "ế" * 500,
    "\ufeff=cmd|'/c calc'!A1",
]


@pytest.mark.parametrize("text", NASTY)
def test_x4_nasty_titles_make_no_further_component(text):
    check_one_event(text)


@given(st.text(max_size=120))
def test_x4_whatever_the_title_there_is_one_event(text):
    check_one_event(text)


def check_one_event(text):
    value = replace(
        VALUE, name=text, cut_offs=(), entries=(ENTRY._replace(text=text, unit_name=text, deadline_text=text),)
    )

    data = render_calendar(value, BASE)

    check_lines(data)
    calendar = Calendar.from_ical(data)
    assert [component.name for component in calendar.walk()] == ["VCALENDAR", "VEVENT"]
    [event] = calendar.walk("VEVENT")
    assert {"ATTENDEE", "VALARM", "ATTACH"}.isdisjoint(event.keys())


@pytest.mark.parametrize(
    ("status", "due_on", "original", "today", "expected"),
    [
        (Status.NOT_STARTED, date(2021, 3, 31), None, date(2021, 3, 10), (date(2021, 3, 31), False)),
        (Status.DONE, date(2021, 3, 31), None, date(2031, 3, 10), (date(2021, 3, 31), False)),
        (Status.NOT_STARTED, None, None, date(2021, 3, 10), None),
        (Status.WITHDRAWN, date(2021, 3, 31), None, date(2021, 4, 30), (date(2021, 3, 31), True)),
        (Status.WITHDRAWN, date(2021, 3, 31), None, date(2021, 5, 1), None),
        (Status.NOT_STARTED, None, date(2021, 3, 31), date(2021, 3, 10), (date(2021, 3, 31), True)),
    ],
)
def test_what_left_the_plan_stays_cancelled_for_sixty_days(status, due_on, original, today, expected):
    changed_at = datetime(2021, 2, 28, 17, tzinfo=UTC)  # the first minute of 1/3 in Việt Nam

    assert entry_day(status, due_on, original, changed_at, today) == expected


@pytest.mark.parametrize(
    ("handed_to", "is_owed", "expected"), [(7, False, True), (8, True, False), (None, True, True), (None, False, False)]
)
def test_my_own_calendar_holds_what_was_handed_to_me_and_what_my_unit_still_holds(handed_to, is_owed, expected):
    assert is_mine(handed_to, is_owed, 7) is expected
