"""The commands `plan …`: import a file (or only try it), list, export in the shape of the original."""

import hashlib
from datetime import date
from pathlib import Path

import click
from sqlalchemy.orm import Session

from cchc_tasks import wording
from cchc_tasks.cli.amending import AmendOptions, amend_from_file, amend_options, difference_lines
from cchc_tasks.cli.count import find_plan
from cchc_tasks.cli.runtime import (
    CommandStop,
    Day,
    agency_option,
    console_principal,
    json_option,
    open_database,
    pick_agency,
    print_json,
    print_table,
    real_now,
    shown_now,
)
from cchc_tasks.config import Settings, load_settings
from cchc_tasks.domain.errors import Invalid, Refused, RefusedReason
from cchc_tasks.domain.periods import local_day
from cchc_tasks.domain.permissions import Role
from cchc_tasks.domain.plan_reading import PlanReading, read_plan, reading_json
from cchc_tasks.domain.state_difference import state_notes
from cchc_tasks.exports import plan_files
from cchc_tasks.readers import read_document
from cchc_tasks.services import amendments, staging
from cchc_tasks.services.held_plans import held_plan
from cchc_tasks.storage.models import AmendmentKind
from cchc_tasks.storage.queries import plans as plan_queries
from cchc_tasks.wording import amendments as amendment_words
from cchc_tasks.wording import format_date, taking_over
from cchc_tasks.wording import plans as words
from cchc_tasks.wording.reading import doubt_place, doubt_reading, doubt_sentence


@click.group()
def plans() -> None:
    """Kế hoạch: nhập từ tệp, liệt kê."""


@plans.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="TỆP")
@click.option("--number", metavar="SỐ", help="Số, ký hiệu kế hoạch, cho tệp không có phần đầu.")
@click.option("--issued-on", type=Day(), help="Ngày ban hành, cho tệp không có phần đầu.")
@click.option("--year", type=click.IntRange(2000, 2100), metavar="NĂM", help="Năm của kế hoạch.")
@click.option("--dry-run", is_flag=True, help="Chỉ đọc thử: không cần cơ sở dữ liệu, không ghi gì.")
@click.option("--create-units", is_flag=True, help="Tạo các đơn vị chưa có trong hệ thống.")
@amend_options
@agency_option
@json_option
def import_plan(
    file: Path,
    number: str | None,
    issued_on: date | None,
    year: int | None,
    dry_run: bool,
    create_units: bool,
    amend: bool,
    plan_number: str | None,
    effective_on: date | None,
    subject: str,
    supplement: bool,
    agency_code: str | None,
    as_json: bool,
) -> None:
    """Nhập kế hoạch từ tệp .docx, .xlsx hoặc .csv; nhập lần nữa không thay đổi gì.

    Với --amend, tệp là bản điều chỉnh; --number và --issued-on là của văn bản điều chỉnh.
    """
    if amend:
        options = AmendOptions(plan_number, number, issued_on, effective_on, subject, supplement, dry_run, create_units)
        for line in amend_from_file(load_settings(), file, agency_code, options):
            click.echo(line)
        return
    data = file.read_bytes()
    today = local_day(real_now())
    reading = read_plan(read_document(data, file.name), number=number, issued_on=issued_on, year=year, today=today)
    state = None
    if not dry_run:
        sha256 = hashlib.sha256(data).hexdigest()
        state = _bring_in(load_settings(), reading, sha256, agency_code, create_units=create_units)
    if as_json:
        print_json(reading_json(reading) | ({} if state is None else {"is_new": state == words.PLAN_IMPORTED}))
        return
    for line in _summary(reading):
        click.echo(line)
    click.echo(words.NOTHING_WRITTEN if state is None else state)


def _bring_in(
    settings: Settings, reading: PlanReading, sha256: str, agency_code: str | None, *, create_units: bool
) -> str:
    """Imports everything as read and says what came of it; a plan that is there already is no error."""
    with open_database(settings) as session:
        agency_id = pick_agency(session, agency_code).id
        try:
            staging.import_directly(
                session,
                reading,
                sha256=sha256,
                create_units=create_units,
                actor=console_principal(agency_id, Role.OFFICE),
                now=shown_now(session, settings),
            )
        except Refused as error:
            if error.reason is not RefusedReason.PLAN_EXISTS:
                raise
            return _there_already(session, reading, error, agency_id, settings)
        except Invalid as error:
            if error.facts.get("what") != "unit":
                raise
            names = error.facts["names"]
            raise CommandStop(words.units_missing(names if isinstance(names, tuple) else ())) from error
    return words.PLAN_IMPORTED


def _there_already(session: Session, reading: PlanReading, error: Refused, agency_id: int, settings: Settings) -> str:
    """That the plan is there, and, where the file says something else, what it says and how to record it."""
    found = amendments.difference_of(
        session,
        int(str(error.facts["plan_id"])),
        reading,
        kind=AmendmentKind.REVISED,
        actor=console_principal(agency_id, Role.OFFICE),
        now=shown_now(session, settings),
    )
    lines = difference_lines(found) if found.changed or state_notes(found) else []
    lines += [amendment_words.HOW_TO_AMEND] if found.changed else []
    return "\n".join([wording.explain(error), *lines])


def _summary(reading: PlanReading) -> list[str]:
    """What was read, for a person: the head, the figures, the days, all that is to be confirmed."""
    heading, counts = reading.heading, reading.counts()
    lines = [words.plan_name(heading.number or "?", heading.issued_on) if heading.issued_on else heading.number or "?"]
    lines += [heading.title or "", words.counts_line(counts)]
    lines += [f"  {format_date(day)}: {count}" for day, count in reading.by_due_on().items()]
    lines.append(taking_over.counts_words(reading))
    lines.append(words.to_confirm_line(len(reading.to_confirm)))
    for doubt in reading.to_confirm:
        printed = " ".join(doubt.text.split())
        lines.append(f"  {doubt_place(doubt)}: “{printed}” → {doubt_reading(doubt)}. {doubt_sentence(doubt)}")
    return [line for line in lines if line]


@plans.command("export")
@click.argument("number", metavar="SỐ")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True, metavar="TỆP")
@click.option("--issued-on", type=Day(), help="Ngày ban hành, khi có nhiều kế hoạch cùng số.")
@agency_option
def export(number: str, output: Path, issued_on: date | None, agency_code: str | None) -> None:
    """Xuất kế hoạch ra .docx, .xlsx hoặc .csv, bảng theo mẫu của văn bản."""
    settings, ending = load_settings(), output.suffix.lower().removeprefix(".")
    if ending not in plan_files.FORMATS:
        raise click.UsageError(words.EXPORT_ENDINGS)
    with open_database(settings) as session:
        agency = pick_agency(session, agency_code)
        plan = find_plan(session, agency.id, number, issued_on)
        value = held_plan(session, agency, plan.id, today=local_day(shown_now(session, settings)))
    output.write_bytes(plan_files.plan_file(value, ending))
    click.echo(words.exported(output.name, sum(len(area.tasks) for area in value.areas)))


@plans.command("list")
@agency_option
@json_option
def list_plans(agency_code: str | None, as_json: bool) -> None:
    """Liệt kê các kế hoạch của cơ quan."""
    with open_database(load_settings()) as session:
        rows = plan_queries.list_plans(session, pick_agency(session, agency_code).id)
    if as_json:
        print_json(
            [
                {
                    "number": row.number,
                    "issued_on": row.issued_on.isoformat(),
                    "title": row.title,
                    "year": row.year,
                    "kind": row.kind.value,
                    "areas": row.areas,
                    "tasks": row.tasks,
                    "deliverables": row.deliverables,
                    "obligations": row.obligations,
                    "done": row.done,
                    "unresolved_leads": row.open_leads,
                }
                for row in rows
            ]
        )
        return
    print_table(
        [
            (row.number, format_date(row.issued_on), words.plan_line(row.tasks, row.obligations, row.done))
            for row in rows
        ]
    )
