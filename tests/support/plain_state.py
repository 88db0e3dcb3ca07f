"""What the ledger says of a random state, plan by plan and row by row of its report, counted in plain loops."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from sqlalchemy import select

from cchc_tasks.domain.counting import CountingRule
from cchc_tasks.domain.reports.cells import rate_cell
from cchc_tasks.domain.reports.forms import Form
from cchc_tasks.services.counting import rule_of
from cchc_tasks.services.ledger import known_now
from cchc_tasks.storage.models import Unit
from cchc_tasks.storage.queries.units import names_on
from cchc_tasks.wording.boards import UNKNOWN_LEAD, unit_name
from cchc_tasks.wording.core import format_number
from tests.support import plain_count, plain_ledger
from tests.support.plain_count import Counted, Part
from tests.support.random_states import State

PLAN, INSPECTED = "steer.plan", "steer.inspect.units_under"
#: The rows that count something of the plans of a kind.
FED_BY = {
    f"{PLAN}.tasks_set": ("cchc", "total"),
    f"{PLAN}.tasks_done": ("cchc", "done"),
    INSPECTED: ("inspection", "done"),
    **{
        f"steer.assigned_{giver}.{row}": (f"assigned_by_{giver}", row)
        for giver in ("province", "government")
        for row in ("total", "on_time", "late")
    },
}


@dataclass(frozen=True)
class Behind:
    """What a row prints, and the things that are counted for it."""

    printed: str
    members: frozenset[object]

    @classmethod
    def of_count(cls, name: str, plans: list[Counted]) -> "Behind":
        members = frozenset().union(*(getattr(each, name) for each in plans))
        return cls(format_number(len(members)), members)

    @classmethod
    def of_rate(cls, done: frozenset[object], total: frozenset[object]) -> "Behind":
        return cls(rate_cell(len(done), len(total)).printed, done)


@dataclass(frozen=True)
class Told:
    """A state as known at an instant."""

    state: State
    known_at: datetime

    @classmethod
    def now(cls, state: State) -> "Told":
        return cls(state, known_now(state.session, state.history.agency.id, now=state.history.now))

    @cached_property
    def ledger(self) -> plain_ledger.PlainLedger:
        session, agency_id = self.state.session, self.state.history.agency.id
        groups = session.scalars(select(Unit.id).where(Unit.agency_id == agency_id, Unit.kind == "group"))
        return plain_ledger.read(session, agency_id, groups)

    @cached_property
    def _by_day(self) -> dict[date, list[Part]]:
        return {}

    def parts(self, plan_id: int, day: date) -> list[Part]:
        """What was in a plan on a day; the ledger is read once."""
        if day not in self._by_day:
            session, agency_id = self.state.session, self.state.history.agency.id
            told = self.ledger.expected(day, self.known_at)
            self._by_day[day] = plain_count.parts_of(session, agency_id, told, day, self.known_at)
        return [part for part in self._by_day[day] if part.said.plan_id == plan_id]

    def works(self, plan_id: int) -> list[plain_ledger.Expected]:
        return [part.said for part in self.parts(plan_id, self.state.today)]

    def counted(self, plan_id: int, cut_off: date, window_starts_on: date | None = None) -> Counted:
        rule = self.rule(plan_id)
        return plain_count.count(self.parts(plan_id, cut_off), rule, cut_off, window_starts_on)

    def rule(self, plan_id: int) -> CountingRule:
        return rule_of(self.state.session, self.state.history.agency.id, plan_id, known_at=self.known_at)

    def unit_names(self, day: date) -> dict[int | None, str]:
        session, agency_id = self.state.session, self.state.history.agency.id
        return {**names_on(session, agency_id, day), None: UNKNOWN_LEAD}

    def unit_names_with_end(self, day: date) -> dict[int | None, str]:
        """As boards call them: one that ended says until when it was."""
        session, agency_id = self.state.session, self.state.history.agency.id
        ends = dict(session.execute(select(Unit.id, Unit.valid_to).where(Unit.agency_id == agency_id)).all())
        names = self.unit_names(day)
        return {id_: unit_name(name, ends.get(id_)) for id_, name in names.items()}

    def behind(self, form: Form) -> dict[str, Behind]:
        """What stands behind every row of the form that plans feed by themselves; a row without a plan is not there.

        Of several rows about inspections none is: the office says which plan feeds which.
        """
        inspecting = sum(key.startswith("steer.inspect.") and "findings" not in key for key in form.by_key)
        kept = form.by_key.keys() - ({INSPECTED} if inspecting > 1 else set())
        return {key: each for key, each in self._behind().items() if key in kept}

    def _behind(self) -> dict[str, Behind]:
        report = self.state.report.report
        kinds = {kind: [self.counted(each, report.cut_off) for each in ids] for kind, ids in report.plans.items()}
        found = {key: Behind.of_count(name, kinds[kind]) for key, (kind, name) in FED_BY.items() if kind in kinds}
        if "communication" in kinds:
            due = [each.due for each in kinds["communication"]]
            done = [each.due & each.done for each in kinds["communication"]]
            found["steer.comms.plan_rate"] = Behind.of_rate(frozenset().union(*done), frozenset().union(*due))
        total, done = found[f"{PLAN}.tasks_set"].members, found[f"{PLAN}.tasks_done"].members
        if total:
            found[f"{PLAN}.rate"] = Behind.of_rate(done, total)
        return found
