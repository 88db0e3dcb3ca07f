"""Bảng tiến độ: one list seen four ways; each number is the length of the list it opens."""

import csv
import io
import re
from datetime import date
from urllib.parse import quote

import openpyxl
import pytest
from lxml import html
from sqlalchemy import event

from cchc_tasks.domain.counting import CountedThing, CountingRule
from cchc_tasks.services.counting import rule_values
from cchc_tasks.storage.db import db
from cchc_tasks.storage.models import PlanRule
from cchc_tasks.web import clock
from tests.factories import at, enter, make_plan, make_task
from tests.support.year import make_year

TODAY = date(2021, 3, 10)
PAGES = ("/bang-tien-do/cot", "/bang-tien-do/ma-tran", "/bang-tien-do/nam", "/bang-tien-do/bang")
PARAMETERS = ("q", "kh", "dv", "lv", "han", "cot", "dinh-ky", "tu", "den", "moc", "ngay", "biet", "dong", "tat-ca")
HOSTILE = (
    "' OR 1=1 --",
    '"; DROP TABLE plans; --',
    "%",
    "_",
    "\\",
    "\x00",
    "\ud800".encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
    "-1",
    "0",
    "1e9",
    "99999999999999999999999999",
    "٣",
    "2021-02-30",
    "9999-12-31",
    "0001-01-01",
    "0000-00-00",
    "31/11/2021",
    "2021-03-10T00:00:00Z",
    "<script>alert(1)</script>",
    "{{ 7*7 }}",
    "../../etc/passwd",
    "qua-han'",
    "NULL",
    "a" * 5000,
    "đ " * 400,
    "\u202e\u200b",
    "[]",
    "1;SELECT pg_sleep(1)",
)


@pytest.fixture
def year(session, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: at(TODAY))
    return make_year(session)


@pytest.fixture
def reader(client, year):
    return enter(client, year.office.people["office"])


def tree(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    return html.document_fromstring(response.get_data(as_text=True))


def texts(nodes):
    return [" ".join(node.text_content().split()) for node in nodes]


def listed(client, address):
    """How many rows the list at `address` has."""
    return len(tree(client, address).xpath("//tbody//tr"))


def counts_of(page):
    """Each column of the board with its number."""
    return {
        section.get("id").removeprefix("cot-"): int(section.xpath(".//*[contains(@class,'count')]")[0].text_content())
        for section in page.xpath("//section[contains(@class,'col')]")
    }


# --- columns


def test_work_stands_in_the_column_of_its_status_and_returned_work_by_itself(reader):
    page = tree(reader, "/bang-tien-do/cot")

    assert counts_of(page) == {"not_started": 6, "in_progress": 0, "reported": 1, "returned": 1, "done": 2}
    assert "10 mốc phải nộp · 2 quá hạn" in texts(page.xpath("//*[@class='total']"))


def test_the_most_pressing_card_comes_first_and_the_last_finished_one_in_done(reader):
    page = tree(reader, "/bang-tien-do/cot")

    titles = texts(page.xpath("//section[@id='cot-not_started']//a[contains(@class,'title')]"))
    assert titles[0] == "Kế hoạch đào tạo, bồi dưỡng"
    done = texts(page.xpath("//section[@id='cot-done']//a[contains(@class,'title')]"))
    assert done == ["Quy chế làm việc", "Kế hoạch tuyên truyền"]


def test_a_long_column_opens_whole_on_one_page(reader, session, year):
    for _ in range(12):
        make_task(session, year.plan, lead=year.office.unit)
    session.commit()
    page = tree(reader, "/bang-tien-do/cot")
    [more] = page.xpath("//section[@id='cot-not_started']//a[@class='more']")

    assert "Xem thêm 12 mốc phải nộp" in more.text_content()
    whole = tree(reader, more.get("href"))

    assert len(whole.xpath("//section[@id='cot-not_started']//li[contains(@class,'job')]")) == 18
    assert len(whole.xpath("//form[@id='chuyen']")) == 1
    assert len(whole.xpath("//button[@form='chuyen']")) == 22


def test_a_card_offers_the_moves_of_its_status_to_whom_they_belong(client, year):
    def moves(name, column):
        page = tree(enter(client, year.office.people[name]), "/bang-tien-do/cot")
        return sorted(set(texts(page.xpath(f"//section[@id='cot-{column}']//div[@class='move-list']/a"))))

    assert moves("head", "not_started") == ["Báo cáo hoàn thành", "Bắt đầu thực hiện"]
    assert moves("head", "reported") == ["Rút báo cáo"]
    assert {"Trả lại", "Xác nhận"} <= set(moves("office", "reported"))
    assert moves("viewer", "not_started") == []


@pytest.mark.parametrize("step", ["", "start", "report", "confirm", "return", "reopen", "nothing"])
def test_a_move_leads_to_the_page_with_the_one_form(reader, year, step):
    response = reader.get(f"/bang-tien-do/chuyen?muc={year.work['late'].id}&buoc={step}")

    assert response.status_code == 303
    assert response.location.endswith(f"#muc-{year.work['late'].id}")
    assert reader.get(response.location).status_code == 200 or step in ("confirm", "return")


@pytest.mark.parametrize("asked", ["0", "-1", "9" * 30, "x", "٣", "999999"])
def test_a_move_of_nothing_known_is_not_found(reader, asked):
    assert reader.get("/bang-tien-do/chuyen", query_string={"muc": asked}).status_code == 404


def test_another_agency_sees_nothing_of_it(client, year):
    stranger = enter(client, year.office.people["stranger"])

    for page in PAGES:
        assert "Kế hoạch đào tạo" not in stranger.get(page).get_data(as_text=True)
    assert stranger.get(f"/bang-tien-do/chuyen?muc={year.work['late'].id}").status_code == 404
    assert stranger.get("/bang-tien-do/bang.csv").get_data(as_text=True).count("\n") == 1


@pytest.mark.parametrize("page", PAGES)
def test_only_reading_is_possible(reader, page):
    assert reader.post(page).status_code == 405


# --- filters


@pytest.mark.parametrize(
    "query, names",
    [
        ("han=qua-han", {"Kế hoạch đào tạo, bồi dưỡng", "Báo cáo chuyên đề ứng dụng công nghệ thông tin"}),
        ("han=sap-den-han", {"Rà soát thủ tục hành chính"}),
        ("han=cho-xac-nhan", {"=1+1 Quyết định đường dây nóng"}),
        ("han=xong-qua-han", {"Quy chế làm việc"}),
        ("han=da-xong", {"Quy chế làm việc", "Kế hoạch tuyên truyền"}),
        ("cot=tra-lai", {"Báo cáo chuyên đề ứng dụng công nghệ thông tin"}),
        ("dv=chua-ro", {"Văn bản trả lời"}),
        ("q=duong day nong", {"=1+1 Quyết định đường dây nóng"}),
        ("q=ĐƯỜNG DÂY", {"=1+1 Quyết định đường dây nóng"}),
        ("moc=khong", {"Tham mưu xây dựng văn bản", "Văn bản trả lời"}),
        ("tu=2021-06-01&den=2021-06-30", {"Kiểm tra công vụ"}),
        ("den=2020-12-31", {"Kế hoạch đào tạo, bồi dưỡng"}),
        ("q=kh%C3%B4ng c%C3%B3", set()),
    ],
)
def test_a_filter_narrows_the_list_on_every_view(reader, query, names):
    page = tree(reader, f"/bang-tien-do/bang?{query}")
    assert set(texts(page.xpath("//tbody//a[@class='plain']"))) == names

    for view in ("/bang-tien-do/cot", "/bang-tien-do/ma-tran", "/bang-tien-do/nam"):
        [total] = texts(tree(reader, f"{view}?{query}").xpath("//*[@class='total']"))
        assert total.startswith(f"{len(names)} mốc phải nộp"), view


def test_a_chip_takes_off_its_filter_and_keeps_the_others(reader, year):
    unit = year.office.unit.id
    page = tree(reader, f"/bang-tien-do/bang?han=chua-xong&dv={unit}")
    chips = {chip.text_content().split(",")[0]: chip.get("href") for chip in page.xpath("//a[@class='chip']")}

    assert set(chips) == {"Chưa hoàn thành", "Phòng Công nghệ thông tin"}
    assert chips["Chưa hoàn thành"] == f"/bang-tien-do/bang?dv={unit}"
    assert chips["Phòng Công nghệ thông tin"] == "/bang-tien-do/bang?han=chua-xong"


def test_the_newest_year_is_shown_first_and_any_plan_can_be_asked_for(reader, session, year):
    old = make_plan(session, year.office.agency, number="150/KH-STTTT", issued_on=date(2019, 12, 20), year=2020)
    make_task(session, old, lead=year.office.unit, deliverable_texts=("Việc năm trước",))
    session.commit()

    assert listed(reader, "/bang-tien-do/bang") == 10
    assert listed(reader, f"/bang-tien-do/bang?kh={old.id}") == 1
    assert listed(reader, "/bang-tien-do/bang?kh=tat-ca") == 11


@pytest.mark.parametrize("page", PAGES)
def test_x5_what_cannot_be_read_is_left_out_and_never_breaks_a_page(reader, page):
    for value in HOSTILE:
        with_all = reader.get(page, query_string=dict.fromkeys(PARAMETERS, value))
        assert with_all.status_code == 200, value
        assert "<script>alert" not in with_all.get_data(as_text=True)


@pytest.mark.parametrize("name", [each for each in PARAMETERS if each != "q"])
def test_x5_an_unread_value_answers_as_if_it_were_not_there(reader, name):
    [usual] = texts(tree(reader, "/bang-tien-do/bang").xpath("//*[@class='total']"))

    for value in HOSTILE[:12]:
        address = f"/bang-tien-do/bang?{name}={quote(value)}"
        assert texts(tree(reader, address).xpath("//*[@class='total']")) == [usual], value


# --- the matrix


def number_links(page):
    """Every link of the page whose text is a number, with the number."""
    found = []
    for link in page.xpath("//main//a[@href]"):
        said = link.text_content().strip().replace(".", "")
        if re.fullmatch(r"\d+", said):
            found.append((int(said), link.get("href")))
    return found


@pytest.mark.parametrize(
    "address",
    [
        "/bang-tien-do/cot",
        "/bang-tien-do/ma-tran",
        "/bang-tien-do/ma-tran?dong=linh-vuc",
        "/bang-tien-do/ma-tran?ngay=2021-03-05",
        "/bang-tien-do/ma-tran?ngay=2021-03-07&biet=2021-03-07",
        "/bang-tien-do/ma-tran?han=chua-xong",
        "/bang-tien-do/ma-tran?q=ke hoach",
    ],
)
def test_z_every_number_is_the_length_of_the_list_it_opens(reader, address):
    numbers = number_links(tree(reader, address))

    assert numbers
    for number, href in numbers:
        assert listed(reader, href) == number, href


@pytest.mark.parametrize("page", PAGES)
def test_the_total_and_the_overdue_of_each_view_open_their_lists(reader, page):
    links = tree(reader, f"{page}?den=2021-03-31").xpath("//*[@class='total']/a")

    assert texts(links) == ["6 mốc phải nộp", "2 quá hạn"]
    for link in links:
        assert listed(reader, link.get("href")) == int(re.findall(r"\d+", link.text_content())[0])


def test_the_totals_of_the_year_open_their_lists(reader):
    numbers = [
        (int(link.text_content()), link.get("href")) for link in tree(reader, "/bang-tien-do/nam").xpath("//tfoot//a")
    ]

    assert sum(number for number, _href in numbers) == 10
    for number, href in numbers:
        assert listed(reader, href) == number, href


def matrix_numbers(page):
    """The numbers of each row of the matrix, by its name."""
    rows = page.xpath("//table[contains(@class,'matrix')]//tr[th[@scope='row']]")
    return {
        texts(row.xpath("./th"))[0]: [int(cell.text_content()) for cell in row.xpath("./td[contains(@class,'n')]")]
        for row in rows
        if row.xpath("./th")
    }


def test_the_matrix_counts_each_piece_once_where_it_counts(reader):
    numbers = matrix_numbers(tree(reader, "/bang-tien-do/ma-tran"))

    # quá hạn, sắp đến hạn, trong hạn, không ngày, chờ xác nhận, đúng hạn, quá hạn, tổng
    assert numbers["Phòng Công nghệ thông tin"] == [2, 1, 1, 0, 1, 1, 1, 7]
    assert numbers["Thanh tra Sở"] == [0, 0, 1, 1, 0, 0, 0, 2]
    assert numbers["Chưa rõ chủ trì"] == [0, 0, 0, 1, 0, 0, 0, 1]
    assert numbers["Toàn cơ quan"] == [2, 1, 2, 2, 1, 1, 1, 10]


@pytest.mark.parametrize("query", ["", "?dong=linh-vuc", "?ngay=2021-03-05", "?ngay=2021-12-31", "?han=chua-xong"])
def test_the_totals_are_the_sums_of_their_parts(reader, query):
    numbers = matrix_numbers(tree(reader, f"/bang-tien-do/ma-tran{query}"))
    total = numbers.pop("Toàn cơ quan")

    assert [sum(column) for column in zip(*numbers.values(), strict=True)] == total
    assert all(sum(row[:-1]) == row[-1] for row in [*numbers.values(), total])


def test_a_unit_that_only_coordinates_is_named_with_a_note(reader):
    [row] = tree(reader, "/bang-tien-do/ma-tran").xpath("//tr[th[contains(., 'Văn phòng Sở')]]")

    assert "Chỉ phối hợp" in row.text_content()


def test_the_matrix_of_a_past_day_does_not_know_what_came_later(reader):
    then = matrix_numbers(tree(reader, "/bang-tien-do/ma-tran?ngay=2021-03-07&biet=2021-03-07"))
    now = matrix_numbers(tree(reader, "/bang-tien-do/ma-tran?ngay=2021-03-07"))

    assert then["Toàn cơ quan"][5:7] == [0, 0]  # reported by the 7th, confirmed on the 8th
    assert now["Toàn cơ quan"][5:7] == [1, 1]


# --- files


def rows_of_csv(response):
    return list(csv.reader(io.StringIO(response.get_data().decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("query", ["", "han=qua-han", "cot=xong", "dv=chua-ro", "ngay=2021-03-05"])
def test_page_csv_and_workbook_hold_the_same_list(reader, query):
    page = tree(reader, f"/bang-tien-do/bang?{query}")
    shown = texts(page.xpath("//tbody//td[@class='code']"))
    lines = rows_of_csv(reader.get(f"/bang-tien-do/bang.csv?{query}"))
    sheet = openpyxl.load_workbook(io.BytesIO(reader.get(f"/bang-tien-do/bang.xlsx?{query}").get_data())).active
    values = [[cell.value for cell in row] for row in sheet.iter_rows()]
    head = next(number for number, row in enumerate(values) if row[:2] == ["Dòng", "STT"])

    assert [line[1] for line in lines[1:]] == shown
    assert [row[1] for row in values[head + 1 :]] == shown


def test_x3_a_title_that_looks_like_a_formula_stays_text(reader):
    lines = rows_of_csv(reader.get("/bang-tien-do/bang.csv?han=cho-xac-nhan"))
    sheet = openpyxl.load_workbook(io.BytesIO(reader.get("/bang-tien-do/bang.xlsx?han=cho-xac-nhan").get_data())).active

    assert lines[1][3] == "'=1+1 Quyết định đường dây nóng"
    cells = [cell for row in sheet for cell in row if "=1+1" in str(cell.value)]
    assert cells and {cell.data_type for cell in cells} == {"s"}


def test_the_file_of_the_matrix_holds_the_numbers_of_the_page(reader):
    numbers = matrix_numbers(tree(reader, "/bang-tien-do/ma-tran"))
    lines = rows_of_csv(reader.get("/bang-tien-do/ma-tran.csv"))

    assert {line[0]: [int(value) for value in line[1:]] for line in lines[1:]} == numbers


def test_a_file_is_kept_and_not_shown(reader):
    response = reader.get("/bang-tien-do/bang.xlsx")

    assert response.headers["Content-Disposition"] == 'attachment; filename="bang-tien-do-2021-03-10.xlsx"'


# --- cost


@pytest.fixture
def queries(app):
    """Every statement the application sends while the test runs."""
    sent = []
    with app.app_context():
        engine = db.engine

    def note(_connection, _cursor, statement, *_rest):
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


COSTED = (*PAGES, "/bang-tien-do/cot?tat-ca=1", "/bang-tien-do/bang?ngay=2021-03-10", "/bang-tien-do/bang.csv")
COSTED += ("/chi-tieu-1-1", "/chi-tieu-1-1?ky=q1&so-voi=2021-03-01", "/chi-tieu-1-1/danh-sach?ds=dat-ra")


def test_no_query_count_grows_with_the_number_of_rows(reader, session, year, queries):
    def cost(address):
        queries.clear()
        assert reader.get(address).status_code == 200
        return len(queries)

    # The first request of a day looks for decisions about units that are due.
    cost(COSTED[0])
    few = {address: cost(address) for address in COSTED}
    for number in range(200):
        make_task(session, year.plan, lead=year.office.unit, text=f"Việc {number}")
    session.commit()

    assert {address: cost(address) for address in COSTED} == few
    assert max(few.values()) < 50


def test_a_row_of_a_whole_board_costs_at_most_600_bytes_beyond_its_words(reader, session, year):
    def size(address):
        return len(reader.get(address).get_data())

    words = "Báo cáo kết quả"
    before = {address: size(address) for address in ("/bang-tien-do/cot?tat-ca=1", "/bang-tien-do/bang")}
    for _ in range(100):
        make_task(session, year.plan, lead=year.office.unit, deliverable_texts=(words,))
    session.commit()

    for address, empty in before.items():
        assert (size(address) - empty) / 100 - len(words.encode()) <= 600, address


def test_what_is_listed_is_called_as_the_rule_of_the_plan_calls_it(reader, session, year):
    rule = CountingRule(counted=CountedThing.OBLIGATION, noun="phần việc")
    recorded_at = at(TODAY)
    plan_id, agency_id = year.plan.id, year.plan.agency_id
    session.add(
        PlanRule(
            agency_id=agency_id,
            plan_id=plan_id,
            ordinal=9,
            rule=rule_values(rule),
            recorded_at=recorded_at,
            actor_id=None,
        )
    )
    session.commit()

    for page in PAGES:
        assert "10 phần việc" in " ".join(texts(tree(reader, page).xpath("//*[@class='total']"))), page
    assert "10 phần việc" in " ".join(texts(tree(reader, "/ke-hoach/").xpath("//td")))
    assert "10 phần việc" in tree(reader, f"/ke-hoach/{plan_id}").text_content()
