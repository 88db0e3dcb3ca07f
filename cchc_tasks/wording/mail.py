"""The words of mails and of the page Nhắc việc."""

from collections import Counter
from datetime import date, timedelta

from cchc_tasks.domain.mailing import Digest, DigestItem, DroppedBecause, Outcome, UnitProgress
from cchc_tasks.domain.reminder_rules import Rule
from cchc_tasks.domain.reminders import DropReason
from cchc_tasks.domain.standing import Summary
from cchc_tasks.wording import boards, extensions
from cchc_tasks.wording.core import deadline_words, format_date, format_number, format_percent, format_weekday
from cchc_tasks.wording.units import ORPHAN_REASONS

#: Heading of each group of a digest.
HEADINGS: dict[Rule, str] = {
    Rule.OVERDUE: "Quá hạn",
    Rule.ESCALATED: "Quá hạn kéo dài",
    Rule.EXPLANATION_ASKED: "Cần giải trình",
    Rule.ON_DUE: "Đến hạn",
    Rule.CUT_OFF: "Cần báo cáo trước ngày chốt số liệu",
    Rule.ORPHANED: "Việc chưa có người chịu trách nhiệm",
    Rule.RETURNED: "Báo cáo bị trả lại",
    Rule.BEFORE_DUE: "Sắp đến hạn",
    Rule.PROGRESS_NOTE: "Cần ghi tiến độ",
    Rule.REPORT_ENTRY: "Số liệu báo cáo chưa nhập",
    Rule.CONFIRM_BY_CUT_OFF: "Cần xác nhận trước ngày chốt số liệu",
    Rule.EXTENSION_ASKED: "Đề nghị gia hạn chờ trả lời",
    Rule.AWAITING_CONFIRMATION: "Báo cáo chờ xác nhận",
    Rule.HANDED_OVER: "Việc được giao",
    Rule.EXTENSION_ANSWERED: "Trả lời đề nghị gia hạn",
    Rule.EXPLANATION_GIVEN: "Đơn vị đã giải trình",
    Rule.CONFIRMED: "Báo cáo đã được xác nhận",
}

#: The same groups as the subject counts them.
_IN_SUBJECT: dict[Rule, str] = {
    Rule.OVERDUE: "việc quá hạn",
    Rule.ESCALATED: "việc quá hạn kéo dài",
    Rule.EXPLANATION_ASKED: "việc cần giải trình",
    Rule.ON_DUE: "việc đến hạn",
    Rule.CUT_OFF: "việc cần báo cáo trước ngày chốt",
    Rule.ORPHANED: "việc chưa có người chịu trách nhiệm",
    Rule.RETURNED: "báo cáo bị trả lại",
    Rule.BEFORE_DUE: "việc sắp đến hạn",
    Rule.PROGRESS_NOTE: "việc cần ghi tiến độ",
    Rule.REPORT_ENTRY: "báo cáo thiếu số liệu",
    Rule.CONFIRM_BY_CUT_OFF: "báo cáo cần xác nhận trước ngày chốt",
    Rule.EXTENSION_ASKED: "đề nghị gia hạn",
    Rule.AWAITING_CONFIRMATION: "báo cáo chờ xác nhận",
    Rule.HANDED_OVER: "việc được giao",
    Rule.EXTENSION_ANSWERED: "trả lời gia hạn",
    Rule.EXPLANATION_GIVEN: "giải trình của đơn vị",
    Rule.CONFIRMED: "báo cáo đã xác nhận",
}
#: A subject names the most urgent groups only; a phone shows no more.
GROUPS_IN_SUBJECT = 3

DROP_REASONS: dict[DropReason, str] = {
    DropReason.DONE: "việc đã hoàn thành",
    DropReason.REPORTED: "đơn vị đã báo cáo",
    DropReason.REMOVED: "việc đã ra khỏi kế hoạch",
    DropReason.DEADLINE_MOVED: "thời hạn đã thay đổi",
    DropReason.SUPERSEDED: "đã đến mốc nhắc sau",
    DropReason.NOT_YOURS: "việc đã chuyển cho người khác",
    DropReason.NOTED: "đã ghi tiến độ",
    DropReason.CUT_OFF_PASSED: "đã qua ngày chốt số liệu",
    DropReason.ANSWERED: "tình trạng đã thay đổi",
    DropReason.OLD_NEWS: "tin đã cũ",
    DropReason.NOT_WANTED: "người nhận chỉ nhận việc gấp",
    DropReason.ENTERED: "số liệu đã nhập đủ",
    DropReason.ATTENDED: "việc đã có người chịu trách nhiệm",
    DropReason.RULE_OFF: "cơ quan đã tắt loại nhắc này",
}

DROPPED_MAILS: dict[DroppedBecause, str] = {
    DroppedBecause.NOTHING_LEFT: "Không còn việc nào cần nhắc",
    DroppedBecause.EXPIRED: "Đường dẫn trong thư đã hết hiệu lực",
    DroppedBecause.ACCOUNT_CLOSED: "Tài khoản đã ngừng",
}

OUTCOMES: dict[Outcome, str] = {
    Outcome.SENT: "Đã gửi",
    Outcome.DROPPED: "Không gửi",
    Outcome.FAILED: "Chưa gửi được",
    Outcome.DEAD: "Ngừng gửi",
}

#: States of a mail, by the value that is stored, with the kind of mark that shows them.
STATES: dict[str, tuple[str, str]] = {
    "new": ("wait", "Chờ gửi"),
    "sending": ("wait", "Đang gửi"),
    "sent": ("done", "Đã gửi"),
    "dead": ("late", "Gửi lỗi"),
    "dropped": ("none", "Không gửi"),
}

#: The mark of a mail that the server took and sent back.
BOUNCED = ("late", "Bị trả lại")

RECORDED = "Không gửi ra ngoài, chỉ giữ lại để xem"

KINDS: dict[str, str] = {
    "digest": "Nhắc việc",
    "trial": "Nhắc việc gửi thử",
    "invitation": "Mời tạo tài khoản",
    "password_reset": "Đặt lại mật khẩu",
    "report_request": "Nhắc nhập số liệu báo cáo",
    "report_submitted": "Báo cáo đã trình",
}


def digest_subject(digest: Digest) -> str:
    """ "Nhắc việc 10/3/2021: 2 việc quá hạn, 1 việc đến hạn"."""
    if not digest.items:
        return f"Nhắc việc {format_date(digest.day)}: không có việc nào"
    counts: Counter[Rule] = Counter()
    for item in digest.items:
        counts[item.rule] += 1 if item.why is None else item.missing
    parts = [f"{format_number(counts[rule])} {_IN_SUBJECT[rule]}" for rule in Rule if counts[rule]]
    return f"Nhắc việc {format_date(digest.day)}: {', '.join(parts[:GROUPS_IN_SUBJECT])}"


def item_title(item: DigestItem) -> str:
    """The product, with its period where it is owed more than once."""
    if item.why is not None:
        return orphans_title(item.missing)
    return f"{item.period_label}: {item.product_text}" if item.period_label else item.product_text


def item_facts(item: DigestItem, day: date) -> str:
    """What a line says of its deadline, as seen on `day`."""
    match item.rule:
        case Rule.PROGRESS_NOTE:
            return _progress(item)
        case Rule.ORPHANED:
            return _orphaned(item, day)
        case Rule.REPORT_ENTRY:
            return f"{_entries(item)} {_due(item, day)}"
        case Rule.CUT_OFF:
            return f"{_due(item, day)} Chưa báo cáo trước ngày {format_date(item.cut_off)} thì tính là chưa hoàn thành."
        case Rule.CONFIRM_BY_CUT_OFF:
            return f"{_reported(item)} {_due(item, day)} Số liệu chốt ngày {format_date(item.cut_off)}."
        case Rule.RETURNED:
            return f"{item.actor_name or 'Văn phòng'} trả lại ngày {format_date(_told_on(item))}. {_due(item, day)}"
        case Rule.CONFIRMED:
            return f"{item.actor_name or 'Văn phòng'} xác nhận ngày {format_date(_told_on(item))}."
        case Rule.AWAITING_CONFIRMATION:
            return f"{_reported(item)} {_due(item, day)}"
        case Rule.EXTENSION_ASKED | Rule.EXTENSION_ANSWERED:
            return _extension(item)
        case Rule.EXPLANATION_ASKED:
            asked = f"{item.actor_name or 'Văn phòng'} yêu cầu ngày {format_date(_told_on(item))}"
            return f"{asked}, trả lời trước hết ngày {format_date(item.answer_by)}. {_due(item, day)}"
        case Rule.EXPLANATION_GIVEN:
            return f"{item.actor_name or 'Đơn vị'} giải trình ngày {format_date(_told_on(item))}."
        case _:
            return _due(item, day)


def orphans_title(count: int) -> str:
    """ "3 việc chưa hoàn thành" """
    return f"{format_number(count)} việc chưa hoàn thành"


def _orphaned(item: DigestItem, day: date) -> str:
    """Why nobody is there, and how near the deadlines are."""
    why = "" if item.why is None else f"{ORPHAN_REASONS[item.why]}."
    if item.due_on is None:
        return why
    if item.overdue:
        return f"{why} {format_number(item.overdue)} việc đã quá hạn, sớm nhất từ {format_date(item.due_on)}."
    return f"{why} {_due(item, day)}" if item.missing == 1 else f"{why} Hạn gần nhất {format_date(item.due_on)}."


def _entries(item: DigestItem) -> str:
    """ "Còn 7 số liệu chưa nhập.", "Còn 5 số liệu chưa nhập, 2 số liệu mới ghi “chưa có”."."""
    blank = item.missing - item.not_yet
    said = [f"{format_number(blank)} số liệu chưa nhập"] if blank else []
    said += [f"{format_number(item.not_yet)} số liệu mới ghi “chưa có”"] if item.not_yet else []
    return f"Còn {', '.join(said)}."


def _told_on(item: DigestItem) -> date:
    return item.told_on or item.scheduled_on


def _reported(item: DigestItem) -> str:
    return f"{item.actor_name or 'Đơn vị'} báo cáo ngày {format_date(_told_on(item))}."


def _extension(item: DigestItem) -> str:
    who, on = item.actor_name or "Đơn vị", format_date(_told_on(item))
    if item.rule is Rule.EXTENSION_ASKED:
        return (
            f"{who} đề nghị ngày {on}, xin đến {format_date(item.new_due_on)}; hạn đang là {format_date(item.due_on)}."
        )
    if item.new_due_on is None:
        return f"{who} trả lời ngày {on}: không gia hạn. Hạn vẫn là {format_date(item.due_on)}."
    return f"{who} trả lời ngày {on}: gia hạn đến {format_date(item.new_due_on)}."


def _due(item: DigestItem, day: date) -> str:
    if item.due_on is None:
        return f"Thời hạn ghi “{item.deadline_text}”." if item.deadline_text else "Không định ngày."
    if item.rule in (Rule.CONFIRMED, Rule.AWAITING_CONFIRMATION, Rule.CONFIRM_BY_CUT_OFF):
        return f"{_dated(item, f'Hạn {format_date(item.due_on)}')}."
    if item.due_on == day:
        return f"{_dated(item, f'Hạn hôm nay, {format_weekday(day)}')}."
    days = deadline_words((item.due_on - day).days)
    return f"{_dated(item, f'Hạn {format_weekday(item.due_on)}, {days}')}."


def _dated(item: DigestItem, said: str) -> str:
    """The deadline with the first one behind it, where it was moved."""
    return extensions.with_beside(said, item.original_due_on, item.due_on, item.extensions)


def _progress(item: DigestItem) -> str:
    if item.cut_off is None:
        return _due(item, item.scheduled_on)
    sentence = f"Ghi tiến độ trước ngày chốt số liệu {format_date(item.cut_off)}."
    if item.due_on is not None and item.cut_off < item.due_on < item.cut_off + timedelta(days=31):
        return f"{sentence} Hoàn thành sau ngày này thì không kịp vào báo cáo năm."
    return sentence


def item_note(item: DigestItem) -> str:
    """A further sentence: the reason of a return, or that the reminder comes late; often empty."""
    if item.rule is Rule.RETURNED and item.reason:
        return f"Lý do: {item.reason}"
    if item.rule is Rule.EXPLANATION_ASKED and item.reason:
        return f"Nội dung: {item.reason}"
    if item.rule is Rule.EXPLANATION_GIVEN and item.reason:
        return f"“{item.reason}”"
    if item.is_late:
        return f"Nhắc muộn, theo lịch là ngày {format_date(item.scheduled_on)}."
    return ""


def progress(standing: Summary, noun: str) -> str:
    """ "83 sản phẩm, hoàn thành 20 (24,10%; đúng hạn 18, quá hạn 2), chưa hoàn thành 63 (quá hạn 5)." """
    shares = [
        format_percent(standing.done, standing.total),
        f"đúng hạn {format_number(standing.done_on_time)}, quá hạn {format_number(standing.done_late)}",
    ]
    done = f"hoàn thành {format_number(standing.done)} ({'; '.join(shares)})"
    still = f"chưa hoàn thành {format_number(standing.open)} (quá hạn {format_number(standing.overdue)})"
    return f"{boards.items(standing.total, noun)}, {done}, {still}."


def unit_of_progress(unit: UnitProgress) -> str:
    return boards.unit_name(unit.name, unit.ended_on) if unit.name else boards.UNKNOWN_LEAD


def quiet_banner(minutes: int | None) -> str:
    """For the administrator: the scheduler has not run for `minutes` (None: never)."""
    if minutes is None:
        return "Bộ lập lịch chưa chạy lần nào nên thư nhắc việc chưa được gửi. Kiểm tra lệnh scheduler."
    return f"Bộ lập lịch đã ngừng {age_words(minutes)}; thư nhắc việc không được gửi. Kiểm tra lệnh scheduler."


def age_words(minutes: int) -> str:
    """ "5 phút", "3 giờ", "4 ngày"."""
    if minutes < 120:
        return f"{minutes} phút"
    if minutes < 2 * 24 * 60:
        return f"{minutes // 60} giờ"
    return f"{format_number(minutes // (24 * 60))} ngày"


def bounced(action: str, status: str, diagnostic: str) -> str:
    """What a mail server reported of a mail: "Thư bị trả lại (5.1.1): user unknown"."""
    said = "Thư bị trả lại" if action == "failed" else "Máy chủ thư báo chậm"
    code = f" ({status})" if status else ""
    return f"{said}{code}: {diagnostic}" if diagnostic else f"{said}{code}"


def address_mended(name: str) -> str:
    return f"Đã ghi địa chỉ của {name} nhận được thư; thư bị trả lại gần nhất gửi lại trong lượt tới."


def failing_address(name: str, address: str, on: date) -> str:
    return f"{name} ({address}): thư bị trả lại ngày {format_date(on)}"
