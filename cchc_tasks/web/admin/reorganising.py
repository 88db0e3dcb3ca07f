"""Units by a decision: what moves is shown first, with choices; then it is recorded. Decisions may be taken back."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from wtforms import DateField, HiddenField, IntegerField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from cchc_tasks import wording
from cchc_tasks.domain.accounts import InvalidAccount
from cchc_tasks.domain.errors import StaleEdit
from cchc_tasks.domain.periods import local_day
from cchc_tasks.domain.permissions import Action, Role
from cchc_tasks.domain.reorganisations import InvalidReorganisation, ReorganisationKind
from cchc_tasks.domain.units import UnitKind
from cchc_tasks.services import reorganising as service
from cchc_tasks.services.reorganising import DecisionPaper, Order, RoleChoice, Successor
from cchc_tasks.services.units import NewUnit
from cchc_tasks.storage.db import db
from cchc_tasks.storage.queries import reorganisations as queries
from cchc_tasks.storage.queries import units as unit_queries
from cchc_tasks.web import clock
from cchc_tasks.web.admin import decisions
from cchc_tasks.web.admin.forms import CheckList, ConfirmForm, kind_choices, to_id
from cchc_tasks.web.admin.units import living_units
from cchc_tasks.web.admin.views import bp
from cchc_tasks.web.base_form import BaseForm
from cchc_tasks.web.login import current_principal, requires, who_and_when
from cchc_tasks.web.updating import put_hidden
from cchc_tasks.wording import people as people_words
from cchc_tasks.wording import units as words

#: How many successors the form offers.
PLACES = (1, 2, 3)
#: Values of the choice for a role: the successor's place and the role, or nothing.
ENDS = "-"


class DecisionForm(BaseForm):
    """A decision about units; `versions` are those of the units as the reader saw them ("3:1 7:2")."""

    kind = SelectField("Quyết định về việc", coerce=ReorganisationKind)
    number = StringField("Số, ký hiệu", [InputRequired(), Length(max=100)])
    issued_on = DateField("Ngày ban hành", [InputRequired()])
    subject = StringField("Trích yếu", [InputRequired(), Length(max=500)])
    effective_on = DateField("Có hiệu lực từ ngày", [InputRequired()])
    from_ids = CheckList("Đơn vị được sắp xếp", coerce=int)
    to_1 = SelectField("Đơn vị kế thừa", coerce=to_id)
    name_1 = StringField("Tên đơn vị mới", [Length(max=300)])
    short_1 = StringField("Tên gọi tắt", [Length(max=100)])
    kind_1 = SelectField("Loại đơn vị mới", coerce=UnitKind)
    to_2 = SelectField("Đơn vị kế thừa thứ hai", coerce=to_id)
    name_2 = StringField("Tên đơn vị mới thứ hai", [Length(max=300)])
    short_2 = StringField("Tên gọi tắt thứ hai", [Length(max=100)])
    kind_2 = SelectField("Loại đơn vị mới thứ hai", coerce=UnitKind)
    to_3 = SelectField("Đơn vị kế thừa thứ ba", coerce=to_id)
    name_3 = StringField("Tên đơn vị mới thứ ba", [Length(max=300)])
    short_3 = StringField("Tên gọi tắt thứ ba", [Length(max=100)])
    kind_3 = SelectField("Loại đơn vị mới thứ ba", coerce=UnitKind)
    versions = HiddenField()
    #: The last decision that the reader's page knew.
    last_decision = IntegerField(validators=[Optional()], widget=HiddenInput())

    def fill(self) -> None:
        own = self._offered()
        listed = [SelectChoice(str(unit.id), unit.name) for unit in own]
        self.kind.choices = [SelectChoice(kind.value, said) for kind, said in words.KINDS.items()]
        self.from_ids.choices = listed
        for place in PLACES:
            self[f"to_{place}"].choices = [SelectChoice("", "Đơn vị mới, hoặc không có"), *listed]
            self[f"kind_{place}"].choices = [each for each in kind_choices() if each.value != UnitKind.GROUP.value]

    def _offered(self) -> list[unit_queries.UnitRow]:
        """The units of today, and those that were chosen while they still were: what was chosen stays chosen."""
        chosen = {*request.form.getlist("from_ids"), *(request.form.get(f"to_{place}", "") for place in PLACES)}
        units = unit_queries.list_units(db.session, current_principal().agency_id, clock.today(), with_closed=True)
        return [
            unit
            for unit in units
            if unit.kind is not UnitKind.GROUP and (unit.is_alive_on(clock.today()) or str(unit.id) in chosen)
        ]

    def seen(self) -> dict[int, int]:
        """The versions that came with the form; what is no pair of numbers is left out."""
        pairs = [each.partition(":") for each in (self.versions.data or "").split()]
        return {int(key): int(value) for key, _, value in pairs if key.isdecimal() and value.isdecimal()}

    def see(self) -> None:
        """Takes the present versions with the form."""
        put_hidden(self, last_decision=decisions.last_id(current_principal().agency_id))
        self.versions.data = " ".join(f"{unit.id}:{unit.version}" for unit in living_units())

    def places(self) -> list[int]:
        """The places of successors that say something."""
        return [place for place in PLACES if self[f"to_{place}"].data or self[f"name_{place}"].data]

    def order(self) -> Order:
        """What the form asks for; choices of tasks and roles stand beside it in the request."""
        day = self.effective_on.data
        successors = tuple(self._successor(place, day) for place in self.places())
        return Order(
            kind=self.kind.data,
            paper=DecisionPaper(self.number.data, self.issued_on.data, self.subject.data),
            effective_on=day,
            from_ids=() if self.kind.data is ReorganisationKind.CREATE else tuple(self.from_ids.data or ()),
            successors=successors,
            tasks=_task_choices(len(successors)),
            people=_role_choices(len(successors)),
            versions=self.seen(),
        )

    def _successor(self, place: int, day: Any) -> Successor:
        unit_id = self[f"to_{place}"].data
        if unit_id is not None and self.kind.data is not ReorganisationKind.RENAME:
            return Successor(unit_id)
        kind, short_name = self[f"kind_{place}"].data, self[f"short_{place}"].data
        return Successor(new=NewUnit(self[f"name_{place}"].data, kind, day, short_name))


def _task_choices(count: int) -> dict[int, int]:
    """Where each task goes, by the place of its successor; fields `task-<id>`."""
    found = {}
    for name, value in request.form.items():
        task_id = name.removeprefix("task-")
        if name != task_id and task_id.isdecimal() and value.isdecimal() and int(value) < count:
            found[int(task_id)] = int(value)
    return found


def _role_choices(count: int) -> dict[int, RoleChoice]:
    """Where each role goes; fields `role-<membership>`, values "0:head" or "-"."""
    found = {}
    for name, value in request.form.items():
        membership_id = name.removeprefix("role-")
        if name == membership_id or not membership_id.isdecimal():
            continue
        place, _, role = value.partition(":")
        if value == ENDS:
            found[int(membership_id)] = RoleChoice(None)
        elif place.isdecimal() and int(place) < count and role in set(Role):
            found[int(membership_id)] = RoleChoice(int(place), Role(role))
    return found


@bp.route("/don-vi/sap-xep", methods=["GET", "POST"])
@requires(Action.MANAGE_UNITS)
def reorganise() -> Any:
    """A decision about units: typed, looked at with what it moves, then recorded."""
    form = DecisionForm()
    form.fill()
    if request.method == "GET":
        asked = request.args.get("loai", "")
        form.kind.data = ReorganisationKind(asked) if asked in set(ReorganisationKind) else ReorganisationKind.MERGE
        form.effective_on.data = clock.today()
        for place in PLACES:
            form[f"kind_{place}"].data = UnitKind.DIVISION
        form.see()
        return page(form)
    if not form.validate():
        return page(form), 422
    if "accept" not in request.form:
        return page(form, order=form.order())
    return accept(form)


def accept(form: DecisionForm) -> Any:
    order = form.order()
    try:
        service.record(db.session, order, **who_and_when(), request_key=form.request_key.data)
    except (InvalidReorganisation, InvalidAccount) as error:
        form.refuse(_field(error.field), wording.explain(error))
        return page(form, order=order), 422
    except StaleEdit:
        form.refuse("", _told(order, form.last_decision.data or 0))
        form.see()
        return page(form, order=order), 409
    flash(words.recorded(order.effective_on, order.effective_on <= clock.today()), "done")
    return redirect(url_for("admin.units"), code=303)


def _told(order: Order, last_decision: int) -> str:
    """What somebody else did to these units meanwhile."""
    named = {*order.from_ids, *(each.unit_id for each in order.successors if each.unit_id is not None)}
    found = decisions.recorded_meanwhile(current_principal().agency_id, named, last_decision)
    return f"{found} {words.TYPED_STAYS}" if found else words.STALE


def _field(name: str) -> str:
    return {"successors": "to_1", "name": "name_1", "valid_from": "effective_on"}.get(name, name)


def page(form: DecisionForm, order: Order | None = None) -> str:
    """The form and, once something can be shown, what the decision would move."""
    return render_template("admin/reorganise.html", form=form, places=PLACES, **(moves(form, order) if order else {}))


def moves(form: DecisionForm, order: Order) -> dict[str, Any]:
    """Work, people and groups that the decision would move, each with where it goes."""
    agency_id, session = current_principal().agency_id, db.session
    names = unit_queries.names_on(session, agency_id, clock.today())
    heirs = [names.get(each.unit_id or 0, "") or (each.new.name if each.new else "") for each in order.successors]
    tasks = queries.moving_tasks(session, agency_id, order.from_ids, order.effective_on) if order.from_ids else []
    roles = queries.moving_roles(session, agency_id, order.from_ids, order.effective_on) if order.from_ids else []
    groups = queries.groups_of(session, agency_id, order.from_ids, order.effective_on) if order.from_ids else []
    is_kept = order.kind is ReorganisationKind.RENAME
    return {
        "is_shown": True,
        "heirs": heirs,
        "tasks": [] if is_kept else [(each, order.tasks.get(each.id, main_place(order))) for each in tasks],
        "role_lines": [] if is_kept else [role_line(each, order, heirs, names) for each in roles],
        "groups": [] if is_kept else sorted({names.get(each.group_id, "") for each in groups}),
        "is_late": order.effective_on < local_day(clock.now()),
    }


def main_place(order: Order) -> int:
    """The place of the heir of everything that no choice names."""
    own = [place for place, each in enumerate(order.successors) if each.unit_id in order.from_ids]
    return own[0] if own else 0


def role_line(moving: queries.MovingRole, order: Order, heirs: list[str], names: dict[int, str]) -> dict[str, Any]:
    """A role with its choices; what stands first is what happens where nothing is said."""
    role = Role(moving.role)
    options = []
    for place, name in enumerate(heirs):
        kept = Role.STAFF if role is Role.HEAD else role
        options.append((f"{place}:{kept.value}", words.place_words(name, kept)))
        if role is Role.HEAD:
            options.append((f"{place}:{role.value}", words.place_words(name, role)))
    options.append((ENDS, words.NOBODY))
    chosen = order.people.get(moving.membership_id)
    value = f"{main_place(order)}:{(Role.STAFF if role is Role.HEAD else role).value}" if heirs else ENDS
    if chosen is not None:
        value = ENDS if chosen.successor is None else f"{chosen.successor}:{(chosen.role or role).value}"
    return {
        "id": moving.membership_id,
        "name": moving.name,
        "was": people_words.role_in_words(role, names.get(moving.unit_id, "")),
        "options": options,
        "value": value,
    }


@bp.post("/don-vi/quyet-dinh/<int:decision_id>/huy")
@requires(Action.MANAGE_UNITS)
def decision_cancel(decision_id: int) -> Any:
    """Takes a decision back before its day."""
    form = ConfirmForm()
    if form.validate():
        try:
            service.cancel(db.session, decision_id, **form.values(), **who_and_when())
        except InvalidReorganisation as error:
            flash(wording.explain(error), "soon")
        else:
            flash(words.CANCELLED, "done")
    return redirect(url_for("admin.units"), code=303)
