"""Bộ lọc đã lưu: what a person keeps, and the form that keeps the filters of a board."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from cchc_tasks.domain.errors import Invalid, NotFound
from cchc_tasks.domain.permissions import Action
from cchc_tasks.services import saved_filters
from cchc_tasks.storage.db import db
from cchc_tasks.storage.models import SavedFilter
from cchc_tasks.storage.queries import feeds as queries
from cchc_tasks.web import clock
from cchc_tasks.web.login import current_principal, requires
from cchc_tasks.web.saved_filters.forms import RemoveForm, RenameForm, SaveForm
from cchc_tasks.web.saved_filters.reading import Reading, query_text, read
from cchc_tasks.wording import saved_filters as words

bp = Blueprint("saved_filters", __name__, url_prefix="/bo-loc")


@dataclass(frozen=True, slots=True)
class Shown:
    """A saved filter as the list shows it."""

    id: int
    name: str
    says: str
    href: str
    is_whole: bool


@bp.get("")
@requires(Action.READ_AGENCY)
def show() -> Any:
    """The reader's filters, and a form for the ones that the address names."""
    if "luu" not in request.args:
        return page(None)
    form = SaveForm(formdata=None)
    form.query.data = canonical(request.args)
    return page(form)


@bp.post("")
@requires(Action.READ_AGENCY)
def save() -> Any:
    """Keeps filters under a name."""
    form = SaveForm()
    form.query.data = canonical(MultiDict(read_text(form.query.data or "").query.params))
    if form.validate():
        try:
            saved_filters.save_filter(db.session, **form.values(), actor=current_principal(), now=clock.real_now())
        except Invalid as error:
            form.refuse("name", words.refused(error))
        else:
            flash(words.SAVED, "done")
            return redirect(url_for("saved_filters.show"), code=303)
    return page(form), 422


@bp.post("/<int:filter_id>/doi-ten")
@requires(Action.READ_AGENCY)
def rename(filter_id: int) -> Any:
    """Another name for one of the reader's filters."""
    form = RenameForm()
    check_own(filter_id)
    if form.validate():
        try:
            saved_filters.rename_filter(
                db.session, filter_id, **form.values(), actor=current_principal(), now=clock.real_now()
            )
        except Invalid as error:
            form.refuse("name", words.refused(error))
        else:
            flash(words.RENAMED, "done")
            return redirect(url_for("saved_filters.show"), code=303)
    return page(None, renaming=form, renamed_id=filter_id), 422


@bp.post("/<int:filter_id>/xoa")
@requires(Action.READ_AGENCY)
def remove(filter_id: int) -> Any:
    """Ends one of the reader's filters and the calendars of it."""
    form = RemoveForm()
    if not form.validate():
        abort(400)
    saved_filters.remove_filter(db.session, filter_id, **form.values(), actor=current_principal(), now=clock.real_now())
    flash(words.REMOVED, "done")
    return redirect(url_for("saved_filters.show"), code=303)


def check_own(filter_id: int) -> None:
    """Raises `NotFound` for a filter of anybody else before anything is said about the form."""
    principal = current_principal()
    kept = queries.list_filters(db.session, principal.agency_id, principal.person_id)
    if filter_id not in {each.id for each in kept}:
        raise NotFound(what="filter", id=filter_id)


def canonical(args: MultiDict[str, str]) -> str:
    """The filters of an address that mean something here, in one order."""
    return query_text(read_text(query_text(args)).query.params)


def read_text(text: str) -> Reading:
    return read(db.session, current_principal().agency_id, text, clock.today())


def page(form: SaveForm | None, *, renaming: RenameForm | None = None, renamed_id: int | None = None) -> str:
    principal = current_principal()
    kept = queries.list_filters(db.session, principal.agency_id, principal.person_id)
    return render_template(
        "saved_filters/show.html",
        form=form,
        says=words.says(read_text(form.query.data or "").words) if form else "",
        filters=[shown(each) for each in kept],
        # Fresh keys: on the page that answers a form, that form's own key is used up.
        rename_form=RenameForm(formdata=None),
        remove_form=RemoveForm(formdata=None),
        renaming=renaming,
        renamed_id=renamed_id,
    )


def shown(kept: SavedFilter) -> Shown:
    reading = read_text(kept.query)
    href = reading.query.address("boards.columns")
    return Shown(kept.id, kept.name, words.says(reading.words), href, reading.is_whole)
