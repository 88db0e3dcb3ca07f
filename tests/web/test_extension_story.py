"""Shows 6, the first half, in a browser: a head asks on a phone, the leader grants a shorter time, everything moves."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import icalendar
import pytest
from sqlalchemy.orm import Session

from cchc_tasks.storage.models import DemoClock
from tests.factories import PASSWORD, MadeTask, Office, make_office, make_plan, make_task

pytestmark = pytest.mark.browser

MORNING = datetime(2021, 3, 10, 2, 0, tzinfo=UTC)
DUE = date(2021, 3, 12)


@pytest.fixture
def office(app: Any, session: Session) -> Any:
    """An agency on 10/3/2021 with work of the head's unit that is due in two days."""
    app.config["CCHC_SETTINGS"] = replace(app.config["CCHC_SETTINGS"], demo=True)
    session.add(DemoClock(id=1, shows_at=MORNING, set_at=datetime.now(UTC) - timedelta(minutes=1)))
    made = make_office(session)
    session.commit()
    yield made
    app.config["CCHC_SETTINGS"] = replace(app.config["CCHC_SETTINGS"], demo=False)


@pytest.fixture
def made(office: Office, session: Session) -> MadeTask:
    made = make_task(session, make_plan(session, office.agency), lead=office.unit, due_on=DUE)
    session.commit()
    return made


def sign_in(page: Any, email: str) -> Any:
    page.goto("/dang-nhap")
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_load_state()
    return page


def test_shows_6_a_head_asks_on_a_phone_and_everything_follows_the_leaders_answer(office, made, new_page):
    people = office.people
    head = sign_in(new_page(width=360, height=740), people["head"].email)
    feed = subscribe(head)
    before = event_of(head, feed, made)
    assert before["DTSTART"].dt == DUE

    ask(head)
    leader = sign_in(new_page(), people["leader"].email)
    grant_shorter(leader)

    after = event_of(head, feed, made)
    assert after["DTSTART"].dt == date(2021, 4, 15)
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert "Đã gia hạn 1 lần\\, hạn gốc 12/3/2021".replace("\\", "") in str(after["DESCRIPTION"])
    assert_boards(leader)
    assert_digest(sign_in(new_page(), people["office"].email), people["head"].name)


def subscribe(page: Any) -> str:
    page.goto("/lich/dang-ky")
    page.get_by_role("button", name="Tạo địa chỉ").click()
    return re.sub(r"^\w+://[^/]+", "", page.locator("#dia-chi").input_value())


def event_of(page: Any, feed: str, made: MadeTask) -> Any:
    events = icalendar.Calendar.from_ical(page.request.get(feed).body()).walk("VEVENT")
    return next(each for each in events if f"obligation-{made.obligation.id}" in each["UID"])


def ask(page: Any) -> None:
    """From the row of Việc của tôi to the form of the task's page, all on a phone."""
    page.goto("/viec-cua-toi")
    page.get_by_role("link", name=re.compile("Cập nhật")).first.click()
    page.get_by_role("link", name=re.compile("Xin gia hạn")).first.click()
    form = page.locator("form.quick")
    form.locator("[name=due_on]").fill("2021-04-30")
    form.locator("[name=reason]").fill("Chờ ý kiến của Sở Tư pháp.")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    form.get_by_role("button", name="Gửi đề nghị gia hạn").click()
    page.get_by_text("Đã gửi đề nghị gia hạn.").wait_for()
    assert "đang xin gia hạn đến 30/4/2021" in page.inner_text("main")


def grant_shorter(page: Any) -> None:
    page.goto("/xac-nhan")
    page.get_by_role("link", name="Xin gia hạn (1)").click()
    card = page.locator(".claim").first
    assert "Chờ ý kiến của Sở Tư pháp." in card.inner_text()
    card.locator("[name=due_on]").fill("2021-04-15")
    card.locator("[name=words]").fill("Đủ đến giữa tháng 4.")
    card.get_by_role("button", name=re.compile("^Gia hạn")).click()
    page.get_by_text("Đã gia hạn đến 15/4/2021").wait_for()


def assert_boards(page: Any) -> None:
    for address in ("/bang-tien-do/cot", "/bang-tien-do/bang"):
        page.goto(address)
        words = page.inner_text("main")
        assert "15/4/2021" in words and "đã gia hạn 1 lần, hạn gốc 12/3/2021" in words, address


def assert_digest(page: Any, head: str) -> None:
    """The head's next mail tells of the new date and no longer urges for the old one."""
    page.goto("/nhac-viec")
    page.get_by_role("button", name="Chạy ngay").click()
    page.wait_for_selector(".flash-done")
    page.locator("tr", has_text=head).get_by_role("link", name=re.compile("Nhắc việc")).first.click()
    page.wait_for_load_state()
    words = page.inner_text("main")
    assert "15/4/2021" in words and "Đến hạn" not in words
