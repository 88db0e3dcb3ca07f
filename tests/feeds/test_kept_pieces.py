"""Calendars joined from kept events are byte for byte what the library alone gives, whatever is in them."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc_tasks.domain.calendars import ALARM_DAYS, CalendarEntry, FeedKind, FeedStyle, SubscribedCalendar, cut_offs_of
from cchc_tasks.domain.workflow import REMOVED_STATUSES, Status
from cchc_tasks.feeds.icalendar_feed import form_of, join_calendar, render_calendar, render_pieces

BASE = "https://cchc.so.test"
NASTY = st.one_of(
    st.text(max_size=200),
    st.sampled_from(["a;b,c\\n\\,d", "x\r\nEND:VEVENT", "ế" * 200, "a\x00b\u2028c", "\ufeff=1+1", "𝄞" * 60, '"a:b"']),
)
STYLES = st.builds(FeedStyle, st.sampled_from(FeedKind), st.booleans(), st.sampled_from((None, *ALARM_DAYS)))


@st.composite
def entries(draw):
    status = draw(st.sampled_from(Status))
    text, unit, phrase = draw(NASTY), draw(NASTY), draw(NASTY)
    return CalendarEntry(
        obligation_id=draw(st.integers(1, 10**9)),
        task_id=draw(st.integers(1, 10**9)),
        day=draw(st.dates(date(2000, 1, 1), date(2100, 12, 30))),
        is_cancelled=status in REMOVED_STATUSES,
        is_done=status is Status.DONE,
        sequence=draw(st.integers(0, 10**6)),
        changed_at=draw(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))),
        number_text=draw(NASTY),
        ordinal=draw(NASTY),
        text=text,
        period_label=draw(NASTY),
        unit_name=unit,
        deadline_text=phrase,
        original_due_on=draw(st.none() | st.dates(date(2000, 1, 1), date(2100, 1, 1))),
        status=status,
        status_on=draw(st.none() | st.dates(date(2000, 1, 1), date(2100, 1, 1))),
    )


@given(st.lists(entries(), max_size=4), STYLES, NASTY)
def test_the_join_of_pieces_is_what_the_library_gives(some, style, name):
    value = SubscribedCalendar("sttt", name, tuple(some), cut_offs_of([2021]), style)
    pieces = render_pieces(value.entries, "sttt", style, BASE)

    data = join_calendar(value, pieces)

    assert data == render_calendar(value, BASE)
    assert data.endswith(b"\r\n")
    for line in data.split(b"\r\n"):
        assert len(line) <= 75
        line.decode("utf-8")
    kind = b"VTODO" if style.kind is FeedKind.TODO else b"VEVENT"
    assert data.count(b"\r\nBEGIN:" + kind + b"\r\n") == len(some) + (4 if kind == b"VEVENT" else 0)


@pytest.mark.parametrize(
    "other", [("tttt", FeedStyle(), BASE), ("sttt", FeedStyle(alarm_days=1), BASE), ("sttt", FeedStyle(), "http://x")]
)
def test_another_way_of_writing_has_another_form(other):
    assert form_of("sttt", FeedStyle(), BASE) == form_of("sttt", FeedStyle(), BASE)
    assert form_of(*other) != form_of("sttt", FeedStyle(), BASE)
