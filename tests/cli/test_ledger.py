"""`ledger verify` and `ledger head`: a chain that holds, and each way in which somebody changed it."""

import json
from datetime import date

import pytest
from sqlalchemy import text

from tests.factories import make_agency, make_plan, make_task, make_unit


@pytest.fixture
def chain(session):
    """An agency with a chain of more than ten rows."""
    agency = make_agency(session, code="STTTT")
    plan, unit = make_plan(session, agency), make_unit(session, agency)
    for day in range(1, 5):
        make_task(session, plan, lead=unit, due_on=date(2021, 3, day))
    session.commit()
    return agency


def behind_the_back(session, *statements):
    """What somebody with the database's password can do: take the triggers away, then write."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("ALTER TABLE ledger_rows DISABLE TRIGGER USER")
    else:
        for name in connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'ledger_rows'"
        ).scalars():
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
    for statement in statements:
        connection.execute(text(statement))
    session.commit()


def test_a_chain_that_holds_is_said_to_hold(run, chain):
    result = run("ledger", "verify")
    head = run("ledger", "head")

    assert result.exit_code == 0
    assert result.stdout == f"Sổ theo dõi nguyên vẹn: 12 dòng, mã kiểm {head.stdout}"


@pytest.mark.parametrize(
    "statements, said",
    [
        (["UPDATE ledger_rows SET due_on = '2021-12-31' WHERE seq = 3"], "Dòng 3: nội dung dòng đã bị sửa.\n"),
        (
            ["DELETE FROM ledger_rows WHERE seq = 5"],
            "Dòng 6: thiếu hoặc thừa dòng trước dòng này.\nDòng 6: dòng không nối với dòng trước.\n",
        ),
        (["DELETE FROM ledger_rows WHERE seq > 10"], "Dòng 12: các dòng cuối đã bị cắt.\n"),
    ],
    ids=["an edited row", "a row taken from the middle", "a cut tail"],
)
def test_what_somebody_changed_is_found(run, session, chain, statements, said):
    behind_the_back(session, *statements)

    result = run("ledger", "verify")

    assert (result.exit_code, result.stdout) == (1, said)


def test_swapped_rows_are_found(run, session, chain):
    columns = ("kind", "plan_id", "task_id", "deliverable_id", "obligation_id", "due_on", "payload")
    other = "(SELECT {0} FROM copied WHERE seq = 15 - ledger_rows.seq)"
    pairs = ", ".join(f"{name} = {other.format(name)}" for name in columns)
    behind_the_back(
        session,
        "CREATE TABLE copied AS SELECT * FROM ledger_rows",
        f"UPDATE ledger_rows SET {pairs} WHERE seq IN (6, 9)",
        "DROP TABLE copied",
    )

    faults = json.loads(run("ledger", "verify", "--json").stdout)["faults"]

    assert [(fault["kind"], fault["seq"]) for fault in faults] == [("changed", 6), ("changed", 9)]


def test_an_inserted_row_is_found(run, session, chain):
    names = [
        name
        for name in session.execute(text("SELECT * FROM ledger_rows LIMIT 0")).keys()  # noqa: SIM118 - a result, no dict
        if name not in ("id", "seq")
    ]
    listed = ", ".join(names)
    behind_the_back(
        session, f"INSERT INTO ledger_rows (seq, {listed}) SELECT 13, {listed} FROM ledger_rows WHERE seq = 12"
    )

    result = run("ledger", "verify")

    assert result.exit_code == 1
    assert "Dòng 13: dòng không nối với dòng trước." in result.stdout


def test_a_tail_cut_with_its_head_is_found_by_a_head_kept_elsewhere(run, session, chain):
    kept = run("ledger", "head").stdout.strip()
    behind_the_back(
        session,
        "DELETE FROM ledger_rows WHERE seq > 10",
        "UPDATE ledger_heads SET seq = 10, hash = (SELECT hash FROM ledger_rows WHERE seq = 10)",
    )

    unaware, aware = run("ledger", "verify"), run("ledger", "verify", "--head", kept)

    assert unaware.exit_code == 0
    assert (aware.exit_code, aware.stdout) == (1, "Dòng 12: các dòng cuối đã bị cắt.\n")


def test_the_json_names_faults_and_head(run, session, chain):
    head = run("ledger", "head", "--json")
    sound = run("ledger", "verify", "--json")
    behind_the_back(session, "UPDATE ledger_rows SET due_on = '2021-12-31' WHERE seq = 3")
    broken = run("ledger", "verify", "--json")

    value = json.loads(head.stdout)
    assert (value["agency"], value["seq"], value["head"]) == ("STTTT", 12, f"12:{value['hash']}")
    assert json.loads(sound.stdout) == {"agency": "STTTT", "ok": True, "rows": 12, "head": value["head"], "faults": []}
    assert broken.exit_code == 1
    assert json.loads(broken.stdout)["faults"] == [
        {"kind": "changed", "seq": 3, "text": "Dòng 3: nội dung dòng đã bị sửa."}
    ]


def test_a_head_that_is_none_is_refused(run, chain):
    result = run("ledger", "verify", "--head", "12:abc")

    assert result.exit_code == 2
    assert "“12:abc” không phải mã kiểm." in result.stderr
