"""The words of calendar events and of the page Lịch."""

from datetime import date

from cchc_tasks.domain.calendars import ALARM_DAYS, CalendarEntry, FeedKind, FeedScope, FeedStyle
from cchc_tasks.domain.periods import ReportingPeriod
from cchc_tasks.domain.text import one_line
from cchc_tasks.wording import extensions
from cchc_tasks.wording.core import format_date, format_weekday, label, period_name
from cchc_tasks.wording.people import wait
from cchc_tasks.wording.work import printed_phrase, title

#: A phone shows about so many letters of an event's title.
TITLE_LETTERS = 60
MONTHS = "Tháng {month}/{year}"
WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")
SHORT_WEEKDAYS = ("T2", "T3", "T4", "T5", "T6", "T7", "CN")

#: What an address shows, before the name of what it is of.
SCOPES: dict[FeedScope, str] = {
    FeedScope.PERSON: "Việc của tôi",
    FeedScope.UNIT: "",
    FeedScope.PLAN: "Kế hoạch",
    FeedScope.FILTER: "Bộ lọc:",
}
KINDS: dict[FeedKind, str] = {
    FeedKind.EVENT: "Sự kiện trong lịch",
    FeedKind.TODO: "Danh sách việc cần làm",
}
NO_ALARM = "Không đổ chuông"
ALARMS: dict[int, str] = {
    days: f"Trước {days} ngày, lúc 8 giờ" if days else "Đúng ngày hạn, lúc 8 giờ" for days in ALARM_DAYS
}


def shortened(text: str, letters: int = TITLE_LETTERS) -> str:
    """`text` cut at a blank, with an ellipsis, where it is longer than `letters`."""
    line = one_line(text)
    if len(line) <= letters:
        return line
    kept = line[: letters - 1]
    whole_words = kept[: kept.rfind(" ")] if " " in kept else kept
    return f"{whole_words.rstrip(' ,;:.–-')}…"


def too_many_addresses(seconds: int) -> str:
    """What a program is told that asks for one calendar after another."""
    return f"Đã hỏi quá nhiều địa chỉ lịch không có. Thử lại sau {wait(seconds)}."


def day_and_month(day: date) -> str:
    """31/3: in a calendar the year stands above."""
    return format_date(day).rpartition("/")[0]


def event_title(entry: CalendarEntry, *, hides_titles: bool) -> str:
    """ "[4.6] Tháng 3/2021: Họp cuối tháng … – hạn 31/3"; what is done begins with a check mark."""
    words = f"sản phẩm {entry.ordinal}".strip() if hides_titles else entry.text
    mark = "✓ " if entry.is_done else ""
    return f"{mark}[{entry.number_text}] {shortened(title(words, entry.period_label))} – hạn {day_and_month(entry.day)}"


def event_description(entry: CalendarEntry, link: str, *, hides_titles: bool) -> str:
    """Unit, product, deadline as printed, what was said last, and where to read on."""
    lines = [f"Đơn vị: {entry.unit_name}" if entry.unit_name else ""]
    if not hides_titles:
        lines.append(f"Sản phẩm: {one_line(title(entry.text, entry.period_label))}")
    lines.append(f"Thời hạn: {format_date(entry.day)} ({printed_phrase(entry.deadline_text)})")
    moved = extensions.beside(entry.original_due_on, entry.day, entry.extensions)
    lines.append(moved[:1].upper() + moved[1:])
    lines.append(f"Trạng thái: {label(entry.status)}")
    return "\n".join([*filter(None, lines), link])


def cut_off_title(period: ReportingPeriod) -> str:
    return f"Chốt số liệu báo cáo CCHC {_lower(period_name(period))}"


def cut_off_description(period: ReportingPeriod) -> str:
    return (
        f"Số liệu từ {format_date(period.window_starts_on)} đến hết {format_date(period.cut_off)}. "
        f"Gửi báo cáo trước {format_date(period.send_by)}."
    )


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]


def calendar_of(scope: FeedScope, name: str) -> str:
    """ "Văn phòng Sở", "Kế hoạch 163/KH-STTTT", "Bộ lọc: quá hạn của tôi"; one's own work has no name."""
    return f"{SCOPES[scope]} {name}".strip()


def calendar_name(scope: FeedScope, name: str) -> str:
    """The name under which a program lists the calendar."""
    return f"CCHC: {calendar_of(scope, name)}" if name else "CCHC: việc của tôi"


def style_words(style: FeedStyle) -> str:
    """What is special about an address; '' for plain events with titles and without alarms."""
    parts = [
        "danh sách việc" if style.kind is FeedKind.TODO else "",
        "không ghi tên" if style.hides_titles else "",
        "" if style.alarm_days is None else f"chuông {ALARMS[style.alarm_days].lower()}",
    ]
    return ", ".join(filter(None, parts))


def day_name(day: date) -> str:
    """ "Thứ Tư, 10/3/2021", at the beginning of a line."""
    words = format_weekday(day)
    return words[:1].upper() + words[1:]


def quarter_name(day: date) -> str:
    """ "Quý I/2021"."""
    return f"Quý {('I', 'II', 'III', 'IV')[(day.month - 1) // 3]}/{day.year}"


def month_name(day: date) -> str:
    return MONTHS.format(month=day.month, year=day.year)
