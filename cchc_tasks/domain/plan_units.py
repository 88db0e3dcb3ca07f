"""The units a plan names: which of the agency's they are, which are new, and of what kind those seem to be."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from cchc_tasks.domain.text import fold
from cchc_tasks.domain.unit_lists import is_group_name
from cchc_tasks.domain.unit_matching import MatchBasis, UnitName, match_unit
from cchc_tasks.domain.units import UnitKind


@dataclass(frozen=True, slots=True)
class KnownUnit:
    """A unit the agency has; `aliases` are other ways its name is written.

    `past` are names it had before, and those of units in whose place it is; `ended` are those of the latter that were
    no more on the day of the plan.
    """

    id: int
    name: str
    kind: UnitKind
    aliases: tuple[str, ...] = ()
    past: tuple[str, ...] = ()
    ended: tuple[str, ...] = ()

    @property
    def ways(self) -> tuple[str, ...]:
        """Every way the unit is written besides its name, in former times too."""
        return (*self.aliases, *self.past)

    def is_past(self, printed: str) -> bool:
        """Whether the print can only mean a name of former times."""
        written = {fold(way) for way in (self.name, *self.aliases)}
        return fold(printed) not in written and fold(printed) in {fold(way) for way in self.past}

    def is_heir_of(self, printed: str) -> bool:
        """Whether the print can only mean a unit in whose place this one is, and that was no more on the plan's day."""
        return self.is_past(printed) and fold(printed) in {fold(way) for way in self.ended}


@dataclass(frozen=True, slots=True)
class UnitChoice:
    """What the office says of a printed unit: it is unit `unit_id`; or it is new, of this name, kind and members.

    `members` are names of units, known or new; they count for a group only.
    """

    unit_id: int | None = None
    name: str = ""
    kind: UnitKind | None = None
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanUnit:
    """A unit as a plan names it: the fullest of its `spellings` is `printed`.

    `unit_id` is the agency's unit, or None where one has to be made with `name`, `kind` and, for a group, `members`.
    `candidates` are units that are only similar; nobody takes them for the same without being told.
    """

    printed: str
    spellings: tuple[str, ...]
    name: str
    kind: UnitKind
    unit_id: int | None = None
    basis: MatchBasis = MatchBasis.NONE
    candidates: tuple[int, ...] = ()
    members: tuple[str, ...] = ()
    is_answered: bool = False
    #: The print is a name of former times: of the unit itself, or of one in whose place it is.
    is_past: bool = False
    #: It names a unit that was no more on the day of the plan; that its heir is meant has to be confirmed.
    is_ended: bool = False


#: How a name begins, folded; the first that fits gives the kind.
_KINDS: tuple[tuple[tuple[str, ...], UnitKind], ...] = (
    (("van phong", "vp"), UnitKind.OFFICE),
    (("thanh tra", "ttra"), UnitKind.INSPECTORATE),
    (("phong", "p."), UnitKind.DIVISION),
    (("trung tam", "tt", "truong", "benh vien", "tram", "don vi"), UnitKind.SERVICE_UNIT),
    (("hoi dong",), UnitKind.COUNCIL),
    (("ban", "to "), UnitKind.BOARD),
    (("bo phan", "bp"), UnitKind.SECTION),
)
#: What a group is called, folded, and the kind of unit that is in it.
_GROUPS: tuple[tuple[tuple[str, ...], tuple[UnitKind, ...]], ...] = (
    (("su nghiep", "truc thuoc"), (UnitKind.SERVICE_UNIT,)),
    (("phong, don vi", "phong, ban, don vi", "don vi"), (UnitKind.DIVISION, UnitKind.SERVICE_UNIT)),
    (("phong",), (UnitKind.DIVISION,)),
)
_OF_THE_AGENCY = (" cua so", " thuoc so", " so")


def kind_of_name(name: str) -> UnitKind:
    """The kind a name suggests; a proposal, to be confirmed."""
    if is_group_name(name):
        return UnitKind.GROUP
    folded = fold(name)
    for beginnings, kind in _KINDS:
        if folded.startswith(beginnings):
            return kind
    return UnitKind.DIVISION


def plan_units(
    printed: Iterable[str], known: Sequence[KnownUnit], choices: Mapping[str, UnitChoice] | None = None
) -> tuple[PlanUnit, ...]:
    """The units behind the printed names, in printed order; spellings of one unit stand together.

    A name is the agency's unit where it fits for certain, by its name, an alias or an abbreviation.
    """
    names = tuple(dict.fromkeys(printed))
    found: dict[str, PlanUnit] = {}
    keys: dict[str, str] = {}
    for name in sorted(names, key=lambda each: (-len(each), each)):
        unit = _known(name, known)
        same = next((key for key, each in found.items() if _is_same(name, unit, key, each)), None)
        if same is None:
            found[name], keys[name] = unit, name
        else:
            keys[name] = same
    spellings: dict[str, list[str]] = {}
    for name in names:
        spellings.setdefault(keys[name], []).append(name)
    ended = {keys[name] for name in names if _known(name, known).is_ended}
    units = [replace(found[key], spellings=tuple(spellings[key]), is_ended=key in ended) for key in spellings]
    chosen = [_chosen(unit, (choices or {}).get(unit.printed), known) for unit in units]
    return tuple(_with_members(unit, chosen, known) for unit in chosen)


def _known(name: str, known: Sequence[KnownUnit]) -> PlanUnit:
    match = match_unit(name, [UnitName(str(unit.id), unit.name, unit.ways) for unit in known])
    code, basis = match.code, match.basis
    if code is None:
        bare = [unit for unit in known if any(_bare(way) == _bare(name) for way in (unit.name, *unit.ways))]
        if len(bare) == 1:
            code, basis = str(bare[0].id), MatchBasis.ABBREVIATION
    return PlanUnit(
        printed=name,
        spellings=(name,),
        name=name[:1].upper() + name[1:] if is_group_name(name) else name,
        kind=kind_of_name(name),
        unit_id=None if code is None else int(code),
        basis=basis,
        candidates=tuple(int(each) for each in match.candidates),
        is_past=any(str(unit.id) == code and unit.is_past(name) for unit in known),
        is_ended=any(str(unit.id) == code and unit.is_heir_of(name) for unit in known),
    )


def ended_units(units: Iterable[PlanUnit], names: Collection[str] | None = None) -> tuple[PlanUnit, ...]:
    """The units of which somebody has yet to say that the one in their place is meant.

    `names`: of those printed so only, None for all.
    """
    return tuple(
        unit
        for unit in units
        if unit.is_ended and not unit.is_answered and (names is None or any(each in names for each in unit.spellings))
    )


def _is_same(name: str, unit: PlanUnit, key: str, other: PlanUnit) -> bool:
    """Whether two printed names mean one unit: the agency's same unit, or two spellings of a new one."""
    if unit.unit_id is not None or other.unit_id is not None:
        return unit.unit_id == other.unit_id
    return match_unit(name, [UnitName("", key)]).code is not None or _bare(name) == _bare(key)


def _bare(name: str) -> str:
    """The folded name without the word that only says whose it is: "Văn phòng Sở" is "Văn phòng"."""
    folded = fold(name)
    for ending in _OF_THE_AGENCY:
        folded = folded.removesuffix(ending)
    return folded


def _chosen(unit: PlanUnit, choice: UnitChoice | None, known: Sequence[KnownUnit]) -> PlanUnit:
    if choice is None:
        return unit
    if choice.unit_id is not None and any(each.id == choice.unit_id for each in known):
        return replace(unit, unit_id=choice.unit_id, is_answered=True)
    return replace(
        unit,
        unit_id=None,
        name=choice.name or unit.name,
        kind=choice.kind or unit.kind,
        members=choice.members,
        is_answered=True,
    )


def _with_members(unit: PlanUnit, units: Sequence[PlanUnit], known: Sequence[KnownUnit]) -> PlanUnit:
    """Members are proposed for a new group only, from the kind that its name speaks of."""
    if unit.unit_id is not None or unit.kind is not UnitKind.GROUP or unit.is_answered:
        return unit
    return replace(unit, members=proposed_members(unit.printed, units, known))


def proposed_members(name: str, units: Sequence[PlanUnit], known: Sequence[KnownUnit]) -> tuple[str, ...]:
    """The names of the units that a collective name seems to mean; none where it does not say."""
    folded = fold(name)
    kinds = next((kinds for words, kinds in _GROUPS if any(word in folded for word in words)), ())
    new = [unit.name for unit in units if unit.unit_id is None and unit.kind in kinds]
    return (*(unit.name for unit in known if unit.kind in kinds), *new)


def choice_to_dict(choice: UnitChoice) -> dict[str, object]:
    """Plain JSON values, for a staged import."""
    return {
        "unit_id": choice.unit_id,
        "name": choice.name,
        "kind": None if choice.kind is None else choice.kind.value,
        "members": list(choice.members),
    }


def choice_from_dict(value: Mapping[str, object]) -> UnitChoice:
    """The inverse of `choice_to_dict`."""
    unit_id, kind, members = value["unit_id"], value["kind"], value["members"]
    return UnitChoice(
        unit_id=unit_id if isinstance(unit_id, int) else None,
        name=str(value["name"]),
        kind=None if kind is None else UnitKind(str(kind)),
        members=tuple(str(name) for name in members) if isinstance(members, (list, tuple)) else (),
    )
