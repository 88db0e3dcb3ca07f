"""Words of a report as a document: its annexes and the list of what was counted."""

from collections.abc import Mapping

from cchc_tasks.domain.reports.figures import Measure
from cchc_tasks.wording.core import format_number
from cchc_tasks.wording.official import GAP_FOR_NUMBER

KIND = "Báo cáo"
EXPLANATION_LABEL = "Phụ lục thuyết minh"
EXPLANATION_TITLE = "Thuyết minh số liệu được tính từ hệ thống theo dõi"
EXPLANATION_INTRO = (
    "Mỗi số liệu dưới đây kèm cách tính và danh mục những gì đã tính, những gì không tính tại ngày chốt số liệu."
)
EXPLANATION_COLUMNS = ("STT", "Nội dung, số và ngày văn bản")
BLANK = "để trống"
GROUP_COLUMN = "Trong đó"

_MEASURES: Mapping[str, str] = {
    Measure.TOTAL: "Tổng số trong kế hoạch.",
    Measure.DONE: "Số đã hoàn thành.",
    Measure.ON_TIME: "Số đã hoàn thành đúng hạn.",
    Measure.LATE: "Số đã hoàn thành nhưng quá hạn.",
    Measure.DUE_RATE: "Tỷ lệ đã hoàn thành trên số đến hạn.",
    Measure.REGISTER: "Số ghi trong sổ theo dõi, có ngày trong kỳ số liệu.",
    Measure.SUM: "Tổng các dòng thành phần.",
    Measure.RATIO: "Tỷ lệ giữa hai dòng của biểu.",
}


def measure_words(measure: str) -> str:
    """The rule of a figure in a few words; an unknown one is printed as it is."""
    return _MEASURES.get(measure, measure)


def figure_heading(label: str, printed: str) -> str:
    """ "Số nhiệm vụ đã hoàn thành: 7"."""
    return f"{label.rstrip(' :')}: {printed or BLANK}"


def overridden(computed: str, reason: str) -> str:
    """Said where the office printed another value than the computed one."""
    return f"Giá trị tính được là {computed or BLANK}; đơn vị in khác vì: {reason}"


def traces(seq: int, ledger_hash: str, sha256: str) -> str:
    """What a printed report can be held against the ledger by; at the end of the explanations."""
    return (
        f"Số liệu chốt theo sổ theo dõi đến dòng {format_number(seq)}, mã của dòng: {in_eights(ledger_hash)}. "
        f"Mã của bản đã trình (SHA-256): {in_eights(sha256)}."
    )


def in_eights(code: str) -> str:
    """A hash as people compare it, and as a line of print can break."""
    return " ".join(code[start : start + 8] for start in range(0, len(code), 8))


def counted_words(count: int) -> str:
    return f"Đã tính ({count})"


def not_counted_words(count: int) -> str:
    return f"Không tính ({count})"


def filled(template: str, *, number: str, symbol: str, issued_on: str, agency: str, period: str) -> str:
    """A form's title or caption with the report's own words in their places; `issued_on` from `short_date`."""
    shown = f"{number or GAP_FOR_NUMBER}/{symbol}"
    for name, value in (
        ("{report_number}", shown),
        ("{issued_on}", f"ngày {issued_on}"),
        ("{agency}", agency),
        ("{period}", period),
    ):
        template = template.replace(name, value)
    return template
