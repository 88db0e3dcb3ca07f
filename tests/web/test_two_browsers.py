"""Shows 4 in two browsers at once: extend, amend, merge. One wins, the other is told and loses nothing typed."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from cchc_tasks.domain.permissions import Role
from cchc_tasks.services import extensions
from cchc_tasks.storage.models import DemoClock
from tests.factories import Office, at, make_office, make_person, make_plan, make_task, make_unit, principal_of
from tests.web.test_reorganising_story import sign_in

pytestmark = pytest.mark.browser

TODAY = date(2021, 3, 10)
OTHER, MADE = "Phòng Bưu chính, Viễn thông", "Phòng Chuyển đổi số"


@pytest.fixture
def office(app: Any, session: Session) -> Any:
    """An agency on 10/3/2021: two phòng, and two people of the office who work at once."""
    app.config["CCHC_SETTINGS"] = replace(app.config["CCHC_SETTINGS"], demo=True)
    session.add(DemoClock(id=1, shows_at=at(TODAY), set_at=datetime.now(UTC) - timedelta(minutes=1)))
    made = make_office(session)
    other = make_unit(session, made.agency, OTHER)
    make_person(session, made.agency, "Phan Văn Dũng", role=Role.HEAD, unit=other)
    made.people["second"] = make_person(session, made.agency, "Võ Thị Ngọc", role=Role.OFFICE, unit=made.office)
    session.commit()
    yield made
    app.config["CCHC_SETTINGS"] = replace(app.config["CCHC_SETTINGS"], demo=False)


@pytest.fixture
def work(office: Office, session: Session) -> Any:
    """Work of the phòng for which the head asks for more time."""
    made = make_task(session, make_plan(session, office.agency), lead=office.unit, due_on=date(2021, 3, 12))
    session.commit()
    head = principal_of(session, office.people["head"])
    given = {"version": 1, "due_on": date(2021, 4, 30), "reason": "Chờ ý kiến.", "actor": head, "now": at(TODAY)}
    extensions.ask(session, made.obligation.id, **given)
    return made


def two(office: Office, new_page: Any) -> tuple[Any, Any]:
    return tuple(sign_in(new_page(), office.people[name].email) for name in ("office", "second"))  # type: ignore[return-value]


def words(page: Any) -> str:
    page.wait_for_load_state()
    return page.inner_text("main")


def test_shows_4_of_two_who_answer_one_request_the_second_is_told_the_first_answer(office, work, new_page):
    pages = two(office, new_page)
    cards = []
    for page, due_on, said in zip(pages, ("2021-04-15", "2021-04-20"), ("Đủ rồi.", "Cho đến 20/4."), strict=True):
        page.goto("/xac-nhan/gia-han")
        card = page.locator(".claim").first
        card.locator("[name=due_on]").fill(due_on)
        card.locator("[name=words]").fill(said)
        cards.append(card)
    for card in cards:
        card.get_by_role("button", name=re.compile("^Gia hạn")).click()

    assert "Đã gia hạn đến 15/4/2021" in words(pages[0])
    told = words(pages[1])
    assert "Trần Thị Hạnh vừa gia hạn việc này đến 15/4/2021: “Đủ rồi.”" in told
    assert "20/4/2021" in told and "Cho đến 20/4." in told


def test_shows_4_of_two_who_amend_one_row_the_second_sees_both_and_the_difference_is_shown_anew(office, work, new_page):
    first, second = two(office, new_page)
    first.goto(f"/ke-hoach/{work.task.plan_id}")
    first.get_by_role("button", name=re.compile("Soạn sửa đổi")).click()
    first.wait_for_load_state()
    draft = first.url
    for page, note in ((first, "Theo Công văn 12"), (second, "Theo Công văn 15")):
        page.goto(draft)
        page.get_by_role("link", name=re.compile("^Sửa")).first.click()
        page.locator("[name=note]").fill(note)
    for page in (first, second):
        page.get_by_role("button", name="Lưu vào bản soạn").click()

    assert "1 dòng đã thay đổi" in first.locator("body").inner_text()
    assert "Theo Công văn 12" in words(second)
    assert second.locator("[name=note]").input_value() == "Theo Công văn 15"

    first.get_by_role("link", name="Xem khác biệt và ghi").click()
    typed = {"number": "88/KH-STTTT", "issued_on": "2021-03-09", "effective_on": "2021-03-10", "subject": "Bổ sung"}
    for name, value in typed.items():
        first.locator(f"[name={name}]").fill(value)
    second.get_by_role("button", name="Lưu vào bản soạn").click()
    second.wait_for_load_state()
    first.get_by_role("button", name="Ghi điều chỉnh").click()

    shown = words(first)
    assert "Theo Công văn 15" in shown and "vừa" in shown
    assert {name: first.locator(f"[name={name}]").input_value() for name in typed} == typed
    first.get_by_role("button", name="Ghi điều chỉnh").click()
    assert "Đã ghi điều chỉnh theo 88/KH-STTTT" in first.locator("body").inner_text()


def test_shows_4_of_two_who_merge_one_unit_the_second_is_told_by_which_decision_it_went(office, work, new_page):
    pages, day = two(office, new_page), "2021-04-01"
    for page, number in zip(pages, ("57/QĐ-STTTT", "58/QĐ-STTTT"), strict=True):
        page.goto("/quan-tri/don-vi/sap-xep")
        given = {"number": number, "issued_on": "2021-03-09", "subject": "Về việc hợp nhất", "effective_on": day}
        for name, value in {**given, "name_1": MADE}.items():
            page.locator(f"[name={name}]").fill(value)
        for name in ("Phòng Công nghệ thông tin", OTHER):
            page.get_by_label(name, exact=True).check()
        page.get_by_role("button", name="Xem trước").click()
        page.get_by_label(re.compile("Phan Văn Dũng")).select_option("0:head")
    for page in pages:
        page.get_by_role("button", name="Ghi quyết định").click()

    assert "Đã ghi quyết định" in pages[0].locator("body").inner_text()
    told = words(pages[1])
    assert "Trần Thị Hạnh" in told and "57/QĐ-STTTT" in told
    kept = {name: pages[1].locator(f"[name={name}]").input_value() for name in ("number", "subject", "effective_on")}
    assert kept == {"number": "58/QĐ-STTTT", "subject": "Về việc hợp nhất", "effective_on": day}
    assert pages[1].locator("[name=name_1]").input_value() == MADE
    for name in ("Phòng Công nghệ thông tin", OTHER):
        assert pages[1].get_by_label(name, exact=True).is_checked()
    assert pages[1].get_by_label(re.compile("Phan Văn Dũng")).input_value() == "0:head"
