"""Views of đôn đốc: units with late work, one unit's late work, its explanations asked for, its letter."""

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for

from cchc_tasks import wording
from cchc_tasks.domain.errors import Refused, RefusedReason, SomeRefused
from cchc_tasks.domain.permissions import Action
from cchc_tasks.exports.official.word_file import docx_bytes
from cchc_tasks.services import explanations
from cchc_tasks.storage.db import db
from cchc_tasks.storage.queries import explanations as explanation_queries
from cchc_tasks.storage.queries import obligations as obligation_queries
from cchc_tasks.storage.queries import tasks as task_queries
from cchc_tasks.storage.queries.explanations import ExplanationRow
from cchc_tasks.storage.queries.obligations import WorkFilter
from cchc_tasks.web import clock, work_items
from cchc_tasks.web.login import current_principal, requires, who_and_when
from cchc_tasks.web.urging.forms import AskForm
from cchc_tasks.web.urging.late_work import LateUnit, late_unit, late_units
from cchc_tasks.web.urging.letter import letter_of
from cchc_tasks.wording import explanations as explanation_words
from cchc_tasks.wording import urging as words
from cchc_tasks.wording import work as work_words

bp = Blueprint("urging", __name__, url_prefix="/don-doc")

WORD_FILE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
#: What is proposed as the time to answer; the office changes it.
DAYS_TO_ANSWER = 7


@bp.get("")
@requires(Action.ASK_EXPLANATION)
def index() -> Any:
    """Units with late work, and every explanation that is waited for."""
    agency_id, today = current_principal().agency_id, clock.today()
    units = late_units(agency_id, today)
    return render_template(
        "urging/index.html",
        units=[(each, (today - (each.rows[0].due_on or today)).days) for each in units],
        facts=words.facts(len(units), sum(len(each.rows) for each in units), today),
        waiting=waiting_lines(agency_id, today),
    )


def waiting_lines(agency_id: int, today: date) -> list[tuple[ExplanationRow, str, str]]:
    """Each explanation that is waited for, by when in words, and the title of its work."""
    waiting = explanation_queries.waiting(db.session, agency_id)
    wanted = WorkFilter(obligation_ids=[each.obligation_id for each in waiting])
    rows = obligation_queries.list_work(db.session, agency_id, wanted) if waiting else []
    titles = {row.id: work_words.title(row.text, row.period_label) for row in rows}
    return [
        (each, explanation_words.waits(each.answer_by, today), titles.get(each.obligation_id, "")) for each in waiting
    ]


@bp.get("/<int:unit_id>")
@requires(Action.ASK_EXPLANATION)
def unit(unit_id: int) -> Any:
    """One unit's late work, its letters, and the form that asks for explanations."""
    today = clock.today()
    found = late_unit(current_principal().agency_id, unit_id, today)
    form = AskForm(formdata=None, data={"answer_by": today + timedelta(days=DAYS_TO_ANSWER)})
    return unit_page(found, form, today)


@bp.post("/<int:unit_id>/giai-trinh")
@requires(Action.ASK_EXPLANATION)
def ask(unit_id: int) -> Any:
    """Asks for an explanation of every work that is ticked; all or none."""
    today = clock.today()
    found = late_unit(current_principal().agency_id, unit_id, today)
    form = AskForm()
    versions = {key: seen for key, seen in form.versions().items() if key in {row.id for row in found.rows}}
    if not form.validate():
        return unit_page(found, form, today), 422
    if not versions:
        form.refuse("", explanation_words.NOTHING_CHOSEN)
        return unit_page(found, form, today), 422
    try:
        asked = explanations.ask_many(
            db.session,
            versions,
            answer_by=form.answer_by.data,
            words=form.text.data or "",
            request_key=form.request_key.data,
            **who_and_when(),
        )
    except SomeRefused as error:
        refuse_each(form, error)
        return unit_page(late_unit(current_principal().agency_id, unit_id, today), form, today), 422
    except Refused as error:
        form.refuse("", wording.explain(error))
        return unit_page(found, form, today), 422
    flash(explanation_words.asked_many(len(asked), form.answer_by.data), "done")
    return redirect(url_for("urging.unit", unit_id=unit_id), code=303)


def refuse_each(form: AskForm, error: SomeRefused) -> None:
    """Each reason once; that of the day at its field."""
    for _key, each in error.refusals:
        is_day = isinstance(each, Refused) and each.reason is RefusedReason.ANSWER_BY_PAST
        said = wording.explain(each)
        if said not in (*form.form_errors, *form.answer_by.errors):
            form.refuse("answer_by" if is_day else "", said)


@bp.get("/<int:unit_id>/cong-van/<int:plan_id>.docx")
@requires(Action.ASK_EXPLANATION)
def letter(unit_id: int, plan_id: int) -> Any:
    """The draft letter about the unit's late work under one plan."""
    agency_id, today = current_principal().agency_id, clock.today()
    found = late_unit(agency_id, unit_id, today)
    document = letter_of(agency_id, found, plan_id, today, answer_day(today))
    response = Response(docx_bytes(document), content_type=WORD_FILE)
    response.headers["Content-Disposition"] = f'attachment; filename="{words.file_name(str(unit_id), today)}"'
    return response


def answer_day(today: date) -> date:
    """The day asked for (`?han=`), else the proposed one."""
    try:
        return date.fromisoformat(request.args.get("han", ""))
    except ValueError:
        return today + timedelta(days=DAYS_TO_ANSWER)


def unit_page(found: LateUnit, form: AskForm, today: date) -> str:
    agency_id = current_principal().agency_id
    units = task_queries.units_by_id(db.session, agency_id, today)
    soon = int(current_app.config["CCHC_SETTINGS"].due_soon_days)
    items = work_items.present(found.rows, today=today, units=units, due_soon_days=soon)
    marks = work_items.Marks()
    ticked = set(form.versions())
    plans = task_queries.plan_numbers(db.session, agency_id, found.plan_ids)
    return render_template(
        "urging/unit.html",
        unit=found,
        facts=words.unit_facts(len(found.rows), found.asked, today),
        rows=[
            {
                "item": item,
                "value": f"{item.id}:{item.row.version}",
                "is_ticked": item.id in ticked,
                "due": marks.due(item.due),
                "status": marks.status(item.status_kind, item.status_words),
                "asked": explanation_words.waits(item.row.explain_by, today) if item.row.explain_by else "",
            }
            for item in items
        ],
        letters=[(plans[plan_id], url_for("urging.letter", unit_id=found.id, plan_id=plan_id)) for plan_id in plans],
        form=form,
        can_ask=found.asked < len(found.rows),
    )
