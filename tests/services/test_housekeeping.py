"""Housekeeping takes what is past use, and nothing else."""

from datetime import timedelta

from sqlalchemy import func, select

from cchc_tasks.services import housekeeping, outbox
from cchc_tasks.storage.models import FormKey, LedgerRow, MailLink, OneTimeToken, OutboxMessage, SignInCounter
from tests.factories import NOW, make_agency, make_person, make_plan, make_task

WINDOW = timedelta(minutes=15)


def test_only_what_is_past_use_goes(session):
    agency = make_agency(session)
    person = make_person(session, agency)
    obligation = make_task(session, make_plan(session, agency)).obligation
    outbox.enqueue(
        session,
        agency_id=agency.id,
        kind="digest",
        recipient_id=person.id,
        unique_key="1",
        payload={},
        now=NOW,
    )
    message_row_id = session.scalars(select(OutboxMessage.id)).one()
    for days in (0, 400):
        at = NOW - timedelta(days=days)
        session.add(SignInCounter(subject_hash=f"{days:064}", window_started_at=at, failures=1))
        session.add(FormKey(agency_id=agency.id, key=f"k{days}", used_at=at))
        token = {"person_id": person.id, "purpose": "invitation", "created_at": at, "expires_at": at}
        session.add(OneTimeToken(agency_id=agency.id, token_hash=f"{days:064}", **token))
        link = {"person_id": person.id, "obligation_id": obligation.id, "message_row_id": message_row_id}
        link |= {"session_epoch": days, "token_hash": f"{days:064}", "created_at": at, "expires_at": at}
        session.add(MailLink(agency_id=agency.id, **link))
    session.commit()
    rows = session.scalar(select(func.count()).select_from(LedgerRow))

    tidied = housekeeping.tidy(session, now=NOW, shown_now=NOW, guess_window=WINDOW)

    assert tidied == housekeeping.Tidied(counters=1, form_keys=1, links=1, mail_links=1)
    assert session.scalars(select(FormKey.key)).all() == ["k0"]
    assert session.scalar(select(func.count()).select_from(LedgerRow)) == rows


def test_links_of_a_demo_end_by_its_own_clock(session):
    test_only_what_is_past_use_goes(session)
    later = NOW + timedelta(days=2000)

    tidied = housekeeping.tidy(session, now=later, shown_now=NOW, guess_window=WINDOW)

    assert (tidied.links, tidied.mail_links) == (1, 0)
