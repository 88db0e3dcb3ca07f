"""The window in which failures are counted, whichever of several tries comes first."""

from datetime import timedelta

import pytest

from cchc_tasks.domain.accounts import TooManyAttempts
from cchc_tasks.services.sign_in import GuessLimits, check_attempts, count_attempt
from tests.factories import NOW

LIMITS = GuessLimits(window=timedelta(minutes=15), per_account=3, per_address=3)
CAPS = {"somebody": 3}


def test_a_try_that_read_the_clock_earlier_does_not_begin_the_window_anew(session):
    for second in (3, 1, 2):
        count_attempt(session, CAPS, LIMITS, NOW + timedelta(seconds=second))

    for attempt in (count_attempt, check_attempts):
        with pytest.raises(TooManyAttempts):
            attempt(session, CAPS, LIMITS, NOW)


def test_a_window_that_is_over_begins_anew_with_the_next_try(session):
    for _ in range(3):
        count_attempt(session, CAPS, LIMITS, NOW)
    later = NOW + LIMITS.window

    check_attempts(session, CAPS, LIMITS, later)
    count_attempt(session, CAPS, LIMITS, later)
