"""A right ends with the next request (RELIABILITY Z4): ten changes, each met at every entrance.

The entrances are those of the head of a unit: a page, a form about the unit's work, a file behind it, the subscribed
calendar, a one-time link that was mailed before the change, and the link of a line of a digest.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from cchc_tasks.config import Settings, read_secret_key
from cchc_tasks.domain import mail_links
from cchc_tasks.domain.calendars import hash_of
from cchc_tasks.domain.links import PATHS, LinkPurpose, token_secret
from cchc_tasks.domain.links import hash_of as hash_of_link
from cchc_tasks.domain.mail_links import link_key, link_secret
from cchc_tasks.domain.permissions import Role
from cchc_tasks.evidence import LocalStore
from cchc_tasks.services import _tokens, feeds, links
from cchc_tasks.services import people as people_service
from cchc_tasks.services._tokens import LinkTerms
from cchc_tasks.storage.models import CalendarFeed, MailLink, Obligation, Person
from tests.factories import NOW, PASSWORD, enter, make_membership, principal_of
from tests.support.fingerprint import fingerprint
from tests.support.two_offices import Side, dead_mail_to, feed_of, make_side

SECRET = "z4-calendar-of-the-head"
NEW_PASSWORD = "hoa dã quỳ nở tháng mười một"
YESTERDAY = NOW.date() - timedelta(days=1)
#: Words of the work that only the unit's right brings into a calendar.
WORK = "Báo cáo rà soát"


@dataclass
class Entrances:
    """Everything through which a head gets in, and who that is."""

    session: Session
    side: Side
    person: Person
    feed: CalendarFeed
    link: str
    line: str
    client: Any

    def page(self) -> int:
        return int(self.client.get("/tai-khoan").status_code)

    def form(self) -> int:
        obligation = self.session.get_one(Obligation, self.side.made.obligation.id)
        body = {"version": obligation.version, "to": "in_progress"}
        return int(self.client.post(f"/viec-cua-toi/{obligation.id}", data=body).status_code)

    def file(self) -> int:
        return int(self.client.get(f"/tep/{self.side.evidence_id}").status_code)

    def calendar(self) -> str | int:
        """What the calendar shows of the unit's work, or the status that refuses."""
        answer = self.client.get(f"/lich/{SECRET}.ics")
        if answer.status_code != 200:
            return int(answer.status_code)
        return "work" if WORK in answer.get_data(as_text=True) else "empty"

    def mail(self) -> int:
        return int(self.client.get(self.link).status_code)

    def tap(self) -> int:
        """What the link of a digest's line does about the unit's work, opened and confirmed."""
        opened = int(self.client.get(self.line).status_code)
        version = self.session.get_one(Obligation, self.side.made.obligation.id).version
        sent = self.client.post(self.line, data={"act": "note", "version": version, "text": "Đang làm"})
        assert opened == 200 or sent.status_code == opened
        return int(sent.status_code)


@pytest.fixture
def entrances(app: Any, client: Any, session: Session, settings: Settings) -> Entrances:
    side = make_side(session, LocalStore(settings.evidence_dir))
    person = side.people["head"]
    feed = feed_of(person, hash_of(SECRET))
    session.add(feed)
    terms = LinkTerms(secret_key=read_secret_key(settings), valid_for=timedelta(days=9_999), real_now=NOW)
    token = _tokens.issue(session, person, LinkPurpose.PASSWORD_RESET, terms)
    secret = token_secret(read_secret_key(settings), token.id, LinkPurpose.PASSWORD_RESET)
    line = line_link(session, side, person, settings)
    session.commit()
    enter(client, person)
    return Entrances(session, side, person, feed, PATHS[LinkPurpose.PASSWORD_RESET] + secret, line, client)


def line_link(session: Session, side: Side, person: Person, settings: Settings) -> str:
    """The path of a link to the unit's work in a mail to the head, good for years of tests' clocks."""
    message = dead_mail_to(person)
    session.add(message)
    session.flush()
    work, epoch = side.made.obligation.id, person.session_epoch
    secret = link_secret(read_secret_key(settings), link_key(message.message_id, person.id, work, epoch))
    session.add(
        MailLink(
            agency_id=person.agency_id,
            person_id=person.id,
            obligation_id=work,
            message_row_id=message.id,
            session_epoch=epoch,
            token_hash=hash_of_link(secret),
            created_at=NOW,
            expires_at=NOW + timedelta(days=9_999),
        )
    )
    return mail_links.PATH + secret


# --- the changes


def new_password(at: Entrances) -> None:
    people_service.change_password(
        at.session, current=PASSWORD, new=NEW_PASSWORD, actor=principal_of(at.session, at.person), real_now=NOW
    )


def link_used(at: Entrances) -> None:
    links.redeem(at.session, at.link.rpartition("/")[2], password=NEW_PASSWORD, now=NOW)


def disabled(at: Entrances) -> None:
    people_service.set_active(at.session, at.person.id, is_active=False, **by_admin(at), real_now=NOW)


def role_ended(at: Entrances) -> None:
    [held] = at.person.memberships
    people_service.end_membership(at.session, at.person.id, held.id, ends_on=YESTERDAY, **by_admin(at))


def membership_ended_by_hand(at: Entrances) -> None:
    at.person.memberships[0].ends_on = YESTERDAY
    at.session.commit()


def moved(at: Entrances) -> None:
    at.person.memberships[0].ends_on = YESTERDAY
    make_membership(at.session, at.person, Role.HEAD, at.side.office_unit)
    at.session.commit()


def only_reads(at: Entrances) -> None:
    at.person.memberships[0].ends_on = YESTERDAY
    make_membership(at.session, at.person, Role.VIEWER)
    at.session.commit()


def work_went_to_another_unit(at: Entrances) -> None:
    task = at.side.made.task
    for row in (task, at.side.reported.task, at.side.asking.task):
        row.lead_unit_id = at.side.other_unit.id
        for named in row.units:
            named.unit_id = at.side.other_unit.id
    at.session.commit()


def epoch_raised(at: Entrances) -> None:
    at.person.session_epoch += 1
    at.session.commit()


def calendar_revoked(at: Entrances) -> None:
    feeds.revoke_feed(at.session, at.feed.id, actor=principal_of(at.session, at.person), now=NOW)


def by_admin(at: Entrances) -> dict[str, Any]:
    return {"actor": principal_of(at.session, at.side.people["admin"]), "now": NOW}


#: What page, form, file, calendar, link and line of a digest answer at the next request. 303 and 401 ask to sign in
#: again. A calendar has a secret of its own: a new password ends sessions and links, and leaves the calendars, which
#: are revoked one by one. Everybody of an agency may read its files: a file stays open to whoever still has some role.
CHANGES: list[tuple[Callable[[Entrances], None], tuple[int, int, int, str | int, int, int]]] = [
    (new_password, (303, 401, 303, "work", 404, 404)),
    (link_used, (303, 401, 303, "work", 404, 404)),
    (disabled, (303, 401, 303, 404, 404, 404)),
    (role_ended, (403, 403, 403, 404, 200, 403)),
    (membership_ended_by_hand, (403, 403, 403, 404, 200, 403)),
    (moved, (200, 403, 200, "empty", 200, 403)),
    (only_reads, (200, 403, 200, "empty", 200, 403)),
    (work_went_to_another_unit, (200, 403, 200, "empty", 200, 403)),
    (epoch_raised, (303, 401, 303, "work", 200, 404)),
    (calendar_revoked, (200, 303, 200, 404, 200, 303)),
]


def test_before_any_change_every_entrance_is_open(entrances):
    at = entrances

    assert (at.page(), at.file(), at.calendar(), at.mail()) == (200, 200, "work", 200)
    assert at.form() == 303
    assert at.tap() == 303


@pytest.mark.parametrize(("change", "expected"), CHANGES, ids=[change.__name__ for change, _ in CHANGES])
def test_z4_the_next_request_of_every_entrance_knows_of_the_change(entrances, session, change, expected):
    at = entrances
    change(at)
    before = fingerprint(session)

    found = (at.page(), at.form(), at.file(), at.calendar(), at.mail(), at.tap())

    assert found == expected
    if expected[1] != 303:
        after = fingerprint(session)
        # A calendar that was read says when, and its events are kept as serialised; one that is not there is counted.
        may_change = {"calendar_feeds", "calendar_pieces", "sign_in_counters"}
        assert {name for name in after if after[name] != before[name]} <= may_change


def test_z4_a_link_of_a_disabled_account_sets_no_password(entrances, session):
    at = entrances
    disabled(at)
    before = fingerprint(session)

    answer = at.client.post(at.link, data={"password": NEW_PASSWORD, "again": NEW_PASSWORD})

    assert answer.status_code == 404
    assert fingerprint(session) == before


def test_z4_an_enabled_account_gets_no_old_session_back(entrances, session):
    """Disabling ends sessions for good: enabling the account again does not bring them back, nor mailed links."""
    at = entrances
    disabled(at)
    people_service.set_active(session, at.person.id, is_active=True, **by_admin(at), real_now=NOW)

    assert (at.page(), at.form(), at.file(), at.mail(), at.tap()) == (303, 401, 303, 404, 404)


def test_z4_a_unit_that_closed_shows_no_more_work_in_its_calendar(entrances, session):
    at = entrances
    at.feed.scope, at.feed.unit_id = "unit", at.side.unit.id
    session.commit()
    assert at.calendar() == "work"

    work_went_to_another_unit(at)

    assert at.calendar() == "empty"
