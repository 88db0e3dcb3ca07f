"""Numbers inside the text of a report, bound to their figures: a figure that moves shows in its sentence.

A bound number is written {{key=shown}}: the key of its row and the text it showed when it was written, such as
{{steer.plan.tasks_done=41}}. Printing takes what is shown; nothing in a text changes by itself.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cchc_tasks.domain.reports.cells import Cell
from cchc_tasks.domain.reports.figures import Figure
from cchc_tasks.domain.reports.forms import Form, ValueType

_BOUND = re.compile(r"\{\{\s*(?P<key>[a-z][a-z0-9_.]*)\s*(?:=(?P<shown>[^{}]*))?\}\}")
#: A full stop ends a sentence only before a blank and a capital: "1.050" and "Tr. 2" go on.
_SENTENCE_END = re.compile(r"(?<=[.;!?])\s+(?=[A-ZĐÀ-Ỹ\-–+*])|\n+")


_NO_BRACES = str.maketrans("{}", "()")


@dataclass(frozen=True, slots=True)
class BoundNumber:
    """A number of a text: its row, what it shows, and its place in the written text."""

    key: str
    shown: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class StaleNumber:
    """A bound number whose figure has moved: the sentence as printed, then and now. `now` is '' where it is blank."""

    key: str
    sentence: str
    then: str
    now: str


def bind(key: str, shown: str) -> str:
    """The placeholder that shows `shown` and belongs to the figure of `key`."""
    return f"{{{{{key}={shown.translate(_NO_BRACES)}}}}}"


def bind_figure(key: str, form: Form, figure: Figure) -> str:
    """The placeholder that shows a figure as it is now."""
    return bind(key, _shown(form, figure))


def bound_numbers(text: str) -> tuple[BoundNumber, ...]:
    """Every placeholder of a written text, in order."""
    return tuple(
        BoundNumber(match["key"], (match["shown"] or "").strip(), match.start(), match.end())
        for match in _BOUND.finditer(text)
    )


def render(text: str) -> str:
    """The text as it prints: each placeholder as what it shows."""
    return _BOUND.sub(lambda match: (match["shown"] or "").strip(), text)


#: As people write one: the number of the row, or its key; what it shows may be left out.
_TYPED = re.compile(r"\{\{\s*(?P<name>[0-9a-z][0-9a-z_.]*)\s*(?:=(?P<shown>[^{}]*))?\}\}")
_BRACES = re.compile(r"\{\{.{0,40}|\}\}", re.DOTALL)


def for_editing(text: str, form: Form) -> str:
    """The text as people edit it: bound numbers name their row by its number, {{1.1.2=41}}."""

    def by_code(match: re.Match[str]) -> str:
        row = form.by_key.get(match["key"])
        return match[0] if row is None else f"{{{{{row.code}={(match['shown'] or '').strip()}}}}}"

    return _BOUND.sub(by_code, text)


def from_editing(typed: str, form: Form, figures: Mapping[str, Figure]) -> tuple[str, tuple[str, ...]]:
    """The text as it is kept, and what in it binds no number: "{{9.9.9}}" without such a row, a lone "{{".

    A row named without a number ("{{1.1.2}}") shows its figure as it is now.
    """
    lost: list[str] = []

    def by_key(match: re.Match[str]) -> str:
        row = form.by_code.get(match["name"]) or form.by_key.get(match["name"])
        if row is None:
            lost.append(match[0])
            return match[0]
        return bind(row.key, match["shown"].strip()) if match["shown"] else bind_figure(row.key, form, figures[row.key])

    kept = _TYPED.sub(by_key, typed)
    return kept, (*lost, *(match[0] for match in _BRACES.finditer(_TYPED.sub(" ", typed))))


def without_bound(text: str) -> str:
    """The text with blanks where placeholders stand: what was typed by hand is left."""
    return _BOUND.sub(lambda match: " " * len(match[0]), text)


def shown_in_text(cell: Cell, value_type: ValueType) -> str:
    """How a cell reads inside a sentence: a percentage always with its sign, "87,23%"."""
    if value_type is ValueType.PERCENT and cell.value is not None and cell.printed and "%" not in cell.printed:
        return f"{cell.printed}%"
    return cell.printed


def refresh(text: str, form: Form, figures: Mapping[str, Figure]) -> str:
    """The text with every placeholder showing its figure as it is now; keys the form does not have stay as they are."""

    def fresh(match: re.Match[str]) -> str:
        now = _now(match["key"], form, figures)
        return match[0] if now is None else bind(match["key"], now)

    return _BOUND.sub(fresh, text)


def stale_numbers(text: str, form: Form, figures: Mapping[str, Figure]) -> tuple[StaleNumber, ...]:
    """The bound numbers that no longer show their figure, each with its sentence as printed."""
    found = []
    for sentence in sentences(text):
        for number in bound_numbers(sentence):
            now = _now(number.key, form, figures)
            if now is None or now != number.shown:
                found.append(StaleNumber(number.key, render(sentence), number.shown, now or ""))
    return tuple(found)


def _now(key: str, form: Form, figures: Mapping[str, Figure]) -> str | None:
    """What the figure shows now; a computed value counts even where the annex prints a blank. None: no such row."""
    figure = figures.get(key)
    return None if figure is None or key not in form.by_key else _shown(form, figure)


def _shown(form: Form, figure: Figure) -> str:
    cell = figure.cell
    if not cell.printed and figure.computed is not None:
        cell = figure.computed
    return shown_in_text(cell, form.by_key[figure.key].value_type)


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text, placeholders left as written."""
    starts, ends = [0], []
    # A placeholder may show words with a full stop of their own: it is never cut.
    for match in _SENTENCE_END.finditer(_masked(text)):
        ends.append(match.start())
        starts.append(match.end())
    pieces = (text[start:end].strip() for start, end in zip(starts, [*ends, len(text)], strict=True))
    return tuple(piece for piece in pieces if piece)


def _masked(text: str) -> str:
    return _BOUND.sub(lambda match: "0" * len(match[0]), text)


def unknown_keys(text: str, keys: Iterable[str]) -> tuple[str, ...]:
    """Keys that the text binds numbers to but the form does not have, each once."""
    known = set(keys)
    return tuple(dict.fromkeys(number.key for number in bound_numbers(text) if number.key not in known))
