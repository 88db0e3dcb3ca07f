"""What the office decides about reminders: its rules in their versions, and its corrections of the public holidays."""

from datetime import date, datetime

from sqlalchemy import Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cchc_tasks.domain.holidays import DayEffect
from cchc_tasks.storage.db import Base
from cchc_tasks.storage.models.base import OfAgency, same_agency
from cchc_tasks.storage.types import Id, Json, UtcDateTime, by_value


class ReminderRuleVersion(Base, OfAgency):
    """The rules as somebody set them; the highest `ordinal` holds. Rows are added, never changed."""

    __tablename__ = "reminder_rule_versions"

    #: 1 for the first change of the rules that come with the program.
    ordinal: Mapped[int]
    #: What `domain.reminder_rules.to_json` makes of them.
    rules: Mapped[dict[str, object]] = mapped_column(Json)
    #: Why they were changed, in the office's words; may be empty.
    reason: Mapped[str] = mapped_column(Text, default="")
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by_id: Mapped[int | None] = mapped_column(Id)

    __table_args__ = (same_agency("changed_by_id", "people"), UniqueConstraint("agency_id", "ordinal"))


class HolidayCorrection(Base, OfAgency):
    """What the office says of a day; of several rows of one day the last holds. Rows are added, never changed."""

    __tablename__ = "holiday_corrections"

    day: Mapped[date]
    effect: Mapped[DayEffect] = mapped_column(by_value(DayEffect, "day_effect"))
    #: Where it is said, for instance the number of the official letter.
    reason: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by_id: Mapped[int | None] = mapped_column(Id)

    __table_args__ = (
        same_agency("recorded_by_id", "people"),
        Index("ix_holiday_corrections_agency_id_day", "agency_id", "day"),
    )
