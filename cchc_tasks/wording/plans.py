"""Words of plans: the review of an import, its doubts and answers, and what the forms say."""

import re
from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from cchc_tasks.domain.deadline_kinds import DeadlineKind
from cchc_tasks.domain.deadlines import Deadline
from cchc_tasks.domain.plan_answers import Answer, AnswerKind
from cchc_tasks.domain.plan_progress import PROGRESS_DOUBTS
from cchc_tasks.domain.plan_questions import Option, Question
from cchc_tasks.domain.plan_reading import DeliverableReading, DoubtReason, ObligationReading, PlanCounts, TaskReading
from cchc_tasks.domain.unit_matching import MatchBasis
from cchc_tasks.domain.units import LeadBasis
from cchc_tasks.wording import taking_over
from cchc_tasks.wording.core import format_date, format_number
from cchc_tasks.wording.doubts import AS_READ, DOUBTS
from cchc_tasks.wording.work import row_name

NO_DATE = "Không định ngày"

PLAN_KINDS = {
    "cchc": "Kế hoạch cải cách hành chính",
    "assigned_by_province": "Nhiệm vụ UBND tỉnh giao",
    "assigned_by_government": "Nhiệm vụ Chính phủ, Thủ tướng giao",
    "inspection": "Kế hoạch kiểm tra",
    "communication": "Kế hoạch tuyên truyền",
}

MATCHES: dict[MatchBasis, str] = {
    MatchBasis.EXACT: "đúng tên",
    MatchBasis.ALIAS: "đúng cách viết khác",
    MatchBasis.FOLDED: "khác dấu hoặc chữ hoa",
    MatchBasis.ABBREVIATION: "viết tắt",
    MatchBasis.NONE: "chưa có",
}

ANSWER_KINDS: dict[AnswerKind, str] = {
    AnswerKind.AS_READ: "Đúng như máy đọc",
    AnswerKind.LEAD: "{unit} chủ trì",
    AnswerKind.DEADLINE: "Hạn {date}{places}",
    AnswerKind.UNDATED: "Không định ngày{places}",
    AnswerKind.NEW_PRODUCT: "Thêm sản phẩm “{text}”, hạn {date}",
    AnswerKind.RESPONSIBLE: "{unit}{places}",
    AnswerKind.COORDINATING: "Thêm {unit} phối hợp",
    AnswerKind.OTHER_LETTERS: "Đọc lại theo cách kia",
    **taking_over.ANSWER_KINDS,
}

#: Sentences for what the services find wrong with a value, by what it is.
INVALID: dict[object, str] = {
    "deadline": "Chưa đọc được “{phrase}” thành thời hạn. "
    "Nhập một ngày, ví dụ 30/6/2021, hoặc cụm từ như “Quý II/2021”.",
    "product_text": "Nhập tên sản phẩm.",
    "lead": "Chọn đơn vị chủ trì.",
    "row": "Không thấy dòng này trong kế hoạch đã đọc. Tải lại trang.",
    "deliverable": "Không thấy sản phẩm này trong dòng. Tải lại trang.",
    "periods": "Nhập thời hạn của sản phẩm.",
    **taking_over.INVALID,
    "entered_on": "Ngày có hiệu lực {entered_on} trước ngày ban hành kế hoạch ({issued_on}).",
}


def plan_name(number: str, issued_on: date) -> str:
    """ "Kế hoạch 163/KH-STTTT ngày 29/12/2020"."""
    return f"Kế hoạch {number} ngày {format_date(issued_on)}"


def doubt_title(question: Question) -> str:
    return DOUBTS[question.doubt.reason][0]


def doubt_why(question: Question) -> str:
    return DOUBTS[question.doubt.reason][1]


def where_words(question: Question) -> str:
    """ "2.1" for the rows of one number, "6.3, 6.4" for two; the place in the file where there is no number."""
    if question.task is None:
        return "" if question.doubt.where in {"heading", "document"} else question.doubt.where
    words = numbers_words(question.task)
    return (
        f"{words}, sản phẩm {question.place + 1}"
        if "#" in question.doubt.where and question.place is not None
        else words
    )


def numbers_words(task: TaskReading) -> str:
    return row_name(task.numbers, task.row_id)


def dates_words(days: Sequence[date | None]) -> str:
    """One day, several days, or how many periods there are with the last day of the last one."""
    given = [day for day in days if day is not None]
    if not given:
        return NO_DATE
    if len(given) <= 2:
        return ", ".join(format_date(day) for day in given)
    return f"{format_number(len(given))} kỳ, từ {format_date(given[0])} đến {format_date(given[-1])}"


def owed_words(owed: Sequence[ObligationReading]) -> str:
    """How the obligations of a product are read, in a few words."""
    if len(owed) == 1 and owed[0].starts_on is not None:
        return f"từ {format_date(owed[0].starts_on)} đến {format_date(owed[0].due_on)}"
    return dates_words([each.due_on for each in owed])


def deliverable_words(deliverable: DeliverableReading) -> str:
    words = owed_words(deliverable.obligations)
    return f"{words} (thường xuyên)" if deliverable.deadline.is_ongoing and words != NO_DATE else words


def deadline_preview(deadline: Deadline) -> str:
    """What the grammar made of a phrase, as a sentence for the form."""
    if deadline.kind is DeadlineKind.UNREADABLE:
        return "Chưa đọc được cụm từ này."
    if deadline.kind is DeadlineKind.UNSTATED:
        return "Cụm từ này không cho thời hạn."
    if deadline.starts_on is not None:
        return f"Đọc là: từ {format_date(deadline.starts_on)} đến {format_date(deadline.due_on)}."
    words = dates_words(deadline.dates or (deadline.due_on,))
    return f"Đọc là: {words[:1].lower()}{words[1:]}."


def reading_words(question: Question) -> str:
    """How the doubtful words were read."""
    reason, task = question.doubt.reason, question.task
    if reason is DoubtReason.AREA_MISSING:
        return "Nhập vào một nhóm chưa có tên."
    if task is None:
        return question.doubt.reading or "Không có trong phần sẽ nhập."
    if reason in PROGRESS_DOUBTS:
        return taking_over.reading_words(task, question.place)
    if reason in _READ_AS_UNITS:
        return assignment_words(task)
    if reason is DoubtReason.RESPONSIBLE_BY_ORDER and question.place is not None:
        return f"{', '.join(task.deliverables[question.place].responsible)} làm sản phẩm {question.place + 1}."
    if reason is DoubtReason.DATE_WITHOUT_PRODUCT:
        return f"{products_words(task, question.place)} Mốc in thêm: {_iso_dates(question.doubt.reading)}."
    if reason is DoubtReason.NOTE_NAMES_UNIT:
        return "Chỉ là ghi chú, không phải phân công."
    if reason is DoubtReason.PRODUCTS_SHARED:
        numbers, products = format_number(len(task.numbers)), format_number(len(task.deliverables))
        return f"{numbers} nhiệm vụ, {products} sản phẩm chung."
    if reason is DoubtReason.PRODUCT_SPLIT:
        return f"Tách thành {format_number(len(task.deliverables))} sản phẩm."
    if reason in _READ_AS_PRINTED:
        return question.doubt.reading or numbers_words(task)
    return products_words(task, question.place)


_READ_AS_UNITS = frozenset(
    {DoubtReason.LEAD_INFERRED, DoubtReason.LEAD_UNRESOLVED, DoubtReason.ASSIGNMENT_UNCLEAR},
)
_READ_AS_PRINTED = frozenset(
    {
        DoubtReason.PRODUCT_MISSING,
        DoubtReason.NUMBER_MISSING,
        DoubtReason.NUMBER_REPEATED,
        DoubtReason.AREA_MISSING,
        DoubtReason.ROW_NOT_UNDERSTOOD,
        DoubtReason.YEAR_UNCERTAIN,
        DoubtReason.TEXT_CONVERTED,
        DoubtReason.CHANGES_ACCEPTED,
        DoubtReason.PARTS_HIDDEN,
        DoubtReason.ROWS_JOINED,
        DoubtReason.LINES_GUESSED,
        DoubtReason.COLUMN_SKIPPED,
        DoubtReason.FILE_CONVERTED,
    }
)


def _iso_dates(text: str) -> str:
    days = [format_date(date.fromisoformat(part)) for part in text.split("; ") if len(part) == 10]
    return ", ".join(days) or text


def products_words(task: TaskReading, place: int | None) -> str:
    """The dates of one product or of all of the row: "Sản phẩm 1: 31/12/2020. Sản phẩm 2: 31/12/2021."."""
    if place is not None:
        return f"{deliverable_words(task.deliverables[place])}."
    words = [deliverable_words(each) for each in task.deliverables]
    if len(set(words)) == 1:
        count = format_number(len(words))
        return f"{words[0]}, cho cả {count} sản phẩm." if len(words) > 1 else f"{words[0]}."
    return " ".join(f"Sản phẩm {number}: {each}." for number, each in enumerate(words, start=1))


def assignment_words(task: TaskReading) -> str:
    """ "Chủ trì: Văn phòng Sở. Phối hợp: các phòng chuyên môn."."""
    given = task.assignment
    parts = []
    if given.lead is not None:
        parts.append(f"Chủ trì: {given.lead}.")
    if given.co_leads:
        name = "Cùng thực hiện" if given.lead_basis is LeadBasis.UNRESOLVED else "Cùng chủ trì"
        parts.append(f"{name}: {', '.join(given.co_leads)}.")
    if given.coordinating:
        parts.append(f"Phối hợp: {', '.join(given.coordinating)}.")
    return " ".join(parts) or "Không thấy đơn vị nào."


def option_words(question: Question, option: Option) -> str:
    """The words on the button of an option."""
    if option.first.kind is AnswerKind.AS_READ:
        return AS_READ.get(question.doubt.reason, _as_read(question))
    if option.kind is AnswerKind.OTHER_LETTERS:
        is_converted = question.doubt.reason is DoubtReason.TEXT_CONVERTED
        return AS_READ[DoubtReason.TEXT_KEPT if is_converted else DoubtReason.TEXT_CONVERTED]
    if question.doubt.reason in PROGRESS_DOUBTS:
        return taking_over.option_words(question, option)
    if len(option.answers) > 1 and question.doubt.reason in _READ_AS_UNITS:
        return "Mỗi đơn vị chịu trách nhiệm sản phẩm của mình"
    if len(option.answers) > 1:
        return "Ngược lại: " + "; ".join(answer_words(answer) for answer in option.answers)
    if option.first.kind is AnswerKind.RESPONSIBLE and not option.first.unit:
        return "Các đơn vị cùng làm cả hai"
    return answer_words(option.first)


def unknown_unit(name: str) -> str:
    """A unit of the plan that the agency does not have yet."""
    return f"{name} (chưa có trong hệ thống)"


def shared_option(option: Option, count: int) -> str:
    """One answer for several questions."""
    words = taking_over.SHARED[option.kind]
    return f"{words} cho cả {format_number(count)} chỗ"


def _as_read(question: Question) -> str:
    if question.task is None:
        return ANSWER_KINDS[AnswerKind.AS_READ]
    if question.doubt.reason in {DoubtReason.LEAD_INFERRED, DoubtReason.ASSIGNMENT_UNCLEAR}:
        lead = question.task.assignment.lead
        return f"{lead} chủ trì" if lead else ANSWER_KINDS[AnswerKind.AS_READ]
    if question.doubt.reason is DoubtReason.RESPONSIBLE_BY_ORDER and question.place is not None:
        return ", ".join(question.task.deliverables[question.place].responsible)
    return ANSWER_KINDS[AnswerKind.AS_READ]


def answer_words(answer: Answer) -> str:
    """What an answer says, as it stands on a button and beside an answered question."""
    places = f" cho sản phẩm {', '.join(str(place + 1) for place in answer.places)}" if answer.places else ""
    day = format_date(answer.due_on) if answer.due_on else f"“{answer.phrase}”"
    text = answer.text if len(answer.text) <= 80 else answer.text[:79] + "…"
    return ANSWER_KINDS[answer.kind].format(unit=answer.unit, date=day, places=places, text=text)


def answered_words(question: Question, answers: Sequence[Answer]) -> str:
    """The answer that was given, for the line of an answered question."""
    return option_words(question, Option(tuple(answers)))


#: What stands for the file's name where a table was pasted.
PASTED = "Bảng dán"


def file_limits(megabytes: int) -> str:
    return f"Tệp Word, Excel, PDF (không phải bản quét) hoặc CSV, tối đa {format_number(megabytes)} MB."


def plan_kind(kind: StrEnum) -> str:
    return PLAN_KINDS[kind.value]


NOBODY_YET = "Chưa rõ"
NEW_UNIT = "Tạo đơn vị mới"
LEAD_TWICE = "Một đơn vị không thể vừa cùng thực hiện vừa phối hợp. Bỏ chọn ở một chỗ."
NO_UNIT = "Chọn ít nhất một đơn vị chủ trì hoặc cùng thực hiện."
DEADLINE_MISSING = "Nhập thời hạn bằng chữ hoặc chọn một ngày."
DEADLINE_TO_CONFIRM = "{preview} Cụm từ này cần xác nhận: nếu đọc đúng, gửi lại lần nữa."
ONE_PERIOD_ONLY = "Cụm từ này cho nhiều kỳ. Nhập thời hạn của một kỳ."
NUMBERS_MISSING = "Nhập số thứ tự của nhiệm vụ, ví dụ 2.1."
ANSWER_SAVED = "Đã giữ câu trả lời."
UNITS_SAVED = "Đã giữ cách ghép đơn vị."
NOT_IMPORTED = "Chưa nhập kế hoạch."
DISCARDED = "Đã bỏ bản đã đọc. Chưa có gì được ghi vào kế hoạch."
SAVED = "Đã lưu."
DELETED = "Đã xóa."


def imported(obligations: int) -> str:
    return f"Đã nhập {format_number(obligations)} mốc phải nộp vào kế hoạch."


def import_button(obligations: int) -> str:
    return f"Nhập {format_number(obligations)} mốc phải nộp"


def already_there(number: str, issued_on: date, *, is_same_content: bool) -> str:
    how = "với đúng nội dung này" if is_same_content else "cùng số và ngày ban hành"
    return f"{plan_name(number, issued_on)} đã có trong hệ thống, {how}. Không nhập thêm gì."


def areas_and_rows(tasks: int) -> str:
    return f"trong {format_number(tasks)} dòng"


def split_into(obligations: int) -> str:
    return f"thành {format_number(obligations)} khi tách việc định kỳ"


def answered_count(count: int) -> str:
    return f"đã trả lời {format_number(count)}"


def periods_done(done: int, total: int) -> str:
    return f"{format_number(done)}/{format_number(total)} kỳ"


READING_LOST = "Máy chủ đã dừng khi đang đọc tệp, chưa giữ được gì. Gửi lại tệp."
READING_FAILED = "Máy chủ gặp lỗi khi đọc tệp, chưa ghi gì. Gửi lại tệp; nếu vẫn lỗi, báo quản trị."
HEADING_MISSING = {
    "number": "Tệp không có số, ký hiệu của kế hoạch. Nhập số, ví dụ 163/KH-STTTT.",
    "issued_on": "Tệp không có ngày ban hành kế hoạch. Nhập ngày ban hành.",
    "year": "Không rõ kế hoạch của năm nào. Nhập năm.",
}


def printed_product(number: int, text: str) -> str:
    return f"Sản phẩm {number}: {text}"


def printed_note(note: str) -> str:
    return f"Ghi chú: {note}"


def units_words(lead: str, co_leads: Sequence[str], coordinating: Sequence[str]) -> str:
    """An assignment in the words of a plan."""
    parts = [f"{lead} chủ trì"] if lead else []
    if co_leads:
        parts.append(("cùng " if lead else "") + ", ".join(co_leads))
    if coordinating:
        parts.append("phối hợp với " + ", ".join(coordinating))
    return " ".join(parts)


CREATE_PLAN = "Lập kế hoạch"
EDIT_PLAN = "Sửa phần đầu kế hoạch"
ADD_AREA = "Thêm nhiệm vụ chung"
EDIT_AREA = "Sửa nhiệm vụ chung"
ADD_TASK = "Thêm nhiệm vụ cụ thể"
EDIT_TASK = "Sửa nhiệm vụ"
ADD_DELIVERABLE = "Thêm sản phẩm"
EDIT_DELIVERABLE = "Sửa sản phẩm"
ADD_PERIOD = "Thêm kỳ phải nộp"
CORRECT_DEADLINE = "Đính chính thời hạn"
WHICH_DEADLINE = "Hạn được đính chính"
DEADLINE_EXTENDED = "Hạn đã gia hạn (vẫn tính là gia hạn)"
DEADLINE_ORIGINAL = "Hạn gốc của kế hoạch (không tính là gia hạn)"
ORIGINAL_DEADLINE = "Hạn gốc"
CORRECT_ASSIGNMENT = "Đính chính phân công"
NAME_RESPONSIBLE = "Đơn vị chịu trách nhiệm sản phẩm"
ONCE = "Một lần"


# --- the console

PLAN_IMPORTED = "Đã nhập kế hoạch."
NOTHING_WRITTEN = "Chỉ đọc thử, chưa ghi gì."
YEAR_MISSING = "Cần năm của kế hoạch: thêm --year, hoặc “year” trong mỗi dòng."
TEXT_OR_JSONL = "Ghi một cụm từ, hoặc --jsonl với tệp; không dùng cả hai."
NO_JSON = "không phải một đối tượng JSON."


EXPORT_ENDINGS = "Tệp xuất ra phải có đuôi .docx, .xlsx hoặc .csv."


def exported(file_name: str, rows: int) -> str:
    return f"Đã ghi {format_number(rows)} dòng vào {file_name}."


def issued_with(number: str, issued_on: date, agency_name: str) -> str:
    """The line under the title of an annex."""
    day, month = f"{issued_on.day:02d}", f"{issued_on.month:02d}" if issued_on.month < 3 else str(issued_on.month)
    whose = f" của {agency_name}" if agency_name else ""
    return f"(Ban hành kèm theo Kế hoạch số {number} ngày {day} tháng {month} năm {issued_on.year}{whose})"


def printed_title(title: str, year: int) -> str:
    """A plan's title as a heading is printed: in capitals, called a plan, with the year that it is for."""
    heading = title.upper()
    if not heading.startswith(_TITLES):
        heading = f"KẾ HOẠCH {heading}".strip()
    years = [int(found) for found in re.findall(r"NĂM (20\d\d)", heading)]
    return heading if years[-1:] == [year] else f"{heading}\nNĂM {year}"


_TITLES = ("KẾ HOẠCH", "BẢNG", "PHỤ LỤC", "BIỂU", "DANH MỤC", "CHƯƠNG TRÌNH", "NHIỆM VỤ", "PHÂN CÔNG")


def file_stem(number: str) -> str:
    return f"Kế hoạch {number}"


def at_line(number: int, text: str) -> str:
    return f"Dòng {format_number(number)}: {text}"


def not_text(name: str) -> str:
    return f"“{name}” phải là chữ."


def units_missing(names: Sequence[object]) -> str:
    listed = "; ".join(str(name) for name in names)
    return (
        f"Chưa có {format_number(len(names))} đơn vị trong hệ thống: {listed}. "
        "Thêm đơn vị trước, hoặc thêm --create-units để tạo."
    )


def counts_line(counts: PlanCounts) -> str:
    parts = (
        f"{format_number(counts.areas)} lĩnh vực",
        f"{format_number(counts.tasks)} nhiệm vụ mang {format_number(counts.numbers)} số thứ tự",
        f"{format_number(counts.deliverables)} sản phẩm",
        f"{format_number(counts.obligations)} mốc phải nộp ({format_number(counts.dated)} có ngày)",
        f"{format_number(counts.unresolved_leads)} nhiệm vụ chưa rõ chủ trì",
    )
    return ", ".join(parts) + "."


def to_confirm_line(count: int) -> str:
    return f"Cần xác nhận: {format_number(count)}"


def plan_line(tasks: int, obligations: int, done: int) -> str:
    return (
        f"{format_number(tasks)} nhiệm vụ, {format_number(obligations)} mốc phải nộp, {format_number(done)} hoàn thành"
    )
