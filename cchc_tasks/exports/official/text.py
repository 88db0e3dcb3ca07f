"""Text made fit for a document: one normal form, nothing XML forbids, lines of like length."""

import math
import re
import unicodedata
from collections.abc import Callable, Iterator

from cchc_tasks.exports.official.model import Run, Text

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\ufdd0-\ufdef]")
_LINE_ENDS = re.compile(r"\r\n?|[\u0085\u2028\u2029]")

#: Words a new line may begin with; elsewhere a break would often part the two syllables of one word.
_PHRASE_STARTS = frozenset(
    "về của tại năm trong và theo cho trên từ công thực thuộc quý đối với tỉnh nhằm để do giữa kết 6 9".split()
)
#: Several blanks are a gap to write in, which stays with what stands around it.
_SINGLE_BLANK = re.compile("(?<! ) (?! )")
_EACH_LINE, _INSIDE_PHRASE = 1.0, 0.2

#: The width of a text in points.
Measure = Callable[[str], float]


def clean(text: str) -> str:
    """NFC without characters a file cannot hold; blanks stay, since gaps are left for what is written in by hand."""
    return unicodedata.normalize("NFC", _FORBIDDEN.sub("", _LINE_ENDS.sub("\n", text)).replace("\t", " "))


def runs(text: Text) -> Iterator[Run]:
    """The text as runs, each cleaned."""
    for run in (Run(text),) if isinstance(text, str) else text:
        yield Run(clean(run.text), run.is_bold, run.is_italic, run.is_struck, run.is_underlined, run.is_raised)


def balanced(text: str, width: float, measure: Measure) -> list[str]:
    """`text` on as few lines as `width` allows, the longest as short as can be: centred titles stand so."""
    lines: list[str] = []
    for part in clean(text).split("\n"):
        if part.strip():
            lines += _balanced_words(_SINGLE_BLANK.split(part.strip()), width, measure)
    return lines or [""]


def _balanced_words(words: list[str], width: float, measure: Measure) -> list[str]:
    """The cheapest way to break the words: few lines, of like length, a new one where a phrase begins."""
    blank = measure(" ")
    lengths = [measure(word) for word in words]
    few = len(_greedy(words, width, measure))
    target = max(min((sum(lengths) + blank * (len(words) - 1)) / few, width), 1.0)
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(words) + 1):
        length, found = -blank, []
        for start in range(end - 1, -1, -1):
            length += lengths[start] + blank
            if length > width and start < end - 1:
                break
            ragged = ((length - target) / target) ** 2
            found.append((best[start][0] + ragged + _EACH_LINE + _break_cost(words, start), start))
        best.append(min(found))
    lines: list[str] = []
    end = len(words)
    while end:
        start = best[end][1]
        lines.insert(0, " ".join(words[start:end]))
        end = start
    return lines


def _break_cost(words: list[str], start: int) -> float:
    return 0 if start == 0 or words[start].casefold() in _PHRASE_STARTS else _INSIDE_PHRASE


def _greedy(words: list[str], width: float, measure: Measure) -> list[str]:
    lines = [words[0]]
    for word in words[1:]:
        longer = f"{lines[-1]} {word}"
        if measure(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def wrapped_lines(text: str, width: float, measure: Measure) -> int:
    """On how many lines a text stands in this width; a word wider than a line takes as many as it needs."""
    count = 0
    for part in clean(text).split("\n"):
        lines = _greedy(part.split(), width, measure) if part.strip() else [""]
        count += sum(max(1, math.ceil(measure(line) / width)) for line in lines)
    return count
