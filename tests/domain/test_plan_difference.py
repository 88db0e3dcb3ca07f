"""A newer print against the plan: rows of a table one by one, and random edits that are listed exactly."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cchc_tasks.domain.assignments import parse_assignment
from cchc_tasks.domain.deadlines import parse_deadline
from cchc_tasks.domain.grid import Place
from cchc_tasks.domain.plan_difference import (
    ChangeKind,
    StandingPeriod,
    StandingProduct,
    StandingTask,
    difference,
)
from cchc_tasks.domain.plan_reading import (
    AreaReading,
    DeliverableReading,
    Heading,
    PlanReading,
    TaskReading,
    obligations_of,
)

AREA = "Cải cách thủ tục hành chính"
TEXTS = (
    "Rà soát quy định, thủ tục hành chính thuộc phạm vi quản lý",
    "Công khai kết quả giải quyết hồ sơ trên cổng dịch vụ công",
    "Tuyển dụng viên chức theo vị trí việc làm được duyệt",
    "Xây dựng quy chế chi tiêu nội bộ, quản lý tài sản",
    "Tổ chức hội nghị đối thoại với người dân và doanh nghiệp",
    "Đào tạo, bồi dưỡng kỹ năng số cho cán bộ một cửa",
    "Kiểm tra công vụ đột xuất tại các đơn vị trực thuộc",
    "Duy trì hệ thống quản lý chất lượng TCVN ISO 9001:2015",
)
PRODUCTS = ("Kế hoạch kiểm tra", "Báo cáo kết quả", "Quyết định ban hành", "Tờ trình")
TIMES = ("Trước ngày 31/3/2021", "Quý II/2021", "Trước ngày 15/10/2021", "Trong năm")
UNITS = ("Văn phòng Sở", "Thanh tra Sở", "Phòng Công nghệ thông tin")


def product(text, time):
    deadline = parse_deadline(time, 2021)
    return DeliverableReading(None, text, deadline, obligations_of(deadline))


def task(number, text, products=(("Báo cáo kết quả", "Quý II/2021"),), unit="Văn phòng Sở"):
    return TaskReading(
        row_id=number,
        numbers=(number,),
        text=text,
        deliverables=tuple(product(*each) for each in products),
        assignment=parse_assignment(f"{unit} chủ trì"),
        assignment_text=f"{unit} chủ trì",
        time_text="\n".join(dict.fromkeys(time for _text, time in products)),
        note="",
        source=Place(1, 1),
    )


def plan(*tasks):
    return PlanReading(Heading("1/KH", date(2020, 12, 29), "Kế hoạch", None, 2021), (AreaReading(1, AREA, tasks),), ())


def standing(*tasks):
    """The plan after `tasks` were brought in."""
    keys = iter(range(1, 10_000))
    return tuple(
        StandingTask(
            key=next(keys),
            area=AREA,
            numbers=each.numbers,
            text=each.text,
            assignment_text=each.assignment_text,
            time_text=each.time_text,
            note=each.note,
            lead=each.assignment.lead,
            products=tuple(
                StandingProduct(
                    key=next(keys),
                    ordinal=one.ordinal,
                    text=one.text,
                    deadline_text=one.deadline.text,
                    periods=tuple(
                        StandingPeriod(
                            next(keys),
                            owed.period_label,
                            owed.due_on,
                            one.deadline.kind,
                            owed.starts_on,
                            one.deadline.is_ongoing,
                        )
                        for owed in one.obligations
                    ),
                )
                for one in each.deliverables
            ),
        )
        for each in tasks
    )


def kinds(found):
    return sorted(
        (" ".join((row.new or row.old).numbers), change.kind) for row in found.changed for change in row.changes
    )


def compare(before, after, **options):
    return difference(standing(*before), plan(*after), unit_names={}, **options)


OLD = task("2.1", TEXTS[0])
ONE_CHANGE = [
    (replace(OLD, text=TEXTS[0] + " của Sở"), ChangeKind.REWORDED),
    (replace(OLD, note="Theo chỉ đạo"), ChangeKind.NOTE),
    (replace(OLD, numbers=("2.2",)), ChangeKind.MOVED),
    (task("2.1", TEXTS[0], unit="Thanh tra Sở"), ChangeKind.LEAD),
    (replace(OLD, assignment_text="Văn phòng Sở  chủ trì, có đôn đốc"), ChangeKind.ASSIGNMENT),
    (task("2.1", TEXTS[0], (("Báo cáo kết quả", "Quý III/2021"),)), ChangeKind.DEADLINE),
    (task("2.1", TEXTS[0], (("Báo cáo kết quả", "Trước ngày 30/6/2021"),)), ChangeKind.TIME_WORDS),
    (task("2.1", TEXTS[0], (("Báo cáo kết quả rà soát", "Quý II/2021"),)), ChangeKind.PRODUCT_REWORDED),
]


@pytest.mark.parametrize("new, kind", ONE_CHANGE, ids=[kind for _new, kind in ONE_CHANGE])
def test_one_changed_cell_is_one_change(new, kind):
    found = compare([OLD], [new])

    assert [change.kind for row in found.changed for change in row.changes] == [kind]
    assert found.asked == ()


def test_blanks_and_line_breaks_are_no_change():
    assert compare([OLD], [replace(OLD, text=TEXTS[0].replace(" ", "\n", 1))]).changed == ()


def test_products_come_and_go_within_a_row():
    before = task("2.1", TEXTS[0], (("Kế hoạch kiểm tra", "Quý II/2021"), ("Tờ trình", "Quý II/2021")))
    after = task("2.1", TEXTS[0], (("Kế hoạch kiểm tra", "Quý II/2021"), ("Danh sách đơn vị", "Quý II/2021")))

    assert kinds(compare([before], [after])) == [("2.1", "product_added"), ("2.1", "product_withdrawn")]


def test_a_recurring_product_that_becomes_quarterly_changes_its_periods():
    before = task("2.1", TEXTS[0], (("Báo cáo kết quả", "Hằng tháng"),))
    after = task("2.1", TEXTS[0], (("Báo cáo kết quả", "Hằng quý"),))

    found = kinds(compare([before], [after]))

    assert found.count(("2.1", "period_withdrawn")) == 12
    assert found.count(("2.1", "period_added")) == 4


def test_a_row_like_two_others_is_asked_and_never_guessed():
    words = "Xây dựng văn bản chỉ đạo, điều hành công tác cải cách hành chính của Sở"
    before = [task("2.1", f"{words} quý một"), task("2.2", f"{words} quý hai")]
    after = [task("2.7", f"{words} quý ba")]

    asked = compare(before, after)
    as_first = compare(before, after, answers={"2.7": 1})
    as_new = compare(before, after, answers={"2.7": None})

    assert [(each.row_id, set(each.candidates)) for each in asked.asked] == [("2.7", {1, 4})]
    assert asked.changed == ()
    assert kinds(as_first) == [("2.2", "withdrawn"), ("2.7", "moved"), ("2.7", "reworded")]
    assert kinds(as_new) == [("2.1", "withdrawn"), ("2.2", "withdrawn"), ("2.7", "added")]


def test_two_rows_that_are_said_to_be_the_same_task_stay_asked():
    words = "Xây dựng văn bản chỉ đạo, điều hành công tác cải cách hành chính của Sở"
    before = [task("2.1", f"{words} quý một"), task("2.2", f"{words} quý hai")]
    after = [task("2.7", f"{words} quý ba"), task("2.8", f"{words} quý bốn")]

    found = compare(before, after, answers={"2.7": 1, "2.8": 1})

    assert {each.row_id for each in found.asked} == {"2.7", "2.8"}
    assert compare(before, after, answers={"2.7": 1, "2.8": 4}).asked == ()


def test_another_task_under_an_old_number_is_new():
    found = compare([task("2.1", TEXTS[0], (("Kế hoạch kiểm tra", "Trong năm"),))], [task("2.1", TEXTS[2])])

    assert kinds(found) == [("2.1", "added"), ("2.1", "withdrawn")]


def test_alike_rows_are_the_same_in_order():
    rows = [replace(OLD, row_id="2.1/1"), replace(OLD, row_id="2.1/2")]

    assert compare(rows, rows).changed == ()


@st.composite
def plans(draw):
    texts = draw(st.lists(st.sampled_from(TEXTS), min_size=1, max_size=len(TEXTS), unique=True))
    return [
        task(
            f"2.{place}",
            text,
            draw(
                st.lists(
                    st.tuples(st.sampled_from(PRODUCTS), st.sampled_from(TIMES)),
                    min_size=1,
                    max_size=3,
                    unique_by=lambda each: each[0],
                )
            ),
            draw(st.sampled_from(UNITS)),
        )
        for place, text in enumerate(texts, start=1)
    ]


@given(plans())
@settings(max_examples=60, deadline=None)
def test_a_plan_against_itself_is_no_difference(tasks):
    found = compare(tasks, tasks)

    assert (found.changed, found.asked) == ((), ())


def edited(draw, number, row):
    """The row with one random edit, and the change that it is."""
    kind = draw(st.sampled_from([None, "reworded", "note", "moved", "lead", "deadline", "withdrawn"]))
    if kind == "reworded":
        return replace(row, text=f"{row.text} năm nay"), kind
    if kind == "note":
        return replace(row, note="Bổ sung"), kind
    if kind == "moved":
        return replace(row, numbers=(f"9.{number}",)), kind
    if kind == "lead":
        unit = draw(st.sampled_from([unit for unit in UNITS if unit != row.assignment.lead]))
        words = f"{unit} chủ trì"
        return replace(row, assignment=parse_assignment(words), assignment_text=words), kind
    if kind == "deadline":
        first = row.deliverables[0]
        time = "Trước ngày 20/11/2021"
        return replace(row, deliverables=(product(first.text, time), *row.deliverables[1:])), kind
    return (None if kind == "withdrawn" else row), kind


@given(st.data())
@settings(max_examples=80, deadline=None)
def test_random_edits_are_listed_exactly(data):
    before = data.draw(plans())
    outcomes = [edited(data.draw, number, row) for number, row in enumerate(before)]
    after = [row for row, _kind in outcomes if row is not None]
    added = data.draw(st.integers(0, 2))
    after += [task(f"8.{number}", words, (("Sổ ghi", "Trong năm"),)) for number, words in enumerate(NEW[:added])]

    found = compare(before, after)

    expected = sorted(
        (" ".join((new or old).numbers), kind) for old, (new, kind) in zip(before, outcomes, strict=True) if kind
    )
    assert found.asked == ()
    assert kinds(found) == sorted([*expected, *((f"8.{number}", "added") for number in range(added))])


NEW = ("Lắp camera giám sát tại bộ phận tiếp nhận", "Trồng cây xanh trong khuôn viên trụ sở cơ quan")
