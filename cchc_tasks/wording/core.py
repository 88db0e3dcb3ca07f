"""Labels of statuses, standings, roles and kinds; dates, numbers and percentages the Vietnamese way."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from cchc_tasks.domain.counting import (
    CountedThing,
    CountingRule,
    Denominator,
    DoneWhen,
    JudgedBy,
    LeftOutReason,
    OutReason,
    StandingWork,
    WholeDoneWhen,
)
from cchc_tasks.domain.ledger import FaultKind, RowKind
from cchc_tasks.domain.periods import VIETNAM, ReportingPeriod
from cchc_tasks.domain.permissions import Action, Role, Scope
from cchc_tasks.domain.reports.cells import number_text
from cchc_tasks.domain.standing import Standing
from cchc_tasks.domain.units import LeadBasis, UnitKind
from cchc_tasks.domain.workflow import Move, Status

#: The word for every member of every enum that a person may read.
LABELS: dict[type[StrEnum], dict[StrEnum, str]] = {
    Status: {
        Status.NOT_STARTED: "Chưa thực hiện",
        Status.IN_PROGRESS: "Đang thực hiện",
        Status.REPORTED: "Chờ xác nhận",
        Status.DONE: "Hoàn thành",
        Status.WITHDRAWN: "Rút khỏi kế hoạch",
        Status.LAPSED: "Hết hiệu lực",
        Status.CARRIED_OVER: "Chuyển sang năm sau",
    },
    Standing: {
        Standing.OVERDUE: "Quá hạn",
        Standing.DUE_SOON: "Sắp đến hạn",
        Standing.OPEN: "Trong hạn",
        Standing.UNDATED: "Không định ngày",
        Standing.AWAITING_CONFIRMATION: "Chờ xác nhận",
        Standing.DONE_ON_TIME: "Hoàn thành đúng hạn",
        Standing.DONE_LATE: "Hoàn thành quá hạn",
        Standing.REMOVED: "Không còn trong kế hoạch",
    },
    Move: {
        Move.START: "Bắt đầu thực hiện",
        Move.REPORT: "Báo cáo hoàn thành",
        Move.CONFIRM: "Xác nhận",
        Move.RETURN: "Trả lại",
        Move.TAKE_BACK: "Rút báo cáo",
        Move.REOPEN: "Mở lại",
        Move.WITHDRAW: "Rút khỏi kế hoạch",
        Move.LAPSE: "Ghi hết hiệu lực",
        Move.CARRY_OVER: "Chuyển sang năm sau",
    },
    Role: {
        Role.ADMIN: "Quản trị",
        Role.OFFICE: "Văn phòng",
        Role.LEADER: "Lãnh đạo",
        Role.HEAD: "Trưởng đơn vị",
        Role.STAFF: "Chuyên viên",
        Role.VIEWER: "Người xem",
    },
    Action: {
        Action.READ_AGENCY: "xem kế hoạch của cơ quan",
        Action.REPORT_WORK: "cập nhật việc này",
        Action.COMMENT: "góp ý, đính kèm",
        Action.HAND_OVER: "giao việc cho người của đơn vị",
        Action.ASK_EXTENSION: "đề nghị gia hạn",
        Action.ANSWER_EXTENSION: "trả lời đề nghị gia hạn",
        Action.ASK_EXPLANATION: "yêu cầu giải trình",
        Action.ANSWER_EXPLANATION: "giải trình việc này",
        Action.CONFIRM: "xác nhận, trả lại báo cáo",
        Action.REOPEN: "mở lại việc đã hoàn thành",
        Action.CORRECT_LEDGER: "đính chính sổ theo dõi",
        Action.EDIT_PLAN: "nhập và sửa kế hoạch",
        Action.READ_REMINDERS: "xem nhắc việc",
        Action.SEND_REMINDERS: "gửi nhắc việc",
        Action.MANAGE_PEOPLE: "quản lý người dùng",
        Action.MANAGE_UNITS: "quản lý đơn vị",
        Action.GIVE_POWER: "giao quyền cho người khác",
        Action.EDIT_REMINDER_RULES: "đặt quy tắc nhắc việc",
        Action.MANAGE_HOLIDAYS: "sửa ngày nghỉ, ngày làm bù",
        Action.MOVE_DEMO_CLOCK: "đổi ngày của bản minh họa",
        Action.SUBSCRIBE_CALENDAR: "lấy địa chỉ lịch",
        Action.ANSWER_REPORT: "nhập số liệu của dòng này",
        Action.PREPARE_REPORT: "lập báo cáo",
        Action.SUBMIT_REPORT: "trình báo cáo",
    },
    Scope: {
        Scope.AGENCY: "toàn cơ quan",
        Scope.RESPONSIBLE: "việc của đơn vị",
        Scope.COORDINATING: "việc đơn vị phối hợp",
    },
    UnitKind: {
        UnitKind.OFFICE: "Văn phòng",
        UnitKind.DIVISION: "Phòng",
        UnitKind.INSPECTORATE: "Thanh tra",
        UnitKind.SERVICE_UNIT: "Đơn vị sự nghiệp",
        UnitKind.BOARD: "Ban",
        UnitKind.COUNCIL: "Hội đồng",
        UnitKind.SECTION: "Bộ phận",
        UnitKind.GROUP: "Nhóm đơn vị",
    },
    LeadBasis: {
        LeadBasis.EXPLICIT: "kế hoạch ghi rõ chủ trì",
        LeadBasis.INFERRED: "suy ra từ cách ghi",
        LeadBasis.UNRESOLVED: "chưa rõ chủ trì",
    },
    CountedThing: {
        CountedThing.AREA: "Nhiệm vụ chung",
        CountedThing.NUMBER: "Nhiệm vụ theo số thứ tự",
        CountedThing.TASK: "Nhiệm vụ theo dòng",
        CountedThing.DELIVERABLE: "Sản phẩm",
        CountedThing.OBLIGATION: "Mốc phải nộp",
    },
    DoneWhen: {DoneWhen.CONFIRMED: "đã được xác nhận", DoneWhen.REPORTED: "đơn vị đã báo cáo"},
    WholeDoneWhen: {
        WholeDoneWhen.ALL: "mọi mốc đều hoàn thành",
        WholeDoneWhen.ALL_DUE: "mọi mốc đến hạn đều hoàn thành",
    },
    StandingWork: {
        StandingWork.WHEN_CONFIRMED: "tính khi được xác nhận",
        StandingWork.AS_DONE: "tính là đã hoàn thành",
        StandingWork.LEFT_OUT: "không tính",
    },
    JudgedBy: {
        JudgedBy.IN_FORCE: "hạn đang có hiệu lực, kể cả gia hạn",
        JudgedBy.ORIGINAL: "hạn gốc của kế hoạch, không kể gia hạn",
    },
    Denominator: {Denominator.ALL: "toàn bộ kế hoạch", Denominator.DUE: "phần đến hạn"},
    OutReason: {
        OutReason.OVERDUE: "Quá hạn, chưa hoàn thành hoặc chưa xác nhận",
        OutReason.AWAITING_CONFIRMATION: "Đã báo cáo, chờ xác nhận",
        OutReason.NOT_YET_DUE: "Chưa đến hạn, chưa hoàn thành",
        OutReason.UNDATED: "Không định ngày, chưa hoàn thành",
    },
    LeftOutReason: {
        LeftOutReason.REMOVED: "Đã ra khỏi kế hoạch",
        LeftOutReason.STANDING_WORK: "Việc thường xuyên, quy tắc không tính",
        LeftOutReason.NOT_DUE: "Chưa đến hạn, quy tắc chỉ tính phần đến hạn",
    },
    RowKind: {
        RowKind.ENTRY: "Vào kế hoạch",
        RowKind.STATUS: "Trạng thái",
        RowKind.DEADLINE: "Thời hạn",
        RowKind.ASSIGNMENT: "Phân công",
        RowKind.HANDOVER: "Giao người thực hiện",
        RowKind.WAIVER: "Miễn minh chứng",
        RowKind.AMENDMENT: "Điều chỉnh kế hoạch",
        RowKind.EXTENSION: "Gia hạn",
        RowKind.EXPLANATION: "Giải trình",
        RowKind.CLOSING: "Khép năm kế hoạch",
    },
    FaultKind: {
        FaultKind.GAP: "thiếu hoặc thừa dòng trước dòng này",
        FaultKind.CHANGED: "nội dung dòng đã bị sửa",
        FaultKind.BROKEN_LINK: "dòng không nối với dòng trước",
        FaultKind.HEAD_MISMATCH: "khác mã kiểm đã công bố",
        FaultKind.TAIL_CUT: "các dòng cuối đã bị cắt",
    },
}

PERIOD_LABELS = {"q1": "Quý I", "h1": "6 tháng", "q3": "Quý III", "m9": "9 tháng", "year": "Năm"}


def label(member: StrEnum) -> str:
    """The Vietnamese word for an enum member; a missing one is a programming error that a guard test finds."""
    return LABELS[type(member)][member]


def format_date(day: date | None) -> str:
    """dd/mm/yyyy as official documents print it: 0 before days 1-9 and months 1-2. None is an empty text."""
    if day is None:
        return ""
    month = f"0{day.month}" if day.month <= 2 else str(day.month)
    return f"{day.day:02d}/{month}/{day.year}"


def format_instant(instant: datetime | None) -> str:
    """Local day and minute in Việt Nam."""
    if instant is None:
        return ""
    local = instant.astimezone(VIETNAM)
    return f"{format_date(local.date())} {local:%H:%M}"


WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


def format_weekday(day: date) -> str:
    """ "thứ Tư, 10/3/2021"."""
    return f"{WEEKDAYS[day.weekday()]}, {format_date(day)}"


def format_number(value: int | Decimal | None) -> str:
    """1.050 and 14,46; None (a blank, which is not 0) is an empty text."""
    if value is None:
        return ""
    return number_text(value)


def format_percent(part: int, whole: int) -> str:
    """`part` of `whole` in percent with two decimals, half up ("14,46%"); empty where there is no whole."""
    if whole == 0:
        return ""
    rate = (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"{format_number(rate)}%"


def period_name(period: ReportingPeriod) -> str:
    """ "Quý I/2021", "6 tháng/2021", "Năm 2021"."""
    name = PERIOD_LABELS[period.key]
    return f"{name} {period.year}" if period.key == "year" else f"{name}/{period.year}"


def deadline_words(days: int, *, is_done: bool = False) -> str:
    """How far a due day is: "còn 21 ngày", "hôm nay", "quá hạn 5 ngày". `days` until it; negative when past."""
    if is_done:
        return "hoàn thành đúng hạn" if days >= 0 else f"hoàn thành quá hạn {-days} ngày"
    if days == 0:
        return "hạn hôm nay"
    return f"còn {format_number(days)} ngày" if days > 0 else f"quá hạn {format_number(-days)} ngày"


_COUNTED_IN_WORDS = {
    CountedThing.AREA: "Mỗi nhiệm vụ chung tính là một {noun}.",
    CountedThing.NUMBER: "Mỗi số thứ tự in trong kế hoạch tính là một {noun}.",
    CountedThing.TASK: "Mỗi dòng trong bảng kế hoạch tính là một {noun}.",
    CountedThing.DELIVERABLE: "Mỗi sản phẩm tính là một {noun}, dù phải nộp nhiều kỳ.",
    CountedThing.OBLIGATION: "Mỗi sản phẩm có thời hạn riêng tính là một {noun}; việc định kỳ tính mỗi kỳ một {noun}.",
}
_DONE_IN_WORDS = {
    DoneWhen.CONFIRMED: "Hoàn thành là đã báo cáo kèm minh chứng, được xác nhận, "
    "và ngày hoàn thành không sau ngày chốt.",
    DoneWhen.REPORTED: "Hoàn thành là đơn vị đã báo cáo kèm minh chứng, ngày hoàn thành không sau ngày chốt, "
    "kể cả khi chưa được xác nhận.",
}
_WHOLE_IN_WORDS = {
    WholeDoneWhen.ALL: "Một {noun} hoàn thành khi mọi mốc phải nộp của nó đều hoàn thành.",
    WholeDoneWhen.ALL_DUE: "Một {noun} hoàn thành khi mọi mốc đến hạn tính đến ngày chốt đều hoàn thành.",
}
_STANDING_IN_WORDS = {
    StandingWork.WHEN_CONFIRMED: "Việc thường xuyên, không định ngày được tính khi đã xác nhận.",
    StandingWork.AS_DONE: "Việc thường xuyên không ghi ngày được tính là đã hoàn thành.",
    StandingWork.LEFT_OUT: "Việc thường xuyên không ghi ngày không đưa vào phép tính.",
}
_DENOMINATOR_IN_WORDS = {
    Denominator.ALL: "Mẫu số là toàn bộ kế hoạch tại ngày chốt, kể cả việc không định ngày; không kể phần đã rút.",
    Denominator.DUE: "Mẫu số chỉ gồm phần đến hạn tính đến ngày chốt.",
}
#: The deadline in force is what everybody expects; only the other way is said.
_BY_ORIGINAL = "Đúng hạn, quá hạn, đến hạn xét theo hạn gốc của kế hoạch, không kể các lần gia hạn."


def rule_in_words(rule: CountingRule) -> str:
    """The counting rule as it is printed with every number it gives."""
    sentences = [_COUNTED_IN_WORDS[rule.counted], _DONE_IN_WORDS[rule.done_when]]
    if rule.counted is not CountedThing.OBLIGATION:
        sentences.append(_WHOLE_IN_WORDS[rule.whole_done_when])
    sentences += [_STANDING_IN_WORDS[rule.standing_work], _DENOMINATOR_IN_WORDS[rule.denominator]]
    if rule.judged_by is JudgedBy.ORIGINAL:
        sentences.append(_BY_ORIGINAL)
    return " ".join(sentences).format(noun=rule.noun)
