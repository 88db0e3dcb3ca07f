"""What a leader signs, or has signed: period, numbers, plans with their rules in words, and what was changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for

from cchc_tasks.domain.reports.cells import CellState
from cchc_tasks.domain.reports.forms import FormRow
from cchc_tasks.domain.reports.frozen import snapshot_from_bytes
from cchc_tasks.domain.reports.outline import headings
from cchc_tasks.domain.reports.sheet import frame_from
from cchc_tasks.domain.reports.texts import render
from cchc_tasks.services.counting import rule_from
from cchc_tasks.services.report_figures import plans_behind
from cchc_tasks.storage.db import db
from cchc_tasks.storage.models import Plan, Report
from cchc_tasks.storage.queries import plans as plan_queries
from cchc_tasks.storage.queries import reports as queries
from cchc_tasks.storage.queries import tasks as task_queries
from cchc_tasks.web.reports.opening import Opened
from cchc_tasks.wording import report_pages as page_words
from cchc_tasks.wording import report_signing as words
from cchc_tasks.wording.core import rule_in_words
from cchc_tasks.wording.plans import plan_kind
from cchc_tasks.wording.report_answers import change


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A plan behind the report, the rows that it feeds, and how it is counted."""

    name: str
    href: str
    rows: tuple[FormRow, ...]
    rule: str


@dataclass(frozen=True, slots=True)
class NumberLine:
    """A computed row as it prints; `computed` and `reason` where the office prints another value, `who` it was."""

    row: FormRow
    printed: str
    href: str
    previous: str = ""
    change: str = ""
    computed: str = ""
    reason: str = ""
    who: str = ""


def plan_lines(opened: Opened) -> tuple[PlanLine, ...]:
    """The plans that feed the report, with the rules that it was, or would be, counted by."""
    if opened.frozen is not None:
        rules = {plan.plan_id: rule_from(dict(plan.rule)) for plan in opened.frozen.plans}
        numbers = {plan.plan_id: plan.number for plan in opened.frozen.plans}
    else:
        rules = {plan_id: tally.rule for plan_id, tally in opened.told.by_plan.items()}
        numbers = {}
    fed: dict[int, list[FormRow]] = {}
    for row in opened.form.value_rows:
        for plan_id in plans_behind(opened.report, opened.form, row.key):
            fed.setdefault(plan_id, []).append(row)
    found = []
    for plan_id, rule in rules.items():
        plan = plan_queries.get_plan(db.session, opened.report.agency_id, plan_id)
        name = _plan_name(plan, numbers.get(plan_id, plan.number))
        href = url_for("plans.show", plan_id=plan_id)
        found.append(PlanLine(name, href, tuple(fed.get(plan_id, ())), rule_in_words(rule)))
    return tuple(found)


def _plan_name(plan: Plan, number: str) -> str:
    return words.plan_name(plan_kind(plan.kind), number, plan.issued_on)


def number_lines(opened: Opened) -> tuple[NumberLine, ...]:
    """The computed rows in the form's order, each with the way to what it counted."""
    overrides = queries.overrides_of(db.session, opened.report)
    names = _names(opened, overrides.values())
    found = []
    for row in opened.form.value_rows:
        figure = opened.figures[row.key]
        if not figure.is_computed:
            continue
        before, told = opened.previous.get(row.key), overrides.get(row.key)
        found.append(
            NumberLine(
                row=row,
                printed=figure.printed or words.BLANK,
                href=url_for("reports.row", report_id=opened.report.id, code=row.code),
                previous=before.printed if before else "",
                change=change(row, before, opened.cell(row)) if before else "",
                computed=figure.computed if figure.override_reason else "",
                reason=figure.override_reason,
                who=words.who_when(names.get(told.actor_id or 0, ""), told.recorded_at)
                if told is not None and figure.override_reason
                else "",
            )
        )
    return tuple(found)


def facts(opened: Opened) -> list[tuple[str, str, str]]:
    """What is signed, as a summary list: (term, words, '')."""
    report = opened.report
    frame = frame_from(report.frame)
    lines = [
        (words.PERIOD, words.period(report), ""),
        (words.TITLE, report.title, ""),
        (words.FORM, words.form_version(opened.form.name, opened.form.version), ""),
        (words.FIGURES, words.figures(states(opened), changed=_changed(opened)), ""),
        (words.TEXT, words.sections(*_sections(opened)), ""),
        (words.SIGNER, words.signer(frame.signer_authority, frame.signer_title, frame.signer_name), ""),
        (words.NUMBER, page_words.numbered(report.number, report.issued_on) or words.NO_NUMBER, ""),
    ]
    last = last_change(opened)
    return [*lines, (words.LAST_CHANGE, last, "")] if last else lines


def states(opened: Opened) -> dict[str, int]:
    """How many rows are computed, entered, "chưa có", "không áp dụng" and blank."""
    found = dict.fromkeys(("computed", "entered", "not_yet", "not_applicable", "blank"), 0)
    names = {
        CellState.BLANK: "blank",
        CellState.NOT_YET: "not_yet",
        CellState.NOT_APPLICABLE: "not_applicable",
    }
    for row in opened.form.value_rows:
        is_computed = opened.figures[row.key].is_computed
        found["computed" if is_computed else names.get(opened.cell(row).state, "entered")] += 1
    return found


def _changed(opened: Opened) -> int:
    return sum(bool(each.override_reason) for each in opened.figures.values())


def _sections(opened: Opened) -> tuple[int, int]:
    """Sections of the text that are written, and all that have to be: a mere head of others does not."""
    written = {place for place, said in _texts(opened).items() if said}
    asked = [each.place for each in headings(opened.form) if each.place in written or not each.section.children]
    return sum(place in written for place in asked), len(asked)


def last_change(opened: Opened) -> str:
    """Who wrote last into the report, when and what; '' where nobody did."""
    report = opened.report
    groups: tuple[tuple[str, Mapping[str, Any]], ...] = (
        (words.WROTE_ANSWER, opened.entries),
        (words.WROTE_OTHERWISE, queries.overrides_of(db.session, report)),
        (words.WROTE_TEXT, queries.texts_of(db.session, report)),
        (words.WROTE_ACCEPTANCE, opened.accepted),
    )
    rows = [(said, row) for said, each in groups for row in each.values()]
    if not rows:
        return ""
    said, row = max(rows, key=lambda pair: pair[1].recorded_at)
    where = opened.form.by_key.get(getattr(row, "key", ""))
    names = _names(opened, [row])
    return words.last_change(names.get(row.actor_id or 0, ""), row.recorded_at, said, where.code if where else "")


def _names(opened: Opened, rows: Iterable[Any]) -> dict[int, str]:
    ids = {row.actor_id for row in rows if row.actor_id}
    return task_queries.names_of_people(db.session, opened.report.agency_id, ids)


@dataclass(frozen=True, slots=True)
class Difference:
    """A row, or a section of the text (`code` ''), that a corrected report says otherwise than the one before it."""

    code: str
    label: str
    href: str
    then: str = ""
    now: str = ""


def differences(opened: Opened) -> tuple[Difference, ...] | None:
    """What a corrected report prints otherwise than the edition that it corrects; None for a first edition."""
    first = _corrected(opened.report)
    if first is None:
        return None
    stored = queries.snapshot_of(db.session, first)
    if stored is None:
        return None
    frozen = snapshot_from_bytes(stored.content.encode())
    then = {figure.key: figure.printed for figure in frozen.figures}
    rows = [
        Difference(
            row.code,
            row.label,
            url_for("reports.row", report_id=opened.report.id, code=row.code),
            then[row.key] or words.BLANK,
            opened.figures[row.key].printed or words.BLANK,
        )
        for row in opened.form.value_rows
        if row.key in then and then[row.key] != opened.figures[row.key].printed
    ]
    said, texts = {each.place: each.text for each in frozen.texts}, _texts(opened)
    where = url_for("reports.text", report_id=opened.report.id)
    sections = [
        Difference("", each.title, f"{where}#p-{each.place.replace('.', '-')}")
        for each in headings(opened.form)
        if said.get(each.place, "") != texts.get(each.place, "")
    ]
    return (*rows, *sections)


def _texts(opened: Opened) -> dict[str, str]:
    """The text as it prints, by place."""
    if opened.frozen is not None:
        return {each.place: each.text for each in opened.frozen.texts}
    return {place: render(row.text) for place, row in queries.texts_of(db.session, opened.report).items()}


def _corrected(report: Report) -> Report | None:
    if report.corrects_id is None:
        return None
    return queries.get_report(db.session, report.agency_id, report.corrects_id)
