"""The pages of reports in a browser: for every tool a reader may use, on a phone, on paper, without a script."""

import pytest

from cchc_tasks.services import reports
from tests.factories import PASSWORD
from tests.support.reports import NOW, Prepared, prepare

pytestmark = pytest.mark.browser

TAGS = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']"
PAGES = (
    "/bao-cao?nam=2021",
    "/bao-cao/{id}",
    "/bao-cao/{id}?muc=tat-ca",
    "/bao-cao/{id}/dong/1.1.2",
    "/bao-cao/{id}/dong/1.4.1",
    "/bao-cao/{id}/kiem-tra",
    "/bao-cao/{id}/loi-van",
    "/bao-cao/{id}/trinh",
    "/bao-cao/{id}/phan-cong",
    "/bao-cao/{id}/thiet-lap",
    "/bao-cao/so-van-ban?nam=2021",
    "/bao-cao/bieu-mau",
    "/bao-cao/bieu-mau/xem/soc-trang-so-nganh",
    "/bao-cao/bieu-mau/moi",
    "/bao-cao/che-do",
)


@pytest.fixture
def prepared(app, session) -> Prepared:
    made = prepare(session)
    keys = [row.key for row in made.told().form.rows if row.code in ("1.4.1", "1.4.2", "1.5")]
    asked = dict.fromkeys(keys, made.year.office.unit.id)
    reports.assign_rows(session, made.report.id, asked, version=1, actor=made.who("office"), now=NOW)
    return made


def sign_in(page, email):
    page.goto("/dang-nhap")
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_load_state()
    return page


def assert_fine(page, axe_script, address, width):
    page.goto(address)
    page.evaluate(axe_script)
    found = page.evaluate(f"axe.run(document, {{runOnly: {TAGS}}})")
    assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == [], address
    assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_the_pages_have_no_fault_a_checker_finds(new_page, prepared, axe_script, checked_width):
    page = sign_in(new_page(width=checked_width, bypass_csp=True), prepared.year.office.people["office"].email)

    for address in PAGES:
        assert_fine(page, axe_script, address.format(id=prepared.report.id), checked_width)


def test_the_units_page_and_a_submitted_report_have_no_fault_a_checker_finds(new_page, prepared, axe_script):
    head = sign_in(new_page(width=360, bypass_csp=True), prepared.year.office.people["head"].email)
    assert_fine(head, axe_script, f"/bao-cao/{prepared.report.id}/don-vi", 360)
    assert_fine(head, axe_script, "/viec-cua-toi", 360)

    prepared.fill()
    prepared.accept_warnings()
    prepared.submit()

    for address in ("", "/kiem-tra", "/loi-van", "/trinh"):
        assert_fine(head, axe_script, f"/bao-cao/{prepared.report.id}{address}", 360)


def test_enter_in_a_field_saves_and_presses_no_quick_answer(new_page, prepared):
    page = sign_in(new_page(width=360), prepared.year.office.people["head"].email)
    page.goto(f"/bao-cao/{prepared.report.id}/don-vi")
    page.fill("[name='so-1.4.1']", "12")

    page.press("[name='so-1.4.1']", "Enter")

    page.get_by_text("Đã lưu 1 dòng.").wait_for()
    assert page.input_value("[name='so-1.4.1']") == "12"


def test_the_annex_prints_without_its_tools_and_every_row_stands_on_paper(new_page, prepared):
    page = sign_in(new_page(width=1280), prepared.year.office.people["viewer"].email)
    page.goto(f"/bao-cao/{prepared.report.id}?muc=tat-ca")
    page.emulate_media(media="print")

    assert not page.locator("nav.side").is_visible()
    assert not page.locator("#cac-muc").is_visible()
    assert page.locator(".form-table tbody tr").count() == 115
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.form-table thead')).display") == "table-header-group"
    )
