"""The files of a report from what prints of it: Word, PDF, a workbook and a list of the annex."""

from collections.abc import Callable, Mapping

from cchc_tasks.domain.reports.sheet import Sheet
from cchc_tasks.exports.official.model import IssueDay, Signature
from cchc_tasks.exports.official.pdf_file import pdf_bytes
from cchc_tasks.exports.official.word_file import docx_bytes
from cchc_tasks.exports.official.workbook_file import xlsx_bytes
from cchc_tasks.exports.reports import ReportFile, form_csv, report_annexes, report_document
from cchc_tasks.wording.core import rule_in_words
from cchc_tasks.wording.report_files import traces
from cchc_tasks.wording.report_members import period_in_words


def report_file(sheet: Sheet) -> ReportFile:
    """The sheet as the composer takes it: number and symbol apart, the day as far as it is known."""
    number, _, symbol = sheet.number.partition("/")
    day = sheet.issued_on
    frame = sheet.frame
    return ReportFile(
        issuer_parent=sheet.issuer_parent,
        issuer=sheet.issuer,
        number=number,
        symbol=symbol or frame.symbol,
        place=frame.place,
        issued=IssueDay() if day is None else IssueDay(day.day, day.month, day.year),
        title=sheet.title,
        form=sheet.form,
        figures=sheet.figures,
        texts=sheet.texts,
        signature=Signature(frame.signer_title, frame.signer_name, frame.signer_authority),
        period=period_in_words(sheet.period_key, sheet.year),
        full_name=frame.full_name,
        bases=frame.bases,
        recipients=frame.recipients,
        rules={key: rule_in_words(rule) for key, rule in sheet.rules.items()},
        traces=traces(sheet.head_seq, sheet.head, sheet.sha256) if sheet.head else "",
    )


def word_bytes(sheet: Sheet) -> bytes:
    """The whole report as `.docx`; the same sheet gives the same bytes."""
    return docx_bytes(report_document(report_file(sheet)))


def portable_bytes(sheet: Sheet) -> bytes:
    """The whole report as `.pdf`."""
    return pdf_bytes(report_document(report_file(sheet)))


def workbook_bytes(sheet: Sheet) -> bytes:
    """The annexes as `.xlsx`, numbers as numbers."""
    return xlsx_bytes(report_annexes(report_file(sheet)), sheet.title)


def list_bytes(sheet: Sheet) -> bytes:
    """The annex' rows as `.csv`, each cell as it prints."""
    return form_csv(sheet.form, sheet.figures)


#: By the ending of the file's name.
FORMATS: Mapping[str, Callable[[Sheet], bytes]] = {
    "docx": word_bytes,
    "pdf": portable_bytes,
    "xlsx": workbook_bytes,
    "csv": list_bytes,
}
