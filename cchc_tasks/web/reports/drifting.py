"""Why a submitted figure would be another today: which member entered or left, who wrote what, when."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for

from cchc_tasks.domain.drift import compare
from cchc_tasks.domain.reports.figures import Member
from cchc_tasks.domain.reports.frozen import FigureDrift, changes_by_member
from cchc_tasks.services.counting import count
from cchc_tasks.services.report_drift import explain
from cchc_tasks.services.report_figures import ReportFigures, drift_of
from cchc_tasks.storage.db import db
from cchc_tasks.storage.models import Report
from cchc_tasks.storage.queries import boards as board_queries
from cchc_tasks.storage.queries import tasks as task_queries
from cchc_tasks.storage.queries.report_places import Place, places_of, register_writings
from cchc_tasks.web.login import who_and_when
from cchc_tasks.web.reports.opening import Opened
from cchc_tasks.web.reports.row_page import href_of, member_text
from cchc_tasks.wording import report_drift as words
from cchc_tasks.wording.drift_causes import cause_sentence
from cchc_tasks.wording.report_members import member_words


@dataclass(frozen=True, slots=True)
class Drifted:
    """What is otherwise today than in a submitted report: figures that moved with their members; events of the plans
    and units since, also where they moved none."""

    lines: tuple[dict[str, Any], ...] = ()
    events: tuple[str, ...] = ()


def drifted(opened: Opened) -> Drifted:
    """All that came after the submission; empty while nothing did."""
    frozen, moved, told = drift_of(db.session, opened.report, describe=member_words, **who_and_when())
    explained = explain(db.session, opened.report, frozen, moved)
    events = tuple(map(cause_sentence, explained.events))
    if not moved:
        return Drifted((), events)
    # The rows themselves, where there are any; a changed rule or register is told by what it is.
    by_rows = {member: " ".join(map(cause_sentence, each)) for member, each in explained.members.items() if each}
    why = _reasons(opened, frozen.known_at, told) | by_rows
    members = [member.id for each in moved for member in (*each.entered, *each.left)]
    places = places_of(db.session, opened.report.agency_id, members)
    return Drifted(tuple(_line(opened, each, why, places) for each in moved), events)


def _line(opened: Opened, moved: FigureDrift, why: Mapping[str, str], places: dict[str, Place]) -> dict[str, Any]:
    row = opened.form.by_key[moved.key]
    said = list(_member_lines(opened, moved.entered, words.ENTERED, why, places))
    said += _member_lines(opened, moved.left, words.LEFT, why, places)
    return {
        "code": row.code,
        "label": row.label,
        "href": url_for("reports.row", report_id=opened.report.id, code=row.code),
        "then": moved.then or words.BLANK,
        "now": moved.now or words.BLANK,
        "members": said,
    }


def _member_lines(
    opened: Opened, members: Sequence[Member], verb: str, why: Mapping[str, str], places: dict[str, Place]
) -> Iterator[dict[str, str]]:
    for member in members:
        yield {
            "verb": verb,
            "text": member_text(opened, member),
            "href": href_of(opened, member.id, places),
            "why": why.get(member.id, ""),
        }


def _reasons(opened: Opened, known_at: datetime, told: ReportFigures) -> dict[str, str]:
    """Why each member moved, by its id: what was recorded since, when, by whom, for which reason."""
    report = opened.report
    found = _register_reasons(report, known_at)
    for plan_id, now in told.by_plan.items():
        then = count(
            db.session,
            plan_id,
            actor=opened.principal,
            cut_off=report.cut_off,
            known_at=known_at,
            window_starts_on=report.window_starts_on,
        )
        rows = board_queries.rows_recorded_between(
            db.session, report.agency_id, plan_id, after=known_at, until=told.known_at
        )
        names = _names(report, [each.actor_id for group in rows.values() for each in group])
        for member, change in changes_by_member(now.rule.counted, compare(then, now, rows)).items():
            own = [each for state in change.members for each in rows.get(state.obligation_id, ())]
            last = max(own, key=lambda each: each.recorded_at, default=None)
            name = names.get(last.actor_id or 0, "") if last else ""
            found[member] = words.why(change.reasons, change.recorded_at, name, _reason_given(last))
    return found


def _register_reasons(report: Report, known_at: datetime) -> dict[str, str]:
    written = register_writings(db.session, report.agency_id, after=known_at)
    names = _names(report, [each.actor_id for each in written.values()])
    return {
        member: words.why((), each.recorded_at, names.get(each.actor_id or 0, ""), each.reason)
        for member, each in written.items()
    }


def _names(report: Report, ids: Iterable[int | None]) -> dict[int, str]:
    return task_queries.names_of_people(db.session, report.agency_id, {each for each in ids if each})


def _reason_given(row: Any) -> str:
    """The words that stand in the ledger row, where its kind carries a reason."""
    details = getattr(row, "payload", None) or {}
    return str(details.get("reason") or "") if isinstance(details, Mapping) else ""
