"""Links of mails: made at sending, kept as hashes, used once, ended with the account or the right."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from cchc_tasks.domain.errors import NotAllowed, Refused
from cchc_tasks.domain.links import hash_of
from cchc_tasks.domain.mail_links import LinkTrouble, LinkUse, UnusableLink
from cchc_tasks.domain.mailing import DeliveryError
from cchc_tasks.domain.reminder_rules import DEFAULT_RULES
from cchc_tasks.domain.workflow import Status
from cchc_tasks.services import mail_links, obligations, teamwork
from cchc_tasks.services.obligations import DocumentInput
from cchc_tasks.services.teamwork import NoteKind
from cchc_tasks.storage.models import LedgerRow, MailLink, Note, Obligation, OutboxAttempt, OutboxMessage
from tests.factories import at
from tests.support.mail import KeepingSender, set_rules
from tests.support.mail_links import DAY, SENT_AT, mail_work

KEY = "a key of the site, for tests only"
REPORT = DocumentInput("42/BC-STTTT", date(2021, 3, 9), "Báo cáo rà soát")


@pytest.fixture
def mailed(session):
    return mail_work(session, KEY)


def secret_of(path):
    return path.rpartition("/")[2]


def opened(mailed, index=0, now=SENT_AT):
    return mail_links.look_at(mailed.session, secret_of(mailed.links[index]), now=now, today=DAY)


def test_each_line_of_a_digest_carries_a_link_of_its_own_and_nothing_kept_holds_it(session, mailed):
    secrets = [secret_of(path) for path in mailed.links]

    assert len(set(secrets)) == 2
    rows = session.scalars(select(MailLink)).all()
    assert {row.token_hash for row in rows} == {hash_of(each) for each in secrets}
    message = session.scalars(select(OutboxMessage)).one()
    kept = f"{message.subject} {message.body_text} {message.body_html} {message.payload}"
    kept += " ".join(session.scalars(select(OutboxAttempt.answer)))
    assert not any(secret in kept for secret in secrets)
    assert "(đường dẫn riêng, chỉ có trong thư)" in message.body_text


def test_a_link_lives_five_working_days_until_the_end_of_the_last(mailed):
    """Sent on Wednesday 10/3/2021: good until Wednesday 17/3/2021 is over."""
    last = at(date(2021, 3, 17), 23)

    assert opened(mailed, now=last).expires_at == at(date(2021, 3, 18), 0)
    with pytest.raises(UnusableLink) as found:
        opened(mailed, now=at(date(2021, 3, 18), 0))
    assert found.value.trouble is LinkTrouble.EXPIRED


def test_the_office_sets_how_long_links_live_and_may_leave_them_out(session):
    mailed = mail_work(session, KEY, send=False)
    set_rules(session, mailed.agency, replace(DEFAULT_RULES, link_days=0), ordinal=2)
    session.commit()

    mailed.send()

    assert "Quá hạn".upper() in mailed.sender.letters[0].words.text
    assert mailed.links == []
    assert session.scalars(select(MailLink)).all() == []


def test_another_try_of_the_same_mail_carries_the_same_links(session):
    mailed = mail_work(session, KEY, send=False)
    tried = []

    def cut_after_data(letter):
        tried.append(letter.words.text)
        raise DeliveryError("cut", is_permanent=False)

    mailed.send(sender=cut_after_data)
    mailed.send(SENT_AT + timedelta(minutes=2))

    assert tried == [mailed.sender.letters[0].words.text]
    assert len(session.scalars(select(MailLink)).all()) == 2


def test_a_password_changed_between_two_tries_makes_other_links(session):
    mailed = mail_work(session, KEY, send=False)
    first = KeepingSender()

    def cut(letter):
        first(letter)
        raise DeliveryError("cut", is_permanent=False)

    mailed.send(sender=cut)
    mailed.head.session_epoch += 1
    session.commit()
    mailed.send(SENT_AT + timedelta(minutes=2))

    assert first.letters[0].words.text != mailed.sender.letters[0].words.text
    assert opened(mailed).principal.person_id == mailed.head.id


def test_looking_changes_nothing_and_a_report_uses_the_link_up(session, mailed):
    link = opened(mailed)
    assert opened(mailed).id == link.id

    obligations.report(
        session,
        link.obligation_id,
        version=1,
        effective_on=REPORT.issued_on,
        document=REPORT,
        actor=link.acting(LinkUse.REPORT),
        now=SENT_AT,
    )

    with pytest.raises(UnusableLink) as found:
        opened(mailed)
    assert (found.value.trouble, found.value.facts["used_for"]) == (LinkTrouble.USED, "report")
    row = session.scalars(select(LedgerRow).where(LedgerRow.status == Status.REPORTED)).one()
    assert (row.actor_id, row.payload["via"]) == (mailed.head.id, "mail_link")
    assert opened(mailed, 1).obligation_id == mailed.works[1].id


def test_a_refusal_leaves_the_link_good(session, mailed):
    link = opened(mailed)

    with pytest.raises(Refused):
        obligations.report(
            session,
            link.obligation_id,
            version=1,
            effective_on=DAY + timedelta(days=3),
            document=REPORT,
            actor=link.acting(LinkUse.REPORT),
            now=SENT_AT,
        )

    assert opened(mailed).id == link.id


def test_an_old_copy_of_the_person_cannot_use_a_link_twice_nor_after_its_end(session, mailed):
    link = opened(mailed)
    start = {"version": 1, "actor": link.acting(LinkUse.START)}

    with pytest.raises(UnusableLink):
        obligations.start(session, link.obligation_id, now=at(date(2021, 3, 18), 0), **start)
    obligations.start(session, link.obligation_id, now=SENT_AT, **start)
    with pytest.raises(UnusableLink):
        teamwork.add_note(
            session,
            link.obligation_id,
            kind=NoteKind.PROGRESS,
            text="Đã xong phần rà soát",
            actor=link.acting(LinkUse.NOTE),
            now=SENT_AT,
        )
    assert session.scalars(select(Note)).all() == []


def test_a_note_says_by_which_way_it_came(session, mailed):
    link = opened(mailed)

    teamwork.add_note(
        session,
        link.obligation_id,
        kind=NoteKind.PROGRESS,
        text="Đã xong phần rà soát",
        actor=link.acting(LinkUse.NOTE),
        now=SENT_AT,
    )

    assert session.scalars(select(Note.via)).all() == ["mail_link"]


@pytest.mark.parametrize("change", ["password", "disabled"])
def test_links_end_with_the_password_and_the_account(session, mailed, change):
    link = opened(mailed)
    if change == "password":
        mailed.head.session_epoch += 1
    else:
        mailed.head.is_active = False
    session.commit()

    with pytest.raises(UnusableLink) as found:
        opened(mailed)
    assert found.value.trouble is LinkTrouble.UNKNOWN
    # Also for whoever looked before the change.
    with pytest.raises(UnusableLink):
        obligations.start(session, link.obligation_id, version=1, actor=link.acting(LinkUse.START), now=SENT_AT)
    assert session.get_one(Obligation, link.obligation_id).status is Status.NOT_STARTED


def test_a_link_gives_no_right_that_its_owner_lost(session, mailed):
    mailed.head.memberships[0].ends_on = DAY - timedelta(days=1)
    session.commit()
    link = opened(mailed)

    with pytest.raises(NotAllowed):
        obligations.start(session, link.obligation_id, version=1, actor=link.acting(LinkUse.START), now=SENT_AT)

    assert opened(mailed).id == link.id
