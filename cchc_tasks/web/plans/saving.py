"""What every form of a plan shares: trying to save, showing what is wrong, reading a deadline in words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from cchc_tasks import wording
from cchc_tasks.domain.deadlines import Deadline, DeadlineKind, parse_deadline
from cchc_tasks.domain.errors import Invalid, Refused, RefusedReason, StaleEdit
from cchc_tasks.domain.plan_reading import obligations_of
from cchc_tasks.services.plan_editing import DeadlineValues, PeriodInput
from cchc_tasks.storage.models import Plan
from cchc_tasks.web.base_form import BaseForm
from cchc_tasks.web.updating import put_hidden
from cchc_tasks.wording import plans as words

#: (field, width, hint) in the order of the form.
Fields = Sequence[tuple[str, str, str]]
Pairs = Sequence[tuple[str, str]]

#: At which field a refusal is shown, by its reason or by what is invalid.
FIELD_OF: Mapping[object, str] = {
    RefusedReason.AFTER_TODAY: "entered_on",
    RefusedReason.PLAN_EXISTS: "number",
    RefusedReason.REASON_NEEDED: "reason",
    "entered_on": "entered_on",
    "deadline": "deadline_text",
}


@dataclass(frozen=True, slots=True)
class Page:
    """Everything around a form: its heading, its plan, its fields, the print beside it, where it leads."""

    heading: str
    plan: Plan | None
    fields: Fields
    back: str
    about: str = ""
    printed: Pairs = ()
    can_preview: bool = False
    delete_href: str = ""
    delete_form: BaseForm | None = None


def show(page: Page, form: BaseForm, *, now: Pairs = (), preview: str = "") -> Any:
    """The page with its form; 422 after a refused sending, 409 where somebody else was faster."""
    status = 200 if request.method == "GET" or preview else (409 if now else 422)
    values = {name: getattr(page, name) for name in Page.__slots__}
    return render_template("plans/edit.html", form=form, now=now, preview=preview, **values), status


def save(form: BaseForm, page: Page, do: Callable[[], Any], now: Callable[[], tuple[int, Pairs]] | None = None) -> Any:
    """Does it and goes back; or the form again with what was typed and what is wrong.

    After a stale edit `now` tells the version and the content that others wrote: sending again then is meant.
    """
    try:
        do()
    except StaleEdit as error:
        form.refuse("", wording.explain(error))
        if now is None:
            raise
        version, current = now()
        put_hidden(form, version=version)
        return show(page, form, now=current)
    except Refused as error:
        form.refuse(FIELD_OF.get(error.reason, ""), wording.explain(error))
        return show(page, form)
    except Invalid as error:
        form.refuse(FIELD_OF.get(error.facts.get("what"), ""), wording.explain(error))
        return show(page, form)
    flash(words.SAVED, "done")
    return redirect(page.back, code=303)


def plan_back(plan_id: int, task_id: int | None = None) -> str:
    """The plan in its editing view, at a row."""
    return url_for("plans.show", plan_id=plan_id, sua=1, _anchor=f"dong-{task_id}" if task_id else None)


# --- deadlines in words or as a day


def read_deadline(form: Any, year: int) -> Deadline | None:
    """The deadline of a form; None with a sentence on the form where there is none that can be kept."""
    if form.due_on.data is not None:
        text = form.deadline_text.data or wording.format_date(form.due_on.data)
        return Deadline(text, DeadlineKind.DATE, due_on=form.due_on.data, dates=(form.due_on.data,))
    phrase = form.deadline_text.data
    if not phrase:
        form.refuse("deadline_text", words.DEADLINE_MISSING)
        return None
    deadline = parse_deadline(phrase, year)
    if deadline.kind in {DeadlineKind.UNREADABLE, DeadlineKind.UNSTATED}:
        form.refuse("deadline_text", wording.explain(Invalid(what="deadline", phrase=phrase)))
        return None
    # A phrase that recurs seldom prints its days: what was made of it is shown before it is taken.
    is_doubtful = deadline.needs_confirmation or deadline.kind is DeadlineKind.RECURRING
    if is_doubtful and form.confirmed.data != phrase:
        put_hidden(form, confirmed=phrase)
        form.refuse("deadline_text", words.DEADLINE_TO_CONFIRM.format(preview=words.deadline_preview(deadline)))
        return None
    return deadline


def preview_of(form: Any, year: int) -> str:
    """How the grammar reads what stands in the form, as a sentence; nothing is saved."""
    if form.due_on.data is not None:
        return words.deadline_preview(Deadline("", DeadlineKind.DATE, due_on=form.due_on.data))
    return words.deadline_preview(parse_deadline(form.deadline_text.data or "", year))


def wants_preview() -> bool:
    return request.method == "POST" and bool(request.form.get("xem"))


def periods_of(deadline: Deadline) -> tuple[PeriodInput, ...]:
    """What a deadline makes due, as the services take it."""
    return tuple(
        PeriodInput(each.period_label, replace(values_of(deadline), due_on=each.due_on, starts_on=each.starts_on))
        for each in obligations_of(deadline)
    )


def values_of(deadline: Deadline) -> DeadlineValues:
    return DeadlineValues(deadline.kind, deadline.due_on, deadline.starts_on, deadline.is_ongoing)


def first_day(plan: Plan, today: date, *, has_reports: bool) -> date:
    """The day proposed for new work: the plan's issue while nothing was reported in it, afterwards today."""
    return max(today, plan.issued_on) if has_reports else plan.issued_on
