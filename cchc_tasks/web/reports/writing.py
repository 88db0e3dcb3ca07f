"""The text of a report: sections to write, sentences proposed from figures, words of the units, numbers bound."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from cchc_tasks.domain.errors import StaleEdit
from cchc_tasks.domain.permissions import Action
from cchc_tasks.domain.reports.outline import Heading, headings
from cchc_tasks.domain.reports.texts import (
    StaleNumber,
    bound_numbers,
    for_editing,
    from_editing,
    refresh,
    render,
    stale_numbers,
)
from cchc_tasks.domain.text import normalise
from cchc_tasks.services import report_answers
from cchc_tasks.storage.db import db
from cchc_tasks.storage.models import ReportText
from cchc_tasks.storage.queries import reports as queries
from cchc_tasks.web.login import requires, who_and_when
from cchc_tasks.web.reports.blueprint import bp
from cchc_tasks.web.reports.fields import KeyForm
from cchc_tasks.web.reports.opening import Opened, head_values, open_report
from cchc_tasks.web.reports.suggestions import Suggestion, suggestions
from cchc_tasks.wording import report_pages as words
from cchc_tasks.wording.core import format_number
from cchc_tasks.wording.report_texts import Piece, binds_nothing, pieces, section_state, too_long

TEXT, SEEN, INSERT, REFRESH, EVERYTHING = "van", "thay", "chen", "cap-nhat", "tat-ca"
LONGEST_TEXT = 50_000


#: A proposal of more lines than this is folded.
SHORT_LINES = 4


@dataclass(frozen=True, slots=True)
class Proposal:
    """A paragraph that can be put in: what its button sends, as it would print, where it comes from."""

    value: str
    preview: tuple[Piece, ...]
    source: str
    #: The first line of a long one, which stands for it until it is opened.
    head: str = ""
    lines: int = 1


@dataclass(frozen=True, slots=True)
class SectionText:
    """One heading with what is written below it; `text` is as it is edited, `preview` what stands beside that,
    `printed` what is put on paper instead of both."""

    heading: Heading
    text: str
    seen: int
    preview: tuple[Piece, ...]
    printed: tuple[Piece, ...]
    stale: tuple[StaleNumber, ...]
    proposed: tuple[Proposal, ...]
    trouble: str

    @property
    def place(self) -> str:
        return self.heading.place

    @property
    def anchor(self) -> str:
        return f"p-{self.heading.place.replace('.', '-')}"

    @property
    def state(self) -> tuple[str, str]:
        """How far the section is: the class of its mark and its words; '' for a mere head of other sections."""
        if self.heading.section.children and not (self.text or self.proposed):
            return "", ""
        kind = "late" if self.stale else "done" if self.text else "check" if self.proposed else "todo"
        said = section_state(is_written=bool(self.text), stale=len(self.stale), proposed=len(self.proposed))
        return kind, said

    def name(self, part: str) -> str:
        return f"{part}-{self.heading.place}"


@dataclass(frozen=True, slots=True)
class Written:
    """What came back with the form: the text of each place with the ordinal seen, and what no section can keep."""

    texts: dict[str, tuple[str, int]]
    troubles: dict[str, str]

    @property
    def kept(self) -> dict[str, str]:
        return {place: said for place, (said, _seen) in self.texts.items()}


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
    if not form.validate() or typed.troubles:
        return page(opened, typed.kept, typed.troubles), 422
    try:
        rows = report_answers.write_text(
            db.session, report_id, typed.texts, request_key=form.request_key.data, **who_and_when()
        )
    except StaleEdit as error:
        db.session.expire_all()
        place = str(error.facts["place"])
        return page(open_report(report_id), typed.kept, {place: words.TEXT_MEANWHILE}), 409
    flash(words.saved_sections(len(rows)), "done" if rows else "note")
    place = request.form.get(INSERT, "").partition("/")[0] or request.form.get(REFRESH, "")
    anchor = f"p-{place.replace('.', '-')}" if place else None
    return redirect(url_for("reports.text", report_id=report_id, _anchor=anchor), code=303)


def read_typed(opened: Opened) -> Written:
    """The sections that the form holds; a text that binds a number to no row, or is too long, is told at its place."""
    texts: dict[str, tuple[str, int]] = {}
    troubles: dict[str, str] = {}
    insert_at, _, chosen = request.form.get(INSERT, "").partition("/")
    held = queries.texts_of(db.session, opened.report)
    for heading in headings(opened.form):
        place = heading.place
        if f"{TEXT}-{place}" not in request.form:
            continue
        typed = normalise(request.form[f"{TEXT}-{place}"])
        said, lost = from_editing(typed, opened.form, opened.told.figures)
        if place == insert_at:
            said = "\n".join(part for part in (said, *_chosen(opened, place, chosen)) if part)
        if request.form.get(REFRESH) == place:
            said = refresh(said, opened.form, opened.told.figures)
        is_new = said != (held[place].text if place in held else "")
        if lost and is_new:
            troubles[place] = binds_nothing(lost)
        elif len(said) > LONGEST_TEXT:
            troubles[place] = too_long(format_number(LONGEST_TEXT))
        texts[place] = (said, request.form.get(f"{SEEN}-{place}", 0, type=int))
    return Written(texts, troubles)


def _chosen(opened: Opened, place: str, chosen: str) -> list[str]:
    """The proposal of that number, or all of the section's that say something of their own."""
    proposed = suggestions(opened).get(place, ())
    if chosen == EVERYTHING:
        return [each.text for each in proposed if not each.is_extra]
    return [each.text for number, each in enumerate(proposed) if chosen == str(number)]


def page(opened: Opened, kept: dict[str, str] | None = None, troubles: dict[str, str] | None = None) -> str:
    proposed = suggestions(opened) if opened.is_editable else {}
    held = queries.texts_of(db.session, opened.report)
    frozen = {each.place: each.text for each in opened.frozen.texts} if opened.frozen else {}
    found = []
    for heading in headings(opened.form):
        place, row = heading.place, held.get(heading.place)
        said = (kept or {}).get(place, row.text if row else "")
        if opened.frozen:
            said = submitted_text(frozen.get(place, ""), row)
        stale = stale_numbers(said, opened.form, opened.told.figures) if opened.is_draft else ()
        found.append(
            SectionText(
                heading=heading,
                text=for_editing(said, opened.form),
                seen=row.ordinal if row else 0,
                preview=pieces(lines_with_numbers(said) if opened.is_editable else said, opened.form, stale),
                printed=pieces(said, opened.form, stale) if opened.is_editable else (),
                stale=stale,
                proposed=proposals(opened, place, said, proposed.get(place, ())),
                trouble=(troubles or {}).get(place, ""),
            )
        )
    return render_template(
        "reports/text.html",
        **head_values(opened, "text"),
        key_form=KeyForm(formdata=None),
        sections=found,
        stale_count=sum(len(each.stale) for each in found),
        troubles=[each for each in found if each.trouble],
    )


def submitted_text(printed: str, row: ReportText | None) -> str:
    """The text as submitted, with its numbers bound where what was written prints exactly that."""
    return row.text if row is not None and render(row.text) == printed else printed


def lines_with_numbers(text: str) -> str:
    """The lines that print a bound number: what is edited above them shows the others as they print."""
    return "\n".join(line for line in text.split("\n") if bound_numbers(line))


def proposals(opened: Opened, place: str, said: str, proposed: Sequence[Suggestion]) -> tuple[Proposal, ...]:
    """What can still be put into a section, long ones by their first line."""
    found = []
    for number, each in enumerate(proposed):
        if each.text in said:
            continue
        lines = each.text.split("\n")
        is_long = len(lines) > SHORT_LINES
        found.append(
            Proposal(
                f"{place}/{number}",
                pieces(each.text, opened.form, ()),
                each.source,
                head=lines[0] if is_long else "",
                lines=len(lines) - 1 if is_long else 1,
            )
        )
    return tuple(found)
