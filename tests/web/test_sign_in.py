"""Signing in and out; what guards the door (RELIABILITY A1 to A4)."""

import statistics
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from lxml import html
from sqlalchemy import select
from sqlalchemy.orm import Session

from cchc_tasks.domain.accounts import SpentLink
from cchc_tasks.domain.links import PATHS, LinkPurpose, token_secret
from cchc_tasks.domain.permissions import Role
from cchc_tasks.services import links
from cchc_tasks.services import people as people_service
from cchc_tasks.services._tokens import LinkTerms
from cchc_tasks.storage.db import make_engine
from cchc_tasks.storage.models import OneTimeToken, OutboxMessage, Person, SignInCounter
from cchc_tasks.storage.queries import people as people_queries
from cchc_tasks.storage.queries.people import Demo, DemoPerson
from cchc_tasks.web.login import SIGNED_IN_AT, local_path
from tests.factories import PASSWORD, enter, make_agency, make_office, make_person, sign_in

NEW_PASSWORD = "hoa dã quỳ nở tháng mười một"
WRONG = "không phải mật khẩu này"


@pytest.fixture
def person(session):
    person = make_person(session, make_agency(session), "Nguyễn Văn An")
    session.commit()
    return person


def body(response):
    return response.get_data(as_text=True)


def is_signed_in(client):
    return client.get("/tai-khoan").status_code == 200


# --- signing in


def test_a_visitor_is_sent_to_sign_in_and_comes_back(client, person):
    response = client.get("/tai-khoan?x=1")
    assert response.status_code == 303
    assert response.location == "/dang-nhap?next=/tai-khoan?x%3D1"

    response = client.post(response.location, data={"email": person.email, "password": PASSWORD})

    assert (response.status_code, response.location) == (303, "/tai-khoan?x=1")
    assert "Nguyễn Văn An" in body(client.get("/tai-khoan"))


def test_signing_in_is_noted(client, session, person):
    sign_in(client, person)

    session.refresh(person)
    assert datetime.now(UTC) - person.last_sign_in_at < timedelta(minutes=1)


def test_the_address_may_be_typed_with_capitals_and_blanks(client, person):
    response = client.post("/dang-nhap", data={"email": f" {person.email.upper()} ", "password": PASSWORD})

    assert response.status_code == 303


def test_a_password_typed_in_decomposed_letters_is_the_same(client, session):
    import unicodedata

    person = make_person(session, make_agency(session), password=NEW_PASSWORD)
    session.commit()

    assert sign_in(client, person, unicodedata.normalize("NFD", NEW_PASSWORD)).status_code == 303


@pytest.mark.parametrize("kind", ["unknown", "wrong password", "disabled", "invited"])
def test_a2_every_failure_gets_the_same_answer(client, session, kind):
    agency = make_agency(session)
    people = {
        "wrong password": make_person(session, agency),
        "disabled": make_person(session, agency, is_active=False),
        "invited": make_person(session, agency, password=None),
    }
    session.commit()
    email = people[kind].email if kind in people else "nobody@so.test"
    password = WRONG if kind == "wrong password" else PASSWORD

    response = client.post("/dang-nhap", data={"email": email, "password": password})

    assert response.status_code == 422
    assert "Thư điện tử hoặc mật khẩu không đúng" in body(response)
    assert email in body(response)
    assert password not in body(response)
    assert not is_signed_in(client)


@pytest.mark.faults
def test_a2_a_known_and_an_unknown_account_take_the_same_time(client, app, session, full_size):
    rounds = 200 if full_size else 20
    agency = make_agency(session)
    emails = [make_person(session, agency).email for _ in range(rounds)]
    session.commit()

    def took(email):
        start = time.perf_counter()
        client.post("/dang-nhap", data={"email": email, "password": WRONG}, environ_base={"REMOTE_ADDR": email})
        return time.perf_counter() - start

    took(emails[0])
    times = [(took(email), took(f"no-{email}")) for email in emails]
    ratio = statistics.median(known for known, _ in times) / statistics.median(unknown for _, unknown in times)
    assert abs(ratio - 1) <= (0.1 if full_size else 0.35)


def test_an_empty_form_says_what_is_missing(client):
    page = body(client.post("/dang-nhap", data={}))

    assert "Nhập thư điện tử công vụ." in page
    assert "Nhập mật khẩu." in page


# --- limits on guessing


def guess(client, email, password=WRONG, **environ):
    return client.post("/dang-nhap", data={"email": email, "password": password}, environ_base=environ)


def test_a2_an_account_is_closed_to_guessing_after_ten_failures_and_not_for_long(client, session, person, app):
    for _ in range(10):
        assert guess(client, person.email).status_code == 422

    response = guess(client, person.email, PASSWORD)
    assert response.status_code == 429
    assert "Thử lại sau" in body(response)

    for counter in session.scalars(select(SignInCounter)):
        counter.window_started_at -= timedelta(minutes=15)
    session.commit()
    assert guess(client, person.email, PASSWORD).status_code == 303


def test_a2_waiting_is_not_made_longer_by_trying(client, session, person):
    for _ in range(14):
        guess(client, person.email)

    assert max(session.scalars(select(SignInCounter.failures))) == 10


def test_a2_success_forgets_the_failures_of_the_account_but_not_of_the_address(client, session, person):
    for _ in range(9):
        guess(client, person.email)
    assert guess(client, person.email, PASSWORD).status_code == 303

    assert sorted(session.scalars(select(SignInCounter.failures))) == [0, 9]


def test_a2_an_address_is_counted_over_all_accounts_and_forged_headers_do_not_help(client, session):
    limit = 50
    for number in range(limit):
        client.post(
            "/dang-nhap",
            data={"email": f"a{number}@so.test", "password": WRONG},
            headers={"X-Forwarded-For": f"203.0.113.{number}", "X-Real-IP": f"203.0.113.{number}"},
        )

    response = client.post(
        "/dang-nhap",
        data={"email": "another@so.test", "password": WRONG},
        headers={"X-Forwarded-For": "203.0.113.99", "Forwarded": "for=203.0.113.99"},
    )
    assert response.status_code == 429


def test_a2_one_ipv6_house_is_one_address(client, session):
    for number in range(50):
        guess(client, f"a{number}@so.test", REMOTE_ADDR=f"2001:db8:1:2::{number:x}")

    assert guess(client, "b@so.test", REMOTE_ADDR="2001:db8:1:2:ffff::1").status_code == 429
    assert guess(client, "b@so.test", REMOTE_ADDR="2001:db8:1:3::1").status_code == 422


def test_a2_tries_sent_at_once_are_all_counted(app, session, person):
    app.config["WTF_CSRF_ENABLED"] = False
    answers = []
    threads = [
        Thread(target=lambda: answers.append(guess(app.test_client(), person.email).status_code)) for _ in range(24)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    app.config["WTF_CSRF_ENABLED"] = True

    assert sorted(answers) == [422] * 10 + [429] * 14


def test_a3_identity_never_comes_from_a_header(client, person):
    forged = {"X-Remote-User": person.email, "Remote-User": person.email, "X-Forwarded-User": person.email}

    assert client.get("/tai-khoan", headers=forged).status_code == 303


# --- where one is sent afterwards


LEAVING = [
    "https://evil.test", "http://evil.test/", "//evil.test", "///evil.test", "////evil.test", "/\\evil.test",
    "\\\\evil.test", "\\/evil.test", "/\\/evil.test", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x",
    " //evil.test", "\t//evil.test", "/\t/evil.test", "/\n/evil.test", "/\r/evil.test", "\x00//evil.test", "/\x0b/x",
    "evil.test", "evil.test/x", "@evil.test", "http:evil.test", "https:/evil.test", "http:///evil.test", "ftp://x",
    "//evil.test@localhost/", "http://localhost@evil.test", "http://localhost:80@evil.test", "?next=//evil.test",
    "#//evil.test", "/a//evil.test", "/..//evil.test", "/.//evil.test", "/%0d%0a//\\evil.test", "/\u3000x", "",
    "mailto:a@b", "tel:1", "blob:x", "/" + "a" * 3000, "https://localhost/viec", "file:///etc/passwd", "/\x7f",
]  # fmt: skip


@pytest.mark.parametrize("target", LEAVING)
def test_a4_no_next_leaves_the_site(client, person, target):
    response = client.post("/dang-nhap", data={"email": person.email, "password": PASSWORD, "next": target})

    assert response.status_code == 303
    assert response.location == "/"


@pytest.mark.parametrize("target", ["/tai-khoan", "/nhiem-vu/3?x=1&y=2", "/bang-tien-do/cot?don-vi=Phòng"])
def test_a_path_of_this_site_is_followed(target):
    assert local_path(target) == target


# --- sessions end


def test_signing_out_ends_the_session_and_is_no_link(client, person):
    sign_in(client, person)
    assert client.get("/dang-xuat").location == "/"
    assert is_signed_in(client)

    assert client.post("/dang-xuat").location == "/dang-nhap"
    assert not is_signed_in(client)


def test_a_session_has_an_end_however_busy_it_is(client, person):
    enter(client, person)
    with client.session_transaction() as cookie:
        cookie[SIGNED_IN_AT] -= 12 * 3600 + 1

    assert not is_signed_in(client)


@pytest.mark.parametrize("session_id", ["1", "1.", "x.1", "1.2.3", "-1.1", "1.-1", "99999.1", "².1"])
def test_a_session_that_names_nobody_is_a_visitor(client, person, session_id):
    enter(client, person)
    with client.session_transaction() as cookie:
        cookie["_user_id"] = session_id

    assert not is_signed_in(client)


def test_changing_the_password_ends_every_other_session(app, client, person):
    other = enter(app.test_client(), person)
    enter(client, person)

    response = client.post(
        "/tai-khoan/mat-khau", data={"current": PASSWORD, "password": NEW_PASSWORD, "again": NEW_PASSWORD}
    )

    assert response.status_code == 303
    assert is_signed_in(client)
    assert not is_signed_in(other)
    assert sign_in(app.test_client(), person, PASSWORD).status_code == 422
    assert sign_in(app.test_client(), person, NEW_PASSWORD).status_code == 303


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"current": WRONG, "password": NEW_PASSWORD, "again": NEW_PASSWORD}, "Mật khẩu đang dùng không đúng"),
        ({"current": PASSWORD, "password": "ngắn quá", "again": "ngắn quá"}, "ít nhất 12 ký tự"),
        ({"current": PASSWORD, "password": NEW_PASSWORD, "again": "khác"}, "phải giống nhau"),
        ({"current": PASSWORD, "password": PASSWORD, "again": PASSWORD}, "phải khác mật khẩu đang dùng"),
        ({"current": PASSWORD, "password": "MatKhau123456", "again": "MatKhau123456"}, "dễ đoán"),
        ({"current": PASSWORD, "password": "Nguyễn Văn An", "again": "Nguyễn Văn An"}, "họ tên"),
    ],
)
def test_a_password_that_cannot_be_taken_is_explained_at_its_field(client, person, data, sentence):
    enter(client, person)

    response = client.post("/tai-khoan/mat-khau", data=data)

    assert response.status_code == 422
    assert sentence in body(response)
    assert is_signed_in(client)


# --- one-time links


def make_link(session, person, purpose=LinkPurpose.PASSWORD_RESET, *, age=timedelta(), key="", app=None):
    from cchc_tasks.services._tokens import issue

    terms = LinkTerms(app.config["SECRET_KEY"], timedelta(minutes=30), datetime.now(UTC) - age)
    token = issue(session, person, purpose, terms)
    session.commit()
    return PATHS[purpose] + token_secret(app.config["SECRET_KEY"], token.id, purpose)


NEW = {"password": NEW_PASSWORD, "again": NEW_PASSWORD}


def test_a_forgotten_password_is_set_by_a_mailed_link(app, client, session, person):
    page = body(client.post("/quen-mat-khau", data={"email": person.email}))
    assert "thư kèm đường dẫn sẽ đến trong ít phút" in page
    message = session.scalars(select(OutboxMessage)).one()
    assert (message.kind, message.recipient_id) == ("password_reset", person.id)
    purpose, token_id = message.payload["link"].split(":")[1:]
    secret = token_secret(app.config["SECRET_KEY"], int(token_id), LinkPurpose(purpose))
    other = enter(app.test_client(), person)

    response = client.post(f"/dat-lai-mat-khau/{secret}", data=NEW)

    assert response.status_code == 303
    assert is_signed_in(client)
    assert not is_signed_in(other)
    assert sign_in(app.test_client(), person, NEW_PASSWORD).status_code == 303


def test_the_database_holds_no_secret_of_a_link(app, client, session, person):
    client.post("/quen-mat-khau", data={"email": person.email})
    token = session.scalars(select(OneTimeToken)).one()
    secret = token_secret(app.config["SECRET_KEY"], token.id, LinkPurpose(token.purpose))

    assert secret not in repr([vars(row) for row in session.scalars(select(OutboxMessage))])
    assert secret != token.token_hash


def test_a2_asking_for_a_link_says_the_same_for_known_and_unknown(client, session, person):
    known = client.post("/quen-mat-khau", data={"email": person.email})
    unknown = client.post("/quen-mat-khau", data={"email": "n" + person.email[1:]})

    assert known.status_code == unknown.status_code == 200
    assert len(known.data) == len(unknown.data)
    assert [name for name, _ in known.headers] == [name for name, _ in unknown.headers]


def test_nobody_s_mailbox_is_filled(client, session, person):
    answers = [client.post("/quen-mat-khau", data={"email": person.email}).status_code for _ in range(5)]

    assert answers == [200, 200, 200, 429, 429]
    assert len(session.scalars(select(OutboxMessage)).all()) == 3


def test_a1_a_link_works_once(app, client, session, person):
    link = make_link(session, person, app=app)
    assert client.post(link, data=NEW).status_code == 303

    for answer in (client.get(link), client.post(link, data={"password": WRONG, "again": WRONG})):
        assert answer.status_code == 404
        assert "Đường dẫn không còn dùng được" in body(answer)


def test_opening_a_link_does_not_use_it_up(app, client, session, person):
    link = make_link(session, person, app=app)

    for _ in range(3):
        assert client.get(link).status_code == 200
    assert client.post(link, data=NEW).status_code == 303


@pytest.mark.parametrize("ending", ["age", "new link", "password change", "disabled", "other link"])
def test_a1_a_link_ends_with_time_with_a_newer_one_and_with_any_new_password(app, client, session, person, ending):
    link = make_link(session, person, app=app, age=timedelta(minutes=31) if ending == "age" else timedelta())
    if ending == "new link":
        make_link(session, person, app=app)
    if ending == "other link":
        first = make_link(session, person, LinkPurpose.INVITATION, app=app)
        client.post(first, data={**NEW, "name": "An"})
    if ending == "password change":
        enter(client, person)
        client.post("/tai-khoan/mat-khau", data={"current": PASSWORD, **NEW})
    if ending == "disabled":
        person.is_active = False
        session.commit()

    assert app.test_client().get(link).status_code == 404


@pytest.mark.faults
def test_a1_of_many_who_send_one_link_at_once_one_wins(app, database_url, session, person, full_size):
    link = make_link(session, person, app=app)
    engine = make_engine(database_url)
    outcomes = []

    def redeem(number):
        with Session(engine, expire_on_commit=False, autoflush=False) as own:
            try:
                password = f"{NEW_PASSWORD} {number}"
                links.redeem(own, link.rpartition("/")[2], password=password, now=datetime.now(UTC))
                outcomes.append("won")
            except SpentLink:
                outcomes.append("spent")

    threads = [Thread(target=redeem, args=(number,)) for number in range(50 if full_size else 12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    engine.dispose()

    assert outcomes.count("won") == 1
    assert outcomes.count("spent") == len(threads) - 1


def test_an_invitation_starts_an_account_with_the_name_its_owner_writes(app, client, session):
    office = make_office(session)
    invited = make_person(session, office.agency, "nguyen van a", password=None)
    link = make_link(session, invited, LinkPurpose.INVITATION, app=app)
    assert "Kích hoạt tài khoản" in body(client.get(link))

    response = client.post(link, data={**NEW, "name": " Nguyễn  Văn Á "})

    assert response.status_code == 303
    assert session.scalars(select(Person.name).where(Person.id == invited.id)).one() == "Nguyễn Văn Á"
    assert is_signed_in(client)


def test_a_weak_password_leaves_the_link_good(app, client, session, person):
    link = make_link(session, person, app=app)

    assert client.post(link, data={"password": "123456789012", "again": "123456789012"}).status_code == 422
    assert client.post(link, data=NEW).status_code == 303


def test_the_first_administrator_comes_by_a_printed_link(app, client, session):
    terms = LinkTerms(app.config["SECRET_KEY"], timedelta(minutes=30), datetime.now(UTC))
    made = people_service.create_first_admin(
        session, agency_code="stttt", agency_name="Sở A", email="Admin@So.test", terms=terms
    )
    secret = token_secret(app.config["SECRET_KEY"], made.token_id, made.purpose)

    assert client.post(f"/kich-hoat/{secret}", data={**NEW, "name": "Đỗ Quang Huy"}).status_code == 303
    assert client.get("/quan-tri/nguoi-dung").status_code == 200


def test_the_demo_shows_eight_people_and_the_rest_behind_a_line(app, client, monkeypatch):
    named = [
        DemoPerson(f"Người {each}", f"p{each}@so.test", "", "Phòng", frozenset({Role.STAFF})) for each in range(11)
    ]
    monkeypatch.setattr(people_queries, "list_demo_people", lambda *_: Demo("mat khau chung", tuple(named)))
    monkeypatch.setitem(app.config, "CCHC_SETTINGS", replace(app.config["CCHC_SETTINGS"], demo=True))

    page = html.document_fromstring(body(client.get("/dang-nhap")))

    assert len(page.xpath("//button[@name='email' and not(ancestor::details)]")) == 8
    assert len(page.xpath("//details//button[@name='email']")) == 3
    assert page.xpath("string(//details/summary)") == "Còn 3 người"
