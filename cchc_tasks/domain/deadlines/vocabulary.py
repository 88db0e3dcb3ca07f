"""The words of time phrases and what they do; and the items that a phrase is cut into."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, auto

from cchc_tasks.domain.deadlines.model import Recurrence
from cchc_tasks.domain.deadlines.points import Point

#: Stands for a reference to a document, whose number and date are no deadline.
REFERENCE = "¤"


class Tag(StrEnum):
    """What an item does in the phrase."""

    POINT = auto()
    PART = auto()
    RECUR = auto()
    BEFORE = auto()
    TO = auto()
    FROM = auto()
    ONGOING = auto()
    REGULATED = auto()
    EVENT = auto()
    BEFORE_EVENT = auto()
    DURATION = auto()
    LIST = auto()
    RANGE = auto()
    OR = auto()
    VAGUE = auto()
    TENTATIVE = auto()
    OPEN_END = auto()
    ONWARD = auto()
    RELATIVE = auto()
    AFTER = auto()
    IN = auto()
    FILLER = auto()
    BREAK = auto()
    WORD = auto()


@dataclass(frozen=True, slots=True)
class Item:
    """A piece of the phrase, tokens `start` to `end` (exclusive)."""

    tag: Tag
    start: int
    end: int
    point: Point | None = None
    recurrence: Recurrence | None = None
    anchor: str = ""
    text: str = ""


#: Items that say something about time; the others are label or glue.
TIME_TAGS = frozenset(
    {
        Tag.POINT, Tag.PART, Tag.RECUR, Tag.ONGOING, Tag.REGULATED, Tag.EVENT, Tag.BEFORE_EVENT, Tag.DURATION,
        Tag.RELATIVE,
    }
)  # fmt: skip

PHRASES: Mapping[str, Tag] = {
    "trước khi": Tag.BEFORE_EVENT,
    "trước hạn": Tag.WORD,
    "trước thời hạn": Tag.WORD,
    "trước mắt": Tag.WORD,
    "trước": Tag.BEFORE,
    "xong trước": Tag.BEFORE,
    "chậm nhất": Tag.BEFORE,
    "muộn nhất": Tag.BEFORE,
    "trễ nhất": Tag.BEFORE,
    "không quá": Tag.BEFORE,
    "không chậm quá": Tag.BEFORE,
    "không muộn hơn": Tag.BEFORE,
    "không chậm hơn": Tag.BEFORE,
    "hạn cuối": Tag.BEFORE,
    "hạn chót": Tag.BEFORE,
    "hạn cuối cùng": Tag.BEFORE,
    "đến": Tag.TO,
    "tới": Tag.TO,
    "cho đến": Tag.TO,
    "từ": Tag.FROM,
    "bắt đầu từ": Tag.FROM,
    "kể từ": Tag.FROM,
    "bắt đầu": Tag.FROM,
    "sau": Tag.AFTER,
    "ngay sau": Tag.AFTER,
    "thường xuyên": Tag.ONGOING,
    "liên tục": Tag.ONGOING,
    "thường kỳ": Tag.ONGOING,
    "hàng ngày": Tag.ONGOING,
    "hằng ngày": Tag.ONGOING,
    "mỗi ngày": Tag.ONGOING,
    "ngay sau khi": Tag.EVENT,
    "sau khi": Tag.EVENT,
    "ngay khi": Tag.EVENT,
    "khi có": Tag.EVENT,
    "khi": Tag.EVENT,
    "khi cần": Tag.EVENT,
    "phát sinh": Tag.EVENT,
    "đột xuất": Tag.EVENT,
    "kể từ khi": Tag.EVENT,
    "kể từ ngày ban hành": Tag.EVENT,
    "hoặc": Tag.OR,
    "hay": Tag.OR,
    "và/hoặc": Tag.OR,
    "và": Tag.LIST,
    "cùng": Tag.LIST,
    "với": Tag.FILLER,
    "khoảng": Tag.TENTATIVE,
    "dự kiến": Tag.TENTATIVE,
    "tạm tính": Tag.TENTATIVE,
    "định hướng": Tag.TENTATIVE,
    "tầm nhìn": Tag.TENTATIVE,
    "có thể": Tag.TENTATIVE,
    "đầu": Tag.VAGUE,
    "đầu năm": Tag.VAGUE,
    "giữa năm": Tag.VAGUE,
    "giữa": Tag.VAGUE,
    "gần": Tag.VAGUE,
    "ngày làm việc": Tag.VAGUE,
    "ngày đầu tiên": Tag.VAGUE,
    "thượng tuần": Tag.VAGUE,
    "trung tuần": Tag.VAGUE,
    "hạ tuần": Tag.VAGUE,
    "năm học": Tag.VAGUE,
    "niên khóa": Tag.VAGUE,
    "nửa đầu": Tag.VAGUE,
    "nửa cuối": Tag.VAGUE,
    "tuần đầu": Tag.VAGUE,
    "tuần cuối": Tag.VAGUE,
    "tuần thứ": Tag.VAGUE,
    "những ngày đầu": Tag.VAGUE,
    "nhân dịp": Tag.TENTATIVE,
    "dịp": Tag.TENTATIVE,
    "tuần lễ": Tag.TENTATIVE,
    "chào mừng": Tag.TENTATIVE,
    "kỷ niệm": Tag.TENTATIVE,
    "thời điểm": Tag.FILLER,
    "trở đi": Tag.ONWARD,
    "sau đó": Tag.WORD,
    "sau này": Tag.WORD,
    "kỳ họp": Tag.EVENT,
    "các năm tiếp theo": Tag.OPEN_END,
    "những năm tiếp theo": Tag.OPEN_END,
    "các năm sau": Tag.OPEN_END,
    "những năm sau": Tag.OPEN_END,
    "các năm": Tag.FILLER,
    "năm sau": Tag.RELATIVE,
    "năm tới": Tag.RELATIVE,
    "năm trước": Tag.RELATIVE,
    "năm tiếp theo": Tag.RELATIVE,
    "năm liền kề": Tag.RELATIVE,
    "năm kế tiếp": Tag.RELATIVE,
    "tháng sau": Tag.RELATIVE,
    "tháng tới": Tag.RELATIVE,
    "tháng tiếp theo": Tag.RELATIVE,
    "tháng kế tiếp": Tag.RELATIVE,
    "tháng liền kề": Tag.RELATIVE,
    "quý sau": Tag.RELATIVE,
    "quý tiếp theo": Tag.RELATIVE,
    "tuần sau": Tag.RELATIVE,
    "trong": Tag.IN,
    "vào": Tag.IN,
}
LONGEST_PHRASE = 4
#: How many items back the head of a list may stand; bounded, so that reading stays linear.
LOOK_BACK = 6

#: Words of time cells that name no product.
FILLERS = frozenset(
    "ngày cuối hết là của cho thời gian hạn mốc tiến độ vào lúc kỳ từng các giờ xong nay suốt cả toàn bộ chung "
    "phút h g tháng cùng tại giai đoạn thuộc quy định kịp đúng vòng".split()
)
#: Verbs that fit any product.
GENERIC_WORDS = frozenset(
    "hoàn thành thực hiện tổ chức triển khai kết thúc phải xong tiến hành bắt đầu duy trì ban hành trình gửi nộp "
    "được sẽ theo dõi nhiệm vụ việc công tác hoàn thiện và đạt".split()
)
#: "báo cáo 6 tháng và báo cáo năm": words that name what each period of a list is reported by.
REPORTING = frozenset("báo cáo sơ tổng kết đánh giá".split())
LIST_MARKS = frozenset(",&+")
RANGE_MARKS = frozenset("-–—→~")
REGULATING = frozenset(
    {
        "quy định", "qui định", "luật định", "kế hoạch", "tiến độ", "yêu cầu", "hướng dẫn", "chỉ đạo", "lịch",
        "chương trình", "thông báo", "phân công", "lộ trình", "luật", "thời hạn", "thời gian", "thẩm quyền",
        "nhiệm vụ", "định kỳ", "kỳ báo", "chế độ", "văn bản", "thực tế", "quyết định", "đề án", "công văn",
    }
)  # fmt: skip
