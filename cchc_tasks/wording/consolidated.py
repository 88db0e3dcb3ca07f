"""Words of a plan as amended, printed as one text (bản hợp nhất)."""

from datetime import date

from cchc_tasks.wording.core import format_date

KIND = "Kế hoạch"
TABLE_NAME = "Danh mục nhiệm vụ (bản hợp nhất)"
COLUMNS = ("STT", "Nhiệm vụ", "Sản phẩm", "Phân công thực hiện", "Thời gian thực hiện", "Ghi chú")
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


def reference_of(number: str, issued_on: str) -> str:
    """The first document: "Kế hoạch số 163/KH-STTTT ngày 31/12/2020"."""
    return f"{KIND} số {number} ngày {issued_on}"


#: Who signs, where nobody was named; the name stays to be filled in.
SIGNER = "Giám đốc"

#: The files it can be taken as, by ending.
FILES = {"docx": "Tải Word", "xlsx": "Tải Excel", "pdf": "Tải PDF"}


def file_stem(number: str, as_of: date) -> str:
    """The name of the file without its ending: "Bản hợp nhất 163-KH-STTTT 2021-08-01"."""
    return f"Bản hợp nhất {number} {as_of.isoformat()}"
