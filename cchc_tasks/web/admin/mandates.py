"""Phụ trách, ủy quyền, nghỉ dài hạn: powers for a time on one's own page, and those of others for the administrator."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from wtforms import DateField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from cchc_tasks import wording
from cchc_tasks.domain import permissions
from cchc_tasks.domain.permissions import Action, Mandate, MandateKind, Role
from cchc_tasks.domain.reorganisations import InvalidReorganisation
from cchc_tasks.domain.units import UnitKind
from cchc_tasks.services import mandates as service
from cchc_tasks.services.mandates import NewMandate
from cchc_tasks.storage.db import db
from cchc_tasks.storage.models import Mandate as MandateRow
from cchc_tasks.storage.queries import people as people_queries
from cchc_tasks.storage.queries import units as unit_queries
from cchc_tasks.web import clock
from cchc_tasks.web.admin.forms import ConfirmForm, to_id
from cchc_tasks.web.admin.units import living_units
from cchc_tasks.web.admin.views import bp
from cchc_tasks.web.base_form import BaseForm, VersionedForm
from cchc_tasks.web.login import current_principal, own_id, requires, who_and_when
from cchc_tasks.wording import people as people_words
from cchc_tasks.wording import units as words


class MandateForm(BaseForm):
    """Who acts, by what power, for whom and how long."""

    kind = SelectField("Giao", coerce=MandateKind)
    person_id = SelectField("Cho người", coerce=to_id)
    from_id = SelectField("Thay mặt", coerce=to_id)
    unit_id = SelectField("Tại đơn vị", coerce=to_id)
    starts_on = DateField("Từ ngày", [InputRequired()])
    ends_on = DateField("Đến hết ngày", [Optional()])
    basis = StringField("Theo văn bản", [Length(max=300)])

    def fill(self, *, is_manager: bool) -> None:
        """Who manages people gives any power; others what they hold themselves."""
        reader = current_principal()
        people = [each for each in people_queries.list_people(db.session, reader.agency_id) if each.is_active]
        kinds = [each for each in MandateKind if is_manager or _may_give(each)]
        self.kind.choices = [SelectChoice(each.value, words.MANDATES[each]) for each in kinds]
        named = [SelectChoice(str(each.id), each.name) for each in people]
        self.person_id.choices = [SelectChoice("", "Chọn người"), *named]
        givers = named if is_manager else [each for each in named if each.value == str(reader.person_id)]
        self.from_id.choices = [SelectChoice("", "Không thay mặt ai (phụ trách)"), *givers] if is_manager else givers
        own = [each for each in living_units() if each.kind is not UnitKind.GROUP]
        if not is_manager:
            own = [each for each in own if each.id in reader.own_unit_ids]
        self.unit_id.choices = [SelectChoice("", "Toàn cơ quan"), *(SelectChoice(str(u.id), u.name) for u in own)]

    def new(self) -> NewMandate:
        is_leaders = self.kind.data is MandateKind.FOR_LEADER
        return NewMandate(
            kind=self.kind.data,
            person_id=self.person_id.data or 0,
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            unit_id=None if is_leaders else self.unit_id.data,
            from_id=None if self.kind.data is MandateKind.ACTING_HEAD else self.from_id.data,
            basis=self.basis.data,
        )


class AbsenceForm(BaseForm):
    starts_on = DateField("Nghỉ từ ngày", [InputRequired()])
    ends_on = DateField("Đến hết ngày", [Optional()])
    reason = StringField("Lý do", [Length(max=300)])


class AbsenceEndForm(VersionedForm):
    ends_on = DateField("Ngày nghỉ cuối cùng", [InputRequired()])


class MoveForm(BaseForm):
    unit_id = SelectField("Đơn vị mới", coerce=to_id)
    day = DateField("Từ ngày", [InputRequired()])


def _may_give(kind: MandateKind) -> bool:
    """Whether the reader has what they would give, of their own."""
    held = {each.role for each in current_principal().memberships if each.mandate is None}
    return {MandateKind.FOR_LEADER: Role.LEADER, MandateKind.FOR_HEAD: Role.HEAD}.get(kind) in held


def _is_manager() -> bool:
    return permissions.may(current_principal(), Action.MANAGE_PEOPLE)


@bp.get("/uy-quyen")
@requires(Action.READ_AGENCY)
def mandates() -> Any:
    """Powers given for a time: the agency's, or those that the reader got and gave; and the form that gives one."""
    form = MandateForm(formdata=None, starts_on=clock.today())
    form.fill(is_manager=_is_manager())
    return mandates_page(form)


@bp.post("/uy-quyen")
@requires(Action.GIVE_POWER)
def mandate_give() -> Any:
    """Gives a power for a time."""
    form = MandateForm()
    form.fill(is_manager=_is_manager())
    if not form.validate():
        return mandates_page(form), 422
    if form.person_id.data is None:
        form.refuse("person_id", "Chọn người được giao.")
        return mandates_page(form), 422
    try:
        service.give(db.session, form.new(), **who_and_when(), request_key=form.request_key.data)
    except InvalidReorganisation as error:
        form.refuse(error.field, wording.explain(error))
        return mandates_page(form), 422
    flash(people_words.SAVED, "done")
    return redirect(url_for("admin.mandates"), code=303)


def mandates_page(form: MandateForm) -> str:
    agency_id, today = current_principal().agency_id, clock.today()
    only = None if _is_manager() else own_id()
    rows = people_queries.list_mandates(db.session, agency_id, today, person_id=only)
    return render_template(
        "admin/mandates.html",
        lines=mandate_lines(rows),
        form=form,
        can_give=permissions.may_anywhere(current_principal(), Action.GIVE_POWER),
        confirm_form=ConfirmForm(formdata=None),
        is_manager=_is_manager(),
    )


def mandate_lines(rows: list[MandateRow]) -> list[dict[str, Any]]:
    """Powers in words: who, by what, how long; and whether the reader may revoke it."""
    agency_id, today = current_principal().agency_id, clock.today()
    units = unit_queries.names_on(db.session, agency_id, today)
    people = {each.id: each.name for each in people_queries.list_people(db.session, agency_id)} if rows else {}
    return [
        {
            "id": row.id,
            "name": people.get(row.person_id, ""),
            "said": words.mandate_words(
                Mandate(row.kind, row.unit_id, row.from_person_id, people.get(row.from_person_id or 0, "")),
                units.get(row.unit_id or 0, ""),
            ),
            "period": people_words.period(row.starts_on, row.ends_on),
            "basis": row.basis,
            "may_revoke": _is_manager() or row.from_person_id == current_principal().person_id,
        }
        for row in rows
    ]


@bp.post("/uy-quyen/<int:mandate_id>/thu-hoi")
@requires(Action.READ_AGENCY)
def mandate_revoke(mandate_id: int) -> Any:
    """Ends a power with the next request; the service says who may."""
    form = ConfirmForm()
    if form.validate():
        service.revoke(db.session, mandate_id, **form.values(), **who_and_when())
        flash(people_words.SAVED, "done")
    return redirect(url_for("admin.mandates"), code=303)


# --- long leave and moving, on the page of a person


@bp.post("/nguoi-dung/<int:person_id>/nghi")
@requires(Action.MANAGE_PEOPLE)
def person_absence(person_id: int) -> Any:
    form = AbsenceForm()
    if not form.validate():
        return away_page(person_id, absence_form=form), 422
    try:
        service.record_absence(db.session, person_id, **form.values(), **who_and_when())
    except InvalidReorganisation as error:
        form.refuse(error.field, wording.explain(error))
        return away_page(person_id, absence_form=form), 422
    return _saved(person_id)


@bp.post("/nguoi-dung/<int:person_id>/nghi/<int:absence_id>/ket-thuc")
@requires(Action.MANAGE_PEOPLE)
def person_absence_end(person_id: int, absence_id: int) -> Any:
    form = AbsenceEndForm()
    if not form.validate():
        return away_page(person_id), 422
    service.end_absence(db.session, person_id, absence_id, **form.values(), **who_and_when())
    return _saved(person_id)


@bp.post("/nguoi-dung/<int:person_id>/vai-tro/<int:membership_id>/chuyen")
@requires(Action.MANAGE_PEOPLE)
def person_role_move(person_id: int, membership_id: int) -> Any:
    """A role goes on in another unit from a day on."""
    form = MoveForm()
    form.unit_id.choices = _unit_choices()
    if not form.validate() or form.unit_id.data is None:
        form.refuse("unit_id", "Chọn đơn vị mới.")
        return away_page(person_id, move_form=form), 422
    try:
        service.move_person(db.session, person_id, membership_id=membership_id, **form.values(), **who_and_when())
    except InvalidReorganisation as error:
        form.refuse(error.field, wording.explain(error))
        return away_page(person_id, move_form=form), 422
    return _saved(person_id)


def _saved(person_id: int) -> Any:
    flash(people_words.SAVED, "done")
    return redirect(url_for("admin.person_away", person_id=person_id), code=303)


def _unit_choices() -> list[SelectChoice]:
    own = [each for each in living_units() if each.kind is not UnitKind.GROUP]
    return [SelectChoice("", "Chọn đơn vị"), *(SelectChoice(str(each.id), each.name) for each in own)]


@bp.get("/nguoi-dung/<int:person_id>/vang-mat")
@requires(Action.MANAGE_PEOPLE)
def person_away(person_id: int) -> Any:
    return away_page(person_id)


def away_page(person_id: int, absence_form: AbsenceForm | None = None, move_form: MoveForm | None = None) -> str:
    """Somebody's long leave, their powers for a time, and the move to another unit."""
    agency_id, today = current_principal().agency_id, clock.today()
    person = people_queries.get_person(db.session, agency_id, person_id)
    names = unit_queries.names_on(db.session, agency_id, today)
    if move_form is None:
        move_form = MoveForm(formdata=None, day=today)
        move_form.unit_id.choices = _unit_choices()
    held = [each for each in person.memberships if each.unit_id and (each.ends_on is None or each.ends_on >= today)]
    absences = people_queries.list_absences(db.session, agency_id, person_id)
    return render_template(
        "admin/person_away.html",
        person=person,
        roles=[(each.id, people_words.role_in_words(each.role, names.get(each.unit_id or 0, ""))) for each in held],
        move_form=move_form,
        absences=[
            (
                each,
                people_words.period(each.starts_on, each.ends_on),
                each.ends_on is None or each.ends_on >= today,
                AbsenceEndForm(formdata=None, ends_on=today, version=each.version),
            )
            for each in absences
        ],
        absence_form=absence_form or AbsenceForm(formdata=None, starts_on=today),
        lines=mandate_lines(people_queries.list_mandates(db.session, agency_id, today, person_id=person_id)),
        confirm_form=ConfirmForm(formdata=None),
    )
