"""Mail for tests: a renderer that prints facts, a sender that keeps letters or does as it is told."""

from cchc_tasks.domain.mailing import DeliveryError, Letter, MailContent, Words
from cchc_tasks.domain.working_days import WorkingCalendar
from cchc_tasks.services.outbox import Post
from cchc_tasks.storage.queries.holidays import working_calendar
from tests.factories import TODAY


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


def make_post(sender: object, *, calendar: WorkingCalendar | None = None, holder: str = "test") -> Post:
    return Post(
        render=plain_words,
        send=sender,  # type: ignore[arg-type]
        calendar=calendar or working_calendar([TODAY]),
        holder=holder,
    )
