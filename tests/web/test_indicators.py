"""Chỉ tiêu 1.1: each number opens its list, what was known then stays, what moved since is told with its reason."""

import io
import re
from datetime import date

import openpyxl
import pytest
from lxml import html

from cchc_tasks.domain.counting import CountedThing, CountingRule, DoneWhen
from cchc_tasks.domain.drift import DriftReason
from cchc_tasks.services import corrections
from cchc_tasks.services.counting import rule_of
from cchc_tasks.storage.models import Plan
from cchc_tasks.web import clock
from cchc_tasks.wording.indicators import DRIFT_REASONS
from tests.factories import at, enter, make_office, make_plan, principal_of
from tests.support.year import confirm, make_year, report
from tests.web.test_boards import HOSTILE, rows_of_csv, texts, tree

TODAY = date(2021, 3, 25)
PARAMETERS = ("ke-hoach", "ky", "den-ngay", "biet-den", "so-voi", "dem", "mau", "ds", "dv")


@pytest.fixture
def today(monkeypatch):
    """Sets the day that the pages take for today."""

    def put(day, hour=17):
        monkeypatch.setattr(clock, "now", lambda: at(day, hour))

    put(TODAY)
    return put


@pytest.fixture
def year(session, today):
    return make_year(session)


@pytest.fixture
def office(client, year):
    return enter(client, year.office.people["office"])


def figures(page):
    """The figures on top of the page, by their words."""
    return {
        texts(each.xpath("./dt"))[0]: texts(each.xpath("./dd[@class='value']"))[0]
        for each in page.xpath("//div[contains(@class,'figure')][dt]")
    }


def drift_rows(page):
    return [texts(row.xpath("./td")) for row in page.xpath("//section[@id='chenh']//tbody/tr")]


def numbers_of_lists(page):
    """Each link to a list with the number it says."""
    found = []
    for link in page.xpath("//main//a[contains(@href,'/danh-sach?')]"):
        said = link.text_content().strip().replace(".", "")
        if re.fullmatch(r"\d+", said):
            found.append((int(said), link.get("href")))
    return found


# --- numbers


def test_the_numbers_of_a_period_by_the_rule_of_the_plan(office):
    page = tree(office, "/chi-tieu-1-1?ky=q1&dem=obligation")

    assert texts(page.xpath("//h1")) == ["Chỉ tiêu 1.1, chốt ngày 14/3/2021"]
    assert figures(page) == {
        "1.1.1 Số nhiệm vụ đề ra trong kế hoạch": "10",
        "1.1.2 Số nhiệm vụ đã hoàn thành": "2",
        "Hoàn thành trong kỳ": "2",
        "Hoàn thành đúng hạn": "1",
        "Hoàn thành quá hạn": "1",
        "Đến hạn tính đến ngày chốt": "3",
        "Quá hạn, chưa hoàn thành": "2",
        "Đã báo cáo, chưa xác nhận": "1",
    }
    assert "đạt 20,00%" in page.text_content()


@pytest.mark.parametrize(
    "address",
    [
        "/chi-tieu-1-1",
        "/chi-tieu-1-1?ky=q1",
        "/chi-tieu-1-1?ky=q1&dem=obligation&mau=due",
        "/chi-tieu-1-1?den-ngay=2021-03-07&dem=obligation",
        "/chi-tieu-1-1?ky=q1&biet-den=2021-03-07&dem=obligation",
        "/chi-tieu-1-1?ky=year&dem=area",
        "/chi-tieu-1-1?ky=q1&theo=hien-nay",
    ],
)
def test_z_every_number_is_the_length_of_the_list_it_opens(office, address):
    numbers = numbers_of_lists(tree(office, address))

    assert len(numbers) > 10
    for number, href in numbers:
        page = tree(office, href)
        assert len(page.xpath("//tbody/tr")) == number, href
        assert texts(page.xpath("//section[@id='ds']//span[@class='count']")) == [str(number)]


def test_the_numbers_of_each_unit_open_and_its_list_leads_back_to_the_whole_plan(office):
    page = tree(office, "/chi-tieu-1-1?ky=q1")

    links = page.xpath("//section[@id='don-vi']//tbody//a")
    of_units = tree(office, links[0].get("href"))

    assert len(links) >= 3
    assert sum(int(each.text_content()) for each in links if "ds=dat-ra" in each.get("href")) == 10
    (back,) = of_units.xpath("//nav[contains(@class,'trail')]//a/@href | //*[contains(@class,'trail')]//a/@href")
    assert "dv=" not in back and "dem=" not in back


def test_in_and_out_and_left_out_make_the_whole_plan(office):
    def length(name, extra=""):
        return len(tree(office, f"/chi-tieu-1-1/danh-sach?ky=q1&ds={name}{extra}").xpath("//tbody/tr"))

    assert length("hoan-thanh") + length("chua-xong") == length("dat-ra") == 10
    assert length("dat-ra", "&mau=due") + length("khong-dua-vao", "&mau=due") == 10


def test_each_period_of_the_year_stands_with_its_numbers(office):
    rows = tree(office, "/chi-tieu-1-1?dem=obligation").xpath("//section[@id='cac-ky']//tbody/tr")
    numbers = {texts(row.xpath("./th/a"))[0]: texts(row.xpath("./td"))[:6] for row in rows}

    assert list(numbers) == ["Quý I/2021", "6 tháng/2021", "Quý III/2021", "Năm 2021"]
    assert numbers["Quý I/2021"] == ["10", "2", "2", "1", "1", "3"]
    assert numbers["Quý III/2021"][2] == "0"  # nothing was done between 15/6 and 14/9


def test_the_period_whose_report_is_next_to_be_sent_is_shown_where_none_is_asked_for(office, today):
    today(date(2021, 3, 10))
    assert texts(tree(office, "/chi-tieu-1-1").xpath("//h1")) == ["Chỉ tiêu 1.1, chốt ngày 14/3/2021"]
    today(date(2021, 3, 20))
    assert texts(tree(office, "/chi-tieu-1-1").xpath("//h1")) == ["Chỉ tiêu 1.1, chốt ngày 14/3/2021"]
    today(date(2021, 3, 21))
    assert texts(tree(office, "/chi-tieu-1-1").xpath("//h1")) == ["Chỉ tiêu 1.1, chốt ngày 14/6/2021"]
    today(date(2023, 1, 1))
    assert texts(tree(office, "/chi-tieu-1-1").xpath("//h1")) == ["Chỉ tiêu 1.1, chốt ngày 14/12/2021"]


def test_the_signer_is_told_what_the_numbers_mean(office):
    said = " ".join(texts(tree(office, "/chi-tieu-1-1?ky=q1&dem=obligation").xpath("//section[@id='doc-so']//p")))

    assert "đã hoàn thành 2/10 nhiệm vụ, đạt tỷ lệ 20,00% (1 đúng hạn, 1 quá hạn)" in said
    assert "1 nhiệm vụ đã báo cáo nhưng chưa được xác nhận" in said and "số hoàn thành là 3" in said
    assert "2 nhiệm vụ quá hạn chưa hoàn thành cần giải trình" in said


def test_work_that_comes_too_late_for_the_year_is_said_early(office):
    said = tree(office, "/chi-tieu-1-1?ky=year&dem=obligation").text_content()

    assert (
        "1 nhiệm vụ có hạn trong năm nhưng sau ngày chốt; hoàn thành sau 14/12/2021 không kịp vào báo cáo năm" in said
    )


def test_other_ways_of_counting_stand_beside_the_one_in_use(office):
    rows = tree(office, "/chi-tieu-1-1?ky=q1").xpath("//section[@id='cach-khac']//tbody/tr")
    ways = {texts(row.xpath("./th"))[0]: texts(row.xpath("./td")) for row in rows}

    assert ways["Nhiệm vụ theo dòng (đang dùng)"] == ["2", "10", "20,00%"]
    assert ways["Mốc phải nộp, phần đến hạn"] == ["1", "3", "33,33%"]
    assert ways["Nhiệm vụ chung"] == ["0", "1", "0,00%"]


def test_without_a_plan_the_page_says_what_comes_next(client, session, today):
    nobody = enter(client, make_office(session).people["office"])
    session.commit()

    assert "Chưa có kế hoạch nào để tính" in tree(nobody, "/chi-tieu-1-1").text_content()
    assert nobody.get("/chi-tieu-1-1/danh-sach.csv").status_code == 303


def test_another_agency_does_not_see_the_plan(client, year):
    stranger = enter(client, year.office.people["stranger"])

    assert "163/KH-STTTT" not in stranger.get(f"/chi-tieu-1-1?ke-hoach={year.plan.id}").get_data(as_text=True)
    assert stranger.get(f"/chi-tieu-1-1/quy-tac/{year.plan.id}").status_code in (403, 404)


# --- what was known then, what is known now


def test_a_late_entry_moves_the_number_of_today_and_never_the_one_known_then(office, session, year):
    one = year.work["soon"]
    then = "/chi-tieu-1-1?ky=q1&biet-den=2021-03-19&dem=obligation"
    before = figures(tree(office, then))
    one = report(session, year.office, one, date(2021, 3, 10), recorded=at(date(2021, 3, 20)))
    confirm(session, year.office, one, at(date(2021, 3, 21)))

    assert figures(tree(office, then)) == before
    page = tree(office, "/chi-tieu-1-1?ky=q1&so-voi=2021-03-19&dem=obligation")
    assert figures(page)["1.1.2 Số nhiệm vụ đã hoàn thành"] == "3"
    assert "là 2, nay là 3" in page.text_content()
    [row] = drift_rows(page)
    assert row[0] == "+1" and row[2] == "10/3/2021" and row[3].startswith("21/3/2021")
    assert row[4] == DRIFT_REASONS[DriftReason.LATE_ENTRY]


def test_a_confirmation_after_the_report_was_sent_is_told_as_such(office, session, year):
    confirm(session, year.office, year.work["waiting"], at(date(2021, 3, 22)))

    [row] = drift_rows(tree(office, "/chi-tieu-1-1?ky=q1&dem=obligation"))  # compared with the day of sending

    assert row[0] == "+1" and row[4] == DRIFT_REASONS[DriftReason.LATE_CONFIRMATION]


def test_a_correction_that_takes_a_completion_away_is_told_as_such(office, session, year):
    corrections.correct_status(
        session,
        year.work["done"].id,
        version=year.work["done"].version,
        effective_on=None,
        reason="Nhập nhầm nhiệm vụ.",
        actor=principal_of(session, year.office.people["office"]),
        now=at(date(2021, 3, 24)),
    )

    rows = drift_rows(tree(office, "/chi-tieu-1-1?ky=q1&dem=obligation&so-voi=2021-03-20"))

    assert [row[0] for row in rows] == ["−1"]
    assert DRIFT_REASONS[DriftReason.CORRECTION] in rows[0][4]


def test_where_nothing_moved_the_page_says_so(office):
    page = tree(office, "/chi-tieu-1-1?ky=q1&so-voi=2021-03-20")

    assert "Không có ghi nhận nào sau 20/3/2021" in page.text_content()


# --- files


@pytest.mark.parametrize("name", ["dat-ra", "hoan-thanh", "chua-xong", "ly-do-overdue", "khong-dua-vao"])
def test_page_csv_and_workbook_hold_the_same_list(office, name):
    query = f"?ky=q1&ds={name}&dem=obligation"
    shown = texts(tree(office, f"/chi-tieu-1-1/danh-sach{query}").xpath("//tbody/tr/td[2]/a"))
    lines = rows_of_csv(office.get(f"/chi-tieu-1-1/danh-sach.csv{query}"))
    data = office.get(f"/chi-tieu-1-1/danh-sach.xlsx{query}").get_data()
    values = [[cell.value for cell in row] for row in openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows()]
    head = next(number for number, row in enumerate(values) if row[:2] == ["Dòng", "STT"])

    assert [line[2].removeprefix("'") for line in lines[1:]] == shown
    assert [row[2] for row in values[head + 1 :] if row[2]] == shown


def test_a_file_says_by_which_rule_and_as_at_when_it_was_counted(office):
    data = office.get("/chi-tieu-1-1/danh-sach.xlsx?ky=q1&ds=hoan-thanh").get_data()
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    above = " ".join(str(sheet.cell(row, 1).value) for row in range(1, 5))

    assert "chốt ngày 14/3/2021" in above and "Mỗi dòng trong bảng kế hoạch tính là một nhiệm vụ" in above


# --- bad input


@pytest.mark.parametrize("address", ["/chi-tieu-1-1", "/chi-tieu-1-1/danh-sach", "/chi-tieu-1-1/danh-sach.csv"])
def test_x5_what_cannot_be_read_is_left_out(office, address):
    for value in HOSTILE:
        response = office.get(address, query_string=dict.fromkeys(PARAMETERS, value))

        assert response.status_code == 200, value
        assert "<script>alert" not in response.get_data(as_text=True)


def test_a_value_that_was_set_aside_is_named(office):
    page = tree(office, "/chi-tieu-1-1?den-ngay=2021-02-30&dem=x")

    assert "Bỏ qua giá trị không đọc được ở: Chốt đến ngày, Đơn vị đếm" in page.text_content()


@pytest.mark.parametrize("address", ["/chi-tieu-1-1", "/chi-tieu-1-1/danh-sach"])
def test_only_reading_is_possible(office, address):
    assert office.post(address).status_code == 405


# --- the rule


def rule_fields(client, plan, **changes):
    """What the form of the rule sends, with `changes`."""
    page = html.document_fromstring(client.get(f"/chi-tieu-1-1/quy-tac/{plan.id}").get_data(as_text=True))
    [form] = [each for each in page.forms if "counted" in each.fields]
    return {**dict(form.form_values()), **changes}


def test_the_office_changes_the_rule_and_what_was_known_keeps_the_old_one(office, session, year):
    address = f"/chi-tieu-1-1/quy-tac/{year.plan.id}"
    fields = rule_fields(office, year.plan, counted="obligation", done_when="reported", noun="phần việc")

    response = office.post(address, data=fields)

    assert response.status_code == 303
    page = tree(office, response.location + "&ky=q1")
    assert figures(page)["1.1.2 Số phần việc đã hoàn thành"] == "3"
    session.rollback()
    known = rule_of(session, year.plan.agency_id, year.plan.id, known_at=at(date(2021, 3, 20)))
    assert known == CountingRule()
    assert rule_of(session, year.plan.agency_id, year.plan.id, known_at=at(TODAY, 18)) == CountingRule(
        counted=CountedThing.OBLIGATION, done_when=DoneWhen.REPORTED, noun="phần việc"
    )


def test_the_same_rule_sent_twice_is_written_once(office, session, year):
    address = f"/chi-tieu-1-1/quy-tac/{year.plan.id}"
    fields = rule_fields(office, year.plan, counted="obligation")

    assert office.post(address, data=fields).status_code == 303
    assert office.post(address, data=fields).status_code == 303
    session.rollback()
    session.expire_all()
    assert session.get(Plan, year.plan.id).version == 2


def test_a_rule_changed_by_somebody_else_meanwhile_is_not_written_over(office, session, year):
    address = f"/chi-tieu-1-1/quy-tac/{year.plan.id}"
    first, second = rule_fields(office, year.plan, counted="obligation"), rule_fields(office, year.plan, noun="việc")
    office.post(address, data=first)

    response = office.post(address, data=second)

    text = response.get_data(as_text=True)
    assert response.status_code == 409
    assert "Có người vừa sửa nội dung này" in text and 'value="việc"' in text
    page = html.document_fromstring(text)
    [form] = [each for each in page.forms if "counted" in each.fields]
    again = dict(form.form_values())
    assert again["version"] == "2"
    assert office.post(address, data=again).status_code == 303


def test_the_rule_in_force_is_not_written_again(office, year):
    response = office.post(f"/chi-tieu-1-1/quy-tac/{year.plan.id}", data=rule_fields(office, year.plan))

    assert response.status_code == 409
    assert "Không có gì thay đổi" in response.get_data(as_text=True)


@pytest.mark.parametrize("name, value", [("counted", "village"), ("noun", ""), ("denominator", ""), ("noun", "x" * 61)])
def test_a_rule_that_cannot_be_is_sent_back_with_what_was_chosen(office, year, name, value):
    fields = rule_fields(office, year.plan, done_when="reported", **{name: value})

    response = office.post(f"/chi-tieu-1-1/quy-tac/{year.plan.id}", data=fields)

    text = response.get_data(as_text=True)
    assert response.status_code == 422
    assert re.search(r'value="reported"[^>]*checked|checked[^>]*value="reported"', text)


def test_who_may_not_edit_the_plan_may_not_change_its_rule(client, year):
    for name in ("head", "viewer", "leader", "admin"):
        reader = enter(client, year.office.people[name])
        assert reader.get(f"/chi-tieu-1-1/quy-tac/{year.plan.id}").status_code == 403
        assert "Đổi quy tắc" not in reader.get("/chi-tieu-1-1").get_data(as_text=True)


def test_the_rule_of_no_plan_is_not_found(office, session, year):
    assert office.get("/chi-tieu-1-1/quy-tac/999999").status_code == 404


def test_plans_of_other_years_are_counted_by_their_own_periods(office, session, year):
    make_plan(session, year.office.agency, number="150/KH-STTTT", issued_on=date(2019, 12, 20), year=2020)
    session.commit()
    old = session.query(Plan).filter(Plan.year == 2020).one()

    assert "14/12/2020" in tree(office, f"/chi-tieu-1-1?ke-hoach={old.id}").text_content()
