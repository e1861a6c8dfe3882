"""House rules that no linter knows, checked over the whole tree; exits 1 with every breach, not the first."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "workprint"
PURE_FLOORS = ("film", "ports", "acts", "gates", "dialects")
LONGEST_FILE = 400
BANNED_NAMES = {"utils", "helpers", "common", "core", "models", "services", "managers", "misc"}
BANNED_CALLS = {"open", "__import__", "hash", "eval", "exec", "compile", "input", "id"}
MOCKS = {"mock", "unittest.mock", "pytest_mock"}


def find_breaches() -> Iterator[str]:
    """Every breach in the tree, as `path:line: sentence`."""
    for path in sorted(SOURCE.rglob("*.py")):
        yield from check_source(path)
    for path in sorted((ROOT / "tests").rglob("*.py")):
        yield from check_test(path)


def check_source(path: Path) -> Iterator[str]:
    """Rules for a file of the program."""
    text = path.read_text(encoding="utf-8")
    where = path.relative_to(ROOT)
    lines = text.count("\n")
    if lines > LONGEST_FILE:
        yield f"{where}:1: {lines} lines; a file has at most {LONGEST_FILE}"
    for part in (*where.parts[2:-1], path.stem):
        if part in BANNED_NAMES:
            yield f"{where}:1: `{part}` says nothing about what lives here"
    tree = ast.parse(text)
    if not ast.get_docstring(tree):
        yield f"{where}:1: opens without a sentence saying what it is"
    if path.relative_to(SOURCE).parts[0] in PURE_FLOORS:
        yield from check_purity(tree, where)


def check_purity(tree: ast.AST, where: Path) -> Iterator[str]:
    """What the pure floors must not do: reach the world by a builtin, or depend on an order that changes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in BANNED_CALLS:
            yield f"{where}:{node.lineno}: `{node.func.id}()` has no place on a pure floor"
        for iterated in _iterated(node):
            if _is_set(iterated):
                yield f"{where}:{iterated.lineno}: iterates over a set, whose order changes from run to run"


def _iterated(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)):
        yield node.iter
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("list", "tuple"):
        yield from node.args[:1]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "join":
        yield from node.args[:1]


def _is_set(node: ast.expr) -> bool:
    if isinstance(node, (ast.Set, ast.SetComp)):
        return True
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("set", "frozenset")


def check_test(path: Path) -> Iterator[str]:
    """Rules for a test file: no mocks, and every test says what must hold and asserts it."""
    where = path.relative_to(ROOT)
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module in MOCKS:
            yield f"{where}:{node.lineno}: mocks are not used here; write a fake that behaves"
        if isinstance(node, ast.Import) and any(alias.name in MOCKS for alias in node.names):
            yield f"{where}:{node.lineno}: mocks are not used here; write a fake that behaves"
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name.startswith("test_"):
            yield from check_test_function(node, where)


def check_test_function(node: ast.FunctionDef | ast.AsyncFunctionDef, where: Path) -> Iterator[str]:
    """A test has a sentence and at least one assertion, its own or a contract's."""
    if not ast.get_docstring(node):
        yield f"{where}:{node.lineno}: {node.name} does not say what must hold"
    for inner in ast.walk(node):
        if isinstance(inner, ast.Assert):
            return
        if isinstance(inner, ast.Call):
            name = inner.func.attr if isinstance(inner.func, ast.Attribute) else getattr(inner.func, "id", "")
            if name in ("raises", "fail") or name.startswith(("check", "assert_")):
                return
    yield f"{where}:{node.lineno}: {node.name} asserts nothing"


def main() -> int:
    """Print every breach; 1 when there is one."""
    breaches = list(find_breaches())
    for breach in breaches:
        sys.stdout.write(breach + "\n")
    sys.stdout.write(f"house rules: {len(breaches)} breaches\n")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
