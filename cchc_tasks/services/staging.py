"""A plan that was read and waits for the office's yes: kept, asked about, answered, then brought in whole."""

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from cchc_tasks.domain import permissions
from cchc_tasks.domain.errors import Invalid, NotFound, Refused, RefusedReason
from cchc_tasks.domain.periods import local_day
from cchc_tasks.domain.permissions import Action, Principal
from cchc_tasks.domain.plan_answers import (
    Answer,
    AnswerKind,
    answer_from_dict,
    answer_to_dict,
    apply_answers,
    names_in,
    unit_names,
)
from cchc_tasks.domain.plan_drafts import DraftMatch, is_asked, match_from_dict
from cchc_tasks.domain.plan_questions import AS_READ, Question, questions_of
from cchc_tasks.domain.plan_reading import Doubt, DoubtReason, PlanReading, reading_from_dict, reading_to_dict
from cchc_tasks.domain.plan_units import (
    KnownUnit,
    PlanUnit,
    UnitChoice,
    choice_from_dict,
    choice_to_dict,
    ended_units,
    plan_units,
)
from cchc_tasks.domain.state_difference import state_notes
from cchc_tasks.domain.text import fold
from cchc_tasks.domain.units import UnitKind
from cchc_tasks.services import _once
from cchc_tasks.services._carried import carried_answers, moved_answers
from cchc_tasks.services._comparing import compare
from cchc_tasks.services._importing import bring_in
from cchc_tasks.services.units import NewUnit, add_unit, replace_members
from cchc_tasks.storage.db import transaction
from cchc_tasks.storage.models import Plan, PlanDraft, StagedImport, Unit
from cchc_tasks.storage.queries import plans as plan_queries
from cchc_tasks.storage.queries import units as unit_queries
from cchc_tasks.storage.queries.amendments import find_amendment_of_content

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """What somebody said to one question, and when (ISO instant, UTC)."""

    answers: tuple[Answer, ...]
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class Review:
    """All that the review page shows: the print as read, the questions, the answers, and what would be imported."""

    staged: StagedImport
    reading: PlanReading
    questions: tuple[Question, ...]
    given: Mapping[int, GivenAnswer]
    answered: PlanReading
    units: tuple[PlanUnit, ...]
    known: tuple[KnownUnit, ...]
    #: What the draft of an amendment knows of its rows; None for a document from outside.
    match: DraftMatch | None = None

    @property
    def ended_units(self) -> tuple[PlanUnit, ...]:
        """Units that were no more when the plan was written: that their heirs are meant is to be confirmed.

        A draft is asked only about names in rows that were changed in it.
        """
        return ended_units(self.units, self._asked_names())

    def _asked_names(self) -> frozenset[str] | None:
        if self.match is None:
            return None
        tasks = (task for task in self.answered.tasks() if self.match.changed.get(task.row_id))
        return frozenset(name for task in tasks for name in names_in(task))

    @property
    def open_questions(self) -> tuple[Question, ...]:
        """Questions without an answer, those included that may stay open."""
        return tuple(each for each in self.questions if each.key not in self.given)

    @property
    def blocking(self) -> tuple[Question, ...]:
        """Questions that must be answered before the plan can be brought in."""
        return tuple(each for each in self.open_questions if not each.may_stay_open)


def stage(
    session: Session,
    reading: PlanReading,
    *,
    file_name: str,
    sha256: str,
    actor: Principal,
    now: datetime,
    other_letters: PlanReading | None = None,
    request_key: str | None = None,
) -> StagedImport:
    """Keeps a reading for review; the same content that still waits is given back instead of kept twice.

    `other_letters` is the same document read without converting its old fonts, to be taken by one answer.

    A newer print of a plan that is there is kept as well, with the answers given before: it may become an amendment.
    Raises `Invalid` for a heading without number, date or year, `Refused(PLAN_EXISTS)` where the plan is there
    already and the reading says nothing else.
    """
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        permissions.require(actor, Action.EDIT_PLAN)
        answers = _newer_print(session, reading, sha256=sha256, actor=actor, today=local_day(now))
        waiting = plan_queries.find_staged_content(session, actor.agency_id, sha256)
        if waiting is not None and waiting.reading["heading"] == reading_to_dict(reading)["heading"]:
            return waiting
        staged = StagedImport(
            agency_id=actor.agency_id,
            person_id=actor.person_id,
            file_name=file_name[:300],
            sha256=sha256,
            reading=_with_other(reading, other_letters),
            answers=answers,
            created_at=now,
        )
        session.add(staged)
    log.info("staged import %s by %s", staged.id, actor.person_id)
    return staged


def _newer_print(
    session: Session, reading: PlanReading, *, sha256: str, actor: Principal, today: date
) -> dict[str, object]:
    """Answers to begin with: none for a new plan; for a print that differs from its plan those given to that plan.

    Raises as `check_new` does for a print that says nothing new.
    """
    try:
        check_new(session, reading, sha256=sha256, agency_id=actor.agency_id)
    except Refused as error:
        if error.facts["is_same_content"]:
            raise
        plan = plan_queries.get_plan(session, actor.agency_id, int(str(error.facts["plan_id"])))
        answers = carried_answers(session, actor.agency_id, plan.id, reading)
        staged = StagedImport(agency_id=actor.agency_id, reading=reading_to_dict(reading), answers=answers)
        state = _review(session, staged, today)
        found = compare(session, plan, state.answered, state.units, is_whole=True, day=today)
        if not found.changed and not found.asked and not state_notes(found):
            raise
        return answers
    return {}


_OTHER = "other_letters"


def _with_other(reading: PlanReading, other: PlanReading | None) -> dict[str, object]:
    """The reading as it is kept, the other one beside it with the question that leads back."""
    kept: dict[str, object] = reading_to_dict(reading)
    if other is not None:
        asked = [each for each in reading.to_confirm if each.reason is DoubtReason.TEXT_CONVERTED]
        back = tuple(Doubt(each.where, each.text, each.reading, DoubtReason.TEXT_KEPT, each.detail) for each in asked)
        kept[_OTHER] = reading_to_dict(replace(other, to_confirm=(*back, *other.to_confirm)))
    return kept


def _change_letters(staged: StagedImport, *, by: str, at: str) -> None:
    """The document's other reading takes the place of this one; answers to the same questions stay."""
    before = {name: value for name, value in staged.reading.items() if name != _OTHER}
    other: Any = staged.reading[_OTHER]
    after = reading_from_dict(other)
    given: dict[str, Any] = dict(staged.answers.get("questions") or {})  # type: ignore[call-overload]
    kept = moved_answers(given, reading_from_dict(before), after)
    agreed = {"answers": [answer_to_dict(answer) for answer in AS_READ.answers], "by": by, "at": at}
    kept |= {
        str(question.key): agreed
        for question in questions_of(after)
        if question.doubt.reason in {DoubtReason.TEXT_KEPT, DoubtReason.TEXT_CONVERTED}
    }
    staged.reading = {**other, _OTHER: before}
    staged.answers = {**staged.answers, "questions": kept}


def check_new(session: Session, reading: PlanReading, *, sha256: str | None, agency_id: int) -> None:
    """Raises where the heading lacks something, or the plan is in already: nothing is ever brought in twice."""
    heading = reading.heading
    if not heading.number or heading.issued_on is None or not heading.year:
        raise Invalid(what="heading", number=heading.number, issued_on=heading.issued_on, year=heading.year or None)
    same_content = _plan_of_content(session, agency_id, sha256) if sha256 else None
    same = same_content or plan_queries.find_plan(session, agency_id, heading.number, heading.issued_on)
    if same is not None:
        raise Refused(
            RefusedReason.PLAN_EXISTS,
            plan_id=same.id,
            number=same.number,
            issued_on=same.issued_on,
            is_same_content=same_content is not None,
        )


def _plan_of_content(session: Session, agency_id: int, sha256: str) -> Plan | None:
    """The plan that came from this content, or was amended by it."""
    amendment = find_amendment_of_content(session, agency_id, sha256)
    if amendment is not None:
        return plan_queries.get_plan(session, agency_id, amendment.plan_id)
    return plan_queries.find_plan_of_content(session, agency_id, sha256)


def review(session: Session, staged_id: int, *, actor: Principal, today: date) -> Review:
    """The state of a review; reads only."""
    permissions.require(actor, Action.EDIT_PLAN)
    return _review(session, plan_queries.get_staged(session, actor.agency_id, staged_id), today)


def _review(session: Session, staged: StagedImport, today: date) -> Review:
    reading = reading_from_dict(staged.reading)
    questions = questions_of(reading, has_other_letters=_OTHER in staged.reading)
    stored: Any = staged.answers.get("match")
    match = None if stored is None else match_from_dict(stored)
    if match is not None:
        questions = tuple(each for each in questions if _is_asked(match, each))
    given = _given(staged)
    answered = _answered(reading, questions, given)
    # What is typed into a draft is written today.
    written_on = reading.heading.issued_on if match is None else None
    known = known_units(session, staged.agency_id, today, written_on)
    units = plan_units(unit_names(answered), known, _choices(staged))
    return Review(staged, reading, questions, given, answered, units, known, match)


def _is_asked(match: DraftMatch, question: Question) -> bool:
    """A draft is asked only about what was written in it."""
    return question.task is not None and is_asked(match, question.task.row_id, question.doubt.reason)


def _given(staged: StagedImport) -> dict[int, GivenAnswer]:
    stored: Mapping[str, Any] = staged.answers.get("questions") or {}  # type: ignore[assignment]
    return {
        int(key): GivenAnswer(tuple(answer_from_dict(each) for each in value["answers"]), value["by"], value["at"])
        for key, value in stored.items()
    }


def _choices(staged: StagedImport) -> dict[str, UnitChoice]:
    stored: Mapping[str, Any] = staged.answers.get("units") or {}  # type: ignore[assignment]
    return {name: choice_from_dict(value) for name, value in stored.items()}


def _answered(reading: PlanReading, questions: Sequence[Question], given: Mapping[int, GivenAnswer]) -> PlanReading:
    answers = [
        (question.task.row_id, answer)
        for question in questions
        if question.task is not None and question.key in given
        for answer in given[question.key].answers
    ]
    return apply_answers(reading, answers)


def known_units(session: Session, agency_id: int, day: date, written_on: date | None = None) -> tuple[KnownUnit, ...]:
    """The agency's units as of `day`, with every way their names are written.

    Past names lead to the unit, and those of a unit that is no more to its successor; of a print of the day
    `written_on` they say that the unit was no more then.
    """
    past = unit_queries.past_spellings(session, agency_id)

    def known(row: unit_queries.UnitRow) -> KnownUnit:
        spellings = past.get(row.id, ())
        ended = (each.text for each in spellings if each.ended_on and each.ended_on < (written_on or day))
        aliases = (row.short_name, row.code, *row.aliases)
        return KnownUnit(row.id, row.name, row.kind, aliases, tuple(each.text for each in spellings), tuple(ended))

    return tuple(known(row) for row in unit_queries.list_units(session, agency_id, day))


def check_units(units: Iterable[PlanUnit], known: Iterable[KnownUnit], names: Collection[str] | None = None) -> None:
    """Raises `Refused(UNIT_ENDED)` while nobody said who is meant by the name of a unit that was no more."""
    for unit in ended_units(units, names):
        heir = next((each.name for each in known if each.id == unit.unit_id), "")
        raise Refused(RefusedReason.UNIT_ENDED, name=unit.printed, heir=heir)


def answer_questions(
    session: Session,
    staged_id: int,
    *,
    given: Mapping[int, tuple[Answer, ...]],
    actor: Principal,
    now: datetime,
) -> Review:
    """Keeps answers by question; an empty one takes the earlier answer back. Raises `Invalid` for what does not fit.

    No one-time key: the same answer twice is the same answer.
    """
    with transaction(session):
        staged = waiting_import(session, staged_id, actor)
        reading = reading_from_dict(staged.reading)
        questions = questions_of(reading)
        if not set(given) <= {question.key for question in questions}:
            raise NotFound(what="question")
        kept: dict[str, Any] = dict(staged.answers.get("questions") or {})  # type: ignore[call-overload]
        for key, answers in given.items():
            kept.pop(str(key), None)
            if answers:
                plain = [answer_to_dict(answer) for answer in answers]
                kept[str(key)] = {"answers": plain, "by": actor.name, "at": now.isoformat()}
        staged.answers = {**staged.answers, "questions": kept}
        if _OTHER in staged.reading and any(
            answer.kind is AnswerKind.OTHER_LETTERS for answers in given.values() for answer in answers
        ):
            _change_letters(staged, by=actor.name, at=now.isoformat())
        state = _review(session, staged, local_day(now))
    return state


def choose_units(
    session: Session,
    staged_id: int,
    *,
    choices: Mapping[str, UnitChoice],
    actor: Principal,
    now: datetime,
) -> Review:
    """Keeps what the office says of the units that the plan names, by the fullest printed name."""
    with transaction(session):
        staged = waiting_import(session, staged_id, actor)
        ids = {unit.id for unit in known_units(session, actor.agency_id, local_day(now))}
        for choice in choices.values():
            if choice.unit_id is not None and choice.unit_id not in ids:
                raise NotFound(what="unit", id=choice.unit_id)
        kept: dict[str, Any] = dict(staged.answers.get("units") or {})  # type: ignore[call-overload]
        kept |= {name: choice_to_dict(choice) for name, choice in choices.items()}
        staged.answers = {**staged.answers, "units": kept}
        state = _review(session, staged, local_day(now))
    return state


def discard(
    session: Session, staged_id: int, *, actor: Principal, now: datetime, request_key: str | None = None
) -> None:
    """Takes a reading away that nobody wants; nothing of it was in any plan."""
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        staged = waiting_import(session, staged_id, actor)
        drop_draft(session, staged)
        session.delete(staged)


def drop_draft(session: Session, staged: StagedImport) -> None:
    """Takes the rows away that an amendment was written in, if it was."""
    own = (PlanDraft.agency_id == staged.agency_id, PlanDraft.staged_import_id == staged.id)
    session.execute(delete(PlanDraft).where(*own))


def accept(
    session: Session, staged_id: int, *, actor: Principal, now: datetime, request_key: str | None = None
) -> Plan:
    """Brings the answered reading in: new units, plan and ledger in one unit of work, or nothing.

    Raises `Refused(QUESTIONS_OPEN)` while a question is open that must be answered.
    """
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        staged, state = waiting_review(session, staged_id, actor=actor, now=now)
        plan = _bring_in(session, state.answered, state.units, sha256=staged.sha256, actor=actor, now=now)
        staged.plan_id = plan.id
    log.info("plan %s accepted from staged import %s by %s", plan.id, staged_id, actor.person_id)
    return plan


def import_directly(
    session: Session,
    reading: PlanReading,
    *,
    sha256: str | None,
    create_units: bool,
    actor: Principal,
    now: datetime,
) -> Plan:
    """Brings a reading in without a review, as the console does: everything as read, open leads stay open.

    Raises `Invalid(what="unit")` for a unit the agency does not have, unless `create_units`, and
    `Refused(UNIT_ENDED)` for one that was no more when the plan was issued.
    """
    with transaction(session):
        permissions.require(actor, Action.EDIT_PLAN)
        known = known_units(session, actor.agency_id, local_day(now), reading.heading.issued_on)
        units = plan_units(unit_names(reading), known)
        check_units(units, known)
        check_new(session, reading, sha256=sha256, agency_id=actor.agency_id)
        missing = [unit.printed for unit in units if unit.unit_id is None]
        if missing and not create_units:
            raise Invalid(what="unit", name=missing[0], names=tuple(missing))
        plan = _bring_in(session, reading, units, sha256=sha256, actor=actor, now=now)
    log.info("plan %s imported", plan.id)
    return plan


def waiting_review(session: Session, staged_id: int, *, actor: Principal, now: datetime) -> tuple[StagedImport, Review]:
    """A reading that waits, locked inside the caller's unit of work, with its answered state.

    Raises `Refused(QUESTIONS_OPEN)` while a question is open that must be answered.
    """
    staged = waiting_import(session, staged_id, actor)
    state = _review(session, staged, local_day(now))
    if state.blocking:
        raise Refused(RefusedReason.QUESTIONS_OPEN, count=len(state.blocking))
    check_units(state.ended_units, state.known)
    return staged, state


def waiting_import(session: Session, staged_id: int, actor: Principal) -> StagedImport:
    """The staged import, locked; raises `Refused(ALREADY_ACCEPTED)` where it has become a plan."""
    permissions.require(actor, Action.EDIT_PLAN)
    query = select(StagedImport).where(StagedImport.agency_id == actor.agency_id, StagedImport.id == staged_id)
    staged = session.scalars(query.with_for_update()).one_or_none()
    if staged is None:
        raise NotFound(what="staged_import", id=staged_id)
    if staged.plan_id is not None:
        raise Refused(RefusedReason.ALREADY_ACCEPTED, plan_id=staged.plan_id)
    return staged


def _bring_in(
    session: Session,
    reading: PlanReading,
    units: Sequence[PlanUnit],
    *,
    sha256: str | None,
    actor: Principal,
    now: datetime,
) -> Plan:
    check_new(session, reading, sha256=sha256, agency_id=actor.agency_id)
    unit_ids = make_units(session, units, reading.heading.issued_on or local_day(now), actor)
    return bring_in(session, reading, unit_ids=unit_ids, actor=actor, now=now, source_sha256=sha256)


def make_units(session: Session, units: Iterable[PlanUnit], valid_from: date, actor: Principal) -> dict[str, int]:
    """Makes the units that are new, groups last so that their members exist; printed name -> unit id."""
    ids: dict[str, int] = {}
    in_order = sorted(units, key=lambda unit: unit.kind is UnitKind.GROUP)
    by_name = {fold(unit.name): unit.id for unit in known_units(session, actor.agency_id, valid_from)}
    for unit in in_order:
        unit_id = unit.unit_id
        if unit_id is None:
            permissions.require(actor, Action.MANAGE_UNITS)
            made = _make_unit(session, unit, valid_from, by_name, actor)
            unit_id = by_name[fold(unit.name)] = made.id
        ids |= dict.fromkeys(unit.spellings, unit_id)
    return ids


def _make_unit(
    session: Session, unit: PlanUnit, valid_from: date, by_name: Mapping[str, int], actor: Principal
) -> Unit:
    aliases = tuple(spelling for spelling in unit.spellings if spelling != unit.name)
    new = NewUnit(name=unit.name, kind=unit.kind, valid_from=valid_from, aliases=aliases)
    made = add_unit(session, actor.agency_id, new)
    if unit.kind is UnitKind.GROUP:
        member_ids = {by_name[fold(name)] for name in unit.members if fold(name) in by_name}
        replace_members(session, made, member_ids, valid_from)
    return made
