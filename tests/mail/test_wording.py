"""Everything that a mail or the page Nhắc việc may have to name has its words."""

import pytest

from cchc_tasks.domain.calendars import FeedScope
from cchc_tasks.domain.mailing import DroppedBecause, Outcome
from cchc_tasks.domain.reminders import DropReason, Rule
from cchc_tasks.storage.models import MessageState
from cchc_tasks.wording import calendar, mail


@pytest.mark.parametrize(
    ("members", "words"),
    [
        (Rule, mail.HEADINGS),
        (DropReason, mail.DROP_REASONS),
        (DroppedBecause, mail.DROPPED_MAILS),
        (Outcome, mail.OUTCOMES),
        (MessageState, mail.STATES),
        (FeedScope, calendar.SCOPES),
    ],
)
def test_every_member_is_worded(members, words):
    assert set(words) == set(members)


def test_a_title_is_cut_between_words():
    assert calendar.shortened("Báo cáo kết quả, rà soát", 18) == "Báo cáo kết quả…"
    assert calendar.shortened("x" * 80) == "x" * 59 + "…"


@pytest.mark.parametrize(("minutes", "words"), [(15, "15 phút"), (180, "3 giờ"), (60 * 24 * 1200, "1.200 ngày")])
def test_an_age_in_words(minutes, words):
    assert mail.age_words(minutes) == words
