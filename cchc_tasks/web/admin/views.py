"""The administration's blueprint and the demo's day."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for

from cchc_tasks import wording
from cchc_tasks.domain.errors import NotFound, Refused
from cchc_tasks.domain.periods import local_day
from cchc_tasks.domain.permissions import Action
from cchc_tasks.services import clock as clock_service
from cchc_tasks.storage.db import db
from cchc_tasks.web import clock, login
from cchc_tasks.web.admin.forms import ClockForm
from cchc_tasks.web.login import requires
from cchc_tasks.wording import people as words

bp = Blueprint("admin", __name__, url_prefix="/quan-tri")


@bp.route("/ngay-minh-hoa", methods=["GET", "POST"])
@requires(Action.MOVE_DEMO_CLOCK)
def demo_clock() -> Any:
    """The demo's day and the form that moves it forward; nowhere but in the demo."""
    if not current_app.config["CCHC_SETTINGS"].demo:
        raise NotFound()
    form = ClockForm()
    if request.method == "GET":
        return clock_page(form)
    if not form.validate():
        return clock_page(form), 422
    try:
        shown = clock_service.move_clock(
            db.session, **form.values(), actor=login.current_principal(), real_now=clock.real_now()
        )
    except Refused as error:
        form.refuse("to", wording.explain(error))
        return clock_page(form), 422
    flash(words.clock_moved(local_day(shown)), "done")
    return redirect(url_for("admin.demo_clock"), code=303)


def clock_page(form: ClockForm) -> str:
    return render_template("admin/demo_clock.html", form=form, shown_on=clock.today())
