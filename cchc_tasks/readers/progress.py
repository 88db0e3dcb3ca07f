"""How far reading has come: told by the reading process on its error stream, heard by the one that waits for it.

A line is "STEP DONE TOTAL". Whoever hears takes known words and small whole numbers and nothing else, for the process
that speaks has read a stranger's file.
"""

import os
import re
import sys
from collections.abc import Callable

from cchc_tasks.domain.reading_progress import ReadingProgress, Step

#: The variable that asks the reading process to speak.
ASKED = "CCHC_TELL_PROGRESS"
_LINE = re.compile(r"([a-z]{1,12}) (\d{1,7}) (\d{1,7})")
_ROWS_BETWEEN = 100

Hear = Callable[[ReadingProgress], None]


def tell(step: Step, done: int, total: int = 0) -> None:
    """In the reading process: says how far it is; rows only now and then."""
    if ASKED not in os.environ or (step is Step.ROWS and done % _ROWS_BETWEEN):
        return
    sys.stderr.write(f"{step} {done} {total}\n")
    sys.stderr.flush()


def heard(line: bytes) -> ReadingProgress | None:
    """What a line says; None for anything else that stands on an error stream."""
    match = _LINE.fullmatch(line.decode("ascii", errors="replace").strip())
    if match is None or match[1] not in {Step.PAGES, Step.ROWS}:
        return None
    return ReadingProgress(Step(match[1]), int(match[2]), int(match[3]))
