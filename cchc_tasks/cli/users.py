"""The commands `user …`: the first administrator, people, one-time links."""

from datetime import date, datetime, timedelta
from pathlib import Path

import click
from sqlalchemy.orm import Session

from cchc_tasks import wording
from cchc_tasks.cli.runtime import (
    CommandStop,
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
from cchc_tasks.config import Settings, load_settings, prepare_instance, read_secret_key
from cchc_tasks.domain.accounts import AccountTrouble, InvalidAccount
from cchc_tasks.domain.errors import NotFound
from cchc_tasks.domain.links import LinkPurpose, link_address
from cchc_tasks.domain.people_table import read_people
from cchc_tasks.domain.periods import local_day
from cchc_tasks.domain.permissions import Role
from cchc_tasks.domain.text import fold
from cchc_tasks.readers import read_document
from cchc_tasks.services import people as service
from cchc_tasks.services import people_import
from cchc_tasks.services.people import LinkTerms, NewMembership, NewPerson
from cchc_tasks.storage.models import Person
from cchc_tasks.storage.queries import people as people_queries
from cchc_tasks.storage.queries import units as unit_queries
from cchc_tasks.wording import people as words
from cchc_tasks.wording.core import format_instant


@click.group()
def users() -> None:
    """Người dùng: quản trị đầu tiên, thêm, nhập từ bảng, khóa, đường dẫn một lần."""


def terms(settings: Settings, valid_for: timedelta) -> LinkTerms:
    return LinkTerms(read_secret_key(settings), valid_for, real_now())


def tell_link(settings: Settings, token_id: int, purpose: LinkPurpose, expires_at: datetime) -> None:
    address = link_address(settings.public_base_url, read_secret_key(settings), token_id, purpose)
    click.echo(words.open_link(address, format_instant(expires_at)))


@users.command("first-admin")
@click.option("--agency-code", required=True, metavar="MÃ", help="Mã của cơ quan, ví dụ stttt.")
@click.option("--agency-name", default="", metavar="TÊN", help="Tên cơ quan ban hành, khi tạo cơ quan mới.")
@click.option("--parent-name", default="", metavar="TÊN", help="Tên cơ quan chủ quản, in trên tên cơ quan.")
@click.option("--place", default="", metavar="NƠI", help="Địa danh ghi đầu văn bản.")
@click.option("--email", required=True, metavar="THƯ", help="Thư điện tử của quản trị; cũng là tên đăng nhập.")
def first_admin(agency_code: str, agency_name: str, parent_name: str, place: str, email: str) -> None:
    """Tạo cơ quan (nếu chưa có) và quản trị đầu tiên; in đường dẫn dùng một lần để đặt mật khẩu."""
    settings = load_settings()
    prepare_instance(settings)
    with open_database(settings) as session:
        made = service.create_first_admin(
            session,
            agency_code=agency_code,
            agency_name=agency_name or agency_code,
            parent_name=parent_name,
            place=place,
            email=email,
            terms=terms(settings, timedelta(minutes=settings.reset_token_minutes)),
        )
    tell_link(settings, made.token_id, LinkPurpose.FIRST_ADMIN, made.expires_at)


@users.command("add")
@click.option("--email", required=True, metavar="THƯ")
@click.option("--name", required=True, metavar="TÊN")
@click.option("--role", "role_text", required=True, metavar="VAI-TRÒ", help="Ví dụ: Trưởng đơn vị, Chuyên viên.")
@click.option("--unit", "unit_text", metavar="ĐƠN-VỊ", help="Tên, tên gọi tắt hoặc mã của đơn vị.")
@click.option("--title", default="", metavar="CHỨC-DANH")
@agency_option
def add(email: str, name: str, role_text: str, unit_text: str | None, title: str, agency_code: str | None) -> None:
    """Thêm một người; thư mời được xếp hàng để gửi."""
    settings = load_settings()
    with open_database(settings) as session:
        agency_id = pick_agency(session, agency_code).id
        now = shown_now(session, settings)
        membership = NewMembership(role_of(role_text), unit_of(session, agency_id, unit_text), local_day(now))
        person = service.invite(
            session,
            NewPerson(name, email, title, memberships=(membership,)),
            actor=console_principal(agency_id, Role.ADMIN),
            now=now,
            terms=terms(settings, timedelta(days=settings.invitation_days)),
        )
        click.echo(words.invited(person.name, person.email))


def role_of(text: str) -> Role:
    found = words.roles_by_word().get(fold(text))
    if found is None:
        raise InvalidAccount(AccountTrouble.ROLE_UNKNOWN, "role", text=text)
    return found


def unit_of(session: Session, agency_id: int, text: str | None) -> int | None:
    if not text:
        return None
    found = unit_queries.spellings(session, agency_id).get(fold(text))
    if found is None:
        raise InvalidAccount(AccountTrouble.UNIT_UNKNOWN, "unit", text=text)
    return found


@users.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="TỆP")
@click.option("--dry-run", is_flag=True, help="Chỉ kiểm tra, không ghi gì.")
@agency_option
def import_file(file: Path, dry_run: bool, agency_code: str | None) -> None:
    """Nhập người từ bảng XLSX hoặc CSV: có lỗi ở một dòng thì không ghi dòng nào."""
    settings = load_settings()
    rows = read_people(read_document(file.read_bytes(), file.name))
    with open_database(settings) as session:
        actor = console_principal(pick_agency(session, agency_code).id, Role.ADMIN)
        now, roles = shown_now(session, settings), words.roles_by_word()
        if dry_run:
            outcomes = people_import.check_rows(session, rows, roles=roles, actor=actor, now=now)
        else:
            link_terms = terms(settings, timedelta(days=settings.invitation_days))
            outcomes = people_import.import_people(session, rows, roles=roles, actor=actor, now=now, terms=link_terms)
    troubles = [(each.row.row, wording.explain(error)) for each in outcomes for error in each.troubles]
    if troubles:
        raise CommandStop("\n".join(words.row_trouble(row, text) for row, text in troubles))
    click.echo(words.would_import(len(outcomes)) if dry_run else words.imported(len(outcomes)))


@users.command("list")
@agency_option
@json_option
def list_all(agency_code: str | None, as_json: bool) -> None:
    """Liệt kê người dùng theo thứ tự tên."""
    settings = load_settings()
    with open_database(settings) as session:
        agency_id = pick_agency(session, agency_code).id
        today = local_day(shown_now(session, settings))
        names = unit_queries.short_names_on(session, agency_id, today)
        people = people_queries.list_people(session, agency_id)
    lines = [(person, roles_on(person, names, today)) for person in people]
    if as_json:
        print_json([facts_of(person, roles) for person, roles in lines])
    else:
        print_table([(person.name, person.email, "; ".join(roles), state_of(person)) for person, roles in lines])


def roles_on(person: Person, unit_names: dict[int, str], day: date) -> list[str]:
    held = [each for each in person.memberships if each.value().holds_on(day)]
    return [words.role_in_words(each.role, unit_names.get(each.unit_id or 0, "")) for each in held]


def state_of(person: Person) -> str:
    return words.account_state(is_active=person.is_active, has_password=person.password_hash is not None)[0]


def facts_of(person: Person, roles: list[str]) -> dict[str, object]:
    return {
        "name": person.name,
        "email": person.email,
        "roles": roles,
        "is_active": person.is_active,
        "has_password": person.password_hash is not None,
    }


@users.command("disable")
@click.argument("email", metavar="THƯ")
def disable(email: str) -> None:
    """Khóa một tài khoản: phiên đăng nhập và đường dẫn của người đó kết thúc ngay."""
    set_active(email, is_active=False)


@users.command("enable")
@click.argument("email", metavar="THƯ")
def enable(email: str) -> None:
    """Mở lại một tài khoản đã khóa."""
    set_active(email, is_active=True)


def set_active(email: str, *, is_active: bool) -> None:
    settings = load_settings()
    with open_database(settings) as session:
        person = people_queries.find_by_email(session, email)
        if person is None:
            raise NotFound(email=email)
        changed = service.set_active(
            session,
            person.id,
            is_active=is_active,
            actor=console_principal(person.agency_id, Role.ADMIN),
            now=shown_now(session, settings),
            real_now=real_now(),
        )
        click.echo(words.activity_changed(changed.name, changed.is_active))


@users.command("link")
@click.argument("email", metavar="THƯ")
def link(email: str) -> None:
    """In đường dẫn dùng một lần để đặt mật khẩu, cho người không nhận được thư."""
    settings = load_settings()
    with open_database(settings) as session:
        made = service.make_link(session, email, terms=terms(settings, timedelta(minutes=settings.reset_token_minutes)))
    tell_link(settings, made.token_id, made.purpose, made.expires_at)
