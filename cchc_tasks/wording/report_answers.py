"""Words about who answers which row of a report, how far that is, and what proves an answer."""

from datetime import date, datetime

from cchc_tasks.domain.reports.answering import Progress
from cchc_tasks.domain.reports.cells import Cell, CellState
from cchc_tasks.domain.reports.forms import FormRow, ValueType
from cchc_tasks.wording.core import deadline_words, format_date, format_instant, format_number
from cchc_tasks.wording.report_members import period_in_words

OFFICE = "Văn phòng"
OFFICE_ITSELF = "Văn phòng tự nhập"
PROOF_INCOMPLETE = "Văn bản minh chứng cần đủ số, ký hiệu, ngày ban hành (không sau hôm nay) và trích yếu."
ALL_ROWS = "Mọi dòng"
OPEN_ROWS = "Chưa có số cuối"
OPEN_FILE = "Mở tệp"
NOTHING_CHOSEN = "Chọn ít nhất một dòng rồi chọn đơn vị nhận."
UNIT_MISSING = "Chọn đơn vị nhận các dòng đã chọn."


def not_yet(count: int) -> str:
    return f"{format_number(count)} dòng ghi “chưa có”"


def left(found: Progress) -> str:
    """ "còn 7 dòng", "còn 7 dòng (2 dòng ghi “chưa có”)"."""
    beside = f" ({not_yet(found.not_yet)})" if found.not_yet else ""
    return f"còn {format_number(found.left)} dòng{beside}"


def progress_words(found: Progress) -> str:
    """ "10/17 dòng có số", "10/17 dòng có số, 2 dòng ghi “chưa có”"."""
    beside = f", {not_yet(found.not_yet)}" if found.not_yet else ""
    return f"{format_number(found.done)}/{format_number(found.total)} dòng có số{beside}"


def own_rows(found: Progress) -> str:
    """How far the reader's own unit is, in the list of reports."""
    return f"Đơn vị {left(found)}" if found.left else "Đơn vị đã nhập đủ"


def unit_left(key: str, year: int, found: Progress, due_on: date, today: date) -> str:
    """ "Báo cáo quý I năm 2021: còn 7 dòng, hạn 14/3/2021"."""
    late = f", muộn {format_number((today - due_on).days)} ngày" if today > due_on else ""
    return f"Báo cáo {period_in_words(key, year)}: {left(found)}, hạn {format_date(due_on)}{late}"


def due_words(day: date, today: date) -> str:
    """ "hạn 12/3/2021, còn 2 ngày"."""
    return f"hạn {format_date(day)}, {deadline_words((day - today).days)}"


def troubles(count: int, *, is_saved: bool) -> str:
    """Above a form that came back; nothing that was typed is lost."""
    if is_saved:
        return f"Người khác vừa trả lời {format_number(count)} dòng. Các dòng khác đã lưu; xem từng dòng được đánh dấu."
    return f"Chưa lưu: {format_number(count)} dòng cần sửa, xem ở từng dòng. Mọi nội dung đã gõ còn nguyên bên dưới."


# --- the last period's value and what moved


def previous(row: FormRow, before: Cell | None, now: Cell, period: str) -> str:
    """What stood at the row in the report before: "Quý IV/2020: 1.040, nay tăng 10". A blank, "chưa có", "không áp
    dụng" and 0 are four things; '' where the row is new or there was no report (`period` '')."""
    if before is None or not period:
        return ""
    if before.state is CellState.BLANK:
        return f"{period}: để trống"
    moved = change(row, before, now)
    return f"{period}: {shown(row, before)}" + (f", nay {moved}" if moved else "")


def shown(row: FormRow, cell: Cell) -> str:
    """A cell for a reader: of a coded choice its words."""
    if cell.value is None or not row.choices:
        return cell.printed
    return next((choice.label for choice in row.choices if choice.code == cell.value), cell.printed)


def change(row: FormRow, before: Cell, now: Cell) -> str:
    """How a number moved: "tăng 3", "giảm 1,5 điểm %"; '' for codes, for words and where nothing moved."""
    if before.value is None or now.value is None or before.value == now.value:
        return ""
    if row.value_type not in (ValueType.COUNT, ValueType.PERCENT):
        return ""
    delta = now.value - before.value
    size = format_number(abs(delta).normalize() if delta % 1 else int(abs(delta)))
    points = " điểm %" if row.value_type is ValueType.PERCENT else ""
    return f"{'tăng' if delta > 0 else 'giảm'} {size}{points}"


def answered_by(name: str, recorded_at: datetime) -> str:
    """ "Nguyễn Thị Lan nhập lúc 10/3/2021 09:05"."""
    return f"{name or 'Hệ thống'} nhập lúc {format_instant(recorded_at)}"


# --- giving rows out


def overview(total: int, computed: int, given: int, units: int, office: int) -> str:
    """The whole form in one sentence: what the machine fills, what units answer, what is left to the office."""
    said = f"{format_number(total)} dòng: {format_number(computed)} dòng máy tính"
    if given:
        said += f", {format_number(given)} dòng giao cho {format_number(units)} đơn vị"
    return f"{said}, {format_number(office)} dòng Văn phòng tự nhập."


def given_out(count: int, unit: str) -> str:
    if not count:
        return "Các dòng đã chọn vốn của đơn vị này, không có gì đổi."
    return f"Đã giao {format_number(count)} dòng cho {unit}."


def given_as_form(count: int) -> str:
    return (
        f"Đã giao {format_number(count)} dòng theo biểu mẫu." if count else "Không còn dòng nào để giao theo biểu mẫu."
    )


def ended_unit(name: str) -> str:
    """A unit that no longer exists and that nothing stands in the place of."""
    return f"{name} (đã kết thúc, không đơn vị nào tiếp nhận)"


def in_place_of(name: str) -> str:
    return f"giao cho {name}"


def choices_of(total: int, words: str) -> str:
    return f"{words} ({format_number(total)})"
