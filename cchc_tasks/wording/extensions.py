"""Words of extensions: what stands beside a moved deadline, why one is refused, the queue of requests."""

from collections.abc import Iterable, Sequence
from datetime import date

from cchc_tasks.domain.errors import RefusedReason
from cchc_tasks.domain.extensions import ExtensionState
from cchc_tasks.domain.ledger import LedgerRow
from cchc_tasks.wording.core import format_date, format_number

REFUSED: dict[RefusedReason, str] = {
    RefusedReason.EXTENSION_OF_REPORTED: "Việc này đã được báo cáo hoàn thành, đang chờ xác nhận. "
    "Rút báo cáo trước rồi xin gia hạn.",
    RefusedReason.EXTENSION_OF_DONE: "Chỉ gia hạn việc chưa hoàn thành và còn trong kế hoạch.",
    RefusedReason.NO_DEADLINE: "Việc này không định ngày nên không có hạn để gia hạn.",
    RefusedReason.NOT_EXTENDED: "Việc này không có lần gia hạn nào đang có hiệu lực để hủy.",
    RefusedReason.NOT_LATER: "Hạn mới ({new_due_on}) phải sau hạn đang có hiệu lực ({due_on}).",
    RefusedReason.ALREADY_ASKED: "Việc này đang có một đề nghị gia hạn chờ trả lời. Rút đề nghị đó trước khi xin lại.",
    RefusedReason.ALREADY_ANSWERED: "Đề nghị này không còn chờ trả lời. Tải lại trang để xem kết quả.",
    RefusedReason.SELF_ANSWER: "Người xin gia hạn không tự trả lời đề nghị của mình. Chờ người khác trả lời, "
    "hoặc ghi lý do nếu buộc phải tự trả lời.",
    RefusedReason.OFFICE_REQUEST_NEEDS_LEADER: "Văn phòng không tự gia hạn việc của mình. Lãnh đạo trả lời, "
    "hoặc ghi lý do nếu buộc phải trả lời thay.",
}

STATES: dict[ExtensionState, str] = {
    ExtensionState.ASKED: "Chờ trả lời",
    ExtensionState.GRANTED: "Đã gia hạn",
    ExtensionState.REFUSED: "Không gia hạn",
    ExtensionState.TAKEN_BACK: "Đã rút",
}


def beside(original_due_on: date | None, due_on: date | None, extensions: int = 0) -> str:
    """What stands beside a deadline that was moved: "đã gia hạn 1 lần, hạn gốc 31/3/2021"; '' where it was not.

    A deadline that an amendment of the plan moved has a first one too, but was not extended.
    """
    times = f"đã gia hạn {format_number(extensions)} lần" if extensions else ""
    is_moved = original_due_on is not None and original_due_on != due_on
    first = f"hạn gốc {format_date(original_due_on)}" if is_moved else ""
    return ", ".join(filter(None, (times, first)))


def aside(original_due_on: date | None, due_on: date | None, extensions: int, asked_due_on: date | None) -> str:
    """The same with a request that waits: "hạn gốc 31/3/2021; đang xin gia hạn đến 30/4/2021"."""
    asked = f"đang xin gia hạn đến {format_date(asked_due_on)}" if asked_due_on else ""
    return "; ".join(filter(None, (beside(original_due_on, due_on, extensions), asked)))


def with_beside(said: str, original_due_on: date | None, due_on: date | None, extensions: int = 0) -> str:
    """A verdict with the first deadline behind it: "đúng hạn (đã gia hạn 1 lần, hạn gốc 31/3/2021)"."""
    aside = beside(original_due_on, due_on, extensions)
    return f"{said} ({aside})" if aside else said


def of_parts(parts: Sequence[tuple[date | None, date | None, int]]) -> str:
    """The same of a row of several deadlines (original, in force, times): one in full, more as a number."""
    return beside(*parts[0]) if len(parts) == 1 else of_several(times for _original, _due, times in parts)


def among(extended: Iterable[int]) -> str:
    """Below figures that are told by the deadlines in force: how many of them had been extended."""
    said = of_several(extended)
    return f"{said}, xếp theo hạn đang có hiệu lực; hạn gốc đứng cạnh trong danh sách mở ra từ mỗi số." if said else ""


def of_several(extended: Iterable[int]) -> str:
    """What stands beside a thing of several parts, of which some were extended (how often, for each part)."""
    parts = sum(1 for each in extended if each)
    return f"{format_number(parts)} mốc đã gia hạn" if parts else ""


LOCKED: dict[RefusedReason, str] = {
    RefusedReason.SELF_ANSWER: "Người xin gia hạn không tự trả lời đề nghị của mình. Chờ người khác trả lời.",
    RefusedReason.OFFICE_REQUEST_NEEDS_LEADER: "Văn phòng không tự gia hạn việc của mình. Chờ lãnh đạo trả lời.",
}
TAB_REPORTS = "Báo cáo hoàn thành ({count})"
TAB_REQUESTS = "Xin gia hạn ({count})"
DATE_MISSING = "Nhập ngày của hạn mới."
REFUSED_SAID = "Đã trả lời không gia hạn. Hạn đang có hiệu lực giữ nguyên."


def summary(count: int) -> str:
    if not count:
        return "Không có đề nghị gia hạn nào chờ trả lời"
    return f"{format_number(count)} đề nghị gia hạn chờ trả lời; đến khi trả lời, hạn đang có hiệu lực giữ nguyên"


def request_verdict(due_on: date | None, asked_on: date, today: date) -> tuple[str, str]:
    """Kind and words of a request's tag: whether it was asked in time, else whether the deadline is still ahead."""
    if due_on is None:
        return "none", "Không định ngày"
    if asked_on > due_on:
        return "late", f"Xin sau khi quá hạn {format_number((asked_on - due_on).days)} ngày"
    if today > due_on:
        return "late", f"Quá hạn {format_number((today - due_on).days)} ngày"
    return "wait", "Xin trước hạn"


def wanted(asked_due_on: date, due_on: date | None) -> str:
    """ "Xin gia hạn đến 30/4/2021, thêm 30 ngày"."""
    said = f"Xin gia hạn đến {format_date(asked_due_on)}"
    days = (asked_due_on - due_on).days if due_on else 0
    return f"{said}, thêm {format_number(days)} ngày" if days > 0 else said


def granted_said(due_on: date) -> str:
    return f"Đã gia hạn đến {format_date(due_on)}. Lịch và thư nhắc việc theo hạn mới."


def deadline_now(due_on: date | None) -> str:
    return f"Hạn đang có hiệu lực bây giờ là {format_date(due_on)}." if due_on else "Việc này không còn định ngày."


def became(state: ExtensionState, granted_due_on: date | None, answered_by: str, answer: str) -> str:
    """What somebody else did with a request meanwhile."""
    who = answered_by or "Hệ thống"
    if state is ExtensionState.GRANTED:
        said = f"{who} vừa gia hạn việc này đến {format_date(granted_due_on)}"
    elif state is ExtensionState.REFUSED:
        said = f"{who} vừa trả lời không gia hạn việc này"
    else:
        said = f"{who} vừa rút đề nghị gia hạn này"
    return f"{said}: “{answer}”" if answer else f"{said}."


NOTHING_CHOSEN = "Chưa chọn việc nào. Đánh dấu các việc được gia hạn rồi gửi lại."


def extended_many(count: int, due_on: date) -> str:
    return f"Đã gia hạn {format_number(count)} việc đến {format_date(due_on)}."


def none_done(count: int) -> str:
    return f"Chưa gia hạn việc nào: {format_number(count)} việc không gia hạn được. Bỏ chọn các việc đó rồi làm lại."


def told(row: LedgerRow, who: str, what: str) -> str:
    """An extension row as a sentence of the history: `who` did it, to `what`. The payload says which step it was."""
    override = row.payload.get("override")
    return _STEPS[ExtensionState(str(row.payload["step"]))](row, who, what) + (
        f" Trả lời ngoài quy tắc: {override}" if override else ""
    )


def _asked(row: LedgerRow, who: str, what: str) -> str:
    against = _day(row, "against")
    late = (row.effective_on - against).days
    said = f", khi đã quá hạn {format_number(late)} ngày" if late > 0 else ""
    dates = f"từ {format_date(against)} đến {format_date(row.due_on)}"
    return f"{who} xin gia hạn {what} {dates}{said}{_document(row)}."


def _granted(row: LedgerRow, who: str, what: str) -> str:
    asked = _day(row, "asked")
    wanted = f" (xin đến {format_date(asked)})" if asked != row.due_on else ""
    dates = f"từ {format_date(_day(row, 'against'))} đến {format_date(row.due_on)}"
    return f"{who} gia hạn {what} {dates}{wanted}{_document(row)}."


def _refused(row: LedgerRow, who: str, what: str) -> str:
    return f"{who} không gia hạn {what}; hạn vẫn là {format_date(row.due_on)}."


def _taken_back(_row: LedgerRow, who: str, what: str) -> str:
    return f"{who} rút đề nghị gia hạn {what}."


def _day(row: LedgerRow, name: str) -> date:
    return date.fromisoformat(str(row.payload[name]))


def _document(row: LedgerRow) -> str:
    document = row.payload.get("document")
    if not isinstance(document, dict):
        return ""
    return f", theo văn bản {document['number']} ngày {format_date(date.fromisoformat(str(document['issued_on'])))}"


_STEPS = {
    ExtensionState.ASKED: _asked,
    ExtensionState.GRANTED: _granted,
    ExtensionState.REFUSED: _refused,
    ExtensionState.TAKEN_BACK: _taken_back,
}
