"""To which section of the text something belongs."""

import pytest

from cchc_tasks.domain.reports.outline import heading_about, heading_of
from cchc_tasks.storage.report_forms import shipped_forms

FORMS = {form.code: form for form in shipped_forms()}


@pytest.mark.parametrize(
    ("area", "said"),
    [
        ("Cải cách thể chế", "thể chế"),
        ("Cải cách thủ tục hành chính", "thủ tục hành chính"),
        ("Cải cách tổ chức bộ máy", "bộ máy"),
        ("Cải cách tài chính công", "tài chính công"),
        ("Công tác chỉ đạo, điều hành", "CHỈ ĐẠO"),
    ],
)
@pytest.mark.parametrize("code", ["tuyen-quang-so-nganh", "quang-binh-so-nganh"])
def test_the_notes_of_an_area_belong_to_the_section_that_speaks_of_it(code, area, said):
    heading = heading_about(FORMS[code], area)

    assert heading is not None
    assert said.casefold() in heading.section.title.casefold()


def test_words_that_every_heading_says_choose_none():
    assert heading_about(FORMS["tuyen-quang-so-nganh"], "Cải cách hành chính") is None


def test_a_row_belongs_under_the_deepest_heading_that_names_it():
    heading = heading_of(FORMS["tuyen-quang-so-nganh"], "steer.plan.tasks_done")

    assert heading is not None
    assert heading.place == "1.1"
