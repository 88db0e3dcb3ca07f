"""Plans as the product may hold them, made up at random: printed, corrected, extended or made by hand."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from cchc_tasks.domain.deadline_kinds import DeadlineKind
from cchc_tasks.domain.deadlines import Recurrence
from cchc_tasks.domain.held_plans import HeldArea, HeldObligation, HeldPlan, HeldProduct, HeldTask
from cchc_tasks.domain.plan_reading import PlanReading, period_label
from cchc_tasks.domain.plan_units import KnownUnit, kind_of_name, plan_units
from cchc_tasks.domain.text import one_line
from cchc_tasks.domain.units import AssignedUnits, LeadBasis
from cchc_tasks.exports.plan_rows import obligations_in
from tests.plan_generator.written import AREAS, HELPERS, NOTES, PRODUCTS, TASKS, UNITS, YEAR_DAYS

KNOWN = tuple(
    KnownUnit(number, name, kind_of_name(name))
    for number, name in enumerate(dict.fromkeys((*UNITS, *HELPERS, "Phòng Xây dựng, Giao thông và Công nghiệp")), 1)
)
#: What a spreadsheet or a reader of tables might take for something else.
LEADS = ("=", "+", "-", "@", "'", "''", "＝", "＋", "－", "＠", "'=", "- ", "+ ", '"', "“", "<b>&", "1. ", "a) ")
_PHRASES = (
    "Quý II/{0}", "Trước ngày 15/8/{0}", "Trong năm", "Thường xuyên", "Theo quy định", "Hằng quý", "Hằng tháng",
    "Trước ngày 25 hằng tháng", "quý I, 6 tháng, 9 tháng, năm {0}", "Từ 01/3 đến 30/6/{0}", "6 tháng, năm", "",
    "Tháng 9/{0}", "Sau khi có hướng dẫn của Sở Nội vụ", "Thường xuyên trong năm trước 15/8/{0}", "30/02/{0}",
    "Ban hành kế hoạch trước ngày 31/01/{0}; báo cáo quý IV/{0}", "Quý I và Quý III", "đầu năm", "2021-2025",
)  # fmt: skip


def held_plan(random: Random) -> HeldPlan:
    """Two to four areas with one to five rows each."""
    year = random.randint(2020, 2027)
    names = random.sample(AREAS, random.randint(2, 4))
    return HeldPlan(
        number=f"{random.randint(1, 300)}/KH-STTTT",
        issued_on=date(year - 1, 12, 1) + timedelta(days=random.randint(0, 30)),
        year=year,
        title=f"KẾ HOẠCH CẢI CÁCH HÀNH CHÍNH NĂM {year}",
        agency_name="SỞ THÔNG TIN VÀ TRUYỀN THÔNG",
        parent_name="UBND TỈNH GIA LAI",
        areas=tuple(_area(random, place, name, year) for place, name in enumerate(names, start=1)),
        units=KNOWN,
    )


def held_reading(reading: PlanReading) -> HeldPlan:
    """The plan of a reading as it stands once it is accepted, its units all made."""
    names = [name for task in reading.tasks() for name in _names(task.assignment)]
    units = [unit for unit in plan_units(names, ()) if unit.printed]
    known = tuple(
        KnownUnit(at, unit.name, unit.kind, tuple(set(unit.spellings) - {unit.name}))
        for at, unit in enumerate(units, 1)
    )
    ids = {spelling: at for at, unit in enumerate(units, 1) for spelling in unit.spellings}
    areas = tuple(
        HeldArea(str(area.ordinal), area.name, tuple(_task_of(task, ids) for task in area.tasks))
        for area in reading.areas
    )
    heading = reading.heading
    title, agency = heading.title or "", heading.agency or ""
    return HeldPlan(
        heading.number or "1/KH", heading.issued_on or date(2021, 1, 1), heading.year, title, agency, "", areas, known
    )


def assigned_of(assignment, ids) -> AssignedUnits:
    """Printed names as units, each once in its first role, as an import takes them."""
    lead = None if assignment.lead is None else ids[assignment.lead]
    beside = tuple(one for one in dict.fromkeys(ids[name] for name in assignment.co_leads) if one != lead)
    others = tuple(
        one for one in dict.fromkeys(ids[name] for name in assignment.coordinating) if one not in (lead, *beside)
    )
    return AssignedUnits(lead, assignment.lead_basis, beside, others)


def _names(assignment) -> list[str]:
    return [name for name in (assignment.lead, *assignment.co_leads, *assignment.coordinating) if name]


def _task_of(task, ids) -> HeldTask:
    products = tuple(
        HeldProduct(
            each.ordinal, each.text,
            tuple(
                HeldObligation(
                    owed.period_label, each.deadline.kind, owed.due_on, owed.starts_on, each.deadline.is_ongoing,
                    each.deadline.text,
                )
                for owed in each.obligations
            ),
        )
        for each in task.deliverables
    )  # fmt: skip
    assigned = assigned_of(task.assignment, ids)
    return HeldTask(task.numbers, task.text, products, assigned, task.assignment_text, task.time_text, task.note)


def _area(random: Random, place: int, name: str, year: int) -> HeldArea:
    tasks: list[HeldTask] = []
    number = 0
    for _ in range(random.randint(1, 5)):
        width = random.choice((1, 1, 1, 2, 3))
        numbers = tuple(f"{place}.{number + at}" for at in range(1, width + 1))
        number += width
        text = "\n".join(_odd(random, random.choice(TASKS)) if random.random() < 0.2 else random.choice(TASKS)
                         for _ in numbers)  # fmt: skip
        if len(numbers) == 1 and random.random() < 0.15:
            text = f"{text}\n{one_line(random.choice(TASKS)).lower()}"
        if random.random() < 0.03:
            text = (text + " " + "rà soát, đánh giá " * 300)[:5000].strip()
        rows = random.choice((1, 1, 1, 1, 2, 4))
        tasks.extend(_task(random, numbers, text, year) for _ in range(rows))
    return HeldArea(str(place), name, tuple(tasks))


def _odd(random: Random, text: str) -> str:
    return f"{random.choice(LEADS[:-2])}{random.choice(('', '', ' '))}{text}"


def _task(random: Random, numbers: tuple[str, ...], text: str, year: int) -> HeldTask:
    count = random.choice((1, 1, 2, 3, 5))
    texts = [_product(random) for _ in range(count)]
    ordinals = [str(at) for at in range(1, count + 1)] if random.random() < 0.5 and count > 1 else [None] * count
    time_text = random.choice(_PHRASES).format(year)
    if random.random() < 0.6:
        owed = [
            tuple(
                HeldObligation(one.period_label, DeadlineKind.DATE, one.due_on, one.starts_on, text=time_text)
                for one in found
            )
            for found in obligations_in(texts, time_text, year)
        ]
        if random.random() < 0.4:
            owed = [_extended(random, one) for one in owed]
    else:
        owed = [_owed(random, year) for _ in texts]
    products = tuple(HeldProduct(*each) for each in zip(ordinals, texts, owed, strict=True))
    assigned = _assigned(random)
    words = random.choice(("", "Văn phòng Sở", "Thanh tra Sở chủ trì", "Văn phòng Sở, Thanh tra Sở"))
    note = random.choice(NOTES)
    return HeldTask(numbers, text, products, assigned, words, time_text, _odd(random, note) if note else "")


def _product(random: Random) -> str:
    text = random.choice(PRODUCTS)
    kind = random.random()
    if kind < 0.15:
        return f"{random.choice(LEADS)}{text}"
    if kind < 0.25:
        return text[0].lower() + text[1:]
    if kind < 0.32:
        return f"{text}. {random.choice(PRODUCTS)}."
    if kind < 0.38:
        return f"{text} hằng quý trước ngày 20/6"
    if kind < 0.41:
        return (f"{text}: " + "nội dung kèm theo; " * 400)[:5000].strip() if random.random() < 0.3 else f"{text};"
    return f"{text}\ntheo hướng dẫn" if kind < 0.45 else text


def _extended(random: Random, owed: tuple[HeldObligation, ...]) -> tuple[HeldObligation, ...]:
    """One of the days moved on by some weeks."""
    at = random.randrange(len(owed))
    later = owed[at].due_on + timedelta(days=random.randint(1, 60)) if owed[at].due_on else None
    moved = tuple(replace(one, due_on=later) if place == at else one for place, one in enumerate(owed))
    return tuple(sorted(moved, key=lambda one: one.due_on or date.max))


def _owed(random: Random, year: int) -> tuple[HeldObligation, ...]:
    """What somebody typed in for a product: any kind of deadline."""
    day = date(year, 1, 1) + timedelta(days=random.randrange(364))
    end = date(year, day.month, YEAR_DAYS[day.month])
    kind = random.choice(list(DeadlineKind))
    if kind is DeadlineKind.RECURRING:
        return _periods(random, year)
    if kind in {DeadlineKind.ONGOING, DeadlineKind.AS_REGULATED, DeadlineKind.UNSTATED, DeadlineKind.UNREADABLE}:
        return (HeldObligation("", kind, None, is_ongoing=kind is DeadlineKind.ONGOING, text="đầu năm"),)
    if kind is DeadlineKind.AFTER_EVENT:
        return (HeldObligation("", kind, None, text="Sau khi có hướng dẫn của Sở Nội vụ"),)
    if kind is DeadlineKind.RANGE:
        return (HeldObligation("", kind, day + timedelta(days=random.randint(1, 200)), day),)
    due_on = {DeadlineKind.MONTH: end, DeadlineKind.WITHIN_YEAR: date(year, 12, 31)}.get(kind, day)
    if kind is DeadlineKind.QUARTER:
        last = (day.month + 2) // 3 * 3
        due_on = date(year, last, YEAR_DAYS[last])
    return (HeldObligation("", kind, due_on, is_ongoing=random.random() < 0.2),)


def _periods(random: Random, year: int) -> tuple[HeldObligation, ...]:
    recurrence = random.choice((Recurrence.MONTHLY, Recurrence.QUARTERLY, Recurrence.HALF_YEARLY, Recurrence.LISTED,
                                Recurrence.QUARTERLY_CUMULATIVE))  # fmt: skip
    step = {Recurrence.MONTHLY: 1, Recurrence.HALF_YEARLY: 6}.get(recurrence, 3)
    day = random.choice((20, 25, 31))
    days = [date(year, month, min(day, YEAR_DAYS[month])) for month in range(step, 13, step)]
    if recurrence is Recurrence.LISTED:
        days = sorted({date(year, 1, 1) + timedelta(days=random.randrange(364)) for _ in range(3)})
    return tuple(
        HeldObligation(period_label(recurrence, at, one), DeadlineKind.RECURRING, one)
        for at, one in enumerate(days, start=1)
    )


def _assigned(random: Random) -> AssignedUnits:
    """Any unit in any role, each once."""
    ids = random.sample([unit.id for unit in KNOWN], random.randint(1, 5))
    kind = random.randrange(6)
    if kind == 0:
        return AssignedUnits(None, LeadBasis.UNRESOLVED, tuple(ids))
    if kind == 1:
        return AssignedUnits(None, LeadBasis.UNRESOLVED, tuple(ids[:2]), tuple(ids[2:]))
    if kind == 2:
        return AssignedUnits(ids[0], LeadBasis.EXPLICIT, tuple(ids[1:3]), tuple(ids[3:]))
    if kind == 3:
        return AssignedUnits(ids[0], LeadBasis.INFERRED, (), tuple(ids[1:]))
    return AssignedUnits(ids[0], LeadBasis.EXPLICIT, (), tuple(ids[1:]))
