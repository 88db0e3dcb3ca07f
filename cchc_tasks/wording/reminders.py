"""The words of the rules of reminders, of what is planned, of public holidays, and of how often somebody wants mail."""

from collections.abc import Callable, Iterable
from dataclasses import fields
from datetime import date
from typing import Any

from cchc_tasks.domain.errors import DomainError
from cchc_tasks.domain.holidays import DayEffect
from cchc_tasks.domain.mail_preferences import Frequency
from cchc_tasks.domain.reminder_rules import InvalidRules, QuietDays, ReminderRules, Rule, RuleTrouble
from cchc_tasks.wording.core import format_date
from cchc_tasks.wording.mail import HEADINGS

TROUBLES: dict[RuleTrouble, str] = {
    RuleTrouble.STEPS: "Ghi nhiều nhất 8 mốc khác nhau, mỗi mốc là số ngày làm việc từ 1 đến 60, cách nhau dấu phẩy.",
    RuleTrouble.NUMBER: "Ghi một số từ 0 đến 60.",
    RuleTrouble.LINK_DAYS: "Ghi một số từ 0 đến 10; đường dẫn mở không cần mật khẩu nên không để lâu.",
    RuleTrouble.HOUR: "Ghi giờ từ 0 đến 23.",
    RuleTrouble.QUIET_LINE: "Ghi mỗi dòng một ngày hoặc một khoảng, ví dụ 18/10/2021 - 20/10/2021: Tập huấn.",
    RuleTrouble.QUIET_REVERSED: "Ngày cuối phải bằng hoặc sau ngày đầu.",
    RuleTrouble.QUIET_LONG: "Trong 90 ngày liền chỉ được ngừng gửi nhiều nhất 31 ngày.",
    RuleTrouble.ESCALATION_ORDER: "Văn phòng phải được báo sau trưởng đơn vị, lãnh đạo sau Văn phòng.",
}

#: What each value is called, on the form and in the history.
FIELDS: dict[str, str] = {
    "before_due": "Nhắc trước hạn",
    "before_year_end": "Nhắc trước hạn 31/12",
    "after_due": "Nhắc sau khi quá hạn",
    "overdue_every": "Sau mốc cuối, nhắc lại mỗi",
    "head_after": "Báo trưởng đơn vị sau",
    "office_after": "Báo Văn phòng sau",
    "leader_after": "Báo lãnh đạo sau",
    "before_cut_off": "Nhắc trước ngày chốt số liệu",
    "note_before_cut_off": "Hỏi tiến độ trước ngày chốt",
    "before_report": "Nhắc nhập số liệu trước hạn nhập",
    "while_unconfirmed": "Nhắc báo cáo chờ xác nhận",
    "while_unanswered": "Nhắc đề nghị gia hạn chờ trả lời",
    "news_days": "Tin cũ không báo nữa sau",
    "link_days": "Đường dẫn trong thư dùng được",
    "tells_staff": "Gửi cả chuyên viên của đơn vị",
    "delivery_hour": "Giờ gửi thư",
    "quiet": "Ngày không gửi",
    "off": "Loại nhắc không dùng",
    "binding": "Loại nhắc bắt buộc",
}

FREQUENCIES: dict[Frequency, str] = {
    Frequency.DAILY: "Mỗi ngày làm việc, khi có việc cần nhắc",
    Frequency.WEEKLY: "Mỗi tuần một thư",
    Frequency.URGENT: "Chỉ việc gấp: đến hạn, quá hạn, bị trả lại, sắp chốt số liệu",
}
WEEKDAY_NAMES = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu")

DAY_EFFECTS: dict[DayEffect, str] = {
    DayEffect.OFF: "Nghỉ",
    DayEffect.WORKING: "Làm việc",
    DayEffect.AS_KNOWN: "Theo lịch nhà nước",
}
WORKED_INSTEAD = "Làm bù ngày nghỉ"
UNDONE_REASON = "Bỏ chỉnh sửa trước."
DAY_SET = "Đã lưu ngày nghỉ, ngày làm việc."
DAY_UNDONE = "Đã bỏ chỉnh sửa của ngày này."
RULES_SET = "Đã đặt quy tắc nhắc việc. Quy tắc có hiệu lực từ lần gom thư sau."
PREFERENCE_SET = "Đã lưu cách nhận thư nhắc việc."
TRIAL_QUEUED = "Đã xếp một thư gửi thử đến địa chỉ của ông/bà. Thư đi trong lượt gửi tới."
DEFAULT_RULES_WORDS = "Đang dùng quy tắc có sẵn của chương trình."
CONSOLE = "Lệnh trên máy chủ"


def explain_rules(error: InvalidRules) -> str:
    """What is wrong with a value of the rules, at its field."""
    return TROUBLES[error.trouble]


EXPLANATIONS: dict[type[DomainError], Callable[[Any], str]] = {InvalidRules: explain_rules}


def steps_text(steps: Iterable[int]) -> str:
    """ "5, 1" """
    return ", ".join(str(step) for step in steps)


def parse_steps(text: str) -> tuple[int, ...] | None:
    """The steps that somebody typed, in any order; None where it is not a list of numbers."""
    parts = [part.strip() for part in text.replace(";", ",").split(",") if part.strip()]
    if any(not part.isascii() or not part.isdigit() or len(part) > 3 for part in parts):
        return None
    return tuple(int(part) for part in parts)


def quiet_text(quiet: Iterable[QuietDays]) -> str:
    """One range a line: "18/10/2021 - 20/10/2021: Tập huấn"."""
    return "\n".join(_quiet_line(each) for each in quiet)


def _quiet_line(quiet: QuietDays) -> str:
    days = format_date(quiet.first)
    if quiet.last != quiet.first:
        days = f"{days} - {format_date(quiet.last)}"
    return f"{days}: {quiet.words}" if quiet.words else days


def parse_quiet(text: str) -> tuple[QuietDays, ...] | None:
    """The ranges that somebody typed; None where a line is not one."""
    found = []
    for line in text.splitlines():
        if not line.strip():
            continue
        days, _, words = line.partition(":")
        first, dash, last = days.replace("–", "-").partition("-")
        begins, ends = _parse_day(first), _parse_day(last if dash else first)
        if begins is None or ends is None:
            return None
        found.append(QuietDays(begins, ends, words.strip()[:200]))
    return tuple(sorted(found))


def _parse_day(text: str) -> date | None:
    parts = text.strip().split("/")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() for part in parts):
        return None
    try:
        return date(int(parts[2]), int(parts[1]), int(parts[0]))
    except ValueError:
        return None


def rules_of(members: Iterable[Rule]) -> str:
    """The names of rules, in the order of a digest."""
    wanted = set(members)
    return "; ".join(HEADINGS[rule] for rule in Rule if rule in wanted) or "không có"


def value_words(rules: ReminderRules, name: str) -> str:
    """One value of the rules as the history prints it."""
    value = getattr(rules, name)
    if name == "quiet":
        return quiet_text(value).replace("\n", "; ") or "không có"
    if name in ("off", "binding"):
        return rules_of(value)
    if name == "tells_staff":
        return "có" if value else "không"
    if name == "delivery_hour":
        return "theo máy chủ" if value is None else f"{value} giờ"
    return steps_text(value) or "không nhắc" if isinstance(value, tuple) else str(value)


def change_words(before: ReminderRules, after: ReminderRules) -> list[str]:
    """What a version changed: "Nhắc trước hạn: 5, 1 → 7, 3, 1"."""
    return [
        f"{FIELDS[each.name]}: {value_words(before, each.name)} → {value_words(after, each.name)}"
        for each in fields(ReminderRules)
        if getattr(before, each.name) != getattr(after, each.name)
    ]
