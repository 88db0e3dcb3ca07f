"""To which section of the text something belongs."""

import pytest

from cchc_tasks.domain.reports.outline import heading_about, heading_of, topic_of
from cchc_tasks.storage.report_forms import shipped_forms

FORMS = {form.code: form for form in shipped_forms()}


#: The areas of plan 163 and of plans that name them otherwise, with the rows whose section their notes belong under.
AREAS = {
    "Cải cách thể chế": "law",
    "Kiểm tra, rà soát văn bản quy phạm pháp luật": "law",
    "Cải cách thủ tục hành chính": "proc",
    "Cải cách TTHC và thực hiện cơ chế một cửa": "proc",
    "Cải cách tổ chức, bộ máy": "org",
    "Cải cách công vụ": "civil",
    "Xây dựng và nâng cao chất lượng đội ngũ cán bộ, công chức, viên chức": "civil",
    "Cải cách Tài chính công": "fin",
    "Xây dựng và phát triển Chính phủ điện tử": "egov",
    "Hiện đại hóa nền hành chính": "egov",
    "Đẩy mạnh chuyển đổi số": "egov",
    "Công tác chỉ đạo, điều hành, thông tin, tuyên truyền về cải cách hành chính": "steer",
    "Công tác tuyên truyền CCHC": "steer.comms",
    "Kiểm tra công tác cải cách hành chính": "steer.inspect",
}


#: As plan 163 prints them.
PLAN_163 = {
    "Cải cách thể chế",
    "Cải cách thủ tục hành chính",
    "Cải cách tổ chức, bộ máy",
    "Cải cách công vụ",
    "Cải cách Tài chính công",
    "Xây dựng và phát triển Chính phủ điện tử",
    "Công tác chỉ đạo, điều hành, thông tin, tuyên truyền về cải cách hành chính",
}


@pytest.mark.parametrize("code", FORMS)
@pytest.mark.parametrize(("area", "topic"), AREAS.items())
def test_the_notes_of_an_area_belong_to_the_section_that_speaks_of_it(code, area, topic):
    heading = heading_about(FORMS[code], area)

    assert heading is not None
    assert heading == heading_of(FORMS[code], topic)
    said = topic_of(heading.section.title)
    # One outline has no headings of its own for publicity and inspections: they stand under steering.
    assert said in (topic, "") or topic.startswith(f"{said}.")


@pytest.mark.parametrize("code", FORMS)
def test_the_seven_areas_of_plan_163_belong_to_seven_sections(code):
    areas = [name for name in AREAS if name in PLAN_163]

    assert len({heading_about(FORMS[code], area).place for area in areas}) == len(PLAN_163) == 7


@pytest.mark.parametrize("code", FORMS)
def test_an_area_that_speaks_of_nothing_known_chooses_no_section_by_chance(code):
    assert heading_about(FORMS[code], "Nhiệm vụ trọng tâm") is None


def test_words_that_every_heading_says_choose_none():
    assert heading_about(FORMS["tuyen-quang-so-nganh"], "Cải cách hành chính") is None


def test_a_row_belongs_under_the_deepest_heading_that_names_it():
    heading = heading_of(FORMS["tuyen-quang-so-nganh"], "steer.plan.tasks_done")

    assert heading is not None
    assert heading.place == "1.1"
