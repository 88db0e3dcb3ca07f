"""Plans as .doc and .xls, made and read with LibreOffice where it is installed."""

import subprocess
from random import Random

import pytest

from cchc_tasks.domain.plan_reading import read_plan
from cchc_tasks.readers import read_document
from cchc_tasks.readers.conversion import find_converter
from tests.plan_generator.differences import differences
from tests.plan_generator.layouts import choose_layout, lay_out
from tests.plan_generator.test_reading_made_plans import without_notes
from tests.plan_generator.writers import write_word, write_workbook
from tests.plan_generator.written import write_plan

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(find_converter() is None, reason="LibreOffice is not installed"),
]
WRITERS = {"doc": write_word, "xls": write_workbook}


@pytest.mark.parametrize("ending", WRITERS)
def test_an_old_office_file_has_no_silent_difference(ending, tmp_path, full_size):
    plans = {}
    for seed in range(8 if full_size else 2):
        random = Random(seed)
        plan, layout = write_plan(random), choose_layout(random)
        plan = plan if "note" in layout.roles else without_notes(plan)
        path = tmp_path / f"{seed}.{ending}x"
        path.write_bytes(WRITERS[ending](plan, lay_out(plan, layout), layout, random).content)
        plans[path] = plan
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [str(find_converter()), profile, "--headless", "--convert-to", ending, "--outdir", str(tmp_path)]
    subprocess.run([*command, *map(str, plans)], check=True, capture_output=True, timeout=120)

    silent = []
    for path, plan in plans.items():
        reading = read_plan(read_document(path.with_suffix(f".{ending}").read_bytes(), f"ke-hoach.{ending}"))
        silent += [(path.name, one) for one in differences(plan, reading) if one.is_silent]
    assert silent == []
