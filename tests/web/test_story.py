"""The story of Shows 4 in a browser: import, report on a phone, return, report again, confirm; all pages agree."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import icalendar
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cchc_tasks.domain.permissions import Role
from cchc_tasks.domain.units import UnitKind
from cchc_tasks.storage.models import DemoClock, Obligation
from tests.factories import PASSWORD, make_agency, make_person, make_unit
from tests.support import plan_163

pytestmark = pytest.mark.browser

MORNING = datetime(2021, 3, 10, 2, 0, tzinfo=UTC)


@pytest.fixture
def people(app: Any, session: Session) -> dict[str, str]:
    """An agency with its office and inspectorate on 10/3/2021; the other units come with the plan."""
    app.config["CCHC_SETTINGS"] = replace(app.config["CCHC_SETTINGS"], demo=True)
    session.add(DemoClock(id=1, shows_at=MORNING, set_at=datetime.now(UTC) - timedelta(minutes=1)))
    agency = make_agency(session)
    office = make_unit(session, agency, "Văn phòng Sở", kind=UnitKind.OFFICE)
    inspectorate = make_unit(session, agency, "Thanh tra Sở", kind=UnitKind.INSPECTORATE)
    hanh = make_person(session, agency, "Trần Thị Hạnh", role=Role.OFFICE, unit=office)
    binh = make_person(session, agency, "Lê Văn Bình", role=Role.HEAD, unit=inspectorate)
    session.commit()
    yield {"office": hanh.email, "head": binh.email}
    app.config["CCHC_SETTINGS"] = replace(app.config["CCHC_SETTINGS"], demo=False)


def sign_in(page: Any, email: str) -> Any:
    page.goto("/dang-nhap")
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_load_state()
    return page


def report(page: Any, number: str) -> None:
    """The head opens the first row of Việc của tôi and sends the short form."""
    page.goto("/viec-cua-toi")
    page.get_by_role("link", name=re.compile("Cập nhật")).first.click()
    form = page.locator("form.quick, .quick form, form:has([name=subject])").first
    form.get_by_text("Báo cáo hoàn thành", exact=True).click()
    form.locator("[name=number]").fill(number)
    form.locator("[name=issued_on]").fill("2020-12-30")
    form.locator("[name=done_on]").fill("2020-12-30")
    form.locator("[name=subject]").fill("Ban hành Kế hoạch theo dõi tình hình thi hành pháp luật năm 2021")
    form.get_by_role("button", name="Gửi Văn phòng xác nhận").click()
    page.wait_for_load_state("networkidle")
    page.wait_for_selector(".flash-done")


def figure_on(page: Any, label: str) -> int:
    """The number of the tile with that label."""
    value = page.locator(".figure", has=page.locator("dt", has_text=label)).locator("dd.value").first
    return int(re.sub(r"\D", "", value.inner_text()))


def row_count(page: Any, name: str) -> dict[str, int]:
    """A row of the matrix: the number in each labelled cell."""
    row = page.locator("table.matrix tbody tr", has=page.locator("th", has_text=name)).first
    cells = row.locator("td[data-label]").all()
    return {each.get_attribute("data-label"): int(each.inner_text().replace(".", "") or 0) for each in cells[:8]}


def test_shows_4_one_product_from_the_file_to_every_page(people, new_page, session):
    office = sign_in(new_page(), people["office"])
    import_the_plan(office)
    head = sign_in(new_page(width=360, height=740), people["head"])

    report(head, "01/QĐ-STTTT")
    return_it(office, "Bản quét thiếu Phụ lục.")
    head.goto("/viec-cua-toi")
    assert "Bản quét thiếu Phụ lục." in head.inner_text("main") or open_first(head)
    report(head, "01/QĐ-STTTT")
    confirm_it(office)

    one = session.scalars(select(Obligation).where(Obligation.status_on == date(2020, 12, 30))).one()
    assert (one.status.value, one.due_on) == ("done", date(2020, 12, 31))
    assert_board_and_matrix(office)
    assert_indicator(office)
    assert_digest(office)
    assert_calendar(head, one)


def import_the_plan(page: Any) -> None:
    page.goto("/ke-hoach/")
    page.get_by_role("link", name=re.compile("Nhập")).first.click()
    page.set_input_files("input[type=file]", str(plan_163.XLSX))
    page.get_by_role("button", name="Đọc tệp").click()
    page.wait_for_load_state()
    page.get_by_role("button", name=re.compile("Đúng như máy đọc cho cả")).click()
    page.wait_for_load_state()
    page.get_by_role("button", name="Nhập 83 mốc phải nộp").click()
    page.wait_for_load_state()
    assert "163/KH-STTTT" in page.inner_text("main")


def return_it(page: Any, words: str) -> None:
    page.goto("/xac-nhan")
    page.get_by_role("link", name=re.compile("Trả lại")).first.click()
    page.get_by_text("Khác", exact=True).click()
    page.locator("textarea").fill(words)
    page.get_by_role("button", name=re.compile("Trả lại Thanh tra")).click()
    page.wait_for_selector(".flash-done, .flash-note")


def open_first(page: Any) -> bool:
    page.get_by_role("link", name=re.compile("Cập nhật")).first.click()
    page.wait_for_selector("text=Bản quét thiếu Phụ lục.")
    return True


def confirm_it(page: Any) -> None:
    page.goto("/xac-nhan")
    page.get_by_role("button", name=re.compile("^Xác nhận")).first.click()
    page.wait_for_selector(".flash-done")


def assert_board_and_matrix(page: Any) -> None:
    page.goto("/bang-tien-do/cot")
    done = page.locator("#cot-done, #cot-hoan-thanh").first
    assert done.locator(".count").inner_text() == "1"
    page.goto("/bang-tien-do/ma-tran")
    # A unit's own name leads to its late work; numbers stand in cells.
    links = page.locator("table.matrix td a").all()
    numbers = {each.get_attribute("href"): int(each.inner_text().replace(".", "")) for each in links}
    assert len(numbers) > 10
    for href, number in numbers.items():
        page.goto(href)
        assert page.locator("table.data tbody tr:not(.area)").count() == number, href


def assert_indicator(page: Any) -> None:
    page.goto("/chi-tieu-1-1?ky=q1")
    assert figure_on(page, "đã hoàn thành") == 0  # counted by whole tasks: 1.1 also owes a report in Quý IV
    page.get_by_role("link", name="Đổi quy tắc").click()
    page.get_by_text("Mốc phải nộp", exact=True).click()
    page.locator("main form button.btn-primary").click()
    page.wait_for_load_state()
    page.goto("/chi-tieu-1-1?ky=q1")
    assert figure_on(page, "đề ra") == 83
    assert figure_on(page, "đã hoàn thành") == 1
    assert figure_on(page, "Hoàn thành đúng hạn") == 1
    page.locator(".figure", has=page.locator("dt", has_text="đã hoàn thành")).locator("a").click()
    assert "Quyết định ban hành Kế hoạch theo dõi" in page.inner_text("main")


def assert_digest(page: Any) -> None:
    page.goto("/nhac-viec")
    page.get_by_role("button", name="Chạy ngay").click()
    page.wait_for_selector(".flash-done")
    mail = page.locator("tr", has_text="Lê Văn Bình").get_by_role("link", name=re.compile("Nhắc việc"))
    mail.first.click()
    page.wait_for_load_state()
    assert "Quyết định ban hành Kế hoạch theo dõi" in page.inner_text("main")


def assert_calendar(page: Any, one: Obligation) -> None:
    page.goto("/lich/dang-ky")
    page.get_by_role("button", name="Tạo địa chỉ").click()
    address = page.locator("#dia-chi").input_value()
    fetched = page.request.get(re.sub(r"^\w+://[^/]+", "", address))
    events = icalendar.Calendar.from_ical(fetched.body()).walk("VEVENT")
    due = [each for each in events if each["UID"].startswith(f"obligation-{one.id}") or str(one.id) in each["UID"]]
    assert any(each["DTSTART"].dt == date(2020, 12, 31) and "✓" in each["SUMMARY"] for each in due)
