"""What a report's page of submission tells a leader: what is signed, by which rules, who changed it last."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from cchc_tasks.wording.core import format_date, format_instant, format_number
from cchc_tasks.wording.report_members import period_in_words

PERIOD = "Kỳ báo cáo"
TITLE = "Trích yếu"
FORM = "Biểu mẫu"
FIGURES = "Số liệu"
TEXT = "Lời văn"
SIGNER = "Người ký"
NUMBER = "Số, ngày ban hành"
LAST_CHANGE = "Sửa lần cuối"
SUBMITTER = "Người trình"
BLANK = "để trống"
NO_NUMBER = "chưa cấp số; văn bản để trống chỗ này"
NO_SIGNER = "chưa ghi; điền ở mục Thiết lập"
NO_TEXT = "biểu mẫu này không có đề cương lời văn"
WROTE_ANSWER = "nhập số liệu"
WROTE_OTHERWISE = "ghi số in khác"
WROTE_TEXT = "viết lời văn"
WROTE_ACCEPTANCE = "chấp nhận cảnh báo"
OFFICE = "Văn phòng"


def period(report: Any) -> str:
    """ "Quý I năm 2021, số liệu từ 15/12/2020 đến hết 14/3/2021 (Theo Công văn 12/SNV.)"."""
    window = f"số liệu từ {format_date(report.window_starts_on)} đến hết {format_date(report.cut_off)}"
    reason = f" ({report.window_reason.rstrip('.')})" if report.window_reason else ""
    said = period_in_words(report.period_key, report.year)
    return f"{said[0].upper()}{said[1:]}, {window}{reason}"


def form_version(name: str, version: int) -> str:
    return f"{name}, phiên bản {version}"


_STATES = (
    ("computed", "máy tính"),
    ("entered", "đã nhập"),
    ("not_yet", "“chưa có”"),
    ("not_applicable", "“không áp dụng”"),
    ("blank", "để trống"),
)


def figures(states: Mapping[str, int], *, changed: int) -> str:
    """ "89 dòng: 4 máy tính, 11 đã nhập, 74 để trống; 1 số in khác số máy tính"; what there is none of is left out."""
    said = ", ".join(f"{format_number(states[name])} {words}" for name, words in _STATES if states[name])
    other = f"; {format_number(changed)} số in khác số máy tính" if changed else ""
    return f"{format_number(sum(states.values()))} dòng: {said}{other}"


def sections(written: int, total: int) -> str:
    if not total:
        return NO_TEXT
    left = f"; {format_number(total - written)} mục còn lại in tên mục, không có nội dung" if written < total else ""
    return f"{format_number(written)}/{format_number(total)} mục của đề cương đã viết{left}"


def signer(authority: str, title: str, name: str) -> str:
    """ "KT. GIÁM ĐỐC, PHÓ GIÁM ĐỐC, Trần Văn A"."""
    return ", ".join(part for part in (authority, title, name) if part) or NO_SIGNER


def plan_name(kind: str, number: str, issued_on: date) -> str:
    """ "Kế hoạch cải cách hành chính số 163/KH-STTTT ngày 30/12/2020"."""
    return f"{kind} số {number} ngày {format_date(issued_on)}"


def who_when(name: str, at: datetime) -> str:
    return f"{name or OFFICE}, {format_instant(at)}"


def last_change(name: str, at: datetime, said: str, code: str) -> str:
    """ "Bùi Thị Thu nhập số liệu dòng 1.2.1, 10/3/2021 09:00"."""
    row = f" dòng {code}" if code else ""
    return f"{name or OFFICE} {said}{row}, {format_instant(at)}"


def edition_state(report: Any) -> str:
    """ "trình ngày 12/3/2021, số 12/BC-STTTT ngày 12/3/2021"; "đang lập" for one that nobody submitted yet."""
    if report.submitted_at is None:
        return "đang lập"
    said = f"trình ngày {format_instant(report.submitted_at).split(' ')[0]}"
    if not report.number:
        return f"{said}, chưa cấp số"
    day = f" ngày {format_date(report.issued_on)}" if report.issued_on else ""
    return f"{said}, số {report.number}{day}"


def fingerprint(seq: int, ledger_hash: str, form: str, form_sha256: str, sha256: str) -> list[tuple[str, str]]:
    """What an auditor compares: (term, words); hashes that are not there yet are left out."""
    lines = [
        ("Sổ theo dõi đến dòng", format_number(seq)),
        ("Mã của dòng đó", ledger_hash),
        ("Biểu mẫu", form),
        ("Mã của biểu mẫu (SHA-256)", form_sha256),
        ("Mã của bản đã trình (SHA-256)", sha256),
    ]
    return [(term, said) for term, said in lines if said]
