"""`plan import --amend`: the difference first, then the amendment, once."""

import pytest
from sqlalchemy import func, select

from cchc_tasks.storage.models import Amendment, LedgerRow, Obligation
from tests.factories import make_agency
from tests.support import amended_163, plan_163

DOCUMENT = ("--number", "88/KH-STTTT", "--issued-on", "2021-06-10", "--effective-on", "2021-06-15")


@pytest.fixture
def amended(session, run, tmp_path):
    """The plan is in; the path of its amended print."""
    make_agency(session)
    session.commit()
    assert run("plan", "import", plan_163.XLSX, "--create-units").exit_code == 0
    path = tmp_path / "dieu-chinh.csv"
    path.write_bytes(amended_163.content())
    return path


def counts(session):
    session.rollback()
    return [session.scalar(select(func.count()).select_from(model)) for model in (Amendment, Obligation, LedgerRow)]


def test_a_dry_run_tells_each_change_and_writes_nothing(session, run, amended):
    before = counts(session)

    answer = run("plan", "import", amended, "--amend", "--plan", plan_163.NUMBER, "--dry-run")

    assert answer.exit_code == 0
    assert "8 nhiệm vụ khác kế hoạch đã có: thêm nhiệm vụ 3, rút khỏi kế hoạch 1" in answer.stdout
    assert "4.1: Đổi thời hạn (Báo cáo đánh giá" in answer.stdout
    assert "31/12/2021 → 30/9/2021" in answer.stdout
    assert "5.3: Đổi chủ trì: Trung tâm CNTT&TT → Văn phòng Sở" in answer.stdout
    assert counts(session) == before


def test_a_plain_import_of_an_amended_print_says_how_to_record_it(session, run, amended):
    before = counts(session)

    answer = run("plan", "import", amended, "--number", plan_163.NUMBER, "--issued-on", "2020-12-29")

    assert "đã có trong hệ thống" in answer.stdout
    assert "--amend" in answer.stdout
    assert counts(session) == before


def test_an_amendment_is_recorded_once(session, run, amended):
    command = ("plan", "import", amended, "--amend", "--plan", plan_163.NUMBER, *DOCUMENT)
    first = run(*command)
    after = counts(session)

    again = run(*command)

    assert (first.exit_code, again.exit_code) == (0, 0)
    assert "Đã ghi điều chỉnh." in first.stdout
    assert "Bản này không khác kế hoạch đã có." in again.stdout
    assert counts(session) == after
    assert after[0] == 1


def test_without_the_documents_number_and_days_nothing_is_recorded(session, run, amended):
    answer = run("plan", "import", amended, "--amend", "--plan", plan_163.NUMBER)

    assert answer.exit_code == 2
    assert "--effective-on" in answer.output
    assert counts(session)[0] == 0


def test_an_amended_plan_goes_out_as_it_stands_and_comes_in_without_a_difference(session, run, amended, tmp_path):
    run("plan", "import", amended, "--amend", "--plan", plan_163.NUMBER, *DOCUMENT)

    path = tmp_path / "xuat.csv"
    out = run("plan", "export", plan_163.NUMBER, "-o", path)
    answer = run("plan", "import", path, "--amend", "--plan", plan_163.NUMBER, "--dry-run")

    assert out.exit_code == 0
    assert "Bản này không khác kế hoạch đã có." in answer.stdout
