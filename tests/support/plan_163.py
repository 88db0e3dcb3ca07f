"""Plan 163 as the tests meet it: its files, its reading, and its transcription to compare with."""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from cchc_tasks.domain.plan_reading import PlanReading, read_plan
from cchc_tasks.readers import read_document

DATA = Path(__file__).resolve().parents[1] / "data"
XLSX = DATA / "plan_163.xlsx"
CSV = DATA / "plan_163_table.csv"
NUMBER = "163/KH-STTTT"
SHA256 = hashlib.sha256(XLSX.read_bytes()).hexdigest()


@cache
def reading() -> PlanReading:
    """The Excel file as read; one child process a run."""
    return read_plan(read_document(XLSX.read_bytes(), XLSX.name))


@cache
def transcription() -> dict[str, Any]:
    return json.loads((DATA / "plan_163.json").read_text(encoding="utf-8"))


def printed_tasks() -> list[dict[str, Any]]:
    """The 41 rows of the transcription, in printed order."""
    return [task for group in transcription()["groups"] for task in group["tasks"]]


def dates_of(deliverable: dict[str, Any]) -> list[str]:
    """The days a product of the transcription is due, as ISO text; empty where it has none."""
    due = deliverable["due"]
    return list(due["occurrences"]) or ([due["due_on"]] if due["due_on"] else [])
