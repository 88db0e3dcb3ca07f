"""What an amendment did, as its document would say it; and the plan as amended in one text (bản hợp nhất)."""

from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import quote

from flask import Response, render_template, request, url_for

from cchc_tasks.domain.amended_plans import PlanStory
from cchc_tasks.domain.errors import NotFound
from cchc_tasks.domain.permissions import Action
from cchc_tasks.domain.text import fold
from cchc_tasks.exports.amended_plans import consolidated_of
from cchc_tasks.exports.consolidated import ConsolidatedPlan, consolidated_plan
from cchc_tasks.exports.official.model import OfficialDocument
from cchc_tasks.exports.official.pdf_file import pdf_bytes
from cchc_tasks.exports.official.word_file import docx_bytes
from cchc_tasks.exports.official.workbook_file import xlsx_bytes
from cchc_tasks.services.amended_plans import plan_story
from cchc_tasks.storage.db import db
from cchc_tasks.storage.models import Agency
from cchc_tasks.web import clock
from cchc_tasks.web.login import current_principal, requires
from cchc_tasks.web.plans.blueprint import bp
from cchc_tasks.wording import amended as words
from cchc_tasks.wording import consolidated as printed


def _workbook(document: OfficialDocument) -> bytes:
    return xlsx_bytes(document.annexes, document.subject)


_WRITERS: dict[str, tuple[Callable[[OfficialDocument], bytes], str]] = {
    "docx": (docx_bytes, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xlsx": (_workbook, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "pdf": (pdf_bytes, "application/pdf"),
}


@bp.get("/<int:plan_id>/sua-doi/<int:ordinal>")
@requires(Action.READ_AGENCY)
def amendment(plan_id: int, ordinal: int) -> Any:
    """One amendment, change by change; it prints like the document."""
    story = plan_story(db.session, current_principal().agency_id, plan_id)
    line = next((each for each in story.amendments if each.ordinal == ordinal), None)
    if line is None:
        raise NotFound(what="amendment", id=ordinal)
    sentences = [text for change in story.changed_by(ordinal) for text in words.change_sentences(change)]
    return render_template(
        "plans/amendment.html",
        plan_id=plan_id,
        story=story,
        line=line,
        title=words.title(line),
        sentences=sentences,
    )


@bp.get("/<int:plan_id>/hop-nhat")
@requires(Action.READ_AGENCY)
def consolidated(plan_id: int) -> Any:
    """The plan as amended, with marks, as at a day of the reader's choice."""
    story = plan_story(db.session, current_principal().agency_id, plan_id)
    as_of = _day(story)
    return render_template(
        "plans/consolidated.html",
        plan_id=plan_id,
        story=story,
        plan=_consolidated(story, as_of),
        as_of=as_of,
        last_day=clock.today(),
        files=[
            (label, url_for("plans.consolidated_file", plan_id=plan_id, ending=ending, ngay=as_of.isoformat()))
            for ending, label in printed.FILES.items()
        ],
        columns=printed.COLUMNS,
        legend=printed.LEGEND if story.amendments else printed.NOT_AMENDED,
        notes=printed.NOTES,
        note_of=printed.note,
    )


@bp.get("/<int:plan_id>/hop-nhat.<any(docx, xlsx, pdf):ending>")
@requires(Action.READ_AGENCY)
def consolidated_file(plan_id: int, ending: str) -> Response:
    """The same as a file for print."""
    story = plan_story(db.session, current_principal().agency_id, plan_id)
    as_of = _day(story)
    write, media_type = _WRITERS[ending]
    response = Response(write(consolidated_plan(_consolidated(story, as_of))), content_type=media_type)
    name = f"{printed.file_stem(story.number.replace('/', '-'), as_of)}.{ending}"
    # In ASCII for old programs and as it is for all others.
    plain = fold(name).encode("ascii", "ignore").decode().replace(" ", "-")
    names = {"filename": plain, "filename*": f"UTF-8''{quote(name, safe='')}"}
    response.headers.set("Content-Disposition", "attachment", **names)
    return response


def _day(story: PlanStory) -> date:
    """The day that was asked for, between the plan's issue and today; today where none can be read."""
    today = clock.today()
    try:
        asked = date.fromisoformat(request.args.get("ngay", ""))
    except ValueError:
        return max(today, story.issued_on)
    return max(min(asked, today), story.issued_on)


def _consolidated(story: PlanStory, as_of: date) -> ConsolidatedPlan:
    agency = db.session.get_one(Agency, current_principal().agency_id)
    return consolidated_of(
        story,
        as_of=as_of,
        issuer_parent=agency.parent_name,
        issuer=agency.name,
        place=agency.place,
        signer=printed.SIGNER,
    )
