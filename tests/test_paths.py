"""Pages and migrations are found beside the package, and inside it once it is installed from a wheel."""

import pytest

from cchc_tasks import paths


@pytest.mark.parametrize("name", ["templates", "static", "migrations", "config.example.toml"])
def test_what_stands_outside_the_package_is_found_in_the_repository(name):
    assert paths.resource_path(name).exists()


def test_what_an_installed_package_carries_wins(tmp_path, monkeypatch):
    (tmp_path / "_data" / "static").mkdir(parents=True)
    monkeypatch.setattr(paths, "PACKAGE_FOLDER", tmp_path)

    assert paths.resource_path("static") == tmp_path / "_data" / "static"
    assert paths.resource_path("templates") == tmp_path.parent / "templates"
