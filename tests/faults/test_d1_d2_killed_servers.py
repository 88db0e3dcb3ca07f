"""D1, D2: whatever was acknowledged is kept once, though every server process is killed again and again."""

import http.client
import random
import threading
import time
import uuid
from dataclasses import dataclass, field

import pytest
from sqlalchemy import select

from bench.client import Client
from cchc_tasks.domain.workflow import Status
from cchc_tasks.storage.models import Obligation
from tests.factories import PASSWORD
from tests.support.faults import all_at_once, assert_whole, make_busy_office, session_on, transitions_by_key
from tests.support.servers import server_group

pytestmark = pytest.mark.faults

CLIENTS = 6
#: A life of the server is not cut short before it has acknowledged something, however slow the machine.
LEAST_IN_A_LIFE = 3
HANG_SECONDS = 60


@dataclass
class Post:
    """One form as its sender has it: the same key however often it is sent."""

    obligation_id: int
    key: str = field(default_factory=lambda: uuid.uuid4().hex)

    def send(self, client: Client) -> int:
        """Posts the form "work has begun"; the status of the answer."""
        fields = {"to": Status.IN_PROGRESS.value, "version": 1, "request_key": self.key}
        return client.post(f"/nhiem-vu/muc/{self.obligation_id}/cap-nhat", fields).status


@dataclass
class Sender:
    """A client that posts one form after another and remembers which were acknowledged."""

    client: Client
    posts: list[Post]
    acknowledged: list[Post] = field(default_factory=list)
    unanswered: list[Post] = field(default_factory=list)
    others: list[int] = field(default_factory=list)

    def run(self, up: threading.Event, stop: threading.Event) -> None:
        while self.posts and not stop.is_set():
            # Between two lives of the server nothing is sent.
            up.wait(60)
            post = self.posts.pop()
            try:
                status = post.send(self.client)
            except (OSError, http.client.HTTPException):
                self.unanswered.append(post)
                continue
            self.acknowledged.append(post) if status == 303 else self.others.append(status)


def wait_for_acknowledgements(senders: list[Sender], number: int) -> None:
    """Until the senders together have so many answers; a guard against hanging, no measure of speed."""
    end = time.monotonic() + HANG_SECONDS
    while sum(len(sender.acknowledged) for sender in senders) < number:
        assert time.monotonic() < end, "the server does not answer"
        time.sleep(0.01)


def signed_in(url: str, email: str, number: int) -> list[Client]:
    """Clients of one session: signing in is slow on purpose."""
    first = Client(url)
    first.sign_in(email, PASSWORD)
    return [first, *(first.twin() for _ in range(number - 1))]


def test_d1_d2_no_acknowledged_update_is_lost_or_doubled_by_kills(session, database_url, dialect, tmp_path, full_size):
    short = 20 if dialect == "sqlite" else 4
    kills = 200 if full_size else short
    office = make_busy_office(session, 120 * kills)
    session.rollback()
    chance = random.Random(1)
    up, stop = threading.Event(), threading.Event()
    with server_group(database_url, tmp_path) as group:
        posts = [Post(obligation_id) for obligation_id in office.obligation_ids]
        clients = signed_in(group.url, office.email, CLIENTS)
        senders = [Sender(client, posts[place::CLIENTS]) for place, client in enumerate(clients)]
        threads = [threading.Thread(target=sender.run, args=(up, stop)) for sender in senders]
        for thread in threads:
            thread.start()
        for life in range(1, kills + 1):
            up.set()
            wait_for_acknowledgements(senders, LEAST_IN_A_LIFE * life)
            time.sleep(chance.uniform(0.0, 0.3))
            up.clear()
            group.kill()
            group.start()
        stop.set()
        up.set()
        for thread in threads:
            thread.join(60)
        acknowledged = [post for sender in senders for post in sender.acknowledged]
        unanswered = [post for sender in senders for post in sender.unanswered]
        session.rollback()
        stored = transitions_by_key(session, office.agency_id)
        stored_unacknowledged = [post for post in unanswered if post.key in stored]
        replayed = [post.send(clients[0]) for post in unanswered]
        for client in clients:
            client.close()

        assert [status for sender in senders for status in sender.others] == []
        assert group.complaints() == []

    assert len(acknowledged) >= LEAST_IN_A_LIFE * kills
    assert [post.key for post in acknowledged if stored.get(post.key) != 1] == []
    # D2: the answer was lost, the form is sent again; the first result is shown and nothing happens twice.
    assert replayed == [303] * len(unanswered)
    session.rollback()
    after = transitions_by_key(session, office.agency_id)
    assert [post.key for post in acknowledged + unanswered if after.get(post.key) != 1] == []
    assert set(after.values()) == {1}
    assert_whole(session, office.agency_id)
    print(f"{kills} kills, {len(acknowledged)} acknowledged, {len(stored_unacknowledged)} stored without an answer")


def test_d2_a_form_sent_several_times_at_once_does_its_work_once(session, database_url, tmp_path, full_size):
    forms = 200 if full_size else 30
    office = make_busy_office(session, forms)
    session.rollback()
    chance = random.Random(2)
    with server_group(database_url, tmp_path) as group:
        clients = signed_in(group.url, office.email, 10)
        for obligation_id in office.obligation_ids:
            post = Post(obligation_id)
            senders = clients[: chance.randrange(2, 11)]

            statuses = all_at_once([lambda client=client, post=post: post.send(client) for client in senders])

            assert statuses == [303] * len(senders)
        for client in clients:
            client.close()
        assert group.complaints() == []

    with session_on(database_url) as own:
        assert list(transitions_by_key(own, office.agency_id).values()) == [1] * forms
        assert set(own.scalars(select(Obligation.version))) == {2}
        assert_whole(own, office.agency_id)
