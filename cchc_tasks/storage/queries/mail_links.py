"""Reads of the links that went out with a mail."""

from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from cchc_tasks.domain.text import one_line
from cchc_tasks.storage.models import Deliverable, MailLink, Obligation


class SentLink(NamedTuple):
    """A link of a mail: whose, for what, as of which password; its secret is not kept."""

    person_id: int
    obligation_id: int
    session_epoch: int
    period_label: str
    text: str

    @property
    def key(self) -> tuple[int, int, int]:
        return self.person_id, self.obligation_id, self.session_epoch

    @property
    def title(self) -> str:
        return one_line(f"{self.period_label}: {self.text}" if self.period_label else self.text)


def links_of(session: Session, agency_id: int, message_row_id: int) -> list[SentLink]:
    """The links of one mail, in the order in which they were made; one query."""
    query = (
        select(
            MailLink.person_id,
            MailLink.obligation_id,
            MailLink.session_epoch,
            Obligation.period_label,
            Deliverable.text,
        )
        .join(Obligation, Obligation.id == MailLink.obligation_id)
        .join(Deliverable, Deliverable.id == Obligation.deliverable_id)
        .where(MailLink.agency_id == agency_id, MailLink.message_row_id == message_row_id)
        .order_by(MailLink.id)
    )
    return [SentLink(*row) for row in session.execute(query)]
