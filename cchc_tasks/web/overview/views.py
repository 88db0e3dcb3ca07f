"""Tổng quan: the leader's page."""

from typing import Any

from flask import Blueprint, render_template, request, url_for

from cchc_tasks.domain.permissions import Action
from cchc_tasks.web.boards.listing import load
from cchc_tasks.web.login import requires
from cchc_tasks.web.overview.page import overview_values

bp = Blueprint("overview", __name__, url_prefix="/tong-quan")


@bp.get("")
@requires(Action.READ_AGENCY)
def show() -> Any:
    listing = load(request.args, always_as_of=True)
    task_base = url_for("tasks.show", task_id=0).removesuffix("0")
    return render_template("overview/show.html", task_base=task_base, **overview_values(listing))
