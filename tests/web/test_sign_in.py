"""Signing in and out; what guards the door."""

from tests.factories import make_office


def test_a_visitor_is_sent_to_sign_in_and_comes_back(client, session):
    office = make_office(session)
    session.commit()

    response = client.get("/tai-khoan?x=1")
    assert response.status_code == 303
    assert response.location == "/dang-nhap?next=/tai-khoan?x%3D1"

    response = client.post(
        response.location, data={"email": office.people["head"].email, "password": "mua xuan o Pleiku"}
    )
    assert (response.status_code, response.location) == (303, "/tai-khoan?x=1")
    assert "Nguyễn Văn An" in client.get("/tai-khoan").get_data(as_text=True)
