"""The page Lịch, secret addresses, and what a calendar program gets."""

import gzip
import logging
import re
from dataclasses import replace
from datetime import date, timedelta
from urllib.request import urlopen

import pytest
from icalendar import Calendar
from sqlalchemy import select

from cchc_tasks.storage.models import CalendarFeed, SavedFilter, SignInCounter
from cchc_tasks.web.calendar import feed as feed_view
from cchc_tasks.web.calendar.masking import MaskFeedTokens, mask
from tests.factories import enter, make_office, make_plan, make_task


@pytest.fixture
def office(session):
    return make_office(session)


@pytest.fixture
def work(session, office):
    plan = make_plan(session, office.agency)
    made = make_task(session, plan, lead=office.unit, due_on=date(2021, 3, 31), number="1.1")
    make_task(session, plan, lead=office.other_unit, due_on=date(2021, 3, 12), number="2.1")
    make_task(session, plan, lead=office.unit, due_on=None, number="3.1", deliverable_texts=["Kế hoạch theo quy định"])
    session.commit()
    return made


@pytest.fixture
def head(client, office, session):
    session.commit()
    return enter(client, office.people["head"])


def page(client, address, **values):
    response = client.get(address, query_string=values)
    assert response.status_code == 200
    return response.get_data(as_text=True)


def subscribe(client, whose="toi", **values):
    response = client.post("/lich/dang-ky", data={"whose": whose, **values})
    assert response.status_code == 200
    text = response.get_data(as_text=True)
    [address] = set(re.findall(r'value="http://localhost(/lich/[\w-]+\.ics)"', text))
    return address, text


def test_the_month_shows_own_work_on_its_day_and_the_cut_off(head, work):
    text = page(head, "/lich", thang="2021-03")

    day = text.partition('id="ngay-2021-03-31"')[2].partition("</section>")[0]
    assert "Báo cáo kết quả rà soát" in day
    assert f'href="/nhiem-vu/{work.task.id}#muc-{work.obligation.id}"' in day
    assert "Chốt số liệu báo cáo CCHC quý I/2021" in text
    assert 'id="ngay-2021-03-12"' not in text


@pytest.mark.parametrize(("scope", "days"), [("toi", {"14", "31"}), ("tat-ca", {"12", "14", "31"})])
def test_the_scope_decides_whose_work_is_shown(head, work, scope, days):
    text = page(head, "/lich", **{"thang": "2021-03", "pham-vi": scope})

    assert set(re.findall(r'<section class="agenda-day[^"]*" id="ngay-2021-03-(\d\d)"', text)) == days


def test_the_work_of_one_unit(head, work, office):
    text = page(head, "/lich", **{"thang": "2021-03", "pham-vi": str(office.other_unit.id)})

    assert 'id="ngay-2021-03-12"' in text
    assert 'id="ngay-2021-03-31"' not in text


def test_undated_work_is_counted_and_listed(head, work):
    assert "Không định ngày (1)" in page(head, "/lich", thang="2021-03")

    text = page(head, "/lich", xem="khong-dinh-ngay")

    assert "Kế hoạch theo quy định" in text
    assert "Báo cáo kết quả rà soát" not in text


@pytest.mark.parametrize("month", ["", "2021-13", "x", "2021-3-1", "0000-01", "9999-99"])
def test_a_month_that_does_not_exist_shows_this_one(head, work, month):
    page(head, "/lich", thang=month)


def test_the_address_is_shown_once_with_a_link_and_a_code(head, work):
    address, text = subscribe(head)

    assert f'href="webcal://localhost{address}"' in text
    assert '<svg class="qr"' in text
    assert address not in page(head, "/lich/dang-ky")


def test_the_same_form_sent_twice_makes_one_address(head, work, session):
    for _ in range(2):
        head.post("/lich/dang-ky", data={"whose": "toi", "request_key": "a" * 32})

    assert len(session.scalars(select(CalendarFeed)).all()) == 1


def test_the_page_of_a_new_address_carries_fresh_keys(head, work):
    response = head.post("/lich/dang-ky", data={"whose": "toi", "request_key": "a" * 32})

    keys = re.findall(r'name="request_key" value="(\w+)"', response.get_data(as_text=True))
    assert len(set(keys)) == 2
    assert "a" * 32 not in keys


def test_a_program_gets_the_calendar_without_signing_in(head, work, app):
    address, _ = subscribe(head)

    response = app.test_client().get(address)

    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in response.headers["X-Robots-Tag"]
    assert "Set-Cookie" not in response.headers
    events = Calendar.from_ical(response.get_data()).walk("VEVENT")
    assert [event["DTSTART"].dt for event in events if "obligation" in event["UID"]] == [date(2021, 3, 31)]
    assert f"http://localhost/nhiem-vu/{work.task.id}" in response.get_data(as_text=True).replace("\r\n ", "")


def test_a_second_fetch_is_the_same_and_need_not_be_sent_again(head, work, app):
    address, _ = subscribe(head)
    program = app.test_client()
    first = program.get(address)
    etag = first.headers["ETag"]

    assert program.get(address).get_data() == first.get_data()
    assert not etag.startswith("W/")
    again = program.get(address, headers={"If-None-Match": etag})
    assert (again.status_code, again.get_data()) == (304, b"")
    head_only = program.head(address)
    assert (head_only.status_code, head_only.headers["ETag"], head_only.get_data()) == (200, etag, b"")


def test_the_use_is_shown_to_its_owner(head, work, app):
    address, _ = subscribe(head)
    assert "chưa dùng" in page(head, "/lich/dang-ky")

    app.test_client().get(address)

    assert "từ 127.0.0.1" in page(head, "/lich/dang-ky")


def test_t1_every_wrong_address_gets_the_same_answer(head, work, app, session, caplog):
    revoked, _ = subscribe(head)
    made = session.scalars(select(CalendarFeed)).one()
    assert head.post(f"/lich/dang-ky/{made.id}/thu-hoi").status_code == 303
    program = app.test_client()
    wrong = [revoked, *(f"/lich/{'x' * (number % 60 + 1)}{number}.ics" for number in range(499))]

    with caplog.at_level(logging.DEBUG):
        answers = [program.get(address) for address in wrong]

    assert {(answer.status_code, answer.get_data(), str(answer.headers)) for answer in answers} == {
        (404, "Không có lịch ở địa chỉ này.\n".encode(), str(answers[0].headers))
    }
    tokens = [address.removeprefix("/lich/").removesuffix(".ics") for address in wrong]
    assert [token for token in tokens if token in caplog.text] == []


@pytest.fixture
def few_guesses(app):
    """Ten wrong addresses exhaust a network address."""
    settings = app.config["CCHC_SETTINGS"]
    app.config["CCHC_SETTINGS"] = replace(settings, feed_failures_per_address=10)
    yield
    app.config["CCHC_SETTINGS"] = settings


@pytest.mark.usefixtures("few_guesses")
def test_t1_who_tries_addresses_has_to_wait_and_others_do_not(head, work, app, session):
    right, _ = subscribe(head)
    program, other = app.test_client(), {"REMOTE_ADDR": "192.0.2.7"}
    assert [program.get(right).status_code for _ in range(12)] == [200] * 12
    assert [program.get(f"/lich/x{each}.ics").status_code for each in range(10)] == [404] * 10

    refused = program.get("/lich/x11.ics")

    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 15 * 60
    assert "Đã hỏi quá nhiều địa chỉ lịch không có. Thử lại sau" in refused.get_data(as_text=True)
    assert program.get(right).get_data() == refused.get_data()
    assert program.get(right, environ_overrides=other).status_code == 200
    for counter in session.scalars(select(SignInCounter)):
        counter.window_started_at -= timedelta(minutes=15)
    session.commit()
    assert program.get(right).status_code == 200
    assert program.get("/lich/x12.ics").status_code == 404


def test_t3_no_log_holds_the_secret_of_a_calendar(head, work, app, live_url, caplog):
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("werkzeug").setLevel(logging.INFO)
        address, _ = subscribe(head)
        app.test_client().get(address)
        with urlopen(f"{live_url}{address}") as answer:
            assert answer.status == 200

    token = address.removeprefix("/lich/").removesuffix(".ics")
    assert token not in caplog.text
    assert "/lich/***.ics" in caplog.text


def test_an_address_ends_with_its_account(head, work, office, session, app):
    address, _ = subscribe(head)
    office.people["head"].is_active = False
    session.commit()

    assert app.test_client().get(address).status_code == 404


def test_a_unit_of_another_agency_is_not_offered(head, work, office):
    response = head.post("/lich/dang-ky", data={"whose": "999999"})

    assert response.status_code == 422


def test_t3_the_secret_part_is_masked_in_every_log(caplog):
    token = "Ab-_9" * 9
    record = logging.LogRecord(
        "werkzeug", logging.INFO, "", 0, '"%s" %s', (f"GET /lich/{token}.ics HTTP/1.1", 200), None
    )

    MaskFeedTokens().filter(record)

    assert record.getMessage() == '"GET /lich/***.ics HTTP/1.1" 200'
    assert mask("/lich/dang-ky") == "/lich/dang-ky"
    for name in ("werkzeug", "gunicorn.access"):
        assert [type(each) for each in logging.getLogger(name).filters] == [MaskFeedTokens]


def body(app, address, **headers):
    return app.test_client().get(address, headers=headers)


def test_gzip_has_a_tag_of_its_own_and_holds_the_same(head, work, app):
    address, _ = subscribe(head)
    plain, zipped = body(app, address), body(app, address, **{"Accept-Encoding": "gzip"})

    assert gzip.decompress(zipped.get_data()) == plain.get_data()
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in zipped.headers["Vary"]
    assert zipped.headers["ETag"] != plain.headers["ETag"]
    assert body(app, address, **{"Accept-Encoding": "gzip"}).get_data() == zipped.get_data()


@pytest.mark.parametrize("given", ["{}", "W/{}", '"x", {}', '"x", W/{}, "y"', "*"])
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_a_program_that_has_it_is_told_so_in_every_way_it_may_ask(head, work, app, given, encoding):
    address, _ = subscribe(head)
    tag = body(app, address, **{"Accept-Encoding": encoding}).headers["ETag"]
    asked = {"Accept-Encoding": encoding, "If-None-Match": given.format(tag)}

    answer = body(app, address, **asked)

    assert (answer.status_code, answer.get_data(), answer.headers["ETag"]) == (304, b"", tag)
    assert body(app, address, **{"If-None-Match": '"x"'}).status_code == 200


def test_kept_events_are_made_once_and_again_when_they_change(head, work, app, session, monkeypatch):
    made = []
    real = feed_view.render_pieces
    monkeypatch.setattr(
        feed_view, "render_pieces", lambda entries, *rest: made.append(len(entries)) or real(entries, *rest)
    )
    address, _ = subscribe(head)

    first = body(app, address)
    body(app, address)
    work.obligation.due_on = work.obligation.judged_due_on = date(2021, 4, 30)
    work.obligation.calendar_sequence += 1
    work.obligation.changed_at += timedelta(hours=1)
    session.commit()
    moved = body(app, address, **{"If-None-Match": first.headers["ETag"]})

    assert made == [1, 1]
    assert moved.status_code == 200
    assert b"DTSTART;VALUE=DATE:20210430" in moved.get_data()


@pytest.mark.parametrize("whose", ["toi", "unit", "plan", "filter"])
def test_pages_and_feeds_show_the_same(head, work, office, app, session, whose):
    if whose == "filter":
        assert head.post("/bo-loc", data={"name": "Hạn tháng 3", "query": "tu=2021-03-01"}).status_code == 303
        whose = f"loc-{session.scalars(select(SavedFilter.id)).one()}"
    whose = {"unit": str(office.other_unit.id), "plan": f"kh-{work.obligation.plan_id}"}.get(whose, whose)
    address, _ = subscribe(head, whose)

    events = Calendar.from_ical(body(app, address).get_data()).walk("VEVENT")
    fed = sorted((event["DTSTART"].dt.isoformat(), "cut-off" in event["UID"]) for event in events)
    for view, months in (("danh-sach", (1, 4, 7, 10)), ("", range(1, 13))):
        shown = []
        for month in months:
            text = page(head, "/lich", **{"thang": f"2021-{month:02}", "pham-vi": whose, "xem": view})
            for day, section in re.findall(
                r'<section class="agenda-day[^"]*" id="ngay-([\d-]+)"(.*?)</section>', text, re.S
            ):
                shown += [(day, False)] * section.count('class="agenda-item"')
                shown += [(day, True)] * section.count('class="cut-off"')
        assert sorted(shown) == fed, view
    assert len([day for day, is_cut_off in fed if not is_cut_off]) >= 1


def test_a_removed_filter_ends_its_calendar(head, work, app, session):
    head.post("/bo-loc", data={"name": "Mọi việc", "query": ""})
    kept = session.scalars(select(SavedFilter.id)).one()
    address, _ = subscribe(head, f"loc-{kept}")
    assert body(app, address).status_code == 200

    assert head.post(f"/bo-loc/{kept}/xoa").status_code == 303

    assert body(app, address).status_code == 404
    assert "Chưa có bộ lọc nào" in page(head, "/bo-loc")


def test_a_changed_address_ends_the_old_one(head, work, app, session):
    old, _ = subscribe(head, kind="todo", alarm_days="3")
    made = session.scalars(select(CalendarFeed.id)).one()

    text = head.post(f"/lich/dang-ky/{made}/doi-dia-chi").get_data(as_text=True)

    [new] = set(re.findall(r'value="http://localhost(/lich/[\w-]+\.ics)"', text))
    assert body(app, old).status_code == 404
    data = body(app, new).get_data()
    assert b"BEGIN:VTODO" in data
    assert b"TRIGGER;RELATED=END:-P2DT16H" in data
