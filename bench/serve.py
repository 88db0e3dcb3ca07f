"""Serves the application or the floor, as `cchc-tasks serve` does: waitress, one process, the same threads.

`python -m bench.serve ours` or `python -m bench.serve floor`, with the settings of the environment.
"""

import sys

import waitress

from bench.floor import create_floor
from cchc_tasks.config import load_settings
from cchc_tasks.factory import create_app


def main(which: str) -> None:
    settings = load_settings()
    app = create_app(settings) if which == "ours" else create_floor(settings.database_url)
    waitress.serve(app, host=settings.host, port=settings.port, threads=settings.threads, ident=None, _quiet=True)


if __name__ == "__main__":
    main(sys.argv[1])
