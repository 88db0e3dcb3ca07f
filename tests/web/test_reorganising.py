"""The pages of units in time: the wizard, decisions, work without anybody, powers for a time, the unit's timeline."""

from datetime import date

import pytest

from cchc_tasks.domain.permissions import MandateKind
from cchc_tasks.services import mandates, reorganising
from cchc_tasks.services.mandates import NewMandate
from cchc_tasks.storage.models import Mandate, Task, Unit
from cchc_tasks.storage.queries import reorganisations as queries
from tests.factories import NOW, at
from tests.support.work import Workplace, text_of, tree

WIZARD = "/quan-tri/don-vi/sap-xep"
ORPHANS = "/quan-tri/viec-chua-co-nguoi"
PAPER = {"number": "05/QĐ-STTTT", "issued_on": "2021-03-08", "subject": "Về việc sáp nhập phòng"}


@pytest.fixture
def place(session, monkeypatch):
    monkeypatch.setattr("cchc_tasks.web.clock.now", lambda: NOW)
    return Workplace(session)


def typed(place, client, **values):
    """The form as a browser would send it, filled in."""
    page = client.get(WIZARD)
    versions = page.get_data(as_text=True).split('name="versions" value="')[1].split('"')[0]
    given = {
        **PAPER,
        "kind": "merge",
        "kind_1": "division",
        "kind_2": "division",
        "kind_3": "division",
        "effective_on": "2021-07-01",
        "from_ids": [place.office.unit.id],
        "to_1": place.office.office.id,
        "versions": versions,
    }
    return given | values


def test_what_would_move_is_shown_before_anything_is_written(client, session, place):
    place.enter(client, "office")

    answer = client.post(WIZARD, data=typed(place, client))

    text = text_of(answer)
    assert answer.status_code == 200
    assert "Rà soát văn bản quy phạm pháp luật" in text
    assert "Nguyễn Văn An hiện là Trưởng đơn vị, Phòng Công nghệ thông tin" in text
    assert queries.list_decisions(session, place.office.agency.id) == []


def test_an_accepted_decision_waits_for_its_day_and_the_first_request_of_it_carries_it_out(
    app, client, session, place, monkeypatch
):
    place.enter(client, "office")
    answer = client.post(WIZARD, data=typed(place, client, accept="1"), follow_redirects=True)
    assert "chờ ngày hiệu lực 01/7/2021" in text_of(answer)
    assert session.get_one(Task, place.made.task.id).lead_unit_id == place.office.unit.id

    monkeypatch.setattr("cchc_tasks.web.clock.now", lambda: at(date(2021, 7, 1)))
    client.get("/dang-nhap")

    session.rollback()
    session.expire_all()
    assert session.get_one(Task, place.made.task.id).lead_unit_id == place.office.office.id
    text = text_of(client.get("/quan-tri/don-vi"))
    assert "Sáp nhập Phòng Công nghệ thông tin vào Văn phòng Sở , có hiệu lực 01/7/2021" in text
    assert "1 nhiệm vụ với 1 việc chưa hoàn thành, 2 người, 0 nhóm" in text


def test_of_two_browsers_that_merge_at_once_one_wins_and_the_other_keeps_what_was_typed(client, app, session, place):
    place.enter(client, "office")
    other = place.enter(app.test_client(), "admin")
    mine, theirs = typed(place, client, accept="1"), typed(place, other, accept="1", number="77/QĐ-STTTT")

    assert client.post(WIZARD, data=mine).status_code == 303
    answer = other.post(WIZARD, data=theirs)

    assert answer.status_code == 409
    assert "Trần Thị Hạnh vừa ghi Quyết định 05/QĐ-STTTT ngày 08/3/2021" in text_of(answer)
    assert "chờ ngày hiệu lực 01/7/2021" in text_of(answer)
    assert 'value="77/QĐ-STTTT"' in answer.get_data(as_text=True)
    [decision] = queries.list_decisions(session, place.office.agency.id)
    assert decision.row.number == PAPER["number"]


def test_units_that_went_meanwhile_stay_chosen_in_the_form_of_who_came_second(client, app, place):
    place.enter(client, "office")
    other = place.enter(app.test_client(), "admin")
    given = {"effective_on": "2021-03-10", "accept": "1"}
    mine, theirs = typed(place, client, **given), typed(place, other, **given, number="77/QĐ-STTTT")

    assert client.post(WIZARD, data=mine).status_code == 303
    answer = other.post(WIZARD, data=theirs)

    assert answer.status_code == 409
    assert "vào Văn phòng Sở, có hiệu lực 10/3/2021" in text_of(answer)
    chosen = tree(answer).xpath("//input[@name='from_ids'][@checked]/@value")
    assert chosen == [str(place.office.unit.id)]
    [versions] = tree(answer).xpath("//input[@name='versions']/@value")
    again = other.post(WIZARD, data={**theirs, "versions": versions})
    assert "đã kết thúc ngày 09/3/2021" in text_of(again)


def test_a_new_name_is_told_beside_the_old_one_and_moves_nothing(client, place):
    place.enter(client, "office")
    values = {"kind": "rename", "to_1": "", "name_1": "Phòng Chuyển đổi số", "accept": "1"}
    assert client.post(WIZARD, data=typed(place, client, **values)).status_code == 303

    text = text_of(client.get("/quan-tri/don-vi"))
    assert "Đổi tên Phòng Công nghệ thông tin thành Phòng Chuyển đổi số" in text
    assert "Đã chuyển 0" not in text
    timeline = text_of(client.get(f"/quan-tri/don-vi/{place.office.unit.id}/dong-thoi-gian"))
    assert "Đổi tên Phòng Công nghệ thông tin thành Phòng Chuyển đổi số" in timeline


def test_a_decision_may_be_taken_back_before_its_day(client, session, place):
    place.enter(client, "office")
    client.post(WIZARD, data=typed(place, client, accept="1"))
    [decision] = queries.list_decisions(session, place.office.agency.id)

    answer = client.post(f"/quan-tri/don-vi/quyet-dinh/{decision.row.id}/huy", follow_redirects=True)

    assert "đã hủy trước ngày hiệu lực" in text_of(answer)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"from_ids": []}, "Chọn ít nhất một đơn vị"),
        ({"to_1": ""}, "Chọn đơn vị kế thừa"),
        ({"issued_on": "2021-03-12"}, "Quyết định ban hành sau hôm nay"),
    ],
)
def test_what_cannot_be_is_said_at_the_field(client, place, values, said):
    place.enter(client, "office")

    answer = client.post(WIZARD, data=typed(place, client, accept="1", **values))

    assert answer.status_code == 422
    assert said in text_of(answer)


def test_a_split_offers_a_choice_for_each_task_and_takes_it(client, session, place):
    place.enter(client, "office")
    values = typed(place, client, kind="split", to_1="", name_1="Phòng Số", to_2=str(place.office.other_unit.id))
    values |= {"effective_on": "2021-03-10", "accept": "1", f"task-{place.made.task.id}": "1"}

    assert client.post(WIZARD, data=values).status_code == 303

    session.rollback()
    session.expire_all()
    assert session.get_one(Task, place.made.task.id).lead_unit_id == place.office.other_unit.id
    assert session.get_one(Unit, place.office.unit.id).valid_to == date(2021, 3, 9)


def test_work_without_anybody_is_listed_counted_in_the_menu_and_given_away(client, session, place):
    place.enter(client, "office")
    assert "Mọi việc đều có người chịu trách nhiệm" in text_of(client.get(ORPHANS))
    client.post(WIZARD, data=typed(place, client, kind="abolish", to_1="", effective_on="2021-03-10", accept="1"))

    text = text_of(client.get(ORPHANS))
    assert "Đơn vị đã kết thúc" in text and "Báo cáo kết quả rà soát" in text
    assert "việc chưa có người chịu trách nhiệm" in text_of(client.get("/quan-tri/don-vi"))
    form = {"from_id": place.office.unit.id, "to_id": place.office.other_unit.id}
    answer = client.post(ORPHANS, data=form, follow_redirects=True)

    assert "Đã chuyển 1 nhiệm vụ cho Thanh tra Sở." in text_of(answer)
    assert "Mọi việc đều có người chịu trách nhiệm" in text_of(answer)


def test_the_timeline_of_a_unit_and_of_a_task_say_when_it_took_effect_and_when_it_was_recorded(client, session, place):
    place.enter(client, "office")
    client.post(WIZARD, data=typed(place, client, effective_on="2021-03-08", accept="1"))

    unit = text_of(client.get(f"/quan-tri/don-vi/{place.office.unit.id}/dong-thoi-gian"))
    task = text_of(client.get(f"/nhiem-vu/{place.made.task.id}"))

    said = "Theo Quyết định 05/QĐ-STTTT ngày 08/3/2021, từ ngày 08/3/2021 việc chưa hoàn thành chuyển từ"
    assert "Sáp nhập Phòng Công nghệ thông tin vào Văn phòng Sở." in unit
    assert "Ghi nhận 10/3/2021" in unit
    assert said in task and "ghi muộn 2 ngày" in task
    assert "Việc chưa hoàn thành do Văn phòng Sở kế thừa" in unit


def test_units_of_the_day_or_of_now_are_asked_in_the_address_and_said(client, session, place):
    place.enter(client, "office")
    client.post(WIZARD, data=typed(place, client, effective_on="2021-03-10", accept="1"))

    then = text_of(client.get("/bang-tien-do/ma-tran?ngay=2021-03-09"))
    now = text_of(client.get("/bang-tien-do/ma-tran?ngay=2021-03-09&theo=hien-nay"))

    assert "theo đơn vị lúc đó" in then and "Phòng Công nghệ thông tin (đến 09/3/2021)" in then
    assert "theo đơn vị hiện nay" in now and "(đến 09/3/2021)" not in now
    page = client.get("/chi-tieu-1-1?den-ngay=2021-03-09&theo=hien-nay")
    assert "theo=hien-nay" in page.get_data(as_text=True)
    assert "Theo đơn vị hiện nay" in text_of(page)


def test_a_leader_names_somebody_who_confirms_and_takes_it_back(client, session, place):
    place.enter(client, "leader")
    form = {
        "kind": "for_leader",
        "person_id": place.office.people["staff"].id,
        "from_id": place.office.people["leader"].id,
        "starts_on": "2021-03-10",
        "ends_on": "2021-03-20",
        "basis": "Giấy uỷ quyền số 2",
    }

    text = text_of(client.post("/quan-tri/uy-quyen", data=form, follow_redirects=True))
    assert "Lê Thị Mai : Thay mặt Phạm Minh Tuấn xác nhận việc" in text
    mandate = session.query(Mandate).one()
    client.post(f"/quan-tri/uy-quyen/{mandate.id}/thu-hoi")

    session.rollback()
    session.refresh(mandate)
    assert mandate.revoked_at is not None


def test_a_head_does_not_offer_powers_of_others(client, session, place):
    place.enter(client, "head")
    form = {
        "kind": "for_leader",
        "person_id": place.office.people["staff"].id,
        "from_id": place.office.people["leader"].id,
        "starts_on": "2021-03-10",
        "ends_on": "2021-03-20",
    }

    assert client.post("/quan-tri/uy-quyen", data=form).status_code == 422
    assert session.query(Mandate).count() == 0


def test_long_leave_and_a_move_are_kept_on_the_persons_page(client, session, place):
    place.enter(client, "admin")
    staff = place.office.people["staff"]
    away = f"/quan-tri/nguoi-dung/{staff.id}"

    client.post(f"{away}/nghi", data={"starts_on": "2021-03-10", "ends_on": "2021-09-10", "reason": "Nghỉ sinh"})
    moved = client.post(
        f"{away}/vai-tro/{staff.memberships[0].id}/chuyen",
        data={"unit_id": place.office.other_unit.id, "day": "2021-03-15"},
        follow_redirects=True,
    )

    text = text_of(moved)
    assert "10/3/2021–10/9/2021" in text and "Nghỉ sinh" in text
    assert "Chuyên viên, Thanh tra Sở" in text


def test_somebody_who_confirms_for_a_leader_sees_the_page_of_confirmations(client, session, place):
    staff = place.office.people["staff"]
    new = NewMandate(
        MandateKind.FOR_LEADER, staff.id, date(2021, 3, 10), date(2021, 3, 20), from_id=place.office.people["leader"].id
    )
    mandates.give(session, new, actor=place.who("leader"), now=NOW)
    place.enter(client, "staff")

    assert client.get("/xac-nhan").status_code == 200
    assert reorganising.apply_due(session, now=NOW) == 0
