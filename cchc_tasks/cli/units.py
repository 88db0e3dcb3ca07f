"""The commands `unit …`: list, add, rename from a day on, create, merge, split, abolish by a decision."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import click
from sqlalchemy.orm import Session

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
from cchc_tasks.domain.reorganisations import ReorganisationKind
from cchc_tasks.domain.text import fold
from cchc_tasks.domain.units import UnitKind
from cchc_tasks.services import reorganising
from cchc_tasks.services import units as service
from cchc_tasks.services.reorganising import DecisionPaper, Order, Successor
from cchc_tasks.services.units import NewUnit
from cchc_tasks.storage.queries import reorganisations as reorganisation_queries
from cchc_tasks.storage.queries import units as unit_queries
from cchc_tasks.wording import people as words
from cchc_tasks.wording import units as unit_words


@click.group()
def units() -> None:
    """Đơn vị: liệt kê, thêm, đổi tên, thành lập, sáp nhập, chia tách, giải thể."""


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
@click.option("--number", metavar="SỐ", help="Số, ký hiệu của quyết định; thiếu thì chỉ sửa tên, không ghi quyết định.")
@click.option("--issued-on", type=Day(), help="Ngày ban hành quyết định.")
@click.option("--subject", metavar="TRÍCH-YẾU", default="Về việc đổi tên đơn vị", show_default=True)
@agency_option
def rename(
    unit: str,
    name: str,
    short_name: str,
    valid_from: date,
    number: str | None,
    issued_on: date | None,
    subject: str,
    agency_code: str | None,
) -> None:
    """Đổi tên một đơn vị từ một ngày; trước ngày đó vẫn ghi tên cũ."""
    if (number is None) is not (issued_on is None):
        raise click.UsageError("Quyết định cần cả --number và --issued-on.")
    if number is not None and issued_on is not None:
        new = NewUnit(name, UnitKind.DIVISION, valid_from, short_name)
        record_decision(
            lambda session, agency_id: Order(
                ReorganisationKind.RENAME,
                DecisionPaper(number, issued_on, subject),
                valid_from,
                (unit_of(session, agency_id, unit) or 0,),
                (Successor(new=new),),
            ),
            agency_code=agency_code,
        )
        click.echo(words.unit_renamed(name, valid_from))
        return
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


def record_decision(make_order: Callable[[Session, int], Order], *, agency_code: str | None) -> None:
    """Records a decision of the chosen agency."""
    settings = load_settings()
    with open_database(settings) as session:
        agency_id = pick_agency(session, agency_code).id
        now = shown_now(session, settings)
        order = make_order(session, agency_id)
        reorganising.record(session, order, actor=console_principal(agency_id, Role.ADMIN), now=now)


def decision_options(command: Callable[..., None]) -> Callable[..., None]:
    """The document of a decision, its day of effect, and whether it is only looked at."""
    for option in (
        click.option("--number", required=True, metavar="SỐ", help="Số, ký hiệu của quyết định."),
        click.option("--issued-on", type=Day(), required=True, help="Ngày ban hành."),
        click.option("--subject", required=True, metavar="TRÍCH-YẾU"),
        click.option("--from", "effective_on", type=Day(), required=True, help="Ngày có hiệu lực."),
        click.option("--dry-run", is_flag=True, help="Chỉ in những gì sẽ chuyển, không ghi."),
        agency_option,
    ):
        command = option(command)
    return command


@units.command("create")
@click.argument("name", metavar="TÊN")
@click.option("--kind", type=click.Choice([kind.value for kind in UnitKind if kind is not UnitKind.GROUP]))
@click.option("--short-name", default="", metavar="TÊN-GỌI-TẮT")
@decision_options
def create(
    name: str,
    kind: str | None,
    short_name: str,
    number: str,
    issued_on: date,
    subject: str,
    effective_on: date,
    dry_run: bool,
    agency_code: str | None,
) -> None:
    """Thành lập một đơn vị theo một quyết định."""
    if dry_run:
        click.echo(unit_words.would_move({}))
        return
    new = NewUnit(name, UnitKind(kind or UnitKind.DIVISION), effective_on, short_name)
    order = Order(
        ReorganisationKind.CREATE,
        DecisionPaper(number, issued_on, subject),
        effective_on,
        successors=(Successor(new=new),),
    )
    record_decision(lambda _session, _agency_id: order, agency_code=agency_code)
    click.echo(unit_words.created(name, effective_on))


@units.command("merge")
@click.argument("old", nargs=-1, required=True, metavar="ĐƠN-VỊ…")
@click.option("--into", required=True, metavar="ĐƠN-VỊ", help="Đơn vị kế thừa; tên chưa có thì lập đơn vị mới.")
@decision_options
def merge(old: tuple[str, ...], into: str, **decision: Any) -> None:
    """Sáp nhập, hợp nhất các đơn vị theo một quyết định."""
    run_decision(ReorganisationKind.MERGE, old, (into,), **decision)


@units.command("split")
@click.argument("old", metavar="ĐƠN-VỊ")
@click.option("--into", required=True, multiple=True, metavar="ĐƠN-VỊ", help="Ghi nhiều lần; cái đầu kế thừa việc.")
@decision_options
def split(old: str, into: tuple[str, ...], **decision: Any) -> None:
    """Chia, tách một đơn vị; từng nhiệm vụ chọn nơi chuyển ở trang Đơn vị."""
    run_decision(ReorganisationKind.SPLIT, (old,), into, **decision)


@units.command("abolish")
@click.argument("old", metavar="ĐƠN-VỊ")
@click.option("--into", metavar="ĐƠN-VỊ", help="Đơn vị nhận việc; để trống thì việc chưa có người chịu trách nhiệm.")
@decision_options
def abolish(old: str, into: str | None, **decision: Any) -> None:
    """Giải thể một đơn vị theo một quyết định."""
    run_decision(ReorganisationKind.ABOLISH, (old,), (into,) if into else (), **decision)


def run_decision(
    kind: ReorganisationKind,
    old: Sequence[str],
    into: Sequence[str],
    *,
    number: str,
    issued_on: date,
    subject: str,
    effective_on: date,
    dry_run: bool,
    agency_code: str | None,
) -> None:
    """Records a decision, or prints what it would move."""
    settings = load_settings()
    with open_database(settings) as session:
        agency_id = pick_agency(session, agency_code).id
        now = shown_now(session, settings)
        known = unit_queries.spellings(session, agency_id)
        order = Order(
            kind,
            DecisionPaper(number, issued_on, subject),
            effective_on,
            tuple(unit_of(session, agency_id, each) or 0 for each in old),
            tuple(successor(each, known, effective_on) for each in into),
        )
        if dry_run:
            print_moves(session, agency_id, order)
            return
        reorganising.record(session, order, actor=console_principal(agency_id, Role.ADMIN), now=now)
        click.echo(unit_words.recorded(effective_on, effective_on <= local_day(now)))


def successor(text: str, known: Mapping[str, int], day: date) -> Successor:
    """The unit of that name, or a new phòng of that name."""
    unit_id = known.get(fold(text))
    return Successor(unit_id) if unit_id is not None else Successor(new=NewUnit(text, UnitKind.DIVISION, day))


def print_moves(session: Session, agency_id: int, order: Order) -> None:
    """What would pass on: tasks with how much of them is open, roles, groups."""
    names = unit_queries.names_on(session, agency_id, order.effective_on)
    tasks = reorganisation_queries.moving_tasks(session, agency_id, order.from_ids, order.effective_on)
    roles = reorganisation_queries.moving_roles(session, agency_id, order.from_ids, order.effective_on)
    groups = reorganisation_queries.groups_of(session, agency_id, order.from_ids, order.effective_on)
    facts = {
        "tasks": len(tasks),
        "obligations": sum(task.open_count for task in tasks),
        "people": len({role.person_id for role in roles}),
        "groups": len({group.group_id for group in groups}),
    }
    click.echo(unit_words.would_move(facts))
    print_table([(task.row_id, task.text, str(task.open_count)) for task in tasks])
    print_table([(role.name, words.role_in_words(Role(role.role), names.get(role.unit_id, ""))) for role in roles])
