from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc_tasks.domain.counting import OutReason
from cchc_tasks.domain.reports.checks import check
from cchc_tasks.domain.reports.figures import Inputs, RegisterEntry, compute
from cchc_tasks.domain.reports.findings import Checked, FindingKind, Statement
from cchc_tasks.domain.reports.texts import bound_numbers, render, stale_numbers
from cchc_tasks.wording import report_sentences
from cchc_tasks.wording.report_sentences import Naming, OpenWork, open_work_lines, sentences_of
from tests.domain.reports.plans import BEFORE, CUT_OFF, plan_of
from tests.domain.reports.real_reports import SLUGS, form_of, report_of

WINDOW = (date(2022, 12, 15), CUT_OFF)


def written(slug, naming, *, is_standing_open=False, **inputs):
    form = form_of(slug)
    figures = compute(form, Inputs(WINDOW, **inputs))
    found = sentences_of(form, figures, naming, is_standing_open=is_standing_open)
    assert all(stale_numbers(each.sentence, form, figures) == () for each in found)
    return {each.key: render(each.sentence) for each in found}


def test_the_sentence_of_soc_trang_with_the_noun_of_its_counting_rule():
    naming = Naming("Sở", "Kế hoạch CCHC năm 2023 của Sở", "phần việc")

    sentence = written(SLUGS[2], naming, tallies={"cchc": [plan_of(41, 47, noun="phần việc")]})["steer.plan.tasks_done"]

    assert sentence == (
        "Tính đến thời điểm báo cáo, Sở đã thực hiện 41/47 phần việc theo Kế hoạch CCHC năm 2023 của Sở, "
        "đạt tỷ lệ 87,23%."
    )
    quotes = [fact["quote"] for fact in report_of(SLUGS[2])["facts"]]
    assert any(quote in sentence for quote in quotes if "41/47" in quote)


def test_the_sentence_of_tuyen_quang_with_its_note_on_standing_work():
    naming = Naming("Sở", "Kế hoạch CCHC năm 2021 của Sở", "nhiệm vụ")

    sentence = written(SLUGS[0], naming, tallies={"cchc": [plan_of(7, 9)]}, is_standing_open=True)[
        "steer.plan.tasks_done"
    ]

    assert sentence == (
        "Tính đến thời điểm báo cáo, Sở đã thực hiện 7/9 nhiệm vụ theo Kế hoạch CCHC năm 2021 của Sở. "
        "Một số nhiệm vụ thực hiện thường xuyên."
    )
    note = next(row["note"] for row in report_of(SLUGS[0])["form"]["rows"] if row["code"] == "1.1.2")
    assert report_sentences.standing_note("nhiệm vụ") == note


def test_sentences_are_written_only_from_figures_that_are_there():
    naming = Naming("Sở", "Kế hoạch CCHC năm 2023 của Sở", "phần việc")

    assert written(SLUGS[2], naming) == {}
    assert list(written(SLUGS[2], naming, tallies={"assigned_by_province": [plan_of(5, 5)]})) == [
        "steer.assigned_province.total"
    ]


def test_given_tasks_documents_inspections_and_publicity_have_their_sentences():
    naming = Naming("Sở", "Kế hoạch CCHC năm 2023 của Sở", "phần việc")
    entries = [RegisterEntry(f"document:{number}", "", BEFORE) for number in range(12)]

    found = written(
        SLUGS[2],
        naming,
        tallies={"assigned_by_province": [plan_of(6, 7, late=1)], "communication": [plan_of(3, 3)]},
        scoped={"steer.inspect.divisions": [plan_of(4, 4)], "steer.inspect.units_under": [plan_of(1, 1)]},
        registers={
            "steer.docs_issued": entries,
            "steer.inspect.findings": [],
            "steer.inspect.findings_resolved": [],
        },
    )

    assert list(found.values()) == [
        "Sở đã ban hành 12 văn bản chỉ đạo, điều hành CCHC.",
        "Sở đã kiểm tra 4 phòng, ban và 1 đơn vị trực thuộc; phát hiện 0 vấn đề, đã xử lý xong 0 vấn đề.",
        "Tỷ lệ thực hiện nhiệm vụ tuyên truyền theo kế hoạch đạt 100%.",
        "Ủy ban nhân dân tỉnh giao Sở 7 nhiệm vụ; Sở đã hoàn thành đúng hạn 5 nhiệm vụ, "
        "hoàn thành nhưng quá hạn 1 nhiệm vụ.",
    ]


def test_what_is_not_done_is_told_with_whose_it_is_and_why():
    lines = open_work_lines(
        "phần việc",
        [
            OpenWork(
                "6.3.",
                "Xây dựng quy chế chi tiêu nội bộ.",
                "Văn phòng",
                OutReason.OVERDUE,
                date(2023, 6, 30),
                explanation="Chờ ý kiến thẩm định của Sở Tài chính.",
            ),
            OpenWork("7.1", "Báo cáo năm", "Phòng CNTT", OutReason.NOT_YET_DUE, date(2023, 12, 31)),
            OpenWork("", "Tuyên truyền trên trang thông tin", "", OutReason.UNDATED, is_standing=True),
        ],
    )

    assert lines == (
        "Các phần việc chưa hoàn thành:",
        "- 6.3. Xây dựng quy chế chi tiêu nội bộ (Văn phòng): quá hạn từ ngày 30/6/2023; "
        "Chờ ý kiến thẩm định của Sở Tài chính.",
        "- 7.1. Báo cáo năm (Phòng CNTT): trong hạn, hạn 31/12/2023.",
        "- Tuyên truyền trên trang thông tin: thực hiện thường xuyên.",
    )
    assert open_work_lines("phần việc", []) == ()


@pytest.mark.parametrize("reason", list(OutReason))
def test_every_reason_has_its_words(reason):
    assert open_work_lines("nhiệm vụ", [OpenWork("1", "Việc", "", reason, date(2023, 12, 31))])[1].endswith(".")


TEXT_KINDS = {FindingKind.TEXT_DISAGREES, FindingKind.TEXT_OTHER_PERIOD, FindingKind.TEXT_NAMES_MORE}


@given(st.data())
def test_a_written_sentence_never_contradicts_the_row_it_was_written_from(data):
    def plan():
        total = data.draw(st.integers(0, 60))
        done = data.draw(st.integers(0, total))
        return [plan_of(done, total, late=data.draw(st.integers(0, done)))]

    form = form_of(SLUGS[2])
    kinds = ("cchc", "assigned_by_province", "communication")
    figures = compute(
        form,
        Inputs(
            WINDOW,
            tallies={kind: plan() for kind in kinds},
            scoped={"steer.inspect.divisions": plan(), "steer.inspect.units_under": plan()},
            registers={
                key: [RegisterEntry("1", "", BEFORE, data.draw(st.integers(0, 1500)))]
                for key in ("steer.docs_issued", "steer.inspect.findings", "steer.inspect.findings_resolved")
            },
        ),
    )
    texts = tuple(each.sentence for each in sentences_of(form, figures, Naming("Sở", "Kế hoạch năm 2023", "nhiệm vụ")))
    checked = Checked(
        form,
        {key: figure.cell for key, figure in figures.items()},
        WINDOW,
        "year",
        statements=tuple(Statement(number.key, render(text)) for text in texts for number in bound_numbers(text)),
        texts=texts,
        figures=figures,
    )

    assert [finding for finding in check(checked) if finding.kind in TEXT_KINDS] == []


def test_what_is_counted_of_one_row_of_the_plan_stands_in_one_line():
    printed = "Duy trì hệ thống QLCL.\nÁp dụng ISO điện tử ,"
    lines = open_work_lines(
        "nhiệm vụ",
        [
            OpenWork("6.3", printed, "Ban ISO", OutReason.OVERDUE, date(2021, 2, 28), explanation="Chờ kinh phí."),
            OpenWork("1.1", "Việc khác", "Ban ISO", OutReason.UNDATED),
            OpenWork("6.3", printed, "Ban ISO", OutReason.NOT_YET_DUE, date(2021, 12, 31)),
            OpenWork("6.3", printed, "Ban ISO", OutReason.NOT_YET_DUE, date(2021, 12, 31), explanation="Chờ kinh phí."),
        ],
    )

    assert lines[1:] == (
        "- 6.3. Duy trì hệ thống QLCL; Áp dụng ISO điện tử (Ban ISO; 3 nhiệm vụ): quá hạn từ ngày 28/02/2021; "
        "trong hạn, hạn 31/12/2021; Chờ kinh phí.",
        "- 1.1. Việc khác (Ban ISO): không định ngày.",
    )
