"""A document in a form: số, ký hiệu, ngày ban hành and trích yếu go together or are not given at all."""

from typing import Any

from cchc_tasks import wording
from cchc_tasks.domain.errors import Refused, RefusedReason
from cchc_tasks.services.obligations import DocumentInput
from cchc_tasks.web import clock
from cchc_tasks.wording import updates as words

_MISSING = {
    "number": words.NUMBER_MISSING,
    "issued_on": words.ISSUED_MISSING,
    "subject": words.SUBJECT_MISSING,
}


def optional_document(form: Any) -> tuple[DocumentInput | None, dict[str, str]]:
    """The document of a form with the fields number, issued_on and subject, and what is wrong by field."""
    given = {name: bool(form[name].data) for name in _MISSING}
    missing = {name: said for name, said in _MISSING.items() if any(given.values()) and not given[name]}
    if form.issued_on.data and form.issued_on.data > clock.today():
        facts = {"effective_on": form.issued_on.data, "today": clock.today()}
        missing["issued_on"] = wording.explain(Refused(RefusedReason.AFTER_TODAY, **facts))
    if missing or not given["number"]:
        return None, missing
    return DocumentInput(form.number.data, form.issued_on.data, form.subject.data), {}
