"""How far asked rows are, and until when somebody is asked for them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc_tasks.domain.reports.answering import AnswerState, Progress, answer_state, progress
from cchc_tasks.domain.reports.cells import NOT_APPLICABLE_TEXT, NOT_YET_TEXT, parse_cell
from cchc_tasks.domain.reports.forms import ValueType

DUE = date(2021, 3, 12)


@pytest.mark.parametrize(
    ("printed", "state"),
    [
        ("", AnswerState.WAITING),
        ("  ", AnswerState.WAITING),
        (NOT_YET_TEXT, AnswerState.NOT_YET),
        ("Chưa  có", AnswerState.NOT_YET),
        ("0", AnswerState.DONE),
        (NOT_APPLICABLE_TEXT, AnswerState.DONE),
        ("99,62% (523/525)", AnswerState.DONE),
        ("đang rà soát", AnswerState.DONE),
    ],
)
def test_a_blank_not_yet_zero_and_not_applicable_are_told_apart(printed, state):
    assert answer_state(parse_cell(printed, ValueType.COUNT)) is state


@given(st.lists(st.sampled_from(["", NOT_YET_TEXT, NOT_APPLICABLE_TEXT, "0", "1.050"])), st.integers(-40, 40))
def test_every_row_counts_once_and_nothing_is_owed_but_what_has_no_final_answer(printed, days):
    found = progress(parse_cell(each, ValueType.COUNT) for each in printed)

    assert found.total == len(printed)
    assert found.left == sum(each in ("", NOT_YET_TEXT) for each in printed)
    is_owed = "" in printed or (NOT_YET_TEXT in printed and days <= 0)
    assert found.is_owed(DUE + timedelta(days=days), DUE) is is_owed


def test_what_says_not_yet_is_owed_on_the_last_day_and_not_on_the_next():
    found = Progress(done=3, not_yet=1)

    assert found.is_owed(DUE, DUE)
    assert not found.is_owed(DUE + timedelta(days=1), DUE)
    assert Progress(waiting=1).is_owed(DUE + timedelta(days=1), DUE)
