"""The list of plans, and one plan as the table it was issued with."""

from typing import Any

from flask import current_app, render_template, request

from cchc_tasks.domain import permissions
from cchc_tasks.domain.permissions import Action
from cchc_tasks.storage.db import db
from cchc_tasks.storage.queries import plans as plan_queries
from cchc_tasks.storage.queries.drafts import drafted_imports
from cchc_tasks.web import clock
from cchc_tasks.web.login import current_principal, requires
from cchc_tasks.web.plans import plan_page
from cchc_tasks.web.plans.blueprint import bp
from cchc_tasks.web.plans.forms import KeyForm
from cchc_tasks.wording.boards import noun_of


@bp.get("/")
@requires(Action.READ_AGENCY)
def index() -> Any:
    """Every plan of the agency and, for the office, what waits for review."""
    actor = current_principal()
    may_edit = permissions.may(actor, Action.EDIT_PLAN)
    return render_template(
        "plans/index.html",
        plans=plan_queries.list_plans(db.session, actor.agency_id),
        staged=plan_queries.list_staged(db.session, actor.agency_id) if may_edit else [],
        drafted=drafted_imports(db.session, actor.agency_id) if may_edit else {},
        may_edit=may_edit,
        noun_of=noun_of,
        form=KeyForm(),
    )


@bp.get("/<int:plan_id>")
@requires(Action.READ_AGENCY)
def show(plan_id: int) -> Any:
    """The plan as printed, with the state of each product.

    With ?sua=1 the office also gets its ways to change it; ?chu-tri=chua-ro shows only what nobody leads yet.
    """
    actor = current_principal()
    plan = plan_queries.get_whole_plan(db.session, actor.agency_id, plan_id)
    may_edit = permissions.may(actor, Action.EDIT_PLAN)
    is_unled = request.args.get("chu-tri") == "chua-ro"
    page = plan_page.page_of(plan, actor.agency_id, today=clock.today(), only_open_leads=is_unled)
    return render_template(
        "plans/show.html",
        plan=plan,
        page=page,
        is_unled=is_unled,
        amendments=plan_page.amendments_of(plan),
        may_edit=may_edit,
        form=KeyForm(),
        may_extend=permissions.may(actor, Action.ANSWER_EXTENSION),
        is_editing=may_edit and request.args.get("sua") == "1",
        has_task_pages="tasks.show" in current_app.view_functions,
    )
