"""A plan as a file for people: Word, Excel or CSV, by the ending of its name."""

import re
from collections.abc import Callable

from cchc_tasks.domain.held_plans import HeldPlan
from cchc_tasks.domain.text import one_line
from cchc_tasks.exports.plan_rows import plan_rows
from cchc_tasks.exports.plan_word import plan_docx
from cchc_tasks.exports.plans import PlanExport, plan_csv, plan_xlsx
from cchc_tasks.wording import plans as words

#: Endings with what writes them and their media type.
FORMATS: dict[str, tuple[Callable[[PlanExport], bytes], str]] = {
    "docx": (plan_docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xlsx": (plan_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "csv": (plan_csv, "text/csv; charset=utf-8"),
}
_UNSAFE = re.compile(r'[\\/:*?"<>|\s.]+')


def plan_export(plan: HeldPlan) -> PlanExport:
    """The plan as its table is printed; its year is in the title, from which an import takes it."""
    return PlanExport(
        parent_name=plan.parent_name.upper(),
        agency_name=plan.agency_name.upper(),
        title=words.printed_title(one_line(plan.title), plan.year),
        reference=words.issued_with(plan.number, plan.issued_on, plan.agency_name),
        issued_on=plan.issued_on,
        rows=plan_rows(plan),
    )


def plan_file(plan: HeldPlan, ending: str) -> bytes:
    """The file; `ending` is one of `FORMATS`."""
    write, _media_type = FORMATS[ending]
    return write(plan_export(plan))


def file_stem(plan: HeldPlan) -> str:
    """The name of the file without its ending: "Kế hoạch 163-KH-STTTT"."""
    return _UNSAFE.sub(" ", words.file_stem(plan.number.replace("/", "-"))).strip()
