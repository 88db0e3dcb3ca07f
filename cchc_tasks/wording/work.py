"""How a piece of work is called and how far its deadline is."""

from collections.abc import Sequence
from datetime import date

from cchc_tasks.domain.standing import DONE_STANDINGS, Facts, Standing, days_late
from cchc_tasks.domain.workflow import Status
from cchc_tasks.wording.core import deadline_words, format_date, format_number, label

RETURNED = "Trả lại"
NO_DATE = "không định ngày"
#: A printed phrase no longer than this stands for the deadline itself ("Theo quy định").
SHORT_PHRASE = 40
LONGEST_HEADLINE = 140
#: A cut that would hide only a word or two is not made.
SPARED_CHARACTERS = 20


def title(text: str, period_label: str) -> str:
    """The product with its period in front: in a long list that is what tells twelve of them apart."""
    return f"{period_label}: {text}" if period_label else text


def row_name(numbers: Sequence[str], row_id: str) -> str:
    """A printed row by its numbers: "6.3, 6.4"; "2.1 dòng 3" where one number stands over several rows.

    `row_id` tells such rows apart ("2.1/3"), and stands alone where no number is printed.
    """
    _, _, part = row_id.partition("/")
    said = ", ".join(numbers) or row_id
    return f"{said} dòng {part}" if part.isdigit() and numbers else said


def headline(text: str) -> str:
    """The beginning of a task's text as a heading: its first sentence or line, cut at a word where it is long."""
    first = text.split("\n")[0].split(". ")[0].strip().rstrip(".;:")
    if len(first) <= LONGEST_HEADLINE + SPARED_CHARACTERS:
        return first
    return first[:LONGEST_HEADLINE].rpartition(" ")[0].rstrip(" ,;") + " …"


def status_words(status: Status, *, is_returned: bool) -> str:
    return RETURNED if is_returned and status is Status.IN_PROGRESS else label(status)


def due_words(facts: Facts, standing: Standing, today: date, deadline_text: str) -> str:
    """ "còn 21 ngày", "quá hạn 5 ngày", "hoàn thành đúng hạn"; for undated work the printed phrase if it is short."""
    if standing is Standing.REMOVED:
        return label(facts.status).lower()
    if standing is Standing.DONE_LATE:
        return f"hoàn thành quá hạn {format_number(days_late(facts, today))} ngày"
    if standing in DONE_STANDINGS:
        return "hoàn thành đúng hạn" if facts.due_on else "đã hoàn thành"
    if facts.due_on is None:
        return one_phrase(deadline_text) if 0 < len(one_phrase(deadline_text)) <= SHORT_PHRASE else NO_DATE
    if standing is Standing.OVERDUE:
        return deadline_words(-days_late(facts, today))
    if standing is Standing.AWAITING_CONFIRMATION and facts.due_on < today:
        return "báo cáo đúng hạn"
    return deadline_words((facts.due_on - today).days)


def one_phrase(deadline_text: str) -> str:
    return " ".join(deadline_text.split())


def printed_phrase(deadline_text: str) -> str:
    """The plan's own words in quotation marks, or nothing where it printed none."""
    phrase = one_phrase(deadline_text)
    return f"kế hoạch ghi “{phrase}”" if phrase else "kế hoạch không ghi thời gian"


def since(day: date) -> str:
    return f"từ ngày {format_date(day)}"


def done_day(day: date) -> str:
    return f"ngày {format_date(day)}"


def products_done(done: int, total: int) -> str:
    return f"{done}/{total} sản phẩm"


def periods_done(done: int, total: int) -> str:
    return f"{done}/{total} kỳ"
