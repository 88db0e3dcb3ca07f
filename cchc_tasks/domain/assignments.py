"""The grammar of assignments: "X chủ trì phối hợp với Y", lists of units, two-column tables."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum, auto
from typing import Any

from cchc_tasks.domain.deadlines.clauses import has_time
from cchc_tasks.domain.documents import DOCUMENT_TYPES
from cchc_tasks.domain.text import lower, normalise
from cchc_tasks.domain.unit_lists import begins_unit, is_group_name, split_units
from cchc_tasks.domain.units import LeadBasis

__all__ = [
    "Assignment",
    "AssignmentReason",
    "LeadBasis",
    "assignment_from_dict",
    "assignment_to_dict",
    "parse_assignment",
    "parse_assignment_cells",
]


class AssignmentReason(StrEnum):
    """Why an assignment has to be confirmed."""

    NOT_STATED = "not_stated"
    UNMARKED_LIST = "unmarked_list"
    SEVERAL_LEADS = "several_leads"
    ONLY_COORDINATING = "only_coordinating"
    LEAD_IS_GROUP = "lead_is_group"
    ROLE_NOT_STATED = "role_not_stated"
    DITTO = "ditto"
    NOT_UNDERSTOOD = "not_understood"


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who does a task, units as printed. While unresolved `lead` is None and `co_leads` holds all in printed order."""

    text: str
    lead: str | None
    lead_basis: LeadBasis
    co_leads: tuple[str, ...] = ()
    coordinating: tuple[str, ...] = ()
    needs_confirmation: bool = False
    reason: AssignmentReason | None = None


class _Role(StrEnum):
    LEAD = auto()
    COORDINATING = auto()
    TOGETHER = auto()  # does the work beside the lead
    SUBJECT = auto()  # of "phối hợp với": lead by inference
    NONE = auto()


@dataclass(frozen=True, slots=True)
class _Part:
    """Some units and the role that the words around them give."""

    role: _Role
    units: tuple[str, ...]
    in_brackets: bool = False


#: The slips of these words are read as the words; slips in the names of units are only offered (`unit_matching`).
_LEAD = (
    r"(?:(?:(?:là|làm) (?:cơ quan|đơn vị) )?(?:(?:cùng |đồng )?"
    r"(?:chủ trì|chủ chì|chủ tri|chũ trì|chủ trỳ|chủ trí|chu tri)"
    r"|chịu trách nhiệm chính|làm đầu mối|là đầu mối|đầu mối))"
)
_COORDINATING = (
    r"(?:(?:với |có )?sự phối hợp (?:của|từ)"
    r"|(?:là (?:cơ quan|đơn vị) |cùng )?"
    r"(?:phối (?:kết )?(?:hợp|hơp|họp|hợi|hop)|phôi hợp|phồi hợp|phói hợp|phối hợpp|phoi hop|p/h|tham gia))"
)
_TOGETHER = r"(?:cùng|đồng) thực hiện"
_DOERS = r"(?:(?:các |những )?(?:đơn vị|cơ quan|đv|cq|bộ phận|phòng|tổ chức|cá nhân)(?: được giao)? )?"
_LABEL = re.compile(
    rf"(?:^|(?<=[\n;.,(]))\s*(?:[-+•*–]|[a-zđ]\)|\d{{1,2}}[.)])?\s*{_DOERS}(?:(?P<lead>{_LEAD}|CT)|(?P<together>{_TOGETHER})"
    rf"|(?P<with>{_COORDINATING}|PH))(?: thực hiện| tham mưu)?\s*[:：]",
    re.IGNORECASE,
)
_BRACKETED = re.compile(
    rf"[(\[]\s*(?:{_DOERS}(?:(?P<lead>{_LEAD})|(?P<with>{_COORDINATING}))(?: thực hiện| chính)?"
    r"|(?P<ct>CT)|(?P<ph>PH))\s*[)\]]",
    re.IGNORECASE,
)
_MARK = re.compile(
    rf"\b(?:(?P<lead>{_LEAD})|(?P<with>{_COORDINATING}))\b"
    r"(?P<tail>(?:,? ?(?:và )?(?:thực hiện|tham mưu|triển khai|tổng hợp|theo dõi))?,?)"
    r"(?P<object> (?:cùng với|cung voi|cùng|với|voi|vơi|vói))?",
    re.IGNORECASE,
)
_DITTO = re.compile(r"\W*(?:nt|n\.t|như trên)\W*|\W*[\"“”″]\W*", re.IGNORECASE)
_NOTHING = re.compile(r"[\W_x]*|không|chưa (?:rõ|phân công|xác định)")
_OPENING = re.compile(r"^(?:giao|do|đề nghị|yêu cầu|phân công)(?: cho)? ", re.IGNORECASE)
#: "Đơn vị thực hiện: X" repeats the head of the column and gives nobody a role.
_PLAIN_LABEL = re.compile(
    r"^\W*(?:(?:đơn vị|cơ quan|bộ phận|phòng) )?"
    r"(?:(?:tổ chức )?thực hiện|được giao|chịu trách nhiệm|phân công)\s*[:：]\s*",
    re.IGNORECASE,
)
#: "X tham mưu, Y phối hợp": X does the work.
_WORKS = re.compile(
    r"(?P<who>[^,;]{1,120}?) (?:tham mưu|tổng hợp|tổ chức thực hiện|thực hiện|triển khai|xây dựng)\b"
    r"[^,;]{0,80}, ?(?P<others>.+)",
    re.IGNORECASE | re.DOTALL,
)
_BESIDE = re.compile(r"(?:,? ?(?:và )?cùng(?: với)?|và) (?=\S)", re.IGNORECASE)
_DOCUMENT = re.compile(rf"(?:{'|'.join(DOCUMENT_TYPES)})\b", re.IGNORECASE)
#: How work or a rule is told, and no name of a unit: "Theo chức năng, nhiệm vụ", "Tăng cường tuyên truyền".
_WORK_NOT_UNIT = re.compile(
    r"(?:theo|căn cứ|tùy|tuỳ|khi|sau khi|xem|như|được|đảm bảo|bảo đảm|kịp thời|tăng cường|tiếp tục|đẩy mạnh|nâng cao"
    r"|thực hiện|triển khai|tổ chức thực hiện|xây dựng|ban hành|rà soát|hoàn thành|hoàn thiện|duy trì|thường xuyên"
    r"|cải thiện|đổi mới|khắc phục|nghiên cứu|tham mưu|phê duyệt|công bố|cập nhật)\b",
    re.IGNORECASE,
)
_NUMBERED_LINE = re.compile(r"^\(?\d{1,2}[.)] ?(?!\d)", re.MULTILINE)
_END_OF_CLAUSE = re.compile(r"[;\n]|(?<!\bP)(?<!\bVP)(?<!\bTT)(?<!\bTP)\.(?= |$)")
_INITIALS = re.compile(r"[A-ZĐ&]{2,7}")
_SHORT = 80
#: So many lines back stand the words that tell whether a name goes on.
_TAIL = 4
_GOES_ON = re.compile(r"(?:\b(?:với|phối hợp|phối|và|chủ|chủ trì|cùng|các)| [-–&])$", re.IGNORECASE)
#: A line that ends like this names no unit yet; and a line of one such word belongs to the name before it.
_OPEN_NAME = re.compile(r"(?:^|[ ,;])(?:trung tâm|bộ phận|hội đồng|chi cục|(?<!văn )(?<!các )phòng)$", re.IGNORECASE)
_END_OF_NAME = re.compile(r"(?:sở|bộ|tỉnh|huyện|thành phố)[.,;]?", re.IGNORECASE)
_CONTINUES = re.compile(r"(?:chủ trì|trì|phối hợp|hợp|với|và|đồng|cùng)\b(?!\s*[:：])")


def parse_assignment(text: str) -> Assignment:
    """Read one cell. A lead is explicit ("chủ trì"), inferred (one unit alone, or the subject of "phối hợp với") or
    unresolved (several units, none marked). Never raises. Source: DESIGN §2 (Assignment)."""
    clean = normalise(text)
    if len(clean) < _SHORT and _DITTO.fullmatch(clean):
        return _unresolved(clean, AssignmentReason.DITTO)
    if len(clean) < _SHORT and _NOTHING.fullmatch(lower(clean)):
        return _unresolved(clean, AssignmentReason.NOT_STATED)
    plain = _PLAIN_LABEL.sub("", _NUMBERED_LINE.sub("- ", clean), count=1)
    return _assemble(clean, _parts(_unwrapped(plain)))


def parse_assignment_cells(lead: str, coordinating: str) -> Assignment:
    """Read a table with one column for the lead and one for those who coordinate."""
    lead_text, with_text = normalise(lead), normalise(coordinating)
    whole = "\n".join(part for part in (lead_text, with_text) if part)
    named = [] if _NOTHING.fullmatch(lower(with_text[:_SHORT])) else _names(_strip_marks(with_text))
    first = parse_assignment(lead_text)
    if len(with_text) < _SHORT and _DITTO.fullmatch(with_text):
        basis = LeadBasis.UNRESOLVED if first.lead is None else LeadBasis.EXPLICIT
        ditto = first.reason or AssignmentReason.DITTO
        return replace(first, text=whole, lead_basis=basis, needs_confirmation=True, reason=ditto)
    others = tuple(dict.fromkeys((*first.coordinating, *named)))
    if first.lead is None and len(first.co_leads) > 1:
        return replace(first, text=whole, coordinating=others, reason=AssignmentReason.SEVERAL_LEADS)
    if first.lead is None:
        reason = AssignmentReason.ONLY_COORDINATING if named else first.reason
        return replace(first, text=whole, coordinating=others, reason=reason)
    return replace(first, text=whole, lead_basis=LeadBasis.EXPLICIT, coordinating=others)


def assignment_to_dict(assignment: Assignment) -> dict[str, Any]:
    """The form of `parse assignment --jsonl`, with the text. Source: DESIGN §6."""
    fields = asdict(assignment)
    fields["co_leads"], fields["coordinating"] = list(assignment.co_leads), list(assignment.coordinating)
    return {name: value.value if isinstance(value, StrEnum) else value for name, value in fields.items()}


def assignment_from_dict(value: Mapping[str, Any]) -> Assignment:
    """The inverse of `assignment_to_dict`."""
    return Assignment(
        text=value["text"],
        lead=value["lead"],
        lead_basis=LeadBasis(value["lead_basis"]),
        co_leads=tuple(value["co_leads"]),
        coordinating=tuple(value["coordinating"]),
        needs_confirmation=value["needs_confirmation"],
        reason=None if value["reason"] is None else AssignmentReason(value["reason"]),
    )


def _unresolved(text: str, reason: AssignmentReason) -> Assignment:
    return Assignment(text, None, LeadBasis.UNRESOLVED, needs_confirmation=True, reason=reason)


def _names(text: str) -> tuple[str, ...]:
    return split_units(text)


def _strip_marks(text: str) -> str:
    return _MARK.sub(" ", _LABEL.sub("\n", text))


def _unwrapped(text: str) -> str:
    """Lines that a narrow column only wrapped are joined: one ends, or the next begins, in the middle of a phrase."""
    joined: list[list[str]] = []
    for line in text.split("\n"):
        before = " ".join(joined[-1][-_TAIL:]) if joined else ""  # only the end: long cells stay linear
        in_phrase = joined and (_GOES_ON.search(before) or _CONTINUES.match(line))
        in_name = joined and line[:1].islower() and not begins_unit(line) and not _LABEL.match(line)
        in_name = in_name or (joined and _is_cut_name(before, line))
        if joined and (in_phrase or in_name):
            joined[-1].append(line)
        else:
            joined.append([line])
    return "\n".join(" ".join(lines) for lines in joined)


def _is_cut_name(before: str, line: str) -> bool:
    """ "Văn phòng | Sở", "Trung tâm | CNTT&TT": a name that the column's width cut in two."""
    return bool(_END_OF_NAME.fullmatch(line)) or (_OPEN_NAME.search(before) is not None and not begins_unit(line))


def _parts(text: str) -> list[_Part]:
    labels = list(_LABEL.finditer(text))
    if labels:
        return _labelled(text, labels)
    if _BRACKETED.search(text):
        return _bracketed(text)
    return [part for clause in _clauses(text) for part in _clause_parts(clause)]


def _labelled(text: str, labels: list[re.Match[str]]) -> list[_Part]:
    """ "Chủ trì: X; Phối hợp: Y, Z"."""
    before = text[: labels[0].start()]
    parts = [part for clause in _clauses(before) for part in _clause_parts(clause)]
    for index, label in enumerate(labels):
        end = labels[index + 1].start() if index + 1 < len(labels) else len(text)
        role = _Role.LEAD if label["lead"] else _Role.TOGETHER if label["together"] else _Role.COORDINATING
        body = text[label.end() : end]
        inner = _MARK.search(body)
        if inner is not None and inner["with"] and role is _Role.LEAD:
            parts.append(_Part(role, _names(body[: inner.start()])))
            parts.append(_Part(_Role.COORDINATING, _names(body[inner.end() :])))
        else:
            parts.append(_Part(role, _names(body)))
    return parts


def _bracketed(text: str) -> list[_Part]:
    """ "X (chủ trì), Y, Z (phối hợp)": a bracket marks the unit before it, and for coordination the list before it."""
    parts: list[_Part] = []
    start = 0
    for mark in _BRACKETED.finditer(text):
        units = _names(text[start : mark.start()])
        start = mark.end()
        if mark["lead"] or mark["ct"]:
            parts.append(_Part(_Role.NONE, units[:-1], in_brackets=True))
            parts.append(_Part(_Role.LEAD, units[-1:]))
        else:
            parts.append(_Part(_Role.COORDINATING, units))
    parts.append(_Part(_Role.NONE, _names(text[start:]), in_brackets=True))
    return parts


def _clauses(text: str) -> list[str]:
    """Cut at lines, ";" and full stops, but only where the pieces carry marks of their own."""
    pieces: list[str] = []
    start = 0
    for match in _END_OF_CLAUSE.finditer(text):
        pieces.append(text[start : match.start()])
        start = match.end()
    pieces.append(text[start:])
    return [piece for piece in pieces if piece.strip()]


def _clause_parts(clause: str) -> list[_Part]:
    marks = list(_MARK.finditer(clause))
    if not marks:
        return [_Part(_Role.NONE, _names(_OPENING.sub("", clause.strip())))]
    first = marks[0]
    before = _OPENING.sub("", clause[: first.start()].strip(" ,-+•–"))
    if first["lead"]:
        return _after_lead(clause, before, marks)
    after = clause[first.end() :]
    works = None if first["object"] else _WORKS.match(before)
    if works is not None:
        return [_Part(_Role.SUBJECT, _names(works["who"])), _Part(_Role.COORDINATING, _names(works["others"]))]
    if first["object"] or (before and after.strip(" .,:") and split_units(after)):
        role = _Role.SUBJECT if before else _Role.NONE
        return [_Part(role, _names(before)), _Part(_Role.COORDINATING, _names(after))]
    return [_Part(_Role.COORDINATING, _names(before or after))]


def _after_lead(clause: str, before: str, marks: list[re.Match[str]]) -> list[_Part]:
    first = marks[0]
    coordination = next((mark for mark in marks[1:] if mark["with"]), None)
    if coordination is None:
        rest = clause[first.end() :]
        leads = before or rest
        parts = [_Part(_Role.LEAD, _names(leads))]
        return [*parts, _Part(_Role.NONE, _names(rest))] if before else parts
    between = clause[first.end() : coordination.start()].strip(" ,")
    after = clause[coordination.end() :]
    if not before:
        return [_Part(_Role.LEAD, _names(between)), _Part(_Role.COORDINATING, _names(after))]
    others = _names(after) or _names(between)
    lead = [_Part(_Role.LEAD, _names(before)), _Part(_Role.COORDINATING, others)]
    # "X chủ trì cùng Y phối hợp với Z": Y works beside X.
    beside = _BESIDE.match(between) if after.strip(" .,:") else None
    if beside and begins_unit(between[beside.end() :]):
        lead.append(_Part(_Role.TOGETHER, _names(between[beside.end() :])))
    return lead


def _of(parts: Iterable[_Part], role: _Role) -> tuple[str, ...]:
    return tuple(dict.fromkeys(unit for part in parts if part.role is role for unit in part.units))


def _assemble(text: str, parts: list[_Part]) -> Assignment:
    leads, subjects = _of(parts, _Role.LEAD), _of(parts, _Role.SUBJECT)
    coordinating = _of(parts, _Role.COORDINATING)
    together = tuple(unit for unit in _of(parts, _Role.TOGETHER) if unit not in leads)
    unmarked = tuple(unit for unit in _of(parts, _Role.NONE) if unit not in leads + subjects + coordinating)
    if together and len(leads) < 2:
        return _with_others(text, leads, together, tuple(dict.fromkeys((*subjects, *coordinating, *unmarked))))
    leads = tuple(dict.fromkeys((*leads, *together)))
    if leads:
        return _with_lead(text, leads, (*subjects, *coordinating), unmarked, parts)
    if subjects:
        after = _unmarked_after_coordination(parts)
        first = tuple(unit for unit in unmarked if unit not in after)
        return _single(text, (*first, *subjects), (*coordinating, *after), AssignmentReason.SEVERAL_LEADS)
    if not unmarked:
        reason = AssignmentReason.ONLY_COORDINATING if coordinating else AssignmentReason.NOT_UNDERSTOOD
        return replace(_unresolved(text, reason), coordinating=coordinating)
    return _single(text, unmarked, coordinating, AssignmentReason.UNMARKED_LIST)


def _with_others(text: str, leads: tuple[str, ...], together: tuple[str, ...], others: tuple[str, ...]) -> Assignment:
    """Units that do the work beside the one that leads, or with nobody leading."""
    coordinating = tuple(unit for unit in others if unit not in (*leads, *together))
    if not leads:
        unresolved = _unresolved(text, AssignmentReason.UNMARKED_LIST)
        return replace(unresolved, co_leads=together, coordinating=coordinating)
    reason = AssignmentReason.LEAD_IS_GROUP if is_group_name(leads[0]) else None
    return Assignment(text, leads[0], LeadBasis.EXPLICIT, together, coordinating, reason is not None, reason)


def _unmarked_after_coordination(parts: list[_Part]) -> tuple[str, ...]:
    """Units that follow a coordinating list in a piece of their own: "…phối hợp với A; B"."""
    place = next((index for index, part in enumerate(parts) if part.role is _Role.COORDINATING), len(parts))
    return _of(parts[place:], _Role.NONE)


def _single(text: str, leads: tuple[str, ...], coordinating: tuple[str, ...], several: AssignmentReason) -> Assignment:
    if len(leads) > 1:
        return replace(_unresolved(text, several), co_leads=leads, coordinating=coordinating)
    if _tells_no_unit(leads[0]):
        return replace(_unresolved(text, AssignmentReason.NOT_UNDERSTOOD), coordinating=coordinating)
    group = is_group_name(leads[0])
    reason = AssignmentReason.LEAD_IS_GROUP if group else _list_in_name(leads[0])
    return Assignment(text, leads[0], LeadBasis.INFERRED, (), coordinating, reason is not None, reason)


def _list_in_name(name: str) -> AssignmentReason | None:
    """ "Phòng KHTH, CNTT" may be two units, "Phòng Nội vụ, Tư pháp, Tài chính - Kế hoạch" three whose common word
    stands once; a name that really holds two commas has "và" before its last part."""
    bare = re.sub(r"\([^)]*\)", "", name)
    first, *others = bare.split(",")
    short = len(others) == 1 and bool(_INITIALS.fullmatch(others[0].strip()))
    paired = len(others) == 1 and " - " in first and " - " in others[0]
    unjoined = len(others) > 1 and not re.search(r" (?:và|&) ", others[-1])
    return AssignmentReason.UNMARKED_LIST if short or paired or unjoined else None


def _tells_no_unit(text: str) -> bool:
    """Whether what stands in the cell is a time, a figure or a document: a column was taken for another."""
    if _DOCUMENT.match(text) or (_WORK_NOT_UNIT.match(text) and not begins_unit(text)):
        return True
    return not begins_unit(text) and (any(sign.isdecimal() for sign in text) or has_time(normalise(text)))


def _with_lead(
    text: str, leads: tuple[str, ...], coordinating: tuple[str, ...], unmarked: tuple[str, ...], parts: list[_Part]
) -> Assignment:
    others = tuple(unit for unit in (*coordinating, *unmarked) if unit not in leads)
    if len(leads) > 1:
        unresolved = _unresolved(text, AssignmentReason.SEVERAL_LEADS)
        return replace(unresolved, co_leads=leads, coordinating=others)
    reason = AssignmentReason.LEAD_IS_GROUP if is_group_name(leads[0]) else _list_in_name(leads[0])
    loose = [part for part in parts if part.role is _Role.NONE and part.units and not part.in_brackets]
    if reason is None and loose and not (coordinating and unmarked == _unmarked_after_coordination(parts)):
        reason = AssignmentReason.ROLE_NOT_STATED
    return Assignment(text, leads[0], LeadBasis.EXPLICIT, (), others, reason is not None, reason)
