"""From a file to a plan: the upload, the review with its questions, and the yes."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for

from cchc_tasks import wording
from cchc_tasks.domain.errors import DuplicateRequest, Invalid, NotFound, Refused, RefusedReason
from cchc_tasks.domain.permissions import Action
from cchc_tasks.domain.plan_answers import Answer, AnswerKind
from cchc_tasks.domain.plan_questions import AS_READ, Question
from cchc_tasks.domain.plan_reading.progress import only_day
from cchc_tasks.domain.plan_units import UnitChoice
from cchc_tasks.domain.units import UnitKind
from cchc_tasks.services import staging
from cchc_tasks.services.staging import Review
from cchc_tasks.storage.db import db
from cchc_tasks.web import clock
from cchc_tasks.web.login import current_principal, requires, who_and_when
from cchc_tasks.web.plans import reading_jobs, review_page, uploading
from cchc_tasks.web.plans.amending import amend_links
from cchc_tasks.web.plans.blueprint import bp
from cchc_tasks.web.plans.forms import KeyForm, UploadForm
from cchc_tasks.web.security import accepts_upload
from cchc_tasks.wording import plans as words
from cchc_tasks.wording import reading as reading_words

__all__ = ["upload"]

#: How long the upload waits for its file to be read before it answers with the page that waits.
PATIENCE_SECONDS = 3.0


@bp.route("/nhap", methods=["GET", "POST"])
@requires(Action.EDIT_PLAN)
@accepts_upload
def upload() -> Any:
    """The file with its plan. What can be read is kept for review; nothing enters a plan here.

    A long file is read on after the answer, which then leads to the page that waits for it.
    """
    form = UploadForm()
    if request.method == "GET" or not form.validate():
        return upload_page(form), 200 if request.method == "GET" else 422
    sent = uploading.sent(form, current_app.config["CCHC_SETTINGS"].upload_limit_mb, **who_and_when())
    job = uploading.begin(current_app, sent)
    # The connection is free for whoever reads the file.
    db.session.rollback()
    if not job.wait(current_app.config.get("READING_PATIENCE_SECONDS", PATIENCE_SECONDS)):
        return redirect(url_for("plans.reading", token=job.token), code=303)
    return _came(form, job.outcome or reading_jobs.FAILED, "file" if form.file.data else "pasted")


@bp.get("/nhap/dang-doc/<token>")
@requires(Action.EDIT_PLAN)
def reading(token: str) -> Any:
    """How far the reading of a long file is; asks again by itself, with or without a script."""
    instance = current_app.config["CCHC_SETTINGS"].instance_dir
    seen = reading_jobs.find(instance, token, current_principal())
    if seen.outcome is not None:
        return _came(UploadForm(formdata=None), seen.outcome, "file")
    said = reading_words.step_words(seen.progress)
    page = render_template(
        "plans/reading.html", file_name=seen.file_name, said=said, progress=seen.progress, token=token
    )
    return page, {"Refresh": "2"}


def _came(form: UploadForm, outcome: reading_jobs.Outcome, field: str) -> Any:
    """The answer to what came of a reading: the review, or the form with what is wrong."""
    if "staged" in outcome:
        return redirect(url_for("plans.review", import_id=outcome["staged"]), code=303)
    if "twice" in outcome:
        raise DuplicateRequest(result=outcome["twice"])
    if "there" in outcome:
        return upload_page(form, there=outcome["there"]), 409
    for name in outcome.get("missing", ()):
        form.refuse(name, words.HEADING_MISSING[name])
    if not outcome.get("missing") or "sentence" in outcome:
        sentence = outcome.get("sentence") or (words.READING_LOST if "lost" in outcome else words.READING_FAILED)
        form.refuse(outcome.get("field") or field, sentence)
    return upload_page(form), 500 if "failed" in outcome else 422


def upload_page(form: UploadForm, *, there: Mapping[str, Any] | None = None) -> str:
    limit = current_app.config["CCHC_SETTINGS"].upload_limit_mb
    return render_template(
        "plans/upload.html", form=form, limits=words.file_limits(limit), there=review_page.there(there)
    )


@bp.get("/nhap/<int:import_id>")
@requires(Action.EDIT_PLAN)
def review(import_id: int) -> Any:
    """The reading with its questions; one that became a plan leads there."""
    state = staging.review(db.session, import_id, actor=current_principal(), today=clock.today())
    if state.staged.plan_id is not None:
        return redirect(url_for("plans.show", plan_id=state.staged.plan_id), code=303)
    page = review_page.page_of(state)
    return render_template("plans/review.html", page=page, form=KeyForm(), amends=amend_links(state))


@bp.post("/nhap/<int:import_id>/tra-loi")
@requires(Action.EDIT_PLAN)
def answer(import_id: int) -> Any:
    """One answer: an option ("3:1"), taken back ("3:"), a date of one's own, a unit, or all the rest as read."""
    state = staging.review(db.session, import_id, actor=current_principal(), today=clock.today())
    try:
        given = _given(state)
        state = staging.answer_questions(db.session, import_id, given=given, **who_and_when())
    except Invalid as error:
        key = request.form.get("cau", "")
        page = review_page.page_of(state, wrong_key=int(key) if key.isdecimal() else None, wrong=wording.explain(error))
        form = KeyForm(formdata=None)
        return render_template("plans/review.html", page=page, form=form, amends=amend_links(state)), 422
    return redirect(url_for("plans.review", import_id=import_id, _anchor=_next_anchor(state, given)), code=303)


def _given(state: Review) -> dict[int, tuple[Answer, ...]]:
    """The answers of the request by question; raises `NotFound` for a question or an option that is not there."""
    if request.form.get("nhan-het"):
        return {question.key: AS_READ.answers for question in review_page.as_read(state.blocking)}
    if request.form.get("nhan-cung"):
        return _shared(state, request.form["nhan-cung"])
    key, _, choice = request.form.get("lua-chon", "").partition(":")
    question = _question(state, key or request.form.get("cau", ""))
    if not key:
        return {question.key: (_own_answer(state, question),)}
    if not choice:
        return {question.key: ()}
    if not choice.isdecimal() or int(choice) >= len(question.options):
        raise NotFound(what="option")
    return {question.key: question.options[int(choice)].answers}


def _shared(state: Review, number: str) -> dict[int, tuple[Answer, ...]]:
    """One answer for every open question that it fits; raises `NotFound` for one that was not offered."""
    offered = review_page.shared_options(state.blocking)
    if not number.isdecimal() or int(number) >= len(offered):
        raise NotFound(what="option")
    option, keys = offered[int(number)]
    places = {each.key: () if each.place is None else (each.place,) for each in state.blocking}
    return {key: (replace(option.first, places=places[key]),) for key in keys}


def _question(state: Review, key: str) -> Question:
    found = next((each for each in state.questions if str(each.key) == key), None)
    if found is None:
        raise NotFound(what="question", key=key)
    return found


def _own_answer(state: Review, question: Question) -> Answer:
    """A date in words, or a unit, typed or chosen by the office; raises `NotFound` for a unit that was not offered."""
    places = () if question.place is None else (question.place,)
    if question.takes_progress:
        return _own_progress(places)
    if not question.takes_unit:
        return Answer(AnswerKind.DEADLINE, places, phrase=request.form.get("thoi-han", "").strip()[:500])
    name = request.form.get("don-vi", "")
    if name not in review_page.lead_names(state):
        raise NotFound(what="unit", name=name)
    return Answer(AnswerKind.LEAD, unit=name)


def _own_progress(places: tuple[int, ...]) -> Answer:
    """A completion in the office's own words; raises `Invalid` without a whole date that has come."""
    done_on = only_day(request.form.get("ngay-xong", "").strip()[:40])
    if done_on is None:
        raise Invalid(what="progress_day")
    if done_on > clock.today():
        raise Invalid(what="progress_day_to_come", today=clock.today())
    return Answer(AnswerKind.FINISHED, places, due_on=done_on, phrase=request.form.get("van-ban", "").strip()[:300])


def _next_anchor(state: Review, given: dict[int, tuple[Answer, ...]]) -> str:
    """The question after the one answered, so that one goes on reading there."""
    last = max(given, default=-1)
    after = [each.key for each in state.open_questions if each.key >= last] or [e.key for e in state.open_questions]
    return f"cau-{after[0]}" if after else "can"


@bp.post("/nhap/<int:import_id>/don-vi")
@requires(Action.EDIT_PLAN)
def units(import_id: int) -> Any:
    """What the office says of the units that the plan names."""
    state = staging.review(db.session, import_id, actor=current_principal(), today=clock.today())
    printed = {unit.printed for unit in state.units}
    choices = {name: _choice(place) for place, name in enumerate(request.form.getlist("ten-in")) if name in printed}
    staging.choose_units(db.session, import_id, choices=choices, **who_and_when())
    flash(words.UNITS_SAVED, "done")
    return redirect(url_for("plans.review", import_id=import_id, _anchor="don-vi"), code=303)


def _choice(place: int) -> UnitChoice:
    chosen = request.form.get(f"la-{place}", "")
    if chosen.isdecimal():
        return UnitChoice(unit_id=int(chosen))
    kind = request.form.get(f"loai-{place}", "")
    return UnitChoice(
        name=" ".join(request.form.get(f"ten-{place}", "").split())[:300],
        kind=UnitKind(kind) if kind in set(UnitKind) else None,
        members=tuple(request.form.getlist(f"gom-{place}")),
    )


@bp.post("/nhap/<int:import_id>/nhap")
@requires(Action.EDIT_PLAN)
def accept(import_id: int) -> Any:
    """The yes: the whole plan in one unit of work; a day to come leads back to the answers."""
    form = KeyForm()
    try:
        plan = staging.accept(db.session, import_id, request_key=form.request_key.data, **who_and_when())
    except Refused as error:
        if error.reason is not RefusedReason.AFTER_TODAY:
            raise
        flash(f"{words.NOT_IMPORTED} {wording.explain(error)}", "late")
        return redirect(url_for("plans.review", import_id=import_id), code=303)
    owed = sum(line.obligations for line in review_page.line_of(plan.id))
    flash(words.imported(owed), "done")
    return redirect(url_for("plans.show", plan_id=plan.id), code=303)


@bp.post("/nhap/<int:import_id>/bo")
@requires(Action.EDIT_PLAN)
def discard(import_id: int) -> Any:
    """The no: the reading goes away."""
    form = KeyForm()
    staging.discard(db.session, import_id, request_key=form.request_key.data, **who_and_when())
    flash(words.DISCARDED, "done")
    return redirect(url_for("plans.index"), code=303)
