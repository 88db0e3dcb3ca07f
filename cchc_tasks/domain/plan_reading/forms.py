"""A plan reading as plain data: the answer of a dry run, and the form in which a staged import is kept."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from cchc_tasks.domain.assignments import assignment_from_dict, assignment_to_dict
from cchc_tasks.domain.deadlines import deadline_from_dict, deadline_to_dict
from cchc_tasks.domain.grid import Place
from cchc_tasks.domain.plan_reading.model import (
    AreaReading,
    DeliverableReading,
    Doubt,
    DoubtReason,
    Heading,
    ObligationReading,
    PlanReading,
    TaskReading,
)
from cchc_tasks.domain.plan_reading.progress import Paper, Progress, Stage


def reading_json(reading: PlanReading) -> dict[str, Any]:
    """The answer of `plan import --dry-run --json`. Source: DESIGN §6."""
    heading = reading.heading
    return {
        "heading": {
            "number": heading.number,
            "issued_on": _iso(heading.issued_on),
            "title": heading.title,
            "agency": heading.agency,
        },
        "counts": asdict(reading.counts()),
        "by_due_on": {day.isoformat(): count for day, count in reading.by_due_on().items()},
        "to_confirm": [
            {"where": doubt.where, "text": doubt.text, "reading": doubt.reading, "reason": str(doubt.reason)}
            for doubt in reading.to_confirm
        ],
        "tasks": [_task_json(area, task) for area in reading.areas for task in area.tasks],
    }


def reading_to_dict(reading: PlanReading) -> dict[str, Any]:
    """All of a reading, for `json`; `reading_from_dict` is the inverse."""
    heading = reading.heading
    return {
        "heading": {**asdict(heading), "issued_on": _iso(heading.issued_on)},
        "areas": [
            {"ordinal": area.ordinal, "name": area.name, "tasks": [_task_to_dict(task) for task in area.tasks]}
            for area in reading.areas
        ],
        "to_confirm": [{**asdict(doubt), "reason": str(doubt.reason)} for doubt in reading.to_confirm],
    }


def reading_from_dict(value: Mapping[str, Any]) -> PlanReading:
    """A reading out of what `reading_to_dict` made."""
    heading = {**value["heading"], "issued_on": _date(value["heading"]["issued_on"])}
    return PlanReading(
        heading=Heading(**heading),
        areas=tuple(
            AreaReading(area["ordinal"], area["name"], tuple(_task_from_dict(task) for task in area["tasks"]))
            for area in value["areas"]
        ),
        to_confirm=tuple(Doubt(**{**doubt, "reason": DoubtReason(doubt["reason"])}) for doubt in value["to_confirm"]),
    )


def _task_json(area: AreaReading, task: TaskReading) -> dict[str, Any]:
    assignment = task.assignment
    return {
        "area": area.name,
        "numbers": list(task.numbers),
        "text": task.text,
        "deliverables": [
            {
                "text": deliverable.text,
                "dates": [_iso(one.due_on) for one in deliverable.obligations if one.due_on is not None],
                **_progress_to_dict(deliverable.progress),
            }
            for deliverable in task.deliverables
        ],
        "assignment_text": task.assignment_text,
        "lead": assignment.lead,
        "lead_basis": str(assignment.lead_basis),
        "co_leads": list(assignment.co_leads),
        "coordinating": list(assignment.coordinating),
        "time_text": task.time_text,
        "note": task.note or None,
    }


def _task_to_dict(task: TaskReading) -> dict[str, Any]:
    return {
        "row_id": task.row_id,
        "numbers": list(task.numbers),
        "text": task.text,
        "deliverables": [
            {
                "ordinal": one.ordinal,
                "text": one.text,
                "deadline": deadline_to_dict(one.deadline),
                "obligations": [
                    {"period_label": owed.period_label, "due_on": _iso(owed.due_on), "starts_on": _iso(owed.starts_on)}
                    for owed in one.obligations
                ],
                "responsible": list(one.responsible),
                **_progress_to_dict(one.progress),
            }
            for one in task.deliverables
        ],
        "assignment": assignment_to_dict(task.assignment),
        "assignment_text": task.assignment_text,
        "time_text": task.time_text,
        "note": task.note,
        "source": asdict(task.source),
    }


def _task_from_dict(value: Mapping[str, Any]) -> TaskReading:
    return TaskReading(
        row_id=value["row_id"],
        numbers=tuple(value["numbers"]),
        text=value["text"],
        deliverables=tuple(_deliverable_from_dict(one) for one in value["deliverables"]),
        assignment=assignment_from_dict(value["assignment"]),
        assignment_text=value["assignment_text"],
        time_text=value["time_text"],
        note=value["note"],
        source=Place(**value["source"]),
    )


def _deliverable_from_dict(value: Mapping[str, Any]) -> DeliverableReading:
    return DeliverableReading(
        ordinal=value["ordinal"],
        text=value["text"],
        deadline=deadline_from_dict(value["deadline"]),
        obligations=tuple(
            ObligationReading(one["period_label"], _date(one["due_on"]), _date(one["starts_on"]))
            for one in value["obligations"]
        ),
        responsible=tuple(value["responsible"]),
        progress=_progress_from_dict(value.get("progress")),
    )


def _progress_to_dict(progress: Progress | None) -> dict[str, Any]:
    """A key of its own where the document has columns of progress; plans have none."""
    if progress is None:
        return {}
    paper = progress.paper
    return {
        "progress": {
            "text": progress.text,
            "stage": str(progress.stage),
            "done_on": _iso(progress.done_on),
            "paper": None if paper is None else {"number": paper.number, "issued_on": _iso(paper.issued_on)},
        }
    }


def _progress_from_dict(value: Mapping[str, Any] | None) -> Progress | None:
    if value is None:
        return None
    paper = value["paper"]
    return Progress(
        text=value["text"],
        stage=Stage(value["stage"]),
        done_on=_date(value["done_on"]),
        paper=None if paper is None else Paper(paper["number"], _date(paper["issued_on"])),
    )


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _date(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
