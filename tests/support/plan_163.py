"""Plan 163 as the tests meet it: its files, its reading, and its transcription to compare with."""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from cchc_tasks.domain.plan_reading import PlanReading, read_plan
from cchc_tasks.readers import read_document
from cchc_tasks.services import staging
from cchc_tasks.storage.models import Plan
from tests.factories import NOW, Office, make_office, principal_of
from tests.support.prepared import prepared

DATA = Path(__file__).resolve().parents[1] / "data"
XLSX = DATA / "plan_163.xlsx"
CSV = DATA / "plan_163_table.csv"
NUMBER = "163/KH-STTTT"
SHA256 = hashlib.sha256(XLSX.read_bytes()).hexdigest()


@cache
def reading() -> PlanReading:
    """The Excel file as read; one child process a run."""
    return read_plan(read_document(XLSX.read_bytes(), XLSX.name))


def entered(session: Session) -> tuple[Office, Plan]:
    """An office and its plan 163, entered at `NOW` without a review, with the units that it names."""

    def enter() -> tuple[Office, Plan]:
        office = make_office(session)
        session.commit()
        actor = principal_of(session, office.people["office"])
        return office, staging.import_directly(
            session, reading(), sha256=SHA256, create_units=True, actor=actor, now=NOW
        )

    return prepared(session, "office with plan 163", enter)


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
