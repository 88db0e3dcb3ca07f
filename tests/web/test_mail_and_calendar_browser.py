"""The pages Lịch and Nhắc việc in a real browser: nothing runs over the edge, nothing fails the accessibility rules."""

from datetime import date

import pytest

from tests.factories import PASSWORD, make_office, make_plan, make_task

pytestmark = pytest.mark.browser

PAGES = ("/lich?thang=2021-03&pham-vi=tat-ca", "/lich?xem=khong-dinh-ngay", "/lich/dang-ky", "/nhac-viec")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture
def office(session):
    office = make_office(session)
    plan = make_plan(session, office.agency)
    for day in (2, 12, 31, 31, 31, 31, None):
        due_on = date(2021, 3, day) if day else None
        words = ["Báo cáo kết quả rà soát, hệ thống hóa văn bản quy phạm pháp luật thuộc lĩnh vực"]
        make_task(session, plan, lead=office.office, due_on=due_on, deliverable_texts=words)
    session.commit()
    return office


def sign_in(page, person):
    page.goto("/dang-nhap")
    page.fill("input[name=email]", person.email)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "dang-nhap" not in address)


@pytest.mark.parametrize("width", [360, 1440])
def test_the_pages_fit_and_can_be_used_by_everybody(office, new_page, axe_script, width):
    page = new_page(width=width, bypass_csp=True)
    sign_in(page, office.people["office"])

    for address in PAGES:
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        page.add_script_tag(content=axe_script)
        found = page.evaluate("rules => axe.run({runOnly: rules}).then(done => done.violations)", RULES)
        assert [(each["id"], [node["html"] for node in each["nodes"]][:3]) for each in found] == [], address


def test_an_address_is_made_and_ended_without_a_script(office, new_page):
    page = new_page(java_script_enabled=False)
    sign_in(page, office.people["head"])
    page.goto("/lich/dang-ky")
    page.get_by_role("button", name="Tạo địa chỉ").click()

    address = page.get_by_label("Địa chỉ", exact=True).input_value()
    assert address.startswith("http://localhost/lich/")
    page.get_by_role("button", name="Thu hồi").click()

    page.get_by_text("Đã thu hồi địa chỉ.").wait_for()
    assert page.get_by_text("Chưa có địa chỉ nào.").is_visible()
