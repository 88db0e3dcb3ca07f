"""The words of saved filters."""

from collections.abc import Sequence

from cchc_tasks.domain.errors import Invalid

SAVED = "Đã lưu bộ lọc."
RENAMED = "Đã đổi tên bộ lọc."
REMOVED = "Đã xóa bộ lọc. Lịch dùng bộ lọc này không nhận thêm dữ liệu."
EVERYTHING = "Toàn bộ việc của năm mới nhất"


def says(chips: Sequence[str]) -> str:
    """ "Văn phòng Sở · Quá hạn chưa hoàn thành"."""
    return " · ".join(chips) or EVERYTHING


def refused(error: Invalid) -> str:
    """Why a filter could not be kept under its name."""
    if error.facts["what"] == "count":
        return f"Mỗi người lưu được {error.facts['limit']} bộ lọc. Xóa bộ lọc không dùng rồi lưu lại."
    return f"Đã có bộ lọc tên “{error.facts['name']}”. Đặt tên khác."
