"""Signing in and out, and the first page."""

import json
from datetime import timedelta
from typing import Any

from flask import Blueprint, current_app, jsonify, redirect, render_template, request, url_for

from cchc_tasks import wording
from cchc_tasks.domain.accounts import SignInRefused, TooManyAttempts
from cchc_tasks.domain.permissions import Action
from cchc_tasks.services import scheduling
from cchc_tasks.services import sign_in as sign_in_service
from cchc_tasks.services.sign_in import GuessLimits
from cchc_tasks.storage.db import db
from cchc_tasks.storage.queries import people
from cchc_tasks.web import clock, errors, login, navigation
from cchc_tasks.web.account.forms import ResumeForm, SignInForm
from cchc_tasks.web.login import public, requires
from cchc_tasks.wording import people as words

bp = Blueprint("account", __name__)


@bp.get("/")
@requires(Action.READ_AGENCY)
def home() -> Any:
    """Where somebody's work is; it differs by role."""
    return redirect(navigation.home_of(login.current_principal()), code=303)


@bp.get("/healthz")
@public
def healthz() -> Any:
    """For the machine that watches this one: the application reaches its database; how old mail and scheduler are."""
    health = scheduling.health(db.session, now=clock.real_now(), shown_at=clock.now())
    ages = {"last_tick_seconds": health.last_tick_age, "oldest_unsent_seconds": health.oldest_unsent_age}
    seconds = {name: None if age is None else int(age.total_seconds()) for name, age in ages.items()}
    return jsonify(status="ok", **seconds, dead_mails=health.dead_count, is_quiet=health.is_quiet)


@bp.route("/dang-nhap", methods=["GET", "POST"])
@public
def sign_in() -> Any:
    target = login.local_path(request.args.get("next") or request.form.get("next"))
    if request.method == "GET" and login.current_account() is not None:
        return redirect(target or url_for("account.home"), code=303)
    form = SignInForm(next=target or "")
    if request.method == "GET":
        return sign_in_page(form)
    status = try_to_sign_in(form)
    if status == 200:
        return redirect(target or url_for("account.home"), code=303)
    return sign_in_page(form), status


def try_to_sign_in(form: SignInForm | ResumeForm) -> int:
    """Starts a session and answers 200, or puts a sentence on the form and answers the status of its page."""
    if not form.validate():
        return 422
    limits = guess_limits()
    address = request.remote_addr or ""
    try:
        person_id = sign_in_service.sign_in(
            db.session,
            email=form.email.data,
            password=form.password.data,
            address=address,
            now=clock.real_now(),
            limits=limits,
        )
    except TooManyAttempts as error:
        form.refuse("", wording.explain(error))
        return 429
    except SignInRefused as error:
        form.refuse("", wording.explain(error))
        return 422
    login.start_session(person_id)
    return 200


def guess_limits() -> GuessLimits:
    settings = current_app.config["CCHC_SETTINGS"]
    return GuessLimits(
        window=timedelta(minutes=settings.login_window_minutes),
        per_account=settings.login_failures_per_account,
        per_address=settings.login_failures_per_address,
    )


def sign_in_page(form: SignInForm) -> str:
    """The page; in the demo with the people one can be."""
    demo = people.list_demo_people(db.session, clock.today()) if current_app.config["CCHC_SETTINGS"].demo else None
    return render_template(
        "account/sign_in.html",
        form=form,
        forgot_href=url_for("account.forgotten"),
        demo_password=demo.password if demo else "",
        demo_people=[
            {"name": each.name, "email": each.email, "role_label": demo_label(each)}
            for each in (demo.people if demo else ())
        ],
    )


def demo_label(person: people.DemoPerson) -> str:
    role = words.role_label(person.roles, person.title)
    return f"{role}, {person.unit_name}" if person.unit_name and not person.title else role


@bp.post("/dang-nhap/gui-lai")
@public
def resume() -> Any:
    """Signing in again in the middle of a form: afterwards what was typed stands there, ready to be sent."""
    form = ResumeForm()
    kept = read_kept(form.kept.data)
    status = try_to_sign_in(form)
    page = errors.resume_page(kept["path"], kept["fields"], kept["has_files"], form=None if status == 200 else form)
    return page, status


def read_kept(text_of: str | None) -> dict[str, Any]:
    """The form as the page before kept it; an empty one leading home where somebody tampered with it."""
    try:
        kept = json.loads(text_of or "")
        fields = [(str(name), str(value)) for name, value in kept["fields"]]
        path = login.local_path(str(kept["path"]))
    except (ValueError, TypeError, KeyError):
        fields, path, kept = [], None, {}
    return {"path": path or url_for("account.home"), "fields": fields, "has_files": bool(kept.get("has_files"))}


@bp.post("/dang-xuat")
@public
def sign_out() -> Any:
    login.end_session()
    return redirect(url_for("account.sign_in"), code=303)
