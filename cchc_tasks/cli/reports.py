"""The commands `report …`: build the report of a period, freeze it, show its drift, write its files."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from cchc_tasks.cli.runtime import (
    CommandStop,
    agency_option,
    console_principal,
    json_option,
    open_database,
    pick_agency,
    print_json,
    print_table,
    shown_now,
)
from cchc_tasks.config import load_settings
from cchc_tasks.domain.permissions import Principal, Role
from cchc_tasks.domain.reports.causes import Cause
from cchc_tasks.domain.reports.checks import open_findings
from cchc_tasks.domain.reports.frozen import FigureDrift
from cchc_tasks.domain.reports.sheet import Sheet
from cchc_tasks.exports.report_sheets import FORMATS
from cchc_tasks.services import report_submission, reports
from cchc_tasks.services.regimes import regime_of
from cchc_tasks.services.report_drift import Explained, explain
from cchc_tasks.services.report_figures import compute_report, drift_of, findings_of
from cchc_tasks.services.report_forms import find_known, known_forms
from cchc_tasks.services.report_sheets import sheet_of
from cchc_tasks.storage.models import Report
from cchc_tasks.storage.queries import reports as queries
from cchc_tasks.wording import report_console as words
from cchc_tasks.wording.drift_causes import cause_sentence
from cchc_tasks.wording.report_members import member_words, report_title
from cchc_tasks.wording.reports import finding_sentence


@dataclass(frozen=True, slots=True)
class Console:
    """What a command about reports works with."""

    session: Session
    agency_id: int
    now: datetime

    def actor(self, role: Role) -> Principal:
        return console_principal(self.agency_id, role)


@contextmanager
def opened(agency_code: str | None) -> Iterator[Console]:
    settings = load_settings()
    with open_database(settings) as session:
        agency = pick_agency(session, agency_code)
        yield Console(session, agency.id, shown_now(session, settings))


def about_a_report(command: Callable[..., None]) -> Callable[..., None]:
    """The arguments that name a report."""

    @click.argument("form_code", metavar="BIỂU-MẪU")
    @click.argument("period_key", metavar="KỲ")
    @click.option("--year", type=int, required=True, help="Năm của báo cáo.")
    @agency_option
    @wraps(command)
    def with_arguments(*args: Any, **values: Any) -> None:
        command(*args, **values)

    return with_arguments


@click.group("report")
def report_commands() -> None:
    """Lập, trình, đối chiếu và xuất báo cáo cải cách hành chính."""


@report_commands.command("forms")
@agency_option
def list_forms(agency_code: str | None) -> None:
    """Liệt kê các biểu mẫu đang dùng được."""
    with opened(agency_code) as console:
        print_table([(form.reference, form.name) for form in known_forms(console.session, console.agency_id)])


@report_commands.command()
@about_a_report
@json_option
def build(form_code: str, period_key: str, year: int, agency_code: str | None, as_json: bool) -> None:
    """Bắt đầu báo cáo của kỳ nếu chưa có, rồi in số liệu và những chỗ cần xử lý."""
    with opened(agency_code) as console:
        report = _find(console, form_code, period_key, year) or _begin(console, form_code, period_key, year)
        office = console.actor(Role.OFFICE)
        told = compute_report(console.session, report, actor=office, now=console.now, describe=member_words)
        accepted = queries.acceptances_of(console.session, report)
        still_open = open_findings(findings_of(console.session, told), accepted)
        sheet = _sheet(console, report)
    sentences = [finding_sentence(each, told.form) for each in still_open]
    if as_json:
        print_json(_as_values(sheet, sentences))
        return
    click.echo(words.head(sheet.title, sheet.window[1], words.DRAFT if sheet.is_draft else words.SUBMITTED))
    print_table([(row.code, row.label, figure.printed) for row, figure in _rows(sheet) if figure.printed])
    for line in sentences or [words.NO_FINDINGS]:
        click.echo(line)


def _begin(console: Console, form_code: str, period_key: str, year: int) -> Report:
    regime = regime_of(console.session, console.agency_id)
    period = regime.period(year, period_key)
    if period is None:
        raise CommandStop(words.no_period(period_key, [each.key for each in regime.periods(year)]))
    return reports.begin(
        console.session,
        find_known(console.session, console.agency_id, form_code).code,
        reports.usual_period(period),
        title=report_title(period_key, year),
        actor=console.actor(Role.OFFICE),
        now=console.now,
    )


def _find(console: Console, form_code: str, period_key: str, year: int) -> Report | None:
    return queries.find_report(console.session, console.agency_id, form_code, period_key, year)


def _get(console: Console, form_code: str, period_key: str, year: int) -> Report:
    report = _find(console, form_code, period_key, year)
    if report is None:
        raise CommandStop(words.no_report(form_code, period_key, year))
    return report


def _sheet(console: Console, report: Report) -> Sheet:
    actor = console.actor(Role.OFFICE)
    return sheet_of(console.session, report.id, actor=actor, now=console.now, describe=member_words)


def _rows(sheet: Sheet) -> Iterator[tuple[Any, Any]]:
    figures = {figure.key: figure for figure in sheet.figures}
    return ((row, figures[row.key]) for row in sheet.form.rows if row.key in figures)


def _as_values(sheet: Sheet, sentences: list[str]) -> dict[str, object]:
    return {
        "form": sheet.form.reference,
        "period": sheet.period_key,
        "year": sheet.year,
        "cut_off": sheet.window[1].isoformat(),
        "is_draft": sheet.is_draft,
        "sha256": sheet.sha256,
        "rows": [
            {
                "key": row.key,
                "code": row.code,
                "printed": figure.printed,
                "computed": figure.computed if figure.is_computed else None,
                "counted": [member.id for member in figure.counted],
            }
            for row, figure in _rows(sheet)
        ],
        "findings": sentences,
    }


@report_commands.command()
@about_a_report
def freeze(form_code: str, period_key: str, year: int, agency_code: str | None) -> None:
    """Trình báo cáo: chốt số liệu, danh sách, quy tắc và mã băm."""
    with opened(agency_code) as console:
        report = _get(console, form_code, period_key, year)
        report_submission.submit(
            console.session,
            report.id,
            version=report.version,
            actor=console.actor(Role.LEADER),
            now=console.now,
            describe=member_words,
        )
        stored = queries.snapshot_of(console.session, report)
    click.echo(words.submitted(stored.sha256 if stored else ""))


@report_commands.command()
@about_a_report
@json_option
def drift(form_code: str, period_key: str, year: int, agency_code: str | None, as_json: bool) -> None:
    """So báo cáo đã trình với số liệu hiện nay: số nào đổi, vì đâu, kế hoạch và đơn vị có gì mới."""
    with opened(agency_code) as console:
        report = _get(console, form_code, period_key, year)
        frozen, moved, told = drift_of(
            console.session, report, actor=console.actor(Role.OFFICE), now=console.now, describe=member_words
        )
        explained = explain(console.session, report, frozen, moved)
    if as_json:
        print_json({"figures": [_drifted(each, explained) for each in moved], "events": _said(explained.events)})
        return
    for each in moved:
        click.echo(words.drifted(told.form.by_key[each.key].number, each.then, each.now))
        for member in (*each.entered, *each.left):
            click.echo(words.moved(member.text or member.id, is_in=member in each.entered))
            for sentence in _said(explained.members[member.id]):
                click.echo(words.cause(sentence))
    for line in [] if moved else [words.NO_DRIFT]:
        click.echo(line)
    for sentence in _said(explained.events):
        click.echo(sentence)


def _drifted(moved: FigureDrift, explained: Explained) -> dict[str, object]:
    return {
        "key": moved.key,
        "then": moved.then,
        "now": moved.now,
        "entered": [member.id for member in moved.entered],
        "left": [member.id for member in moved.left],
        "why": {member.id: _said(explained.members[member.id]) for member in (*moved.entered, *moved.left)},
    }


def _said(causes: Iterable[Cause]) -> list[str]:
    return [cause_sentence(each) for each in causes]


@report_commands.command()
@about_a_report
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="Tệp .docx, .xlsx hoặc .pdf.")
def export(form_code: str, period_key: str, year: int, agency_code: str | None, output: Path) -> None:
    """Ghi báo cáo ra tệp Word, Excel hoặc PDF."""
    write = FORMATS.get(output.suffix.lower().lstrip("."))
    if write is None:
        raise CommandStop(words.unknown_ending(output.name, [f".{ending}" for ending in FORMATS]))
    with opened(agency_code) as console:
        data = write(_sheet(console, _get(console, form_code, period_key, year)))
    output.write_bytes(data)
