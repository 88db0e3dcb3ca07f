"""How a migration is run: one transaction, foreign keys off around SQLite's table rebuilds, one runner at a time.

With foreign keys on, SQLite empties the children of a rebuilt table (ON DELETE CASCADE) without an error;
the pragma is a no-op inside a transaction, so it is set on the raw connection before BEGIN.
"""

from alembic import context
from sqlalchemy import Connection, text

import cchc_tasks.storage.models  # noqa: F401  (registers the tables)
from cchc_tasks.storage.db import Base, make_engine

MIGRATION_LOCK = 0x63636863  # "cchc"


def include_name(name: str | None, type_: str, _parents: object) -> bool:
    return not (type_ == "table" and name == "sqlite_sequence")


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        include_name=include_name,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        context.run_migrations()
        if connection.dialect.name == "sqlite":
            broken = connection.execute(text("PRAGMA foreign_key_check")).fetchall()
            if broken:
                raise RuntimeError(f"the migration left {len(broken)} rows without their parent: {broken[:3]}")


def main() -> None:
    given = context.config.attributes.get("connection")
    if given is not None:
        run(given)
        return
    engine = make_engine(context.config.get_main_option("sqlalchemy.url") or "")
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
        run(connection)
        connection.commit()
        connection.invalidate()
    engine.dispose()


main()
