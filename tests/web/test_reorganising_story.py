"""Shows 6, the second half, in a browser: the office merges two phòng and watches the board, before and after."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from cchc_tasks.domain.permissions import Role
from cchc_tasks.services import obligations
from cchc_tasks.services.obligations import DocumentInput
from cchc_tasks.storage.models import DemoClock
from tests.factories import (
    PASSWORD,
    Office,
    at,
    make_office,
    make_person,
    make_plan,
    make_task,
    make_unit,
    principal_of,
)

pytestmark = pytest.mark.browser

RECORDED, DAY = date(2021, 3, 10), date(2021, 4, 1)
CNTT, BCVT = "Phòng Công nghệ thông tin", "Phòng Bưu chính, Viễn thông"
MADE = "Phòng Công nghệ thông tin và Bưu chính, Viễn thông"
OF_CNTT, OF_BCVT = "Rà soát, nâng cấp hệ thống một cửa điện tử", "Kiểm tra chất lượng dịch vụ bưu chính công ích"
MATRIX = "/bang-tien-do/ma-tran"


@dataclass
class Story:
    """The office, and the clock that everybody sees."""

    session: Session
    office: Office

    def go_to(self, day: date) -> None:
        self.session.rollback()
        clock = self.session.get_one(DemoClock, 1)
        clock.shows_at, clock.set_at = at(day), datetime.now(UTC) - timedelta(minutes=1)
        self.session.commit()


@pytest.fixture
def story(app: Any, session: Session) -> Any:
    """Two phòng with a head each: one has work done and work open, the other open work."""
    app.config["CCHC_SETTINGS"] = replace(app.config["CCHC_SETTINGS"], demo=True)
    session.add(DemoClock(id=1, shows_at=at(RECORDED), set_at=datetime.now(UTC) - timedelta(minutes=1)))
    office = make_office(session)
    other = make_unit(session, office.agency, BCVT)
    make_person(session, office.agency, "Phan Văn Dũng", role=Role.HEAD, unit=other)
    plan = make_plan(session, office.agency)
    done = make_task(session, plan, lead=office.unit, due_on=date(2021, 3, 5), number="1.1")
    make_task(session, plan, lead=office.unit, deliverable_texts=(OF_CNTT,), due_on=date(2021, 4, 30), number="1.2")
    make_task(session, plan, lead=other, deliverable_texts=(OF_BCVT,), due_on=date(2021, 5, 31), number="1.3")
    session.commit()
    finish(session, office, done.obligation.id)
    yield Story(session, office)
    app.config["CCHC_SETTINGS"] = replace(app.config["CCHC_SETTINGS"], demo=False)


def finish(session: Session, office: Office, obligation_id: int) -> None:
    letter = DocumentInput("42/BC-STTTT", date(2021, 3, 5), "Báo cáo kết quả")
    who = {name: principal_of(session, office.people[name]) for name in ("head", "office")}
    given = {"effective_on": letter.issued_on, "document": letter, "actor": who["head"], "now": at(RECORDED, 7)}
    reported = obligations.report(session, obligation_id, version=1, **given)
    obligations.confirm(session, obligation_id, version=reported.version, actor=who["office"], now=at(RECORDED, 8))


def sign_in(page: Any, email: str) -> Any:
    page.goto("/dang-nhap")
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_load_state()
    return page


def test_shows_6_the_office_merges_two_phong_and_watches_the_board(story, new_page):
    office = sign_in(new_page(), story.office.people["office"].email)
    head = sign_in(new_page(width=360, height=740), story.office.people["head"].email)
    office.goto(MATRIX)
    before = rows_of(office)
    assert before == {CNTT: 2, BCVT: 1}

    merge(office)

    # Nothing moves before the day of effect, for nobody.
    office.goto(MATRIX)
    assert rows_of(office) == before
    assert shown_work(head) == {OF_CNTT}

    story.go_to(DAY)
    office.goto(MATRIX)
    assert rows_of(office) == {f"{CNTT} (đến 31/3/2021)": 1, MADE: 2}
    ask(office, ngay="2021-03-31")
    assert {name.partition(" (")[0]: count for name, count in rows_of(office).items()} == before
    assert "theo đơn vị lúc đó" in office.inner_text("main")
    ask(office, ngay="2021-04-01", theo="hien-nay")
    assert rows_of(office) == {MADE: 3}
    assert "theo đơn vị hiện nay" in office.inner_text("main")
    watch_overview(office)

    assert shown_work(head) == {OF_CNTT, OF_BCVT}
    head.get_by_role("link", name=re.compile("Cập nhật")).first.click()
    head.get_by_role("link", name=re.compile("Xin gia hạn")).first.wait_for()
    assert head.evaluate("document.documentElement.scrollWidth") <= 360


def rows_of(page: Any) -> dict[str, int]:
    """The matrix as its reader sees it: each unit with its total; units without work left out."""
    rows = page.locator("table.matrix tbody tr")
    found = {}
    for number in range(rows.count()):
        cells = rows.nth(number).locator("th, td:not(.bar-cell)")
        name, total = cells.first.inner_text(), cells.last.inner_text()
        if re.search(r"\d+", total):
            found[" ".join(name.split())] = int(re.findall(r"\d+", total)[-1])
    return {name: total for name, total in found.items() if total}


def ask(page: Any, **filters: str) -> None:
    """The filters of the board, set as its reader would."""
    for name, value in filters.items():
        field = page.locator(f"#loc-{name}")
        field.select_option(value) if name == "theo" else field.fill(value)
    page.locator("form.filters button[type=submit]").click()
    page.wait_for_load_state()


def merge(page: Any) -> None:
    """The wizard: typed, looked at, the new head chosen, recorded."""
    page.goto("/quan-tri/don-vi")
    page.get_by_role("link", name=re.compile("Sắp xếp")).first.click()
    page.locator("[name=number]").fill("57/QĐ-STTTT")
    page.locator("[name=issued_on]").fill("2021-03-09")
    page.locator("[name=subject]").fill("Về việc hợp nhất hai phòng")
    page.locator("[name=effective_on]").fill(DAY.isoformat())
    for name in (CNTT, BCVT):
        page.get_by_label(name, exact=True).check()
    page.locator("[name=name_1]").fill(MADE)
    page.get_by_role("button", name="Xem trước").click()
    words = page.inner_text("main")
    assert "Việc chưa hoàn thành sẽ chuyển" in words and "Phan Văn Dũng" in words
    page.get_by_label(re.compile("Nguyễn Văn An")).select_option("0:head")
    page.get_by_role("button", name="Ghi quyết định").click()
    page.get_by_text("Đã ghi quyết định.").wait_for()
    assert "chờ ngày hiệu lực 01/4/2021" in page.inner_text("main")


def watch_overview(page: Any) -> None:
    """The leader's page by the units as they were and as they are."""
    page.goto("/tong-quan")
    of_units = page.locator("#theo-don-vi")
    assert f"{CNTT} (đến 31/3/2021)" in of_units.inner_text()
    of_units.get_by_role("link", name="Theo đơn vị hiện nay").click()
    page.wait_for_load_state()
    assert f"{CNTT} (" not in of_units.inner_text() and MADE in of_units.inner_text()
    assert "theo đơn vị hiện nay" in page.inner_text("body")


def shown_work(page: Any) -> set[str]:
    page.goto("/viec-cua-toi")
    words = page.inner_text("main")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    return {each for each in (OF_CNTT, OF_BCVT) if each in words}
