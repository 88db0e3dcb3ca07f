"""Mail for tests: a renderer that prints facts, a sender that keeps letters or does as it is told."""

from dataclasses import replace

from sqlalchemy.orm import Session

from cchc_tasks.domain.mailing import DeliveryError, Letter, MailContent, Words
from cchc_tasks.domain.reminder_rules import DEFAULT_RULES, ReminderRules, Rule, to_json
from cchc_tasks.services.outbox import Post
from cchc_tasks.storage.models import Agency, ReminderRuleVersion
from tests.factories import ENTERED_AT

#: Deadlines and news alone, for tests that count lines: no ladder before a cut-off, nobody above the unit.
DEADLINES_ONLY = replace(DEFAULT_RULES, off=frozenset({Rule.CUT_OFF, Rule.CONFIRM_BY_CUT_OFF, Rule.ESCALATED}))


def plain_words(content: MailContent) -> Words:
    """One line per item: rule, step, obligation, and "late" where it is."""
    items = content.digest.items if content.digest else ()
    lines = [f"{item.rule} {item.step} {item.obligation_id}{' late' if item.is_late else ''}" for item in items]
    text = "\n".join([*lines, *(f"{name}={value}" for name, value in content.payload.items())])
    return Words(content.kind, text, text)


class KeepingSender:
    """Keeps every letter; `refusals` are raised first, one for each call."""

    def __init__(self, *refusals: DeliveryError) -> None:
        self.letters: list[Letter] = []
        self.refusals = list(refusals)

    def __call__(self, letter: Letter) -> str:
        if self.refusals:
            raise self.refusals.pop(0)
        self.letters.append(letter)
        return "250 kept"

    @property
    def texts(self) -> list[tuple[str, str]]:
        return [(letter.correspondent.name, letter.words.text) for letter in self.letters]


def make_post(sender: object, *, holder: str = "test") -> Post:
    return Post(
        render=plain_words,
        send=sender,  # type: ignore[arg-type]
        holder=holder,
    )


def set_rules(session: Session, agency: Agency, rules: ReminderRules = DEADLINES_ONLY, ordinal: int = 1) -> None:
    """Puts rules of reminders in force as if the office had set them."""
    values = {"agency_id": agency.id, "ordinal": ordinal, "rules": to_json(rules), "changed_at": ENTERED_AT}
    session.add(ReminderRuleVersion(**values))
    session.flush()
