"""Reads of units: names as of a day, members of groups, every way a document may write a name."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Date, and_, bindparam, func, select
from sqlalchemy.orm import Session, selectinload

from cchc_tasks.domain.errors import NotFound
from cchc_tasks.domain.text import fold, sort_key
from cchc_tasks.domain.units import UnitKind
from cchc_tasks.storage.models import GroupMember, Membership, Person, Unit, UnitAlias, UnitName
from cchc_tasks.storage.queries.people import holds_on
from cchc_tasks.storage.queries.reorganisations import successors


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit as of a day."""

    id: int
    code: str
    kind: UnitKind
    name: str
    short_name: str
    aliases: tuple[str, ...]
    valid_from: date | None
    valid_to: date | None
    version: int

    def is_alive_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


def list_units(
    session: Session, agency_id: int, day: date, *, with_closed: bool = False, with_aliases: bool = True
) -> list[UnitRow]:
    """Units of the agency with their names as of `day`, in the office's order; two queries, without aliases one."""
    connection = session.connection()
    aliases: dict[int, list[str]] = defaultdict(list)
    for unit_id, alias in connection.execute(_ALIASES, {"agency_id": agency_id}) if with_aliases else ():
        aliases[unit_id].append(alias)
    units: dict[int, list[Any]] = defaultdict(list)
    for row in connection.execute(_UNITS, {"agency_id": agency_id}):
        units[row.id].append(row)
    rows = [_row(named[0], _name_of(named, day), tuple(aliases[unit_id])) for unit_id, named in units.items()]
    return rows if with_closed else [row for row in rows if row.is_alive_on(day)]


#: Asked with most pages: made once, since making them costs more than running them.
_UNITS = (
    select(
        Unit.id,
        Unit.code,
        Unit.kind,
        Unit.valid_from.label("begins_on"),
        Unit.valid_to,
        Unit.version,
        UnitName.name,
        UnitName.short_name,
        UnitName.valid_from,
    )
    .outerjoin(UnitName, and_(UnitName.agency_id == Unit.agency_id, UnitName.unit_id == Unit.id))
    .where(Unit.agency_id == bindparam("agency_id"))
    .order_by(Unit.position, Unit.id)
)
_NAMES = select(UnitName.unit_id, UnitName.name, UnitName.short_name, UnitName.valid_from).where(
    UnitName.agency_id == bindparam("agency_id")
)
_ALIASES = (
    select(UnitAlias.unit_id, UnitAlias.alias)
    .where(UnitAlias.agency_id == bindparam("agency_id"))
    .order_by(UnitAlias.id)
)


def _name_of(rows: Iterable[Any], day: date) -> Any:
    """The row with the name of its unit on `day`; None where it has no name at all."""
    return name_on([row for row in rows if row.name is not None], day)


def _row(unit: Any, name: Any, aliases: tuple[str, ...]) -> UnitRow:
    return UnitRow(
        id=unit.id,
        code=unit.code,
        kind=unit.kind,
        name=name.name if name else unit.code,
        short_name=name.short_name if name else unit.code,
        aliases=aliases,
        valid_from=unit.begins_on,
        valid_to=unit.valid_to,
        version=unit.version,
    )


def name_on(names: Iterable[Any], day: date) -> Any:
    """The name in force on `day`; before the first one the first, after the last one the last; None without any.

    `names` are `UnitName`s or rows with their columns.
    """
    ordered = sorted(names, key=lambda each: each.valid_from)
    begun = [each for each in ordered if each.valid_from <= day]
    return begun[-1] if begun else (ordered[0] if ordered else None)


def names_on(session: Session, agency_id: int, day: date) -> dict[int, str]:
    """The full name of every unit as of `day`, closed ones included, by id; one query."""
    return {unit_id: name.name for unit_id, name in _names(session, agency_id, day).items()}


def short_names_on(session: Session, agency_id: int, day: date) -> dict[int, str]:
    """The short name of every unit as of `day`, closed ones included, by id; one query."""
    return {unit_id: name.short_name for unit_id, name in _names(session, agency_id, day).items()}


def _names(session: Session, agency_id: int, day: date) -> dict[int, Any]:
    by_unit: dict[int, list[Any]] = defaultdict(list)
    for name in session.connection().execute(_NAMES, {"agency_id": agency_id}):
        by_unit[name.unit_id].append(name)
    return {unit_id: found for unit_id, names in by_unit.items() if (found := name_on(names, day))}


def members_of_groups(session: Session, agency_id: int, day: date) -> dict[int, frozenset[int]]:
    """The units in each collective group as of `day`: group id -> member ids; one query."""
    members: dict[int, set[int]] = defaultdict(set)
    for group_id, member_id in session.connection().execute(_MEMBERS, {"agency_id": agency_id, "day": day}):
        members[group_id].add(member_id)
    return {group_id: frozenset(ids) for group_id, ids in members.items()}


_MEMBERS = select(GroupMember.group_id, GroupMember.member_id).where(
    GroupMember.agency_id == bindparam("agency_id"),
    holds_on(GroupMember.valid_from, GroupMember.valid_to, bindparam("day", type_=Date)),
)


def spellings(session: Session, agency_id: int) -> dict[str, int]:
    """Every code, name (past ones too), short name and alias, folded, to its unit's id; ambiguous ones are left out.

    The words for a unit that is no more lead to its successor.
    """
    heirs = successors(session, agency_id)
    found: dict[str, set[int]] = defaultdict(set)
    units = session.scalars(
        select(Unit).where(Unit.agency_id == agency_id).options(selectinload(Unit.names), selectinload(Unit.aliases))
    )
    for unit in units:
        written = [unit.code, *(alias.alias for alias in unit.aliases)]
        for name in unit.names:
            written += [name.name, name.short_name]
        for text in written:
            found[fold(text)].add(heirs.get(unit.id, unit.id))
    return {text: next(iter(ids)) for text, ids in found.items() if len(ids) == 1 and text}


@dataclass(frozen=True, slots=True)
class PastSpelling:
    """A way a unit was written once; `ended_on` is the last day of the unit that was, None where it goes on."""

    text: str
    ended_on: date | None


def past_spellings(session: Session, agency_id: int) -> dict[int, tuple[PastSpelling, ...]]:
    """Names that units had before, by unit; and every spelling of an ended unit, by its successor. Three queries."""
    heirs = successors(session, agency_id)
    found: dict[int, list[PastSpelling]] = defaultdict(list)
    units = session.scalars(
        select(Unit).where(Unit.agency_id == agency_id).options(selectinload(Unit.names), selectinload(Unit.aliases))
    )
    for unit in units:
        heir = heirs.get(unit.id)
        texts = [] if heir is None else [unit.code, *(alias.alias for alias in unit.aliases)]
        for name in unit.names if heir is not None else unit.names[:-1]:
            texts += [name.name, name.short_name]
        ended_on = None if heir is None else unit.valid_to
        found[heir or unit.id] += [PastSpelling(text, ended_on) for text in dict.fromkeys(texts)]
    return {unit_id: tuple(spellings) for unit_id, spellings in found.items()}


def get_unit(session: Session, agency_id: int, unit_id: int) -> Unit:
    """The unit with names and aliases; raises `NotFound`, also for a unit of another agency."""
    unit = session.scalars(
        select(Unit)
        .where(Unit.agency_id == agency_id, Unit.id == unit_id)
        .options(selectinload(Unit.names), selectinload(Unit.aliases))
    ).first()
    if unit is None:
        raise NotFound(what="unit", id=unit_id)
    return unit


def list_group_history(session: Session, agency_id: int, group_id: int) -> list[GroupMember]:
    """Every membership a group ever had, the latest first."""
    return list(
        session.scalars(
            select(GroupMember)
            .where(GroupMember.agency_id == agency_id, GroupMember.group_id == group_id)
            .order_by(GroupMember.valid_from.desc(), GroupMember.id)
        )
    )


def count_people(session: Session, agency_id: int, day: date) -> dict[int, int]:
    """How many people with an account in use work in each unit on `day`; one query."""
    rows = session.execute(
        select(Membership.unit_id, func.count(Membership.person_id.distinct()))
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.agency_id == agency_id,
            Person.is_active,
            Membership.unit_id.is_not(None),
            holds_on(Membership.starts_on, Membership.ends_on, day),
        )
        .group_by(Membership.unit_id)
    )
    return {unit_id: number for unit_id, number in rows if unit_id is not None}


def in_order(names: Iterable[str]) -> list[str]:
    """Names in the order of the Vietnamese alphabet."""
    return sorted(names, key=sort_key)
