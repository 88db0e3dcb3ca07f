"""Agencies, units and their names in time, people and their roles, what guards the door."""

from datetime import date, datetime

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cchc_tasks.domain.permissions import Membership as DomainMembership
from cchc_tasks.domain.permissions import Role
from cchc_tasks.domain.units import UnitKind
from cchc_tasks.storage.db import Base
from cchc_tasks.storage.models.base import OfAgency, Versioned, referable, same_agency
from cchc_tasks.storage.types import Id, Json, UtcDateTime, by_value


class Agency(Base, Versioned):
    """Cơ quan ban hành; `parent_name` is the cơ quan chủ quản printed above it."""

    __tablename__ = "agencies"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(300))
    parent_name: Mapped[str] = mapped_column(String(300), default="")
    place: Mapped[str] = mapped_column(String(100), default="")
    #: Values the office may change, by name: due_soon_days, reminder hour …
    settings: Mapped[dict[str, object]] = mapped_column(Json, default=dict)
    #: After a restore mail stays off until somebody confirms.
    is_sending_enabled: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Unit(Base, OfAgency, Versioned):
    """An organisation of any kind, or a collective group. Its names in time are `UnitName` rows."""

    __tablename__ = "units"

    code: Mapped[str] = mapped_column(String(40))
    kind: Mapped[UnitKind] = mapped_column(by_value(UnitKind, "unit_kind"))
    position: Mapped[int] = mapped_column(default=0)
    valid_from: Mapped[date | None]
    #: Last day of the unit's life; None while it lives.
    valid_to: Mapped[date | None]

    names: Mapped[list["UnitName"]] = relationship(order_by="UnitName.valid_from", back_populates="unit")
    aliases: Mapped[list["UnitAlias"]] = relationship(order_by="UnitAlias.id")

    __table_args__ = (UniqueConstraint("agency_id", "code"), referable())


class UnitName(Base, OfAgency):
    """What a unit is called from `valid_from` to `valid_to`, both included."""

    __tablename__ = "unit_names"

    unit_id: Mapped[int] = mapped_column(Id)
    name: Mapped[str] = mapped_column(String(300))
    short_name: Mapped[str] = mapped_column(String(100))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    unit: Mapped[Unit] = relationship(back_populates="names")

    __table_args__ = (same_agency("unit_id", "units"), UniqueConstraint("agency_id", "unit_id", "valid_from"))


class UnitAlias(Base, OfAgency):
    """Another way documents write a unit's name."""

    __tablename__ = "unit_aliases"

    unit_id: Mapped[int] = mapped_column(Id)
    alias: Mapped[str] = mapped_column(String(300))

    __table_args__ = (same_agency("unit_id", "units"), UniqueConstraint("agency_id", "unit_id", "alias"))


class GroupMember(Base, OfAgency):
    """A unit belongs to a collective group from `valid_from` to `valid_to`, both included."""

    __tablename__ = "group_members"

    group_id: Mapped[int] = mapped_column(Id)
    member_id: Mapped[int] = mapped_column(Id)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    __table_args__ = (
        same_agency("group_id", "units"),
        same_agency("member_id", "units"),
        UniqueConstraint("agency_id", "group_id", "member_id", "valid_from"),
    )


class Person(Base, OfAgency, Versioned):
    """Somebody with an account. `session_epoch` rises with each password change or disabling: old sessions end."""

    __tablename__ = "people"

    #: Lower case; how a person signs in. Unique over all agencies.
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    #: Sorts as Vietnamese names do: by the last word, then the whole.
    sort_key: Mapped[str] = mapped_column(String(600))
    title: Mapped[str] = mapped_column(String(200), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    password_hash: Mapped[str | None] = mapped_column(String(300))
    is_active: Mapped[bool] = mapped_column(default=True)
    session_epoch: Mapped[int] = mapped_column(default=1)
    preferences: Mapped[dict[str, object]] = mapped_column(Json, default=dict)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_sign_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    memberships: Mapped[list["Membership"]] = relationship(order_by="Membership.id", back_populates="person")

    __table_args__ = (referable(),)


class Membership(Base, OfAgency):
    """A role in a unit (or, without a unit, in the whole agency) for a time; both days included."""

    __tablename__ = "memberships"

    person_id: Mapped[int] = mapped_column(Id)
    unit_id: Mapped[int | None] = mapped_column(Id)
    role: Mapped[Role] = mapped_column(by_value(Role, "role"))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]

    person: Mapped[Person] = relationship(back_populates="memberships")

    __table_args__ = (
        same_agency("person_id", "people"),
        same_agency("unit_id", "units"),
        Index("ix_memberships_agency_id_person_id", "agency_id", "person_id"),
        Index("ix_memberships_agency_id_unit_id", "agency_id", "unit_id"),
    )

    def value(self) -> DomainMembership:
        return DomainMembership(self.role, self.unit_id, self.starts_on, self.ends_on)


class OneTimeToken(Base, OfAgency):
    """A single-use code for an invitation, a forgotten password or the first administrator; only its hash is kept."""

    __tablename__ = "one_time_tokens"

    person_id: Mapped[int] = mapped_column(Id)
    purpose: Mapped[str] = mapped_column(String(40))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (same_agency("person_id", "people"),)


class SignInCounter(Base):
    """Failed guesses for one account or one address within a window; shared by all processes. Not an agency's row."""

    __tablename__ = "sign_in_counters"

    #: SHA-256 of "account:<e-mail>" or "address:<ip>": nothing personal is kept.
    subject_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    window_started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    failures: Mapped[int] = mapped_column(default=0)


class FormKey(Base, OfAgency):
    """A one-time key that a form carried; a second post of it is shown what the first one led to."""

    __tablename__ = "form_keys"

    key: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[int | None] = mapped_column(Id)
    result: Mapped[str | None] = mapped_column(String(500))
    used_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (UniqueConstraint("agency_id", "key"),)
