"""What the commands say."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from cchc_tasks.domain.counting import LeftOutReason, OutReason, Tally
from cchc_tasks.domain.ledger import Fault, FaultKind
from cchc_tasks.wording.core import (
    format_date,
    format_instant,
    format_number,
    format_percent,
    label,
    rule_in_words,
)

CONSOLE = "dòng lệnh"


def no_database(detail: str) -> str:
    return f"Không mở được cơ sở dữ liệu: {detail}. Kiểm tra thiết lập “database_url”."


def other_schema(found: str | None, wanted: str | None) -> str:
    """Refusal of a database with another schema; what helps depends on which of the two is older."""
    if found is None:
        return "Cơ sở dữ liệu chưa được tạo. Chạy: cchc-tasks db upgrade"
    if wanted is not None and found > wanted:
        return (
            f"Cơ sở dữ liệu ở phiên bản {found}, mới hơn phiên bản {wanted} của chương trình này. "
            "Dùng bản chương trình mới."
        )
    return f"Cơ sở dữ liệu ở phiên bản {found}, chương trình cần phiên bản {wanted}. Chạy: cchc-tasks db upgrade"


def which_agency(codes: Sequence[str], wanted: str | None) -> str:
    if not codes:
        return "Chưa có cơ quan nào. Tạo cơ quan và quản trị đầu tiên: cchc-tasks user first-admin"
    known = ", ".join(codes)
    if wanted is not None:
        return f"Không có cơ quan “{wanted}”. Các cơ quan: {known}."
    return f"Có nhiều cơ quan. Ghi --agency với một mã trong: {known}."


def no_date(text: str) -> str:
    return f"“{text}” không phải ngày. Ghi dạng 2021-03-14."


def no_instant(text: str) -> str:
    return f"“{text}” không phải thời điểm. Ghi dạng 2021-03-20T17:00 hoặc 2021-03-20 (hết ngày đó)."


def upgraded(before: str | None, after: str | None) -> str:
    if before == after:
        return f"Cơ sở dữ liệu đã ở phiên bản {after}."
    return f"Cơ sở dữ liệu nay ở phiên bản {after}."


NO_WORKERS_HERE = "Máy này chỉ chạy được một tiến trình. Bỏ --workers."


def no_port(host: str, port: int, detail: str) -> str:
    return f"Không mở được cổng {port} tại {host}: {detail}. Chọn cổng khác bằng --port."


def serving_at(address: str) -> str:
    return f"Địa chỉ: {address}  (dừng: Ctrl+C)"


def demo_people(people: Sequence[tuple[str, str, str]], password: str) -> list[str]:
    """Who may sign in to the demo: name, address, title."""
    width = max((len(email) for _name, email, _title in people), default=0)
    lines = [f"Bản minh họa; đăng nhập với mật khẩu “{password}” và một trong các địa chỉ:"]
    return [*lines, *(f"  {email:<{width}}  {name}{f', {title}' if title else ''}" for name, email, title in people)]


def no_head(text: str) -> str:
    return f"“{text}” không phải mã kiểm. Ghi dạng 142:9f2c…, đủ 64 ký tự sau dấu hai chấm."


def ledger_holds(rows: int, digest: str) -> str:
    return f"Sổ theo dõi nguyên vẹn: {format_number(rows)} dòng, mã kiểm {rows}:{digest}"


def fault(found: Fault) -> str:
    return f"Dòng {format_number(found.seq)}: {label(found.kind)}."


def more_faults(kind: FaultKind, count: int) -> str:
    return f"Và {format_number(count)} dòng nữa: {label(kind)}."


LIST_HEADINGS = {"in": "Được tính là hoàn thành", "out": "Chưa được tính", "left_out": "Không đưa vào phép tính"}
_REASONS = {reason.value: label(reason) for kind in (OutReason, LeftOutReason) for reason in kind}


def which_plan(number: str, issued_on: Sequence[date]) -> str:
    if not issued_on:
        return f"Không có kế hoạch số {number}. Xem các kế hoạch: cchc-tasks plan list"
    days = ", ".join(format_date(day) for day in issued_on)
    return f"Có nhiều kế hoạch số {number}, ban hành ngày {days}. Ghi --issued-on."


def unit_lines(values: Mapping[str, Any]) -> list[str]:
    """Numbers per unit, each unit on a line; nothing where they were not asked."""
    if not values:
        return []
    head = "Theo đơn vị hiện nay" if values["units"] == "now" else "Theo đơn vị lúc đó"
    rows = [
        f"  {row['unit'] or 'Chưa rõ chủ trì'}: {row['done']}/{row['total']}, quá hạn {row['overdue']}"
        for row in values["by_unit"]
    ]
    return [f"{head} (sản phẩm, kỳ phải nộp):", *rows]


def tally_lines(number: str, tally: Tally, known_at: datetime) -> list[str]:
    """The numbers of a count, each on a line, with the rule that gives them."""
    noun = tally.rule.noun
    rate = format_percent(tally.done, tally.total)
    figures = [
        ("Đề ra", tally.total, ""),
        ("Hoàn thành", tally.done, f" ({rate})" if rate else ""),
        ("  đúng hạn", len(tally.on_time_items), ""),
        ("  quá hạn", len(tally.late_items), ""),
        ("Chưa hoàn thành", len(tally.open_items), ""),
        ("  quá hạn", len(tally.overdue_items), ""),
        ("  đã báo cáo, chờ xác nhận", len(tally.reported_items), ""),
        ("Đến hạn", len(tally.due_items), ""),
    ]
    return [
        f"Kế hoạch {number}, tính đến hết ngày {format_date(tally.cut_off)}, "
        f"theo những gì ghi nhận đến {format_instant(known_at)}.",
        *(f"{name + ':':<28} {format_number(value)} {noun}{note}" for name, value, note in figures),
        rule_in_words(tally.rule),
    ]


def list_line(entry: Mapping[str, Any]) -> list[str]:
    """Number, text, unit, day done or due, reason."""
    day = entry["done_on"] or entry["due_on"]
    return [
        str(entry["number"]),
        " ".join(str(entry["text"]).split()),
        str(entry["unit"] or ""),
        format_date(date.fromisoformat(day)) if day else "",
        _REASONS.get(entry["reason"], "") if entry["reason"] else "",
    ]


DEMO_LOADED = "Đã nạp bản minh họa: kế hoạch 163/KH-STTTT, sổ theo dõi đến ngày 10/3/2021."
DEMO_STANDS = "Bản minh họa đã có sẵn, giữ nguyên."
SERVE_DEMO = "Chạy máy chủ: cchc-tasks demo --serve"
