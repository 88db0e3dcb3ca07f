"""The office's rules of reminders as one value: which steps, who hears of what, when nothing is sent."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from cchc_tasks.domain.errors import Invalid
from cchc_tasks.domain.working_days import ONE_DAY, WorkingCalendar


class Rule(StrEnum):
    """Why somebody is written to. The order is the order of a digest: the urgent first."""

    OVERDUE = "overdue"
    ESCALATED = "escalated"
    EXPLANATION_ASKED = "explanation_asked"
    ON_DUE = "on_due"
    CUT_OFF = "cut_off"
    ORPHANED = "orphaned"
    RETURNED = "returned"
    BEFORE_DUE = "before_due"
    PROGRESS_NOTE = "progress_note"
    REPORT_ENTRY = "report_entry"
    CONFIRM_BY_CUT_OFF = "confirm_by_cut_off"
    EXTENSION_ASKED = "extension_asked"
    AWAITING_CONFIRMATION = "awaiting_confirmation"
    HANDED_OVER = "handed_over"
    EXTENSION_ANSWERED = "extension_answered"
    EXPLANATION_GIVEN = "explanation_given"
    CONFIRMED = "confirmed"


#: What people hear who want the urgent only.
URGENT_RULES = frozenset(
    {
        Rule.OVERDUE,
        Rule.ESCALATED,
        Rule.EXPLANATION_ASKED,
        Rule.ON_DUE,
        Rule.CUT_OFF,
        Rule.RETURNED,
        Rule.CONFIRM_BY_CUT_OFF,
    }
)
#: Limits of what an office may set.
MOST_STEPS, LONGEST_STEP, MOST_QUIET = 8, 60, 40
#: Of any so many days in a row, at most so many may be quiet: nobody shall switch reminders off by the back door.
QUIET_WINDOW_DAYS, LONGEST_QUIET_DAYS = 90, 31


class RuleTrouble(StrEnum):
    """What is wrong with a value of the rules."""

    STEPS = "steps"
    NUMBER = "number"
    HOUR = "hour"
    LINK_DAYS = "link_days"
    QUIET_LINE = "quiet_line"
    QUIET_REVERSED = "quiet_reversed"
    QUIET_LONG = "quiet_long"
    ESCALATION_ORDER = "escalation_order"


class InvalidRules(Invalid):
    """A value of the rules cannot be taken; `field` names it."""

    def __init__(self, trouble: RuleTrouble, field: str) -> None:
        self.trouble = trouble
        self.field = field
        super().__init__(trouble=trouble, field=field)


@dataclass(frozen=True, slots=True, order=True)
class QuietDays:
    """Days from `first` to `last`, both included, on which nothing is sent although offices may be open."""

    first: date
    last: date
    words: str = ""

    def days(self) -> Iterator[date]:
        for number in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=number)


@dataclass(frozen=True, slots=True)
class ReminderRules:
    """All steps are counted in working days; 0 escalates to nobody, repeats never.

    Work with no date nearer than the year's end has its own steps (`before_year_end`) and is asked for a progress
    note before each cut-off; see `reminders.is_year_long`.
    """

    before_due: tuple[int, ...] = (5, 1)
    before_year_end: tuple[int, ...] = (5,)
    after_due: tuple[int, ...] = (1, 5)
    overdue_every: int = 5
    #: After so many working days overdue the head, the office, the leaders are told, each once.
    head_after: int = 3
    office_after: int = 10
    leader_after: int = 20
    #: Before a reporting period's cut-off: what must be reported by then, else it counts as not done.
    before_cut_off: tuple[int, ...] = (10, 5, 1)
    note_before_cut_off: int = 5
    #: Before the day on which a report is to be sent: units whose entries are missing.
    before_report: tuple[int, ...] = (5, 2, 0)
    #: While a report waits to be confirmed, or a request to extend to be answered; 0 is the next digest.
    while_unconfirmed: tuple[int, ...] = (0, 3, 10)
    while_unanswered: tuple[int, ...] = (0, 2, 5)
    #: A confirmation or a handover that nobody could be told of for so many calendar days is no news any more.
    news_days: int = 30
    #: For so many working days the link of a mail's line may be used; 0: mails carry none.
    link_days: int = 5
    #: Whether a unit's staff hear of its work besides the head.
    tells_staff: bool = False
    #: The hour of the day at which digests go out; None: as the installation is set.
    delivery_hour: int | None = None
    quiet: tuple[QuietDays, ...] = ()
    #: Rules that are not used.
    off: frozenset[Rule] = frozenset()
    #: Rules that reach everybody daily, whatever they chose for themselves.
    binding: frozenset[Rule] = frozenset(
        {Rule.OVERDUE, Rule.ESCALATED, Rule.CUT_OFF, Rule.EXPLANATION_ASKED, Rule.ORPHANED}
    )

    @property
    def quiet_days(self) -> frozenset[date]:
        return frozenset(day for each in self.quiet for day in each.days())


DEFAULT_RULES = ReminderRules()

STEP_FIELDS = (
    "before_due",
    "before_year_end",
    "after_due",
    "before_cut_off",
    "before_report",
    "while_unconfirmed",
    "while_unanswered",
)
#: Steps that mean something on the day itself.
ZERO_ALLOWED = frozenset({"before_cut_off", "before_report", "while_unconfirmed", "while_unanswered"})
NUMBER_FIELDS = (
    "overdue_every",
    "head_after",
    "office_after",
    "leader_after",
    "note_before_cut_off",
    "news_days",
    "link_days",
)
#: A link that opens without a password does not live for long, whatever the office wants.
LONGEST_LINK = 10


def check(rules: ReminderRules) -> ReminderRules:
    """The rules, if an office may have them; raises InvalidRules for the first value that it may not."""
    for name in STEP_FIELDS:
        _check_steps(name, getattr(rules, name))
    for name in NUMBER_FIELDS:
        if not 0 <= getattr(rules, name) <= LONGEST_STEP:
            raise InvalidRules(RuleTrouble.NUMBER, name)
    if rules.link_days > LONGEST_LINK:
        raise InvalidRules(RuleTrouble.LINK_DAYS, "link_days")
    if rules.delivery_hour is not None and not 0 <= rules.delivery_hour <= 23:
        raise InvalidRules(RuleTrouble.HOUR, "delivery_hour")
    stages = [days for days in (rules.head_after, rules.office_after, rules.leader_after) if days]
    if stages != sorted(set(stages)):
        raise InvalidRules(RuleTrouble.ESCALATION_ORDER, "office_after")
    _check_quiet(rules)
    return rules


def _check_steps(name: str, steps: tuple[int, ...]) -> None:
    lowest = 0 if name in ZERO_ALLOWED else 1
    if len(steps) > MOST_STEPS or len(set(steps)) < len(steps):
        raise InvalidRules(RuleTrouble.STEPS, name)
    if any(not lowest <= step <= LONGEST_STEP for step in steps):
        raise InvalidRules(RuleTrouble.STEPS, name)


def _check_quiet(rules: ReminderRules) -> None:
    if len(rules.quiet) > MOST_QUIET:
        raise InvalidRules(RuleTrouble.QUIET_LONG, "quiet")
    if any(each.last < each.first for each in rules.quiet):
        raise InvalidRules(RuleTrouble.QUIET_REVERSED, "quiet")
    days = sorted(rules.quiet_days)
    if any(
        later - earlier < timedelta(days=QUIET_WINDOW_DAYS)
        for earlier, later in zip(days, days[LONGEST_QUIET_DAYS:], strict=False)
    ):
        raise InvalidRules(RuleTrouble.QUIET_LONG, "quiet")


@dataclass(frozen=True, slots=True)
class Days:
    """Two calendars: `working` by which steps are counted, `sending` (without quiet days) on which mail goes out."""

    working: WorkingCalendar = field(default_factory=WorkingCalendar)
    sending: WorkingCalendar = field(default_factory=WorkingCalendar)

    @classmethod
    def under(cls, rules: ReminderRules, working: WorkingCalendar) -> "Days":
        return cls(working, working.without(rules.quiet_days))

    def before(self, day: date, count: int) -> date:
        """The day of a step `count` working days before `day`: one on which mail goes out, sooner rather than later."""
        return self.sending.on_or_before(self.working.shift(day, -count))

    def after(self, day: date, count: int) -> date:
        """The day of a step `count` working days after `day`, or the next on which mail goes out."""
        return self.sending.on_or_after(self.working.shift(day, count) if count else day)

    def next_sending(self, day: date) -> date:
        """The first day after `day` on which mail goes out."""
        return self.sending.on_or_after(day + ONE_DAY)


def to_json(rules: ReminderRules) -> dict[str, object]:
    """Plain values, in a stable order."""
    values: dict[str, object] = {}
    for each in fields(ReminderRules):
        value = getattr(rules, each.name)
        if each.name == "quiet":
            value = [[item.first.isoformat(), item.last.isoformat(), item.words] for item in value]
        elif isinstance(value, frozenset):
            value = sorted(rule.value for rule in value)
        values[each.name] = list(value) if isinstance(value, tuple) else value
    return values


def from_json(raw: Mapping[str, Any]) -> ReminderRules:
    """The rules that `to_json` wrote, also by an older program: what it did not know keeps its default."""
    known = {each.name for each in fields(ReminderRules)}
    rule_values = {rule.value for rule in Rule}
    values: dict[str, Any] = {}
    for name in known & set(raw):
        value = raw[name]
        if name == "quiet":
            value = tuple(QuietDays(date.fromisoformat(a), date.fromisoformat(b), words) for a, b, words in value)
        elif name in ("off", "binding"):
            value = frozenset(Rule(each) for each in value if each in rule_values)
        values[name] = tuple(value) if isinstance(value, list) else value
    return ReminderRules(**values)
