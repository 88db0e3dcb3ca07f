"""The figures of a tally by name, each as the list that it is the length of."""

from collections.abc import Callable
from datetime import date

from cchc_tasks.domain.counting import CountedItem, LeftOut, LeftOutReason, OutReason, Tally
from cchc_tasks.wording import label
from cchc_tasks.wording.indicators import Numbers, figure_head

Listed = tuple[CountedItem, ...] | tuple[LeftOut, ...]

_REASON = "ly-do-"
_LEFT_OUT = "ngoai-"

#: Named figures in the order of the page.
PICKERS: dict[str, Callable[[Tally], Listed]] = {
    "dat-ra": lambda tally: tally.items,
    "hoan-thanh": lambda tally: tally.done_items,
    "trong-ky": lambda tally: tally.window_items,
    "dung-han": lambda tally: tally.on_time_items,
    "xong-qua-han": lambda tally: tally.late_items,
    "den-han": lambda tally: tally.due_items,
    "qua-han": lambda tally: tally.overdue_items,
    "cho-xac-nhan": lambda tally: tally.reported_items,
    "chua-xong": lambda tally: tally.open_items,
    "khong-dua-vao": lambda tally: tally.left_out,
}
#: Those that a period's row shows.
SHOWN = ("dat-ra", "hoan-thanh", "trong-ky", "dung-han", "xong-qua-han", "den-han", "qua-han", "cho-xac-nhan")


def reason_key(reason: OutReason) -> str:
    """The name of the list of what is not done for one reason."""
    return _REASON + reason.value


def left_out_key(reason: LeftOutReason) -> str:
    """The name of the list of what is not counted at all for one reason."""
    return _LEFT_OUT + reason.value


NAMES = frozenset(PICKERS) | {reason_key(each) for each in OutReason} | {left_out_key(each) for each in LeftOutReason}


def pick(tally: Tally, name: str) -> Listed:
    """The list of the figure `name`."""
    if name.startswith(_REASON):
        wanted = OutReason(name.removeprefix(_REASON))
        return tally.pick(lambda item: item.out_reason is wanted)
    if name.startswith(_LEFT_OUT):
        reason = LeftOutReason(name.removeprefix(_LEFT_OUT))
        return tuple(each for each in tally.left_out if each.reason is reason)
    return PICKERS[name](tally)


def head_of(tally: Tally, name: str) -> str:
    """What the figure is called."""
    if name.startswith(_REASON):
        return label(OutReason(name.removeprefix(_REASON)))
    if name.startswith(_LEFT_OUT):
        return label(LeftOutReason(name.removeprefix(_LEFT_OUT)))
    return figure_head(name, tally.rule)


def numbers_of(tally: Tally, *, is_year: bool) -> Numbers:
    """The numbers of a period; `after_cut_off` only in the year's last report, when it is too late for them."""
    last_day = date(tally.cut_off.year, 12, 31)
    after = tally.pick(
        lambda item: not item.is_done and item.due_on is not None and tally.cut_off < item.due_on <= last_day
    )
    undated = tally.pick(lambda item: item.out_reason is OutReason.UNDATED)
    return Numbers(
        total=tally.total,
        done=tally.done,
        on_time=len(tally.on_time_items),
        late=len(tally.late_items),
        due=len(tally.due_items),
        due_done=sum(item.is_done for item in tally.due_items),
        overdue=len(tally.overdue_items),
        reported=len(tally.reported_items),
        undated_open=len(undated),
        after_cut_off=len(after) if is_year else 0,
    )
