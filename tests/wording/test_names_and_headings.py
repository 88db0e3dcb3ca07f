"""What a person is called beside their unit, and how a long text becomes a heading."""

from cchc_tasks.domain.permissions import Role
from cchc_tasks.wording.people import role_in_words, units_unsaid
from cchc_tasks.wording.work import LONGEST_HEADLINE, headline


def test_a_unit_that_the_role_is_called_after_is_said_once():
    assert role_in_words(Role.OFFICE, "Văn phòng") == "Văn phòng"
    assert role_in_words(Role.STAFF, "Phòng Công nghệ thông tin") == "Chuyên viên, Phòng Công nghệ thông tin"
    assert units_unsaid("Chuyên viên Văn phòng, đầu mối CCHC", ["Văn phòng", "Ban ISO"]) == ["Ban ISO"]
    head = "Trưởng phòng Công nghệ thông tin"
    assert units_unsaid(head, ["Phòng CNTT", "Ban biên tập Website"]) == ["Ban biên tập Website"]
    assert units_unsaid("Trưởng phòng Thông tin - Báo chí - Xuất bản", ["Phòng TT-BC-XB", "Phòng BCVT"]) == [
        "Phòng BCVT"
    ]


def test_a_heading_is_not_cut_to_hide_one_word():
    text = "Các cơ quan đơn vị, địa phương gửi nhận văn bản điện tử qua mạng trong tỉnh và bên ngoài tỉnh thông qua hệ thống Quản lý văn bản và điều hành"  # noqa: E501
    assert len(text) > LONGEST_HEADLINE
    assert headline(text) == text
    assert headline(text + " theo quy định của Ủy ban nhân dân tỉnh").endswith(" …")
