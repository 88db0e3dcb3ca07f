"""Words of the boards and of indicator 1.1: views, filters, columns, how a table is counted."""

from collections.abc import Iterable
from datetime import date
from typing import Protocol

from cchc_tasks.domain.reorganisations import UnitsAsked
from cchc_tasks.domain.standing import Standing
from cchc_tasks.wording.core import format_date, format_number, label

#: What a list of obligations counts where no rule of the plans shown says otherwise.
NOUN = "mốc phải nộp"
UNKNOWN_LEAD = "Chưa rõ chủ trì"
ONLY_COORDINATING = "Chỉ phối hợp"
CO_LEAD_ELSEWHERE = "Cùng chủ trì"
NO_DUE_DATE = "Không có ngày hạn"
ALL_PLANS = "Tất cả kế hoạch"
RETURNED = "Trả lại"
REMOVED = "Đã ra khỏi kế hoạch"
MOVE = "Chuyển"
SHOW_FEWER = "Thu gọn các cột"

#: The standings in the order of the matrix, with the short head of their column.
MATRIX_HEADS = {
    Standing.OVERDUE: "Quá hạn",
    Standing.DUE_SOON: "Sắp đến hạn",
    Standing.OPEN: "Trong hạn",
    Standing.UNDATED: "Không ngày",
    Standing.AWAITING_CONFIRMATION: "Chờ xác nhận",
    Standing.DONE_ON_TIME: "Đúng hạn",
    Standing.DONE_LATE: "Quá hạn",
}

MATRIX_RULE = (
    "Đếm theo {noun}; việc định kỳ tính mỗi kỳ một {noun}. Mỗi {noun} tính một lần: ở đơn vị được phân công "
    "riêng cho sản phẩm đó, nếu không thì ở đơn vị chủ trì; chưa rõ chủ trì thì ở đơn vị ghi trước, "
    "các đơn vị cùng ghi mang chữ “Cùng chủ trì”; "
    "chỉ ghi nhóm đơn vị thì ở dòng “Chưa rõ chủ trì”. "
    "“Sắp đến hạn” là còn từ {days} ngày trở xuống. “Chờ xác nhận” là đã báo cáo đúng hạn, chưa được xác nhận; "
    "báo cáo sau hạn mà chưa xác nhận vẫn ở cột quá hạn. Việc không định ngày khi hoàn thành tính là đúng hạn."
)


def columns_head(day: date) -> str:
    return f"tính đến hết ngày {format_date(day)}"


def as_at(day: date, known_on: date | None) -> str:
    """ "tính đến hết ngày 10/3/2021, theo số liệu ghi nhận đến hôm nay"."""
    known = f"hết ngày {format_date(known_on)}" if known_on else "hôm nay"
    return f"tính đến hết ngày {format_date(day)}, theo số liệu ghi nhận đến {known}"


def plan_words(number: str, year: int) -> str:
    return f"Kế hoạch {number} năm {year}"


def plans_words(count: int, year: int | None) -> str:
    """How several plans are called together."""
    whose = f" năm {year}" if year else ""
    return f"{format_number(count)} kế hoạch{whose}" if count else "Chưa có kế hoạch"


def noun_of(nouns: Iterable[str]) -> str:
    """One word for what several plans count: the one that their rules share, else the general one.

    '' stands for a rule that does not count obligations.
    """
    found = set(nouns)
    return next(iter(found)) or NOUN if len(found) == 1 else NOUN


def items(count: int, noun: str) -> str:
    """ "1.050 sản phẩm"."""
    return f"{format_number(count)} {noun}"


def see_more(count: int, noun: str) -> str:
    return f"Xem thêm {items(count, noun)}"


def place_of(place: int, total: int) -> str:
    """ "sản phẩm 1/2": which of the task's products it is."""
    return f"sản phẩm {place}/{total}"


def matrix_rule(due_soon_days: int, noun: str) -> str:
    return MATRIX_RULE.format(days=due_soon_days, noun=noun)


def matrix_caption(noun: str, *, is_by_area: bool) -> str:
    return f"Số {noun} theo {'lĩnh vực' if is_by_area else 'đơn vị chủ trì'} và tình trạng hạn"


def not_counted(count: int, noun: str) -> str:
    return f"{items(count, noun)} đã ra khỏi kế hoạch, không tính trong bảng."


def unread_filter(names: list[str]) -> str:
    """Which filters were set aside because their value means nothing here."""
    return f"Bỏ qua giá trị không đọc được ở: {', '.join(names)}. Chọn lại trong bộ lọc."


def spoken(standing: Standing) -> str:
    return label(standing).lower()


#: What each filter of the address is called.
UNITS_THEN = "Theo đơn vị lúc đó"
UNITS_NOW = "Theo đơn vị hiện nay"
FILTER_NAMES = {
    "q": "Từ khóa",
    "kh": "Kế hoạch",
    "dv": "Đơn vị chủ trì",
    "lv": "Lĩnh vực",
    "han": "Hạn",
    "cot": "Trạng thái",
    "dinh-ky": "Việc định kỳ",
    "tu": "Hạn từ ngày",
    "den": "Hạn đến ngày",
    "moc": "Ngày hạn",
    "ngay": "Tính đến ngày",
    "biet": "Theo số liệu ghi nhận đến",
    "dong": "Mỗi dòng là",
    "theo": "Đơn vị",
    "tat-ca": "Xem đủ",
}
STANDING_FILTERS = {
    "qua-han": "Quá hạn",
    "sap-den-han": "Sắp đến hạn",
    "trong-han": "Trong hạn",
    "khong-ngay": "Không định ngày",
    "cho-xac-nhan": "Chờ xác nhận, báo cáo đúng hạn",
    "dung-han": "Hoàn thành đúng hạn",
    "xong-qua-han": "Hoàn thành quá hạn",
    "chua-xong": "Chưa hoàn thành",
    "da-xong": "Đã hoàn thành",
    "da-rut": REMOVED,
}
COLUMN_NAMES = {
    "chua": "Chưa thực hiện",
    "dang": "Đang thực hiện",
    "bao-cao": "Chờ xác nhận",
    "tra-lai": RETURNED,
    "xong": "Hoàn thành",
    "da-rut": REMOVED,
}
PERIODIC_FILTERS = {"khong": "Không gồm", "chi": "Chỉ việc định kỳ"}
PERIODIC_CHIPS = {"khong": "Không gồm việc định kỳ", "chi": "Chỉ việc định kỳ"}
NEWEST_YEAR = "Năm mới nhất"


class PrintedArea(Protocol):
    @property
    def ordinal(self) -> str: ...

    @property
    def name(self) -> str: ...


def area(value: PrintedArea) -> str:
    """ "2. Cải cách thủ tục hành chính"."""
    return f"{value.ordinal.rstrip('.')}. {value.name}" if value.ordinal else value.name


TOTAL = "Toàn cơ quan"
UNIT_MATRIX = "Đơn vị chủ trì theo tình trạng hạn"
AREA_MATRIX = "Lĩnh vực theo tình trạng hạn"
TABLE_TITLE = "Bảng tiến độ"
#: Heads of the year's columns that are no month.
YEAR_HEADS = {0: "Trước", 13: "Sau", 14: "Không ngày"}


def year_head(place: int) -> str:
    """The head of a column where it stands by itself, on a phone: "Tháng 3", "Không ngày"."""
    return YEAR_HEADS.get(place, f"Tháng {place}")


def year_place(place: int, year: int) -> str:
    """ "tháng 3/2021", "trước năm 2021"."""
    said = {0: f"trước năm {year}", 13: f"sau năm {year}", 14: "không định ngày"}
    return said.get(place, f"tháng {place}/{year}")


def year_cell(place: int, year: int, count: str, parts: str) -> str:
    """A cell of the year read out: "tháng 3/2021: 2 sản phẩm, 1 quá hạn, 1 trong hạn"."""
    return f"{year_place(place, year)}: {count}, {parts}"


def overview_heading(year: int) -> str:
    return f"Tổng quan cải cách hành chính năm {year}"


def trend(delta: int) -> str:
    """How a number moved in a week: "thêm 1 trong tuần", "bớt 2 trong tuần"."""
    if not delta:
        return "không đổi trong tuần"
    return f"{'thêm' if delta > 0 else 'bớt'} {format_number(abs(delta))} trong tuần"


def since(day: date) -> str:
    return f"từ {format_date(day)}"


def days_over(days: int) -> str:
    return f"{format_number(days)} ngày"


def curve_words(day: date, done: int, due: int, pace: int) -> tuple[str, str]:
    """The two lines beside today's mark on the curve."""
    return format_date(day), f"hoàn thành {done} · đến hạn {due} · nhịp kế hoạch {pace}"


def quarter(number: int, year: int) -> str:
    """ "Trước 2021", "Quý I", "Sau 2021"."""
    return {0: f"Trước {year}", 5: f"Sau {year}"}.get(number) or f"Quý {('I', 'II', 'III', 'IV')[number - 1]}"


def same_last_day(count: int, year: int, noun: str) -> str:
    return (
        f"{items(count, noun)} cùng hạn 31/12/{year}. Việc hoàn thành sau 14/12/{year} không kịp vào báo cáo năm."
        if count
        else ""
    )


def late_words(count: int) -> str:
    return f"{format_number(count)} quá hạn" if count else ""


def month(number: int, year: int) -> str:
    """A month under the curve; the first one says its year."""
    return f"1/{year}" if number == 1 else str(number)


def unit_name(name: str, ended_on: date | None) -> str:
    """A unit that is no more says until when it was: its successor may bear the same name."""
    return name if ended_on is None else f"{name} (đến {format_date(ended_on)})"


def with_units(said: str, asked: UnitsAsked, matters: bool) -> str:
    """By which units a table was asked, where there are units that ended."""
    if asked is UnitsAsked.NOW:
        return f"{said} · {UNITS_NOW.lower()}"
    return f"{said} · {UNITS_THEN.lower()}" if matters else said
