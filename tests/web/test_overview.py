"""Tổng quan: the leader's page says what the lists behind it say, on one sheet of paper."""

import re
from datetime import date

import pytest

from cchc_tasks.web import clock
from cchc_tasks.web.overview.curve import ticks
from tests.factories import at, enter, make_office, make_plan, make_task
from tests.support.year import make_year
from tests.web.test_boards import HOSTILE, PARAMETERS, listed, number_links, texts, tree

TODAY = date(2021, 3, 10)


@pytest.fixture
def year(session, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: at(TODAY))
    return make_year(session)


@pytest.fixture
def leader(client, year):
    return enter(client, year.office.people["leader"])


def figures(page):
    return {texts(each.xpath("./dt"))[0]: texts(each.xpath("./dd")) for each in page.xpath("//div[dt and dd]")}


def test_the_five_numbers_of_the_briefing(leader):
    assert figures(tree(leader, "/tong-quan")) == {
        "Quá hạn, chưa hoàn thành": ["2", "không đổi trong tuần"],
        "Hoàn thành": ["2 / 10 mốc phải nộp", "20,00%, thêm 2 trong tuần"],
        "Đã đến hạn": ["3 hoàn thành 1", "33,33% số đến hạn"],
        "Đến hạn trong 30 ngày": ["1", "chưa báo cáo"],
        "Chờ xác nhận": ["1", "đã báo cáo"],
    }


def test_last_years_plan_is_still_one_click_away_when_next_years_stands(leader, session, year):
    assert not tree(leader, "/tong-quan").xpath("//ul[@class='views'][@aria-label='Kế hoạch']")
    make_plan(session, year.office.agency, number="9/KH-STTTT", year=2022)
    session.commit()

    page = tree(leader, "/tong-quan")
    ways = page.xpath("//ul[@aria-label='Kế hoạch']//a")

    assert texts(ways)[0] == "Năm mới nhất"
    (older,) = [each.get("href") for each in ways if "(2021)" in each.text_content()]
    assert figures(tree(leader, older))["Hoàn thành"][0] == "2 / 10 mốc phải nộp"
    assert tree(leader, "/bang-tien-do/ma-tran").xpath("//select[@name='kh']/option[contains(., '2021')]")


def test_z_every_number_is_the_length_of_the_list_it_opens(leader):
    numbers = number_links(tree(leader, "/tong-quan"))

    assert len(numbers) > 10
    for number, href in numbers:
        assert listed(leader, href) == number, href


def test_the_worst_stands_first_with_its_unit_and_since_when(leader):
    rows = tree(leader, "/tong-quan").xpath("//section[@id='nang-nhat']//tbody/tr")

    assert [texts(row.xpath("./td"))[1:] for row in rows] == [
        ["Phòng Công nghệ thông tin", "69 ngàytừ 31/12/2020", "Chưa thực hiện"],
        ["Phòng Công nghệ thông tin", "5 ngàytừ 05/3/2021", "Trả lại"],
    ]


def test_the_curve_says_in_words_what_it_draws(leader):
    said = tree(leader, "/tong-quan").xpath("//desc")[0].text_content()

    assert "Đến 10/3/2021: hoàn thành 2 · đến hạn 3 · nhịp kế hoạch 3" in said


def test_units_and_areas_add_up_to_the_same_total(leader):
    page = tree(leader, "/tong-quan")
    for name in ("theo-don-vi", "theo-linh-vuc"):
        bars = texts(page.xpath(f"//section[@id='{name}']//span[@class='n']"))
        assert sum(int(bar.rpartition("/")[2]) for bar in bars) == 10


def test_x5_what_cannot_be_read_is_left_out(leader):
    for value in HOSTILE:
        assert leader.get("/tong-quan", query_string=dict.fromkeys(PARAMETERS, value)).status_code == 200, value


def test_without_a_plan_the_page_says_what_comes_next(client, session):
    nobody = enter(client, make_office(session).people["leader"])
    session.commit()

    assert "Chưa có gì để tổng hợp" in tree(nobody, "/tong-quan").text_content()


@pytest.mark.parametrize("highest, expected", [(1, [0, 1]), (9, [0, 2, 4, 6, 8, 10]), (75, [0, 20, 40, 60, 80])])
def test_grid_lines_reach_the_highest_value(highest, expected):
    assert ticks(highest) == expected


@pytest.mark.parametrize("number", [1, 7, 83, 999, 10_001, 123_456])
def test_there_are_never_more_than_six_grid_lines(number):
    assert len(ticks(number)) <= 6 and ticks(number)[-1] >= number


def test_the_page_prints_on_one_sheet(year, session, new_page):
    for number in range(30):
        make_task(session, year.plan, lead=year.office.unit, due_on=date(2021, 1, 1 + number % 28))
    session.commit()
    page = new_page()
    page.goto("/dang-nhap")
    page.fill("[name=email]", year.office.people["leader"].email)
    page.fill("[name=password]", "mua xuan o Pleiku")
    page.click("button[type=submit]")
    page.goto("/tong-quan")

    paper = page.pdf(prefer_css_page_size=True)

    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1
