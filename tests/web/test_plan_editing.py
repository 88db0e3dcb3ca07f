"""Changing a plan by hand through its pages: forms that keep what was typed, two editors, corrections with a reason."""

from datetime import date

import pytest
from lxml import html
from sqlalchemy import func, select

from cchc_tasks.domain.ledger import RowKind
from cchc_tasks.storage.models import Area, Deliverable, LedgerRow, Obligation, Plan, Task
from tests.factories import make_office, make_plan, make_task, make_unit, sign_in

DAY = "2020-12-29"


@pytest.fixture
def office(session):
    made = make_office(session)
    session.commit()
    return made


@pytest.fixture
def plan(session, office):
    made = make_plan(session, office.agency)
    session.commit()
    return made


@pytest.fixture
def made(session, office, plan):
    """A task led by the unit, with one product due on 31/3/2021."""
    task = make_task(session, plan, lead=office.unit)
    session.commit()
    return task


@pytest.fixture
def signed_in(client, office):
    sign_in(client, office.people["office"])
    return client


def text_of(answer):
    return " ".join(html.document_fromstring(answer.get_data(as_text=True)).text_content().split())


def form_of(client, address, **changes):
    """What the form of a page would send, with some fields filled differently."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    [form] = html.document_fromstring(answer.get_data(as_text=True)).xpath("//main//form[@class='panel']")
    values = {}
    for name, value in form.form_values():
        values.setdefault(name, []).append(value)
    return {**values, **changes}


def send(client, address, **changes):
    return client.post(address, data=form_of(client, address, **changes), follow_redirects=True)


def fresh(session, model, row_id):
    session.rollback()
    session.expire_all()
    return session.get(model, row_id)


def last_rows(session, count):
    session.rollback()
    rows = session.scalars(select(LedgerRow).order_by(LedgerRow.seq.desc()).limit(count)).all()
    return list(reversed(rows))


def test_a_plan_is_made_and_filled_through_its_pages(session, office, signed_in):
    head = {"number": "9/KH", "issued_on": "05/01/2021", "year": "2021", "title": "Kế hoạch kiểm tra"}
    page = send(signed_in, "/ke-hoach/lap", **head)
    session.rollback()
    plan = session.scalars(select(Plan)).one()
    send(signed_in, f"/ke-hoach/{plan.id}/linh-vuc/them", ordinal="I", name="Kiểm tra nội bộ")
    session.rollback()
    area = session.scalars(select(Area)).one()
    task_form = {"numbers": "1.1", "text": "Kiểm tra các phòng", "lead": str(office.unit.id)}
    send(signed_in, f"/ke-hoach/linh-vuc/{area.id}/nhiem-vu/them", **task_form)
    session.rollback()
    task = session.scalars(select(Task)).one()

    answer = send(signed_in, f"/ke-hoach/nhiem-vu/{task.id}/san-pham/them", text="Biên bản", deadline_text="Hàng quý")

    assert "Kế hoạch chưa có nội dung." in text_of(page)
    # A phrase without a day is said to be in doubt before it is taken.
    assert answer.status_code == 422
    form = html.document_fromstring(answer.get_data(as_text=True)).xpath("//main//form[@class='panel']")[0]
    done = signed_in.post(
        f"/ke-hoach/nhiem-vu/{task.id}/san-pham/them", data=dict(form.form_values()), follow_redirects=True
    )
    assert "Đã lưu." in text_of(done)
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Obligation)) == 4


@pytest.mark.parametrize(
    "fields, sentence",
    [
        ({"number": ""}, "Nhập số, ký hiệu."),
        ({"issued_on": "31/11/2021"}, "Nhập ngày ban hành là một ngày có thật"),
        ({"year": "1"}, "Năm của kế hoạch cần từ 2000 đến 2100."),
        ({"title": "   "}, "Nhập trích yếu."),
    ],
)
def test_a_wrong_head_keeps_what_was_typed_and_says_what_is_wrong(session, signed_in, fields, sentence):
    good = {"number": "9/KH", "issued_on": "2021-01-05", "year": "2021", "title": "Kế hoạch kiểm tra nội bộ"}

    answer = send(signed_in, "/ke-hoach/lap", **{**good, **fields})

    assert answer.status_code == 422
    assert sentence in text_of(answer)
    kept = [value for name, value in good.items() if name not in fields]
    assert all(value in answer.get_data(as_text=True) for value in kept)
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Plan)) == 0


def test_a_plan_of_a_known_number_and_day_is_refused_at_the_number(signed_in, plan):
    head = {"number": plan.number, "issued_on": plan.issued_on.isoformat(), "year": "2021", "title": "x"}

    answer = send(signed_in, "/ke-hoach/lap", **head)

    assert answer.status_code == 422
    assert "đã có trong hệ thống" in text_of(answer)


def test_edited_words_stand_in_the_plan(session, signed_in, plan, made):
    answer = send(signed_in, f"/ke-hoach/nhiem-vu/{made.task.id}/sua", text="Rà soát toàn bộ văn bản", note="Gấp")

    assert "Rà soát toàn bộ văn bản" in text_of(answer)
    assert fresh(session, Task, made.task.id).note == "Gấp"


def test_the_second_editor_sees_the_firsts_change_and_keeps_the_own_words(session, signed_in, made):
    address = f"/ke-hoach/nhiem-vu/{made.task.id}/sua"
    second = form_of(signed_in, address, text="Lời của người thứ hai")
    send(signed_in, address, text="Lời của người thứ nhất")

    answer = signed_in.post(address, data=second)

    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Lời của người thứ nhất" in page
    assert "Lời của người thứ hai" in page
    assert fresh(session, Task, made.task.id).text == "Lời của người thứ nhất"


def test_sending_again_after_seeing_the_change_is_meant(session, signed_in, made):
    address = f"/ke-hoach/nhiem-vu/{made.task.id}/sua"
    second = form_of(signed_in, address, text="Lời của người thứ hai")
    send(signed_in, address, text="Lời của người thứ nhất")
    refused = signed_in.post(address, data=second).get_data(as_text=True)
    [form] = html.document_fromstring(refused).xpath("//main//form[@class='panel']")

    signed_in.post(address, data=dict(form.form_values()))

    assert fresh(session, Task, made.task.id).text == "Lời của người thứ hai"


def test_a_double_click_adds_one_product(session, signed_in, made):
    address = f"/ke-hoach/nhiem-vu/{made.task.id}/san-pham/them"
    form = form_of(signed_in, address, text="Báo cáo", deadline_text="Quý II/2021", due_on="")

    answers = [signed_in.post(address, data=form) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Deliverable)) == 2


@pytest.mark.parametrize(
    "fields, sentence",
    [
        ({"deadline_text": "", "due_on": ""}, "Nhập thời hạn bằng chữ hoặc chọn một ngày."),
        ({"deadline_text": "lúc nào rảnh"}, "Chưa đọc được “lúc nào rảnh” thành thời hạn."),
        ({"deadline_text": "", "due_on": "31/11/2021"}, "là một ngày có thật theo lịch"),
        ({"deadline_text": "Quý I/2021", "entered_on": "2020-12-01"}, "trước ngày ban hành kế hoạch"),
        ({"deadline_text": "Quý I/2021", "entered_on": "2199-01-01"}, "sau hôm nay"),
    ],
)
def test_a_product_without_a_readable_deadline_is_not_added(session, signed_in, made, fields, sentence):
    answer = send(signed_in, f"/ke-hoach/nhiem-vu/{made.task.id}/san-pham/them", **{"text": "Báo cáo", **fields})

    assert answer.status_code == 422
    assert sentence in text_of(answer)
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Deliverable)) == 1


def test_the_reading_of_a_phrase_is_shown_without_saving(session, signed_in, made):
    answer = send(
        signed_in,
        f"/ke-hoach/nhiem-vu/{made.task.id}/san-pham/them",
        text="Báo cáo",
        deadline_text="trước ngày 25 hằng tháng",
        xem="1",
    )

    assert "Đọc là: 12 kỳ, từ 25/01/2021 đến 25/12/2021." in text_of(answer)
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Deliverable)) == 1


def test_one_more_period_is_added(session, signed_in, made):
    address = f"/ke-hoach/san-pham/{made.obligation.deliverable_id}/ky/them"

    send(signed_in, address, label="Quý II/2021", deadline_text="", due_on="2021-06-30")

    session.rollback()
    owed = session.scalars(select(Obligation).order_by(Obligation.position)).all()
    assert [(each.period_label, each.due_on) for each in owed][1] == ("Quý II/2021", date(2021, 6, 30))


def test_a_misread_deadline_is_put_right_beside_the_print(session, signed_in, made):
    address = f"/ke-hoach/moc/{made.obligation.id}/dinh-chinh"
    page = text_of(signed_in.get(address))

    send(signed_in, address, due_on="2021-06-30", reason="Đọc nhầm quý")

    assert "theo kế hoạch" in page
    owed = fresh(session, Obligation, made.obligation.id)
    [row] = last_rows(session, 1)
    assert (owed.due_on, owed.deadline_text) == (date(2021, 6, 30), "theo kế hoạch")
    assert (row.kind, row.payload["change"], row.payload["reason"]) == (RowKind.DEADLINE, "correction", "Đọc nhầm quý")
    assert row.corrects_seq is not None


def test_a_correction_needs_its_reason(session, signed_in, made):
    answer = send(signed_in, f"/ke-hoach/moc/{made.obligation.id}/dinh-chinh", due_on="2021-06-30")

    assert answer.status_code == 422
    assert "Nhập lý do đính chính." in text_of(answer)


def test_a_correction_that_changes_nothing_says_so(signed_in, made):
    address = f"/ke-hoach/moc/{made.obligation.id}/dinh-chinh"

    answer = send(signed_in, address, due_on="2021-03-31", reason="Không có gì")

    assert "Không có gì thay đổi so với nội dung đang có." in text_of(answer)


def test_a_lead_is_named_after_the_import(session, office, signed_in, plan):
    made = make_task(session, plan, co_leads=[office.unit, office.other_unit])
    made.task.assignment_text = "- Văn phòng,\n- Thanh tra"
    session.commit()
    address = f"/ke-hoach/nhiem-vu/{made.task.id}/phan-cong"
    before = text_of(signed_in.get(f"/ke-hoach/{plan.id}"))

    send(signed_in, address, lead=str(office.other_unit.id), reason="Giám đốc giao")

    assert "Đã giao:" not in before
    assert "Đã giao: Thanh tra Sở chủ trì" in text_of(signed_in.get(f"/ke-hoach/{plan.id}"))

    task = fresh(session, Task, made.task.id)
    [row] = last_rows(session, 1)
    assert task.lead_unit_id == office.other_unit.id
    assert task.assigned().co_leads == (office.unit.id,)
    assert (row.kind, row.payload["reason"]) == (RowKind.ASSIGNMENT, "Giám đốc giao")
    assert fresh(session, Obligation, made.obligation.id).counted_unit_id == office.other_unit.id


def test_an_assignment_of_nobody_is_refused(session, signed_in, made):
    answer = send(signed_in, f"/ke-hoach/nhiem-vu/{made.task.id}/phan-cong", lead="", reason="Bỏ")

    assert answer.status_code == 422
    assert "Chọn ít nhất một đơn vị" in text_of(answer)


def test_a_unit_that_is_not_the_agencys_cannot_be_chosen(session, signed_in, made):
    elsewhere = make_office(session)
    foreign = make_unit(session, elsewhere.agency, "Phòng Nội vụ")
    session.commit()
    address = f"/ke-hoach/nhiem-vu/{made.task.id}/phan-cong"

    answer = send(signed_in, address, lead=str(foreign.id), reason="Thử")

    assert answer.status_code == 422
    assert fresh(session, Task, made.task.id).lead_unit_id != foreign.id


def test_the_unit_that_answers_for_a_product_is_named(session, office, signed_in, made):
    address = f"/ke-hoach/san-pham/{made.obligation.deliverable_id}/don-vi"

    send(signed_in, address, unit=str(office.other_unit.id), reason="Theo phân công nội bộ")

    assert fresh(session, Obligation, made.obligation.id).counted_unit_id == office.other_unit.id


def test_the_periods_of_a_product_are_listed_to_choose_the_misread_one(session, office, signed_in, plan):
    made = make_task(session, plan, lead=office.unit, due_dates=[date(2021, 3, 31), date(2021, 6, 30)])
    session.commit()
    address = f"/ke-hoach/san-pham/{made.obligation.deliverable_id}/han"

    page = signed_in.get(address)

    assert f"/ke-hoach/moc/{made.obligations[1].id}/dinh-chinh" in page.get_data(as_text=True)


def test_an_empty_area_is_deleted_and_a_full_one_is_not(session, signed_in, plan, made):
    send(signed_in, f"/ke-hoach/{plan.id}/linh-vuc/them", ordinal="2", name="Thừa")
    session.rollback()
    empty = session.scalars(select(Area).where(Area.name == "Thừa")).one()

    gone = signed_in.post(f"/ke-hoach/linh-vuc/{empty.id}/xoa", data={"version": "1"}, follow_redirects=True)
    kept = signed_in.post(f"/ke-hoach/linh-vuc/{made.task.area_id}/xoa", data={"version": "1"})

    assert "Đã xóa." in text_of(gone)
    assert kept.status_code == 409
    assert "Mục này đã có trong sổ theo dõi nên không xóa được." in text_of(kept)


def test_a_head_whose_day_carries_history_keeps_it(session, signed_in, plan, made):
    answer = send(signed_in, f"/ke-hoach/{plan.id}/sua", issued_on="2021-01-01")

    assert answer.status_code == 422
    assert fresh(session, Plan, plan.id).issued_on == date(2020, 12, 29)
