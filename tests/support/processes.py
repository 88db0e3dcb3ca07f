"""Processes of the fault tests, forked from one that has imported the program: starting one costs milliseconds.

What is forked has opened nothing yet: no database, no thread, no application. From there on each process is as
separate as one started from the console.
"""

import multiprocessing
import os
import sys
from pathlib import Path

context = multiprocessing.get_context("forkserver")
context.set_forkserver_preload(["pytest", "gunicorn.app.wsgiapp", "cchc_tasks.factory"])


def run_gunicorn(arguments: list[str], environ: dict[str, str], log: Path) -> None:
    """Becomes the first process of a group of servers that runs with `environ` and writes to `log`."""
    from gunicorn.app.wsgiapp import run

    os.setsid()
    os.environ.clear()
    os.environ.update(environ)
    with log.open("ab") as file:
        os.dup2(file.fileno(), sys.stdout.fileno())
        os.dup2(file.fileno(), sys.stderr.fileno())
    sys.argv = ["gunicorn", *arguments]
    run()
