"""Units: the list, their names in time, other ways of writing them, members of groups."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from cchc_tasks import wording
from cchc_tasks.domain.accounts import InvalidAccount
from cchc_tasks.domain.errors import StaleEdit
from cchc_tasks.domain.permissions import Action
from cchc_tasks.domain.units import UnitKind
from cchc_tasks.services import units as service
from cchc_tasks.services.units import NewUnit
from cchc_tasks.storage.db import db
from cchc_tasks.storage.models import Unit
from cchc_tasks.storage.queries import reorganisations as reorganisation_queries
from cchc_tasks.storage.queries import units as unit_queries
from cchc_tasks.web import clock
from cchc_tasks.web.admin.decisions import sentence
from cchc_tasks.web.admin.forms import ConfirmForm, MembersForm, RenameForm, UnitDetailsForm, UnitForm
from cchc_tasks.web.admin.views import bp
from cchc_tasks.web.login import current_principal, requires, who_and_when
from cchc_tasks.wording import people as words
from cchc_tasks.wording import units as unit_words


@bp.get("/don-vi")
@requires(Action.MANAGE_UNITS)
def units() -> Any:
    """Units as of today, in the office's order, with what stands behind each."""
    agency_id, today = current_principal().agency_id, clock.today()
    rows = unit_queries.list_units(db.session, agency_id, today, with_closed=True)
    members = unit_queries.members_of_groups(db.session, agency_id, today)
    short_names = {row.id: row.short_name for row in rows}
    return render_template(
        "admin/units.html",
        rows=rows,
        people_counts=unit_queries.count_people(db.session, agency_id, today),
        members={
            group_id: unit_queries.in_order(short_names[each] for each in ids) for group_id, ids in members.items()
        },
        today=today,
        decisions=decision_lines(),
        confirm_form=ConfirmForm(formdata=None),
    )


@bp.route("/don-vi/moi", methods=["GET", "POST"])
@requires(Action.MANAGE_UNITS)
def unit_new() -> Any:
    form = UnitForm()
    form.fill()
    if request.method == "GET":
        form.valid_from.data = clock.today().replace(month=1, day=1)
        return render_template("admin/unit_new.html", form=form)
    if not form.validate():
        return render_template("admin/unit_new.html", form=form), 422
    values = form.values()
    key = values.pop("request_key")
    try:
        unit = service.create_unit(db.session, NewUnit(**values), **who_and_when(), request_key=key)
    except InvalidAccount as error:
        form.refuse(error.field, wording.explain(error))
        return render_template("admin/unit_new.html", form=form), 422
    flash(words.SAVED, "done")
    return redirect(url_for("admin.unit", unit_id=unit.id), code=303)


@bp.get("/don-vi/<int:unit_id>")
@requires(Action.MANAGE_UNITS)
def unit(unit_id: int) -> Any:
    return unit_page(unit_id)


@bp.post("/don-vi/<int:unit_id>")
@requires(Action.MANAGE_UNITS)
def unit_save(unit_id: int) -> Any:
    """Changes kind and other spellings."""
    form = UnitDetailsForm()
    form.fill()
    if not form.validate():
        return unit_page(unit_id, form=form), 422
    values = form.values()
    aliases = values.pop("aliases").split("\n")
    try:
        service.edit_unit(db.session, unit_id, aliases=aliases, **values, **who_and_when())
    except InvalidAccount as error:
        form.refuse(error.field, wording.explain(error))
        return unit_page(unit_id, form=form), 422
    except StaleEdit as error:
        form.refuse_stale(error, {"aliases": alias_text(get(unit_id))})
        return unit_page(unit_id, form=form), 409
    return done(unit_id)


@bp.post("/don-vi/<int:unit_id>/ten")
@requires(Action.MANAGE_UNITS)
def unit_rename(unit_id: int) -> Any:
    """Another name from a day on."""
    form = RenameForm()
    if not form.validate():
        return unit_page(unit_id, rename_form=form), 422
    try:
        service.rename_unit(db.session, unit_id, **form.values(), **who_and_when())
    except InvalidAccount as error:
        form.refuse(error.field, wording.explain(error))
        return unit_page(unit_id, rename_form=form), 422
    except StaleEdit as error:
        last = max(get(unit_id).names, key=lambda each: each.valid_from)
        form.refuse_stale(error, {"name": last.name, "short_name": last.short_name})
        return unit_page(unit_id, rename_form=form), 409
    return done(unit_id)


@bp.post("/don-vi/<int:unit_id>/thanh-vien")
@requires(Action.MANAGE_UNITS)
def unit_members(unit_id: int) -> Any:
    """Which units are in the group from a day on."""
    form = MembersForm()
    form.fill(living_units())
    if not form.validate():
        return unit_page(unit_id, members_form=form), 422
    try:
        service.set_members(db.session, unit_id, **form.values(), **who_and_when())
    except InvalidAccount as error:
        form.refuse(error.field, wording.explain(error))
        return unit_page(unit_id, members_form=form), 422
    except StaleEdit as error:
        form.refuse_stale(error, {})
        return unit_page(unit_id, members_form=form), 409
    return done(unit_id)


def done(unit_id: int) -> Any:
    flash(words.SAVED, "done")
    return redirect(url_for("admin.unit", unit_id=unit_id), code=303)


def get(unit_id: int) -> Unit:
    return unit_queries.get_unit(db.session, current_principal().agency_id, unit_id)


def living_units() -> list[unit_queries.UnitRow]:
    return unit_queries.list_units(db.session, current_principal().agency_id, clock.today())


def alias_text(unit: Unit) -> str:
    return "\n".join(alias.alias for alias in unit.aliases)


def unit_page(
    unit_id: int,
    form: UnitDetailsForm | None = None,
    rename_form: RenameForm | None = None,
    members_form: MembersForm | None = None,
) -> str:
    """The page of one unit; a form that was refused is passed in and stands there as it was sent."""
    unit, today = get(unit_id), clock.today()
    name = unit_queries.name_on(unit.names, today)
    is_group = unit.kind is UnitKind.GROUP
    if form is None:
        form = UnitDetailsForm(formdata=None, kind=unit.kind, aliases=alias_text(unit), version=unit.version)
        form.fill()
    if rename_form is None:
        rename_form = RenameForm(formdata=None, valid_from=today, version=unit.version)
    if is_group and members_form is None:
        held = unit_queries.members_of_groups(db.session, unit.agency_id, today).get(unit.id, frozenset())
        members_form = MembersForm(formdata=None, member_ids=sorted(held), valid_from=today, version=unit.version)
        members_form.fill(living_units())
    return render_template(
        "admin/unit.html",
        unit=unit,
        name=name.name if name else unit.code,
        name_lines=[(each.name, each.short_name, words.period(each.valid_from, each.valid_to)) for each in unit.names],
        form=form,
        rename_form=rename_form,
        members_form=members_form,
        history=group_history(unit) if is_group else [],
    )


def group_history(unit: Unit) -> list[tuple[str, str]]:
    """Who was in the group when, the latest first."""
    names = unit_queries.names_on(db.session, unit.agency_id, clock.today())
    rows = unit_queries.list_group_history(db.session, unit.agency_id, unit.id)
    return [(names.get(row.member_id, ""), words.period(row.valid_from, row.valid_to)) for row in rows]


def decision_lines() -> list[dict[str, Any]]:
    """Every decision of the agency for the page of units, the latest first."""
    agency_id = current_principal().agency_id
    found = []
    for each in reorganisation_queries.list_decisions(db.session, agency_id):
        moved = each.outcome.facts if each.outcome else {}
        found.append(
            {
                "id": each.row.id,
                "said": sentence(each),
                "document": unit_words.by_document(each.row.number, each.row.issued_on, each.row.subject),
                "state": unit_words.state(each.outcome.outcome if each.outcome else None, each.row.effective_on),
                "is_pending": each.is_pending,
                "moved": unit_words.what_moved(moved) if any(moved.values()) else "",
            }
        )
    return list(reversed(found))
