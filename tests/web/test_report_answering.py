"""Units answer with papers, the office gives rows out and is told who is missing; what each page says of it."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from cchc_tasks.services import reports
from cchc_tasks.services.report_answers import Answer
from cchc_tasks.storage.models import DemoClock, StoredFile
from cchc_tasks.storage.queries import reports as queries
from tests.factories import PDF, enter
from tests.support.picking import pick
from tests.support.reports import FORM, NOW, Prepared, prepare
from tests.web.test_reports import html, own, page, post, words

CODE, KEY = "1.4.1", "steer.survey.forms"
OTHER_CODE, OTHER_KEY = "1.5", "steer.dialogue"


@pytest.fixture
def prepared(app, session) -> Prepared:
    made = prepare(session)
    units = dict.fromkeys((KEY, OTHER_KEY), made.year.office.unit.id)
    made.report = reports.assign_rows(session, made.report.id, units, version=1, actor=made.who("office"), now=NOW)
    return made


def entry(session, prepared, key=KEY):
    session.rollback()
    session.expire_all()
    return queries.entries_of(session, prepared.report).get(key)


def paper(data: bytes = PDF, name: str = "phiếu khảo sát.pdf"):
    return (io.BytesIO(data), name)


def shown(response):
    return html.fromstring(response.get_data(as_text=True))


# --- files


def test_a_unit_sends_a_file_with_its_answer_and_everybody_of_the_agency_opens_it(client, session, prepared):
    sent = own(prepared, CODE, "7") | {f"tep-{CODE}": paper()}

    assert post(client, prepared, "head", "/don-vi", **sent).status_code == 303

    held = entry(session, prepared)
    assert held.printed == "7" and held.file_id is not None
    card = page(client, prepared, "staff", "/don-vi").get_element_by_id("d-1-4-1")
    [link] = [each for each in pick(card, ".held a") if "phiếu khảo sát.pdf" in words(each)]
    for role in ("viewer", "other_head", "leader"):
        response = enter(client, prepared.year.office.people[role]).get(link.get("href"))
        assert response.status_code == 200 and response.data == PDF
        assert response.headers["Content-Disposition"].startswith("attachment")
        assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    history = page(client, prepared, "viewer", f"/dong/{CODE}").get_element_by_id("lich-su")
    assert pick(history, "a")[0].get("href") == link.get("href")
    assert client.get(link.get("href").replace("tep/1", "tep/2")).status_code == 404


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"<html><script>alert(1)</script></html>", "bao-cao.pdf"),
        (b"MZ\x90\x00" + b"\x00" * 60, "phieu.exe"),
        (b"", "trong.pdf"),
    ],
)
def test_a_file_that_cannot_serve_is_told_at_its_row_and_nothing_typed_is_lost(client, session, prepared, data, name):
    sent = own(prepared, CODE, "7") | {f"tep-{CODE}": paper(data, name), f"ghi-{CODE}": "Khảo sát quý I"}

    response = post(client, prepared, "head", "/don-vi", **sent)

    assert response.status_code == 422
    card = shown(response).get_element_by_id("d-1-4-1")
    assert pick(card, ".msg")
    assert pick(card, f"[name='so-{CODE}']")[0].get("value") == "7"
    assert "Khảo sát quý I" in pick(card, "textarea")[0].text_content()
    assert entry(session, prepared) is None
    assert session.query(StoredFile).filter_by(agency_id=prepared.report.agency_id, name=name).count() == 0


def test_a_file_kept_with_a_refused_form_need_not_be_chosen_again(client, session, prepared):
    half = own(prepared, CODE, "7") | {f"tep-{CODE}": paper(), f"van-ban-{CODE}": "15/BC-STTTT"}
    card = shown(post(client, prepared, "head", "/don-vi", **half)).get_element_by_id("d-1-4-1")
    assert "Tệp đã nhận" in words(card)
    token = pick(card, f"[name='da-nhan-{CODE}']")[0].get("value")
    whole = own(prepared, CODE, "7") | {
        f"da-nhan-{CODE}": token,
        f"van-ban-{CODE}": "15/BC-STTTT",
        f"ngay-{CODE}": "2021-03-09",
        f"trich-yeu-{CODE}": "Báo cáo kết quả khảo sát",
    }

    # What was kept for one person is of no use to another.
    assert post(client, prepared, "staff", "/don-vi", **whole).status_code == 303
    assert entry(session, prepared).file_id is None
    assert post(client, prepared, "head", "/don-vi", **whole | {f"thay-{CODE}": 1}).status_code == 303

    held = entry(session, prepared)
    assert held.ordinal == 2 and held.file_id is not None and held.document_id is not None


def test_a_file_is_dropped_by_its_box_and_stays_in_the_history(client, session, prepared):
    post(client, prepared, "head", "/don-vi", **own(prepared, CODE, "7"), **{f"tep-{CODE}": paper()})

    dropped = own(prepared, CODE, "7", 1) | {f"bo-{CODE}": "tep"}
    assert post(client, prepared, "head", "/don-vi", **dropped).status_code == 303

    assert entry(session, prepared).file_id is None
    assert client.get(f"/bao-cao/{prepared.report.id}/dong/{CODE}/tep/1").status_code == 200
    assert client.get(f"/bao-cao/{prepared.report.id}/dong/{CODE}/tep/2").status_code == 404


def test_nobody_puts_a_file_at_a_row_of_another_unit(client, session, prepared):
    for where in (f"/dong/{CODE}", "/don-vi"):
        sent = own(prepared, CODE, "7") | {f"tep-{CODE}": paper()}
        assert post(client, prepared, "other_head", where, **sent).status_code == 403

    assert entry(session, prepared) is None


# --- what is owed


def test_a_row_that_says_not_yet_is_open_on_every_page_alike(client, session, prepared):
    prepared.answer("head", Answer(KEY, "chưa có"))

    said = "còn 2 dòng (1 dòng ghi “chưa có”)"
    assert said in words(page(client, prepared, "office", "?muc=1").get_element_by_id("chua-nhap"))
    mine = shown(enter(client, prepared.year.office.people["head"]).get("/viec-cua-toi"))
    assert f"Báo cáo quý I năm 2021: {said}, hạn 12/3/2021" in words(mine)
    index = shown(client.get("/bao-cao?nam=2021"))
    assert f"Đơn vị {said}" in words(index.get_element_by_id("ky-q1"))
    unit = page(client, prepared, "head", "/don-vi")
    assert "0/2 dòng có số, 1 dòng ghi “chưa có”" in words(unit)
    assert "vẫn còn nợ số" in words(unit)
    asks = page(client, prepared, "office", "/phan-cong").get_element_by_id("nhac")
    [line] = [row for row in pick(asks, "tbody tr") if pick(row, "input")]
    assert [words(cell) for cell in pick(line, "td.n")] == ["2", "0", "1", "1"]


def test_last_periods_value_and_what_moved_stand_beside_the_answer(client, session, prepared):
    prepared.answer("office", Answer(KEY, "1.040"))
    prepared.fill("không áp dụng")
    prepared.accept_warnings()
    prepared.submit()
    period = replace(reports.period_of(prepared.report), key="h1", cut_off=date(2021, 6, 14))
    second = reports.begin(session, FORM, period, title="Báo cáo 6 tháng", actor=prepared.who("office"), now=NOW)
    prepared.report = second
    prepared.answer("office", Answer(KEY, "1.050"))

    first, other = pick(page(client, prepared, "head", "/don-vi"), ".answer")

    assert "Quý I/2021: 1.040, nay tăng 10" in words(first)
    assert "Người office" in words(first) or "nhập lúc 12/3/2021" in words(first)
    assert "Quý I/2021: không áp dụng" in words(other) and "nay" not in words(pick(other, ".answer-facts")[0])


def test_the_unit_is_told_at_once_what_the_checks_find_at_its_answer(client, session, prepared):
    assert not pick(page(client, prepared, "head", "/don-vi"), ".doubted")

    post(client, prepared, "head", "/don-vi", **own(prepared, CODE, "nhiều phiếu"))

    card = page(client, prepared, "head", "/don-vi").get_element_by_id("d-1-4-1")
    [told] = pick(card, ".doubted")
    assert "nhiều phiếu" in words(told)


# --- giving rows out


def test_many_rows_are_given_to_a_unit_at_once_and_the_page_says_who_answers_what(client, session, prepared):
    unit = prepared.year.office.other_unit
    where = f"/phan-cong?loc={prepared.year.office.unit.id}"
    listed = page(client, prepared, "office", where)
    assert [box.get("value") for box in pick(listed, "input[name=chon]")] == [CODE, OTHER_CODE]
    version = pick(listed, "input[name=version]")[0].get("value")

    bare = post(client, prepared, "office", "/phan-cong", version=version, **{"don-vi": unit.id})
    assert bare.status_code == 422 and "Chọn ít nhất một dòng" in words(shown(bare))
    nowhere = post(client, prepared, "office", "/phan-cong", version=version, chon=[CODE], **{"don-vi": ""})
    assert nowhere.status_code == 422 and "Chọn đơn vị nhận" in words(shown(nowhere))
    assert pick(shown(nowhere), f"input[name=chon][value='{CODE}']")[0].get("checked") is not None
    whole = post(client, prepared, "office", where, version=version, **{"ca-muc": "1", "don-vi": unit.id})

    assert whole.status_code == 303
    session.rollback()
    assert queries.asks_of(session, prepared.report) == {KEY: unit.id, OTHER_KEY: unit.id}
    stale = post(client, prepared, "office", "/phan-cong", version=version, chon=[CODE], **{"don-vi": 0})
    assert stale.status_code == 409
    back = {"chon": [CODE], "don-vi": 0, "version": int(version) + 1}
    assert post(client, prepared, "office", "/phan-cong", **back).status_code == 303
    session.rollback()
    assert queries.asks_of(session, prepared.report) == {OTHER_KEY: unit.id}
    told = words(page(client, prepared, "office", "/phan-cong").get_element_by_id("nhac"))
    assert "1 dòng giao cho 1 đơn vị" in told and "dòng Văn phòng tự nhập." in told


def test_a_row_is_given_to_no_unit_of_another_agency(client, session, prepared):
    values = {"version": prepared.report.version, "chon": [CODE], "don-vi": 99_999}

    assert post(client, prepared, "office", "/phan-cong", **values).status_code == 404
    assert (
        enter(client, prepared.year.office.people["office"])
        .get(f"/bao-cao/{prepared.report.id}/phan-cong?loc=99999")
        .status_code
        == 404
    )


# --- which form, which year


def test_a_form_out_of_force_is_begun_only_when_it_is_meant(client, session, prepared):
    enter(client, prepared.year.office.people["office"])
    begun = {"form_code": FORM, "period_key": "q3", "year": 2025}

    refused = client.post("/bao-cao/lap", data=begun)

    assert refused.status_code == 422
    told = words(shown(refused))
    assert "Biểu này dùng từ 01/01/2021 đến hết 30/6/2025, báo cáo quý III năm 2025 chốt ngày 14/9/2025." in told
    assert "Không có biểu nào đang hiệu lực" in told
    assert pick(shown(refused), "[name=is_meant]")
    assert client.post("/bao-cao/lap", data=begun | {"is_meant": "y"}).status_code == 303


def test_in_january_the_year_before_keeps_its_tab_while_its_report_is_owed(app, client, session, prepared):
    app.config["CCHC_SETTINGS"] = replace(app.config["CCHC_SETTINGS"], demo=True)
    january = datetime(2022, 1, 5, 2, 0, tzinfo=UTC)
    session.add(DemoClock(id=1, shows_at=january, set_at=datetime.now(UTC) - timedelta(minutes=1)))
    session.commit()
    try:
        enter(client, prepared.year.office.people["office"])
        now = shown(client.get("/bao-cao"))
    finally:
        app.config["CCHC_SETTINGS"] = replace(app.config["CCHC_SETTINGS"], demo=False)

    assert [words(tab) for tab in pick(now, ".views li")][:2] == ["2021", "2022"]
    assert "Báo cáo năm 2021 chưa trình, hạn gửi 20/12/2021." in words(now)
