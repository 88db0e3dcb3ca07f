"""The map of the layers cannot rot: who imports what is read from the code and held against the table."""

import ast
import sys
from pathlib import Path

import pytest

from tests.support.sources import MODULES, PACKAGE, Source, name_of, read, source_of

LOWER = {
    "config",
    "domain",
    "evidence",
    "exports",
    "feeds",
    "mail",
    "paths",
    "readers",
    "services",
    "storage",
    "wording",
}
# What each part may import besides itself. Only `factory` sees all; commands go through it.
MAY_IMPORT = {
    "domain": set(),
    "wording": {"domain"},
    "storage": {"domain"},
    "readers": {"domain"},
    "evidence": {"domain"},
    "exports": {"domain", "wording"},
    "feeds": {"domain", "wording"},
    "mail": {"domain", "wording"},
    "services": {"domain", "storage"},
    "config": {"domain", "wording"},
    "paths": set(),
    "demo": {"domain", "storage", "services", "readers"},
    "web": LOWER,
    "cli": LOWER | {"demo", "factory"},
    "jobs": LOWER,
    "factory": LOWER | {"web", "jobs", "demo"},
}


def part_of(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def forbidden_imports(path: Path, source: Source) -> list[str]:
    part = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    # The version is everybody's: it stands in the root of the package, above no layer.
    allowed = MAY_IMPORT[part] | {part, "", "__version__"}
    return [
        f"{name_of(path)}:{line} imports {module}"
        for line, module in source.imports
        if module.startswith(".")
        or (module.startswith("cchc_tasks.") and part_of(module) not in allowed)
        or (part == "domain" and not module.startswith("cchc_tasks") and not is_standard(module))
    ]


def is_standard(module: str) -> bool:
    return module.split(".")[0] in sys.stdlib_module_names


def test_a_module_imports_only_from_the_layers_below():
    modules = [path for path in MODULES if path.parent != PACKAGE or path.stem != "__init__"]

    assert [each for path in modules for each in forbidden_imports(path, read(path))] == []


@pytest.mark.parametrize(
    "part, line",
    [
        ("domain", "import sqlalchemy"),
        ("domain", "from cchc_tasks.storage import db"),
        ("storage", "from cchc_tasks import services"),
        ("services", "import cchc_tasks.wording"),
        ("web", "from cchc_tasks.cli.main import main"),
        ("exports", "from .other import thing"),
    ],
)
def test_the_guard_sees_an_import_that_goes_upward(part, line):
    assert len(forbidden_imports(PACKAGE / part / "example.py", source_of(ast.parse(line)))) >= 1


def test_no_import_stands_inside_a_function():
    assert {name_of(path): read(path).imports_inside for path in MODULES if read(path).imports_inside} == {}


def test_the_guard_sees_an_import_inside_a_function():
    tree = ast.parse(
        "import re\n\n\nclass A:\n    def f(self):\n        if self:\n            from json import loads\n"
    )

    assert source_of(tree).imports_inside == ("f, line 7",)


def test_the_root_of_the_package_holds_the_version_and_nothing_else():
    tree = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))

    targets = [node.targets[0].id for node in tree.body if isinstance(node, ast.Assign)]

    assert targets == ["__version__"]
    assert len(tree.body) == 2


def test_every_folder_with_code_is_a_package():
    folders = {path.parent for path in MODULES}

    assert [name_of(f) for f in sorted(folders) if not (f / "__init__.py").exists()] == []
