"""The schema that migrations make is the one the models speak of, and the way down and up loses nothing in between."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from cchc_tasks.paths import MIGRATIONS
from cchc_tasks.storage import migrate
from cchc_tasks.storage.db import Base, make_engine
from tests.factories import make_agency, make_plan, make_task, make_unit


def test_models_equal_migrations(engine):
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        assert compare_metadata(context, Base.metadata) == []


def test_each_tenant_table_carries_its_agency():
    shared = {"agencies", "sign_in_counters", "scheduler_leases", "job_runs", "demo_clock"}

    without = {name for name, table in Base.metadata.tables.items() if "agency_id" not in table.columns}

    assert without <= shared


def test_a_database_with_rows_goes_down_and_up_again(session, database_url):
    plan = make_plan(session, agency := make_agency(session))
    make_task(session, plan, lead=make_unit(session, agency))
    session.commit()
    session.close()
    session.get_bind().dispose()

    before = schema_of(database_url)
    migrate.downgrade(MIGRATIONS, database_url, to="base")
    empty = schema_of(database_url)
    migrate.upgrade(MIGRATIONS, database_url)

    assert set(empty) <= {"alembic_version"}
    assert schema_of(database_url) == before


def test_upgrading_twice_changes_nothing_and_names_the_revision(session, database_url):
    make_task(session, make_plan(session, agency := make_agency(session)), lead=make_unit(session, agency))
    session.commit()
    rows = session.execute(text("SELECT count(*) FROM ledger_rows")).scalar()
    session.close()
    session.get_bind().dispose()

    migrate.upgrade(MIGRATIONS, database_url)

    engine = make_engine(database_url)
    assert migrate.found_revision(engine) == migrate.wanted_revision(MIGRATIONS)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM ledger_rows")).scalar() == rows
    engine.dispose()


def schema_of(url: str) -> dict[str, object]:
    """Tables with their columns, keys and indexes, as the database itself tells them."""
    engine = make_engine(url)
    found = inspect(engine)
    schema = {
        name: (
            sorted((column["name"], str(column["type"]), column["nullable"]) for column in found.get_columns(name)),
            sorted(str(index["name"]) for index in found.get_indexes(name)),
            sorted(str(key["constrained_columns"]) for key in found.get_foreign_keys(name)),
            sorted(str(unique["name"]) for unique in found.get_unique_constraints(name)),
        )
        for name in found.get_table_names()
    }
    engine.dispose()
    return schema
