"""Where the folders outside the package stand: templates, static files, migrations, the example configuration."""

from pathlib import Path

PACKAGE_FOLDER = Path(__file__).resolve().parent


def resource_path(name: str) -> Path:
    """The folder or file `name`: inside an installed package, else in the repository beside the package."""
    packaged = PACKAGE_FOLDER / "_data" / name
    return packaged if packaged.exists() else PACKAGE_FOLDER.parent / name


TEMPLATES = resource_path("templates")
STATIC = resource_path("static")
MIGRATIONS = resource_path("migrations")
