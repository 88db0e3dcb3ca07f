"""The map of the layers cannot rot: who imports what is read from the code and held against the table."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "cchc_tasks"
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
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "_data" not in path.parts)


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def imports_of(tree: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node, "." * node.level + (node.module or "")
            # `from cchc_tasks import storage` names the part in the list.
            if node.module == "cchc_tasks":
                yield from ((node, f"cchc_tasks.{alias.name}") for alias in node.names)


def part_of(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def forbidden_imports(path: Path, tree: ast.AST) -> list[str]:
    part = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    # The version is everybody's: it stands in the root of the package, above no layer.
    allowed = MAY_IMPORT[part] | {part, "", "__version__"}
    return [
        f"{name_of(path)}:{node.lineno} imports {module}"
        for node, module in imports_of(tree)
        if module.startswith(".")
        or (module.startswith("cchc_tasks.") and part_of(module) not in allowed)
        or (part == "domain" and not module.startswith("cchc_tasks") and not is_standard(module))
    ]


def is_standard(module: str) -> bool:
    return module.split(".")[0] in sys.stdlib_module_names


@pytest.mark.parametrize("path", [p for p in MODULES if p.parent != PACKAGE or p.stem != "__init__"], ids=name_of)
def test_a_module_imports_only_from_the_layers_below(path):
    assert forbidden_imports(path, ast.parse(path.read_text(encoding="utf-8"))) == []


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
    assert len(forbidden_imports(PACKAGE / part / "example.py", ast.parse(line))) >= 1


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_import_stands_inside_a_function(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [n for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))]

    inside = [f"{function.name}, line {node.lineno}" for function in functions for node, _ in imports_of(function)]

    assert inside == []


def test_the_root_of_the_package_holds_the_version_and_nothing_else():
    tree = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))

    targets = [node.targets[0].id for node in tree.body if isinstance(node, ast.Assign)]

    assert targets == ["__version__"]
    assert len(tree.body) == 2


def test_every_folder_with_code_is_a_package():
    folders = {path.parent for path in MODULES}

    assert [name_of(f) for f in sorted(folders) if not (f / "__init__.py").exists()] == []
