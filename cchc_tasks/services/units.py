"""Units of an agency: made, renamed from a day on, written in other ways, gathered in groups."""

import logging
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cchc_tasks.domain import permissions
from cchc_tasks.domain.accounts import AccountTrouble, InvalidAccount
from cchc_tasks.domain.errors import NotFound, StaleEdit
from cchc_tasks.domain.permissions import Action, Principal
from cchc_tasks.domain.text import fold, one_line
from cchc_tasks.domain.units import UnitKind
from cchc_tasks.services import _once
from cchc_tasks.storage.db import transaction
from cchc_tasks.storage.models import GroupMember, Unit, UnitAlias, UnitName
from cchc_tasks.storage.queries import units as unit_queries

log = logging.getLogger(__name__)

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A unit to be made; an empty code is made from the name, an empty short name is the name."""

    name: str
    kind: UnitKind
    valid_from: date
    short_name: str = ""
    code: str = ""
    aliases: tuple[str, ...] = ()


def create_unit(
    session: Session, new: NewUnit, *, actor: Principal, now: datetime, request_key: str | None = None
) -> Unit:
    """A new unit. Raises `InvalidAccount` for a name or code that another unit has."""
    permissions.require(actor, Action.MANAGE_UNITS)
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        unit = add_unit(session, actor.agency_id, new)
    log.info("unit %s made by %s", unit.id, actor.person_id)
    return unit


def add_unit(session: Session, agency_id: int, new: NewUnit, *, besides: Collection[int] = ()) -> Unit:
    """Makes a unit within the caller's unit of work: for the demo, and for a plan that names a unit not yet known.

    It may take over the name of one of `besides`: units that it succeeds.
    """
    name = _checked_name(session, agency_id, new.name, own_ids=besides)
    position = session.scalar(select(func.max(Unit.position)).where(Unit.agency_id == agency_id)) or 0
    unit = Unit(
        agency_id=agency_id,
        code=_free_code(session, agency_id, new.code, name),
        kind=new.kind,
        position=position + 1,
        valid_from=new.valid_from,
    )
    session.add(unit)
    session.flush()
    session.add(
        UnitName(
            agency_id=agency_id,
            unit_id=unit.id,
            name=name,
            short_name=one_line(new.short_name)[:100] or name[:100],
            valid_from=new.valid_from,
        )
    )
    for alias in _distinct(new.aliases):
        session.add(UnitAlias(agency_id=agency_id, unit_id=unit.id, alias=alias))
    session.flush()
    session.refresh(unit)
    return unit


def _checked_name(session: Session, agency_id: int, text: str, *, own_ids: Collection[int] = ()) -> str:
    name = one_line(text)
    if not name:
        raise InvalidAccount(AccountTrouble.NAME_MISSING, "name")
    taken = session.scalars(
        select(UnitName).where(
            UnitName.agency_id == agency_id, UnitName.unit_id.not_in(own_ids), UnitName.valid_to.is_(None)
        )
    )
    if any(fold(each.name) == fold(name) for each in taken):
        raise InvalidAccount(AccountTrouble.UNIT_NAME_TAKEN, "name", name=name)
    return name


def _free_code(session: Session, agency_id: int, wanted: str, name: str) -> str:
    """The wanted code, which must be free; or the initials of the name, with a number where they are taken."""
    taken = {code.lower() for code in session.scalars(select(Unit.code).where(Unit.agency_id == agency_id))}
    code = one_line(wanted)[:40]
    if code:
        if code.lower() in taken:
            raise InvalidAccount(AccountTrouble.UNIT_CODE_TAKEN, "code", code=code)
        return code
    initials = "".join(word[0] for word in re.findall(r"[a-z0-9]+", fold(name)))[:30].upper() or "DV"
    tries = (initials, *(f"{initials}{number}" for number in range(2, len(taken) + 3)))
    return next(each for each in tries if each.lower() not in taken)


def _distinct(texts: Collection[str]) -> list[str]:
    return list(dict.fromkeys(alias for text in texts if (alias := one_line(text)[:300])))


def edit_unit(
    session: Session,
    unit_id: int,
    *,
    version: int,
    kind: UnitKind,
    aliases: Sequence[str],
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> Unit:
    """Changes a unit's kind and the other ways its name is written. Raises `StaleEdit`."""
    permissions.require(actor, Action.MANAGE_UNITS)
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        unit = _locked(session, actor, unit_id, version)
        if (kind is UnitKind.GROUP) != (unit.kind is UnitKind.GROUP) and _is_in_groups(session, unit):
            raise InvalidAccount(AccountTrouble.NOT_A_GROUP, "kind")
        unit.kind = kind
        wanted = _distinct(aliases)
        for alias in list(unit.aliases):
            if alias.alias not in wanted:
                unit.aliases.remove(alias)
                session.delete(alias)
        known = {alias.alias for alias in unit.aliases}
        for text in wanted:
            if text not in known:
                unit.aliases.append(UnitAlias(agency_id=unit.agency_id, unit_id=unit.id, alias=text))
        unit.version += 1
    return unit


def _is_in_groups(session: Session, unit: Unit) -> bool:
    found = select(GroupMember.id).where(
        GroupMember.agency_id == unit.agency_id,
        (GroupMember.group_id == unit.id) | (GroupMember.member_id == unit.id),
    )
    return session.scalars(found.limit(1)).first() is not None


def rename_unit(
    session: Session,
    unit_id: int,
    *,
    version: int,
    name: str,
    short_name: str,
    valid_from: date,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> Unit:
    """Gives a unit another name from `valid_from` on; before that day it keeps the old one, on every page.

    On the very day a name began, the name is put right instead. Raises `InvalidAccount` for a day before that.
    """
    permissions.require(actor, Action.MANAGE_UNITS)
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        unit = _locked(session, actor, unit_id, version)
        put_name(session, unit, name, short_name, valid_from)
        unit.version += 1
    log.info("unit %s renamed from %s, by %s", unit_id, valid_from, actor.person_id)
    return unit


def put_name(session: Session, unit: Unit, name: str, short_name: str, valid_from: date) -> None:
    """Gives a unit its name from a day on, within the caller's unit of work. Raises `InvalidAccount`."""
    new_name = _checked_name(session, unit.agency_id, name, own_ids=(unit.id,))
    new_short = one_line(short_name)[:100] or new_name[:100]
    last = max(unit.names, key=lambda each: each.valid_from)
    if valid_from < last.valid_from:
        raise InvalidAccount(AccountTrouble.NAME_BEFORE_LAST, "valid_from", last=last.valid_from)
    if valid_from == last.valid_from:
        last.name, last.short_name = new_name, new_short
        return
    last.valid_to = valid_from - ONE_DAY
    unit.names.append(
        UnitName(agency_id=unit.agency_id, unit_id=unit.id, name=new_name, short_name=new_short, valid_from=valid_from)
    )


def set_members(
    session: Session,
    group_id: int,
    *,
    version: int,
    member_ids: Collection[int],
    valid_from: date,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> Unit:
    """Says which units are in a group from `valid_from` on; what was before stays as it was.

    Later memberships, if any, are replaced. Raises `InvalidAccount` for a unit that is no group, or a group in a group.
    """
    permissions.require(actor, Action.MANAGE_UNITS)
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        group = _locked(session, actor, group_id, version)
        if group.kind is not UnitKind.GROUP:
            raise InvalidAccount(AccountTrouble.NOT_A_GROUP, "member_ids")
        _check_members(session, group, member_ids)
        replace_members(session, group, member_ids, valid_from)
        group.version += 1
    return group


def _check_members(session: Session, group: Unit, member_ids: Collection[int]) -> None:
    rows = session.execute(
        select(Unit.id, Unit.kind).where(Unit.agency_id == group.agency_id, Unit.id.in_(list(member_ids)))
    )
    kinds = {row.id: row.kind for row in rows}
    missing = set(member_ids) - set(kinds)
    if missing:
        raise NotFound(what="unit", id=min(missing))
    if UnitKind.GROUP in kinds.values():
        raise InvalidAccount(AccountTrouble.GROUP_IN_GROUP, "member_ids")


def replace_members(session: Session, group: Unit, member_ids: Collection[int], valid_from: date) -> None:
    """Puts the members from `valid_from` on in place, within the caller's unit of work; also for the demo."""
    held = unit_queries.list_group_history(session, group.agency_id, group.id)
    going_on: set[int] = set()
    for row in held:
        if row.valid_to is not None and row.valid_to < valid_from:
            continue
        if row.valid_from < valid_from and row.member_id in member_ids:
            row.valid_to = None
            going_on.add(row.member_id)
        elif row.valid_from < valid_from:
            row.valid_to = valid_from - ONE_DAY
        else:
            session.delete(row)
    session.flush()
    for member_id in sorted(set(member_ids) - going_on):
        session.add(
            GroupMember(agency_id=group.agency_id, group_id=group.id, member_id=member_id, valid_from=valid_from)
        )
    session.flush()


def _locked(session: Session, actor: Principal, unit_id: int, version: int) -> Unit:
    """The unit of the actor's agency, locked; raises `NotFound` and `StaleEdit`."""
    session.execute(
        select(Unit.id).where(Unit.agency_id == actor.agency_id, Unit.id == unit_id).with_for_update(key_share=True)
    )
    unit = unit_queries.get_unit(session, actor.agency_id, unit_id)
    if unit.version != version:
        raise StaleEdit(current=unit.version)
    return unit
