"""One row of a report: its rule, what was counted and what was not, who answered what when, what prints instead."""

import re
from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, url_for
from markupsafe import Markup
from wtforms import HiddenField, IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from cchc_tasks import wording
from cchc_tasks.domain import permissions
from cchc_tasks.domain.counting import CountingRule
from cchc_tasks.domain.errors import NotFound, StaleEdit
from cchc_tasks.domain.permissions import Action, Work
from cchc_tasks.domain.reports.figures import Measure, has_open_standing_work, member_id
from cchc_tasks.domain.reports.forms import FormRow
from cchc_tasks.domain.reports.frozen import FrozenFigure
from cchc_tasks.services import report_answers
from cchc_tasks.services.counting import rule_from
from cchc_tasks.services.report_figures import plans_behind
from cchc_tasks.storage.db import db
from cchc_tasks.storage.models import ReportEntry
from cchc_tasks.storage.queries import reports as queries
from cchc_tasks.storage.queries import tasks as task_queries
from cchc_tasks.storage.queries.report_places import Place, ProofLine, files_by_id, places_of, proofs_of
from cchc_tasks.web import uploads
from cchc_tasks.web.base_form import BaseForm
from cchc_tasks.web.giving_out import kept_file
from cchc_tasks.web.login import requires, who_and_when
from cchc_tasks.web.reports import fields
from cchc_tasks.web.reports.annex import row_address
from cchc_tasks.web.reports.blueprint import bp
from cchc_tasks.web.reports.fields import KeyForm, Typed
from cchc_tasks.web.reports.opening import Opened, head_values, open_report
from cchc_tasks.web.reports.proofs import read_proofs
from cchc_tasks.web.security import accepts_upload
from cchc_tasks.web.updating import LONGEST
from cchc_tasks.wording import report_answers as answer_words
from cchc_tasks.wording import report_pages as words
from cchc_tasks.wording.core import label, rule_in_words
from cchc_tasks.wording.report_members import member_words
from cchc_tasks.wording.report_sentences import standing_note
from cchc_tasks.wording.reports import MEASURES, VALUE_TYPES
from cchc_tasks.wording.updates import file_hint

PLAN_DONE = "steer.plan.tasks_done"


class OverrideForm(BaseForm):
    """What prints in place of a computed value; `way` is khac, trong or lai."""

    way = HiddenField()
    printed = StringField("Số in trong biểu", [Optional(), Length(max=fields.LONGEST_VALUE)])
    reason = TextAreaField("Lý do", [DataRequired(), Length(max=LONGEST)])
    seen = IntegerField(widget=HiddenInput(), validators=[InputRequired()])


def row_of(opened: Opened, code: str) -> FormRow:
    row = opened.form.by_code.get(code)
    if row is None or row.is_heading:
        raise NotFound(what="report_row", id=code)
    return row


def work_of(opened: Opened, row: FormRow) -> Work:
    asked = opened.asks.answering.get(row.key)
    return Work(opened.report.agency_id, frozenset() if asked is None else frozenset({asked}))


def may_answer(opened: Opened, row: FormRow) -> bool:
    return opened.is_draft and permissions.may(opened.principal, Action.ANSWER_REPORT, work_of(opened, row))


@bp.get("/<int:report_id>/dong/<code>")
@requires(Action.READ_AGENCY)
def row(report_id: int, code: str) -> Any:
    opened = open_report(report_id, with_names=True)
    return page(opened, row_of(opened, code))


@bp.post("/<int:report_id>/dong/<code>")
@accepts_upload
@requires(Action.ANSWER_REPORT)
def answer_row(report_id: int, code: str) -> Any:
    """Answers one row with its note, its document and its file."""
    opened = open_report(report_id, with_names=True)
    asked = row_of(opened, code)
    # Before a file is kept: the service asks again.
    permissions.require(opened.principal, Action.ANSWER_REPORT, work_of(opened, asked))
    form = KeyForm()
    typed = fields.read_typed([asked])
    typed.proofs, typed.troubles = read_proofs([asked])
    if not form.validate() or typed.troubles:
        return page(opened, asked, typed=typed), 422
    fields.save_rows(opened, [asked], typed, request_key=form.request_key.data)
    if typed.troubles:
        return page(open_report(report_id, with_names=True), asked, typed=typed), 409
    flash(words.ROW_SAVED.format(code=code), "done")
    return redirect(url_for("reports.row", report_id=report_id, code=code), code=303)


@bp.get("/<int:report_id>/dong/<code>/tep/<int:ordinal>")
@requires(Action.READ_AGENCY)
def proof_file(report_id: int, code: str, ordinal: int) -> Any:
    """The file behind one answer to a row, the present one or one before it: whoever reads the row may open it."""
    opened = open_report(report_id)
    history = queries.entry_history(db.session, opened.report, row_of(opened, code).key)
    entry = next((each for each in history if each.ordinal == ordinal), None)
    if entry is None or entry.file_id is None:
        raise NotFound(what="file", id=ordinal)
    file = files_by_id(db.session, opened.report.agency_id, {entry.file_id})[entry.file_id]
    return kept_file(file.sha256, file.name, file.size, file.media_type)


@bp.post("/<int:report_id>/dong/<code>/in-khac")
@requires(Action.PREPARE_REPORT)
def print_otherwise(report_id: int, code: str) -> Any:
    """Prints another value, a blank, or the computed one again."""
    opened = open_report(report_id, with_names=True)
    asked = row_of(opened, code)
    form = OverrideForm()
    if not form.validate():
        return page(opened, asked, override=form), 422
    printed = {"lai": None, "trong": ""}.get(form.way.data or "", form.printed.data or "")
    try:
        report_answers.print_otherwise(
            db.session,
            report_id,
            asked.key,
            printed=printed,
            reason=form.reason.data or "",
            seen=form.seen.data or 0,
            describe=member_words,
            request_key=form.request_key.data,
            **who_and_when(),
        )
    except StaleEdit as error:
        db.session.expire_all()
        form.refuse("", wording.explain(error))
        return page(open_report(report_id, with_names=True), asked, override=form), 409
    flash(words.PRINTED_AGAIN if printed is None else words.PRINTED_OTHERWISE, "done")
    return redirect(url_for("reports.row", report_id=report_id, code=code), code=303)


def page(
    opened: Opened,
    asked: FormRow,
    *,
    typed: Typed | None = None,
    override: OverrideForm | None = None,
) -> str:
    figure = opened.figures[asked.key]
    overrides = queries.override_history(db.session, opened.report, asked.key)
    [shown] = fields.with_proofs(opened, [fields.row_field(opened, asked, typed or Typed())])
    new_override = override or OverrideForm(formdata=None)
    new_override.seen.raw_data = None
    new_override.seen.data = len(overrides)
    return render_template(
        "reports/row.html",
        **head_values(opened, "show"),
        shown=shown,
        figure=figure,
        note_hint=note_hint(opened, asked),
        type_words=VALUE_TYPES[asked.value_type],
        rule_words=rule_sentences(opened, asked, figure),
        counted=member_lines(opened, figure.counted),
        not_counted=member_lines(opened, figure.not_counted, why_out(opened)),
        history=history_lines(opened, asked),
        key_form=KeyForm(formdata=None),
        file_hint=file_hint(uploads.limit_bytes() // (1024 * 1024)),
        override_form=new_override,
        may_answer=may_answer(opened, asked),
        may_override=opened.is_editable and figure.is_computed,
        back=row_address(opened, asked),
    )


def rule_sentences(opened: Opened, asked: FormRow, figure: FrozenFigure) -> list[str]:
    """The rule of a computed figure, then those of the plans it was counted from."""
    if not figure.is_computed:
        return []
    rules = plan_rules(opened, asked)
    noun = rules[0].noun if rules else words.THING
    measure = MEASURES.get(Measure(figure.rule)) if figure.rule else None
    return [*([measure.format(noun=noun)] if measure else []), *dict.fromkeys(rule_in_words(rule) for rule in rules)]


def plan_rules(opened: Opened, asked: FormRow) -> list[CountingRule]:
    """The counting rules of the plans behind a row: of a submitted report those it was frozen with."""
    if opened.frozen is not None:
        rules = {plan.plan_id: rule_from(dict(plan.rule)) for plan in opened.frozen.plans}
    else:
        rules = {plan_id: tally.rule for plan_id, tally in opened.told.by_plan.items()}
    ids = plans_behind(opened.report, opened.form, asked.key)
    return [rules[plan_id] for plan_id in ids if plan_id in rules]


def note_hint(opened: Opened, asked: FormRow) -> str:
    """What the form asks for in the note, or what explains an unfinished count of the plan."""
    if asked.key == PLAN_DONE and opened.is_draft:
        tallies = opened.told.tallies.get("cchc", ())
        if has_open_standing_work(tallies):
            return words.note_proposal(standing_note(tallies[0].rule.noun))
    return asked.note_hint


def member_lines(opened: Opened, members: Any, why: Mapping[str, str] | None = None) -> list[dict[str, str]]:
    """The members of a list with the way to each, and why it is not counted where that is known."""
    places = places_of(db.session, opened.report.agency_id, [member.id for member in members])
    return [
        {
            "text": member_text(opened, member),
            "href": href_of(opened, member.id, places),
            "why": (why or {}).get(member.id, ""),
        }
        for member in members
    ]


def why_out(opened: Opened) -> dict[str, str]:
    """Why things of the plans are not counted as done, by member id; of a submitted report nothing is said."""
    found: dict[str, str] = {}
    for told in opened.told.by_plan.values() if opened.is_draft else ():
        for item in told.items:
            if item.out_reason is not None:
                found[member_id(told.rule.counted, item.key)] = label(item.out_reason)
        for out in told.left_out:
            found[member_id(told.rule.counted, out.key)] = label(out.reason)
    return found


def member_text(opened: Opened, member: Any) -> str:
    kind, _, name = member.id.partition(":")
    if kind == "row" and name in opened.form.by_key:
        asked = opened.form.by_key[name]
        return f"{asked.number}. {asked.label}: {opened.figures[name].printed}"
    return member.text or member.id


_NUMBER = re.compile(r"number:(\d+)/")


def href_of(opened: Opened, member: str, places: dict[str, Place]) -> str:
    """The task, the plan, the row behind a member; '' where it has no page."""
    kind, _, name = member.partition(":")
    if kind == "row" and name in opened.form.by_key:
        return url_for("reports.row", report_id=opened.report.id, code=opened.form.by_key[name].code)
    place = places.get(member)
    if place is None:
        return ""
    return (
        url_for("tasks.show", task_id=place.task_id) if place.task_id else url_for("plans.show", plan_id=place.plan_id)
    )


def history_lines(opened: Opened, asked: FormRow) -> list[dict[str, Any]]:
    """Every answer and every override of a row, the newest first, as the timeline shows it."""
    report = opened.report
    entries = queries.entry_history(db.session, report, asked.key)
    overrides = queries.override_history(db.session, report, asked.key)
    rows: tuple[Any, ...] = (*entries, *overrides)
    actors = {each.actor_id for each in rows if each.actor_id}
    names = task_queries.names_of_people(db.session, report.agency_id, actors)
    proofs = proofs_of(db.session, report.agency_id, entries)
    lines = [
        _with_file(words.entry_line(names.get(each.actor_id or 0, ""), each, proofs.get(each.id, ProofLine())), href)
        for each in entries
        for href in [file_address(opened, asked, each)]
    ]
    lines += [words.override_line(names.get(each.actor_id or 0, ""), each) for each in overrides]
    return sorted(lines, key=lambda line: line["at"], reverse=True)


def file_address(opened: Opened, asked: FormRow, entry: ReportEntry | None) -> str:
    """Where the file behind an answer is given out; '' where it has none."""
    if entry is None or entry.file_id is None:
        return ""
    return url_for("reports.proof_file", report_id=opened.report.id, code=asked.code, ordinal=entry.ordinal)


def _with_file(line: dict[str, Any], href: str) -> dict[str, Any]:
    if not href:
        return line
    return {**line, "known": Markup('{}. <a href="{}">{}</a>').format(line["known"], href, answer_words.OPEN_FILE)}
