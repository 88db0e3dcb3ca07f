"""Words about units in time: decisions, what they move, acting heads and delegates, work without anybody."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from cchc_tasks.domain.errors import DomainError
from cchc_tasks.domain.orphans import OrphanReason
from cchc_tasks.domain.permissions import Mandate, MandateKind, Role
from cchc_tasks.domain.reorganisations import (
    InvalidReorganisation,
    Line,
    Outcome,
    ReorganisationKind,
    ReorganisationTrouble,
)
from cchc_tasks.wording.core import format_date, format_instant, format_number, label

KINDS: dict[ReorganisationKind, str] = {
    ReorganisationKind.MERGE: "Sáp nhập, hợp nhất",
    ReorganisationKind.SPLIT: "Chia, tách",
    ReorganisationKind.ABOLISH: "Giải thể",
    ReorganisationKind.CREATE: "Thành lập mới",
    ReorganisationKind.RENAME: "Đổi tên",
}
MANDATES: dict[MandateKind, str] = {
    MandateKind.ACTING_HEAD: "Phụ trách đơn vị",
    MandateKind.FOR_HEAD: "Được trưởng đơn vị ủy quyền",
    MandateKind.FOR_LEADER: "Được lãnh đạo ủy quyền xác nhận",
}
TROUBLES: dict[ReorganisationTrouble, str] = {
    ReorganisationTrouble.NO_UNIT: "Chọn ít nhất một đơn vị được sắp xếp.",
    ReorganisationTrouble.NO_SUCCESSOR: "Chọn đơn vị kế thừa, hoặc ghi tên đơn vị mới; chia, tách cần từ hai đơn vị.",
    ReorganisationTrouble.SAME_UNIT: "Đơn vị kế thừa phải khác đơn vị được sắp xếp và không chọn hai lần.",
    ReorganisationTrouble.IS_GROUP: "{name} là nhóm đơn vị, không sắp xếp bằng quyết định. Sửa thành viên của nhóm.",
    ReorganisationTrouble.NOT_ALIVE: "{name} đã kết thúc ngày {ended_on}. Chọn đơn vị kế thừa của đơn vị đó.",
    ReorganisationTrouble.IS_PENDING: "{name} đang chờ quyết định {number} có hiệu lực ngày {effective_on}. "
    "Chờ đến ngày đó, hoặc hủy quyết định ấy trước.",
    ReorganisationTrouble.CHANGED_SINCE: "{name} chỉ có từ ngày {since}. Chọn ngày hiệu lực từ ngày đó.",
    ReorganisationTrouble.NOT_A_SUCCESSOR: "Nơi chuyển đến phải là một trong các đơn vị kế thừa.",
    ReorganisationTrouble.ISSUED_AFTER_TODAY: "Quyết định ban hành sau hôm nay ({today}). Nhập ngày ghi trên văn bản.",
    ReorganisationTrouble.DOCUMENT_MISSING: "Nhập số, ký hiệu và trích yếu của quyết định.",
    ReorganisationTrouble.ALREADY_ENDED: "Quyết định này đã thực hiện hoặc đã hủy, không hủy được nữa.",
    ReorganisationTrouble.DATES_REVERSED: "Ngày kết thúc phải từ ngày bắt đầu trở đi.",
    ReorganisationTrouble.NOT_ONES_OWN: "{name} không giữ vai trò đó nên không ủy quyền được.",
    ReorganisationTrouble.TO_ONESELF: "Chọn một người khác để nhận ủy quyền.",
    ReorganisationTrouble.UNIT_NEEDED: "Chọn đơn vị được phụ trách.",
    ReorganisationTrouble.EMPTY_UNIT: "Đơn vị này cũng không có ai đang làm việc. Chọn đơn vị khác.",
    ReorganisationTrouble.END_NEEDED: "Ủy quyền có thời hạn: nhập ngày kết thúc.",
}


def trouble(found: ReorganisationTrouble, facts: Mapping[str, Any]) -> str:
    words = {name: format_date(value) if isinstance(value, date) else str(value) for name, value in facts.items()}
    return TROUBLES[found].format_map(words)


#: Sentences for the errors of this noun; `wording.explain` looks here too.
EXPLANATIONS: dict[type[DomainError], Callable[[Any], str]] = {
    InvalidReorganisation: lambda error: trouble(error.trouble, error.facts),
}

TYPED_STAYS = "Nội dung đã nhập còn nguyên; xem lại rồi gửi lại."
STALE = f"Đơn vị này vừa được người khác sửa hoặc sắp xếp. {TYPED_STAYS}"
NOBODY = "không chuyển cho ai"


def names(texts: Sequence[str]) -> str:
    """A, B và C"""
    return f"{', '.join(texts[:-1])} và {texts[-1]}" if len(texts) > 1 else "".join(texts)


def in_one_sentence(
    kind: ReorganisationKind,
    lines: Sequence[Line],
    unit_names: Mapping[int, str],
    names_before: Mapping[int, str] | None = None,
) -> str:
    """Sáp nhập Phòng A vào Văn phòng; what a decision says of its units.

    `unit_names` are those of the day of effect; a new name is told beside that of `names_before`.
    """
    old_ids = [each for each in dict.fromkeys(line.from_id for line in lines) if each is not None]
    old = [(names_before or unit_names).get(each, "") for each in old_ids]
    new_names = [unit_names.get(each, "") for each in old_ids] if names_before else []
    new = [unit_names.get(each, "") for each in dict.fromkeys(line.to_id for line in lines) if each is not None]
    match kind:
        case ReorganisationKind.CREATE:
            return f"Thành lập {names(new)}"
        case ReorganisationKind.RENAME:
            return f"Đổi tên {names(old)}" + (f" thành {names(new_names)}" if new_names else "")
        case ReorganisationKind.ABOLISH:
            return f"Giải thể {names(old)}" + (f", việc chuyển cho {names(new)}" if new else "")
        case ReorganisationKind.SPLIT:
            return f"Chia, tách {names(old)} thành {names(new)}"
        case _:
            return f"Sáp nhập {names(old)} vào {names(new)}"


def by_document(number: str, issued_on: date, subject: str) -> str:
    return f"Quyết định {number} ngày {format_date(issued_on)}: {subject}"


def state(outcome: Outcome | None, effective_on: date) -> str:
    """What became of a decision."""
    if outcome is None:
        return f"chờ ngày hiệu lực {format_date(effective_on)}"
    return "đã hủy trước ngày hiệu lực" if outcome is Outcome.CANCELLED else f"có hiệu lực {format_date(effective_on)}"


def recorded_meanwhile(who: str, document: str, said: str, state_said: str) -> str:
    """Trần Thị Hạnh vừa ghi Quyết định 57/QĐ-STTTT …: Sáp nhập A vào B, chờ ngày hiệu lực 01/4/2021."""
    return f"{who or 'Hệ thống'} vừa ghi {document}. {said}, {state_said}."


def what_moved(facts: Mapping[str, Any]) -> str:
    """3 nhiệm vụ với 5 việc chưa hoàn thành, 2 người, 1 nhóm"""
    return (
        f"{format_number(facts.get('tasks', 0))} nhiệm vụ với {format_number(facts.get('obligations', 0))} việc "
        f"chưa hoàn thành, {format_number(facts.get('people', 0))} người, {format_number(facts.get('groups', 0))} nhóm"
    )


def would_move(facts: Mapping[str, Any]) -> str:
    return f"Sẽ chuyển {what_moved(facts)}. Chưa ghi gì."


def recorded(effective_on: date, is_done: bool) -> str:
    day = format_date(effective_on)
    if is_done:
        return f"Đã ghi quyết định và chuyển việc, người, nhóm theo ngày hiệu lực {day}."
    return f"Đã ghi quyết định. Việc, quyền, lịch và lời nhắc đổi vào ngày {day}, không đổi trước đó."


def created(name: str, effective_on: date) -> str:
    return f"Đã ghi quyết định. {name} có từ ngày {format_date(effective_on)}."


CANCELLED = "Đã hủy quyết định. Không có gì thay đổi."


def place_words(name: str, role: str) -> str:
    return f"{name}, {label(Role(role)).lower()}"


def mandate_words(mandate: Mandate, unit_name: str) -> str:
    """What somebody holds for a time, as the page of the person says it."""
    if mandate.kind is MandateKind.FOR_LEADER:
        return f"Thay mặt {mandate.from_name} xác nhận việc, trả lời gia hạn, kể cả của Văn phòng"
    if mandate.kind is MandateKind.FOR_HEAD:
        return f"Thay mặt {mandate.from_name}, trưởng {unit_name}"
    return f"Phụ trách {unit_name}"


def on_behalf(kind: str, name: str) -> str:
    """Beside a line of the ledger: by what power it was done."""
    return "phụ trách đơn vị" if kind == MandateKind.ACTING_HEAD else f"thay mặt {name}"


ORPHANS_EXPLAINED = (
    "Việc chưa hoàn thành mà đơn vị chịu trách nhiệm đã kết thúc, hoặc không còn ai làm việc ở đó: "
    "tài khoản khóa, hết vai trò, hoặc nghỉ dài hạn."
)
ORPHAN_UNNAMED = "Chưa có đơn vị nào được giao"
ORPHAN_REASONS: dict[OrphanReason, str] = {
    OrphanReason.ENDED: "Đơn vị đã kết thúc",
    OrphanReason.EMPTY: "Đơn vị không có ai đang làm việc",
    OrphanReason.UNNAMED: ORPHAN_UNNAMED,
}


#: The reason in the ledger of work that is handed on from that page.
ORPHANS_GIVEN = "Chuyển việc chưa có người chịu trách nhiệm."


def recorded_at(moment: datetime) -> str:
    return f"Ghi nhận {format_instant(moment)}"


def orphans_given(number: int, name: str) -> str:
    return f"Đã chuyển {format_number(number)} nhiệm vụ cho {name}."
