"""How often somebody wants reminders, and when a line that waits may go into their digest."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from cchc_tasks.domain.reminder_rules import URGENT_RULES, Days, ReminderRules, Rule

#: The name under which the choice stands among a person's preferences.
PREFERENCE_KEY = "reminders"
WEEK = 7


class Frequency(StrEnum):
    """What a person chooses for themselves."""

    DAILY = "daily"
    WEEKLY = "weekly"
    URGENT = "urgent"


class Turn(StrEnum):
    """What happens to a line that waits: it goes out today, waits on, or never goes out."""

    NOW = "now"
    LATER = "later"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class MailPreference:
    """`weekday` counts from Monday (0) and matters to WEEKLY only."""

    frequency: Frequency = Frequency.DAILY
    weekday: int = 0


EVERY_DAY = MailPreference()


def turn_of(
    rule: Rule, due_day: date, preference: MailPreference, today: date, days: Days, rules: ReminderRules
) -> Turn:
    """Whether a line of `rule` that fell due on `due_day` goes into the digest of `today`, when mail goes out.

    What the office marks as binding goes out daily. A week's mail that was missed (the machine was off) is made up for.
    """
    if preference.frequency is Frequency.DAILY or rule in rules.binding:
        return Turn.NOW
    if preference.frequency is Frequency.URGENT:
        return Turn.NOW if rule in URGENT_RULES else Turn.NEVER
    return Turn.NOW if due_day <= last_weekly_day(preference.weekday, today, days) else Turn.LATER


def last_weekly_day(weekday: int, today: date, days: Days) -> date:
    """The last day, up to `today`, of a weekly mail: `weekday`, or the next day on which mail goes out."""
    chosen = today - timedelta(days=(today.weekday() - weekday) % WEEK)
    while (sent_on := days.sending.on_or_after(chosen)) > today:
        chosen -= timedelta(days=WEEK)
    return sent_on


def from_json(preferences: Mapping[str, object]) -> MailPreference:
    """The choice among a person's preferences; every day where none was made or it cannot be read."""
    raw = preferences.get(PREFERENCE_KEY)
    if not isinstance(raw, Mapping) or raw.get("frequency") not in set(Frequency):
        return EVERY_DAY
    weekday = raw.get("weekday")
    is_weekday = isinstance(weekday, int) and 0 <= weekday < WEEK
    return MailPreference(Frequency(raw["frequency"]), int(str(weekday)) if is_weekday else 0)


def to_json(preference: MailPreference) -> dict[str, object]:
    """What stands under `PREFERENCE_KEY`."""
    return {"frequency": preference.frequency.value, "weekday": preference.weekday}
