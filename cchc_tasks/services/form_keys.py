"""One-time keys as the edge sees them: whether a form was sent before."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from cchc_tasks.domain.errors import DuplicateRequest
from cchc_tasks.domain.permissions import Principal
from cchc_tasks.storage.models import FormKey


def refuse_used(session: Session, *, actor: Principal, key: str | None) -> None:
    """Raises `DuplicateRequest` where this person's form with `key` has done its work already.

    For a view that finds a form incomplete in the present state of things: its first sending may be what made it so.
    """
    if not key:
        return
    used = session.execute(
        select(FormKey.result).where(
            FormKey.agency_id == actor.agency_id, FormKey.key == key, FormKey.person_id == actor.person_id
        )
    ).first()
    if used is not None:
        raise DuplicateRequest(result=used.result or "")
