"""D3: of several people who change the same version at the same time exactly one wins, and the others are told."""

import random

import pytest

from cchc_tasks.domain.errors import StaleEdit
from cchc_tasks.domain.workflow import Status
from cchc_tasks.services import obligations
from cchc_tasks.storage.models import Obligation
from tests.factories import NOW
from tests.support.faults import all_at_once, assert_whole, make_busy_office, session_on

pytestmark = pytest.mark.faults


def test_d3_of_two_to_six_clients_on_one_version_exactly_one_wins(session, database_url, full_size):
    races = 200 if full_size else 25
    office = make_busy_office(session, races)
    chance = random.Random(3)

    def start(obligation_id):
        with session_on(database_url) as own:
            return obligations.start(own, obligation_id, version=1, actor=office.actor, now=NOW).version

    for obligation_id in office.obligation_ids:
        clients = chance.randrange(2, 7)
        answers = all_at_once([lambda id=obligation_id: start(id)] * clients)

        assert answers.count(2) == 1
        losers = [answer for answer in answers if answer != 2]
        assert all(isinstance(answer, StaleEdit) for answer in losers)
        assert [answer.facts["current"] for answer in losers] == [2] * (clients - 1)

    session.rollback()
    assert_whole(session, office.agency_id)
    assert session.get_one(Obligation, office.obligation_ids[0]).status is Status.IN_PROGRESS
