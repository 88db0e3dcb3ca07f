"""How often somebody wants reminders, as they chose themselves."""

import logging
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cchc_tasks.domain.errors import NotAllowed, StaleEdit
from cchc_tasks.domain.mail_preferences import PREFERENCE_KEY, MailPreference, from_json, to_json
from cchc_tasks.domain.permissions import Principal
from cchc_tasks.services import _once
from cchc_tasks.storage.db import transaction
from cchc_tasks.storage.models import Person

log = logging.getLogger(__name__)


def choose(
    session: Session,
    preference: MailPreference,
    *,
    version: int,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> Person:
    """Keeps the choice of whoever acts; it holds from the next round. The same choice again changes nothing."""
    if actor.person_id is None:
        raise NotAllowed()
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        query = select(Person).where(Person.agency_id == actor.agency_id, Person.id == actor.person_id)
        person = session.scalars(query.with_for_update().execution_options(populate_existing=True)).one()
        if person.version != version:
            raise StaleEdit(current=person.version)
        if from_json(person.preferences or {}) != preference:
            person.preferences = {**(person.preferences or {}), PREFERENCE_KEY: to_json(preference)}
            person.version += 1
    log.info("person %s wants reminders %s", actor.person_id, preference.frequency)
    return person
