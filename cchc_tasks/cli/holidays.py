"""The commands `holidays …`: list a year, correct a day, undo a correction."""

from datetime import date

import click

from cchc_tasks.cli.runtime import (
    Day,
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
from cchc_tasks.domain.holidays import DayEffect
from cchc_tasks.domain.permissions import Role
from cchc_tasks.services import holidays as service
from cchc_tasks.services.holidays import ListedDay
from cchc_tasks.wording import reminders as words
from cchc_tasks.wording.core import format_weekday

#: What is typed for each effect.
EFFECTS = {"off": DayEffect.OFF, "working": DayEffect.WORKING, "undo": DayEffect.AS_KNOWN}


@click.group()
def holidays() -> None:
    """Ngày nghỉ, ngày làm bù: liệt kê, chỉnh theo thông báo chính thức."""


@holidays.command("list")
@click.argument("year", metavar="NĂM", type=click.IntRange(1980, 2090))
@agency_option
@json_option
def list_year(year: int, agency_code: str | None, as_json: bool) -> None:
    """Liệt kê ngày nghỉ, ngày làm bù của một năm, kể cả chỉnh sửa của cơ quan."""
    with open_database(load_settings()) as session:
        days = service.list_year(session, pick_agency(session, agency_code).id, year)
    if as_json:
        print_json([_plain(each) for each in days])
    else:
        print_table([(format_weekday(each.day), _state(each), _name(each)) for each in days])


def _plain(each: ListedDay) -> dict[str, object]:
    return {
        "day": each.day.isoformat(),
        "is_working": each.is_working,
        "name": _name(each),
        "is_corrected": each.correction is not None,
    }


def _state(each: ListedDay) -> str:
    return words.DAY_EFFECTS[DayEffect.WORKING if each.is_working else DayEffect.OFF]


def _name(each: ListedDay) -> str:
    return each.correction.reason if each.correction else each.name or words.WORKED_INSTEAD


@holidays.command("set")
@click.argument("day", type=Day())
@click.argument("effect", type=click.Choice(sorted(EFFECTS)))
@click.option("--reason", required=True, help="Văn bản hoặc lý do, ví dụ 12729/VPCP-KGVX.")
@agency_option
def set_day(day: date, effect: str, reason: str, agency_code: str | None) -> None:
    """Ghi một ngày là nghỉ (off), làm việc (working), hoặc bỏ chỉnh sửa trước (undo)."""
    settings = load_settings()
    with open_database(settings) as session:
        actor = console_principal(pick_agency(session, agency_code).id, Role.OFFICE)
        service.set_day(session, day, EFFECTS[effect], reason=reason, actor=actor, now=shown_now(session, settings))
    click.echo(f"{format_weekday(day)}: {words.DAY_EFFECTS[EFFECTS[effect]]}.")
