"""The rules of reminders: what holds, who set it when, what would go out next, and a trial mail to oneself."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, url_for

from cchc_tasks.domain import permissions
from cchc_tasks.domain.errors import Refused, StaleEdit
from cchc_tasks.domain.permissions import Action
from cchc_tasks.domain.reminder_rules import InvalidRules
from cchc_tasks.domain.reminders import SubjectKind, by_urgency
from cchc_tasks.domain.text import name_sort_key
from cchc_tasks.services import reminder_rules, reminders
from cchc_tasks.services.reminders import PlannedLine
from cchc_tasks.storage.db import db
from cchc_tasks.storage.queries import reminders as queries
from cchc_tasks.storage.queries import reports as report_queries
from cchc_tasks.storage.queries import units as unit_queries
from cchc_tasks.web import clock
from cchc_tasks.web.login import current_principal, requires, who_and_when
from cchc_tasks.web.reminders.forms import RulesForm, TrialForm
from cchc_tasks.web.reminders.views import bp
from cchc_tasks.wording import explain
from cchc_tasks.wording import mail as mail_words
from cchc_tasks.wording import reminders as words
from cchc_tasks.wording.core import format_instant, format_weekday
from cchc_tasks.wording.units import ORPHAN_UNNAMED

#: Tomorrow and the week after it.
DAYS_AHEAD = 8
#: Of more planned lines for one person and rule the page says how many.
FEW = 5


@bp.get("/quy-tac")
@requires(Action.READ_REMINDERS)
def rules() -> Any:
    return rules_page()


@bp.post("/quy-tac")
@requires(Action.EDIT_REMINDER_RULES)
def set_rules() -> Any:
    """Puts new rules in force."""
    form = RulesForm()
    if not form.validate():
        return rules_page(form), 422
    try:
        reminder_rules.save(
            db.session,
            form.to_rules(),
            version=form.version.data or 0,
            reason=form.reason.data or "",
            request_key=form.request_key.data,
            **who_and_when(),
        )
    except InvalidRules as error:
        form.refuse(error.field, explain(error))
        return rules_page(form), 422
    except Refused as error:
        form.refuse("", explain(error))
        return rules_page(form), 422
    except StaleEdit as error:
        form.refuse_stale(error, {})
        return rules_page(form), 409
    flash(words.RULES_SET, "done")
    return redirect(url_for("reminders.rules"), code=303)


def rules_page(form: RulesForm | None = None) -> str:
    agency_id = current_principal().agency_id
    in_force, version = reminder_rules.load(db.session, agency_id)
    return render_template(
        "reminders/rules.html",
        form=form or RulesForm.showing(in_force, version),
        can_edit=permissions.may(current_principal(), Action.EDIT_REMINDER_RULES),
        version=version,
        history=[
            {
                "ordinal": each.ordinal,
                "when": format_instant(each.changed_at),
                "who": each.changed_by or words.CONSOLE,
                "reason": each.reason,
                "changes": words.change_words(each.before, each.rules),
            }
            for each in reminder_rules.history(db.session, agency_id)
        ],
        trial_form=TrialForm(formdata=None),
    )


#: Title and address by kind of subject and its id.
Titles = dict[tuple[SubjectKind, int], tuple[str, str]]


@dataclass(frozen=True, slots=True)
class PlannedMail:
    """What one person would be sent on a day: the headings with their works' titles, few of each, and how many more."""

    recipient: str
    groups: tuple[tuple[str, int, tuple[tuple[str, str], ...]], ...]


@bp.get("/sap-gui")
@requires(Action.READ_REMINDERS)
def planned() -> Any:
    """What would go out tomorrow and in the week after it, if nothing changed, by the rounds' own rules."""
    today = clock.today()
    days = [today + timedelta(days=number) for number in range(1, DAYS_AHEAD + 1)]
    lines = reminders.preview(db.session, current_principal().agency_id, days)
    by_day: dict[date, list[PlannedLine]] = defaultdict(list)
    for each in lines:
        by_day[each.day].append(each)
    titles = titles_of(lines)
    return render_template(
        "reminders/planned.html",
        days=[(format_weekday(day), mails_of(by_day[day], titles)) for day in sorted(by_day)],
        until=format_weekday(days[-1]),
        count=len(lines),
    )


def titles_of(lines: list[PlannedLine]) -> Titles:
    """What each subject is called, with the address of its page if it has one."""
    agency_id = current_principal().agency_id
    ids = {each.line.subject_id for each in lines if each.line.kind is SubjectKind.OBLIGATION}
    texts = queries.texts_of(db.session, agency_id, queries.facts_of(db.session, agency_id, ids))
    is_asked = any(each.line.kind is SubjectKind.REPORT for each in lines)
    reports = report_queries.list_drafts(db.session, agency_id) if is_asked else []
    return (
        {(SubjectKind.REPORT, each.id): (each.title, "") for each in reports}
        | _orphans(lines)
        | {
            (SubjectKind.OBLIGATION, key): (
                f"{', '.join(each.numbers)} {each.period_label + ': ' if each.period_label else ''}{each.product_text}",
                url_for("tasks.show", task_id=each.task_id),
            )
            for key, each in texts.items()
        }
    )


def _orphans(lines: list[PlannedLine]) -> Titles:
    """Units with work that nobody answers for, by name."""
    ids = {each.line.subject_id for each in lines if each.line.kind is SubjectKind.ORPHANS}
    names = unit_queries.names_on(db.session, current_principal().agency_id, clock.today()) if ids else {}
    href = url_for("admin.orphans") if permissions.may(current_principal(), Action.EDIT_PLAN) else ""
    return {(SubjectKind.ORPHANS, each): (names.get(each, ORPHAN_UNNAMED), href) for each in ids}


def mails_of(lines: list[PlannedLine], titles: Titles) -> list[PlannedMail]:
    """The mails of a day, one a recipient, in the order of names."""
    agency_id = current_principal().agency_id
    names = queries.names_of(db.session, agency_id, {each.line.recipient_id for each in lines})
    mails: dict[int, list[PlannedLine]] = defaultdict(list)
    for each in sorted(lines, key=lambda each: (by_urgency(each.line.rule), each.line.subject_id)):
        mails[each.line.recipient_id].append(each)
    return [
        PlannedMail(names.get(person_id, ""), _groups(found, titles))
        for person_id, found in sorted(mails.items(), key=lambda item: name_sort_key(names.get(item[0], "")))
    ]


def _groups(lines: list[PlannedLine], titles: Titles) -> tuple[tuple[str, int, tuple[tuple[str, str], ...]], ...]:
    groups: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for each in lines:
        groups[mail_words.HEADINGS[each.line.rule]].append(titles.get((each.line.kind, each.line.subject_id), ("", "")))
    return tuple((heading, len(items), tuple(items[:FEW])) for heading, items in groups.items())


@bp.post("/gui-thu-cho-toi")
@requires(Action.READ_REMINDERS)
def send_trial() -> Any:
    """A digest marked as a trial, to whoever asks."""
    form = TrialForm()
    if not form.validate():
        abort(422)
    reminders.send_trial(db.session, actor=current_principal(), now=clock.now(), request_key=form.request_key.data)
    flash(words.TRIAL_QUEUED, "done")
    return redirect(url_for("reminders.show", xem="dang-cho"), code=303)
