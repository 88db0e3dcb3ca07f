"""What the office says to the doubts about progress: which answers fit, and the progress as an answer leaves it."""

from dataclasses import replace
from datetime import date

from cchc_tasks.domain.errors import Invalid
from cchc_tasks.domain.plan_reading import (
    DeliverableReading,
    DoubtReason,
    Paper,
    PlanReading,
    Progress,
    Stage,
    TaskReading,
)
from cchc_tasks.domain.plan_reading.progress import read_paper
from cchc_tasks.domain.text import one_line

#: Doubts about progress: asked only of lists that have its columns.
PROGRESS_DOUBTS = frozenset(reason for reason in DoubtReason if reason.value.startswith("progress_"))


def not_taken(progress: Progress) -> Progress:
    """Nothing is recorded of it: the work begins here as every other."""
    return replace(progress, stage=Stage.TODO, done_on=None, paper=None, is_waived=False, period=None)


def under_way(progress: Progress) -> Progress:
    """In hand, and not yet done."""
    return replace(not_taken(progress), stage=Stage.DOING)


def finished(progress: Progress, *, done_on: date | None, paper_words: str, period: int | None) -> Progress:
    """Done on the day given, or read; with the document given, or read, or by the office's choice without one.

    Raises `Invalid` where there is no day, or the words name no document with its day of issue.
    """
    day = done_on or progress.done_on
    if day is None:
        raise Invalid(what="progress_day")
    paper = progress.paper
    if one_line(paper_words):
        paper = read_paper(paper_words)
        if paper is None or paper.issued_on is None:
            raise Invalid(what="progress_paper", phrase=one_line(paper_words))
    if paper is not None and paper.issued_on is None:
        paper = None
    return replace(progress, stage=Stage.DONE, done_on=day, paper=paper, is_waived=paper is None, period=period)


def paper_on_day(progress: Progress) -> Paper | None:
    """A document without a day, dated on the day of completion: an answer to offer, never a reading."""
    paper = progress.paper
    if paper is None or paper.issued_on is not None or progress.done_on is None:
        return None
    return replace(paper, issued_on=progress.done_on)


def period_of(deliverable: DeliverableReading) -> int | None:
    """The period that a completion of recurring work is for by its day: the first that was not over yet."""
    progress = deliverable.progress
    if progress is None or progress.done_on is None:
        return None
    due = [(owed.due_on, place) for place, owed in enumerate(deliverable.obligations) if owed.due_on is not None]
    return next((place for day, place in sorted(due) if day >= progress.done_on), None)


def progress_at(task: TaskReading, place: int | None) -> Progress | None:
    """The progress that a doubt is about: of one product, or the statement that a row's products share."""
    chosen = task.deliverables if place is None else task.deliverables[place : place + 1]
    return next((each.progress for each in chosen if each.progress is not None), None)


def taken_over(deliverable: DeliverableReading) -> tuple[int, Progress] | None:
    """Which obligation of the product (from 0) has a progress that can be recorded; None where nothing is.

    Source: DESIGN rule 4: a completion needs its day, and a document or the reason why there is none.
    """
    progress = deliverable.progress
    if progress is None or not progress.is_complete:
        return None
    place = progress.period if len(deliverable.obligations) > 1 else 0
    return None if place is None or place >= len(deliverable.obligations) else (place, progress)


def count_taken_over(reading: PlanReading) -> dict[Stage, int]:
    """How many products come with a progress that will be recorded, and (UNCLEAR) with one that will not."""
    counts = dict.fromkeys((Stage.DONE, Stage.DOING, Stage.UNCLEAR), 0)
    for task in reading.tasks():
        for each in task.deliverables:
            found = taken_over(each)
            if found is not None:
                counts[found[1].stage] += 1
            elif each.progress is not None and each.progress.stage is not Stage.TODO:
                counts[Stage.UNCLEAR] += 1
    return counts
