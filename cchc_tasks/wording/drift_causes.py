"""What was recorded after a report was submitted, in sentences: what, by which document, who, when, why."""

from cchc_tasks.domain.reports.causes import Cause, CauseKind
from cchc_tasks.wording.core import format_date, format_instant

NO_PERSON = "hệ thống"

_SAID = {
    CauseKind.REPORTED: "Báo cáo hoàn thành ngày {day}",
    CauseKind.CONFIRMED: "Xác nhận hoàn thành ngày {day}",
    CauseKind.STARTED: "Bắt đầu thực hiện ngày {day}",
    CauseKind.RETURNED: "Báo cáo bị trả lại hoặc được rút về",
    CauseKind.REOPENED: "Mở lại việc đã hoàn thành từ ngày {day}",
    CauseKind.STATUS_CORRECTED: "Đính chính trạng thái đã ghi",
    CauseKind.EXTENDED: "Gia hạn{dates}",
    CauseKind.DEADLINE_CORRECTED: "Đính chính thời hạn{dates}",
    CauseKind.DEADLINE_AMENDED: "Điều chỉnh thời hạn{dates}",
    CauseKind.ADDED: "Bổ sung vào kế hoạch từ ngày {day}",
    CauseKind.CARRIED_IN: "Chuyển từ kế hoạch năm trước sang, từ ngày {day}",
    CauseKind.WITHDRAWN: "Rút khỏi kế hoạch từ ngày {day}",
    CauseKind.LAPSED: "Hết hiệu lực khi kết thúc năm kế hoạch, từ ngày {day}",
    CauseKind.CARRIED_OVER: "Chuyển sang kế hoạch năm sau từ ngày {day}",
    CauseKind.AMENDED: "Sửa đổi, bổ sung kế hoạch từ ngày {day}",
    CauseKind.REORGANISED: "Sắp xếp đơn vị từ ngày {day}",
    CauseKind.CLOSED: "Kết thúc năm kế hoạch ngày {day}",
}
#: What the document of these is to them: the proof of the work, or the other plan; else it is what they follow.
_WITH = {
    CauseKind.REPORTED: ", kèm văn bản {document}",
    CauseKind.CARRIED_IN: " ({document})",
    CauseKind.CARRIED_OVER: " ({document})",
}


def cause_sentence(cause: Cause) -> str:
    """ "Gia hạn từ 31/3/2021 thành 30/4/2021 theo 25/VP ngày 02/4/2021; Trần Thị Hạnh ghi lúc 05/4/2021 09:00." """
    said = _SAID[cause.kind].format(day=format_date(cause.effective_on), dates=_dates(cause)) + _document(cause)
    parts = [said, f"{cause.who or NO_PERSON} ghi lúc {format_instant(cause.recorded_at)}"]
    if cause.reason:
        parts.append(f"{'nội dung' if cause.kind in _ABOUT else 'lý do'}: {cause.reason.rstrip('.')}")
    return "; ".join(parts) + "."


#: Their words say what the document is about.
_ABOUT = frozenset({CauseKind.AMENDED, CauseKind.REORGANISED})


def _dates(cause: Cause) -> str:
    after = format_date(cause.after) or "không định ngày"
    return f" từ {format_date(cause.before)} thành {after}" if cause.before else f" thành {after}"


def _document(cause: Cause) -> str:
    if not cause.document:
        return ""
    named = cause.document + (f" ngày {format_date(cause.issued_on)}" if cause.issued_on else "")
    return _WITH.get(cause.kind, " theo {document}").format(document=named)
