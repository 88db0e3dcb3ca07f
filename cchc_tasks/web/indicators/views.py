"""Chỉ tiêu 1.1: the numbers of a cut-off, the lists behind them, the rule."""

from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from cchc_tasks import wording
from cchc_tasks.domain import permissions
from cchc_tasks.domain.errors import Refused, StaleEdit
from cchc_tasks.domain.permissions import Action
from cchc_tasks.exports.tables import CellKind, Column, TableExport
from cchc_tasks.services import ledger
from cchc_tasks.services import plans as plan_service
from cchc_tasks.services.counting import rule_of
from cchc_tasks.storage.db import db
from cchc_tasks.storage.queries import boards as board_queries
from cchc_tasks.storage.queries import plans as plan_queries
from cchc_tasks.web import clock
from cchc_tasks.web.boards.views import file_answer
from cchc_tasks.web.indicators.figures import NAMES, head_of, pick
from cchc_tasks.web.indicators.forms import RuleForm
from cchc_tasks.web.indicators.items import Names
from cchc_tasks.web.indicators.page import facts, page_values, tally_of
from cchc_tasks.web.indicators.query import IndicatorQuery, read_query
from cchc_tasks.web.login import current_principal, requires, who_and_when
from cchc_tasks.wording import indicators as words
from cchc_tasks.wording.boards import UNKNOWN_LEAD, items, unread_filter
from cchc_tasks.wording.core import rule_in_words

bp = Blueprint("indicators", __name__, url_prefix="/chi-tieu-1-1")

DEFAULT_LIST = "dat-ra"
FILE_COLUMNS = (
    Column("Dòng", CellKind.NUMBER, 6),
    Column("STT", width=9),
    Column("Nội dung", width=60),
    Column("Đơn vị chủ trì", width=24),
    Column("Hạn", CellKind.DATE, 12),
    Column("Ngày hoàn thành", CellKind.DATE, 12),
    Column("Tình trạng hạn", width=30),
    Column("Số mốc hoàn thành", width=12),
    Column("Minh chứng", width=24),
)


def known_now() -> datetime:
    """What "as known now" means to a count: the instant of the last entry, so that it can be asked again."""
    return ledger.known_now(db.session, current_principal().agency_id, now=clock.now())


def _query() -> IndicatorQuery | None:
    plans = board_queries.plan_choices(db.session, current_principal().agency_id)
    return read_query(request.args, plans, figures=NAMES, today=clock.today(), now=known_now())


def _frame(query: IndicatorQuery) -> dict[str, Any]:
    """What the page and its lists share."""
    plans = board_queries.plan_choices(db.session, current_principal().agency_id)
    return {
        "plan_options": [(str(plan.id), f"{plan.number} ({plan.year})") for plan in plans],
        "unread": unread_filter([words.FIELD_NAMES[name] for name in query.unread]) if query.unread else "",
        "may_edit": permissions.may(current_principal(), Action.EDIT_PLAN),
    }


@bp.get("")
@requires(Action.READ_AGENCY)
def show() -> Any:
    query = _query()
    if query is None:
        return render_template("indicators/empty.html")
    values = page_values(query, current_principal().agency_id)
    return render_template("indicators/show.html", **_frame(query), **values)


@bp.get("/danh-sach")
@requires(Action.READ_AGENCY)
def members() -> Any:
    query = _query()
    if query is None:
        return render_template("indicators/empty.html")
    table = members_table(query)
    return render_template("indicators/members.html", query=query, table=table, **_frame(query), **list_values(query))


@bp.get("/danh-sach.<any(csv, xlsx):ending>")
@requires(Action.READ_AGENCY)
def members_file(ending: str) -> Any:
    query = _query()
    if query is None:
        return redirect(url_for("indicators.show"), code=303)
    name = query.params.get("ds", DEFAULT_LIST)
    return file_answer(members_table(query), f"1-1-{name}-{query.cut_off.isoformat()}", ending)


def list_values(query: IndicatorQuery) -> dict[str, Any]:
    """The list that the address names, line by line."""
    agency_id = current_principal().agency_id
    shown, name = tally_of(query, agency_id), query.params.get("ds", DEFAULT_LIST)
    names = Names.load(agency_id, query.plan.id, day=query.named_on, known_at=query.known_at, units=query.units_asked)
    unit = names.units.get(query.unit_id or 0, UNKNOWN_LEAD)
    return {
        "name": name,
        "head": head_of(shown, name) if query.unit_id is None else words.of_unit(head_of(shown, name), unit),
        "facts": facts(query),
        "noun": shown.rule.noun,
        "rule_text": rule_in_words(shown.rule),
        "lines": [names.line(item, shown.rule) for item in pick(shown, name)],
    }


def members_table(query: IndicatorQuery) -> TableExport:
    """The same list as a file."""
    values = list_values(query)
    rows = tuple(
        (
            number,
            line.code,
            line.title,
            line.unit,
            line.due_on,
            line.done_on,
            line.state,
            line.parts,
            line.evidence,
        )
        for number, line in enumerate(values["lines"], start=1)
    )
    said = (values["facts"], values["rule_text"], items(len(rows), values["noun"]))
    title = f"{words.heading(query.cut_off)}: {values['head']}"
    return TableExport(title, said, FILE_COLUMNS, rows, clock.now())


@bp.route("/quy-tac/<int:plan_id>", methods=["GET", "POST"])
@requires(Action.EDIT_PLAN)
def rule(plan_id: int) -> Any:
    """The plan's counting rule and the form that writes a new version of it."""
    agency_id = current_principal().agency_id
    plan = plan_queries.get_plan(db.session, agency_id, plan_id)
    present = rule_of(db.session, agency_id, plan_id, known_at=known_now())
    form = RuleForm(obj=present, version=plan.version)
    if request.method == "GET":
        return _rule_page(form, plan, present, 200)
    if not form.validate():
        return _rule_page(form, plan, present, 422)
    try:
        plan_service.set_rule(
            db.session,
            plan_id,
            version=form.version.data or 0,
            rule=form.rule(),
            request_key=form.request_key.data,
            **who_and_when(),
        )
    except (Refused, StaleEdit) as error:
        return _refused_rule(form, plan_id, error)
    flash(words.RULE_SAVED, "done")
    return redirect(plan_address(plan_id), code=303)


def _refused_rule(form: RuleForm, plan_id: int, error: Refused | StaleEdit) -> Any:
    """The form with what was chosen, the rule that holds now beside it, and the version to send again."""
    agency_id = current_principal().agency_id
    db.session.rollback()
    db.session.expire_all()
    plan = plan_queries.get_plan(db.session, agency_id, plan_id)
    form.refuse("", wording.explain(error))
    form.version.data = form.version.raw_data = None
    form.version.process_data(plan.version)
    return _rule_page(form, plan, rule_of(db.session, agency_id, plan_id, known_at=known_now()), 409)


def _rule_page(form: RuleForm, plan: Any, present: Any, status: int) -> Any:
    back = plan_address(plan.id)
    values = {"form": form, "plan": plan, "rule_text": rule_in_words(present), "back_href": back}
    return render_template("indicators/rule.html", **values), status


def plan_address(plan_id: int) -> str:
    """The page of one plan; the parameter's hyphen needs a dictionary."""
    named: dict[str, Any] = {"ke-hoach": plan_id}
    return url_for("indicators.show", **named)
