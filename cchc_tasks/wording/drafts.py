"""Words of an amendment that is written by hand, row by row."""

from collections.abc import Mapping

OPENED = "Đã mở bản soạn từ các dòng của kế hoạch. Mọi thay đổi được lưu ngay, chưa ghi vào kế hoạch."
NAME = "Bản soạn sửa đổi, bổ sung kế hoạch {number}"
SAVED = "Đã lưu vào bản soạn."
CHANGED_MEANWHILE = "Bản soạn vừa được người khác sửa. Trang dưới đây là bản mới nhất; thao tác vừa rồi chưa thực hiện."
LAST_OF_AREA = "Dòng này là dòng cuối của nhóm nhiệm vụ, không có dòng sau để gộp."
DROPPED = "Đã bỏ bản soạn. Kế hoạch không thay đổi."

HEADINGS: Mapping[str, str] = {
    "sua": "Sửa dòng",
    "them": "Thêm dòng sau",
    "tach": "Tách dòng",
    "chuyen": "Chuyển sang nhóm nhiệm vụ khác",
    "nhom-moi": "Thêm nhóm nhiệm vụ",
}
FIELDS: Mapping[str, str] = {
    "task": "Số thứ tự và nội dung nhiệm vụ",
    "products": "Sản phẩm, mỗi dòng một sản phẩm",
    "assignment": "Phân công thực hiện",
    "time": "Thời gian thực hiện",
    "note": "Ghi chú",
}
AREA = "Tên nhóm nhiệm vụ"
AREA_MISSING = "Nhập tên nhóm nhiệm vụ."
AREA_LAST = "Nhóm mới đứng sau nhóm cuối, kèm dòng đầu tiên của nhóm"
FIRST = "Dòng giữ lại: {field}"
SECOND = "Dòng tách ra: {field}"
TASK_MISSING = "Nhập nội dung nhiệm vụ."

NEW_ROW = "Dòng mới"
SPLIT_ROW = "Tách ra"
JOINED_ROW = "Đã gộp"
MOVED_ROW = "Đã chuyển nhóm"
CHANGED_ROW = "Đã sửa"
WITHDRAWN_ROW = "Rút khỏi kế hoạch"

#: The kind of an amendment that was written from the whole plan: rows withdrawn in it are withdrawn either way.
KINDS: Mapping[str, str] = {"supplement": "Sửa đổi, bổ sung", "revised": "Thay thế"}


def name(number: str) -> str:
    """What the draft is called among the readings that wait."""
    return NAME.format(number=number)


def changes(count: int) -> str:
    """How many rows are no longer as they were."""
    return f"{count} dòng đã thay đổi" if count else "chưa thay đổi dòng nào"
