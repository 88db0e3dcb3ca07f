"""The quick update of one piece of work, the same under a row of Việc của tôi and on the page of its task."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import flash
from flask_wtf.file import MultipleFileField
from wtforms import DateField, HiddenField, IntegerField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional
from wtforms.widgets import HiddenInput

from cchc_tasks import wording
from cchc_tasks.domain.errors import Refused, RefusedReason, StaleEdit
from cchc_tasks.domain.evidence import KeptFile, UnfitFile, proves
from cchc_tasks.domain.ledger import LedgerRow
from cchc_tasks.domain.periods import local_day
from cchc_tasks.domain.text import one_line
from cchc_tasks.domain.workflow import Move, Status
from cchc_tasks.services import form_keys, obligations, teamwork
from cchc_tasks.services.obligations import DocumentInput
from cchc_tasks.storage.db import db
from cchc_tasks.storage.queries import evidence as evidence_queries
from cchc_tasks.storage.queries import ledger as ledger_queries
from cchc_tasks.storage.queries import tasks as task_queries
from cchc_tasks.storage.queries.obligations import WorkRow
from cchc_tasks.storage.queries.tasks import EvidenceRow
from cchc_tasks.web import clock, uploads
from cchc_tasks.web.base_form import VersionedForm
from cchc_tasks.web.login import current_principal, who_and_when
from cchc_tasks.wording import history
from cchc_tasks.wording import updates as words

DATE_FORMATS = ["%Y-%m-%d", "%d/%m/%Y"]
LONGEST = 2000


class UpdateForm(VersionedForm):
    """What a unit says of its work. `seen` is the last ledger row its reader saw, `kept` are files already here."""

    to = RadioField(
        "Trạng thái",
        [Optional()],
        choices=[
            SelectChoice(Status.IN_PROGRESS.value, "Đang thực hiện"),
            SelectChoice(Status.REPORTED.value, "Báo cáo hoàn thành"),
        ],
    )
    number = StringField("Số, ký hiệu văn bản", [Optional(), Length(max=100)])
    issued_on = DateField("Ngày ban hành", [Optional()], format=DATE_FORMATS)
    done_on = DateField("Ngày hoàn thành", [Optional()], format=DATE_FORMATS)
    subject = StringField("Trích yếu", [Optional(), Length(max=LONGEST)])
    files = MultipleFileField("Tệp kèm theo")
    waiver = TextAreaField("Lý do không có văn bản hoặc tệp", [Optional(), Length(max=LONGEST)])
    reason = TextAreaField("Lý do ngày hoàn thành trước ngày ban hành kế hoạch", [Optional(), Length(max=LONGEST)])
    note = TextAreaField("Ghi chú tiến độ", [Optional(), Length(max=LONGEST)])
    seen = IntegerField(widget=HiddenInput(), validators=[Optional()])
    kept = HiddenField(filters=[])

    @property
    def is_report(self) -> bool:
        return bool(self.to.data == Status.REPORTED.value)


@dataclass(frozen=True, slots=True)
class Returned:
    """The words with which the last report came back, and what had been reported."""

    by: str
    on: date
    reason: str
    report: LedgerRow | None

    @property
    def title(self) -> str:
        return words.returned_on(self.by, self.on)


@dataclass(frozen=True, slots=True)
class Opened:
    """The open form of one row with what stands around it."""

    row: WorkRow
    form: UpdateForm
    returned: Returned | None
    evidence: Sequence[EvidenceRow]
    kept: Sequence[KeptFile]
    changes: Sequence[history.Entry]
    needs_reason: bool
    send_words: str
    file_hint: str


#: At which field a refusal of the service is shown.
FIELD_OF = {
    RefusedReason.NO_EVIDENCE: "number",
    RefusedReason.AFTER_TODAY: "done_on",
    RefusedReason.BEFORE_PLAN: "reason",
    RefusedReason.REASON_NEEDED: "reason",
}


# --- opening


def open_row(row: WorkRow, names: history.Names, *, is_office_work: bool, is_note_wanted: bool = False) -> Opened:
    """A fresh form for the row, filled with what was reported before where it came back."""
    returned = _returned(row, names) if row.is_returned else None
    form = UpdateForm(formdata=None, data=_first_values(row, returned, is_note_wanted))
    return _opened(row, form, returned, is_office_work)


def open_again(
    row: WorkRow, form: UpdateForm, names: history.Names, *, is_office_work: bool, is_stale: bool = False
) -> Opened:
    """The refused form with what was typed; after a stale edit with what others wrote meanwhile."""
    returned = _returned(row, names) if row.is_returned else None
    opened = _opened(row, form, returned, is_office_work)
    if not is_stale:
        return opened
    changes = _changes_since(row, form.seen.data or 0, names)
    put_hidden(form, version=row.version, seen=_last_seq(row))
    return replace(opened, changes=changes)


def _opened(row: WorkRow, form: UpdateForm, returned: Returned | None, is_office_work: bool) -> Opened:
    agency_id = current_principal().agency_id
    return Opened(
        row=row,
        form=form,
        returned=returned,
        evidence=_proofs(agency_id, row.id),
        kept=uploads.unsign(form.kept.data),
        changes=(),
        needs_reason=bool(form.reason.data or form.reason.errors),
        send_words=words.SEND_TO_LEADER if is_office_work else words.SEND_TO_OFFICE,
        file_hint=words.file_hint(uploads.limit_bytes() // (1024 * 1024)),
    )


def _proofs(agency_id: int, obligation_id: int) -> list[EvidenceRow]:
    """What stands behind the item already; the papers of a report that came back have to be sent again."""
    found = task_queries.evidence_of(db.session, agency_id, [obligation_id])[obligation_id]
    withdrawn = evidence_queries.withdrawn_of(db.session, agency_id, [obligation_id]) if found else ()
    return [each for each in found if proves(each.seq, withdrawn)]


def _first_values(row: WorkRow, returned: Returned | None, is_note_wanted: bool) -> dict[str, Any]:
    values: dict[str, Any] = {
        "version": row.version,
        "seen": _last_seq(row),
        "to": Status.IN_PROGRESS.value if is_note_wanted else Status.REPORTED.value,
        "subject": one_line(row.text),
    }
    report = returned.report if returned else None
    if report is not None:
        values |= {"done_on": report.effective_on, **_document_values(report.payload)}
    return values


def _document_values(payload: Mapping[str, object]) -> dict[str, Any]:
    document = payload.get("document")
    if not isinstance(document, dict):
        return {}
    return {
        "number": document["number"],
        "issued_on": date.fromisoformat(str(document["issued_on"])),
        "subject": document["subject"],
    }


def _last_seq(row: WorkRow) -> int:
    return task_queries.last_seq_of(db.session, current_principal().agency_id, row.id)


def _returned(row: WorkRow, names: history.Names) -> Returned | None:
    rows = ledger_queries.list_status_rows(db.session, current_principal().agency_id, row.id)
    back = next((each for each in reversed(rows) if each.payload.get("move") == Move.RETURN), None)
    if back is None:
        return None
    report = next((each for each in rows if each.seq == back.answers_seq), None)
    return Returned(_people(names, [back]).actor(back), local_day(back.recorded_at), _reason(back), report)


def _reason(row: LedgerRow) -> str:
    return str(row.payload.get("reason") or "")


def _changes_since(row: WorkRow, seen: int, names: history.Names) -> list[history.Entry]:
    rows = ledger_queries.list_task_rows(db.session, current_principal().agency_id, row.task_id)
    new = [each for each in rows if each.seq > seen and each.obligation_id == row.id]
    return history.tell(new, _people(names, new), prefix="moi")


def _people(names: history.Names, rows: Sequence[LedgerRow]) -> history.Names:
    """`names` with the people of these rows."""
    agency_id = current_principal().agency_id
    ids = {each.actor_id for each in rows if each.actor_id is not None}
    people, workplaces = task_queries.people_in_time(db.session, agency_id, ids)
    return replace(names, people=people, workplaces=workplaces)


def put_hidden(form: Any, **values: Any) -> None:
    """Gives hidden fields new values; what the browser sent for them is forgotten."""
    for name, value in values.items():
        form[name].data, form[name].raw_data = value, None


# --- sending


def send(form: UpdateForm, row: WorkRow, *, is_office_work: bool) -> StaleEdit | bool:
    """Does what the form asks and says so; False with sentences on the form where it cannot be, or the `StaleEdit`."""
    # Everything is looked at before the form goes back, so that nobody mends one place after another.
    is_valid, files, is_complete = form.validate(), _keep_files(form), _is_complete(form, row)
    if not is_valid or files is None or not is_complete:
        # Sent twice, it may be incomplete only because of what its first sending did.
        form_keys.refuse_used(db.session, actor=current_principal(), key=form.request_key.data)
        return False
    try:
        if form.is_report:
            _report(form, row, files)
            flash(words.SENT_TO_LEADER if is_office_work else words.SENT_TO_OFFICE, "done")
        else:
            flash(_progress(form, row), "done")
    except StaleEdit as error:
        form.refuse("", wording.explain(error))
        return error
    except Refused as error:
        form.refuse(FIELD_OF.get(error.reason, ""), wording.explain(error))
        return False
    return True


def _keep_files(form: UpdateForm) -> list[KeptFile] | None:
    """The files of this and of the refused sending before; None with a sentence on the form where one is unfit."""
    kept = uploads.unsign(form.kept.data)
    try:
        kept += uploads.keep_all(form.files.data or ())
    except UnfitFile as error:
        form.refuse("files", wording.explain(error))
        return None
    put_hidden(form, kept=uploads.sign(kept))
    return kept


def _is_complete(form: UpdateForm, row: WorkRow) -> bool:
    """Whether what goes together is there: a document has number, day and subject; a report has its day."""
    missing: dict[str, str] = {}
    if not form.to.data:
        missing["to"] = words.MOVE_MISSING
    elif form.is_report:
        missing = _missing_of_report(form)
    elif row.status is not Status.NOT_STARTED and not form.note.data:
        missing["note"] = words.NOTE_MISSING
    for name, text in missing.items():
        if not form[name].errors:
            form.refuse(name, text)
    return not missing


def _missing_of_report(form: UpdateForm) -> dict[str, str]:
    missing: dict[str, str] = {}
    if form.issued_on.data and not form.number.data:
        missing["number"] = words.NUMBER_MISSING
    if form.number.data and not form.issued_on.data:
        missing["issued_on"] = words.ISSUED_MISSING
    if form.number.data and not form.subject.data:
        missing["subject"] = words.SUBJECT_MISSING
    if form.issued_on.data and form.issued_on.data > clock.today():
        facts = {"effective_on": form.issued_on.data, "today": clock.today()}
        missing["issued_on"] = wording.explain(Refused(RefusedReason.AFTER_TODAY, **facts))
    if not (form.done_on.data or form.issued_on.data):
        missing["done_on"] = words.DONE_MISSING
    return missing


def _report(form: UpdateForm, row: WorkRow, files: Sequence[KeptFile]) -> None:
    document = None
    if form.number.data:
        document = DocumentInput(form.number.data, form.issued_on.data, form.subject.data)
    obligations.report(
        db.session,
        row.id,
        version=form.version.data,
        effective_on=form.done_on.data or form.issued_on.data,
        document=document,
        files=[uploads.as_input(file) for file in files],
        waiver_reason=form.waiver.data or None,
        reason=form.reason.data or None,
        request_key=form.request_key.data,
        **who_and_when(),
    )


def _progress(form: UpdateForm, row: WorkRow) -> str:
    """Begins the work, or notes how far it is; returns what to tell."""
    if row.status is Status.NOT_STARTED:
        obligations.start(
            db.session,
            row.id,
            version=form.version.data,
            note=form.note.data or None,
            reason=form.note.data or None,
            request_key=form.request_key.data,
            **who_and_when(),
        )
        return words.STARTED
    teamwork.add_note(
        db.session,
        row.id,
        kind=teamwork.NoteKind.PROGRESS,
        text=form.note.data,
        request_key=form.request_key.data,
        **who_and_when(),
    )
    return words.NOTED
