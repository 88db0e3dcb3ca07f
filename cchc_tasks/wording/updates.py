"""Words of updating a piece of work: choices, hints, what was written down."""

from datetime import date

from cchc_tasks.domain.agenda import Horizon
from cchc_tasks.domain.periods import ReportingPeriod
from cchc_tasks.wording.core import WEEKDAYS, format_date, format_number, period_name
from cchc_tasks.wording.evidence import ACCEPTED

HORIZONS: dict[Horizon, str] = {
    Horizon.OVERDUE: "Quá hạn",
    Horizon.THIS_WEEK: "Tuần này",
    Horizon.THIS_MONTH: "Tháng này",
    Horizon.LATER: "Sau này",
    Horizon.UNDATED: "Không định ngày",
}
#: The part of an address that names a group.
SLUGS: dict[Horizon, str] = {
    Horizon.OVERDUE: "qua-han",
    Horizon.THIS_WEEK: "tuan-nay",
    Horizon.THIS_MONTH: "thang-nay",
    Horizon.LATER: "sau-nay",
    Horizon.UNDATED: "khong-dinh-ngay",
}

LEADS = "chủ trì"
OWN_PRODUCT = "được giao sản phẩm này"
HANDED = "giao cho tôi"
UNDATED_META = "báo cáo khi có kết quả"

NUMBER_MISSING = "Nhập số, ký hiệu văn bản, ví dụ 42/BC-STTTT."
ISSUED_MISSING = "Nhập ngày ban hành của văn bản."
SUBJECT_MISSING = "Nhập trích yếu của văn bản."
DONE_MISSING = "Nhập ngày hoàn thành."
NOTE_MISSING = "Nhập ghi chú tiến độ."
MOVE_MISSING = "Chọn trạng thái."

STARTED = "Đã ghi: bắt đầu thực hiện."
NOTED = "Đã ghi tiến độ."
SENT_TO_OFFICE = "Đã gửi Văn phòng xác nhận."
SENT_TO_LEADER = "Đã gửi lãnh đạo xác nhận."
SEND_TO_OFFICE = "Gửi Văn phòng xác nhận"
SEND_TO_LEADER = "Gửi lãnh đạo xác nhận"


def file_hint(limit_mb: int) -> str:
    return f"{ACCEPTED}; tối đa {limit_mb} MB."


def co_leads(others: list[str]) -> str:
    return ", ".join(["cùng chủ trì", *others])


def through_group(group: str) -> str:
    return f"thuộc {group}"


def handed_to(name: str) -> str:
    return f"giao {name}"


def note_by(day: date) -> str:
    return f"ghi chú, {format_date(day)}"


def week_meta(end: date, period: ReportingPeriod | None) -> str:
    """ "đến Chủ nhật 14/3/2021", with the cut-off where one falls into the week."""
    text = f"đến {WEEKDAYS[end.weekday()]} {format_date(end)}"
    if period is None:
        return text
    day = "" if period.cut_off == end else f" {format_date(period.cut_off)}"
    return f"{text}; ngày chốt số liệu {period_name(period)}{day}: cần ghi chú tiến độ cho việc làm cả năm"


def overdue_meta(reported: int) -> str:
    """Says why the number in the menu is smaller: what was reported is no longer the unit's to do."""
    return f"{format_number(reported)} việc đã báo cáo, chờ xác nhận" if reported else ""


def later_periods(count: int) -> str:
    return f"và {format_number(count)} kỳ sau"


def more(count: int) -> str:
    return f"Xem thêm {format_number(count)} việc"


def returned_on(who: str, day: date) -> str:
    return f"{who} trả lại ngày {format_date(day)}."


def open_work(count: int) -> str:
    return f"{format_number(count)} việc chưa hoàn thành" if count else "Không có việc chưa hoàn thành"


def plan_of_year(number: str, year: int) -> str:
    return f"Kế hoạch {number} năm {year}"
