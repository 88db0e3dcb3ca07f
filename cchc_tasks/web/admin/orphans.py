"""Việc chưa có người chịu trách nhiệm: open work whose unit is no more or has nobody present, and its remedies."""

from collections import defaultdict
from typing import Any

from flask import flash, redirect, render_template, url_for
from wtforms import HiddenField, SelectField
from wtforms.fields import SelectChoice

from cchc_tasks import wording
from cchc_tasks.domain import permissions
from cchc_tasks.domain.permissions import Action
from cchc_tasks.domain.reorganisations import InvalidReorganisation
from cchc_tasks.domain.units import UnitKind
from cchc_tasks.services import orphans as service
from cchc_tasks.storage.db import db
from cchc_tasks.storage.queries import orphans as queries
from cchc_tasks.storage.queries import reorganisations as reorganisation_queries
from cchc_tasks.storage.queries import units as unit_queries
from cchc_tasks.storage.queries.orphans import Orphan
from cchc_tasks.web import clock
from cchc_tasks.web.admin.forms import to_id
from cchc_tasks.web.admin.units import living_units
from cchc_tasks.web.admin.views import bp
from cchc_tasks.web.base_form import BaseForm
from cchc_tasks.web.login import current_principal, requires, who_and_when
from cchc_tasks.wording import units as words


class GiveForm(BaseForm):
    """All work of one unit without anybody, to another unit."""

    from_id = HiddenField()
    to_id = SelectField("Chuyển cho", coerce=to_id)

    def fill(self) -> None:
        own = [unit for unit in living_units() if unit.kind is not UnitKind.GROUP]
        self.to_id.choices = [SelectChoice("", "Chọn đơn vị"), *(SelectChoice(str(each.id), each.name) for each in own)]


@bp.get("/viec-chua-co-nguoi")
@requires(Action.EDIT_PLAN)
def orphans() -> Any:
    return orphans_page()


@bp.post("/viec-chua-co-nguoi")
@requires(Action.EDIT_PLAN)
def orphans_give() -> Any:
    """Gives the work of one unit to another in which somebody is."""
    form = GiveForm()
    form.fill()
    if not form.validate():
        return orphans_page(form), 422
    unit_id = to_id(form.from_id.data) if (form.from_id.data or "").isdecimal() else None
    if form.to_id.data is None:
        form.refuse("to_id", "Chọn đơn vị nhận việc.")
        return orphans_page(form), 422
    agency_id = current_principal().agency_id
    task_ids = service.tasks_of(db.session, agency_id, unit_id, clock.now())
    try:
        number = service.give_to(
            db.session,
            task_ids,
            unit_id=form.to_id.data,
            reason=words.ORPHANS_GIVEN,
            request_key=form.request_key.data,
            **who_and_when(),
        )
    except InvalidReorganisation as error:
        form.refuse("to_id", wording.explain(error))
        return orphans_page(form), 422
    name = unit_queries.names_on(db.session, agency_id, clock.today()).get(form.to_id.data, "")
    flash(words.orphans_given(number, name), "done")
    return redirect(url_for("admin.orphans"), code=303)


def orphans_page(refused: GiveForm | None = None) -> str:
    """Work without anybody by the unit that owes it; a form that was refused stands there as it was sent."""
    agency_id, today = current_principal().agency_id, clock.today()
    found = queries.list_orphans(db.session, agency_id, today)
    names = unit_queries.names_on(db.session, agency_id, today)
    heirs = reorganisation_queries.successors(db.session, agency_id)
    by_unit: dict[int | None, list[Orphan]] = defaultdict(list)
    for each in found:
        by_unit[each.unit_ids[0] if each.unit_ids else None].append(each)
    groups = [
        {
            "id": unit_id or 0,
            "name": names.get(unit_id or 0, words.ORPHAN_UNNAMED),
            "why": words.ORPHAN_REASONS[own[0].reason],
            "items": own,
            "form": _form(unit_id, heirs.get(unit_id or 0), refused),
        }
        for unit_id, own in by_unit.items()
    ]
    may_assign = permissions.may(current_principal(), Action.MANAGE_PEOPLE)
    return render_template("admin/orphans.html", groups=groups, total=len(found), may_assign=may_assign)


def _form(unit_id: int | None, heir: int | None, refused: GiveForm | None) -> GiveForm:
    own = str(unit_id or "")
    if refused is not None and (refused.from_id.data or "") == own:
        return refused
    form = GiveForm(formdata=None, from_id=own, to_id=heir)
    form.fill()
    return form
