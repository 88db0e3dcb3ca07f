"""The command `count`: a plan's numbers as at a cut-off, as known at an instant, with the lists behind them."""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum

import click
from sqlalchemy.orm import Session

from cchc_tasks.cli.runtime import (
    CommandStop,
    Day,
    Instant,
    agency_option,
    console_principal,
    json_option,
    open_database,
    pick_agency,
    print_json,
    print_table,
    shown_now,
)
from cchc_tasks.config import load_settings
from cchc_tasks.domain.counting import CountedItem, CountedThing, JudgedBy, LeftOut, ObligationState, Tally
from cchc_tasks.domain.periods import VIETNAM, local_day
from cchc_tasks.domain.reorganisations import UnitsAsked
from cchc_tasks.services import counting, ledger
from cchc_tasks.storage.models import Plan, Task
from cchc_tasks.storage.queries import plans as plan_queries
from cchc_tasks.storage.queries import units as unit_queries
from cchc_tasks.wording import console as words
from cchc_tasks.wording.core import rule_in_words
from cchc_tasks.wording.work import title

UNITS = [each.value for each in UnitsAsked]
COUNTED = [each.value for each in CountedThing]
JUDGED = [each.value for each in JudgedBy]


@click.command()
@click.argument("number")
@click.option("--cut-off", type=Day(), required=True, help="Tính đến hết ngày này.")
@click.option("--known-at", type=Instant(), help="Theo những gì đã ghi nhận đến lúc này; mặc định là bây giờ.")
@click.option("--by", type=click.Choice(COUNTED), help="Đếm theo; mặc định là quy tắc của kế hoạch.")
@click.option("--judged-by", type=click.Choice(JUDGED), help="Xét theo hạn đang có hiệu lực hay hạn gốc.")
@click.option("--issued-on", type=Day(), help="Ngày ban hành, khi có nhiều kế hoạch cùng số.")
@click.option("--list", "with_list", is_flag=True, help="In cả danh sách được tính và không được tính.")
@click.option("--units", type=click.Choice(UNITS), help="Thêm số theo đơn vị: lúc đó (then) hoặc hiện nay (now).")
@agency_option
@json_option
def count(
    number: str,
    cut_off: date,
    known_at: datetime | None,
    by: str | None,
    judged_by: str | None,
    issued_on: date | None,
    with_list: bool,
    units: str | None,
    agency_code: str | None,
    as_json: bool,
) -> None:
    """Đếm việc của kế hoạch số NUMBER tính đến một ngày."""
    settings = load_settings()
    with open_database(settings) as session:
        agency = pick_agency(session, agency_code)
        plan = find_plan(session, agency.id, number, issued_on)
        known = known_at or ledger.known_now(session, agency.id, now=shown_now(session, settings))
        tally = counting.count(
            session,
            plan.id,
            actor=console_principal(agency.id),
            cut_off=cut_off,
            known_at=known,
            by=None if by is None else CountedThing(by),
            judged_by=None if judged_by is None else JudgedBy(judged_by),
        )
        names = names_of(session, plan, tally.rule.counted, cut_off)
        by_unit = unit_values(session, plan, tally, known, UnitsAsked(units)) if units else {}
    if as_json:
        print_json(as_values(tally, names, known) | by_unit)
        return
    for line in (*words.tally_lines(number, tally, known), *words.unit_lines(by_unit)):
        click.echo(line)
    if with_list:
        print_lists(as_values(tally, names, known))


def unit_values(session: Session, plan: Plan, tally: Tally, known_at: datetime, asked: UnitsAsked) -> dict[str, object]:
    """The plan's obligations by unit, as the units were at the cut-off or as they are; they add up to all of them."""
    found = counting.count_by_unit(
        session,
        plan.id,
        actor=console_principal(plan.agency_id),
        cut_off=tally.cut_off,
        known_at=known_at,
        units=asked,
        rule=tally.rule,
    )
    named_on = tally.cut_off if asked is UnitsAsked.THEN else local_day(known_at)
    names = unit_queries.names_on(session, plan.agency_id, named_on)
    rows: list[dict[str, object]] = [
        {
            "unit": None if unit_id is None else names[unit_id],
            "total": own.total,
            "done": own.done,
            "overdue": len(own.overdue_items),
        }
        for unit_id, own in found.items()
    ]
    return {"units": asked.value, "by_unit": rows}


def find_plan(session: Session, agency_id: int, number: str, issued_on: date | None) -> Plan:
    """The agency's plan of that number; stops where there is none, or several and no day of issue was given."""
    plans = plan_queries.find_plans_of_number(session, agency_id, number.strip())
    found = [plan for plan in plans if issued_on in (None, plan.issued_on)]
    if len(found) != 1:
        raise CommandStop(words.which_plan(number, [plan.issued_on for plan in found]))
    return found[0]


@dataclass(frozen=True, slots=True)
class Name:
    """What an item of a tally is called: its printed number, the row it stands in (None: several), its text."""

    number: str
    row: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Names:
    """The names of what a tally counts, by its keys, and of the units as they were called at the cut-off."""

    items: Mapping[Hashable, Name]
    units: Mapping[int, str]

    def entry(self, counted: CountedItem | LeftOut, reason: StrEnum | None) -> dict[str, object]:
        """One entry of a list for a machine."""
        name = self.items[counted.key]
        entry: dict[str, object] = {
            "number": name.number,
            "row": name.row,
            "text": name.text,
            "unit": self._units_of(counted.members),
            "done_on": None,
            "due_on": None,
            "extensions": sum(state.extensions for state in counted.members),
            "reason": None if reason is None else reason.value,
        }
        if isinstance(counted, CountedItem):
            is_settled = counted.is_done or counted.is_reported
            entry |= {
                "done_on": _iso(counted.done_on if is_settled else None),
                "due_on": _iso(counted.due_on),
                "is_late": counted.is_late,
                "is_overdue": counted.is_overdue,
            }
        return entry

    def _units_of(self, members: Iterable[ObligationState]) -> str | None:
        ids = dict.fromkeys(state.unit_id for state in members if state.unit_id is not None)
        return "; ".join(self.units[unit_id] for unit_id in ids) or None


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def names_of(session: Session, plan: Plan, counted: CountedThing, cut_off: date) -> Names:
    """The names of everything that can be counted as `counted` in the plan."""
    whole = plan_queries.get_whole_plan(session, plan.agency_id, plan.id)
    named = _name_areas(whole) if counted is CountedThing.AREA else _name_in_rows(whole, counted)
    items: dict[Hashable, Name] = {}
    for key, name in named:
        items.setdefault(key, name)
    return Names(items, unit_queries.names_on(session, plan.agency_id, cut_off))


def _name_areas(plan: Plan) -> Iterator[tuple[Hashable, Name]]:
    for area in plan.areas:
        yield area.id, Name(area.ordinal, None, area.name)


def _name_in_rows(plan: Plan, counted: CountedThing) -> Iterator[tuple[Hashable, Name]]:
    for area in plan.areas:
        for task in area.tasks:
            yield from _name_parts(task, counted)


def _name_parts(task: Task, counted: CountedThing) -> Iterator[tuple[Hashable, Name]]:
    """The keys are those of `domain.counting`: a number belongs to its plan, a row without one stands for itself."""
    number = ", ".join(task.numbers)
    match counted:
        case CountedThing.NUMBER:
            for printed in task.numbers:
                yield (task.plan_id, printed), Name(printed, None, task.text)
            if not task.numbers:
                yield ("task", task.id), Name("", task.row_id, task.text)
        case CountedThing.TASK:
            yield task.id, Name(number, task.row_id, task.text)
        case CountedThing.DELIVERABLE:
            for deliverable in task.deliverables:
                yield deliverable.id, Name(number, task.row_id, deliverable.text)
        case CountedThing.OBLIGATION:
            for deliverable in task.deliverables:
                for obligation in deliverable.obligations:
                    text = title(deliverable.text, obligation.period_label)
                    yield obligation.id, Name(number, task.row_id, text)


def as_values(tally: Tally, names: Names, known_at: datetime) -> dict[str, object]:
    """The tally for a machine: each number with the list behind it (DESIGN §6)."""
    return {
        "total": tally.total,
        "done": tally.done,
        "on_time": len(tally.on_time_items),
        "late": len(tally.late_items),
        "open": len(tally.open_items),
        "overdue": len(tally.overdue_items),
        "reported": len(tally.reported_items),
        "due": len(tally.due_items),
        "cut_off": tally.cut_off.isoformat(),
        "known_at": known_at.astimezone(VIETNAM).isoformat(),
        "noun": tally.rule.noun,
        "rule": {**{name: str(value) for name, value in asdict(tally.rule).items()}, "text": rule_in_words(tally.rule)},
        "in": [names.entry(item, None) for item in tally.done_items],
        "out": [names.entry(item, item.out_reason) for item in tally.open_items],
        "left_out": [names.entry(item, item.reason) for item in tally.left_out],
    }


def print_lists(values: dict[str, object]) -> None:
    """The lists under their headings, one line for each entry."""
    for name in ("in", "out", "left_out"):
        entries = values[name]
        if isinstance(entries, Sequence) and entries:
            click.echo(f"\n{words.LIST_HEADINGS[name]} ({len(entries)})")
            print_table([words.list_line(entry) for entry in entries])
