"""One-time links: a forgotten password, an invitation, the first administrator."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from cchc_tasks import wording
from cchc_tasks.domain.accounts import InvalidAccount, SpentLink, TooManyAttempts
from cchc_tasks.domain.links import LinkPurpose
from cchc_tasks.services import links
from cchc_tasks.storage.db import db
from cchc_tasks.web import clock, login
from cchc_tasks.web.account.forms import ActivationForm, ForgottenForm, NewPasswordForm
from cchc_tasks.web.account.views import bp, guess_limits
from cchc_tasks.web.link_terms import reset_terms
from cchc_tasks.web.login import public
from cchc_tasks.wording import people as words


@bp.route("/quen-mat-khau", methods=["GET", "POST"])
@public
def forgotten() -> Any:
    """Asks for a link; the answer is the same whether or not somebody has the address."""
    form = ForgottenForm()
    if request.method == "GET":
        return render_template("account/forgotten.html", form=form, is_sent=False)
    if not form.validate():
        return render_template("account/forgotten.html", form=form, is_sent=False), 422
    terms = reset_terms()
    try:
        links.ask_reset(
            db.session,
            email=form.email.data,
            address=request.remote_addr or "",
            now=clock.now(),
            terms=terms,
            limits=guess_limits(),
        )
    except TooManyAttempts as error:
        form.refuse("", wording.explain(error))
        return render_template("account/forgotten.html", form=form, is_sent=False), 429
    minutes = int(terms.valid_for.total_seconds() // 60)
    return render_template("account/forgotten.html", form=form, is_sent=True, minutes=minutes)


@bp.route("/kich-hoat/<secret>", methods=["GET", "POST"])
@public
def activate(secret: str) -> Any:
    """The first password of an account."""
    return use_link(secret)


@bp.route("/dat-lai-mat-khau/<secret>", methods=["GET", "POST"])
@public
def reset(secret: str) -> Any:
    """A new password in place of a forgotten one."""
    return use_link(secret)


def use_link(secret: str) -> Any:
    try:
        link = links.look_at(db.session, secret, now=clock.real_now())
    except SpentLink:
        return render_template("account/spent_link.html"), 404
    is_new = link.purpose is not LinkPurpose.PASSWORD_RESET
    shown_name = "" if link.name == link.email else link.name
    form = ActivationForm(name=shown_name) if is_new else NewPasswordForm()
    if request.method == "GET":
        return render_template("account/new_password.html", form=form, link=link, is_new=is_new)
    if form.validate():
        try:
            name = form.name.data if isinstance(form, ActivationForm) else None
            password = str(form.password.data)
            person_id = links.redeem(db.session, secret, password=password, name=name, now=clock.real_now())
        except SpentLink:
            return render_template("account/spent_link.html"), 404
        except InvalidAccount as error:
            form.refuse(error.field, wording.explain(error))
        else:
            login.start_session(person_id)
            flash(words.PASSWORD_SET, "done")
            return redirect(url_for("account.home"), code=303)
    return render_template("account/new_password.html", form=form, link=link, is_new=is_new), 422
