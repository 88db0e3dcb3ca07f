"""What can go wrong, as facts: an error carries the values a sentence needs; `wording` makes the sentence."""

from collections.abc import Mapping, Sequence
from enum import StrEnum


class DomainError(Exception):
    """Root of every expected refusal. `str()` is English, for the log; `facts` are for `wording.explain`."""

    def __init__(self, **facts: object) -> None:
        self.facts: Mapping[str, object] = facts
        super().__init__(f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in facts.items())})")


class NotFound(DomainError):
    """No such thing, or nothing of that name that this person may know of."""


class NotAllowed(DomainError):
    """The thing is visible, but this person may not do this to it."""


class RefusedReason(StrEnum):
    """Why a well-formed request cannot be carried out in the present state of things."""

    TRANSITION = "transition"
    NO_EVIDENCE = "no_evidence"
    REASON_NEEDED = "reason_needed"
    SELF_CONFIRMATION = "self_confirmation"
    OFFICE_WORK_NEEDS_LEADER = "office_work_needs_leader"
    AFTER_TODAY = "after_today"
    BEFORE_PLAN = "before_plan"
    BEFORE_AMENDMENT = "before_amendment"
    BEFORE_COMPLETION = "before_completion"
    ALREADY_CORRECTED = "already_corrected"
    NOT_CORRECTABLE = "not_correctable"
    PLAN_EXISTS = "plan_exists"
    ALREADY_ACCEPTED = "already_accepted"
    QUESTIONS_OPEN = "questions_open"
    HAS_HISTORY = "has_history"
    CLOCK_BACKWARDS = "clock_backwards"
    NO_DEMO_CLOCK = "no_demo_clock"
    NOT_A_MEMBER = "not_a_member"
    NOTHING_NEW = "nothing_new"
    LAST_ADMIN = "last_admin"
    HAS_ADMIN = "has_admin"
    NOT_EMPTY = "not_empty"
    CLOSED_TOO_LONG = "closed_too_long"
    EXTENSION_OF_REPORTED = "extension_of_reported"
    EXTENSION_OF_DONE = "extension_of_done"
    NO_DEADLINE = "no_deadline"
    NOT_EXTENDED = "not_extended"
    NOT_LATER = "not_later"
    ALREADY_ASKED = "already_asked"
    ALREADY_ANSWERED = "already_answered"
    SELF_ANSWER = "self_answer"
    OFFICE_REQUEST_NEEDS_LEADER = "office_request_needs_leader"
    NOT_LATE = "not_late"
    ANSWER_BY_PAST = "answer_by_past"
    EXPLANATION_OF_REMOVED = "explanation_of_removed"
    EXPLANATION_WAITS = "explanation_waits"
    EXPLANATION_SETTLED = "explanation_settled"
    REPORT_SUBMITTED = "report_submitted"
    REPORT_NOT_SUBMITTED = "report_not_submitted"
    REPORT_EXISTS = "report_exists"
    FINDINGS_OPEN = "findings_open"
    NOT_COMPUTED = "not_computed"
    NOT_ENTERED = "not_entered"
    STOPS = "stops"
    PLAN_CLOSED = "plan_closed"
    WORK_UNDECIDED = "work_undecided"
    REPORTS_WAIT = "reports_wait"
    CLOSED_TOO_EARLY = "closed_too_early"
    NO_NEXT_PLAN = "no_next_plan"
    AREA_EXISTS = "area_exists"
    UNIT_ENDED = "unit_ended"


class Refused(DomainError):
    """The state of things forbids it: a transition that does not exist, a missing reason or evidence."""

    def __init__(self, reason: RefusedReason, **facts: object) -> None:
        self.reason = reason
        super().__init__(reason=reason, **facts)


class SomeRefused(DomainError):
    """All or nothing, and nothing was done: `refusals` are (id of the thing, why not it)."""

    def __init__(self, refusals: Sequence[tuple[int, DomainError]]) -> None:
        self.refusals = tuple(refusals)
        super().__init__(ids=[each for each, _error in self.refusals])


class Invalid(DomainError):
    """A value that cannot be what it claims to be."""


class StaleEdit(DomainError):
    """Somebody else changed the row since the form was opened; `current` is its version now."""


class DuplicateRequest(DomainError):
    """This one-time key was used before; `result` is what the first use led to."""


class ReadTrouble(StrEnum):
    """Why a file could not be read as a plan. Source: RELIABILITY F2."""

    EMPTY = "empty"
    TOO_BIG = "too_big"
    UNKNOWN_FORMAT = "unknown_format"
    WRONG_EXTENSION = "wrong_extension"
    OLD_FORMAT = "old_format"
    ENCRYPTED = "encrypted"
    HAS_MACROS = "has_macros"
    DAMAGED = "damaged"
    REMOTE_PARTS = "remote_parts"
    NO_TEXT_IN_PDF = "no_text_in_pdf"
    TOO_MANY_PAGES = "too_many_pages"
    NOT_CONVERTED = "not_converted"
    ARCHIVE_LIMITS = "archive_limits"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_COLUMNS = "too_many_columns"
    FIELD_TOO_LONG = "field_too_long"
    UNKNOWN_ENCODING = "unknown_encoding"
    UNCLOSED_QUOTE = "unclosed_quote"
    TOO_SLOW = "too_slow"
    TOO_MUCH_MEMORY = "too_much_memory"
    NO_TABLE = "no_table"
    NO_ROWS = "no_rows"
    NO_YEAR = "no_year"


class UnreadableFile(Invalid):
    """The file is not a plan that can be read; `facts` may hold `row`, `column`, `limit`, `found`."""

    def __init__(self, reason: ReadTrouble, **facts: object) -> None:
        self.reason = reason
        super().__init__(reason=reason, **facts)


class UnsafeDatabase(DomainError):
    """The database cannot keep what we promise: an affected library, or a setting that was not taken."""
