"""A cell cut into statements: lines first, then parts of a line that name things of their own."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from cchc_tasks.domain.deadlines.fraying import is_frayed
from cchc_tasks.domain.deadlines.model import Recurrence
from cchc_tasks.domain.deadlines.scan import scan
from cchc_tasks.domain.deadlines.slips import mend
from cchc_tasks.domain.deadlines.tokens import Token, Tokens, tokenise
from cchc_tasks.domain.deadlines.vocabulary import GENERIC_WORDS, REFERENCE, TIME_TAGS, Item, Tag
from cchc_tasks.domain.documents import find_document_references

_BULLET = re.compile(r"^(?:[-–+•*●▪]+ ?|\(?\d{1,2}[.)] (?!\d)|[a-zđ][.)] )")
_OPEN_LINE_END = re.compile(r"(?:\b(?:trước|ngày|từ|đến|và|trong|hết|nhất|hàng|hằng|theo)|[,/\-–])$", re.I)
_REST_OF_DATE = re.compile(r"(?:/ ?|\(?năm )\d{4}\)?(?!\d)|\d{4}$", re.I)
_YEAR_STATED = re.compile(r"\b\d{4}$")
_BEGINS, _ENDS = re.compile(r"\btừ\b", re.I), re.compile(r"(?:đến|tới)\b", re.I)
_MONTH_BEGINS = re.compile(r"(?:tháng \d|/ ?\d)", re.I)
_DAY_ENDS = re.compile(r"\bngày \d{1,2}$", re.I)
#: The hour of a day, and the number of periods that our own wording adds, are no part of the grammar.
_NOT_DATES = re.compile(r"\(\d+ kỳ\)|\b\d{1,2} ?(?:h|giờ)(?:\d{2}| \d{1,2} phút)?(?!\w)|\b\d{1,2}:\d{2}\b", re.I)


_LEADING_TAGS = frozenset({Tag.BEFORE, Tag.TO, Tag.FROM, Tag.AFTER, Tag.IN, Tag.VAGUE, Tag.TENTATIVE})
#: Of "triển khai", "thực hiện", "duy trì", which follow upon the issue of a document.
_DOING = frozenset({"triển", "thực", "duy"})
_LEADING_WORDS = frozenset({"ngày", "cuối", "hết", "giai", "đoạn"})


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement with its items; `label` as printed, without bullets and time words; `phrase` is the time alone."""

    text: str
    items: list[Item]
    label: str
    is_generic: bool
    phrase: str
    is_frayed: bool = False


def statements(text: str) -> list[Statement]:
    """The statements of a normalised text, in order; parts that say nothing of time join a neighbour as its label."""
    found: list[Statement] = []
    for line in _lines(text):
        found.extend(_statements_of_line(line))
    return found


def has_time(text: str) -> bool:
    """Whether a text says anything about time."""
    return any(item.tag in TIME_TAGS for item in scan(_tokens(text)))


def _lines(text: str) -> Iterator[str]:
    """Lines as meant: a line that stops short, or says nothing of time, goes on in the next."""
    held: list[str] = []
    held_has_time = False
    for line in text.split("\n"):
        line_has_time = has_time(line)
        joins = not held_has_time or not line_has_time or _goes_on(held[-1], line)
        if held and (_BULLET.match(line) or not joins):
            yield " ".join(held)
            held, held_has_time = [], False
        held.append(line)
        held_has_time = held_has_time or line_has_time
    if held:
        yield " ".join(held)


def _goes_on(line: str, following: str) -> bool:
    """Whether a date or a period is cut by the end of a line: "Quý IV" and "năm 2021", "ngày 15" and "tháng 6"."""
    if _OPEN_LINE_END.search(line):
        return True
    if _REST_OF_DATE.match(following):
        return not _YEAR_STATED.search(line)
    if following.startswith("("):
        return True
    if _ENDS.match(following):
        return _BEGINS.search(line) is not None
    return bool(_MONTH_BEGINS.match(following) and _DAY_ENDS.search(line))


def _tokens(text: str) -> Tokens:
    """The tokens with each document reference as one, since neither its number nor its date is a deadline."""
    references = find_document_references(text)
    tokens: Tokens = []
    position = 0
    for token in mend(tokenise(text)):
        while position < len(references) and references[position].end <= token.start:
            position += 1
        if position < len(references) and references[position].start <= token.start:
            reference = references[position]
            if tokens and tokens[-1].text == REFERENCE and tokens[-1].start == reference.start:
                continue
            token = Token(REFERENCE, reference.start, reference.end)
        tokens.append(token)
    return tokens


def _statements_of_line(line: str) -> list[Statement]:
    body = _BULLET.sub("", line, count=1)
    tokens = _tokens(_NOT_DATES.sub(lambda match: " " * len(match.group()), body))
    parts = _grouped(_segments(scan(tokens), tokens))
    if not parts:
        return [Statement(line, [], "", True, "")]  # a bullet with nothing behind it
    return [_statement(body, tokens, part, line if len(parts) == 1 else None) for part in parts]


def _segments(items: Sequence[Item], tokens: Tokens) -> list[list[Item]]:
    """Cut before each ";" (strong) and each comma, "và" or full stop (weak); the mark opens the new segment."""
    segments: list[list[Item]] = [[]]
    for item in items:
        if item.tag is Tag.BREAK or item.tag is Tag.LIST or _is_full_stop(item, tokens):
            segments.append([])
        segments[-1].append(item)
    return segments


def _is_full_stop(item: Item, tokens: Tokens) -> bool:
    after = item.end
    gap = after < len(tokens) and tokens[after].start > tokens[item.start].end
    return item.tag is Tag.FILLER and item.text == "." and gap


@dataclass(slots=True)
class _Group:
    """A statement in the making; what was found so far is kept, so that long cells are read once."""

    items: list[Item] = field(default_factory=list)
    has_time: bool = False
    has_content: bool = False
    has_leading_word: bool = False
    is_issued: bool = False  # "ban hành", after which something else is done
    is_points: bool = True

    def take(self, segment: list[Item]) -> None:
        """Add a segment."""
        if not self.has_time:
            first_time = _first_time(segment)
            self.has_leading_word |= any(item.tag is Tag.WORD for item in segment[:first_time])
        self.has_time |= _has_time(segment)
        self.is_issued |= {"ban", "hành"} <= {item.text for item in segment}
        self.has_content |= bool(_content(segment))
        self.is_points &= _is_points(segment)
        self.items.extend(segment)

    def ends_before(self, segment: list[Item]) -> bool:
        """Whether `segment` is a statement of its own."""
        if not self.has_time or not _has_time(segment):
            return False
        content = bool(_content(segment))
        if segment[0].tag is Tag.BREAK:
            return self.has_content or content or not (self.is_points and _is_points(segment))
        first_time = _first_time(segment)
        if segment[first_time].tag in {Tag.EVENT, Tag.BEFORE_EVENT, Tag.DURATION}:
            return False
        words = {item.text for item in segment[:first_time] if item.tag is Tag.WORD}
        if words:
            return self.has_content or content or (self.is_issued and bool(words & _DOING))
        return content and self.has_content and not self.has_leading_word


def _grouped(segments: list[list[Item]]) -> list[list[Item]]:
    groups = [_Group()]
    for segment in segments:
        if groups[-1].ends_before(segment):
            groups.append(_Group())
        groups[-1].take(segment)
    return [group.items for group in groups if group.items]


def _first_time(items: list[Item]) -> int:
    return next((index for index, item in enumerate(items) if item.tag in TIME_TAGS), len(items))


def _has_time(items: list[Item]) -> bool:
    return any(item.tag in TIME_TAGS for item in items)


def _is_points(items: list[Item]) -> bool:
    return all(
        item.tag in {Tag.POINT, Tag.FILLER, Tag.LIST, Tag.BREAK, Tag.BEFORE, Tag.IN}
        or item.recurrence is Recurrence.YEARLY
        for item in items
    )


def _labels(items: list[Item]) -> list[Item]:
    """The words that are label: not those that belong to an event or to a rule that sets the time."""
    kept: list[Item] = []
    swallowed = False
    for item in items:
        if item.tag in {Tag.EVENT, Tag.BEFORE_EVENT, Tag.REGULATED, Tag.AFTER, Tag.FROM}:
            swallowed = True
        elif item.tag in {Tag.BREAK, Tag.POINT, Tag.RECUR} or (item.tag is Tag.LIST and item.text == ","):
            swallowed = False
        elif item.tag is Tag.WORD and not swallowed:
            kept.append(item)
    return kept


def _content(items: list[Item]) -> list[Item]:
    return [item for item in _labels(items) if item.text not in GENERIC_WORDS]


def _statement(body: str, tokens: Tokens, items: list[Item], whole: str | None) -> Statement:
    words = _labels(items)
    start, end = tokens[items[0].start].start, tokens[items[-1].end - 1].end
    text = whole if whole is not None else body[start:end].strip(" ,;.")
    label = _label_text(body, tokens, items, words)
    phrase = _phrase_text(body, tokens, items)
    return Statement(text, items, label, not _content(items), phrase, is_frayed(items, tokens))


def _label_text(body: str, tokens: Tokens, items: list[Item], words: list[Item]) -> str:
    """The label as printed: runs of label words with the glue between them."""
    if not words:
        return ""
    kept: list[str] = []
    chosen = {item.start for item in words}
    inside = [item for item in items if words[0].start <= item.start <= words[-1].start]
    for item in inside:
        if item.start in chosen or item.tag in {Tag.FILLER, Tag.LIST, Tag.ONGOING, Tag.VAGUE}:
            kept.append(body[tokens[item.start].start : tokens[item.end - 1].end])
    return re.sub(r" ([,.:;)])", r"\1", " ".join(kept)).strip(" ,;:.-")


def _phrase_text(body: str, tokens: Tokens, items: list[Item]) -> str:
    """From the first word that governs or tells time to the last that tells it."""
    telling = [index for index, item in enumerate(items) if item.tag in TIME_TAGS]
    if not telling:
        return ""
    first = telling[0]
    while first > 0 and (items[first - 1].tag in _LEADING_TAGS or items[first - 1].text in _LEADING_WORDS):
        first -= 1
    return body[tokens[items[first].start].start : tokens[items[telling[-1]].end - 1].end].strip(" ,;.)(:")
