"""What can be put into each section: sentences written from figures, work not done, what the units said."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cchc_tasks.domain.counting import OutReason, Tally, is_done
from cchc_tasks.domain.reports.figures import has_open_standing_work
from cchc_tasks.domain.reports.forms import FormRow
from cchc_tasks.domain.reports.outline import Heading, heading_about, heading_of, headings
from cchc_tasks.storage.db import db
from cchc_tasks.storage.models import Agency, Plan
from cchc_tasks.storage.queries import boards as board_queries
from cchc_tasks.storage.queries import plans as plan_queries
from cchc_tasks.storage.queries import tasks as task_queries
from cchc_tasks.web.reports.opening import Opened
from cchc_tasks.wording import report_pages as words
from cchc_tasks.wording.report_sentences import Naming, OpenWork, open_work_lines, sentences_of

PLAN_KEY = "steer.plan.tasks_done"
#: What has to be explained: due by the cut-off, or told as done and not confirmed.
PRESSING = (OutReason.OVERDUE, OutReason.AWAITING_CONFIRMATION)
#: Notes offered of one area, the newest first.
MOST_NOTES = 40


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A paragraph that can be put in, and where it comes from.

    `is_extra` says more of what another one says already: it is put in only where it is asked for by itself.
    """

    text: str
    source: str
    is_extra: bool = False


def suggestions(opened: Opened) -> dict[str, tuple[Suggestion, ...]]:
    """Proposed paragraphs by the place of their section; what no section takes stands in the first one."""
    found: dict[str, list[Suggestion]] = {}
    outline = headings(opened.form)
    if not outline:
        return {}
    for heading, suggestion in _all(opened):
        heading = heading or outline[0]
        held = found.setdefault(heading.place, [])
        if suggestion not in held:
            held.append(suggestion)
    return {place: tuple(each) for place, each in found.items()}


def _all(opened: Opened) -> Iterator[tuple[Heading | None, Suggestion]]:
    """Every proposal with the section that it belongs to, where the outline says so."""
    form = opened.form
    tallies = opened.told.tallies.get("cchc", ())
    plan_ids = opened.report.plans.get("cchc", ())
    plans = [plan_queries.get_plan(db.session, opened.report.agency_id, each) for each in plan_ids]
    for written in sentences_of(
        opened.form,
        opened.told.figures,
        naming(opened, plans, tallies),
        is_standing_open=has_open_standing_work(tallies),
    ):
        yield heading_of(form, written.key), Suggestion(written.sentence, words.FROM_FIGURES)
    if PLAN_KEY in form.by_key:
        for plan, tally in zip(plans, tallies, strict=False):
            works = list(_open_work(opened, plan, tally))
            pressing = [work for work in works if work.reason in PRESSING]
            for own, source in ((pressing, words.FROM_LEDGER), (works, words.FROM_LEDGER_ALL)):
                lines = open_work_lines(tally.rule.noun, own)
                if lines:
                    is_extra = own is works and bool(pressing)
                    yield heading_of(form, PLAN_KEY), Suggestion("\n".join(lines), source, is_extra)
    for plan, tally in zip(plans, tallies, strict=False):
        yield from _notes(opened, plan, tally)
    yield from _row_notes(opened)


def naming(opened: Opened, plans: Iterable[Plan], tallies: Iterable[Tally]) -> Naming:
    """How the report speaks of its agency and its plan."""
    subject = words.subject_of(db.session.get_one(Agency, opened.report.agency_id).name)
    plan = next(iter(plans), None)
    noun = next((tally.rule.noun for tally in tallies), words.DEFAULT_NOUN)
    return Naming(subject, words.plan_of(plan.year if plan else opened.report.year, subject), noun)


def _open_work(opened: Opened, plan: Plan, tally: Tally) -> Iterator[OpenWork]:
    """What is not done by the plan's own rule: by whom, why by the ledger, why in the unit's words."""
    texts = board_queries.task_texts(db.session, opened.report.agency_id, [plan.id])
    notes = _newest_notes(opened, tally)
    for item in tally.open_items:
        first = next((each for each in item.members if not is_done(each, tally.rule)), item.members[0])
        task = texts[first.task_id]
        yield OpenWork(
            number=task.row_id,
            text=task.text,
            unit=opened.unit_name(first.unit_id),
            reason=item.out_reason or OutReason.UNDATED,
            due_on=item.due_on,
            is_standing=any(each.is_standing for each in item.members),
            explanation=next((notes[each.obligation_id] for each in item.members if each.obligation_id in notes), ""),
        )


def _newest_notes(opened: Opened, tally: Tally) -> dict[int, str]:
    """The last progress note of each obligation in the window of the report."""
    ids = [each.obligation_id for item in tally.items for each in item.members]
    found: dict[int, str] = {}
    for note in task_queries.notes_of(db.session, opened.report.agency_id, ids):
        if note.kind == "progress" and opened.report.window_starts_on <= note.noted_on <= opened.report.cut_off:
            found.setdefault(note.obligation_id, note.text)
    return found


def _notes(opened: Opened, plan: Plan, tally: Tally) -> Iterator[tuple[Heading | None, Suggestion]]:
    """The units' progress notes on the plan's work, under the section that is about their area."""
    notes = _newest_notes(opened, tally)
    areas = board_queries.area_choices(db.session, opened.report.agency_id, [plan.id])
    sections = {area.id: heading_about(opened.form, area.name) for area in areas}
    states = {each.obligation_id: each for item in tally.items for each in item.members}
    offered: Counter[int | None] = Counter()
    for obligation_id, said in notes.items():
        state = states[obligation_id]
        offered[state.area_id] += 1
        if offered[state.area_id] > MOST_NOTES:
            continue
        yield sections.get(state.area_id), Suggestion(said, words.from_unit(opened.unit_name(state.unit_id)))


def _row_notes(opened: Opened) -> Iterator[tuple[Heading | None, Suggestion]]:
    """What was written beside the rows, under the section that each row belongs to; the same words once."""
    found: dict[tuple[str, str, str], list[FormRow]] = {}
    for row in opened.form.value_rows:
        note = opened.figures[row.key].note
        if note:
            heading = heading_of(opened.form, row.key)
            place = heading.place if heading else ""
            found.setdefault((place, note, opened.asked_name(row)), []).append(row)
    for (_place, note, unit), rows in found.items():
        codes = ", ".join(row.code for row in rows)
        yield heading_of(opened.form, rows[0].key), Suggestion(note, words.from_row(unit, codes))
