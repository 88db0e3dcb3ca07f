"""Report forms of an agency: taking up a shipped one, bringing or changing one as a new version."""

import logging
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from cchc_tasks.domain import permissions
from cchc_tasks.domain.errors import NotFound, Refused, RefusedReason
from cchc_tasks.domain.permissions import Action, Principal
from cchc_tasks.domain.reports.form_reading import form_digest, form_to_dict, stored_form
from cchc_tasks.domain.reports.forms import Form
from cchc_tasks.services import _once
from cchc_tasks.storage.db import transaction
from cchc_tasks.storage.models import Agency, ReportFormVersion
from cchc_tasks.storage.queries import reports as queries
from cchc_tasks.storage.report_forms import shipped_forms

log = logging.getLogger(__name__)


def form_of(row: ReportFormVersion) -> Form:
    """The form that a stored version holds."""
    return stored_form(row.definition)


def known_forms(session: Session, agency_id: int) -> tuple[Form, ...]:
    """The newest version of each form the agency may report by: its own and the shipped ones it did not change."""
    newest: dict[str, Form] = {}
    own = (form_of(row) for row in queries.list_forms(session, agency_id))
    for form in (*shipped_forms(), *own):
        if form.code not in newest or newest[form.code].version <= form.version:
            newest[form.code] = form
    return tuple(sorted(newest.values(), key=lambda form: (form.name, form.code)))


def find_known(session: Session, agency_id: int, code: str) -> Form:
    """The newest version of a form by its code; raises `NotFound`."""
    found = next((form for form in known_forms(session, agency_id) if form.code == code), None)
    if found is None:
        raise NotFound(what="report_form", id=code)
    return found


def take_up(session: Session, form: Form, actor: Principal, now: datetime) -> ReportFormVersion:
    """The stored row of a form version, made where the agency holds none yet; inside the caller's unit of work."""
    held = queries.find_form(session, actor.agency_id, form.code, form.version)
    if held is not None:
        return held
    row = ReportFormVersion(
        agency_id=actor.agency_id,
        code=form.code,
        form_version=form.version,
        name=form.name,
        valid_from=form.valid_from,
        valid_to=form.valid_to,
        definition=form_to_dict(form),
        sha256=form_digest(form),
        recorded_at=now,
        actor_id=actor.person_id,
    )
    session.add(row)
    session.flush()
    return row


def bring_form(
    session: Session, form: Form, *, actor: Principal, now: datetime, request_key: str | None = None
) -> ReportFormVersion:
    """Keeps a form brought or changed by the office as the next version of its code; reports made keep theirs.

    Raises `Refused(NOTHING_NEW)` where the newest version of that code says the same.
    """
    permissions.require(actor, Action.PREPARE_REPORT)
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        # Two versions of one form queue up here; SQLite's writers do so anyway.
        session.get(Agency, actor.agency_id, with_for_update={"key_share": True})
        newest = next((each for each in known_forms(session, actor.agency_id) if each.code == form.code), None)
        if newest is not None and form_digest(replace(form, version=newest.version)) == form_digest(newest):
            raise Refused(RefusedReason.NOTHING_NEW)
        if newest is not None:
            take_up(session, newest, actor, now)
        version = 1 if newest is None else newest.version + 1
        row = take_up(session, replace(form, version=version), actor, now)
    log.info("form %s@%s kept by %s", row.code, row.form_version, actor.person_id)
    return row
