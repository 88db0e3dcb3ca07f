"""`plan …`: a dry run that needs nothing, an import that changes nothing the second time, the list."""

import json

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from cchc_tasks.cli.main import commands
from cchc_tasks.storage.models import LedgerRow, Obligation, Plan, Unit
from tests.factories import make_agency
from tests.support import plan_163

FIGURES = {
    "areas": 7,
    "tasks": 41,
    "numbers": 39,
    "deliverables": 66,
    "obligations": 83,
    "dated": 75,
    "undated": 8,
    "unresolved_leads": 13,
}
OF_CSV = (plan_163.CSV, "--number", plan_163.NUMBER, "--issued-on", "2020-12-29")


def dry_run(monkeypatch, tmp_path, *arguments):
    """A dry run in an empty folder with an address of no database."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CCHC_DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    given = [str(each) for each in ("plan", "import", *arguments, "--dry-run", "--json")]
    result = CliRunner().invoke(commands, given)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def counts(session):
    session.rollback()
    return [session.scalar(select(func.count()).select_from(model)) for model in (Plan, Unit, Obligation, LedgerRow)]


@pytest.mark.parametrize("arguments", [(plan_163.XLSX,), OF_CSV])
def test_a_dry_run_reads_the_whole_plan_without_a_database(monkeypatch, tmp_path, arguments):
    answer = dry_run(monkeypatch, tmp_path, *arguments)

    assert answer["counts"] == FIGURES
    assert {day: answer["by_due_on"][day] for day in ("2020-12-31", "2021-03-31", "2021-12-31")} == {
        "2020-12-31": 9,
        "2021-03-31": 4,
        "2021-12-31": 45,
    }
    assert (answer["heading"]["number"], answer["heading"]["issued_on"]) == ("163/KH-STTTT", "2020-12-29")
    undivided = [each["where"] for each in answer["to_confirm"] if each["reason"] == "date_without_product"]
    assert [where.split(" ")[0] for where in undivided] == ["5.1", "5.3", "7.4"]
    assert list(tmp_path.iterdir()) == []


def test_the_file_and_the_table_are_read_alike(monkeypatch, tmp_path):
    of_file = dry_run(monkeypatch, tmp_path, plan_163.XLSX)
    of_table = dry_run(monkeypatch, tmp_path, *OF_CSV)

    assert of_file["tasks"] == of_table["tasks"]
    assert of_file["to_confirm"] == of_table["to_confirm"]


def test_importing_twice_changes_nothing(session, run):
    make_agency(session)
    session.commit()
    first = run("plan", "import", plan_163.XLSX, "--create-units")
    before = counts(session)

    again = run("plan", "import", plan_163.XLSX, "--create-units")
    other = run("plan", "import", *OF_CSV, "--create-units")

    assert (first.exit_code, again.exit_code, other.exit_code) == (0, 0, 0)
    assert "Đã nhập kế hoạch." in first.stdout
    assert "đã có trong hệ thống" in again.stdout
    assert "đã có trong hệ thống" in other.stdout
    assert counts(session) == before == [1, 13, 83, 83 * 2 + 41 + 4]


def test_an_import_names_the_units_that_are_missing_and_changes_nothing(session, run):
    make_agency(session)
    session.commit()

    result = run("plan", "import", plan_163.XLSX)

    assert result.exit_code == 1
    assert "Chưa có 13 đơn vị" in result.stderr
    assert counts(session) == [0, 0, 0, 0]


def test_an_import_says_whether_it_is_new(session, run):
    make_agency(session)
    session.commit()

    answers = [json.loads(run("plan", "import", plan_163.XLSX, "--create-units", "--json").stdout) for _ in range(2)]

    assert [answer["is_new"] for answer in answers] == [True, False]
    assert answers[0]["counts"] == FIGURES


def test_a_table_without_a_heading_asks_for_number_and_date(session, run):
    make_agency(session)
    session.commit()

    result = run("plan", "import", plan_163.CSV, "--year", "2021", "--create-units")

    assert result.exit_code == 1
    assert "Không thấy đủ số, ký hiệu, ngày ban hành" in result.stderr


def test_a_file_that_is_no_plan_is_told_in_a_sentence(session, run, tmp_path):
    file = tmp_path / "ke-hoach.xlsx"
    file.write_bytes(b"not a workbook")

    result = run("plan", "import", file, "--dry-run")

    assert result.exit_code == 1
    assert "ke-hoach.xlsx" in result.stderr


def test_the_list_holds_each_plan_with_its_figures(session, run):
    make_agency(session)
    session.commit()
    run("plan", "import", plan_163.XLSX, "--create-units")

    [line] = json.loads(run("plan", "list", "--json").stdout)

    assert (line["number"], line["tasks"], line["obligations"], line["unresolved_leads"]) == (
        "163/KH-STTTT",
        41,
        83,
        13,
    )
    assert "163/KH-STTTT\t29/12/2020\t41 nhiệm vụ, 83 mốc phải nộp, 0 hoàn thành" in run("plan", "list").stdout


def test_a_dry_run_for_people_lists_what_is_to_be_confirmed(run, session):
    output = run("plan", "import", plan_163.XLSX, "--dry-run").stdout

    assert "Kế hoạch 163/KH-STTTT ngày 29/12/2020" in output
    assert "31/12/2020: 9" in output
    assert "“trong Quý IV năm 2020”" in output
    assert "Chỉ đọc thử, chưa ghi gì." in output


def test_an_exported_plan_is_read_back_as_the_same_plan(session, run, tmp_path):
    make_agency(session)
    session.commit()
    run("plan", "import", plan_163.XLSX, "--create-units")

    result = run("plan", "export", plan_163.NUMBER, "-o", tmp_path / "ra.xlsx")

    back = json.loads(run("plan", "import", tmp_path / "ra.xlsx", "--dry-run", "--json").stdout)
    assert "Đã ghi 41 dòng" in result.stdout
    assert back["counts"] == FIGURES
    assert (back["heading"]["number"], back["heading"]["issued_on"]) == ("163/KH-STTTT", "2020-12-29")
    printed = plan_163.printed_tasks()
    assert [task["text"] for task in back["tasks"]] == [task["text"] for task in printed]
    assert [[each["text"] for each in task["deliverables"]] for task in back["tasks"]] == [
        [each["text"] for each in task["deliverables"]] for task in printed
    ]


def test_an_exported_table_has_the_columns_of_the_original(session, run, tmp_path):
    make_agency(session)
    session.commit()
    run("plan", "import", plan_163.XLSX, "--create-units")

    run("plan", "export", plan_163.NUMBER, "-o", tmp_path / "ra.csv")

    lines = (tmp_path / "ra.csv").read_bytes().decode("utf-8-sig")
    assert lines.splitlines()[0] == plan_163.CSV.read_bytes().decode("utf-8-sig").splitlines()[0]
    assert lines.count("Cải cách thể chế") == 1


def test_a_plan_is_exported_to_a_known_kind_of_file_only(session, run, tmp_path):
    result = run("plan", "export", plan_163.NUMBER, "-o", tmp_path / "ra.pdf")

    assert result.exit_code == 2
    assert "đuôi .docx, .xlsx hoặc .csv" in result.stderr
