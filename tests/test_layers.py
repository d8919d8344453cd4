"""The house has an order: a module imports only from those to its left."""

from __future__ import annotations

import ast

import pytest

from conftest import ROOT

ORDER = [
    "errors",
    "naming",
    "dates",
    "ontology",
    "dataset",
    "tables",
    "texts",
    "rdf",
    "spark",
    "answers",
    "scanning",
    "screening",
    "questions",
    "reports",
    "corpus",
    "network",
    "export",
    "endpoint",
    "stores",
    "importers",
    "analysis",
    "explorer",
    "pages",
    "kg",
    "server",
    "derived",
    "terminal",
    "cli",
]
PACKAGE = ROOT / "src" / "negograph"
FILES = sorted(PACKAGE.rglob("*.py"))


def layer_of(parts: tuple[str, ...]) -> str:
    return parts[0].removesuffix(".py")


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_imports_only_from_the_left(file) -> None:
    name = layer_of(file.relative_to(PACKAGE).parts)
    if name == "__init__":
        return
    assert name in ORDER, f"give {name} a place in the order"
    allowed = set(ORDER[: ORDER.index(name) + 1])
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "negograph":
            imported = {alias.name for alias in node.names} - {"__version__"}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("negograph."):
            imported = {str(node.module).split(".")[1]}
        else:
            continue
        assert imported <= allowed, f"line {node.lineno}: {name} may not import {imported - allowed}"


def test_every_layer_exists() -> None:
    there = {layer_of(file.relative_to(PACKAGE).parts) for file in FILES}
    assert set(ORDER) <= there


def test_no_sparql_in_python_strings() -> None:
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert "WHERE {\n" not in node.value, f"{file}:{node.lineno}: SPARQL belongs into a .rq file"
