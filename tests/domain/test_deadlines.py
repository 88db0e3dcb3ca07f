"""The grammar of time phrases.

`deadline_phrases.tsv` holds phrases with the reading a careful clerk would give for a plan of 2021. Sources: "plan
163" is plan 163/KH-STTTT of Gia Lai; "reports" the four published reports beside it; "usual" the wording usual in
plans of provinces and departments, written down by hand; "own wording after …" the same, put down as a blind test
before the grammar was looked at; any other source names the agency, the document and its year.
"""

import csv
import unicodedata
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc_tasks.domain.deadlines import (
    DeadlineKind,
    DeadlineReason,
    deadline_from_dict,
    deadline_to_dict,
    find_time_phrases,
    parse_deadline,
)

PLAN_YEAR = 2021
PHRASES = Path(__file__).with_name("deadline_phrases.tsv")


def rows():
    with PHRASES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def dates_in_short(dates: tuple[date, ...]) -> str:
    if len(dates) > 5:
        return f"{dates[0]}..{dates[-1]} ({len(dates)})"
    return " ".join(map(str, dates))


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["phrase"][:60])
def test_phrases_are_read_as_a_careful_clerk_would(row):
    deadline = parse_deadline(row["phrase"].replace("\\n", "\n"), PLAN_YEAR)

    assert {
        "kind": deadline.kind + ("+ongoing" if deadline.is_ongoing else ""),
        "starts_on": str(deadline.starts_on or ""),
        "due_on": str(deadline.due_on or ""),
        "dates": dates_in_short(deadline.dates),
        "to_confirm": str(deadline.reason or ""),
    } == {name: row[name] for name in ("kind", "starts_on", "due_on", "dates", "to_confirm")}


def test_the_table_of_phrases_has_no_row_twice_and_names_every_source():
    phrases = [row["phrase"] for row in rows()]

    assert len(phrases) == len(set(phrases)) >= 250
    assert {row["source"] for row in rows()} >= {"plan 163", "reports", "usual"}
    assert all(row["source"].strip() for row in rows())


@pytest.mark.parametrize(
    ("cell", "clauses"),
    [
        (
            "- Ban hành kế hoạch trước ngày 31/12/2020\n- Báo cáo kết quả thực hiện trong Quý IV năm 2021",
            [
                ("Ban hành kế hoạch", DeadlineKind.BEFORE_DATE, date(2020, 12, 31)),
                ("Báo cáo kết quả thực hiện", DeadlineKind.QUARTER, date(2021, 12, 31)),
            ],
        ),
        (
            "Ban hành kế hoạch trong quý I/2021 và tổ chức thực hiện trong năm",
            [
                ("Ban hành kế hoạch", DeadlineKind.QUARTER, date(2021, 3, 31)),
                ("tổ chức thực hiện", DeadlineKind.WITHIN_YEAR, date(2021, 12, 31)),
            ],
        ),
        (
            "Quý I/2021 (ban hành kế hoạch), Quý IV/2021 (báo cáo kết quả)",
            [
                ("ban hành kế hoạch", DeadlineKind.QUARTER, date(2021, 3, 31)),
                ("báo cáo kết quả", DeadlineKind.QUARTER, date(2021, 12, 31)),
            ],
        ),
        (
            "Ban hành kế\nhoạch trước ngày\n31/12/2020",
            [("Ban hành kế hoạch", DeadlineKind.BEFORE_DATE, date(2020, 12, 31))],
        ),
        ("15/3, 15/6, 15/9 và 15/12", [("", DeadlineKind.RECURRING, date(2021, 12, 15))]),
        (
            "Trình UBND tỉnh trước ngày 30/6; ban hành trong quý III",
            [
                ("Trình UBND tỉnh", DeadlineKind.BEFORE_DATE, date(2021, 6, 30)),
                ("ban hành", DeadlineKind.QUARTER, date(2021, 9, 30)),
            ],
        ),
    ],
)
def test_a_cell_is_cut_into_the_statements_it_makes(cell, clauses):
    deadline = parse_deadline(cell, PLAN_YEAR)

    assert [(one.label, one.kind, one.due_on) for one in deadline.clauses] == clauses


@pytest.mark.parametrize(
    "phrase",
    [
        "Theo Kế hoạch số 12/KH-UBND ngày 05/01/2021 của UBND tỉnh",
        "Thực hiện Quyết định số 468/QĐ-TTg của Thủ tướng Chính phủ ngày 27/3/2021",
        "Công văn số 581/BNV-CCHC ngày 15 tháng 02 năm 2021",
        "theo Nghị định 61/2018/NĐ-CP",
    ],
)
def test_a_date_inside_a_document_reference_is_no_deadline(phrase):
    assert parse_deadline(phrase, PLAN_YEAR).dates == ()


def test_a_deadline_behind_a_document_reference_is_still_one():
    deadline = parse_deadline("Triển khai Kế hoạch số 12/KH-UBND trước ngày 30/6/2021", PLAN_YEAR)

    assert (deadline.kind, deadline.due_on) == (DeadlineKind.BEFORE_DATE, date(2021, 6, 30))


def test_a_date_without_a_year_is_of_the_plans_year():
    assert parse_deadline("trước 15/8", 2023).due_on == date(2023, 8, 15)
    assert parse_deadline("29/02", 2024).due_on == date(2024, 2, 29)
    assert parse_deadline("29/02", 2023).reason is DeadlineReason.IMPOSSIBLE_DATE


@pytest.mark.parametrize(
    "written",
    [unicodedata.normalize("NFD", "Trước ngày 15/8/2021"), "Trước\u00a0ngày  15/8/2021", "Trước ngày\n15/8/2021"],
)
def test_the_form_of_accents_and_blanks_does_not_matter(written):
    assert parse_deadline(written, PLAN_YEAR).due_on == date(2021, 8, 15)


WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
days_of_the_plan = st.dates(date(2021, 1, 1), date(2021, 12, 31))


@given(days_of_the_plan, st.integers(0, 6), st.sampled_from(["Trước {}, ngày {}", "Trước 16h30 {} ngày {}"]))
def test_a_weekday_beside_its_date_changes_nothing_and_a_wrong_one_is_asked(day, weekday, form):
    deadline = parse_deadline(form.format(WEEKDAYS[weekday], f"{day:%d/%m/%Y}"), PLAN_YEAR)

    assert (deadline.kind, deadline.due_on) == (DeadlineKind.BEFORE_DATE, day)
    expected = None if weekday == day.weekday() else DeadlineReason.CONTRADICTION
    assert deadline.reason is expected


@given(days_of_the_plan, days_of_the_plan)
def test_a_stretch_told_by_its_beginning_and_its_end_is_a_range(first, last):
    text = f"Triển khai từ ngày {first:%d/%m/%Y}, hoàn thành trước ngày {last:%d/%m/%Y}"
    deadline = parse_deadline(text, PLAN_YEAR)

    if first <= last:
        assert (deadline.kind, deadline.starts_on, deadline.due_on) == (DeadlineKind.RANGE, first, last)
        assert deadline.reason is None
    else:
        assert (deadline.due_on, deadline.reason) == (None, DeadlineReason.CONTRADICTION)


@pytest.mark.parametrize("text", ["Từ 10/8 đến 05/7/2021", "Từ tháng 9 đến tháng 3/2021"])
def test_a_range_that_would_begin_before_the_plans_year_is_asked(text):
    assert parse_deadline(text, PLAN_YEAR).reason is DeadlineReason.TWO_READINGS


@pytest.mark.parametrize("text", ["Quíí III/2021", "Tháng x/2021", "Kỳ abc/2021"])
def test_the_year_of_a_part_that_was_not_read_is_no_deadline(text):
    deadline = parse_deadline(text, PLAN_YEAR)

    assert (deadline.due_on, deadline.reason) == (None, DeadlineReason.NOT_UNDERSTOOD)


def test_what_several_unlabelled_dates_are_for_is_asked():
    deadline = parse_deadline("Quý IV/2020\nQuý IV/ 2021", PLAN_YEAR)

    assert deadline.reason is DeadlineReason.SEVERAL_DEADLINES
    assert deadline.dates == (date(2020, 12, 31), date(2021, 12, 31))


def test_time_phrases_are_found_inside_the_text_of_a_product():
    text = "Thực hiện Sửa đổi Quy chế chi tiêu nội bộ trong quý IV/2020 và tổ chức thực hiện trong năm 2021."

    found = find_time_phrases(text, PLAN_YEAR)

    assert [(one.phrase, one.clause.due_on, one.is_governed) for one in found] == [
        ("trong quý IV/2020", date(2020, 12, 31), True),
        ("trong năm 2021", date(2021, 12, 31), True),
    ]


def test_a_year_that_only_names_a_report_does_not_govern():
    (found,) = find_time_phrases("Báo cáo tuyên truyền CCHC năm 2021", PLAN_YEAR)

    assert not found.is_governed


time_words = st.sampled_from(
    "quý I II iv 4 tháng 6 3 ngày 31/12/2020 15/8 năm 2021 trước từ đến hằng hàng mỗi trong thường xuyên theo quy định "
    "và , ; . - – ( ) \n báo cáo kế hoạch sau khi hoặc lần / 24/7 số 12/KH-UBND hai mươi mốt đầu cuối tuần thứ".split(
        " "
    )
)


@pytest.mark.parametrize("text", ["- ", "1. ", "- \n1. \n+", ", ", ";;", "a) ,", "(12 kỳ)", "- (12 kỳ)", "17h30"])
def test_marks_around_nothing_are_read_without_an_error(text):
    assert parse_deadline(text, PLAN_YEAR).needs_confirmation


@given(st.text(max_size=200), st.integers(-5, 12000))
def test_any_text_is_read_without_an_error(text, year):
    deadline = parse_deadline(text, year)

    assert deadline.due_on is None or deadline.due_on == deadline.dates[-1]


@given(st.lists(time_words, max_size=25).map(" ".join))
def test_any_jumble_of_time_words_is_read_without_an_error(text):
    deadline = parse_deadline(text, PLAN_YEAR)

    assert deadline.needs_confirmation == (deadline.reason is not None)
    assert list(deadline.dates) == sorted(set(deadline.dates))
    assert deadline_from_dict(deadline_to_dict(deadline)) == deadline


@given(st.lists(time_words, max_size=25).map(" ".join))
def test_what_cannot_be_read_is_never_silent(text):
    deadline = parse_deadline(text, PLAN_YEAR)

    if deadline.kind in {DeadlineKind.UNREADABLE, DeadlineKind.UNSTATED}:
        assert deadline.needs_confirmation
        assert deadline.due_on is None


def test_the_machine_form_is_plain_data():
    assert deadline_to_dict(parse_deadline("Quý II - Quý IV/2021", PLAN_YEAR)) == {
        "text": "Quý II - Quý IV/2021",
        "kind": "range",
        "is_ongoing": False,
        "starts_on": "2021-04-01",
        "due_on": "2021-12-31",
        "dates": ["2021-12-31"],
        "recurrence": None,
        "clauses": [
            {
                "text": "Quý II - Quý IV/2021",
                "label": "",
                "kind": "range",
                "is_ongoing": False,
                "starts_on": "2021-04-01",
                "due_on": "2021-12-31",
                "dates": ["2021-12-31"],
                "recurrence": None,
                "needs_confirmation": False,
                "reason": None,
                "is_generic": True,
            }
        ],
        "needs_confirmation": False,
        "reason": None,
    }
