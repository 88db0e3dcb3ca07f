"""Words of the end of a plan's year and of the plan that follows it."""

from cchc_tasks.domain.closing import Fate

FATES = {Fate.CARRY_OVER: "Chuyển sang năm sau", Fate.LAPSE: "Hết hiệu lực"}
UNDECIDED = "Chọn chuyển sang năm sau hoặc hết hiệu lực."
NO_REASON = "Ghi lý do."
NOTHING_CHOSEN = "Chọn ít nhất một nhiệm vụ."


def closed(number: str, carried: int, lapsed: int) -> str:
    """Said after a plan was closed."""
    parts = [f"{carried} việc chuyển sang năm sau" if carried else "", f"{lapsed} việc hết hiệu lực" if lapsed else ""]
    told = " và ".join(part for part in parts if part)
    return f"Đã khép kế hoạch {number}: {told}." if told else f"Đã khép kế hoạch {number}, không còn việc nào dở dang."


def begun(number: str, rows: int) -> str:
    """Said after a plan was begun from last year's."""
    return f"Đã lập kế hoạch {number} với {rows} nhiệm vụ của năm trước. Kiểm tra lại thời hạn từng việc."


def next_title(title: str, year: int) -> str:
    """The title of the next year's plan: the same words with the next year's number."""
    return title.replace(str(year), str(year + 1))
