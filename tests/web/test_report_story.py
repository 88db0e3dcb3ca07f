"""Shows 7 in a browser: three units answer on their phones, one is reminded, the office checks and writes, the leader
submits, and what is corrected afterwards shows as drift."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cchc_tasks.domain.permissions import Role
from cchc_tasks.domain.reports.answering import rows_to_enter
from cchc_tasks.domain.reports.forms import Severity
from cchc_tasks.services import obligations, report_answers, reports
from cchc_tasks.services.report_answers import Answer
from cchc_tasks.services.report_figures import figures_of, findings_of
from cchc_tasks.storage.models import DemoClock, OutboxMessage, Person, Unit
from cchc_tasks.wording.report_members import member_words
from tests.factories import PASSWORD, at, make_person, make_unit, principal_of
from tests.support.two_offices import REPORT_FORM, REPORT_PERIOD
from tests.support.year import Year, make_year

pytestmark = pytest.mark.browser

MORNING = datetime(2021, 3, 12, 2, 0, tzinfo=UTC)
#: Rows of three units, by code: survey, dialogue, procedures.
FIRST, SECOND, THIRD = ("1.4.1", "1.4.2"), ("1.5",), ("2.1", "2.2")
#: Rows that nobody answers.
LEFT_BLANK = ("1.2.1", "1.2.2")


@dataclass
class Desk:
    """The year behind the report, its people, the report."""

    session: Session
    year: Year
    third: Unit
    third_head: Person
    report_id: int

    def person(self, role: str) -> Person:
        return self.year.office.people[role]

    def actor(self, role: str) -> Any:
        return principal_of(self.session, self.person(role))


@pytest.fixture
def desk(app: Any, session: Session) -> Any:
    app.config["CCHC_SETTINGS"] = replace(app.config["CCHC_SETTINGS"], demo=True)
    year = make_year(session)
    session.add(DemoClock(id=1, shows_at=MORNING, set_at=datetime.now(UTC) - timedelta(minutes=1)))
    third = make_unit(session, year.office.agency, "Phòng Bưu chính – Viễn thông")
    third_head = make_person(session, year.office.agency, "Phan Văn Dũng", role=Role.HEAD, unit=third)
    session.commit()
    actor = principal_of(session, year.office.people["office"])
    period = replace(REPORT_PERIOD, entries_due_on=date(2021, 3, 11))
    report = reports.begin(session, REPORT_FORM, period, title="Báo cáo quý I", actor=actor, now=MORNING)
    yield Desk(session, year, third, third_head, report.id)
    app.config["CCHC_SETTINGS"] = replace(app.config["CCHC_SETTINGS"], demo=False)


def sign_in(page: Any, email: str) -> Any:
    page.goto("/dang-nhap")
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_load_state()
    return page


def phone(new_page: Any, person: Person) -> Any:
    return sign_in(new_page(width=360, height=740), person.email)


def test_shows_7_three_units_answer_the_office_checks_the_leader_submits_and_drift_is_seen(desk, new_page):
    office = sign_in(new_page(), desk.person("office").email)
    give_rows(office, desk)
    answer_on_a_phone(phone(new_page, desk.person("head")), desk)
    choose_on_a_phone(phone(new_page, desk.person("other_head")), desk)
    remind_the_missing(office, desk)
    answer_late(phone(new_page, desk.third_head), desk)
    settle_the_rest(desk)
    check(office, desk)
    write(office, desk)
    leader = sign_in(new_page(), desk.person("leader").email)
    submit(leader, desk)
    give_number(office, desk)
    assert_no_drift(office, desk)
    reopen(desk)
    assert_drift(office, desk)
    correct(office, desk)


def give_rows(page: Any, desk: Desk) -> None:
    """The office gives rows to three units; until then nobody but the office is asked."""
    page.goto(f"/bao-cao/{desk.report_id}/phan-cong")
    office = desk.year.office
    for codes, unit in ((FIRST, office.unit), (SECOND, office.other_unit), (THIRD, desk.third)):
        for code in codes:
            page.locator(f"input[name='chon'][value='{code}']").check()
        page.get_by_label("cho", exact=True).select_option(str(unit.id))
        page.get_by_role("button", name=f"Giao {len(codes)} dòng").click()
        page.get_by_text(f"Đã giao {len(codes)} dòng cho").wait_for()


def answer_on_a_phone(page: Any, desk: Desk) -> None:
    """The head finds the report in the list of work, types one number with its proof, picks an option."""
    page.goto("/viec-cua-toi")
    page.get_by_role("link", name=re.compile("Báo cáo quý I năm 2021: còn 2 dòng")).click()
    page.wait_for_load_state()
    assert "0/2 dòng" in page.inner_text("main")
    page.fill("[name='so-1.4.1']", "1.050")
    card = page.locator("#d-1-4-1")
    card.locator("summary").click()
    card.locator("[name='ghi-1.4.1']").fill("Khảo sát tại Bộ phận một cửa.")
    card.locator("[name='van-ban-1.4.1']").fill("15/BC-STTTT")
    card.locator("[name='ngay-1.4.1']").fill("2021-03-09")
    card.locator("[name='trich-yeu-1.4.1']").fill("Báo cáo kết quả khảo sát")
    page.locator("[name='so-1.4.2']").select_option(label="Phát phiếu")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("button", name="Lưu số liệu").click()
    page.get_by_text("Đã lưu 2 dòng.").wait_for()
    assert "2/2 dòng" in page.inner_text("main")
    assert page.input_value("[name='so-1.4.1']") == "1.050"


def choose_on_a_phone(page: Any, desk: Desk) -> None:
    page.goto(f"/bao-cao/{desk.report_id}/don-vi")
    page.locator("[name='so-1.5']").select_option(label="Có")
    page.get_by_role("button", name="Lưu số liệu").click()
    page.get_by_text("Đã lưu 1 dòng.").wait_for()


def remind_the_missing(page: Any, desk: Desk) -> None:
    """Only the third unit has not answered; its head gets one mail, however often the office asks."""
    page.goto(f"/bao-cao/{desk.report_id}")
    missing = page.locator("#chua-nhap").inner_text()
    assert "Phòng Bưu chính – Viễn thông còn 2 dòng" in missing and "muộn 1 ngày" in missing
    assert desk.year.office.unit.names[0].short_name not in missing
    for said in ("Đã xếp 1 thư nhắc.", "1 người đã được nhắc trong hôm nay."):
        page.goto(f"/bao-cao/{desk.report_id}/phan-cong")
        page.get_by_role("button", name="Nhắc các đơn vị đã chọn").click()
        page.get_by_text(said).wait_for()
    desk.session.rollback()
    mails = desk.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "report_request")).all()
    assert [mail.recipient_id for mail in mails] == [desk.third_head.id]
    assert [row.split(" ")[0] for row in mails[0].payload["rows"]] == list(THIRD)


def answer_late(page: Any, desk: Desk) -> None:
    """Quick answers: 0 and "không áp dụng" are two different things."""
    page.goto(f"/bao-cao/{desk.report_id}/don-vi")
    page.locator("#d-2-1").get_by_role("button", name=re.compile("^0")).click()
    page.get_by_text("Đã lưu 1 dòng.").wait_for()
    page.locator("#d-2-2").get_by_role("button", name=re.compile("^không áp dụng")).click()
    page.get_by_text("2/2 dòng").first.wait_for()
    assert page.input_value("[name='so-2.1']") == "0"
    assert page.input_value("[name='so-2.2']") == "không áp dụng"


def settle_the_rest(desk: Desk) -> None:
    """The office's own rows, and every warning but two, by services: 80 of them would only make the story long."""
    desk.session.rollback()
    actor, session = desk.actor("office"), desk.session
    told = figures_of(session, desk.report_id, actor=actor, now=MORNING, describe=member_words)
    waiting = [row for row in rows_to_enter(told.form, told.figures) if not told.figures[row.key].cell.printed]
    answers = [Answer(row.key, "không áp dụng") for row in waiting if row.code not in LEFT_BLANK]
    report_answers.answer(session, desk.report_id, answers, actor=actor, now=MORNING)
    told = figures_of(session, desk.report_id, actor=actor, now=MORNING, describe=member_words)
    for finding in findings_of(session, told):
        is_left = any(told.form.by_code[code].key in finding.keys for code in LEFT_BLANK)
        if finding.severity is Severity.WARNS and not is_left:
            report_answers.accept_finding(
                session,
                desk.report_id,
                finding.identity,
                reason="Đã đối chiếu.",
                actor=actor,
                now=MORNING,
                describe=member_words,
            )


def check(page: Any, desk: Desk) -> None:
    """The last blanks stand in one group that names its rows; the office accepts them together."""
    page.goto(f"/bao-cao/{desk.report_id}/kiem-tra")
    group = page.locator(".checks > li", has_text="2 dòng còn trống")
    assert [each.split()[-1] for each in group.locator(".row-links a").all_inner_texts()] == list(LEFT_BLANK)
    group.get_by_role("checkbox", name="2 dòng còn trống").check()
    group.locator("summary").click()
    group.get_by_role("checkbox", name="1.2.1").uncheck()
    assert not group.get_by_role("checkbox", name="2 dòng còn trống").is_checked()
    page.get_by_role("button", name="Chấp nhận 1 cảnh báo").wait_for()
    group.get_by_role("checkbox", name="2 dòng còn trống").check()
    page.locator("[name=reason]").fill("Chưa đến kỳ kiểm tra.")
    page.get_by_role("button", name="Chấp nhận 2 cảnh báo").click()
    page.get_by_text("Đã chấp nhận 2 cảnh báo kèm lý do.").wait_for()
    assert "chấp nhận ngày 12/3/2021: Chưa đến kỳ kiểm tra." in page.inner_text("main")
    assert "Lỗi gõ chữ" in page.inner_text("#tu-xem")


def write(page: Any, desk: Desk) -> None:
    """A sentence from the figures is put in; its numbers are bound; the count of documents moves and says so."""
    page.goto(f"/bao-cao/{desk.report_id}/loi-van")
    proposal = page.locator(".proposals li", has_text="đã thực hiện 2/10")
    proposal.get_by_role("button", name=re.compile("^Chèn")).click()
    page.get_by_text("Đã lưu 1 mục.").wait_for()
    marks = page.locator(".preview .bound")
    assert [re.split(r"\s|\(", each)[0] for each in marks.all_inner_texts()[:2]] == ["2", "10"]


def submit(page: Any, desk: Desk) -> None:
    page.goto(f"/bao-cao/{desk.report_id}/trinh")
    page.get_by_role("button", name="Trình báo cáo").click()
    page.get_by_text("Đã trình báo cáo.").wait_for()
    signed = page.inner_text("#ban-trinh")
    assert "Quý I năm 2021, số liệu từ" in signed and desk.person("leader").name in signed
    assert not re.search(r"[0-9a-f]{16}", page.inner_text("main"))
    page.locator(".fold summary").click()
    assert re.search(r"[0-9a-f]{64}", page.inner_text(".fold"))


def give_number(page: Any, desk: Desk) -> None:
    page.goto(f"/bao-cao/{desk.report_id}/trinh")
    assert "chưa cấp số" in page.inner_text("#ban-trinh")
    page.fill("[name=number]", "12/BC-STTTT")
    page.fill("[name=issued_on]", "2021-03-12")
    page.get_by_role("button", name="Ghi số, ngày").click()
    page.get_by_text("12/BC-STTTT ngày 12/3/2021").first.wait_for()


def assert_no_drift(page: Any, desk: Desk) -> None:
    assert "vẫn đúng như hiện nay" in page.inner_text("#thay-doi")


def reopen(desk: Desk) -> None:
    """A piece that was counted as done is opened again after the submission."""
    one = desk.year.work["done"]
    desk.session.refresh(one)
    obligations.reopen(
        desk.session,
        one.id,
        version=one.version,
        effective_on=date(2021, 3, 12),
        reason="Thiếu phụ lục số liệu.",
        actor=desk.actor("office"),
        now=at(date(2021, 3, 12), 15),
    )


def assert_drift(page: Any, desk: Desk) -> None:
    page.goto(f"/bao-cao/{desk.report_id}/trinh")
    line = page.locator("#thay-doi tr", has_text="Số nhiệm vụ đã hoàn thành").first
    words = line.inner_text()
    assert "2" in words and "1" in words and "bớt" in words
    assert "Mở lại việc đã hoàn thành" in words and "Thiếu phụ lục số liệu." in words
    page.goto(f"/bao-cao/{desk.report_id}/dong/1.1.2")
    assert page.locator("#da-tinh li").count() == 2


def correct(page: Any, desk: Desk) -> None:
    """The corrected report stands beside the first, with today's number."""
    page.goto(f"/bao-cao/{desk.report_id}/trinh")
    page.get_by_role("button", name="Lập bản đính chính").click()
    page.get_by_text("Đã lập bản đính chính").wait_for()
    assert "bản đính chính 1" in page.inner_text("h1")
    assert page.locator("#d-1-1-2 .computed").inner_text().strip() == "1"
    page.goto(page.url.split("?")[0] + "/loi-van")
    assert page.locator(".bound-stale").count() >= 1
