"""A plan that goes out as a file and comes in again is the same plan, whatever was printed when it was issued."""

import csv
import re
from dataclasses import replace
from datetime import date
from io import BytesIO, StringIO
from random import Random
from zipfile import ZipFile

import openpyxl
import pytest

from cchc_tasks.domain.deadline_kinds import DeadlineKind
from cchc_tasks.domain.held_plans import HeldArea, HeldObligation, HeldPlan, HeldProduct, HeldTask
from cchc_tasks.domain.plan_reading import PlanReading, TaskReading, read_plan
from cchc_tasks.domain.plan_units import KnownUnit, plan_units
from cchc_tasks.domain.text import normalise
from cchc_tasks.domain.units import AssignedUnits, LeadBasis, UnitKind
from cchc_tasks.exports.plan_files import FORMATS, plan_export, plan_file
from cchc_tasks.exports.plans import PlanExport, plan_csv, plan_xlsx
from cchc_tasks.readers import formats, read_document
from tests.plan_generator.held import assigned_of, held_plan, held_reading
from tests.support import plan_163

LEADS = (
    "=", "+", "-", "@", "'", "\t", "＝", "＋", "－", "＠", " =", "  @", "'=", "''", "'-", "- ", "=1+1 ", "@SUM ",
)  # fmt: skip


def read_again(plan: HeldPlan, export: PlanExport, ending: str, *, read=formats.read) -> PlanReading:
    """The file as an import takes it; a CSV has no heading, so its number, date and year are typed in."""
    write, _media_type = FORMATS[ending]
    document = read(write(export), f"ke-hoach.{ending}")
    if ending == "csv":
        return read_plan(document, number=plan.number, issued_on=plan.issued_on, year=plan.year)
    return read_plan(document)


def differences(plan: HeldPlan, reading: PlanReading) -> list[tuple[object, object]]:
    """All that the plan holds beside all that was read, where they are not the same."""
    heading = reading.heading
    pairs: list[tuple[object, object]] = [
        ((plan.number, plan.issued_on, plan.year), (heading.number, heading.issued_on, heading.year)),
        ([area.name for area in plan.areas], [area.name for area in reading.areas]),
    ]
    held = [task for area in plan.areas for task in area.tasks]
    read = list(reading.tasks())
    pairs.append((len(held), len(read)))
    pairs += [pair for one, other in zip(held, read, strict=False) for pair in _task(plan, one, other)]
    return [pair for pair in pairs if pair[0] != pair[1]]


def _task(plan: HeldPlan, held: HeldTask, read: TaskReading) -> list[tuple[object, object]]:
    assignment = read.assignment
    names = [name for name in (assignment.lead, *assignment.co_leads, *assignment.coordinating) if name]
    ids = {name: plan_units([name], plan.units)[0].unit_id for name in names}
    return [
        (held.numbers, read.numbers),
        (normalise(held.text), read.text),
        ([normalise(one.text) for one in held.products], [one.text for one in read.deliverables]),
        (
            [[(owed.label, owed.due_on, owed.starts_on) for owed in one.obligations] for one in held.products],
            [[(owed.period_label, owed.due_on, owed.starts_on) for owed in one.obligations]
             for one in read.deliverables],
        ),
        (held.assigned, assigned_of(assignment, ids)),
        (normalise(held.note), read.note),
    ]  # fmt: skip


@pytest.mark.parametrize("ending", FORMATS)
def test_plan_163_comes_back_as_it_went_out(ending):
    plan = held_reading(plan_163.reading())
    export = plan_export(plan)

    assert [row.assignment for row in export.rows] == [task.assignment_text for task in plan_163.reading().tasks()]
    assert differences(plan, read_again(plan, export, ending, read=read_document)) == []


def test_random_plans_come_back_as_they_went_out_in_every_format(full_size):
    found = {}
    for seed in range(200 if full_size else 30):
        plan = held_plan(Random(seed))
        export = plan_export(plan)
        for ending in FORMATS:
            if told := differences(plan, read_again(plan, export, ending)):
                found[seed, ending] = told

    assert found == {}


@pytest.mark.parametrize("ending", FORMATS)
def test_the_same_plan_gives_the_same_parts(ending):
    plan = held_plan(Random(1))
    first, second = (plan_file(plan, ending) for _ in range(2))

    assert parts(first) == parts(second)


def parts(data: bytes) -> dict[str, bytes]:
    """What a file holds, member by member; the archive around them tells when it was packed."""
    if not data.startswith(b"PK"):
        return {"": data}
    with ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("lead", LEADS)
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_x3_a_text_that_looks_like_a_formula_stays_a_text_in_every_field(lead, ending):
    risky = f"{lead}Rà soát"
    product = HeldProduct(None, risky, (HeldObligation("", DeadlineKind.DATE, date(2021, 6, 30)),))
    unit = KnownUnit(1, "Văn phòng Sở", UnitKind.OFFICE)
    assigned = AssignedUnits(1, LeadBasis.INFERRED)
    tasks = (
        HeldTask(("1.1",), risky, (product,), assigned, note=risky),
        HeldTask((), risky, (replace(product, ordinal="1"), product), assigned, assignment_text=risky),
    )
    area = HeldArea("1", risky.strip(), tasks)
    plan = HeldPlan("1/KH-SNV", date(2021, 1, 4), 2021, "KẾ HOẠCH NĂM 2021", "SỞ NỘI VỤ", "", (area,), (unit,))
    export = plan_export(plan)

    if ending == "xlsx":
        book = openpyxl.load_workbook(BytesIO(plan_xlsx(export)))
        assert {cell.data_type for row in book.active.iter_rows() for cell in row if cell.value is not None} == {"s"}
    else:
        rows = list(csv.reader(StringIO(plan_csv(export).decode("utf-8-sig"))))
        assert not [cell for row in rows for cell in row if re.match(r"\s*[=+\-@＝＋－＠\t\r]", cell)]
    reading = read_again(plan, export, ending)
    first, second = reading.tasks()
    assert [first.text, first.note, first.deliverables[0].text] == [normalise(risky)] * 3
    assert [second.text, *(one.text for one in second.deliverables)] == [normalise(risky)] * 3
    assert reading.areas[0].name == normalise(risky)
