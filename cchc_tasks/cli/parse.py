"""The commands `parse …`: how the grammar reads a time phrase, an assignment, a document reference."""

import json
from collections.abc import Callable, Mapping
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
    type=click.File("r", encoding="utf-8", errors="surrogateescape"),
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
    if text is not None and not (isinstance(text, str) and is_unicode(text)):
        raise CommandStop(words.not_text(name))
    return text or ""


def is_unicode(text: str) -> bool:
    """Whether a text holds characters only: no bytes that are not UTF-8, no half of a surrogate pair."""
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def run(read: Callable[[Mapping[str, Any]], dict[str, Any]], text: str | None, source: TextIO | None) -> None:
    """One text of the command line, or one object per line; each answer is one line of JSON.

    A line that is no question is answered in its place by {"error": sentence}, told on stderr, and makes the exit
    code 1 at the end; the lines after it are answered all the same.
    """
    if (text is None) == (source is None):
        raise click.UsageError(words.TEXT_OR_JSONL)
    if source is None:
        click.echo(json.dumps(read({"text": text}), ensure_ascii=False))
        return
    has_trouble = False
    for number, line in enumerate(source, start=1):
        if not line.strip():
            continue
        try:
            answer = read(object_of(line))
        except CommandStop as error:
            has_trouble = True
            answer = {"error": words.at_line(number, error.message)}
            click.echo(answer["error"], err=True)
        click.echo(json.dumps(answer, ensure_ascii=False))
    if has_trouble:
        click.get_current_context().exit(1)


def object_of(line: str) -> Mapping[str, Any]:
    """The object of one line of JSONL; the first line may open with a byte order mark."""
    try:
        value = json.loads(line.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise CommandStop(words.NO_JSON) from error
    if not isinstance(value, dict):
        raise CommandStop(words.NO_JSON)
    return value
