"""Plans as .doc and .xls, made and read with LibreOffice where it is installed."""

import subprocess
from pathlib import Path
from random import Random

import pytest

from cchc_tasks.domain.plan_reading import read_plan
from cchc_tasks.exports.plan_files import plan_file
from cchc_tasks.readers import read_document
from cchc_tasks.readers.conversion import find_converter
from tests.exports.test_plan_identity import differences as export_differences
from tests.plan_generator.differences import differences
from tests.plan_generator.held import held_plan
from tests.plan_generator.layouts import choose_layout, lay_out
from tests.plan_generator.test_reading_made_plans import without_notes
from tests.plan_generator.writers import write_workbook
from tests.plan_generator.written import write_plan

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(find_converter() is None, reason="LibreOffice is not installed"),
]


def convert(paths: list[Path], ending: str) -> None:
    """All files at once: LibreOffice takes seconds to start."""
    folder = paths[0].parent
    command = [str(find_converter()), f"-env:UserInstallation=file://{folder}/profile", "--headless"]
    command += ["--convert-to", ending, "--outdir", str(folder), *map(str, paths)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)


def test_an_old_workbook_has_no_silent_difference(tmp_path, full_size):
    plans = {}
    for seed in range(8 if full_size else 2):
        random = Random(seed)
        plan, layout = write_plan(random), choose_layout(random)
        plan = plan if "note" in layout.roles else without_notes(plan)
        path = tmp_path / f"{seed}.xlsx"
        path.write_bytes(write_workbook(plan, lay_out(plan, layout), layout, random).content)
        plans[path] = plan
    convert(list(plans), "xls")

    silent = []
    for path, plan in plans.items():
        reading = read_plan(read_document(path.with_suffix(".xls").read_bytes(), "ke-hoach.xls"))
        silent += [(path.name, one) for one in differences(plan, reading) if one.is_silent]
    assert silent == []


def test_an_old_word_file_of_an_exported_plan_is_that_plan(tmp_path, full_size):
    plans = {tmp_path / f"{seed}.docx": held_plan(Random(seed)) for seed in range(6 if full_size else 2)}
    for path, plan in plans.items():
        path.write_bytes(plan_file(plan, "docx"))
    convert(list(plans), "doc")

    found = {}
    for path, plan in plans.items():
        reading = read_plan(read_document(path.with_suffix(".doc").read_bytes(), "ke-hoach.doc"))
        found[path.name] = export_differences(plan, reading)
    assert not any(found.values()), found
