"""What a board is asked for: each parameter of the address is parsed to a type or looked up in a list."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from flask import url_for
from werkzeug.datastructures import MultiDict

from cchc_tasks.domain.reorganisations import UnitsAsked
from cchc_tasks.domain.standing import DONE_STANDINGS, OPEN_STANDINGS, Standing
from cchc_tasks.domain.text import one_line
from cchc_tasks.domain.workflow import REMOVED_STATUSES, Status
from cchc_tasks.storage.queries.boards import AreaChoice, PlanChoice, of_newest_year
from cchc_tasks.storage.queries.obligations import WorkFilter, WorkRow
from cchc_tasks.storage.queries.units import UnitRow

WORDS_LIMIT = 200
#: Search words after these many are not asked for: each costs a comparison of every row.
WORD_COUNT = 12
YEARS = range(2000, 2101)
ALL = "tat-ca"
UNKNOWN = "chua-ro"
BY_AREA = "linh-vuc"

#: Values of the filter on standing, by their name in the address.
STANDINGS: dict[str, frozenset[Standing]] = {
    "qua-han": frozenset({Standing.OVERDUE}),
    "sap-den-han": frozenset({Standing.DUE_SOON}),
    "trong-han": frozenset({Standing.OPEN}),
    "khong-ngay": frozenset({Standing.UNDATED}),
    "cho-xac-nhan": frozenset({Standing.AWAITING_CONFIRMATION}),
    "dung-han": frozenset({Standing.DONE_ON_TIME}),
    "xong-qua-han": frozenset({Standing.DONE_LATE}),
    "chua-xong": OPEN_STANDINGS,
    "da-xong": DONE_STANDINGS,
    "da-rut": frozenset({Standing.REMOVED}),
}
KEY_OF_STANDING = {next(iter(members)): key for key, members in STANDINGS.items() if len(members) == 1}
SHOWN_STANDINGS = OPEN_STANDINGS | DONE_STANDINGS

#: The columns of the board by their name in the address, in order; the last one only where it is asked for.
COLUMNS = ("chua", "dang", "bao-cao", "tra-lai", "xong", "da-rut")
_COLUMN_OF_STATUS = {
    Status.NOT_STARTED: "chua",
    Status.IN_PROGRESS: "dang",
    Status.REPORTED: "bao-cao",
    Status.DONE: "xong",
    **dict.fromkeys(REMOVED_STATUSES, "da-rut"),
}
PERIODIC = ("khong", "chi")
#: Units as they are now; without the parameter as they were on the day.
UNITS_NOW = "hien-nay"

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_PRINTED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


def column_of(status: Status, is_returned: bool) -> str:
    """The column a piece of work stands in: its status, and returned work by itself."""
    return "tra-lai" if is_returned and status is Status.IN_PROGRESS else _COLUMN_OF_STATUS[status]


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filters offer."""

    plans: tuple[PlanChoice, ...]
    areas: tuple[AreaChoice, ...]
    units: tuple[UnitRow, ...]

    def plan_ids(self, chosen: str) -> tuple[int, ...]:
        """The plans meant: the one named, all, or those of the newest year where nothing is said."""
        if chosen == ALL:
            return tuple(plan.id for plan in self.plans)
        if chosen:
            return (int(chosen),)
        return tuple(plan.id for plan in of_newest_year(self.plans))


@dataclass(frozen=True, slots=True)
class BoardQuery:
    """The parameters that could be read, as text, without those that say nothing; and the names of the others."""

    params: Mapping[str, str]
    plan_ids: tuple[int, ...]
    unread: tuple[str, ...] = ()

    def get(self, name: str) -> str:
        return self.params.get(name, "")

    def day(self, name: str) -> date | None:
        return parse_day(self.get(name))

    @property
    def is_whole(self) -> bool:
        return bool(self.get("tat-ca"))

    @property
    def units_asked(self) -> UnitsAsked:
        """Whether units are meant as they were on the list's day, or as they are now."""
        return UnitsAsked.NOW if self.get("theo") == UNITS_NOW else UnitsAsked.THEN

    @property
    def standings(self) -> frozenset[Standing]:
        return STANDINGS.get(self.get("han"), SHOWN_STANDINGS)

    def address(self, endpoint: str, anchor: str = "", **changes: str) -> str:
        """The address of a page with these filters; a change to '' drops one. Names with a hyphen: `tat_ca`."""
        renamed = {name.replace("_", "-"): value for name, value in changes.items()}
        params = {name: value for name, value in {**self.params, **renamed}.items() if value}
        if endpoint != "boards.columns":
            params.pop("tat-ca", None)
        return url_for(endpoint, _anchor=anchor or None, **params)  # type: ignore[arg-type]

    def work_filter(self) -> WorkFilter:
        """What the database narrows to; standings and columns are judged afterwards."""
        unit = self.get("dv")
        area = self.get("lv")
        return WorkFilter(
            plan_ids=self.plan_ids,
            area_id=int(area) if area else None,
            unit_ids=() if not unit else (None,) if unit == UNKNOWN else (int(unit),),
            words=" ".join(self.get("q").split()[:WORD_COUNT]),
        )

    def keeper(self) -> Callable[[WorkRow, Standing], bool]:
        """Whether a row found by `work_filter` belongs to the list, given its standing; made once for a list."""
        wanted, column, periodic = self.standings, self.get("cot"), self.get("dinh-ky")
        first, last, is_undated = self.day("tu"), self.day("den"), bool(self.get("moc"))

        def is_due(due_on: date | None) -> bool:
            if due_on is None or is_undated:
                return is_undated and due_on is None
            return (first is None or first <= due_on) and (last is None or due_on <= last)

        asks_due = bool(first or last or is_undated)

        def keeps(row: WorkRow, verdict: Standing) -> bool:
            return (
                verdict in wanted
                and (not asks_due or is_due(row.due_on))
                and (not column or column_of(row.status, row.is_returned) == column)
                and (not periodic or bool(row.period_label) == (periodic == "chi"))
            )

        return keeps


def read_plan_choice(args: MultiDict[str, str], plans: tuple[PlanChoice, ...]) -> str:
    """The plan parameter if it means something here: needed before areas can be offered."""
    asked = args.get("kh", "").strip()
    return asked if asked == ALL or asked in {str(plan.id) for plan in plans} else ""


def read_query(args: MultiDict[str, str], choices: Choices) -> BoardQuery:
    """The query of an address; what cannot be read is left out and named in `unread`."""
    params: dict[str, str] = {}
    unread: list[str] = []
    for name, read in _readers(choices).items():
        asked = one_line(args.get(name, ""))
        if not asked:
            continue
        value = read(asked)
        if value:
            params[name] = value
        else:
            unread.append(name)
    return BoardQuery(params, choices.plan_ids(params.get("kh", "")), tuple(unread))


def _readers(choices: Choices) -> dict[str, Callable[[str], str]]:
    def one_of(*values: str) -> Callable[[str], str]:
        allowed = frozenset(values)
        return lambda asked: asked if asked in allowed else ""

    return {
        "q": lambda asked: asked[:WORDS_LIMIT],
        "kh": one_of(ALL, *(str(plan.id) for plan in choices.plans)),
        "dv": one_of(UNKNOWN, *(str(unit.id) for unit in choices.units)),
        "lv": one_of(*(str(area.id) for area in choices.areas)),
        "han": one_of(*STANDINGS),
        "cot": one_of(*COLUMNS),
        "dinh-ky": one_of(*PERIODIC),
        "tu": _iso_day,
        "den": _iso_day,
        "moc": one_of("khong"),
        "ngay": _iso_day,
        "biet": _iso_day,
        "dong": one_of(BY_AREA),
        "theo": one_of(UNITS_NOW),
        "tat-ca": one_of("1"),
    }


def parse_day(text: str) -> date | None:
    """A civil date as a date control sends it, or as people print it; None for anything else."""
    text = text.strip()
    iso, printed = _ISO.fullmatch(text), _PRINTED.fullmatch(text)
    if iso:
        year, month, day = map(int, iso.groups())
    elif printed:
        day, month, year = map(int, printed.groups())
    else:
        return None
    try:
        return date(year, month, day) if year in YEARS else None
    except ValueError:
        return None


def _iso_day(asked: str) -> str:
    day = parse_day(asked)
    return day.isoformat() if day else ""
