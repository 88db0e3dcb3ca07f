"""Reports: versions of forms, what the units answered, what the office printed otherwise, the text, the frozen whole.

Answers, overrides, acceptances and texts are rows that follow one another: the last one of its key holds, none is ever
changed. `ordinal` counts them, and two writers of the same ordinal cannot both be kept."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cchc_tasks.domain.reorganisations import UnitsAsked
from cchc_tasks.storage.db import Base
from cchc_tasks.storage.models.base import OfAgency, Versioned, referable, same_agency
from cchc_tasks.storage.types import Id, Json, UtcDateTime, by_value


class ReportState(StrEnum):
    """A report is prepared, then submitted once and for all."""

    DRAFT = "draft"
    SUBMITTED = "submitted"


class ReportFormVersion(Base, OfAgency):
    """One version of a form as this agency uses it. A changed form is a new version; this row never changes."""

    __tablename__ = "report_forms"

    code: Mapped[str] = mapped_column(String(80))
    #: What `Form.version` says; 1 for the first.
    form_version: Mapped[int]
    name: Mapped[str] = mapped_column(Text)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    #: `domain.reports.form_reading.form_to_dict`.
    definition: Mapped[dict[str, object]] = mapped_column(Json)
    sha256: Mapped[str] = mapped_column(String(64))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(Id)

    __table_args__ = (
        same_agency("actor_id", "people"),
        UniqueConstraint("agency_id", "code", "form_version"),
        referable(),
    )


class Report(Base, OfAgency, Versioned):
    """A report of one period by one version of a form. A corrected one is a new row beside it (`corrects_id`)."""

    __tablename__ = "reports"

    form_id: Mapped[int] = mapped_column(Id)
    period_key: Mapped[str] = mapped_column(String(20))
    year: Mapped[int]
    #: 1 for the first report of the period, 2 for the one that corrects it.
    edition: Mapped[int] = mapped_column(default=1)
    corrects_id: Mapped[int | None] = mapped_column(Id)
    title: Mapped[str] = mapped_column(Text)
    #: Days of the data, both included; `window_reason` says why they are not the regime's.
    window_starts_on: Mapped[date]
    cut_off: Mapped[date]
    window_reason: Mapped[str] = mapped_column(Text, default="")
    #: By when the units answer, and by when the report is sent; both days included.
    entries_due_on: Mapped[date]
    send_by: Mapped[date]
    #: Plans that feed the rows, by kind: {"cchc": [3]}; and those of a single row: {"steer.inspect.units_under": [5]}.
    plans: Mapped[dict[str, list[int]]] = mapped_column(Json, default=dict)
    scoped_plans: Mapped[dict[str, list[int]]] = mapped_column(Json, default=dict)
    units_asked: Mapped[UnitsAsked] = mapped_column(by_value(UnitsAsked, "units_asked"), default=UnitsAsked.THEN)
    #: Head and foot of the document: place, legal bases, signature, recipients; see `services.reports`.
    frame: Mapped[dict[str, object]] = mapped_column(Json, default=dict)
    state: Mapped[ReportState] = mapped_column(by_value(ReportState, "report_state"), default=ReportState.DRAFT)
    #: Filled in when the document is issued; blank until then, never invented.
    number: Mapped[str] = mapped_column(String(60), default="")
    issued_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(Id)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    submitted_by_id: Mapped[int | None] = mapped_column(Id)

    __table_args__ = (
        same_agency("form_id", "report_forms"),
        same_agency("corrects_id", "reports"),
        same_agency("created_by_id", "people"),
        same_agency("submitted_by_id", "people"),
        UniqueConstraint("agency_id", "form_id", "year", "period_key", "edition"),
        referable(),
    )


class ReportAsk(Base, OfAgency):
    """Which unit a report asks for a row."""

    __tablename__ = "report_asks"

    report_id: Mapped[int] = mapped_column(Id)
    key: Mapped[str] = mapped_column(String(120))
    unit_id: Mapped[int] = mapped_column(Id)

    __table_args__ = (
        same_agency("report_id", "reports"),
        same_agency("unit_id", "units"),
        UniqueConstraint("agency_id", "report_id", "key"),
        Index("ix_report_asks_unit_id", "agency_id", "unit_id"),
    )


class ReportEntry(Base, OfAgency):
    """What was answered for a row, as it prints, with its note and what proves it. Never changed, never removed."""

    __tablename__ = "report_entries"

    report_id: Mapped[int] = mapped_column(Id)
    key: Mapped[str] = mapped_column(String(120))
    ordinal: Mapped[int]
    printed: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text, default="")
    document_id: Mapped[int | None] = mapped_column(Id)
    file_id: Mapped[int | None] = mapped_column(Id)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(Id)

    __table_args__ = (
        same_agency("report_id", "reports"),
        same_agency("document_id", "documents"),
        same_agency("file_id", "stored_files"),
        same_agency("actor_id", "people"),
        UniqueConstraint("agency_id", "report_id", "key", "ordinal"),
    )


class ReportOverride(Base, OfAgency):
    """What the office prints in place of a computed value, or that it no longer does. Never changed, never removed."""

    __tablename__ = "report_overrides"

    report_id: Mapped[int] = mapped_column(Id)
    key: Mapped[str] = mapped_column(String(120))
    ordinal: Mapped[int]
    #: None: the computed value prints again; '' prints a blank.
    printed: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(Id)

    __table_args__ = (
        same_agency("report_id", "reports"),
        same_agency("actor_id", "people"),
        UniqueConstraint("agency_id", "report_id", "key", "ordinal"),
    )


class ReportAcceptance(Base, OfAgency):
    """A finding that warns was accepted with a reason; it holds for exactly that finding. Never changed."""

    __tablename__ = "report_acceptances"

    report_id: Mapped[int] = mapped_column(Id)
    #: SHA-256 of `Finding.identity`.
    identity_sha256: Mapped[str] = mapped_column(String(64))
    identity: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(Id)

    __table_args__ = (
        same_agency("report_id", "reports"),
        same_agency("actor_id", "people"),
        UniqueConstraint("agency_id", "report_id", "identity_sha256"),
    )


class ReportText(Base, OfAgency):
    """A section of the text as written, numbers bound to their figures. Never changed, never removed."""

    __tablename__ = "report_texts"

    report_id: Mapped[int] = mapped_column(Id)
    #: Its place in the form's outline: "1.2".
    place: Mapped[str] = mapped_column(String(40))
    ordinal: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(Id)

    __table_args__ = (
        same_agency("report_id", "reports"),
        same_agency("actor_id", "people"),
        UniqueConstraint("agency_id", "report_id", "place", "ordinal"),
    )


class ReportSnapshot(Base, OfAgency):
    """The submitted report as the bytes that were hashed (`domain.reports.frozen`). Never changed, never removed."""

    __tablename__ = "report_snapshots"

    report_id: Mapped[int] = mapped_column(Id)
    content: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    ledger_seq: Mapped[int] = mapped_column(Id)
    ledger_hash: Mapped[str] = mapped_column(String(64))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (same_agency("report_id", "reports"), UniqueConstraint("agency_id", "report_id"))


class RegisterEntry(Base, OfAgency):
    """One entry of a register that feeds a row (documents issued, findings, articles), or that it is left out.

    Documents of evidence, plans and amendments stand in their register by themselves; a row here adds something, or
    says of one of those whether it counts. The last one of its member holds. Never changed, never removed.
    """

    __tablename__ = "register_entries"

    #: The key of the indicator that the register feeds.
    key: Mapped[str] = mapped_column(String(120))
    #: "document:7", "plan:3", "amendment:2"; "entry:<uuid>" for what was added by hand.
    member: Mapped[str] = mapped_column(String(80))
    ordinal: Mapped[int]
    is_counted: Mapped[bool] = mapped_column(default=True)
    happened_on: Mapped[date]
    text: Mapped[str] = mapped_column(Text)
    amount: Mapped[int] = mapped_column(default=1)
    reason: Mapped[str] = mapped_column(Text, default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(Id)

    __table_args__ = (
        same_agency("actor_id", "people"),
        UniqueConstraint("agency_id", "key", "member", "ordinal"),
    )


#: Tables of which no row is ever changed or removed; the database refuses it (see migrations).
APPEND_ONLY = (
    ReportFormVersion,
    ReportEntry,
    ReportOverride,
    ReportAcceptance,
    ReportText,
    ReportSnapshot,
    RegisterEntry,
)
