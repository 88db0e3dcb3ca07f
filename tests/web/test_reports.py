"""Pages of reports over HTTP: what they show, what two people typing at once keep, what a submitted one refuses."""

import csv
import io
from datetime import date

import pytest
from lxml import html
from sqlalchemy import select

from cchc_tasks.domain.mailing import Correspondent, MailContent
from cchc_tasks.services import reports
from cchc_tasks.storage.models import OutboxMessage, Report, ReportState
from cchc_tasks.storage.queries import reports as queries
from tests.factories import enter
from tests.support.picking import pick
from tests.support.reports import NOW, Prepared, prepare
from tests.support.year import report as report_work

FIRST, SECOND = ("1.4.1", "steer.survey.forms"), ("1.4.2", "steer.survey.method")


@pytest.fixture
def prepared(app, session) -> Prepared:
    made = prepare(session)
    unit = made.year.office.unit
    keys = {row.key: unit.id for row in made.told().form.rows if row.code in (FIRST[0], SECOND[0], "1.5")}
    made.report = reports.assign_rows(session, made.report.id, keys, version=1, actor=made.who("office"), now=NOW)
    return made


def page(client, prepared, role, where):
    response = enter(client, prepared.year.office.people[role]).get(f"/bao-cao/{prepared.report.id}{where}")
    assert response.status_code == 200, response.status_code
    return html.fromstring(response.get_data(as_text=True))


def words(node) -> str:
    return " ".join(node.text_content().split())


def post(client, prepared, role, where, **data):
    enter(client, prepared.year.office.people[role])
    return client.post(f"/bao-cao/{prepared.report.id}{where}", data=data)


def own(prepared, code, value, seen=0, **more):
    return {f"so-{code}": value, f"thay-{code}": seen, **more}


def held(session, prepared, code):
    session.rollback()
    session.expire_all()
    key = next(row.key for row in prepared.told().form.rows if row.code == code)
    entry = queries.entries_of(session, prepared.report).get(key)
    return None if entry is None else (entry.ordinal, entry.printed, entry.note)


def test_every_computed_number_opens_to_a_list_as_long_as_it_is(client, prepared):
    annex = page(client, prepared, "viewer", "?muc=1")
    links = {link.text_content().strip(): link.get("href") for link in pick(annex, ".computed a")}
    assert set(links) == {"10", "2", "4"}

    for number, href in links.items():
        shown = html.fromstring(enter(client, prepared.year.office.people["viewer"]).get(href).get_data(as_text=True))
        assert len(pick(shown, "#da-tinh li")) == int(number)
        assert all(link.get("href").startswith(("/nhiem-vu/", "/ke-hoach/")) for link in pick(shown, "#da-tinh a"))
    assert "Mỗi" in words(shown) or "Đếm" in words(shown)


def test_a_unit_sees_its_own_rows_with_what_stood_there_before(client, prepared):
    cards = pick(page(client, prepared, "head", "/don-vi"), ".answer")

    assert [pick(card, ".code")[0].text_content() for card in cards] == ["1.4.1", "1.4.2", "1.5"]
    assert "Chưa có báo cáo kỳ trước để so sánh." in words(page(client, prepared, "head", "/don-vi"))
    assert [button.text_content().split(":")[0] for button in pick(cards[0], ".quick-answers button")] == [
        "chưa có",
        "không áp dụng",
        "0",
    ]
    assert pick(page(client, prepared, "other_head", "/don-vi"), ".empty")


def test_a_quick_answer_keeps_what_else_was_typed(client, session, prepared):
    typed = own(prepared, "1.4.1", "7") | own(prepared, "1.4.2", "1") | {"dat": "1.4.1:chưa có"}

    response = post(client, prepared, "head", "/don-vi", **typed)

    assert response.status_code == 303
    assert response.location.endswith("#d-1-4-1")
    assert held(session, prepared, "1.4.1") == (1, "chưa có", "")
    assert held(session, prepared, "1.4.2") == (1, "1", "")


def test_what_two_people_type_at_once_is_kept_and_shown_row_by_row(client, session, prepared):
    post(client, prepared, "office", "?muc=1", **own(prepared, "1.4.1", "5"))

    response = post(client, prepared, "head", "/don-vi", **own(prepared, "1.4.1", "6"), **own(prepared, "1.4.2", "1"))

    assert response.status_code == 409
    shown = html.fromstring(response.get_data(as_text=True))
    card = shown.get_element_by_id("d-1-4-1")
    assert "Người office đã nhập “5”" in words(card) or "đã nhập “5”" in words(card)
    assert pick(card, "[name='so-1.4.1']")[0].get("value") == "6"
    assert held(session, prepared, "1.4.1")[1] == "5"
    # The other row is written: one conflict does not hold up the rest.
    assert held(session, prepared, "1.4.2")[1] == "1"
    seen = pick(card, "[name='thay-1.4.1']")[0].get("value")
    assert post(client, prepared, "head", "/don-vi", **own(prepared, "1.4.1", "6", seen)).status_code == 303
    assert held(session, prepared, "1.4.1") == (2, "6", "")


def test_a_row_left_alone_is_no_conflict_though_somebody_else_answered_it(client, session, prepared):
    post(client, prepared, "office", "?muc=1", **own(prepared, "1.4.1", "5"))

    response = post(client, prepared, "head", "/don-vi", **own(prepared, "1.4.1", ""), **own(prepared, "1.4.2", "2"))

    assert response.status_code == 303
    assert held(session, prepared, "1.4.1")[1] == "5"


def test_half_a_document_is_told_at_its_row_and_nothing_is_lost(client, session, prepared):
    typed = own(prepared, "1.4.1", "7") | {"van-ban-1.4.1": "15/BC-STTTT", "ghi-1.4.1": "Khảo sát quý I"}

    response = post(client, prepared, "head", "/don-vi", **typed)

    assert response.status_code == 422
    card = html.fromstring(response.get_data(as_text=True)).get_element_by_id("d-1-4-1")
    assert "Văn bản minh chứng cần đủ" in words(card)
    assert pick(card, "[name='so-1.4.1']")[0].get("value") == "7"
    assert pick(card, "textarea")[0].text_content().strip() == "Khảo sát quý I"
    assert held(session, prepared, "1.4.1") is None


def test_the_office_prints_another_value_and_both_stand_on_the_page(client, prepared):
    refused = post(client, prepared, "office", "/dong/1.1.2/in-khac", way="trong", reason="", seen=0)
    assert refused.status_code == 422

    post(client, prepared, "office", "/dong/1.1.2/in-khac", way="khac", printed="3", reason="Theo Công văn 5.", seen=0)

    shown = words(page(client, prepared, "viewer", "/dong/1.1.2").get_element_by_id("so-lieu"))
    assert "Máy tính ra 2, Văn phòng in 3. Lý do: Theo Công văn 5." in shown
    assert "Máy tính ra 2, in 3" in words(page(client, prepared, "viewer", "?muc=1"))


def test_a_number_in_the_text_is_bound_and_says_when_its_figure_moved(client, session, prepared):
    text = page(client, prepared, "office", "/loi-van")
    button = next(each for each in pick(text, "button[name=chen]") if "2/10" in words(each.getparent()))
    place = button.get("value").partition("/")[0]
    post(
        client, prepared, "office", "/loi-van", **{f"van-{place}": "", f"thay-{place}": 0, "chen": button.get("value")}
    )
    marks = pick(page(client, prepared, "viewer", "/loi-van"), ".bound")
    assert [mark.text.strip() for mark in marks][:2] == ["2", "10"]

    post(client, prepared, "office", "/dong/1.1.2/in-khac", way="khac", printed="3", reason="Theo Công văn 5.", seen=0)
    stale = page(client, prepared, "office", "/loi-van")
    assert "số liệu nay là 3" in words(stale)
    area = pick(stale, f"[name='van-{place}']")[0].text_content()
    renewed = {f"van-{place}": area, f"thay-{place}": 1, "cap-nhat": place}
    assert post(client, prepared, "office", "/loi-van", **renewed).status_code == 303
    assert not pick(page(client, prepared, "office", "/loi-van"), ".bound-stale")


def test_two_who_write_one_section_lose_nothing(client, prepared):
    post(client, prepared, "office", "/loi-van", **{"van-1": "Bản thứ nhất.", "thay-1": 0})

    response = post(client, prepared, "office", "/loi-van", **{"van-1": "Bản thứ hai.", "thay-1": 0})

    assert response.status_code == 409
    shown = html.fromstring(response.get_data(as_text=True))
    assert pick(shown, "[name='van-1']")[0].text_content().strip() == "Bản thứ hai."
    assert "Người khác vừa sửa mục này." in words(shown)


def test_the_window_moves_only_with_a_reason(client, session, prepared):
    form = pick(page(client, prepared, "office", "/thiet-lap"), "#ky form")[0]
    values = {each.name: each.value for each in pick(form, "input") if each.get("type") not in ("checkbox", "radio")}
    values |= {"units_asked": "then", "plan_ids": prepared.year.plan.id, "cut_off": "2021-03-10"}

    refused = post(client, prepared, "office", "/thiet-lap", **values)
    assert refused.status_code == 422
    assert "Ghi lý do" in refused.get_data(as_text=True)
    taken = post(client, prepared, "office", "/thiet-lap", **values | {"window_reason": "Theo Công văn 12/SNV."})

    assert taken.status_code == 303
    session.rollback()
    session.refresh(prepared.report)
    assert prepared.report.cut_off == date(2021, 3, 10)


def test_a_draft_names_its_files_as_one_and_they_hold_what_the_page_shows(client, prepared):
    enter(client, prepared.year.office.people["viewer"])
    for ending in ("docx", "pdf", "xlsx", "csv"):
        response = client.get(f"/bao-cao/{prepared.report.id}/tep.{ending}")
        assert response.status_code == 200
        assert (
            "Ban-dang-lap" in response.headers["Content-Disposition"]
            or "ban-dang-lap" in (response.headers["Content-Disposition"])
        )
        assert response.headers["Cache-Control"] == "private, no-store"
    rows = list(csv.reader(io.StringIO(response.get_data().decode("utf-8-sig"))))
    printed = {row[1]: row[3] for row in rows[1:]}
    assert printed["Số nhiệm vụ đã hoàn thành"] == "2"


def test_a_leader_submits_only_what_nothing_stops_and_a_submitted_report_takes_nothing(client, session, prepared):
    refused = post(client, prepared, "leader", "/trinh", version=prepared.report.version)
    assert refused.status_code == 409
    prepared.fill()
    prepared.accept_warnings()
    session.refresh(prepared.report)

    assert post(client, prepared, "leader", "/trinh", version=prepared.report.version).status_code == 303
    session.rollback()
    session.refresh(prepared.report)
    assert prepared.report.state is ReportState.SUBMITTED
    assert post(client, prepared, "head", "/don-vi", **own(prepared, "1.4.1", "9", 1)).status_code == 409
    assert post(client, prepared, "office", "/loi-van", **{"van-1": "Sau.", "thay-1": 0}).status_code == 409
    assert not pick(page(client, prepared, "office", "?muc=1"), "input[name^=so-]")
    assert "vẫn đúng như hiện nay" in words(page(client, prepared, "viewer", "/trinh"))


def test_the_number_comes_later_and_a_correction_stands_beside(client, session, prepared):
    prepared.fill()
    prepared.accept_warnings()
    prepared.submit()
    session.refresh(prepared.report)
    values = {"version": prepared.report.version, "number": "12/BC-STTTT"}
    early = post(client, prepared, "office", "/cap-so", **values, issued_on="2199-01-01")
    assert early.status_code == 422

    assert post(client, prepared, "office", "/cap-so", **values, issued_on="2021-03-15").status_code == 303
    assert post(client, prepared, "office", "/dinh-chinh").status_code == 303

    assert "12/BC-STTTT" in words(page(client, prepared, "viewer", "/trinh"))
    session.rollback()
    session.expire_all()
    second = session.query(Report).filter_by(edition=2).one()
    assert second.corrects_id == prepared.report.id
    assert second.number == ""


def test_the_list_of_the_year_tells_how_far_each_period_is_and_what_it_will_miss(client, prepared, session):
    report_work(session, prepared.year.office, prepared.year.work["soon"], date(2021, 3, 9))
    enter(client, prepared.year.office.people["head"])

    shown = html.fromstring(client.get("/bao-cao?nam=2021").get_data(as_text=True))

    line = words(shown.get_element_by_id("ky-q1"))
    assert "Đang lập, 0/" in line and "Đơn vị còn 3 dòng" in line
    assert "Chưa lập" in words(shown.get_element_by_id("ky-h1"))


def test_a_line_of_the_register_is_left_out_with_a_reason_and_the_figure_follows(client, session, prepared):
    where = "/bao-cao/so-van-ban"
    enter(client, prepared.year.office.people["office"])
    plan = f"plan:{prepared.year.plan.id}"
    opened = html.fromstring(client.get(f"{where}?nam=2021&dong={plan}").get_data(as_text=True))
    assert len(pick(opened, "form.quick")) == 1

    bare = client.post(f"{where}/tinh?nam=2021", data={"member": plan, "counts": "0", "reason": "", "seen": 0})
    assert bare.status_code == 422
    values = {"member": plan, "counts": "0", "reason": "Không phải văn bản chỉ đạo", "seen": 0}
    assert client.post(f"{where}/tinh?nam=2021", data=values).status_code == 303
    assert client.post(f"{where}/tinh?nam=2021", data=values).status_code == 409
    added = {"happened_on": "2021-03-01", "text": "12/CV-STTTT đôn đốc", "amount": 2}
    assert client.post(f"{where}?nam=2021", data=added).status_code == 303

    session.rollback()
    session.expire_all()
    assert prepared.told().figures["steer.docs_issued"].cell.printed == "5"


def test_the_regime_is_edited_row_by_row_and_a_wrong_day_is_said(client, session, prepared):
    enter(client, prepared.year.office.people["office"])
    form = pick(html.fromstring(client.get("/bao-cao/che-do").get_data(as_text=True)), "main form")[0]
    values = {each.name: each.value for each in pick(form, "input") if each.get("type") != "checkbox"}
    values |= {each.name: "1" for each in pick(form, "input[type=checkbox]") if each.get("checked") is not None}

    refused = client.post("/bao-cao/che-do", data=values | {"den-q1": "31/2"})
    assert refused.status_code == 422
    assert "31/2" in refused.get_data(as_text=True)
    taken = client.post("/bao-cao/che-do", data=values | {"den-q1": "10/3", "name": "Theo hướng dẫn của tỉnh"})

    assert taken.status_code == 303
    assert "15/12/2020 – 10/3/2021" in client.get("/bao-cao?nam=2021").get_data(as_text=True)


def test_warnings_are_accepted_together_for_one_reason_and_errors_never(client, session, prepared):
    post(client, prepared, "office", "?muc=1", **own(prepared, "1.3.1", "5"), **own(prepared, "1.3.2", "4"))
    post(client, prepared, "office", "?muc=1", **own(prepared, "1.3.3", "2"))
    checks = page(client, prepared, "office", "/kiem-tra")
    assert "1.3.2 và 1.3.3 cộng lại (4, 2) lớn hơn 1.3.1 (5)" in words(checks.get_element_by_id("muc-stops"))
    assert not pick(checks.get_element_by_id("muc-stops"), "input")
    names = [box.get("value") for box in pick(checks, "input[name=canh-bao]")]

    assert post(client, prepared, "office", "/kiem-tra", **{"canh-bao": names, "reason": ""}).status_code == 422
    assert post(client, prepared, "office", "/kiem-tra", reason="Đã đối chiếu.").status_code == 422
    strange = {"canh-bao": [*names, "0" * 64], "reason": "Đã đối chiếu."}
    assert post(client, prepared, "office", "/kiem-tra", **strange).status_code == 404
    taken = post(client, prepared, "office", "/kiem-tra", **{"canh-bao": names, "reason": "Đã đối chiếu."})

    assert taken.status_code == 303
    assert f"Đã chấp nhận {len(names)} cảnh báo" in client.get(taken.location).get_data(as_text=True)
    session.rollback()
    assert len(queries.acceptances_of(session, prepared.report)) == len(names)


def test_a_reminder_is_a_letter_that_names_the_rows_and_the_page(app, client, session, prepared):
    where = f"/bao-cao/{prepared.report.id}"
    unit = prepared.year.office.unit

    assert post(client, prepared, "office", "/nhac", **{"don-vi": unit.id}).status_code == 303
    assert (
        post(client, prepared, "office", "/nhac", **{"don-vi": prepared.year.office.other_unit.id}).status_code == 404
    )

    session.rollback()
    message = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "report_request")).one()
    reader = Correspondent("Nguyễn Thị Lan", "lan@so.test", "SỞ THÔNG TIN VÀ TRUYỀN THÔNG", "stttt")
    letter = app.extensions["cchc_tasks.post"].render(MailContent(message.kind, reader, dict(message.payload)))
    assert letter.subject == "Nhập số liệu báo cáo quý I năm 2021: còn 3 dòng, hạn 12/3/2021"
    assert f"{where}/don-vi" in letter.text and "- 1.4.1 " in letter.text
    assert f"{where}/don-vi" in letter.html


def test_a_document_that_came_later_is_drift_with_who_and_when(client, session, prepared):
    prepared.fill()
    prepared.accept_warnings()
    prepared.submit()
    enter(client, prepared.year.office.people["office"])
    late = {"happened_on": "2021-03-02", "text": "9/CV-STTTT đôn đốc", "amount": 1}
    assert client.post("/bao-cao/so-van-ban?nam=2021", data=late).status_code == 303

    shown = words(page(client, prepared, "viewer", "/trinh").get_element_by_id("thay-doi"))

    assert "thêm 9/CV-STTTT đôn đốc" in shown
    assert f"{prepared.year.office.people['office'].name} ghi lúc" in shown


def test_a_submitted_report_tells_in_words_what_was_accepted_and_why(client, prepared):
    prepared.fill("chưa có")
    prepared.accept_warnings()
    prepared.submit()

    for where, place in (("/kiem-tra", "da-chap-nhan"), ("/trinh", "chap-nhan")):
        shown = page(client, prepared, "viewer", where).get_element_by_id(place)
        [group] = [each for each in pick(shown, "li.good") if "dòng ghi “chưa có”" in words(each)]
        assert "Trần Thị Hạnh chấp nhận ngày 12/3/2021: Đã đối chiếu với hồ sơ." in words(group)
        assert any(words(line).startswith("1.4.1 ghi “chưa có”") for line in pick(group, "details li"))
        assert "|" not in words(shown)
