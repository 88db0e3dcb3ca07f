"""The text of a report: sections to write, sentences proposed from figures, words of the units, numbers bound."""

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from cchc_tasks.domain.errors import StaleEdit
from cchc_tasks.domain.permissions import Action
from cchc_tasks.domain.reports.outline import Heading, headings
from cchc_tasks.domain.reports.texts import StaleNumber, refresh, stale_numbers
from cchc_tasks.domain.text import normalise
from cchc_tasks.services import report_answers
from cchc_tasks.storage.db import db
from cchc_tasks.storage.queries import reports as queries
from cchc_tasks.web.login import requires, who_and_when
from cchc_tasks.web.reports.blueprint import bp
from cchc_tasks.web.reports.fields import KeyForm
from cchc_tasks.web.reports.opening import Opened, head_values, open_report
from cchc_tasks.web.reports.suggestions import suggestions
from cchc_tasks.wording import report_pages as words
from cchc_tasks.wording.report_texts import Piece, pieces

TEXT, SEEN, INSERT, REFRESH = "van", "thay", "chen", "cap-nhat"
LONGEST_TEXT = 50_000


@dataclass(frozen=True, slots=True)
class Proposal:
    """A paragraph that can be put in: what its button sends, as it would print, where it comes from."""

    value: str
    preview: tuple[Piece, ...]
    source: str


@dataclass(frozen=True, slots=True)
class SectionText:
    """One heading with what is written below it."""

    heading: Heading
    text: str
    seen: int
    preview: tuple[Piece, ...]
    stale: tuple[StaleNumber, ...]
    proposed: tuple[Proposal, ...]
    trouble: str

    @property
    def place(self) -> str:
        return self.heading.place

    def name(self, part: str) -> str:
        return f"{part}-{self.heading.place}"


@bp.get("/<int:report_id>/loi-van")
@requires(Action.READ_AGENCY)
def text(report_id: int) -> Any:
    return page(open_report(report_id))


@bp.post("/<int:report_id>/loi-van")
@requires(Action.PREPARE_REPORT)
def write_text(report_id: int) -> Any:
    """Writes every section that was changed; on the way puts in what was chosen, or renews the bound numbers."""
    opened = open_report(report_id)
    form = KeyForm()
    typed = read_typed(opened)
    if not form.validate():
        return page(opened, {place: said for place, (said, _seen) in typed.items()}), 422
    try:
        rows = report_answers.write_text(
            db.session, report_id, typed, request_key=form.request_key.data, **who_and_when()
        )
    except StaleEdit as error:
        db.session.expire_all()
        place = str(error.facts["place"])
        kept = {each: said for each, (said, _seen) in typed.items()}
        return page(open_report(report_id), kept, {place: words.TEXT_MEANWHILE}), 409
    flash(words.saved_sections(len(rows)), "done" if rows else "note")
    place = request.form.get(INSERT, "").partition("/")[0] or request.form.get(REFRESH, "")
    anchor = f"p-{place.replace('.', '-')}" if place else None
    return redirect(url_for("reports.text", report_id=report_id, _anchor=anchor), code=303)


def read_typed(opened: Opened) -> dict[str, tuple[str, int]]:
    """place -> (text, ordinal seen) of the sections that the form holds."""
    found: dict[str, tuple[str, int]] = {}
    insert_at, _, chosen = request.form.get(INSERT, "").partition("/")
    for heading in headings(opened.form):
        place = heading.place
        if f"{TEXT}-{place}" not in request.form:
            continue
        said = normalise(request.form[f"{TEXT}-{place}"])[:LONGEST_TEXT]
        if place == insert_at:
            said = "\n".join(part for part in (said, *_chosen(opened, place, chosen)) if part)
        if request.form.get(REFRESH) == place:
            said = refresh(said, opened.form, opened.told.figures)
        found[place] = (said, request.form.get(f"{SEEN}-{place}", 0, type=int))
    return found


def _chosen(opened: Opened, place: str, chosen: str) -> list[str]:
    """The proposal of that number, or all of the section's."""
    proposed = suggestions(opened).get(place, ())
    return [each.text for number, each in enumerate(proposed) if chosen in ("tat-ca", str(number))]


def page(opened: Opened, kept: dict[str, str] | None = None, troubles: dict[str, str] | None = None) -> str:
    written = queries.texts_of(db.session, opened.report)
    frozen = {each.place: each.text for each in opened.frozen.texts} if opened.frozen else {}
    proposed = suggestions(opened) if opened.is_editable else {}
    found = []
    for heading in headings(opened.form):
        row = written.get(heading.place)
        said = (kept or {}).get(heading.place, row.text if row else "")
        if opened.frozen:
            said = frozen.get(heading.place, "")
        stale = stale_numbers(said, opened.form, opened.told.figures) if opened.is_draft else ()
        found.append(
            SectionText(
                heading=heading,
                text=said,
                seen=row.ordinal if row else 0,
                preview=pieces(said, opened.form, stale),
                stale=stale,
                proposed=tuple(
                    Proposal(f"{heading.place}/{number}", pieces(each.text, opened.form, ()), each.source)
                    for number, each in enumerate(proposed.get(heading.place, ()))
                    if each.text not in said
                ),
                trouble=(troubles or {}).get(heading.place, ""),
            )
        )
    return render_template(
        "reports/text.html",
        **head_values(opened, "text"),
        key_form=KeyForm(formdata=None),
        sections=found,
        stale_count=sum(len(each.stale) for each in found),
    )
