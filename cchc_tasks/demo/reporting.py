"""The demo's report of quý I: begun by the office, its rows given to units, some of them answered already."""

import tomllib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from cchc_tasks.demo.settlement import Settled, person_on
from cchc_tasks.demo.story import DATA, instant
from cchc_tasks.domain.errors import NotFound
from cchc_tasks.domain.periods import local_day
from cchc_tasks.domain.permissions import Principal
from cchc_tasks.domain.reports.forms import Form
from cchc_tasks.domain.reports.sheet import frame_values
from cchc_tasks.services import report_answers, reports
from cchc_tasks.services.regimes import regime_of
from cchc_tasks.services.report_answers import Answer
from cchc_tasks.services.report_forms import find_known
from cchc_tasks.services.report_sheets import default_frame
from cchc_tasks.storage.models import Report
from cchc_tasks.storage.queries import reports as queries


def prepare_report(session: Session, settled: Settled) -> None:
    """Begins the report and tells its answers, unless the agency has one."""
    if queries.list_reports(session, settled.agency_id):
        return
    told = tomllib.loads((DATA / "report.toml").read_text(encoding="utf-8"))
    at = instant(told["at"])
    office = person_on(session, settled, told["by"], local_day(at))
    report = _begin(session, told, office, at)
    form = find_known(session, settled.agency_id, told["form"])
    units = _owners(form, told["owners"], settled)
    reports.assign_rows(session, report.id, units, version=report.version, actor=office, now=at)
    for each in told["answers"]:
        at = instant(each["at"])
        answers = [Answer(key, printed, each["note"]) for key, printed in each["values"].items()]
        actor = person_on(session, settled, each["by"], local_day(at))
        report_answers.answer(session, report.id, answers, actor=actor, now=at)


def _begin(session: Session, told: Mapping[str, Any], office: Principal, at: datetime) -> Report:
    period = regime_of(session, office.agency_id).period(told["year"], told["period"])
    if period is None:
        raise NotFound(what="period", id=told["period"])
    report = reports.begin(
        session, told["form"], reports.usual_period(period), title=told["title"], actor=office, now=at
    )
    frame = frame_values(default_frame(session, office.agency_id, kind="BC")) | told["frame"]
    return reports.set_frame(session, report.id, version=report.version, frame=frame, actor=office, now=at)


def _owners(form: Form, owners: Mapping[str, str], settled: Settled) -> dict[str, int | None]:
    """The unit of each row that takes an answer, by the beginning of its key."""
    return {
        row.key: settled.unit_ids[code]
        for row in form.value_rows
        for beginning, code in owners.items()
        if row.key.startswith(f"{beginning}.")
    }
