"""The four real reports as data: read once, with the form that each was printed on."""

import json
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from cchc_tasks.domain.reports.cells import Cell, parse_cell
from cchc_tasks.domain.reports.forms import Form
from cchc_tasks.storage.report_forms import shipped_forms

DATA = Path(__file__).resolve().parents[2] / "data" / "reports"
FORM_OF = {
    "tuyen-quang-stttt-2021-q1": "tuyen-quang-so-nganh",
    "quang-binh-sxd-2021-q1": "quang-binh-so-nganh",
    "soc-trang-stttt-2023-nam": "soc-trang-so-nganh",
    "quang-ngai-skhcn-2021-6t": "quang-ngai-so-nganh",
}
ROWS = {
    "tuyen-quang-stttt-2021-q1": 115,
    "quang-binh-sxd-2021-q1": 121,
    "soc-trang-stttt-2023-nam": 185,
    "quang-ngai-skhcn-2021-6t": 121,
}
SLUGS = list(FORM_OF)


@cache
def report_of(slug: str) -> dict[str, Any]:
    return json.loads((DATA / f"{slug}.json").read_text(encoding="utf-8"))


def rows_of(slug: str) -> list[dict[str, Any]]:
    return report_of(slug)["form"]["rows"]


def form_of(slug: str) -> Form:
    return next(form for form in shipped_forms() if form.code == FORM_OF[slug])


def cells_of(slug: str) -> dict[str, Cell]:
    form = form_of(slug)
    return {
        row["indicator"]: parse_cell(
            row["value_raw"], form.by_key[row["indicator"]].value_type, form.by_key[row["indicator"]].choices
        )
        for row in rows_of(slug)
    }


def notes_of(slug: str) -> dict[str, str]:
    return {row["indicator"]: row["note"] for row in rows_of(slug) if row["note"]}


def decimal_of(value: float | int | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))
