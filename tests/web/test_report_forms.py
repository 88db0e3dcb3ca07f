"""Shows 5: a form of 40 rows comes as an Excel table, is filled and exported without code; a bad one answers by row."""

import io

import openpyxl
import pytest
from lxml import html

from cchc_tasks.storage.models import Report
from tests.factories import enter
from tests.support.picking import pick
from tests.support.year import make_year

HEAD = ("STT", "Chỉ tiêu thống kê", "Đơn vị tính", "Mã chỉ tiêu", "Công thức", "Đơn vị phụ trách")


def rows_of_a_new_form():
    """Two sections, 38 rows below them: the plan's rows by their key, a sum, options, percentages, counts."""
    rows = [
        ("I", "Chỉ đạo, điều hành", "", "", "", ""),
        ("1", "Số nhiệm vụ trong kế hoạch", "Nhiệm vụ", "steer.plan.tasks_set", "", ""),
        ("2", "Số nhiệm vụ đã hoàn thành", "Nhiệm vụ", "steer.plan.tasks_done", "", ""),
        ("3", "Tổng số hồ sơ", "Hồ sơ", "", "1.4 + 1.5", ""),
        ("4", "Hồ sơ trực tuyến", "Hồ sơ", "", "", "Phòng Công nghệ thông tin"),
        ("5", "Hồ sơ trực tiếp", "Hồ sơ", "", "", "Phòng Công nghệ thông tin"),
        ("6", "Có sáng kiến", "Không = 0 / Có = 1", "", "", ""),
        ("7", "Tỷ lệ hài lòng", "%", "", "", ""),
        ("II", "Các chỉ tiêu khác", "", "", "", ""),
    ]
    return [*rows, *((str(n), f"Chỉ tiêu khác số {n}", "Văn bản", "", "", "") for n in range(1, 32))]


def workbook(rows, head=HEAD) -> io.BytesIO:
    book = openpyxl.Workbook()
    for row in (("Mẫu thử của Văn phòng",), (), head, *rows):
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)
    data.seek(0)
    return data


def send(client, data, **more):
    values = {
        "code": "mau-40-dong",
        "name": "Mẫu 40 dòng",
        "annex_title": "THỐNG KÊ THEO MẪU MỚI",
        "source": "Công văn 5/SNV",
        "valid_from": "2021-01-01",
    }
    return client.post("/bao-cao/bieu-mau/moi", data={**values, **more, "file": (data, "mau.xlsx")})


@pytest.fixture
def office(app, session, client):
    year = make_year(session)
    enter(client, year.office.people["office"])
    return year


def begin(client, session):
    begun = {"form_code": "mau-40-dong", "period_key": "q1", "year": 2021}
    assert client.post("/bao-cao/lap", data=begun).status_code == 303
    session.rollback()
    return session.query(Report).one().id


def test_shows_5_a_form_of_40_rows_is_brought_filled_and_exported(client, session, office):
    rows = rows_of_a_new_form()
    assert len(rows) == 40
    brought = send(client, workbook(rows))
    assert brought.status_code == 303, html.fromstring(brought.get_data(as_text=True)).text_content()
    report_id = begin(client, session)

    typed = {"so-1.4": "40", "thay-1.4": 0, "so-1.5": "2", "thay-1.5": 0, "so-1.6": "1", "so-1.7": "99,62% (523/525)"}
    assert client.post(f"/bao-cao/{report_id}?muc=1", data=typed).status_code == 303
    others = {f"so-2.{n}": str(1000 + n).replace("1", "1.", 1) for n in range(1, 32)}
    assert client.post(f"/bao-cao/{report_id}?muc=2", data=others).status_code == 303

    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/bao-cao/{report_id}/tep.xlsx").data))
    lines = [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
    found = {line[1]: line[3] for line in lines if line[1]}
    assert {label for _no, label, *_rest in rows} <= set(found)
    assert (found["Số nhiệm vụ trong kế hoạch"], found["Số nhiệm vụ đã hoàn thành"]) == (10, 2)
    assert (found["Hồ sơ trực tuyến"], found["Tổng số hồ sơ"]) == (40, 42)
    assert found["Tỷ lệ hài lòng"] == pytest.approx(0.9962)
    assert found["Chỉ tiêu khác số 31"] == 1031
    for ending in ("docx", "pdf", "csv"):
        assert client.get(f"/bao-cao/{report_id}/tep.{ending}").status_code == 200


def test_shows_5_a_malformed_form_answers_row_by_row_and_keeps_what_was_typed(client, office):
    rows = rows_of_a_new_form()
    rows[3] = ("3", "Tổng số hồ sơ", "Hồ sơ", "", "9.9 + 1.5", "")
    rows[5] = ("5", "", "Hồ sơ", "", "", "")
    rows[20] = ("12", "Trùng mã", "Văn bản", "steer.plan.tasks_set", "", "")

    response = send(client, workbook(rows), name="Tên đã gõ")

    assert response.status_code == 422
    shown = html.fromstring(response.get_data(as_text=True))
    faults = [item.text_content() for item in pick(shown, "#loi-bieu li")]
    # Rows are those of the file: the head stands in the third.
    assert [fault.split(":")[0] for fault in faults] == ["Dòng 5", "Dòng 7", "Dòng 9", "Dòng 24"]
    assert "9.9" in faults[1] and "Thiếu tên chỉ tiêu" in faults[2]
    assert "hai lần" in faults[0] and "hai lần" in faults[3]
    assert pick(shown, "[name=name]")[0].get("value") == "Tên đã gõ"


def test_a_file_without_a_table_and_a_head_without_columns_are_said_so(client, office):
    without = send(client, workbook(rows_of_a_new_form(), head=("A", "B", "C")))
    assert without.status_code == 422
    assert "Không thấy dòng tên cột" in without.get_data(as_text=True)

    other = client.post(
        "/bao-cao/bieu-mau/moi",
        data={
            "code": "x",
            "name": "X",
            "annex_title": "X",
            "valid_from": "2021-01-01",
            "file": (io.BytesIO(b"x"), "x.xlsx"),
        },
    )
    assert other.status_code == 422


def test_a_form_taken_out_changed_and_brought_back_is_the_next_version_and_reports_keep_theirs(client, session, office):
    send(client, workbook(rows_of_a_new_form()))
    report_id = begin(client, session)
    out = client.get("/bao-cao/bieu-mau/xem/mau-40-dong/bieu-mau.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(out.data))
    same = io.BytesIO()
    book.save(same)
    same.seek(0)
    assert send(client, same, based_on="mau-40-dong").status_code == 409
    sheet = book.active
    row = next(row for row in sheet.iter_rows() if row[1].value == "Chỉ tiêu khác số 31")
    row[1].value = "Chỉ tiêu đổi tên"
    data = io.BytesIO()
    book.save(data)
    data.seek(0)

    assert send(client, data, based_on="mau-40-dong").status_code == 303

    assert "Chỉ tiêu đổi tên" in client.get("/bao-cao/bieu-mau/xem/mau-40-dong").get_data(as_text=True)
    old = client.get(f"/bao-cao/{report_id}?muc=2").get_data(as_text=True)
    assert "Chỉ tiêu khác số 31" in old and "Chỉ tiêu đổi tên" not in old
