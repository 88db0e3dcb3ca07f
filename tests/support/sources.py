"""What the guards ask of the program's own files: each is read and parsed once, however many guards look at it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "cchc_tasks"
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "_data" not in path.parts)


@dataclass(frozen=True, slots=True)
class Source:
    """The tree of a file is large and is not kept; these facts of it are."""

    #: Line and module of each import.
    imports: tuple[tuple[int, str], ...]
    #: Modules, and names of modules, that are imported; of `from a import b` both `a` and `a.b`.
    imported: frozenset[str]
    #: "function, line 3" for each import inside a function.
    imports_inside: tuple[str, ...]
    #: What is called, by the last two names.
    calls: tuple[str, ...]
    #: Lines of each function.
    functions: dict[str, int]


@cache
def read(path: Path) -> Source:
    return source_of(ast.parse(path.read_text(encoding="utf-8")))


def source_of(tree: ast.AST) -> Source:
    nodes = list(ast.walk(tree))
    functions = [node for node in nodes if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    return Source(
        imports=tuple((node.lineno, name) for node, name in imports_of(nodes)),
        imported=frozenset(imported(nodes)),
        imports_inside=tuple(
            f"{function.name}, line {node.lineno}"
            for function in functions
            for node, _name in imports_of(ast.walk(function))
        ),
        calls=tuple(dotted(node.func) for node in nodes if isinstance(node, ast.Call)),
        functions={each.name: (each.end_lineno or each.lineno) - each.lineno + 1 for each in functions},
    )


def imports_of(nodes: Iterator[ast.AST] | list[ast.AST]) -> Iterator[tuple[ast.Import | ast.ImportFrom, str]]:
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node, "." * node.level + (node.module or "")
            # `from cchc_tasks import storage` names the part in the list.
            if node.module == "cchc_tasks":
                yield from ((node, f"cchc_tasks.{alias.name}") for alias in node.names)


def imported(nodes: list[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def dotted(node: ast.expr) -> str:
    """`a.b.c` of an attribute chain; of a longer one its last two names, so that `dt.datetime.now` counts too."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.insert(0, node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        names.insert(0, node.id)
    return ".".join(names[-2:])


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()
