"""The schema that migrations make is the one the models speak of, and the way down and up loses nothing in between."""

from datetime import date

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from cchc_tasks.domain.permissions import Role
from cchc_tasks.paths import MIGRATIONS
from cchc_tasks.storage import migrate
from cchc_tasks.storage.db import Base, make_engine
from cchc_tasks.storage.models import ReminderLine
from tests.factories import NOW, make_agency, make_person, make_plan, make_task, make_unit


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


def test_reminder_lines_of_the_older_schema_keep_what_they_are_about(session, database_url):
    """0004 gives each line its subject; on the way down lines about anything but obligations are given up."""
    agency = make_agency(session)
    person = make_person(session, agency, "Nguyễn Văn An", role=Role.OFFICE)
    made = make_task(session, make_plan(session, agency), lead=make_unit(session, agency))
    key = {"agency_id": agency.id, "deadline_version": 1, "recipient_id": person.id, "due_day": date(2021, 3, 9)}
    work = {"rule": "overdue", "step": "+1", "created_at": NOW, "obligation_id": made.obligation.id}
    session.add(ReminderLine(subject_kind="obligation", subject_id=made.obligation.id, **work, **key))
    session.add(
        ReminderLine(subject_kind="report", subject_id=7, rule="report_entry", step="1/-5", created_at=NOW, **key)
    )
    obligation_id = made.obligation.id
    session.commit()
    session.close()
    session.get_bind().dispose()

    migrate.downgrade(MIGRATIONS, database_url, to="0003")
    migrate.upgrade(MIGRATIONS, database_url)

    engine = make_engine(database_url)
    with engine.connect() as connection:
        rows = connection.execute(
            text("SELECT subject_kind, subject_id, obligation_id, step FROM reminder_lines")
        ).all()
    engine.dispose()
    assert [tuple(row) for row in rows] == [("obligation", obligation_id, obligation_id, "+1")]


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
