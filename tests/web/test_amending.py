"""Điều chỉnh: from the newer print to the difference, its document, and the plan."""

import pytest
from sqlalchemy import select

from cchc_tasks.domain.permissions import Role
from cchc_tasks.storage.models import (
    Amendment,
    LedgerRow,
    Membership,
    Obligation,
    Person,
    Plan,
    StagedImport,
    Task,
)
from cchc_tasks.storage.queries.plans import list_plans
from tests.factories import PASSWORD, make_office, sign_in
from tests.support import amended_163, plan_163
from tests.support.plan_pages import accept_all, imported, review_page, upload
from tests.web.test_plans import count, text_of

DOCUMENT = {
    "kind": "revised",
    "number": "88/KH-STTTT",
    "issued_on": "2021-01-10",
    "effective_on": "2021-02-15",
    "subject": "Điều chỉnh kế hoạch",
}


@pytest.fixture
def signed_in(session, client):
    office = make_office(session)
    session.commit()
    sign_in(client, office.people["office"])
    return client


@pytest.fixture
def page(session, client, settings):
    """The plan is in; the address of its newer print's review."""
    imported(session, client, settings)
    return upload_amended(client).location


def upload_amended(client, **fields):
    given = {"number": plan_163.NUMBER, "issued_on": "2020-12-29", "year": "2021"} | fields
    return upload(client, name="dieu-chinh.csv", data=amended_163.content(), **given)


def difference_address(session):
    session.rollback()
    plan = session.scalars(select(Plan)).one()
    staged = session.scalars(select(StagedImport).where(StagedImport.plan_id.is_(None))).one()
    return f"/ke-hoach/{plan.id}/dieu-chinh/{staged.id}"


def answer_rest(client, address):
    client.post(f"{address}/tra-loi", data={"nhan-het": "1"})


def test_a_newer_print_leads_to_the_difference_and_asks_only_what_is_new(session, client, page):
    words = text_of(client.get(page))

    assert "So với kế hoạch đã có 163/KH-STTTT" in words
    assert "Nhập 8" not in words
    staged = session.scalars(select(StagedImport).where(StagedImport.plan_id.is_(None))).one()
    first = session.scalars(select(StagedImport).where(StagedImport.plan_id.is_not(None))).one()
    assert len(staged.answers["questions"]) >= len(first.answers["questions"]) - len(amended_163.MOVED)


def test_the_difference_is_shown_row_by_row(session, client, page):
    answer_rest(client, page)

    words = text_of(client.get(difference_address(session)))

    assert "8 nhiệm vụ khác kế hoạch đã có: thêm nhiệm vụ 3, rút khỏi kế hoạch 1" in words
    assert "đổi chủ trì 1" in words
    assert "đổi thời hạn 2" in words
    assert "Đổi thời hạn" in words
    assert "31/12/2021" in words
    assert "30/9/2021" in words


def test_the_amendment_is_recorded_with_its_document_once(session, client, page):
    answer_rest(client, page)
    address = difference_address(session)

    answer = client.post(address, data=DOCUMENT, follow_redirects=True)

    assert "Đã ghi điều chỉnh theo 88/KH-STTTT, hiệu lực từ 15/02/2021." in text_of(answer)
    assert count(session, Amendment) == 1
    before = [count(session, model) for model in (Task, Obligation, LedgerRow)]
    again = upload_amended(client)
    assert again.status_code == 409
    assert [count(session, model) for model in (Task, Obligation, LedgerRow)] == before


def test_a_document_without_number_is_asked_for_it(session, client, page):
    answer_rest(client, page)

    answer = client.post(difference_address(session), data={**DOCUMENT, "number": ""})

    assert answer.status_code == 422
    assert count(session, Amendment) == 0


def test_a_day_to_come_is_refused_at_its_field(session, client, page):
    answer_rest(client, page)

    answer = client.post(difference_address(session), data={**DOCUMENT, "effective_on": "2031-01-01"})

    assert answer.status_code == 409
    assert count(session, Amendment) == 0


def test_a_supplement_with_its_own_number_is_offered_the_plan_of_the_year(session, signed_in):
    accept_all(signed_in, review_page(signed_in))
    address = upload_amended(signed_in, number="88/KH-STTTT", issued_on="2021-01-10").location

    words = text_of(signed_in.get(address))
    page = signed_in.get(difference_address(session)).get_data(as_text=True)

    assert "Là bản điều chỉnh của 163/KH-STTTT" in words
    assert 'value="88/KH-STTTT"' in page
    assert "rút khỏi kế hoạch" not in page


def test_the_plan_page_lists_its_amendments_and_counts_without_what_was_withdrawn(session, client, page):
    answer_rest(client, page)
    client.post(difference_address(session), data=DOCUMENT)
    session.rollback()
    plan = session.scalars(select(Plan)).one()

    words = text_of(client.get(f"/ke-hoach/{plan.id}"))

    assert "88/KH-STTTT ngày 10/01/2021, hiệu lực từ 15/02/2021: Điều chỉnh kế hoạch" in words
    (line,) = list_plans(session, plan.agency_id)
    # 41 rows, three added, one withdrawn.
    assert line.tasks == 43
    assert f"{line.tasks} nhiệm vụ, {line.deliverables} sản phẩm · {line.obligations} mốc phải nộp" in words


def office_email(session):
    query = select(Person).join(Membership, Membership.person_id == Person.id).where(Membership.role == Role.OFFICE)
    return session.scalars(query).first().email


def test_the_difference_has_no_fault_a_checker_finds(session, client, page, new_page, axe_script, checked_width):
    answer_rest(client, page)
    address = difference_address(session)
    browser = new_page(width=checked_width, bypass_csp=True)
    browser.goto("/dang-nhap")
    browser.fill("input[name=email]", office_email(session))
    browser.fill("input[name=password]", PASSWORD)
    browser.click("button[type=submit]")
    browser.wait_for_url("**/viec-cua-toi")

    for path in (page, address):
        browser.goto(path)
        browser.evaluate(axe_script)
        found = browser.evaluate(
            "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})"
        )
        assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == [], path
        assert browser.evaluate("document.documentElement.scrollWidth") <= checked_width
