"""The line that tells an administrator on every page that mail has stopped (RELIABILITY S6)."""

from dataclasses import dataclass

from flask import url_for

from cchc_tasks.domain.permissions import Principal, Role
from cchc_tasks.services import scheduling
from cchc_tasks.storage.db import db
from cchc_tasks.web import clock
from cchc_tasks.wording import mail as words


@dataclass(frozen=True, slots=True)
class Banner:
    """What base.html shows above a page."""

    kind: str
    text: str
    href: str
    link: str


def quiet_banners(principal: Principal) -> list[Banner]:
    """One banner while the scheduler is silent; none for anybody but administrators. One query."""
    if Role.ADMIN not in principal.roles:
        return []
    ticked_at = scheduling.last_tick(db.session)
    age = None if ticked_at is None else clock.real_now() - ticked_at
    if age is not None and age <= scheduling.QUIET_AFTER:
        return []
    minutes = None if age is None else int(age.total_seconds() // 60)
    return [Banner("late", words.quiet_banner(minutes), url_for("reminders.show"), "Xem nhắc việc")]
