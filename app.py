"""Builds the application from config.toml, for `python app.py` and for WSGI servers (`app:app`)."""

from cchc_tasks.cli.main import main
from cchc_tasks.factory import create_app

if __name__ == "__main__":
    main(["serve"])
else:
    app = create_app()
