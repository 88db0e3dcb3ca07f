"""The sentence for every expected refusal: what happened, and what to do next."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from cchc_tasks.domain.errors import (
    DomainError,
    DuplicateRequest,
    Invalid,
    NotAllowed,
    NotFound,
    Refused,
    RefusedReason,
    SomeRefused,
    StaleEdit,
    UnsafeDatabase,
)
from cchc_tasks.wording import (
    backups,
    evidence,
    explanations,
    extensions,
    mail_links,
    people,
    plans,
    reading,
    reminders,
    reports,
    units,
)
from cchc_tasks.wording.core import LABELS, format_date, format_instant, label

REFUSED: dict[RefusedReason, str] = {
    RefusedReason.TRANSITION: "Việc này đang ở trạng thái “{current}” nên không thể {move}. "
    "Tải lại trang để xem trạng thái mới nhất.",
    RefusedReason.NO_EVIDENCE: "Báo cáo hoàn thành phải kèm số, ký hiệu, ngày, trích yếu của văn bản, hoặc một tệp, "
    "hoặc lý do không có minh chứng.",
    RefusedReason.REASON_NEEDED: "Bước này cần lý do. Ghi lý do rồi gửi lại.",
    RefusedReason.SELF_CONFIRMATION: "Người báo cáo không tự xác nhận việc của mình. Nhờ người khác xác nhận, "
    "hoặc ghi lý do nếu buộc phải tự xác nhận.",
    RefusedReason.OFFICE_WORK_NEEDS_LEADER: "Văn phòng không tự xác nhận việc của mình. Lãnh đạo xác nhận việc này, "
    "hoặc ghi lý do nếu buộc phải xác nhận thay.",
    RefusedReason.AFTER_TODAY: "Ngày {effective_on} sau hôm nay ({today}). Nhập ngày đã diễn ra.",
    RefusedReason.BEFORE_PLAN: "Ngày {effective_on} trước ngày ban hành kế hoạch ({issued_on}). "
    "Nếu đúng như vậy, ghi lý do rồi gửi lại.",
    RefusedReason.BEFORE_AMENDMENT: "Ngày {effective_on} trước ngày có hiệu lực của lần điều chỉnh trước ({last}). "
    "Bản này được soạn trên kế hoạch đã điều chỉnh; chọn ngày từ {last} trở đi.",
    RefusedReason.BEFORE_COMPLETION: "Ngày mở lại ({effective_on}) trước ngày hoàn thành ({done_on}). "
    "Chọn ngày hoàn thành hoặc ngày sau đó.",
    RefusedReason.ALREADY_CORRECTED: "Dòng này đã được đính chính. Tải lại trang để xem dòng đang có hiệu lực.",
    RefusedReason.NOT_CORRECTABLE: "Chưa có dòng nào để đính chính.",
    RefusedReason.PLAN_EXISTS: "Kế hoạch {number} ngày {issued_on} đã có trong hệ thống. Không nhập thêm gì.",
    RefusedReason.ALREADY_ACCEPTED: "Bản này đã được nhập vào kế hoạch. Mở kế hoạch để xem.",
    RefusedReason.QUESTIONS_OPEN: "Còn {count} chỗ cần xác nhận. Trả lời hết rồi nhập.",
    RefusedReason.HAS_HISTORY: "Mục này đã có trong sổ theo dõi nên không xóa được.",
    RefusedReason.CLOCK_BACKWARDS: "Đồng hồ minh họa chỉ tiến, không lùi. Chọn ngày sau {shown}.",
    RefusedReason.NO_DEMO_CLOCK: "Bản này chạy theo giờ thật, không có đồng hồ minh họa.",
    RefusedReason.NOT_A_MEMBER: "Người được giao không thuộc đơn vị thực hiện việc này. Chọn người của đơn vị.",
    RefusedReason.UNIT_ENDED: "Văn bản ghi {name}, đơn vị đã kết thúc trước ngày của văn bản, nay là {heir}. "
    "Xác nhận đơn vị ở trang duyệt rồi nhập lại.",
    RefusedReason.AREA_EXISTS: "Kế hoạch đã có nhóm nhiệm vụ {name}. Mở nhóm đó và chọn “Thêm sau” ở dòng cuối.",
    RefusedReason.NOTHING_NEW: "Không có gì thay đổi so với nội dung đang có.",
    RefusedReason.LAST_ADMIN: "Đây là quản trị duy nhất đang hoạt động. Giao quyền quản trị cho người khác trước.",
    RefusedReason.NOT_EMPTY: "Cơ sở dữ liệu đã có dữ liệu khác, không nạp bản minh họa vào đó. "
    "Chỉ tới một cơ sở dữ liệu trống bằng “database_url” hoặc “instance_dir”.",
    **extensions.REFUSED,
    **explanations.REFUSED,
    RefusedReason.CLOSED_TOO_LONG: "Như vậy cơ quan nghỉ liền hơn {days} ngày, lời nhắc sẽ không được gửi. "
    "Kiểm tra lại ngày, năm.",
    RefusedReason.REPORT_SUBMITTED: "Báo cáo này đã trình nên không sửa được nữa. "
    "Lập bản đính chính nếu số liệu cần thay đổi.",
    RefusedReason.REPORT_NOT_SUBMITTED: "Báo cáo này chưa trình. Trình báo cáo trước rồi làm bước này.",
    RefusedReason.REPORT_EXISTS: "Kỳ này đã có báo cáo theo biểu mẫu đó. Mở báo cáo đang có để làm tiếp.",
    RefusedReason.FINDINGS_OPEN: "Còn {count} chỗ phải xử lý hoặc chấp nhận kèm lý do trước khi trình. "
    "Xem mục Kiểm tra số liệu.",
    RefusedReason.NOT_COMPUTED: "Dòng {number} không phải số hệ thống tính. Sửa số liệu của dòng đó.",
    RefusedReason.NOT_ENTERED: "Dòng {number} do hệ thống tính. Nếu cần in số khác, dùng “In số khác” kèm lý do.",
    RefusedReason.PLAN_CLOSED: "Kế hoạch đã khép từ ngày {closed_on}, không thay đổi được nữa.",
    RefusedReason.WORK_UNDECIDED: "Còn {count} việc chưa chọn chuyển sang năm sau hay hết hiệu lực. "
    "Chọn cho từng việc.",
    RefusedReason.REPORTS_WAIT: "Còn {count} việc chờ xác nhận. Xác nhận hoặc trả lại trước khi khép kế hoạch.",
    RefusedReason.CLOSED_TOO_EARLY: "Kế hoạch năm {year} khép từ ngày 31/12/{year}. Chọn ngày đó hoặc ngày sau.",
    RefusedReason.NO_NEXT_PLAN: "Việc chuyển tiếp cần kế hoạch của năm sau {year}. Nhập hoặc tạo kế hoạch đó trước.",
    RefusedReason.STOPS: "Lỗi số học không thể chấp nhận kèm lý do. Sửa số liệu của các dòng được nêu.",
    RefusedReason.HAS_ADMIN: "Cơ quan này đã có quản trị ({email}). Người đó mời hoặc cấp đường dẫn cho người khác.",
}

#: Sentences of errors that other nouns add: class -> function of the error.
EXPLANATIONS: dict[type[DomainError], Callable[[Any], str]] = {
    NotFound: lambda error: "Không tìm thấy nội dung này, hoặc tài khoản không được xem. Kiểm tra lại đường dẫn.",
    NotAllowed: lambda error: f"Tài khoản này không được phép {_action(error)}. Liên hệ Văn phòng nếu cần.",
    Refused: lambda error: _refused(error),
    SomeRefused: lambda error: extensions.none_done(len(error.refusals)),
    Invalid: lambda error: _invalid(error),
    StaleEdit: lambda error: (
        "Có người vừa sửa nội dung này sau khi trang được mở. "
        "Nội dung đã nhập còn nguyên bên dưới; xem thay đổi mới rồi gửi lại."
    ),
    **backups.EXPLANATIONS,
    **people.EXPLANATIONS,
    **evidence.EXPLANATIONS,
    **reading.EXPLANATIONS,
    **reports.EXPLANATIONS,
    **reminders.EXPLANATIONS,
    **units.EXPLANATIONS,
    **mail_links.EXPLANATIONS,
    UnsafeDatabase: lambda error: (
        f"Cơ sở dữ liệu không bảo đảm an toàn: {error.facts.get('setting')} là "
        f"{error.facts.get('found')}, cần {error.facts.get('wanted')}. Cài đúng các gói trong requirements.txt, "
        "đặt tệp dữ liệu trên đĩa của chính máy chủ rồi chạy lại."
    ),
    DuplicateRequest: lambda error: "Nội dung này đã được ghi nhận ở lần gửi trước, không ghi thêm lần nữa.",
}


def explain(error: DomainError) -> str:
    """The Vietnamese sentence for an expected error, by its most specific known class."""
    for cls in type(error).__mro__:
        if cls in EXPLANATIONS:
            return EXPLANATIONS[cls](error)
    return "Không thực hiện được yêu cầu này. Tải lại trang rồi thử lại."


def _action(error: DomainError) -> str:
    action = error.facts.get("action")
    return label(action) if isinstance(action, StrEnum) else "làm việc này"


def _refused(error: Refused) -> str:
    words = {name: _word(value) for name, value in error.facts.items()}
    return REFUSED[error.reason].format_map(defaultdict(lambda: "…", words))


def _word(value: object) -> str:
    if isinstance(value, datetime):
        return format_instant(value)
    if isinstance(value, date):
        return format_date(value)
    if isinstance(value, StrEnum) and type(value) in LABELS:
        return label(value).lower()
    return str(value)


def _invalid(error: Invalid) -> str:
    what = error.facts.get("what")
    if what == "heading":
        return "Không thấy đủ số, ký hiệu, ngày ban hành và năm của kế hoạch. Nhập các mục này rồi làm lại."
    if what == "unit":
        return f"Chưa có đơn vị “{error.facts.get('name')}”. Chọn đơn vị tương ứng hoặc tạo đơn vị mới."
    if what in plans.INVALID:
        return plans.INVALID[what].format_map({name: _word(value) for name, value in error.facts.items()})
    return "Nội dung nhập chưa đúng. Xem lại các mục được đánh dấu."
