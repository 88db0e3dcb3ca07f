"""Makes words of a mail: templates of its own kind, filled with ready sentences."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from cchc_tasks.domain.mail_links import FORGOTTEN
from cchc_tasks.domain.mailing import SECRET_KEY, Digest, DigestItem, MailContent, PlanProgress, Words
from cchc_tasks.domain.reminder_rules import Rule
from cchc_tasks.domain.text import one_line
from cchc_tasks.wording import mail as wording
from cchc_tasks.wording.boards import columns_head, noun_of, plan_words
from cchc_tasks.wording.core import format_date, format_instant, format_weekday
from cchc_tasks.wording.report_members import period_in_words, report_words

#: Groups that are printed in red.
URGENT = frozenset({Rule.OVERDUE, Rule.ESCALATED, Rule.EXPLANATION_ASKED, Rule.ON_DUE, Rule.CUT_OFF, Rule.RETURNED})
HIDDEN_LINK = "(đường dẫn riêng, chỉ có trong thư)"


@dataclass(frozen=True, slots=True)
class LineView:
    """One line, ready to print."""

    code: str
    title: str
    task: str
    facts: str
    units: str
    note: str
    href: str
    #: The address that asks for no password, the words for it in a copy, or "".
    tap: str


@dataclass(frozen=True, slots=True)
class GroupView:
    """Lines under one heading."""

    heading: str
    is_urgent: bool
    lines: tuple[LineView, ...]


@dataclass(frozen=True, slots=True)
class ProgressView:
    """How a plan stands, ready to print: all of it, and (unit, words) of its parts."""

    heading: str
    whole: str
    units: tuple[tuple[str, str], ...]
    href: str


class Renderer:
    """Renders mails from `templates/mail/<kind>`; addresses in them begin with `base_url`.

    `resolve` turns the reference that a row holds for a one-time link into the whole address.
    """

    def __init__(self, templates: Path, base_url: str, resolve: Callable[[str], str] = str) -> None:
        self.base_url = base_url.rstrip("/")
        self.resolve = resolve
        self.environment = Environment(
            loader=FileSystemLoader(templates),
            autoescape=select_autoescape(("html",)),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )

    def __call__(self, content: MailContent) -> Words:
        values = self._values(content)
        subject, text, html = (
            self.environment.get_template(f"mail/{content.kind}/{name}").render(values)
            for name in ("subject.txt", "body.txt", "body.html")
        )
        return Words(subject=one_line(subject), text=text, html=html)

    def _values(self, content: MailContent) -> dict[str, Any]:
        values: dict[str, Any] = {
            "name": one_line(content.correspondent.name),
            "agency": one_line(content.correspondent.agency_name),
            "base_url": self.base_url,
            **_payload_values(content.payload),
            SECRET_KEY: self.resolve(str(content.payload.get(SECRET_KEY) or "")) or HIDDEN_LINK,
        }
        if content.digest is not None:
            values |= {
                "subject": wording.digest_subject(content.digest),
                "day": format_weekday(content.digest.day),
                "groups": self._groups(content.digest),
                "progress": [self._progress(each) for each in content.digest.progress],
                "as_at": columns_head(content.digest.day),
                "home": f"{self.base_url}/viec-cua-toi",
                "links_until": format_date(content.digest.links_until),
            }
        return values

    def _groups(self, digest: Digest) -> list[GroupView]:
        return [
            GroupView(
                heading=wording.HEADINGS[rule],
                is_urgent=rule in URGENT,
                lines=tuple(self._line(item, digest.day) for item in items),
            )
            for rule, items in groupby(digest.items, key=lambda item: item.rule)
        ]

    def _progress(self, plan: PlanProgress) -> ProgressView:
        noun = noun_of([plan.noun])
        return ProgressView(
            heading=plan_words(plan.number, plan.year),
            whole=wording.progress(plan.standing, noun),
            units=tuple((wording.unit_of_progress(unit), wording.progress(unit.standing, noun)) for unit in plan.units),
            href=f"{self.base_url}/tong-quan?kh={plan.plan_id}",
        )

    def _line(self, item: DigestItem, day: date) -> LineView:
        return LineView(
            code=", ".join(item.numbers),
            title=one_line(wording.item_title(item)),
            task=one_line(item.task_text),
            facts=wording.item_facts(item, day),
            units=", ".join(item.unit_names),
            note=one_line(wording.item_note(item)),
            href=f"{self.base_url}{_path(item)}",
            tap=HIDDEN_LINK if item.link == FORGOTTEN else self.resolve(item.link) if item.link else "",
        )


def _path(item: DigestItem) -> str:
    """The page of what a line is about."""
    if item.why is not None:
        return "/quan-tri/viec-chua-co-nguoi"
    return f"/nhiem-vu/{item.task_id}" if item.report_id is None else f"/bao-cao/{item.report_id}/don-vi"


def _payload_values(payload: Mapping[str, object]) -> dict[str, object]:
    """What the writer of the row gave; instants, days and periods in words."""
    values = dict(payload)
    if isinstance(due_on := values.get("due_on"), str):
        values["due_on"] = format_date(date.fromisoformat(due_on))
    if isinstance(key := values.get("period_key"), str) and isinstance(year := values.get("year"), int):
        values["period"] = period_in_words(key, year)
        if isinstance(edition := values.get("edition"), int):
            values["head"] = report_words(key, year, edition)
    if isinstance(cut_off := values.get("cut_off"), str):
        values["cut_off"] = format_date(date.fromisoformat(cut_off))
    for name in ("valid_until", "submitted_at"):
        if isinstance(instant := values.get(name), str):
            values[name] = format_instant(datetime.fromisoformat(instant))
    return values
