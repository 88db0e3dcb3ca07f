"""Words of the queue of reported work: verdicts, ready reasons, why something is locked."""

from datetime import date

from cchc_tasks.domain.errors import RefusedReason
from cchc_tasks.domain.periods import ReportingPeriod
from cchc_tasks.domain.standing import Facts, as_confirmed, days_late
from cchc_tasks.wording.core import format_date, format_number, period_name

#: Ready reasons of a return, by the value the form carries; the last asks for words of one's own.
REASONS: dict[str, str] = {
    "thieu": "Thiếu minh chứng",
    "sai": "Văn bản không đúng sản phẩm",
    "chua": "Chưa đến kỳ",
    "khac": "Khác",
}
OTHER = "khac"

LOCKED: dict[RefusedReason, str] = {
    RefusedReason.SELF_CONFIRMATION: "Người báo cáo không tự xác nhận việc của mình. Chờ người khác xác nhận.",
    RefusedReason.OFFICE_WORK_NEEDS_LEADER: "Văn phòng không tự xác nhận việc của mình. Chờ lãnh đạo xác nhận.",
}
NO_EVIDENCE = "Không có minh chứng"
REASON_MISSING = "Chọn lý do trả lại, hoặc ghi cho đơn vị biết phải sửa gì."
TEXT_MISSING = "Ghi cho đơn vị biết phải sửa gì."
OVERRIDE_MISSING = "Ghi lý do xác nhận ngoài quy tắc."
NOTHING_CHOSEN = "Chưa chọn sản phẩm nào. Đánh dấu sản phẩm rồi gửi lại."


def verdict(facts: Facts, today: date) -> tuple[str, str]:
    """Kind and words of the tag: what the work becomes if the report is confirmed as it stands."""
    late = days_late(as_confirmed(facts), today)
    if late:
        return "donelate", f"Nếu xác nhận: quá hạn {format_number(late)} ngày"
    return "done", "Nếu xác nhận: đúng hạn" if facts.due_on else "Nếu xác nhận: hoàn thành, không định ngày"


def return_reason(choice: str, text: str) -> str:
    """The ready words and the person's own, as the unit will read them."""
    ready = "" if choice in ("", OTHER) else REASONS[choice]
    if not ready:
        return text
    return f"{ready}. {text}" if text else f"{ready}."


def summary(count: int, longest_days: int, period: ReportingPeriod) -> str:
    cut_off = f"chốt số liệu {period_name(period)} ngày {format_date(period.cut_off)}"
    if not count:
        return f"Không có sản phẩm nào chờ xác nhận · {cut_off}"
    waited = "gửi hôm nay" if longest_days == 0 else f"chờ lâu nhất {format_number(longest_days)} ngày"
    return f"{format_number(count)} sản phẩm đơn vị báo cáo hoàn thành, {waited} · {cut_off}"


def confirmed(count: int) -> str:
    return f"Đã xác nhận {format_number(count)} sản phẩm."


def partly_confirmed(done: int, refused: int) -> str:
    if not done:
        return f"Chưa xác nhận được {format_number(refused)} sản phẩm:"
    return f"Đã xác nhận {format_number(done)} sản phẩm; chưa xác nhận được {format_number(refused)}:"


def returned(unit: str) -> str:
    return f"Đã trả lại {unit}." if unit else "Đã trả lại."


def return_to(unit: str) -> str:
    return f"Trả lại {unit}" if unit else "Trả lại"


def product_place(place: int, total: int) -> str:
    return f"sản phẩm {place}/{total}" if total > 1 else ""


def sent(day: str, time: str) -> str:
    return f"gửi {day} {time}"


def asked(due_on: date | None, printed: str, beside: str = "") -> str:
    """What was asked for: "Hạn 31/12/2021, kế hoạch ghi “Trong năm”"; `beside` tells of an earlier deadline."""
    moved = f" ({beside})" if beside else ""
    return f"Hạn {format_date(due_on)}{moved}, {printed}" if due_on else f"Không định ngày, {printed}"


def done_on(is_of_document: bool) -> str:
    return ", lấy theo ngày ban hành" if is_of_document else ""
