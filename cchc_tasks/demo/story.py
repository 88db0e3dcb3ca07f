"""The demo's data as values: its agency, its people, and the steps of its year."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from cchc_tasks.domain.counting import CountedThing
from cchc_tasks.domain.periods import VIETNAM
from cchc_tasks.domain.permissions import Role
from cchc_tasks.domain.units import UnitKind

DATA = Path(__file__).resolve().parent / "data"


class Deed(StrEnum):
    """What a step does; each is one service."""

    START = "start"
    REPORT = "report"
    CONFIRM = "confirm"
    RETURN = "return"
    TAKE_BACK = "take_back"
    NOTE = "note"
    COMMENT = "comment"
    ATTACH = "attach"
    HAND_OVER = "hand_over"
    NAME_LEAD = "name_lead"
    CORRECT_STATUS = "correct_status"
    CORRECT_DEADLINE = "correct_deadline"
    ASK_EXTENSION = "ask_extension"
    GRANT_EXTENSION = "grant_extension"


@dataclass(frozen=True, slots=True)
class UnitEntry:
    """A unit, or a group with its members' codes."""

    code: str
    name: str
    kind: UnitKind
    short_name: str = ""
    aliases: tuple[str, ...] = ()
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PersonEntry:
    """An invented person; `roles` are (role, unit code or None)."""

    key: str
    name: str
    email: str
    title: str
    roles: tuple[tuple[Role, str | None], ...]


@dataclass(frozen=True, slots=True)
class AgencyEntry:
    """The agency with all that is in it before the plan comes."""

    code: str
    name: str
    parent_name: str
    place: str
    password: str
    valid_from: date
    units: tuple[UnitEntry, ...]
    people: tuple[PersonEntry, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of somebody at an instant (UTC). `details` are the values that its deed needs."""

    at: datetime
    by: str
    deed: Deed
    item: str
    product: int
    period: int
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """A one-time key, so that a load that was broken off goes on where it stopped."""
        return f"demo/{self.at:%Y%m%dT%H%M%S}/{self.by}"


@dataclass(frozen=True, slots=True)
class Year:
    """The plan that is brought in, how it is counted, what happened, and the instant the demo shows."""

    clock: datetime
    plan_file: Path
    imported_at: datetime
    imported_by: str
    rule_at: datetime
    rule_by: str
    counted: CountedThing
    noun: str
    steps: tuple[Step, ...]


def read_agency(file: Path = DATA / "agency.toml") -> AgencyEntry:
    """The agency of the demo."""
    raw = tomllib.loads(file.read_text(encoding="utf-8"))
    units = tuple(_unit(each) for each in raw.pop("units"))
    people = tuple(_person(each) for each in raw.pop("people"))
    return AgencyEntry(**raw, units=units, people=people)


def _unit(raw: dict[str, Any]) -> UnitEntry:
    aliases, members = tuple(raw.pop("aliases", ())), tuple(raw.pop("members", ()))
    return UnitEntry(kind=UnitKind(raw.pop("kind")), aliases=aliases, members=members, **raw)


def _person(raw: dict[str, Any]) -> PersonEntry:
    roles = tuple((Role(each["role"]), each.get("unit")) for each in raw.pop("roles"))
    return PersonEntry(**raw, roles=roles)


def read_year(file: Path = DATA / "year.toml") -> Year:
    """The year of the demo, its steps in the order in which they were entered."""
    raw = tomllib.loads(file.read_text(encoding="utf-8"))
    steps = sorted((_step(each) for each in raw["steps"]), key=lambda step: step.at)
    return Year(
        clock=instant(raw["clock"]),
        plan_file=file.parent / raw["plan_file"],
        imported_at=instant(raw["import"]["at"]),
        imported_by=raw["import"]["by"],
        rule_at=instant(raw["rule"]["at"]),
        rule_by=raw["rule"]["by"],
        counted=CountedThing(raw["rule"]["counted"]),
        noun=raw["rule"]["noun"],
        steps=tuple(steps),
    )


def _step(raw: dict[str, Any]) -> Step:
    return Step(
        at=instant(raw.pop("at")),
        by=raw.pop("by"),
        deed=Deed(raw.pop("do")),
        item=raw.pop("item"),
        product=raw.pop("product", 1),
        period=raw.pop("period", 1),
        details=raw,
    )


def instant(local: datetime) -> datetime:
    """A local time of the data in UTC."""
    return local.replace(tzinfo=VIETNAM).astimezone(UTC)
