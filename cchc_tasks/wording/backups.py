"""Words about back-ups and the health of an installation."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from cchc_tasks.domain.backups import BackupTrouble, UnusableBackup
from cchc_tasks.domain.errors import DomainError
from cchc_tasks.wording.core import format_instant, format_number

TROUBLES: dict[BackupTrouble, str] = {
    BackupTrouble.UNREADABLE: "Không đọc được tệp “{path}”: tệp bị cắt, hỏng, hoặc không phải bản sao lưu. "
    "Chọn bản khác.",
    BackupTrouble.FOREIGN: "Tệp “{path}” không phải bản sao lưu của chương trình này.",
    BackupTrouble.OTHER_FORMAT: "Bản sao lưu “{path}” có định dạng của phiên bản khác. "
    "Khôi phục bằng phiên bản đã tạo ra nó.",
    BackupTrouble.CHANGED: "Bản sao lưu “{path}” đã bị sửa: mục “{member}” không khớp mã kiểm. Chọn bản khác.",
    BackupTrouble.NEWER_SCHEMA: "Bản sao lưu “{path}” do phiên bản mới hơn tạo ra. "
    "Nâng cấp chương trình rồi khôi phục.",
    BackupTrouble.NOT_EMPTY: "Cơ sở dữ liệu đang có dữ liệu (bảng “{table}”). "
    "Khôi phục vào một cơ sở dữ liệu trống; dữ liệu đang có được giữ nguyên.",
}


def _unusable(error: UnusableBackup) -> str:
    return TROUBLES[error.trouble].format_map({"path": "", "member": "", "table": "", **error.facts})


EXPLANATIONS: dict[type[DomainError], Callable[[Any], str]] = {UnusableBackup: _unusable}


def in_one_line(path: str, made_at: str, rows: int, files: int) -> str:
    """What a back-up holds."""
    when = format_instant(datetime.fromisoformat(made_at))
    return f"{path}: lúc {when}, {format_number(rows)} dòng dữ liệu, {format_number(files)} tệp minh chứng"


def made(line: str, heads: dict[str, str]) -> list[str]:
    """What `backup` prints: the file, then the head of each ledger, to be kept elsewhere."""
    return [f"Đã sao lưu {line}.", *(f"Mã kiểm sổ theo dõi {code}: {head}" for code, head in heads.items())]


def would_restore(line: str) -> str:
    return f"Bản sao lưu dùng được. {line}. Chưa ghi gì."


def restored(line: str) -> str:
    return (
        f"Đã khôi phục {line}. Gửi thư đang tắt cho đến khi Văn phòng bật lại ở trang Nhắc việc; "
        "mọi người đăng nhập lại."
    )


def removed(name: str) -> str:
    return f"Đã xóa bản sao lưu cũ {name}."


#: What `doctor` looks at, in its order.
CHECKS = {
    "python": "Phiên bản Python",
    "sqlite": "Thư viện SQLite",
    "database": "Kết nối cơ sở dữ liệu",
    "schema": "Phiên bản cấu trúc dữ liệu",
    "ledger": "Sổ theo dõi",
    "evidence": "Kho minh chứng",
    "scheduler": "Lần chạy nhắc việc gần nhất",
    "disk": "Chỗ trống trên đĩa",
}


def checked(name: str, is_good: bool, detail: str) -> str:
    """One line of `doctor`."""
    return f"{'Đạt' if is_good else 'Cần xem'}: {CHECKS[name]} – {detail}"


def free_space(size: int) -> str:
    """`size` in bytes."""
    return f"còn {format_number(size >> 30)} GiB"


def revisions(found: str | None, wanted: str | None) -> str:
    if found is None:
        return "chưa tạo; chạy cchc-tasks db upgrade"
    return found if found == wanted else f"{found}, chương trình cần {wanted}; chạy cchc-tasks db upgrade"


def ledgers(agencies: int, broken: list[str]) -> str:
    if broken:
        return f"có dòng bị sửa ở {', '.join(broken)}; chạy cchc-tasks ledger verify để xem từng dòng"
    return f"nguyên vẹn ở {format_number(agencies)} cơ quan"


def evidence_files(named: int, missing: int) -> str:
    if missing:
        return f"thiếu {format_number(missing)} trong {format_number(named)} tệp; khôi phục từ bản sao lưu"
    return f"đủ {format_number(named)} tệp"


def tick_age(age: timedelta | None) -> str:
    if age is None:
        return "chưa chạy lần nào; chạy cchc-tasks serve hoặc cchc-tasks scheduler"
    return f"{format_number(int(age.total_seconds() // 60))} phút trước"
