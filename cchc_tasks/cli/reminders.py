"""The commands `reminders status`, `reminders run` and `reminders bounce`."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any, BinaryIO

import click

from cchc_tasks import factory
from cchc_tasks.cli.runtime import check_schema
from cchc_tasks.config import load_settings, prepare_instance
from cchc_tasks.domain.periods import VIETNAM, start_of_day
from cchc_tasks.mail.delivery_reports import read_reports
from cchc_tasks.services import bounces, scheduling
from cchc_tasks.wording.mail import age_words

#: More of a mailbox is not read at once.
LONGEST_MAILBOX = 64 * 1024 * 1024


@contextmanager
def open_worker() -> Iterator[Any]:
    """A worker on this installation's database, closed at the end."""
    settings = load_settings()
    prepare_instance(settings)
    worker = factory.make_worker(settings)
    try:
        check_schema(worker.engine)
        yield worker
    finally:
        worker.engine.dispose()


@click.group()
def reminders() -> None:
    """Nhắc việc: tình trạng gửi thư, chạy một lượt."""


@reminders.command()
@click.option("--json", "as_json", is_flag=True, help="In dạng JSON cho máy đọc.")
def status(as_json: bool) -> None:
    """In tình trạng; mã thoát khác 0 khi bộ lập lịch ngừng quá 15 phút hoặc có thư gửi lỗi."""
    with open_worker() as worker, worker.session() as session:
        health = scheduling.health(session, now=worker.real_now(), shown_at=worker.shown_now())
    if as_json:
        ages = {"last_tick_seconds": health.last_tick_age, "oldest_unsent_seconds": health.oldest_unsent_age}
        values = {name: None if age is None else int(age.total_seconds()) for name, age in ages.items()}
        click.echo(json.dumps({**values, "dead": health.dead_count, "is_quiet": health.is_quiet}))
    else:
        click.echo(f"Bộ lập lịch chạy lần cuối: {_ago(health.last_tick_age)}")
        click.echo(f"Thư chờ lâu nhất: {_ago(health.oldest_unsent_age)}")
        click.echo(f"Thư gửi lỗi: {health.dead_count}")
    if health.is_quiet or health.dead_count:
        sys.exit(1)


def _ago(age: timedelta | None) -> str:
    return "không có" if age is None else f"{age_words(int(age.total_seconds() // 60))} trước"


@reminders.command()
@click.option("--at", "at_text", help="Thời điểm ISO, ví dụ 2021-03-10T07:00; không ghi múi giờ là giờ Việt Nam.")
def run(at_text: str | None) -> None:
    """Chạy một lượt: gom dòng đến hạn, gửi thư đang chờ."""
    with open_worker() as worker:
        rounds, outcomes = worker.run_at(worker.shown_now() if at_text is None else parse_instant(at_text))
    lines, digests = sum(each.lines for each in rounds), sum(each.digests for each in rounds)
    sent = sum(outcome.value == "sent" for outcome in outcomes)
    click.echo(f"{lines} dòng mới, {digests} thư mới, {sent} thư đã gửi, {len(outcomes) - sent} thư không gửi.")


def parse_instant(text: str) -> datetime:
    """An ISO instant in UTC; without a zone it is Vietnamese time, a bare day is its start."""
    try:
        if len(text) == len("2021-03-10"):
            return start_of_day(date.fromisoformat(text))
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(f"“{text}” không phải thời điểm. Ghi dạng 2021-03-10T07:00.") from error
    return (instant if instant.tzinfo else instant.replace(tzinfo=VIETNAM)).astimezone(UTC)


@reminders.command()
@click.argument("file", type=click.File("rb"), default="-")
def bounce(file: BinaryIO) -> None:
    """Ghi nhận báo cáo không gửi được (DSN) từ tệp thư, hộp thư mbox, hoặc từ máy chủ thư qua đầu vào chuẩn."""
    found = read_reports(file.read(LONGEST_MAILBOX))
    with open_worker() as worker, worker.session() as session:
        now = worker.shown_now()
        noted = sum(
            bounces.note(
                session,
                message_ids=each.message_ids,
                action=each.action,
                status=each.status,
                diagnostic=each.diagnostic,
                now=now,
            )
            for each in found
        )
    click.echo(f"{len(found)} báo cáo, ghi nhận {noted}.")
