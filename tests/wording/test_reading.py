"""What the product prints of a plan: every deadline it can print it reads back."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc_tasks.domain.deadlines import (
    Deadline,
    DeadlineKind,
    DeadlineReason,
    Recurrence,
    parse_deadline,
)
from cchc_tasks.domain.deadlines.points import month_end
from cchc_tasks.domain.errors import ReadTrouble, UnreadableFile
from cchc_tasks.domain.plan_reading import Doubt, DoubtReason
from cchc_tasks.wording import explain
from cchc_tasks.wording.reading import (
    ASSIGNMENT_REASONS,
    DEADLINE_REASONS,
    READ_TROUBLES,
    deadline_phrase,
    doubt_place,
    doubt_reading,
    doubt_sentence,
)

PLAN_YEAR = 2021
days = st.dates(date(2020, 1, 1), date(2032, 12, 31))
years = st.integers(2020, 2032)
flags = st.booleans()


def value_of(deadline: Deadline) -> tuple[object, ...]:
    return (
        deadline.kind,
        deadline.is_ongoing,
        deadline.starts_on,
        deadline.due_on,
        deadline.dates,
        deadline.recurrence,
    )


def made(kind, dates=(), *, starts_on=None, recurrence=None, is_ongoing=False):
    ordered = tuple(sorted(set(dates)))
    due_on = ordered[-1] if ordered else None
    return Deadline("", kind, is_ongoing, starts_on, due_on, ordered, recurrence)


def dated():
    return st.one_of(
        st.builds(lambda day: made(DeadlineKind.DATE, [day]), days),
        st.builds(lambda day, on: made(DeadlineKind.BEFORE_DATE, [day], is_ongoing=on), days, flags),
        st.builds(
            lambda year, month, on: made(DeadlineKind.MONTH, [month_end(year, month)], is_ongoing=on),
            years,
            st.integers(1, 12),
            flags,
        ),
        st.builds(
            lambda year, quarter, on: made(DeadlineKind.QUARTER, [month_end(year, quarter * 3)], is_ongoing=on),
            years,
            st.integers(1, 4),
            flags,
        ),
        st.builds(lambda year, on: made(DeadlineKind.WITHIN_YEAR, [date(year, 12, 31)], is_ongoing=on), years, flags),
        st.builds(
            lambda day, length, on: made(
                DeadlineKind.RANGE, [day + timedelta(days=length)], starts_on=day, is_ongoing=on
            ),
            days,
            st.integers(0, 1500),
            flags,
        ),
    )


def undated():
    kinds = (DeadlineKind.AS_REGULATED, DeadlineKind.UNSTATED)
    return st.one_of(st.sampled_from(kinds).map(made), st.just(made(DeadlineKind.ONGOING, is_ongoing=True)))


def periodic():
    def build(recurrence, every, year, first, count, day, on):
        places = range(first * every - 1, first * every - 1 + count * every, every)
        ends = [month_end(year + place // 12, place % 12 + 1) for place in places]
        dates = ends if day is None else [end.replace(day=day) for end in ends]
        return made(DeadlineKind.RECURRING, dates, recurrence=recurrence, is_ongoing=on)

    numbers = (years, st.integers(1, 4), st.integers(1, 30), st.none() | st.integers(1, 28), flags)
    return st.one_of(
        st.builds(build, st.just(Recurrence.MONTHLY), st.just(1), *numbers),
        st.builds(build, st.just(Recurrence.QUARTERLY), st.just(3), *numbers),
        st.builds(
            lambda year: made(
                DeadlineKind.RECURRING,
                [month_end(year, month) for month in (3, 6, 9, 12)],
                recurrence=Recurrence.QUARTERLY_CUMULATIVE,
            ),
            years,
        ),
        st.builds(
            lambda year: made(
                DeadlineKind.RECURRING,
                [date(year, 6, 30), date(year, 12, 31)],
                recurrence=Recurrence.HALF_YEARLY,
            ),
            years,
        ),
    )


def yearly():
    day_of_year = st.tuples(st.integers(1, 12), st.integers(1, 28))
    return st.builds(
        lambda wanted, first, count, on: made(
            DeadlineKind.RECURRING,
            [date(year, month, day) for year in range(first, first + count) for month, day in wanted],
            recurrence=Recurrence.YEARLY,
            is_ongoing=on,
        ),
        st.lists(day_of_year, min_size=1, max_size=4, unique=True),
        years,
        st.integers(1, 6),
        flags,
    )


def weekly():
    def build(year, weekday):
        start = date(year, 1, 1)
        first = start + timedelta(days=(weekday - start.weekday()) % 7)
        dates = [first + timedelta(weeks=week) for week in range((date(year, 12, 31) - first).days // 7 + 1)]
        return made(DeadlineKind.RECURRING, dates, recurrence=Recurrence.WEEKLY)

    return st.builds(build, years, st.integers(0, 6))


@given(st.one_of(dated(), undated(), periodic(), yearly(), weekly()), st.sampled_from([None, PLAN_YEAR]))
def test_every_deadline_that_can_be_printed_is_read_back_to_the_same_value(deadline, left_out):
    phrase = deadline_phrase(deadline, left_out)

    assert value_of(parse_deadline(phrase, PLAN_YEAR)) == value_of(deadline), phrase


@given(st.lists(days, min_size=2, max_size=8, unique=True))
def test_a_list_of_days_is_read_back(listed):
    deadline = made(DeadlineKind.RECURRING, listed, recurrence=Recurrence.LISTED)

    again = parse_deadline(deadline_phrase(deadline), PLAN_YEAR)

    assert again.dates == deadline.dates
    assert again.kind is DeadlineKind.RECURRING


@pytest.mark.parametrize(
    ("printed", "phrase"),
    [
        ("Trước 31/12/2020", "trước ngày 31/12/2020"),
        ("Quý IV/ 2021", "trong quý IV/2021"),
        ("Hàng tháng", "mỗi tháng, ngày cuối tháng (12 kỳ)"),
        ("trước ngày 25 hằng tháng", "mỗi tháng, ngày 25 (12 kỳ)"),
        ("quý I, 6 tháng, 9 tháng, năm 2021", "quý I, 6 tháng, 9 tháng, năm 2021"),
        ("Thường xuyên trong năm trước 15/8/2021", "thường xuyên, trước ngày 15/8/2021"),
        ("Theo thời gian quy định", "theo quy định"),
        ("Trước 15/12 hằng năm", "mỗi năm, ngày 15/12"),
        ("Ngay sau khi Kế hoạch được ban hành", "Ngay sau khi Kế hoạch được ban hành"),
        (
            "- Ban hành kế hoạch trước ngày 31/12/2020\n- Báo cáo kết quả thực hiện trong Quý IV năm 2021",
            "Ban hành kế hoạch: trước ngày 31/12/2020; Báo cáo kết quả thực hiện: trong quý IV/2021",
        ),
    ],
)
def test_phrases_are_printed_in_one_form(printed, phrase):
    assert deadline_phrase(parse_deadline(printed, PLAN_YEAR), PLAN_YEAR) == phrase


def test_a_cell_with_several_statements_is_read_back_to_the_same_clauses():
    deadline = parse_deadline("Ban hành Kế hoạch quý I/2021\nBáo cáo quý IV/2021", PLAN_YEAR)

    again = parse_deadline(deadline_phrase(deadline), PLAN_YEAR)

    assert [(one.label, one.kind, one.due_on) for one in again.clauses] == [
        (one.label, one.kind, one.due_on) for one in deadline.clauses
    ]


def test_what_is_still_doubtful_is_printed_as_it_stands_in_the_plan():
    assert deadline_phrase(parse_deadline("Đầu tháng 3", PLAN_YEAR)) == "Đầu tháng 3"


@pytest.mark.parametrize("trouble", list(ReadTrouble))
def test_every_trouble_with_a_file_has_its_sentence(trouble):
    error = UnreadableFile(trouble, file_name="kế hoạch.xlsx", row=3, column=2, limit=5000)

    sentence = explain(error)

    assert "kế hoạch.xlsx" in sentence
    assert "{" not in sentence
    assert sentence.endswith(".")


def test_a_limit_is_printed_with_a_dot():
    assert "5.000 dòng" in explain(UnreadableFile(ReadTrouble.TOO_MANY_ROWS, file_name="a.csv", limit=5000))


@pytest.mark.parametrize("reason", list(DoubtReason))
def test_every_doubt_has_its_sentence(reason):
    sentence = doubt_sentence(Doubt("1.1", "Quý II", "2021-06-30", reason))

    assert sentence.endswith(".")


def test_a_doubt_says_what_is_wrong_with_the_phrase():
    doubt = Doubt("1.1", "30/02/2021", "unreadable", DoubtReason.DEADLINE_UNCLEAR, DeadlineReason.IMPOSSIBLE_DATE)

    assert "Ngày này không có trên lịch." in doubt_sentence(doubt)
    assert doubt_reading(doubt) == "Chưa đọc được"


@pytest.mark.parametrize(
    ("where", "words"),
    [("2.1/3", "Dòng 2.1/3"), ("2.1/3 #2", "Dòng 2.1/3, sản phẩm 2"), ("heading", "Tiêu đề")],
)
def test_a_doubt_names_its_place(where, words):
    assert doubt_place(Doubt(where, "", "", DoubtReason.DATE_MISSING)) == words


@pytest.mark.parametrize(
    ("reading", "words"),
    [
        ("2021-08-15", "15/8/2021"),
        ("2020-12-31; 2021-02-05", "31/12/2020; 05/02/2021"),
        ("2021-04-01/2021-12-31", "từ 01/4/2021 đến 31/12/2021"),
        ("Văn phòng Sở; các phòng chuyên môn", "Văn phòng Sở; các phòng chuyên môn"),
    ],
)
def test_readings_are_printed_with_vietnamese_dates(reading, words):
    assert doubt_reading(Doubt("1.1", "", reading, DoubtReason.DATE_MISSING)) == words


def test_no_reason_is_without_words():
    assert set(READ_TROUBLES) == set(ReadTrouble)
    assert set(DEADLINE_REASONS) == set(DeadlineReason)
    assert all(sentence.endswith((".", "?")) for sentence in (*DEADLINE_REASONS.values(), *ASSIGNMENT_REASONS.values()))
