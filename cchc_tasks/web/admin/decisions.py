"""Decisions about units in words: what one says of its units, and which one was recorded meanwhile."""

from collections.abc import Collection
from datetime import timedelta

from cchc_tasks.storage.db import db
from cchc_tasks.storage.queries import reorganisations as queries
from cchc_tasks.storage.queries import tasks as task_queries
from cchc_tasks.storage.queries import units as unit_queries
from cchc_tasks.storage.queries.reorganisations import Decision
from cchc_tasks.wording import units as words


def sentence(decision: Decision) -> str:
    """What a decision says of its units, under the names of its day and of the eve."""
    agency_id, day = decision.row.agency_id, decision.row.effective_on
    names = unit_queries.names_on(db.session, agency_id, day)
    before = unit_queries.names_on(db.session, agency_id, day - timedelta(days=1))
    return words.in_one_sentence(decision.row.kind, decision.lines, names, before)


def last_id(agency_id: int) -> int:
    """The decision of the agency that was recorded last; 0 without any."""
    return max((each.row.id for each in queries.list_decisions(db.session, agency_id)), default=0)


def recorded_meanwhile(agency_id: int, unit_ids: Collection[int], after_id: int) -> str:
    """Who recorded which decision about these units after the one of `after_id`; '' where there is none."""
    found = [
        each
        for each in queries.list_decisions(db.session, agency_id)
        if each.row.id > after_id
        and any(unit_id in (line.from_id, line.to_id) for line in each.lines for unit_id in unit_ids)
    ]
    if not found:
        return ""
    last = max(found, key=lambda each: each.row.id)
    actor_id = last.row.actor_id or 0
    people = task_queries.names_of_people(db.session, agency_id, {actor_id})
    return words.recorded_meanwhile(
        people.get(actor_id, ""),
        words.by_document(last.row.number, last.row.issued_on, last.row.subject),
        sentence(last),
        words.state(last.outcome.outcome if last.outcome else None, last.row.effective_on),
    )
