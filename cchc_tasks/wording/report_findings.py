"""Findings of one kind told together: how many of what, who accepted them."""

from collections.abc import Mapping

from cchc_tasks.domain.reports.findings import FindingKind
from cchc_tasks.wording.core import format_number

#: What is counted where several findings of a kind stand under one heading.
NOUNS: Mapping[FindingKind, str] = {
    FindingKind.RELATION: "chỗ số liệu không khớp nhau",
    FindingKind.TOTAL_MISSING: "tổng số còn trống",
    FindingKind.SHARE_WITHOUT_TOTAL: "tỷ lệ chưa có tổng số làm mẫu số",
    FindingKind.BLANK: "dòng còn trống",
    FindingKind.BLANK_IMPLIED: "dòng còn trống mà dòng khác đã cho biết câu trả lời",
    FindingKind.ANSWER_IN_NOTE: "dòng còn trống mà ghi chú đã trả lời",
    FindingKind.NOT_YET: "dòng ghi “chưa có”",
    FindingKind.PERCENT_OUT_OF_RANGE: "tỷ lệ ngoài khoảng từ 0 đến 100",
    FindingKind.FRACTION_IN_CELL: "ô không khớp phân số đi kèm",
    FindingKind.PARTS_IN_CELL: "ô không bằng tổng các phần trong ngoặc",
    FindingKind.NOT_WHOLE: "ô phải là số nguyên",
    FindingKind.NOT_AN_OPTION: "câu trả lời ngoài các phương án",
    FindingKind.WORDS_FOR_NUMBER: "ô cần số mà ghi chữ",
    FindingKind.VALUE_ON_HEADING: "đề mục có số liệu",
    FindingKind.PERCENT_MAY_BE_COUNT: "ô tỷ lệ có thể là số lượng",
    FindingKind.ZERO_OR_NOT_APPLICABLE: "tỷ lệ bằng 0",
    FindingKind.CUMULATIVE_FELL: "số lũy kế giảm so với kỳ trước",
    FindingKind.MOVED_FAR: "số khác xa kỳ trước",
    FindingKind.TEXT_DISAGREES: "câu không khớp biểu",
    FindingKind.TEXT_OTHER_PERIOD: "câu nói về kỳ khác",
    FindingKind.TEXT_NAMES_MORE: "câu nêu nhiều hơn biểu",
    FindingKind.TEXT_SAYS_DONE: "câu nói đã có trong khi biểu ghi chưa",
    FindingKind.NUMBER_MOVED: "số trong lời văn đã đổi",
    FindingKind.NUMBER_UNBOUND: "số gõ tay trong lời văn",
    FindingKind.NOTE_IS_INSTRUCTION: "ghi chú còn nguyên lời hướng dẫn",
    FindingKind.NOTE_SAYS_OPEN: "ghi chú nói đang triển khai",
    FindingKind.NOTE_OF_OTHER_YEAR: "ghi chú dẫn văn bản năm khác",
    FindingKind.OVERRIDDEN: "số in khác số máy tính",
    FindingKind.FORM_NOT_IN_FORCE: "biểu mẫu ngoài thời gian hiệu lực",
    FindingKind.MISNUMBERED: "dòng in số thứ tự khác vị trí",
    FindingKind.DUPLICATE_HEADING: "nhóm đề mục trùng tên",
    FindingKind.UNIT_MISSING: "dòng không in đơn vị tính",
    FindingKind.UNIT_MISMATCH: "dòng in đơn vị tính không hợp nội dung",
    FindingKind.PRINTED_OTHERWISE: "ô ghi theo cách riêng",
}


def several(kind: FindingKind, count: int) -> str:
    """ "12 dòng còn trống"."""
    return f"{format_number(count)} {NOUNS[kind]}"


def say_not_yet(count: int) -> str:
    return f"Ghi “chưa có” cho {format_number(count)} dòng"


def said_not_yet(count: int) -> str:
    return f"Đã ghi “chưa có” cho {format_number(count)} dòng. Nhập số khi có, hoặc chấp nhận cả nhóm kèm lý do."


def for_reason(reason: str) -> str:
    return f"Lý do: {reason}"
