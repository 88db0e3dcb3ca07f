"""The test bed keeps its own promises: both databases, empty each time, and no way out of this machine."""

import socket

import pytest
from sqlalchemy import inspect, text

from tests.support.network import ConnectionBeyondThisMachine
from tests.support.pages import page_problems

GOOD_PAGE = (
    '<html lang="vi"><head><title>Việc của tôi</title></head><body><h1>Việc của tôi</h1>'
    '<label for="q">Tìm</label><input id="q" name="q"></body></html>'
)


@pytest.mark.parametrize("round_number", [1, 2])
def test_each_test_starts_on_an_empty_migrated_database(session, dialect, round_number):
    assert session.get_bind().dialect.name == dialect
    assert session.scalar(text("SELECT count(*) FROM agencies")) == 0
    session.execute(text("CREATE TABLE leftover (id INTEGER)"))
    session.commit()


def test_the_schema_is_the_one_of_the_migrations(engine):
    assert "alembic_version" in inspect(engine).get_table_names()


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("example.org", 80)])
def test_a_connection_beyond_this_machine_is_refused(address):
    with pytest.raises(ConnectionBeyondThisMachine):
        socket.create_connection(address, timeout=1)


def test_a_connection_to_this_machine_is_possible():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=5).close()


def test_a_good_page_is_accepted():
    assert page_problems(GOOD_PAGE) == []


@pytest.mark.parametrize(
    "change, problem",
    [
        (("Việc của tôi</title>", "</title>"), "no title"),
        (('lang="vi"', 'lang="en"'), "not marked as Vietnamese"),
        (("<h1>", "<h1>x</h1><h1>"), "needs one h1"),
        (('<input id="q"', '<p id="q"></p><input id="q"'), "id used twice: q"),
        (('for="q"', 'for="p"'), "for names no element: p"),
        (('for="q"', ""), "no label: input q"),
    ],
)
def test_a_page_with_a_fault_is_refused(change, problem):
    assert problem in page_problems(GOOD_PAGE.replace(*change))


def test_a_skipped_test_fails_the_run_when_everything_is_required(pytester, monkeypatch):
    pytester.makepyfile("import pytest\n@pytest.mark.skip(reason='no')\ndef test_a(): pass\ndef test_b(): pass")
    pytester.makeconftest("from tests.conftest import pytest_sessionfinish, pytest_terminal_summary")
    monkeypatch.delenv("CCHC_REQUIRE_ALL", raising=False)

    assert pytester.runpytest_inprocess().ret == 0
    monkeypatch.setenv("CCHC_REQUIRE_ALL", "1")
    result = pytester.runpytest_inprocess()

    assert result.ret == 1
    result.stdout.fnmatch_lines(["*CCHC_REQUIRE_ALL*"])
