"""Every refusal gets its status, a page or a fragment, and a sentence that says what to do next."""

import logging

import pytest
from sqlalchemy.exc import OperationalError

from cchc_tasks.domain.accounts import TooManyAttempts
from cchc_tasks.domain.errors import (
    DuplicateRequest,
    Invalid,
    NotAllowed,
    NotFound,
    Refused,
    RefusedReason,
    StaleEdit,
)
from cchc_tasks.domain.permissions import Action
from cchc_tasks.web import errors
from cchc_tasks.web.login import public
from tests.factories import enter, make_office

FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def office(session):
    office = make_office(session)
    session.commit()
    return office


def answer_to(app, error, *, headers=(), testing=True):
    """What the application answers where a view raises `error`."""
    app.testing = testing
    try:
        with app.test_request_context("/bat-ky", method="POST", headers=dict(headers)):
            handler = app._find_error_handler(error, ["account"])
            return app.make_response(handler(error))
    finally:
        app.testing = True


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (NotFound(), 404, "Không tìm thấy"),
        (NotAllowed(action=Action.CONFIRM), 403, "không được phép"),
        (Refused(RefusedReason.NO_EVIDENCE), 409, "số, ký hiệu, ngày, trích yếu"),
        (Invalid(), 422, "Nội dung nhập chưa đúng"),
        (StaleEdit(current=3), 409, "vừa sửa nội dung này"),
        (TooManyAttempts(wait_seconds=420), 429, "7 phút"),
    ],
)
def test_each_refusal_has_its_status_and_its_sentence(app, error, status, words):
    page = answer_to(app, error)
    fragment = answer_to(app, error, headers=FRAGMENT)

    assert page.status_code == fragment.status_code == status
    assert words in page.get_data(as_text=True)
    assert words in fragment.get_data(as_text=True)
    assert "<html" in page.get_data(as_text=True)
    assert "<html" not in fragment.get_data(as_text=True)


def test_the_second_post_of_a_form_is_led_to_the_first_result(app):
    response = answer_to(app, DuplicateRequest(result="/nhiem-vu/3"))

    assert (response.status_code, response.location) == (303, "/nhiem-vu/3")


@pytest.mark.parametrize(
    ("referrer", "location"),
    [("http://localhost/tai-khoan?x=1", "/tai-khoan?x=1"), ("http://evil.test/tai-khoan", "/"), ("", "/")],
)
def test_without_a_result_it_is_led_back_to_the_page_of_the_form(app, referrer, location):
    response = answer_to(app, DuplicateRequest(result=""), headers={"Referer": referrer})

    assert (response.status_code, response.location) == (303, location)


def test_a_fault_of_ours_shows_a_reference_and_keeps_the_trace_in_the_log(app, client, caplog, monkeypatch):
    app.testing = False
    monkeypatch.setitem(app.view_functions, "account.healthz", public(lambda: 1 // 0))
    with caplog.at_level(logging.ERROR):
        response = client.get("/healthz")
    app.testing = True

    text = response.get_data(as_text=True)
    reference = text.partition('class="code">')[2].partition("<")[0]
    assert response.status_code == 500
    assert len(reference) == 8
    assert reference in caplog.text
    assert "ZeroDivisionError" in caplog.text
    assert "ZeroDivisionError" not in text


def test_a_database_that_is_away_is_told_without_asking_it(app, client, office, monkeypatch):
    def away():
        raise OperationalError("SELECT 1", {}, Exception("database is locked"))

    enter(client, office.people["head"])
    monkeypatch.setitem(app.view_functions, "account.healthz", public(away))

    response = client.get("/healthz")

    assert response.status_code == 503
    assert "SELECT" not in response.get_data(as_text=True)


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/khong-co", 404), ("PUT", "/dang-nhap", 405)])
def test_what_is_not_there_has_a_page_too(client, method, path, status):
    response = client.open(path, method=method)

    assert response.status_code == status
    assert "<h1>" in response.get_data(as_text=True)


def test_a_bad_verb_says_which_are_good(client):
    assert "POST" in client.put("/dang-xuat").headers["Allow"]


@pytest.mark.parametrize(
    ("path", "above"),
    [
        ("/tai-khoan/mat-khau", "/tai-khoan"),
        ("/ke-hoach/nhap/3/tra-loi?x=1", "/ke-hoach/nhap/3?x=1"),
        ("/quan-tri/nguoi-dung/3/vai-tro/4/chuyen", "/quan-tri/nguoi-dung/3"),
        ("/dang-xuat", "/"),
    ],
)
def test_the_address_of_a_form_opens_the_page_it_stands_on(client, path, above):
    response = client.get(path)

    assert response.status_code == 303
    assert response.location == above


def test_every_status_of_ours_has_a_template(app):
    names = set(app.jinja_env.list_templates())
    statuses = {*errors.STATUS.values(), 400, 405, 413, 500, 503}

    assert {f"errors/{status}.html" for status in statuses} <= names
