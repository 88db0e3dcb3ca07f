"""Words of the page of one task: what can be done, what was done, how it counts."""

from datetime import date

from cchc_tasks.domain.counting import CountingRule, Tally
from cchc_tasks.wording.core import format_date, format_number, label, rule_in_words

ACTS: dict[str, str] = {
    "cap-nhat": "Cập nhật",
    "rut-bao-cao": "Rút báo cáo…",
    "mo-lai": "Mở lại…",
    "xin-gia-han": "Xin gia hạn…",
    "rut-xin-gia-han": "Rút xin gia hạn…",
    "huy-gia-han": "Hủy gia hạn…",
    "giai-trinh": "Giải trình…",
    "yeu-cau-giai-trinh": "Yêu cầu giải trình…",
    "bo-yeu-cau-giai-trinh": "Bỏ yêu cầu giải trình…",
    "giao-viec": "Giao người…",
    "dinh-kem": "Đính kèm…",
    "gop-y": "Góp ý…",
    "dinh-chinh": "Đính chính…",
}
SUBMITS: dict[str, str] = {
    "rut-bao-cao": "Rút báo cáo",
    "mo-lai": "Mở lại",
    "xin-gia-han": "Gửi đề nghị gia hạn",
    "rut-xin-gia-han": "Rút đề nghị",
    "huy-gia-han": "Hủy lần gia hạn này",
    "giai-trinh": "Gửi giải trình",
    "yeu-cau-giai-trinh": "Gửi yêu cầu giải trình",
    "bo-yeu-cau-giai-trinh": "Bỏ yêu cầu",
    "giao-viec": "Giao việc",
    "dinh-kem": "Đính kèm",
    "gop-y": "Gửi ý kiến",
    "dinh-chinh": "Ghi đính chính",
}
HINTS: dict[str, str] = {
    "rut-bao-cao": "Việc trở lại trạng thái đang thực hiện; báo cáo đã gửi vẫn còn trong sổ theo dõi.",
    "mo-lai": "Việc trở lại trạng thái đang thực hiện từ ngày ghi dưới đây; các số liệu trước ngày đó giữ nguyên.",
    "dinh-chinh": "Sổ theo dõi không sửa, không xóa: đính chính là một dòng mới, nêu rõ dòng bị thay.",
    "xin-gia-han": "Hạn cũ vẫn có hiệu lực đến khi đề nghị được trả lời. Việc hoàn thành trước ngày gia hạn "
    "được xét theo hạn đang có hiệu lực vào ngày hoàn thành.",
    "huy-gia-han": "Dùng khi gia hạn ghi nhầm: hạn trước đó có hiệu lực trở lại và lần gia hạn này không được tính. "
    "Gia hạn đúng nhưng sai ngày thì đính chính thời hạn ở trang kế hoạch.",
    "giai-trinh": "Giải trình lưu cùng với việc này và trong sổ theo dõi.",
    "yeu-cau-giai-trinh": "Trưởng đơn vị được báo trong thư nhắc việc, và được nhắc lại đến khi trả lời.",
    "dinh-kem": "Thêm văn bản hoặc tệp, không báo cáo hoàn thành.",
}
TAKEN_BACK = "Đã rút báo cáo. Việc trở lại đang thực hiện."
REOPENED = "Đã mở lại. Việc trở lại đang thực hiện."
CORRECTED = "Đã ghi đính chính vào sổ theo dõi."
EXTENSION_ASKED = "Đã gửi đề nghị gia hạn."
EXTENSION_TAKEN_BACK = "Đã rút đề nghị gia hạn."
EXTENSION_REVOKED = "Đã hủy lần gia hạn. Hạn trước đó có hiệu lực trở lại."
HANDED_OVER = "Đã giao việc."
HANDED_BACK = "Đã chuyển việc về đơn vị."
COMMENTED = "Đã gửi ý kiến."
ATTACHED = "Đã đính kèm."
DAY_MISSING = "Nhập ngày đúng."

NOBODY = "Cả đơn vị, không giao riêng"
NO_EVIDENCE = "Chưa có. Báo cáo hoàn thành phải kèm số, ký hiệu, ngày ban hành, trích yếu của văn bản hoặc tệp."
NOTE_KINDS = {"progress": "Ghi chú tiến độ", "comment": "Ý kiến"}


def plan_link(number: str) -> str:
    return f"Kế hoạch {number}"


def area_link(ordinal: str, name: str) -> str:
    return f"{ordinal.rstrip('.')}. {name}"


def task_name(row_id: str) -> str:
    return f"Nhiệm vụ {row_id}"


def products_done(done: int, total: int) -> str:
    return f"{done}/{total} sản phẩm hoàn thành"


def next_due(day: date) -> str:
    return f"việc tiếp theo hạn {format_date(day)}"


def product_of(ordinal: int, period_label: str, *, is_only: bool) -> str:
    """What the ledger calls a product: "sản phẩm 2", "sản phẩm 4, Tháng 2/2021"; just "sản phẩm" where it is alone."""
    name = "sản phẩm" if is_only else f"sản phẩm {ordinal}"
    return f"{name} ({period_label})" if period_label else name


def handed_to(name: str) -> str:
    return f"Người thực hiện: {name}"


def waived(reason: str) -> str:
    return f"Không có văn bản hoặc tệp: “{reason}”"


def kept_note(kind_name: str, size: str) -> str:
    return f"{kind_name}, {size}"


def counted(rule: CountingRule, tally: Tally, task_id: int, day: date) -> str:
    """What this task gives to the number of its plan as at `day`, inclusive."""
    items = tally.pick(lambda item: any(state.task_id == task_id for state in item.members))
    done = sum(item.is_done for item in items)
    left_out = [each for each in tally.left_out if any(state.task_id == task_id for state in each.members)]
    text = (
        f"Tính đến {format_date(day)}, nhiệm vụ này góp {format_number(done)}/{format_number(len(items))} {rule.noun}"
    )
    text += " hoàn thành."
    if left_out:
        reasons = dict.fromkeys(label(each.reason).lower() for each in left_out)
        text += f" Không tính {format_number(len(left_out))} {rule.noun}: {'; '.join(reasons)}."
    return text


def rule_words(rule: CountingRule) -> str:
    return rule_in_words(rule)


# Work that goes on in the next year's plan.
GOES_ON_IN = "Đi tiếp trong Kế hoạch {plan}"
CARRIED_FROM = "Chuyển từ Kế hoạch {plan}"
COPIED_FROM = "Lập theo việc của Kế hoạch {plan}"
