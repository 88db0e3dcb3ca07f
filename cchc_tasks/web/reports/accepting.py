"""What a report's warnings were accepted with: told in groups, of a draft and of a submitted report alike."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from cchc_tasks.domain.reports.findings import Finding, FindingKind
from cchc_tasks.domain.reports.forms import Form, Severity
from cchc_tasks.storage.db import db
from cchc_tasks.storage.models import ReportAcceptance
from cchc_tasks.storage.queries import tasks as task_queries
from cchc_tasks.web.reports.opening import Opened
from cchc_tasks.wording import report_findings as words
from cchc_tasks.wording import report_pages as page_words
from cchc_tasks.wording.reports import finding_sentence


@dataclass(frozen=True, slots=True)
class AcceptedGroup:
    """Warnings of one kind that one person accepted on one day for one reason."""

    title: str
    said: str
    sentences: tuple[str, ...]

    @property
    def count(self) -> int:
        return len(self.sentences)


def accepted_groups(opened: Opened) -> tuple[AcceptedGroup, ...]:
    """Every warning that goes out with the report: those it was submitted with, or those accepted of a draft's."""
    rows = opened.accepted
    if opened.frozen is not None:
        found = [finding_of(identity, opened.form) for identity in opened.frozen.accepted]
        reasons: Mapping[str, str] = opened.frozen.accepted
    else:
        found = [each for each in opened.findings if each.identity in rows]
        reasons = {identity: row.reason for identity, row in rows.items()}
    names = task_queries.names_of_people(
        db.session, opened.report.agency_id, {each.actor_id for each in rows.values() if each.actor_id}
    )
    groups: dict[tuple[FindingKind, str], list[Finding]] = {}
    for finding in found:
        said = _said(names, rows.get(finding.identity), reasons.get(finding.identity, ""))
        groups.setdefault((finding.kind, said), []).append(finding)
    return tuple(_group(opened.form, kind, said, members) for (kind, said), members in groups.items())


def _said(names: Mapping[int, str], row: ReportAcceptance | None, reason: str) -> str:
    return page_words.accepted(names, row) if row is not None else words.for_reason(reason)


def _group(form: Form, kind: FindingKind, said: str, members: list[Finding]) -> AcceptedGroup:
    order = {row.key: place for place, row in enumerate(form.rows)}
    members.sort(key=lambda each: order.get(each.keys[0], -1) if each.keys else -1)
    sentences = tuple(finding_sentence(each, form) for each in members)
    return AcceptedGroup(words.several(kind, len(members)) if len(members) > 1 else sentences[0], said, sentences)


_FACT = re.compile(r"(?:^|;)([a-z][a-z0-9_]*)=")


def finding_of(identity: str, form: Form) -> Finding:
    """The finding that was accepted under an identity; the form says what kind of relation it was about."""
    kind, relation_id, keys, facts = identity.split("|", 3)
    _before, *pieces = _FACT.split(facts)
    relation = next((each.kind for each in form.relations if each.id == relation_id), None)
    return Finding(
        FindingKind(kind),
        tuple(key for key in keys.split(",") if key),
        Severity.WARNS,
        relation,
        relation_id,
        dict(zip(pieces[::2], pieces[1::2], strict=True)),
    )
