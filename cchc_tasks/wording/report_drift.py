"""Words of what moved after a report was submitted."""

from collections.abc import Sequence
from datetime import datetime

from cchc_tasks.domain.drift import DriftReason
from cchc_tasks.wording.core import format_instant
from cchc_tasks.wording.indicators import DRIFT_REASONS

BLANK = "để trống"
ENTERED = "thêm"
LEFT = "bớt"
NOTHING = "Số liệu đã trình vẫn đúng như hiện nay."


def why(reasons: Sequence[DriftReason], recorded_at: datetime | None, name: str, given: str) -> str:
    """ "Mở lại việc đã hoàn thành; Trần Thị Hạnh ghi lúc 25/3/2021 09:00; lý do: thiếu phụ lục"."""
    parts = ["; ".join(DRIFT_REASONS[each] for each in reasons)]
    if recorded_at is not None:
        parts.append(f"{name or 'hệ thống'} ghi lúc {format_instant(recorded_at)}")
    if given:
        parts.append(f"lý do: {given}")
    return "; ".join(part for part in parts if part)
