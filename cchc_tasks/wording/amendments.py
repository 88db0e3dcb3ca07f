"""Words of amendments: what a newer print of a plan changes, row by row."""

from collections.abc import Mapping
from datetime import date

from cchc_tasks.domain.plan_difference import Change, ChangeKind, PlanDifference, TaskPair
from cchc_tasks.wording.core import format_date, format_number

NO_DIFFERENCE = "Bản này không khác kế hoạch đã có."
AMENDED = "Đã ghi điều chỉnh."
HOW_TO_AMEND = "Để ghi điều chỉnh, dùng --amend với --number, --issued-on và --effective-on của văn bản điều chỉnh."
AMEND_NEEDS = "Cần --number, --issued-on và --effective-on của văn bản điều chỉnh."
PLAN_UNKNOWN = "Tệp không ghi số kế hoạch. Nêu kế hoạch được điều chỉnh bằng --plan."
DO_NOT_MATCH = "Có dòng chưa rõ là nhiệm vụ nào. Mở trang Kế hoạch, nhập tệp và trả lời tại đó."
NO_DAY = "không định ngày"

KINDS: Mapping[str, str] = {
    "revised": "Thay toàn bộ: việc không còn trong văn bản được rút",
    "supplement": "Bổ sung, sửa đổi: việc không nêu thì giữ nguyên",
}

CHANGES: Mapping[ChangeKind, str] = {
    ChangeKind.ADDED: "Thêm nhiệm vụ",
    ChangeKind.SPLIT: "Tách từ nhiệm vụ",
    ChangeKind.JOINED: "Gộp nhiệm vụ",
    ChangeKind.WITHDRAWN: "Rút khỏi kế hoạch",
    ChangeKind.MOVED: "Đổi số, đổi chỗ",
    ChangeKind.REWORDED: "Sửa lời",
    ChangeKind.NOTE: "Sửa ghi chú",
    ChangeKind.LEAD: "Đổi chủ trì",
    ChangeKind.ASSIGNMENT: "Sửa phân công",
    ChangeKind.TIME_WORDS: "Sửa lời thời gian",
    ChangeKind.PRODUCT_ADDED: "Thêm sản phẩm",
    ChangeKind.PRODUCT_TAKEN: "Nhận sản phẩm từ nhiệm vụ khác",
    ChangeKind.PRODUCT_WITHDRAWN: "Rút sản phẩm",
    ChangeKind.PRODUCT_REWORDED: "Sửa lời sản phẩm",
    ChangeKind.PERIOD_ADDED: "Thêm kỳ",
    ChangeKind.PERIOD_WITHDRAWN: "Rút kỳ",
    ChangeKind.DEADLINE: "Đổi thời hạn",
}
_DATED = frozenset({ChangeKind.PERIOD_ADDED, ChangeKind.PERIOD_WITHDRAWN, ChangeKind.DEADLINE})


def number_words(row: TaskPair) -> str:
    """The printed numbers of a row, the newer ones where it has them."""
    task = row.new or row.old
    return ", ".join(task.numbers) if task is not None else ""


def side_words(change: Change) -> tuple[str, str]:
    """Before and after, dates as people write them; empty where a side has nothing."""
    if change.kind not in _DATED:
        return change.before, change.after
    before, after = _day(change.before), _day(change.after)
    if change.kind is ChangeKind.PERIOD_ADDED:
        before = ""
    if change.kind is ChangeKind.PERIOD_WITHDRAWN:
        after = ""
    return before, after


def _day(iso: str) -> str:
    return format_date(date.fromisoformat(iso)) if iso else NO_DAY


RECORDED_ALREADY = "Bản này đã được ghi thành điều chỉnh của kế hoạch; xem ở mục Điều chỉnh."
SAID_TWICE = "Hai dòng cùng được chọn là một nhiệm vụ. Chọn lại ở phần “Chưa rõ là nhiệm vụ nào”."
AMENDED_MEANWHILE = (
    "Kế hoạch vừa được người khác điều chỉnh. Khác biệt dưới đây tính lại theo kế hoạch hiện nay; "
    "nội dung đã nhập còn nguyên. Xem lại rồi gửi lại."
)


def change_line(row: TaskPair, change: Change) -> str:
    """One change as one line of the console."""
    before, after = (" ".join(side.split()) for side in side_words(change))
    about = ", ".join(filter(None, (" ".join(change.product.split()), change.period)))
    arrow = f"{before} → {after}" if before and after else before or after
    return f"{number_words(row)}: {CHANGES[change.kind]}{f' ({about})' if about else ''}: {arrow}"


def summary(found: PlanDifference) -> str:
    """How many rows of each kind of change: "Thêm nhiệm vụ 3, Rút khỏi kế hoạch 1"."""
    if not found.changed:
        return NO_DIFFERENCE
    numbers = {kind: len(found.of_kind(kind)) for kind in ChangeKind}
    told = (f"{CHANGES[kind].lower()} {format_number(number)}" for kind, number in numbers.items() if number)
    return f"{format_number(len(found.changed))} nhiệm vụ khác kế hoạch đã có: {', '.join(told)}."


def candidate_words(numbers: tuple[str, ...], text: str) -> str:
    """A row of the plan that a new row may be."""
    return f"{', '.join(numbers)} {' '.join(text.split())}".strip()


def document_words(number: str, issued_on: date) -> str:
    """ "88/KH-STTTT ngày 10/6/2021"."""
    return f"{number} ngày {format_date(issued_on)}"


def done(number: str, effective_on: date) -> str:
    """What is said after an amendment was recorded."""
    return f"Đã ghi điều chỉnh theo {number}, hiệu lực từ {format_date(effective_on)}."
