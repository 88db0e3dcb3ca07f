"""Words of indicator 1.1: its figures, what they mean for who signs, why a number moved."""

from dataclasses import dataclass
from datetime import date

from cchc_tasks.domain.counting import CountedThing, CountingRule, Denominator
from cchc_tasks.domain.drift import DriftReason
from cchc_tasks.domain.periods import ReportingPeriod
from cchc_tasks.wording.core import format_date, format_number, format_percent, label, period_name

DRIFT_REASONS = {
    DriftReason.CORRECTION: "Đính chính",
    DriftReason.REOPENED: "Mở lại việc đã hoàn thành",
    DriftReason.RETURNED: "Báo cáo bị trả lại hoặc được rút về",
    DriftReason.LATE_ENTRY: "Ghi muộn: việc hoàn thành trước ngày chốt, báo cáo ghi sau",
    DriftReason.LATE_CONFIRMATION: "Xác nhận sau",
    DriftReason.DEADLINE_CHANGED: "Thời hạn thay đổi",
    DriftReason.PLAN_CHANGED: "Kế hoạch thay đổi",
    DriftReason.RULE_CHANGED: "Quy tắc đếm thay đổi",
}

#: Figures of a period by their name in the address, with their head; {noun} is the rule's.
FIGURES = {
    "dat-ra": "1.1.1 Số {noun} đề ra trong kế hoạch",
    "hoan-thanh": "1.1.2 Số {noun} đã hoàn thành",
    "trong-ky": "Hoàn thành trong kỳ",
    "dung-han": "Hoàn thành đúng hạn",
    "xong-qua-han": "Hoàn thành quá hạn",
    "den-han": "Đến hạn tính đến ngày chốt",
    "qua-han": "Quá hạn, chưa hoàn thành",
    "cho-xac-nhan": "Đã báo cáo, chưa xác nhận",
    "chua-xong": "Chưa được tính là hoàn thành",
    "khong-dua-vao": "Không đưa vào phép tính",
}
#: The same where one counted thing has several due dates.
FIGURES_OF_WHOLES = {
    "den-han": "Đến hạn toàn bộ tính đến ngày chốt",
    "qua-han": "Có mốc quá hạn, chưa hoàn thành",
    "cho-xac-nhan": "Đã báo cáo đủ, chưa xác nhận",
}
SHORT_HEADS = {
    "dat-ra": "Đề ra",
    "hoan-thanh": "Hoàn thành (lũy kế)",
    "trong-ky": "Trong kỳ",
    "dung-han": "Đúng hạn",
    "xong-qua-han": "Hoàn thành quá hạn",
    "den-han": "Đến hạn",
    "qua-han": "Quá hạn",
    "cho-xac-nhan": "Chờ xác nhận",
}
DUE_ONLY = "phần đến hạn"
FIELD_NAMES = {
    "ke-hoach": "Kế hoạch",
    "ky": "Kỳ báo cáo",
    "den-ngay": "Chốt đến ngày",
    "biet-den": "Theo số liệu ghi nhận đến",
    "so-voi": "So với số liệu ghi nhận đến",
    "dem": "Đơn vị đếm",
    "mau": "Mẫu số",
    "ds": "Danh sách",
    "theo": "Đơn vị",
    "dv": "Đơn vị chủ trì",
}


#: Columns of the table by units.
UNIT_HEADS = {"dat-ra": "Đề ra", "hoan-thanh": "Hoàn thành", "qua-han": "Quá hạn"}


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of a period."""

    total: int
    done: int
    on_time: int
    late: int
    due: int
    due_done: int
    overdue: int
    reported: int
    undated_open: int
    after_cut_off: int


def heading(cut_off: date) -> str:
    return f"Chỉ tiêu 1.1, chốt ngày {format_date(cut_off)}"


def of_unit(head: str, unit: str) -> str:
    """The name of a list of one unit's own obligations."""
    return f"{head}: {unit}"


def scope(plan: str, period: ReportingPeriod | None, known_on: date | None) -> str:
    """The line under the heading: plan, window, what was known."""
    known = f"ghi nhận đến hết ngày {format_date(known_on)}" if known_on else "ghi nhận đến hôm nay"
    window = ""
    if period:
        first, last = format_date(period.window_starts_on), format_date(period.cut_off)
        window = f" · {period_name(period)}: từ {first} đến {last}, gửi trước {format_date(period.send_by)}"
    return f"{plan}{window} · theo số liệu {known}"


def figure_head(key: str, rule: CountingRule) -> str:
    """What a figure is called; of something made of several due dates it says which of them are meant."""
    heads = FIGURES if rule.counted is CountedThing.OBLIGATION else {**FIGURES, **FIGURES_OF_WHOLES}
    return heads[key].format(noun=rule.noun)


def rate(done: int, total: int) -> str:
    return f"đạt {format_percent(done, total)}" if total else "chưa có gì để tính"


def counted_words(counted: CountedThing, denominator: Denominator, *, is_used: bool) -> str:
    """A way of counting: "Nhiệm vụ theo dòng (đang dùng)", "Sản phẩm, phần đến hạn"."""
    said = label(counted) + (f", {DUE_ONLY}" if denominator is Denominator.DUE else "")
    return f"{said} (đang dùng)" if is_used else said


def interpretation(numbers: Numbers, rule: CountingRule, cut_off: date, today: date) -> list[str]:
    """What the numbers say to the one who signs, worst last so that it is read."""
    noun, day = rule.noun, format_date(cut_off)
    whole = "" if rule.counted is CountedThing.OBLIGATION else " toàn bộ"
    said = []
    if cut_off > today:
        said.append(f"Ngày chốt {day} chưa đến, số dưới đây là số tạm tính đến hôm nay.")
    if not numbers.total:
        return [*said, f"Không có {noun} nào để tính theo quy tắc này."]
    achieved = format_percent(numbers.done, numbers.total)
    said.append(
        f"Tính đến {day}, đã hoàn thành {_of(numbers.done, numbers.total)} {noun}, đạt tỷ lệ {achieved}"
        f"{_how_done(numbers)}."
    )
    if numbers.due:
        said.append(
            f"Trong {format_number(numbers.due)} {noun} đã đến hạn{whole}, {format_number(numbers.due_done)} "
            f"đã hoàn thành, bằng {format_percent(numbers.due_done, numbers.due)}."
        )
    if numbers.undated_open:
        said.append(
            f"{format_number(numbers.undated_open)} {noun} không định ngày còn mở; "
            "các việc này được tính khi đơn vị báo cáo và được xác nhận."
        )
    if numbers.reported:
        most = format_number(numbers.done + numbers.reported)
        said.append(
            f"{format_number(numbers.reported)} {noun} đã báo cáo nhưng chưa được xác nhận. "
            f"Xác nhận hết trước khi nộp thì số hoàn thành là {most}."
        )
    if numbers.after_cut_off:
        said.append(
            f"{format_number(numbers.after_cut_off)} {noun} có hạn trong năm nhưng sau ngày chốt; "
            f"hoàn thành sau {day} không kịp vào báo cáo năm."
        )
    if numbers.overdue:
        said.append(f"{format_number(numbers.overdue)} {noun} quá hạn chưa hoàn thành cần giải trình.")
    return said


def _of(part: int, whole: int) -> str:
    return f"{format_number(part)}/{format_number(whole)}"


def _how_done(numbers: Numbers) -> str:
    if not numbers.done:
        return ""
    return f" ({format_number(numbers.on_time)} đúng hạn, {format_number(numbers.late)} quá hạn)"


def rule_version(ordinal: int, since: date) -> str:
    return f"Bản quy tắc {ordinal}, dùng từ {format_date(since)}"


def drift_head(then: date, was: int, now: int) -> str:
    return f"ghi nhận đến {format_date(then)}: {format_number(was)} · nay: {format_number(now)}"


def drift_summary(then: date, was: int, now: int, changes: int) -> str:
    """One sentence on top of the page where the number moved."""
    return (
        f"Theo số liệu ghi nhận đến {format_date(then)} là {format_number(was)}, nay là {format_number(now)}. "
        f"{format_number(changes)} thay đổi ghi nhận sau ngày đó."
    )


def signed(delta: int) -> str:
    """ "+1", "−1" with a real minus, "0"."""
    return f"+{delta}" if delta > 0 else f"−{-delta}" if delta < 0 else "0"


def parts_done(done: int, total: int) -> str:
    return f"{done}/{total} mốc"


def more_rows(count: int) -> str:
    return f"và {format_number(count)} dòng khác cùng số"


def open_all(count: int, noun: str) -> str:
    return f"Mở đủ {format_number(count)} {noun}"


DONE_ON_TIME = "Hoàn thành đúng hạn"
DONE_LATE = "Hoàn thành quá hạn"
RULE_SAVED = "Đã lưu quy tắc đếm mới. Các số đã biết trước lúc này giữ quy tắc cũ."
NO_WINDOW = "–"
