"""Words of the page behind a link of a mail."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from cchc_tasks.domain.errors import DomainError
from cchc_tasks.domain.mail_links import LinkTrouble, LinkUse, UnusableLink
from cchc_tasks.domain.workflow import Status
from cchc_tasks.wording.core import format_date, format_instant

#: What each choice is called, what its button says, and what stands beside it.
CHOICES: dict[LinkUse, tuple[str, str, str]] = {
    LinkUse.START: ("Bắt đầu thực hiện", "Xác nhận bắt đầu thực hiện", "Việc chuyển sang “Đang thực hiện” từ hôm nay."),
    LinkUse.REPORT: (
        "Báo cáo hoàn thành",
        "Gửi báo cáo hoàn thành",
        "Ghi văn bản đã ban hành. Cần kèm tệp thì đăng nhập.",
    ),
    LinkUse.NOTE: ("Ghi chú tiến độ", "Gửi ghi chú", "Trạng thái của việc giữ nguyên."),
    LinkUse.EXPLAIN: ("Giải trình", "Gửi giải trình", "Giải trình lưu cùng với việc này."),
}
#: The label of the text field.
TEXTS: dict[LinkUse, str] = {
    LinkUse.NOTE: "Ghi chú tiến độ",
    LinkUse.EXPLAIN: "Nội dung giải trình",
    LinkUse.REPORT: "Lý do ngày hoàn thành trước ngày ban hành kế hoạch",
}
#: What was done, told on the page afterwards.
DONE: dict[LinkUse, str] = {
    LinkUse.START: "Đã ghi: bắt đầu thực hiện.",
    LinkUse.REPORT: "Đã gửi báo cáo hoàn thành, chờ xác nhận.",
    LinkUse.NOTE: "Đã ghi chú tiến độ.",
    LinkUse.EXPLAIN: "Đã gửi giải trình.",
}
_USED_FOR: dict[LinkUse, str] = {
    LinkUse.START: "ghi bắt đầu thực hiện",
    LinkUse.REPORT: "báo cáo hoàn thành",
    LinkUse.NOTE: "ghi chú tiến độ",
    LinkUse.EXPLAIN: "giải trình",
}
DOCUMENT_MISSING = "Nhập số, ký hiệu văn bản, ví dụ 42/BC-STTTT."
EXPLANATION_MISSING = "Nhập nội dung giải trình."
NOT_YOURS = "Việc này nay không do đơn vị của ông/bà thực hiện nên không cập nhật được ở đây."
_CLOSED: Mapping[Status, str] = {
    Status.REPORTED: "Việc này đã được báo cáo hoàn thành ngày {day}, đang chờ xác nhận.",
    Status.DONE: "Việc này đã hoàn thành ngày {day}.",
    Status.WITHDRAWN: "Việc này đã rút khỏi kế hoạch từ ngày {day}.",
    Status.LAPSED: "Việc này đã hết hiệu lực từ ngày {day}.",
    Status.CARRIED_OVER: "Việc này đã chuyển sang kế hoạch năm sau.",
}
TITLES: dict[LinkTrouble, str] = {
    LinkTrouble.UNKNOWN: "Đường dẫn không còn dùng được",
    LinkTrouble.EXPIRED: "Đường dẫn đã hết hạn",
    LinkTrouble.USED: "Đã ghi nhận",
}


def trouble(error: UnusableLink) -> str:
    """What became of the link, and what to do instead."""
    if error.trouble is LinkTrouble.EXPIRED:
        ended = error.facts.get("expired_at")
        said = f" lúc {format_instant(ended)}" if isinstance(ended, datetime) else ""
        return f"Đường dẫn này hết hạn{said}. Đăng nhập để cập nhật, hoặc dùng đường dẫn trong thư nhắc việc mới nhất."
    if error.trouble is LinkTrouble.USED:
        return used(error.facts.get("used_at"), error.facts.get("used_for"))
    return (
        "Có thể đường dẫn bị cắt khi chép lại, hoặc mật khẩu đã đổi sau khi thư được gửi. "
        "Đăng nhập để cập nhật, hoặc dùng đường dẫn trong thư nhắc việc mới nhất."
    )


def used(used_at: object, used_for: object) -> str:
    """ "Đường dẫn này đã dùng để báo cáo hoàn thành lúc …"."""
    what = f" để {_USED_FOR[LinkUse(used_for)]}" if isinstance(used_for, str) and used_for in set(LinkUse) else ""
    at = f" lúc {format_instant(used_at)}" if isinstance(used_at, datetime) else ""
    return (
        f"Đường dẫn này đã dùng{what}{at}. Mỗi đường dẫn dùng một lần, mở lại không ghi thêm gì. "
        "Cần sửa hoặc bổ sung thì đăng nhập."
    )


def closed(status: Status, status_on: object) -> str:
    """Why nothing can be said of the item any more; where it is open, why not by this person."""
    words = _CLOSED.get(status)
    return NOT_YOURS if words is None else words.format(day=format_date(status_on))  # type: ignore[arg-type]


EXPLANATIONS: dict[type[DomainError], Callable[[Any], str]] = {UnusableLink: trouble}
