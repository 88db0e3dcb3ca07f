"""Random states of an agency with several plans of several kinds, each with a counting rule of its own, and a report.

The years are those of `tests.support.histories`; here further plans stand beside the first one, so that given tasks,
inspections and publicity have something to count, and a report of some period is begun over all of them.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from types import SimpleNamespace

from sqlalchemy.orm import Session

from cchc_tasks.domain import counting as rules
from cchc_tasks.domain.counting import CountingRule
from cchc_tasks.domain.errors import Refused
from cchc_tasks.domain.periods import periods_of
from cchc_tasks.domain.reports.forms import Form, FormRow
from cchc_tasks.services import plans, reorganising, report_forms, reports, staging
from cchc_tasks.storage.models import Plan, PlanKind
from cchc_tasks.storage.queries.holidays import working_calendar
from cchc_tasks.storage.report_forms import shipped_forms
from tests.factories import at
from tests.support import histories, random_acts
from tests.support.histories import History
from tests.support.reports import Prepared

#: Kinds of the plans beside the first; two plans of the reform add up in one report.
OTHER_KINDS = (
    PlanKind.ASSIGNED_BY_PROVINCE,
    PlanKind.ASSIGNED_BY_GOVERNMENT,
    PlanKind.CCHC,
    PlanKind.COMMUNICATION,
    PlanKind.INSPECTION,
)
SHORT_FORM = "mau-rut-gon"
CHOICES = {
    "counted": rules.CountedThing,
    "done_when": rules.DoneWhen,
    "whole_done_when": rules.WholeDoneWhen,
    "standing_work": rules.StandingWork,
    "denominator": rules.Denominator,
    "judged_by": rules.JudgedBy,
}


@dataclass
class State:
    """A state to be read: the history that led to it, all plans, and the report as its people prepare it."""

    history: History
    plan_ids: list[int]
    report: Prepared

    @property
    def session(self) -> Session:
        return self.history.session

    @property
    def today(self) -> date:
        return self.history.day


def make_state(
    session: Session, seed: int, *, steps: int, form: Form | None = None, cut_off_today: bool = False
) -> State:
    """The state of that seed; its report is by `form`, else by a short form with every row that plans feed."""
    history = History(session, seed)
    chance = Random(seed)
    others = [_another_plan(history, chance, kind) for kind in chance.sample(OTHER_KINDS, chance.randrange(1, 4))]
    busy = chance.randrange(4)
    for _ in range(steps):
        history.step()
        for _ in range(chance.randrange(busy + 1)):
            history.attempt("report", random_acts.report)
            history.attempt("confirm", random_acts.confirm)
    for plan_id in [history.plan_ids[0], *others]:
        if chance.random() < 0.7:
            _choose_rule(history, chance, plan_id)
    _go_on_to_a_working_day(history)
    session.expire_all()
    report = _begin_report(history, chance, form or short_form(), cut_off_today=cut_off_today)
    return State(history, [*history.plan_ids, *others], report)


def _another_plan(history: History, chance: Random, kind: PlanKind) -> int:
    """A plan of 3 to 7 rows that is read in as the first one was; its rows do not change by amendments."""
    first, history.rows = history.rows, [history.new_row() for _ in range(chance.randrange(3, 8))]
    reading = history.reading()
    history.rows = first
    number = f"{chance.randrange(200, 900)}-{kind.value}/KH-UBND"
    reading = replace(reading, heading=replace(reading.heading, number=number))
    plan = staging.import_directly(
        history.session, reading, sha256=None, create_units=True, actor=history.who("office"), now=history.now
    )
    plan.kind = kind
    history.session.commit()
    return plan.id


def _choose_rule(history: History, chance: Random, plan_id: int) -> None:
    values = {name: chance.choice(list(members)) for name, members in CHOICES.items()}
    rule = CountingRule(**values, noun=chance.choice(["nhiệm vụ", "phần việc"]))
    history.session.expire_all()
    plan = history.session.get_one(Plan, plan_id)
    try:
        plans.set_rule(
            history.session,
            plan_id,
            version=plan.version,
            rule=rule,
            actor=history.who("office"),
            now=history.now,
        )
    except Refused:  # the very rule it had
        history.session.rollback()


def _go_on_to_a_working_day(history: History) -> None:
    """Mails go out on working days only; decisions about units whose day has come are carried out."""
    day = history.day + timedelta(days=1)
    years = range(day.year - 1, day.year + 2)
    history.now = at(working_calendar([date(year, 6, 1) for year in years]).on_or_after(day), 10)
    reorganising.apply_due(history.session, now=history.now, agency_id=history.agency.id)


def _begin_report(history: History, chance: Random, form: Form, *, cut_off_today: bool) -> Prepared:
    actor = history.who("office")
    if form.code == SHORT_FORM:
        report_forms.bring_form(history.session, form, actor=actor, now=history.now)
    period = reports.usual_period(chance.choice(periods_of(2021)))
    if cut_off_today or chance.random() < 0.4:
        # A window of its own, up to today or to some day of the year.
        cut_off = (
            history.day
            if cut_off_today
            else chance.choice([history.day, histories.FIRST + timedelta(days=chance.randrange(1, 350))])
        )
        period = replace(period, window_starts_on=cut_off - timedelta(days=chance.randrange(120)), cut_off=cut_off)
    begun = reports.begin(history.session, form.code, period, title="Báo cáo định kỳ", actor=actor, now=history.now)
    return Prepared(history.session, SimpleNamespace(office=history), begun)


def short_form() -> Form:
    """Sóc Trăng's form cut down to the rows that plans and registers feed, with given tasks of both givers."""
    soc_trang, quang_binh = (_shipped(code) for code in ("soc-trang-so-nganh", "quang-binh-so-nganh"))
    rows = [row for row in soc_trang.rows if _is_kept(soc_trang, row)]
    rows += [
        replace(row, code=row.code.replace("1.3", "1.9", 1))
        for row in quang_binh.rows
        if row.key.startswith("steer.assigned_government")
    ]
    return replace(soc_trang, code=SHORT_FORM, version=1, rows=tuple(rows), relations=())


def _shipped(code: str) -> Form:
    return next(form for form in shipped_forms() if form.code == code)


FED = ("steer.plan", "steer.docs_issued", "steer.assigned", "steer.comms.plan_rate", "steer.inspect.units_under")


def _is_kept(form: Form, row: FormRow) -> bool:
    return any(each.key.startswith(FED) for each in (row, *_below(form, row)))


def _below(form: Form, row: FormRow) -> list[FormRow]:
    children = [each for each in form.rows if each.parent == row.key]
    return [*children, *(deeper for child in children for deeper in _below(form, child))]
