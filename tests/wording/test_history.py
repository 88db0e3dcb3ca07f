"""The ledger in sentences: what happened, how late it was written down, what puts what right."""

from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest

from cchc_tasks.domain.ledger import LedgerRow, RowKind
from cchc_tasks.domain.workflow import Status
from cchc_tasks.wording.history import Names, tell

NAMES = Names(
    plan_number="163/KH-STTTT",
    people={1: "Lê Văn Bình", 2: "Trần Thị Hạnh", 3: "Phạm Minh Tuấn"},
    units={10: "Thanh tra Sở", 20: "Văn phòng Sở", 30: "Phòng CNTT"},
    products={100: "sản phẩm 1", 200: "sản phẩm 2 (Tháng 2/2021)"},
    workplaces={1: [(date(2020, 1, 1), None, 10)], 2: [(date(2020, 1, 1), None, 20)]},
)


def at(day: date, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC) - timedelta(hours=7)


class Ledger:
    """Rows in order, each with the next sequence."""

    def __init__(self) -> None:
        self.rows: list[LedgerRow] = []
        self.numbers = count(1)

    def add(self, kind: RowKind, recorded_at: datetime, effective_on: date, actor_id: int | None = 1, **values):
        given = {"agency_id": 1, "plan_id": 1, "task_id": 1, "deliverable_id": 5, "obligation_id": 100}
        row = LedgerRow(
            seq=next(self.numbers),
            kind=kind,
            effective_on=effective_on,
            recorded_at=recorded_at,
            actor_id=actor_id,
            **(given | values),
        )
        self.rows.append(row)
        return row

    def status(self, status: Status, move: str, recorded_at: datetime, effective_on: date, actor_id=1, **values):
        payload = {"move": move, **values.pop("payload", {})}
        return self.add(RowKind.STATUS, recorded_at, effective_on, actor_id, status=status, payload=payload, **values)

    def enter(self, due_on: date | None = date(2021, 1, 15)) -> None:
        issued, entered = date(2020, 12, 29), at(date(2021, 1, 4), 8, 30)
        payload = {"lead": 10, "co_leads": [], "coordinating": []}
        whole = {"deliverable_id": None, "obligation_id": None, "unit_id": 10, "payload": payload}
        self.add(RowKind.ASSIGNMENT, entered, issued, 2, **whole)
        self.add(RowKind.ENTRY, entered, issued, 2)
        self.add(RowKind.DEADLINE, entered, issued, 2, due_on=due_on, payload={"change": "initial"})


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


def sentences(ledger, **options):
    return [entry.sentence for entry in tell(ledger.rows, NAMES, **options)]


DOCUMENT = {"document": {"number": "07/QĐ-STTTT", "issued_on": "2021-01-14", "subject": "Ban hành Kế hoạch"}}


def test_a_plan_that_enters_is_one_sentence(ledger):
    ledger.enter()

    [entry] = tell(ledger.rows, NAMES)

    assert entry.sentence == "Kế hoạch 163/KH-STTTT giao nhiệm vụ cho Thanh tra Sở."
    assert (entry.recorded_on, entry.recorded_time) == ("04/01/2021", "08:30")
    assert entry.known == "Diễn ra 29/12/2020, ghi muộn 6 ngày · Trần Thị Hạnh"


def test_report_return_and_confirmation_are_told_by_unit_with_day_and_lateness(ledger):
    ledger.enter()
    day = date(2021, 1, 14)
    first = ledger.status(Status.REPORTED, "report", at(date(2021, 1, 15), 16, 48), day, unit_id=10, payload=DOCUMENT)
    back = {"answers_seq": first.seq, "payload": {"reason": "Bản quét thiếu Phụ lục."}}
    ledger.status(Status.IN_PROGRESS, "return", at(date(2021, 1, 18)), day, 2, **back)
    files = {"files": [{"name": "07-QĐ.pdf", "sha256": "0", "size": 1}]}
    second = ledger.status(Status.REPORTED, "report", at(date(2021, 1, 19)), day, unit_id=10, payload=files)
    ledger.status(Status.DONE, "confirm", at(date(2021, 1, 20)), day, 2, answers_seq=second.seq)

    told = tell(ledger.rows, NAMES)

    assert [entry.sentence for entry in told[:4]] == [
        "Văn phòng Sở xác nhận sản phẩm 1 hoàn thành ngày 14/01/2021, đúng hạn.",
        "Thanh tra Sở báo cáo lại sản phẩm 1, kèm tệp “07-QĐ.pdf”.",
        "Văn phòng Sở trả lại sản phẩm 1.",
        "Thanh tra Sở báo cáo hoàn thành sản phẩm 1, kèm văn bản 07/QĐ-STTTT ngày 14/01/2021.",
    ]
    assert [entry.kind for entry in told[:4]] == ["done", "", "bad", ""]
    assert told[2].quote == "Bản quét thiếu Phụ lục."
    assert told[3].known == "Diễn ra 14/01/2021, ghi muộn 1 ngày · Lê Văn Bình"


def test_a_confirmation_tells_how_late_the_work_was_by_the_deadline_then_known(ledger):
    ledger.enter(due_on=date(2021, 1, 10))
    ledger.status(Status.DONE, "confirm", at(date(2021, 1, 20)), date(2021, 1, 14), 2)
    ledger.add(
        RowKind.DEADLINE,
        at(date(2021, 2, 1)),
        date(2020, 12, 29),
        2,
        due_on=date(2021, 1, 31),
        corrects_seq=3,
        payload={"change": "correction", "reason": "Đọc nhầm ngày."},
    )

    correction, confirmation, _entry = tell(ledger.rows, NAMES)

    assert "quá hạn 4 ngày" in confirmation.sentence
    assert correction.sentence == (
        "Văn phòng Sở đính chính hạn của sản phẩm 1 từ 10/01/2021 thành 31/01/2021. "
        "Dòng này đính chính dòng ghi nhận 04/01/2021 08:30."
    )
    assert correction.quote == "Đọc nhầm ngày."


def test_an_override_is_visible_with_its_reason(ledger):
    ledger.enter(due_on=None)
    payload = {"reason": "Lãnh đạo đi công tác."}
    ledger.status(Status.DONE, "confirm", at(date(2021, 1, 20)), date(2021, 1, 14), 2, payload=payload)

    entry = tell(ledger.rows, NAMES)[0]

    assert entry.sentence.endswith("việc không định ngày. Xác nhận ngoài quy tắc, có lý do.")
    assert entry.quote == "Lãnh đạo đi công tác."


def test_a_corrected_day_is_one_sentence_that_names_the_lines_it_puts_right(ledger):
    ledger.enter()
    report = ledger.status(Status.REPORTED, "report", at(date(2021, 1, 15)), date(2021, 1, 14), unit_id=10)
    done = ledger.status(Status.DONE, "confirm", at(date(2021, 1, 20)), date(2021, 1, 14), 2, answers_seq=report.seq)
    for wrong, status in ((report, Status.REPORTED), (done, Status.DONE)):
        payload = {"restates_seq": wrong.seq, "reason": "Văn bản ký ngày 12/01."}
        ledger.status(
            status, "correct", at(date(2021, 2, 1)), date(2021, 1, 12), 2, corrects_seq=wrong.seq, payload=payload
        )

    entry = tell(ledger.rows, NAMES)[0]

    assert entry.sentence == (
        "Văn phòng Sở đính chính ngày hoàn thành của sản phẩm 1 từ 14/01/2021 thành 12/01/2021. "
        "Dòng này đính chính dòng ghi nhận 15/01/2021 09:00, 20/01/2021 09:00."
    )


def test_a_line_taken_back_says_what_it_was_and_what_holds_again(ledger):
    ledger.enter()
    wrong = ledger.status(Status.IN_PROGRESS, "start", at(date(2021, 1, 15)), date(2021, 1, 15))
    payload = {"restates_seq": wrong.seq, "reason": "Ghi nhầm việc."}
    ledger.status(
        Status.NOT_STARTED,
        "correct",
        at(date(2021, 1, 16)),
        date(2021, 1, 15),
        2,
        corrects_seq=wrong.seq,
        payload=payload,
    )

    assert sentences(ledger)[0].startswith(
        "Văn phòng Sở bỏ ghi nhận “Đang thực hiện” ngày 15/01/2021 của sản phẩm 1; trạng thái trở lại: chưa thực hiện."
    )


def test_handover_waiver_and_assignment_have_their_sentences(ledger):
    ledger.enter()
    day = date(2021, 2, 1)
    ledger.add(RowKind.HANDOVER, at(day), day, payload={"person_id": 3})
    ledger.add(RowKind.HANDOVER, at(day, 10), day, payload={"person_id": None})
    ledger.add(RowKind.WAIVER, at(day, 11), day, obligation_id=200, payload={"reason": "Hệ thống vận hành ổn định."})
    payload = {"lead": 30, "co_leads": [], "coordinating": []}
    whole = {"deliverable_id": None, "obligation_id": None, "unit_id": 30, "corrects_seq": 1, "payload": payload}
    ledger.add(RowKind.ASSIGNMENT, at(day, 12), day, 2, **whole)

    assert sentences(ledger)[:4] == [
        "Văn phòng Sở đính chính phân công: chủ trì là Phòng CNTT. Dòng này đính chính dòng ghi nhận 04/01/2021 08:30.",
        "Thanh tra Sở ghi lý do sản phẩm 2 (Tháng 2/2021) không có văn bản hoặc tệp.",
        "Thanh tra Sở chuyển sản phẩm 1 về đơn vị, không giao riêng cho ai.",
        "Thanh tra Sở giao sản phẩm 1 cho Phạm Minh Tuấn.",
    ]


def test_what_happened_first_may_be_told_in_the_order_of_its_day(ledger):
    ledger.enter()
    ledger.status(Status.IN_PROGRESS, "start", at(date(2021, 3, 1)), date(2021, 3, 1))
    ledger.status(Status.REPORTED, "report", at(date(2021, 3, 2)), date(2021, 2, 10), unit_id=10)

    assert [text.split()[3] for text in sentences(ledger)[:2]] == ["báo", "bắt"]
    assert [text.split()[3] for text in sentences(ledger, by_day=True)[:2]] == ["bắt", "báo"]


def test_a_person_without_a_unit_and_a_row_without_a_person_are_named(ledger):
    ledger.enter()
    ledger.status(Status.DONE, "confirm", at(date(2021, 1, 20)), date(2021, 1, 14), 3)
    ledger.status(Status.IN_PROGRESS, "reopen", at(date(2021, 1, 21)), date(2021, 1, 21), None)

    reopened, confirmed, _entered = sentences(ledger)

    assert confirmed.startswith("Phạm Minh Tuấn xác nhận")
    assert reopened == "Hệ thống mở lại sản phẩm 1 từ ngày 21/01/2021."


def test_an_amendment_is_told_with_its_document_and_the_words_it_replaced(ledger):
    ledger.enter()
    day, recorded = date(2021, 6, 15), at(date(2021, 6, 20))
    moved = {"change": "amendment", "reason": "88/KH-STTTT"}
    ledger.add(RowKind.DEADLINE, recorded, day, 2, due_on=date(2021, 9, 30), payload=moved)
    ledger.add(RowKind.ASSIGNMENT, recorded, day, 2, deliverable_id=None, obligation_id=None, unit_id=10, payload=moved)
    words = {"amendment": "88/KH-STTTT", "before": {"text": "Lời cũ"}, "after": {"text": "Lời mới"}}
    ledger.add(RowKind.AMENDMENT, recorded, day, 2, deliverable_id=None, obligation_id=None, payload=words)

    told = " ".join(sentences(ledger))

    assert "điều chỉnh hạn của" in told
    assert "từ 15/01/2021 thành 30/9/2021" in told
    assert "điều chỉnh phân công: chủ trì là Thanh tra Sở, theo 88/KH-STTTT." in told
    assert "theo 88/KH-STTTT, từ ngày 15/6/2021; nội dung trước đó: “Lời cũ”." in told


def test_the_years_end_is_told_with_the_plan_in_which_work_goes_on(ledger):
    ledger.enter()
    closed_on, recorded = date(2021, 12, 31), at(date(2022, 1, 5))
    whole = {"task_id": None, "deliverable_id": None, "obligation_id": None}
    counts = {"carried": 1, "lapsed": 2, "plan": "5/KH-STTTT", "plan_id": 2}
    ledger.add(RowKind.CLOSING, recorded, closed_on, 2, payload=counts, **whole)
    onward = {"reason": "Chưa đủ kinh phí.", "plan": "5/KH-STTTT", "plan_id": 2}
    ledger.status(Status.CARRIED_OVER, "carry_over", recorded, closed_on, 2, payload=onward)
    ledger.status(Status.LAPSED, "lapse", recorded, closed_on, 2, obligation_id=200, payload={"reason": "Hết căn cứ."})

    lapsed, carried, closed, _entered = tell(ledger.rows, NAMES)

    assert closed.sentence == (
        "Văn phòng Sở kết thúc năm của Kế hoạch 163/KH-STTTT từ 31/12/2021: "
        "chuyển 1 việc sang Kế hoạch 5/KH-STTTT, 2 việc hết hiệu lực."
    )
    assert carried.sentence == (
        "Văn phòng Sở chuyển sản phẩm 1 sang Kế hoạch 5/KH-STTTT của năm sau, từ ngày 31/12/2021."
    )
    assert (carried.quote, carried.known) == (
        "Chưa đủ kinh phí.",
        "Diễn ra 31/12/2021, ghi muộn 5 ngày · Trần Thị Hạnh",
    )
    assert lapsed.sentence == (
        "Văn phòng Sở ghi sản phẩm 2 (Tháng 2/2021) hết hiệu lực từ ngày 31/12/2021, khi kết thúc năm kế hoạch."
    )


@pytest.mark.parametrize(
    ("origin", "told"),
    [
        ({"carried_from": 7, "plan": "9/KH-STTTT", "plan_id": 2}, ", chuyển từ Kế hoạch 9/KH-STTTT."),
        ({"copied_from": 7, "plan_id": 2}, ", lập theo việc của kế hoạch năm trước."),
    ],
)
def test_work_that_was_begun_in_another_year_says_where_it_comes_from(ledger, origin, told):
    ledger.enter()
    ledger.rows[1].payload.update(origin)

    [entered] = sentences(ledger)

    assert entered.endswith(told)
