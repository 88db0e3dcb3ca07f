"""Putting right a confirmed day in histories that had steps before it: the confirmed work stays confirmed."""

from datetime import date

import pytest

from cchc_tasks.domain.workflow import Status
from cchc_tasks.services import corrections, obligations
from cchc_tasks.storage.queries.as_of import states_as_of
from tests.factories import at
from tests.support.work import LETTER, Workplace

STARTED_ON = date(2021, 3, 3)
RETURNED_ON = date(2021, 3, 8)
CONFIRMED_ON = date(2021, 3, 10)
CORRECTED_ON = date(2021, 3, 24)


class Corrected(Workplace):
    """Work whose confirmed day is put right afterwards."""

    def start(self, day: date) -> None:
        obligations.start(
            self.session, self.made.obligation.id, version=self.fresh().version, actor=self.who("head"), now=at(day)
        )

    def correct(self, effective_on: date | None) -> tuple[Status, date | None]:
        corrected = corrections.correct_status(
            self.session,
            self.made.obligation.id,
            version=self.fresh().version,
            effective_on=effective_on,
            reason="Đính chính ngày ban hành.",
            actor=self.who("office"),
            now=at(CORRECTED_ON),
        )
        return corrected.status, corrected.status_on

    def status_at(self, cut_off: date) -> Status:
        known_at = at(CORRECTED_ON, 10)
        agency_id = self.plan.agency_id
        return states_as_of(self.session, agency_id, [self.plan.id], cut_off=cut_off, known_at=known_at)[0].status


@pytest.fixture
def work(session):
    return Corrected(session)


def test_a_day_moved_before_the_beginning_of_the_work_leaves_it_confirmed(work):
    work.start(STARTED_ON)
    work.report(effective_on=date(2021, 3, 5))
    work.confirm()

    assert work.correct(date(2021, 3, 1)) == (Status.DONE, date(2021, 3, 1))
    assert work.status_at(date(2021, 3, 4)) is Status.DONE


def test_a_day_moved_before_an_earlier_return_leaves_the_work_confirmed(work):
    work.report(effective_on=date(2021, 3, 6))
    work.give_back()
    work.report(effective_on=RETURNED_ON)
    work.confirm()

    assert work.correct(date(2021, 3, 5)) == (Status.DONE, date(2021, 3, 5))
    assert work.status_at(date(2021, 3, 7)) is Status.DONE


def test_a_day_put_right_twice_keeps_report_and_confirmation_together(work):
    work.report(effective_on=date(2021, 3, 8))
    work.confirm()
    work.correct(date(2021, 3, 6))

    assert work.correct(date(2021, 3, 4)) == (Status.DONE, date(2021, 3, 4))
    assert work.correct(date(2021, 3, 9)) == (Status.DONE, date(2021, 3, 9))
    assert work.status_at(date(2021, 3, 8)) is Status.NOT_STARTED
    assert work.correct(None)[0] is Status.NOT_STARTED
    assert work.status_at(CORRECTED_ON) is Status.NOT_STARTED


@pytest.mark.parametrize("day", [date(2021, 3, 2), date(2021, 3, 9), None])
def test_a_report_that_overtook_several_rows_is_put_right_as_one(work, day):
    work.report(effective_on=date(2021, 3, 8))
    work.give_back()
    work.report(effective_on=LETTER.issued_on)
    work.confirm()

    status, status_on = work.correct(day)

    assert (status, status_on) == ((Status.NOT_STARTED, LETTER.issued_on) if day is None else (Status.DONE, day))
    assert work.status_at(LETTER.issued_on) is (Status.DONE if day == date(2021, 3, 2) else Status.NOT_STARTED)
