"""The pages of a plan's last day: every open piece decided before anything is written, and next year's plan."""

from datetime import date

import pytest

from cchc_tasks.domain.workflow import Status
from cchc_tasks.storage.models import Obligation, Plan
from cchc_tasks.web import clock
from tests.factories import at, enter, make_plan
from tests.support.work import form_values, text_of
from tests.support.year import confirm, make_year

NOW = at(date(2022, 1, 5))


@pytest.fixture
def year(session, monkeypatch):
    year = make_year(session)
    confirm(session, year.office, year.work["waiting"], at(date(2021, 3, 12)))
    make_plan(session, year.office.agency, number="5/KH-STTTT", issued_on=date(2021, 12, 28), year=2022)
    session.commit()
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return year


@pytest.fixture
def office(year, client):
    return enter(client, year.office.people["office"])


def decide(values, ids, fate="lapse", reason="Không còn căn cứ."):
    for each in ids:
        values |= {f"so-phan-{each}": fate, f"ly-do-{each}": reason, f"han-{each}": "2022-06-30"}
    return values


def open_ids(year, session):
    session.rollback()
    rows = session.query(Obligation).filter(Obligation.plan_id == year.plan.id)
    return [each.id for each in rows if each.status in (Status.NOT_STARTED, Status.IN_PROGRESS)]


def test_the_page_lists_what_is_open_and_proposes_the_next_plan(year, office):
    page = text_of(office.get(f"/ke-hoach/{year.plan.id}/khep-nam"))

    assert "Khép năm kế hoạch" in page and "5/KH-STTTT (2022)" in page
    assert "Kế hoạch đào tạo, bồi dưỡng" in page and "Kế hoạch tuyên truyền" not in page


def test_a_piece_without_fate_or_reason_is_named_and_what_was_typed_is_kept(year, office, session):
    address = f"/ke-hoach/{year.plan.id}/khep-nam"
    ids = open_ids(year, session)
    values = decide(form_values(office.get(address), address), ids[:1], reason="Dừng theo chỉ đạo.")

    answer = office.post(address, data=values)

    assert answer.status_code == 422
    page = text_of(answer)
    assert page.count("Chọn chuyển sang năm sau hoặc hết hiệu lực.") == len(ids) - 1
    assert "Dừng theo chỉ đạo." in answer.get_data(as_text=True)
    session.rollback()
    assert session.get(Plan, year.plan.id).closed_on is None


def test_the_year_is_closed_and_the_carried_piece_stands_in_the_next_plan(year, office, session):
    address = f"/ke-hoach/{year.plan.id}/khep-nam"
    ids = open_ids(year, session)
    values = decide(form_values(office.get(address), address), ids)
    values[f"so-phan-{ids[0]}"] = "carry_over"

    sent = office.post(address, data=values)

    assert sent.status_code == 303
    page = text_of(office.get(sent.location))
    assert "1 việc chuyển sang năm sau và" in page and "Đã khép từ 31/12/2021" in page
    session.rollback()
    made = session.query(Obligation).filter(Obligation.carried_from_id == ids[0]).one()
    assert made.due_on == date(2022, 6, 30)
    assert office.post(address, data=values).status_code == 303


def test_one_answer_serves_every_piece_that_has_none_of_its_own(year, office, session):
    address = f"/ke-hoach/{year.plan.id}/khep-nam"
    ids = open_ids(year, session)
    values = form_values(office.get(address), address) | {"fate": "lapse", "reason": "Hết năm kế hoạch."}
    values |= {f"so-phan-{ids[0]}": "carry_over", f"ly-do-{ids[0]}": "Chưa đủ kinh phí."}

    assert office.post(address, data=values).status_code == 303

    session.rollback()
    fates = {each: session.get(Obligation, each).status for each in ids}
    assert fates.pop(ids[0]) is Status.CARRIED_OVER
    assert set(fates.values()) == {Status.LAPSED}


def test_next_years_plan_is_begun_from_chosen_rows(year, office, session):
    address = f"/ke-hoach/{year.plan.id}/nam-sau"
    values = form_values(office.get(address), address)
    values |= {"number": "9/KH-STTTT", "issued_on": "2021-12-30", "nhiem-vu": year.work["year_end"].task_id}

    sent = office.post(address, data=values)

    assert sent.status_code == 303
    session.rollback()
    plan = session.query(Plan).filter(Plan.number == "9/KH-STTTT").one()
    assert plan.year == 2022
    due = [each.due_on for each in session.query(Obligation).filter(Obligation.plan_id == plan.id)]
    assert due == [date(2022, 12, 31)]


def test_next_years_plan_needs_rows(year, office):
    address = f"/ke-hoach/{year.plan.id}/nam-sau"
    values = form_values(office.get(address), address) | {"number": "9/KH-STTTT", "issued_on": "2021-12-30"}
    values.pop("nhiem-vu", None)

    answer = office.post(address, data=values)

    assert answer.status_code == 422
    assert "Chọn ít nhất một nhiệm vụ." in text_of(answer)
    assert "9/KH-STTTT" in answer.get_data(as_text=True)
