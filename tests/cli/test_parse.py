"""`parse …`: one phrase of the command line, or one JSON object per line."""

import io
import json

import pytest
from click.testing import CliRunner

from cchc_tasks.cli.main import commands


def parse(*arguments, lines=None):
    source = None if lines is None else io.BytesIO(lines.encode())
    return CliRunner().invoke(commands, ["parse", *arguments], input=source)


def values(result):
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_deadline_is_read_with_every_field():
    [answer] = values(parse("deadline", "Quý IV/ 2021", "--year", "2021"))

    assert list(answer) == [
        "text",
        "kind",
        "is_ongoing",
        "starts_on",
        "due_on",
        "dates",
        "recurrence",
        "clauses",
        "needs_confirmation",
        "reason",
    ]
    assert (answer["kind"], answer["due_on"]) == ("quarter", "2021-12-31")


def test_an_assignment_is_read_with_every_field():
    [answer] = values(parse("assignment", "Văn phòng Sở chủ trì phối hợp với các phòng chuyên môn"))

    assert answer == {
        "lead": "Văn phòng Sở",
        "lead_basis": "explicit",
        "co_leads": [],
        "coordinating": ["các phòng chuyên môn"],
        "needs_confirmation": False,
        "reason": None,
    }


def test_a_document_is_read_with_every_field():
    [answer] = values(parse("document", "Kế hoạch số 01/KH.CCHC-STTTT ngày 05/01/2021"))

    assert list(answer) == ["type", "number", "symbol", "issued_on", "needs_confirmation"]
    assert (answer["number"], answer["issued_on"]) == ("01/KH.CCHC-STTTT", "2021-01-05")


def test_lines_are_answered_one_by_one_from_standard_input():
    lines = '{"text": "Trong năm", "year": 2021}\n\n{"text": "Theo quy định", "year": 2022}\n'

    answers = values(parse("deadline", "--jsonl", lines=lines))

    assert [answer["due_on"] for answer in answers] == ["2021-12-31", None]


def test_lines_are_read_from_a_file(tmp_path):
    file = tmp_path / "phan-cong.jsonl"
    two_cells = {"lead": "Văn phòng Sở", "coordinating": "Thanh tra Sở"}
    file.write_text(json.dumps({"text": "Văn phòng Sở"}) + "\n" + json.dumps(two_cells), encoding="utf-8")

    answers = values(parse("assignment", "--jsonl", str(file)))

    assert [(answer["lead"], answer["lead_basis"]) for answer in answers] == [
        ("Văn phòng Sở", "inferred"),
        ("Văn phòng Sở", "explicit"),
    ]
    assert answers[1]["coordinating"] == ["Thanh tra Sở"]


@pytest.mark.parametrize(
    "lines, sentence",
    [
        ('{"text": "a"}', "Cần năm của kế hoạch"),
        ("not json", "không phải một đối tượng JSON"),
        ('["a"]', "không phải một đối tượng JSON"),
        ('{"text": 5, "year": 2021}', "“text” phải là chữ"),
        ('{"text": "a", "year": true}', "Cần năm của kế hoạch"),
    ],
)
def test_a_line_that_is_no_question_is_told_with_its_number(lines, sentence):
    result = parse("deadline", "--jsonl", lines='{"text": "Trong năm", "year": 2021}\n' + lines)

    assert result.exit_code == 1
    assert "Dòng 2" in result.stderr
    assert sentence in result.stderr


def test_a_line_that_is_no_question_does_not_stop_the_lines_after_it():
    lines = (
        '\ufeff{"text": "Trong năm", "year": 2021}\nnot json\n' + "[" * 100_000 + '\n{"text": "Quý I", "year": 2021}\n'
    )

    result = parse("deadline", "--jsonl", lines=lines)
    answers = [json.loads(line) for line in result.stdout.splitlines()]

    assert result.exit_code == 1
    assert [answer.get("due_on") for answer in answers] == ["2021-12-31", None, None, "2021-03-31"]
    assert answers[1] == {"error": "Dòng 2: không phải một đối tượng JSON."}


@pytest.mark.parametrize("line", [b'{"text": "Qu\xfd I"}', b'{"text": "Qu\\ud800 I"}'])
def test_text_that_is_no_unicode_is_told(line):
    source = io.BytesIO(line + b'\n{"text": "12/KH-UBND"}\n')

    result = CliRunner().invoke(commands, ["parse", "document", "--jsonl"], input=source)
    answers = [json.loads(each) for each in result.stdout.splitlines()]

    assert answers[0] == {"error": "Dòng 1: “text” phải là chữ."}
    assert answers[1]["number"] == "12/KH-UBND"


@pytest.mark.parametrize("arguments", [["deadline", "--year", "2021"], ["document"]])
def test_a_command_without_anything_to_read_says_what_it_wants(arguments):
    result = parse(*arguments)

    assert result.exit_code == 2
    assert "Ghi một cụm từ" in result.stderr


def test_a_phrase_without_a_year_is_not_guessed():
    result = parse("deadline", "Quý I")

    assert result.exit_code == 1
    assert "--year" in result.stderr
