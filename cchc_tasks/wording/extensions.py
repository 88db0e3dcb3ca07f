"""Words of extensions: what stands beside a moved deadline, why one is refused, the queue of requests."""

from collections.abc import Iterable
from datetime import date

from cchc_tasks.domain.errors import RefusedReason
from cchc_tasks.domain.extensions import ExtensionState
from cchc_tasks.wording.core import format_date, format_number

REFUSED: dict[RefusedReason, str] = {
    RefusedReason.EXTENSION_OF_REPORTED: "Việc này đã được báo cáo hoàn thành, đang chờ xác nhận. "
    "Rút báo cáo trước rồi xin gia hạn.",
    RefusedReason.EXTENSION_OF_DONE: "Chỉ gia hạn việc chưa hoàn thành và còn trong kế hoạch.",
    RefusedReason.NO_DEADLINE: "Việc này không định ngày nên không có hạn để gia hạn.",
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


def with_beside(said: str, original_due_on: date | None, due_on: date | None, extensions: int = 0) -> str:
    """A verdict with the first deadline behind it: "đúng hạn (đã gia hạn 1 lần, hạn gốc 31/3/2021)"."""
    aside = beside(original_due_on, due_on, extensions)
    return f"{said} ({aside})" if aside else said


def of_several(extended: Iterable[int]) -> str:
    """What stands beside a thing of several parts, of which some were extended (how often, for each part)."""
    parts = sum(1 for each in extended if each)
    return f"{format_number(parts)} mốc đã gia hạn" if parts else ""


def none_done(count: int) -> str:
    return f"Chưa gia hạn việc nào: {format_number(count)} việc không gia hạn được. Bỏ chọn các việc đó rồi làm lại."
