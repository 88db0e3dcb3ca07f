"""Words of the letter that asks a unit for its late work (công văn đôn đốc)."""

from datetime import date

from cchc_tasks.wording.core import format_date, format_number
from cchc_tasks.wording.official import END

TABLE_NAME = "Phần việc quá hạn chưa hoàn thành"
COLUMNS = ("STT", "Nhiệm vụ", "Sản phẩm", "Thời hạn", "Quá hạn (ngày)", "Tình hình cập nhật gần nhất")
NO_STATUS = "Chưa có cập nhật"
ANNEX_TITLE = "Danh mục phần việc quá hạn chưa hoàn thành"


def subject(plan: str) -> str:
    """What the letter is about; `plan` as in "Kế hoạch số 163/KH-STTTT"."""
    return f"đôn đốc thực hiện nhiệm vụ quá hạn theo {plan}"


def opening(plan: str, as_of: date, unit: str, count: int, *, is_annexed: bool) -> str:
    """What was found, with the list after it or in the annex."""
    where = "(danh mục tại Phụ lục kèm theo)." if is_annexed else "cụ thể như sau:"
    return (
        f"Thực hiện {plan}; qua theo dõi, tính đến hết ngày {format_date(as_of)}, {unit} còn "
        f"{_counted(count)} phần việc quá hạn chưa hoàn thành{' ' if is_annexed else ', '}{where}"
    )


def _counted(count: int) -> str:
    """Numbers below ten with a 0, as documents print them."""
    return f"{count:02d}" if count < 10 else format_number(count)


def requests(unit: str, office: str, answer_by: date | None) -> tuple[str, ...]:
    """What the unit is asked to do."""
    when = f" trước ngày {format_date(answer_by)}" if answer_by else ""
    return (
        f"Để bảo đảm tiến độ, {office} đề nghị {unit}:",
        "1. Tập trung hoàn thành các phần việc nêu trên; khi hoàn thành, báo cáo kết quả kèm số, ký hiệu, "
        "ngày ban hành của văn bản hoặc tài liệu minh chứng.",
        "2. Đối với phần việc chưa thể hoàn thành ngay, báo cáo giải trình rõ nguyên nhân, người chịu trách nhiệm và "
        f"thời gian hoàn thành cụ thể, gửi {office}{when} để tổng hợp, báo cáo lãnh đạo.",
        f"Đề nghị {unit} quan tâm, thực hiện{END}",
    )
