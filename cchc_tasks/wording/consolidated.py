"""Words of a plan as amended, printed as one text (bản hợp nhất)."""

from datetime import date

from cchc_tasks.wording.core import format_date

KIND = "Kế hoạch"
TABLE_NAME = "Danh mục nhiệm vụ (bản hợp nhất)"
COLUMNS = ("TT", "Nhiệm vụ", "Sản phẩm", "Phân công thực hiện", "Thời gian thực hiện", "Ghi chú")
LEGEND = (
    "Cách đọc: chữ gạch chân là nội dung được bổ sung hoặc thay thế; chữ gạch ngang là nội dung đã được thay thế hoặc "
    "rút khỏi kế hoạch; số trong ngoặc vuông chỉ văn bản sửa đổi ghi ở cuối bảng."
)
NOTES = "Văn bản sửa đổi, bổ sung:"
NOT_AMENDED = "Kế hoạch chưa được sửa đổi, bổ sung."
WITHDRAWN = "Đã rút"


def subject(title: str, as_of: date) -> str:
    """The title with what makes this print another one than the original."""
    return f"{title}\n(Bản hợp nhất, tính đến ngày {format_date(as_of)})"


def original(reference: str) -> str:
    """Which document the text began as."""
    return f"Bản hợp nhất này được lập từ {reference} và các văn bản sửa đổi, bổ sung ghi ở cuối bảng."


def mark(number: int) -> str:
    """The sign that leads to a note."""
    return f"[{number}]"


def note(number: int, document: str, effective_on: date, words: str) -> str:
    """One amending document and what it did."""
    said = f": {words.rstrip('. ')}" if words.strip() else ""
    return f"{mark(number)} {document}, có hiệu lực từ ngày {format_date(effective_on)}{said}."
