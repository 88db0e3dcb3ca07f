"""A file or a pasted table read and kept for review, beside the request that sent it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import Flask

from cchc_tasks import wording
from cchc_tasks.domain.errors import DuplicateRequest, Invalid, ReadTrouble, Refused, RefusedReason, UnreadableFile
from cchc_tasks.domain.grid import SourceDocument
from cchc_tasks.domain.periods import local_day
from cchc_tasks.domain.permissions import Principal
from cchc_tasks.domain.plan_reading import DoubtReason, PlanReading, read_plan
from cchc_tasks.domain.reading_progress import ReadingProgress, Step
from cchc_tasks.readers import read_document, read_pasted
from cchc_tasks.readers.progress import Hear
from cchc_tasks.services import staging
from cchc_tasks.storage.db import db
from cchc_tasks.web.plans import reading_jobs
from cchc_tasks.web.plans.forms import UploadForm
from cchc_tasks.web.plans.reading_jobs import Job, Outcome
from cchc_tasks.wording import plans as words

#: At which field a trouble of the file is shown; the others belong to the file itself.
FIELD_OF = {ReadTrouble.NO_YEAR: "year"}


@dataclass(frozen=True, slots=True)
class Sent:
    """What a person sent: a file, or (`data` None) a table; its heading where the form says it; who and when."""

    data: bytes | None
    table: str
    file_name: str
    number: str | None
    issued_on: date | None
    year: int | None
    request_key: str | None
    actor: Principal
    now: datetime


def sent(form: UploadForm, limit_mb: int, *, actor: Principal, now: datetime) -> Sent:
    """The form's values; of a file one byte more than it may have, so that the reader can say it is too big."""
    file = form.file.data
    return Sent(
        data=file.stream.read(limit_mb * 1024 * 1024 + 1) if file else None,
        table="" if file else form.table,
        file_name=file.filename if file else words.PASTED,
        number=form.number.data or None,
        issued_on=form.issued_on.data,
        year=form.year.data,
        request_key=form.request_key.data,
        actor=actor,
        now=now,
    )


def begin(app: Any, what: Sent) -> Job:
    """Starts the reading; `app` may be the proxy of the present one."""
    own: Flask = app._get_current_object() if hasattr(app, "_get_current_object") else app
    return reading_jobs.begin(own.config["CCHC_SETTINGS"].instance_dir, what.actor, what.file_name, _work(own, what))


def _work(app: Flask, what: Sent) -> Callable[[Hear], Outcome]:
    def work(hear: Hear) -> Outcome:
        try:
            document = _document(what, hear)
            hear(ReadingProgress(Step.SORTING))
            given = {"number": what.number, "issued_on": what.issued_on, "year": what.year}
            reading = read_plan(document, **given, today=local_day(what.now))  # type: ignore[arg-type]
        except UnreadableFile as error:
            told = {"field": FIELD_OF.get(error.reason), "sentence": wording.explain(error)}
            return told | {"missing": _missing(error) if error.reason is ReadTrouble.NO_YEAR else []}
        other = _other_letters(what, reading)
        with app.app_context():
            return _stage(what, reading, other, document.sha256)

    return work


def _missing(error: Invalid | UnreadableFile) -> list[str]:
    """What else the heading lacks, so that it is asked for together."""
    return [name for name in ("number", "issued_on", "year") if name in error.facts and not error.facts[name]]


def _document(what: Sent, hear: Hear) -> SourceDocument:
    return read_pasted(what.table) if what.data is None else read_document(what.data, what.file_name, hear=hear)


def _other_letters(what: Sent, reading: PlanReading) -> PlanReading | None:
    """A document whose old fonts were converted, read as it stands as well; None where it makes no plan that way."""
    is_converted = any(doubt.reason is DoubtReason.TEXT_CONVERTED for doubt in reading.to_confirm)
    if what.data is None or not is_converted:
        return None
    head = reading.heading
    try:
        document = read_document(what.data, what.file_name, keep_letters=True)
        return read_plan(
            document, number=head.number, issued_on=head.issued_on, year=head.year, today=local_day(what.now)
        )
    except UnreadableFile:
        return None


def _stage(what: Sent, reading: PlanReading, other: PlanReading | None, sha256: str) -> Outcome:
    """Keeps the reading; an expected refusal is an outcome as well."""
    try:
        staged = staging.stage(
            db.session,
            reading,
            file_name=what.file_name,
            sha256=sha256,
            other_letters=other,
            request_key=what.request_key,
            actor=what.actor,
            now=what.now,
        )
    except DuplicateRequest as error:
        return {"twice": str(error.facts.get("result") or "")}
    except Invalid as error:
        return {"missing": _missing(error)}
    except Refused as error:
        if error.reason is not RefusedReason.PLAN_EXISTS:
            raise
        return {"there": {"text": _already_there(error), "plan_id": error.facts["plan_id"]}}
    return {"staged": staged.id}


def _already_there(error: Refused) -> str:
    number, issued_on = str(error.facts["number"]), error.facts["issued_on"]
    if not isinstance(issued_on, date):
        raise TypeError("a plan has its day of issue")
    return words.already_there(number, issued_on, is_same_content=bool(error.facts.get("is_same_content")))
