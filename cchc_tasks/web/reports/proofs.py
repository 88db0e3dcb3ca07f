"""What proves an answer, as a form sends it: a document by number, day and subject, a file, or that one is dropped."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import request
from werkzeug.datastructures import FileStorage

from cchc_tasks import wording
from cchc_tasks.domain.evidence import KeptFile, UnfitFile
from cchc_tasks.domain.reports.forms import FormRow
from cchc_tasks.domain.text import one_line
from cchc_tasks.services.obligations import DocumentInput, FileInput
from cchc_tasks.web import clock, uploads
from cchc_tasks.wording import report_answers as words
from cchc_tasks.wording.report_pages import read_day

#: Names of the fields of one row, each followed by "-" and the row's code.
NUMBER, ISSUED, SUBJECT, FILE, KEPT, DROP = "van-ban", "ngay", "trich-yeu", "tep", "da-nhan", "bo"
#: What the box `DROP` may say.
DOCUMENT, FILE_ITSELF = "van-ban", "tep"
LONGEST_NUMBER, LONGEST_SUBJECT = 100, 5_000


@dataclass(frozen=True, slots=True)
class TypedProof:
    """What was typed and chosen for one row; `kept` is a file that is already in the store."""

    number: str = ""
    issued: str = ""
    subject: str = ""
    kept: KeptFile | None = None
    drops: frozenset[str] = frozenset()

    @property
    def is_started(self) -> bool:
        return bool(self.number or self.issued or self.subject or self.kept)

    @property
    def token(self) -> str:
        """What a redisplayed form carries of the file, so that nobody has to choose it again."""
        return uploads.sign([self.kept] if self.kept else [])

    @property
    def document(self) -> DocumentInput | None:
        """The document, if all of it is there and its day has come."""
        day = read_day(self.issued)
        if not (self.number and day and self.subject) or day > clock.today():
            return None
        return DocumentInput(self.number, day, self.subject)

    @property
    def file(self) -> FileInput | None:
        return uploads.as_input(self.kept) if self.kept else None


def read_proofs(rows: Iterable[FormRow]) -> tuple[dict[str, TypedProof], dict[str, str]]:
    """What came with each row, by key, and what is wrong with it: half a document, a file that cannot serve.

    Files are kept at once: a form that goes back for another reason does not lose them.
    """
    found: dict[str, TypedProof] = {}
    troubles: dict[str, str] = {}
    for row in rows:
        kept, trouble = _file(row)
        number, issued, subject = (_text(part, row) for part in (NUMBER, ISSUED, SUBJECT))
        drops = frozenset(request.form.getlist(f"{DROP}-{row.code}")) & {DOCUMENT, FILE_ITSELF}
        proof = TypedProof(number[:LONGEST_NUMBER], issued, subject[:LONGEST_SUBJECT], kept, drops)
        if proof.is_started or drops:
            found[row.key] = proof
        if (number or issued or subject) and proof.document is None:
            troubles[row.key] = words.PROOF_INCOMPLETE
        if trouble:
            troubles[row.key] = trouble
    return found, troubles


def _text(part: str, row: FormRow) -> str:
    return one_line(request.form.get(f"{part}-{row.code}", ""))


def _file(row: FormRow) -> tuple[KeptFile | None, str]:
    """The file of this sending, or of the refused one before; and why one is not taken."""
    before = next(iter(uploads.unsign(request.form.get(f"{KEPT}-{row.code}"))), None)
    chosen = [each for each in request.files.getlist(f"{FILE}-{row.code}") if isinstance(each, FileStorage)]
    try:
        kept = uploads.keep_all(chosen)
    except UnfitFile as error:
        return before, wording.explain(error)
    return (kept[-1] if kept else before), ""
