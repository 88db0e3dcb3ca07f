"""Which row of a newer print is which row of the plan: by words and number, and never by a guess."""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from cchc_tasks.domain.text import fold

#: Share of words in common from which two rows are one: at the same printed number, and at another.
SURE_AT_SAME_NUMBER = 0.6
SURE_ELSEWHERE = 0.75
#: From here on it is asked whether they are one; below, they are two.
POSSIBLE_AT_SAME_NUMBER = 0.3
POSSIBLE_ELSEWHERE = 0.5
#: How far the best must lie before the next best.
MARGIN = 0.1
#: Two products of one row are one product from here on.
SAME_PRODUCT = 0.5

#: By row_id: the key of the row that it is, or None where it is new.
Answers = Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class AskedMatch:
    """A row of the newer print that may be one of several in the plan; the likeliest first."""

    row_id: str
    candidates: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Matching:
    """Keys by row_id; rows that are in neither are new."""

    pairs: Mapping[str, int]
    asked: tuple[AskedMatch, ...]


def similarity(first: Sequence[str], second: Sequence[str]) -> float:
    """The share of words in common, in order; 1.0 for the same words."""
    if not first and not second:
        return 1.0
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    return 0.0 if matcher.real_quick_ratio() < POSSIBLE_AT_SAME_NUMBER else matcher.ratio()


@dataclass(frozen=True, slots=True)
class _Row:
    id: Any
    numbers: tuple[str, ...]
    words: tuple[str, ...]


def _row(key: Hashable, numbers: tuple[str, ...], text: str, products: Iterable[str]) -> _Row:
    return _Row(key, numbers, tuple(fold(" ".join([text, *products])).split()))


def match_rows(standing: Sequence[Any], readings: Sequence[Any], answers: Answers) -> Matching:
    """Pairs standing tasks with read ones: as answered, by the same words, then by similar words.

    A task of which several rows are said to be it is none of them: they stay asked.
    """
    old = [_row(task.key, task.numbers, task.text, (each.text for each in task.products)) for task in standing]
    new = [_row(task.row_id, task.numbers, task.text, (each.text for each in task.deliverables)) for task in readings]
    keys = {row.id for row in old}
    twice = said_twice(answers)
    pairs: dict[str, int] = {row: key for row, key in answers.items() if key is not None and key in keys - twice}
    said = {row for row, key in answers.items() if key is None or key in keys - twice}
    old = [row for row in old if row.id not in pairs.values()]
    new = [row for row in new if row.id not in said]
    for same in (lambda row: (row.numbers, row.words), lambda row: row.words):
        found = _equal(old, new, same)
        pairs |= found
        old = [row for row in old if row.id not in found.values()]
        new = [row for row in new if row.id not in found]
    return _similar(old, new, pairs)


def said_twice(answers: Answers) -> frozenset[int]:
    """Keys that several rows were said to be."""
    said = Counter(key for key in answers.values() if key is not None)
    return frozenset(key for key, number in said.items() if number > 1)


def _equal(old: Sequence[_Row], new: Sequence[_Row], same: Callable[[_Row], Hashable]) -> dict[str, int]:
    """Rows of the same words; several alike are paired in order, if there are as many on both sides."""
    groups: dict[Hashable, tuple[list[_Row], list[_Row]]] = defaultdict(lambda: ([], []))
    for side, rows in enumerate((old, new)):
        for row in rows:
            groups[same(row)][side].append(row)
    return {
        later.id: earlier.id
        for before, after in groups.values()
        if len(before) == len(after)
        for earlier, later in zip(before, after, strict=True)
    }


def _similar(old: list[_Row], new: list[_Row], pairs: dict[str, int]) -> Matching:
    scores = {(later.id, earlier.id): similarity(earlier.words, later.words) for later in new for earlier in old}
    is_near = {(later.id, earlier.id): later.numbers == earlier.numbers for later in new for earlier in old}
    while True:
        best = _sure_pair(scores, is_near)
        if best is None:
            break
        pairs[best[0]] = best[1]
        scores = {pair: score for pair, score in scores.items() if pair[0] != best[0] and pair[1] != best[1]}
    asked = []
    for row in new:
        if row.id in pairs:
            continue
        open_keys = [(score, key) for (row_id, key), score in scores.items() if row_id == row.id]
        likely = [(score, key) for score, key in open_keys if score >= _possible(is_near[row.id, key])]
        if likely:
            likely.sort(key=lambda pair: -pair[0])
            asked.append(AskedMatch(row.id, tuple(key for _score, key in likely)))
    return Matching(pairs, tuple(asked))


def _possible(is_near: bool) -> float:
    return POSSIBLE_AT_SAME_NUMBER if is_near else POSSIBLE_ELSEWHERE


def _sure_pair(
    scores: Mapping[tuple[str, int], float], is_near: Mapping[tuple[str, int], bool]
) -> tuple[str, int] | None:
    """The most similar pair that is sure, and for both sides clearly better than any other."""
    by_row: dict[Hashable, list[float]] = defaultdict(list)
    for (row_id, key), score in scores.items():
        by_row["new", row_id].append(score)
        by_row["old", key].append(score)
    for row in by_row.values():
        row.sort(reverse=True)
    for pair, score in sorted(scores.items(), key=lambda item: -item[1]):
        if score < (SURE_AT_SAME_NUMBER if is_near[pair] else SURE_ELSEWHERE):
            continue
        rivals = [by_row["new", pair[0]], by_row["old", pair[1]]]
        if all(row[0] == score and (len(row) == 1 or score - row[1] >= MARGIN) for row in rivals):
            return pair
    return None


def match_products(old: Sequence[Any], new: Sequence[Any]) -> list[tuple[Any, Any]]:
    """Products of one row in their newer order, those that are gone last; (old, new), None where there is none."""
    left = list(old)
    found: dict[int, Any] = {}
    for test in (_same_text, _alike):
        for place, product in enumerate(new):
            if place in found:
                continue
            ranked = sorted(left, key=lambda each, product=product: -test(each, product))  # type: ignore[misc]
            if ranked and test(ranked[0], product) >= SAME_PRODUCT:
                found[place] = ranked[0]
                left.remove(ranked[0])
    if len(left) == len(new) - len(found) == 1 and len(old) == len(new) == 1:
        found[0] = left.pop()
    return [*((found.get(place), product) for place, product in enumerate(new)), *((each, None) for each in left)]


def _same_text(old: Any, new: Any) -> float:
    return float(fold(old.text) == fold(new.text))


def _alike(old: Any, new: Any) -> float:
    return similarity(fold(old.text).split(), fold(new.text).split())


def match_periods(old: Sequence[Any], new: Sequence[Any]) -> list[tuple[Any, Any]]:
    """Obligations of one product: by the name of the period; a single one on both sides is the same one moved."""
    left = list(old)
    pairs: list[tuple[Any, Any]] = []
    unnamed = []
    for each in new:
        same = next((one for one in left if one.label == each.period_label), None)
        if same is None:
            unnamed.append(each)
        else:
            left.remove(same)
            pairs.append((same, each))
    if len(left) == len(unnamed) == 1:
        return [*pairs, (left[0], unnamed[0])]
    return [*pairs, *((None, each) for each in unnamed), *((each, None) for each in left)]
