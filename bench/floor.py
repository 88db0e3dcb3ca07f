"""The floor: what the bare parts cost. Plain views, plain SQL, one plain template each; no sign-in, no rules.

It runs on the same server, file and database settings as the application, and reads the same rows.
"""

import csv
import hashlib
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask, Response, redirect, render_template, request
from sqlalchemy import Connection, Engine, text
from sqlalchemy.orm import Session

from bench.floor_sql import ADDRESS, INSERT, LEDGER, PIECES, STATES, TASK, UPDATE, WORK
from cchc_tasks.storage.db import make_engine, transaction


def create_floor(database_url: str) -> Flask:
    """The floor on a database that `add_floor_tables` has prepared."""
    app = Flask("bench", template_folder=str(Path(__file__).with_name("templates")))
    engine = make_engine(database_url)
    app.add_url_rule("/board", "board", lambda: board(engine))
    app.add_url_rule("/task/<int:task_id>", "task", lambda task_id: task(engine, task_id))
    app.add_url_rule("/work.csv", "work_csv", lambda: work_csv(engine))
    app.add_url_rule("/indicator", "indicator", lambda: indicator(engine))
    app.add_url_rule("/item/<int:item_id>", "item", lambda item_id: change(engine, item_id), methods=["POST"])
    app.add_url_rule("/pieces.ics", "pieces", lambda: pieces(engine))
    app.add_url_rule("/unchanged/<token>.ics", "unchanged", lambda token: unchanged(engine, token))
    return app


def rows_of(connection: Connection, query: str, **values: Any) -> list[Any]:
    return list(connection.execute(text(query), values).all())


def board(engine: Engine) -> str:
    with engine.connect() as connection:
        rows = rows_of(connection, WORK.format(where=""))
    return render_template("board.html", rows=rows)


def task(engine: Engine, task_id: int) -> str:
    with engine.connect() as connection:
        [head] = rows_of(connection, TASK, task_id=task_id)
        work = rows_of(connection, WORK.format(where="WHERE task.id = :task_id"), task_id=task_id)
        ledger = rows_of(connection, LEDGER, task_id=task_id)
    return render_template("task.html", head=head, rows=work, ledger=ledger)


def work_csv(engine: Engine) -> Response:
    with engine.connect() as connection:
        rows = rows_of(connection, WORK.format(where=""))
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows(rows)
    return Response(stream.getvalue().encode("utf-8-sig"), mimetype="text/csv")


def indicator(engine: Engine) -> str:
    """For each cut-off asked for: the state of every obligation then, and how many were in each status."""
    known_at = request.args["known_at"]
    counts = []
    with engine.connect() as connection:
        for cut_off in request.args.getlist("cut_off"):
            rows = rows_of(connection, STATES, plan_id=1, cut_off=cut_off, known_at=known_at)
            counts.append((cut_off, list(by_status(rows))))
    return render_template("indicator.html", counts=counts, rows=rows)


def by_status(rows: list[Any]) -> Iterator[tuple[str, int]]:
    found: dict[str, int] = {}
    for row in rows:
        found[row.status] = found.get(row.status, 0) + 1
    yield from found.items()


def change(engine: Engine, item_id: int) -> Any:
    """One row updated and one history row inserted in one commit."""
    values = {"id": item_id, "status": request.form["status"], "day": datetime.now(UTC).date().isoformat()}
    with Session(engine) as session, transaction(session):
        session.execute(text(UPDATE), values)
        session.execute(text(INSERT), values | {"moment": f"{values['day']} 00:00:00.000000"})
    return redirect(f"/task/{item_id}", code=303)


def pieces(engine: Engine) -> Response:
    """The events as they are kept, joined, under the strong tag that any such answer needs."""
    with engine.connect() as connection:
        rows = rows_of(connection, PIECES)
    response = Response(b"".join(row.body for row in rows), mimetype="text/calendar")
    response.set_etag(hashlib.sha256(response.get_data()).hexdigest())
    return response


def unchanged(engine: Engine, token: str) -> Response:
    """A bare view of an address: the token is looked for, nothing else is asked."""
    with engine.connect() as connection:
        [_] = rows_of(connection, ADDRESS, token_hash=hashlib.sha256(token.encode()).hexdigest())
    return Response(status=304)
