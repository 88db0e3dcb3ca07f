"""A report as a file: Word and PDF of the whole, a workbook and a list of the annex; a draft is named as one."""

from typing import Any
from urllib.parse import quote

from flask import Response

from cchc_tasks.domain.permissions import Action
from cchc_tasks.domain.reports.sheet import Sheet
from cchc_tasks.domain.text import fold
from cchc_tasks.exports.report_sheets import FORMATS
from cchc_tasks.services.report_sheets import sheet_of
from cchc_tasks.storage.db import db
from cchc_tasks.web.login import requires, who_and_when
from cchc_tasks.web.reports.blueprint import bp
from cchc_tasks.wording import report_pages as words
from cchc_tasks.wording.report_members import member_words

TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


@bp.get("/<int:report_id>/tep.<any(docx, pdf, xlsx, csv):ending>")
@requires(Action.READ_AGENCY)
def file(report_id: int, ending: str) -> Response:
    """The frozen report where it was submitted, else as it would print now."""
    sheet = sheet_of(db.session, report_id, describe=member_words, **who_and_when())
    return attachment(FORMATS[ending](sheet), name_of(sheet, ending), TYPES[ending])


def name_of(sheet: Sheet, ending: str) -> str:
    return words.file_name(sheet.period_key, sheet.year, sheet.edition, is_draft=sheet.is_draft, ending=ending)


def attachment(data: bytes, name: str, content_type: str) -> Any:
    """The bytes as a download, its name in ASCII for old programs and as it is for all others."""
    response = Response(data, content_type=content_type)
    plain = fold(name).encode("ascii", "ignore").decode().replace(" ", "-")
    names = {"filename": plain, "filename*": f"UTF-8''{quote(name, safe='')}"}
    response.headers.set("Content-Disposition", "attachment", **names)
    return response
