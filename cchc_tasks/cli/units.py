"""The commands `unit …`: list, add, rename from a day on."""

from datetime import date

import click

from cchc_tasks import wording
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
from cchc_tasks.cli.users import unit_of
from cchc_tasks.config import load_settings
from cchc_tasks.domain.periods import local_day
from cchc_tasks.domain.permissions import Role
from cchc_tasks.domain.units import UnitKind
from cchc_tasks.services import units as service
from cchc_tasks.services.units import NewUnit
from cchc_tasks.storage.queries import units as unit_queries
from cchc_tasks.wording import people as words


@click.group()
def units() -> None:
    """Đơn vị: liệt kê, thêm, đổi tên."""


@units.command("list")
@click.option("--as-of", "day", type=Day(), help="Tên gọi tại ngày này; để trống là hôm nay.")
@agency_option
@json_option
def list_all(day: date | None, agency_code: str | None, as_json: bool) -> None:
    """Liệt kê đơn vị với tên gọi tại một ngày."""
    settings = load_settings()
    with open_database(settings) as session:
        agency_id = pick_agency(session, agency_code).id
        shown_on = day or local_day(shown_now(session, settings))
        rows = unit_queries.list_units(session, agency_id, shown_on)
        members = unit_queries.members_of_groups(session, agency_id, shown_on)
    codes = {row.id: row.code for row in rows}
    if not as_json:
        print_table([(row.code, row.name, row.short_name, wording.label(row.kind)) for row in rows])
        return
    print_json(
        [
            {
                "code": row.code,
                "name": row.name,
                "short_name": row.short_name,
                "kind": row.kind.value,
                "aliases": list(row.aliases),
                "members": sorted(codes[each] for each in members.get(row.id, ()) if each in codes),
            }
            for row in rows
        ]
    )


@units.command("add")
@click.argument("name", metavar="TÊN")
@click.option("--kind", type=click.Choice([kind.value for kind in UnitKind]), default=UnitKind.DIVISION.value)
@click.option("--short-name", default="", metavar="TÊN-GỌI-TẮT")
@click.option("--code", default="", metavar="MÃ")
@click.option("--from", "valid_from", type=Day(), help="Có từ ngày; để trống là hôm nay.")
@agency_option
def add(name: str, kind: str, short_name: str, code: str, valid_from: date | None, agency_code: str | None) -> None:
    """Thêm một đơn vị."""
    settings = load_settings()
    with open_database(settings) as session:
        agency_id = pick_agency(session, agency_code).id
        now = shown_now(session, settings)
        new = NewUnit(name, UnitKind(kind), valid_from or local_day(now), short_name, code)
        unit = service.create_unit(session, new, actor=console_principal(agency_id, Role.ADMIN), now=now)
        click.echo(words.unit_made(unit.names[0].name, unit.code))


@units.command("rename")
@click.argument("unit", metavar="ĐƠN-VỊ")
@click.argument("name", metavar="TÊN-MỚI")
@click.option("--short-name", default="", metavar="TÊN-GỌI-TẮT")
@click.option("--from", "valid_from", type=Day(), required=True, help="Ngày tên mới có hiệu lực.")
@agency_option
def rename(unit: str, name: str, short_name: str, valid_from: date, agency_code: str | None) -> None:
    """Đổi tên một đơn vị từ một ngày; trước ngày đó vẫn ghi tên cũ."""
    settings = load_settings()
    with open_database(settings) as session:
        agency_id = pick_agency(session, agency_code).id
        unit_id = unit_of(session, agency_id, unit) or 0
        service.rename_unit(
            session,
            unit_id,
            version=unit_queries.get_unit(session, agency_id, unit_id).version,
            name=name,
            short_name=short_name,
            valid_from=valid_from,
            actor=console_principal(agency_id, Role.ADMIN),
            now=shown_now(session, settings),
        )
        click.echo(words.unit_renamed(name, valid_from))
