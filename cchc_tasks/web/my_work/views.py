"""The list of what I owe, and the quick update of one line of it."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request

from cchc_tasks.domain import permissions
from cchc_tasks.domain.errors import NotFound, StaleEdit
from cchc_tasks.domain.permissions import Action
from cchc_tasks.storage.db import db
from cchc_tasks.storage.queries import obligations as obligation_queries
from cchc_tasks.storage.queries import tasks as task_queries
from cchc_tasks.storage.queries.obligations import WorkFilter, WorkRow
from cchc_tasks.web import clock, updating
from cchc_tasks.web.login import current_account, current_principal, requires
from cchc_tasks.web.my_work.page import MINE, Ask, Desk, groups_of, read_desk
from cchc_tasks.web.reports.own_lines import own_lines
from cchc_tasks.web.security import accepts_upload
from cchc_tasks.web.updating import Opened, UpdateForm
from cchc_tasks.wording import updates as words

bp = Blueprint("my_work", __name__, url_prefix="/viec-cua-toi")


def asked() -> Ask:
    """What the address asks for; anything else in it is left aside."""
    return Ask(
        open_id=request.args.get("mo", type=int),
        is_mine_only=request.args.get("xem") == MINE,
        full=request.args.get("het", ""),
    )


@bp.get("")
@requires(Action.READ_AGENCY)
def show() -> Any:
    ask = asked()
    desk = read_desk(current_principal(), clock.today(), due_soon_days())
    row = next((row for row in desk.rows if row.id == ask.open_id), None)
    return page(desk, ask, opened_by(desk, row) if row and may_report(desk, row) else None)


@bp.get("/<int:obligation_id>")
@requires(Action.READ_AGENCY)
def opened_line(obligation_id: int) -> Any:
    """The address a refused form was shown at, asked for again: the list with that line open."""
    task_queries.task_of(db.session, current_principal().agency_id, obligation_id)
    return redirect(f"{asked().address(open_id=obligation_id)}#muc-{obligation_id}", code=303)


@bp.post("/<int:obligation_id>")
@accepts_upload
@requires(Action.REPORT_WORK)
def update(obligation_id: int) -> Any:
    """Begins, notes or reports one line; a refused form stays open with what was typed."""
    ask = asked()
    principal = current_principal()
    desk = read_desk(principal, clock.today(), due_soon_days(), also=obligation_id)
    row = next((row for row in desk.rows if row.id == obligation_id), None)
    if row is None:
        raise NotFound(what="obligation", id=obligation_id)
    permissions.require(principal, Action.REPORT_WORK, work_of(desk, row))
    form = UpdateForm()
    outcome = updating.send(form, row, is_office_work=desk.is_office_work(row))
    if outcome is True:
        return redirect(f"{ask.address(open_id=None)}#muc-{obligation_id}", code=303)
    is_stale = isinstance(outcome, StaleEdit)
    desk = read_desk(principal, clock.today(), due_soon_days(), also=obligation_id) if is_stale else desk
    opened = updating.open_again(
        reread(row), form, desk.names, is_office_work=desk.is_office_work(row), is_stale=is_stale
    )
    return page(desk, ask, opened), 409 if is_stale else 422


def reread(row: WorkRow) -> WorkRow:
    """The row as it is now: somebody else may have written while the form was open."""
    wanted = WorkFilter(obligation_ids=[row.id])
    return obligation_queries.list_work(db.session, current_principal().agency_id, wanted)[0]


def due_soon_days() -> int:
    return int(current_app.config["CCHC_SETTINGS"].due_soon_days)


def work_of(desk: Desk, row: WorkRow) -> permissions.Work:
    return task_queries.work_of(row, desk.principal.agency_id, desk.assigned[row.task_id], desk.offices)


def may_report(desk: Desk, row: WorkRow) -> bool:
    return permissions.may(desk.principal, Action.REPORT_WORK, work_of(desk, row))


def opened_by(desk: Desk, row: WorkRow) -> Opened:
    return updating.open_row(
        row,
        desk.names,
        is_office_work=desk.is_office_work(row),
        is_note_wanted=desk.note_by(row) is not None and (row.due_on is None or row.due_on > desk.today),
    )


@dataclass(frozen=True, slots=True)
class View:
    """A way of seeing the list, for the macro `views`."""

    words: str
    href: str
    is_current: bool
    icon: str = ""


def page(desk: Desk, ask: Ask, opened: Opened | None) -> str:
    groups = groups_of(desk, ask, opened)
    count = sum(group.count for group in groups)
    account = current_account()
    units = ", ".join(account.unit_names.values()) if account else ""
    plans = {desk.plans[row.plan_id] for row in desk.rows}
    facts = [units, *(words.plan_of_year(plan.number, plan.year) for plan in sorted(plans)), words.open_work(count)]
    return render_template(
        "my_work/show.html",
        groups=groups,
        ask=ask,
        facts=" · ".join(filter(None, facts)),
        views=views(desk, ask),
        has_units=bool(desk.principal.unit_ids),
        opened=opened,
        report_lines=own_lines(desk.principal),
        calendar_endpoint="calendar.show" if "calendar.show" in current_app.view_functions else "",
    )


def views(desk: Desk, ask: Ask) -> list[View]:
    """The switch between the unit's work and mine, where anything was handed to somebody."""
    if not any(row.person_id is not None for row in desk.rows):
        return []
    return [
        View("Của đơn vị", ask.address(is_mine_only=False, open_id=None), not ask.is_mine_only),
        View("Giao cho tôi", ask.address(is_mine_only=True, open_id=None), ask.is_mine_only),
    ]
