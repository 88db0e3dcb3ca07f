"""What `plan import` does with a plan that is there already: tells the difference, and with --amend applies it."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from cchc_tasks.cli.count import find_plan
from cchc_tasks.cli.runtime import CommandStop, Day, console_principal, open_database, pick_agency, shown_now
from cchc_tasks.config import Settings
from cchc_tasks.domain.errors import Invalid, Refused, RefusedReason
from cchc_tasks.domain.permissions import Role
from cchc_tasks.domain.plan_difference import PlanDifference
from cchc_tasks.domain.plan_reading import PlanReading, read_plan
from cchc_tasks.domain.state_difference import state_notes
from cchc_tasks.readers import read_document
from cchc_tasks.services import amendments
from cchc_tasks.services.amendments import AmendingDocument
from cchc_tasks.storage.models import AmendmentKind, Plan
from cchc_tasks.wording import amendments as words
from cchc_tasks.wording import plans as plan_words
from cchc_tasks.wording import taking_over


@dataclass(frozen=True, slots=True)
class AmendOptions:
    """What the command was told of an amendment; `number` and `issued_on` are the amending document's."""

    plan: str | None
    number: str | None
    issued_on: date | None
    effective_on: date | None
    subject: str
    is_supplement: bool
    dry_run: bool
    create_units: bool

    @property
    def kind(self) -> AmendmentKind:
        return AmendmentKind.SUPPLEMENT if self.is_supplement else AmendmentKind.REVISED

    def document(self) -> AmendingDocument:
        if not self.number or self.issued_on is None or self.effective_on is None:
            raise click.UsageError(words.AMEND_NEEDS)
        return AmendingDocument(self.kind, self.number, self.issued_on, self.effective_on, self.subject)


def amend_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of an amendment."""
    for option in (
        click.option("--amend", is_flag=True, help="Tệp là bản điều chỉnh của kế hoạch đã có."),
        click.option("--plan", "plan_number", metavar="SỐ", help="Kế hoạch được điều chỉnh, khi tệp không ghi số."),
        click.option("--effective-on", type=Day(), help="Ngày điều chỉnh có hiệu lực."),
        click.option("--subject", default="", metavar="TRÍCH YẾU", help="Trích yếu văn bản điều chỉnh."),
        click.option("--supplement", is_flag=True, help="Văn bản chỉ bổ sung, sửa đổi: việc không nêu thì giữ nguyên."),
    ):
        command = option(command)
    return command


def amend_from_file(settings: Settings, file: Path, agency_code: str | None, options: AmendOptions) -> list[str]:
    """Lines that tell the difference; it is applied unless this is a dry run."""
    data = file.read_bytes()
    document = None if options.dry_run else options.document()
    with open_database(settings) as session:
        agency_id = pick_agency(session, agency_code).id
        who: dict[str, Any] = {"actor": console_principal(agency_id, Role.OFFICE), "now": shown_now(session, settings)}
        plan, reading = _plan_and_reading(session, agency_id, data, file, options)
        found = amendments.difference_of(session, plan.id, reading, kind=options.kind, **who)
        lines = difference_lines(found)
        if document is None or not found.changed:
            return [*lines, plan_words.NOTHING_WRITTEN]
        sha256 = hashlib.sha256(data).hexdigest()
        _apply(session, plan.id, reading, document, sha256, options, who)
    return [*lines, words.AMENDED]


def _plan_and_reading(
    session: Session, agency_id: int, data: bytes, file: Path, options: AmendOptions
) -> tuple[Plan, PlanReading]:
    content = read_document(data, file.name)
    if options.plan is not None:
        plan = find_plan(session, agency_id, options.plan, None)
        return plan, read_plan(content, number=plan.number, issued_on=plan.issued_on, year=plan.year)
    reading = read_plan(content)
    if not reading.heading.number:
        raise CommandStop(words.PLAN_UNKNOWN)
    return find_plan(session, agency_id, reading.heading.number, reading.heading.issued_on), reading


def _apply(
    session: Session,
    plan_id: int,
    reading: PlanReading,
    document: AmendingDocument,
    sha256: str,
    options: AmendOptions,
    who: dict[str, Any],
) -> None:
    try:
        amendments.amend(
            session, plan_id, reading, document=document, sha256=sha256, create_units=options.create_units, **who
        )
    except Refused as error:
        if error.reason is RefusedReason.QUESTIONS_OPEN:
            raise CommandStop(words.DO_NOT_MATCH) from error
        raise
    except Invalid as error:
        names = error.facts.get("names")
        if error.facts.get("what") != "unit" or not isinstance(names, tuple):
            raise
        raise CommandStop(plan_words.units_missing(names)) from error


def difference_lines(found: PlanDifference) -> list[str]:
    """The difference for a person: how much, then each change; rows that could be one of several."""
    lines = [words.summary(found)]
    lines += [f"  {words.change_line(row, change)}" for row in found.changed for change in row.changes]
    notes = state_notes(found)
    if notes:
        lines += [taking_over.STATES_DIFFER + ":", *(f"  {taking_over.state_line(note)}" for note in notes)]
        lines.append(taking_over.STATES_STAY)
    return [*lines, words.DO_NOT_MATCH] if found.asked else lines
