"""Soạn sửa đổi, bổ sung: from the plan's page to the draft, the difference, the document, and what it left behind."""

import io
import re

import docx
import pytest
from lxml import html
from sqlalchemy import select

from cchc_tasks.domain.ledger import RowKind
from cchc_tasks.domain.workflow import Status
from cchc_tasks.services import drafting
from cchc_tasks.storage.models import Amendment, Area, LedgerRow, Obligation, Plan, PlanDraft, Task
from tests.support.plan_pages import imported
from tests.web.test_plans import count, text_of

DOCUMENT = {
    "kind": "supplement",
    "number": "88/KH-STTTT",
    "issued_on": "2021-01-10",
    "effective_on": "2021-02-15",
    "subject": "Sửa đổi, bổ sung kế hoạch",
}


@pytest.fixture
def office(session, client, settings):
    return imported(session, client, settings)


@pytest.fixture
def plan(session, office):
    return session.scalars(select(Plan)).one()


@pytest.fixture
def address(client, plan):
    """The page of the draft."""
    return client.post(f"/ke-hoach/{plan.id}/soan").location


def version(session):
    session.rollback()
    return session.scalars(select(PlanDraft)).one().version


def rows(session):
    session.rollback()
    return drafting.rows_of(session.scalars(select(PlanDraft)).one())


def act(session, client, address, name, row):
    return client.post(f"{address}/viec", data={name: row.id, "version": version(session)}, follow_redirects=True)


def edit(session, client, address, row, what="sua", **words):
    old = {name: getattr(row.words, name) for name in ("task", "products", "assignment", "time", "note")}
    return client.post(f"{address}/{row.id}/{what}", data={**old, **words, "version": version(session)})


def row_of(session, text):
    return next(row for row in rows(session) if text in row.words.task)


def amend_address(session, plan):
    return f"/ke-hoach/{plan.id}/dieu-chinh/{session.scalars(select(PlanDraft)).one().staged_import_id}"


def boxes(page):
    tree = html.fromstring(page.get_data(as_text=True))
    return [each.get("value") for each in tree.xpath("//input[@name='nhan']")]


def write_five_changes(session, client, address):
    """Three rows more, one fewer, two deadlines: as in the plan's real life."""
    listed = rows(session)
    for row, number in ((listed[14], "90"), (listed[17], "91"), (listed[35], "92")):
        words = {
            "task": f"{number}. Diễn tập lần {number}",
            "products": "Báo cáo diễn tập",
            "assignment": "Văn phòng Sở chủ trì",
            "time": "Trước ngày 30/9/2021",
            "note": "",
        }
        edit(session, client, address, row, "them", **words)
    act(session, client, address, "rut", listed[40])
    for row, time in ((listed[10], "Trước ngày 30/9/2021"), (listed[18], "Quý III/2021")):
        edit(session, client, address, row, time=time)
    return listed


def test_the_draft_is_the_plan_and_is_found_again(session, client, plan, address):
    page = client.get(address)

    assert "chưa thay đổi dòng nào" in text_of(page)
    assert len(re.findall(r'id="dong-\d+"', page.get_data(as_text=True))) == 41
    assert client.post(f"/ke-hoach/{plan.id}/soan").location == address
    assert "Soạn tiếp" in text_of(client.get("/ke-hoach/"))


def test_what_is_typed_is_kept_at_once_and_its_mark_shown(session, client, address):
    row = rows(session)[0]

    answer = edit(session, client, address, row, note="Theo Công văn 12")

    assert answer.status_code == 303
    assert "Theo Công văn 12" in text_of(client.get(address))
    assert "1 dòng đã thay đổi" in text_of(client.get(address))


def test_a_second_editor_is_told_and_keeps_what_was_typed(session, client, address):
    row, seen = rows(session)[0], version(session)
    edit(session, client, address, row, note="Người thứ nhất")
    old = {name: getattr(row.words, name) for name in ("task", "products", "assignment", "time")}

    answer = client.post(f"{address}/{row.id}/sua", data={**old, "note": "Người thứ hai", "version": seen})

    assert answer.status_code == 409
    assert "Người thứ hai" in text_of(answer) or "Người thứ hai" in answer.get_data(as_text=True)
    assert "Người thứ nhất" in text_of(answer)
    assert rows(session)[0].words.note == "Người thứ nhất"


def test_a_row_without_words_is_asked_for_them(session, client, address):
    assert edit(session, client, address, rows(session)[0], task="").status_code == 422


def test_the_last_row_of_an_area_has_none_to_join(session, client, address):
    listed = rows(session)
    last = next(row for place, row in enumerate(listed) if row.area != listed[place + 1].area)

    assert "không có dòng sau để gộp" in text_of(act(session, client, address, "gop", last))


def test_rows_are_split_and_moved_in_their_forms(session, client, address):
    row = next(row for row in rows(session) if row.words.products.count("\n") == 1)
    form = html.fromstring(client.get(f"{address}/{row.id}/tach").get_data(as_text=True)).forms[-1]
    fields = {name: value for name, value in form.form_values() if name.startswith(("first", "second"))}
    fields["second_task"] = "95. Phần tách ra"

    split = client.post(f"{address}/{row.id}/tach", data={**fields, "version": version(session)})
    target = rows(session)[-1]
    first = rows(session)[0]
    moved = client.post(
        f"{address}/{first.id}/chuyen", data={"area": _area_of(client, address, first), "version": version(session)}
    )

    assert (split.status_code, moved.status_code) == (303, 303)
    assert "Tách ra" in text_of(client.get(address))
    assert "Đã chuyển nhóm" in text_of(client.get(address))
    assert target.area != first.area


def _area_of(client, address, row):
    page = html.fromstring(client.get(f"{address}/{row.id}/chuyen").get_data(as_text=True))
    return page.xpath("//select[@name='area']/option/@value")[-1]


def test_the_difference_is_recorded_without_what_is_left_out(session, client, plan, address):
    write_five_changes(session, client, address)
    where = amend_address(session, plan)
    page = client.get(where)
    shown = boxes(page)

    assert len(shown) == 6
    kept = [key for key in shown if "withdrawn" not in key]
    answer = client.post(where, data={**DOCUMENT, "thay": shown, "nhan": kept, "version": version(session)})

    assert answer.status_code == 303
    assert session.scalars(select(Obligation).where(Obligation.status == Status.WITHDRAWN)).all() == []
    assert count(session, Task) == 44
    assert count(session, PlanDraft) == 0


def test_a_draft_changed_meanwhile_is_not_recorded_unseen(session, client, plan, address):
    write_five_changes(session, client, address)
    seen = version(session)
    act(session, client, address, "rut", rows(session)[0])

    answer = client.post(amend_address(session, plan), data={**DOCUMENT, "version": seen})

    assert answer.status_code == 409
    assert count(session, Amendment) == 0


def recorded(session, client, plan, address):
    write_five_changes(session, client, address)
    given = {**DOCUMENT, "version": version(session)}
    assert client.post(amend_address(session, plan), data=given).status_code == 303


def test_the_amendment_reads_like_its_document(session, client, plan, address):
    recorded(session, client, plan, address)

    page = client.get(f"/ke-hoach/{plan.id}/sua-doi/1")
    words = text_of(page)

    assert "Kế hoạch sửa đổi, bổ sung số 88/KH-STTTT ngày 10/01/2021" in words
    assert words.count("Bổ sung nhiệm vụ") == 3
    assert words.count("Bãi bỏ nhiệm vụ 7.5") == 1
    assert words.count("Sửa thời hạn của nhiệm vụ") == 2
    assert "thành “Trước ngày 30/9/2021”" in words
    assert client.get(f"/ke-hoach/{plan.id}/sua-doi/2").status_code == 404


def test_the_consolidated_plan_is_marked_on_the_page_and_in_word(session, client, plan, address):
    recorded(session, client, plan, address)

    page = html.fromstring(client.get(f"/ke-hoach/{plan.id}/hop-nhat?ngay=2021-02-20").get_data(as_text=True))
    before = html.fromstring(client.get(f"/ke-hoach/{plan.id}/hop-nhat?ngay=2021-02-14").get_data(as_text=True))
    file = client.get(f"/ke-hoach/{plan.id}/hop-nhat.docx?ngay=2021-02-20")

    assert len(page.xpath("//tr[td[2]/ins]")) == 3
    assert len(page.xpath("//tr[td[2]/del]")) == 1
    assert len(page.xpath("//td[5][del and ins]")) == 2
    assert before.xpath("//ins | //del") == []
    assert len(before.xpath("//tr[td]")) == 41
    table = docx.Document(io.BytesIO(file.data)).tables[-1]
    texts = [[cell.text for cell in row.cells] for row in table.rows]
    assert any("Diễn tập lần 90[1]" in row[1] for row in texts)
    assert sum("Trước ngày 30/9/2021[1]" in row[4] for row in texts) == 1
    assert len(texts) == 1 + 7 + 44
    assert client.get(f"/ke-hoach/{plan.id}/hop-nhat.pdf").data.startswith(b"%PDF")
    assert client.get(f"/ke-hoach/{plan.id}/hop-nhat.xlsx").data.startswith(b"PK")


def test_the_plan_names_its_amendment_and_leads_to_both_pages(session, client, plan, address):
    recorded(session, client, plan, address)

    page = client.get(f"/ke-hoach/{plan.id}").get_data(as_text=True)

    assert f"/ke-hoach/{plan.id}/sua-doi/1" in page
    assert f"/ke-hoach/{plan.id}/hop-nhat" in page
    session.rollback()
    rows = session.scalars(select(LedgerRow).where(LedgerRow.kind == RowKind.AMENDMENT)).all()
    assert rows[0].payload["amendment"] == "88/KH-STTTT"


def test_a_new_area_is_written_with_its_first_row_and_recorded(session, client, plan, address):
    words = {"task": "1. Chấm điểm thi đua", "products": "Bảng điểm", "assignment": "Văn phòng Sở chủ trì"}
    given = {"area": "Thi đua, khen thưởng", "time": "Quý IV/2021", "note": "", **words}

    missing = client.post(f"{address}/nhom-moi", data={**given, "area": "", "version": version(session)})
    taken = client.post(f"{address}/nhom-moi", data={**given, "area": "Cải cách thể chế", "version": version(session)})
    added = client.post(f"{address}/nhom-moi", data={**given, "version": version(session)})
    late = client.post(f"{address}/nhom-moi", data={**given, "area": "Nhóm khác", "version": version(session) - 1})

    assert (missing.status_code, taken.status_code, added.status_code, late.status_code) == (422, 409, 303, 409)
    assert "Kế hoạch đã có nhóm nhiệm vụ Cải cách thể chế" in text_of(taken)
    assert "Nhóm khác" in late.get_data(as_text=True)
    assert "8. Thi đua, khen thưởng" in text_of(client.get(address))
    where = amend_address(session, plan)
    assert client.post(where, data={**DOCUMENT, "version": version(session)}).status_code == 303
    session.rollback()
    area = session.scalars(select(Area).order_by(Area.id.desc())).first()
    assert (area.ordinal, area.name) == ("8", "Thi đua, khen thưởng")
    assert [(task.numbers, task.text) for task in area.tasks] == [(["8.1"], "Chấm điểm thi đua")]
