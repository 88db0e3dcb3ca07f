"""Mail as a value: what is sent, how a failed try goes on, and what a digest holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from cchc_tasks.domain.orphans import OrphanReason
from cchc_tasks.domain.reminder_rules import Rule
from cchc_tasks.domain.reminders import DropReason
from cchc_tasks.domain.standing import Summary
from cchc_tasks.domain.workflow import Status

#: The wait before each further try. Source: RELIABILITY S4 (1, 5, 15 min, 1, 3, 6 h, then daily to 3 days).
RETRY_AFTER = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=6),
    timedelta(days=1),
    timedelta(days=1),
    timedelta(days=1),
)
MAX_ATTEMPTS = len(RETRY_AFTER) + 1

#: How long one sender may hold a mail; several times what a slow server needs for one dialogue.
SENDING_LEASE = timedelta(minutes=5)

#: What a sender answers that sends nothing.
RECORDED_ANSWER = "recorded"

DIGEST_KIND = "digest"
#: A digest that somebody sends to themselves to see how mail arrives.
TRIAL_KIND = "trial"
MAIL_CHANNEL = "mail"

#: What stands in a payload under this name opens an account: never shown, and forgotten once it was sent.
SECRET_KEY = "link"


class DeliveryError(Exception):
    """The server did not take a mail. `is_permanent`: it never will, for this recipient."""

    def __init__(self, answer: str, *, is_permanent: bool) -> None:
        self.answer = answer
        self.is_permanent = is_permanent
        super().__init__(answer)


class Outcome(StrEnum):
    """How one try ended; stored with the try."""

    SENT = "sent"
    DROPPED = "dropped"
    FAILED = "failed"
    DEAD = "dead"


class DroppedBecause(StrEnum):
    """Why a whole mail was not sent."""

    NOTHING_LEFT = "nothing_left"
    EXPIRED = "expired"
    ACCOUNT_CLOSED = "account_closed"


def next_attempt_at(attempts: int, failed_at: datetime) -> datetime | None:
    """When to try again after `attempts` tries, the last of which failed at `failed_at`; None: give up."""
    if attempts < 1 or attempts > len(RETRY_AFTER):
        return None
    return failed_at + RETRY_AFTER[attempts - 1]


def digest_key(day: date, channel: str = MAIL_CHANNEL) -> str:
    """What makes a digest the only one of its recipient: the local day and the channel."""
    return f"{day.isoformat()}/{channel}"


@dataclass(frozen=True, slots=True)
class DigestItem:
    """One line of a digest with everything its sentence needs, as it stands when the mail is written.

    `scheduled_on` is the day the step fell due; `is_late` says that the line comes later than that although the
    deadline was known by then. `reason` and `actor_name` belong to returned, confirmed and handed-over work.
    """

    rule: Rule
    step: str
    obligation_id: int
    task_id: int
    numbers: tuple[str, ...]
    task_text: str
    product_text: str
    period_label: str
    unit_names: tuple[str, ...]
    status: Status
    due_on: date | None
    deadline_text: str
    scheduled_on: date
    is_late: bool = False
    cut_off: date | None = None
    reason: str | None = None
    actor_name: str | None = None
    #: The civil day of what the line tells of: a report, a return, a handover, a request.
    told_on: date | None = None
    #: The report whose entries are asked for, and how many are missing; then there is no obligation and no task (0).
    report_id: int | None = None
    missing: int = 0
    #: Of a report: how many of the `missing` say "chưa có".
    not_yet: int = 0
    #: Why nobody answers for `missing` pieces of work of the units, and how many of them are overdue; no obligation.
    why: OrphanReason | None = None
    overdue: int = 0
    #: What a request to extend asks for or was granted; None where it was refused.
    new_due_on: date | None = None
    #: The first deadline, and how often a later one was granted.
    original_due_on: date | None = None
    extensions: int = 0
    #: The day by which an explanation is asked for.
    answer_by: date | None = None
    #: The reference of the link by which its reader can answer without a password; "" where there is none.
    link: str = ""

    @property
    def takes_link(self) -> bool:
        """Whether its reader may have something to say of it: work that is still in the unit's hands."""
        in_hand = self.status in (Status.NOT_STARTED, Status.IN_PROGRESS) or self.rule is Rule.EXPLANATION_ASKED
        return bool(self.obligation_id) and in_hand


@dataclass(frozen=True, slots=True)
class UnitProgress:
    """How what counts at a unit stands. `name` is '' where no unit is known to lead, `ended_on` set where it ended."""

    name: str
    ended_on: date | None
    standing: Summary


@dataclass(frozen=True, slots=True)
class PlanProgress:
    """How a plan stands on a day: all of it, and each unit's part in the office's order; the parts add up.

    `noun` is what its counting rule calls an obligation, '' where it counts something else.
    """

    plan_id: int
    number: str
    year: int
    standing: Summary
    units: tuple[UnitProgress, ...]
    noun: str = ""


@dataclass(frozen=True, slots=True)
class Digest:
    """What one person is told on one day, most urgent first; `dropped` are the lines that no longer hold, by row id.

    `links_until` is the last day on which the links of its items may be used; None where they have none.
    `progress` is told to those who watch over the whole agency.
    """

    day: date
    items: tuple[DigestItem, ...]
    dropped: Mapping[int, DropReason]
    links_until: date | None = None
    progress: tuple[PlanProgress, ...] = ()


@dataclass(frozen=True, slots=True)
class Correspondent:
    """Whom a mail is for, and in whose name it goes."""

    name: str
    address: str
    agency_name: str
    agency_code: str


@dataclass(frozen=True, slots=True)
class MailContent:
    """What a renderer makes words of: `kind` names the templates, `payload` is what the writer of the row gave."""

    kind: str
    correspondent: Correspondent
    payload: Mapping[str, object]
    digest: Digest | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """A mail in words."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as it is handed to a sender; `message_id` is the part before the @ and, like `dated_at`, never changes."""

    message_id: str
    dated_at: datetime
    correspondent: Correspondent
    words: Words
