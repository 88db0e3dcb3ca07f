"""Numbers of a sentence held against the row it speaks of: a reading aid that warns and decides nothing."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from cchc_tasks.domain.documents import find_document_references
from cchc_tasks.domain.reports.cell_checks import found
from cchc_tasks.domain.reports.cells import number_of, number_text, rate
from cchc_tasks.domain.reports.findings import Checked, Finding, FindingKind, Statement
from cchc_tasks.domain.reports.forms import FormRow, ValueType
from cchc_tasks.domain.reports.texts import render, sentences, without_bound
from cchc_tasks.domain.text import fold, lower, normalise

_NUMBER = re.compile(r"(?<![\w.,/])(\d{1,3}(?:\.\d{3})+|\d+)(?:,\d+)?(?![\w/])(?:\s*%)?")
_FRACTION = re.compile(r"(?<![\w./])(\d[\d.]*)/(\d[\d.]*)(?![\w/])")
_PERCENT = re.compile(r"(\d[\d.]*(?:,\d+)?)\s*%")
#: What stands before a number that counts nothing: dates, years, levels, references, and what is only planned.
_NO_COUNT = re.compile(
    r"(?:\b(?:ngày|tháng|năm|quý|quí|mức độ|điều|khoản|phụ lục|số|chỉ thị)\s*|mức độ \d\s*,\s*)$", re.IGNORECASE
)
_DATES = re.compile(r"\d{1,2}\s*/\s*\d{1,2}\s*/\s*\d{2,4}|\d{1,2}/\d{4}|\d{1,2}\s*/\s*\d{1,2}(?=\s*[-–])")
_NOT_DONE = re.compile(r"^\s*(?:dự thảo)", re.IGNORECASE)
_WINDOWS = {"q1": ("quý i", "quí i"), "h1": ("6 tháng đầu năm",), "q3": ("quý iii", "quí iii"), "m9": ("9 tháng",)}


@dataclass(frozen=True, slots=True)
class SaidNumber:
    """A counted number of a sentence, the words right after it, and whether it is a percentage."""

    value: Decimal
    after: str
    is_percent: bool = False


def said_numbers(sentence: str) -> tuple[SaidNumber, ...]:
    """The numbers that count something, in order; numbers of documents, dates and levels are not among them."""
    text = normalise(sentence)
    for one in reversed(find_document_references(text)):
        text = text[: one.start] + " " * (one.end - one.start) + text[one.end :]
    text = _DATES.sub(lambda match: " " * len(match[0]), text)
    numbers = []
    for match in _NUMBER.finditer(text):
        value = number_of(match[0].rstrip("% \t"))
        if value is None or _NO_COUNT.search(text[: match.start()]) or _NOT_DONE.match(text[match.end() :]):
            continue
        numbers.append(SaidNumber(value, lower(text[match.end() :]).lstrip()[:60], match[0].endswith("%")))
    return tuple(numbers)


def check_statements(checked: Checked) -> Iterator[Finding]:
    """Sentences that contradict the row they speak of."""
    by_row: dict[str, list[Statement]] = {}
    for statement in checked.statements:
        row = checked.form.by_key.get(statement.key)
        if row is None or row.is_heading or checked.cell(row.key).value is None:
            continue
        by_row.setdefault(row.key, []).append(statement)
        yield from _contradiction(checked, row, statement.quote)
    for key, statements in by_row.items():
        yield from _names_more(checked, checked.form.by_key[key], statements)


def check_typed_numbers(checked: Checked) -> Iterator[Finding]:
    """Numbers typed by hand into the text that speak of a row: held against it, or told to be bound to it."""
    for text in checked.texts:
        for sentence in sentences(text):
            said_of: dict[str, list[Decimal]] = {}
            for row, number in typed_numbers(checked, without_bound(sentence)):
                said_of.setdefault(row.key, []).append(number)
            for key, said in said_of.items():
                yield _typed(checked, key, said, render(sentence))


def _typed(checked: Checked, key: str, said: Sequence[Decimal], quote: str) -> Finding:
    """One of several numbers of a sentence suffices: the others may be parts, or what there was before."""
    value, printed = checked.cell(key).value, checked.cell(key).printed
    if value in said:
        return found(FindingKind.NUMBER_UNBOUND, key, quote=quote, said=printed)
    return found(FindingKind.TEXT_DISAGREES, key, quote=quote, printed=printed, said=number_text(said[0]))


def typed_numbers(checked: Checked, sentence: str) -> Iterator[tuple[FormRow, Decimal]]:
    """Each number of a sentence with the row it most likely speaks of: nearly all words of the row's label stand
    in the sentence, and the number is followed by the row's noun (or is a percentage, for such a row)."""
    words = set(re.findall(r"\w+", fold(sentence)))
    fitting = [
        (len(wanted), row, wanted)
        for row in checked.form.value_rows
        if row.value_type in (ValueType.COUNT, ValueType.PERCENT)
        and checked.cell(row.key).value is not None
        and len(wanted := _label_words(row)) >= _LEAST_WORDS
        and len(wanted & words) >= _NEARLY_ALL * len(wanted)
    ]
    fitting.sort(key=lambda each: -each[0])
    for number in said_numbers(sentence):
        after = re.findall(r"\w+", fold(number.after))[:2]
        for _size, row, wanted in fitting:
            is_rate = row.value_type is ValueType.PERCENT
            if number.is_percent == is_rate and (is_rate or (after and after[0] in wanted)):
                yield row, number.value
                break


#: How much of a label has to stand in a sentence, in words that tell something.
_LEAST_WORDS, _NEARLY_ALL = 3, 0.8
_EMPTY_WORDS = frozenset("so tong luong ty le da duoc cua cac va theo co tai do ve cho".split())


def _label_words(row: FormRow) -> set[str]:
    return set(re.findall(r"\w+", fold(row.label))) - _EMPTY_WORDS


def _contradiction(checked: Checked, row: FormRow, quote: str) -> Iterator[Finding]:
    printed = checked.cell(row.key).printed
    if row.value_type in (ValueType.FLAG, ValueType.CHOICE):
        if checked.cell(row.key).value == 0 and _says_done(quote):
            yield found(FindingKind.TEXT_SAYS_DONE, row.key, quote=quote, printed=printed)
        return
    if other := _other_period(checked, quote):
        if said_numbers(quote):
            yield found(FindingKind.TEXT_OTHER_PERIOD, row.key, quote=quote, printed=printed, said=other)
        return
    said = _said_of(checked, row, quote)
    value = checked.cell(row.key).value
    if said and value not in said and not _is_said_of_block(checked, row, said):
        yield found(FindingKind.TEXT_DISAGREES, row.key, quote=quote, printed=printed, said=number_text(said[0]))


def _said_of(checked: Checked, row: FormRow, quote: str) -> list[Decimal]:
    """The numbers of a sentence that could be the row's: those that bear the row's own noun, if any does."""
    if row.value_type is ValueType.PERCENT:
        return _said_rates(quote)
    numbers = [each for each in said_numbers(quote) if not each.is_percent]
    for noun in _nouns(row):
        named = [each.value for each in numbers if re.match(rf"{re.escape(noun)}\b", each.after)]
        if named:
            return named if _is_divided_over_rows(checked, row, named) else named[:1]
    return [each.value for each in numbers]


def _is_divided_over_rows(checked: Checked, row: FormRow, named: list[Decimal]) -> bool:
    """Whether the sentence divides a number and each of its parts has a row ("60 biên chế, trong đó có 35 … và 25 …").

    Otherwise what the sentence names first is what a row called a total has to print.
    """
    value = checked.cell(row.key).value
    if not row.label.lower().startswith("tổng số") or value not in named[1:]:
        return True
    printed = {checked.cell(each.key).value for each in checked.form.value_rows if each.value_type is ValueType.COUNT}
    return all(part in printed for part in named[1:])


def _nouns(row: FormRow) -> list[str]:
    """What the row counts, as a sentence would say it: from its label, then from its unit."""
    label = re.sub(r"^(?:-\s*)?(?:tổng số|số lượng|số)\s+", "", lower(row.label))
    words = label.split()
    spans = [" ".join(words[:size]) for size in (3, 2) if len(words) >= size]
    return [span for span in spans if len(span) > 4] + [lower(row.unit_text)] * (row.unit_text in _SPOKEN_UNITS)


#: Units that sentences use as the noun after a number.
_SPOKEN_UNITS = {"Nhiệm vụ", "Văn bản", "Thủ tục", "TTHC", "Hồ sơ", "Vấn đề"}


def _said_rates(quote: str) -> list[Decimal]:
    """Percentages of a sentence, printed or to be had: "87,23%", "97/97", "1.050 … và 81 …"."""
    text = normalise(quote)
    rates = [value for match in _PERCENT.finditer(text) if (value := number_of(match[1])) is not None]
    for match in _FRACTION.finditer(_DATES.sub(" ", text)):
        above, below = number_of(match[1]), number_of(match[2])
        if above is not None and below and above <= below:
            rates.append(rate(above, below))
    return rates or _share_of_two(quote)


def _share_of_two(quote: str) -> list[Decimal]:
    """The share of the first of two parts with one noun, their whole named or not: "1.050 văn bản … và 81 …"."""
    numbers = said_numbers(quote)
    heads = {" ".join(each.after.split()[:2]) for each in numbers}
    if not 2 <= len(numbers) <= 3 or len(heads) > 1 or " và " not in normalise(quote):
        return []
    first, second = numbers[-2].value, numbers[-1].value
    if len(numbers) == 3 and numbers[0].value != first + second:
        return []
    return [rate(first, first + second)] if first + second else []


def _is_said_of_block(checked: Checked, row: FormRow, said: Iterable[Decimal]) -> bool:
    """Whether the sentence speaks of this row and the one beside it together ("5/5 phòng, đơn vị")."""
    siblings = [each for each in checked.form.children_of(row.parent) if each.unit_text == row.unit_text]
    places = [place for place, each in enumerate(siblings) if each.key == row.key]
    sums = set()
    for place in places:
        for other in siblings[max(place - 1, 0) : place] + siblings[place + 1 : place + 2]:
            sums.add((checked.cell(row.key).value or 0) + (checked.cell(other.key).value or 0))
    return any(value in sums for value in said)


def _says_done(quote: str) -> bool:
    return bool(find_document_references(normalise(quote))) and " đã " in f" {lower(quote)} "


def _other_period(checked: Checked, quote: str) -> str:
    """The words of another reporting period at the head of the sentence; '' if it speaks of this one or of none."""
    head = lower(normalise(quote))[:40]
    for key, words in _WINDOWS.items():
        for word in words:
            if key != checked.period_key and re.search(rf"(?:^|\btrong ){re.escape(word)}\b", head):
                return word
    return ""


def _names_more(checked: Checked, row: FormRow, statements: Iterable[Statement]) -> Iterator[Finding]:
    """A count of documents that is smaller than the list of documents the text names for it."""
    if row.key != "steer.docs_issued":
        return
    quotes = [each.quote for each in statements]
    numbers = {one.reference.number for quote in quotes for one in find_document_references(normalise(quote))}
    value = checked.cell(row.key).value
    if value is not None and len(numbers) > value:
        printed = checked.cell(row.key).printed
        yield found(FindingKind.TEXT_NAMES_MORE, row.key, printed=printed, said=len(numbers), quote=" … ".join(quotes))
