"""One's own account: name, telephone number, password."""

from typing import Any

from flask import flash, redirect, render_template, url_for

from cchc_tasks import wording
from cchc_tasks.domain.accounts import InvalidAccount, TooManyAttempts
from cchc_tasks.domain.errors import StaleEdit
from cchc_tasks.domain.mail_preferences import MailPreference, from_json
from cchc_tasks.domain.permissions import Action
from cchc_tasks.services import mail_preferences, people, reminder_rules
from cchc_tasks.services.sign_in import count_attempt, subject
from cchc_tasks.storage.db import db
from cchc_tasks.storage.models import Person
from cchc_tasks.storage.queries import people as people_queries
from cchc_tasks.web import clock, login
from cchc_tasks.web.account.forms import ChangePasswordForm, MailForm, OwnForm
from cchc_tasks.web.account.views import bp, guess_limits
from cchc_tasks.web.login import current_principal, requires, who_and_when
from cchc_tasks.wording import people as words
from cchc_tasks.wording import reminders as reminder_words


@bp.get("/tai-khoan")
@requires(Action.READ_AGENCY)
def show() -> Any:
    return own_page()


@bp.post("/tai-khoan")
@requires(Action.READ_AGENCY)
def save() -> Any:
    form = OwnForm()
    if not form.validate():
        return own_page(form=form), 422
    try:
        people.edit_own(db.session, **form.values(), **who_and_when())
    except StaleEdit as error:
        person = own()
        form.refuse_stale(error, {"name": person.name, "phone": person.phone})
        return own_page(form=form), 409
    flash(words.SAVED, "done")
    return redirect(url_for("account.show"), code=303)


@bp.post("/tai-khoan/nhac-viec")
@requires(Action.READ_AGENCY)
def prefer_mail() -> Any:
    """How often one wants reminders."""
    form = MailForm()
    if not form.validate():
        return own_page(mail_form=form), 422
    try:
        mail_preferences.choose(
            db.session,
            MailPreference(form.frequency.data, form.weekday.data),
            version=form.version.data or 0,
            request_key=form.request_key.data,
            **who_and_when(),
        )
    except StaleEdit as error:
        form.refuse_stale(error, {})
        return own_page(mail_form=form), 409
    flash(reminder_words.PREFERENCE_SET, "done")
    return redirect(url_for("account.show"), code=303)


@bp.post("/tai-khoan/mat-khau")
@requires(Action.READ_AGENCY)
def change_password() -> Any:
    """Sets a new password; this session goes on as a new one, every other one ends."""
    form = ChangePasswordForm()
    if not form.validate():
        return own_page(password_form=form), 422
    actor, limits = current_principal(), guess_limits()
    try:
        count_attempt(
            db.session, {subject("change", str(actor.person_id)): limits.per_account}, limits, clock.real_now()
        )
        people.change_password(
            db.session,
            current=str(form.current.data),
            new=str(form.password.data),
            actor=actor,
            real_now=clock.real_now(),
        )
    except TooManyAttempts as error:
        form.refuse("", wording.explain(error))
        return own_page(password_form=form), 429
    except InvalidAccount as error:
        form.refuse(error.field, wording.explain(error))
        return own_page(password_form=form), 422
    login.start_session(login.own_id())
    flash(words.PASSWORD_CHANGED, "done")
    return redirect(url_for("account.show"), code=303)


def own() -> Person:
    return people_queries.get_person(db.session, current_principal().agency_id, login.own_id())


def mail_form_of(person: Person) -> MailForm:
    wanted = from_json(person.preferences or {})
    values = {"frequency": wanted.frequency, "weekday": wanted.weekday, "version": person.version}
    return MailForm(formdata=None, data=values)


def own_page(
    form: OwnForm | None = None,
    password_form: ChangePasswordForm | None = None,
    mail_form: MailForm | None = None,
) -> str:
    person = own()
    rules, _version = reminder_rules.load(db.session, person.agency_id)
    account = login.current_account()
    return render_template(
        "account/show.html",
        account=account,
        roles=words.roles_in_words(account.principal.memberships, account.unit_names) if account else (),
        form=form or OwnForm(formdata=None, obj=person),
        password_form=password_form or ChangePasswordForm(formdata=None),
        mail_form=mail_form or mail_form_of(person),
        binding=reminder_words.rules_of(rules.binding - rules.off) if rules.binding - rules.off else "",
    )
