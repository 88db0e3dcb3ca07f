"""Calendars: secret addresses, filters that people keep under a name, and events as they were serialised once."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cchc_tasks.storage.db import Base
from cchc_tasks.storage.models.base import OfAgency, referable, same_agency
from cchc_tasks.storage.types import Id, UtcDateTime


class SavedFilter(Base, OfAgency):
    """The filters of a board under a name, kept by one person; read anew each time, so that it follows the plans."""

    __tablename__ = "saved_filters"

    person_id: Mapped[int] = mapped_column(Id)
    name: Mapped[str] = mapped_column(String(120))
    #: The parameters of the board's address, in one order: "dv=3&han=qua-han"; empty: all work of the newest year.
    query: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        same_agency("person_id", "people"),
        referable(),
        UniqueConstraint("agency_id", "person_id", "name"),
    )


class CalendarFeed(Base, OfAgency):
    """A subscribed calendar of one person: its secret address is kept as a hash and shown once."""

    __tablename__ = "calendar_feeds"

    person_id: Mapped[int] = mapped_column(Id)
    #: "person", "unit", "plan" or "filter".
    scope: Mapped[str] = mapped_column(String(20))
    unit_id: Mapped[int | None] = mapped_column(Id)
    plan_id: Mapped[int | None] = mapped_column(Id)
    #: Empty again once the filter was removed; the address is revoked with it.
    filter_id: Mapped[int | None] = mapped_column(Id)
    #: "event" or "todo".
    kind: Mapped[str] = mapped_column(String(10), default="event")
    #: So many days before the deadline a program is to ring; empty: never.
    alarm_days: Mapped[int | None]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    hides_titles: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_used_address: Mapped[str | None] = mapped_column(String(60))

    __table_args__ = (
        same_agency("person_id", "people"),
        same_agency("unit_id", "units"),
        same_agency("plan_id", "plans"),
        same_agency("filter_id", "saved_filters"),
        Index("ix_calendar_feeds_person_id", "person_id"),
    )


class CalendarPiece(Base):
    """An event as it was serialised: a copy of what rows say, made again whenever its digest does not fit them.

    Nobody reads it but the feeds, and whatever is lost of it comes back with the next fetch.
    """

    __tablename__ = "calendar_pieces"

    agency_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    #: Which form of the event: kind, titles, alarm.
    variant: Mapped[str] = mapped_column(String(20), primary_key=True)
    obligation_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    #: Of everything that the bytes are made of.
    digest: Mapped[bytes] = mapped_column(LargeBinary(16))
    body: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (
        ForeignKeyConstraint(
            ["agency_id", "obligation_id"], ["obligations.agency_id", "obligations.id"], ondelete="CASCADE"
        ),
        Index("ix_calendar_pieces_obligation_id", "agency_id", "obligation_id"),
    )
