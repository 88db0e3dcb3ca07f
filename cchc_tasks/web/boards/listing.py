"""The list behind every board: found once, judged once per distinct state, narrowed by the same query everywhere."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple

from flask import current_app
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from cchc_tasks.domain.periods import last_instant
from cchc_tasks.domain.standing import Facts, Standing, standing
from cchc_tasks.domain.workflow import Status
from cchc_tasks.services import ledger
from cchc_tasks.storage.db import db
from cchc_tasks.storage.queries import boards as board_queries
from cchc_tasks.storage.queries import units as unit_queries
from cchc_tasks.storage.queries.obligations import WorkFilter, WorkRow, list_work
from cchc_tasks.storage.queries.reorganisations import units_as_asked
from cchc_tasks.storage.queries.units import UnitRow
from cchc_tasks.web import clock
from cchc_tasks.web.boards.query import UNITS_NOW, BoardQuery, Choices, parse_day, read_plan_choice, read_query
from cchc_tasks.web.login import current_principal
from cchc_tasks.wording import boards as words


class Entry(NamedTuple):
    """One obligation with the domain's verdict on it as at the list's day."""

    row: WorkRow
    verdict: Standing


@dataclass(frozen=True, slots=True)
class Listing:
    """What a board shows: the query, what could be chosen, the day it is judged by, and the entries in printed order.

    `known_at` is None for present work; `entries` hold what the query keeps, `removed` counts what left the plan.
    """

    query: BoardQuery
    choices: Choices
    as_of: date
    known_on: date | None
    known_at: datetime
    is_as_of: bool
    entries: list[Entry]
    removed: int

    @property
    def units(self) -> dict[int, UnitRow]:
        return {unit.id: unit for unit in self.choices.units}

    @property
    def has_ended_units(self) -> bool:
        """Whether it matters by which units the list is asked."""
        return any(unit.valid_to is not None for unit in self.choices.units)

    @property
    def noun(self) -> str:
        """What the rule of the plans shown calls one of the entries."""
        return words.noun_of(plan.noun for plan in self.choices.plans if plan.id in self.query.plan_ids)

    def count(self, *verdicts: Standing) -> int:
        return sum(entry.verdict in verdicts for entry in self.entries)


def due_soon_days() -> int:
    return int(current_app.config["CCHC_SETTINGS"].due_soon_days)


def read_request(args: MultiDict[str, str]) -> tuple[BoardQuery, Choices]:
    """The query of this request and what its filters offer; three queries."""
    return read_args(db.session, current_principal().agency_id, args, clock.today())


def read_args(session: Session, agency_id: int, args: MultiDict[str, str], today: date) -> tuple[BoardQuery, Choices]:
    """The same for parameters that were kept; `today` decides how units are called."""
    plans = tuple(board_queries.plan_choices(session, agency_id))
    chosen = Choices(plans, (), ()).plan_ids(read_plan_choice(args, plans)) if plans else ()
    areas = tuple(board_queries.area_choices(session, agency_id, chosen))
    named = named_on(args, today)
    units = tuple(unit_queries.list_units(session, agency_id, named, with_closed=True, with_aliases=False))
    choices = Choices(plans, areas, units)
    if not plans:
        return BoardQuery({}, ()), choices
    return read_query(args, choices), choices


def named_on(args: MultiDict[str, str], today: date) -> date:
    """The day whose names units carry: the list's own, or today where they are asked as they are now."""
    asked = None if args.get("theo") == UNITS_NOW else parse_day(args.get("ngay", ""))
    return asked or today


def load(args: MultiDict[str, str], *, always_as_of: bool = False) -> Listing:
    """The list that an address asks for: present work, or as at the dates it names."""
    query, choices = read_request(args)
    today, cut_off, known_on = clock.today(), query.day("ngay"), query.day("biet")
    is_as_of = always_as_of or cut_off is not None or known_on is not None
    as_of = cut_off or today
    agency_id = current_principal().agency_id
    known_at = last_instant(known_on) if known_on else ledger.known_now(db.session, agency_id, now=clock.now())
    heirs = units_as_asked(db.session, agency_id, query.units_asked, known_at=known_at)
    wanted = with_predecessors(query.work_filter(), heirs)
    if is_as_of:
        rows = board_queries.work_as_of(db.session, agency_id, wanted, cut_off=as_of, known_at=known_at)
    else:
        rows = list_work(db.session, agency_id, wanted)
    if heirs:
        rows = [row._replace(counted_unit_id=heirs.get(row.counted_unit_id or 0, row.counted_unit_id)) for row in rows]
    judged = judge(rows, as_of)
    keeps = query.keeper()
    entries = [entry for entry in judged if keeps(*entry)]
    removed = sum(entry.verdict is Standing.REMOVED for entry in judged)
    return Listing(query, choices, as_of, known_on, known_at, is_as_of, entries, removed)


def with_predecessors(wanted: WorkFilter, heirs: Mapping[int, int]) -> WorkFilter:
    """A filter on a unit as it is now finds what counted at the units it succeeded."""
    asked = frozenset(wanted.unit_ids)
    before = [old for old, new in heirs.items() if new in asked]
    return replace(wanted, unit_ids=(*wanted.unit_ids, *before)) if before else wanted


def judge(rows: list[WorkRow], as_of: date) -> list[Entry]:
    """Each row with its standing; a verdict is asked for once per distinct state."""
    days = due_soon_days()
    known: dict[tuple[Status, date | None, date | None], Standing] = {}
    entries = []
    for row in rows:
        state = (row.status, row.status_on, row.due_on)
        verdict = known.get(state)
        if verdict is None:
            verdict = known[state] = standing(Facts(*state), as_of, days)
        entries.append(Entry(row, verdict))
    return entries
