"""The house rules that no linter knows. Prints each breach as `file:line: what is wrong and what to do`."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

FILE_LINES = 400
FUNCTION_LINES = 40
TABLELESS = ("src/putthrough/web/", "src/putthrough/api/")
MACHINE_PATH = re.compile(r"(?<![\w./-])/(?:work|farm|root|home/\w+|Users/\w+|opt/(?:pypi|wheels))/[\w.]|bash[_]jobs")
REGISTRY = re.compile(r"registry\.npmjs\.org|\bpypi\.org|pythonhosted\.org|deb\.debian\.org|\bextra-index-url\b")


def main() -> int:
    breaches = [breach for path in files() for breach in breaches_of(path)]
    for breach in breaches:
        print(breach)
    return 1 if breaches else 0


def files() -> list[Path]:
    """Tracked or about to be; an ignored file is nobody's business."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        text=True,
        check=True,
    )
    return [path for name in listed.stdout.splitlines() if (path := Path(name)).is_file()]


def breaches_of(path: Path) -> Iterator[str]:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return  # an image, a font, an email kept as it came
    yield from of_text(path, text)
    if path.suffix == ".py" and "migrations" not in path.parts:
        yield from of_code(path, text)


def of_text(path: Path, text: str) -> Iterator[str]:
    for number, line in enumerate(text.splitlines(), 1):
        if found := MACHINE_PATH.search(line):
            yield f"{path}:{number}: {found[0]!r} is a path of one machine; make it relative or a setting."
        if found := REGISTRY.search(line):
            yield f"{path}:{number}: {found[0]!r} names a package registry; each machine has its own set."


def of_code(path: Path, text: str) -> Iterator[str]:
    lines = text.count("\n")
    if lines > FILE_LINES:
        yield f"{path}:1: {lines} lines, {FILE_LINES} are the most; divide it by subject."
    try:
        tree = ast.parse(text, str(path))
    except SyntaxError as error:
        yield f"{path}:{error.lineno}: Python cannot read this: {error.msg}."
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and path.parts[0] != "tests":
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES:
                yield f"{path}:{node.lineno}: {node.name} has {length} lines, {FUNCTION_LINES} are the most."
        if isinstance(node, ast.Attribute) and node.attr == "objects" and str(path).startswith(TABLELESS):
            yield f"{path}:{node.lineno}: '.objects' in a screen or the API; call an action or a query."


if __name__ == "__main__":
    sys.exit(main())
