"""The demo's day."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from wtforms import DateField
from wtforms.validators import InputRequired

from cchc_tasks.domain.errors import NotFound
from cchc_tasks.domain.periods import local_day
from cchc_tasks.domain.permissions import Action
from cchc_tasks.services import clock as clock_service
from cchc_tasks.storage.db import db
from cchc_tasks.web import clock, login
from cchc_tasks.web.base_form import BaseForm
from cchc_tasks.web.login import requires
from cchc_tasks.wording import people as words

bp = Blueprint("admin", __name__, url_prefix="/quan-tri")


class ClockForm(BaseForm):
    to = DateField("Ngày mới", [InputRequired()])


@bp.route("/ngay-minh-hoa", methods=["GET", "POST"])
@requires(Action.MOVE_DEMO_CLOCK)
def demo_clock() -> Any:
    """The demo's day and the form that moves it forward; nowhere but in the demo."""
    if not current_app.config["CCHC_SETTINGS"].demo:
        raise NotFound()
    form = ClockForm()
    if request.method == "GET" or not form.validate():
        status = 200 if request.method == "GET" else 422
        return render_template("admin/demo_clock.html", form=form, shown_on=clock.today()), status
    shown = clock_service.move_clock(
        db.session,
        to=form.to.data,
        actor=login.current_principal(),
        real_now=clock.real_now(),
        request_key=form.request_key.data,
    )
    flash(words.clock_moved(local_day(shown)), "done")
    return redirect(url_for("admin.demo_clock"), code=303)
