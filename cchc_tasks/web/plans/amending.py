"""Điều chỉnh: what a newer print of a plan changes, row by row, and the yes that records it with its document."""

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from wtforms import DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from cchc_tasks import wording
from cchc_tasks.domain.errors import Refused, RefusedReason, StaleEdit
from cchc_tasks.domain.permissions import Action
from cchc_tasks.domain.plan_declining import change_keys
from cchc_tasks.domain.plan_difference import PlanDifference, TaskPair
from cchc_tasks.domain.plan_matching import said_twice
from cchc_tasks.domain.state_difference import StateNote, state_notes
from cchc_tasks.services import amendments, staging
from cchc_tasks.services.amendments import AmendingDocument
from cchc_tasks.services.staging import Review
from cchc_tasks.storage.db import db
from cchc_tasks.storage.models import AmendmentKind, Plan
from cchc_tasks.storage.queries import drafts as draft_queries
from cchc_tasks.storage.queries import plans as plan_queries
from cchc_tasks.web import clock
from cchc_tasks.web.base_form import BaseForm
from cchc_tasks.web.login import current_principal, requires, who_and_when
from cchc_tasks.web.plans.blueprint import bp
from cchc_tasks.web.plans.forms import DATE_FORMATS, LONGEST
from cchc_tasks.web.updating import put_hidden
from cchc_tasks.wording import amendments as words
from cchc_tasks.wording import drafts as draft_words
from cchc_tasks.wording import taking_over

#: At which field a refusal is shown.
FIELD_OF = {
    RefusedReason.AFTER_TODAY: "effective_on",
    RefusedReason.BEFORE_PLAN: "effective_on",
    RefusedReason.BEFORE_AMENDMENT: "effective_on",
}
#: The value that says "none of these: it is new".
NEW = "moi"


class AmendmentForm(BaseForm):
    """The document that amends; `version` is that of the draft it was written in, none for a print from outside."""

    version = IntegerField(validators=[Optional()], widget=HiddenInput())
    #: The plan whose difference was shown.
    plan_version = IntegerField(validators=[Optional()], widget=HiddenInput())
    kind = SelectField(
        "Cách điều chỉnh", choices=[SelectChoice(kind.value, words.KINDS[kind.value]) for kind in AmendmentKind]
    )
    number = StringField("Số, ký hiệu văn bản điều chỉnh", [DataRequired(), Length(max=60)])
    issued_on = DateField("Ngày ban hành", [InputRequired()], format=DATE_FORMATS)
    effective_on = DateField("Ngày có hiệu lực", [InputRequired()], format=DATE_FORMATS)
    subject = TextAreaField("Trích yếu", [Optional(), Length(max=LONGEST)])

    def document(self) -> AmendingDocument:
        return AmendingDocument(
            AmendmentKind(self.kind.data),
            self.number.data or "",
            self.issued_on.data,  # type: ignore[arg-type]
            self.effective_on.data,  # type: ignore[arg-type]
            self.subject.data or "",
        )


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One change as the page shows it; `key` names it where it is left out."""

    key: str
    is_taken: bool
    what: str
    about: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """One row of the plan with all that changes in it."""

    numbers: str
    text: str
    lines: tuple[ChangeLine, ...]


@dataclass(frozen=True, slots=True)
class AskedRow:
    """A row that may be one of several, with what it may be and what was said."""

    row_id: str
    text: str
    options: tuple[tuple[str, str], ...]
    said: str


@bp.route("/<int:plan_id>/dieu-chinh/<int:import_id>", methods=["GET", "POST"])
@requires(Action.EDIT_PLAN)
def amend(plan_id: int, import_id: int) -> Any:
    """The difference, and its document; recording it is one unit of work."""
    plan = plan_queries.get_plan(db.session, current_principal().agency_id, plan_id)
    state = staging.review(db.session, import_id, actor=current_principal(), today=clock.today())
    if state.staged.plan_id is not None:
        if request.method == "POST":
            flash(words.RECORDED_ALREADY, "note")
        return redirect(url_for("plans.show", plan_id=state.staged.plan_id), code=303)
    form = _form(plan, state)
    if request.method == "GET" or request.form.get("xem"):
        form.form_errors = []
        put_hidden(form, plan_version=plan.version)
        return _page(plan, state, form)
    if not form.validate():
        return _page(plan, state, form), 422
    document = form.document()
    answers = _answers()
    try:
        amendments.amend_from_review(
            db.session,
            plan_id,
            import_id,
            document=document,
            answers=answers,
            declined=_declined(),
            version=form.version.data,
            plan_version=form.plan_version.data,
            request_key=form.request_key.data,
            **who_and_when(),
        )
    except StaleEdit as error:
        db.session.rollback()
        state = staging.review(db.session, import_id, actor=current_principal(), today=clock.today())
        if error.facts.get("what") == Plan.__tablename__:
            plan = plan_queries.get_plan(db.session, current_principal().agency_id, plan_id)
            put_hidden(form, plan_version=plan.version)
            form.refuse("", words.AMENDED_MEANWHILE)
        else:
            put_hidden(form, version=error.facts["current"])
            form.refuse("", wording.explain(error))
        return _page(plan, state, form), 409
    except Refused as error:
        form.refuse(FIELD_OF.get(error.reason, ""), wording.explain(error))
        return _page(plan, state, form), 409
    flash(words.done(document.number, document.effective_on), "done")
    return redirect(url_for("plans.show", plan_id=plan_id), code=303)


def _form(plan: Plan, state: Review) -> AmendmentForm:
    """The form of the document; a draft names its kinds in its own words and carries its version."""
    if state.match is None:
        return AmendmentForm(data=_proposed(plan, state))
    draft = draft_queries.get_draft(db.session, plan.agency_id, state.staged.id)
    form = AmendmentForm(data={"kind": AmendmentKind.SUPPLEMENT.value, "version": draft.version})
    form.kind.choices = [SelectChoice(value, text) for value, text in draft_words.KINDS.items()]
    return form


def _declined() -> frozenset[str]:
    """Changes that were shown with a box and came back without its mark."""
    return frozenset(request.form.getlist("thay")) - frozenset(request.form.getlist("nhan"))


def _proposed(plan: Plan, state: Review) -> dict[str, Any]:
    """The print's own number and day, where it is not simply the plan's."""
    heading = state.reading.heading
    if (heading.number, heading.issued_on) == (plan.number, plan.issued_on):
        return {}
    return {
        "kind": AmendmentKind.SUPPLEMENT.value,
        "number": heading.number,
        "issued_on": heading.issued_on,
        "effective_on": heading.issued_on,
        "subject": heading.title,
    }


def _answers() -> dict[str, int | None]:
    """Which row each asked one is, by row_id; what was not answered is left out."""
    given = {name.removeprefix("dong-"): value for name, value in request.form.items() if name.startswith("dong-")}
    return {
        row: int(value) if value.isdecimal() else None
        for row, value in given.items()
        if value == NEW or value.isdecimal()
    }


def _page(plan: Plan, state: Review, form: AmendmentForm) -> str:
    kind = AmendmentKind(form.kind.data) if form.kind.data in set(AmendmentKind) else AmendmentKind.REVISED
    answers = _answers()
    if said_twice(answers):
        form.refuse("", words.SAID_TWICE)
    asked = _difference(plan, state, kind, {}).asked
    found = _difference(plan, state, kind, answers)
    return render_template(
        "plans/amend.html",
        plan=plan,
        form=form,
        import_id=state.staged.id,
        is_draft=state.match is not None,
        file_name=state.staged.file_name,
        summary=words.summary(found),
        rows=[_row(row) for row in found.changed],
        states=[_state(note) for note in state_notes(found)],
        states_stay=taking_over.STATES_STAY,
        asked=_asked(plan, state, list(asked), answers),
        is_open=bool(found.asked),
        blocking=len(state.blocking) + len(state.ended_units),
        new_units=[unit.name for unit in state.units if unit.unit_id is None],
    )


def _difference(plan: Plan, state: Review, kind: AmendmentKind, answers: dict[str, int | None]) -> PlanDifference:
    return amendments.difference_of(
        db.session,
        plan.id,
        state.answered,
        kind=kind,
        units=state.units,
        answers=answers,
        match=state.match,
        **who_and_when(),
    )


def _row(row: TaskPair) -> ChangedRow:
    task = row.new or row.old
    declined = _declined()
    lines = tuple(
        ChangeLine(
            key,
            key not in declined,
            words.CHANGES[change.kind],
            ", ".join(filter(None, (change.product, change.period))),
            *words.side_words(change),
        )
        for key, change in change_keys(row)
    )
    return ChangedRow(words.number_words(row), task.text if task is not None else "", lines)


def _state(note: StateNote) -> tuple[str, ...]:
    """A printed state beside the one that is held."""
    printed = taking_over.progress_words(note.printed)
    return ", ".join(note.numbers), note.product, taking_over.held_words(note), printed


def _asked(plan: Plan, state: Review, asked: list[Any], answers: dict[str, int | None]) -> list[AskedRow]:
    if not asked:
        return []
    printed = {task.row_id: task for task in state.answered.tasks()}
    whole = plan_queries.get_whole_plan(db.session, plan.agency_id, plan.id)
    known = {task.id: task for area in whole.areas for task in area.tasks}
    return [
        AskedRow(
            each.row_id,
            words.candidate_words(printed[each.row_id].numbers, printed[each.row_id].text),
            tuple(
                (str(key), words.candidate_words(tuple(known[key].numbers), known[key].text)) for key in each.candidates
            ),
            "" if each.row_id not in answers else str(answers[each.row_id] or NEW),
        )
        for each in asked
    ]


@dataclass(frozen=True, slots=True)
class AmendLink:
    """A plan that the print may amend; `is_same` where it carries the plan's own number and date."""

    name: str
    href: str
    is_same: bool


def amend_links(state: Review) -> list[AmendLink]:
    """The plan of the same number and date; without one, the plans of the same year."""
    heading = state.reading.heading
    lines = plan_queries.list_plans(db.session, current_principal().agency_id)
    of_year = [line for line in lines if line.year == heading.year]
    same = [line for line in lines if (line.number, line.issued_on) == (heading.number, heading.issued_on)]
    return [
        AmendLink(line.number, url_for("plans.amend", plan_id=line.id, import_id=state.staged.id), bool(same))
        for line in same or of_year
    ]
