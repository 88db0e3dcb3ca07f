"""Which reports a year an agency owes, and up to which day each counts: its own regime, or the usual one."""

from datetime import datetime
from typing import cast

from sqlalchemy.orm import Session

from cchc_tasks.domain import permissions
from cchc_tasks.domain.errors import StaleEdit
from cchc_tasks.domain.permissions import Action, Principal
from cchc_tasks.domain.reports.regimes import REGIMES, Regime, regime_from_dict, regime_to_dict
from cchc_tasks.services import _once
from cchc_tasks.storage.db import transaction
from cchc_tasks.storage.models import Agency

SETTING = "regime"


def regime_of(session: Session, agency_id: int) -> Regime:
    """The agency's own regime; that of văn bản 581/BNV-CCHC until it set one."""
    stored = session.get_one(Agency, agency_id).settings.get(SETTING)
    return regime_from_dict(cast(dict[str, object], stored)) if isinstance(stored, dict) else REGIMES[0]


def set_regime(
    session: Session,
    regime: Regime,
    *,
    version: int,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> Regime:
    """Sets the agency's regime; `version` is that of its settings when the page was opened. Reports begun keep theirs.

    Raises `InvalidRegime` for one that cannot be, `StaleEdit`.
    """
    permissions.require(actor, Action.PREPARE_REPORT)
    checked = regime_from_dict(regime_to_dict(regime))
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        agency = session.get_one(Agency, actor.agency_id, with_for_update={"key_share": True})
        if agency.version != version:
            raise StaleEdit(what="agencies", id=agency.id, current=agency.version, seen=version)
        agency.settings = {**agency.settings, SETTING: regime_to_dict(checked)}
        agency.version += 1
    return checked
