"""Words of requests for an explanation (yêu cầu giải trình): refusals, sentences of the history, what waits."""

from datetime import date

from cchc_tasks.domain.errors import RefusedReason
from cchc_tasks.domain.explanations import STEP, ExplanationState
from cchc_tasks.domain.ledger import LedgerRow
from cchc_tasks.wording.core import format_date, format_number

REFUSED: dict[RefusedReason, str] = {
    RefusedReason.NOT_LATE: "Việc này không quá hạn nên không có gì để giải trình.",
    RefusedReason.ANSWER_BY_PAST: "Ngày {answer_by} trước hôm nay ({today}). Chọn hôm nay hoặc ngày sau.",
    RefusedReason.EXPLANATION_OF_REMOVED: "Việc này không còn trong kế hoạch nên không cần giải trình nữa.",
    RefusedReason.EXPLANATION_WAITS: "Việc này đang có một yêu cầu giải trình chờ trả lời.",
    RefusedReason.EXPLANATION_SETTLED: "Yêu cầu giải trình này không còn chờ trả lời. Tải lại trang để xem kết quả.",
}

STATES: dict[ExplanationState, str] = {
    ExplanationState.ASKED: "Chờ giải trình",
    ExplanationState.ANSWERED: "Đã giải trình",
    ExplanationState.TAKEN_BACK: "Đã bỏ yêu cầu",
}
ASKED_SAID = "Đã yêu cầu giải trình. Trưởng đơn vị được báo trong thư nhắc việc tới."
ANSWERED_SAID = "Đã gửi giải trình."
TAKEN_BACK_SAID = "Đã bỏ yêu cầu giải trình."
NOTHING_CHOSEN = "Chưa chọn việc nào. Đánh dấu các việc cần giải trình rồi gửi lại."


def asked_many(count: int, answer_by: date) -> str:
    return f"Đã yêu cầu giải trình {format_number(count)} việc, trả lời trước hết ngày {format_date(answer_by)}."


def waits(answer_by: date, today: date) -> str:
    """What stands at an item that owes an explanation: "Cần giải trình trước hết ngày 15/3/2021"."""
    said = f"Cần giải trình trước hết ngày {format_date(answer_by)}"
    late = (today - answer_by).days
    return f"{said}, đã quá {format_number(late)} ngày" if late > 0 else said


def told(row: LedgerRow, who: str, what: str) -> str:
    """A ledger row of an explanation as a sentence of the history."""
    step = ExplanationState(str(row.payload[STEP]))
    if step is ExplanationState.ASKED:
        by = format_date(date.fromisoformat(str(row.payload["answer_by"])))
        missed = format_date(date.fromisoformat(str(row.payload["against"])))
        return f"{who} yêu cầu giải trình {what} (hạn {missed}), trả lời trước hết ngày {by}."
    return f"{who} giải trình {what}." if step is ExplanationState.ANSWERED else f"{who} bỏ yêu cầu giải trình {what}."
