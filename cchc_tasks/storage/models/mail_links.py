"""What comes back of a mail: the links of its lines that were used, and reports that it did not arrive."""

from datetime import datetime

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cchc_tasks.storage.db import Base
from cchc_tasks.storage.models.base import OfAgency, same_agency
from cchc_tasks.storage.types import Id, UtcDateTime


class MailLink(Base, OfAgency):
    """A single-use link of one person to one obligation, sent with one mail; only the hash of its secret is kept."""

    __tablename__ = "mail_links"

    person_id: Mapped[int] = mapped_column(Id)
    obligation_id: Mapped[int] = mapped_column(Id)
    message_row_id: Mapped[int] = mapped_column(Id)
    #: The person's `session_epoch` when it was made: a new password or a disabled account ends it.
    session_epoch: Mapped[int]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: What it was used for: "start", "report", "note", "explain".
    used_for: Mapped[str | None] = mapped_column(String(20))

    __table_args__ = (
        same_agency("person_id", "people"),
        same_agency("obligation_id", "obligations"),
        same_agency("message_row_id", "outbox_messages"),
        # Another try of the same mail carries the same links, unless the password changed in between.
        UniqueConstraint("agency_id", "message_row_id", "obligation_id", "session_epoch", name="uq_mail_links_key"),
        Index("ix_mail_links_obligation_id", "obligation_id"),
        Index("ix_mail_links_person_id", "person_id"),
    )


class MailBounce(Base, OfAgency):
    """A delivery report (RFC 3464) about one of our mails; one a mail, action and status."""

    __tablename__ = "mail_bounces"

    message_row_id: Mapped[int] = mapped_column(Id)
    person_id: Mapped[int] = mapped_column(Id)
    #: The address that the report names, lower case.
    address: Mapped[str] = mapped_column(String(254))
    #: "failed" or "delayed".
    action: Mapped[str] = mapped_column(String(20))
    #: The enhanced status, "5.1.1".
    status: Mapped[str] = mapped_column(String(20))
    diagnostic: Mapped[str] = mapped_column(Text, default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: When somebody said that the address was put right.
    cleared_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        same_agency("message_row_id", "outbox_messages"),
        same_agency("person_id", "people"),
        UniqueConstraint("agency_id", "message_row_id", "action", "status", name="uq_mail_bounces_key"),
        Index("ix_mail_bounces_message_row_id", "message_row_id"),
        Index("ix_mail_bounces_person_id", "person_id"),
    )
