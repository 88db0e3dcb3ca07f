"""Plans of every shape and format are read as they were written, or say where they may not have been."""

import os
from dataclasses import replace
from random import Random

import pytest

from cchc_tasks.domain.grid import SourceDocument
from cchc_tasks.domain.plan_reading import read_plan
from cchc_tasks.readers import formats, pasted
from cchc_tasks.readers.guessed_encoding import converted_by_statistics
from tests.plan_generator.differences import differences
from tests.plan_generator.layouts import GridCell, choose_layout, lay_out
from tests.plan_generator.writers import WRITERS, File, slipped
from tests.plan_generator.written import WrittenPlan, write_plan

FULL = os.environ.get("CCHC_FAULTS") == "full"
COUNT = 504 if FULL else 60
FORMATS = tuple(WRITERS)


def read(file: File) -> SourceDocument:
    """By the same functions as the reading process; five hundred process starts would test the machine."""
    if isinstance(file.content, str):
        return converted_by_statistics(pasted.read_pasted(file.content.encode()))
    return converted_by_statistics(formats.read(file.content, file.name))


def without_notes(plan: WrittenPlan) -> WrittenPlan:
    areas = tuple((name, tuple(replace(task, note="") for task in tasks)) for name, tasks in plan.areas)
    return replace(plan, areas=areas)


def made(seed: int):
    """A plan, its layout and the file it was written to; the seed tells the format too."""
    random = Random(seed)
    plan = write_plan(random)
    layout = choose_layout(random)
    if "note" not in layout.roles:
        plan = without_notes(plan)
    grids = lay_out(plan, layout)
    if random.random() < 0.5:
        for grid in grids:
            grid.cells = [replace(cell, text=slipped(cell.text, random)) for cell in grid.cells]
    assert all(isinstance(cell, GridCell) for grid in grids for cell in grid.cells)
    return plan, layout, WRITERS[FORMATS[seed % len(FORMATS)]](plan, grids, layout, random)


@pytest.mark.faults
@pytest.mark.parametrize("seed", range(COUNT), ids=lambda seed: f"{FORMATS[seed % len(FORMATS)]}-{seed}")
def test_a_made_plan_has_no_silent_difference(seed):
    plan, layout, file = made(seed)

    reading = read_plan(read(file))

    found = differences(plan, reading)
    for one in found:
        print("listed" if not one.is_silent else "SILENT", one)
    assert [one for one in found if one.is_silent] == [], layout
