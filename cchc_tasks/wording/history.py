"""The ledger told in sentences: what happened, when it happened, when it was written down, what it corrects."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby

from cchc_tasks.domain.extensions import EXTENDED, REVOKED, judged_deadline
from cchc_tasks.domain.ledger import LedgerRow, RowKind
from cchc_tasks.domain.mail_links import VIA
from cchc_tasks.domain.periods import VIETNAM, local_day
from cchc_tasks.domain.workflow import Move, Status
from cchc_tasks.wording import explanations, extensions, taking_over
from cchc_tasks.wording.core import format_date, format_instant, format_number, label
from cchc_tasks.wording.units import on_behalf

#: The move that `services.corrections` writes into a row that puts another right.
CORRECT = "correct"
#: The change that `services.amendments` writes into the rows of an amendment.
AMENDED = "amendment"
#: The change that a decision about units writes into the rows of the work that passes on.
REORGANISED = "reorganisation"
NO_PERSON = "Hệ thống"
BY_LINK = "qua đường dẫn trong thư"


@dataclass(frozen=True, slots=True)
class Names:
    """What the ids of ledger rows are called: people, units (short), and products by obligation.

    `tasks` are named on a page about several ("6.5"), in sentences about none of their products.
    """

    plan_number: str = ""
    people: Mapping[int, str] = field(default_factory=dict)
    units: Mapping[int, str] = field(default_factory=dict)
    products: Mapping[int, str] = field(default_factory=dict)
    tasks: Mapping[int, str] = field(default_factory=dict)
    #: The unit a person worked in: (first day, last day or None, unit id), by person.
    workplaces: Mapping[int, Sequence[tuple[date, date | None, int]]] = field(default_factory=dict)

    def person(self, person_id: int | None) -> str:
        return NO_PERSON if person_id is None else self.people.get(person_id, NO_PERSON)

    def unit(self, unit_id: int | None) -> str:
        return "" if unit_id is None else self.units.get(unit_id, "")

    def product(self, row: LedgerRow) -> str:
        return self.products.get(row.obligation_id, "sản phẩm") if row.obligation_id is not None else "nhiệm vụ"

    def of_task(self, row: LedgerRow) -> str:
        """ " của nhiệm vụ 6.5"; '' on the page of one task."""
        name = self.tasks.get(row.task_id or 0, "")
        return f" của nhiệm vụ {name}" if name else ""

    def actor(self, row: LedgerRow) -> str:
        """Who acted: the unit named in the row or the one where the person worked on that day, else the person."""
        if row.kind is RowKind.STATUS and self.unit(row.unit_id) and row.payload.get("move") != CORRECT:
            return self.unit(row.unit_id)
        day = local_day(row.recorded_at)
        for first, last, unit_id in self.workplaces.get(row.actor_id or 0, ()):
            if first <= day and (last is None or day <= last) and self.unit(unit_id):
                return self.unit(unit_id)
        return self.person(row.actor_id)


@dataclass(frozen=True, slots=True)
class Entry:
    """One sentence of the ledger, as the macro `timeline` shows it. `kind`: '', 'done' or 'bad'."""

    id: str
    recorded_on: str
    recorded_time: str
    sentence: str
    quote: str
    known: str
    kind: str
    effective_on: date
    recorded_at: datetime


def tell(rows: Iterable[LedgerRow], names: Names, *, by_day: bool = False, prefix: str = "dong") -> list[Entry]:
    """The rows of one task as sentences, the newest first: by when they were recorded, or (`by_day`) happened.

    Rows that one action wrote together (a plan's import, a correction of a report and its confirmation) are one
    sentence. `prefix` begins the ids, for a page that tells some rows twice.
    """
    known = list(rows)
    told = [_entry(list(group), known, names, prefix) for _key, group in groupby(known, key=_together)]
    told.reverse()
    return sorted(told, key=lambda entry: entry.effective_on, reverse=True) if by_day else told


def _together(row: LedgerRow) -> tuple[object, ...]:
    if _is_opening(row):
        return ("opening", row.recorded_at, row.actor_id, row.effective_on)
    if row.payload.get("move") == CORRECT:
        return (CORRECT, row.recorded_at, row.obligation_id)
    if taking_over.is_taken_over(row.payload):
        return ("taken_over", row.recorded_at, row.obligation_id)
    if row.kind is RowKind.EXTENSION or row.payload.get("change") == EXTENDED:
        # The new deadline and the answer that gives it are one thing.
        return (EXTENDED, row.recorded_at, row.obligation_id)
    # A report on a day before others were told corrects each of them by a row of its own.
    return ("one", row.recorded_at, row.obligation_id, row.kind, str(row.payload.get("move")), row.deliverable_id)


def _is_opening(row: LedgerRow) -> bool:
    if row.corrects_seq is not None or row.payload.get("change") in (AMENDED, REORGANISED):
        return False
    is_first_deadline = row.kind is RowKind.DEADLINE and row.payload.get("change") in ("initial", None)
    return row.kind in {RowKind.ENTRY, RowKind.ASSIGNMENT} or is_first_deadline


def _entry(group: list[LedgerRow], known: list[LedgerRow], names: Names, prefix: str) -> Entry:
    # What only stands again behind a correction says nothing of its own.
    group = [row for row in group if "restates" not in row.payload] or group
    row = group[-1]
    sentence, kind = _sentence(group, known, names)
    local = row.recorded_at.astimezone(VIETNAM)
    return Entry(
        id=f"{prefix}-{row.seq}",
        recorded_on=format_date(local.date()),
        recorded_time=f"{local:%H:%M}",
        sentence=sentence + _corrects(group, known),
        quote=_quote(row),
        known=f"{when(row)} · {names.person(row.actor_id)}{_power(row, names)}{_via(row)}",
        kind=kind,
        effective_on=row.effective_on,
        recorded_at=row.recorded_at,
    )


def _quote(row: LedgerRow) -> str:
    """The reason that was given, or what the office's own list said."""
    if _amending(row):
        # The document is named in the sentence.
        return ""
    source = row.payload.get("source")
    printed = str(source.get("text") or "") if isinstance(source, dict) else ""
    return str(row.payload.get("reason") or printed)


def _amending(row: LedgerRow) -> str:
    """The document of the amendment that wrote a row: "theo 88/KH-STTTT ngày 10/01/2021"; '' where none did."""
    number, day = row.payload.get("amendment"), row.payload.get("issued_on")
    if number is None and row.payload.get("change") == AMENDED:
        number = row.payload.get("reason")
    if not number:
        return ""
    return f"theo {number}" + (f" ngày {format_date(date.fromisoformat(str(day)))}" if day else "")


def _power(row: LedgerRow, names: Names) -> str:
    """Whose power it was done by, where not by the actor's own."""
    power, giver = row.payload.get("power"), row.payload.get("behalf_of")
    if power is None:
        return ""
    return f", {on_behalf(str(power), names.person(giver if isinstance(giver, int) else None))}"


def _via(row: LedgerRow) -> str:
    """By which way it came, where nobody signed in."""
    return f", {BY_LINK}" if row.payload.get("via") == VIA else ""


def when(row: LedgerRow) -> str:
    """When it happened as against when it was written down: "Diễn ra 14/01/2021, ghi muộn 5 ngày"."""
    days = (local_day(row.recorded_at) - row.effective_on).days
    # An answer counts from the day of the report it answers, and is given on the day it is recorded.
    is_answer = row.answers_seq is not None and row.kind is RowKind.STATUS
    if days <= 0 or (is_answer and not taking_over.is_taken_over(row.payload)):
        return "Diễn ra cùng ngày"
    return f"Diễn ra {format_date(row.effective_on)}, ghi muộn {format_number(days)} ngày"


def _corrects(group: list[LedgerRow], known: list[LedgerRow]) -> str:
    """Names the lines that this one puts right, by when they were recorded."""
    wanted = {row.corrects_seq for row in group} - {None}
    times = dict.fromkeys(format_instant(row.recorded_at) for row in known if row.seq in wanted)
    return f" Dòng này đính chính dòng ghi nhận {', '.join(times)}." if times else ""


def _sentence(group: list[LedgerRow], known: list[LedgerRow], names: Names) -> tuple[str, str]:
    row = group[-1]
    if _is_opening(row):
        return _opening(group, names), ""
    if row.kind is RowKind.STATUS:
        return _status(group, known, names)
    return _OTHERS[row.kind](row, known, names), ""


def _opening(group: list[LedgerRow], names: Names) -> str:
    assigned = next((row for row in group if row.kind is RowKind.ASSIGNMENT and row.deliverable_id is None), None)
    entered = [row for row in group if row.kind is RowKind.ENTRY]
    if not entered:
        of_task = names.of_task(group[-1])
        return f"{names.actor(group[-1])} ghi đơn vị chịu trách nhiệm{of_task}: {names.unit(group[-1].unit_id)}."
    units = names.unit(assigned.unit_id) or _co_leads(assigned, names) if assigned else ""
    products = len({row.deliverable_id for row in entered})
    what = "nhiệm vụ" if assigned else "thêm sản phẩm"
    receiver = f" cho {units}" if units else ""
    extent = f", {products} sản phẩm" if products > 1 else ""
    parts = f", {len(entered)} mốc phải nộp" if len(entered) > products else ""
    return f"Kế hoạch {names.plan_number} giao {what}{receiver}{extent}{parts}{_origin(entered)}."


def _origin(entered: list[LedgerRow]) -> str:
    """Where work comes from that was begun in the plan of another year."""
    plans = dict.fromkeys(str(row.payload.get("plan")) for row in entered if "carried_from" in row.payload)
    if plans:
        return f", chuyển từ Kế hoạch {', '.join(plans)}"
    return ", lập theo việc của kế hoạch năm trước" if any("copied_from" in row.payload for row in entered) else ""


def _co_leads(row: LedgerRow, names: Names) -> str:
    ids = row.payload.get("co_leads")
    return ", ".join(filter(None, (names.unit(each) for each in ids))) if isinstance(ids, list) else ""


def _status(group: list[LedgerRow], known: list[LedgerRow], names: Names) -> tuple[str, str]:
    row = group[-1]
    move = str(row.payload.get("move"))
    if move == CORRECT:
        return _corrected(group, known, names), ""
    if taking_over.is_taken_over(row.payload):
        return _taken_over(group, known, names), _KINDS.get(move, "")
    say = _MOVES.get(move)
    if say is None:
        status = "" if row.status is None else label(row.status).lower()
        return f"{names.actor(row)} ghi {names.product(row)}: {status}.", ""
    return say(row, known, names), _KINDS.get(move, "")


def _taken_over(group: list[LedgerRow], known: list[LedgerRow], names: Names) -> str:
    """What the office's own list said when the plan came in."""
    row = group[-1]
    told = f"{names.actor(row)} tiếp nhận {names.product(row)} từ sổ theo dõi:"
    if row.status is not Status.DONE:
        return f"{told} {label(row.status).lower() if row.status else ''}."
    report = next((each for each in group if each.payload.get("document")), None)
    proof = f", {taking_over.NO_PAPER}" if report is None else _evidence(report)
    return f"{told} hoàn thành ngày {format_date(row.effective_on)}, {_verdict(row, known)}{proof}."


def _reported(row: LedgerRow, known: list[LedgerRow], names: Names) -> str:
    earlier = any(
        each.obligation_id == row.obligation_id
        and each.status is Status.REPORTED
        and each.recorded_at < row.recorded_at
        for each in known
    )
    said = "báo cáo lại" if earlier else "báo cáo hoàn thành"
    return f"{names.actor(row)} {said} {names.product(row)}{_evidence(row)}."


def _evidence(row: LedgerRow) -> str:
    document, files = row.payload.get("document"), row.payload.get("files")
    words = []
    if isinstance(document, dict):
        day = date.fromisoformat(str(document["issued_on"]))
        words.append(f"văn bản {document['number']} ngày {format_date(day)}")
    if isinstance(files, list):
        words.append("tệp " + ", ".join(f"“{each['name']}”" for each in files))
    return f", kèm {' và '.join(words)}" if words else ", không kèm văn bản hoặc tệp mới"


def _confirmed(row: LedgerRow, known: list[LedgerRow], names: Names) -> str:
    verdict = _verdict(row, known)
    override = " Xác nhận ngoài quy tắc, có lý do." if row.payload.get("reason") else ""
    done = format_date(row.effective_on)
    return f"{names.actor(row)} xác nhận {names.product(row)} hoàn thành ngày {done}, {verdict}.{override}"


def _verdict(row: LedgerRow, known: list[LedgerRow]) -> str:
    """Against the deadline as it was known when this was written."""
    deadlines = [each for each in known if each.kind is RowKind.DEADLINE and each.obligation_id == row.obligation_id]
    entered_on = min((each.effective_on for each in deadlines), default=row.effective_on)
    held = judged_deadline(deadlines, day=max(row.effective_on, entered_on), known_at=row.recorded_at)
    if held.due_on is None:
        return "việc không định ngày"
    days = (row.effective_on - held.due_on).days
    said = f"quá hạn {format_number(days)} ngày" if days > 0 else "đúng hạn"
    return extensions.with_beside(said, held.original_due_on, held.due_on, held.extensions)


def _corrected(group: list[LedgerRow], known: list[LedgerRow], names: Names) -> str:
    """A moved day where the last thing said stands again on another day, else a line taken back."""
    row = group[-1]
    restated = next((each for each in known if each.seq == row.payload.get("restates_seq")), None)
    product = names.product(row)
    if restated is not None and row.status is restated.status:
        what = "ngày hoàn thành" if row.status in {Status.DONE, Status.REPORTED} else "ngày diễn ra"
        days = f"từ {format_date(restated.effective_on)} thành {format_date(row.effective_on)}"
        return f"{names.actor(row)} đính chính {what} của {product} {days}."
    was = (
        f" “{label(restated.status)}” ngày {format_date(restated.effective_on)}" if restated and restated.status else ""
    )
    now = label(row.status).lower() if row.status else ""
    return f"{names.actor(row)} bỏ ghi nhận{was} của {product}; trạng thái trở lại: {now}."


def _deadline(row: LedgerRow, known: list[LedgerRow], names: Names) -> str:
    if row.payload.get("change") == REVOKED:
        return _revoked(row, known, names)
    before = next((each for each in known if each.seq == row.corrects_seq), None)
    if before is None:
        earlier = [each for each in known if each.kind is RowKind.DEADLINE and each.obligation_id == row.obligation_id]
        before = next((each for each in reversed(earlier) if each.seq < row.seq), None)
    corrects = "đính chính hạn gốc của" if row.payload.get("of") == "original" else "đính chính hạn của"
    verb = _DEADLINE_VERBS.get(str(row.payload.get("change")), corrects)
    old = _day_or_none(before.due_on) if before else ""
    by = f", {_amending(row)}" if _amending(row) else ""
    days = f"{f' từ {old}' if old else ''} thành {_day_or_none(row.due_on)}"
    return f"{names.actor(row)} {verb} {names.product(row)}{days}{by}."


def _revoked(row: LedgerRow, known: list[LedgerRow], names: Names) -> str:
    """An extension that should not have been granted: what it said, and what holds again."""
    wrong = next((each for each in known if each.seq == row.corrects_seq), None)
    extended = f" đến {_day_or_none(wrong.due_on)}" if wrong else ""
    return f"{names.actor(row)} hủy gia hạn {names.product(row)}{extended}; hạn trở lại {_day_or_none(row.due_on)}."


_DEADLINE_VERBS = {EXTENDED: "gia hạn", AMENDED: "điều chỉnh hạn của"}


def _day_or_none(day: date | None) -> str:
    return format_date(day) or "không định ngày"


def _assignment(row: LedgerRow, _known: list[LedgerRow], names: Names) -> str:
    unit = names.unit(row.unit_id)
    if row.payload.get("change") == REORGANISED:
        return _passed_on(row, names)
    if row.deliverable_id is not None:
        unit = unit or "theo phân công của nhiệm vụ"
        return f"{names.actor(row)} ghi đơn vị chịu trách nhiệm sản phẩm{names.of_task(row)}: {unit}."
    lead = f"chủ trì là {unit}" if unit else f"chưa rõ chủ trì trong {_co_leads(row, names) or 'các đơn vị được giao'}"
    verb = "điều chỉnh" if row.payload.get("change") == AMENDED else "đính chính"
    by = f", {_amending(row)}" if _amending(row) else ""
    return f"{names.actor(row)} {verb} phân công{names.of_task(row)}: {lead}{by}."


def _passed_on(row: LedgerRow, names: Names) -> str:
    """What a decision about units did to a task: who owes its open work from which day."""
    before = row.payload.get("before")
    old = names.unit(before if isinstance(before, int) else None)
    new = names.unit(row.unit_id) or _co_leads(row, names)
    what = ("sản phẩm" if row.deliverable_id is not None else "việc chưa hoàn thành") + names.of_task(row)
    passes = f"{what} chuyển từ {old} sang {new}" if old and old != new else f"{what} theo phân công mới: {new}"
    day = format_date(date.fromisoformat(str(row.payload["issued_on"])))
    return (
        f"Theo Quyết định {row.payload.get('decision')} ngày {day}, từ ngày {format_date(row.effective_on)} {passes}."
    )


def _handover(row: LedgerRow, _known: list[LedgerRow], names: Names) -> str:
    person_id = row.payload.get("person_id")
    if not isinstance(person_id, int):
        return f"{names.actor(row)} chuyển {names.product(row)} về đơn vị, không giao riêng cho ai."
    return f"{names.actor(row)} giao {names.product(row)} cho {names.person(person_id)}."


def _waiver(row: LedgerRow, _known: list[LedgerRow], names: Names) -> str:
    return f"{names.actor(row)} ghi lý do {names.product(row)} không có văn bản hoặc tệp."


def _withdrawn(row: LedgerRow, _known: list[LedgerRow], names: Names) -> str:
    by = f", {_amending(row)}" if _amending(row) else ""
    return f"{names.actor(row)} rút {names.product(row)} khỏi kế hoạch từ ngày {format_date(row.effective_on)}{by}."


#: What was done to rows of the plan beyond their words.
_RESHAPED = {
    "split": ": nhiệm vụ được tách từ một nhiệm vụ khác.",
    "joined": ": gộp thêm một nhiệm vụ khác.",
    "given": ": một sản phẩm chuyển sang nhiệm vụ khác cùng quá trình thực hiện.",
    "taken": ": nhận một sản phẩm của nhiệm vụ khác cùng quá trình thực hiện.",
}


def _amended(row: LedgerRow, _known: list[LedgerRow], names: Names) -> str:
    """What the document changed in the words of the row; the old words stand beside the new ones."""
    before, after = row.payload.get("before"), row.payload.get("after")
    name = names.tasks.get(row.task_id or 0, "")
    told = f"{names.actor(row)} điều chỉnh nhiệm vụ{f' {name}' if name else ''} {_amending(row)}, "
    told += f"từ ngày {format_date(row.effective_on)}"
    change = str(row.payload.get("change"))
    if change == "taken" and isinstance(before, dict) and before.get("task_id") == row.task_id:
        change = "given"
    if change in _RESHAPED:
        return told + _RESHAPED[change]
    if isinstance(before, dict) and isinstance(after, dict) and before.get("text") != after.get("text"):
        told += f"; nội dung trước đó: “{before.get('text')}”"
    return f"{told}."


def _extension(row: LedgerRow, _known: list[LedgerRow], names: Names) -> str:
    return extensions.told(row, names.actor(row), names.product(row))


def _explanation(row: LedgerRow, _known: list[LedgerRow], names: Names) -> str:
    return explanations.told(row, names.actor(row), names.product(row))


def _carried_over(row: LedgerRow, _known: list[LedgerRow], names: Names) -> str:
    plan = row.payload.get("plan")
    into = f"Kế hoạch {plan} của năm sau" if plan else "năm sau"
    return f"{names.actor(row)} chuyển {names.product(row)} sang {into}, từ ngày {format_date(row.effective_on)}."


def _closed(row: LedgerRow, _known: list[LedgerRow], names: Names) -> str:
    """What the closing of a plan's year did, in numbers."""
    carried, lapsed = (int(str(row.payload.get(name) or 0)) for name in ("carried", "lapsed"))
    into = f" sang Kế hoạch {row.payload['plan']}" if row.payload.get("plan") else ""
    parts = [f"chuyển {format_number(carried)} việc{into}"] if carried else []
    parts += [f"{format_number(lapsed)} việc hết hiệu lực"] if lapsed else []
    did = f": {', '.join(parts)}" if parts else ", không còn việc dở dang"
    return f"{names.actor(row)} kết thúc năm của Kế hoạch {names.plan_number} từ {format_date(row.effective_on)}{did}."


Say = Callable[[LedgerRow, list[LedgerRow], Names], str]


def _plainly(pattern: str) -> Say:
    def say(row: LedgerRow, _known: list[LedgerRow], names: Names) -> str:
        return pattern.format(who=names.actor(row), what=names.product(row), day=format_date(row.effective_on))

    return say


_MOVES: dict[str, Say] = {
    Move.START: _plainly("{who} bắt đầu thực hiện {what}."),
    Move.REPORT: _reported,
    Move.CONFIRM: _confirmed,
    Move.RETURN: _plainly("{who} trả lại {what}."),
    Move.TAKE_BACK: _plainly("{who} rút báo cáo {what}."),
    Move.REOPEN: _plainly("{who} mở lại {what} từ ngày {day}."),
    Move.WITHDRAW: _withdrawn,
    Move.LAPSE: _plainly("{who} ghi {what} hết hiệu lực từ ngày {day}, khi kết thúc năm kế hoạch."),
    Move.CARRY_OVER: _carried_over,
}
_KINDS: dict[str, str] = {Move.CONFIRM: "done", Move.RETURN: "bad", Move.REOPEN: "bad"}
_OTHERS: dict[RowKind, Say] = {
    RowKind.DEADLINE: _deadline,
    RowKind.ASSIGNMENT: _assignment,
    RowKind.HANDOVER: _handover,
    RowKind.WAIVER: _waiver,
    RowKind.AMENDMENT: _amended,
    RowKind.EXTENSION: _extension,
    RowKind.EXPLANATION: _explanation,
    RowKind.CLOSING: _closed,
}
