"""The console command `cchc-tasks`: gathers the commands and turns expected errors into one sentence each."""

from collections.abc import Sequence
from typing import Any

import click

from cchc_tasks import __version__, wording
from cchc_tasks.cli.backup import backup, restore
from cchc_tasks.cli.count import count
from cchc_tasks.cli.db import db
from cchc_tasks.cli.demo import demo
from cchc_tasks.cli.doctor import doctor
from cchc_tasks.cli.holidays import holidays
from cchc_tasks.cli.ledger import ledger
from cchc_tasks.cli.parse import parse
from cchc_tasks.cli.plans import plans
from cchc_tasks.cli.reminders import reminders
from cchc_tasks.cli.reports import report_commands
from cchc_tasks.cli.runtime import CommandStop, NotSetUp
from cchc_tasks.cli.scheduler import scheduler
from cchc_tasks.cli.serve import serve
from cchc_tasks.cli.units import units
from cchc_tasks.cli.users import users
from cchc_tasks.config import ConfigError
from cchc_tasks.domain.errors import DomainError, UnsafeDatabase

#: One line for each command or group of commands; the name on the command line first.
COMMANDS: dict[str, click.Command] = {
    "serve": serve,
    "scheduler": scheduler,
    "demo": demo,
    "db": db,
    "backup": backup,
    "restore": restore,
    "doctor": doctor,
    "ledger": ledger,
    "plan": plans,
    "parse": parse,
    "count": count,
    "report": report_commands,
    "reminders": reminders,
    "holidays": holidays,
    "user": users,
    "unit": units,
}


class Commands(click.Group):
    """The root of all commands: an expected error is told, not traced."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ConfigError as error:
            raise NotSetUp(str(error)) from error
        except UnsafeDatabase as error:
            raise NotSetUp(wording.explain(error)) from error
        except DomainError as error:
            raise CommandStop(wording.explain(error)) from error


commands = Commands("cchc-tasks", commands=COMMANDS, help="Theo dõi kế hoạch cải cách hành chính.")
click.version_option(__version__, prog_name="cchc-tasks")(commands)


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs one command (of this process if None) and ends the process with its exit code."""
    commands.main(args=None if arguments is None else list(arguments), prog_name="cchc-tasks")


if __name__ == "__main__":
    main()
