"""Forms: clean text, sentences at the field, sent twice, edited by two, sent after the session ended."""

import re
from html import unescape

import pytest
from lxml import html
from sqlalchemy import select
from wtforms import PasswordField, StringField, TextAreaField

from cchc_tasks.storage.models import OutboxMessage, Person, Unit
from cchc_tasks.web.base_form import BaseForm
from cchc_tasks.web.errors import NOT_KEPT
from cchc_tasks.wording.forms import MESSAGES, sentence
from tests.factories import PASSWORD, enter, make_office

NEW_PERSON = {
    "name": "Võ Thị Ngọc",
    "email": "ngoc@so.test",
    "title": "",
    "phone": "",
    "role": "staff",
    "starts_on": "2021-03-10",
}


@pytest.fixture
def office(session):
    office = make_office(session)
    session.commit()
    return office


@pytest.fixture
def admin(client, office):
    return enter(client, office.people["admin"])


def body(response):
    return response.get_data(as_text=True)


def hidden(page, name):
    return html.document_fromstring(page).xpath(f"//main//input[@name='{name}']/@value")[0]


def people_named(session, name):
    session.rollback()
    return session.scalars(select(Person).where(Person.name == name)).all()


# --- text and sentences


def test_text_is_stored_in_one_form_on_one_line(admin, session, office):
    data = {**NEW_PERSON, "name": "  Vo\u0303\tThị \r\nBcc: x\u200b ", "unit_id": office.unit.id}

    assert admin.post("/quan-tri/nguoi-dung/moi", data=data).status_code == 303
    assert people_named(session, "Võ Thị Bcc: x")


def test_what_was_typed_stays_and_each_sentence_stands_at_its_field(admin, office):
    data = {**NEW_PERSON, "email": "không phải thư", "starts_on": "2021-11-31", "unit_id": ""}

    response = admin.post("/quan-tri/nguoi-dung/moi", data=data)

    page = body(response)
    assert response.status_code == 422
    assert 'value="Võ Thị Ngọc"' in page
    assert 'value="không phải thư"' in page
    assert "Nhập ngày vào ô “Từ ngày” là một ngày có thật theo lịch" in page
    assert '<a href="#starts_on">' in page


def test_a_sentence_of_the_service_stands_at_its_field_too(admin, office):
    page = body(admin.post("/quan-tri/nguoi-dung/moi", data={**NEW_PERSON, "unit_id": ""}))

    assert "Chọn đơn vị: vai trò chuyên viên làm việc trong một đơn vị." in page
    assert '<a href="#unit_id">' in page


def test_a_choice_that_is_not_offered_is_refused_with_a_sentence(admin, session, office):
    foreign = office.people["stranger"].agency_id
    unit = Unit(agency_id=foreign, code="x", kind="division", position=1)
    session.add(unit)
    session.commit()

    page = body(admin.post("/quan-tri/nguoi-dung/moi", data={**NEW_PERSON, "unit_id": unit.id, "role": "king"}))

    assert "Chọn đơn vị trong danh sách." in page
    assert "Chọn vai trò trong danh sách." in page


def test_every_message_of_the_library_has_a_vietnamese_sentence():
    import wtforms

    catalogue = wtforms.__path__[0] + "/locale/wtforms.pot"
    with open(catalogue, encoding="utf-8") as file:
        text = file.read().partition("Generated-By")[2]
    found = {re.sub(r'"\s*"', "", part) for part in re.findall(r'msgid(?:_plural)? ((?:"[^\n]*"\s*)+)', text)}
    messages = {part.strip().strip('"') for part in found} - {""}

    assert len(messages) > 40
    assert messages <= set(MESSAGES)


def test_every_sentence_names_its_field():
    for text in MESSAGES.values():
        words = sentence(text, label="Ngày ban hành", is_chosen=False)
        assert "{" not in words
        assert words.endswith(".")


# --- sent twice


def test_a_form_sent_twice_does_its_work_once(admin, session, office):
    key = hidden(body(admin.get("/quan-tri/nguoi-dung/moi")), "request_key")
    data = {**NEW_PERSON, "unit_id": office.unit.id, "request_key": key}
    first = admin.post("/quan-tri/nguoi-dung/moi", data=data)

    second = admin.post("/quan-tri/nguoi-dung/moi", data={**data, "email": "khac@so.test"})

    assert (first.status_code, second.status_code) == (303, 303)
    assert "ghi nhận từ trước" in unescape(body(admin.get(second.location, follow_redirects=True)))
    assert len(people_named(session, "Võ Thị Ngọc")) == 1
    assert len(session.scalars(select(OutboxMessage)).all()) == 1


def test_a_refused_form_may_be_mended_and_sent_with_the_same_key(admin, session, office):
    key = hidden(body(admin.get("/quan-tri/nguoi-dung/moi")), "request_key")
    data = {**NEW_PERSON, "unit_id": "", "request_key": key}
    page = body(admin.post("/quan-tri/nguoi-dung/moi", data=data))

    again = {**data, "unit_id": office.unit.id, "request_key": hidden(page, "request_key")}

    assert admin.post("/quan-tri/nguoi-dung/moi", data=again).status_code == 303
    assert people_named(session, "Võ Thị Ngọc")


def test_the_key_of_somebody_else_tells_nothing(app, admin, session, office):
    admin.post("/quan-tri/don-vi/moi", data=unit_data("Phòng A", request_key="k" * 32))
    other = enter(app.test_client(), office.people["office"])

    response = other.post("/quan-tri/don-vi/moi", data=unit_data("Phòng B", request_key="k" * 32))

    assert (response.status_code, response.location) == (303, "/")


def unit_data(name, **more):
    return {"name": name, "short_name": "", "code": "", "kind": "division", "valid_from": "2021-01-01", **more}


# --- edited by two


def test_the_second_editor_sees_the_first_one_s_change_and_keeps_what_was_typed(admin, session, office):
    staff = office.people["staff"]
    address = f"/quan-tri/nguoi-dung/{staff.id}"
    version = hidden(body(admin.get(address)), "version")
    data = {"name": staff.name, "email": staff.email, "title": "", "phone": "", "version": version}
    assert admin.post(address, data={**data, "phone": "0905 111 222"}).status_code == 303

    response = admin.post(address, data={**data, "title": "Chuyên viên chính"})

    page = body(response)
    assert response.status_code == 409
    assert "Có người vừa sửa nội dung này" in page
    assert "Người khác vừa ghi: “0905 111 222”." in page
    assert 'value="Chuyên viên chính"' in page
    again = admin.post(address, data={**data, "title": "Chuyên viên chính", "version": hidden(page, "version")})
    assert again.status_code == 303


# --- an expired session in the middle of a form


def test_what_was_typed_survives_the_end_of_a_session(app, session, office):
    client = app.test_client()
    response = client.post("/quan-tri/nguoi-dung/moi", data={**NEW_PERSON, "unit_id": office.unit.id})
    page = body(response)
    assert response.status_code == 400
    assert "Nội dung đã nhập còn nguyên" in page
    assert html.document_fromstring(page).xpath(
        "//aside//li/text()|//section[@aria-labelledby='da-nhap']//li/text()"
    ) == ["Võ Thị Ngọc", "ngoc@so.test", "10/3/2021"]

    admin = office.people["admin"]
    signed_in = client.post(
        "/dang-nhap/gui-lai",
        data={
            "csrf_token": hidden(page, "csrf_token"),
            "kept": hidden(page, "kept"),
            "email": admin.email,
            "password": PASSWORD,
        },
    )
    assert signed_in.status_code == 200
    form = html.document_fromstring(body(signed_in)).xpath("//main//form")[0]
    assert form.get("action") == "/quan-tri/nguoi-dung/moi"
    sent = client.post(form.get("action"), data=dict(form.fields))

    assert sent.status_code == 303
    assert people_named(session, "Võ Thị Ngọc")


def test_a_wrong_password_on_the_way_back_loses_nothing(app, office):
    client = app.test_client()
    page = body(client.post("/quan-tri/nguoi-dung/moi", data=NEW_PERSON))
    data = {"csrf_token": hidden(page, "csrf_token"), "kept": hidden(page, "kept"), "email": "a@b", "password": "x"}

    again = client.post("/dang-nhap/gui-lai", data=data)

    assert again.status_code == 422
    assert hidden(body(again), "kept") == data["kept"]


def test_passwords_are_never_shown_again(app, office):
    page = body(app.test_client().post("/tai-khoan/mat-khau", data={"password": "bí mật lớn", "current": "cũ lắm rồi"}))

    assert "bí mật lớn" not in page
    assert "cũ lắm rồi" not in page


def test_every_field_for_a_password_is_known_as_one():
    fields = [
        name
        for form in all_forms(BaseForm)
        for name, field in vars(form).items()
        if getattr(field, "field_class", None) is PasswordField
    ]

    assert fields
    assert set(fields) <= NOT_KEPT


def all_forms(base):
    return [form for child in base.__subclasses__() for form in (child, *all_forms(child))]


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.test"}, {"Origin": "null"}],
)
def test_text_that_another_site_posts_is_not_offered_to_be_sent(app, office, headers):
    response = app.test_client().post("/quan-tri/nguoi-dung/moi", data={"name": "MỒI"}, headers=headers)

    assert response.status_code == 400
    assert "MỒI" not in body(response)


@pytest.mark.parametrize("kept", ["", "[]", "{}", '{"path": "//evil.test", "fields": []}', '{"path": 1, "fields": 2}'])
def test_a_kept_form_that_was_tampered_with_leads_home(client, office, kept):
    person = office.people["head"]

    response = client.post("/dang-nhap/gui-lai", data={"kept": kept, "email": person.email, "password": PASSWORD})

    assert response.status_code == 200
    assert 'action="/"' in body(response)


class OneField(BaseForm):
    name = StringField("Họ và tên")


def test_a_form_hands_on_its_fields_and_its_key_but_no_token(app):
    with app.test_request_context(method="POST", data={"name": " An ", "extra": "x", "is_active": "0"}):
        form = OneField(meta={"csrf": False})
        form.validate()

    assert form.values().keys() == {"name", "request_key"}
    assert form.values()["name"] == "An"


def test_a_field_that_was_not_sent_is_an_empty_one(app):
    """A form sent by hand leaves fields out: what validates then reaches the services as text, never as None."""

    class Both(BaseForm):
        line = StringField("Dòng")
        lines = TextAreaField("Nhiều dòng")

    with app.test_request_context(method="POST", data={"other": "1"}):
        assert Both().values() | {"request_key": ""} == {"request_key": "", "line": "", "lines": ""}
