"""Checks in groups, what a leader signs, and what happened after the submission: the office's half over HTTP."""

from datetime import date

import pytest
from lxml import html

from cchc_tasks.domain.counting import CountedThing, CountingRule
from cchc_tasks.domain.reorganisations import ReorganisationKind
from cchc_tasks.services import reorganising, reports
from cchc_tasks.services.reorganising import DecisionPaper, Order, Successor
from cchc_tasks.storage.models import PlanKind
from cchc_tasks.storage.queries import reports as queries
from tests.factories import at, enter, make_plan, make_task
from tests.support.official import read_docx
from tests.support.picking import pick
from tests.support.reports import NOW, Prepared, prepare
from tests.support.year import confirm, report


@pytest.fixture
def prepared(app, session) -> Prepared:
    """A report whose last rows of section 1 are asked of a unit."""
    made = prepare(session)
    unit = made.year.office.unit
    keys = {row.key: unit.id for row in made.told().form.rows if row.code in ("1.4.1", "1.4.2", "1.5")}
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


def held(session, prepared, code):
    session.rollback()
    session.expire_all()
    key = next(row.key for row in prepared.told().form.rows if row.code == code)
    entry = queries.entries_of(session, prepared.report).get(key)
    return None if entry is None else (entry.ordinal, entry.printed, entry.note)


def test_blank_rows_of_a_section_stand_in_one_group_that_is_accepted_whole(client, session, prepared):
    checks = page(client, prepared, "office", "/kiem-tra")
    sentences = [words(line) for line in pick(checks, "li.warn")]
    assert len(sentences) < 20 and not any(sentences.count(each) > 1 for each in sentences)
    group = next(each for each in pick(checks, "#muc-1 li[data-bulk-set]") if "dòng còn trống" in words(each))
    [box] = pick(group, "[name=nhom]")
    inside = [each.get("value") for each in pick(group, f"[name='trong-{box.get('value')}']")]
    links = [link.text_content() for link in pick(group, ".row-links a")]
    assert len(inside) == len(links) == int(words(group).split(" ")[0])
    assert "Đến dòng 1.4.1" in links and "Nhập số, hoặc chọn" in words(group)

    # As a browser without script sends it: the group, and what stood in it.
    values = {"nhom": box.get("value"), f"trong-{box.get('value')}": inside, "reason": ""}
    refused = post(client, prepared, "office", "/kiem-tra", **values)
    assert refused.status_code == 422
    again = html.fromstring(refused.get_data(as_text=True))
    kept = [each.get("value") for each in pick(again, "[name=nhom]") if each.get("checked") is not None]
    assert kept == [box.get("value")]
    values["reason"] = "Chưa đến kỳ."
    assert post(client, prepared, "office", "/kiem-tra", **values).status_code == 303

    session.rollback()
    assert len(queries.acceptances_of(session, prepared.report)) == len(inside)
    shown = page(client, prepared, "office", "/kiem-tra").get_element_by_id("muc-1")
    assert f"{len(inside)} dòng còn trống" in words(shown)
    assert "Trần Thị Hạnh chấp nhận ngày" in words(shown) and not pick(shown, "[name=nhom]")


def test_the_blank_rows_of_a_section_are_answered_not_yet_together_and_notes_stay(client, session, prepared):
    post(
        client, prepared, "head", "/don-vi", **{"so-1.4.1": "7", "thay-1.4.1": 0, "ghi-1.5": "Chờ lịch", "thay-1.5": 0}
    )
    checks = page(client, prepared, "office", "/kiem-tra")
    [button] = pick(checks, "#muc-1 button[name=chua-co]")

    response = post(client, prepared, "office", "/kiem-tra", **{"chua-co": button.get("value")})

    assert response.status_code == 303
    assert held(session, prepared, "1.4.1")[1] == "7"
    assert held(session, prepared, "1.4.2")[1:] == ("chưa có", "")
    assert held(session, prepared, "1.5") == (2, "chưa có", "Chờ lịch")
    assert held(session, prepared, "1.1.2") is None
    assert post(client, prepared, "office", "/kiem-tra", **{"chua-co": "99"}).status_code == 404
    assert post(client, prepared, "head", "/kiem-tra", **{"chua-co": "1"}).status_code == 403


def test_the_page_of_submission_says_what_is_signed_and_hides_the_machine(client, prepared):
    post(client, prepared, "office", "/dong/1.1.2/in-khac", way="khac", printed="3", reason="Theo Công văn 5.", seen=0)

    shown = page(client, prepared, "leader", "/trinh")

    signed = words(shown.get_element_by_id("chot"))
    assert "Quý I năm 2021, số liệu từ 15/12/2020 đến hết 14/3/2021" in signed
    assert "1 số in khác số máy tính" in signed and "Trần Thị Hạnh ghi số in khác dòng 1.1.2" in signed
    numbers = words(shown.get_element_by_id("so-may"))
    assert "Máy tính ra 2. Theo Công văn 5.Trần Thị Hạnh," in numbers
    plans = words(shown.get_element_by_id("ke-hoach"))
    assert f"{prepared.year.plan.number} ngày" in plans and "Tính vào dòng 1.1.1, 1.1.2" in plans and "Mỗi" in plans
    [fold] = pick(shown, "details.fold")
    assert fold.get("open") is None and "Sổ theo dõi đến dòng" in words(fold)


def test_a_merger_after_the_submission_is_told_though_no_figure_moved(client, session, prepared):
    prepared.fill()
    prepared.accept_warnings()
    prepared.submit()
    office = prepared.year.office
    paper = DecisionPaper("05/QĐ-STTTT", date(2021, 3, 8), "Sáp nhập hai đơn vị")
    units = ((office.unit.id,), (Successor(office.other_unit.id),))
    order = Order(ReorganisationKind.MERGE, paper, date(2021, 3, 10), *units)
    reorganising.record(session, order, actor=prepared.who("office"), now=at(date(2021, 3, 23)))

    shown = words(page(client, prepared, "viewer", "/trinh").get_element_by_id("thay-doi"))

    assert "Số liệu đã trình vẫn đúng như hiện nay." in shown
    assert "Sắp xếp đơn vị từ ngày 10/3/2021 theo 05/QĐ-STTTT ngày 08/3/2021" in shown


def write_first_proposal(client, prepared) -> str:
    """Puts the sentence about the plan into its section; the section's place."""
    text = page(client, prepared, "office", "/loi-van")
    button = next(each for each in pick(text, "button[name=chen]") if "2/10" in words(each.getparent()))
    place = button.get("value").partition("/")[0]
    values = {f"van-{place}": "", f"thay-{place}": 0, "chen": button.get("value")}
    assert post(client, prepared, "office", "/loi-van", **values).status_code == 303
    return place


def test_a_number_in_the_text_opens_to_what_was_counted_on_every_page_that_prints_it(client, prepared):
    write_first_proposal(client, prepared)

    prepared.fill()
    prepared.accept_warnings()
    for role in ("office", "viewer", "leader"):
        if role == "leader":
            prepared.submit()
        marks = pick(page(client, prepared, role, "/loi-van"), ".preview .bound")
        done = next(each for each in marks if each.text.strip() == "2")
        listed = html.fromstring(client.get(done.get("href")).get_data(as_text=True))
        assert len(pick(listed, "#da-tinh li")) == 2


def test_a_row_named_in_braces_becomes_its_number_and_one_that_is_not_there_is_told(client, prepared):
    place = write_first_proposal(client, prepared)
    typed = {f"van-{place}": "Sở đã xong {{1.1.2}}/{{1.1.1}} việc, {{9.9}}.", f"thay-{place}": 1}

    refused = post(client, prepared, "office", "/loi-van", **typed)

    assert refused.status_code == 422
    shown = html.fromstring(refused.get_data(as_text=True))
    assert "Không có dòng nào của biểu ứng với “{{9.9}}”" in words(shown)
    assert "{{9.9}}" in pick(shown, f"[name='van-{place}']")[0].text_content()
    taken = {**typed, f"van-{place}": "Sở đã xong {{1.1.2}}/{{1.1.1}} việc."}
    assert post(client, prepared, "office", "/loi-van", **taken).status_code == 303
    [area] = pick(page(client, prepared, "office", "/loi-van"), f"[name='van-{place}']")
    assert area.text_content().strip() == "Sở đã xong {{1.1.2=2}}/{{1.1.1=10}} việc."


NUMBERED = "Số: 12/BC-STTTT"


def file_of(client, report_id, ending):
    response = client.get(f"/bao-cao/{report_id}/tep.{ending}")
    assert response.status_code == 200
    return response.get_data(), response.headers["Content-Disposition"]


def test_a_corrected_report_tells_what_it_changes_and_leaves_the_first_as_it_was(client, session, prepared):
    place = write_first_proposal(client, prepared)
    prepared.fill()
    prepared.accept_warnings()
    prepared.submit()
    accepted = set(queries.acceptances_of(session, prepared.report))
    session.refresh(prepared.report)
    values = {"version": prepared.report.version, "number": "12/BC-STTTT", "issued_on": "2021-03-12"}
    assert post(client, prepared, "office", "/cap-so", **values).status_code == 303
    endings = ("docx", "pdf", "xlsx", "csv")
    before = {ending: file_of(client, prepared.report.id, ending) for ending in endings}
    assert NUMBERED in read_docx(before["docx"][0]).lines and "ban-dinh-chinh" not in before["docx"][1]

    reports.correct(session, prepared.report.id, actor=prepared.who("office"), now=at(date(2021, 3, 25)))
    first, prepared.report = prepared.report, queries.editions_of(session, prepared.report)[-1]
    assert set(queries.acceptances_of(session, prepared.report)) == accepted
    changed = {"so-1.4.1": "9", "thay-1.4.1": 1}
    assert post(client, prepared, "office", "?muc=1", **changed).status_code == 303
    said = {f"van-{place}": "Câu mới.", f"thay-{place}": 1}
    assert post(client, prepared, "office", "/loi-van", **said).status_code == 303

    shown = page(client, prepared, "office", "/trinh")
    lines = [words(line) for line in pick(shown.get_element_by_id("khac"), "tbody tr")]
    assert len(lines) == 2 and lines[0].startswith("1.4.1") and lines[0].endswith("không áp dụng9")
    assert lines[1].startswith("Lời văn")
    assert "bản đầu (trình ngày 12/3/2021, số 12/BC-STTTT ngày 12/3/2021)" in words(shown.get_element_by_id("chot"))
    assert {ending: file_of(client, first.id, ending) for ending in endings} == before
    again, name = file_of(client, prepared.report.id, "docx")
    assert "ban-dinh-chinh-1" in name and NUMBERED not in read_docx(again).lines


def test_the_office_names_which_plan_feeds_which_row_about_inspections_and_its_drift_is_explained(client, session):
    """One form asks for inspections of offices and of districts: the plan of inspections feeds only the row named."""
    made = prepare(session, "quang-binh-so-nganh")
    office = made.year.office
    rule = CountingRule(counted=CountedThing.TASK, noun="cuộc")
    plan = make_plan(session, office.agency, number="20/KH-STTTT", rule=rule)
    plan.kind = PlanKind.INSPECTION
    one = make_task(session, plan, lead=office.unit, due_on=date(2021, 3, 1), text="Kiểm tra Phòng CNTT").obligation
    session.commit()
    form = pick(page(client, made, "office", "/thiet-lap"), "#ky form")[0]
    values = {each.name: each.value for each in pick(form, "input") if each.get("type") not in ("checkbox", "radio")}
    values |= {"units_asked": "then", "plan_ids": made.year.plan.id, "rieng-1.2.1": plan.id}
    assert post(client, made, "office", "/thiet-lap", **values).status_code == 303

    plans = words(page(client, made, "leader", "/trinh").get_element_by_id("ke-hoach"))
    assert "Kế hoạch kiểm tra số 20/KH-STTTT" in plans and "Tính vào dòng 1.2.1 " in plans
    assert "cuộc" in words(page(client, made, "viewer", "/dong/1.2.1").get_element_by_id("so-lieu"))
    session.rollback()
    session.expire_all()
    assert made.told().figures["steer.inspect.agencies_provincial"].computed.printed == "0"
    assert made.told().figures["steer.inspect.districts"].computed is None

    made.fill()
    made.accept_warnings()
    made.submit()
    report(session, office, one, date(2021, 3, 1), recorded=at(date(2021, 3, 22)))
    confirm(session, office, one, at(date(2021, 3, 23)))
    moved = words(page(client, made, "viewer", "/trinh").get_element_by_id("thay-doi"))
    assert "1.2.1" in moved and "Kiểm tra Phòng CNTT" in moved
    assert "Báo cáo hoàn thành ngày 01/3/2021, kèm văn bản" in moved
