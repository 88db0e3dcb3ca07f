"""Shows 8 in a browser: a digest arrives, the head taps and confirms on a phone, the office sees it, once."""

import os
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy.orm import Session

from cchc_tasks.config import Settings, read_secret_key
from cchc_tasks.domain import links
from cchc_tasks.mail.rendering import Renderer
from cchc_tasks.mail.senders import SMTPSender
from cchc_tasks.paths import TEMPLATES
from cchc_tasks.services import outbox, reminders
from cchc_tasks.services.outbox import Post
from cchc_tasks.storage.models import DemoClock
from tests.factories import NOW, PASSWORD, Office, make_office, make_plan, make_task
from tests.support.fingerprint import fingerprint
from tests.support.smtp import smtp_sink

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
BASE_URL = "https://cchc.test"
TITLE = "Báo cáo kết quả rà soát, hệ thống hóa văn bản quy phạm pháp luật"


@pytest.fixture
def office(app: Any, session: Session) -> Any:
    """An agency on 10/3/2021 with work of the head's unit that was due the day before."""
    app.config["CCHC_SETTINGS"] = replace(app.config["CCHC_SETTINGS"], demo=True)
    session.add(DemoClock(id=1, shows_at=NOW, set_at=datetime.now(UTC) - timedelta(minutes=1)))
    made = make_office(session)
    plan = make_plan(session, made.agency)
    make_task(session, plan, lead=made.unit, due_on=date(2021, 3, 9), number="2.1", deliverable_texts=[TITLE])
    session.commit()
    yield made
    app.config["CCHC_SETTINGS"] = replace(app.config["CCHC_SETTINGS"], demo=False)


def digest_of(session: Session, settings: Settings, office: Office) -> Any:
    """The head's digest as the mail server got it."""
    secret_key = read_secret_key(settings)
    resolve = partial(links.resolve, base_url=BASE_URL, secret_key=secret_key)
    with smtp_sink() as (sink, port):
        send = SMTPSender("127.0.0.1", port, "cchc@so.test")
        post = Post(Renderer(TEMPLATES, BASE_URL, resolve), send, "test", secret_key=secret_key)
        reminders.run_round(session, agency_id=office.agency.id, now=NOW, delivery_hour=7)
        outbox.deliver_all(session, post, now=NOW)
    [found] = [each for each in sink.taken if office.people["head"].email in str(each["To"])]
    return found


def part(message: Any, kind: str) -> str:
    return str(message.get_body((kind,)).get_content())


def look(page: Any, name: str) -> None:
    """Keeps a picture where somebody wants to look at it."""
    if folder := os.environ.get("PICTURES_OF_TESTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_shows_8_a_head_taps_confirms_and_the_office_sees_it_once(office, session, settings, new_page, axe_script):
    message = digest_of(session, settings, office)
    assert str(message["Subject"]) == "Nhắc việc 10/3/2021: 1 việc quá hạn, 1 việc cần báo cáo trước ngày chốt"
    [path] = set(re.findall(rf'href="{BASE_URL}(/thu/[\w-]+)"', part(message, "html")))
    assert f"Cập nhật, không cần đăng nhập: {BASE_URL}{path}" in part(message, "plain")
    before = fingerprint(session)

    phone = new_page(width=360, height=740, bypass_csp=True)
    phone.goto(path)
    look(phone, "tap-1-open")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    assert phone.get_by_role("heading", name=TITLE).is_visible()
    assert phone.get_by_text("Quá hạn 1 ngày").is_visible()
    assert fingerprint(session) == before

    phone.get_by_text("Báo cáo hoàn thành", exact=True).click()
    phone.get_by_role("button", name="Gửi báo cáo hoàn thành").click()
    phone.get_by_text("Nhập số, ký hiệu văn bản").first.wait_for()
    look(phone, "tap-2-missing")
    phone.add_script_tag(content=axe_script)
    found = phone.evaluate("rules => axe.run({runOnly: rules}).then(done => done.violations)", RULES)
    assert [(each["id"], [node["html"] for node in each["nodes"]][:3]) for each in found] == []
    phone.get_by_label("Số, ký hiệu văn bản").fill("42/BC-STTTT")
    phone.get_by_label("Ngày ban hành").fill("2021-03-09")
    phone.get_by_label("Trích yếu").fill("Báo cáo kết quả rà soát văn bản quý I/2021")
    look(phone, "tap-3-filled")
    phone.get_by_role("button", name="Gửi báo cáo hoàn thành").click()

    phone.get_by_text("Đã gửi báo cáo hoàn thành, chờ xác nhận.").wait_for()
    look(phone, "tap-4-done")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    the_office_sees_it(new_page(), office)
    after = fingerprint(session)

    phone.goto(path)
    phone.get_by_text("đã dùng để báo cáo hoàn thành").wait_for()
    look(phone, "tap-5-again")
    assert phone.get_by_role("button").count() == 0
    after["people"] = fingerprint(session)["people"]
    assert fingerprint(session) == after


def the_office_sees_it(page: Any, office: Office) -> None:
    page.goto("/dang-nhap")
    page.fill("input[name=email]", office.people["office"].email)
    page.fill("input[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_load_state()
    page.goto("/xac-nhan")
    assert page.get_by_text("42/BC-STTTT").first.is_visible()
    page.get_by_role("link", name=TITLE).first.click()
    page.get_by_text("qua đường dẫn trong thư").first.wait_for()
    look(page, "tap-6-office")
