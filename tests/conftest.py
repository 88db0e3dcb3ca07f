"""Fixtures for every test: a fresh database on each engine, the application, a browser, and the house rules.

`session`, `engine`, `database_url`, `app` and `client` of one test share one database, empty but migrated.
A test that asks for any of them runs twice, on SQLite and on PostgreSQL; `-m "not postgres"` is the quick half.
"""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from cchc_tasks.config import Settings, load_settings, prepare_instance
from cchc_tasks.services import _passwords
from cchc_tasks.storage.db import db, make_engine
from tests.support.browser import find_chromium, serving
from tests.support.databases import BundledServer, PostgreSQLDatabase, SQLiteDatabase, TestDatabase
from tests.support.network import only_this_machine
from tests.support.pages import CheckedClient

# A developer's own settings and zone must not change what a test sees.
for variable in [name for name in os.environ if name.startswith("CCHC_")]:
    if variable not in ("CCHC_REQUIRE_ALL", "CCHC_FAULTS") and not variable.startswith("CCHC_TEST_"):
        del os.environ[variable]
os.environ["TZ"] = "UTC"
if hasattr(time, "tzset"):
    time.tzset()

# Hashing is slow on purpose. What the product hashes with is checked in tests/services/test_passwords.py.
PRODUCT_HASHER = _passwords._hasher
_passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

hypothesis.settings.register_profile("dev", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True, database=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))

pytest_plugins = ["pytester"]

ENGINES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


# --- the run as a whole


def skipped_reports(config: pytest.Config) -> list[Any]:
    """Skips that break the promise of $CCHC_REQUIRE_ALL: in CI nothing is left out."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if not os.environ.get("CCHC_REQUIRE_ALL") or reporter is None or hasattr(config, "workerinput"):
        return []
    return list(reporter.stats.get("skipped", []))


def pytest_sessionfinish(session: pytest.Session) -> None:
    if skipped_reports(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if skipped := skipped_reports(config):
        terminalreporter.section("CCHC_REQUIRE_ALL: the run fails, something was skipped", red=True)
        for report in skipped:
            terminalreporter.line(f"{report.nodeid}: {report.longrepr}")


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    with only_this_machine():
        yield


@pytest.fixture(scope="session")
def full_size() -> bool:
    """Whether a fault test runs at the size of a release (`make test-faults`) or in its short form."""
    return os.environ.get("CCHC_FAULTS") == "full"


# --- databases


@pytest.fixture(scope="session", params=ENGINES)
def dialect(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A server where this worker may create databases: $CCHC_TEST_PG_URL, else one of the worker's own."""
    if given := os.environ.get("CCHC_TEST_PG_URL"):
        yield given
        return
    server = BundledServer()
    yield server.url
    server.close()


@pytest.fixture(scope="session")
def test_database(
    dialect: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[TestDatabase]:
    if dialect == "sqlite":
        yield SQLiteDatabase(tmp_path_factory.mktemp("sqlite"))
        return
    database = PostgreSQLDatabase(request.getfixturevalue("postgres_url"))
    yield database
    database.close()


@pytest.fixture
def database_url(test_database: TestDatabase) -> str:
    """The address of an empty migrated database; other threads and processes may use it too."""
    test_database.renew()
    return test_database.url


@pytest.fixture
def engine(database_url: str) -> Iterator[Any]:
    engine = make_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Any) -> Iterator[Session]:
    """A session with the application's options; commit what the application or another session shall see."""
    with Session(engine, expire_on_commit=False, autoflush=False) as session:
        yield session


# --- the application


@pytest.fixture(scope="session")
def settings(test_database: TestDatabase, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The settings of the application under test: defaults, its own folder, this worker's database."""
    folder = tmp_path_factory.mktemp("instance")
    environ = {
        "CCHC_DATABASE_URL": test_database.url,
        "CCHC_INSTANCE_DIR": str(folder),
        "CCHC_PUBLIC_BASE_URL": "http://localhost",
    }
    settings = load_settings(environ, folder)
    prepare_instance(settings)
    return settings


@pytest.fixture(scope="session")
def built_app(settings: Settings) -> Iterator[Any]:
    """One application per worker and engine: building it for each test would cost more than the tests."""
    from cchc_tasks.factory import create_app

    app = create_app(settings)
    app.test_client_class = CheckedClient
    app.testing = True
    yield app
    close_connections(app)


@pytest.fixture
def app(built_app: Any, test_database: TestDatabase, database_url: str, settings: Settings) -> Iterator[Any]:
    """The application on this test's database; nothing of an earlier test is left in it."""
    shutil.rmtree(settings.evidence_dir, ignore_errors=True)
    forget(built_app, test_database)
    # Machines that run tests are slow, and a test is no person: it waits for the reading of its file.
    built_app.config["READING_PATIENCE_SECONDS"] = 60.0
    yield built_app
    end_transactions(built_app)


def forget(app: Any, database: TestDatabase) -> None:
    """Makes the application meet this test's database afresh; connections stay while it is the same database."""
    app.extensions.pop("cchc_tasks.reorganised_on", None)
    if app.extensions.get("tests.generation") == database.generation:
        return
    app.extensions["tests.generation"] = database.generation
    close_connections(app)


def close_connections(app: Any) -> None:
    with app.app_context():
        db.engine.dispose()


def end_transactions(app: Any) -> None:
    with app.app_context():
        db.session.remove()


@pytest.fixture
def client(app: Any) -> Any:
    """A browser without JavaScript and without CSRF trouble; every page it gets is checked."""
    app.config["WTF_CSRF_ENABLED"] = False
    yield app.test_client()
    app.config["WTF_CSRF_ENABLED"] = True


@pytest.fixture
def csrf_client(app: Any) -> Any:
    """A client that has to send the token, as a browser does."""
    return app.test_client()


# --- the browser


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A running Chromium; the test is skipped where there is none (and CI refuses skips)."""
    executable = find_chromium()
    if executable is None:
        pytest.skip("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=executable, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def live_url(app: Any) -> Iterator[str]:
    """The application, served on a free port of this machine."""
    with serving(app) as url:
        yield url


@pytest.fixture
def new_page(chromium: Any, live_url: str) -> Iterator[Callable[..., Any]]:
    """Opens pages, each a browser of its own: `new_page(width=360)`. A script error or CSP report fails the test."""
    contexts, complaints = [], []

    def open_page(width: int = 1280, height: int = 800, **options: Any) -> Any:
        context = chromium.new_context(
            base_url=live_url,
            viewport={"width": width, "height": height},
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if is_complaint(message) else None)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def is_complaint(message: Any) -> bool:
    """Errors of scripts and of the content policy; a 4xx answer, which tests provoke, is none."""
    return message.type == "error" and "Failed to load resource" not in message.text


@pytest.fixture(scope="session")
def checked_width(dialect: str) -> int:
    """How wide a page is when the accessibility checker looks at it, which is slow: a desk on one engine, a phone on
    the other; the page is the same."""
    return 360 if dialect == "postgresql" else 1280


@pytest.fixture(scope="session")
def axe_script() -> str:
    """The accessibility checker, to be injected into a page of a context made with bypass_csp=True."""
    [file] = (Path(__file__).parent / "vendor").glob("axe-core-*/axe.min.js")
    return file.read_text(encoding="utf-8")
