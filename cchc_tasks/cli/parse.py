"""The commands `parse …`: how the grammar reads a time phrase, an assignment, a document reference."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TextIO

import click

from cchc_tasks.cli.runtime import CommandStop
from cchc_tasks.domain.assignments import assignment_to_dict, parse_assignment, parse_assignment_cells
from cchc_tasks.domain.deadlines import deadline_to_dict, parse_deadline
from cchc_tasks.domain.documents import parse_document_reference
from cchc_tasks.wording import plans as words

jsonl_option = click.option(
    "--jsonl",
    "source",
    type=click.File("r", encoding="utf-8"),
    is_flag=False,
    flag_value="-",
    metavar="TỆP",
    help="Đọc và in mỗi dòng một đối tượng JSON; không ghi tên tệp là đọc đầu vào chuẩn.",
)


@click.group()
def parse() -> None:
    """Đọc thử một cụm từ: thời hạn, phân công, số hiệu văn bản."""


@parse.command()
@click.argument("text", required=False, metavar="CỤM-TỪ")
@click.option("--year", type=int, metavar="NĂM", help="Năm của kế hoạch.")
@jsonl_option
def deadline(text: str | None, year: int | None, source: TextIO | None) -> None:
    """Đọc một cụm từ về thời gian thực hiện."""

    def read(value: Mapping[str, Any]) -> dict[str, Any]:
        of_line = value.get("year", year)
        if not isinstance(of_line, int) or isinstance(of_line, bool):
            raise CommandStop(words.YEAR_MISSING)
        return deadline_to_dict(parse_deadline(text_of(value), of_line))

    run(read, text, source)


@parse.command()
@click.argument("text", required=False, metavar="CỤM-TỪ")
@jsonl_option
def assignment(text: str | None, source: TextIO | None) -> None:
    """Đọc một ô phân công thực hiện; JSONL nhận cả hai ô "lead" và "coordinating"."""

    def read(value: Mapping[str, Any]) -> dict[str, Any]:
        if "text" in value:
            found = parse_assignment(text_of(value))
        else:
            found = parse_assignment_cells(text_of(value, "lead"), text_of(value, "coordinating"))
        return {name: each for name, each in assignment_to_dict(found).items() if name != "text"}

    run(read, text, source)


@parse.command()
@click.argument("text", required=False, metavar="CỤM-TỪ")
@jsonl_option
def document(text: str | None, source: TextIO | None) -> None:
    """Đọc loại, số, ký hiệu, ngày của một văn bản."""

    def read(value: Mapping[str, Any]) -> dict[str, Any]:
        found = parse_document_reference(text_of(value))
        return {
            "type": found.type,
            "number": found.number,
            "symbol": found.symbol,
            "issued_on": None if found.issued_on is None else found.issued_on.isoformat(),
            "needs_confirmation": found.needs_confirmation,
        }

    run(read, text, source)


def text_of(value: Mapping[str, Any], name: str = "text") -> str:
    """The text under `name`; an empty one where it is missing or null."""
    text = value.get(name)
    if text is not None and not isinstance(text, str):
        raise CommandStop(words.not_text(name))
    return text or ""


def run(read: Callable[[Mapping[str, Any]], dict[str, Any]], text: str | None, source: TextIO | None) -> None:
    """One text of the command line, or one object per line; each answer is one line of JSON."""
    if (text is None) == (source is None):
        raise click.UsageError(words.TEXT_OR_JSONL)
    if source is None:
        click.echo(json.dumps(read({"text": text}), ensure_ascii=False))
        return
    for number, value in lines_of(source):
        try:
            answer = read(value)
        except CommandStop as error:
            raise CommandStop(words.at_line(number, error.message)) from error
        click.echo(json.dumps(answer, ensure_ascii=False))


def lines_of(source: TextIO) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The objects of a JSONL stream with their line numbers; blank lines are passed over."""
    for number, line in enumerate(source, start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except ValueError as error:
            raise CommandStop(words.at_line(number, words.NO_JSON)) from error
        if not isinstance(value, dict):
            raise CommandStop(words.at_line(number, words.NO_JSON))
        yield number, value
