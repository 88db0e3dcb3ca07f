"""Words of the pages of đôn đốc, and what the draft letter says of its sender."""

from datetime import date

from cchc_tasks.wording.core import format_date, format_number

RECIPIENTS = ("Như trên;", "Lãnh đạo cơ quan (b/c);", "Lưu: VT, VP.")
SIGNER_TITLE = "CHÁNH VĂN PHÒNG"
#: What the text calls the sender where the agency has no unit of that kind.
OFFICE = "Văn phòng"


def facts(units: int, works: int, today: date) -> str:
    """ "3 đơn vị có 12 việc quá hạn, tính đến 10/3/2021"."""
    if not works:
        return f"Không đơn vị nào có việc quá hạn, tính đến {format_date(today)}"
    return f"{format_number(units)} đơn vị có {format_number(works)} việc quá hạn, tính đến {format_date(today)}"


def unit_facts(works: int, asked: int, today: date) -> str:
    said = f"{format_number(works)} việc quá hạn, tính đến {format_date(today)}"
    return f"{said} · {format_number(asked)} việc chờ giải trình" if asked else said


def symbol(agency_code: str) -> str:
    """What follows the number of the office's letter: "STTTT-VP"."""
    return f"{agency_code}-VP"


def plan_name(number: str, issued_on: date, agency: str) -> str:
    return f"Kế hoạch số {number} ngày {format_date(issued_on)} của {agency}"


def plan_short(number: str) -> str:
    return f"Kế hoạch số {number}"


def file_name(unit_code: str, today: date) -> str:
    return f"don-doc-{unit_code}-{today.isoformat()}.docx"


def last_note(text: str, noted_on: date) -> str:
    return f"{text} ({format_date(noted_on)})"
