"""People: the list, invitations, roles in time, disabling."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from cchc_tasks import wording
from cchc_tasks.domain.accounts import InvalidAccount
from cchc_tasks.domain.errors import Refused, StaleEdit
from cchc_tasks.domain.permissions import Action
from cchc_tasks.services import people as service
from cchc_tasks.services.people import NewMembership, NewPerson
from cchc_tasks.storage.db import db
from cchc_tasks.storage.models import Membership, Person
from cchc_tasks.storage.queries import bounces as bounce_queries
from cchc_tasks.storage.queries import people as people_queries
from cchc_tasks.storage.queries import units as unit_queries
from cchc_tasks.web import clock
from cchc_tasks.web.admin.forms import ConfirmForm, EndForm, InviteForm, MembershipForm, PersonForm
from cchc_tasks.web.admin.views import bp
from cchc_tasks.web.link_terms import invitation_terms
from cchc_tasks.web.login import current_principal, requires, who_and_when
from cchc_tasks.wording import mail as mail_words
from cchc_tasks.wording import people as words


@dataclass(frozen=True, slots=True)
class PersonLine:
    """Somebody as the list shows them."""

    id: int
    name: str
    email: str
    title: str
    roles: tuple[str, ...]
    state: str
    state_kind: str
    last_sign_in_at: Any


@bp.get("/nguoi-dung")
@requires(Action.MANAGE_PEOPLE)
def people() -> Any:
    """Everybody of the agency, in the order of Vietnamese names."""
    agency_id, today = current_principal().agency_id, clock.today()
    names = unit_queries.short_names_on(db.session, agency_id, today)
    lines = [line_of(person, names, today) for person in people_queries.list_people(db.session, agency_id)]
    active = [line for line in lines if line.state_kind != "withdrawn"]
    return render_template("admin/people.html", lines=lines, active_count=len(active))


def line_of(person: Person, unit_names: dict[int, str], today: date) -> PersonLine:
    held = [each for each in person.memberships if each.value().holds_on(today)]
    state, kind = words.account_state(is_active=person.is_active, has_password=person.password_hash is not None)
    return PersonLine(
        id=person.id,
        name=person.name,
        email=person.email,
        title=person.title,
        roles=tuple(words.role_in_words(each.role, unit_names.get(each.unit_id or 0, "")) for each in held),
        state=state,
        state_kind=kind,
        last_sign_in_at=person.last_sign_in_at,
    )


@bp.route("/nguoi-dung/moi", methods=["GET", "POST"])
@requires(Action.MANAGE_PEOPLE)
def person_new() -> Any:
    """Somebody new: entered with a first role, and mailed a link to set a password."""
    form = InviteForm()
    form.fill(living_units())
    if request.method == "GET":
        form.starts_on.data = clock.today()
        return render_template("admin/person_new.html", form=form)
    if not form.validate():
        return render_template("admin/person_new.html", form=form), 422
    membership = NewMembership(form.role.data, form.unit_id.data, form.starts_on.data)
    new = NewPerson(form.name.data, form.email.data, form.title.data, form.phone.data, (membership,))
    key = form.request_key.data
    try:
        person = service.invite(db.session, new, **who_and_when(), terms=invitation_terms(), request_key=key)
    except InvalidAccount as error:
        form.refuse(error.field, wording.explain(error))
        return render_template("admin/person_new.html", form=form), 422
    flash(words.invited(person.name, person.email), "done")
    return redirect(url_for("admin.people"), code=303)


@bp.get("/nguoi-dung/<int:person_id>")
@requires(Action.MANAGE_PEOPLE)
def person(person_id: int) -> Any:
    return person_page(person_id)


@bp.post("/nguoi-dung/<int:person_id>")
@requires(Action.MANAGE_PEOPLE)
def person_save(person_id: int) -> Any:
    form = PersonForm()
    if not form.validate():
        return person_page(person_id, form=form), 422
    try:
        service.edit_person(db.session, person_id, **form.values(), **who_and_when())
    except InvalidAccount as error:
        form.refuse(error.field, wording.explain(error))
        return person_page(person_id, form=form), 422
    except StaleEdit as error:
        now = get(person_id)
        current = {"name": now.name, "email": now.email, "title": now.title, "phone": now.phone}
        form.refuse_stale(error, current)
        return person_page(person_id, form=form), 409
    flash(words.SAVED, "done")
    return redirect(url_for("admin.person", person_id=person_id), code=303)


@bp.post("/nguoi-dung/<int:person_id>/vai-tro")
@requires(Action.MANAGE_PEOPLE)
def person_role(person_id: int) -> Any:
    """Gives a role from a day on."""
    form = MembershipForm()
    form.fill(living_units())
    if not form.validate():
        return person_page(person_id, role_form=form), 422
    new = NewMembership(form.role.data, form.unit_id.data, form.starts_on.data, form.ends_on.data)
    key = form.request_key.data
    try:
        service.add_membership(db.session, person_id, new, **who_and_when(), request_key=key)
    except InvalidAccount as error:
        form.refuse(error.field, wording.explain(error))
        return person_page(person_id, role_form=form), 422
    flash(words.SAVED, "done")
    return redirect(url_for("admin.person", person_id=person_id), code=303)


@bp.post("/nguoi-dung/<int:person_id>/vai-tro/<int:membership_id>/ket-thuc")
@requires(Action.MANAGE_PEOPLE)
def person_role_end(person_id: int, membership_id: int) -> Any:
    """Ends a role with the day given, its last."""
    form = EndForm()
    if not form.validate():
        return person_page(person_id, end_form=form, end_id=membership_id), 422
    try:
        service.end_membership(db.session, person_id, membership_id, **form.values(), **who_and_when())
    except Refused as error:
        form.refuse("ends_on", wording.explain(error))
        return person_page(person_id, end_form=form, end_id=membership_id), 409
    flash(words.SAVED, "done")
    return redirect(url_for("admin.person", person_id=person_id), code=303)


@bp.post("/nguoi-dung/<int:person_id>/gui-lai")
@requires(Action.MANAGE_PEOPLE)
def person_invite_again(person_id: int) -> Any:
    """Mails a new link."""
    form = ConfirmForm()
    if not form.validate():
        return person_page(person_id), 422
    person = service.invite_again(db.session, person_id, **form.values(), **who_and_when(), terms=invitation_terms())
    flash(words.invited(person.name, person.email), "done")
    return redirect(url_for("admin.person", person_id=person_id), code=303)


@bp.post("/nguoi-dung/<int:person_id>/khoa", defaults={"is_active": False})
@bp.post("/nguoi-dung/<int:person_id>/mo", defaults={"is_active": True})
@requires(Action.MANAGE_PEOPLE)
def person_active(person_id: int, is_active: bool) -> Any:
    """Disables an account, or enables it again."""
    form = ConfirmForm()
    if not form.validate():
        return person_page(person_id), 422
    person = service.set_active(
        db.session,
        person_id,
        is_active=is_active,
        **form.values(),
        **who_and_when(),
        real_now=clock.real_now(),
    )
    flash(words.activity_changed(person.name, person.is_active), "done")
    return redirect(url_for("admin.person", person_id=person_id), code=303)


def get(person_id: int) -> Person:
    return people_queries.get_person(db.session, current_principal().agency_id, person_id)


def living_units() -> list[unit_queries.UnitRow]:
    return unit_queries.list_units(db.session, current_principal().agency_id, clock.today())


@dataclass(frozen=True, slots=True)
class RoleLine:
    """A role somebody holds, held or will hold."""

    id: int
    words: str
    period: str
    is_over: bool
    end_form: EndForm


def person_page(
    person_id: int,
    form: PersonForm | None = None,
    role_form: MembershipForm | None = None,
    end_form: EndForm | None = None,
    end_id: int = 0,
) -> str:
    """The page of one person; a form that was refused is passed in and stands there as it was sent."""
    person, today = get(person_id), clock.today()
    names = unit_queries.names_on(db.session, person.agency_id, today)
    if role_form is None:
        role_form = MembershipForm(formdata=None, starts_on=today)
        role_form.fill(living_units())
    lines = [role_line(each, names, today, end_form if each.id == end_id else None) for each in person.memberships]
    bounce = bounce_queries.failing_of(db.session, current_principal().agency_id, person_id)
    return render_template(
        "admin/person.html",
        bounced=mail_words.bounced(bounce.action, bounce.status, bounce.diagnostic) if bounce else "",
        bounced_on=bounce.recorded_at if bounce else None,
        person=person,
        line=line_of(person, names, today),
        form=form or PersonForm(formdata=None, obj=person),
        role_form=role_form,
        confirm_form=ConfirmForm(formdata=None),
        role_lines=sorted(lines, key=lambda line: line.is_over),
    )


def role_line(membership: Membership, names: dict[int, str], today: date, bound: EndForm | None) -> RoleLine:
    is_over = membership.ends_on is not None and membership.ends_on < today
    return RoleLine(
        id=membership.id,
        words=words.role_in_words(membership.role, names.get(membership.unit_id or 0, "")),
        period=words.period(membership.starts_on, membership.ends_on),
        is_over=is_over,
        end_form=bound or EndForm(formdata=None, ends_on=today),
    )
