"""The findings of a report in groups: by what they mean for the submission, by section of the form, by kind."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from cchc_tasks.domain.reports.findings import Finding, FindingKind
from cchc_tasks.domain.reports.forms import FormRow, Severity
from cchc_tasks.storage.db import db
from cchc_tasks.storage.queries import tasks as task_queries
from cchc_tasks.web.reports.annex import Section, row_address, sections
from cchc_tasks.web.reports.opening import Opened
from cchc_tasks.wording import report_findings as words
from cchc_tasks.wording import report_pages as page_words
from cchc_tasks.wording.reports import SEVERITIES, advice_of, finding_parts, finding_sentence

#: Kinds whose findings say the same of every row: under a common heading the row's own name tells more.
ALIKE = frozenset({FindingKind.BLANK, FindingKind.NOT_YET, FindingKind.UNIT_MISSING})


@dataclass(frozen=True, slots=True)
class Line:
    """One finding: what is said of it in its group, the row to go to, what a form calls it by."""

    finding: Finding
    sentence: str
    text: str
    code: str
    label: str
    href: str
    name: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Findings of one kind in one section. `accepted` says who accepted them all, when and why; '' while open."""

    id: str
    title: str
    advice: str
    lines: tuple[Line, ...]
    accepted: str
    #: The section whose blank rows can be answered with "chưa có" from here, with the words of that button.
    not_yet: str = ""
    not_yet_words: str = ""


@dataclass(frozen=True, slots=True)
class SectionGroups:
    """The groups of a section, open ones first."""

    id: str
    title: str
    groups: tuple[Group, ...]

    @property
    def count(self) -> int:
        return sum(len(group.lines) for group in self.groups)


@dataclass(frozen=True, slots=True)
class SeverityGroups:
    """Everything that means the same for the submission."""

    severity: Severity
    title: str
    sections: tuple[SectionGroups, ...]
    count: int
    open_count: int


def name_of(finding: Finding) -> str:
    """What a form calls a finding by: its identity may hold line breaks, which a browser changes."""
    return hashlib.sha256(finding.identity.encode()).hexdigest()


def grouped(opened: Opened, chosen: Collection[str] = ()) -> tuple[SeverityGroups, ...]:
    """All findings of a draft, what stops it first; severities that have none are left out."""
    accepted = _accepted(opened)
    of_form = sections(opened.form)
    found = []
    for severity in Severity:
        held = [finding for finding in opened.findings if finding.severity is severity]
        if held:
            parts = (_of_section(opened, each, held, accepted, chosen) for each in of_form)
            told = tuple(part for part in parts if part.groups)
            is_open = [each for each in held if each.identity not in accepted]
            found.append(SeverityGroups(severity, SEVERITIES[severity], told, len(held), len(is_open)))
    return tuple(found)


def _accepted(opened: Opened) -> Mapping[str, str]:
    """Who accepted what, by the finding's identity, in words."""
    rows = opened.accepted
    names = task_queries.names_of_people(
        db.session, opened.report.agency_id, {each.actor_id for each in rows.values() if each.actor_id}
    )
    return {identity: page_words.accepted(names, row) for identity, row in rows.items()}


def _of_section(
    opened: Opened, section: Section, held: Iterable[Finding], accepted: Mapping[str, str], chosen: Collection[str]
) -> SectionGroups:
    """The groups of one section: each kind once while it is open, and once for each acceptance."""
    keys = {row.key for row in section.rows}
    by_kind: dict[tuple[str, FindingKind], list[Finding]] = {}
    for finding in held:
        if finding.keys[0] in keys:
            by_kind.setdefault((accepted.get(finding.identity, ""), finding.kind), []).append(finding)
    groups = [
        _group(opened, f"{section.code}-{kind}", kind, findings, said, chosen)
        for (said, kind), findings in by_kind.items()
    ]
    return SectionGroups(section.code, section.title, tuple(sorted(groups, key=lambda group: bool(group.accepted))))


def _group(
    opened: Opened, group_id: str, kind: FindingKind, findings: list[Finding], accepted: str, chosen: Collection[str]
) -> Group:
    lines = tuple(_line(opened, finding, chosen) for finding in findings)
    rows = [opened.form.by_key[finding.keys[0]] for finding in findings]
    blank = [row for row in rows if may_say_not_yet(opened, row)]
    offers = kind is FindingKind.BLANK and not accepted and bool(blank)
    return Group(
        id=group_id,
        title=words.several(kind, len(lines)),
        advice=advice_of(kind),
        lines=lines,
        accepted=accepted,
        not_yet=group_id.removesuffix(f"-{kind}") if offers else "",
        not_yet_words=words.say_not_yet(len(blank)) if offers else "",
    )


def may_say_not_yet(opened: Opened, row: FormRow) -> bool:
    """Whether "chưa có" can be written for the row: it is blank and somebody answers it."""
    return not opened.figures[row.key].is_computed and not opened.figures[row.key].printed


def _line(opened: Opened, finding: Finding, chosen: Collection[str]) -> Line:
    row = opened.form.by_key[finding.keys[0]]
    name = name_of(finding)
    return Line(
        finding=finding,
        sentence=finding_sentence(finding, opened.form),
        text=row.label if finding.kind in ALIKE else finding_parts(finding, opened.form)[0],
        code=row.code,
        label=row.label,
        href=row_address(opened, row),
        name=name,
        is_chosen=name in chosen,
    )
