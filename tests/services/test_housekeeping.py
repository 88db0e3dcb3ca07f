"""Housekeeping takes what is past use, and nothing else."""

from datetime import timedelta

from sqlalchemy import func, select

from cchc_tasks.services import housekeeping
from cchc_tasks.storage.models import FormKey, LedgerRow, OneTimeToken, SignInCounter
from tests.factories import NOW, make_agency, make_person, make_plan, make_task

WINDOW = timedelta(minutes=15)


def test_only_what_is_past_use_goes(session):
    agency = make_agency(session)
    person = make_person(session, agency)
    make_task(session, make_plan(session, agency))
    for days in (0, 400):
        at = NOW - timedelta(days=days)
        session.add(SignInCounter(subject_hash=f"{days:064}", window_started_at=at, failures=1))
        session.add(FormKey(agency_id=agency.id, key=f"k{days}", used_at=at))
        token = {"person_id": person.id, "purpose": "invitation", "created_at": at, "expires_at": at}
        session.add(OneTimeToken(agency_id=agency.id, token_hash=f"{days:064}", **token))
    session.commit()
    rows = session.scalar(select(func.count()).select_from(LedgerRow))

    tidied = housekeeping.tidy(session, now=NOW, guess_window=WINDOW)

    assert tidied == housekeeping.Tidied(counters=1, form_keys=1, links=1)
    assert session.scalars(select(FormKey.key)).all() == ["k0"]
    assert session.scalar(select(func.count()).select_from(LedgerRow)) == rows
