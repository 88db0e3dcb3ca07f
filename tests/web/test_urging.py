"""Đôn đốc: a unit's late work on one page, explanations asked for together, and the letter as a Word file."""

import io
import os
from datetime import date

import docx
import pytest
from sqlalchemy import select

from cchc_tasks.services import explanations
from cchc_tasks.storage.models import ExplanationRequest
from tests.factories import (
    NOW,
    PASSWORD,
    enter,
    make_agency,
    make_office,
    make_plan,
    make_task,
    make_unit,
    principal_of,
)
from tests.support.work import text_of

#: The tests' clock shows the real day, long after these deadlines.
FAR = "2099-12-31"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture
def office(session):
    return make_office(session)


@pytest.fixture
def late(session, office):
    plan = make_plan(session, office.agency)
    titles = ["Báo cáo rà soát", "Kế hoạch tuyên truyền", "Quyết định công bố"]
    made = [
        make_task(
            session, plan, lead=office.unit, due_on=date(2021, 3, 4 + at), number=f"2.{at}", deliverable_texts=[text]
        )
        for at, text in enumerate(titles)
    ]
    session.commit()
    return [each.obligation for each in made]


@pytest.fixture
def at_work(office, late, client):
    enter(client, office.people["office"])
    return client


def page_of(office):
    return f"/don-doc/{office.unit.id}"


def test_the_units_with_late_work_are_listed_and_lead_to_theirs(office, at_work):
    words = text_of(at_work.get("/don-doc"))
    assert "1 đơn vị có 3 việc quá hạn" in words

    words = text_of(at_work.get(page_of(office)))
    for text in ("Báo cáo rà soát", "Kế hoạch tuyên truyền", "Quyết định công bố", "Tải công văn đôn đốc"):
        assert text in words
    assert f'href="{page_of(office)}"' in at_work.get("/bang-tien-do/ma-tran").get_data(as_text=True)
    assert 'href="/don-doc"' in at_work.get("/nhac-viec").get_data(as_text=True)


def test_explanations_are_asked_for_together_answered_on_the_item_and_stay_there(session, office, late, at_work, app):
    ticked = [f"{each.id}:{each.version}" for each in late[:2]]
    sent = at_work.post(
        f"{page_of(office)}/giai-trinh", data={"items": ticked, "answer_by": FAR, "text": "Nêu rõ nguyên nhân"}
    )
    assert sent.status_code == 303
    assert "3 việc quá hạn" in (words := text_of(at_work.get(page_of(office))))
    assert "2 việc chờ giải trình" in words
    assert "Cần giải trình trước hết ngày 31/12/2099" in words

    head = app.test_client()
    enter(head, office.people["head"])
    task = f"/nhiem-vu/{late[0].task_id}"
    assert "Giải trình…" in text_of(head.get(task))
    answered = head.post(
        f"/nhiem-vu/muc/{late[0].id}/giai-trinh", data={"version": 2, "text": "Chờ số liệu của các huyện"}
    )
    assert answered.status_code == 303

    words = text_of(at_work.get(task))
    assert "“Chờ số liệu của các huyện”" in words
    assert "yêu cầu giải trình" in words
    assert "trả lời trước hết ngày 31/12/2099" in words
    assert "1 việc chờ giải trình" in text_of(at_work.get(page_of(office)))
    session.rollback()
    assert len(session.scalars(select(ExplanationRequest)).all()) == 2


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"answer_by": FAR}, "Chưa chọn việc nào"),
        ({"answer_by": "2021-03-01"}, "trước hôm nay"),
        ({"answer_by": ""}, "Trả lời trước hết ngày"),
    ],
)
def test_what_is_missing_is_asked_for_and_nothing_is_written(session, office, late, at_work, data, said):
    items = [] if data["answer_by"] == FAR else [f"{late[0].id}:1"]

    answer = at_work.post(f"{page_of(office)}/giai-trinh", data={"items": items, **data})

    assert answer.status_code == 422
    assert said in text_of(answer)
    session.rollback()
    assert session.scalars(select(ExplanationRequest)).all() == []


def test_work_of_another_unit_cannot_be_slipped_in(session, office, late, at_work):
    answer = at_work.post(
        f"/don-doc/{office.office.id}/giai-trinh", data={"items": [f"{late[0].id}:1"], "answer_by": FAR}
    )

    assert answer.status_code == 422
    session.rollback()
    assert session.scalars(select(ExplanationRequest)).all() == []


def test_the_letter_lists_all_of_the_units_late_work(office, late, at_work):
    answer = at_work.get(f"{page_of(office)}/cong-van/{late[0].plan_id}.docx?han=2099-12-31")

    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    letter = docx.Document(io.BytesIO(answer.data))
    words = "\n".join(each.text for each in letter.paragraphs)
    cells = [cell.text for table in letter.tables for row in table.rows for cell in row.cells]
    assert "đôn đốc thực hiện nhiệm vụ quá hạn" in " ".join(" ".join(cells).split())
    assert "còn 03 phần việc quá hạn" in words
    assert "trước ngày 31/12/2099" in words
    for text in ("Báo cáo rà soát", "Kế hoạch tuyên truyền", "Quyết định công bố", "04/3/2021"):
        assert text in cells


@pytest.mark.parametrize("role", ["head", "staff", "viewer", "admin"])
def test_only_the_office_and_leaders_urge(office, late, client, role):
    enter(client, office.people[role])

    for address in ("/don-doc", page_of(office), f"{page_of(office)}/cong-van/{late[0].plan_id}.docx"):
        assert client.get(address).status_code == 403
    assert "/don-doc" not in client.get("/bang-tien-do/ma-tran").get_data(as_text=True)


def test_what_is_not_there_is_not_found(office, late, at_work):
    assert at_work.get("/don-doc/999999").status_code == 404
    assert at_work.get(f"{page_of(office)}/cong-van/999999.docx").status_code == 404
    assert at_work.get(f"/don-doc/{office.office.id}/cong-van/{late[0].plan_id}.docx").status_code == 404


def test_z1_nothing_of_another_agency_is_shown_asked_or_printed(session, office, late, at_work):
    agency = make_agency(session, name="SỞ NỘI VỤ")
    their_unit = make_unit(session, agency, "Phòng Cải cách hành chính")
    theirs = make_task(session, make_plan(session, agency), lead=their_unit, due_on=date(2021, 3, 4)).obligation
    session.commit()
    their_page = f"/don-doc/{their_unit.id}"
    ask = {"items": [f"{theirs.id}:1"], "answer_by": FAR}

    assert at_work.get(their_page).status_code == 404
    assert at_work.post(f"{their_page}/giai-trinh", data=ask).status_code == 404
    assert at_work.post(f"{page_of(office)}/giai-trinh", data=ask).status_code == 422
    assert at_work.get(f"{their_page}/cong-van/{theirs.plan_id}.docx").status_code == 404
    assert at_work.get(f"{page_of(office)}/cong-van/{theirs.plan_id}.docx").status_code == 404
    assert at_work.get(f"{their_page}/cong-van/{late[0].plan_id}.docx").status_code == 404
    session.rollback()
    assert session.scalars(select(ExplanationRequest)).all() == []


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1440])
def test_the_pages_fit_and_can_be_used_by_everybody(session, office, late, new_page, axe_script, width):
    explanations.ask(
        session,
        late[0].id,
        version=1,
        answer_by=date(2099, 12, 31),
        words="Nêu rõ nguyên nhân, thời gian hoàn thành",
        actor=principal_of(session, office.people["leader"]),
        now=NOW,
    )
    page = new_page(width=width, bypass_csp=True)
    page.goto("/dang-nhap")
    page.fill("input[name=email]", office.people["office"].email)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "dang-nhap" not in address)

    for name, address in {"all": "/don-doc", "unit": page_of(office), "task": f"/nhiem-vu/{late[0].task_id}"}.items():
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        page.add_script_tag(content=axe_script)
        found = page.evaluate("rules => axe.run({runOnly: rules}).then(done => done.violations)", RULES)
        assert [(each["id"], [node["html"] for node in each["nodes"]][:3]) for each in found] == [], address
        if folder := os.environ.get("PICTURES_OF_TESTS"):
            page.screenshot(path=f"{folder}/urging-{name}-{width}.png", full_page=True)
