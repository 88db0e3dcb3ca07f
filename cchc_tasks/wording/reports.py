"""Words of reports: findings with what to do, faults of a form, rules of figures, sentences written from figures."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from cchc_tasks.domain.errors import DomainError
from cchc_tasks.domain.reports.cells import CellMark, CellState
from cchc_tasks.domain.reports.figures import Figure, Measure
from cchc_tasks.domain.reports.findings import Finding, FindingKind, ReaderMatter
from cchc_tasks.domain.reports.forms import (
    Form,
    FormFault,
    FormTrouble,
    InvalidForm,
    PartKind,
    RelationKind,
    Severity,
    Source,
    ValueType,
)
from cchc_tasks.domain.reports.regimes import AtRisk, InvalidRegime, RegimeTrouble, Risk
from cchc_tasks.wording.core import PERIOD_LABELS, format_date, format_number, period_name

SEVERITIES = {
    Severity.STOPS: "Phải sửa trước khi trình",
    Severity.WARNS: "Cần xem lại hoặc chấp nhận kèm lý do",
    Severity.TELLS: "Để biết",
}
VALUE_TYPES = {
    ValueType.COUNT: "Số lượng",
    ValueType.PERCENT: "Tỷ lệ %",
    ValueType.CHOICE: "Lựa chọn",
    ValueType.FLAG: "Có/Không",
    ValueType.TEXT: "Chữ",
    ValueType.NONE: "Đề mục",
}
SOURCES = {
    Source.TRACKED: "Máy tính từ sổ theo dõi",
    Source.REGISTER: "Máy tính từ sổ văn bản, sự kiện",
    Source.FORMULA: "Máy tính theo công thức",
    Source.ENTERED: "Đơn vị nhập",
}
PART_KINDS = {PartKind.PART: "Cộng lại", PartKind.SUBSET: "Không quá", PartKind.SHARE: "Tỷ lệ của"}
CELL_STATES = {
    CellState.BLANK: "để trống",
    CellState.VALUE: "có số",
    CellState.WORDS: "trả lời bằng chữ",
    CellState.NOT_YET: "chưa có",
    CellState.NOT_APPLICABLE: "không áp dụng",
}
CELL_MARKS = {
    CellMark.LEADING_ZERO: "có số 0 đứng trước",
    CellMark.PERCENT_SIGN: "có dấu %",
    CellMark.DECIMAL_COMMA: "có phần thập phân",
    CellMark.THOUSANDS_DOT: "có dấu chấm hàng nghìn",
    CellMark.FRACTION: "ghi dạng phân số",
    CellMark.EXTRA_TEXT: "kèm chữ",
    CellMark.WORDS: "ghi bằng chữ",
    CellMark.CHOICE_WORDS: "ghi bằng tên phương án",
}
READER_MATTERS = {
    ReaderMatter.TYPING_ERROR: "Lỗi gõ chữ trong biểu, trong lời văn và ghi chú",
    ReaderMatter.ROW_SPLIT_BY_PAGE: "Dòng bị ngắt sang trang khi in",
}
#: The rule of a computed figure in words; {noun} is that of the plan's counting rule.
MEASURES = {
    Measure.TOTAL: "Đếm {noun} trong kế hoạch tính đến ngày chốt, không tính {noun} đã rút.",
    Measure.DONE: "Đếm {noun} đã hoàn thành tính đến ngày chốt (lũy kế từ đầu năm).",
    Measure.ON_TIME: "Đếm {noun} hoàn thành chậm nhất vào ngày hết hạn.",
    Measure.LATE: "Đếm {noun} hoàn thành sau ngày hết hạn.",
    Measure.DUE_RATE: "Số {noun} đã hoàn thành chia cho số {noun} đến hạn tính đến ngày chốt.",
    Measure.REGISTER: "Đếm các dòng của sổ có ngày trong kỳ số liệu, tính cả ngày đầu và ngày cuối.",
    Measure.SUM: "Cộng các dòng thành phần.",
    Measure.RATIO: "Chia hai dòng cho nhau, làm tròn đến hai chữ số thập phân.",
}

_RELATIONS = {
    RelationKind.SUM: "{first} ghi {v0}, không bằng tổng của {others} ({others_printed})",
    RelationKind.SUM_LE: "{others} cộng lại ({others_printed}) lớn hơn {first} ({v0})",
    RelationKind.LE: "{first} ghi {v0}, lớn hơn {others} ({others_printed})",
    RelationKind.EQUAL: "{first} ghi {v0}, không khớp {others} ({others_printed})",
    RelationKind.RATIO: "{first} ghi {v0}, không bằng thương của {others} ({others_printed})",
    RelationKind.RANGE: "{all} cộng lại quá 100%",
    RelationKind.PRESENT: "{first} còn trống trong khi {others} đã có số",
}
_CORRECT = "Sửa số sai, hoặc ghi lý do nếu số đúng."

#: What was found and what to do; {first}, {others} are row numbers.
FINDINGS: Mapping[FindingKind, str] = {
    FindingKind.TOTAL_MISSING: "{first} còn trống trong khi dòng thành phần {filled} đã có số. Nhập tổng số.",
    FindingKind.SHARE_WITHOUT_TOTAL: "{first} còn trống trong khi tỷ lệ ở {filled} đã ghi. Nhập tổng số làm mẫu số.",
    FindingKind.BLANK: "{first} còn trống. Nhập số, hoặc chọn “chưa có” hay “không áp dụng”.",
    FindingKind.BLANK_IMPLIED: "{first} còn trống trong khi {others} cho biết câu trả lời{implied}. Nhập vào dòng này.",
    FindingKind.ANSWER_IN_NOTE: "{first} còn trống nhưng ghi chú đã trả lời (“{note}”). Nhập số vào ô số liệu.",
    FindingKind.NOT_YET: "{first} ghi “chưa có”. Nhập số trước khi trình, hoặc chấp nhận kèm lý do.",
    FindingKind.PERCENT_OUT_OF_RANGE: "{first} ghi {printed}, tỷ lệ phải từ 0 đến 100. Sửa lại.",
    FindingKind.FRACTION_IN_CELL: "{first} ghi {printed}: số không khớp phân số đi kèm. Tính lại.",
    FindingKind.PARTS_IN_CELL: "{first} ghi {printed}: các phần trong ngoặc cộng lại là {total}. Sửa lại.",
    FindingKind.NOT_WHOLE: "{first} ghi {printed}, dòng này phải là số nguyên. Sửa lại.",
    FindingKind.NOT_AN_OPTION: "{first} ghi {printed}, không có trong các phương án của dòng. Chọn lại.",
    FindingKind.WORDS_FOR_NUMBER: "{first} ghi chữ “{printed}” ở ô cần số. Nhập số, chuyển phần chữ sang ghi chú.",
    FindingKind.VALUE_ON_HEADING: "{first} là đề mục nhưng có số liệu “{printed}”. Bỏ số, hoặc ghi vào dòng dưới.",
    FindingKind.PERCENT_MAY_BE_COUNT: "{first} ghi {printed} ở ô tỷ lệ, có thể là số lượng{same}. "
    "Nhập tử số và mẫu số, hoặc ghi kèm dấu %.",
    FindingKind.ZERO_OR_NOT_APPLICABLE: "{first} ghi {printed}%: nghĩa là không hồ sơ nào đạt. "
    "Nếu không phát sinh, chọn “không áp dụng”.",
    FindingKind.CUMULATIVE_FELL: "{first} là số lũy kế mà giảm từ {previous} kỳ trước xuống {printed}. " + _CORRECT,
    FindingKind.MOVED_FAR: "{first} ghi {printed}, kỳ trước {previous}. Kiểm tra lại, "
    + _CORRECT[0].lower()
    + _CORRECT[1:],
    FindingKind.TEXT_DISAGREES: "{first} ghi {printed}, lời văn ghi {said}: “{quote}”. Sửa một trong hai nơi.",
    FindingKind.TEXT_OTHER_PERIOD: "{first} ghi {printed} cho kỳ này, lời văn lại nói về {said}: “{quote}”. "
    "Viết lại câu theo kỳ báo cáo.",
    FindingKind.TEXT_NAMES_MORE: "{first} ghi {printed}, lời văn nêu {said} văn bản. "
    "Kiểm tra văn bản nào thuộc kỳ số liệu.",
    FindingKind.TEXT_SAYS_DONE: "{first} ghi {printed} trong khi lời văn nói đã có: “{quote}”. Sửa một trong hai nơi.",
    FindingKind.NUMBER_MOVED: "Câu “{quote}” ghi {then}, số liệu {first} nay là {now}. Cập nhật câu.",
    FindingKind.NUMBER_UNBOUND: "Số {said} trong câu “{quote}” gõ tay, chưa gắn với {first}. "
    "Gắn để số tự báo khi thay đổi.",
    FindingKind.NOTE_IS_INSTRUCTION: "Ghi chú của {first} còn nguyên lời hướng dẫn (“{note}”). Điền hoặc xóa.",
    FindingKind.NOTE_SAYS_OPEN: "{first} tính cả {total} nhiệm vụ đã hoàn thành, ghi chú lại nói đang triển khai. "
    "Sửa số hoặc sửa ghi chú.",
    FindingKind.NOTE_OF_OTHER_YEAR: "Ghi chú của {first} dẫn {number}, ban hành trước kỳ số liệu. "
    "Dẫn kế hoạch của năm báo cáo.",
    FindingKind.OVERRIDDEN: "{first} máy tính ra {computed}, biểu in {printed}. Cả hai được lưu kèm lý do.",
    FindingKind.FORM_NOT_IN_FORCE: "Biểu mẫu có hiệu lực từ {valid_from}{until}, "
    "số liệu của báo cáo chốt ngày {cut_off}. Dùng phiên bản đang có hiệu lực.",
    FindingKind.MISNUMBERED: "Dòng {first} in số thứ tự {printed}, theo vị trí phải là {expected}. "
    "Biểu in giữ nguyên như mẫu.",
    FindingKind.DUPLICATE_HEADING: "Các đề mục {all} trùng tên. Đối chiếu kỹ khi nhập.",
    FindingKind.UNIT_MISSING: "{first} không in đơn vị tính. Bổ sung ở phiên bản sau của biểu mẫu.",
    FindingKind.UNIT_MISMATCH: "{first} in đơn vị tính “{printed}”, nội dung dòng cần “{wanted}”. "
    "Nêu rõ ở ghi chú, hoặc sửa biểu mẫu.",
    FindingKind.PRINTED_OTHERWISE: "{first} in “{printed}” ({marks_in_words}). Giữ nguyên cách ghi này khi in.",
}


def rows_in_words(form: Form, keys: tuple[str, ...]) -> str:
    """ "1.1.1", "1.1.1 và 1.1.2", "3.1.3.1, 3.1.3.2 và 3.1.3.3": rows by their place."""
    numbers = [form.by_key[key].number if key in form.by_key else key for key in keys]
    return " và ".join([", ".join(numbers[:-1]), numbers[-1]]) if len(numbers) > 1 else "".join(numbers)


def finding_sentence(finding: Finding, form: Form) -> str:
    """What was found, naming its rows, and what to do about it."""
    return " ".join(filter(None, finding_parts(finding, form)))


def finding_parts(finding: Finding, form: Form) -> tuple[str, str]:
    """What was found, naming its rows; what to do about it, the same words for all findings of its kind."""
    said, todo = _template(finding.kind, finding.relation)
    return f"{said.format_map(_words_of(finding, form))}.", todo


def advice_of(kind: FindingKind) -> str:
    """What to do about findings of a kind."""
    return _template(kind, None)[1]


def _template(kind: FindingKind, relation: RelationKind | None) -> tuple[str, str]:
    if kind is FindingKind.RELATION:
        return _RELATIONS[relation] if relation is not None else "", _CORRECT
    said, _, todo = FINDINGS[kind].partition(". ")
    return said.removesuffix("."), todo


#: Facts that are days, as ISO texts.
_DAYS = ("valid_from", "valid_to", "cut_off")


def _words_of(finding: Finding, form: Form) -> dict[str, str]:
    # A quoted sentence ends the words around it, not itself.
    facts = {name: said.rstrip(" .") if name == "quote" else said for name, said in finding.facts.items()}
    rest = finding.keys[1:]
    others_printed = ", ".join(facts.get(f"v{place}") or "trống" for place in range(1, len(finding.keys)))
    filled = tuple(key for place, key in enumerate(finding.keys) if place and facts.get(f"v{place}"))
    value, marks = facts.get("value", ""), facts.get("marks", "")
    days = {name: format_date(date.fromisoformat(facts[name])) for name in _DAYS if facts.get(name)}
    until = f" đến {days['valid_to']}" if "valid_to" in days else ""
    return {
        "v0": "",
        **facts,
        **days,
        "until": until,
        "first": rows_in_words(form, finding.keys[:1]),
        "others": rows_in_words(form, rest),
        "all": rows_in_words(form, finding.keys),
        "others_printed": others_printed,
        "filled": rows_in_words(form, filled),
        "implied": f" ({value})" if value else "",
        "same": f" (bằng {rows_in_words(form, rest)})" if rest else "",
        "marks_in_words": ", ".join(CELL_MARKS[CellMark(mark)] for mark in marks.split(",") if mark),
    }


FORM_FIELDS = {
    "key": "mã chỉ tiêu",
    "code": "mã dòng",
    "no": "STT",
    "label": "chỉ tiêu thống kê",
    "unit": "đơn vị tính",
    "type": "kiểu số liệu",
    "parent": "dòng cha",
    "part_of": "thuộc dòng",
    "part": "quan hệ",
    "sum_of": "công thức",
    "ratio_of": "công thức",
    "source": "nguồn số liệu",
    "choices": "phương án",
    "valid_from": "ngày bắt đầu hiệu lực",
    "valid_to": "ngày hết hiệu lực",
    "version": "phiên bản",
    "name": "tên biểu mẫu",
    "annex_title": "tên phụ lục",
    "rows": "các dòng",
    "relations": "các phép kiểm tra",
    "outline": "đề cương",
    "columns": "các cột",
    "level": "cấp",
}
FORM_TROUBLES: Mapping[FormTrouble, str] = {
    FormTrouble.NOT_TOML: "Tệp không đúng cú pháp TOML ({found}). Sửa chỗ đó rồi tải lại.",
    FormTrouble.MISSING: "Thiếu {field}. Bổ sung.",
    FormTrouble.WRONG_TYPE: "Mục {field} không đúng kiểu (“{found}”). Sửa lại.",
    FormTrouble.NO_ROWS: "Biểu mẫu không có dòng nào. Thêm các dòng chỉ tiêu dưới dòng tên cột.",
    FormTrouble.DUPLICATE_KEY: "Mã chỉ tiêu “{found}” dùng hai lần. Mỗi dòng cần một mã riêng.",
    FormTrouble.DUPLICATE_CODE: "Mã dòng “{found}” dùng hai lần. Mỗi dòng cần một mã riêng.",
    FormTrouble.BAD_KEY: "Mã chỉ tiêu “{found}” chỉ được gồm chữ thường không dấu, chữ số, dấu chấm, "
    "gạch dưới. Sửa mã.",
    FormTrouble.BAD_CODE: "Mã dòng “{found}” phải là các số cách nhau bằng dấu chấm, như 3.1.2. Sửa mã.",
    FormTrouble.UNKNOWN_VALUE_TYPE: "Kiểu số liệu “{found}” không có. Dùng một trong: "
    + ", ".join(VALUE_TYPES.values())
    + ".",
    FormTrouble.UNKNOWN_SOURCE: "Nguồn số liệu “{found}” không có. Dùng một trong: "
    + ", ".join(SOURCES.values())
    + ".",
    FormTrouble.UNKNOWN_KIND: "Quan hệ “{found}” không có. Dùng một trong: " + ", ".join(PART_KINDS.values()) + ".",
    FormTrouble.UNKNOWN_ROW: "Mục {field} dẫn tới dòng “{found}” không có trong biểu. Sửa mã dòng.",
    FormTrouble.UNKNOWN_COLUMN: "Cột “{found}” không dùng được. Bỏ cột này.",
    FormTrouble.NO_LABEL: "Thiếu tên chỉ tiêu. Bổ sung.",
    FormTrouble.NO_UNIT: "Thiếu đơn vị tính. Bổ sung.",
    FormTrouble.NO_CHOICES: "Dòng lựa chọn cần ít nhất hai phương án ở đơn vị tính, như “Không = 0 / Có = 1”.",
    FormTrouble.DUPLICATE_CHOICE: "Hai phương án có cùng mã số (“{found}”). Đánh mã lại.",
    FormTrouble.HEADING_WITH_UNIT: "Đề mục không có phương án trả lời (“{found}”). Đổi kiểu số liệu hoặc bỏ phương án.",
    FormTrouble.CYCLE: "Dòng này là tổng của chính nó qua công thức. Sửa công thức.",
    FormTrouble.PARENT_AFTER_CHILD: "Dòng cha đứng sau dòng con. Đưa dòng cha lên trước.",
    FormTrouble.BAD_DATE: "Mục {field} không phải ngày (“{found}”). Ghi dạng ngày/tháng/năm.",
    FormTrouble.VALID_BACKWARDS: "Ngày hết hiệu lực trước ngày bắt đầu. Sửa lại.",
    FormTrouble.TOO_MANY_ROWS: "Biểu có {found} dòng, nhiều hơn {field} dòng. Chia thành nhiều biểu.",
    FormTrouble.TEXT_TOO_LONG: "Nội dung dài quá {found} ký tự. Rút ngắn.",
    FormTrouble.BAD_NUMBER: "Mục {field} không phải số nguyên dương (“{found}”). Sửa lại.",
    FormTrouble.NO_HEADER: "Không thấy dòng tên cột có “STT”, “Chỉ tiêu thống kê” và “Đơn vị tính”. Thêm dòng này.",
    FormTrouble.UNREADABLE_RELATION: "Không đọc được {field} “{found}”. Ghi dạng 3.1.3.1 + 3.1.3.2 hoặc 1.1.2 / 1.1.1.",
}


def form_fault_sentence(fault: FormFault) -> str:
    """One fault of a form: "Dòng 12: Thiếu tên chỉ tiêu. Bổ sung."; without a row it is about the whole form."""
    field = FORM_FIELDS.get(fault.field, fault.field)
    sentence = FORM_TROUBLES[fault.trouble].format(field=field, found=fault.found[:80])
    return f"Dòng {fault.row}: {sentence}" if fault.row else sentence


def explain_form(error: InvalidForm) -> str:
    """All faults of a form in one text, a line each."""
    return "\n".join(form_fault_sentence(fault) for fault in error.faults)


REGIME_TROUBLES = {
    RegimeTrouble.NO_PERIODS: "Chế độ báo cáo cần ít nhất một kỳ. Thêm kỳ báo cáo.",
    RegimeTrouble.DUPLICATE_PERIOD: "Kỳ {period} khai hai lần. Bỏ bớt một.",
    RegimeTrouble.BAD_DAY: "Ngày {found} của kỳ {period} không dùng được. Ghi một ngày mà năm nào cũng có.",
    RegimeTrouble.BACKWARDS: "Ngày chốt của kỳ {period} phải sau ngày bắt đầu. Sửa lại.",
    RegimeTrouble.NOT_IN_ORDER: "Các kỳ phải xếp theo ngày chốt. Sắp lại.",
    RegimeTrouble.SENT_BEFORE_CUT_OFF: "Hạn gửi của kỳ {period} trước ngày chốt số liệu. Sửa lại.",
    RegimeTrouble.TOO_LONG: "Kỳ số liệu dài hơn một năm. Kiểm tra lại năm.",
    RegimeTrouble.REASON_NEEDED: "Kỳ số liệu khác quy định cần có lý do. Ghi lý do.",
}
#: Warnings before a cut-off; {count} pieces of work, {cut_off} and {send_by} are dates.
RISKS = {
    Risk.DUE_AFTER_CUT_OFF: "{count} việc có hạn sau ngày chốt {cut_off}. Hoàn thành sau ngày đó thì không vào "
    "báo cáo {period}.",
    Risk.NOT_CONFIRMED: "{count} việc đã báo cáo, chưa xác nhận. "
    "Xác nhận trước khi trình thì mới tính vào báo cáo {period}.",
    Risk.DUE_AND_OPEN: "{count} việc đến hạn trong kỳ mà chưa hoàn thành. Báo cáo {period} sẽ tính là chưa hoàn thành.",
}


def explain_regime(error: InvalidRegime) -> str:
    """What is wrong with an edited regime or window."""
    period = str(error.facts.get("period", ""))
    words = {**error.facts, "period": PERIOD_LABELS.get(period, period), "found": error.facts.get("found", "")}
    return REGIME_TROUBLES[error.trouble].format_map(words)


EXPLANATIONS: dict[type[DomainError], Callable[[Any], str]] = {
    InvalidForm: explain_form,
    InvalidRegime: explain_regime,
}


def risk_sentence(found: AtRisk) -> str:
    """ "3 việc có hạn sau ngày chốt 14/12/2021. Hoàn thành sau ngày đó thì không vào báo cáo năm 2021."."""
    return RISKS[found.risk].format(
        count=format_number(len(found.states)),
        cut_off=format_date(found.period.cut_off),
        period=lowered(period_name(found.period)),
    )


def lowered(words: str) -> str:
    """Words inside a sentence: the first letter small."""
    return words[:1].lower() + words[1:]


def measure_in_words(figure: Figure, noun: str) -> str:
    """The rule behind a computed figure; '' for an entered one."""
    return "" if figure.measure is None else MEASURES[figure.measure].format(noun=noun)
