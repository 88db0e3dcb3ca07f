"""Sentences of a report written from its figures, in the manner of real reports; every number in them is bound."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cchc_tasks.domain.counting import OutReason
from cchc_tasks.domain.reports.figures import Figure
from cchc_tasks.domain.reports.forms import Form
from cchc_tasks.domain.reports.texts import bind_figure
from cchc_tasks.wording.core import format_date

#: Source: Sóc Trăng, 319/BC-STTTT, 1.1.1. Forms without a row for the rate leave its half of the sentence out.
PLAN = "Tính đến thời điểm báo cáo, {subject} đã thực hiện {done}/{total} {noun} theo {plan}"
RATE = ", đạt tỷ lệ {rate}"
#: Source: Tuyên Quang, quý I/2021, the note on 1.1.2.
STANDING = "Một số {noun} thực hiện thường xuyên"

DOCUMENTS = "{subject} đã ban hành {count} văn bản chỉ đạo, điều hành CCHC."
PUBLICITY = "Tỷ lệ thực hiện nhiệm vụ tuyên truyền theo kế hoạch đạt {rate}."
GIVEN = (
    "{giver} giao {subject} {total} nhiệm vụ; {subject} đã hoàn thành đúng hạn {on_time} nhiệm vụ, "
    "hoàn thành nhưng quá hạn {late} nhiệm vụ."
)
GIVERS = {
    "steer.assigned_province": "Ủy ban nhân dân tỉnh",
    "steer.assigned_government": "Chính phủ, Thủ tướng Chính phủ",
}
INSPECTED = "{subject} đã kiểm tra {counts}"
FOUND = "; phát hiện {found} vấn đề, đã xử lý xong {resolved} vấn đề"
#: What a row about inspections counts, as a sentence says it.
INSPECTED_NOUNS = {
    "steer.inspect.agencies_provincial": "sở, ngành",
    "steer.inspect.districts": "UBND cấp huyện",
    "steer.inspect.divisions_and_units": "phòng, đơn vị",
    "steer.inspect.divisions": "phòng, ban",
    "steer.inspect.units_under": "đơn vị trực thuộc",
}

OPEN_HEAD = "Các {noun} chưa hoàn thành:"
OPEN_REASONS = {
    OutReason.OVERDUE: "quá hạn từ ngày {due_on}",
    OutReason.AWAITING_CONFIRMATION: "đã báo cáo, đang chờ xác nhận",
    OutReason.NOT_YET_DUE: "trong hạn, hạn {due_on}",
    OutReason.UNDATED: "không định ngày",
}
STANDING_REASON = "thực hiện thường xuyên"


@dataclass(frozen=True, slots=True)
class Naming:
    """How the report speaks: of itself ("Sở"), of its plan ("Kế hoạch CCHC năm 2023 của Sở"), of what is counted."""

    subject: str
    plan: str
    noun: str


@dataclass(frozen=True, slots=True)
class OpenWork:
    """Something not done: its printed number, what it is, whose, why by the ledger, and why in the unit's words."""

    number: str
    text: str
    unit: str
    reason: OutReason
    due_on: date | None = None
    is_standing: bool = False
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """A sentence with bound numbers, and the row whose section it belongs to."""

    key: str
    sentence: str


def sentences_of(
    form: Form, figures: Mapping[str, Figure], naming: Naming, *, is_standing_open: bool = False
) -> tuple[Written, ...]:
    """The sentences that the figures of this form can fill, in the form's order; `is_standing_open` adds its note."""
    shown = {
        key: bind_figure(key, form, figure)
        for key, figure in figures.items()
        if figure.is_computed or figure.cell.value is not None
    }
    makers = (_plan, _documents, _inspection, _publicity, _given)
    found = [written for maker in makers for written in maker(shown, naming)]
    if is_standing_open:
        found = [_with_standing(written, naming) if written.key == _PLAN_KEY else written for written in found]
    order = {row.key: place for place, row in enumerate(form.rows)}
    return tuple(sorted(found, key=lambda written: order[written.key]))


_PLAN_KEY = "steer.plan.tasks_done"


def _plan(shown: Mapping[str, str], naming: Naming) -> Iterable[Written]:
    done, total = shown.get(_PLAN_KEY), shown.get("steer.plan.tasks_set")
    if done is None or total is None:
        return
    sentence = PLAN.format(subject=naming.subject, done=done, total=total, noun=naming.noun, plan=naming.plan)
    if (rate := shown.get("steer.plan.rate")) is not None:
        sentence += RATE.format(rate=rate)
    yield Written(_PLAN_KEY, f"{sentence}.")


def _with_standing(written: Written, naming: Naming) -> Written:
    return Written(written.key, f"{written.sentence} {STANDING.format(noun=naming.noun)}.")


def standing_note(noun: str) -> str:
    """The note that explains an unfinished count in the annex itself."""
    return STANDING.format(noun=noun)


def _documents(shown: Mapping[str, str], naming: Naming) -> Iterable[Written]:
    if (count := shown.get("steer.docs_issued")) is not None:
        yield Written("steer.docs_issued", DOCUMENTS.format(subject=naming.subject, count=count))


def _inspection(shown: Mapping[str, str], naming: Naming) -> Iterable[Written]:
    counted = [(key, f"{shown[key]} {noun}") for key, noun in INSPECTED_NOUNS.items() if key in shown]
    if not counted:
        return
    sentence = INSPECTED.format(subject=naming.subject, counts=" và ".join(words for _key, words in counted))
    found, resolved = (shown.get(f"steer.inspect.{name}") for name in ("findings", "findings_resolved"))
    if found is not None and resolved is not None:
        sentence += FOUND.format(found=found, resolved=resolved)
    yield Written(counted[0][0], f"{sentence}.")


def _publicity(shown: Mapping[str, str], naming: Naming) -> Iterable[Written]:
    if (rate := shown.get("steer.comms.plan_rate")) is not None:
        yield Written("steer.comms.plan_rate", PUBLICITY.format(rate=rate))


def _given(shown: Mapping[str, str], naming: Naming) -> Iterable[Written]:
    for group, giver in GIVERS.items():
        numbers = {name: shown.get(f"{group}.{name}") for name in ("total", "on_time", "late")}
        if None not in numbers.values():
            yield Written(f"{group}.total", GIVEN.format(giver=giver, subject=naming.subject, **numbers))


def open_work_lines(noun: str, works: Iterable[OpenWork]) -> tuple[str, ...]:
    """What is not done, by whom and why, a line each under its head; nothing where everything is done.

    Several things counted of one row of the plan stand in one line, with how many they are.
    """
    rows: dict[tuple[str, str, str], list[OpenWork]] = {}
    for work in works:
        rows.setdefault((work.number, work.text, work.unit), []).append(work)
    lines = [_open_line(noun, row) for row in rows.values()]
    return (OPEN_HEAD.format(noun=noun), *lines) if lines else ()


def _open_line(noun: str, row: Sequence[OpenWork]) -> str:
    work = row[0]
    head = f"{work.number.rstrip('.')}. " if work.number else ""
    # A row of a plan may say several things, a line each.
    text = "; ".join(line.strip(" .;,") for line in work.text.splitlines() if line.strip(" .;,"))
    beside = [part for part in (work.unit, f"{len(row)} {noun}" if len(row) > 1 else "") if part]
    whose = f" ({'; '.join(beside)})" if beside else ""
    said = [*(_why_open(each) for each in row), *(each.explanation.rstrip(" .") for each in row)]
    return f"- {head}{text}{whose}: {'; '.join(dict.fromkeys(part for part in said if part))}."


def _why_open(work: OpenWork) -> str:
    reason = STANDING_REASON if work.is_standing and work.reason is OutReason.UNDATED else OPEN_REASONS[work.reason]
    return reason.format(due_on=format_date(work.due_on))
