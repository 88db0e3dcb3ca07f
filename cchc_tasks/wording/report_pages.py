"""Words of the pages about reports."""

import re
from datetime import date, datetime
from typing import Any

from cchc_tasks.wording.core import PERIOD_LABELS, deadline_words, format_date, format_instant, format_number
from cchc_tasks.wording.report_members import period_in_words, report_words

TAB_FIGURES = "Số liệu"
TAB_TEXT = "Lời văn"
TAB_SUBMISSION = "Trình"
TAB_SUBMITTED = "Bản đã trình"
TAB_ASKS = "Phân công"
TAB_SET_UP = "Thiết lập"
OFFICE = "Văn phòng"
FIRST_SECTION = "Số liệu"
NO_ANSWER = "Chưa trả lời"
STATE_COMPUTED = "máy tính"
STATE_DONE = "đã nhập"
STATE_TODO = "chưa nhập"
STATE_NOT_YET = "chưa có"
REMINDED = "Đã xếp thư nhắc cho {people}."
NOT_BEGUN = "Chưa lập"
SUBMITTED = "Đã trình"


def tab_checks(open_findings: int) -> str:
    return f"Kiểm tra ({format_number(open_findings)})" if open_findings else "Kiểm tra"


def short_period(report: Any) -> str:
    """ "Quý I/2021": the head of a column."""
    return period_label(report.period_key, report.year)


def period_label(key: str, year: int) -> str:
    name = PERIOD_LABELS.get(key, key)
    return f"{name} {year}" if key == "year" else f"{name}/{year}"


def heading(key: str, year: int, edition: int) -> str:
    """ "Báo cáo quý I năm 2021, bản đính chính 1"."""
    said = report_words(key, year, edition)
    return said[0].upper() + said[1:]


def facts(report: Any, today: date, *, is_draft: bool) -> str:
    """The line under the heading: the window, the day it is sent by, how long that is."""
    window = f"Số liệu từ {format_date(report.window_starts_on)} đến {format_date(report.cut_off)}"
    if not is_draft:
        said = numbered(report.number, report.issued_on) or f"trình ngày {format_date_of(report.submitted_at)}"
        return f"{window} · {said}"
    left = deadline_words((report.send_by - today).days)
    return f"{window} · gửi trước {format_date(report.send_by)} · {left}"


def format_date_of(instant: datetime | None) -> str:
    return format_instant(instant).split(" ")[0]


def numbered(number: str, issued_on: date | None) -> str:
    """ "Số 12/BC-STTTT ngày 15/3/2021"; '' until the document is issued."""
    if not number:
        return ""
    return f"số {number}" + (f" ngày {format_date(issued_on)}" if issued_on else "")


def section_title(number: str, title: str) -> str:
    return f"{number.rstrip('.')}. {title}"


def late_by(days: int) -> str:
    return f"muộn {format_number(days)} ngày"


def saved_rows(count: int) -> str:
    return f"Đã lưu {format_number(count)} dòng." if count else "Không có gì thay đổi nên không lưu thêm."


def answered_meanwhile(name: str, printed: str, note: str, recorded_at: datetime) -> str:
    """Told at a row that somebody else answered since the page was opened."""
    who = name or "Người khác"
    value = f"“{printed}”" if printed else "để trống"
    said = f"{who} đã nhập {value} lúc {format_instant(recorded_at)}"
    beside = f", ghi chú “{note}”" if note else ""
    return f"{said}{beside}. Nội dung của ông/bà còn trong ô; lưu lần nữa để thay, hoặc sửa theo."


def progress(done: int, total: int) -> str:
    return f"{format_number(done)}/{format_number(total)} dòng"


def begun(key: str, year: int) -> str:
    return f"Đã lập báo cáo {period_in_words(key, year)}."


def draft_state(done: int, total: int) -> str:
    return f"Đang lập, {progress(done, total)}"


PRINTED_OTHERWISE = "Đã ghi số in khác. Số máy tính vẫn hiện bên cạnh kèm lý do."
PRINTED_AGAIN = "Đã in lại số máy tính."
ROW_SAVED = "Đã lưu dòng {code}."
NOTHING_CHOSEN = "Chọn ít nhất một cảnh báo."
REASON_MISSING = "Ghi lý do."


def entry_line(name: str, entry: Any, proof_line: Any) -> dict[str, Any]:
    """An answer as the timeline shows it, with the document and the file that prove it."""
    value = f"“{entry.printed}”" if entry.printed else "để trống"
    document, file = proof_line
    proofs = []
    if document is not None:
        proofs.append(f"{document.number} ngày {format_date(document.issued_on)}, {document.subject}")
    if file is not None:
        proofs.append(f"tệp {file.name}")
    proof = f"Minh chứng: {'; '.join(proofs)}" if proofs else ""
    return _line(entry.recorded_at, f"{name or 'Hệ thống'} nhập {value}.", entry.note, proof)


def override_line(name: str, override: Any) -> dict[str, Any]:
    """What the office printed otherwise, as the timeline shows it."""
    if override.printed is None:
        said = "in lại số máy tính"
    elif override.printed:
        said = f"in “{override.printed}” thay số máy tính"
    else:
        said = "để trống thay số máy tính"
    return _line(override.recorded_at, f"{name or 'Hệ thống'} {said}.", f"Lý do: {override.reason}", "")


def _line(at: datetime, sentence: str, quote: str, known: str) -> dict[str, Any]:
    day, _, time = format_instant(at).partition(" ")
    return {"at": at, "recorded_on": day, "recorded_time": time, "sentence": sentence, "quote": quote, "known": known}


def read_day(text: str) -> date | None:
    """A day as a date control sends it or as it is typed (15/3/2021); None where it is none."""
    parts = re.split(r"[-/.]", text.strip())
    if len(parts) != 3 or not all(part.isdigit() for part in parts):
        return None
    year, month, day = (int(part) for part in (parts if len(parts[0]) == 4 else reversed(parts)))
    try:
        return date(year, month, day)
    except ValueError:
        return None


THING = "việc"


def note_proposal(note: str) -> str:
    return f"Có thể ghi: “{note}”."


def accepted_many(count: int) -> str:
    return f"Đã chấp nhận {format_number(count)} cảnh báo kèm lý do."


def accepted(names: Any, acceptance: Any) -> str:
    """ "Trần Thị Hạnh chấp nhận ngày 12/3/2021: Đã đối chiếu."; '' where nobody did."""
    if acceptance is None:
        return ""
    who = names.get(acceptance.actor_id, "") or OFFICE
    return f"{who} chấp nhận ngày {format_date_of(acceptance.recorded_at)}: {acceptance.reason}"


def file_name(key: str, year: int, edition: int, *, is_draft: bool, ending: str) -> str:
    """ "Bản đang lập - Báo cáo CCHC quý I năm 2021.docx"; a corrected report says which one it is."""
    draft = "Bản đang lập - " if is_draft else ""
    again = f" - bản đính chính {edition - 1}" if edition > 1 else ""
    return f"{draft}Báo cáo CCHC {period_in_words(key, year)}{again}.{ending}"


NO_SUCH_PERIOD = "Chế độ báo cáo không có kỳ này. Chọn kỳ khác."


def period_word(key: str) -> str:
    return PERIOD_LABELS.get(key, key)


def window(starts_on: date, cut_off: date) -> str:
    return f"{format_date(starts_on)} – {format_date(cut_off)}"


def to_cut_off(days: int) -> str:
    """How far the cut-off is."""
    if days < 0:
        return f"đã chốt {format_number(-days)} ngày"
    return f"còn {format_number(days)} ngày đến ngày chốt" if days else "chốt hôm nay"


def submitted_state(report: Any) -> str:
    """ "Đã trình ngày 15/3/2021, số 12/BC-STTTT ngày 16/3/2021"; without a number it says so."""
    said = f"Đã trình ngày {format_date_of(report.submitted_at)}"
    return f"{said}, {numbered(report.number, report.issued_on) or 'chưa cấp số'}"


DEFAULT_NOUN = "nhiệm vụ"
FROM_FIGURES = "từ số liệu"
FROM_LEDGER = "từ sổ theo dõi: việc quá hạn, chờ xác nhận"
FROM_LEDGER_ALL = "từ sổ theo dõi: mọi việc chưa hoàn thành"
TEXT_MEANWHILE = "Người khác vừa sửa mục này. Bản của ông/bà còn trong ô; chép phần cần giữ rồi lưu lần nữa để thay."


def subject_of(agency_name: str) -> str:
    """ "Sở", "Ban", "Chi cục": how a report speaks of its agency, from the first word of its name."""
    kinds = ("Sở", "Ban", "Cục", "Chi cục", "Thanh tra", "Văn phòng", "UBND", "Ủy ban nhân dân")
    name = agency_name.casefold()
    return next((kind for kind in kinds if name.startswith(kind.casefold())), "Cơ quan")


def plan_of(year: int, subject: str) -> str:
    return f"Kế hoạch CCHC năm {year} của {subject}"


def from_unit(unit: str) -> str:
    return f"{unit or 'các đơn vị'} báo tiến độ"


def from_row(unit: str, code: str) -> str:
    return f"{unit} ghi ở dòng {code}"


def saved_sections(count: int) -> str:
    return f"Đã lưu {format_number(count)} mục." if count else "Không có gì thay đổi nên không lưu thêm."


JUST_SUBMITTED = "Đã trình báo cáo. Số liệu, danh sách và quy tắc đã chốt."
ISSUED = "Đã ghi số, ngày ban hành của báo cáo."
CORRECTION_BEGUN = "Đã lập bản đính chính với nội dung của bản đã trình. Bản đã trình giữ nguyên."


def edition(number: int) -> str:
    return f"bản đính chính {number - 1}" if number > 1 else "bản đầu"


SET_UP_SAVED = "Đã lưu thiết lập của báo cáo."
WINDOW_BACKWARDS = "Ngày chốt phải từ ngày bắt đầu trở đi. Sửa lại."
WINDOW_REASON = "Kỳ số liệu đổi so với đang có. Ghi lý do, ví dụ số công văn yêu cầu."
ASKS_MEANWHILE = (
    "Người khác vừa sửa thiết lập của báo cáo. Các lựa chọn của ông/bà còn nguyên bên dưới; xem lại rồi lưu lần nữa."
)


def plan_choice(kind: str, number: str, year: int) -> str:
    return f"{number} ({kind}, năm {year})"


def reminded(queued: int, before: int, without_head: int) -> str:
    """What a reminding did, in one line."""
    said = [f"Đã xếp {format_number(queued)} thư nhắc." if queued else "Không có thư nào được xếp thêm."]
    if before:
        said.append(f"{format_number(before)} người đã được nhắc trong hôm nay.")
    if without_head:
        said.append(f"{format_number(without_head)} đơn vị chưa có trưởng đơn vị để gửi.")
    return " ".join(said)


ENTRY_ADDED = "Đã thêm vào sổ."
ENTRY_COUNTED = "Đã lưu. Số liệu của các báo cáo đang lập tính lại theo đó."
REGIME_SAVED = "Đã lưu chế độ báo cáo. Báo cáo đã lập giữ kỳ của nó."
CODE_SHAPE = "Mã biểu mẫu chỉ gồm chữ thường không dấu, số và gạch nối, ví dụ so-nganh-2026."
FORM_SHEET = "Biểu mẫu"
NO_FORM = "Không lấy của biểu nào"


def form_kept(name: str, version: int) -> str:
    return f"Đã lưu {name}, phiên bản {version}. Báo cáo lập từ nay dùng phiên bản này."
