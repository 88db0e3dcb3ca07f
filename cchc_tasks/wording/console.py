"""What the commands say."""

from collections.abc import Sequence

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
