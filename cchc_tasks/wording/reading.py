"""What was read from a plan, in words: troubles of files, doubts, time phrases, assignments."""

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any

from cchc_tasks.domain.assignments import AssignmentReason
from cchc_tasks.domain.deadlines import Clause, Deadline, DeadlineKind, DeadlineReason, Recurrence
from cchc_tasks.domain.errors import DomainError, ReadTrouble, UnreadableFile
from cchc_tasks.domain.plan_reading import Doubt
from cchc_tasks.domain.reading_progress import ReadingProgress, Step
from cchc_tasks.wording.core import LABELS, WEEKDAYS, format_date, format_number
from cchc_tasks.wording.doubts import DOUBTS, PROGRESS_DETAILS

READ_TROUBLES: dict[ReadTrouble, str] = {
    ReadTrouble.EMPTY: "Tệp “{file_name}” không có nội dung. Chọn lại tệp kế hoạch.",
    ReadTrouble.TOO_BIG: "Tệp “{file_name}” quá lớn (tối đa 25 MB, 8 triệu ký tự). Tách riêng phần bảng nhiệm vụ "
    "rồi nhập lại.",
    ReadTrouble.UNKNOWN_FORMAT: "Không đọc được loại tệp của “{file_name}”. Dùng tệp .docx, .xlsx, .csv hoặc .pdf.",
    ReadTrouble.WRONG_EXTENSION: "Nội dung tệp “{file_name}” không đúng với phần mở rộng của tên. Mở tệp bằng "
    "Word hoặc Excel, lưu lại đúng loại rồi nhập lại.",
    ReadTrouble.OLD_FORMAT: "Tệp “{file_name}” là định dạng cũ (.doc, .xls). Mở tệp và lưu lại thành .docx hoặc .xlsx.",
    ReadTrouble.ENCRYPTED: "Tệp “{file_name}” được đặt mật khẩu. Bỏ mật khẩu rồi nhập lại.",
    ReadTrouble.HAS_MACROS: "Tệp “{file_name}” có chứa macro nên không được nhận. Lưu lại thành .docx hoặc .xlsx.",
    ReadTrouble.DAMAGED: "Tệp “{file_name}” bị hỏng hoặc không hợp lệ. Mở và lưu lại tệp rồi nhập lại.",
    ReadTrouble.REMOTE_PARTS: "Tệp “{file_name}” lấy mẫu hoặc nội dung từ máy khác nên không được nhận. Chép nội dung "
    "sang một tệp mới rồi nhập lại.",
    ReadTrouble.NO_TEXT_IN_PDF: "Tệp “{file_name}” là bản quét, không có chữ để đọc. Dùng tệp Word, Excel gốc hoặc bản "
    "PDF lưu từ Word.",
    ReadTrouble.TOO_MANY_PAGES: "Tệp “{file_name}” dài quá {limit} trang. Tách riêng phần bảng nhiệm vụ rồi nhập lại.",
    ReadTrouble.NOT_CONVERTED: "Không chuyển được tệp “{file_name}” từ định dạng cũ: tệp hỏng hoặc có mật khẩu. Mở tệp "
    "và lưu lại thành .docx hoặc .xlsx.",
    ReadTrouble.ARCHIVE_LIMITS: "Tệp “{file_name}” khi mở ra quá lớn nên không được nhận. Chép riêng bảng nhiệm vụ "
    "sang một tệp mới.",
    ReadTrouble.TOO_MANY_ROWS: "Bảng trong tệp “{file_name}” vượt quá {limit} dòng. Xóa các dòng thừa hoặc tách tệp.",
    ReadTrouble.TOO_MANY_COLUMNS: "Bảng trong tệp “{file_name}” vượt quá {limit} cột. Xóa các cột thừa.",
    ReadTrouble.FIELD_TOO_LONG: "Ô ở dòng {row}, cột {column} của tệp “{file_name}” dài quá {limit} ký tự. "
    "Kiểm tra dấu ngoặc kép hoặc tách bớt nội dung.",
    ReadTrouble.UNKNOWN_ENCODING: "Không nhận ra bảng mã chữ của tệp “{file_name}”. Lưu lại tệp theo UTF-8.",
    ReadTrouble.UNCLOSED_QUOTE: "Từ dòng {row} của tệp “{file_name}” có dấu ngoặc kép mở mà không đóng, hoặc đặt "
    "sai chỗ. Sửa lại rồi nhập lại.",
    ReadTrouble.TOO_SLOW: "Đọc tệp “{file_name}” mất quá nhiều thời gian nên đã dừng. Chép riêng bảng nhiệm vụ sang "
    "một tệp mới.",
    ReadTrouble.TOO_MUCH_MEMORY: "Tệp “{file_name}” cần quá nhiều bộ nhớ nên đã dừng. Chép riêng bảng nhiệm vụ sang "
    "một tệp mới.",
    ReadTrouble.NO_TABLE: "Không thấy bảng nhiệm vụ trong tệp “{file_name}”. Bảng cần có dòng tiêu đề với cột nhiệm "
    "vụ và ít nhất hai trong các cột sản phẩm, phân công, thời gian.",
    ReadTrouble.NO_ROWS: "Bảng nhiệm vụ trong tệp “{file_name}” không có dòng nào dưới tiêu đề.",
    ReadTrouble.NO_YEAR: "Không rõ kế hoạch trong tệp “{file_name}” của năm nào. Nhập năm của kế hoạch.",
}

DEADLINE_REASONS: dict[DeadlineReason, str] = {
    DeadlineReason.NOTHING_STATED: "Không nêu thời hạn.",
    DeadlineReason.NOT_UNDERSTOOD: "Không đọc được cụm từ này.",
    DeadlineReason.IMPOSSIBLE_DATE: "Ngày này không có trên lịch.",
    DeadlineReason.INCOMPLETE_DATE: "Ngày ghi thiếu tháng.",
    DeadlineReason.VAGUE: "Chỉ nói khoảng thời gian, không có ngày rõ ràng.",
    DeadlineReason.TENTATIVE: "Chỉ là dự kiến.",
    DeadlineReason.TWO_READINGS: "Đọc được nhiều cách.",
    DeadlineReason.BEFORE_PERIOD: "“Trước” một tháng, quý hoặc năm: trước khi bắt đầu hay trước khi hết?",
    DeadlineReason.OPEN_END: "Không nói khi nào kết thúc.",
    DeadlineReason.NO_DAY: "Không nói ngày nào trong mỗi kỳ.",
    DeadlineReason.SHORT_MONTH: "Có tháng không có ngày này; đang lấy ngày cuối tháng.",
    DeadlineReason.CONTRADICTION: "Các mốc thời gian không khớp nhau.",
    DeadlineReason.SEVERAL_DEADLINES: "Có nhiều mốc, không nói mốc nào cho việc nào.",
    DeadlineReason.BEFORE_EVENT: "Tính theo một sự kiện chưa biết ngày.",
    DeadlineReason.EVENT_WITH_DATE: "Vừa có ngày vừa gắn với một sự kiện.",
    DeadlineReason.DURATION: "Chỉ nói khoảng thời gian, không nói tính từ ngày nào.",
    DeadlineReason.DITTO: "Ghi “như trên”; cần nhập lại cho dòng này.",
    DeadlineReason.UNLIKELY_YEAR: "Năm cách xa năm của kế hoạch.",
    DeadlineReason.RELATIVE: "Tính theo kỳ sau hoặc năm khác, chưa rõ ngày.",
}

ASSIGNMENT_REASONS: dict[AssignmentReason, str] = {
    AssignmentReason.NOT_STATED: "Ô phân công để trống.",
    AssignmentReason.UNMARKED_LIST: "Có nhiều đơn vị, không ghi đơn vị nào chủ trì.",
    AssignmentReason.SEVERAL_LEADS: "Ghi nhiều đơn vị cùng chủ trì.",
    AssignmentReason.ONLY_COORDINATING: "Chỉ có đơn vị phối hợp.",
    AssignmentReason.LEAD_IS_GROUP: "Chủ trì là một nhóm, chưa rõ đơn vị chịu trách nhiệm.",
    AssignmentReason.ROLE_NOT_STATED: "Có đơn vị không rõ chủ trì hay phối hợp; đang để là phối hợp.",
    AssignmentReason.DITTO: "Ghi “như trên”; cần nhập lại cho dòng này.",
    AssignmentReason.NOT_UNDERSTOOD: "Không đọc được phân công này.",
}


def _labels(table: Mapping[Any, str]) -> dict[StrEnum, str]:
    return dict(table)


LABELS.update(
    {
        ReadTrouble: _labels(READ_TROUBLES),
        DeadlineReason: _labels(DEADLINE_REASONS),
        AssignmentReason: _labels(ASSIGNMENT_REASONS),
        DeadlineKind: {
            DeadlineKind.DATE: "Ngày cụ thể",
            DeadlineKind.BEFORE_DATE: "Trước ngày",
            DeadlineKind.MONTH: "Trong tháng",
            DeadlineKind.QUARTER: "Trong quý",
            DeadlineKind.RANGE: "Từ ngày đến ngày",
            DeadlineKind.RECURRING: "Định kỳ",
            DeadlineKind.WITHIN_YEAR: "Trong năm",
            DeadlineKind.ONGOING: "Thường xuyên",
            DeadlineKind.AS_REGULATED: "Theo quy định",
            DeadlineKind.AFTER_EVENT: "Sau một sự kiện",
            DeadlineKind.UNSTATED: "Không nêu thời hạn",
            DeadlineKind.UNREADABLE: "Chưa đọc được",
        },
        Recurrence: {
            Recurrence.WEEKLY: "Hằng tuần",
            Recurrence.MONTHLY: "Hằng tháng",
            Recurrence.QUARTERLY: "Hằng quý",
            Recurrence.QUARTERLY_CUMULATIVE: "Quý I, 6 tháng, 9 tháng, năm",
            Recurrence.HALF_YEARLY: "6 tháng, năm",
            Recurrence.YEARLY: "Hằng năm",
            Recurrence.LISTED: "Nhiều mốc",
        },
    }
)

UNSTATED = "không nêu thời hạn"
_ISO_DATE = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b")
_QUARTERS = ("I", "II", "III", "IV")


def read_trouble(error: UnreadableFile) -> str:
    """Why a file could not be read, and what to do about it."""
    facts = {"file_name": "", "row": "", "column": "", "limit": "", **error.facts}
    sentence = READ_TROUBLES[error.reason].format_map({name: _fact(value) for name, value in facts.items()})
    return (
        sentence if facts["file_name"] else sentence.replace("Tệp “”", "Nội dung dán").replace("tệp “”", "nội dung dán")
    )


def step_words(progress: ReadingProgress) -> str:
    """How far the reading of a file is: "Đang đọc trang 3/40"."""
    if progress.step is Step.PAGES and progress.total:
        return f"Đang đọc trang {format_number(progress.done)}/{format_number(progress.total)}"
    if progress.step is Step.ROWS and progress.done:
        of = f"/{format_number(progress.total)}" if progress.total else ""
        return f"Đã đọc {format_number(progress.done)}{of} dòng"
    return _STEPS[progress.step]


_STEPS: dict[Step, str] = {
    Step.WAITING: "Đang chờ đọc xong tệp khác",
    Step.CONVERTING: "Đang chuyển tệp từ định dạng cũ",
    Step.PAGES: "Đang mở tệp",
    Step.ROWS: "Đang mở tệp",
    Step.SORTING: "Đang xếp nhiệm vụ, sản phẩm, thời hạn",
}


def doubt_sentence(doubt: Doubt) -> str:
    """Why this is to be confirmed: the general sentence, and the particular one where there is one."""
    _, sentence = DOUBTS[doubt.reason]
    detail = _detail(doubt.detail)
    return f"{sentence} {detail}" if detail and detail != sentence else sentence


#: Doubts that are about no row.
_PLACES = {"heading": "Tiêu đề", "document": "Cả tệp"}


def doubt_place(doubt: Doubt) -> str:
    """ "Dòng 2.1/3, sản phẩm 2"."""
    row, _, product = doubt.where.partition(" #")
    if row in _PLACES:
        return _PLACES[row]
    return f"Dòng {row}, sản phẩm {product}" if product else f"Dòng {row}"


def doubt_reading(doubt: Doubt) -> str:
    """How the doubtful print was read, dates in the Vietnamese way."""
    kinds: dict[str, str] = {str(kind): word for kind, word in LABELS[DeadlineKind].items()}
    if doubt.reading in kinds:
        return kinds[doubt.reading]
    start, slash, end = doubt.reading.partition("/")
    if slash and _ISO_DATE.fullmatch(start):
        return f"từ {_dates_in(start)} đến {_dates_in(end)}" if end else f"từ {_dates_in(start)}"
    return _dates_in(doubt.reading)


def deadline_phrase(deadline: Deadline, plan_year: int | None = None) -> str:
    """A deadline as this product prints it; `parse_deadline` reads it back to the same value.

    With `plan_year` the year of a recurring deadline is left out where it is that one. What is still to be confirmed,
    or has no date and no phrase of its own ("Ngay sau khi …"), is printed as it was.
    """
    if deadline.needs_confirmation:
        return deadline.text or UNSTATED
    if len(deadline.clauses) > 1:
        return "; ".join(_labelled(clause, plan_year) for clause in deadline.clauses)
    return _PHRASES[deadline.kind](deadline, plan_year)


Said = Deadline | Clause
Dates = tuple[date, ...]


def _labelled(clause: Clause, plan_year: int | None) -> str:
    phrase = _PHRASES[clause.kind](clause, plan_year)
    return f"{clause.label}: {phrase}" if clause.label else phrase


def _before(said: Said, _year: int | None) -> str:
    phrase = f"trước ngày {format_date(said.due_on)}"
    return f"thường xuyên, {phrase}" if said.is_ongoing else phrase


def _month(said: Said, _year: int | None) -> str:
    day = said.due_on
    return _with_ongoing(said, f"trong tháng {day.month}/{day.year}") if day else said.text


def _quarter(said: Said, _year: int | None) -> str:
    day = said.due_on
    return _with_ongoing(said, f"trong quý {_QUARTERS[(day.month - 1) // 3]}/{day.year}") if day else said.text


def _within_year(said: Said, _year: int | None) -> str:
    if said.due_on is None:
        return said.text
    return f"trong năm {said.due_on.year}{' và các năm tiếp theo' if said.is_ongoing else ''}"


def _range(said: Said, _year: int | None) -> str:
    if said.starts_on is None or said.due_on is None:
        return said.text
    return _with_ongoing(said, f"từ ngày {format_date(said.starts_on)} đến ngày {format_date(said.due_on)}")


def _recurring(said: Said, plan_year: int | None) -> str:
    if not said.dates:
        return said.text
    series = _SERIES.get(said.recurrence) if said.recurrence else None
    phrase = series(said.dates, plan_year) if series else None
    if phrase is None and len(said.dates) == 1:
        return said.text
    return _with_ongoing(said, phrase or f"các ngày {', '.join(format_date(day) for day in said.dates)}")


def _every_month(dates: Dates, plan_year: int | None) -> str | None:
    return _every(dates, plan_year, months=1, every="mỗi tháng", end="ngày cuối tháng")


def _every_quarter(dates: Dates, plan_year: int | None) -> str | None:
    return _every(dates, plan_year, months=3, every="mỗi quý", end="ngày cuối quý")


def _every(dates: Dates, plan_year: int | None, *, months: int, every: str, end: str) -> str | None:
    """A series without gaps, in words; None where its days or months are not regular."""
    places = [day.year * 12 + day.month - 1 for day in dates]
    regular = all(later - sooner == months for sooner, later in pairwise(places))
    in_period_ends = all(day.month % months == 0 for day in dates)
    if not regular or not in_period_ends:
        return None
    if all(_is_month_end(day) for day in dates):
        when = end
    elif len({day.day for day in dates}) == 1:
        when = f"ngày {dates[0].day:02d}" + (" tháng cuối quý" if months == 3 else "")
    else:
        return None
    first, last = dates[0], dates[-1]
    whole_year = first.year == last.year and len(dates) == 12 // months
    named = _in_year(first.year, plan_year) if whole_year else (
        f" từ tháng {first.month}/{first.year} đến tháng {last.month}/{last.year}")  # fmt: skip
    return f"{every}{named}, {when} ({format_number(len(dates))} kỳ)"


def _cumulative(dates: Dates, _plan_year: int | None) -> str | None:
    return f"quý I, 6 tháng, 9 tháng, năm {dates[0].year}" if _are_ends(dates, (3, 6, 9, 12)) else None


def _half_yearly(dates: Dates, _plan_year: int | None) -> str | None:
    return f"6 tháng, năm {dates[0].year}" if _are_ends(dates, (6, 12)) else None


def _yearly(dates: Dates, plan_year: int | None) -> str | None:
    """The same days in each of some years that follow one another."""
    days = list(dict.fromkeys((day.day, day.month) for day in dates))
    years = range(dates[0].year, dates[-1].year + 1)
    if sorted((year, month, day) for year in years for day, month in days) != [
        (day.year, day.month, day.day) for day in dates
    ]:
        return None
    named = _in_year(years[0], plan_year) if len(years) == 1 else f" giai đoạn {years[0]}-{years[-1]}"
    return f"mỗi năm{named}, {'các ' if len(days) > 1 else ''}ngày {', '.join(_day_month(*day) for day in days)}"


def _weekly(dates: Dates, plan_year: int | None) -> str | None:
    """One weekday through a whole year."""
    first, last = dates[0], dates[-1]
    whole = (first - date(first.year, 1, 1)).days < 7 and (date(first.year, 12, 31) - last).days < 7
    regular = all((later - sooner).days == 7 for sooner, later in pairwise(dates))
    if not whole or not regular or first.year != last.year:
        return None
    named = _in_year(first.year, plan_year)
    return f"{WEEKDAYS[first.weekday()].lower()} hằng tuần{named} ({format_number(len(dates))} kỳ)"


_SERIES: dict[Recurrence, Callable[[Dates, int | None], str | None]] = {
    Recurrence.MONTHLY: _every_month,
    Recurrence.QUARTERLY: _every_quarter,
    Recurrence.QUARTERLY_CUMULATIVE: _cumulative,
    Recurrence.HALF_YEARLY: _half_yearly,
    Recurrence.YEARLY: _yearly,
    Recurrence.WEEKLY: _weekly,
}


def _in_year(year: int, plan_year: int | None) -> str:
    return "" if year == plan_year else f" năm {year}"


def _are_ends(dates: Dates, months: tuple[int, ...]) -> bool:
    one_year = len({day.year for day in dates}) == 1
    return one_year and tuple(day.month for day in dates) == months and all(map(_is_month_end, dates))


def _day_month(day: int, month: int) -> str:
    return f"{day:02d}/{'0' if month <= 2 else ''}{month}"


def _is_month_end(day: date) -> bool:
    return (day + timedelta(days=1)).day == 1


def _with_ongoing(said: Said, phrase: str) -> str:
    return f"thường xuyên, {phrase}" if said.is_ongoing else phrase


_PHRASES: dict[DeadlineKind, Callable[[Said, int | None], str]] = {
    DeadlineKind.DATE: lambda said, year: f"hạn {format_date(said.due_on)}",
    DeadlineKind.BEFORE_DATE: _before,
    DeadlineKind.MONTH: _month,
    DeadlineKind.QUARTER: _quarter,
    DeadlineKind.RANGE: _range,
    DeadlineKind.RECURRING: _recurring,
    DeadlineKind.WITHIN_YEAR: _within_year,
    DeadlineKind.ONGOING: lambda said, year: "thường xuyên",
    DeadlineKind.AS_REGULATED: lambda said, year: "theo quy định",
    DeadlineKind.AFTER_EVENT: lambda said, year: said.text,
    DeadlineKind.UNSTATED: lambda said, year: UNSTATED,
    DeadlineKind.UNREADABLE: lambda said, year: said.text,
}


def _detail(code: str) -> str:
    for sentences in (DEADLINE_REASONS, ASSIGNMENT_REASONS):
        found: dict[Any, str] = dict(sentences)
        if code in found:
            return found[code]
    return PROGRESS_DETAILS.get(code, "")


def _fact(value: object) -> str:
    return format_number(value) if isinstance(value, int) else str(value)


def _dates_in(text: str) -> str:
    return _ISO_DATE.sub(lambda match: format_date(date.fromisoformat(match.group())), text)


#: Sentences of this noun's errors, for `wording.explain`.
EXPLANATIONS: dict[type[DomainError], Callable[[Any], str]] = {UnreadableFile: read_trouble}
