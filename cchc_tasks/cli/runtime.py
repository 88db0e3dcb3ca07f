"""What every command needs: a database of the right schema, the agency meant, the time, and who acts."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import click
from sqlalchemy import Engine, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from cchc_tasks.config import Settings
from cchc_tasks.domain.periods import VIETNAM, last_instant
from cchc_tasks.domain.permissions import Membership, Principal, Role
from cchc_tasks.paths import MIGRATIONS
from cchc_tasks.services import clock
from cchc_tasks.storage.db import make_engine
from cchc_tasks.storage.migrate import found_revision, wanted_revision
from cchc_tasks.storage.models import Agency
from cchc_tasks.wording import console as words

#: Options that several commands have, in the same words.
agency_option = click.option("--agency", "agency_code", metavar="MÃ", help="Cơ quan, khi có nhiều cơ quan.")
json_option = click.option("--json", "as_json", is_flag=True, help="In dạng JSON cho máy đọc.")


class CommandStop(click.ClickException):
    """Ends a command with one Vietnamese sentence on stderr and exit code 1: what was asked cannot be done."""

    def show(self, file: Any = None) -> None:
        click.echo(self.format_message(), file=file, err=file is None)


class NotSetUp(CommandStop):
    """Exit code 2: configuration or database are not as this version needs them."""

    exit_code = 2


@contextmanager
def open_database(settings: Settings) -> Iterator[Session]:
    """A session as the application has it; refuses a database of another schema version, or none."""
    engine = make_engine(settings.database_url)
    try:
        check_schema(engine)
        with Session(engine, expire_on_commit=False, autoflush=False) as session:
            yield session
    finally:
        engine.dispose()


def check_schema(engine: Engine) -> None:
    """Stops unless the database has exactly the schema that this version knows (RELIABILITY O6)."""
    try:
        found = found_revision(engine)
    except SQLAlchemyError as error:
        raise NotSetUp(words.no_database(str(error.__cause__ or error))) from error
    wanted = wanted_revision(MIGRATIONS)
    if found != wanted:
        raise NotSetUp(words.other_schema(found, wanted))


def pick_agency(session: Session, code: str | None) -> Agency:
    """The agency with that code, or the only one."""
    agencies = session.scalars(select(Agency).order_by(Agency.code)).all()
    found = [agency for agency in agencies if code is None or agency.code.lower() == code.lower()]
    if len(found) != 1:
        raise CommandStop(words.which_agency([agency.code for agency in agencies], code))
    return found[0]


def console_principal(agency_id: int, *roles: Role) -> Principal:
    """Whoever may run commands on the server, acting within one agency: in the ledger it is nobody's entry.

    The services ask it for its roles like anybody; without `roles` it may only read.
    """
    memberships = tuple(Membership(role, None, date.min) for role in roles or (Role.VIEWER,))
    return Principal(None, agency_id, memberships, name=words.CONSOLE)


def real_now() -> datetime:
    """The clock of this machine, in UTC."""
    return datetime.now(UTC)


def shown_now(session: Session, settings: Settings) -> datetime:
    """The instant that work is recorded at: the demo's where it has a clock of its own."""
    return clock.shown_now(session, real_now()) if settings.demo else real_now()


class Day(click.ParamType):
    """A civil date, as 2021-03-14 or 14/3/2021."""

    name = "NGÀY"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            if "/" in value:
                day, month, year = (int(part) for part in value.split("/"))
                return date(year, month, day)
            return date.fromisoformat(value)
        except ValueError:
            self.fail(words.no_date(value), param, ctx)


class Instant(click.ParamType):
    """An instant: ISO with or without a zone (then Vietnamese time); a bare date means the end of that day."""

    name = "THỜI-ĐIỂM"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            if "/" in value or len(value) <= len("2021-03-14"):
                return last_instant(Day().convert(value, param, ctx))
            instant = datetime.fromisoformat(value)
        except ValueError:
            self.fail(words.no_instant(value), param, ctx)
        return (instant if instant.tzinfo else instant.replace(tzinfo=VIETNAM)).astimezone(UTC)


def print_json(value: object) -> None:
    """One JSON value, with its Vietnamese letters readable."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def print_table(rows: Sequence[Sequence[str]]) -> None:
    """Columns parted by tabs, for people and for `cut`."""
    for row in rows:
        click.echo("\t".join(row))
