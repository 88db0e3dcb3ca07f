"""The report forms that come with the package: TOML files beside the code."""

from functools import cache
from pathlib import Path

from cchc_tasks.domain.reports.form_reading import parse_form
from cchc_tasks.domain.reports.forms import Form

FOLDER = Path(__file__).resolve().parent.parent / "report_forms"


@cache
def shipped_forms() -> tuple[Form, ...]:
    """Every shipped form, by code and version. A damaged file raises `InvalidForm`; a guard test keeps that away."""
    forms = [parse_form(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.toml"))]
    return tuple(sorted(forms, key=lambda form: (form.code, form.version)))
