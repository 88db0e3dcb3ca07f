"""A plan that goes out as a file and comes in again is the same plan, text for text and day for day."""

from random import Random

import pytest

from cchc_tasks.domain.plan_reading import PlanReading, read_plan, reading_json
from cchc_tasks.exports.plans import PlanExport, PrintedRow, plan_csv, plan_xlsx, products_cell, task_cell
from cchc_tasks.readers import read_document
from tests.plan_generator.written import WrittenTask, write_plan
from tests.support import plan_163

WRITERS = {".csv": plan_csv, ".xlsx": plan_xlsx}


def exported(reading: PlanReading) -> PlanExport:
    """The plan of a reading as its export."""
    rows = tuple(
        PrintedRow(
            ordinal=str(area.ordinal),
            area=area.name,
            task=task_cell(str(area.ordinal), task.numbers, task.text),
            products=products_cell([(each.ordinal, each.text) for each in task.deliverables]),
            assignment=task.assignment_text,
            time=task.time_text,
            note=task.note,
        )
        for area in reading.areas
        for task in area.tasks
    )
    return PlanExport("UBND TỈNH GIA LAI", "SỞ NỘI VỤ", "KẾ HOẠCH CẢI CÁCH HÀNH CHÍNH", "", rows)


def read_again(reading: PlanReading, ending: str) -> PlanReading:
    data = WRITERS[ending](exported(reading))
    heading = reading.heading
    document = read_document(data, f"ke-hoach{ending}")
    return read_plan(document, number=heading.number, issued_on=heading.issued_on, year=heading.year)


def made(seed: int) -> PlanReading:
    """A random plan as it stands after its import."""
    written = write_plan(Random(seed))
    rows = [
        PrintedRow(str(place), area, f"{number}. {task.text}", _products(task), _units(task), task.time.text, task.note)
        for place, (area, tasks) in enumerate(written.areas, start=1)
        for number, task in enumerate(tasks, start=1)
    ]
    data = plan_csv(PlanExport("", "", "", "", tuple(rows)))
    document = read_document(data, "ke-hoach.csv")
    return read_plan(document, number=written.number, issued_on=written.issued_on, year=written.year)


def _products(task: WrittenTask) -> str:
    marks = {"": "", "-": "- "}
    numbered = (f"{n}. " if task.marks == "1" else marks[task.marks] for n in range(1, len(task.products) + 1))
    return "\n".join(f"{mark}{text}" for mark, text in zip(numbered, task.products, strict=True))


def _units(task: WrittenTask) -> str:
    helpers = f" chủ trì, phối hợp với {', '.join(task.coordinating)}" if task.coordinating else ""
    return f"{task.lead}{helpers}"


def differences(before: PlanReading, after: PlanReading) -> list[tuple[str, object, object]]:
    """What the plan says and owes. Not its doubts: a product cut out of a paragraph goes out on a line of its own."""
    first, second = reading_json(before), reading_json(after)
    pairs = [(name, first[name], second[name]) for name in ("counts", "by_due_on")]
    tasks = zip(first["tasks"], second["tasks"], strict=False)
    pairs += [(name, one[name], other[name]) for one, other in tasks for name in one]
    return [pair for pair in pairs if pair[1] != pair[2]]


@pytest.mark.parametrize("ending", WRITERS)
def test_plan_163_comes_back_as_it_went_out(ending):
    reading = plan_163.reading()

    assert differences(reading, read_again(reading, ending)) == []


@pytest.mark.parametrize("ending", WRITERS)
def test_random_plans_come_back_as_they_went_out(full_size, ending):
    found = {}
    for seed in range(200 if full_size else 10):
        reading = made(seed)
        assert reading.counts().tasks > 0
        if told := differences(reading, read_again(reading, ending)):
            found[seed] = told

    assert found == {}
