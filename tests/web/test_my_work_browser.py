"""A head of unit on a phone: the row opens in place, one short form reports the work."""

import re
from datetime import date

import pytest

from cchc_tasks.domain.workflow import Status
from cchc_tasks.web import clock
from tests.factories import PASSWORD, at
from tests.support.work import TODAY, Workplace

pytestmark = pytest.mark.browser


@pytest.fixture
def work(session, monkeypatch) -> Workplace:
    monkeypatch.setattr(clock, "now", lambda: at(TODAY))
    return Workplace(session)


def sign_in(page, work, name):
    page.goto("/dang-nhap")
    page.fill("#email", work.office.people[name].email)
    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")
    page.locator("nav.side").wait_for(state="attached")


def test_a_head_reports_from_a_phone_in_one_short_form(new_page, work):
    page = new_page(width=360, height=740)
    sign_in(page, work, "head")
    page.goto("/viec-cua-toi")
    row = page.locator(f"#muc-{work.made.obligation.id}")

    row.get_by_role("link", name=re.compile("^Cập nhật")).click()
    form = row.locator("form.quick")
    form.get_by_label("Số, ký hiệu văn bản").fill("42/BC-STTTT")
    form.get_by_label("Ngày ban hành").fill("2021-03-05")

    assert page.url.endswith("/viec-cua-toi"), "the row opened in place"
    assert form.get_by_label("Ngày hoàn thành").input_value() == "2021-03-05"
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    form.get_by_role("button", name="Gửi Văn phòng xác nhận").click()
    page.get_by_text("Đã gửi Văn phòng xác nhận.").wait_for()

    obligation = work.fresh()
    assert (obligation.status, obligation.status_on) == (Status.REPORTED, date(2021, 3, 5))


def test_the_form_shows_what_belongs_to_the_chosen_status(new_page, work):
    page = new_page(width=360)
    sign_in(page, work, "head")
    page.goto(f"/viec-cua-toi?mo={work.made.obligation.id}")

    page.get_by_text("Đang thực hiện", exact=True).click()

    assert not page.get_by_label("Số, ký hiệu văn bản").is_visible()
    assert page.get_by_label("Ghi chú tiến độ").is_visible()
    assert page.get_by_role("button", name="Ghi tiến độ").is_visible()


def test_the_pages_have_no_fault_a_checker_finds(new_page, work, axe_script, checked_width):
    work.report(work.task())
    work.made = work.task(due_dates=[date(2021, month, 28) for month in range(1, 13)])
    page = new_page(width=checked_width, bypass_csp=True)
    sign_in(page, work, "office")
    first = work.made.obligations[0].id
    addresses = ("/viec-cua-toi", f"/nhiem-vu/{work.made.task.id}?muc={first}&viec=cap-nhat", "/xac-nhan")

    for address in addresses:
        page.goto(address)
        page.evaluate(axe_script)
        tags = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']"
        found = page.evaluate(f"axe.run(document, {{runOnly: {tags}}})")
        assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= checked_width, address


def test_a_file_beyond_the_limit_is_told_when_it_is_chosen_and_nothing_typed_is_lost(
    new_page, work, settings, tmp_path
):
    large = tmp_path / "quet-600-dpi.pdf"
    large.write_bytes(b"%PDF-1.4\n".ljust(settings.upload_limit_mb * 1024 * 1024 + 1))
    page = new_page(width=360)
    sign_in(page, work, "head")
    page.goto(f"/viec-cua-toi?mo={work.made.obligation.id}")
    page.get_by_label("Số, ký hiệu văn bản").fill("42/BC-STTTT")
    chooser = page.get_by_label("Tệp kèm theo")

    chooser.set_input_files(large)
    page.get_by_role("button", name="Gửi Văn phòng xác nhận").click()

    said = chooser.evaluate("input => input.validationMessage")
    assert said.startswith(f"Tệp gửi lên lớn hơn {settings.upload_limit_mb} MB.")
    assert page.get_by_label("Số, ký hiệu văn bản").input_value() == "42/BC-STTTT"
    assert work.fresh().status is Status.NOT_STARTED
